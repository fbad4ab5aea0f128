"""Tables as CSV and XLSX: exact amounts, days as days, and no text that a spreadsheet would run."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from acquit.formats.journals import sheets
from acquit.formats.journals.sheets import Cell, Column, safe_text, write_csv, write_xlsx

D = Decimal
COLUMNS = (Column("a"), Column("b"))


def read_back(*rows: tuple[Cell, ...]) -> list[list[object]]:
    out = io.BytesIO()
    assert write_xlsx(out, "Sheet", COLUMNS, rows) == len(rows)
    out.seek(0)
    return [list(row) for row in CalamineWorkbook.from_filelike(out).get_sheet_by_index(0).to_python()[1:]]


def test_cells_keep_their_kinds() -> None:
    assert read_back((D("1234.50"), date(2026, 3, 2)), (7, "=1+1"), (D("-0.001"), None)) == [
        [1234.5, date(2026, 3, 2)],
        [7, "'=1+1"],
        [-0.001, ""],
    ]


def test_more_digits_than_a_spreadsheet_keeps_stand_as_text() -> None:
    assert read_back((D("9999999999999.99"), D("99999999999999.99"))) == [
        [9999999999999.99, "99999999999999.99"]
    ]


@settings(deadline=None)  # each example is a workbook of its own
@given(amount=st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_fifteen_digits_survive_a_workbook(amount: Decimal) -> None:
    [[found, _]] = read_back((amount, "x"))
    assert D(str(found)).quantize(D("0.001")) == amount


def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sheets, "_ROWS_OF_A_SHEET", 3)
    file = tmp_path / "x.xlsx"
    with file.open("wb") as out:
        write_xlsx(out, "Journal", COLUMNS, [(n, "") for n in range(5)])
    book = CalamineWorkbook.from_path(file)
    assert book.sheet_names == ["Journal", "Journal 2", "Journal 3"]
    rows = [book.get_sheet_by_name(name).to_python()[1:] for name in book.sheet_names]
    assert [[row[0] for row in part] for part in rows] == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\t=1", "'=1"),
        ("\r\n @a", "'@a"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_no_text_begins_like_a_formula(text: str, safe: str) -> None:
    assert safe_text(text) == safe


def test_csv_is_plain() -> None:
    out = io.StringIO()
    write_csv(out, COLUMNS, [(D("1E+3"), date(2026, 3, 2)), ('a"b,c\nd', None)])
    assert out.getvalue() == 'a,b\n1000,2026-03-02\n"a""b,c d",\n'
