"""The generator: from a size, a level and a seed to a folder of files and, elsewhere, the truth.

The one clever idea: families live their years one after another and their documents are written and forgotten, so
only the bank lines of the year are held; at the end they are put in the banks' order and written day by day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from heapq import heappop
from itertools import accumulate
from pathlib import Path
from random import Random

from acquit.benchmark import paying, paying_many, undecidable
from acquit.benchmark.advice_files import write_advice
from acquit.benchmark.bank_files import make_statements, number_lines, order_day, write_files
from acquit.benchmark.company_files import CompanyFiles
from acquit.benchmark.life import GRACE_DAYS, Life, Setting
from acquit.benchmark.people import NameMaker
from acquit.benchmark.shares import MESS, Level
from acquit.benchmark.truth import write_truth
from acquit.benchmark.values import ZERO, Account, Advice, AdviceLine, Item, Payment, Truth
from acquit.benchmark.world import (
    ACCOUNTS,
    FIRST_DAY,
    LAST_DAY,
    Family,
    ItemMaker,
    Rates,
    book_names,
    business_days,
    deal_out,
    make_customers,
    make_orders,
)

Builder = Callable[[Life, date, Item], Payment | None]
_BUILDERS: dict[str, Builder] = {
    "EXACT": paying.pay_exact,
    "STRUCTURED": paying.pay_structured,
    "SEVERAL": paying_many.pay_several,
    "ABBREVIATED": paying_many.pay_abbreviated,
    "NOISE": paying.pay_in_noise,
    "TRUNCATED": paying.pay_truncated,
    "MISTYPED": paying.pay_mistyped,
    "PURCHASE_ORDER": paying.pay_by_purchase_order,
    "AMOUNT_ONLY": paying.pay_by_amount,
    "SUBSET": paying_many.pay_subset,
    "STATEMENT": paying_many.pay_balance,
    "DISCOUNT": paying.pay_discount_in_time,
    "DISCOUNT_GRACE": paying.pay_discount_in_grace,
    "DISCOUNT_LATE": paying.pay_discount_late,
    "DISCOUNT_AND_SHORT": paying.pay_discount_in_time,
    "TOLERANCE": paying.pay_nearly,
    "OVERPAID": paying.pay_too_much,
    "SHORT": paying.pay_less_unsaid,
    "PARTIAL": paying.pay_in_part,
    "REST": paying.pay_rest,
    "DEDUCTION": paying.pay_with_deduction,
    "BANK_FEE": paying.pay_less_fee,
    "BANK_FEE_NOT_AGREED": paying.pay_less_unsaid,
    "FX": paying.pay_in_another_currency,
    "CREDIT_NETTED": paying_many.pay_with_credit,
    "PARENT": paying_many.pay_for_child,
    "THIRD_PARTY": paying.pay_by_stranger,
    "ADVICE": paying_many.pay_with_advice,
    "ADVICE_LATE": paying_many.pay_with_advice,
    "ADVICE_CORRECTED": paying_many.pay_with_advice,
    "DIRECT_DEBIT": paying.collect,
    "ON_ACCOUNT": paying_many.pay_on_account,
    "PREPAYMENT": paying_many.pay_ahead,
    "EQUAL_ITEMS": undecidable.pay_one_of_two,
    "EQUAL_NAMES": undecidable.pay_under_one_name,
    "TWO_SUBSETS": undecidable.pay_one_of_two_sets,
    "AMOUNT_NOT_ALLOWED": undecidable.pay_by_forbidden_amount,
    "WRONG_REFERENCE": undecidable.pay_with_wrong_number,
    "SHORT_OF_SEVERAL": undecidable.pay_several_short,
    "NOBODY_KNOWN": undecidable.pay_as_nobody,
}
_FROM_HABIT = {"AGENT_LUMP", "RETURN", "DUPLICATE", "NOT_CUSTOMERS", "DIRECT_DEBIT", "FX"}
_PROVED = {  # what is open on that day is part of the proof
    "ABBREVIATED",
    "AMOUNT_NOT_ALLOWED",
    "AMOUNT_ONLY",
    "DUPLICATE",
    "EQUAL_ITEMS",
    "EQUAL_NAMES",
    "MISTYPED",
    "ON_ACCOUNT",
    "OVERPAID",
    "PARENT",
    "PREPAYMENT",
    "STATEMENT",
    "SUBSET",
    "TRUNCATED",
    "TWO_SUBSETS",
    "WRONG_REFERENCE",
}
_PLANTED = {"EQUAL_ITEMS", "EQUAL_NAMES", "TWO_SUBSETS"}
_OPENING = Decimal("25000000.00")
_AGENTS = ("PayBridge Settlement Services", "Zentralregulierung Nordwest eG")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How large the company is."""

    customers: int = 50_000
    items: int = 1_000_000
    receipts: int = 400_000

    @property
    def days_a_file(self) -> int:
        """Give how many days of statements stand in one file: one, a week or a month for small companies."""
        return 1 if self.receipts >= 100_000 else 5 if self.receipts >= 10_000 else 21


