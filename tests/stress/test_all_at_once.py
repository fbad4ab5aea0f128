"""Eight people post, clear, take back, write off and close periods at once: only refusals, and every cent is there."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from acquit.billing.models import Document
from acquit.cash.models import Receipt
from acquit.cash.operations import NewMoney, apply_receipt, keep_on_account, record_payments, undo_receipt
from acquit.cash.rules.receipts import Applied, ReceiptFact
from acquit.closing.batch import close_period
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.infra.models import Run, RunChunk
from acquit.infra.transaction import BrokenInvariant, ChangedMeanwhile, PeriodNotOpen
from acquit.ledger.models import JournalEntry, Period, PeriodTransition
from acquit.ledger.operations import decide_reopening, move_period, request_reopening
from acquit.ledger.queries import get_balance, get_period_of
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.periods import PeriodStatus
from acquit.receivables.models import Clearing, OpenItem, WriteOff
from acquit.receivables.operations import (
    LossFacts,
    approve_provision,
    approve_write_off,
    assess_customer,
    carry_deduction,
    clear_items,
    post_provision,
    propose_provision,
    request_write_off,
    reverse_write_off,
    unclear_items,
)
from tests.builders import DECIDED_AT, INVOICE_DAY, LAST_DAY, SYSTEM, Books, make_books
from tests.receivables.test_races import assert_sound, run_together
from tests.stress.telling import choose_seed, tell

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal
DAYS = (date(2026, 3, 2), date(2026, 3, 30), date(2026, 4, 1), date(2026, 4, 28), date(2026, 5, 4))
CUSTOMERS = 5


class Somebody:
    """One of the eight: does what comes to mind, keeps what was accepted, and what it was refused with."""

    def __init__(self, books: Books, customers: Sequence[int], place: int, seed: int) -> None:
        self.books = books
        self.customers = list(customers)
        self.place = place
        self.chance = random.Random(seed * 100 + place)
        self.refused: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.sums: defaultdict[str, Decimal] = defaultdict(Decimal)

    def work(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        acts: dict[Callable[[], None], int] = {
            self.issue: 4, self.pay: 3, self.clear: 6, self.unclear: 2, self.apply: 3, self.undo: 1,
            self.keep: 1, self.write_off: 2, self.approve: 2, self.put_back: 1, self.deduct: 1, self.period: 1,
        }  # fmt: skip
        while time.monotonic() < until:
            [act] = self.chance.choices(list(acts), list(acts.values()))
            try:
                act()
            except BrokenInvariant as broken:
                raise AssertionError("rows that contradict each other reached the database") from broken
            except Refusal as refusal:
                self.refused[f"{refusal.code} {refusal.details.get('sqlstate') or ''}".strip()] += 1
            else:
                self.done[act.__name__] += 1

    def person(self, other: int = 0) -> Actor:
        number = (self.place + other) % 8 + 1
        return Actor(number, f"Person {number}", {self.books.company_id: frozenset(Duty)})

    def some(self, sign: int, customer: int | None = None) -> tuple[int, Decimal, int] | None:
        """Give an open item of a sign: (item, amount, customer)."""
        rows = OpenItem.objects.filter(company_id=self.books.company_id)
        rows = rows.filter(open_amount__gt=0) if sign > 0 else rows.filter(open_amount__lt=0)
        if customer is not None:
            rows = rows.filter(customer_id=customer)
        found = list(rows.order_by("-item_id").values_list("item_id", "open_amount", "customer_id")[:20])
        return self.chance.choice(found) if found else None

    def issue(self) -> None:
        day = self.chance.choice(DAYS)
        picked = self.chance.choices(self.customers, k=self.chance.randint(1, 3))
        amounts = [D(self.chance.choice(["10.00", "25.50", "180.01", "-5.00"])) for _ in picked]
        self.books.issue(
            [self.books.draft(c, a, document_date=day) for c, a in zip(picked, amounts, strict=True)]
        )
        self.sums["issued"] += sum(amounts, D(0))
        self.done["documents"] += len(amounts)

    def pay(self) -> None:
        amount, day = D(self.chance.choice(["5.00", "10.00", "30.07"])), self.chance.choice(DAYS)
        reference = f"{self.place}-{self.chance.random()}"
        fact = ReceiptFact(
            0, self.books.company_id, "EUR", amount, day, customer_id=self.chance.choice(self.customers)
        )
        new = NewMoney(fact, day, reference, source="crowd", reference=reference)
        record_payments(
            actor=SYSTEM,
            company_id=self.books.company_id,
            payments=[new],
            business_date=day,
            decided_at=DECIDED_AT,
        )
        self.sums["paid"] += amount
        self.done["receipts"] += 1

    def clear(self) -> None:
        drafts = []
        for customer in self.chance.sample(self.customers, self.chance.randint(1, 3)):
            gives, asks = self.some(-1, customer), self.some(1, customer)
            if gives and asks:
                part = self.chance.choice([D(1), D("0.5")])
                amount = (min(-gives[1], asks[1]) * part).quantize(D("0.01"))
                drafts.append(self.books.clearing((gives[0], asks[0], amount), day=self.chance.choice(DAYS)))
        if drafts:
            clear_items(actor=SYSTEM, drafts=drafts)

    def unclear(self) -> None:
        rows = Clearing.objects.filter(
            company_id=self.books.company_id, reverses_id__isnull=True, reason="APPLICATION"
        )
        ids = list(rows.order_by("-id").values_list("id", flat=True)[:20])
        if ids:
            picked = self.chance.sample(ids, min(len(ids), 2))
            unclear_items(
                actor=SYSTEM, clearing_ids=picked, effective_date=self.chance.choice(DAYS), reason="CROWD"
            )

    def _receipt(self, *states: str) -> int | None:
        rows = Receipt.objects.filter(company_id=self.books.company_id, state__in=states).order_by("-id")
        ids = list(rows.values_list("id", flat=True)[:20])
        return self.chance.choice(ids) if ids else None

    def apply(self) -> None:
        receipt, asks = self._receipt("UNAPPLIED", "PROPOSED", "ON_ACCOUNT"), self.some(1)
        if receipt is not None and asks is not None:
            apply_receipt(
                actor=SYSTEM,
                receipt_id=receipt,
                applied=[Applied(asks[0], min(asks[1], D("5.00")))],
                business_date=self.chance.choice(DAYS),
                decided_at=DECIDED_AT,
            )

    def keep(self) -> None:
        receipt = self._receipt("UNAPPLIED", "PROPOSED")
        if receipt is not None:
            keep_on_account(
                actor=SYSTEM,
                receipt_id=receipt,
                customer_id=self.chance.choice(self.customers),
                business_date=self.chance.choice(DAYS),
                decided_at=DECIDED_AT,
            )

    def undo(self) -> None:
        receipt = self._receipt("AUTO", "CONFIRMED", "ON_ACCOUNT")
        if receipt is not None:
            undo_receipt(
                actor=SYSTEM,
                receipt_id=receipt,
                business_date=self.chance.choice(DAYS),
                decided_at=DECIDED_AT,
                reason="CROWD",
            )

    def deduct(self) -> None:
        asks = self.some(1)
        if asks:
            carry_deduction(
                actor=SYSTEM,
                item_id=asks[0],
                amount=min(asks[1], D("1.00")),
                reason="DAMAGE",
                on_date=self.chance.choice(DAYS),
            )

    def write_off(self) -> None:
        asks = self.some(1)
        if asks:
            self._gave_up(
                request_write_off(
                    actor=self.person(),
                    item_id=asks[0],
                    facts=LossFacts(D(19), INVOICE_DAY),
                    reason="CROWD",
                    on_date=self.chance.choice(DAYS),
                )
            )

    def approve(self) -> None:
        waiting = list(
            WriteOff.objects.filter(state="REQUESTED").order_by("-id").values_list("id", flat=True)[:10]
        )
        if waiting:
            self._gave_up(
                approve_write_off(
                    actor=self.person(self.chance.randrange(8)),
                    write_off_id=self.chance.choice(waiting),
                    on_date=self.chance.choice(DAYS),
                )
            )

    def _gave_up(self, done: WriteOff) -> None:
        if done.state == "POSTED":
            self.sums["written off"] += done.amount
            self.sums["allowance used"] += done.allowance_used

    def put_back(self) -> None:
        posted = list(WriteOff.objects.filter(state="POSTED").order_by("-id")[:10])
        if posted:
            row = self.chance.choice(posted)
            reverse_write_off(
                actor=self.person(), write_off_id=row.id, reason="CROWD", on_date=self.chance.choice(DAYS)
            )
            self.sums["written off"] -= row.amount
            self.sums["allowance used"] -= row.allowance_used

    def period(self) -> None:
        """Close March or May a step further, or reopen it: all at once, by whoever comes first."""
        period = get_period_of(self.books.company_id, self.chance.choice([DAYS[0], DAYS[4]]))
        assert period is not None
        following = {"OPEN": PeriodStatus.SOFT_CLOSED, "SOFT_CLOSED": PeriodStatus.CLOSED}.get(period.status)
        if following is not None:
            move_period(actor=self.person(), period_id=period.id, to_status=following, reason="CROWD")
            self.done["steps"] += 1
            if self.chance.random() < 0.5:
                return
        asked = request_reopening(
            actor=self.person(), period_id=period.id, to_status=PeriodStatus.OPEN, reason="CROWD"
        )
        decide_reopening(actor=self.person(1), reopening_id=asked, is_approved=True)
        self.done["steps"] += 1


def let_them_loose(seconds: float) -> None:
    """Let eight people work so long, and add up what they were told."""
    seed = choose_seed()
    books = make_books()
    customers = books.customers(*(str(n) for n in range(CUSTOMERS)))
    provided = provide_for(books, customers[0])
    crowd = [Somebody(books, customers, place, seed) for place in range(8)]
    outcomes = run_together(
        [books.company_id], *(lambda each=each: each.work(seconds) for each in crowd), patience=seconds + 120
    )
    done = sum((each.done for each in crowd), Counter[str]())
    refused = sum((each.refused for each in crowd), Counter[str]())
    tell(seed, f"{seconds:.0f} s, done {dict(done)}, refused {dict(refused)}")
    assert [outcome for outcome in outcomes if outcome is not None] == [], f"seed {seed}"
    assert not [code for code in refused if "40P01" in code], refused
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in crowd:
        for name, amount in each.sums.items():
            sums[name] += amount
    expected = provided + sums["issued"] - sums["paid"] - sums["written off"]
    assert OpenItem.objects.aggregate(total=Sum("open_amount"))["total"] == expected, f"seed {seed}"
    assert Document.objects.count() == done["documents"] + 1
    assert Receipt.objects.count() == done["receipts"]
    assert PeriodTransition.objects.count() == done["steps"]
    assert -balance(books, AccountRole.LOSS_ALLOWANCE) == provided - sums["allowance used"] >= 0, (
        f"seed {seed}"
    )
    assert min(done[act.__name__] for act in (Somebody.issue, Somebody.pay, Somebody.clear)) > 5, done
    assert_sound()


def balance(books: Books, role: AccountRole) -> Decimal:
    return get_balance(company_id=books.company_id, roles=[role], as_of=LAST_DAY)


def provide_for(books: Books, customer: int) -> Decimal:
    """Bring an allowance into the books, so small that everybody wants the last of it; gives its amount."""
    books.invoice(customer, "300.00", document_date=date(2026, 2, 2))
    assess_customer(
        actor=SYSTEM,
        company_id=books.company_id,
        customer_id=customer,
        valid_from=date(2026, 2, 2),
        reason="insolvent",
        loss_rate=D(100),
    )
    persons = [Actor(n, f"Person {n}", {books.company_id: frozenset(Duty)}) for n in (1, 2)]
    run = propose_provision(actor=persons[0], company_id=books.company_id, as_of=date(2026, 2, 28))
    approve_provision(actor=persons[1], run_id=run.id)
    post_provision(actor=persons[1], run_id=run.id)
    return D("300.00")


def test_eight_people_for_some_seconds() -> None:
    let_them_loose(6)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_eight_people_for_a_minute() -> None:
    let_them_loose(60)


def close_march(books: Books, user_id: int) -> Callable[[], object]:
    """Close March as a person, running again as long as somebody is in the way."""

    def close() -> object:
        actor = Actor(user_id, f"Closer {user_id}", {books.company_id: frozenset(Duty)})
        for _ in range(20):
            try:
                return close_period(
                    actor=actor,
                    company_id=books.company_id,
                    period="2026-03",
                    business_date=date(2026, 4, 10),
                    started_at=DECIDED_AT,
                )
            except ChangedMeanwhile:
                continue
        raise AssertionError("never came to an end")

    return close


def post_until_refused(books: Books, customer: int) -> Callable[[], object]:
    """Post into March until its period takes nothing more; gives how often it did."""

    def post() -> object:
        for number in range(10_000):
            try:
                books.invoice(customer, "10.00", tax="1.60", document_date=date(2026, 3, 30))
            except PeriodNotOpen:
                return number
        raise AssertionError("March never closed")

    return post


def test_two_people_close_a_period_into_which_others_post() -> None:
    """Each step is taken once, and what was posted before the lock is in the trial balance the period closed on."""
    books = make_books()
    first, second = books.customers("1", "2")
    for name in ("2026-01", "2026-02"):
        close_period(
            actor=SYSTEM,
            company_id=books.company_id,
            period=name,
            business_date=date(2026, 4, 10),
            started_at=DECIDED_AT,
        )
    run_before = RunChunk.objects.count()
    outcomes = run_together(
        [books.company_id],
        close_march(books, 1),
        close_march(books, 2),
        post_until_refused(books, first),
        post_until_refused(books, second),
    )
    assert [type(outcome) for outcome in outcomes] == [list, list, int, int], outcomes
    ours, theirs, *posted = outcomes
    assert [r.step for r in ours] == [r.step for r in theirs]
    assert [r.evidence for r in ours] == [r.evidence for r in theirs]
    assert [r.is_new for r in ours] == [not r.is_new for r in theirs]
    assert RunChunk.objects.count() - run_before == len(ours)
    assert Run.objects.filter(kind="CLOSE", finished_at__isnull=True).count() == 0
    march = Period.objects.get(company_id=books.company_id, start_date=date(2026, 3, 1))
    steps = list(
        PeriodTransition.objects.filter(period_id=march.id).order_by("id").values_list("to_status", flat=True)
    )
    assert (march.status, steps) == ("CLOSED", ["SOFT_CLOSED", "CLOSED"])
    assert JournalEntry.objects.filter(kind="INVOICE").count() == sum(posted) > 0
    [owed] = [D(row[2]) for row in ours[-1].evidence["trial_balance"] if row[0] == "1200"]
    assert owed == D(10) * sum(posted)
    assert_sound()
