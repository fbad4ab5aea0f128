"""Advices come in once; a corrected one takes the place of the former; matching finds them by what a receipt says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from acquit.cash.models import RemittanceAdvice as AdviceRow
from acquit.cash.models import RemittanceAdviceLine as LineRow
from acquit.cash.operations import import_advice_files, import_advices
from acquit.cash.queries import list_advices
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.formats.remittance.advice import AdjustmentKind, AdviceLine, RemittanceAdvice
from acquit.infra.models import Event
from tests.builders import SYSTEM, clerk, make_books

pytestmark = pytest.mark.django_db
D = Decimal

INVOICE = AdviceLine(
    document="RE-2026-004711",
    paid_amount=D("1166.20"),
    gross_amount=D("1190.00"),
    discount_amount=D("23.80"),
    document_date=date(2026, 3, 2),
)
CREDIT = AdviceLine(document="GS 77", paid_amount=D("-66.20"), gross_amount=D("-66.20"))
CLAIM = AdviceLine(
    paid_amount=D("-100"),
    deduction_amount=D("100"),
    reason_code="D07",
    reason_text="Bruch",
    adjustment_kind=AdjustmentKind.DEDUCTION,
    other_numbers=("CLM-9",),
)
ADVICE = RemittanceAdvice(
    format="CSV",
    advice_number="ZA-1",
    payer_name="Müller GmbH",
    payment_reference="E2E-8",
    payment_date=date(2026, 4, 1),
    currency="EUR",
    total_amount=D("1000.00"),
    lines=(INVOICE, CREDIT, CLAIM),
)


def test_an_advice_is_stored_once_with_all_it_says() -> None:
    books = make_books()
    first = import_advices(actor=SYSTEM, company_id=books.company_id, advices=[ADVICE], file_id=5)
    second = import_advices(actor=SYSTEM, company_id=books.company_id, advices=[ADVICE, ADVICE], file_id=6)

    assert (first.advices, first.lines, first.new, first.known, first.superseded) == (1, 3, 1, 0, 0)
    assert (second.advices, second.lines, second.new, second.known) == (2, 0, 0, 2)
    (stored,) = list_advices(books.company_id, amounts=[(D("1000"), "EUR")])
    assert (stored.file_id, stored.payer_key, stored.reference_key) == (5, "mueller", "E2E8")
    assert stored.total_amount == D("1000.00")
    invoice, credit, claim = stored.lines
    assert (invoice.document_key, invoice.paid_amount, invoice.discount_amount) == (
        "RE2026004711",
        D("1166.20"),
        D("23.80"),
    )
    assert (credit.document, credit.paid_amount) == ("GS 77", D("-66.20"))
    assert (claim.document, claim.reason_code, claim.adjustment_kind, claim.other_numbers) == (
        "",
        "D07",
        "DEDUCTION",
        ("CLM-9",),
    )
    assert Event.objects.filter(kind="cash.advice.imported").count() == 1


def test_the_same_list_sent_in_another_form_is_the_same_advice() -> None:
    books = make_books()
    mailed = replace(ADVICE, format="EMAIL", sender="ap@mueller.example", place="mail.eml")
    outcome = import_advices(actor=SYSTEM, company_id=books.company_id, advices=[ADVICE, mailed])
    assert (outcome.new, outcome.known) == (1, 1)


def test_a_corrected_advice_takes_the_place_of_the_former_and_stays_in_place() -> None:
    books = make_books()
    corrected = replace(ADVICE, total_amount=D("1100.00"), lines=(INVOICE, CREDIT))
    last = replace(corrected, lines=(replace(INVOICE, paid_amount=D("1100.00")),))
    for advices, superseded in (([ADVICE], 0), ([corrected, last], 2), ([ADVICE], 0)):
        outcome = import_advices(actor=SYSTEM, company_id=books.company_id, advices=advices)
        assert outcome.superseded == superseded

    assert AdviceRow.objects.count() == 3
    (current,) = list_advices(books.company_id, reference_keys=["E2E8"])
    assert [line.paid_amount for line in current.lines] == [D("1100.00")]
    assert list_advices(books.company_id, amounts=[(D("1000.00"), "EUR")]) == []


def test_the_same_number_of_another_payer_or_payment_corrects_nothing() -> None:
    books = make_books()
    others = [
        replace(ADVICE, payer_name="Meier AG"),
        replace(ADVICE, total_amount=D("7.00"), payment_date=date(2027, 4, 1)),
        replace(ADVICE, payer_name="", lines=(INVOICE,)),
        replace(ADVICE, payer_name="", lines=(CREDIT,)),
        replace(ADVICE, advice_number="Zahlung", payment_reference="", lines=(INVOICE,)),
        replace(ADVICE, advice_number="Zahlung", payment_reference="", lines=(CREDIT,)),
    ]
    outcome = import_advices(actor=SYSTEM, company_id=books.company_id, advices=[ADVICE, *others])
    assert (outcome.new, outcome.superseded) == (7, 0)


def test_advices_are_found_by_amount_reference_payer_and_document_and_not_otherwise() -> None:
    books = make_books()
    other = RemittanceAdvice(
        format="X12.820",
        payment_reference="T-9",
        payer_number="2001003",
        total_amount=D("12"),
        payment_date=date(2026, 1, 5),
        lines=(AdviceLine(document="INV-9", paid_amount=D("12")),),
    )
    import_advice_files(actor=SYSTEM, company_id=books.company_id, files=[(1, [ADVICE]), (2, [other])])
    company = books.company_id
    ids = dict(AdviceRow.objects.values_list("payment_reference", "id"))

    def found(**wanted: object) -> list[int]:
        return [advice.id for advice in list_advices(company, **wanted)]  # type: ignore[arg-type]

    assert found(amounts=[(D("1000.0"), "EUR")]) == [ids["E2E-8"]]
    assert found(amounts=[(D("1000"), "USD")]) == []
    assert found(amounts=[(D("12"), "USD"), (D("12"), "EUR")]) == [ids["T-9"]]
    assert found(reference_keys=["T9", "E2E8"]) == [ids["E2E-8"], ids["T-9"]]
    assert found(payer_keys=["2001003"], document_keys=["RE2026004711"]) == [ids["E2E-8"], ids["T-9"]]
    assert found(payer_keys=["2001003"], since=date(2026, 1, 6)) == []
    assert found() == []
    assert list_advices(make_books().company_id, reference_keys=["T9"]) == []


def test_nobody_without_the_duty_imports_and_nothing_is_stored() -> None:
    books = make_books()
    reader = clerk(books.company_id, Duty.READ)
    with pytest.raises(NotAllowed):
        import_advices(actor=reader, company_id=books.company_id, advices=[ADVICE])
    assert (AdviceRow.objects.count(), LineRow.objects.count()) == (0, 0)


def test_advices_of_a_whole_chunk_of_receipts_are_found_at_once() -> None:
    books = make_books()
    advices = [
        replace(ADVICE, advice_number=f"ZA-{n}", payment_reference=f"E-{n}", total_amount=D(n), lines=())
        for n in range(3_000)
    ]
    import_advices(actor=SYSTEM, company_id=books.company_id, advices=advices)
    found = list_advices(
        books.company_id,
        amounts=[(D(n), "EUR") for n in range(0, 4_000, 2)],
        reference_keys=[f"E{n}" for n in range(1, 4_000, 2)],
    )
    assert len(found) == 3_000


def test_the_cheques_of_a_deposit_are_found_by_its_sum() -> None:
    books = make_books()
    cheques = [
        replace(
            ADVICE,
            advice_number="",
            payer_name="",
            payment_reference=f"88210{n}",
            currency="",
            deposit_reference="0008841 2026-04-01",
            deposit_amount=D("2000.00"),
        )
        for n in (1, 2)
    ]
    import_advices(actor=SYSTEM, company_id=books.company_id, advices=cheques)
    found = list_advices(books.company_id, amounts=[(D("2000"), "USD")])
    assert [(one.payment_reference, one.deposit_reference) for one in found] == [
        ("882101", "0008841 2026-04-01"),
        ("882102", "0008841 2026-04-01"),
    ]
