"""Any past day, as known at any moment: ageing, open items and statements against a plain Python oracle."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.db import connection

from acquit.infra.schema import sql_text
from acquit.receivables.models import ClearingEdge, Item
from acquit.receivables.operations import leave_residual
from acquit.receivables.queries import get_ageing, get_statements_of_account, list_open_items_as_of
from acquit.receivables.queries.ageing import index_order
from acquit.receivables.rules.ageing import AgeingItem, age_items
from acquit.receivables.rules.items import UNAPPLIED_KINDS
from tests.builders import SYSTEM, Books, make_books

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


class Open(NamedTuple):
    customer_id: int
    currency: str
    kind: str
    due_date: date
    amount: Decimal


def oracle(as_of: date, known_at: datetime | None) -> dict[int, Open]:
    """Compute what was open from items and edges, one by one."""
    left: dict[int, Open] = {}
    for item in Item.objects.all():
        if item.posting_date <= as_of and (known_at is None or item.recorded_at < known_at):
            left[item.id] = Open(
                item.customer_id, item.currency, item.kind, item.due_date, item.original_amount
            )
    for edge in ClearingEdge.objects.all():
        if edge.effective_date <= as_of and (known_at is None or edge.recorded_at < known_at):
            for item_id, amount in ((edge.debit_item_id, -edge.amount), (edge.credit_item_id, edge.amount)):
                left[item_id] = left[item_id]._replace(amount=left[item_id].amount + amount)
    return {item_id: fact for item_id, fact in left.items() if fact.amount != 0}


def tell_history(seed: int) -> tuple[Books, list[int], list[datetime]]:
    """Make a random history: documents, payments, clearings and their taking back, in random order of days."""
    drawn = random.Random(seed)
    books = make_books()
    customers = books.customers("1", "2", "3")
    debits: list[tuple[int, int, date, Decimal]] = []
    opposites: list[tuple[int, int, date, Decimal]] = []
    clearings: list[tuple[int, date]] = []
    moments = []

    def day(start: date = FIRST) -> date:
        return start + timedelta(drawn.randrange((LAST - start).days + 1))

    for _ in range(40):
        act = drawn.choice(["invoice", "invoice", "credit", "pay", "clear", "clear", "unclear"])
        customer = drawn.choice(customers)
        amount = Decimal(drawn.randrange(1, 20))
        posted = day()
        if act == "invoice":
            issued = books.invoice(
                customer, amount, document_date=posted, due_date=posted + timedelta(drawn.randrange(0, 120))
            )
            debits.append((customer, issued.item_id, posted, amount))
        elif act == "credit":
            opposites.append(
                (customer, books.invoice(customer, -amount, document_date=posted).item_id, posted, amount)
            )
        elif act == "pay":
            opposites.append((customer, books.payment(customer, amount, paid_date=posted), posted, amount))
        elif act == "clear":
            pairs = [(c, d) for c in opposites for d in debits if c[0] == d[0]]
            if pairs:
                credit, debit = drawn.choice(pairs)
                effective = day(max(credit[2], debit[2]))
                part = min(credit[3], debit[3], Decimal(drawn.randrange(1, 20)))
                clearings.append((books.clear(credit[1], debit[1], part, day=effective), effective))
                for known, taken in ((opposites, credit), (debits, debit)):
                    known.remove(taken)
                    if taken[3] > part:
                        known.append((*taken[:3], taken[3] - part))
        elif clearings:
            clearing, effective = clearings.pop(drawn.randrange(len(clearings)))
            books.unclear(clearing, day=day(effective))
        moments.append(now())
    return books, customers, moments


def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment = cursor.fetchone()[0]
        assert isinstance(moment, datetime)
        return moment


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(6))
def test_every_day_and_moment_is_as_the_rows_say(seed: int) -> None:
    books, customers, moments = tell_history(seed)
    drawn = random.Random(seed + 1000)
    for known_at in [None, *drawn.sample(moments, 6)]:
        for _ in range(4):
            as_of = FIRST + timedelta(drawn.randrange(200))
            expected = oracle(as_of, known_at)
            check_items(books, as_of, known_at, expected)
            check_ageing(books, as_of, known_at, expected)
            for customer in customers:
                check_statement(books, customer, as_of, known_at, expected)


def check_items(books: Books, as_of: date, known_at: datetime | None, expected: dict[int, Open]) -> None:
    found = list_open_items_as_of(as_of=as_of, company_ids=[books.company_id], limit=1000, known_at=known_at)
    assert {item.id: item.open_amount for item in found} == {i: f.amount for i, f in expected.items()}


def check_ageing(books: Books, as_of: date, known_at: datetime | None, expected: dict[int, Open]) -> None:
    found = {
        row.customer_id: row
        for row in get_ageing(as_of=as_of, company_ids=[books.company_id], is_today=False, known_at=known_at)
    }
    for customer in {fact.customer_id for fact in expected.values()} | set(found):
        facts = [fact for fact in expected.values() if fact.customer_id == customer]
        owed = [fact for fact in facts if fact.kind not in UNAPPLIED_KINDS]
        aged = age_items([AgeingItem(fact.amount, fact.due_date) for fact in owed], as_of)
        cash = sum((fact.amount for fact in facts if fact.kind in UNAPPLIED_KINDS), Decimal(0))
        row = found.get(customer)
        if row is None:
            assert not any(aged.buckets.values())
            assert not any(fact.amount > 0 for fact in owed)
            assert cash == 0
            continue
        buckets = (row.not_due, row.days_1_30, row.days_31_60, row.days_61_90, row.days_91_plus)
        assert buckets == tuple(aged.buckets.values())
        assert (row.open_amount, row.unapplied) == (aged.total, cash)
        assert row.oldest_due_date == min((f.due_date for f in owed if f.amount > 0), default=None)


def check_statement(
    books: Books, customer: int, as_of: date, known_at: datetime | None, expected: dict[int, Open]
) -> None:
    first = as_of - timedelta(30)
    owed = sum((f.amount for f in expected.values() if f.customer_id == customer), Decimal(0))
    before = oracle(first - timedelta(1), known_at).values()
    found = get_statements_of_account(
        company_id=books.company_id,
        customer_id=customer,
        from_date=first,
        until_date=as_of,
        known_at=known_at,
    )
    if not found:
        assert owed == 0
        return
    [statement] = found
    assert statement.opening_balance == sum(
        (f.amount for f in before if f.customer_id == customer), Decimal(0)
    )
    assert statement.closing_balance == owed
    assert (statement.lines[-1].balance if statement.lines else statement.opening_balance) == owed
    assert sum(statement.buckets.values()) + statement.unapplied == owed


@pytest.mark.django_db
def test_today_is_the_past_day_that_ends_now() -> None:
    books = make_books()
    customer = books.customer()
    invoice = books.invoice(customer, "100.00", document_date=date(2026, 1, 5), due_date=date(2026, 1, 20))
    books.clear(books.payment(customer, "80.00"), invoice.item_id, "30.00")
    for as_of in (date(2026, 4, 1), date(2026, 5, 1)):
        ids = [books.company_id]
        assert get_ageing(as_of=as_of, company_ids=ids, is_today=True) == get_ageing(
            as_of=as_of, company_ids=ids, is_today=False
        )
    [row] = get_ageing(as_of=date(2026, 4, 1), company_ids=[books.company_id], is_today=True)
    assert (row.open_amount, row.days_61_90, row.unapplied, row.balance) == (70, 70, -50, 20)
    assert row.oldest_due_date == date(2026, 1, 20)


@pytest.mark.django_db
def test_nothing_is_cleared_before_it_is_there() -> None:
    """A payment of April on an invoice of May: whatever day is asked for, statement and ageing say the same."""
    books = make_books()
    customer = books.customer()
    day, posted = date(2026, 4, 15), date(2026, 5, 4)
    invoices = [books.invoice(customer, "100.00", document_date=posted).item_id for _ in range(2)]
    books.clear(books.payment(customer, "60.00"), invoices[0], "60.00", day=day)
    leave_residual(
        actor=SYSTEM, payment_item_id=books.payment(customer, "40.00"), item_id=invoices[1], on_date=day
    )
    assert set(ClearingEdge.objects.values_list("effective_date", flat=True)) == {posted}
    for as_of, owed in ((day, -100), (posted, 100)):
        said = {"company_ids": [books.company_id], "customer_ids": [customer]}
        [row] = get_ageing(as_of=as_of, is_today=False, **said)
        [statement] = get_statements_of_account(
            company_id=books.company_id, customer_id=customer, from_date=FIRST, until_date=as_of
        )
        assert row.balance == statement.closing_balance == owed


@pytest.mark.django_db(transaction=True)
def test_a_customer_of_whom_nothing_was_known_has_no_row() -> None:
    books = make_books()
    customer = books.customer()
    before = now()
    books.invoice(customer, "100.00", document_date=date(2026, 1, 5))
    said = {"as_of": LAST, "company_ids": [books.company_id], "is_today": False}
    assert get_ageing(known_at=before, **said) == []
    [row] = get_ageing(known_at=now(), **said)
    assert (row.customer_id, row.balance) == (customer, 100)


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["ageing.sql", "ageing_as_of.sql"])
def test_ageing_reads_the_live_set_from_its_covering_index_alone(file: str) -> None:
    parameters = {
        "as_of": LAST,
        "known_at": None,
        "company_id": 1,
        "currency": "EUR",
        "customer_ids": None,
        "unapplied_kinds": sorted(UNAPPLIED_KINDS),
    }
    with index_order(), connection.cursor() as cursor:
        # What other tests left in the statistics must not decide: the question is whether the index can serve alone.
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (COSTS OFF) {sql_text('receivables', file)}", parameters)
        plan = [row[0].strip() for row in cursor.fetchall()]
    scans = [line for line in plan if "Scan" in line and " on open_item" in line]
    assert [line.removeprefix("->  ") for line in scans] == [
        "Index Only Scan using open_item_customer on open_item",
        "Index Only Scan using open_item_customer on open_item open_item_1",
    ]
    conditions = [line for line in plan if line.startswith("Index Cond:")]
    assert ["(company_id = 1) AND (is_debit = " in line for line in conditions[:2]] == [True, True], plan
    assert not [line for line in plan if "Seq Scan" in line]


@pytest.mark.django_db
def test_a_statement_of_account_reads_its_items_from_the_index_alone() -> None:
    parameters = {"company_id": 1, "customer_id": 1, "from_date": FIRST, "until_date": LAST, "known_at": None}
    with index_order(), connection.cursor() as cursor:
        # What other tests left in the statistics must not decide: the question is whether the index can serve alone.
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (COSTS OFF) {sql_text('receivables', 'statement.sql')}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert plan.count("Index Only Scan using item_customer") == 2
    assert plan.count(" on item") == 2


@pytest.mark.django_db
def test_reading_in_index_order_leaves_the_session_as_it_was() -> None:
    def setting() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW enable_seqscan")
            return str(cursor.fetchone()[0])

    assert setting() == "on"
    with index_order():
        assert setting() == "off"
    assert setting() == "on"
