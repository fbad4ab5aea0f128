from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.formats.tables import CannotReadTable, Table, TableLimits, TableTrouble, open_table
from acquit.formats.tables.workbook import cell_text


def _book(sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "nan_inf_to_errors": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, dt.date):
                    sheet.write_datetime(row, column, value, day)
                elif value is not None:
                    sheet.write(row, column, value)
    book.close()
    return content.getvalue()


def _rows(table: Table) -> list[tuple[int, list[str]]]:
    return [row for chunk in table.rows() for row in chunk]


ITEMS: list[list[Any]] = [
    ["Belegnr.", "Debitor", "Fällig", "Offen"],
    ["RE-1", 10482, dt.date(2026, 10, 1), 2309.7899999999995],
    ["RE-2", 10519, dt.datetime(2026, 10, 2, 8, 30), 1234.567],  # noqa: DTZ001
    ["RE-3", 10520, None, -0.5],
]


def test_typed_cells_become_text_in_one_exact_way() -> None:
    table = open_table(_book({"OP Liste": ITEMS}), "op.xlsx")
    assert table.form == "XLSX"
    assert table.sheet == "OP Liste"
    assert table.typed_numbers
    assert _rows(table) == [
        (2, ["RE-1", "10482", "2026-10-01", "2309.79"]),
        (3, ["RE-2", "10519", "2026-10-02 08:30:00", "1234.5670"]),
        (4, ["RE-3", "10520", "", "-0.5"]),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1234.0, "1234"),
        (2960623488.0, "2960623488"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (-0.0, "0"),
        (1.234, "1.2340"),
        (True, "TRUE"),
        (None, ""),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.datetime(2026, 1, 2), "2026-01-02"),  # noqa: DTZ001
    ],
)
def test_a_cell_is_written_as_a_spreadsheet_shows_it(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_lines_above_the_header_totals_and_row_numbers() -> None:
    rows = [
        ["Offene Posten"],
        [],
        [None, "Stand", dt.date(2026, 11, 18)],
        [],
        *ITEMS,
        ["Summe", None, None, 3544.5],
    ]
    table = open_table(_book({"A": rows}), "op.xlsx")
    assert table.header == ("Belegnr.", "Debitor", "Fällig", "Offen")
    assert table.header_line == 5
    assert [line for line, _ in _rows(table)] == [6, 7, 8]
    assert [row.cells for row in table.preamble] == [("Offene Posten",), ("Stand", "2026-11-18")]
    assert [row.line_number for chunk in table.rows() for row in chunk.totals] == [9]


def test_the_sheet_with_the_table_is_chosen_and_the_others_are_named() -> None:
    content = _book(
        {"Deckblatt": [["Bericht"], ["vom 18.11."]], "Posten": ITEMS * 1, "Alt": ITEMS * 5}, hidden=("Alt",)
    )
    table = open_table(content, "op.xlsx")
    assert table.sheet == "Posten"
    assert table.other_sheets == ("Deckblatt",)
    assert [warning.code for warning in table.warnings] == ["SHEET_CHOSEN"]
    assert open_table(content, "op.xlsx", sheet="Alt").sheet == "Alt"
    with pytest.raises(CannotReadTable) as refusal:
        open_table(content, "op.xlsx", sheet="Neu")
    assert refusal.value.trouble is TableTrouble.NO_SHEET


def test_a_workbook_without_a_table_is_refused() -> None:
    with pytest.raises(CannotReadTable) as refusal:
        open_table(_book({"A": []}), "leer.xlsx")
    assert refusal.value.trouble is TableTrouble.EMPTY


def _repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, changes.pop(entry.filename, old.read(entry)))
        for name, more in changes.items():
            new.writestr(name, more)
    return out.getvalue()


def _sheet(cells: bytes) -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + cells + b"</sheetData></worksheet>"
    )


PLAIN = _book({"A": ITEMS})


def _refused(content: bytes, limits: TableLimits | None = None) -> CannotReadTable:
    with pytest.raises(CannotReadTable) as refusal:
        open_table(content, "x.xlsx", limits=limits)
    return refusal.value


def test_two_cells_in_opposite_corners_are_refused_before_anyone_lays_them_out() -> None:
    far = _sheet(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="SF1048576"><v>1</v></c></row>'
    )
    refusal = _refused(_repacked(PLAIN, {"xl/worksheets/sheet1.xml": far}))
    assert refusal.trouble is TableTrouble.TOO_LARGE
    assert "1,048,576 rows by 500 columns" in refusal.message


def test_too_many_columns_are_refused() -> None:
    wide = _sheet(b'<row r="1"><c r="A1"><v>1</v></c><c s="0" r = \'XFD1\'><v>1</v></c></row>')
    assert (
        _refused(_repacked(PLAIN, {"xl/worksheets/sheet1.xml": wide})).trouble
        is TableTrouble.TOO_MANY_COLUMNS
    )


