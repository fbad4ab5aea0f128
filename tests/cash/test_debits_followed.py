"""A collection that came back is followed where its statement is matched: once, in order, and taken back with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from acquit.cash.models import DebitReturn, Receipt
from acquit.cash.operations import (
    CannotMove,
    apply_receipt,
    import_statements,
    match_bank_lines,
    process_debit_returns,
    undo_receipt,
)
from acquit.cash.queries import CollectionView, get_debit_run, get_mandate, list_debit_runs
from acquit.cash.rules.debit_runs import CannotCollect
from acquit.cash.rules.receipts import Applied
from acquit.cash.rules.return_charges import plan_return_charge
from acquit.controls.rules.duties import Duty
from acquit.controls.rules.policies import DirectDebitPolicy
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.policy_reading import CannotReadPolicy, read_policy
from acquit.disputes.models import Dispute
from acquit.formats.statements import Statement, StatementKind
from acquit.infra.models import Event
from acquit.receivables.models import Item
from acquit.work.models import WorkItem
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, clerk, make_books
from tests.cash.collecting import (
    BACK,
    OURS,
    TAKEN,
    THEIRS,
    approve,
    credited,
    followed,
    make_collecting,
    order,
    owe,
    returned,
)
from tests.cash.standing import (
    ask_about_differences,
    assert_sound,
    how_it_stands,
    in_balance,
    open_amounts,
    receipt_of,
)
from tests.receivables.test_races import run_together

D = Decimal
WHEN: dict[str, Any] = {"actor": SYSTEM, "business_date": PAYMENT_DAY, "decided_at": DECIDED_AT}
RETRIED = date(2026, 5, 4)  # the first of May is no day of the banks, and a Friday
CHARGED = {"charged_return_codes": ["AM04"], "own_return_fee_amount": "7.50"}


def statement(*lines: Any, name: str = "S-1") -> Statement:
    total = sum((line.amount for line in lines), D(0))
    return Statement(
        *("camt.053", StatementKind.STATEMENT, OURS, "EUR", name, "1", ""),
        opening=D(0),
        closing=total,
        opening_date=TAKEN,
        closing_date=BACK,
        lines=lines,
        balanced=True,
    )


def take_in(books: Books, *lines: Any, name: str = "S-1") -> None:
    import_statements(actor=SYSTEM, company_id=books.company_id, statements=[statement(*lines, name=name)])


def match(books: Books, **said: Any) -> None:
    match_bank_lines(company_id=books.company_id, **{**WHEN, **said})


def undo(books: Books, amount: str) -> None:
    undo_receipt(receipt_id=receipt_of(books, amount).id, reason="TEST", **WHEN)


def states(books: Books) -> list[tuple[str, str]]:
    """Give the state and return code of every collection, oldest first."""
    return [(one.state, one.return_code) for one in collections(books)]


def collections(books: Books) -> list[CollectionView]:
    runs = sorted(list_debit_runs(books.company_id), key=lambda run: run.id)
    return [one for run in runs for one in run.collections]


def waiting(books: Books) -> list[str]:
    return list(
        WorkItem.objects.filter(company_id=books.company_id, queue="DEBIT").values_list("reason", flat=True)
    )


# Where it is matched --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_whoever_pays_is_known_or_not_a_return_is_followed_where_it_is_matched() -> None:
    books = make_collecting()
    _, first = owe(books, "1001")
    _, second = owe(books, "1002", "59.50")
    names = order(books)
    take_in(books, credited("119.00", names[0]), credited("59.50", names[1]))
    match(books)
    assert states(books) == [("COLLECTED", ""), ("COLLECTED", "")]

    take_in(
        books, returned("-122.50", names[0], iban=THEIRS), returned("-59.50", names[1], "AC04"), name="S-2"
    )
    match(books)

    assert states(books) == [("RETURNED", "AM04"), ("RETURNED", "AC04")]
    assert followed(books) == [("AM04", "RETRY", RETRIED), ("AC04", "SUSPEND", None)]
    assert {r.state for r in Receipt.objects.filter(company_id=books.company_id, amount__lt=0)} == {"AUTO"}
    assert open_amounts(books) == {first: "119.00", second: "59.50"}
    assert (in_balance(books, "BANK_CHARGES"), waiting(books)) == ("3.50", ["SUSPEND"])
    assert list(DebitReturn.objects.order_by("id").values_list("fee_amount", "charged_amount")) == [
        (D("3.50"), D(0)),
        (D(0), D(0)),
    ]
    assert_sound()


@pytest.mark.django_db
def test_a_statement_that_is_sent_again_and_every_further_run_change_nothing() -> None:
    books = make_collecting()
    owe(books, "1001")
    [name] = order(books)
    lines = credited("119.00", name), returned("-122.50", name, iban=THEIRS)
    take_in(books, *lines)
    match(books)
    stood = how_it_stands(books)
    assert (states(books), len(followed(books))) == ([("RETURNED", "AM04")], 1)

    take_in(books, *lines)
    take_in(books, *lines, name="S-1 again")
    match(books)
    assert process_debit_returns(company_id=books.company_id, **WHEN) == []

    assert (how_it_stands(books), len(followed(books))) == (stood, 1)
    assert Event.objects.filter(kind="cash.debit.returned", company_id=books.company_id).count() == 1


@pytest.mark.django_db
def test_what_the_customer_pays_after_the_return_pays_the_invoice_that_is_owed_again() -> None:
    books = make_collecting()
    _, number = owe(books, "1001")
    [name] = order(books)
    later = BACK + timedelta(days=2)
    take_in(
        books,
        credited("119.00", name),
        returned("-122.50", name, iban=THEIRS),
        bank_line("119.00", f"Rechnung {number}", iban=THEIRS, booking_date=later, value_date=later),
    )
    match(books)
    assert (open_amounts(books), followed(books)) == ({}, [("AM04", "RETRY", RETRIED)])
    # so the next run does not collect it, though it could be tried again by then
    with pytest.raises(CannotCollect, match="Nothing is collected"):
        approve(books, collection_date=RETRIED, today=date(2026, 4, 8))
    assert_sound()


@pytest.mark.django_db
def test_a_return_whose_bank_gives_our_name_only_in_its_text_is_followed() -> None:
    books = make_collecting()
    owe(books, "1001")
    [name] = order(books)
    said = bank_line(
        "-122.50",
        f"RETOURE {name.lower()}; KEIN GELD",
        return_code="AM04",
        value_date=BACK,
        booking_date=BACK,
    )
    take_in(books, credited("119.00", name), said, bank_line("-119.00", f"{name}1", return_code="AM04"))
    match(books)
    assert (states(books), followed(books)) == ([("RETURNED", "AM04")], [("AM04", "RETRY", RETRIED)])
    assert receipt_of(books, "-119.00").state == "RETURNED"  # it is another's
    assert_sound()


@pytest.mark.django_db
@pytest.mark.parametrize("notified_first", [True, False])
def test_returns_booked_as_a_sum_are_followed_by_what_the_notification_tells_of_each(
    notified_first: bool,
) -> None:
    books = make_collecting()
    owe(books, "1001")
    owe(books, "1002", "59.50")
    names = order(books)
    take_in(books, credited("119.00", names[0]), credited("59.50", names[1]))
    match(books)
    apart = {"bank_reference": "R-1", "entry_reference": "R-1", "counterparty": "", "iban": ""}
    details = (
        returned("-122.50", names[0], **{**apart, "bank_reference": "R-1-1"}),
        returned("-63.00", names[1], "AC06", **{**apart, "bank_reference": "R-1-2", "detail_index": 1}),
    )
    told = replace(
        statement(*details, name="N-1"), kind=StatementKind.NOTIFICATION, format="CAMT.054", opening=None
    )
    booked = statement(bank_line("-185.50", "", booking_date=BACK, value_date=BACK, **apart), name="S-2")
    for one in (told, booked) if notified_first else (booked, told):
        import_statements(actor=SYSTEM, company_id=books.company_id, statements=[one])
    for _ in range(2):
        match(books)
        assert followed(books) == [("AM04", "RETRY", RETRIED), ("AC06", "SUSPEND", None)]
    assert (states(books), in_balance(books, "BANK_CHARGES")) == (
        [("RETURNED", "AM04"), ("RETURNED", "AC06")],
        "7.00",
    )
    assert_sound()


@pytest.mark.django_db
def test_a_return_that_came_before_its_credit_is_followed_when_that_is_there() -> None:
    books = make_collecting()
    owe(books, "1001")
    [name] = order(books)
    take_in(books, returned("-122.50", name))
    match(books)
    assert (states(books), followed(books)) == ([("SUBMITTED", "")], [])
    take_in(books, credited("119.00", name), name="S-0")
    match(books)
    assert (states(books), followed(books)) == ([("RETURNED", "AM04")], [("AM04", "RETRY", RETRIED)])
    assert_sound()


@pytest.mark.django_db
def test_who_may_not_work_with_cash_leaves_it_to_the_next_run_of_who_may() -> None:
    books = make_collecting()
    owe(books, "1001")
    [name] = order(books)
    take_in(books, credited("119.00", name), returned("-119.00", name, "MD01"))
    match(books, actor=clerk(books.company_id, Duty.INTAKE))
    assert (states(books), followed(books)) == ([("COLLECTED", "")], [])
    match(books)
    assert followed(books) == [("MD01", "STOP", None)]
    assert [get_mandate(one.mandate_id).state for one in collections(books)] == ["CANCELLED"]


@pytest.mark.django_db
def test_a_person_is_asked_where_the_policy_says_so_or_more_than_a_fee_came_back() -> None:
    books = make_collecting()
    owe(books, "1001")
    [name] = order(books)
    take_in(books, credited("119.00", name), returned("-144.01", name))
    match(books)
    assert (states(books), receipt_of(books, "-144.01").state) == ([("COLLECTED", "")], "RETURNED")
    [by_hand] = process_debit_returns(company_id=books.company_id, **WHEN)
    assert (by_hand.code, by_hand.fee, by_hand.action) == ("AM04", D("25.01"), "RETRY")

    asked = make_collecting()
    ask_about_differences(asked)
    owe(asked, "1001")
    [name] = order(asked)
    take_in(asked, credited("119.00", name), returned("-119.00", name, iban=THEIRS))
    match(asked)
    assert (states(asked), receipt_of(asked, "-119.00").state) == ([("COLLECTED", "")], "RETURNED")
    assert [one.code for one in process_debit_returns(company_id=asked.company_id, **WHEN)] == ["AM04"]
    assert receipt_of(asked, "-119.00").state == "CONFIRMED"
    assert_sound()


@pytest.mark.django_db
def test_a_company_that_collects_nothing_asks_as_often_for_three_returns_as_for_one() -> None:
    asked = []
    for count in (1, 3):
        books = make_books()
        customer = books.customer("1001", ibans=(THEIRS,))
        books.invoice(customer, "119.00")
        take_in(books, *(returned("-10.00", "", iban=THEIRS) for _ in range(count)))
        with CaptureQueriesContext(connection) as queries:
            match(books)
        asked.append(sum("debit_collection" in query["sql"] for query in queries))

    # What looks for answers to orders of ours in every chunk, and the returns of the chunk and of the run.
    assert asked == [3, 3]


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_and_a_person_follow_a_return_once() -> None:
    books = make_collecting(**CHARGED)
    for number in range(1001, 1007):
        owe(books, str(number))
    names = order(books)
    take_in(books, *(credited("119.00", name) for name in names))
    match(books)
    take_in(books, *(returned("-122.50", name) for name in names), name="S-2")

    run_together(
        [books.company_id],
        lambda: match(books),
        lambda: match(books),
        lambda: process_debit_returns(company_id=books.company_id, **WHEN),
        lambda: match(books),
    )

    assert states(books) == [("RETURNED", "AM04")] * 6
    assert followed(books) == [("AM04", "RETRY", RETRIED)] * 6
    charges = [amount for number, amount in open_amounts(books).items() if number in names]
    assert (charges, in_balance(books, "INTEREST_INCOME")) == (["3.50"] * 6, "-21.00")
    assert_sound()


# Costs charged on, and undo -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_bank_s_fee_is_charged_on_where_the_policy_says_so_and_taken_back_with_the_return() -> None:
    books = make_collecting(**CHARGED)
    _, number = owe(books, "1001")
    [name] = order(books)
    take_in(books, credited("119.00", name), returned("-122.50", name, iban=THEIRS))
    match(books, actor=clerk(books.company_id, Duty.INTAKE))  # who may not settle it
    before = how_it_stands(books)
    match(books)

    # Dr 1200 119.00, Dr 6120 3.50 / Cr 1000 122.50 (handbook section 6); then Dr 1200 3.50 / Cr 7100 3.50 (section 7)
    assert open_amounts(books) == {number: "119.00", name: "3.50"}
    roles = ("RECEIVABLES", "BANK_CHARGES", "INTEREST_INCOME", "BANK", "UNAPPLIED_CASH")
    assert [in_balance(books, role) for role in roles] == ["122.50", "3.50", "-3.50", "-3.50", "0.00"]
    [back] = DebitReturn.objects.filter(company_id=books.company_id)
    assert (back.fee_amount, back.charged_amount) == (D("3.50"), D("3.50"))
    [charge] = Item.objects.filter(company_id=books.company_id, kind="CHARGE")
    assert (charge.id, charge.number, charge.due_date) == (back.charge_item_id, name, PAYMENT_DAY)
    assert_sound()

    undo(books, "-122.50")
    assert how_it_stands(books) == before
    assert (states(books), in_balance(books, "INTEREST_INCOME")) == ([("COLLECTED", "")], "0.00")
    match(books)  # what a person undid is a person's
    assert (how_it_stands(books), len(followed(books))) == (before, 1)
    assert_sound()

    assert [one.charged for one in process_debit_returns(company_id=books.company_id, **WHEN)] == [D("3.50")]
    assert open_amounts(books) == {number: "119.00", name: "3.50"}
    assert (states(books), len(followed(books))) == ([("RETURNED", "AM04")], 2)
    assert_sound()


@pytest.mark.django_db
def test_charged_costs_are_collected_like_what_caused_them() -> None:
    books = make_collecting(**CHARGED)
    _, number = owe(books, "1001")
    [name] = order(books)
    take_in(books, credited("119.00", name), returned("-122.50", name, iban=THEIRS))
    match(books)
    run = get_debit_run(approve(books, collection_date=RETRIED, today=date(2026, 4, 8)))
    assert {(one.number, one.amount) for one in run.collections} == {(number, D("119.00")), (name, D("3.50"))}


@pytest.mark.django_db
def test_a_return_whose_costs_were_paid_is_not_undone_before_that_is() -> None:
    books = make_collecting(**CHARGED)
    owe(books, "1001")
    [name] = order(books)
    take_in(books, credited("119.00", name), returned("-122.50", name, iban=THEIRS))
    match(books)
    charge = DebitReturn.objects.get(company_id=books.company_id).charge_item_id
    take_in(books, bank_line("3.50", "Kosten", iban=THEIRS, value_date=BACK), name="S-2")
    match(books, actor=SYSTEM)
    apply_receipt(
        receipt_id=receipt_of(books, "3.50").id,
        applied=[Applied(charge or 0, D("3.50"))],
        differences=[],
        **WHEN,
    )
    stood = how_it_stands(books)
    with pytest.raises(CannotMove, match="were paid since"):
        undo(books, "-122.50")
    assert (how_it_stands(books), states(books)) == (stood, [("RETURNED", "AM04")])


@pytest.mark.django_db
def test_undoing_a_return_closes_its_case_and_its_work_and_leaves_the_mandate_to_a_person() -> None:
    books = make_collecting()
    owe(books, "1001")
    owe(books, "1002", "59.50")
    names = order(books)
    take_in(
        books,
        credited("119.00", names[0]),
        credited("59.50", names[1]),
        returned("-119.00", names[0], "MD06"),
        returned("-59.50", names[1], "AC04"),
    )
    match(books)
    assert [case.amount for case in Dispute.objects.filter(company_id=books.company_id, state="OPEN")] == [
        D("119.00")
    ]
    undo(books, "-119.00")
    undo(books, "-59.50")
    assert not Dispute.objects.filter(company_id=books.company_id, state="OPEN").exists()
    assert not WorkItem.objects.filter(
        company_id=books.company_id, queue="DEBIT", closed_at__isnull=True
    ).exists()
    assert states(books) == [("COLLECTED", ""), ("COLLECTED", "")]
    assert [get_mandate(one.mandate_id).state for one in collections(books)] == ["ACTIVE", "SUSPENDED"]
    assert_sound()


def policy(**said: Any) -> DirectDebitPolicy:
    found = read_policy("DIRECT_DEBIT", {**DEFAULTS["DIRECT_DEBIT"], **said})
    assert isinstance(found, DirectDebitPolicy)
    return found


@pytest.mark.parametrize(
    ("code", "scheme", "said", "charged"),
    [
        ("AM04", "CORE", {}, "0"),
        ("AM04", "CORE", CHARGED, "3.50"),
        ("am04", "B2B", CHARGED, "11.00"),
        ("MD06", "B2B", CHARGED, "0"),
        ("AM04", "CORE", {"own_return_fee_amount": "7.50"}, "0"),
    ],
)
def test_a_consumer_bears_no_more_than_the_bank_took(
    code: str, scheme: str, said: dict[str, Any], charged: str
) -> None:
    assert plan_return_charge(code, scheme, D("3.50"), policy(**said)) == D(charged)


def test_an_own_fee_is_an_amount_of_money_and_a_policy_without_the_new_values_charges_nobody() -> None:
    for amount in ("-1", "0.005"):
        with pytest.raises(CannotReadPolicy, match="own_return_fee_amount"):
            policy(own_return_fee_amount=amount)
    body = {name: value for name, value in DEFAULTS["DIRECT_DEBIT"].items() if name not in CHARGED}
    old = read_policy("DIRECT_DEBIT", body)
    assert isinstance(old, DirectDebitPolicy)
    assert plan_return_charge("AM04", "B2B", D("3.50"), old) == 0
