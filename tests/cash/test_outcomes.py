"""What became of each bank line, as a company's controller reads it: in documents, cash and differences."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.operations import (
    apply_receipt,
    import_statements,
    reopen_returned,
    undo_receipt,
)
from acquit.cash.queries import get_explanation, list_outcomes
from acquit.cash.queries import outcomes as outcome_queries
from acquit.cash.rules.outcomes import BookedLine, DecidedParts, Outcome, PlacedAmount, make_outcome
from acquit.cash.rules.receipts import Applied
from acquit.core.errors import NotFound
from acquit.formats.statements import Statement, StatementKind
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, make_books
from tests.cash.standing import receipt_of

pytestmark = pytest.mark.django_db
D = Decimal
IBAN = "DE89370400440532013000"
WHEN: dict[str, Any] = {"actor": SYSTEM, "business_date": PAYMENT_DAY, "decided_at": DECIDED_AT}


def outcomes(books: Books, **said: Any) -> list[Outcome]:
    return list(list_outcomes(company_ids=[books.company_id], **said))


def told(outcome: Outcome) -> tuple[str, dict[str, str], list[tuple[str, str, str]]]:
    return (
        outcome.state,
        {part.document: f"{part.amount}" for part in outcome.applied},
        [(each.kind, each.document, f"{each.amount}") for each in outcome.differences],
    )


def test_a_discount_taken_in_time_stands_beside_the_cash() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,), payment_terms="2/40 NET60")
    invoice = books.invoice(customer, "1190.00", tax="190.00", payment_terms="2/40 NET60")
    books.bank_lines(bank_line("1166.20", invoice.number, iban=IBAN, bank_reference="DE1"))

    [outcome] = outcomes(books)

    assert told(outcome) == (
        "AUTO",
        {invoice.number: "1166.20"},
        [("DISCOUNT", invoice.number, "23.80")],
    )
    assert (outcome.line.bank_reference, outcome.line.amount) == ("DE1", D("1166.20"))
    [proposal] = outcome.proposals
    assert (proposal.customer_id, proposal.applied) == (customer, outcome.applied)


def test_what_waits_applies_nothing_and_ranks_its_proposals() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    one, other = books.invoice(customer, "100.00"), books.invoice(customer, "100.00")
    books.bank_lines(bank_line("100.00", "danke", iban=IBAN))

    [outcome] = outcomes(books)

    assert told(outcome) == ("PROPOSED", {}, [])
    numbers = [[part.document for part in each.applied] for each in outcome.proposals]
    assert sorted(numbers) == [[one.number], [other.number]]


def test_money_applied_in_two_steps_is_one_outcome_and_what_is_left_is_an_overpayment() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    one, other = books.invoice(customer, "100.00"), books.invoice(customer, "50.00")
    books.bank_lines(bank_line("170.00", "akonto", iban=IBAN))
    receipt = receipt_of(books, "170.00")
    apply_receipt(receipt_id=receipt.id, applied=[Applied(one.item_id, D("100.00"))], **WHEN)
    [first] = outcomes(books)
    apply_receipt(receipt_id=receipt.id, applied=[Applied(other.item_id, D("50.00"))], **WHEN)

    [both] = outcomes(books)

    assert told(first) == ("CONFIRMED", {one.number: "100.00"}, [("OVERPAYMENT", "", "-70.00")])
    assert told(both) == (
        "CONFIRMED",
        {one.number: "100.00", other.number: "50.00"},
        [("OVERPAYMENT", "", "-20.00")],
    )
    undo_receipt(receipt_id=receipt.id, reason="TEST", **WHEN)
    assert told(outcomes(books)[0]) == told(first)


def test_a_return_takes_back_what_its_receipt_had_applied_and_says_the_fee() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,), payment_terms="2/40 NET60")
    invoice = books.invoice(customer, "119.00", tax="19.00", payment_terms="2/40 NET60")
    later = PAYMENT_DAY + timedelta(days=3)
    books.bank_lines(bank_line("116.62", invoice.number, iban=IBAN, end_to_end_id="LS-1"))
    came = told(outcomes(books)[0])
    books.bank_lines(
        bank_line(
            "-120.12", f"RUECKLASTSCHRIFT {invoice.number}", iban=IBAN, return_code="AM04",
            booking_date=later, value_date=later,
        ),
        opening="116.62",
    )  # fmt: skip
    returned = receipt_of(books, "-120.12")
    if returned.state == "RETURNED":  # nobody settled it yet: it is proposed with what it would take back
        waiting = outcomes(books)[1]
        assert told(waiting) == ("PROPOSED", {}, [])
        assert [part.amount for part in waiting.proposals[0].applied] == [D("-116.62")]
        reopen_returned(receipt_id=returned.id, **WHEN)

    [original, back] = outcomes(books)

    assert (
        told(original) == came == ("AUTO", {invoice.number: "116.62"}, [("DISCOUNT", invoice.number, "2.38")])
    )
    assert told(back)[1:] == (
        {invoice.number: "-116.62"},
        [("DISCOUNT", invoice.number, "-2.38"), ("BANK_FEE", "", "3.50")],
    )
    assert [one.line.booking_date for one in outcomes(books, since=later)] == [later]


def test_an_account_is_said_as_its_file_wrote_it() -> None:
    books = make_books()
    for account in ("37040044/532013000", "DE02 1005 0000 0054 5404 02"):
        line = bank_line("10.00", "akonto")
        day = PAYMENT_DAY
        statement = Statement(
            "MT940", StatementKind.STATEMENT, account, "EUR", account, "1", "", D(0), D(10), day, day, (line,)
        )
        import_statements(actor=SYSTEM, company_id=books.company_id, statements=[statement])

    assert [(each.line.account, each.state) for each in outcomes(books)] == [
        ("37040044/532013000", ""),
        ("DE02100500000054540402", ""),
    ]


def test_pages_follow_each_other_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    books = make_books()
    books.bank_lines(*(bank_line(f"{n}.00", "?") for n in range(1, 8)))
    monkeypatch.setattr(outcome_queries, "_AT_ONCE", 3)

    assert [outcome.line.amount for outcome in outcomes(books)] == [D(n) for n in range(1, 8)]


def test_an_explanation_gives_the_entries_of_the_money_and_of_what_was_decided() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "100.00")
    books.bank_lines(bank_line("97.00", "danke", iban=IBAN), bank_line("-4.00", "Entgelt"))
    proposed = receipt_of(books, "97.00")
    apply_receipt(receipt_id=proposed.id, applied=[Applied(invoice.item_id, D("97.00"))], **WHEN)
    before = get_explanation(proposed.decision_id or 0)

    found = get_explanation(receipt_of(books, "97.00").decision_id or 0)

    assert (before.is_in_force, found.is_in_force) == (False, True)
    assert [entry.kind for entry in found.entries] == ["RECEIPT", "CLEARING"]
    assert [entry.kind for entry in get_explanation(receipt_of(books, "-4.00").decision_id or 0).entries] == [
        "OTHER_MONEY"
    ]
    assert found.customers == {customer: "1001"}
    with pytest.raises(NotFound):
        get_explanation(10**9)


def test_money_in_another_currency_is_told_in_the_documents_and_leaves_nothing_over() -> None:
    line = BookedLine(1, 1, "9876543210", PAYMENT_DAY, D("10090.50"), "USD", "B1", "AUTO", 7, 5)
    proof = {
        "rule": "DOCUMENT_NUMBER",
        "customer": 7,
        "exchange": ["EUR", "9300.00"],
        "applied": [{"item": 3, "document": "RE-1", "cash": "9300.00"}],
        "differences": [
            {"kind": "FX", "item": 3, "document": "RE-1", "amount": "9.50", "reason": ""},
            {"kind": "OVERPAYMENT", "item": None, "document": "", "amount": "0", "reason": ""},
        ],
    }

    outcome = make_outcome(
        line,
        DecidedParts(5, "AUTO", proof),
        decision_of=lambda _: None,
        decision_of_receipt=lambda _: None,
    )

    assert outcome.applied == (PlacedAmount("RE-1", D("9300.00"), "EUR"),)
    assert told(outcome)[2] == [("FX", "RE-1", "9.50")]
    assert outcome.proposals[0].applied == outcome.applied
    over = make_outcome(
        line,
        DecidedParts(5, "AUTO", {**proof, "exchange": ["EUR", "9350.00"]}),
        decision_of=lambda _: None,
        decision_of_receipt=lambda _: None,
    )
    assert told(over)[2] == [("FX", "RE-1", "9.50"), ("OVERPAYMENT", "", "-50.00")]
