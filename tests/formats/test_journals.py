"""Journals for beancount and hledger: whatever stands in the books, the real programs read it and balance it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import convert, data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.formats.journals.beancount import write_beancount
from acquit.formats.journals.hledger import write_hledger
from acquit.formats.journals.values import (
    JournalAccount,
    JournalEntry,
    JournalHead,
    JournalLine,
    Quantity,
    list_quantities,
    name_accounts,
    plain_text,
    write_amount,
)
from tests.programs import hledger_path

D = Decimal
ACCOUNTS = {
    1: JournalAccount("Assets", 1, "Müller & Söhne GmbH", "1000", "Bank"),
    2: JournalAccount("Assets", 1, "Müller & Söhne GmbH", "1200", "Receivables, trade"),
    3: JournalAccount("Income", 1, "Müller & Söhne GmbH", "4000", "Revenue"),
    4: JournalAccount("Income", 1, "Müller & Söhne GmbH", "7000", "Exchange differences"),
}
DECIMALS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
HEAD = JournalHead(ACCOUNTS, ("EUR",), DECIMALS, date(2026, 1, 1))


def entry(
    *lines: tuple[int, str, str],
    currency: str = "USD",
    text: str = "",
    number: str = "",
    reverses_id: int | None = None,
    entry_id: int = 17,
) -> JournalEntry:
    return JournalEntry(
        entry_id,
        date(2026, 3, 2),
        "INVOICE",
        text,
        number,
        reverses_id,
        currency,
        "EUR",
        tuple(JournalLine(account, D(amount), D(value)) for account, amount, value in lines),
    )


# Names ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("company", "code", "name", "expected"),
    [
        ("Müller & Söhne GmbH", "1200", "Receivables", "Assets:Müller-Söhne-GmbH:1200-Receivables"),
        ("acme", "b", "lower case", "Assets:Acme:B-lower-case"),
        ("  --  ", "1", "", "Assets:X:1"),
        ("株式会社", "1", "現金", "Assets:X株式会社:1-現金"),
        ('a:b "c";\n', "12/00", "x  y", "Assets:A-b-c:12-00-x-y"),
        ("u\u0308ber", "1", "x", "Assets:Über:1-x"),
    ],
)
def test_account_names_are_legal(company: str, code: str, name: str, expected: str) -> None:
    assert name_accounts({5: JournalAccount("Assets", 1, company, code, name)}) == {5: expected}


def test_accounts_that_would_get_one_name_stay_apart() -> None:
    names = name_accounts(
        {
            1: JournalAccount("Assets", 1, "A/B", "1", "x"),
            2: JournalAccount("Assets", 2, "A-B", "1", "x"),
            3: JournalAccount("Assets", 2, "A-B", "1", "x."),
            4: JournalAccount("Income", 2, "A-B", "1", "x"),
        }
    )
    assert names == {
        1: "Assets:A-B:1-x",
        2: "Assets:A-B-2:1-x",
        3: "Assets:A-B-2:1-x-3",
        4: "Income:A-B-2:1-x",
    }


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_name_gives_a_name_both_programs_read(company: str, name: str) -> None:
    head = JournalHead(
        {
            1: JournalAccount("Assets", 1, company, name, name),
            2: JournalAccount("Income", 1, company, "1", company),
        },
        ("EUR",),
        {"EUR": 2},
        date(2026, 1, 1),
    )
    text = "".join(write_beancount(head, [entry((1, "1.00", "1.00"), (2, "-1.00", "-1.00"), currency="EUR")]))
    _, errors, _ = loader.load_string(text)
    assert errors == []


# Quantities -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "amount", "value", "expected"),
    [
        ("EUR", "5.00", "5.00", [Quantity(D("5.00"), "EUR")]),
        ("EUR", "0", "0", []),
        ("USD", "-5.00", "-4.50", [Quantity(D("-5.00"), "USD", D("4.50"))]),
        ("USD", "0.01", "0", [Quantity(D("0.01"), "USD", D(0))]),
        ("USD", "0", "-168.35", [Quantity(D("-168.35"), "EUR")]),
        ("USD", "0.01", "-0.01", [Quantity(D("0.01"), "USD", D(0)), Quantity(D("-0.01"), "EUR")]),
        ("USD", "0", "0", []),
    ],
)
def test_a_line_in_two_currencies(currency: str, amount: str, value: str, expected: list[Quantity]) -> None:
    made = entry((1, amount, value), currency=currency)
    assert list(list_quantities(made.lines[0], made)) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1000", "JPY", "1000 JPY"),
        ("1E+3", "JPY", "1000 JPY"),
        ("5", "EUR", "5.00 EUR"),
        ("5.10", "EUR", "5.10 EUR"),
        ("0.001", "EUR", "0.001 EUR"),
        ("-0.5", "KWD", "-0.500 KWD"),
        ("123456789012345678.99", "EUR", "123456789012345678.99 EUR"),
    ],
)
def test_amounts_have_their_currencys_decimals(amount: str, currency: str, expected: str) -> None:
    assert write_amount(D(amount), currency, DECIMALS) == expected


def test_control_characters_and_line_ends_leave_a_text() -> None:
    assert plain_text(" a\r\n\tb\x00c\u2028d\ud800 ") == "a b c d"


# Whole files ----------------------------------------------------------------------------------------------------------


def test_the_files_as_they_are_written() -> None:
    made = entry(
        (2, "119.00", "108.18"),
        (3, "-119.00", "-108.18"),
        text='says "ok"; or|not',
        number="RE(1)",
        reverses_id=3,
    )
    head = JournalHead({k: ACCOUNTS[k] for k in (2, 3)}, ("EUR",), {"EUR": 2, "USD": 2}, date(2026, 1, 1))
    assert "".join(write_beancount(head, [made])) == (
        'option "title" "Acquit"\n'
        'option "operating_currency" "EUR"\n'
        'option "inferred_tolerance_default" "EUR:0.000001"\n'
        "\n"
        "2026-01-01 commodity EUR\n"
        "2026-01-01 commodity USD\n"
        "\n"
        "2026-01-01 open Assets:Müller-Söhne-GmbH:1200-Receivables-trade\n"
        "2026-01-01 open Income:Müller-Söhne-GmbH:4000-Revenue\n"
        "\n"
        '2026-03-02 * "INVOICE RE(1) says \\"ok\\"; or|not"\n'
        '  entry: "17"\n'
        '  document: "RE(1)"\n'
        '  reverses: "3"\n'
        "  Assets:Müller-Söhne-GmbH:1200-Receivables-trade  119.00 USD @@ 108.18 EUR\n"
        "  Income:Müller-Söhne-GmbH:4000-Revenue  -119.00 USD @@ 108.18 EUR\n"
    )
    assert "".join(write_hledger(head, [made])) == (
        "decimal-mark .\n"
        "commodity 1000.00 EUR\n"
        "commodity 1000.00 USD\n"
        "\n"
        "account Assets:Müller-Söhne-GmbH:1200-Receivables-trade\n"
        "account Income:Müller-Söhne-GmbH:4000-Revenue\n"
        "\n"
        '2026-03-02 * (RE[1]) INVOICE says "ok", or/not\n'
        "    ; entry:17, reverses:3\n"
        "    Assets:Müller-Söhne-GmbH:1200-Receivables-trade  119.00 USD @@ 108.18 EUR\n"
        "    Income:Müller-Söhne-GmbH:4000-Revenue  -119.00 USD @@ 108.18 EUR\n"
    )


cents = st.integers(-(10**12), 10**12).map(lambda units: D(units).scaleb(-2))
texts = st.text(max_size=40) | st.sampled_from(
    [
        '"',
        "\\",
        "(",
        ")",
        "; x:y",
        "!",
        "*",
        "a\nb",
        "|",
        "  2026-01-01 x",
        "=",
        "~",
        "@",
        "\x00",
        "日本",
        "date:2020-13-45",
    ]
)


@st.composite
def entries(draw: st.DrawFn) -> JournalEntry:
    """Balanced in both columns, with values of either sign and of zero, as rounding and exchange differences do."""
    count = draw(st.integers(1, 4))
    amounts = draw(st.lists(cents, min_size=count, max_size=count))
    values = draw(st.lists(cents | st.just(D("0.00")), min_size=count, max_size=count))
    rows = [*zip(amounts, values, strict=True), (-sum(amounts, D(0)), -sum(values, D(0)))]
    lines = tuple(JournalLine(draw(st.sampled_from([1, 2, 3, 4])), *row) for row in rows)
    return entry()._replace(
        text=draw(texts),
        document_number=draw(texts),
        currency=draw(st.sampled_from(["USD", "KWD"])),
        lines=lines,
    )


def expected_balances(made: Sequence[JournalEntry]) -> tuple[dict[tuple[str, str], D], dict[str, D]]:
    """Sum quantities by account and currency, and values by account, from the lines alone."""
    names = name_accounts(ACCOUNTS)
    quantities: dict[tuple[str, str], D] = {}
    values: dict[str, D] = {}
    for one in made:
        for line in one.lines:
            name = names[line.account_id]
            quantities[name, one.currency] = quantities.get((name, one.currency), D(0)) + line.amount
            if line.amount * line.value < 0 or not line.amount:
                quantities[name, "EUR"] = quantities.get((name, "EUR"), D(0)) + line.value
            values[name] = values.get(name, D(0)) + line.value
    return {k: v for k, v in quantities.items() if v}, {k: v for k, v in values.items() if v}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(entries(), min_size=1, max_size=4))
def test_beancount_reads_any_journal_and_comes_to_its_balances(made: list[JournalEntry]) -> None:
    loaded, errors, _ = loader.load_string("".join(write_beancount(HEAD, made)))
    assert errors == []
    quantities: dict[tuple[str, str], D] = {}
    values: dict[str, D] = {}
    for transaction in data.filter_txns(loaded):
        for posting in transaction.postings:
            key = (posting.account, posting.units.currency)
            quantities[key] = quantities.get(key, D(0)) + posting.units.number
            weight = convert.get_weight(posting)
            assert weight.currency == "EUR"
            values[posting.account] = values.get(posting.account, D(0)) + weight.number
    expected_quantities, expected_values = expected_balances(made)
    assert {k: v for k, v in quantities.items() if v} == expected_quantities
    rounded = {account: value.quantize(D("0.01")) for account, value in values.items()}
    assert {k: v for k, v in rounded.items() if v} == expected_values


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(entries(), min_size=1, max_size=25))
def test_hledger_reads_any_journal(
    tmp_path_factory: pytest.TempPathFactory, made: list[JournalEntry]
) -> None:
    path: Path = tmp_path_factory.mktemp("hledger") / "acquit.journal"
    path.write_text("".join(write_hledger(HEAD, made)), encoding="utf-8")
    checked = subprocess.run(
        [hledger_path(), "-f", path, "check", "--strict"], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
