"""Details of batches come apart from the statement that books the sum; in whatever order, each payer is one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.models import AnnouncedLine, BankAccount, BankLine, Receipt
from acquit.cash.operations import (
    StatementOutcome,
    import_statements,
    match_bank_lines,
    store_virtual_accounts,
)
from acquit.cash.queries import list_pending_ids, list_pending_lines, list_statement_findings, list_statements
from acquit.cash.rules.virtual_accounts import CannotBeVirtual
from acquit.core.errors import NotFound
from acquit.formats.statements import Statement, StatementKind, StatementLine
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, make_books
from tests.cash.standing import assert_sound
from tests.cash.test_operations_statements import statement
from tests.receivables.test_races import run_together

pytestmark = pytest.mark.django_db
D = Decimal

BATCH = bank_line("30.00", "", bank_reference="B1", entry_reference="B1", counterparty="", iban="")
DETAILS = tuple(
    bank_line(
        amount,
        f"RE {n}",
        bank_reference=f"T{n}",
        entry_reference="B1",
        counterparty=f"Payer {n}",
        detail_index=n,
    )
    for n, amount in enumerate(("10.00", "20.00"))
)


def take(books: Books, *statements: Statement) -> StatementOutcome:
    return import_statements(actor=SYSTEM, company_id=books.company_id, statements=statements)


def match(books: Books) -> None:
    match_bank_lines(
        actor=SYSTEM, company_id=books.company_id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT
    )


def booked(*lines: StatementLine, **said: Any) -> Statement:
    return statement(*lines, **said)


def notified(*lines: StatementLine) -> Statement:
    return statement(*lines, opening=None, kind=StatementKind.NOTIFICATION, format="CAMT.054")


def pending(books: Books) -> list[tuple[Decimal, str]]:
    return [
        (line.receipt.amount, line.receipt.counterparty)
        for line in list_pending_lines(books.company_id, list_pending_ids(books.company_id))
    ]


BOTH = [(D("10.00"), "Payer 0"), (D("20.00"), "Payer 1")]


@pytest.mark.parametrize("order", ["details first", "sum first", "details twice", "all twice"])
def test_details_stand_in_the_place_of_their_sum(order: str) -> None:
    books = make_books()
    files = {
        "details first": (notified(*DETAILS), booked(BATCH)),
        "sum first": (booked(BATCH), notified(*DETAILS)),
        "details twice": (notified(*DETAILS), booked(BATCH), notified(*DETAILS)),
        "all twice": (booked(BATCH), notified(*DETAILS), booked(BATCH), notified(*DETAILS)),
    }[order]

    outcome = take(books, *files)

    assert (outcome.lines_new, outcome.details, outcome.left) == (1, 2, [])
    assert pending(books) == BOTH
    assert Receipt.objects.get().state == "SPLIT"
    [view] = list_statements(company_ids=[books.company_id])
    assert view.lines == 1
    match(books)
    assert pending(books) == []
    assert_sound()


def test_a_statement_that_tells_the_details_itself_needs_no_notification() -> None:
    books = make_books()

    first = take(books, booked(*DETAILS), notified(*DETAILS))
    again = take(books, booked(*DETAILS, statement_id="S-2"), booked(BATCH, statement_id="S-3"))

    assert (first.lines_new, first.details, again.lines_new, again.lines_known) == (2, 0, 0, 3)
    assert pending(books) == BOTH
    match(books)
    assert_sound()


def test_a_sum_is_told_with_its_details_by_a_later_statement() -> None:
    books = make_books()

    take(books, booked(BATCH))
    told = take(books, booked(*DETAILS, statement_id="S-2"))
    again = take(books, booked(*DETAILS, statement_id="S-3"), booked(BATCH, statement_id="S-4"))

    assert (told.lines_new, told.details) == (0, 2)
    assert (again.lines_new, again.details, again.lines_known) == (0, 0, 3)
    assert pending(books) == BOTH


@pytest.mark.parametrize("later", [notified(*DETAILS), booked(*DETAILS, statement_id="S-2")])
def test_a_sum_that_was_decided_about_stays_and_it_is_said(later: Statement) -> None:
    books = make_books()
    take(books, booked(BATCH))
    match(books)

    outcome = take(books, later)

    assert outcome.left == ["30.00 EUR of 2026-04-01 (B1) was decided about before its 2 details came."]
    assert (outcome.lines_new, outcome.details, BankLine.objects.count()) == (0, 0, 1)
    assert_sound()


def test_two_sums_alike_without_a_reference_stay_sums() -> None:
    books = make_books()
    nameless = replace(BATCH, bank_reference="", entry_reference="")

    outcome = take(books, notified(*DETAILS), booked(nameless, nameless))

    assert (outcome.lines_new, outcome.details) == (2, 0)
    assert pending(books) == [(D("30.00"), ""), (D("30.00"), "")]


def test_a_sum_that_the_bank_does_not_name_is_known_by_its_day() -> None:
    books = make_books()
    nameless = replace(BATCH, bank_reference="", entry_reference="")
    elsewhere = replace(nameless, booking_date=PAYMENT_DAY + timedelta(days=1))

    outcome = take(books, notified(*DETAILS), booked(nameless, elsewhere))

    assert (outcome.lines_new, outcome.details) == (2, 2)
    assert pending(books) == [(D("30.00"), ""), *BOTH]


def test_entries_the_bank_names_differently_are_two() -> None:
    books = make_books()

    outcome = take(
        books, notified(*DETAILS), booked(replace(BATCH, bank_reference="B2", entry_reference="B2"))
    )

    assert (outcome.details, pending(books)) == (0, [(D("30.00"), "")])


def test_one_notified_payment_names_the_payer_of_a_bare_line() -> None:
    books = make_books()
    told = replace(BATCH, counterparty="Payer", iban="DE89370400440532013000", text="RE 7")

    take(books, booked(BATCH), notified(told))
    take(books, notified(told), booked(BATCH))

    assert pending(books) == [(D("30.00"), "Payer")]
    assert AnnouncedLine.objects.count() == 1


def test_a_report_of_the_day_books_nothing_and_its_batch_is_known_in_the_evening() -> None:
    books = make_books()
    report = statement(*DETAILS, opening=None, kind=StatementKind.INTRADAY, format="CAMT.052")
    single = statement(bank_line("5.00", "RE 9"), opening=None, kind=StatementKind.INTRADAY)

    outcome = take(books, report, report, single, booked(BATCH, bank_line("5.00", "RE 9")))

    assert (outcome.announced, outcome.lines_new, outcome.details) == (5, 2, 2)
    assert AnnouncedLine.objects.count() == 2
    assert [amount for amount, _ in pending(books)] == [D("5.00"), D("10.00"), D("20.00")]


def test_a_report_that_contradicts_itself_is_left_and_said() -> None:
    books = make_books()
    other = replace(DETAILS[1], currency="USD")

    outcome = take(
        books,
        notified(DETAILS[0], other),
        notified(bank_line("1.00")),
        replace(notified(*DETAILS), account=""),
    )

    assert outcome.left == [
        "Line 2 of statement S-1 of DE02100500000054540402 is in USD, the account in EUR."
    ]
    assert (BankAccount.objects.count(), AnnouncedLine.objects.count()) == (0, 0)


def test_a_reference_that_a_bank_uses_again_is_another_line() -> None:
    books = make_books()
    first = bank_line("9.90", "FEE", bank_reference="000")
    day = PAYMENT_DAY + timedelta(days=1)
    second = replace(first, booking_date=day, value_date=day)
    tomorrow = booked(second, opening="9.90", statement_id="S-2", opening_date=day, closing_date=day)

    take(books, booked(first), tomorrow)
    again = take(books, booked(first, statement_id="S-1b"), replace(tomorrow, statement_id="S-2b"))

    assert (again.lines_new, BankLine.objects.count()) == (0, 2)


def test_a_correction_adds_what_is_new_and_says_what_is_gone() -> None:
    books = make_books()
    kept, gone, new = (bank_line(f"{n}.00", f"RE {n}", bank_reference=f"N{n}") for n in (1, 2, 3))

    take(books, booked(kept, gone))
    outcome = take(books, booked(kept, new))

    assert (outcome.lines_new, outcome.lines_known) == (1, 1)
    assert outcome.vanished == ["2.00 EUR of 2026-04-01 (N2)"]
    [correction, first] = list_statements(company_ids=[books.company_id])
    assert [warning[0] for warning in correction.warnings] == ["LINES_VANISHED"]
    assert (correction.corrects_id, first.corrects_id) == (first.id, None)


def test_a_virtual_account_says_whose_money_it_is() -> None:
    books = make_books()
    customer = books.customer("C-1")
    virtual = "DE75 5121 0800 1245 1261 99"
    store_virtual_accounts(actor=SYSTEM, company_id=books.company_id, accounts={virtual: customer})
    line = bank_line("7.00", "nothing said", own_iban="DE75512108001245126199", counterparty="", iban="")

    take(books, booked(line, bank_line("8.00", own_iban="DE02100500000054540402")))

    assert [
        pend.receipt.account_customer_id
        for pend in list_pending_lines(books.company_id, list_pending_ids(books.company_id))
    ] == [
        customer,
        None,
    ]
    match(books)
    assert Receipt.objects.get(amount=7).customer_id == customer
    assert_sound()


def test_a_virtual_account_belongs_to_one_customer_of_the_company() -> None:
    books, others = make_books(), make_books()
    customer, stranger = books.customer("C-1"), others.customer("C-1")
    take(books, booked(bank_line("1.00")))

    def store(account: str, owner: int) -> int:
        return store_virtual_accounts(actor=SYSTEM, company_id=books.company_id, accounts={account: owner})

    with pytest.raises(NotFound):
        store("DE75512108001245126199", stranger)
    with pytest.raises(CannotBeVirtual):
        store("DE02 1005 0000 0054 5404 02", customer)
    for written in ("", "DE75512108001245126198", "a" * 35, "--"):
        with pytest.raises(CannotBeVirtual):
            store(written, customer)
    assert [store("V1", customer), store("V1", customer), store("V1", books.customer("C-2"))] == [1, 0, 1]


@pytest.mark.django_db(transaction=True)
def test_imports_of_one_file_at_once_add_each_line_once() -> None:
    books = make_books()
    lines = [bank_line(f"{n}.00", f"RE {n}", bank_reference=f"N{n}") for n in range(1, 200)]
    files = [notified(*DETAILS), booked(*lines, BATCH)]

    outcomes = run_together([books.company_id], *[lambda: take(books, *files)] * 4)

    assert sorted(outcome.lines_new for outcome in outcomes) == [0, 0, 0, 200]  # type: ignore[attr-defined]
    assert (len(list_statements()), BankLine.objects.count(), AnnouncedLine.objects.count()) == (1, 202, 2)
    assert len(pending(books)) == 201


@pytest.mark.django_db(transaction=True)
def test_a_sum_is_split_or_decided_about_whoever_comes_first() -> None:
    books = make_books()
    for n in range(8):
        total = replace(BATCH, bank_reference=f"B{n}", entry_reference=f"B{n}")
        details = [
            replace(line, bank_reference=f"{line.bank_reference}-{n}", entry_reference=f"B{n}")
            for line in DETAILS
        ]
        take(books, booked(total, opening=f"{30 * n}.00", statement_id=f"S-{n}", sequence=str(n)))
        outcome, _ = run_together(
            [books.company_id],
            lambda told=details: take(books, notified(*told)),  # type: ignore[misc]
            lambda: match(books),
        )
        assert isinstance(outcome, StatementOutcome)
        assert (outcome.details, len(outcome.left)) in {(2, 0), (0, 1)}
        match(books)
    assert pending(books) == []
    assert_sound()


def day_of(books: Books, n: int, opening: str, *lines: StatementLine, **said: Any) -> Statement:
    day = PAYMENT_DAY + timedelta(days=n)
    dated = [replace(line, booking_date=day, value_date=day) for line in lines]
    facts = {"statement_id": f"S-{n}", "sequence": str(n), "opening_date": day, "closing_date": day}
    return booked(*dated, opening=opening, **{**facts, **said})


def findings(books: Books) -> list[tuple[str, str, str, str]]:
    found = list_statement_findings([books.company_id])
    return [(one.statement_id, one.kind, one.stated, one.expected) for one in found]


def test_statements_that_follow_each_other_leave_nothing_open() -> None:
    books = make_books()

    take(books, day_of(books, 3, "10.00", bank_line("5.00")), day_of(books, 1, "0.00", bank_line("10.00")))
    assert findings(books) == [("S-3", "NUMBER_GAP", "3", "2")]

    take(books, day_of(books, 2, "10.00"))
    assert findings(books) == []


def test_a_statement_that_begins_within_the_one_before_overlaps_it() -> None:
    books = make_books()
    first, second = bank_line("10.00", bank_reference="A"), bank_line("5.00", bank_reference="B")
    week = day_of(books, 3, "0.00", first, second, statement_id="W", sequence="")
    from_day_2 = day_of(books, 4, "10.00", second, statement_id="V", sequence="")

    take(
        books,
        replace(week, opening_date=PAYMENT_DAY),
        replace(from_day_2, opening_date=PAYMENT_DAY + timedelta(2)),
    )

    days = ((PAYMENT_DAY + timedelta(2)).isoformat(), (PAYMENT_DAY + timedelta(3)).isoformat())
    assert findings(books) == [("V", "OVERLAP", *days)]


def test_what_statements_leave_open_is_listed() -> None:
    books = make_books()
    gone = bank_line("10.00", bank_reference="GONE")

    take(books, day_of(books, 1, "0.00", gone), day_of(books, 2, "99.00", bank_line("1.00")))
    wrong = day_of(books, 3, "100.00", bank_line("5.00"), closing=D("104.00"), balanced=False)
    import_statements(actor=SYSTEM, company_id=books.company_id, statements=[wrong], is_confirmed=True)
    take(books, day_of(books, 1, "0.00", bank_line("10.00", bank_reference="NEW")))

    assert findings(books) == [
        ("S-1", "LINES_VANISHED", "1", "0"),
        ("S-2", "BALANCE_GAP", "99.00", "10.00"),
        ("S-3", "NOT_BALANCED", "104.00", "105.00"),
    ]
