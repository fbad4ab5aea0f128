"""Which items are collected on a day under which mandates, told how long before, handed in until when.

The one clever idea: a plan says of every item that was due why it is left out, so nobody asks where an invoice went.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.cash.rules.direct_debit import DirectDebitScheme
from acquit.cash.rules.mandates import MandateFact, MandateType, Scheme, has_lapsed, sequence_of
from acquit.cash.rules.receipts import OpenItem
from acquit.controls.rules.policies import DirectDebitPolicy
from acquit.core.calendar import TARGET, BusinessCalendar, add_months, day_of_month
from acquit.core.errors import Refusal
from acquit.core.money import ZERO
from acquit.receivables.rules.items import ItemKind

BANKS = BusinessCalendar(TARGET)
COLLECTED_KINDS = frozenset(
    {ItemKind.INVOICE, ItemKind.INSTALMENT, ItemKind.RESIDUAL, ItemKind.INTEREST, ItemKind.CHARGE}
)
#: What each collection is called at the bank, before its number.
NAMED_BEFORE = "AQ-LS-"
CURRENCY = "EUR"
_SATURDAY = 5


class CannotCollect(Refusal):
    """The run cannot be made, approved or written so, or by this person; nothing was changed."""

    code = "CANNOT_COLLECT"


class RunState(StrEnum):
    """Where a run stands."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    WRITTEN = "WRITTEN"
    CANCELLED = "CANCELLED"


#: The life of a run: from, to.
RUN_TRANSITIONS: frozenset[tuple[RunState, RunState]] = frozenset(
    {
        (RunState.PROPOSED, RunState.APPROVED),
        (RunState.PROPOSED, RunState.CANCELLED),
        (RunState.APPROVED, RunState.WRITTEN),
        (RunState.APPROVED, RunState.CANCELLED),
    }
)


class CollectionState(StrEnum):
    """Where a collection stands."""

    PROPOSED = "PROPOSED"
    SUBMITTED = "SUBMITTED"
    COLLECTED = "COLLECTED"
    REJECTED = "REJECTED"
    RETURNED = "RETURNED"
    CANCELLED = "CANCELLED"


class EarlierTry(NamedTuple):
    """The latest collection of an item that came to nothing: how often it was tried, and when it may be again."""

    collection_id: int
    retry_date: date | None


class PlannedCollection(NamedTuple):
    """An item to collect under a mandate."""

    item: OpenItem
    mandate: MandateFact
    amount: Decimal
    sequence: str
    retry_of_id: int | None = None


class LeftOut(NamedTuple):
    """An item that is due and not collected, and why as a code."""

    item_id: int
    number: str
    mandate_id: int
    reason: str


class RunPlan(NamedTuple):
    """What a run collects, and what it leaves out."""

    collections: tuple[PlannedCollection, ...]
    left_out: tuple[LeftOut, ...]


def check_transition(run_id: int, before: str, after: RunState) -> None:
    """Refuse (`CannotCollect`) a step the life of a run does not know."""
    if (RunState(before), after) not in RUN_TRANSITIONS:
        raise CannotCollect(
            f"Run {run_id} is {before}; it cannot become {after}.", param="run", details={"state": before}
        )


def submit_by(collection_date: date, policy: DirectDebitPolicy) -> date:
    """Give the last day the file may be handed in: business days of the banks before the collection (D-1)."""
    return BANKS.add_business_days(collection_date, -policy.submit_business_days)


def check_day(collection_date: date, business_date: date, policy: DirectDebitPolicy) -> None:
    """Refuse (`CannotCollect`) a day on which banks do not settle, or for which it is too late."""
    if not BANKS.is_business_day(collection_date):
        raise CannotCollect(
            f"On {collection_date} the banks do not settle; the next day they do is"
            f" {BANKS.next_business_day(collection_date)}.",
            param="collection_date",
        )
    until = submit_by(collection_date, policy)
    if business_date > until:
        raise CannotCollect(
            f"A collection on {collection_date} is handed in until {until}.", param="collection_date"
        )


def earliest_day(business_date: date, policy: DirectDebitPolicy) -> date:
    """Give the first day that a run proposed today can collect on with the scheme's notice and in time for the bank."""
    day = BANKS.next_business_day(business_date + timedelta(days=policy.pre_notification_days))
    while submit_by(day, policy) < business_date:
        day = BANKS.add_business_days(day, 1)
    return day


