"""Clearing and taking back: open amounts, book values, entries, and everything that is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest

from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.errors import NotFound, Refusal
from acquit.infra.models import Event
from acquit.infra.transaction import PeriodNotOpen, set_companies
from acquit.ledger.models import JournalEntry, Posting
from acquit.ledger.operations import record_rates
from acquit.ledger.queries import list_entries
from acquit.receivables.models import Clearing, ClearingEdge, Item, OpenItem
from acquit.receivables.operations import CannotUnclear, clear_items, unclear_items
from acquit.receivables.queries import get_ageing, list_edges
from acquit.receivables.rules.clearing import CannotClear, ClearingDraft, PairDraft
from tests.builders import PAYMENT_DAY, SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db

D = Decimal


class Desk(NamedTuple):
    """A customer with two invoices of 100 and 50 and a payment of 120."""

    books: Books
    customer: int
    large: int
    small: int
    payment: int


@pytest.fixture
def desk() -> Desk:
    books = make_books()
    customer = books.customer()
    large, small = books.invoice(customer, "100.00"), books.invoice(customer, "50.00")
    return Desk(books, customer, large.item_id, small.item_id, books.payment(customer, "120.00"))


def open_amounts() -> dict[int, Decimal]:
    return dict(OpenItem.objects.values_list("item_id", "open_amount"))


def rows() -> tuple[object, ...]:
    counts = tuple(
        table.objects.count() for table in (Clearing, ClearingEdge, JournalEntry, Posting, Event, Item)
    )
    return (*counts, sorted(OpenItem.objects.values_list("item_id", "open_amount", "open_company_amount")))


def lines_of_clearing(clearing_id: int) -> list[tuple[str, int | None, Decimal, Decimal]]:
    [entry_id] = JournalEntry.objects.filter(clearing_id=clearing_id).values_list("id", flat=True)
    [entry] = list_entries(entry_ids=[entry_id])
    return [(p.account_code, p.item_id, p.amount, p.company_amount) for p in entry.postings]


# Clearing -------------------------------------------------------------------------------------------------------------


def test_a_payment_clears_one_invoice_and_part_of_another(desk: Desk) -> None:
    draft = desk.books.clearing((desk.payment, desk.large, "100.00"), (desk.payment, desk.small, "20.00"))
    actor = clerk(desk.books.company_id, Duty.CASH)
    [clearing_id] = clear_items(actor=actor, drafts=[draft._replace(decision_id=4, run_id=6, text="ZE")])
    assert open_amounts() == {desk.small: D("30.00")}
    clearing = Clearing.objects.get(id=clearing_id)
    assert (clearing.effective_date, clearing.reason, clearing.reverses_id) == (
        PAYMENT_DAY,
        "APPLICATION",
        None,
    )
    assert (clearing.decision_id, clearing.run_id, clearing.actor_id) == (4, 6, actor.user_id)
    assert lines_of_clearing(clearing_id) == [
        ("2100", desk.payment, D("120.00"), D("120.00")),
        ("1200", desk.large, D("-100.00"), D("-100.00")),
        ("1200", desk.small, D("-20.00"), D("-20.00")),
    ]
    edges = ClearingEdge.objects.order_by("id")
    assert [(e.credit_item_id, e.debit_item_id, e.amount) for e in edges] == [
        (desk.payment, desk.large, D("100.00")),
        (desk.payment, desk.small, D("20.00")),
    ]
    invoice, payment = Item.objects.get(id=desk.large), Item.objects.get(id=desk.payment)
    assert (edges[0].debit_due_date, edges[0].debit_posting_date, edges[0].debit_kind) == (
        invoice.due_date,
        invoice.posting_date,
        "INVOICE",
    )
    assert (edges[0].credit_due_date, edges[0].credit_posting_date, edges[0].credit_kind) == (
        payment.due_date,
        payment.posting_date,
        "PAYMENT",
    )
    event = Event.objects.get(kind="receivables.items.cleared")
    assert (event.object_kind, event.object_id, event.actor_id, event.run_id) == (
        "CLEARING",
        clearing_id,
        7,
        6,
    )
    assert event.payload == {
        "amount": "120.00",
        "currency": "EUR",
        "items": sorted([desk.large, desk.small, desk.payment]),
        "decision": 4,
    }


def test_a_credit_note_clears_within_the_receivables(desk: Desk) -> None:
    credit = desk.books.invoice(desk.customer, "-30.00").item_id
    clearing = desk.books.clear(credit, desk.large, "30.00")
    assert lines_of_clearing(clearing) == [
        ("1200", credit, D("30.00"), D("30.00")),
        ("1200", desk.large, D("-30.00"), D("-30.00")),
    ]
    assert credit not in open_amounts()


def test_later_drafts_of_a_batch_see_what_earlier_ones_take(desk: Desk) -> None:
    drafts = [
        desk.books.clearing((desk.payment, desk.large, "60.00")),
        desk.books.clearing((desk.payment, desk.large, "40.00")),
        desk.books.clearing((desk.payment, desk.small, "20.00")),
    ]
    ids = clear_items(actor=SYSTEM, drafts=drafts)
    assert len(set(ids)) == 3
    assert open_amounts() == {desk.small: D("30.00")}


def test_a_batch_that_takes_too_much_together_is_refused_whole(desk: Desk) -> None:
    before = rows()
    drafts = [
        desk.books.clearing((desk.payment, desk.large, "60.00")),
        desk.books.clearing((desk.payment, desk.large, "40.01")),
    ]
    with pytest.raises(CannotClear) as refusal:
        clear_items(actor=SYSTEM, drafts=drafts)
    assert refusal.value.details == {"item_id": desk.large, "open_amount": "40.00"}
    assert rows() == before


def test_no_drafts_are_no_work() -> None:
    assert clear_items(actor=SYSTEM, drafts=[]) == []


def test_a_thousand_clearings_take_the_copy_path() -> None:
    books = make_books()
    customer = books.customer()
    invoices = books.issue([books.draft(customer, "1.00") for _ in range(600)])
    payment = books.payment(customer, "600.00")
    pairs = tuple(PairDraft(payment, invoice.item_id, D("1.00")) for invoice in invoices)
    clear_items(actor=SYSTEM, drafts=[ClearingDraft(books.company_id, PAYMENT_DAY, pairs)])
    assert open_amounts() == {}


# Foreign currency -----------------------------------------------------------------------------------------------------


@pytest.fixture
def dollars() -> Desk:
    """USD 10,000 booked at 1.0800, USD 10,000 received at 1.1000 (handbook section 5, golden G080, G081)."""
    books = make_books()
    customer = books.customer()
    rates = [(date(2026, 3, 1), "EUR", "USD", D("1.0800")), (date(2026, 4, 1), "EUR", "USD", D("1.1000"))]
    record_rates(rates=rates, source="TEST")
    invoice = books.invoice(customer, "10000.00", currency="USD").item_id
    return Desk(books, customer, invoice, 0, books.payment(customer, "10000.00", currency="USD"))


def test_the_realised_difference_is_booked_when_it_is_cleared(dollars: Desk) -> None:
    clearing = dollars.books.clear(dollars.payment, dollars.large, "10000.00")
    assert lines_of_clearing(clearing) == [
        ("2100", dollars.payment, D("10000.00"), D("9090.91")),
        ("1200", dollars.large, D("-10000.00"), D("-9259.26")),
        ("7000", None, D(0), D("168.35")),
    ]
    assert open_amounts() == {}


def test_parts_take_their_share_of_the_book_value_and_the_last_takes_the_rest(dollars: Desk) -> None:
    for amount, book in (("3333.33", "3086.42"), ("3333.33", "3086.42"), ("3333.34", "3086.42")):
        dollars.books.clear(dollars.payment, dollars.large, amount)
        assert ClearingEdge.objects.latest("id").debit_company_amount == D(book)
    assert open_amounts() == {}
    total = sum(Posting.objects.filter(item_id=dollars.large).values_list("company_amount", flat=True))
    assert total == 0


def test_a_part_keeps_the_rest_of_the_book_value_open(dollars: Desk) -> None:
    dollars.books.clear(dollars.payment, dollars.large, "4000.00")
    left = OpenItem.objects.get(item_id=dollars.large)
    assert (left.open_amount, left.open_company_amount) == (D("6000.00"), D("5555.56"))


# Refusals -------------------------------------------------------------------------------------------------------------


def other_customers_invoice(desk: Desk) -> int:
    return desk.books.invoice(desk.books.customer("2"), "10.00").item_id


def dollar_invoice(desk: Desk) -> int:
    record_rates(rates=[(date(2026, 1, 1), "EUR", "USD", D("1.1"))], source="TEST")
    return desk.books.invoice(desk.customer, "10.00", currency="USD").item_id


def other_companys_invoice(_: Desk) -> int:
    other = make_books()
    return other.invoice(other.customer(), "10.00").item_id


def closed_invoice(desk: Desk) -> int:
    credit = desk.books.payment(desk.customer, "10.00")
    invoice = desk.books.invoice(desk.customer, "10.00").item_id
    desk.books.clear(credit, invoice, "10.00")
    return invoice


Case = Callable[[Desk], ClearingDraft]
REFUSED: dict[str, tuple[Case, type[Refusal]]] = {
    "more than is open of the invoice": (
        lambda d: d.books.clearing((d.payment, d.large, "100.01")),
        CannotClear,
    ),
    "more than is open of the payment": (
        lambda d: d.books.clearing((d.payment, d.large, "100.00"), (d.payment, d.small, "20.01")),
        CannotClear,
    ),
    "nothing": (lambda d: d.books.clearing(), CannotClear),
    "zero": (lambda d: d.books.clearing((d.payment, d.large, "0.00")), CannotClear),
    "less than nothing": (lambda d: d.books.clearing((d.payment, d.large, "-1.00")), CannotClear),
    "sides swapped": (lambda d: d.books.clearing((d.large, d.payment, "1.00")), CannotClear),
    "two debits": (lambda d: d.books.clearing((d.large, d.small, "1.00")), CannotClear),
    "an item with itself": (lambda d: d.books.clearing((d.payment, d.payment, "1.00")), CannotClear),
    "an item that is not there": (lambda d: d.books.clearing((d.payment, 999_999, "1.00")), CannotClear),
    "a closed item": (lambda d: d.books.clearing((d.payment, closed_invoice(d), "1.00")), CannotClear),
    "another customer": (
        lambda d: d.books.clearing((d.payment, other_customers_invoice(d), "1.00")),
        CannotClear,
    ),
    "another currency": (lambda d: d.books.clearing((d.payment, dollar_invoice(d), "1.00")), CannotClear),
    "another company": (
        lambda d: d.books.clearing((d.payment, other_companys_invoice(d), "1.00")),
        CannotClear,
    ),
    "a day without a period": (
        lambda d: d.books.clearing((d.payment, d.large, "1.00"), day=date(2027, 1, 1)),
        PeriodNotOpen,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_cleared_refuses_the_batch_and_changes_nothing(desk: Desk, name: str) -> None:
    case, refusal = REFUSED[name]
    bad = case(desk)
    before = rows()
    good = desk.books.clearing((desk.payment, desk.small, "1.00"))
    for drafts in ([bad], [good, bad], [bad, good]):
        with pytest.raises(refusal):
            clear_items(actor=SYSTEM, drafts=drafts)
        assert rows() == before


def test_without_the_duty_nothing_is_cleared_or_taken_back(desk: Desk) -> None:
    clearing = desk.books.clear(desk.payment, desk.large, "10.00")
    before = rows()
    company = desk.books.company_id
    for actor in (clerk(company, *set(Duty) - {Duty.CASH}), clerk(company + 1, *Duty), clerk(company)):
        with pytest.raises(NotAllowed):
            clear_items(actor=actor, drafts=[desk.books.clearing((desk.payment, desk.large, "1.00"))])
        with pytest.raises(NotAllowed):
            unclear_items(actor=actor, clearing_ids=[clearing], effective_date=PAYMENT_DAY, reason="X")
    assert rows() == before


def test_a_session_without_the_company_clears_nothing(desk: Desk) -> None:
    before = rows()
    set_companies([desk.books.company_id + 1])
    with pytest.raises(Refusal):
        clear_items(actor=SYSTEM, drafts=[desk.books.clearing((desk.payment, desk.large, "1.00"))])
    set_companies([desk.books.company_id])
    assert rows() == before


# Taking back ----------------------------------------------------------------------------------------------------------


def test_taking_back_restores_amounts_and_reverses_the_entry(desk: Desk) -> None:
    before = dict(open_amounts())
    clearing = desk.books.clear(desk.payment, desk.large, "100.00")
    actor = clerk(desk.books.company_id, Duty.CASH)
    [reversal] = unclear_items(
        actor=actor, clearing_ids=[clearing], effective_date=date(2026, 4, 10), reason="MISTAKE"
    )
    assert open_amounts() == before
    row = Clearing.objects.get(id=reversal)
    assert (row.reverses_id, row.reason, row.actor_id, row.effective_date) == (
        clearing,
        "MISTAKE",
        7,
        date(2026, 4, 10),
    )
    assert lines_of_clearing(reversal) == [
        (code, item, -amount, -value) for code, item, amount, value in lines_of_clearing(clearing)
    ]
    entry = JournalEntry.objects.get(clearing_id=reversal)
    assert entry.reverses_id == JournalEntry.objects.get(clearing_id=clearing).id
    assert (entry.kind, entry.posting_date) == ("UNCLEARING", date(2026, 4, 10))
    assert {edge.is_taken_back for edge in list_edges(item_ids=[desk.large])} == {True}
    assert Event.objects.get(kind="receivables.items.uncleared").payload == {
        "reverses": clearing,
        "reason": "MISTAKE",
    }


def test_what_was_taken_back_can_be_cleared_again(desk: Desk) -> None:
    for _ in range(3):
        desk.books.unclear(desk.books.clear(desk.payment, desk.large, "100.00"))
    desk.books.clear(desk.payment, desk.large, "100.00")
    assert open_amounts() == {desk.small: D("50.00"), desk.payment: D("-20.00")}


def test_book_values_come_back_to_the_cent(dollars: Desk) -> None:
    first = dollars.books.clear(dollars.payment, dollars.large, "3333.33")
    dollars.books.clear(dollars.payment, dollars.large, "6666.67")
    assert open_amounts() == {}
    dollars.books.unclear(first)
    found = {o.item_id: (o.open_amount, o.open_company_amount) for o in OpenItem.objects.all()}
    assert found == {
        dollars.large: (D("3333.33"), D("3086.42")),
        dollars.payment: (D("-3333.33"), D("-3030.30")),
    }


def test_taking_back_is_done_once_and_not_to_a_taking_back(desk: Desk) -> None:
    clearing = desk.books.clear(desk.payment, desk.large, "100.00")
    other = desk.books.clear(desk.payment, desk.small, "20.00")
    reversal = desk.books.unclear(clearing)
    before = rows()
    for ids, refusal in (
        ([clearing], CannotUnclear),
        ([reversal], CannotUnclear),
        ([other, clearing], CannotUnclear),
        ([other, 999_999], NotFound),
    ):
        with pytest.raises(refusal):
            unclear_items(actor=SYSTEM, clearing_ids=ids, effective_date=PAYMENT_DAY, reason="X")
        assert rows() == before


def test_a_batch_is_taken_back_together_and_named_once(desk: Desk) -> None:
    ids = [
        desk.books.clear(desk.payment, desk.large, "100.00"),
        desk.books.clear(desk.payment, desk.small, "20.00"),
    ]
    taken = unclear_items(actor=SYSTEM, clearing_ids=[*ids, *ids], effective_date=PAYMENT_DAY, reason="X")
    assert len(taken) == 2
    assert open_amounts() == {desk.large: D("100.00"), desk.small: D("50.00"), desk.payment: D("-120.00")}


def test_a_clearing_is_never_taken_back_before_its_own_day(desk: Desk) -> None:
    """Or the invoice would be open twice in between."""
    clearing = desk.books.clear(desk.payment, desk.large, "100.00", day=date(2026, 4, 20))
    reversal = desk.books.unclear(clearing, day=date(2026, 4, 5))
    assert Clearing.objects.get(id=reversal).effective_date == date(2026, 4, 20)
    assert JournalEntry.objects.get(clearing_id=reversal).posting_date == date(2026, 4, 20)
    for day in (date(2026, 4, 4), date(2026, 4, 6), date(2026, 4, 19), date(2026, 4, 20), date(2026, 4, 21)):
        [row] = get_ageing(as_of=day, company_ids=[desk.books.company_id], is_today=False)
        assert (day, row.open_amount, row.unapplied) == (day, D("150.00"), D("-120.00"))
