"""A payment placed by its advice: every line found, what was taken off explained, and nothing posted that disagrees."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.rules.advices import StoredAdvice, StoredAdviceLine
from acquit.cash.rules.match_book import MatchBook
from acquit.cash.rules.receipts import OpenItem, ReceiptState
from acquit.core.references import normalise_reference
from tests.cash.facts import (
    DAY,
    IBAN,
    INVOICED,
    applied,
    differences,
    document_of,
    index,
    item,
    match,
    payer,
    receipt,
)

D = Decimal
A, B, C = item(1, "1000.00"), item(2, "1200.00"), item(3, "800.00")
NOTE = item(4, "-200.00", number="GS-2026-0004")


def line(document: str, paid: str | None, **said: Any) -> StoredAdviceLine:
    """Make a line of an advice."""
    facts: dict[str, Any] = {
        "line_no": 1,
        "document": document,
        "document_key": normalise_reference(document),
        "paid_amount": None if paid is None else D(paid),
        "gross_amount": None,
        "discount_amount": None,
        "deduction_amount": None,
        "reason_code": "",
        "reason_text": "",
        "order_number": "",
        "document_date": None,
        "adjustment_kind": "",
        "other_numbers": (),
    }
    amounts = {key: D(value) for key, value in said.items() if key.endswith("_amount")}
    return StoredAdviceLine(**{**facts, **said, **amounts})


def advice(total: str, *lines: StoredAdviceLine, **said: Any) -> StoredAdvice:
    """Make an advice of a payment with the reference ADV-77001."""
    reference = said.pop("payment_reference", "ADV-77001")
    facts: dict[str, Any] = {
        "id": 1,
        "file_id": None,
        "supersedes_id": None,
        "format": "CSV",
        "advice_number": "",
        "payer_name": "",
        "payer_number": "",
        "payer_iban": "",
        "payee": "",
        "payment_reference": reference,
        "payment_date": DAY,
        "currency": "EUR",
        "total_amount": D(total),
        "sender": "",
        "subject": "",
        "other_numbers": (),
        "payer_key": "",
        "reference_key": normalise_reference(reference),
        "lines": lines,
        "deposit_reference": "",
        "deposit_amount": None,
    }
    return StoredAdvice(**{**facts, **said})


def book(*items: OpenItem, advices: list[StoredAdvice], **said: Any) -> MatchBook:
    """Make books with advices."""
    facts: dict[str, Any] = {
        "payers": index(),
        "documents": [document_of(each) for each in items],
        "items": items,
    }
    return MatchBook(**{**facts, **said}, advices=advices)


def test_an_advice_that_carries_the_reference_places_all_its_lines() -> None:
    told = advice(
        "2000.00", line(A.number, "1000.00"), line(B.number, "1200.00"), line(NOTE.number, "-200.00")
    )

    plan = match(receipt("2000.00", "ADV-77001"), book(A, B, NOTE, advices=[told]))

    assert (plan.state, plan.rule, plan.advice_id) == (ReceiptState.AUTO, "ADVICE", 1)
    assert applied(plan) == {1: "1000.00", 2: "1200.00", 4: "-200.00"}
    assert differences(plan) == []


def test_an_advice_is_known_by_its_total_where_the_payer_agrees_and_no_other_has_it() -> None:
    told = advice("1000.00", line(A.number, "1000.00"), payment_reference="", payer_iban=IBAN)
    twin = told._replace(id=2, lines=(line(B.number, "1000.00"),))
    stranger = told._replace(payer_iban="AT611904300234573201", lines=(line("X-9999", "1000.00"),))
    old = told._replace(payment_date=DAY - timedelta(days=15))
    fact = receipt("1000.00", "DANKE")

    assert match(fact, book(A, B, advices=[told])).rule == "ADVICE"
    for advices in ([told, twin], [stranger], [old], [told._replace(currency="USD")]):
        assert match(fact, book(A, B, advices=advices)).rule != "ADVICE"


def test_an_advice_used_once_speaks_of_no_second_payment() -> None:
    told = advice("1000.00", line(A.number, "1000.00"), payment_reference="", payer_iban=IBAN)
    books = book(A, item(9, "1000.00"), advices=[told])
    books.advices.use_up(1, D("1000.00"))

    assert match(receipt("1000.00", "DANKE"), books).rule != "ADVICE"


def test_what_a_line_says_was_taken_off_is_discount_in_time_and_a_deduction_by_the_customers_code() -> None:
    discounted = item(1, "1000.00", payment_terms="2/10 NET30")
    told = advice(
        "2030.00",
        line(A.number, "980.00", gross_amount="1000.00", discount_amount="20.00"),
        line(B.number, "1050.00", gross_amount="1200.00", deduction_amount="150.00", reason_code="D-17"),
    )
    fact = receipt("2030.00", "ADV-77001", value_date=INVOICED + timedelta(days=9))
    codes = {(1, "D17"): "PRICING"}

    plan = match(fact, book(discounted, B, advices=[told], deduction_codes=codes))

    assert plan.state is ReceiptState.AUTO
    assert differences(plan) == [("DISCOUNT", 1, "20.00", ""), ("DEDUCTION", 2, "150.00", "PRICING")]
    told = told._replace(
        lines=(told.lines[0], told.lines[1]._replace(reason_code="", reason_text="D-17 Preis"))
    )
    worded = match(fact, book(discounted, B, advices=[told], deduction_codes={(1, "D17"): "TAX"}))
    assert differences(worded)[1] == ("DEDUCTION", 2, "150.00", "TAX")
    told = told._replace(lines=(told.lines[0], told.lines[1]._replace(reason_text="")))
    late = match(fact._replace(value_date=DAY), book(discounted, B, advices=[told]))
    assert differences(late) == [
        ("DEDUCTION", 1, "20.00", "UNEARNED_DISCOUNT"),
        ("DEDUCTION", 2, "150.00", "UNEXPLAINED"),
    ]


def test_an_advice_of_several_documents_that_is_the_sum_speaks_for_a_payer_nobody_knows() -> None:
    fact = receipt("2200.00", "PAYLINK SERVICES", iban="")
    told = advice("2200.00", line(A.number, "1000.00"), line(B.number, "1200.00"), payment_reference="")

    plan = match(fact, book(A, B, advices=[told]))

    assert (plan.state, plan.rule, applied(plan)) == (
        ReceiptState.AUTO,
        "ADVICE",
        {1: "1000.00", 2: "1200.00"},
    )
    for name, asked in (("Paylink Services", "NOBODY_KNOWN"), ("ALMA TRADING LTD LEEDS", "")):
        books = book(A, B, advices=[told], payers=index([payer(1, "Leeds Alma Trading")]))
        named = match(fact._replace(counterparty=name), books)
        assert (named.asked_because, applied(named)) == (asked, {1: "1000.00", 2: "1200.00"})
        assert named.state is (ReceiptState.PROPOSED if asked else ReceiptState.AUTO)
    referenced = match(fact, book(A, B, advices=[told._replace(reference_key="ADV77001")]))
    assert (referenced.state, referenced.asked_because) == (ReceiptState.PROPOSED, "NOBODY_KNOWN")
    single = advice("1000.00", line(A.number, "1000.00"), payment_reference="")
    assert match(receipt("1000.00", "PAYLINK", iban=""), book(A, advices=[single])).rule != "ADVICE"
    strange = told._replace(lines=(told.lines[0], line("XX-9", "1200.00")))
    assert match(fact, book(A, B, advices=[strange])).rule != "ADVICE"


def test_cheques_deposited_together_are_placed_by_the_advices_of_all_of_them() -> None:
    stranger = item(3, "300.00", customer_id=2)
    deposit = {"deposit_reference": "0001234 2026-03-02", "deposit_amount": D("1300.00"), "payer_iban": "1 2"}
    cheques = [
        advice("1000.00", line(A.number, "1000.00"), id=1, payment_reference="C1")._replace(**deposit),
        advice("300.00", line(stranger.number, "300.00"), id=2, payment_reference="C2")._replace(**deposit),
    ]
    fact = receipt("1300.00", "LOCKBOX DEPOSIT", iban="")
    books = book(A, stranger, advices=cheques)

    plan = match(fact, books)

    assert (plan.state, plan.rule, plan.advice_id) == (ReceiptState.AUTO, "ADVICE", 1)
    assert applied(plan) == {1: "1000.00", 3: "300.00"}
    books.advices.use_up(1, D("1300.00"))
    assert match(fact, books).rule != "ADVICE"
    # One cheque is missing, or another deposit of that amount: nobody can tell.
    assert match(fact, book(A, stranger, advices=cheques[:1])).rule != "ADVICE"
    other = cheques[0]._replace(id=3, deposit_reference="0005678", total_amount=D("1300.00"))
    assert match(fact, book(A, stranger, advices=[*cheques, other])).rule != "ADVICE"


def test_an_adjustment_is_taken_off_the_document_it_names_or_the_largest() -> None:
    named = line(A.number, "-50.00", adjustment_kind="DEDUCTION", reason_text="damaged goods")
    told = advice("2150.00", line(A.number, "1000.00"), line(B.number, "1200.00"), named)
    loose = told._replace(lines=(*told.lines[:2], line("", "-50.00", adjustment_kind="FEE")))

    plan = match(receipt("2150.00", "ADV-77001"), book(A, B, advices=[told]))

    assert applied(plan) == {1: "950.00", 2: "1200.00"}
    assert differences(plan) == [("DEDUCTION", 1, "50.00", "QUALITY")]
    fee = match(receipt("2150.00", "ADV-77001"), book(A, B, advices=[loose]))
    assert differences(fee) == [("BANK_FEE", 2, "50.00", "")]


@pytest.mark.parametrize("written", ["00001", "RE-2026-0O001"])
def test_a_number_written_in_part_or_with_a_slip_is_found_among_the_payers(written: str) -> None:
    told = advice("1000.00", line(written, "1000.00", gross_amount="1000.00"))

    plan = match(receipt("1000.00", "ADV-77001"), book(A, B, advices=[told]))

    assert (plan.state, applied(plan)) == (ReceiptState.AUTO, {1: "1000.00"})


def test_a_line_that_names_nothing_known_lets_a_person_look() -> None:
    told = advice("1500.00", line(A.number, "1000.00"), line("ZZ-555555", "500.00"))

    plan = match(receipt("1500.00", "ADV-77001"), book(A, B, advices=[told]))

    assert (plan.state, plan.asked_because) == (ReceiptState.PROPOSED, "LINE_NOT_FOUND")
    assert applied(plan) == {1: "1000.00"}
    assert differences(plan) == [("OVERPAYMENT", None, "-500.00", "")]


def test_an_advice_of_another_total_lets_a_person_look() -> None:
    told = advice("2200.00", line(A.number, "1000.00"), line(B.number, "1200.00"))

    plan = match(receipt("2190.00", "ADV-77001"), book(A, B, advices=[told]))

    assert (plan.state, plan.asked_because) == (ReceiptState.PROPOSED, "ADVICE_DISAGREES")
    assert applied(plan) == {1: "1000.00", 2: "1190.00"}


def test_an_agent_pays_for_thousands_of_items_of_many_customers() -> None:
    payers = index([payer(n) for n in range(1, 101)], ibans=())
    items = [item(n, D(100 + n % 7), customer_id=n % 100 + 1) for n in range(1, 3001)]
    total = sum((each.open_amount for each in items), D(0))
    told = advice(str(total), *(line(each.number, str(each.open_amount)) for each in items))

    plan = match(receipt(total, "ADV-77001", iban=""), book(*items, advices=[told], payers=payers))

    assert plan.state is ReceiptState.AUTO
    assert len(plan.applied) == 3000
    assert sum((part.amount for part in plan.applied), D(0)) == total


def test_of_two_advices_of_one_payment_the_one_that_adds_up_holds() -> None:
    wrong = advice("1000.00", line(A.number, "1010.00"))
    right = wrong._replace(id=2, lines=(line(A.number, "1000.00"),))

    plan = match(receipt("1000.00", "ADV-77001"), book(A, B, advices=[wrong, right]))

    assert (plan.state, plan.advice_id) == (ReceiptState.AUTO, 2)
    torn = right._replace(id=3, lines=(line(B.number, "1000.00"),))
    assert match(receipt("1000.00", "ADV-77001"), book(A, B, advices=[right, torn])).rule != "ADVICE"


def test_the_day_of_an_advice_is_not_asked_where_it_says_none() -> None:
    told = advice(
        "1000.00", line(A.number, "1000.00"), payment_reference="", payer_iban=IBAN, payment_date=None
    )

    assert (
        match(receipt("1000.00", "DANKE", value_date=date(2026, 4, 20)), book(A, B, advices=[told])).rule
        == "ADVICE"
    )
