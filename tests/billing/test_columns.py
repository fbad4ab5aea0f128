"""Documents as columns: the same rows as documents one by one, refused by the same rule in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import polars as pl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.billing.models import Document, Series
from acquit.billing.operations import IssuedDocument, issue_document_columns, issue_documents, issuing
from acquit.billing.rules.columns import DocumentColumns, columns_of, find_suspects, make_columns
from acquit.billing.rules.documents import CannotIssue, DocumentDraft, LineDraft, check_document
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.errors import NotFound, Refusal
from acquit.infra.frames import copy_text
from acquit.infra.transaction import AlreadyExists, PeriodNotOpen
from acquit.insight.queries.checks import run_checks
from acquit.ledger.operations import record_rates
from tests.builders import SYSTEM, Books, clerk, make_books

D = Decimal
DAY = date(2026, 3, 2)
TABLES = ("document", "document_line", "item", "open_item", "journal_entry", "posting", "event")

amounts = st.decimals(min_value="0.01", max_value="99999", places=2)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
days = st.dates(date(2026, 1, 1), date(2026, 11, 30))
maybe_days = st.none() | days


@st.composite
def drafts(draw: st.DrawFn) -> DocumentDraft:
    """Draw a document that the rule accepts; its company and customer are filled in later."""
    sign = draw(st.sampled_from([1, 1, -1]))
    nets = draw(st.lists(amounts, min_size=1, max_size=3))
    net, day = sum(nets, D(0)) * sign, draw(days)
    return DocumentDraft(
        company_id=0,
        customer_id=draw(st.integers(0, 2)),
        kind="INVOICE" if sign > 0 else "CREDIT_NOTE",
        currency=draw(st.sampled_from(["EUR", "EUR", "USD"])),
        document_date=day,
        due_date=day + timedelta(days=draw(st.integers(0, 60))),
        net=net,
        tax=draw(st.sampled_from([D("0.00"), D("1.90")])) * sign,
        posting_date=draw(maybe_days),
        tax_point_date=draw(maybe_days),
        baseline_date=draw(maybe_days),
        payment_terms=draw(texts),
        customer_po=draw(texts),
        structured_reference=draw(texts),
        lines=tuple(
            LineDraft(draw(texts), draw(texts), D("1.5"), each, each * sign, draw(texts), D(19), D("0.30"))
            for each in draw(st.sampled_from([nets, []]))
        ),
        is_taken_over=draw(st.booleans()),
        source=draw(texts),
    )


def make_companies(count: int) -> list[Books]:
    """Make companies alike, with three customers each and a rate for dollars."""
    companies = [make_books() for _ in range(count)]
    for books in companies:
        books.customers("1", "2", "3")
    record_rates(rates=[(date(2026, 1, 1), "EUR", "USD", D("1.0850"))], source="TEST")
    return companies


def in_books(books: Books, given_drafts: Sequence[DocumentDraft]) -> list[DocumentDraft]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customer WHERE company_id = %s ORDER BY number", [books.company_id])
        ids = [row[0] for row in cursor.fetchall()]
    return [
        draft._replace(company_id=books.company_id, customer_id=ids[draft.customer_id])
        for draft in given_drafts
    ]


def written(books: Books) -> dict[str, list[dict[str, Any]]]:
    """Give all rows of a company with names in place of ids, so that two companies compare."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} WHERE company_id = %s", [books.company_id])
            columns = [column.name for column in cursor.description]
            found[table] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute("SELECT id, role FROM ledger_account WHERE company_id = %s", [books.company_id])
        roles = dict(cursor.fetchall())
        cursor.execute("SELECT id, number FROM customer WHERE company_id = %s", [books.company_id])
        customers = dict(cursor.fetchall())
    numbers = {row["id"]: row["number"] for row in found["document"]}
    names = {
        "document_id": numbers,
        "object_id": numbers,
        "item_id": {row["id"]: row["number"] for row in found["item"]},
        "entry_id": {row["id"]: numbers[row["document_id"]] for row in found["journal_entry"]},
        "account_id": roles,
        "customer_id": customers,
    }
    found["event"] = [row for row in found["event"] if row["object_kind"] == "DOCUMENT"]
    return {table: sorted((_by_name(row, names) for row in rows), key=str) for table, rows in found.items()}


def _by_name(row: dict[str, Any], names: dict[str, dict[int, Any]]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in {"id", "company_id", "recorded_at"}}
    for name, known in names.items():
        if kept.get(name) is not None:
            kept[name] = known[kept[name]]
    return {name: value.normalize() if isinstance(value, D) else value for name, value in kept.items()}


def as_frames(given_drafts: Sequence[DocumentDraft]) -> DocumentColumns:
    """Give drafts as a run would give them: amounts of lines as decimals."""
    columns = columns_of(given_drafts)
    numbers = pl.col("quantity", "price", "net", "tax_rate", "tax").str.to_decimal(scale=4)
    return make_columns(columns.documents, columns.lines.with_columns(numbers))


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(drafts(), min_size=1, max_size=8))
def test_columns_write_what_rows_write(given_drafts: list[DocumentDraft]) -> None:
    by_row, by_column, by_frame = make_companies(3)
    one_by_one = issue_documents(actor=SYSTEM, drafts=in_books(by_row, given_drafts), run_id=3)
    with mock.patch.object(issuing, "_COLUMNS_FROM", 1):
        in_columns = issue_documents(actor=SYSTEM, drafts=in_books(by_column, given_drafts), run_id=3)
    frames = as_frames(in_books(by_frame, given_drafts))
    assert find_suspects(frames) == []
    assert frames.drafts_at(range(len(given_drafts))) == in_books(by_frame, given_drafts)
    in_frames = issue_document_columns(actor=SYSTEM, columns=frames, run_id=3)

    numbers = [each.number for each in one_by_one]
    assert [each.number for each in in_columns] == [each.number for each in in_frames] == numbers
    assert written(by_column) == written(by_row)
    assert written(by_frame) == written(by_row)


