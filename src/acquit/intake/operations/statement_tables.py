"""Bank statements kept as tables: rows become statements, so that one path imports them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from acquit.formats.statements import Statement, StatementKind, StatementLine
from acquit.intake.rules.rows import BankLineRow


def statements_of_rows(rows: Sequence[BankLineRow], file_name: str) -> Iterator[Statement]:
    """Give one statement for each account and currency; a table tells no balances, so none can be checked.

    A table that names no account is one account for all files of its kind: the line's content is its identity.
    """
    by_account: dict[tuple[str, str], list[BankLineRow]] = {}
    for row in rows:
        by_account.setdefault((row.account or "UNNAMED", row.currency), []).append(row)
    for (account, currency), lines in by_account.items():
        days = [line.booking_date for line in lines]
        yield Statement(
            format="TABLE",
            kind=StatementKind.STATEMENT,
            account=account,
            currency=currency,
            statement_id=file_name,
            sequence="",
            legal_number="",
            opening=None,
            closing=None,
            opening_date=min(days),
            closing_date=max(days),
            lines=tuple(_line(row, index) for index, row in enumerate(lines)),
        )


def _line(row: BankLineRow, index: int) -> StatementLine:
    return StatementLine(
        booking_date=row.booking_date,
        value_date=row.value_date or row.booking_date,
        amount=row.amount,
        currency=row.currency,
        bank_reference=row.bank_reference or "",
        counterparty=row.counterparty_name or "",
        iban=row.counterparty_iban or "",
        text=row.remittance_text or "",
        entry_index=index,
        source_line=row.line_number,
    )
