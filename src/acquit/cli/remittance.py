"""`acquit remittance read`: what a payer says a payment is for, before anybody imports it. Needs no database."""

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

    from acquit.formats.remittance.advice import AdviceLine, RemittanceAdvice

app = typer.Typer(help="Look into remittance advices.", no_args_is_help=True)


@app.callback()
def remittance() -> None:
    """Look into remittance advices."""


@app.command()
def read(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A remittance advice: CSV, XLSX, e-mail, PDF, X12 820, EDIFACT REMADV, lockbox, UBL.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Read a remittance advice and print what it says of which documents; nothing is stored."""
    from acquit.formats.remittance import read_advices

    try:
        with file.open("rb") as content:
            found = list(read_advices(content, file.name))
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}.", param="file") from error
    if as_json:
        print_json({"advices": [_advice(one) for one in found]})
        return
    for one in found:
        _show(one)


def _advice(one: RemittanceAdvice) -> dict[str, Any]:
    return {
        "format": one.format,
        "advice_number": one.advice_number,
        "payer_name": one.payer_name,
        "payer_number": one.payer_number,
        "payer_iban": one.payer_iban,
        "payee": one.payee,
        "payment_reference": one.payment_reference,
        "payment_date": _day(one.payment_date),
        "currency": one.currency,
        "total_amount": _amount(one.total_amount),
        "deposit_reference": one.deposit_reference,
        "deposit_amount": _amount(one.deposit_amount),
        "sender": one.sender,
        "subject": one.subject,
        "other_numbers": list(one.other_numbers),
        "place": one.place,
        "lines": [_line(line) for line in one.lines],
        "warnings": [
            {"code": w.code, "message": w.message, "place": w.place, "count": w.count} for w in one.warnings
        ],
    }


def _line(line: AdviceLine) -> dict[str, Any]:
    return {
        "document": line.document,
        "paid_amount": _amount(line.paid_amount),
        "gross_amount": _amount(line.gross_amount),
        "discount_amount": _amount(line.discount_amount),
        "deduction_amount": _amount(line.deduction_amount),
        "reason_code": line.reason_code,
        "reason_text": line.reason_text,
        "order_number": line.order_number,
        "document_date": _day(line.document_date),
        "adjustment_kind": line.adjustment_kind.value,
        "other_numbers": list(line.other_numbers),
        "place": line.place,
    }


def _show(one: RemittanceAdvice) -> None:
    payer = one.payer_name or one.payer_number or one.payer_iban or one.sender or "payer unknown"
    total = (
        f"{_amount(one.total_amount)} {one.currency}".strip() if one.total_amount is not None else "no total"
    )
    print(f"{one.format} {one.advice_number or one.payment_reference}  {payer}  {total}")
    print(f"paid {_day(one.payment_date) or '-'}, reference {one.payment_reference or '-'}")
    print_rows(
        ("document", "gross", "discount", "deduction", "paid", "reason"),
        (
            (
                line.document or line.adjustment_kind.value,
                _amount(line.gross_amount),
                _amount(line.discount_amount),
                _amount(line.deduction_amount),
                _amount(line.paid_amount),
                " ".join(filter(None, (line.reason_code, line.reason_text)))[:60],
            )
            for line in one.lines
        ),
    )
    for warning in one.warnings:
        print(f"{warning.message} ({warning.place})")
    print()


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
