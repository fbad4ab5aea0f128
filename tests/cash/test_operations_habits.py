"""Posting, confirming and correcting teach how a customer pays; undo takes exactly its own lesson away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from acquit.cash.models import PayerHabit
from acquit.cash.queries import get_receipt, list_habits
from acquit.controls.models import Decision
from acquit.infra.transaction import BrokenInvariant, operation
from tests.builders import INVOICE_DAY, PAYMENT_DAY, Books, bank_line, make_books
from tests.cash.standing import assert_sound, how_it_stands, receipt_of
from tests.cash.test_operations_clerking import apply, undo

pytestmark = pytest.mark.django_db
IBAN = "DE89370400440532013000"


def habits_of(customer: int) -> dict[str, tuple[int, int]]:
    return {each.habit: (each.count_for, each.count_against) for each in list_habits(customer)}


def pay(books: Books, amount: str, text: str = "DANKE") -> int:
    books.bank_lines(bank_line(amount, text, iban=IBAN))
    return receipt_of(books, amount).id


def test_what_posts_alone_teaches_and_undo_unlearns_exactly() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    books.invoice(customer, "70.00", document_date=INVOICE_DAY - timedelta(days=9))
    young = books.invoice(customer, "80.00")
    other = books.invoice(customer, "90.00")
    first = pay(books, "80.00", f"RE {young.number}")
    assert receipt_of(books, "80.00").state == "AUTO"
    taught = {"NAMES_DOCUMENTS": (1, 0), "OLDEST_FIRST": (0, 1), "PAYS_STATEMENT": (0, 1)}
    taught["PAYS_ALL_DUE"] = (0, 1)
    assert habits_of(customer) == taught
    second = pay(books, "90.00", f"RE {other.number}")
    assert habits_of(customer)["NAMES_DOCUMENTS"] == (2, 0)

    undo(second)
    assert habits_of(customer) == taught
    undo(first)
    assert habits_of(customer) == {}
    assert_sound()


def test_a_correction_teaches_in_the_place_of_what_was_wrong() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    old = books.invoice(customer, "80.00", document_date=INVOICE_DAY - timedelta(days=9))
    young = books.invoice(customer, "80.00")
    receipt_id = pay(books, "80.00", f"RE {young.number}")
    assert habits_of(customer)["OLDEST_FIRST"] == (0, 1)

    undo(receipt_id)
    before = how_it_stands(books)
    apply(receipt_id, (old.item_id, "80.00"))
    assert habits_of(customer) == {
        "OLDEST_FIRST": (1, 0),
        "PAYS_ALL_DUE": (0, 1),
        "PAYS_STATEMENT": (0, 1),
    }
    undo(receipt_id)
    assert how_it_stands(books) == before


def test_choices_of_a_person_rank_the_next_proposal_and_post_nothing() -> None:
    """100.00 is one item or the two older ones: after three choices of the oldest these are the first answer."""
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    for amount in ("50.00", "51.00", "52.00"):
        old = books.invoice(customer, amount, document_date=INVOICE_DAY - timedelta(days=9))
        young = books.invoice(customer, amount)
        receipt_id = pay(books, amount)
        assert receipt_of(books, amount).state == "PROPOSED"
        apply(receipt_id, (old.item_id, amount))
        books.clear(books.payment(customer, amount), young.item_id, amount)
    assert habits_of(customer)["OLDEST_FIRST"] == (3, 0)
    single = books.invoice(customer, "100.00")
    parts = [
        books.invoice(customer, amount, document_date=INVOICE_DAY - timedelta(days=9))
        for amount in ("60.00", "40.00")
    ]

    receipt = get_receipt(pay(books, "100.00"))

    proof = Decision.objects.get(id=receipt.decision_id).proof
    assert (receipt.state, proof["asked_because"]) == ("PROPOSED", "TWO_SOLUTIONS")
    assert {effect["item"] for effect in proof["applied"]} == {part.item_id for part in parts}
    assert [other["applied"][0][1] for other in proof["others"]] == [single.item_id]
    [part] = [part for part in proof["score"]["parts"] if part["name"] == "habit"]
    assert (part["fact"], part["facts"], part["points"]) == ("OLDEST_FIRST", ["3", "0"], "0")


def test_a_chunk_by_the_thousand_teaches_as_one_by_one_does() -> None:
    few, many = make_books(), make_books()
    for books, size in ((few, 1), (many, 250)):
        customer = books.customer("1001", ibans=(IBAN,))
        issued = books.issue([books.draft(customer, f"{100 + n}.00") for n in range(250)])
        lines = [
            bank_line(f"{100 + n}.00", f"RE {document.number}", iban=IBAN)
            for n, document in enumerate(issued)
        ]
        for start in range(0, 250, size * 50 if size == 1 else size):
            books.bank_lines(*lines[start : start + (50 if size == 1 else size)])
    counts = [
        {(each.habit, each.count_for, each.count_against) for each in list_habits(row.customer_id)}
        for row in PayerHabit.objects.filter(habit="NAMES_DOCUMENTS").order_by("customer_id")
    ]
    assert counts[0] == counts[1]
    assert ("NAMES_DOCUMENTS", 250, 0) in counts[0]


@pytest.mark.parametrize(("count_for", "count_against"), [(0, 0), (-1, 2), (2, -1)])
def test_the_database_keeps_no_habit_nobody_showed(count_for: int, count_against: int) -> None:
    books = make_books()
    customer = books.customer("1001")
    with pytest.raises(BrokenInvariant, match="payer_habit_was_seen"), operation():
        PayerHabit.objects.create(
            company_id=books.company_id,
            customer_id=customer,
            habit="OLDEST_FIRST",
            count_for=count_for,
            count_against=count_against,
            last_seen=PAYMENT_DAY,
        )
    assert list_habits(customer) == []
