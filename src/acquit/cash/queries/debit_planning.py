"""What a run of direct debits would collect: one plan for who looks ahead and for the operation that proposes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from acquit.cash.models import DebitCollection, Mandate
from acquit.cash.queries.debits import list_earlier_tries
from acquit.cash.queries.mandates import mandate_fact
from acquit.cash.queries.receipts import list_open_items_of
from acquit.cash.rules.debit_runs import (
    CollectionState,
    LeftOut,
    RunPlan,
    check_day,
    notice_days,
    plan_run,
    submit_by,
)
from acquit.cash.rules.mandates import MandateFact, MandateState, has_lapsed
from acquit.controls.queries import get_direct_debit_policy
from acquit.controls.rules.policies import DirectDebitPolicy
from acquit.core.money import ZERO
from acquit.receivables.queries import list_items

_RUNNING = (CollectionState.PROPOSED, CollectionState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class PreviewedCollection:
    """What a run would collect; `told_by` is the last day on which its debtor is told in time."""

    item_id: int
    number: str
    customer_id: int
    mandate_id: int
    reference: str
    sequence: str
    amount: Decimal
    due_date: date
    told_by: date
    is_retry: bool


@dataclass(frozen=True, slots=True)
class PreviewedRest:
    """An item that is due and would be left out, and why as a code of `plan_run`."""

    item_id: int
    number: str
    customer_id: int
    mandate_id: int
    amount: Decimal
    due_date: date
    reason: str


@dataclass(frozen=True, slots=True)
class RunPreview:
    """A run that nobody proposed yet."""

    collection_date: date
    submit_by: date
    collections: tuple[PreviewedCollection, ...]
    left_out: tuple[PreviewedRest, ...]

    @property
    def amount(self) -> Decimal:
        """What it would collect."""
        return sum((each.amount for each in self.collections), ZERO)


def preview_debit_run(*, company_id: int, collection_date: date, business_date: date) -> RunPreview:
    """Show what a run proposed today for a day would collect, and what it would leave out.

    Refuses (`CannotCollect`) days on which banks do not settle or for which it is too late.
    """
    _, policy = get_direct_debit_policy(company_id=company_id, on_date=business_date)
    check_day(collection_date, business_date, policy)
    plan = plan_next_run(
        company_id, collection_date=collection_date, notified_date=business_date, policy=policy
    )
    return RunPreview(
        collection_date,
        submit_by(collection_date, policy),
        tuple(
            PreviewedCollection(
                item_id=one.item.id,
                number=one.item.number,
                customer_id=one.item.customer_id,
                mandate_id=one.mandate.id,
                reference=one.mandate.reference,
                sequence=one.sequence,
                amount=one.amount,
                due_date=one.item.due_date,
                told_by=collection_date - timedelta(days=notice_days(one.mandate, one.retry_of_id, policy)),
                is_retry=one.retry_of_id is not None,
            )
            for one in plan.collections
        ),
        tuple(_view_rest(plan.left_out)),
    )


def plan_next_run(
    company_id: int, *, collection_date: date, notified_date: date, policy: DirectDebitPolicy
) -> RunPlan:
    """Plan a run over all that is due and in no other run; mandates that lapsed by the day of notice serve nothing."""
    mandates = {
        customer_id: [
            fact for fact in facts if not has_lapsed(fact, policy.mandate_lapse_months, notified_date)
        ]
        for customer_id, facts in list_active_mandates(company_id).items()
    }
    running = set(
        DebitCollection.objects.filter(company_id=company_id, state__in=_RUNNING).values_list(
            "item_id", flat=True
        )
    )
    items = [one for one in list_open_items_of(company_id, mandates) if one.id not in running]
    return plan_run(
        items,
        mandates,
        list_earlier_tries([one.id for one in items]),
        collection_date=collection_date,
        notified_date=notified_date,
        policy=policy,
    )


def list_active_mandates(company_id: int) -> dict[int, list[MandateFact]]:
    """Give the active mandates by customer, recurrent ones first; those in use for the last time are left out."""
    rows = Mandate.objects.filter(company_id=company_id, state=MandateState.ACTIVE).order_by(
        "-mandate_type", "id"
    )
    in_use = set(
        DebitCollection.objects.filter(
            company_id=company_id, sequence__in=("OOFF", "FNAL"), state__in=_RUNNING
        ).values_list("mandate_id", flat=True)
    )
    found: dict[int, list[MandateFact]] = {}
    for row in rows:
        if row.id not in in_use:
            found.setdefault(row.customer_id, []).append(mandate_fact(row))
    return found


def _view_rest(left_out: Sequence[LeftOut]) -> Iterable[PreviewedRest]:
    ids = {one.item_id for one in left_out}
    items = {item.id: item for item in list_items(item_ids=ids, limit=len(ids) or 1)}
    for one in left_out:
        item = items[one.item_id]
        yield PreviewedRest(
            item_id=one.item_id,
            number=one.number,
            customer_id=item.customer_id,
            mandate_id=one.mandate_id,
            amount=item.open_amount,
            due_date=item.due_date,
            reason=one.reason,
        )
