"""Entries by hand: who may post what, and how many people it takes (handbook section 5, controls)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.core.errors import Refusal
from acquit.core.money import ZERO, Money
from acquit.ledger.rules.accounts import CONTROL_ROLES

MANUAL_LINES_AT_MOST = 500


class CannotPostByHand(Refusal):
    """The entry may not be posted by hand as it is; nothing was stored."""

    code = "MANUAL_ENTRY_REFUSED"


class CannotDecideEntry(Refusal):
    """The entry does not wait for this, or for this person; it stays as it is."""

    code = "FOUR_EYES"


class ManualState(StrEnum):
    """The life of an entry by hand."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    POSTED = "POSTED"
    REJECTED = "REJECTED"


TRANSITIONS: Mapping[ManualState, frozenset[ManualState]] = {
    ManualState.PROPOSED: frozenset({ManualState.APPROVED, ManualState.REJECTED}),
    ManualState.APPROVED: frozenset({ManualState.POSTED, ManualState.REJECTED}),
    ManualState.POSTED: frozenset(),
    ManualState.REJECTED: frozenset(),
}


class ManualLine(NamedTuple):
    """An account by its code, and a signed amount, debit positive."""

    account_code: str
    amount: Decimal


def check_manual_lines(
    lines: Sequence[ManualLine], currency: str, roles: Mapping[str, str | None]
) -> Decimal:
    """Check the lines of an entry by hand against the chart (code to role); gives the sum of its debits.

    Refuses (`CannotPostByHand`) fewer than two lines, zero lines, unknown accounts, control accounts, lines that do not
    sum to zero; (`Refusal`s of `Money`) amounts finer or larger than the currency allows.
    """
    if not 2 <= len(lines) <= MANUAL_LINES_AT_MOST:
        raise CannotPostByHand(
            f"An entry has 2 to {MANUAL_LINES_AT_MOST} lines, not {len(lines)}.", param="lines"
        )
    for line in lines:
        Money(line.amount, currency)
        if line.account_code not in roles:
            raise CannotPostByHand(f"The chart has no account {line.account_code[:60]!r}.", param="lines")
        if roles[line.account_code] in CONTROL_ROLES:
            raise CannotPostByHand(
                f"Account {line.account_code} follows the open items and takes no entry by hand."
                " Post a document, a receipt or a write-off.",
                param="lines",
                code="CONTROL_ACCOUNT",
            )
        if line.amount == 0:
            raise CannotPostByHand(f"The line on {line.account_code} has no amount.", param="lines")
    total = sum((line.amount for line in lines), ZERO)
    if total != 0:
        raise CannotPostByHand(f"The lines sum to {total} {currency}, not to zero.", param="lines")
    return sum((line.amount for line in lines if line.amount > 0), ZERO)


def needs_second_person(company_amount: Decimal, limit_amount: Decimal) -> bool:
    """Tell whether an entry of this size, in company currency, waits for another person."""
    return company_amount > limit_amount


def check_second_person(proposed_by: int | None, decided_by: int | None) -> None:
    """Refuse (`CannotDecideEntry`) the approval of one's own entry, or one without a person."""
    if decided_by is None or decided_by == proposed_by:
        raise CannotDecideEntry("An entry is approved by a second person.", param="approver")


def check_state(current: str, target: ManualState, entry: str) -> None:
    """Refuse (`CannotDecideEntry`) a step the entry cannot take."""
    state = ManualState(current)
    if target not in TRANSITIONS[state]:
        raise CannotDecideEntry(
            f"{entry} is {state} and cannot become {target}.", param="entry", code="ENTRY_STEP_REFUSED"
        )
