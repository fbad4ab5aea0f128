from __future__ import annotations

import gzip
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.formats.tables import CannotReadTable, Table, TableLimits, TableTrouble, open_table

HEADER = ["Belegnr", "Debitor", "Betrag"]


def _read(table: Table, chunk_size: int = 5_000) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    rows: list[tuple[int, list[str]]] = []
    faults: list[tuple[int, str]] = []
    for chunk in table.rows(chunk_size):
        rows.extend(chunk)
        faults.extend((fault.line_number, fault.code) for fault in chunk.faults)
    return rows, faults


def _open(text: str, **options: object) -> Table:
    return open_table(text.encode(), "list.csv", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end_is_found(delimiter: str, newline: str) -> None:
    rows = [HEADER, ["RE-1", "10482", "100.00"], ["RE-2", "10519", "200.00"]]
    table = _open(newline.join(delimiter.join(row) for row in rows))
    assert table.delimiter == delimiter
    assert table.header == tuple(HEADER)
    assert _read(table) == ([(2, rows[1]), (3, rows[2])], [])


def test_decimal_commas_do_not_hide_the_semicolon() -> None:
    table = _open("Belegnr;Betrag;Offen\n" + "".join(f"RE-{n};1.234,50;{n},25\n" for n in range(50)))
    assert table.delimiter == ";"
    assert table.header == ("Belegnr", "Betrag", "Offen")


def test_texts_with_commas_do_not_hide_the_tab() -> None:
    lines = ["document\tname\tamount"] + [f"{n}\tMeyer, Sons, and Co, Ltd\t{n}.00" for n in range(30)]
    assert _open("\n".join(lines)).delimiter == "\t"


def test_a_line_that_names_the_delimiter_is_obeyed() -> None:
    table = _open('sep=|\n"Belegnr"|"Debitor"\nRE-1|10482\n')
    assert table.delimiter == "|"
    assert table.header_line == 2
    assert _read(table)[0] == [(3, ["RE-1", "10482"])]


def test_quotes_hold_delimiters_quotes_and_line_ends() -> None:
    table = _open('no,text,amount\n1,"a, ""b""\nsecond line",5\n2,plain,6\n')
    rows, faults = _read(table)
    assert rows == [(2, ["1", 'a, "b"\nsecond line', "5"]), (4, ["2", "plain", "6"])]
    assert faults == []


def test_single_quotes_and_backslashes_are_recognised() -> None:
    rows, _ = _read(_open("'no','text'\n'1','a, b'\n'2','c'\n"))
    assert rows == [(2, ["1", "a, b"]), (3, ["2", "c"])]
    rows, _ = _read(_open('no,text\n1,"say \\"no\\" twice"\n2,"c"\n'))
    assert rows == [(2, ["1", 'say "no" twice']), (3, ["2", "c"])]


@pytest.mark.parametrize("chunk_size", [1, 2, 3, 7, 5_000])
def test_an_open_quote_costs_its_own_line_only(chunk_size: int) -> None:
    lines = ["no,text,amount", "1,a,1", '2,"b,2', "3,c,3", "4,d,4", "5,e,5"]
    rows, faults = _read(_open("\n".join(lines) + "\n"), chunk_size)
    assert [line for line, _ in rows] == [2, 4, 5, 6]
    assert faults == [(3, "OPEN_QUOTE")]


@pytest.mark.parametrize("chunk_size", [1, 4, 5_000])
def test_line_numbers_hold_behind_records_of_several_lines(chunk_size: int) -> None:
    text = "no,text,amount\n" + "".join(f'{n},"one\ntwo",{n}\n{n},x,{n}\n' for n in range(20))
    rows, faults = _read(_open(text), chunk_size)
    assert faults == []
    assert [line for line, _ in rows] == [line for n in range(20) for line in (2 + 3 * n, 4 + 3 * n)]


def test_text_behind_a_closing_quote_is_a_fault_of_its_line() -> None:
    rows, faults = _read(_open('no,text,amount\n1,"a" b,1\n2,b,2\n'))
    assert rows == [(3, ["2", "b", "2"])]
    assert faults == [(2, "BROKEN_QUOTE")]


def test_ragged_rows_are_faults_with_their_lines() -> None:
    rows, faults = _read(_open("no,text,amount\n1,a\n2,b,2\n3,c,3,4\n4,d,4,,\n5,e,5\n"))
    assert [line for line, _ in rows] == [3, 5, 6]
    assert rows[1][1] == ["4", "d", "4"]
    assert faults == [(2, "TOO_FEW_CELLS"), (4, "TOO_MANY_CELLS")]


def test_a_nul_byte_is_a_fault_of_its_row() -> None:
    rows, faults = _read(
        _open("no,text,amount\n" + "".join(f"{n},some longer text,{n}\n" for n in range(60)) + "x,\0,1\n")
    )
    assert len(rows) == 60
    assert faults == [(62, "NUL_BYTE")]


def test_lines_above_the_header_and_totals_below_are_kept_beside_the_rows() -> None:
    text = (
        "Offene Posten\nStand: 18.11.2026;;;\nBuchungskreis;1000;;\n\n"
        "Belegnr.;Debitor;Fällig;Offen\n"
        "RE-1;10482;01.10.2026;100,00\nRE-2;10519;02.10.2026;200,00\n"
        "Summe;;;300,00\n\n*** Ende der Liste ***\n"
    )
    table = _open(text)
    assert table.header == ("Belegnr.", "Debitor", "Fällig", "Offen")
    assert table.header_line == 5
    assert [(row.line_number, row.cells) for row in table.preamble] == [
        (1, ("Offene Posten",)),
        (2, ("Stand: 18.11.2026",)),
        (3, ("Buchungskreis", "1000")),
    ]
    chunks = list(table.rows())
    assert [line for chunk in chunks for line, _ in chunk] == [6, 7]
    assert [row.cells for chunk in chunks for row in chunk.totals] == [("Summe", "", "", "300,00")]
    assert [row.cells for chunk in chunks for row in chunk.footers] == [("*** Ende der Liste ***",)]
    assert [fault for chunk in chunks for fault in chunk.faults] == []


@pytest.mark.parametrize(
    "word", ["Total", "Grand total:", "Summe EUR", "Gesamtsumme", "Totale", "Suma total", "Somme"]
)
def test_totals_rows_are_known_in_the_languages_of_the_trade(word: str) -> None:
    table = _open(f"customer,name,current,late\n1,a,1.00,2.00\n2,b,3.00,4.00\n{word},,4.00,6.00\n")
    chunks = list(table.rows())
    assert sum(len(chunk.rows) for chunk in chunks) == 2
    assert [row.line_number for chunk in chunks for row in chunk.totals] == [4]


def test_a_customer_called_total_is_no_totals_row() -> None:
    rows, faults = _read(_open("name,city,limit\nTotal Energies,Paris,5\nTotals Ltd,,\nTotal,Berlin,7\n"))
    assert [row[0] for _, row in rows] == ["Total Energies", "Total"]
    assert faults == [(3, "TOO_FEW_CELLS")]


def test_a_lone_cell_between_rows_is_a_fault_and_at_the_end_a_remark() -> None:
    text = "no,text,amount\n1,a,1\nstray,,\n2,b,2\nend of report,,\n"
    chunks = list(_open(text).rows())
    assert [(f.line_number, f.code) for c in chunks for f in c.faults] == [(3, "TOO_FEW_CELLS")]
    assert [row.cells for c in chunks for row in c.footers] == [("end of report",)]


def test_a_file_cut_off_within_its_last_row_says_so() -> None:
    rows, faults = _read(_open("no,customer name,amount\n1,Ann Lee,1\n2,Bob Ray,2\n3 b"))
    assert len(rows) == 2
    assert faults == [(4, "TOO_FEW_CELLS")]
    (fault,) = [f for c in _open("no,name,amount\n1,a,1\n2,b,2\n3 b").rows() for f in c.faults]
    assert "may be cut off" in fault.message


def test_names_of_columns_are_made_unique_and_complete() -> None:
    table = _open("Betrag,Betrag,,Text\n1,2,3,4\n5,6,7,8\n")
    assert table.header == ("Betrag", "Betrag (2)", "Column 3", "Text")
    assert [warning.code for warning in table.warnings] == ["DUPLICATE_HEADER", "UNNAMED_COLUMN"]


def test_a_file_without_header_gets_numbered_columns() -> None:
    table = _open("RE-1,2026-01-01,100.00\nRE-2,2026-01-02,200.00\n")
    assert table.header == ("Column 1", "Column 2", "Column 3")
    assert table.header_line == 0
    assert len(_read(table)[0]) == 2
    assert [warning.code for warning in table.warnings] == ["NO_HEADER"]


def test_ten_thousand_columns_are_refused_clearly() -> None:
    text = ",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n"
    with pytest.raises(CannotReadTable) as refusal:
        _open(text)
    assert refusal.value.trouble is TableTrouble.TOO_MANY_COLUMNS
    assert refusal.value.message == "list.csv: has 10,000 columns in line 1; up to 500 are read."
    assert _open(text, limits=TableLimits(columns=10_000)).header[-1] == "c9999"


def test_an_empty_file_is_refused() -> None:
    for content in (b"", b"\n\n", b"\xef\xbb\xbf"):
        with pytest.raises(CannotReadTable) as refusal:
            open_table(content, "empty.csv")
        assert refusal.value.trouble is TableTrouble.EMPTY


def test_other_formats_are_named() -> None:
    for content, word in [(b"%PDF-1.7\n", "PDF"), (b"<html><table>", "HTML"), (b'{"a": 1}', "JSON")]:
        with pytest.raises(CannotReadTable, match=word):
            open_table(content, "x.csv")
    with pytest.raises(CannotReadTable, match="no text"):
        open_table(bytes(range(256)) * 20, "x.csv")


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(CannotReadTable) as refusal:
        _open("a,b\n" + "x" * 3_000_000, limits=TableLimits(line_bytes=1_000_000))
    assert refusal.value.trouble is TableTrouble.LINE_TOO_LONG
    assert refusal.value.line_number == 2


def test_a_packed_file_is_read_and_a_bomb_is_not() -> None:
    text = b"no,name,amount\n" + b"".join(b"%d,a,1\n" % n for n in range(1000))
    packed = gzip.compress(text)
    assert len(_read(open_table(packed, "list.csv.gz"))[0]) == 1000
    with pytest.raises(CannotReadTable) as refusal:
        open_table(packed[:-200], "list.csv.gz")
    assert refusal.value.trouble is TableTrouble.TRUNCATED
    broken = packed[:40] + bytes(20) + packed[60:]
    with pytest.raises(CannotReadTable) as refusal:
        open_table(broken, "list.csv.gz")
    assert refusal.value.trouble in {TableTrouble.DAMAGED, TableTrouble.TRUNCATED}
    bomb = gzip.compress(b"a,b\n" * 5_000_000)
    with pytest.raises(CannotReadTable) as refusal:
        open_table(bomb, "bomb.csv.gz", limits=TableLimits(unpacked_bytes=10_000_000))
    assert refusal.value.trouble is TableTrouble.TOO_LARGE


def test_rows_can_be_read_again_and_left_early() -> None:
    content = BytesIO(b"no,name\n" + b"".join(b"%d,a\n" % n for n in range(1000)))
    table = open_table(content, "x.csv")
    next(table.rows(10))
    assert table.count_rows() == 1000
    assert table.count_rows() == 1000
    assert not content.closed


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_are_a_table_or_refused(content: bytes, chunk_size: int) -> None:
    try:
        table = open_table(content, "any")
    except CannotReadTable:
        return
    for chunk in table.rows(chunk_size):
        assert len(chunk.line_numbers) == len(chunk.rows)
        assert all(len(row) == len(table.header) for row in chunk.rows)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(alphabet=st.sampled_from("abc1,;\"' \n\r\t|.é"), max_size=6), min_size=1, max_size=5
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 9),
)
def test_every_line_of_any_text_is_accounted_for_whatever_the_chunks(
    rows: list[list[str]], size: int
) -> None:
    content = "\n".join(",".join(row) for row in rows).encode()
    try:
        table = open_table(content, "any.csv")
    except CannotReadTable:
        return
    by_size = [
        [
            (list(c.line_numbers), c.rows, [f.line_number for f in c.faults], c.totals, c.footers)
            for c in table.rows(chunk_size)
        ]
        for chunk_size in (size, 1000)
    ]
    flat = [
        (
            sorted(line for c in chunks for line in c[0]),
            [row for c in chunks for row in c[1]],
            sorted(line for c in chunks for line in c[2]),
            [row for c in chunks for row in c[3]],
            [row for c in chunks for row in c[4]],
        )
        for chunks in by_size
    ]
    assert flat[0] == flat[1]
    seen = flat[0][0] + flat[0][2] + [row.line_number for row in flat[0][3] + flat[0][4]]
    assert len(seen) == len(set(seen))
