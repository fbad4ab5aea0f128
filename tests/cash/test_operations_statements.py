"""Statements come in once, whole or not at all, in whatever order and however often they are sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.models import BankAccount, BankLine, BankStatement
from acquit.cash.operations import (
    CannotImportStatement,
    import_statements,
    match_bank_lines,
    store_bank_accounts,
)
from acquit.cash.queries import list_receipts, list_statements
from acquit.cash.rules.statement_checks import say_days_apart
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.money import UnknownCurrency
from acquit.formats.statements import ReadingWarning, Statement, StatementKind, StatementLine
from acquit.infra.models import Event
from acquit.ledger.models import JournalEntry
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, clerk, make_books
from tests.cash.standing import assert_sound, in_balance

pytestmark = pytest.mark.django_db
D = Decimal
ACCOUNT = "DE02100500000054540402"


def statement(*lines: StatementLine, opening: str | None = "0.00", **said: Any) -> Statement:
    facts: dict[str, Any] = {
        "format": "CAMT.053",
        "kind": StatementKind.STATEMENT,
        "account": ACCOUNT,
        "currency": "EUR",
        "statement_id": "S-1",
        "sequence": "1",
        "legal_number": "",
        "opening": None if opening is None else D(opening),
        "closing": None if opening is None else sum((line.amount for line in lines), D(opening)),
        "opening_date": PAYMENT_DAY,
        "closing_date": PAYMENT_DAY,
        "lines": lines,
        "balanced": None if opening is None else True,
    }
    return Statement(**{**facts, **said})


def take(books: Books, *statements: Statement, **said: Any) -> Any:
    return import_statements(actor=SYSTEM, company_id=books.company_id, statements=statements, **said)


def match(books: Books) -> None:
    match_bank_lines(
        actor=SYSTEM, company_id=books.company_id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT
    )


def test_a_statement_comes_in_once() -> None:
    books = make_books()
    came = statement(bank_line("12.00"), bank_line("-3.00"), opening="100.00")

    first, second = take(books, came), take(books, came)

    assert (first.statements, first.lines_read, first.lines_new, first.lines_known) == (1, 2, 2, 0)
    assert (second.lines_new, second.lines_known) == (0, 2)
    assert BankStatement.objects.count() == 1
    assert in_balance(books, "BANK") == "100.00"
    assert Event.objects.filter(kind="cash.statement.imported").count() == 1


def test_statements_that_overlap_share_their_lines() -> None:
    books = make_books()
    lines = [bank_line(f"{n}.00") for n in range(1, 6)]

    take(books, statement(*lines[:3]))
    again = take(books, statement(*lines[1:], opening="1.00", statement_id="S-2"))

    assert (again.lines_new, again.lines_known) == (2, 2)
    assert sorted(BankLine.objects.values_list("amount", flat=True)) == [1, 2, 3, 4, 5]


def test_two_equal_lines_of_one_statement_stay_two() -> None:
    books = make_books()
    twin = bank_line("5.00", "DANKE", bank_reference="")

    take(books, statement(twin, twin))
    take(books, statement(twin, twin, statement_id="S-1 resent"))

    assert BankLine.objects.count() == 2


def test_a_statement_that_does_not_add_up_is_refused_until_it_is_confirmed() -> None:
    books = make_books()
    wrong = statement(
        bank_line("12.00"), opening="100.00", closing=D("113.00"), balanced=False, difference=D("1.00")
    )

    with pytest.raises(CannotImportStatement, match=r"miss the closing 113\.00 by 1\.00") as refusal:
        take(books, wrong)
    assert refusal.value.code == "STATEMENT_UNBALANCED"
    assert (BankStatement.objects.count(), BankLine.objects.count(), JournalEntry.objects.count()) == (
        0,
        0,
        0,
    )

    outcome = take(books, wrong, is_confirmed=True)
    assert outcome.unbalanced == ["S-1"]
    [view] = list_statements(company_ids=[books.company_id])
    assert (view.is_balanced, view.lines) == (False, 1)


@pytest.mark.parametrize("kind", [StatementKind.INTRADAY, StatementKind.NOTIFICATION])
def test_what_a_statement_will_repeat_adds_nothing(kind: StatementKind) -> None:
    books = make_books()
    line = bank_line("12.00")

    early = take(books, statement(line, kind=kind))
    booked = take(books, statement(line))

    assert (early.announced, early.lines_new) == (1, 0)
    assert booked.lines_new == 1


def test_the_opening_balance_is_taken_over_once() -> None:
    books = make_books()

    take(books, statement(bank_line("12.00"), opening="100.00"))
    take(books, statement(bank_line("8.00"), opening="112.00", statement_id="S-2"))
    match(books)

    assert in_balance(books, "BANK") == "120.00"
    assert in_balance(books, "TAKEOVER") == "-100.00"
    assert_sound()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_statements_may_come_in_any_order(order: tuple[int, ...]) -> None:
    books = make_books()
    days = [PAYMENT_DAY + timedelta(days=n) for n in range(3)]
    parts = [
        statement(
            bank_line("10.00", booking_date=day, value_date=day),
            opening=f"{100 + 10 * n}.00",
            statement_id=f"S-{n}",
            opening_date=day,
            closing_date=day,
        )
        for n, day in enumerate(days)
    ]

    for place in order:
        take(books, parts[place])
    match(books)

    assert in_balance(books, "BANK") == "130.00"
    assert in_balance(books, "TAKEOVER") == "-100.00"
    opening = JournalEntry.objects.filter(kind="BANK_OPENING").order_by("-id")[0]
    assert opening.posting_date == days[0]
    assert_sound()


def test_two_statements_of_one_day_are_put_in_order_by_their_balances() -> None:
    books = make_books()
    morning = statement(bank_line("10.00"), opening="100.00", statement_id="S-1")
    evening = statement(bank_line("5.00"), opening="110.00", statement_id="S-2")

    take(books, evening)
    take(books, morning)
    match(books)

    assert in_balance(books, "TAKEOVER") == "-100.00"
    assert_sound()


def test_a_line_booked_before_its_statement_does_not_put_the_statement_first() -> None:
    books = make_books()
    next_day = PAYMENT_DAY + timedelta(days=1)
    back_dated = bank_line("5.00", booking_date=PAYMENT_DAY - timedelta(days=3))

    take(books, statement(bank_line("10.00"), opening="100.00", statement_id="S-1"))
    take(
        books,
        statement(
            back_dated, opening="110.00", statement_id="S-2", opening_date=next_day, closing_date=next_day
        ),
    )
    match(books)

    assert in_balance(books, "BANK") == "115.00"
    assert in_balance(books, "TAKEOVER") == "-100.00"
    assert_sound()


def test_a_statement_without_balances_takes_nothing_over() -> None:
    books = make_books()

    take(books, statement(bank_line("10.00"), opening=None))
    match(books)

    assert in_balance(books, "BANK") == "10.00"
    assert in_balance(books, "TAKEOVER") == "0.00"
    assert_sound()


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (bank_line("5.00", currency="USD"), "STATEMENT_CURRENCY", "Line 2 .* is in USD, the account in EUR"),
        (bank_line("5.001"), "STATEMENT_AMOUNT", "Line 2 .* finer"),
        (bank_line("5e20"), "STATEMENT_AMOUNT", "Line 2 .* at most 18 digits"),
    ],
)
def test_one_line_that_cannot_be_meant_refuses_the_statement(
    line: StatementLine, code: str, says: str
) -> None:
    books = make_books()

    with pytest.raises(CannotImportStatement, match=says) as refusal:
        take(books, statement(bank_line("1.00"), line, opening=None))

    assert refusal.value.code == code
    assert (BankStatement.objects.count(), BankAccount.objects.count()) == (0, 0)


def test_days_fourteen_years_apart_are_taken_in_and_said_to_be_odd() -> None:
    books = make_books()
    odd = statement(bank_line("1.00"), bank_line("5.00", booking_date=date(2012, 4, 1)))

    assert take(books, odd, business_date=PAYMENT_DAY).lines_new == 2

    assert say_days_apart(odd).startswith(
        f"statement {odd.statement_id} of {odd.account} books on 2012-04-01 and on {PAYMENT_DAY}"
    )
    assert say_days_apart(statement(bank_line("1.00"))) == ""
    assert_sound()


def test_a_line_without_any_date_refuses_the_statement() -> None:
    books = make_books()
    undated = bank_line("1.00", booking_date=None, value_date=None)

    with pytest.raises(CannotImportStatement, match="has no date"):
        take(books, statement(undated, opening_date=None, closing_date=None))

    assert BankStatement.objects.count() == 0


def test_an_unknown_currency_is_refused() -> None:
    books = make_books()

    with pytest.raises(UnknownCurrency):
        take(books, statement(bank_line("1.00", currency=""), currency="EURO"))

    assert BankAccount.objects.count() == 0


def test_nul_characters_halves_of_characters_and_endless_texts_are_stored_as_they_can_be() -> None:
    books = make_books()
    hostile = bank_line(
        "5.00",
        "RE\x00-1 \ud800" + "x" * 50_000,
        counterparty="Bad\x00 Name" + "y" * 3_000,
        end_to_end_id="E\x00",
        bank_reference="R\x00" + "z" * 3_000,
        iban="DE\x0089" + "7" * 3_000,
    )
    warning = ReadingWarning("ODD", "a\x00b\udfff", "line\x00 1")

    take(books, statement(hostile, statement_id="S\x00-1", warnings=(warning,)))
    match(books)

    [line] = BankLine.objects.all()
    assert line.text.startswith("RE-1 xxx")
    assert len(line.text) == 20_000
    assert (len(line.counterparty), len(line.bank_reference), len(line.iban)) == (500, 500, 500)
    assert BankStatement.objects.get().warnings == [["ODD", "ab", "line 1", 1]]
    assert [receipt.state for receipt in list_receipts(company_ids=[books.company_id])] == ["UNIDENTIFIED"]
    assert take(books, statement(hostile, statement_id="S\x00-1", warnings=(warning,))).lines_new == 0
    assert_sound()


def test_only_who_may_take_files_in_or_work_with_cash_imports() -> None:
    books = make_books()
    reader = clerk(books.company_id, Duty.READ)

    with pytest.raises(NotAllowed):
        import_statements(
            actor=reader, company_id=books.company_id, statements=[statement(bank_line("1.00"))]
        )
    with pytest.raises(NotAllowed):
        store_bank_accounts(actor=reader, company_id=books.company_id, accounts=[("DE1", "EUR", "")])
    assert (BankStatement.objects.count(), BankAccount.objects.count()) == (0, 0)

    import_statements(
        actor=clerk(books.company_id, Duty.CASH),
        company_id=books.company_id,
        statements=[statement(bank_line("1.00"))],
    )
    assert BankStatement.objects.count() == 1


def test_our_own_accounts_are_known_before_a_statement_comes_and_what_moves_between_them_is_set_aside() -> (
    None
):
    books = make_books()
    own = [("DE02 1005 0000 0054 5404 02", "EUR", "House bank"), ("AT611904300234573201", "EUR", "Savings")]
    store_bank_accounts(actor=SYSTEM, company_id=books.company_id, accounts=own)
    store_bank_accounts(actor=SYSTEM, company_id=books.company_id, accounts=own)

    take(books, statement(bank_line("5000.00", "LIQUIDITAET", iban="AT611904300234573201")))
    match(books)

    assert BankAccount.objects.count() == 2
    [receipt] = list_receipts(company_ids=[books.company_id])
    assert (receipt.state, receipt.item_id) == ("IGNORED", None)
    assert in_balance(books, "BANK") == "5000.00"
    assert in_balance(books, "BANK_CLEARING") == "-5000.00"


def test_a_balance_whose_sign_the_bank_turned_round_is_the_holders() -> None:
    books = make_books()
    turned = replace(
        statement(bank_line("10.00"), opening="-100.00", closing=D("-110.00")), is_balance_inverted=True
    )

    take(books, turned)

    assert in_balance(books, "BANK") == "100.00"
