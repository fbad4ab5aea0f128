"""Issuing documents: numbers without gaps, one item and one balanced entry each, all or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from acquit.billing.models import Document, DocumentLine, Series
from acquit.billing.operations import issue_documents
from acquit.billing.rules.documents import CannotIssue, DocumentDraft, LineDraft
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.errors import NotFound, Refusal
from acquit.core.money import AmountTooLarge, UnknownCurrency
from acquit.infra.models import Event
from acquit.infra.transaction import AlreadyExists, PeriodNotOpen, operation, set_companies
from acquit.ledger.models import JournalEntry, Posting
from acquit.ledger.operations import record_rates
from acquit.ledger.queries import CannotConvert, list_entries
from acquit.receivables.models import Item, OpenItem
from tests.builders import SYSTEM, Books, clerk, make_books

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def books() -> Books:
    return make_books()


@pytest.fixture
def customer(books: Books) -> int:
    return books.customer()


def lines_of(document_id: int) -> list[tuple[str, Decimal, Decimal]]:
    [entry] = list_entries(document_ids=[document_id])
    return [(p.account_code, p.amount, p.company_amount) for p in entry.postings]


def everything() -> tuple[int, ...]:
    tables = (Document, DocumentLine, Item, OpenItem, JournalEntry, Posting, Event)
    counters = tuple(Series.objects.order_by("id").values_list("next_number", flat=True))
    return tuple(table.objects.count() for table in tables) + counters


def test_an_invoice_becomes_document_item_entry_and_event(books: Books, customer: int) -> None:
    draft = books.draft(
        customer,
        "119.00",
        tax="19.00",
        document_date=date(2026, 3, 2),
        due_date=date(2026, 4, 1),
        posting_date=date(2026, 3, 3),
        tax_point_date=date(2026, 2, 28),
        baseline_date=date(2026, 3, 5),
        payment_terms="30 NET",
        customer_po="PO-7",
        structured_reference="RF18 5390 0754 7034",
        source="TEST",
        lines=(
            LineDraft("A", "Anvil", D(2), D("25.00"), D("50.00"), "S", D("19"), D("9.50")),
            LineDraft("B", "Bolt", D(10), D("5.00"), D("50.00"), "S", D("19"), D("9.50")),
        ),
    )
    actor = clerk(books.company_id, Duty.BILL)
    [issued] = issue_documents(actor=actor, drafts=[draft], run_id=5)
    document = Document.objects.get(id=issued.document_id)
    assert (document.number, document.number_key, document.series) == (
        "RE-2026-000001",
        "RE2026000001",
        "RE-2026",
    )
    assert (document.net, document.tax, document.gross) == (D("100.00"), D("19.00"), D("119.00"))
    assert (document.document_date, document.posting_date, document.tax_point_date, document.due_date) == (
        date(2026, 3, 2),
        date(2026, 3, 3),
        date(2026, 2, 28),
        date(2026, 4, 1),
    )
    assert (document.structured_reference, document.customer_po, document.run_id) == (
        "RF18539007547034",
        "PO-7",
        5,
    )
    rows = DocumentLine.objects.filter(document_id=document.id).order_by("line_no")
    assert list(rows.values_list("line_no", "product", "quantity", "price", "net", "tax_rate", "tax")) == [
        (1, "A", D(2), D("25.00"), D("50.00"), D(19), D("9.50")),
        (2, "B", D(10), D("5.00"), D("50.00"), D(19), D("9.50")),
    ]
    item = Item.objects.get(id=issued.item_id)
    assert (item.document_id, item.customer_id, item.kind, item.number) == (
        document.id,
        customer,
        "INVOICE",
        "RE-2026-000001",
    )
    assert (item.baseline_date, item.due_date, item.posting_date) == (
        date(2026, 3, 5),
        date(2026, 4, 1),
        date(2026, 3, 3),
    )
    assert OpenItem.objects.get(item_id=item.id).open_amount == D("119.00")
    assert lines_of(document.id) == [
        ("1200", D("119.00"), D("119.00")),
        ("4000", D("-100.00"), D("-100.00")),
        ("2200", D("-19.00"), D("-19.00")),
    ]
    assert Posting.objects.get(account_id__isnull=False, item_id=item.id).amount == D("119.00")
    event = Event.objects.get(object_kind="DOCUMENT", object_id=document.id)
    assert (event.kind, event.actor_id, event.run_id) == ("billing.document.issued", actor.user_id, 5)
    assert event.payload == {"number": "RE-2026-000001", "gross": "119.00", "currency": "EUR"}


def test_a_credit_note_is_the_reverse(books: Books, customer: int) -> None:
    issued = books.invoice(customer, "-119.00", tax="-19.00")
    assert issued.number == "GS-2026-000001"
    assert lines_of(issued.document_id) == [
        ("1200", D("-119.00"), D("-119.00")),
        ("4000", D("100.00"), D("100.00")),
        ("2200", D("19.00"), D("19.00")),
    ]
    assert OpenItem.objects.get(item_id=issued.item_id).open_amount == D("-119.00")


def test_a_document_taken_over_has_its_revenue_elsewhere(books: Books, customer: int) -> None:
    issued = books.invoice(customer, "119.00", tax="19.00", number="ALT-1", is_taken_over=True)
    assert lines_of(issued.document_id) == [
        ("1200", D("119.00"), D("119.00")),
        ("9000", D("-119.00"), D("-119.00")),
    ]
    assert Event.objects.get(object_kind="DOCUMENT").kind == "billing.document.taken_over"
    assert Document.objects.get().series == ""


def test_zero_lines_of_an_entry_fall_away(books: Books, customer: int) -> None:
    assert len(lines_of(books.invoice(customer, "10.00").document_id)) == 2


# Numbers --------------------------------------------------------------------------------------------------------------


def test_numbers_run_by_company_kind_and_year_and_own_numbers_take_none(books: Books, customer: int) -> None:
    other = make_books()
    theirs = other.customer()
    first = books.issue(
        [
            books.draft(customer),
            books.draft(customer, "-5.00"),
            books.draft(customer, number="EXT-9"),
            books.draft(customer),
            books.draft(customer, document_date=date(2026, 12, 31)),
        ]
    )
    assert [issued.number for issued in first] == [
        "RE-2026-000001",
        "GS-2026-000001",
        "EXT-9",
        "RE-2026-000002",
        "RE-2026-000003",
    ]
    assert other.invoice(theirs).number == "RE-2026-000001"
    assert books.invoice(customer).number == "RE-2026-000004"
    both = issue_documents(actor=SYSTEM, drafts=[other.draft(theirs), books.draft(customer)])
    assert [issued.number for issued in both] == ["RE-2026-000002", "RE-2026-000005"]


def test_a_refused_batch_gives_its_numbers_back(books: Books, customer: int) -> None:
    books.invoice(customer)
    with pytest.raises(PeriodNotOpen):
        books.issue([books.draft(customer), books.draft(customer, posting_date=date(2030, 1, 1))])
    assert books.invoice(customer).number == "RE-2026-000002"


def test_the_millionth_number_is_longer_not_shorter(books: Books, customer: int) -> None:
    books.invoice(customer)
    with operation():
        Series.objects.update(next_number=1_000_000)
    assert books.invoice(customer).number == "RE-2026-1000000"


@pytest.mark.django_db(transaction=True)
def test_threads_issue_without_a_gap_and_without_a_duplicate() -> None:
    from django.db import connections

    books = make_books()
    customers = books.customers(*(str(n) for n in range(4)))
    failures: list[BaseException] = []

    def act(customer: int) -> None:
        set_companies([books.company_id])
        try:
            for n in range(10):
                drafts = [books.draft(customer), books.draft(customer, "-1.00")]
                books.issue(drafts if n % 2 else drafts[::-1])
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=[customer]) for customer in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    numbers = sorted(Document.objects.values_list("number", flat=True))
    assert numbers == [f"{code}-2026-{n:06d}" for code in ("GS", "RE") for n in range(1, 41)]


# Currencies -----------------------------------------------------------------------------------------------------------


def test_foreign_documents_are_converted_at_the_posting_days_rate() -> None:
    books = make_books(currency="EUR", group_currency="GBP")
    customer = books.customer()
    record_rates(
        rates=[
            (date(2026, 1, 1), "EUR", "USD", D("1.0800")),
            (date(2026, 4, 1), "EUR", "USD", D("1.2000")),
            (date(2026, 1, 1), "EUR", "GBP", D("0.8500")),
        ],
        source="TEST",
    )
    issued = books.invoice(customer, "10000.00", tax="1596.64", currency="USD")
    assert lines_of(issued.document_id) == [
        ("1200", D("10000.00"), D("9259.26")),
        ("4000", D("-8403.36"), D("-7780.89")),
        ("2200", D("-1596.64"), D("-1478.37")),
    ]
    groups = Posting.objects.filter(item_id=issued.item_id).values_list("group_amount", flat=True)
    assert list(groups) == [D("7870.37")]
    assert Item.objects.get(id=issued.item_id).company_amount == D("9259.26")


def test_without_a_rate_nothing_is_issued(books: Books, customer: int) -> None:
    before = everything()
    with pytest.raises(CannotConvert):
        books.issue([books.draft(customer), books.draft(customer, currency="USD")])
    assert everything() == before


def test_yen_have_no_decimals_and_dinars_three() -> None:
    yen, dinars = make_books(currency="JPY"), make_books(currency="KWD")
    buyer, other = yen.customer(), dinars.customer()
    assert Document.objects.get(id=yen.invoice(buyer, "1000").document_id).gross == D("1000")
    assert Document.objects.get(id=dinars.invoice(other, "1.005").document_id).gross == D("1.005")
    with pytest.raises(CannotIssue) as refusal:
        yen.invoice(buyer, "1000.50")
    assert refusal.value.message == "The document: net 1000.50 is finer than JPY allows."
    assert refusal.value.param == "net"


# Refusals -------------------------------------------------------------------------------------------------------------

Change = Callable[[Books, int], DocumentDraft]

REFUSED: dict[str, tuple[Change, type[Refusal]]] = {
    "zero": (lambda b, c: b.draft(c, "1.00")._replace(net=D("1.00"), tax=D("-1.00")), CannotIssue),
    "an invoice below zero": (lambda b, c: b.draft(c, "-1.00", kind="INVOICE"), CannotIssue),
    "a credit note above zero": (lambda b, c: b.draft(c, "1.00", kind="CREDIT_NOTE"), CannotIssue),
    "an unknown kind": (lambda b, c: b.draft(c, "-1.00", kind="PROMISE", number="P"), CannotIssue),
    "lines that do not add up": (
        lambda b, c: b.draft(c, "10.00", lines=(LineDraft("A", "", D(1), D("9.99"), D("9.99")),)),
        CannotIssue,
    ),
    "a tenth of a cent": (lambda b, c: b.draft(c, "10.001"), CannotIssue),
    "tax finer than the currency": (lambda b, c: b.draft(c, "10.00", tax="0.005"), CannotIssue),
    "no currency": (lambda b, c: b.draft(c, currency="EURO"), UnknownCurrency),
    "an amount nobody has": (lambda b, c: b.draft(c, "1e20"), AmountTooLarge),
    "a customer who is not there": (lambda b, c: b.draft(c + 999), NotFound),
    "a customer of another company": (lambda b, _: b.draft(make_books().customer()), NotFound),
    "a company that is not there": (lambda b, c: b.draft(c)._replace(company_id=999_999), NotFound),
    "a closed day": (lambda b, c: b.draft(c, posting_date=date(2027, 1, 1)), PeriodNotOpen),
    "a number that is taken": (lambda b, c: b.draft(c, number="TAKEN"), AlreadyExists),
}


@pytest.mark.parametrize("name", REFUSED)
def test_one_bad_draft_refuses_the_batch_and_changes_nothing(books: Books, customer: int, name: str) -> None:
    change, refusal = REFUSED[name]
    books.invoice(customer, number="TAKEN")
    good, bad = books.draft(customer), change(books, customer)
    before = everything()
    for drafts in ([good, bad], [bad, good], [bad]):
        with pytest.raises(refusal):
            books.issue(drafts)
        assert everything() == before


def test_a_number_twice_in_one_batch(books: Books, customer: int) -> None:
    before = everything()
    with pytest.raises(AlreadyExists) as refusal:
        books.issue([books.draft(customer, number="X"), books.draft(customer, number="X")])
    assert "X exists already" in refusal.value.message
    assert everything() == before


@pytest.mark.parametrize("duty", [Duty.BILL, Duty.INTAKE])
def test_either_duty_will_do(books: Books, customer: int, duty: Duty) -> None:
    actor = clerk(books.company_id, duty)
    [issued] = issue_documents(actor=actor, drafts=[books.draft(customer)])
    assert Document.objects.get(id=issued.document_id).actor_id == actor.user_id


def test_without_the_duty_for_every_company_nothing_is_issued(books: Books, customer: int) -> None:
    other = make_books()
    theirs = other.customer()
    before = everything()
    only_here = clerk(books.company_id, *Duty)
    with pytest.raises(NotAllowed):
        issue_documents(actor=only_here, drafts=[books.draft(customer), other.draft(theirs)])
    for_everything_else = clerk(books.company_id, *set(Duty) - {Duty.BILL, Duty.INTAKE})
    with pytest.raises(NotAllowed):
        issue_documents(actor=for_everything_else, drafts=[books.draft(customer)])
    assert everything() == before


def test_a_thousand_documents_take_the_copy_path_and_the_same_rules(books: Books) -> None:
    customers = books.customers(*(str(n) for n in range(50)))
    drafts = [books.draft(customers[n % 50], "11.90", tax="1.90") for n in range(1000)]
    issued = books.issue(drafts)
    assert [one.number for one in issued] == [f"RE-2026-{n:06d}" for n in range(1, 1001)]
    assert everything() == (1000, 0, 1000, 1000, 1000, 3000, Event.objects.count(), 1001)
    before = everything()
    with pytest.raises(AlreadyExists):
        books.issue([*drafts, books.draft(customers[0], number="RE-2026-000007")])
    assert everything() == before
