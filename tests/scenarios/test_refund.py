"""A refund, from the request to the bank's line: confirmed, come back, rejected, sent back to a stranger."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.models import BankAccount, Refund
from acquit.cash.operations import (
    approve_refund,
    confirm_account,
    match_bank_lines,
    propose_account,
    record_status_report,
    request_refund,
    send_refunds,
)
from acquit.cash.queries import get_receipt, list_receipts
from acquit.controls.rules.duties import Duty
from acquit.formats.pain import read_payment_order, read_status_report
from tests.builders import DECIDED_AT, SYSTEM, Books, bank_line, clerk, make_books
from tests.cash.standing import how_it_stands, in_balance, open_amounts, receipt_of
from tests.scenarios.books_of_account import assert_books_are_sound, last_entry

pytestmark = pytest.mark.django_db

D = Decimal
IBAN = "DE89370400440532013000"
DAY = date(2026, 4, 2)


def pay_twice(books: Books) -> int:
    """Have a customer pay an invoice twice; gives the receipt of the second payment."""
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "119.00", tax="19.00")
    books.bank_lines(bank_line("119.00", invoice.number, iban=IBAN))
    books.bank_lines(bank_line("119.00", invoice.number, iban=IBAN, value_date=DAY, booking_date=DAY))
    [second] = [
        receipt
        for receipt in list_receipts(company_ids=[books.company_id])
        if receipt.state in {"UNAPPLIED", "PROPOSED", "ON_ACCOUNT"}
    ]
    return second.id


def refund(books: Books, receipt_id: int) -> tuple[int, Any]:
    """Refund a receipt's money by the people it takes; gives the refund and its order."""
    receipt = get_receipt(receipt_id)
    masters = [clerk(books.company_id, Duty.MASTER, user_id=user) for user in (11, 12)]
    refunders = [clerk(books.company_id, Duty.REFUND, user_id=user) for user in (1, 2)]
    account = propose_account(
        actor=masters[0],
        customer_id=receipt.customer_id or 0,
        iban=IBAN,
        holder="Kunde 1001",
        evidence="called back",
        on_date=DAY,
    )
    confirm_account(actor=masters[1], account_id=account, on_date=DAY)
    made = request_refund(
        actor=refunders[0],
        item_id=receipt.item_id or 0,
        account_id=account,
        reason="paid twice",
        on_date=DAY,
    )
    approve_refund(actor=refunders[1], refund_id=made.refund_id, on_date=DAY)
    ours = BankAccount.objects.get(company_id=books.company_id)
    file = send_refunds(
        actor=refunders[0],
        company_id=books.company_id,
        bank_account_id=ours.id,
        on_date=DAY,
        sent_at=DECIDED_AT,
    )
    return made.refund_id, read_payment_order(io.BytesIO(file.content), "refund.xml")


def test_money_paid_twice_goes_back_and_the_bank_shows_it() -> None:
    books = make_books()
    refund_id, order = refund(books, pay_twice(books))
    assert last_entry(books, "REFUND") == {"2100": D("119.00"), "1010": D("-119.00")}

    name = order.transactions[0].end_to_end_id
    books.bank_lines(bank_line("-119.00", "", end_to_end_id=name, booking_date=DAY, value_date=DAY))

    row = Refund.objects.get(id=refund_id)
    assert (row.state, get_receipt(row.receipt_id or 0).state) == ("CONFIRMED", "IGNORED")
    assert last_entry(books, "OTHER_MONEY") == {"1000": D("-119.00"), "1010": D("119.00")}
    assert (in_balance(books, "BANK"), in_balance(books, "BANK_CLEARING")) == ("119.00", "0.00")
    assert (in_balance(books, "UNAPPLIED_CASH"), open_amounts(books)) == ("0.00", {})
    assert_books_are_sound()


def test_money_that_comes_back_from_a_closed_account_is_the_customers_again() -> None:
    books = make_books()
    receipt_id = pay_twice(books)
    before = how_it_stands(books)
    refund_id, order = refund(books, receipt_id)
    name = order.transactions[0].end_to_end_id
    books.bank_lines(bank_line("-119.00", "", end_to_end_id=name, booking_date=DAY, value_date=DAY))
    books.bank_lines(
        bank_line("119.00", "", end_to_end_id=name, return_code="AC04", booking_date=DAY, value_date=DAY)
    )

    row = Refund.objects.get(id=refund_id)
    assert (row.state, row.failure) == ("FAILED", "AC04")
    after = how_it_stands(books)
    for what in ("open", "balances", "waiting", "cases"):
        assert after[what] == before[what]
    assert after["receipts"][receipt_id] == before["receipts"][receipt_id]
    assert_books_are_sound()


def test_a_refund_the_bank_rejects_leaves_the_credit_open() -> None:
    books = make_books()
    receipt_id = pay_twice(books)
    before = how_it_stands(books)
    refund_id, order = refund(books, receipt_id)
    report = read_status_report(
        io.BytesIO(
            f"<D><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{order.message_id}</OrgnlMsgId>"
            "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>DT01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>"
            "</CstmrPmtStsRpt></D>".encode()
        ),
        "report.xml",
    )
    record_status_report(
        actor=SYSTEM, company_id=books.company_id, report=report, business_date=DAY, decided_at=DECIDED_AT
    )
    row = Refund.objects.get(id=refund_id)
    assert (row.state, row.failure) == ("FAILED", "DT01")
    assert how_it_stands(books) == before
    assert_books_are_sound()


def test_a_line_of_another_amount_does_not_confirm_a_refund() -> None:
    books = make_books()
    refund_id, order = refund(books, pay_twice(books))
    name = order.transactions[0].end_to_end_id
    books.bank_lines(bank_line("-118.99", "", end_to_end_id=name, booking_date=DAY, value_date=DAY))
    match_bank_lines(actor=SYSTEM, company_id=books.company_id, business_date=DAY, decided_at=DECIDED_AT)
    assert Refund.objects.get(id=refund_id).state == "SENT"
    assert receipt_of(books, "-118.99").state == "IGNORED"
    assert_books_are_sound()
