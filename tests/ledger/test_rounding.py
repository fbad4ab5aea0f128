"""What conversion leaves: every entry is zero in all three columns, and a rounding journal is dated and explained."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.closing.batch import close_period
from acquit.insight.queries.checks import run_checks
from acquit.ledger.operations import post_manual_entry, propose_entry
from acquit.ledger.queries import get_balance
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Currencies, Line, convert_lines
from acquit.ledger.rules.manual_entries import ManualLine
from tests.builders import SYSTEM, make_books

D = Decimal
ROLES = (AccountRole.RECEIVABLES, AccountRole.REVENUE, AccountRole.OUTPUT_VAT)


def test_the_last_line_takes_what_rounding_leaves() -> None:
    lines = [Line(role, D(amount)) for role, amount in zip(ROLES, ("0.03", "-0.02", "-0.01"), strict=True)]
    postings = convert_lines(lines, Currencies("USD", "EUR", "JPY", D("0.5"), D("50")))
    assert [p.company_amount for p in postings] == [D("0.02"), D("-0.01"), D("-0.01")]
    assert [p.group_amount for p in postings] == [D("2"), D("-1"), D("-1")]


@given(
    cents=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8),
    rate=st.decimals(min_value="0.0001", max_value=200, places=4),
    group_rate=st.decimals(min_value="0.0001", max_value=200, places=4),
)
def test_an_entry_is_zero_in_all_three_currencies(
    cents: list[int], rate: Decimal, group_rate: Decimal
) -> None:
    lines = [Line("REVENUE", D(c) / 100) for c in (*cents, -sum(cents))]
    postings = convert_lines(lines, Currencies("USD", "EUR", "KWD", rate, group_rate))
    for name, places in (("amount", 2), ("company_amount", 2), ("group_amount", 3)):
        amounts = [getattr(p, name) for p in postings]
        assert sum(amounts) == 0
        assert all(amount == round(amount, places) for amount in amounts)


@pytest.mark.django_db
def test_a_rounding_journal_is_posted_by_hand_and_the_books_close() -> None:
    """Golden G092: a difference is a dated journal in the ledger, never a change of the subledger."""
    books = make_books()
    books.invoice(books.customer(), "119.00", tax="19.00", document_date=date(2026, 1, 5))
    entry = propose_entry(
        actor=SYSTEM,
        company_id=books.company_id,
        posting_date=date(2026, 1, 31),
        currency="EUR",
        lines=[ManualLine("7900", D("0.01")), ManualLine("2200", D("-0.01"))],
        text="rounding of the VAT return",
    )
    post_manual_entry(actor=SYSTEM, manual_entry_id=entry)
    close_period(
        actor=SYSTEM,
        company_id=books.company_id,
        period="2026-01",
        business_date=date(2026, 2, 2),
        started_at=datetime(2026, 2, 2, 8, 0, tzinfo=UTC),
    )
    as_of = date(2026, 1, 31)
    assert get_balance(company_id=books.company_id, roles=[AccountRole.ROUNDING], as_of=as_of) == D("0.01")
    assert {check.name: check.sample for check in run_checks() if check.violations} == {}
