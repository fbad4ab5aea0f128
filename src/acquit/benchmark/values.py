"""The values of the benchmark: what is in the company's files, what is on the bank line, and what is true of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


class Dialect(StrEnum):
    """How a bank writes its lines."""

    CAMT = "CAMT"
    GERMAN = "GERMAN"
    SLASHED = "SLASHED"
    PLAIN = "PLAIN"
    BAI2 = "BAI2"


@dataclass(frozen=True, slots=True)
class Account:
    """One of the company's bank accounts; `letters` begin its references."""

    key: str
    number: str
    currency: str
    dialect: Dialect
    letters: str
    countries: tuple[str, ...]

    @property
    def format(self) -> str:
        """Give the format as bank_accounts.csv names it."""
        return {Dialect.CAMT: "CAMT.053", Dialect.BAI2: "BAI2"}.get(self.dialect, "MT940")

    @property
    def carries_iban(self) -> bool:
        """Tell whether the bank writes the payer's account."""
        return self.dialect in {Dialect.CAMT, Dialect.GERMAN, Dialect.SLASHED}


@dataclass(slots=True, eq=False)
class Customer:
    """A customer as in customers.csv, and the account it pays to.

    `is_blurred` becomes true once money of this customer was undecidable: from then on the files show items as open
    that are paid.
    """

    number: str
    name: str
    trading_name: str
    country: str
    city: str
    language: str
    currency: str
    iban: str
    virtual_iban: str
    discount_percent: Decimal
    discount_days: int
    net_days: int
    email: str
    mandate: str
    is_fee_shared: bool
    is_amount_enough: bool
    account: Account
    parent: str = ""
    is_twin: bool = False
    is_by_agent: bool = False
    is_blurred: bool = False

    @property
    def terms(self) -> str:
        """Give the terms of payment as written in the file."""
        discount = f"{self.discount_percent:f}/{self.discount_days} " if self.discount_days else ""
        return f"{discount}NET{self.net_days}"


@dataclass(slots=True, eq=False)
class Item:
    """A document. `open_amount` is the truth, `seen_amount` what a careful reader of the files would still see open.

    Both are negative for a credit note. They part where money was undecidable. `opened` is what was open before the
    first statement.
    """

    number: str
    digits: str
    owner: Customer
    issued: date
    due: date
    currency: str
    gross: Decimal
    open_amount: Decimal
    seen_amount: Decimal
    purchase_order: str
    structured_reference: str
    opened: Decimal = ZERO

    @property
    def is_credit_note(self) -> bool:
        """Tell whether we owe it."""
        return self.gross < 0

    @property
    def discount(self) -> Decimal:
        """Give the discount its terms offer, in its currency."""
        percent = self.owner.discount_percent
        return (self.gross * percent / 100).quantize(CENT, "ROUND_HALF_UP") if percent else ZERO


@dataclass(frozen=True, slots=True)
class Difference:
    """Why the cash is not the open amount: positive is paid short, negative paid over; in the document's currency."""

    kind: str
    document: str
    amount: Decimal
    reason: str = ""


@dataclass(slots=True)
class Truth:
    """What is true of a line, and whether a careful person could know. `reason` says why not.

    `customer` is whose documents these are, empty when they are several customers'; `paid_by` the customer that paid.
    """

    kind: str
    state: str = "AUTO"
    customer: str = ""
    applied: list[tuple[str, Decimal]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    is_decidable: bool = True
    reason: str = ""
    payer: str = ""
    paid_by: str = ""


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """A document as an advice tells it: gross, what was taken off, what is paid; `code` is the payer's own."""

    document: str
    issued: date
    gross: Decimal
    taken_off: Decimal
    paid: Decimal
    code: str = ""
    is_discount: bool = False


@dataclass(slots=True)
class Advice:
    """What a payer tells about a payment: `reference` stands on the bank line too, unless empty."""

    payer: str
    reference: str
    day: date
    paid_on: date
    amount: Decimal
    currency: str
    language: str
    lines: Sequence[AdviceLine]
    is_corrected: bool = False
    email: str = ""


@dataclass(slots=True)
class Payment:
    """A line to be booked, with its truth beside it; `reference` is given when it is written."""

    account: Account
    day: date
    amount: Decimal
    truth: Truth
    name: str = ""
    iban: str = ""
    text: str = ""
    end_to_end_id: str = ""
    structured_reference: str = ""
    own_iban: str = ""
    ultimate: str = ""
    mandate: str = ""
    return_code: str = ""
    booking_text: str = ""
    charges: Decimal | None = None
    original_amount: Decimal | None = None
    original_currency: str = ""
    batch: str = ""
    advices: tuple[Advice, ...] = ()
    reference: str = ""
    entry_reference: str = ""
    is_reversal: bool = False
