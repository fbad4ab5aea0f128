"""DATEV booking batches by the letter: debtor accounts, code page, limits. The whole file: tests/insight."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from acquit.formats.journals import datev
from acquit.formats.journals.datev import (
    COLUMNS,
    CannotWriteDatev,
    DatevBatch,
    DatevCustomer,
    plan_debtor_accounts,
    write_datev,
)
from acquit.formats.journals.values import JournalAccount, JournalEntry, JournalHead, JournalLine

D = Decimal
BATCH = DatevBatch(
    consultant=29098,
    client=55003,
    fiscal_year_start=date(2026, 1, 1),
    first_date=date(2026, 1, 1),
    last_date=date(2026, 12, 31),
    account_length=4,
    currency="EUR",
    created_at=datetime(2026, 3, 2, 9, 5, 7, 123456, tzinfo=UTC),
)
HEAD = JournalHead(
    {
        1: JournalAccount("Assets", 1, "C", "1200", "Receivables", "RECEIVABLES"),
        2: JournalAccount("Income", 1, "C", "4000", "Revenue", "REVENUE"),
        3: JournalAccount("Income", 1, "C", "AR-1", "Odd", ""),
    },
    ("EUR",),
    {"EUR": 2},
    date(2026, 1, 1),
)
CUSTOMERS = {7: DatevCustomer("60007", "K-7", "Jiří Œuvre 東")}


def entry(amount: str, *, contra: int = 2, text: str = "", number: str = "RE 1/ä") -> JournalEntry:
    value = D(amount)
    lines = (JournalLine(1, value, value, 7, "RE1", date(2026, 4, 1)), JournalLine(contra, -value, -value))
    return JournalEntry(5, date(2026, 3, 2), "INVOICE", text, number, None, "EUR", "EUR", lines)


def rows(*entries: JournalEntry, batch: DatevBatch = BATCH) -> list[dict[str, str]]:
    pieces = list(write_datev(batch, HEAD, entries, CUSTOMERS))[2:]
    return [dict(zip(COLUMNS, piece.removesuffix("\r\n").split(";"), strict=True)) for piece in pieces]


def test_the_head_is_the_published_example_in_form() -> None:
    head = next(write_datev(BATCH, HEAD, [], {}))
    assert head == (
        '"EXTF";700;21;"Buchungsstapel";13;20260302090507123;;"AQ";"";"";29098;55003;20260101;4;20260101;20261231;'
        '"Acquit";"";1;0;0;"EUR";;"";;;"";;;"";""\r\n'
    )


def test_a_debtor_is_the_account_of_the_row_on_either_side() -> None:
    [invoice] = rows(entry("119.00"))
    [credit] = rows(entry("-119.00"))
    for row, side in ((invoice, '"S"'), (credit, '"H"')):
        assert (row["Konto"], row["Gegenkonto (ohne BU-Schlüssel)"]) == ("60007", "4000")
        assert (row["Umsatz (ohne Soll/Haben-Kz)"], row["Soll/Haben-Kennzeichen"]) == ("119,00", side)
    assert invoice["Belegdatum"] == "0203"
    assert invoice["Belegfeld 1"] == '"RE-1/-"'
    assert invoice["Fälligkeit"] == "01042026"
    assert invoice["BU-Schlüssel"] == '""'
    assert invoice["Zusatzinformation- Inhalt 2"] == '"RE 1/ä"'
    assert invoice["Zusatzinformation- Inhalt 3"] == '"K-7 Jirí Œuvre ?"'


def test_what_moves_within_a_debtor_account_is_no_booking() -> None:
    lines = (JournalLine(1, D("5.00"), D("5.00"), 7, "RE1"), JournalLine(1, D("-5.00"), D("-5.00"), 7, "GS1"))
    assert rows(entry("1.00")._replace(lines=lines)) == []


def test_texts_are_cut_quoted_and_in_the_code_page() -> None:
    [row] = rows(entry("1.00", text='a"b\nc\x07 € 京' + "x" * 90))
    assert row["Buchungstext"].encode("cp1252").decode("cp1252").startswith('"INVOICE a""b c  € ?xxx')
    assert len(row["Buchungstext"].replace('""', '"')) == 62


@pytest.mark.parametrize("given", [entry("10000000000.00"), entry("1.00", contra=3)])
def test_what_has_no_place_is_refused(given: JournalEntry) -> None:
    with pytest.raises(CannotWriteDatev):
        rows(given)


def test_more_rows_than_a_file_may_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datev, "ROWS_AT_MOST", 2)
    assert len(rows(entry("1.00"), entry("1.00"))) == 2
    with pytest.raises(CannotWriteDatev, match="Export fewer days"):
        rows(entry("1.00"), entry("1.00"), entry("1.00"))


def test_a_batch_of_no_days_is_refused() -> None:
    with pytest.raises(CannotWriteDatev):
        replace(BATCH, first_date=date(2027, 1, 1))


def test_debtor_accounts_never_meet_and_stay_the_same() -> None:
    numbers = {1: "10001", 2: "60003", 3: "ABC", 4: "١٢٣٤٥", 5: "123456", 6: "00001"}
    accounts = plan_debtor_accounts(numbers, 4)
    assert accounts == {1: "10001", 2: "60002", 3: "60003", 4: "60004", 5: "60005", 6: "60006"}
    assert plan_debtor_accounts({3: "ABC"}, 4) == {3: "60003"}
    with pytest.raises(CannotWriteDatev):
        plan_debtor_accounts({10_000: "ABC"}, 4)
    assert plan_debtor_accounts({10_000: "ABC"}, 5) == {10_000: "610000"}
