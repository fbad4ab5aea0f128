"""Bank lines as files: statements with references and balances, intraday reports, resent and corrected copies.

Nothing here knows what a line means, only how each bank writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from random import Random

from acquit.benchmark.bai2_writer import write_bai2
from acquit.benchmark.mt940_dialects import write_mt940_dialect
from acquit.benchmark.values import ZERO, Account, Dialect, Payment
from acquit.formats.camt_writer import write_camt053
from acquit.formats.mt940_writer import write_mt940
from acquit.formats.statements import Statement, StatementKind, StatementLine

_SUFFIX = {Dialect.CAMT: "xml", Dialect.BAI2: "bai"}


@dataclass(frozen=True, slots=True)
class BankFile:
    """One file as a bank delivers it."""

    name: str
    content: bytes


def number_lines(account: Account, payments: Sequence[Payment]) -> None:
    """Give every line the bank's reference; a detail of a batch its own beside that of the entry."""
    counts: dict[date, int] = {}
    for payment in payments:
        counts[payment.day] = count = counts.get(payment.day, 0) + 1
        payment.reference = f"{account.letters}{payment.day:%y%m%d}{count:06d}"
        payment.entry_reference = f"B{payment.batch[-13:]}" if payment.batch else ""


def order_day(payments: Iterable[Payment], rng: Random) -> list[Payment]:
    """Put the lines of a day in the bank's order: the details of a batch together, all else as it came in."""
    singles, batches = list[list[Payment]](), dict[str, list[Payment]]()
    for payment in payments:
        if payment.batch:
            batches.setdefault(payment.batch, []).append(payment)
        else:
            singles.append([payment])
    for batch in batches.values():
        if len(batch) == 1:  # a batch of one is an entry like any other
            batch[0].batch = ""
    entries = [*singles, *batches.values()]
    rng.shuffle(entries)
    return [payment for entry in entries for payment in entry]


def make_statements(account: Account, payments: Sequence[Payment], opening: Decimal) -> Iterator[Statement]:
    """Make the statements of an account day by day; balances and sequence run on."""
    balance = opening
    for sequence, (day, booked) in enumerate(groupby(payments, key=lambda one: one.day), 1):
        lines = tuple(_lines(account, list(booked)))
        closing = balance + sum((line.amount for line in lines), ZERO)
        yield Statement(
            format="",
            kind=StatementKind.STATEMENT,
            account=account.number,
            currency=account.currency,
            statement_id=f"{account.letters}{day:%Y%m%d}",
            sequence=str(sequence),
            legal_number="",
            opening=balance,
            closing=closing,
            opening_date=day,
            closing_date=day,
            lines=lines,
            page="1",
            is_last_page=True,
        )
        balance = closing


def _lines(account: Account, booked: Sequence[Payment]) -> Iterator[StatementLine]:
    entry, last = -1, ""
    detail = 0
    for payment in booked:
        if payment.batch and payment.batch == last:
            detail += 1
        else:
            entry, detail, last = entry + 1, 0, payment.batch
        is_return = bool(payment.return_code)
        yield StatementLine(
            booking_date=payment.day,
            value_date=payment.day,
            amount=payment.amount,
            currency=account.currency,
            bank_reference=payment.reference,
            entry_reference=payment.entry_reference,
            end_to_end_id=payment.end_to_end_id,
            mandate_id=payment.mandate,
            structured_reference=payment.structured_reference,
            counterparty=payment.name,
            iban=payment.iban,
            text=payment.text,
            return_code=payment.return_code,
            is_reversal=is_return and account.dialect is Dialect.CAMT,
            entry_index=entry,
            detail_index=detail,
            transaction_code=_code(account, payment),
            booking_text=payment.booking_text,
            charges_amount=payment.charges,
            original_amount=payment.original_amount,
            original_currency=payment.original_currency,
            own_iban=payment.own_iban,
            ultimate_counterparty=payment.ultimate,
        )


