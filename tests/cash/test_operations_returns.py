"""A payment that came back makes its invoice owed again, with its due date; undoing that pays it again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.operations import (
    CannotMove,
    ReceiptOutcome,
    apply_receipt,
    confirm_receipt,
    keep_on_account,
    reopen_returned,
    undo_receipt,
)
from acquit.cash.queries import ReceiptView, get_receipt
from acquit.cash.rules.application import CannotApply
from acquit.cash.rules.receipts import Applied
from acquit.controls.models import Decision
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.errors import NotFound
from acquit.receivables.models import OpenItem
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, clerk
from tests.builders import make_books as make_plain_books
from tests.cash.standing import (
    ask_about_differences,
    assert_sound,
    how_it_stands,
    in_balance,
    open_amounts,
    receipt_of,
)

pytestmark = pytest.mark.django_db
D = Decimal
IBAN = "DE89370400440532013000"
WHEN: dict[str, Any] = {"actor": SYSTEM, "business_date": PAYMENT_DAY, "decided_at": DECIDED_AT}


def make_books(name: str = "") -> Books:
    """Make books whose returns wait for a person."""
    books = make_plain_books(name)
    ask_about_differences(books)
    return books


def bring(books: Books, *lines: Any) -> None:
    for line in lines:
        books.bank_lines(line, opening="0.00")


def back(amount: str, text: str = "RUECKLASTSCHRIFT", **said: Any) -> Any:
    later = PAYMENT_DAY + timedelta(days=3)
    facts = {"iban": IBAN, "return_code": "AM04", "booking_date": later, "value_date": later}
    return bank_line(amount, text, **{**facts, **said})


def reopen(receipt: ReceiptView, original: ReceiptView | None = None, **said: Any) -> ReceiptOutcome:
    return reopen_returned(
        receipt_id=receipt.id, original_receipt_id=original.id if original else None, **{**WHEN, **said}
    )


def undo(receipt_id: int) -> ReceiptOutcome:
    return undo_receipt(receipt_id=receipt_id, reason="TEST", **WHEN)


def collected(books: Books) -> tuple[str, int]:
    """Collect 119.00 and have it returned with a fee of 3.50; gives the invoice's number and item."""
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "119.00", tax="19.00")
    bring(
        books,
        bank_line("119.00", invoice.number, iban=IBAN, end_to_end_id="LS-1"),
        back("-122.50", f"RUECKLASTSCHRIFT {invoice.number} ENTGELT 3,50"),
    )
    return invoice.number, invoice.item_id


def test_a_return_waits_for_a_person_and_names_the_receipt_it_takes_back() -> None:
    books = make_books()
    collected(books)
    came, returned = receipt_of(books, "119.00"), receipt_of(books, "-122.50")

    assert (returned.state, returned.customer_id) == ("RETURNED", came.customer_id)
    assert Decision.objects.get(id=returned.decision_id).proof["returns"] == came.id
    assert in_balance(books, "BANK") == "-3.50"
    assert_sound()


def test_the_invoice_is_owed_again_and_the_fee_is_an_expense() -> None:
    books = make_books()
    number, item_id = collected(books)
    due = OpenItem.objects.filter(item_id=item_id).first()
    assert due is None

    outcome = reopen(receipt_of(books, "-122.50"))

    assert outcome.state == "CONFIRMED"
    assert open_amounts(books) == {number: "119.00"}
    assert OpenItem.objects.get(item_id=item_id).due_date == PAYMENT_DAY
    assert (in_balance(books, "RECEIVABLES"), in_balance(books, "BANK_CHARGES")) == ("119.00", "3.50")
    assert in_balance(books, "UNAPPLIED_CASH") == "0.00"
    assert get_receipt(receipt_of(books, "119.00").id).state == "CONFIRMED"
    assert_sound()


