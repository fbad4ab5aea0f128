"""Money that waits is decided again when an advice of it comes: once, and back again by undo."""

from __future__ import annotations

from decimal import Decimal

import pytest

from acquit.cash.operations import import_advices, rematch_waiting, undo_receipt
from acquit.cash.queries import get_receipt
from acquit.controls.models import Decision
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.formats.remittance.advice import AdviceLine, RemittanceAdvice
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, bank_line, clerk, make_books
from tests.cash.standing import assert_sound, how_it_stands, only_receipt, open_amounts

pytestmark = pytest.mark.django_db
D = Decimal
IBAN = "DE89370400440532013000"


def test_an_advice_that_comes_after_the_money_places_it_once() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    first, second = books.invoice(customer, "100.00"), books.invoice(customer, "80.00")
    books.bank_lines(bank_line("170.00", "AVIS 4711002", iban=IBAN))
    receipt = only_receipt(books)
    before = how_it_stands(books)
    when = {"company_id": books.company_id, "business_date": PAYMENT_DAY, "decided_at": DECIDED_AT}
    assert rematch_waiting(actor=SYSTEM, **when) == 0
    assert how_it_stands(books) == before

    lines = (
        AdviceLine(first.number, D("100.00")),
        AdviceLine(second.number, D("70.00"), D("80.00"), deduction_amount=D("10.00"), reason_text="damaged"),
    )
    advice = RemittanceAdvice(
        "CSV", payment_reference="4711002", currency="EUR", total_amount=D("170.00"), lines=lines
    )
    import_advices(actor=SYSTEM, company_id=books.company_id, advices=[advice])
    with pytest.raises(NotAllowed):
        rematch_waiting(actor=clerk(books.company_id, Duty.READ), **when)

    assert [rematch_waiting(actor=SYSTEM, **when) for _ in range(2)] == [1, 0]

    assert get_receipt(receipt.id).state == "AUTO"
    assert open_amounts(books) == {second.number: "10.00"}
    assert Decision.objects.get(id=get_receipt(receipt.id).decision_id).proof["rule"] == "ADVICE"
    assert_sound()
    undo_receipt(
        actor=SYSTEM, receipt_id=receipt.id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT, reason="TEST"
    )
    assert how_it_stands(books) == before
    assert_sound()
