"""Two clerks, two payments, the same items; eight threads that post, clear and take back. Nothing over-clears."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.db.models import Sum

from acquit.controls.rules.duties import Duty
from acquit.core.errors import Refusal
from acquit.infra.transaction import ChangedMeanwhile, operation, set_companies
from acquit.insight.queries.checks import run_checks
from acquit.ledger.queries import get_balance
from acquit.ledger.rules.accounts import AccountRole
from acquit.receivables.models import Clearing, ClearingEdge, Item, OpenItem
from acquit.receivables.operations import (
    CannotUnclear,
    LossFacts,
    approve_provision,
    assess_customer,
    clear_items,
    post_provision,
    propose_provision,
    request_write_off,
    unclear_items,
)
from acquit.receivables.rules.clearing import CannotClear
from tests.builders import PAYMENT_DAY, SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal
Act = Callable[[], object]


def run_together(company_ids: Sequence[int], *acts: Act, patience: float = 120) -> list[object]:
    """Run acts at the same moment, each on a connection of its own; gives what each gave or refused, in order."""
    outcomes: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, act: Act) -> None:
        try:
            set_companies(company_ids)
            start.wait(timeout=20)
            outcomes[place] = act()
        except BaseException as error:  # noqa: BLE001 - judged by the test
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=patience)
        assert not thread.is_alive(), "somebody waits for ever"
    return outcomes


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def assert_sound() -> None:
    assert {result.name: result.sample for result in run_checks() if result.violations} == {}
    assert deadlocks() == 0


def clear(books: Books, *pairs: tuple[int, int, str]) -> Act:
    return lambda: clear_items(actor=SYSTEM, drafts=[books.clearing(*pairs)])


def test_two_payments_for_one_invoice_pay_it_once() -> None:
    books = make_books()
    customer = books.customer()
    for _ in range(10):
        invoice = books.invoice(customer, "100.00").item_id
        payments = [books.payment(customer, "100.00") for _ in range(2)]
        outcomes = run_together(
            [books.company_id], *(clear(books, (payment, invoice, "100.00")) for payment in payments)
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CannotClear", "list"]
        loser = next(n for n, outcome in enumerate(outcomes) if isinstance(outcome, CannotClear))
        assert OpenItem.objects.get(item_id=payments[loser]).open_amount == D("-100.00")
        assert not OpenItem.objects.filter(item_id__in=[invoice, payments[1 - loser]]).exists()
    assert_sound()


def test_two_clerks_share_what_is_left() -> None:
    books = make_books()
    customer = books.customer()
    invoice = books.invoice(customer, "100.00").item_id
    payments = [books.payment(customer, "60.00") for _ in range(3)]
    outcomes = run_together(
        [books.company_id], *(clear(books, (payment, invoice, "40.00")) for payment in payments)
    )
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"list": 2, "CannotClear": 1}
    assert OpenItem.objects.get(item_id=invoice).open_amount == D("20.00")
    assert_sound()


def test_two_clerks_on_the_same_customers_in_opposite_order() -> None:
    books = make_books()
    customers = books.customers(*(str(n) for n in range(6)))
    for _ in range(5):
        pairs = [(books.payment(c, "10.00"), books.invoice(c, "10.00").item_id, "5.00") for c in customers]
        forwards = [books.clearing(pair) for pair in pairs]
        outcomes = run_together(
            [books.company_id],
            lambda drafts=forwards: clear_items(actor=SYSTEM, drafts=drafts),
            lambda drafts=forwards[::-1]: clear_items(actor=SYSTEM, drafts=drafts),
        )
        assert [type(outcome) for outcome in outcomes] == [list, list]
    assert not OpenItem.objects.exists()
    assert_sound()


def test_one_clearing_is_taken_back_once() -> None:
    books = make_books()
    customer = books.customer()
    invoice, payment = books.invoice(customer, "100.00").item_id, books.payment(customer, "100.00")
    clearing = books.clear(payment, invoice, "100.00")

    def take_back() -> object:
        return unclear_items(actor=SYSTEM, clearing_ids=[clearing], effective_date=PAYMENT_DAY, reason="RACE")

    outcomes = run_together([books.company_id], take_back, take_back, take_back)
    assert Counter(type(outcome) for outcome in outcomes) == {list: 1, CannotUnclear: 2}
    assert dict(OpenItem.objects.values_list("item_id", "open_amount")) == {invoice: D(100), payment: D(-100)}
    assert_sound()


def test_clearing_what_somebody_takes_back_at_that_moment() -> None:
    books = make_books()
    customer = books.customer()
    invoice, first, second = (
        books.invoice(customer, "100.00").item_id,
        books.payment(customer, "100.00"),
        books.payment(customer, "100.00"),
    )
    for _ in range(8):
        clearing = books.clear(first, invoice, "100.00")
        outcomes = run_together(
            [books.company_id],
            lambda taken=clearing: books.unclear(taken),
            clear(books, (second, invoice, "100.00")),
        )
        assert isinstance(outcomes[0], int)
        if isinstance(outcomes[1], CannotClear):  # it came before the taking back
            assert OpenItem.objects.count() == 3
        else:
            [done] = outcomes[1]  # type: ignore[misc]
            books.unclear(done)
    assert_sound()


class Worker:
    """One of many who do whatever comes to mind, and remember who refused them."""

    def __init__(self, books: Books, customers: Sequence[int], seed: int) -> None:
        self.books = books
        self.customers = customers
        self.chance = random.Random(seed)
        self.refusals: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def work(self) -> None:
        for _ in range(30):
            act = self.chance.choices([self.issue, self.pay, self.clear, self.unclear], [3, 3, 6, 2])[0]
            try:
                act()
                self.done[act.__name__] += 1
            except (CannotClear, CannotUnclear, ChangedMeanwhile) as refusal:
                self.refusals[f"{refusal.code} {refusal.details.get('sqlstate', '')}"] += 1

    def issue(self) -> None:
        picked = self.chance.choices(self.customers, k=self.chance.randint(1, 3))
        self.books.issue(
            [self.books.draft(c, self.chance.choice(["10.00", "25.50", "-5.00"])) for c in picked]
        )

    def pay(self) -> None:
        self.books.payment(self.chance.choice(self.customers), self.chance.choice(["5.00", "10.00", "30.00"]))

    def clear(self) -> None:
        drafts = []
        for customer in self.chance.sample(list(self.customers), self.chance.randint(1, 3)):
            rows = list(OpenItem.objects.filter(customer_id=customer).values_list("item_id", "open_amount"))
            owing = [row for row in rows if row[1] < 0]
            debits = [row for row in rows if row[1] > 0]
            if owing and debits:
                (credit, left), (debit, owed) = self.chance.choice(owing), self.chance.choice(debits)
                part = self.chance.choice([D(1), D("0.5")])
                amount = (min(-left, owed) * part).quantize(D("0.01"))
                drafts.append(self.books.clearing((credit, debit, amount)))
        clear_items(actor=SYSTEM, drafts=drafts)

    def unclear(self) -> None:
        ids = list(
            Clearing.objects.filter(reverses_id__isnull=True)
            .order_by("-id")
            .values_list("id", flat=True)[:20]
        )
        if ids:
            picked = self.chance.sample(ids, min(len(ids), 2))
            unclear_items(actor=SYSTEM, clearing_ids=picked, effective_date=PAYMENT_DAY, reason="RACE")


def test_eight_threads_post_clear_and_take_back() -> None:
    books = make_books()
    customers = books.customers(*(str(n) for n in range(4)))
    workers = [Worker(books, customers, seed) for seed in range(8)]
    outcomes = run_together([books.company_id], *(worker.work for worker in workers))
    assert [outcome for outcome in outcomes if outcome is not None] == []
    done = sum((worker.done for worker in workers), Counter[str]())
    assert min(done[name] for name in ("issue", "pay", "clear", "unclear")) > 5, done
    refusals = sum((worker.refusals for worker in workers), Counter[str]())
    assert {name for name in refusals if "40P01" in name} == set()
    original = Item.objects.aggregate(total=Sum("original_amount"))["total"]
    assert OpenItem.objects.aggregate(total=Sum("open_amount"))["total"] == original
    assert ClearingEdge.objects.exists()
    assert_sound()


def test_two_who_give_claims_up_share_the_allowance() -> None:
    """Two customers, so that no lock of theirs keeps the two apart: the allowance of the company does."""
    books = make_books()
    customers = books.customers("1", "2", "3")
    books.invoice(customers[2], "10.00")
    assess_customer(
        actor=SYSTEM,
        company_id=books.company_id,
        customer_id=customers[2],
        valid_from=PAYMENT_DAY,
        reason="insolvent",
        loss_rate=D(100),
    )
    first, second = (clerk(books.company_id, Duty.CLOSE, user_id=n) for n in (1, 2))
    run = propose_provision(actor=first, company_id=books.company_id, as_of=PAYMENT_DAY)
    approve_provision(actor=second, run_id=run.id)
    post_provision(actor=second, run_id=run.id)

    is_read = threading.Event()

    def give_up(item_id: int) -> Decimal:
        facts = LossFacts(D(0), PAYMENT_DAY)
        done = request_write_off(
            actor=SYSTEM, item_id=item_id, facts=facts, reason="lost", on_date=PAYMENT_DAY
        )
        return done.allowance_used

    def give_up_slowly(item_id: int) -> Decimal:
        with operation():
            used = give_up(item_id)
            is_read.set()
            time.sleep(0.3)  # the other one reads what is left now, or waits
        return used

    def give_up_after(item_id: int) -> Decimal:
        assert is_read.wait(timeout=20)
        return give_up(item_id)

    items = [books.invoice(customer, "10.00").item_id for customer in customers[:2]]
    used = run_together([books.company_id], lambda: give_up_slowly(items[0]), lambda: give_up_after(items[1]))
    assert used == [D("10.00"), D("0.00")]
    booked = get_balance(company_id=books.company_id, roles=[AccountRole.LOSS_ALLOWANCE], as_of=PAYMENT_DAY)
    assert booked == 0
    assert_sound()


def test_a_refusal_in_a_race_is_a_refusal() -> None:
    """What a thread is told is always something a door can show."""
    books = make_books()
    customer = books.customer()
    invoice = books.invoice(customer, "100.00").item_id
    payments = [books.payment(customer, "100.00") for _ in range(6)]
    outcomes = run_together(
        [books.company_id], *(clear(books, (payment, invoice, "100.00")) for payment in payments)
    )
    refusals = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(refusals) == 5
    assert all(isinstance(refusal, Refusal) for refusal in refusals)
    assert_sound()
