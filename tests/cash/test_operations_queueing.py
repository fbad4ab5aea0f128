"""The queue: order, owners, questions, escalation; what is learned and forgotten; what a clerk may not do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from acquit.cash.models import CustomerQuestion, PayerAlias, Receipt
from acquit.cash.operations import (
    CannotMove,
    apply_receipt,
    ask_customer,
    assign_receipts,
    confirm_receipt,
    escalate_unapplied,
    forget_alias,
    keep_on_account,
    review_aliases,
    stop_waiting,
    undo_receipt,
)
from acquit.cash.queries import (
    QueueFilter,
    get_receipt,
    list_aged_money,
    list_aliases,
    list_known_aliases,
    list_questions,
    list_queue,
    list_queue_sums,
    reconcile_bank_accounts,
)
from acquit.cash.rules.leeway import BeyondLeeway
from acquit.cash.rules.questions import CannotAsk, Letter
from acquit.cash.rules.reasons import ReasonMissing
from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind
from acquit.controls.operations import create_user, grant_role
from acquit.controls.rules.duties import Duty, NotAllowed, Role
from acquit.core.errors import NotFound
from acquit.infra.models import Event
from acquit.infra.transaction import BrokenInvariant, ChangedMeanwhile, operation
from acquit.receivables.operations.write_offs import LossFacts, request_write_off
from acquit.work.models import WorkItem
from tests.builders import DECIDED_AT, FIRST_DAY, PAYMENT_DAY, SYSTEM, Books, bank_line, clerk, make_books
from tests.cash.standing import assert_sound, how_it_stands, in_balance, only_receipt, receipt_of
from tests.parties.test_personal_data import tables_that_tell

pytestmark = pytest.mark.django_db
D = Decimal
IBAN = "DE89370400440532013000"
ALL = ("PROPOSED", "UNAPPLIED", "UNIDENTIFIED", "RETURNED", "ON_ACCOUNT", "PREPAYMENT")
LETTER = Letter("en", "Your payment", "Which invoices does it pay?")


def queue(books: Books, today: date = PAYMENT_DAY, **said: object) -> list[str]:
    narrowed = QueueFilter(**{"classes": ALL, **said})  # type: ignore[arg-type]
    found = list_queue(company_ids=[books.company_id], narrowed=narrowed, today=today)
    return [str(receipt.amount.normalize().quantize(D("0.01"))) for receipt in found]


def strangers(books: Books, *amounts: str, day: date = PAYMENT_DAY) -> None:
    """Bring money nobody is known for."""
    books.bank_lines(
        *(
            bank_line(amount, "DANKE", counterparty=f"Stranger {amount}", booking_date=day, value_date=day)
            for amount in amounts
        )
    )


def refused(books: Books, refusal: type[Exception], says: str, attempt: Callable[[], object]) -> None:
    before, asked = how_it_stands(books), CustomerQuestion.objects.count()
    owners = dict(Receipt.objects.values_list("id", "owner_id"))
    with pytest.raises(refusal, match=says):
        attempt()
    assert how_it_stands(books) == before
    assert CustomerQuestion.objects.count() == asked
    assert dict(Receipt.objects.values_list("id", "owner_id")) == owners


# --- the order ---


def test_the_queue_is_money_and_age_together() -> None:
    books = make_books()
    strangers(books, "1000.00", "3000.00")
    strangers(books, "900.00", day=PAYMENT_DAY - timedelta(days=60))

    assert queue(books) == ["900.00", "3000.00", "1000.00"]


def test_pages_follow_each_other_without_a_gap_and_without_a_repetition() -> None:
    books = make_books()
    strangers(books, *(f"{n}.00" for n in (500, 500, 500, 20, 10)))
    seen: list[int] = []
    after = None
    while True:
        page = list_queue(
            company_ids=[books.company_id],
            narrowed=QueueFilter(ALL),
            today=PAYMENT_DAY,
            after=after,
            limit=2,
        )
        if not page:
            break
        seen += [receipt.id for receipt in page]
        after = (page[-1].weight or D(0), page[-1].id)

    assert len(seen) == len(set(seen)) == Receipt.objects.count()


def test_what_is_posted_has_no_place_and_what_is_undone_has_its_own_again() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "500.00")
    strangers(books, "70.00")
    books.bank_lines(bank_line("500.00", f"RE {invoice.number}", iban=IBAN))
    posted = receipt_of(books, "500.00")
    assert (posted.state, posted.weight) == ("AUTO", None)
    assert queue(books) == ["70.00"]

    undo_receipt(
        actor=SYSTEM, receipt_id=posted.id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT, reason="WRONG"
    )

    assert queue(books) == ["500.00", "70.00"]


def test_filters_narrow_by_class_currency_owner_age_and_bank_account() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    strangers(books, "70.00", day=PAYMENT_DAY - timedelta(days=40))
    books.bank_lines(bank_line("80.00", "Zahlung", iban=IBAN))
    known = receipt_of(books, "80.00")
    keep_on_account(
        actor=SYSTEM,
        receipt_id=known.id,
        customer_id=customer,
        purpose="PREPAYMENT",
        business_date=PAYMENT_DAY,
        decided_at=DECIDED_AT,
    )
    assign(books, receipt_of(books, "70.00").id)

    assert queue(books, classes=("UNIDENTIFIED",)) == ["70.00"]
    assert queue(books, classes=("ON_ACCOUNT",)) == []
    assert queue(books, classes=("PREPAYMENT",)) == ["80.00"]
    assert queue(books, currency="USD") == []
    assert queue(books, is_unowned=True) == ["80.00"]
    assert queue(books, owner_id=Receipt.objects.exclude(owner_id=None).get().owner_id) == ["70.00"]
    assert queue(books, dated_until=PAYMENT_DAY - timedelta(days=30)) == ["70.00"]
    assert queue(books, dated_from=PAYMENT_DAY) == ["80.00"]
    assert queue(books, bank_account_id=known.bank_account_id) == ["70.00", "80.00"]
    assert queue(books, bank_account_id=0) == []
    sums = {(s.waiting_class, s.receipts, str(s.amount.quantize(D("0.01")))) for s in sums_of(books)}
    assert sums == {("UNIDENTIFIED", 1, "70.00"), ("PREPAYMENT", 1, "80.00")}


def sums_of(books: Books) -> list:  # type: ignore[type-arg]
    return list_queue_sums([books.company_id], today=PAYMENT_DAY)


def test_a_purpose_nobody_knows_is_refused_by_the_operation_and_by_the_database() -> None:
    books = make_books()
    customer = books.customer("1001")
    strangers(books, "70.00")
    receipt = only_receipt(books)

    def keep_for_fun() -> None:
        keep_on_account(
            actor=SYSTEM,
            receipt_id=receipt.id,
            customer_id=customer,
            purpose="FUN",
            business_date=PAYMENT_DAY,
            decided_at=DECIDED_AT,
        )

    refused(books, CannotMove, "no purpose", keep_for_fun)
    with (
        pytest.raises(BrokenInvariant, match="receipt_known_purpose"),
        operation(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE receipt SET purpose = 'FUN' WHERE id = %s", [receipt.id])


def test_aged_money_is_all_of_unapplied_cash() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "500.00")
    strangers(books, "70.00", day=PAYMENT_DAY - timedelta(days=40))
    books.bank_lines(bank_line("620.00", "Zahlung", iban=IBAN))
    apply_receipt(
        actor=SYSTEM,
        receipt_id=receipt_of(books, "620.00").id,
        applied=[Applied(invoice.item_id, D("500.00"))],
        business_date=PAYMENT_DAY,
        decided_at=DECIDED_AT,
    )

    found = list_aged_money([books.company_id], today=PAYMENT_DAY)

    assert {(m.waiting_class, m.days, str(m.amount.quantize(D("0.01")))) for m in found} == {
        ("UNIDENTIFIED", 40, "70.00"),
        ("ON_ACCOUNT", 0, "120.00"),
    }
    assert str(-sum((m.amount for m in found), D(0)).quantize(D("0.01"))) == in_balance(
        books, "UNAPPLIED_CASH"
    )


# --- owners ---


def person(books: Books, name: str, role: Role) -> int:
    user = create_user(username=name, password="a long enough word")
    grant_role(actor=SYSTEM, user_id=user.pk, company_id=books.company_id, role=role, valid_from=FIRST_DAY)
    return int(user.pk)


def assign(books: Books, receipt_id: int, owner_id: int | None = None) -> int:
    owner = owner_id or person(books, f"clerk-{receipt_id}", Role.CASH_CLERK)
    assign_receipts(actor=SYSTEM, receipt_ids=[receipt_id], owner_id=owner, business_date=PAYMENT_DAY)
    return owner


def test_a_receipt_has_an_owner_until_it_has_another_or_none() -> None:
    books = make_books()
    strangers(books, "70.00")
    receipt = only_receipt(books)
    owner = assign(books, receipt.id)
    assert get_receipt(receipt.id).owner_id == owner

    again = assign_receipts(actor=SYSTEM, receipt_ids=[receipt.id], owner_id=owner, business_date=PAYMENT_DAY)
    cleared = assign_receipts(
        actor=SYSTEM, receipt_ids=[receipt.id], owner_id=None, business_date=PAYMENT_DAY
    )

    assert (again, cleared) == (0, 1)
    assert get_receipt(receipt.id).owner_id is None
    told = Event.objects.filter(kind="cash.receipt.assigned").order_by("id")
    assert [event.payload["owner"] for event in told] == [owner, None]


def test_who_may_not_apply_cash_owns_no_receipt_and_gives_none_away() -> None:
    books = make_books()
    strangers(books, "70.00")
    receipt = only_receipt(books)
    biller = person(books, "biller", Role.BILLER)
    reader = clerk(books.company_id, Duty.READ)

    def give(actor: object, owner: int | None) -> Callable[[], object]:
        return lambda: assign_receipts(
            actor=actor,  # type: ignore[arg-type]
            receipt_ids=[receipt.id],
            owner_id=owner,
            business_date=PAYMENT_DAY,
        )

    refused(books, NotAllowed, "may not apply cash", give(SYSTEM, biller))
    refused(books, NotAllowed, "lacks the duty CASH", give(reader, None))


# --- questions ---


def test_a_question_is_kept_and_its_receipt_waits_for_the_answer() -> None:
    books = make_books()
    books.customer("1001", ibans=(IBAN,))
    books.bank_lines(bank_line("80.00", "Zahlung", iban=IBAN))
    receipt = only_receipt(books)
    until = PAYMENT_DAY + timedelta(days=7)

    ask(receipt.id, until=until)

    [question] = list_questions([receipt.id])
    assert (question.subject, question.body, question.waits_until) == (LETTER.subject, LETTER.body, until)
    assert get_receipt(receipt.id).waits_until == until
    assert queue(books, asked=False) == []
    assert queue(books, asked=True) == ["80.00"]
    assert queue(books, today=until, asked=False) == ["80.00"]
    event = Event.objects.get(kind="cash.customer.asked")
    assert event.payload["question"] == question.id
    assert LETTER.body not in str(event.payload)

    stop_waiting(actor=SYSTEM, receipt_id=receipt.id)
    assert queue(books, asked=False) == ["80.00"]
    refused(
        books, CannotMove, "waits for no answer", lambda: stop_waiting(actor=SYSTEM, receipt_id=receipt.id)
    )


def ask(receipt_id: int, until: date = PAYMENT_DAY + timedelta(days=7), **said: object) -> int:
    given: dict[str, object] = {"actor": SYSTEM, "letter": LETTER, **said}
    return ask_customer(
        receipt_id=receipt_id,
        kind="WHICH_ITEMS",
        waits_until=until,
        business_date=PAYMENT_DAY,
        **given,  # type: ignore[arg-type]
    )


def test_undo_gives_the_waiting_back_too() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    books.bank_lines(bank_line("80.00", "Zahlung", iban=IBAN))
    receipt = only_receipt(books)
    ask(receipt.id)
    asked = get_receipt(receipt.id)

    keep_on_account(
        actor=SYSTEM,
        receipt_id=receipt.id,
        customer_id=customer,
        business_date=PAYMENT_DAY,
        decided_at=DECIDED_AT,
    )
    assert get_receipt(receipt.id).waits_until is None
    undo_receipt(
        actor=SYSTEM,
        receipt_id=receipt.id,
        business_date=PAYMENT_DAY,
        decided_at=DECIDED_AT,
        reason="ANSWERED",
    )

    assert get_receipt(receipt.id) == asked


def test_nobody_is_asked_without_a_customer_a_text_or_the_duty() -> None:
    books = make_books()
    strangers(books, "70.00")
    receipt = only_receipt(books)
    reader = clerk(books.company_id, Duty.READ)

    refused(books, CannotAsk, "Nobody is known", lambda: ask(receipt.id))
    refused(books, CannotAsk, "subject and a text", lambda: ask(receipt.id, letter=Letter("en", "", "")))
    refused(books, CannotAsk, "no day to wait until", lambda: ask(receipt.id, until=PAYMENT_DAY))
    refused(books, NotAllowed, "lacks the duty CASH", lambda: ask(receipt.id, actor=reader))


def test_the_database_keeps_no_question_that_waits_for_the_past() -> None:
    books = make_books()
    books.customer("1001", ibans=(IBAN,))
    books.bank_lines(bank_line("80.00", "Zahlung", iban=IBAN))
    ask(only_receipt(books).id)
    question = CustomerQuestion.objects.get()
    # what was written names persons: it stands beside, where it can be erased, and in no sealed table
    assert tables_that_tell(LETTER.body) == {("question_text", LETTER.body)}
    question.id, question.waits_until = None, question.asked_date  # type: ignore[assignment]

    with pytest.raises(BrokenInvariant, match="customer_question_waits"), operation():
        question.save(force_insert=True)


# --- escalation ---


def test_what_stands_too_long_is_escalated_once_until_it_moves() -> None:
    books = make_books()
    customer = books.customer("1001")
    strangers(books, "70.00", day=PAYMENT_DAY - timedelta(days=31))
    strangers(books, "90.00", day=PAYMENT_DAY - timedelta(days=30))

    def escalate() -> int:
        return escalate_unapplied(
            actor=SYSTEM,
            company_id=books.company_id,
            business_date=PAYMENT_DAY,
            opened_at=DECIDED_AT,
        )

    assert (escalate(), escalate()) == (1, 0)
    [flag] = WorkItem.objects.filter(queue="CASH_ESCALATED", closed_at__isnull=True)
    receipt = receipt_of(books, "70.00")
    assert (flag.object_id, flag.reason) == (receipt.id, "UNIDENTIFIED")
    assert_sound()

    keep_on_account(
        actor=SYSTEM,
        receipt_id=receipt.id,
        customer_id=customer,
        business_date=PAYMENT_DAY,
        decided_at=DECIDED_AT,
    )
    assert not WorkItem.objects.filter(queue="CASH_ESCALATED", closed_at__isnull=True).exists()
    assert escalate() == 1, "money kept on account ages as well"


# --- what was seen, what a clerk may let go of, why something is taken back ---


def proposed(books: Books) -> tuple[int, int, int]:
    """Bring money with two equal items; gives the receipt and both."""
    customer = books.customer("1001", ibans=(IBAN,))
    first, second = books.invoice(customer, "500.00"), books.invoice(customer, "500.00")
    books.bank_lines(bank_line("500.00", "Zahlung", iban=IBAN))
    return only_receipt(books).id, first.item_id, second.item_id


def test_another_of_the_ranked_proposals_is_confirmed_by_its_place() -> None:
    books = make_books()
    receipt_id, first, second = proposed(books)

    confirm_receipt(
        actor=SYSTEM, receipt_id=receipt_id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT, proposal=1
    )

    assert set(how_it_stands(books)["open"]) == {first} or set(how_it_stands(books)["open"]) == {second}
    assert_sound()


def test_a_proposal_there_is_none_of_is_refused() -> None:
    books = make_books()
    receipt_id, *_ = proposed(books)
    for place in (9, -1):
        refused(
            books,
            CannotMove,
            "Nothing is proposed",
            lambda place=place: confirm_receipt(
                actor=SYSTEM,
                receipt_id=receipt_id,
                business_date=PAYMENT_DAY,
                decided_at=DECIDED_AT,
                proposal=place,
            ),
        )


def test_an_act_on_what_was_decided_anew_meanwhile_is_refused() -> None:
    books = make_books()
    receipt_id, first, _ = proposed(books)
    seen = get_receipt(receipt_id).decision_id
    when: dict[str, date | datetime] = {"business_date": PAYMENT_DAY, "decided_at": DECIDED_AT}
    keep_on_account(actor=SYSTEM, receipt_id=receipt_id, customer_id=None, **when)  # type: ignore[arg-type]
    said = {"actor": SYSTEM, "receipt_id": receipt_id, "seen_decision_id": seen, **when}

    for act in (
        lambda: confirm_receipt(**said),
        lambda: apply_receipt(applied=[Applied(first, D("500.00"))], **said),
        lambda: keep_on_account(customer_id=None, **said),
        lambda: ask(receipt_id, seen_decision_id=seen),
    ):
        refused(books, ChangedMeanwhile, "decided anew", act)


@pytest.mark.parametrize(
    ("kind", "amount", "taken"),
    [("TOLERANCE", "2.51", "497.49"), ("BANK_FEE", "25.01", "474.99"), ("DISCOUNT", "0.01", "499.99")],
)
def test_what_would_be_a_write_off_under_another_name_is_refused(kind: str, amount: str, taken: str) -> None:
    books = make_books()
    receipt_id, first, _ = proposed(books)

    def attempt() -> None:
        apply_receipt(
            actor=clerk(books.company_id, Duty.CASH),
            receipt_id=receipt_id,
            applied=[Applied(first, D(taken))],
            differences=[Difference(DifferenceKind(kind), first, D(amount))],
            business_date=PAYMENT_DAY,
            decided_at=DECIDED_AT,
        )

    refused(books, BeyondLeeway, "Keep it as a deduction", attempt)


def test_who_applies_cash_writes_nothing_off() -> None:
    books = make_books()
    _, first, _ = proposed(books)
    actor = clerk(books.company_id, Duty.CASH)

    refused(
        books,
        NotAllowed,
        "lacks the duty WRITE_OFF",
        lambda: request_write_off(
            actor=actor, item_id=first, facts=LossFacts(D(19), PAYMENT_DAY), reason="x", on_date=PAYMENT_DAY
        ),
    )


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_nothing_is_taken_back_without_a_reason(reason: str) -> None:
    books = make_books()
    receipt_id, *_ = proposed(books)
    confirm_receipt(actor=SYSTEM, receipt_id=receipt_id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT)

    refused(
        books,
        ReasonMissing,
        "Say why|at most 200",
        lambda: undo_receipt(
            actor=SYSTEM,
            receipt_id=receipt_id,
            business_date=PAYMENT_DAY,
            decided_at=DECIDED_AT,
            reason=reason,
        ),
    )


# --- what is learned ---


def teach(books: Books, customer: int, times: int) -> None:
    for _ in range(times):
        strangers(books, "70.00")
        fresh = list_queue(
            company_ids=[books.company_id],
            narrowed=QueueFilter(("UNIDENTIFIED", "UNAPPLIED", "PROPOSED")),
            today=PAYMENT_DAY,
        )[0]
        invoice = books.invoice(customer, "70.00")
        outcome = apply_receipt(
            actor=clerk(books.company_id, Duty.CASH),
            receipt_id=fresh.id,
            applied=[Applied(invoice.item_id, D("70.00"))],
            business_date=PAYMENT_DAY,
            decided_at=DECIDED_AT,
        )
        assert outcome.learned[0].customer_id == customer


def test_what_was_confirmed_is_listed_with_who_and_reviewed_by_another() -> None:
    books = make_books()
    customer = books.customer("1001")
    teach(books, customer, 1)

    [alias] = list_aliases(company_ids=[books.company_id])
    assert (alias.kind, alias.customer_id, alias.confirmations) == ("NAME", customer, 1)
    assert (alias.confirmed_by_id, alias.confirmed_at, alias.reviewed_at) == (7, DECIDED_AT, None)
    with pytest.raises(NotAllowed, match="lacks the duty CLOSE"):
        review_aliases(actor=clerk(books.company_id, Duty.CASH), alias_ids=[alias.id], reviewed_at=DECIDED_AT)

    accountant = clerk(books.company_id, Duty.CLOSE, user_id=8)
    assert review_aliases(actor=accountant, alias_ids=[alias.id], reviewed_at=DECIDED_AT) == 1
    assert review_aliases(actor=accountant, alias_ids=[alias.id], reviewed_at=DECIDED_AT) == 0
    [alias] = list_aliases(company_ids=[books.company_id], is_reviewed=True)
    assert alias.reviewed_by_id == 8
    assert Event.objects.filter(kind="cash.alias.reviewed").count() == 1

    teach(books, customer, 1)
    [again] = list_aliases(company_ids=[books.company_id], is_reviewed=False)
    assert (again.id, again.confirmations) == (alias.id, 2), "who confirms again asks for another look"


def test_what_is_forgotten_is_believed_no_more() -> None:
    books = make_books()
    customer = books.customer("1001")
    teach(books, customer, 2)
    strangers(books, "70.00")
    believed = list_queue(company_ids=[books.company_id], narrowed=QueueFilter(ALL), today=PAYMENT_DAY)[0]
    assert believed.customer_id == customer
    [alias] = list_known_aliases(believed)

    for actor, reason, refusal in (
        (clerk(books.company_id, Duty.READ), "x", NotAllowed),
        (SYSTEM, " ", ReasonMissing),
    ):
        with pytest.raises(refusal):
            forget_alias(actor=actor, alias_id=alias.id, reason=reason)
    assert PayerAlias.objects.count() == 1
    forget_alias(actor=SYSTEM, alias_id=alias.id, reason="An agent")

    assert PayerAlias.objects.count() == 0
    assert Event.objects.get(kind="cash.alias.forgotten").payload["reason"] == "An agent"
    with pytest.raises(NotFound):
        forget_alias(actor=SYSTEM, alias_id=alias.id, reason="An agent")


# --- bank reconciliation ---


def test_the_bank_in_the_ledger_is_the_statements_closing_but_for_what_is_listed() -> None:
    books = make_books()
    books.customer("1001", ibans=(IBAN,))
    strangers(books, "70.00")

    [found] = reconcile_bank_accounts(company_ids=[books.company_id], as_of=PAYMENT_DAY).accounts

    assert found.unexplained_amount == 0
    assert str(found.ledger_amount.quantize(D("0.01"))) == in_balance(books, "BANK")
    before = reconcile_bank_accounts(
        company_ids=[books.company_id], as_of=PAYMENT_DAY - timedelta(days=400)
    ).accounts[0]
    assert (before.ledger_amount, before.statement_amount) == (0, None)
    assert_sound()
