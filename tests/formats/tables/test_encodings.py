from __future__ import annotations

import pytest

from acquit.formats.tables import CannotReadTable, Table, TableTrouble, open_table

TEXT = (
    "Kunde;Name;Ort\n"
    + "".join(f"{n};Müller & Söhne GmbH;Köln\n" for n in range(30))
    + "99;Crédit Agricole;Besançon\n"
)


def _names(table: Table) -> set[str]:
    return {row[1] for chunk in table.rows() for row in chunk.rows}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_without_a_word(encoding: str) -> None:
    table = open_table(TEXT.encode(encoding), "k.csv")
    assert _names(table) == {"Müller & Söhne GmbH", "Crédit Agricole"}
    assert table.header == ("Kunde", "Name", "Ort")
    assert table.warnings == ()


def test_western_letters_are_taken_as_cp1252_and_said() -> None:
    table = open_table(TEXT.encode("cp1252"), "k.csv")
    assert _names(table) == {"Müller & Söhne GmbH", "Crédit Agricole"}
    assert table.encoding == "cp1252"
    (warning,) = table.warnings
    assert warning.code == "ENCODING_TAKEN"
    assert "cp1252" in warning.message
    assert "line 2" in warning.message
    assert "Müller" in warning.message


def test_a_single_odd_letter_at_the_very_end_is_enough() -> None:
    table = open_table(b"no,name\n" + b"1,a\n" * 100_000 + "2,Müller".encode("cp1252"), "k.csv")
    assert table.encoding == "cp1252"
    assert _names(table) == {"a", "Müller"}


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1250", ["Łódź Spółka", "Gdańsk Żółw", "Święty Łukasz", "Księgarnia Wrocław"]),
        ("cp1251", ["Общество Ромашка", "Торговый дом", "Северное сияние", "Завод имени Лихачёва"]),
    ],
)
def test_other_letters_are_found_by_their_statistics_and_said(encoding: str, names: list[str]) -> None:
    text = "no;name;city\n" + "".join(f"{n};{name};x\n" for n in range(20) for name in names)
    table = open_table(text.encode(encoding), "k.csv")
    assert _names(table) == set(names)
    assert [warning.code for warning in table.warnings] == ["ENCODING_TAKEN"]


def test_two_encodings_in_one_file_are_refused_with_the_place() -> None:
    good = "no;name\n" + "1;Müller\n" * 20
    with pytest.raises(CannotReadTable) as refusal:
        open_table(good.encode() + "2;Müller\n".encode("cp1252"), "k.csv")
    assert refusal.value.trouble is TableTrouble.WRONG_ENCODING
    assert refusal.value.byte_offset == len(good.encode()) + 3
    assert refusal.value.line_number == 22
    assert "mixes two encodings" in refusal.value.message


def test_a_marked_file_with_other_bytes_is_refused_with_the_place() -> None:
    with pytest.raises(CannotReadTable) as refusal:
        open_table(b"\xef\xbb\xbfno;name\n1;M\xfcller\n", "k.csv")
    assert refusal.value.trouble is TableTrouble.WRONG_ENCODING
    assert (refusal.value.byte_offset, refusal.value.line_number) == (14, 2)


def test_the_place_is_right_far_into_the_file() -> None:
    head = b"no;name\n" + "1;Müller\n".encode() * 300_000
    with pytest.raises(CannotReadTable) as refusal:
        open_table(head + b"2;\xff\n" + "1;Müller\n".encode() * 10, "k.csv", encoding="utf-8")
    assert (refusal.value.byte_offset, refusal.value.line_number) == (len(head) + 2, 300_002)


def test_a_file_cut_within_a_letter_is_refused_as_cut_off() -> None:
    content = ("no;name\n" + "1;Müller\n" * 20 + "2;Mü").encode()
    with pytest.raises(CannotReadTable) as refusal:
        open_table(content[:-1], "k.csv")
    assert refusal.value.trouble is TableTrouble.TRUNCATED
    with pytest.raises(CannotReadTable) as refusal:
        open_table("no;name\n1;Müller\n".encode("utf-16")[:-1], "k.csv")
    assert refusal.value.trouble is TableTrouble.TRUNCATED


def test_bytes_that_fit_no_encoding_are_refused() -> None:
    with pytest.raises(CannotReadTable) as refusal:
        open_table(b"no;name\n1;a\x81\x8d\x8f\x90\x9d\n", "k.csv", encoding="cp1252")
    assert refusal.value.trouble is TableTrouble.WRONG_ENCODING
    with pytest.raises(CannotReadTable, match="no known encoding"):
        open_table(b"no;name\n1;a\n", "k.csv", encoding="base64")


def test_a_person_may_name_the_encoding() -> None:
    assert "Müller & Söhne GmbH" in _names(open_table(TEXT.encode("cp850"), "k.csv", encoding="cp850"))
    assert open_table(TEXT.encode("utf-8-sig"), "k.csv", encoding="utf-8").header[0] == "Kunde"