def test_undoing_the_return_pays_the_invoice_again() -> None:
    books = make_books()
    collected(books)
    before = how_it_stands(books)
    returned, came = receipt_of(books, "-122.50"), receipt_of(books, "119.00")
    reopen(returned)

    with pytest.raises(CannotMove, match=f"taken back by receipt {returned.id}. Undo that one"):
        undo(came.id)
    undo(returned.id)

    assert how_it_stands(books) == before
    assert_sound()
    reopen(get_receipt(returned.id))
    assert_sound()


def test_a_return_of_a_deduction_confirmed_by_a_person_withdraws_its_case_and_undo_opens_it_again() -> None:
    books = make_books()
    parent = books.customer("1000", ibans=(IBAN,))
    child = books.customer("1001", parent_number="1000")
    invoice = books.invoice(child, "1000.00", tax="159.66")
    bring(books, bank_line("900.00", f"{invoice.number} ABZGL BRUCH 100,00", iban=IBAN))
    came = receipt_of(books, "900.00")
    confirm_receipt(receipt_id=came.id, **WHEN)
    bring(books, back("-900.00", f"RETOURE {invoice.number}"))
    before = how_it_stands(books)

    reopen(receipt_of(books, "-900.00"))
    assert how_it_stands(books)["cases"] == []
    assert open_amounts(books) == {invoice.number: "1000.00"}
    assert open_amounts(books, parent) == {}
    assert_sound()
    undo(receipt_of(books, "-900.00").id)

    assert how_it_stands(books) == before
    assert_sound()


def test_a_receipt_applied_in_two_steps_is_taken_back_whole_and_paid_again_whole() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    first, second = books.invoice(customer, "100.00"), books.invoice(customer, "80.00")
    bring(books, bank_line("200.00", "Zahlung", iban=IBAN))
    came = receipt_of(books, "200.00")
    for document, amount in ((first, "100.00"), (second, "80.00")):
        apply_receipt(receipt_id=came.id, applied=[Applied(document.item_id, D(amount))], **WHEN)
    bring(books, back("-200.00"))
    before = how_it_stands(books)

    reopen(receipt_of(books, "-200.00"), came)
    assert open_amounts(books) == {first.number: "100.00", second.number: "80.00"}
    assert_sound()
    undo(receipt_of(books, "-200.00").id)

    assert how_it_stands(books) == before
    undo(came.id)
    assert open_amounts(books)[second.number] == "80.00"
    undo(came.id)
    assert open_amounts(books)[first.number] == "100.00"
    assert_sound()


def test_a_return_of_money_kept_for_a_customer_takes_it_off_its_account() -> None:
    books = make_books()
    customer = books.customer("1001")
    bring(books, bank_line("70.00", "DANKE"))
    came = receipt_of(books, "70.00")
    keep_on_account(receipt_id=came.id, customer_id=customer, **WHEN)
    bring(books, back("-70.00", iban=""))
    before = how_it_stands(books)

    reopen(receipt_of(books, "-70.00"), came)
    assert open_amounts(books) == {}
    assert_sound()
    undo(receipt_of(books, "-70.00").id)

    after = how_it_stands(books)
    assert sorted(after.pop("open").values()) == sorted(before.pop("open").values())
    assert after == before
    assert open_amounts(books, customer) == {came.bank_reference: "-70.00"}
    assert_sound()


def test_a_return_nobody_can_name_the_receipt_of_stays_as_a_debit_of_its_customer() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    bring(books, back("-70.00"))
    returned = receipt_of(books, "-70.00")

    assert reopen(returned).state == "ON_ACCOUNT"

    assert list(open_amounts(books, customer).values()) == ["70.00"]
    assert_sound()
    undo(returned.id)
    assert get_receipt(returned.id).state == "RETURNED"


def test_an_invoice_paid_otherwise_meanwhile_keeps_the_return_from_being_undone() -> None:
    books = make_books()
    _, item_id = collected(books)
    returned = receipt_of(books, "-122.50")
    reopen(returned)
    assert returned.customer_id is not None
    books.clear(books.payment(returned.customer_id, "119.00"), item_id, "119.00")
    before = how_it_stands(books)

    with pytest.raises(CannotApply, match="not open any more"):
        undo(returned.id)

    assert how_it_stands(books) == before