def list_closed_days(start: date, end: date) -> list[date]:
    """List the days in [start, end] on which banks do not settle although they are no Saturday or Sunday."""
    days = (start + timedelta(days=count) for count in range((end - start).days))
    return [day for day in days if BANKS.is_holiday(day) and day.weekday() < _SATURDAY]


def scheme_of(scheme: str, policy: DirectDebitPolicy) -> DirectDebitScheme:
    """Give the periods of a scheme: of B2B nothing is refunded once the debtor's bank checked the mandate."""
    is_core = scheme == Scheme.CORE
    return DirectDebitScheme(
        policy.pre_notification_days,
        policy.core_refund_days if is_core else None,
        policy.unauthorised_months if is_core else None,
        policy.mandate_lapse_months,
    )


def return_until(scheme: str, collection_date: date, policy: DirectDebitPolicy) -> date:
    """Give the last day a bank may send a collection back of its own, by the banks' calendar."""
    days = policy.core_return_days if scheme == Scheme.CORE else policy.b2b_return_days
    return BANKS.add_business_days(collection_date, days)


def notice_days(mandate: MandateFact, retry_of_id: int | None, policy: DirectDebitPolicy) -> int:
    """Give how many days before a debtor is told: as agreed in the mandate, else the scheme's.

    Of what is tried again (`retry_of_id`) it was told before.
    """
    if retry_of_id is not None:
        return 0
    return policy.pre_notification_days if mandate.notice_days is None else mandate.notice_days


def plan_run(
    items: Iterable[OpenItem],
    mandates: Mapping[int, Sequence[MandateFact]],
    earlier: Mapping[int, EarlierTry],
    *,
    collection_date: date,
    notified_date: date,
    policy: DirectDebitPolicy,
) -> RunPlan:
    """Plan a run: items due by its day, of customers with active mandates (by customer), less what is contested.

    `earlier` are collections of an item that came to nothing. A claim that is tried again was told before, so it
    needs no second notice. A mandate given once serves one item.
    """
    chosen: list[PlannedCollection] = []
    left_out: list[LeftOut] = []
    used: set[int] = set()
    for item in sorted(items, key=lambda item: (item.due_date, item.id)):
        if not _is_due(item, collection_date):
            continue
        theirs = [m for m in mandates.get(item.customer_id, ()) if m.id not in used]
        if not theirs:
            continue
        mandate = theirs[0]
        earlier_try = earlier.get(item.id)
        reason = _reason_to_leave(item, mandate, earlier_try, collection_date, notified_date, policy)
        if reason:
            left_out.append(LeftOut(item.id, item.number, mandate.id, reason))
            continue
        if mandate.mandate_type == MandateType.ONE_OFF or mandate.is_ending:
            used.add(mandate.id)
        chosen.append(
            PlannedCollection(
                item,
                mandate,
                item.open_amount - item.disputed_amount,
                sequence_of(mandate, is_first_marked=policy.is_first_marked),
                earlier_try.collection_id if earlier_try else None,
            )
        )
    return RunPlan(tuple(chosen), tuple(left_out))


def _is_due(item: OpenItem, collection_date: date) -> bool:
    return (
        item.kind in COLLECTED_KINDS
        and item.currency == CURRENCY
        and item.open_amount > 0
        and item.due_date <= collection_date
    )


def _reason_to_leave(
    item: OpenItem,
    mandate: MandateFact,
    earlier: EarlierTry | None,
    collection_date: date,
    notified_date: date,
    policy: DirectDebitPolicy,
) -> str:
    if item.open_amount - item.disputed_amount <= ZERO:
        return "CONTESTED"
    if has_lapsed(mandate, policy.mandate_lapse_months, collection_date):
        return "MANDATE_LAPSES"
    if earlier is not None:
        if earlier.retry_date is None:
            return "NOT_TRIED_AGAIN"
        return "TRIED_AGAIN_LATER" if collection_date < earlier.retry_date else ""
    if notified_date + timedelta(days=notice_days(mandate, None, policy)) > collection_date:
        return "NOTICE_TOO_SHORT"
    return ""


def retry_date(returned: date, pay_day: int) -> date:
    """Give the day to try again: the next pay day after the return, or the banks' next day after that."""
    day = day_of_month(returned.year, returned.month, pay_day)
    if day <= returned:
        following = add_months(returned.replace(day=1), 1)
        day = day_of_month(following.year, following.month, pay_day)
    return BANKS.next_business_day(day)


def action_for(code: str, policy: DirectDebitPolicy) -> str:
    """Give what is done about a return by its code; ASK where the policy does not know it."""
    for action, codes in policy.return_actions:
        if code.upper() in codes:
            return action
    return "ASK"