@pytest.mark.django_db
def test_many_drafts_go_as_columns_and_few_as_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    books = make_books()
    customer = books.customer()
    few = books.issue([books.draft(customer) for _ in range(3)])
    monkeypatch.setattr(issuing, "_COLUMNS_FROM", 3)
    many = books.issue([books.draft(customer) for _ in range(3)])
    assert [each.number for each in few + many] == [f"RE-2026-{n:06d}" for n in range(1, 7)]
    assert all(isinstance(each, IssuedDocument) for each in many)
    assert {result.name for result in run_checks() if result.violations} == set()


# Refusals -----------------------------------------------------------------------------------------------------------


def frame(**said: Any) -> pl.DataFrame:
    facts: dict[str, Any] = {
        "company_id": 1,
        "customer_id": 1,
        "kind": "INVOICE",
        "currency": "EUR",
        "document_date": DAY,
        "due_date": DAY,
        "net": D("100.00"),
        "tax": D("19.00"),
    }
    return pl.DataFrame({name: [value] for name, value in {**facts, **said}.items()})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"kind": "LETTER"}, "is a 'LETTER'"),
    ({"net": D("1.005"), "tax": D("0.000")}, "finer than EUR"),
    ({"currency": "JPY", "net": D("1.5"), "tax": D("0.0")}, "finer than JPY"),
    ({"currency": "XXX"}, "no ISO 4217 currency"),
    ({"net": D("-19.00")}, r"is over 0\.00"),
    ({"net": D("-100.00")}, "an invoice is above zero"),
    ({"kind": "CREDIT_NOTE"}, "a credit note below"),
    ({"net": D("1e20").quantize(D("0.01"))}, "at most 18 digits"),
]


@pytest.mark.parametrize(("said", "says"), WRONG)
def test_what_the_rule_refuses_is_suspected(said: dict[str, Any], says: str) -> None:
    good = frame(net=D("1.00").quantize(said.get("net") or D("0.01")), tax=D("0"))
    columns = make_columns(pl.concat([good, frame(**said)], how="vertical_relaxed"))
    assert find_suspects(columns) == [1]
    [draft] = columns.drafts_at([1])
    with pytest.raises(Refusal, match=says):
        check_document(draft)


def test_lines_that_do_not_add_up_are_suspected() -> None:
    lines = pl.DataFrame(
        {
            "document": [0, 1, 1],
            "quantity": [D(1)] * 3,
            "price": [D("1.00")] * 3,
            "net": [D("100.00"), D("60.00"), D("39.00")],
            "tax": [D("0.00")] * 3,
        }
    )
    columns = make_columns(pl.concat([frame(), frame()]), lines)
    assert find_suspects(columns) == [1]
    [draft] = columns.drafts_at([1])
    with pytest.raises(CannotIssue, match=r"its lines sum to 99\.00, its net is 100\.00"):
        check_document(draft)


@pytest.mark.parametrize(
    ("documents", "lines", "says"),
    [
        (frame().drop("tax"), None, "have no column 'tax'"),
        (frame(colour="red"), None, "have a column 'colour'"),
        (frame(net=100.0), None, "'net' of the documents is Float64, not Decimal"),
        (frame(net=100), None, "'net' of the documents is Int64, not Decimal"),
        (frame(due_date="2026-03-02"), None, "'due_date' of the documents is String, not Date"),
        (
            frame(),
            pl.DataFrame(
                {"document": [1], "quantity": [D(1)], "price": [D(1)], "net": [D(1)], "tax": [D(0)]}
            ),
            "belongs to document row 1, and there are 1",
        ),
    ],
)
def test_frames_nobody_understands_are_refused(
    documents: pl.DataFrame, lines: pl.DataFrame | None, says: str
) -> None:
    with pytest.raises(CannotIssue, match=says):
        make_columns(documents, lines)


@pytest.mark.django_db
def test_refused_columns_write_nothing() -> None:
    books = make_books()
    customer = books.customer()

    def columns(**said: Any) -> DocumentColumns:
        facts = {"company_id": books.company_id, "customer_id": customer, **said}
        return make_columns(
            pl.concat([frame(**{**facts, "net": D("1.00")}), frame(**facts)], how="vertical_relaxed")
        )

    for said, refusal in (
        ({"net": D("-19.00")}, CannotIssue),
        ({"customer_id": customer + 999}, NotFound),
        ({"number": "TWICE"}, AlreadyExists),
        ({"document_date": date(2031, 1, 1)}, PeriodNotOpen),
    ):
        with pytest.raises(refusal):
            issue_document_columns(actor=SYSTEM, columns=columns(**said))
    with pytest.raises(NotAllowed):
        issue_document_columns(actor=clerk(books.company_id, Duty.CASH), columns=columns())
    assert (Document.objects.count(), Series.objects.count()) == (0, 0)
    assert len(issue_document_columns(actor=clerk(books.company_id, Duty.BILL), columns=columns())) == 2


def test_copy_text_escapes_its_own_signs_and_refuses_floats() -> None:
    text = copy_text(pl.DataFrame({"t": ["a\tb\\\n\r", None, "\\N"], "d": [D("-1.50"), None, D("2.00")]}))
    assert text == b"a\\tb\\\\\\n\\r\t-1.50\n\\N\t\\N\n\\\\N\t2.00\n"
    with pytest.raises(TypeError, match="column f is Float64"):
        copy_text(pl.DataFrame({"f": [1.5]}))