def test_what_cannot_have_come_back_is_refused_and_nothing_changes() -> None:
    books, foreign = make_books(), make_books("Other Ltd")
    collected(books)
    bring(books, bank_line("130.00", "DANKE", iban=IBAN), back("-5.00", "RETOURE", iban=""))
    foreign.customer("1001")
    bring(foreign, bank_line("119.00", "DANKE"))
    returned, came = receipt_of(books, "-122.50"), receipt_of(books, "119.00")
    before = how_it_stands(books)

    attempts: list[tuple[type[Exception], str, Any]] = [
        (CannotMove, "did not come back", lambda: reopen(came, came)),
        (CannotApply, "less than the receipt", lambda: reopen(returned, receipt_of(books, "130.00"))),
        (CannotMove, "cannot have come back", lambda: reopen(returned, returned)),
        (NotFound, "no receipt", lambda: reopen(returned, receipt_of(foreign, "119.00"))),
        (CannotMove, "Say which receipt", lambda: reopen(receipt_of(books, "-5.00"))),
        (
            CannotMove,
            "This money went back",
            lambda: apply_receipt(receipt_id=returned.id, applied=(), **WHEN),
        ),
        (
            NotAllowed,
            "lacks the duty",
            lambda: reopen(returned, actor=clerk(books.company_id, Duty.READ, Duty.INTAKE)),
        ),
    ]
    for refusal, says, attempt in attempts:
        with pytest.raises(refusal, match=says):
            attempt()

    assert how_it_stands(books) == before
    reopen(returned)
    with pytest.raises(CannotMove, match="did not come back, or is settled"):
        reopen(returned)


def test_a_return_that_names_what_it_takes_back_is_settled_by_itself_and_paid_again_after() -> None:
    books = make_plain_books()
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "119.00")
    bring(books, bank_line("119.00", invoice.number, iban=IBAN, end_to_end_id=invoice.number))

    books.bank_lines(
        bank_line(
            "-122.50",
            f"RETOURE {invoice.number} ENTGELT 3,50",
            iban=IBAN,
            end_to_end_id=invoice.number,
            return_code="AM04",
        ),
        bank_line("119.00", f"RG {invoice.number} 2. VERSUCH", iban=IBAN),
        opening="119.00",
    )

    back_again = receipt_of(books, "-122.50")
    assert back_again.state == "AUTO"
    assert open_amounts(books) == {}
    assert in_balance(books, "BANK_CHARGES") == "3.50"
    assert_sound()


def test_a_return_that_names_nothing_waits_for_a_person() -> None:
    books = make_plain_books()
    invoice = books.invoice(books.customer("1001", ibans=(IBAN,)), "119.00")
    bring(books, bank_line("119.00", invoice.number, iban=IBAN))

    bring(books, bank_line("-119.00", "RETOURE", iban=IBAN, return_code="AM04"))

    assert receipt_of(books, "-119.00").state == "RETURNED"
    assert open_amounts(books) == {receipt_of(books, "-119.00").bank_reference: "119.00"}


def test_a_return_settled_by_itself_is_undone_to_where_it_waited() -> None:
    books = make_plain_books()
    invoice = books.invoice(books.customer("1001", ibans=(IBAN,)), "119.00")
    bring(books, bank_line("119.00", invoice.number, iban=IBAN))
    bring(books, bank_line("-119.00", f"RETOURE {invoice.number}", iban=IBAN, return_code="AM04"))
    came = receipt_of(books, "-119.00")
    assert (came.state, open_amounts(books)) == ("AUTO", {invoice.number: "119.00"})

    undo(came.id)

    assert get_receipt(came.id).state == "RETURNED"
    assert sorted(open_amounts(books).values()) == ["119.00"]
    assert_sound()
