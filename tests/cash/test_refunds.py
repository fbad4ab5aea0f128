"""Refunds: only a credit, only to its payer's confirmed account, by two people; what fails stands as before."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.models import BankAccount, Refund, VerifiedAccount
from acquit.cash.operations import (
    CannotMove,
    CannotMoveRefund,
    CannotRefund,
    CannotVerify,
    approve_refund,
    confirm_account,
    fail_refund,
    keep_on_account,
    propose_account,
    reject_refund,
    request_refund,
    revoke_account,
    send_refunds,
    undo_receipt,
)
from acquit.cash.queries import (
    get_receipt,
    get_refund_file,
    list_refunds,
    list_unclaimed,
    list_verified_accounts,
)
from acquit.cash.rules.refunds import TRANSITIONS, RefundState, check_transition
from acquit.controls.rules.duties import Actor, Duty, NotAllowed
from acquit.core.errors import NotFound
from acquit.formats.pain import read_payment_order
from acquit.infra.models import Event
from acquit.parties.operations import ensure_unidentified
from acquit.receivables.operations.drafting import NotOpen
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, clerk, make_books
from tests.cash.standing import assert_sound, how_it_stands, in_balance, open_amounts, receipt_of

pytestmark = pytest.mark.django_db

D = Decimal
IBAN, OTHER_IBAN = "DE89370400440532013000", "NL91ABNA0417164300"
DAY = date(2026, 4, 2)


def refunder(books: Books, user_id: int = 1) -> Actor:
    return clerk(books.company_id, Duty.REFUND, user_id=user_id)


def master(books: Books, user_id: int = 11) -> Actor:
    return clerk(books.company_id, Duty.MASTER, user_id=user_id)


def verified(books: Books, customer: int, iban: str = IBAN) -> int:
    account = propose_account(
        actor=master(books),
        customer_id=customer,
        iban=iban,
        holder="Müller KG",
        evidence="called back on the number we had",
        on_date=DAY,
    )
    confirm_account(actor=master(books, 12), account_id=account, on_date=DAY)
    return account


def paid(books: Books, amount: str = "150.00", **said: Any) -> tuple[int, int]:
    """Have a customer pay without a reason; gives the customer and the item its money stands on."""
    customer = books.customer("1001", ibans=(IBAN,))
    books.bank_lines(bank_line(amount, "ohne Angabe", iban=IBAN, **said))
    receipt = receipt_of(books, amount)
    assert (receipt.state, receipt.customer_id) == ("UNAPPLIED", customer)
    return customer, receipt.item_id or 0


def request(books: Books, item: int, account: int, **said: Any) -> int:
    facts: dict[str, Any] = {"actor": refunder(books), "reason": "paid twice", "on_date": DAY}
    return request_refund(item_id=item, account_id=account, **{**facts, **said}).refund_id


def approve(books: Books, refund: int) -> None:
    approve_refund(actor=refunder(books, 2), refund_id=refund, on_date=DAY)


def send(books: Books, **said: Any) -> Any:
    account = BankAccount.objects.get(company_id=books.company_id)
    facts: dict[str, Any] = {"actor": refunder(books), "on_date": DAY, "sent_at": DECIDED_AT}
    return send_refunds(company_id=books.company_id, bank_account_id=account.id, **{**facts, **said})


def sent(books: Books) -> tuple[int, Any]:
    customer, item = paid(books)
    refund = request(books, item, verified(books, customer))
    approve(books, refund)
    return refund, send(books)


def state_of(refund: int) -> str:
    return Refund.objects.get(id=refund).state


@pytest.mark.parametrize("before", list(RefundState))
@pytest.mark.parametrize("after", list(RefundState))
def test_only_the_steps_of_its_life_are_taken(before: RefundState, after: RefundState) -> None:
    if (before, after) in TRANSITIONS:
        check_transition(1, before, after)
    else:
        with pytest.raises(CannotMoveRefund):
            check_transition(1, before, after)


def test_unapplied_money_goes_back_and_the_order_is_the_same_whenever_it_is_asked_for() -> None:
    books = make_books("Acquit GmbH")
    refund, file = sent(books)

    order = read_payment_order(io.BytesIO(file.content), "refund.xml")
    [paid_back] = order.transactions
    assert (paid_back.amount, paid_back.account, paid_back.name) == (D("150.00"), IBAN, "Mueller KG")
    assert (paid_back.end_to_end_id, order.blocks[0].account) == (
        f"REFUND-{refund}",
        "DE02100500000054540402",
    )
    assert get_refund_file(company_id=books.company_id, message_id=file.message_id) == file
    assert state_of(refund) == "SENT"
    assert (in_balance(books, "UNAPPLIED_CASH"), in_balance(books, "BANK_CLEARING")) == ("0.00", "-150.00")
    assert in_balance(books, "BANK") == "150.00"
    assert open_amounts(books) == {}
    receipt = receipt_of(books, "150.00")
    assert receipt.state == "CONFIRMED"
    with pytest.raises(CannotMove, match=f"refund {refund}"):
        undo_receipt(
            actor=SYSTEM, receipt_id=receipt.id, reason="x", business_date=DAY, decided_at=DECIDED_AT
        )
    told = Event.objects.filter(object_kind="REFUND", object_id=refund).order_by("id")
    assert list(told.values_list("kind", flat=True)) == [
        "cash.refund.requested",
        "cash.refund.approved",
        "cash.refund.sent",
    ]
    assert_sound()


def test_a_credit_note_is_paid_out_of_receivables() -> None:
    books = make_books()
    customer, _ = paid(books)
    note = books.invoice(customer, "-50.00")
    refund = request(books, note.item_id, verified(books, customer), amount=D("20.00"))
    approve(books, refund)
    send(books, version="pain.001.001.03")

    assert open_amounts(books)[note.number] == "-30.00"
    assert in_balance(books, "RECEIVABLES") == "-30.00"
    assert in_balance(books, "BANK_CLEARING") == "-20.00"
    assert_sound()


def test_money_kept_on_account_goes_back_from_where_it_stands() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(OTHER_IBAN,))
    books.bank_lines(bank_line("80.00", "irgendwas", iban=IBAN, counterparty="Unbekannt"))
    receipt = receipt_of(books, "80.00")
    assert receipt.state == "UNIDENTIFIED"
    keep_on_account(
        actor=SYSTEM, receipt_id=receipt.id, customer_id=customer, business_date=DAY, decided_at=DECIDED_AT
    )
    before = how_it_stands(books)
    [item] = before["open"]

    with pytest.raises(CannotRefund, match="the account the money came from"):
        request(books, item, verified(books, customer, OTHER_IBAN))
    refund = request(books, item, verified(books, customer))
    approve(books, refund)
    send(books)
    assert (open_amounts(books), get_receipt(receipt.id).state) == ({}, "CONFIRMED")

    fail_refund(actor=refunder(books), refund_id=refund, reason="AC04", on_date=DAY, decided_at=DECIDED_AT)
    assert how_it_stands(books) == before
    assert state_of(refund) == "FAILED"
    assert_sound()


def test_a_refund_that_failed_can_be_asked_for_again() -> None:
    books = make_books()
    refund, _ = sent(books)
    fail_refund(actor=refunder(books), refund_id=refund, reason="undo", on_date=DAY, decided_at=DECIDED_AT)
    receipt = receipt_of(books, "150.00")
    assert (receipt.state, open_amounts(books)) == ("UNAPPLIED", {receipt.bank_reference: "-150.00"})
    with pytest.raises(CannotMoveRefund):
        fail_refund(actor=refunder(books), refund_id=refund, reason="x", on_date=DAY, decided_at=DECIDED_AT)

    again = request(books, receipt.item_id or 0, Refund.objects.get(id=refund).verified_account_id)
    approve(books, again)
    send(books)
    assert (state_of(again), in_balance(books, "BANK_CLEARING")) == ("SENT", "-150.00")
    assert_sound()


def test_who_asks_does_not_approve() -> None:
    books = make_books()
    customer, item = paid(books)
    refund = request(books, item, verified(books, customer))
    before = how_it_stands(books)
    for actor in (refunder(books, 1), SYSTEM):
        with pytest.raises(CannotMoveRefund, match="second person"):
            approve_refund(actor=actor, refund_id=refund, on_date=DAY)
    for duty in (Duty.CASH, Duty.MASTER, Duty.WRITE_OFF):
        with pytest.raises(NotAllowed):
            approve_refund(actor=clerk(books.company_id, duty, user_id=3), refund_id=refund, on_date=DAY)
        with pytest.raises(NotAllowed):
            request(books, item, 1, actor=clerk(books.company_id, duty))
    with pytest.raises(CannotMoveRefund, match="no such refunds"):
        send(books)
    with pytest.raises(CannotMoveRefund, match="REQUESTED"):
        send(books, refund_ids=[refund])
    assert (state_of(refund), how_it_stands(books)) == ("REQUESTED", before)


def test_a_refund_is_refused_or_withdrawn_before_it_is_sent() -> None:
    books = make_books()
    customer, item = paid(books)
    account = verified(books, customer)
    first = request(books, item, account)
    reject_refund(actor=refunder(books, 2), refund_id=first, reason="not theirs", on_date=DAY)
    second = request(books, item, account)
    approve(books, second)
    reject_refund(actor=refunder(books), refund_id=second, reason="withdrawn", on_date=DAY)
    assert [view.state for view in list_refunds(company_ids=[books.company_id])] == ["REJECTED", "REJECTED"]
    with pytest.raises(CannotRefund, match="why"):
        reject_refund(actor=refunder(books), refund_id=second, reason=" ", on_date=DAY)
    with pytest.raises(CannotMoveRefund):
        approve(books, first)
    assert open_amounts(books) == {receipt_of(books, "150.00").bank_reference: "-150.00"}


def test_no_more_goes_back_than_is_left_beside_other_refunds() -> None:
    books = make_books()
    customer, item = paid(books)
    account = verified(books, customer)
    request(books, item, account, amount=D("100.00"))
    with pytest.raises(CannotRefund, match=r"50\.00.*left to pay back, not 60"):
        request(books, item, account, amount=D("60.00"))
    rest = request(books, item, account)
    assert Refund.objects.get(id=rest).amount == D("50.00")
    for amount in (D(0), D("-1.00")):
        with pytest.raises(CannotRefund):
            request(books, item, account, amount=amount)


def test_only_a_credit_goes_back() -> None:
    books = make_books()
    customer, _ = paid(books)
    account = verified(books, customer)
    invoice = books.invoice(customer, "20.00")
    with pytest.raises(CannotRefund, match="no credit"):
        request(books, invoice.item_id, account, amount=D("10.00"))
    with pytest.raises(CannotRefund, match="reason"):
        request(books, invoice.item_id, account, reason="  ")
    with pytest.raises(NotFound):
        request(books, 999_999_999, account)
    of_another = books.payment(books.customer("2"), "5.00")
    with pytest.raises(NotFound, match="account"):
        request(books, of_another, account)
    assert not Refund.objects.filter(company_id=books.company_id).exists()


def test_a_credit_used_meanwhile_is_neither_approved_nor_sent() -> None:
    books = make_books()
    customer, item = paid(books)
    account = verified(books, customer)
    first, second = (
        request(books, item, account, amount=D("60.00")),
        request(books, item, account, amount=D("90.00")),
    )
    approve(books, first)
    invoice = books.invoice(customer, "150.00")
    books.clear(item, invoice.item_id, "100.00", day=DAY)
    with pytest.raises(CannotRefund):
        approve(books, second)
    with pytest.raises(CannotRefund):
        send(books)
    books.clear(item, invoice.item_id, "50.00", day=DAY)
    with pytest.raises(NotOpen):
        send(books)
    assert (state_of(first), state_of(second)) == ("APPROVED", "REQUESTED")
    assert in_balance(books, "BANK_CLEARING") == "0.00"
    assert_sound()


def test_an_account_is_confirmed_by_another_person_with_evidence() -> None:
    books = make_books()
    customer, item = paid(books)
    facts: dict[str, Any] = {"actor": master(books), "customer_id": customer, "on_date": DAY}
    for said, param in (
        ({"iban": "DE00", "holder": "A", "evidence": "letter"}, "iban"),
        ({"iban": IBAN, "holder": " ", "evidence": "letter"}, "holder"),
        ({"iban": IBAN, "holder": "A", "evidence": ""}, "evidence"),
    ):
        with pytest.raises(CannotVerify) as refused:
            propose_account(**facts, **said)
        assert refused.value.param == param
    good: dict[str, Any] = {"iban": "DE89 3704 0044 0532 0130 00", "holder": "A", "evidence": "letter"}
    with pytest.raises(NotAllowed):
        propose_account(**{**facts, "actor": refunder(books)}, **good)
    account = propose_account(**facts, **good)
    with pytest.raises(CannotVerify, match="known already"):
        propose_account(**facts, **good)
    for actor in (master(books), SYSTEM):
        with pytest.raises(CannotVerify, match="second person"):
            confirm_account(actor=actor, account_id=account, on_date=DAY)
    with pytest.raises(CannotRefund, match="second person confirms"):
        request(books, item, account)

    confirm_account(actor=master(books, 12), account_id=account, on_date=DAY)
    refund = request(books, item, account)
    revoke_account(actor=master(books), account_id=account, on_date=DAY)
    with pytest.raises(CannotRefund, match="second person confirms"):
        approve(books, refund)
    [view] = list_verified_accounts(customer)
    assert (view.account, view.is_revoked, view.evidence) == ("DE89…3000", True, "letter")
    assert VerifiedAccount.objects.get(id=account).iban == IBAN
    assert not Event.objects.filter(payload__icontains=IBAN, object_kind="VERIFIED_ACCOUNT").exists()


def test_money_of_nobody_known_is_proposed_for_return_after_ninety_days() -> None:
    books = make_books()
    books.customer("1001")
    books.bank_lines(bank_line("33.00", "???", iban=IBAN, counterparty="Wer"))
    assert list_unclaimed(books.company_id, as_of=date(2026, 6, 30)) == []  # day 90
    [unclaimed] = list_unclaimed(books.company_id, as_of=date(2026, 7, 1))
    assert (unclaimed.amount, unclaimed.days, unclaimed.has_account) == (D("33.00"), 91, True)
    assert unclaimed.value_date == PAYMENT_DAY

    receipt = get_receipt(unclaimed.receipt_id)
    account = verified(books, ensure_unidentified(books.company_id))
    refund = request(books, unclaimed.item_id, account, reason="unclaimed")
    approve(books, refund)
    send(books)
    assert get_receipt(receipt.id).state == "CONFIRMED"
    assert list_unclaimed(books.company_id, as_of=date(2026, 12, 1)) == []
    assert_sound()
