"""Which credits may be paid back, to whom, and the life of a refund (handbook section 6).

Only a credit balance goes back, only to the one who paid it, only to an account that a second person confirmed; and
who asks never approves.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from enum import StrEnum

from acquit.core.errors import Refusal
from acquit.core.money import Money
from acquit.core.references import normalise_reference
from acquit.ledger.rules.accounts import AccountRole
from acquit.receivables.rules.clearing import OpenItemFact
from acquit.receivables.rules.items import ItemKind, control_role

_REFUNDABLE_ROLES = frozenset({AccountRole.RECEIVABLES, AccountRole.UNAPPLIED_CASH})


class CannotRefund(Refusal):
    """The credit, the amount or the account does not allow it; nothing was changed."""

    code = "CANNOT_REFUND"


class CannotMoveRefund(Refusal):
    """The refund is not in a state from which this can be done, or by this person; nothing was changed."""

    code = "CANNOT_MOVE_REFUND"


class RefundState(StrEnum):
    """Where a refund stands."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    FAILED = "FAILED"


#: The life of a refund: from, to. Money may come back even after the bank carried the order out.
TRANSITIONS: frozenset[tuple[RefundState, RefundState]] = frozenset(
    (before, after)
    for before, afters in {
        RefundState.REQUESTED: (RefundState.APPROVED, RefundState.REJECTED),
        RefundState.APPROVED: (RefundState.SENT, RefundState.REJECTED),
        RefundState.SENT: (RefundState.CONFIRMED, RefundState.FAILED),
        RefundState.CONFIRMED: (RefundState.FAILED,),
    }.items()
    for after in afters
)

#: States in which a refund holds part of a credit that is still open.
RESERVING_STATES = (RefundState.REQUESTED, RefundState.APPROVED)


def check_transition(refund_id: int, before: str, after: RefundState) -> None:
    """Refuse (`CannotMoveRefund`) a step the life of a refund does not know."""
    if (RefundState(before), after) not in TRANSITIONS:
        raise CannotMoveRefund(
            f"Refund {refund_id} is {before}; it cannot become {after}.",
            param="refund",
            details={"state": before},
        )


def check_credit(item: OpenItemFact, amount: Decimal, reserved: Decimal) -> None:
    """Refuse (`CannotRefund`) what is no credit, is not in EUR, or is more than is left of it beside other refunds."""
    if item.open_amount >= 0 or control_role(item.kind) not in _REFUNDABLE_ROLES:
        raise CannotRefund(f"{item.number} is no credit that can be paid back.", param="item")
    if item.currency != "EUR":
        raise CannotRefund(f"{item.number} is in {item.currency}: SEPA pays in EUR.", param="item")
    if Money(amount, item.currency).amount <= 0:
        raise CannotRefund(f"The amount must be above zero, not {amount}.", param="amount")
    left = -item.open_amount - reserved
    if amount > left:
        raise CannotRefund(
            f"{left} {item.currency} of {item.number} are left to pay back, not {amount}.",
            param="amount",
            details={"left": str(left)},
        )


def check_payee(iban: str, payer_ibans: Collection[str]) -> None:
    """Refuse (`CannotRefund`) an account the money did not come from."""
    if normalise_reference(iban) not in {normalise_reference(known) for known in payer_ibans}:
        raise CannotRefund(
            "A refund goes to the account the money came from, and this is another one.", param="account"
        )


def refund_kind(credit_kind: str) -> ItemKind:
    """Give the kind of item that uses a credit up: on the credit's own account of the books."""
    if control_role(credit_kind) is AccountRole.UNAPPLIED_CASH:
        return ItemKind.RETURNED_PAYMENT
    return ItemKind.REFUND
