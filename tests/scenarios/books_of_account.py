"""What scenarios of receivables look at: an entry as an accountant writes it, and that every check is zero."""

from __future__ import annotations

from decimal import Decimal

from acquit.insight.queries.checks import run_checks
from acquit.ledger.queries import list_entries
from tests.builders import Books


def last_entry(books: Books, kind: str) -> dict[str, Decimal]:
    """Give the latest entry of a kind: account code to amount, debit positive."""
    entry = next(e for e in list_entries(company_ids=[books.company_id]) if e.kind == kind)
    lines: dict[str, Decimal] = {}
    for p in entry.postings:
        lines[p.account_code] = lines.get(p.account_code, Decimal(0)) + p.amount
    return lines


def assert_books_are_sound() -> None:
    """Assert that subledger, ledger and everything else agree."""
    assert {r.name: r.sample for r in run_checks() if r.violations} == {}
