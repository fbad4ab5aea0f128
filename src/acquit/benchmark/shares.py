"""What mess there is and how much of it: the one table that docs/benchmark.md repeats and the generator draws from.

A share is parts of the receipts of a level, before what cannot be built at that moment falls back to an exact
reference. `is_decidable` says whether a careful person could place such money from the files alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Level(StrEnum):
    """How much of the money comes without what would make it easy."""

    EASY = "easy"
    MIXED = "mixed"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Mess:
    """One kind of receipt: its parts on the three levels, whether it can be decided, and what it is."""

    code: str
    easy: Decimal
    mixed: Decimal
    hard: Decimal
    is_decidable: bool
    says: str

    def share(self, level: Level) -> Decimal:
        """Give the parts on a level."""
        return {Level.EASY: self.easy, Level.MIXED: self.mixed, Level.HARD: self.hard}[level]


def _mess(code: str, shares: str, says: str, *, is_decidable: bool = True) -> Mess:
    easy, mixed, hard = (Decimal(share) for share in shares.split())
    return Mess(code, easy, mixed, hard, is_decidable, says)


MESS: tuple[Mess, ...] = (
    _mess("EXACT", "52 20 8", "one invoice, its number written out, its amount"),
    _mess("STRUCTURED", "14 7 3", "the structured reference printed on the invoice (RF, QRR, OGM)"),
    _mess("SEVERAL", "8 7 6", "two to eight invoices named in the text; the sum is exact"),
    _mess("ABBREVIATED", "0.5 2 4", "several invoices, the first in full, of the others the last digits"),
    _mess("NOISE", "4 7 9", "the number among dates, phones, tax ids, order numbers, others' invoices"),
    _mess("TRUNCATED", "1 5 9", "only the last four to six digits of the number; payer and amount known"),
    _mess("MISTYPED", "0.5 4 8", "two digits changed places, one missing, doubled or wrong, O for 0"),
    _mess("PURCHASE_ORDER", "1 2 3", "the payer's own order number instead of ours"),
    _mess("AMOUNT_ONLY", "3 6 8", "no reference; one item of the payer fits, and amount alone may post"),
    _mess("SUBSET", "0.5 2.5 4", "no reference; exactly one set of the payer's items fits"),
    _mess(
        "STATEMENT", "0.5 1.5 3", "the text says balance: the sum of all that is open, or of all that is due"
    ),
    _mess("DISCOUNT", "6 6 5", "discount taken in time"),
    _mess("DISCOUNT_GRACE", "0.5 1 1.5", "discount taken in the days of grace"),
    _mess("DISCOUNT_LATE", "0.2 1.5 2.5", "discount taken out of time: a deduction"),
    _mess("DISCOUNT_AND_SHORT", "0 0.5 1", "discount in time, and a little more is missing"),
    _mess("TOLERANCE", "1 2 2", "a little short or over, within tolerance"),
    _mess("OVERPAID", "0.3 1.5 2", "more than the invoice; the rest stays on account"),
    _mess("SHORT", "0.2 1.2 2", "less than the invoice, beyond tolerance, unexplained"),
    _mess("PARTIAL", "0.5 2 3", "the text says part payment; the rest is paid later"),
    _mess("DEDUCTION", "0.5 3 5", "an amount taken off with the payer's own code"),
    _mess("BANK_FEE", "0.5 1.5 2", "the bank's fee taken out of a payment with shared charges agreed"),
    _mess("BANK_FEE_NOT_AGREED", "0 0.3 0.5", "the bank's fee taken out although the payer bears it"),
    _mess("FX", "0.5 1.5 2", "paid in another currency than the invoice's"),
    _mess("CREDIT_NETTED", "0.5 2 3", "a credit note named and set off"),
    _mess("PARENT", "0.5 2 3", "the parent pays invoices of its children"),
    _mess("THIRD_PARTY", "0.2 0.8 1.5", "somebody unknown pays with the exact number"),
    _mess("ADVICE", "1 3 3", "up to forty documents by an advice that carries the payment's reference"),
    _mess("ADVICE_LATE", "0 0.6 1", "the advice comes days after the money"),
    _mess("ADVICE_CORRECTED", "0 0.3 0.6", "a first advice is wrong, a corrected one adds up"),
    _mess("AGENT_LUMP", "0.3 1 1", "a payment agent pays for many customers at once, with an advice"),
    _mess("DIRECT_DEBIT", "3 3 2", "collected by us: one entry, many details with mandate and number"),
    _mess("RETURN", "0.3 0.8 1", "a collection comes back, with code, the bank's fee mixed into the amount"),
    _mess("DUPLICATE", "0.2 1 1.5", "the same payment twice: the second sits on account"),
    _mess("ON_ACCOUNT", "0.2 0.8 1", "the text says on account; it names no document"),
    _mess("PREPAYMENT", "0.2 0.8 1", "an order number, nothing invoiced yet"),
    _mess("NOT_CUSTOMERS", "3 5 5", "fees, interest, sweeps, suppliers, tax, payroll: to be ignored"),
    _mess("EQUAL_ITEMS", "0.2 1.2 2", "two items of one amount, nothing says which", is_decidable=False),
    _mess("EQUAL_NAMES", "0.1 0.4 0.8", "two customers of one name, both owe the amount", is_decidable=False),
    _mess("TWO_SUBSETS", "0.1 0.5 1", "several sets of items give the amount", is_decidable=False),
    _mess(
        "AMOUNT_NOT_ALLOWED", "0.3 1.2 2", "one item fits, but amount alone may not post", is_decidable=False
    ),
    _mess(
        "WRONG_REFERENCE", "0.1 0.5 1", "number of another customer's invoice, own amount", is_decidable=False
    ),
    _mess(
        "SHORT_OF_SEVERAL", "0 0.3 0.6", "several named, less paid, nothing says on which", is_decidable=False
    ),
    _mess("NOBODY_KNOWN", "0.1 0.6 1", "no name, no account, no number that we know", is_decidable=False),
)

SHARES_OF_PAYERS: tuple[tuple[str, Decimal, str], ...] = (
    ("IBAN", Decimal(70), "the account on file"),
    ("NEW_IBAN", Decimal(8), "an account not on file; the name as on file"),
    ("NAME_CUT_27", Decimal(5), "no account on file; the name in capitals without umlauts, cut at 27"),
    ("NAME_CUT_35", Decimal(5), "the same, cut at 35"),
    ("TRADING_NAME", Decimal(4), "no account on file; the name it trades under"),
    ("VIRTUAL_IBAN", Decimal(3), "paid to the virtual account given to this customer; the payer unnamed"),
    ("UNNAMED", Decimal(5), "neither account nor name say who pays; only where a number does"),
)
