"""BAI2 with its trailers: totals in minor units, record counts; continuations break between words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from textwrap import wrap
from typing import BinaryIO

from acquit.benchmark.people import to_capitals
from acquit.formats.statements import Statement, StatementLine


def write_bai2(statements: Sequence[Statement], out: BinaryIO) -> None:
    """Write statements as one file, a group for each day."""
    first = statements[0].opening_date
    records = [f"01,BANKUS33,ACQUIT,{first:%y%m%d},2015,1,80,,2/"]
    whole = 0
    for statement in statements:
        group, units = _group(statement)
        records += group
        whole += units
    records.append(f"99,{whole},{len(statements)},{len(records) + 1}/")
    out.write(("\n".join(records) + "\n").encode())


def _group(statement: Statement) -> tuple[list[str], int]:
    opening, closing = _units(statement.opening), _units(statement.closing)
    units = opening + closing
    account = [f"03,{statement.account},{statement.currency},010,{opening},,,015,{closing},,/"]
    for line in statement.lines:
        units += abs(_units(line.amount))
        account += _detail(line)
    account.append(f"49,{units},{len(account) + 1}/")
    head = f"02,ACQUIT,BANKUS33,1,{statement.opening_date:%y%m%d},,{statement.currency},2/"
    return [head, *account, f"98,{units},1,{len(account) + 2}/"], units


def _detail(line: StatementLine) -> Iterator[str]:
    """Write a detail: wires with labels, ACH credits as one text with the company's name in capitals."""
    yield f"16,{line.transaction_code},{abs(_units(line.amount))},,{line.bank_reference},,/"
    if line.transaction_code == "195":
        yield from (f"88,{label}: {text}" for label, text in _labels(line) if text)
        return
    said = (
        f"ACH CREDIT {to_capitals(line.counterparty)}"
        if line.amount > 0
        else f"ACH DEBIT {line.counterparty}"
    )
    words = " ".join(part for part in (said.strip(), line.text, line.end_to_end_id) if part)
    yield from (f"88,{part}" for part in wrap(words, 76))


def _labels(line: StatementLine) -> Iterator[tuple[str, str]]:
    yield "DBNM", to_capitals(line.counterparty)
    yield "EREF", line.end_to_end_id
    yield "REMI", line.text


def _units(amount: Decimal | None) -> int:
    return int((amount or Decimal(0)).scaleb(2))
