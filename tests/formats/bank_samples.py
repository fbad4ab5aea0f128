"""The samples' right answers, and small statements to write and change in tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from acquit.formats.statements import Statement, StatementLine

Reader = Callable[[BinaryIO, str], Iterator[Statement]]


def expected_rows(folder: Path, name: str = "expected_statements.csv") -> dict[str, list[dict[str, str]]]:
    """Give the rows of an expected file by sample file, in the order of the statements."""
    rows: dict[str, list[dict[str, str]]] = {}
    with (folder / name).open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["file"], []).append(row)
    for of_file in rows.values():
        of_file.sort(
            key=lambda row: int(row.get("stmt_no") or 0) if (row.get("stmt_no") or "0").isdigit() else 0
        )
    return rows


def read_file(reader: Reader, path: Path) -> list[Statement]:
    """Read a sample."""
    with path.open("rb") as content:
        return list(reader(content, path.name))


def read_bytes(reader: Reader, content: bytes) -> list[Statement]:
    """Read bytes as a file."""
    return list(reader(io.BytesIO(content), "file"))


def optional_decimal(text: str) -> Decimal | None:
    """Read a column that may be empty."""
    return Decimal(text) if text else None


def entry_sums(statement: Statement) -> dict[int, Decimal]:
    """Give the amount of each entry, whatever lines it was taken apart into."""
    sums: dict[int, Decimal] = {}
    for line in (*statement.lines, *statement.pending_lines):
        sums[line.entry_index] = sums.get(line.entry_index, Decimal(0)) + line.amount
    return sums


def warning_codes(statement: Statement) -> set[str]:
    """Give the codes of a statement's warnings."""
    return {warning.code for warning in statement.warnings}


def only_line(statements: list[Statement]) -> StatementLine:
    """Give the one line of the one statement."""
    (statement,) = statements
    (line,) = statement.lines
    return line


def camt(
    entries: str,
    *,
    header: str = "",
    namespace: str = ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"',
) -> bytes:
    """Make a CAMT.053 of one statement around entries."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document{namespace}><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>'
        f"<Stmt><Id>S1</Id><Acct><Id><IBAN>DE94370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>{header}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(amount: str = "10.00", side: str = "CRDT", inner: str = "", status: str = "<Sts>BOOK</Sts>") -> str:
    """Make a CAMT entry."""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{status}'
        f"<BookgDt><Dt>2026-02-03</Dt></BookgDt><ValDt><Dt>2026-02-04</Dt></ValDt>{inner}</Ntry>"
    )


def balance(code: str, amount: str, side: str = "<CdtDbtInd>CRDT</CdtDbtInd>", currency: str = "EUR") -> str:
    """Make a CAMT balance."""
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>{side}'
        "<Dt><Dt>2026-02-03</Dt></Dt></Bal>"
    )


def mt940(*lines: str, opening: str = "C260202EUR100,00", closing: str = "C260203EUR100,00") -> bytes:
    """Make an MT940 of one statement around its :61: and :86: lines."""
    return "\r\n".join(
        (
            ":20:STARTUMS",
            ":25:DE94370400440532013000",
            ":28C:00012/001",
            f":60F:{opening}",
            *lines,
            f":62F:{closing}",
            "-",
            "",
        )
    ).encode()
