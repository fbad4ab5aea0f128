"""What personal data is kept of customers, and what is done with each when its erasure is asked (GDPR Art. 17, 18).

The one home of that. The master does not know which customers are natural persons, so every customer's data is treated
as a person's: a sole trader is one, and so is every contact. Reading a contact, mail address, telephone number or bank
account is logged; a name on a list of open items is not, for nobody could work without it.

Vouchers keep what the law retains: bank lines, decisions and documents are never changed (Art. 17 (3) (b)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from acquit.controls.rules.retention import RecordKind, find_retention, retention_end
from acquit.core.errors import Refusal


class CannotErase(Refusal):
    """The data still has a purpose: something is open with the customer. Nothing was erased."""

    code = "CANNOT_ERASE"


class ContactPurpose(StrEnum):
    """What a contact is kept for; without a purpose nobody is kept."""

    BILLING = "BILLING"
    COLLECTION = "COLLECTION"
    DISPUTE = "DISPUTE"
    REMITTANCE = "REMITTANCE"
    LEGAL = "LEGAL"
    ORDER = "ORDER"


class Handling(StrEnum):
    """What erasure does with a field: at once, or when the law no longer retains it."""

    ERASE_NOW = "ERASE_NOW"
    RETAIN = "RETAIN"


#: Every personal field of a customer. Events keep a reference to its values, never the values.
PERSONAL_FIELDS: Mapping[str, Handling] = {
    "trading_names": Handling.ERASE_NOW,
    "email": Handling.ERASE_NOW,
    "phone": Handling.ERASE_NOW,
    "iban": Handling.ERASE_NOW,
    "name": Handling.RETAIN,
    "city": Handling.RETAIN,
    "tax_number": Handling.RETAIN,
    "mandate_reference": Handling.RETAIN,
}


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """What the other rooms know of a customer: what is open, and the day of the last record that names it."""

    has_open_items: bool
    last_record_date: date | None
    country: str


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What is erased now, what is retained until the end of a day, and by which rule; no day: nothing is retained."""

    erased_now: tuple[str, ...]
    retained: tuple[str, ...] = ()
    retained_until: date | None = None
    source: str = ""


def plan_erasure(facts: ErasureFacts, *, on_date: date) -> ErasurePlan:
    """Decide what is erased now and what the law retains; refuses (`CannotErase`) while something is open."""
    if facts.has_open_items:
        raise CannotErase(
            "The customer has open items: its data is needed to settle them (GDPR Art. 17 (3) (e)). Settle them first."
        )
    if facts.last_record_date is None:
        return ErasurePlan(tuple(PERSONAL_FIELDS))
    rule = find_retention(facts.country, RecordKind.VOUCHER, facts.last_record_date)
    until = retention_end(facts.last_record_date, rule.years)
    if until < on_date:
        return ErasurePlan(tuple(PERSONAL_FIELDS))
    return ErasurePlan(
        erased_now=_fields(Handling.ERASE_NOW),
        retained=_fields(Handling.RETAIN),
        retained_until=until,
        source=rule.source,
    )


def _fields(handling: Handling) -> tuple[str, ...]:
    return tuple(name for name, of in PERSONAL_FIELDS.items() if of is handling)
