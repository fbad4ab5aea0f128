"""`acquit statement read`: what a bank file says, before anybody imports it. Needs no database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.arguments import AsJson
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import NotFound

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from acquit.formats.statements import Statement, StatementLine

app = typer.Typer(help="Look into bank files.", no_args_is_help=True)


@app.callback()
def statement() -> None:
    """Look into bank files."""


@app.command()
def read(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A bank file: CAMT.052, .053 or .054, MT940 or MT942, BAI2, OFX or QFX, CODA, CFONB 120 or 240,"
            " AEB43 (Norma 43), NACHA.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Read a bank file and print its statements; nothing is stored.

    Exit 0 when it was read, also where a statement does not balance or a warning is said; 1 when it is refused.
    """
    from acquit.formats.bank_files import read_statements
    from acquit.formats.recognition import HEAD_BYTES, recognise_statement
    from acquit.infra.collector import paused_collector

    try:
        with file.open("rb") as content, paused_collector():
            form = recognise_statement(content.read(HEAD_BYTES))
            content.seek(0)
            found = list(read_statements(content, file.name))
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}.", param="file") from error
    if as_json:
        print_json(
            {
                "format": form,
                "statements": [_statement(one) for one in found],
                "warnings": [_warning(warning, one) for one in found for warning in one.warnings],
            }
        )
    else:
        _show(form or "", found)


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "account": one.account,
        "currency": one.currency,
        "id": one.statement_id,
        "sequence": one.sequence,
        "kind": one.kind.value,
        "opening": _amount(one.opening),
        "closing": _amount(one.closing),
        "balanced": one.balanced,
        "is_balance_inverted": one.is_balance_inverted,
        "lines": [_line(line) for line in _told(one)],
        **({"pending_lines": [_line(line) for line in one.pending_lines]} if one.is_booked else {}),
    }


def _told(one: Statement) -> list[StatementLine]:
    """Give what a statement books, and all that a report or notification tells, booked or not, as it stands there."""
    if one.is_booked:
        return list(one.lines)
    return sorted((*one.lines, *one.pending_lines), key=lambda line: (line.entry_index, line.detail_index))


def _line(line: StatementLine) -> dict[str, Any]:
    return {
        "booking_date": _day(line.booking_date),
        "value_date": _day(line.value_date),
        "amount": _amount(line.amount),
        "currency": line.currency,
        "bank_reference": line.bank_reference,
        "end_to_end_id": line.end_to_end_id,
        "structured_reference": line.structured_reference,
        "counterparty": line.counterparty,
        "iban": line.iban,
        "text": line.text,
        "return_code": line.return_code,
    }


def _warning(warning: Any, one: Statement) -> dict[str, Any]:
    return {
        "code": warning.code,
        "message": warning.message,
        "place": warning.place,
        "count": warning.count,
        "statement": one.statement_id,
    }


def _show(form: str, found: list[Statement]) -> None:
    print(f"{form}, {len(found)} statements" if len(found) != 1 else f"{form}, 1 statement")
    for one in found:
        balance = {
            True: "balances",
            False: f"misses its closing by {one.difference}",
            None: "balance unknown",
        }
        print(f"\n{one.account} {one.currency}  {one.statement_id or one.sequence}  {balance[one.balanced]}")
        print(f"opening {_amount(one.holder_opening) or '-'}, closing {_amount(one.holder_closing) or '-'}")
        rows = (
            (
                _day(line.booking_date),
                _amount(line.amount),
                line.currency,
                line.counterparty[:30],
                line.text[:60],
            )
            for line in _told(one)
        )
        print_rows(("booked", "amount", "", "counterparty", "text"), rows)
        for warning in one.warnings:
            print(f"{warning.message} ({warning.place}, {warning.count} times)")


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