@dataclass(frozen=True, slots=True)
class Generated:
    """What was made: booked bank lines, how many of each kind, and how many files."""

    lines: int
    kinds: Counter[str]
    undecidable: int
    files: int


def generate(
    folder: Path, truth_file: Path, size: Size, level: Level, seed: int, progress: Progress
) -> Generated:
    """Write the company's files into the folder and the truth of every booked line into another place."""
    year = _Year(size, level, seed)
    with CompanyFiles(folder, year.setting.rates) as files:
        payments = year.live(files, progress)
    progress(f"{len(payments)} bank lines lived; writing statements")
    written = _write_banks(folder, payments, size, year.setting.rng)
    written += _write_advices(folder, payments, year.setting.rng)
    write_truth(truth_file, payments, year.setting.value_of)
    kinds = Counter(payment.truth.kind for payment in payments)
    doubtful = sum(not payment.truth.is_decidable for payment in payments)
    return Generated(len(payments), kinds, doubtful, written)


class _Year:
    """The year of the whole company."""

    def __init__(self, size: Size, level: Level, seed: int) -> None:
        self.size = size
        rng = Random(seed)  # noqa: S311 - a benchmark is repeatable, not secret
        self.days = business_days(FIRST_DAY, LAST_DAY)
        names = NameMaker(rng)
        self.families = make_customers(size.customers, names, rng)
        self.setting = Setting(
            rng,
            book_names(self.families),
            names,
            Rates(self.days, rng),
            self.days,
            size.items,
        )
        drawn = [mess for mess in MESS if mess.code not in _FROM_HABIT]
        self._kinds = [mess.code for mess in drawn]
        self._weights = list(accumulate(float(mess.share(level)) for mess in drawn))
        self._targets = {mess.code: float(mess.share(level)) for mess in drawn}
        self._built: Counter[str] = Counter()
        self._share = {mess.code: float(mess.share(level)) / 100 for mess in MESS}

    def live(self, files: CompanyFiles, progress: Progress) -> list[Payment]:
        """Let every family live its year; give all bank lines."""
        rng, size = self.setting.rng, self.size
        counts = deal_out(size.items, len(self.families), rng)
        others = round(size.receipts * self._share["NOT_CUSTOMERS"])
        makes, payments, ratio = ItemMaker(rng), list[Payment](), Decimal(size.receipts - others) / size.items
        left = Decimal(0)
        for number, (members, count) in enumerate(zip(self.families, counts, strict=True)):
            dealt = deal_out(count, len(members), rng) if len(members) > 1 else [count]
            items = [
                item for one, many in zip(members, dealt, strict=True) for item in makes.make_items(one, many)
            ]
            orders = [order for one in members for order in make_orders(one, rng)]
            family = Family(members, items, orders, [])
            left += ratio * count
            booked = self._live_one(Life(family, self.setting), int(left) - int(left) // 20)
            left -= len(booked)
            payments += booked
            files.write_family(family)
            if items and len(self.setting.others) < 2_000:
                self.setting.others.append(rng.choice(items))
            if number % 5_000 == 4_999:
                progress(f"{number + 1} of {len(self.families)} families, {len(payments)} receipts")
        files.write_codes(self.setting.codes)
        payments += _pay_lumps(self.setting)
        payments += self._other_money(others)
        return payments

    def _live_one(self, life: Life, receipts: int) -> list[Payment]:
        self._plan_family(life, receipts)
        booked = list[Payment]()
        while life.events:
            day, _, kind, item, before = heappop(life.events)
            life.advance(day)
            payment = self._pay(life, day, kind, item, before)
            if payment is not None:
                booked.append(payment)
                self._maybe_again(life, day, item, payment)
        return booked

    def _plan_family(self, life: Life, receipts: int) -> None:
        rng = self.setting.rng
        owed = [item for item in life.family.items if item.open_amount > 0]
        for item in rng.sample(owed, min(max(0, receipts), len(owed))):
            kind = rng.choices(self._kinds, cum_weights=self._weights)[0]
            if item.owner.mandate and rng.random() < 0.9:
                kind = "DIRECT_DEBIT"
            if item.owner.is_twin and rng.random() < min(0.4, 16 * self._share["EQUAL_NAMES"]):
                kind = "EQUAL_NAMES"  # few have a twin, so theirs must be frequent
            if item.owner.currency != item.owner.account.currency:
                kind = "FX"
            if item.owner.is_by_agent:
                kind = "AGENT" if rng.random() < 0.8 else "EXACT"
            day = self._choose_day(item, kind)
            if kind in _PLANTED and day > FIRST_DAY + timedelta(days=20):
                undecidable.plant(kind, item, day, life.family.items, rng)
            life.plan(day if day >= FIRST_DAY else FIRST_DAY + timedelta(days=rng.randrange(45)), kind, item)

    def _choose_day(self, item: Item, kind: str) -> date:
        rng, owner = self.setting.rng, item.owner
        if kind.startswith("DISCOUNT") and owner.discount_days:
            if kind == "DISCOUNT_LATE":
                return item.issued + timedelta(days=owner.discount_days + GRACE_DAYS + rng.randrange(3, 12))
            if kind == "DISCOUNT_GRACE":
                return item.issued + timedelta(days=owner.discount_days + rng.randrange(1, GRACE_DAYS + 1))
            return item.issued + timedelta(days=rng.randrange(4, owner.discount_days + 1))
        if kind == "DIRECT_DEBIT":
            return item.due
        late = rng.choice((-3, -1, 0, 1, 2, 4, 7, 12, 20, 35))
        return max(item.due + timedelta(days=late), item.issued + timedelta(days=2))

    def _pay(self, life: Life, day: date, kind: str, item: Item, before: Payment | None) -> Payment | None:
        if life.is_day_closed or item in life.touched:
            life.plan(day + timedelta(days=1), kind, item, before)
            return None
        if before is not None:
            if kind in _PROVED and life.touched:
                return None
            life.is_day_closed = kind in _PROVED
            give = paying.give_back if kind == "RETURN" else paying_many.pay_again
            return give(life, day, item, before)
        if item.seen_amount <= 0 or item.seen_amount != item.open_amount:
            return None
        if kind == "AGENT":
            paying_many.hand_to_agent(life, day, item)
            return None
        payment = self._build(life, day, kind, item)
        if payment is not None:
            self._built[payment.truth.kind] += 1
        return payment

    def _build(self, life: Life, day: date, kind: str, item: Item) -> Payment | None:
        """Build a payment of the kind; where it cannot be proved on this day, of one that has come short so far."""
        payment = self._try(life, day, kind, item)
        if payment is not None or kind in _FROM_HABIT:
            return payment
        whole = self._built.total() / self._weights[-1]
        short = {code: share * whole - self._built[code] for code, share in self._targets.items()}
        for code in sorted(
            (code for code in short if short[code] > 0), key=lambda code: -short[code] / self._targets[code]
        ):
            payment = self._try(life, day, code, item)
            if payment is not None:
                return payment
        return paying.pay_exact(life, day, item)

    @staticmethod
    def _try(life: Life, day: date, kind: str, item: Item) -> Payment | None:
        """Build one kind where its proof may be given: as the only payment of its day when it reads what is open."""
        if kind in _PROVED and life.touched:
            return None
        payment = _BUILDERS[kind](life, day, item)
        if payment is not None and kind in _PROVED:
            life.is_day_closed = True
        return payment

    def _maybe_again(self, life: Life, day: date, item: Item, payment: Payment) -> None:
        truth = payment.truth
        if (
            truth.kind in {"EXACT", "NOISE", "STRUCTURED"}
            and self.setting.rng.random() < 3 * self._share["DUPLICATE"]
        ):
            later = day + timedelta(days=self.setting.rng.randrange(1, 9))
            life.plan(later, "DUPLICATE", item, payment)

    def _other_money(self, count: int) -> Iterator[Payment]:
        rng = self.setting.rng
        suppliers = [self.setting.make_stranger(rng.choice(("DE", "GB", "FR"))) for _ in range(60)]
        for _ in range(count):
            yield undecidable.move_other_money(rng.choice(ACCOUNTS), rng.choice(self.days), suppliers, rng)


def _pay_lumps(setting: Setting) -> Iterator[Payment]:
    """Let the agents pay what was handed to them: one payment an account and quarter, with its advice."""
    accounts = {account.key: account for account in ACCOUNTS}
    for (key, day), parts in sorted(setting.lumps.items(), key=lambda one: one[0]):
        account, rng = accounts[key], setting.rng
        total = sum((cash for _, cash in parts), ZERO)
        reference = str(rng.randrange(10**9, 10**10))
        agent = rng.choice(_AGENTS)
        lines = [AdviceLine(item.number, item.issued, cash, ZERO, cash) for item, cash in parts]
        language = parts[0][0].owner.language
        owners = {item.owner.number for item, _ in parts}
        truth = Truth(
            "AGENT_LUMP",
            customer=owners.pop() if len(owners) == 1 else "",
            applied=[(item.number, cash) for item, cash in parts],
            payer="AGENT",
        )
        advice = Advice(agent, reference, day, day, total, account.currency, language, lines)
        yield Payment(account, day, total, truth, name=agent, text=f"Avis {reference}", advices=(advice,))


def _write_banks(folder: Path, payments: Sequence[Payment], size: Size, rng: Random) -> int:
    place = folder / "statements"
    place.mkdir(parents=True, exist_ok=True)
    written = 0
    for account in ACCOUNTS:
        lines = _in_order(account, payments, rng)
        number_lines(account, lines)
        statements = make_statements(account, lines, _OPENING)
        for file in write_files(account, statements, size.days_a_file):
            (place / file.name).write_bytes(file.content)
            written += 1
    return written


def _in_order(account: Account, payments: Sequence[Payment], rng: Random) -> list[Payment]:
    by_day: dict[date, list[Payment]] = {}
    for payment in payments:
        if payment.account is account:
            by_day.setdefault(payment.day, []).append(payment)
    return [payment for day in sorted(by_day) for payment in order_day(by_day[day], rng)]


def _write_advices(folder: Path, payments: Sequence[Payment], rng: Random) -> int:
    place = folder / "advices"
    place.mkdir(parents=True, exist_ok=True)
    advices = [advice for payment in payments for advice in payment.advices]
    for number, advice in enumerate(sorted(advices, key=lambda one: (one.day, one.reference)), 1):
        file = write_advice(advice, number, rng)
        (place / file.name).write_bytes(file.content)
    return len(advices)
