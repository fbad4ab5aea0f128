"""What the small set of books is made of: items, clearings, the acts of a receipt, and one way to round."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

ZERO = Decimal(0)
DECIMALS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
#: The account behind each kind of item; the others stand on RECEIVABLES.
ACCOUNT_OF = {
    "PAYMENT": "UNAPPLIED_CASH",
    "PAYMENT_TRANSFER": "UNAPPLIED_CASH",
    "RETURNED_PAYMENT": "UNAPPLIED_CASH",
    "RECOVERY": "UNAPPLIED_CASH",
    "DOWN_PAYMENT": "DOWN_PAYMENTS",
    "DOWN_PAYMENT_TAX": "OUTPUT_VAT",
}
UNAPPLIED = frozenset(ACCOUNT_OF)
REVALUED = {"RECEIVABLES": "RECEIVABLES_REVALUATION", "UNAPPLIED_CASH": "UNAPPLIED_REVALUATION"}

Line = tuple[str, Decimal, "Item | None"]
Pair = tuple["Item", "Item", Decimal]


def rounded(amount: Fraction | Decimal, currency: str) -> Decimal:
    """Round half away from zero to what a currency can be paid in."""
    units = Fraction(amount) * 10 ** DECIMALS[currency]
    whole = (abs(units) + Fraction(1, 2)).__floor__()
    return Decimal(whole if units >= 0 else -whole).scaleb(-DECIMALS[currency])


@dataclass(eq=False)
class Item:
    """What a customer owes (above zero) or is owed, with its book value; `id` is Acquit's, once it is known."""

    company: int
    customer: int
    kind: str
    currency: str
    original: Decimal
    book_original: Decimal
    posting_date: date
    due_date: date
    net: Decimal = ZERO
    gross: Decimal = ZERO
    number: str = ""
    id: int | None = None
    amount: Decimal = ZERO
    book: Decimal = ZERO
    moves: list[tuple[date, Decimal, Decimal]] = field(default_factory=list)

    @property
    def account(self) -> str:
        """Give the account whose balance the item is part of."""
        return ACCOUNT_OF.get(self.kind, "RECEIVABLES")

    @property
    def is_owed(self) -> bool:
        """Tell what is owed by the customer from credits and money on account."""
        return self.amount > 0 and self.kind not in UNAPPLIED

    def move(self, day: date, amount: Decimal, book: Decimal) -> None:
        """Take from, or give back to, what is open."""
        self.amount += amount
        self.book += book
        self.moves.append((day, amount, book))

    def open_as_of(self, day: date) -> tuple[Decimal, Decimal]:
        """Give what was open at the end of a day, and its book value."""
        if self.posting_date > day:
            return ZERO, ZERO
        past = [(amount, book) for on, amount, book in self.moves if on <= day]
        return (
            self.original + sum((amount for amount, _ in past), ZERO),
            self.book_original + sum((book for _, book in past), ZERO),
        )

    def facts(self) -> tuple[object, ...]:
        """Give what must be found in the live set."""
        return (
            self.customer,
            self.kind,
            self.currency,
            self.original,
            self.amount,
            self.book,
            self.due_date,
            self.posting_date,
        )


@dataclass(eq=False)
class Clearing:
    """Edges, each with both shares of book value, and the lines of the entry."""

    company: int
    day: date
    edges: list[tuple[Item, Item, Decimal, Decimal, Decimal]]
    lines: list[tuple[str, str, Decimal, Decimal]]
    reason: str
    id: int | None = None
    is_taken_back: bool = False


@dataclass(eq=False)
class Applied:
    """What one decision about a receipt did: clearings, items it made, and their entries."""

    clearings: list[Clearing]
    made: list[Item]
    entries: list[tuple[str, list[tuple[str, Decimal, Decimal]]]]
    money: Item


class Side:
    """What gives and what asks on one customer's account; cash is used last."""

    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self.credits: list[tuple[Item, Decimal]] = []
        self.debits: list[tuple[Item, Decimal]] = []
        self.cash: list[tuple[Item, Decimal]] = []
        self.gone: list[tuple[Item, Decimal]] = []

    def move(self, item: Item) -> None:
        """Put one half of a transfer: cash that came over, or cash that is used up for another."""
        (self.cash if item.original < 0 else self.gone).append((item, abs(item.original)))

    def put(self, item: Item, amount: Decimal) -> None:
        if amount:
            (self.debits if amount > 0 else self.credits).append((item, abs(amount)))

    def pair(self) -> list[Pair]:
        pairs = list(self.pairs)
        waiting = [*self.debits, *self.gone][::-1]
        for credit, available in (*self.credits, *self.cash):
            left = available
            while left > 0 and waiting:
                debit, needed = waiting.pop()
                amount = min(left, needed)
                pairs.append((credit, debit, amount))
                left -= amount
                if needed > amount:
                    waiting.append((debit, needed - amount))
        return pairs
