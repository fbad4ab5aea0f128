"""What every act of the state machine needs: the two books, things to act on, and the comparison after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tests.stress.driver import CURRENCIES, DAYS, Driver
from tests.stress.values import DECIMALS, ZERO, Clearing, Item

Thing = TypeVar("Thing")

WHO = st.integers(0, 3)
PICK = st.integers(0, 11)
DAY = st.sampled_from(DAYS)
CURRENCY = st.sampled_from(CURRENCIES)
UNITS = st.integers(1, 30_000)
LIMIT = Decimal(1000)
#: Clearings that a person takes back alone; the others belong to an act that is taken back whole.
TAKEN_BACK_ALONE = frozenset({"APPLICATION"})

#: What all machines of a run did, for the line that a soak prints.
TOTALS: Counter[str] = Counter()


def money(units: int, currency: str) -> Decimal:
    """Give minor units as an amount."""
    return Decimal(units).scaleb(-DECIMALS[currency])


def part_of(amount: Decimal, currency: str, share: int) -> Decimal:
    """Give a share of an amount in sixths, whole units, above zero."""
    units = int(abs(amount).scaleb(DECIMALS[currency]))
    return money(max(units * share // 6, 1), currency)


class WriteOffFacts:
    """A claim given up, or asked to be."""

    def __init__(self, write_off_id: int, item: Item, needed: int) -> None:
        self.id = write_off_id
        self.item = item
        self.amount = item.amount
        self.needed = needed
        self.asked_by = 0
        self.said: set[int] = set()
        self.state = "REQUESTED"
        self.credit: Item | None = None
        self.clearing: Clearing | None = None
        self.entry: list[tuple[str, Decimal, Decimal]] = []
        self.recovered = ZERO


@dataclass
class ProvisionFacts:
    """An expected loss computed on a day, and what of it was booked."""

    id: int
    company: int
    day: date
    change: Decimal
    closing: Decimal
    state: str = "PROPOSED"
    lines: list[tuple[str, Decimal, Decimal]] | None = None


class Acts(RuleBasedStateMachine):
    """Both books, and what was done to them so far."""

    examples = 0

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver()
        self.books = self.driver.books
        self.write_offs: list[WriteOffFacts] = []
        self.requests: list[tuple[int, int, str, Decimal, Decimal]] = []
        self.down_payments: list[tuple[int, list[Item]]] = []
        self.entries: list[tuple[int, int, date, str, list[tuple[str, Decimal, Decimal]]]] = []
        self.recurring: list[tuple[int, int, str, Decimal, bool]] = []
        self.accrued: set[tuple[int, int]] = set()
        self.provisions: list[ProvisionFacts] = []
        self.plans: list[tuple[Item, list[Item]]] = []
        self.names = 0
        self.looked_at = 0

    def company(self, who: int) -> int:
        return self.driver.companies[who // 2]

    def customer(self, who: int) -> int:
        return self.driver.customers[who]

    def pick(self, things: Sequence[Thing], pick: int) -> Thing | None:
        return things[pick % len(things)] if things else None

    def open(self, *, sign: int, like: Item | None = None) -> list[Item]:
        """Give open items of a sign, of the same customer and currency as another."""
        return [
            item
            for item in self.books.items
            if item.amount * sign > 0
            and item.id is not None
            and (like is None or (item.customer, item.currency) == (like.customer, like.currency))
        ]

    def owed(self) -> list[Item]:
        return [item for item in self.open(sign=1) if item.is_owed]

    def cash(self) -> list[Item]:
        return [i for i in self.open(sign=-1) if i.kind in {"PAYMENT", "PAYMENT_TRANSFER"}]

    def has_pair(self) -> bool:
        return any(self.open(sign=1, like=gives) for gives in self.open(sign=-1))

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}-{self.names}"

    def takes(self, company: int, *days: date) -> bool:
        return all(self.books.takes(company, day) for day in days)

    def done(self) -> None:
        self.driver.compare()

    def teardown(self) -> None:
        """Ask everything again."""
        TOTALS.update(self.driver.outcomes)
        TOTALS["calls"] += sum(self.driver.outcomes.values())
        Acts.examples += 1
        if self.driver.is_sound:
            self.driver.finish(checks_everything=Acts.examples % 10 == 0)
