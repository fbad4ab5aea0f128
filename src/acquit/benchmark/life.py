"""The year of one family of customers: what they owe on a day, and how a payment of theirs looks at the bank.

The one clever idea: there are two books, what is open in truth and what a careful reader still sees open; undecidable
money touches only the first, and every proof reads only the second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from heapq import heappush
from random import Random

from acquit.benchmark.people import NameBook, NameMaker, make_iban, to_capitals
from acquit.benchmark.shares import SHARES_OF_PAYERS
from acquit.benchmark.values import ZERO, Account, Customer, Difference, Item, Payment, Truth
from acquit.benchmark.wording import Writer
from acquit.benchmark.world import Family, Rates

TOLERANCE, TOLERANCE_PERCENT, FEE_TOLERANCE, GRACE_DAYS = Decimal(5), Decimal("0.5"), Decimal(25), 3
_PAYER_KINDS = tuple(code for code, _, _ in SHARES_OF_PAYERS)
_PAYER_WEIGHTS = tuple(int(share) for _, share, _ in SHARES_OF_PAYERS)


@dataclass(frozen=True, slots=True)
class Payer:
    """How the payer of a line shows itself; `is_known` when only one customer can stand behind it."""

    kind: str
    name: str
    iban: str
    own_iban: str
    is_known: bool


@dataclass(slots=True)
class Setting:
    """What all families share. `others` are a few items of families before, for numbers quoted wrongly."""

    rng: Random
    book: NameBook
    names: NameMaker
    rates: Rates
    days: Sequence[date]
    total_items: int
    others: list[Item] = field(default_factory=list)
    lumps: dict[tuple[str, date], list[tuple[Item, Decimal]]] = field(default_factory=dict)
    codes: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def make_stranger(self, country: str) -> str:
        """Give the name of a firm that no customer's name could stand for, its legal form left aside."""
        while True:
            name, _ = self.names.make_name(country)
            if self.book.is_nobody(name):
                return name

    def value_of(self, payment: Payment) -> Decimal:
        """Give the amount of a line in euro at the day's rate."""
        return self.rates.convert(payment.amount, payment.account.currency, "EUR", payment.day)

    def booking_day(self, day: date) -> date | None:
        """Give the first day on which banks book from this one on; None after the last."""
        place = bisect_left(self.days, day)
        return self.days[place] if place < len(self.days) else None