def _code(account: Account, payment: Payment) -> str:
    if account.dialect is Dialect.CAMT:
        if payment.mandate:
            return "PMNT-RDDT-PMDD" if payment.return_code else "PMNT-IDDT-ESDD"
        return "PMNT-RCDT-ESCT" if payment.amount > 0 else "PMNT-ICDT-ESCT"
    if account.dialect is Dialect.BAI2:
        return ("165" if len(payment.text) % 3 else "195") if payment.amount > 0 else "455"
    return "NRTI" if payment.return_code else "NTRF"


def write_statements(account: Account, statements: Sequence[Statement]) -> bytes:
    """Write statements in the account's own format."""
    out = BytesIO()
    if account.dialect is Dialect.CAMT:
        write_camt053(statements, out, _evening(statements[-1].closing_date))
    elif account.dialect is Dialect.GERMAN:
        write_mt940(statements, out)
    elif account.dialect is Dialect.BAI2:
        write_bai2(statements, out)
    else:
        write_mt940_dialect(statements, out, is_slashed=account.dialect is Dialect.SLASHED)
    return out.getvalue()


def _evening(day: date | None) -> datetime:
    return datetime.combine(day or date.min, time(20, 15), UTC)


def as_intraday(content: bytes) -> bytes:
    """Turn a CAMT.053 into the CAMT.052 that came before it: the same entries as a report."""
    for statement, report in (
        (b"camt.053.001.08", b"camt.052.001.08"),
        (b"BkToCstmrStmt", b"BkToCstmrAcctRpt"),
        (b"<Stmt>", b"<Rpt>"),
        (b"</Stmt>", b"</Rpt>"),
        (b"<StmtPgntn>", b"<RptPgntn>"),
        (b"</StmtPgntn>", b"</RptPgntn>"),
        (b">CLBD<", b">ITBD<"),
    ):
        content = content.replace(statement, report)
    return content


def write_files(account: Account, statements: Iterable[Statement], days_a_file: int) -> Iterator[BankFile]:
    """Write an account's year: files of so many days, and among them what banks send twice.

    Of twenty-five files one comes again as it is, one first with the text of a line cut short and then corrected,
    one first without its last line and then whole. One in ten of a CAMT account has an intraday report before it.
    """
    suffix = _SUFFIX.get(account.dialect, "sta")
    for number, chunk in enumerate(_chunks(statements, days_a_file), 1):
        content = write_statements(account, chunk)
        stem = f"{account.key}_{chunk[-1].closing_date:%Y%m%d}_{number:04d}"
        if account.dialect is Dialect.CAMT and number % 10 == 3:
            early = [_shortened(chunk[0], len(chunk[0].lines) // 2 + 1)]
            yield BankFile(f"{stem}_c52.{suffix}", as_intraday(write_statements(account, early)))
        if number % 25 == 5:
            yield BankFile(
                f"{stem}_first.{suffix}", write_statements(account, [*chunk[:-1], _garbled(chunk[-1])])
            )
        if number % 25 == 8:
            early = [*chunk[:-1], _shortened(chunk[-1], len(chunk[-1].lines) - 1)]
            if early[-1].lines != chunk[-1].lines:
                yield BankFile(f"{stem}_early.{suffix}", write_statements(account, early))
        yield BankFile(f"{stem}.{suffix}", content)
        if number % 25 == 2:
            yield BankFile(f"{stem}_resent.{suffix}", content)


def _chunks(statements: Iterable[Statement], size: int) -> Iterator[list[Statement]]:
    chunk = list[Statement]()
    for statement in statements:
        chunk.append(statement)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _shortened(statement: Statement, count: int) -> Statement:
    """Give a statement of at least one and about so many lines, a batch whole, with the balance they lead to."""
    last = statement.lines[max(count, 1) - 1].entry_index
    lines = tuple(line for line in statement.lines if line.entry_index <= last)
    closing = (statement.opening or ZERO) + sum((line.amount for line in lines), ZERO)
    return replace(statement, lines=lines, closing=closing)


def _garbled(statement: Statement) -> Statement:
    """Give the statement as it was before it was corrected: the text of one line cut short."""
    first = statement.lines[0]
    lines = (replace(first, text=first.text[: len(first.text) // 2].strip()), *statement.lines[1:])
    return replace(statement, lines=lines)
