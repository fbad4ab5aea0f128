"""The life of a mandate: from draft to its end, and what each collection under it says of where it stands."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from acquit.core.calendar import add_months
from acquit.core.errors import Refusal
from acquit.core.references import iban_remainder, is_iban
from acquit.formats.pain.characters import is_sepa_identifier

_CREDITOR_ID_PREFIX, _BUSINESS_CODE_END = 4, 7


class BadMandate(Refusal):
    """The mandate's facts cannot be sent to a bank; nothing was stored."""

    code = "BAD_MANDATE"


class CannotMoveMandate(Refusal):
    """The mandate is not in a state from which this can be done; nothing was changed."""

    code = "CANNOT_MOVE_MANDATE"


class Scheme(StrEnum):
    """Who may debit whom: CORE everybody, B2B businesses only and without a refund."""

    CORE = "CORE"
    B2B = "B2B"


class MandateType(StrEnum):
    """Whether a mandate serves again and again, or once."""

    RECURRENT = "RCUR"
    ONE_OFF = "OOFF"


class MandateState(StrEnum):
    """Where a mandate stands."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"
    LAPSED = "LAPSED"


#: The life of a mandate: from, to (handbook section 6). What is cancelled or lapsed never collects again.
TRANSITIONS: frozenset[tuple[MandateState, MandateState]] = frozenset(
    (before, after)
    for before, afters in {
        MandateState.DRAFT: (MandateState.ACTIVE, MandateState.CANCELLED),
        MandateState.ACTIVE: (MandateState.SUSPENDED, MandateState.CANCELLED, MandateState.LAPSED),
        MandateState.SUSPENDED: (MandateState.ACTIVE, MandateState.CANCELLED, MandateState.LAPSED),
    }.items()
    for after in afters
)


class MandateFact(NamedTuple):
    """What rules ask of a mandate."""

    id: int
    customer_id: int
    reference: str
    creditor_id: str
    scheme: str
    mandate_type: str
    state: str
    signed_date: date | None
    last_collection_date: date | None
    account: str
    notice_days: int | None = None
    pay_day: int | None = None
    is_ending: bool = False


def check_transition(mandate_id: int, before: str, after: MandateState) -> None:
    """Refuse (`CannotMoveMandate`) a step the life of a mandate does not know."""
    if (MandateState(before), after) not in TRANSITIONS:
        raise CannotMoveMandate(
            f"Mandate {mandate_id} is {before}; it cannot become {after}.",
            param="mandate",
            details={"state": before},
        )


def check_facts(reference: str, scheme: str, mandate_type: str) -> None:
    """Refuse (`BadMandate`) names and kinds that no message to a bank can hold."""
    if not is_sepa_identifier(reference):
        raise BadMandate(
            f"{reference!r} is no mandate reference: 1 to 35 letters, digits and / - ? : ( ) . , ' +.",
            param="reference",
        )
    for value, known, param in ((scheme, Scheme, "scheme"), (mandate_type, MandateType, "mandate_type")):
        if value not in set(known):
            raise BadMandate(f"{value!r} is none of {', '.join(known)}.", param=param)


def check_active(fact: MandateFact) -> None:
    """Refuse (`BadMandate`) a mandate that could not be collected under: unsigned, no IBAN, no creditor id of ours."""
    if fact.signed_date is None:
        raise BadMandate("A mandate is active from the day it was signed: say the day.", param="signed_date")
    if not is_iban(fact.account):
        raise BadMandate(f"{fact.account!r} is no IBAN.", param="account")
    if not is_creditor_id(fact.creditor_id):
        raise BadMandate(f"{fact.creditor_id!r} is no creditor identifier.", param="creditor_id")


def is_creditor_id(text: str) -> bool:
    """Tell whether a text is a SEPA creditor identifier: its check digits hold, the business code apart (EPC262-08)."""
    if not (is_sepa_identifier(text) and len(text) > _BUSINESS_CODE_END):
        return False
    try:
        return iban_remainder(text[:_CREDITOR_ID_PREFIX] + text[_BUSINESS_CODE_END:]) == 1
    except Refusal:
        return False


def valid_until(fact: MandateFact, lapse_months: int) -> date | None:
    """Give the last day a mandate may be collected under: months after the last collection, or after it was signed."""
    since = fact.last_collection_date or fact.signed_date
    return None if since is None else add_months(since, lapse_months)


def has_lapsed(fact: MandateFact, lapse_months: int, on_date: date) -> bool:
    """Tell whether nobody collected under a mandate for so long that it holds no more."""
    until = valid_until(fact, lapse_months)
    return until is not None and on_date > until


def sequence_of(fact: MandateFact, *, is_first_marked: bool) -> str:
    """Give the sequence type of the next collection: once, the last, the first where it is still marked, or any."""
    if fact.mandate_type == MandateType.ONE_OFF:
        return "OOFF"
    if fact.is_ending:
        return "FNAL"
    return "FRST" if is_first_marked and fact.last_collection_date is None else "RCUR"
