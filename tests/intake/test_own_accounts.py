"""Which account of ours a table of bank lines is of, however it writes it, and the currency that follows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from acquit.intake.rules.own_accounts import OwnAccount, OwnAccounts
from acquit.intake.rules.rows import BankLineRow
from tests.intake.rules_support import taken

POUNDS = OwnAccount("GB33BUKB20201555555555", "GBP", "barclays")
EUROS = OwnAccount("DE89370400440532013000", "EUR", "house bank")
DOLLARS = OwnAccount("6084461391", "USD", "us_ops")
KNOWN = OwnAccounts([POUNDS, EUROS, DOLLARS])
TABLE = "Date,Type,Description,Paid out,Paid in,Balance,Account\n"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("GB33 BUKB 2020 1555 5555 55", POUNDS),
        ("20-20-15 55555555", POUNDS),
        ("55555555", POUNDS),
        ("37040044/0532013000", EUROS),
        ("6084461391", DOLLARS),
        ("US_OPS", DOLLARS),
        ("3000", None),
        ("99887766", None),
        ("", None),
    ],
)
def test_an_account_is_found_as_banks_write_it(written: str, found: OwnAccount | None) -> None:
    assert KNOWN.find(written) == found


def test_a_number_that_ends_several_accounts_means_none_of_them() -> None:
    twins = OwnAccounts([OwnAccount("AA11555555", "EUR", "a"), OwnAccount("BB22555555", "USD", "b")])
    kept_twice = OwnAccounts([OwnAccount("CH1", "CHF", "a"), OwnAccount("CH1", "EUR", "b")])

    assert twins.find("555555") is None
    assert kept_twice.find("CH1") is None


def test_what_a_file_of_accounts_says_goes_before_what_a_statement_was_taken_for() -> None:
    assert OwnAccounts([OwnAccount("GB1", "EUR"), OwnAccount("GB1", "GBP", "x")]).find("GB1") == OwnAccount(
        "GB1", "GBP", "x"
    )


@pytest.mark.parametrize(
    ("name", "lines", "found"),
    [
        (
            "x.csv",
            [["Konto: DE89 3704 0044 0532 0130 00 EUR"], ["Zeitraum", "01.01.2026 - 31.01.2026"]],
            EUROS,
        ),
        ("x.csv", [["Account", "20-20-15 55555555"]], POUNDS),
        ("x.csv", [["NL91ABNA0417164300"]], OwnAccount("NL91ABNA0417164300", "")),
        ("barclays.csv", [["NL91ABNA0417164300"]], OwnAccount("NL91ABNA0417164300", "")),
        ("x.csv", [["GB33BUKB20201555555555", "DE89370400440532013000"]], None),
        ("bank/GB33BUKB20201555555555_2026-01.csv", [], POUNDS),
        ("bank/export-55555555.csv", [], POUNDS),
        ("bank/barclays_2026_01.csv", [], POUNDS),
        ("House-Bank january.csv", [], EUROS),
        ("statement_usd.csv", [], DOLLARS),
        ("statement_chf.csv", [], None),
        ("statement.csv", [], None),
    ],
)
def test_a_file_says_its_account_above_the_table_or_by_its_name(
    name: str, lines: list[list[str]], found: OwnAccount | None
) -> None:
    assert KNOWN.find_of_file(name, lines) == found


def test_the_only_account_listed_is_that_of_a_file_that_says_nothing() -> None:
    assert OwnAccounts([POUNDS]).find_of_file("statement.csv", []) == POUNDS
    assert OwnAccounts([OwnAccount("GB1", "GBP")]).find_of_file("statement.csv", []) is None


@pytest.mark.parametrize(
    ("account", "context", "currency", "held"),
    [
        ("20-20-15 55555555", {"accounts": KNOWN}, "GBP", POUNDS.number),
        ("11223344", {"accounts": KNOWN}, "EUR", "11223344"),
        ("", {"accounts": KNOWN, "account": POUNDS}, "GBP", POUNDS.number),
        ("", {"account": OwnAccount("NL91ABNA0417164300", "")}, "EUR", "NL91ABNA0417164300"),
        ("", {}, "EUR", None),
    ],
)
def test_a_line_without_a_currency_is_in_that_of_its_account(
    account: str, context: dict[str, Any], currency: str, held: str | None
) -> None:
    text = (
        TABLE
        + f"12/01/2026,FPI,Fletcher PLC 10543,,240.07,1240.07,{account}\n13/01/2026,DD,Fees,5.00,,1235.07,{account}\n"
    )

    out = taken(text, "bank.csv", **context)

    assert out.refused == []
    rows = [row for row in out.rows if isinstance(row, BankLineRow)]
    assert [(row.amount, row.currency, row.account) for row in rows] == [
        (Decimal("240.07"), currency, held),
        (Decimal("-5.00"), currency, held),
    ]
    assert {key[0] for key in out.totals.measures} == {currency}


def test_what_a_row_or_the_file_says_of_its_currency_goes_before_the_account() -> None:
    own = taken(
        "Date,Description,Amount,Balance,Currency,Account\n"
        "12/01/2026,Fletcher PLC 10543,240.07,1240.07,USD,GB33BUKB20201555555555\n"
        "13/01/2026,Fletcher PLC 10544,-2.07,1238.00,USD,GB33BUKB20201555555555\n",
        "bank.csv",
        accounts=KNOWN,
    )
    headed = taken(
        "Date,Description,Amount (CHF),Balance (CHF),Account\n"
        "12/01/2026,Fletcher PLC 10543,240.07,1240.07,GB33BUKB20201555555555\n"
        "13/01/2026,Fletcher PLC 10544,-2.07,1238.00,GB33BUKB20201555555555\n",
        "bank.csv",
        accounts=KNOWN,
    )
    assert {row.currency for row in own.rows if isinstance(row, BankLineRow)} == {"USD"}
    assert {row.currency for row in headed.rows if isinstance(row, BankLineRow)} == {"CHF"}
