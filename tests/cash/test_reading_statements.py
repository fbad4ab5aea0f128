"""A statement as its page shows it: its own lines, what stands in their place, and what was sent in its place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from acquit.cash.queries import (
    get_statement,
    list_statement_findings,
    list_statement_lines,
    list_statements,
)
from acquit.core.errors import NotFound
from tests.builders import Books, bank_line, make_books
from tests.cash.test_operations_announcing import BATCH, DETAILS, booked, day_of, match, notified, take

pytestmark = pytest.mark.django_db


def ids_of(books: Books) -> list[int]:
    """Give the ids of a company's statements in the order they came."""
    return [each.id for each in reversed(list_statements(company_ids=[books.company_id]))]


def test_lines_come_in_their_order_with_their_receipts_and_a_page_at_a_time() -> None:
    books = make_books()
    take(books, booked(*(bank_line(f"{n}.00", counterparty=f"Payer {n}") for n in (1, 2, 3))))
    match(books)
    [statement_id] = ids_of(books)

    first = list_statement_lines(statement_id, limit=2)
    rest = list_statement_lines(statement_id, after=(first[-1].line_no, first[-1].id))

    assert [(line.counterparty, line.amount) for line in [*first, *rest]] == [
        ("Payer 1", Decimal("1.00")),
        ("Payer 2", Decimal("2.00")),
        ("Payer 3", Decimal("3.00")),
    ]
    assert {line.receipt_state for line in first} == {"UNIDENTIFIED"}
    assert all(line.receipt_id for line in first)


def test_details_stand_in_the_place_of_the_sum_they_came_from() -> None:
    books = make_books()
    take(books, booked(BATCH), notified(*DETAILS))
    match(books)

    [line] = [line for each in ids_of(books) for line in list_statement_lines(each)]

    assert (line.amount, line.details, line.receipt_state) == (Decimal("30.00"), 2, "SPLIT")


def test_a_correction_and_what_it_corrects_name_each_other() -> None:
    books = make_books()
    take(books, day_of(books, 1, "0.00", bank_line("10.00", bank_reference="GONE")))
    take(books, day_of(books, 1, "0.00", bank_line("10.00", bank_reference="NEW")))
    former, latter = (get_statement(each) for each in ids_of(books))

    assert (former.corrects_id, former.corrected_by_id) == (None, latter.id)
    assert (latter.corrects_id, latter.corrected_by_id) == (former.id, None)
    [finding] = list_statement_findings([books.company_id])
    assert (finding.statement, finding.kind) == (latter.id, "LINES_VANISHED")
    assert finding.bank_account_id == latter.bank_account_id


def test_only_those_asked_for_are_listed_and_what_is_not_there_is_refused() -> None:
    books = make_books()
    take(books, day_of(books, 1, "0.00"), replace(day_of(books, 2, "0.00"), statement_id="S-2"))
    first, second = ids_of(books)
    assert [each.id for each in list_statements(statement_ids=[second])] == [second]
    with pytest.raises(NotFound):
        get_statement(first + 1_000_000)
