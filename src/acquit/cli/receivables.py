"""`acquit receivables`: statements of account, as of any day, as known at any moment, in the customer's language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.cli.arguments import company_named, read_day
from acquit.core.errors import NotFound

if TYPE_CHECKING:
    from acquit.receivables.rules.statement import AccountStatement
    from acquit.receivables.rules.statement_words import StatementWords

app = typer.Typer(help="What customers owe, and since when.", no_args_is_help=True)


@app.callback()
def receivables() -> None:
    """Ask what customers owe, and since when."""


@app.command("statement-of-account")
def statement_of_account(
    company: Annotated[str, typer.Option("--company", help="The company's name.")],
    customer: Annotated[str, typer.Option("--customer", help="The customer's number.")],
    until: Annotated[
        date | None, typer.Option("--until", parser=read_day, help="The last day; today.")
    ] = None,
    first: Annotated[
        date | None, typer.Option("--from", parser=read_day, help="The first day; 1 January.")
    ] = None,
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", help="Leave out what was recorded then or later (UTC).")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="The customer's own otherwise.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one row a line of the account.")] = False,
) -> None:
    """Print a customer's statement of account, currency by currency."""
    from datetime import UTC

    from acquit.cli.session import open_house, today

    open_house()
    from acquit.parties.queries import get_customer, list_customer_ids
    from acquit.receivables.queries import get_statements_of_account
    from acquit.receivables.rules.statement_words import words_of

    found = company_named(company)
    customer_id = list_customer_ids(found.id).get(customer)
    if customer_id is None:
        raise NotFound(f"{company} has no customer {customer}.", param="customer")
    last = until or today()
    statements = get_statements_of_account(
        company_id=found.id,
        customer_id=customer_id,
        from_date=first or last.replace(month=1, day=1),
        until_date=last,
        known_at=known_at.replace(tzinfo=UTC) if known_at else None,
    )
    view = get_customer(customer_id)
    words = words_of(language or view.language)
    if as_csv:
        print(render_csv(statements), end="")
    else:
        print("\n".join(render_text(f"{view.number} {view.name}", statements, words)))


def render_text(
    customer: str, statements: Sequence[AccountStatement], words: StatementWords
) -> Iterator[str]:
    """Give the lines of a statement as plain text."""
    if not statements:
        yield f"{words.title}: {customer}. {words.nothing}"
    for statement in statements:
        first, last = _day(statement.from_date, words), _day(statement.until_date, words)
        yield f"{words.title}: {customer}, {first} - {last}, {statement.currency}"
        rows = [
            words.heads,
            ("", words.opening, "", "", "", _amount(statement.opening_balance, words)),
            *(
                (
                    _day(line.posting_date, words),
                    words.kinds.get(line.kind, line.kind),
                    line.number,
                    _day(line.due_date, words) if line.due_date else "",
                    _amount(line.amount, words),
                    _amount(line.balance, words),
                )
                for line in statement.lines
            ),
            ("", words.closing, "", "", "", _amount(statement.closing_balance, words)),
        ]
        widths = [max(len(row[place]) for row in rows) for place in range(6)]
        for row in rows:
            left = [cell.ljust(width) for cell, width in zip(row[:4], widths[:4], strict=True)]
            right = [cell.rjust(width) for cell, width in zip(row[4:], widths[4:], strict=True)]
            yield "  ".join(left + right).rstrip()
        for name, amount in zip(words.buckets, statement.buckets.values(), strict=True):
            yield f"{name}: {_amount(amount, words)}"
        yield f"{words.unapplied}: {_amount(statement.unapplied, words)}"


def render_csv(statements: Sequence[AccountStatement]) -> str:
    """Give a statement as CSV for programs: codes, ISO days, plain amounts; a row that opens and one that closes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("currency", "date", "kind", "number", "due_date", "amount", "balance"))
    for s in statements:
        writer.writerow((s.currency, s.from_date, "OPENING", "", "", "", f"{s.opening_balance:f}"))
        for line in s.lines:
            number = f"'{line.number}" if line.number[:1] in {"=", "+", "-", "@"} else line.number
            day = line.due_date or ""
            amounts = (f"{line.amount:f}", f"{line.balance:f}")
            writer.writerow((s.currency, line.posting_date, line.kind, number, day, *amounts))
        writer.writerow((s.currency, s.until_date, "CLOSING", "", "", "", f"{s.closing_balance:f}"))
    return out.getvalue()


def _day(day: date, words: StatementWords) -> str:
    return day.strftime(words.day_format)


def _amount(amount: Decimal, words: StatementWords) -> str:
    plain = f"{amount:,f}"
    return plain.translate(str.maketrans(",.", words.thousands + words.decimal))
