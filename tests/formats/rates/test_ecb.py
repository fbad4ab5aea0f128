"""The ECB's reference rates: both shapes, both lengths, and what a hostile or damaged file can do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.formats.rates import PublishedRate, RatesFile, open_rates
from acquit.formats.unreadable import UnreadableFile

D = Decimal
HISTORY = (
    "Date,USD,JPY,BGN,CYP,\n"
    "2024-01-05,1.0921,158.36,1.9558,N/A,\n"
    "2024-01-04,1.0953,157.77,1.9558,N/A,\n"
    "1999-01-04,1.1789,133.73,N/A,0.58231,\n"
)
DAILY = "Date, USD, JPY, \n05 January 2024, 1.0921, 158.36, \n"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
\t<Cube>
\t\t<Cube time='2024-01-05'>
\t\t\t<Cube currency='USD' rate='1.0921'/>
\t\t\t<Cube currency='JPY' rate='158.36'/>
\t\t</Cube>
\t\t<Cube time="2024-01-04">
\t\t\t<Cube currency="USD" rate="1.0953"/>
\t\t</Cube>
\t</Cube>
</gesmes:Envelope>"""


def read(content: str | bytes) -> tuple[list[PublishedRate], RatesFile]:
    data = content.encode() if isinstance(content, str) else content
    found = open_rates(BytesIO(data), "eurofxref")
    return list(found.rates), found


def facts(rates: list[PublishedRate]) -> list[tuple[str, str, str, Decimal]]:
    return [(rate.rate_date.isoformat(), rate.base, rate.currency, rate.rate) for rate in rates]


def test_the_history_as_csv_without_what_was_not_quoted() -> None:
    rates, found = read(HISTORY)
    assert facts(rates) == [
        ("2024-01-05", "EUR", "USD", D("1.0921")),
        ("2024-01-05", "EUR", "JPY", D("158.36")),
        ("2024-01-05", "EUR", "BGN", D("1.9558")),
        ("2024-01-04", "EUR", "USD", D("1.0953")),
        ("2024-01-04", "EUR", "JPY", D("157.77")),
        ("2024-01-04", "EUR", "BGN", D("1.9558")),
        ("1999-01-04", "EUR", "USD", D("1.1789")),
        ("1999-01-04", "EUR", "JPY", D("133.73")),
        ("1999-01-04", "EUR", "CYP", D("0.58231")),
    ]
    assert rates[0].place == "line 2, USD"
    assert found.problem_count == 0


@pytest.mark.parametrize("content", [DAILY, DAILY.replace("\n", "\r\n"), "\ufeff" + DAILY, DAILY.rstrip()])
def test_one_day_as_csv_with_the_date_in_words(content: str) -> None:
    rates, found = read(content)
    assert facts(rates) == [
        ("2024-01-05", "EUR", "USD", D("1.0921")),
        ("2024-01-05", "EUR", "JPY", D("158.36")),
    ]
    assert found.problem_count == 0


def test_xml_of_several_days() -> None:
    rates, found = read(XML)
    assert facts(rates) == [
        ("2024-01-05", "EUR", "USD", D("1.0921")),
        ("2024-01-05", "EUR", "JPY", D("158.36")),
        ("2024-01-04", "EUR", "USD", D("1.0953")),
    ]
    assert rates[0].place == "line 7, USD"
    assert found.problem_count == 0


def test_a_long_history_as_xml_keeps_every_rate() -> None:
    days = [date.fromordinal(date(2000, 1, 1).toordinal() + n) for n in range(3000)]
    cubes = "".join(
        f"<Cube time='{day}'><Cube currency='USD' rate='1.{n:04}'/><Cube currency='GBP' rate='0.8'/></Cube>"
        for n, day in enumerate(days)
    )
    rates, _ = read(f"<Envelope><Cube>{cubes}</Cube></Envelope>")
    assert len(rates) == 6000
    assert [rate.rate_date for rate in rates[::2]] == days
    assert rates[-2].rate == D("1.2999")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("0", "no rate above zero"),
        ("-1.09", "no rate above zero"),
        ("1,0921", "no rate above zero"),
        ("NaN", "no rate above zero"),
        ("1e5", "no rate above zero"),
        ("1.0921.1", "no rate above zero"),
        ("9" * 30, "no rate above zero"),
        ("=1+1", "no rate above zero"),
        ("١", "no rate above zero"),
    ],
)
def test_a_damaged_cell_costs_its_rate_alone(cell: str, reason: str) -> None:
    given = HISTORY.replace("1.0953", cell) if "," not in cell else HISTORY.replace("1.0953", f"x{cell[0]}")
    rates, found = read(given)
    assert len(rates) == 8
    assert [(p.place, p.reason) for p in found.problems] == [("line 3, USD", reason)]
    rates, found = read(XML.replace("1.0953", cell))
    assert len(rates) == 2
    assert [p.reason for p in found.problems] == [reason]


@pytest.mark.parametrize(
    "day", ["2024-13-05", "2024-02-30", "5.1.2024", "", "31 Brumaire 2024", "2024-01-04T00"]
)
def test_a_day_that_is_none_costs_its_row(day: str) -> None:
    rates, found = read(HISTORY.replace("2024-01-04", day))
    assert len(rates) == 6
    assert [(p.place, p.reason, p.value) for p in found.problems] == [("line 3", "no date", day)]


def test_problems_are_counted_all_and_kept_in_part() -> None:
    rates, found = read("Date,USD\n" + "2024-01-05,x\n" * 1500)
    assert (rates, found.problem_count, len(found.problems)) == ([], 1500, 1000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "RATES_NOT_READ"),
        (b"Datum;USD\n", "RATES_NOT_READ"),
        (b"\x00\x01\x02", "RATES_NOT_READ"),
        (b"Date,USD\n" + b"x" * 200_000, "RATES_NOT_READ"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><Cube/>", "XML_DOCTYPE"),
        (b"<?xml version='1.0'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>", "XML_DOCTYPE"),
        (XML[:400].encode(), "XML_BROKEN"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(content)
    assert refusal.value.code == code


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"Date,USD\n", b"<Cube>", b""):
        try:
            rates, _ = read(start + content)
        except UnreadableFile:
            continue
        assert all(rate.rate > 0 and len(rate.currency) == 3 for rate in rates)
