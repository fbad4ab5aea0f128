"""Every real CAMT and MT940 sample: the known numbers, or refused for the right reason."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest

from acquit.formats.bank_files import read_statements
from acquit.formats.camt import read_camt
from acquit.formats.mt940 import read_mt940
from acquit.formats.statements import Statement, UnreadableStatement, line_identities, recognise_statement
from tests.formats.bank_samples import entry_sums, expected_rows, optional_decimal, read_file, warning_codes
from tests.shared_data import shared_data

CAMT_REFUSED = {
    "bsp/golden_camt053_garbled_amount.xml": "AMOUNT_UNREADABLE",  # 12..34
    "genkgo/data_camt053.v2.wrong.xml": "NO_STATEMENT",  # group header only
    "viafintech/052_valid_namespace.xml": "NO_STATEMENT",  # an empty document
    "viafintech/053_valid_namespace.xml": "NO_STATEMENT",
}
BALANCE_CHECKS = {
    "balanced": (True, False),
    "NOT balanced": (False, False),
    "n/a": (None, False),
    "balanced only if balance sign is inverted": (True, True),
}
# Single fields cut out of a message for tests of other readers: no account with balances, and no line.
MT940_FRAGMENTS = (
    "betterplace/colon_in_descriptor.txt",
    "cmxl/lines/floor_limit_indicator_both.txt",
    "cmxl/lines/floor_limit_indicator_credit.txt",
    "cmxl/lines/floor_limit_indicator_debit.txt",
    "cmxl/lines/statement_details_empty_fields.txt",
    "cmxl/lines/vmk_summary_credit.txt",
    "cmxl/lines/vmk_summary_debit.txt",
    "wolph_mt940/betterplace/currency_in_25.sta",
    "wolph_mt940/betterplace/empty_line.sta",
    "wolph_mt940/cmxl/account_identification_iban.sta",
    "wolph_mt940/cmxl/account_identification_legacy.sta",
    "wolph_mt940/cmxl/available_balance.sta",
    "wolph_mt940/cmxl/reference.sta",
    "wolph_mt940/cmxl/statement_number.sta",
    "wolph_mt940/self-provided/account_identification.sta",
    "wolph_mt940/self-provided/empty_non_swift.sta",
    "wolph_mt940/self-provided/invalid_statement.sta",  # the numbers 1 to 10
    "mt940_rs/mt942/full/cmxl/mt942_1.sta",  # an empty file
)
MT940_REFUSED = {
    **dict.fromkeys(MT940_FRAGMENTS, "NO_STATEMENT"),
    "cmxl/mt940-headers.txt": "BALANCE_UNREADABLE",  # :62F:C141387INR11 27421,94
}
# Where the expected row is not the right answer.
MT940_ACCOUNTS = {
    # The expected "account" is the text of an :86: whose tag was damaged to :25:; the first :25: is the account.
    "wolph_mt940/betterplace/sepa_snippet_broken.sta": "50880050/0194787400888",
}
# A ^Z stands before the last :20:; the expected rows run two statements together.
MT940_JOINED = "zilverline/two_accounts.txt"


def rows_of(folder: str) -> dict[str, list[dict[str, str]]]:
    return expected_rows(shared_data(folder))


def assert_refused(reader: object, path: Path, code: str) -> None:
    with pytest.raises(UnreadableStatement) as refused:
        read_file(reader, path)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert refused.value.file == path.name
    assert refused.value.place
    assert refused.value.mend


def assert_no_line_twice(statements: list[Statement]) -> None:
    for statement in statements:
        lines = (*statement.lines, *statement.pending_lines)
        assert len(set(line_identities(statement, lines))) == len(lines)


class TestCamt:
    def test_every_file_agrees_with_its_expected_rows(self) -> None:
        folder = shared_data("bank_camt")
        compared = 0
        for name, rows in rows_of("bank_camt").items():
            if name in CAMT_REFUSED:
                assert_refused(read_camt, folder / name, CAMT_REFUSED[name])
                continue
            statements = read_file(read_camt, folder / name)
            assert len(statements) == len(rows), name
            assert_no_line_twice(statements)
            for row, statement in zip(rows, statements, strict=True):
                sums = entry_sums(statement).values()
                assert (
                    statement.account,
                    statement.opening,
                    statement.closing,
                    len(sums),
                    sum(amount for amount in sums if amount > 0),
                    sum(amount for amount in sums if amount < 0),
                ) == (
                    row["account"],
                    optional_decimal(row["opening"]),
                    optional_decimal(row["closing"]),
                    int(row["entries"]),
                    Decimal(row["sum_credits"]),
                    Decimal(row["sum_debits"]),
                ), (name, row["stmt_no"])
                assert (statement.balanced, statement.is_balance_inverted) == BALANCE_CHECKS[
                    row["balance_check"]
                ], name
                assert statement.format == "CAMT." + row["version"][5:8], name
                assert sum(line.is_reversal for line in statement.lines) >= int(row["reversals"]), name
                compared += 1
        assert compared == 137

    def test_the_oddities_of_one_bank_are_said(self) -> None:
        for path in sorted((shared_data("bank_camt") / "subite" / "CAMT_053").glob("*.xml")):
            for statement in read_file(read_camt, path):
                codes = warning_codes(statement)
                assert "BALANCE_SIDE_MISSING" in codes, path.name
                assert ("BALANCE_SIGN_INVERTED" in codes) == bool(statement.lines), path.name
                assert ("STATUS_MISSING" in codes) == bool(statement.lines), path.name

    def test_a_batch_of_a_real_notification_is_taken_apart(self) -> None:
        path = shared_data("bank_camt") / "subite" / "CAMT_054" / "2024-11-12.xml"
        (statement,) = read_file(read_camt, path)
        assert len(statement.pending_lines) == 500
        assert sum(line.amount for line in statement.pending_lines) == Decimal("180268.18")


class TestMt940:
    def test_every_file_agrees_with_its_expected_rows(self) -> None:
        folder = shared_data("bank_mt940")
        compared = 0
        for name, rows in rows_of("bank_mt940").items():
            if name in MT940_REFUSED:
                assert_refused(read_mt940, folder / name, MT940_REFUSED[name])
                continue
            statements = read_file(read_mt940, folder / name)
            assert_no_line_twice(statements)
            if name == MT940_JOINED:
                assert [(one.opening, one.closing, one.balanced) for one in statements][2:] == [
                    (Decimal("5000.00"), Decimal("5000.00"), True),
                    (Decimal("-12.00"), Decimal("238.00"), True),
                ]
                continue
            assert len(statements) == len(rows), name
            for row, statement in zip(rows, statements, strict=True):
                self.assert_row(name, row, statement)
                compared += 1
        assert compared == 324

    def assert_row(self, name: str, row: dict[str, str], statement: Statement) -> None:
        assert (
            statement.opening,
            statement.closing,
            len(statement.lines),
            sum((line.amount for line in statement.lines), Decimal(0)),
        ) == (
            optional_decimal(row["opening_60"]),
            optional_decimal(row["closing_62"]),
            int(row["n_61_parsed"]),
            Decimal(row["signed_sum_61"]),
        ), (name, row["stmt_no"])
        assert (statement.balanced, statement.is_balance_inverted) == BALANCE_CHECKS[row["balance_check"]], (
            name
        )
        account = MT940_ACCOUNTS.get(name, "".join(row["account_25"].split()))
        compact = "".join(statement.account.split())
        assert account in {compact, compact + statement.currency, f"{compact}/{statement.currency}"}, name


@pytest.mark.parametrize("folder", ["bank_camt", "bank_mt940"])
def test_every_readable_sample_is_recognised_by_its_content(folder: str) -> None:
    refused = {**CAMT_REFUSED, **MT940_REFUSED}
    for name in rows_of(folder):
        content = (shared_data(folder) / name).read_bytes()
        if name in refused:
            continue
        found = recognise_statement(content[:8192])
        statements = list(read_statements(io.BytesIO(content), name))
        assert found == statements[0].format, name


def test_the_samples_listed_are_all_there_are() -> None:
    for folder in ("bank_camt", "bank_mt940"):
        base = shared_data(folder)
        files = {
            str(path.relative_to(base))
            for path in base.rglob("*")
            if path.is_file()
            and not path.name.endswith(".expected.json")
            and path.name != "expected_statements.csv"
        }
        assert files == set(rows_of(folder))