def test_cells_without_names_are_counted_too() -> None:
    wide = _sheet(b"<row>" + b"<c><v>1</v></c>" * 600 + b"</row>")
    assert (
        _refused(_repacked(PLAIN, {"xl/worksheets/sheet1.xml": wide})).trouble
        is TableTrouble.TOO_MANY_COLUMNS
    )


def test_a_part_packed_a_thousandfold_is_refused() -> None:
    bomb = _repacked(PLAIN, {"xl/sharedStrings.xml": b" " * 50_000_000})
    assert len(bomb) < 100_000
    refusal = _refused(bomb)
    assert refusal.trouble is TableTrouble.TOO_LARGE
    assert "zip of death" in refusal.message


@pytest.mark.parametrize("value", [b"<v>0</v>", b"<v> 0</v>", b"<v><!-- -->0</v>", b"<v>&#48;</v>"])
def test_a_text_that_too_many_cells_share_is_refused(value: bytes) -> None:
    """Each cell would be given its own: a text of 100,000 signs asked for a hundred times is 10 MB."""
    texts = b"<sst><si><t>" + b"x" * 100_000 + b"</t></si><si><t>short</t></si></sst>"

    def asking(count: int, value: bytes) -> bytes:
        row = b'<row r="%d"><c r="A%d" t="s">%s</c></row>'
        rows = b"".join(row % (number, number, value) for number in range(1, count + 1))
        return _repacked(PLAIN, {"xl/sharedStrings.xml": texts, "xl/worksheets/sheet1.xml": _sheet(rows)})

    limits = TableLimits(text_bytes=10_000_000)
    refusal = _refused(asking(100, value), limits)
    assert refusal.trouble is TableTrouble.TOO_LARGE
    assert "repeats texts that come to more than 10,000,000 bytes" in refusal.message
    assert open_table(asking(99, b"<v>0</v>"), "x", limits=limits).form == "XLSX"
    assert open_table(asking(5_000, b"<v>1</v>"), "x", limits=limits).form == "XLSX"


def test_size_and_number_of_parts_are_limited() -> None:
    assert _refused(PLAIN, TableLimits(sheet_bytes=1000)).trouble is TableTrouble.TOO_LARGE
    assert _refused(PLAIN, TableLimits(entries=3)).trouble is TableTrouble.TOO_LARGE


def test_a_directory_that_lies_about_a_size_is_refused() -> None:
    bomb = bytearray(_repacked(PLAIN, {"xl/sharedStrings.xml": b" " * 5_000_000}))
    real, lie = (5_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert _refused(bytes(bomb.replace(real, lie))).trouble is TableTrouble.DAMAGED


def test_entities_are_refused_and_nothing_is_read_from_disk() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
    assert _refused(_repacked(PLAIN, {"xl/worksheets/sheet1.xml": evil})).trouble is TableTrouble.DAMAGED
    for comment in (
        b"x" * (65_536 - 32),
        b"x" * 200_000,
    ):  # across the pieces it is read in, and far behind the first
        late = b"<?xml version='1.0'?><!-- " + comment + b" -->" + evil[len(b'<?xml version="1.0"?>') :]
        assert _refused(_repacked(PLAIN, {"xl/worksheets/sheet1.xml": late})).trouble is TableTrouble.DAMAGED


def test_macros_and_links_are_left_aside_and_said() -> None:
    table = open_table(
        _repacked(PLAIN, {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<x/>"}), "x"
    )
    assert [warning.code for warning in table.warnings] == ["MACROS_IGNORED", "LINKS_IGNORED"]


def test_cut_off_encrypted_old_and_foreign_files_are_told_apart() -> None:
    assert _refused(PLAIN[:-100]).trouble is TableTrouble.DAMAGED
    assert _refused(PLAIN[: len(PLAIN) // 2]).trouble is TableTrouble.DAMAGED
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert _refused(ole).trouble is TableTrouble.OLD_FORMAT
    assert _refused(ole + "EncryptedPackage".encode("utf-16-le")).trouble is TableTrouble.ENCRYPTED
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert _refused(other.getvalue()).trouble is TableTrouble.NOT_A_TABLE


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_workbook_is_a_table_or_refused(damage: list[tuple[int, int]]) -> None:
    content = bytearray(PLAIN)
    for place, value in damage:
        content[place] = value
    try:
        table = open_table(bytes(content), "x.xlsx")
    except CannotReadTable:
        return
    _rows(table)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(
    st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=8)), min_size=1, max_size=4),
)
def test_a_workbook_with_damaged_parts_is_a_table_or_refused(
    part: str, damage: list[tuple[int, bytes]]
) -> None:
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as archive:
        content = bytearray(archive.read(part))
    for place, value in damage:
        at = place % len(content)
        content[at : at + len(value)] = value
    try:
        table = open_table(_repacked(PLAIN, {part: bytes(content)}), "x.xlsx")
    except CannotReadTable:
        return
    _rows(table)
