"""What the writers of bank statements share: the refusal, and cutting text where a format cuts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.formats.statements import Statement, StatementLine

LONGEST_AMOUNT = 15  # digits and separator, the shorter limit of both formats


class CannotWriteStatement(Refusal):
    """The statement holds what the format has no place for; nothing of it was written."""

    code = "CANNOT_WRITE_STATEMENT"


def plain_amount(amount: Decimal) -> str:
    """Write the size of an amount without sign or exponent. Refuses what is no number or too long."""
    text = f"{abs(amount):f}" if amount.is_finite() else ""
    if not text or len(text) > LONGEST_AMOUNT:
        raise CannotWriteStatement(
            f"The amount {amount} cannot be written: at most 14 digits.", param="amount"
        )
    return text


def require_length(value: str, longest: int, param: str) -> str:
    """Give the value unless it is longer than the format allows."""
    if len(value) > longest:
        raise CannotWriteStatement(f"{param} {value!r} is longer than {longest} characters.", param=param)
    return value


def entries_of(lines: Sequence[StatementLine]) -> Iterator[Sequence[StatementLine]]:
    """Group lines that are details of one entry: neighbours with the same entry index."""
    start = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or lines[index].entry_index != lines[start].entry_index:
            yield lines[start:index]
            start = index


def require_balances(statement: Statement) -> tuple[Decimal, Decimal]:
    """Give opening and closing balance. Refuses a statement without them: both formats demand them."""
    if statement.opening is None or statement.closing is None:
        raise CannotWriteStatement(
            "A statement is written with its opening and closing balance.", param="opening"
        )
    if len(statement.currency) != 3 or not (statement.currency.isascii() and statement.currency.isupper()):
        raise CannotWriteStatement(f"{statement.currency!r} is no currency code.", param="currency")
    return statement.opening, statement.closing
