"""A statement of account as the customer reads it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cli.receivables import render_csv, render_text
from acquit.receivables.rules.items import ItemKind
from acquit.receivables.rules.statement import AccountStatement, Movement, plan_lines
from acquit.receivables.rules.statement_words import WORDS, words_of

D = Decimal
MOVED = (
    Movement(1, "INVOICE", "RE-1", "EUR", date(2026, 3, 2), date(2026, 4, 1), D("1234.50")),
    Movement(2, "PAYMENT", "=cmd", "EUR", date(2026, 4, 1), date(2026, 4, 1), D("-34.50")),
    Movement(3, "RESIDUAL", "RE-1", "EUR", date(2026, 4, 1), date(2026, 4, 1), D("-200.00")),
    Movement(4, "RESIDUAL", "RE-1", "EUR", date(2026, 4, 1), date(2026, 4, 1), D("200.00")),
)


def statement() -> AccountStatement:
    buckets = dict.fromkeys(("a", "b", "c", "d", "e"), D("0.00"))
    lines = plan_lines(D("100.00"), MOVED)
    return AccountStatement(
        "EUR", date(2026, 3, 1), date(2026, 4, 30), D("100.00"), lines, D("1300.00"), buckets, D(0)
    )


def test_german() -> None:
    text = list(render_text("1001 Muster", [statement()], words_of("de-AT")))
    assert text[:6] == [
        "Kontoauszug: 1001 Muster, 01.03.2026 - 30.04.2026, EUR",
        "Datum       Beleg         Nummer  Fällig        Betrag     Saldo",
        "            Saldovortrag                                  100,00",
        "02.03.2026  Rechnung      RE-1    01.04.2026  1.234,50  1.334,50",
        "01.04.2026  Zahlung       =cmd                  -34,50  1.300,00",
        "            Saldo                                       1.300,00",
    ]


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_language_says_everything(language: str) -> None:
    text = "\n".join(render_text("1", [statement()], words_of(language)))
    assert WORDS[language].kinds["INVOICE"] in text
    assert WORDS[language].nothing in "".join(render_text("1", [], words_of(language)))
    assert set(WORDS[language].kinds) == {kind.value for kind in ItemKind}
    assert all(word and not word.isupper() for word in WORDS[language].kinds.values())


def test_the_five_languages_of_the_handbook_are_there() -> None:
    assert set(WORDS) == {"en", "de", "es", "pt", "fr"}


def test_csv_is_plain_and_starts_no_formula() -> None:
    assert render_csv([statement()]).splitlines() == [
        "currency,date,kind,number,due_date,amount,balance",
        "EUR,2026-03-01,OPENING,,,,100.00",
        "EUR,2026-03-02,INVOICE,RE-1,2026-04-01,1234.50,1334.50",
        "EUR,2026-04-01,PAYMENT,'=cmd,,-34.50,1300.00",
        "EUR,2026-04-30,CLOSING,,,,1300.00",
    ]


@given(
    opening=st.integers(-1000, 1000).map(D),
    amounts=st.lists(st.tuples(st.integers(1, 28), st.integers(-50, 50).filter(bool)), max_size=12),
)
def test_the_running_balance_ends_where_the_amounts_do(
    opening: Decimal, amounts: list[tuple[int, int]]
) -> None:
    moved = [
        Movement(n, "INVOICE", f"N{n % 3}", "EUR", date(2026, 1, day), date(2026, 2, 1), D(amount))
        for n, (day, amount) in enumerate(amounts)
    ]
    lines = plan_lines(opening, moved)
    end = lines[-1].balance if lines else opening
    assert end == opening + sum(m.amount for m in moved)
    assert [line.posting_date for line in lines] == sorted(line.posting_date for line in lines)