class Life:
    """One family while its year passes; events are taken in the order of their days."""

    def __init__(self, family: Family, setting: Setting) -> None:
        self.family = family
        self.setting = setting
        self.rng = setting.rng
        self.writer = Writer(setting.rng)
        self.events: list[tuple[date, int, str, Item, Payment | None]] = []
        self._waiting = sorted(family.items, key=lambda item: item.issued, reverse=True)
        self._open: list[Item] = []
        self._counted = 0
        self._today = date.min
        self.touched: list[Item] = []
        self.is_day_closed = False

    def plan(self, day: date, kind: str, item: Item, before: Payment | None = None) -> None:
        """Plan a payment for a day; what falls after the last statement is forgotten."""
        booked = self.setting.booking_day(day)
        if booked is not None:
            self._counted += 1
            heappush(self.events, (booked, self._counted, kind, item, before))

    def advance(self, day: date) -> None:
        """Let the documents issued by this day be seen.

        Banks order a day's lines as they like: a document is touched once a day, and a payment whose proof reads what
        is open is the only one of its day (`is_day_closed`).
        """
        if day != self._today:
            self._today, self.touched, self.is_day_closed = day, [], False
        while self._waiting and self._waiting[-1].issued <= day:
            self._open.append(self._waiting.pop())
        self._open = [item for item in self._open if item.seen_amount or item.open_amount]

    def reopen(self, item: Item) -> None:
        """See a document again that was settled."""
        if item not in self._open:
            self._open.append(item)

    def seen(self, owner: Customer | None = None) -> list[Item]:
        """Give what the files show open on this day, of one customer or of all the payer may pay for."""
        return [item for item in self._open if item.seen_amount and (owner is None or item.owner is owner)]

    def untouched(self, owner: Customer) -> list[Item]:
        """Give the invoices of an owner that are open in both books alike."""
        return [
            item
            for item in self._open
            if item.owner is owner
            and item not in self.touched
            and item.gross > 0
            and item.open_amount > 0
            and item.open_amount == item.seen_amount
        ]

    def scope(self, payer: Customer) -> list[Item]:
        """Give the items a payer may mean: its own, and its children's when it is a parent."""
        children = {one.number for one in self.family.members if one.parent == payer.number}
        return [
            item
            for item in self._open
            if item.seen_amount and (item.owner is payer or item.owner.number in children)
        ]

    # How a payer shows -----------------------------------------------------------------------------------------------

    def show(self, customer: Customer, *, must_be_known: bool) -> Payer | None:
        """Let a payer show itself; None when it must be known and cannot be."""
        for _ in range(4):
            kind = self.rng.choices(_PAYER_KINDS, _PAYER_WEIGHTS)[0]
            shown = self._show_as(kind, customer)
            if shown is not None and (shown.is_known or not must_be_known):
                return shown
        shown = self._show_as("IBAN", customer) or self._show_as("NEW_IBAN", customer)
        return shown if shown is not None and (shown.is_known or not must_be_known) else None

    def _show_as(self, kind: str, customer: Customer) -> Payer | None:
        account, book = customer.account, self.setting.book
        iban = customer.iban if account.carries_iban else ""
        stranger = make_iban(customer.country, self.rng) if account.carries_iban else ""
        if kind == "IBAN":
            return Payer("IBAN", customer.name, iban, "", is_known=True) if iban else None
        if kind == "VIRTUAL_IBAN":
            virtual = customer.virtual_iban
            return Payer(kind, "", stranger, virtual, is_known=True) if virtual else None
        if kind == "UNNAMED":
            return Payer(
                kind,
                self.rng.choice(("", "ZAHLUNGSVERKEHR", "CASH MANAGEMENT")),
                stranger,
                "",
                is_known=False,
            )
        name = customer.name
        if kind == "TRADING_NAME":
            name = customer.trading_name
        elif kind == "NAME_CUT_27":
            name = to_capitals(name)[:27].strip()
        elif kind == "NAME_CUT_35":
            name = to_capitals(name)[:35].strip()
        return Payer(kind, name, stranger, "", is_known=book.is_only(name)) if name else None

    # Booking ---------------------------------------------------------------------------------------------------------

    def pay(
        self,
        kind: str,
        day: date,
        payer: Customer,
        shown: Payer,
        parts: Sequence[tuple[Item, Decimal]],
        text: str,
        differences: Sequence[Difference] = (),
    ) -> Payment:
        """Book a payment that can be decided: cash on each document and the differences that settle the rest."""
        truth = Truth(
            kind,
            customer=_owner_of(parts, payer),
            applied=[(item.number, cash) for item, cash in parts],
            differences=list(differences),
            payer=shown.kind,
            paid_by=payer.number,
        )
        overpaid = ZERO
        settled = {item.number: cash for item, cash in parts}
        for one in differences:
            if one.kind == "OVERPAYMENT":
                overpaid -= one.amount
            elif one.document in settled:
                settled[one.document] += one.amount
        self.touched += [item for item, _ in parts]
        for item, _ in parts:
            item.open_amount -= settled[item.number]
            item.seen_amount -= settled[item.number]
        cash = sum((amount for _, amount in parts), ZERO)
        return self._line(payer.account, day, cash + overpaid, truth, shown, text)

    def pay_undecidable(
        self,
        kind: str,
        day: date,
        payer: Customer,
        shown: Payer,
        parts: Sequence[tuple[Item, Decimal]],
        text: str,
        reason: str,
    ) -> Payment:
        """Book a payment nobody could place: true of these documents, while the files go on showing them open."""
        truth = Truth(
            kind,
            customer=_owner_of(parts, payer),
            applied=[(item.number, cash) for item, cash in parts],
            is_decidable=False,
            reason=reason,
            payer=shown.kind,
            paid_by=payer.number,
        )
        self.touched += [item for item, _ in parts]
        for item, cash in parts:
            item.open_amount -= cash
            item.owner.is_blurred = True
        payer.is_blurred = True
        return self._line(payer.account, day, sum((cash for _, cash in parts), ZERO), truth, shown, text)

    def keep(
        self, kind: str, day: date, payer: Customer, shown: Payer, amount: Decimal, text: str
    ) -> Payment:
        """Book money that belongs to a customer and to none of its documents."""
        truth = Truth(kind, state="ON_ACCOUNT", customer=payer.number, payer=shown.kind, paid_by=payer.number)
        return self._line(payer.account, day, amount, truth, shown, text)

    def _line(
        self, account: Account, day: date, amount: Decimal, truth: Truth, shown: Payer, text: str
    ) -> Payment:
        end_to_end = ""
        if account.carries_iban and self.rng.random() < 0.5:
            end_to_end = f"{self.rng.choice(('ZV', 'E2E-', ''))}{self.rng.randrange(10**8, 10**9)}"
        return Payment(
            account=account,
            day=day,
            amount=amount,
            truth=truth,
            name=shown.name,
            iban=shown.iban,
            own_iban=shown.own_iban,
            text=text,
            end_to_end_id=end_to_end,
        )


def _owner_of(parts: Sequence[tuple[Item, Decimal]], payer: Customer) -> str:
    """Give the one customer whose documents these are; empty for several, the payer for none."""
    owners = {item.owner.number for item, _ in parts}
    return owners.pop() if len(owners) == 1 else "" if owners else payer.number


def tolerance_of(amount: Decimal) -> Decimal:
    """Give what may be cleared without asking: the smaller of the amount and the share, rounded half away."""
    return min(TOLERANCE, (amount * TOLERANCE_PERCENT / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP"))


def last_discount_day(item: Item) -> date:
    """Give the last day of the discount without grace."""
    return item.issued + timedelta(days=item.owner.discount_days)


def is_discount_over(item: Item, day: date) -> bool:
    """Tell whether no discount can explain a shortage on this day, in time or just late."""
    return not item.owner.discount_days or day > item.due
