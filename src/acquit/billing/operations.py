"""Issuing documents: document, lines, item, entry and event in one transaction, by the thousand or one.

`issue_documents` is the one path. Runs cut their work into chunks and call it once a chunk; a request calls it with
one draft. Numbers are taken last, so a series' row is locked only while the documents are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from acquit.billing.rules.documents import DocumentDraft, DocumentKind, check_document, plan_document_lines
from acquit.controls.queries import CompanyView, expect_company, get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.references import normalise_reference
from acquit.infra.bulk import WritePlan, ask, expect_ids, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.operations import add_entries
from acquit.ledger.queries import expect_account_ids, get_currencies
from acquit.ledger.rules.entries import Currencies, EntryDraft, convert_lines
from acquit.parties.operations import lock_customers
from acquit.receivables.operations import add_items
from acquit.receivables.rules.items import ItemDraft

DOCUMENT_COLUMNS = (
    "id",
    "customer_id",
    "run_id",
    "actor_id",
    "company_id",
    "document_date",
    "tax_point_date",
    "posting_date",
    "due_date",
    "kind",
    "number",
    "currency",
    "payment_terms",
    "customer_po",
    "structured_reference",
    "number_key",
    "series",
    "source",
    "net",
    "tax",
    "gross",
)
LINE_COLUMNS = (
    "document_id",
    "company_id",
    "line_no",
    "product",
    "description",
    "tax_code",
    "quantity",
    "price",
    "net",
    "tax_rate",
    "tax",
)

_TAKE_BLOCK = """\
UPDATE series SET next_number = next_number + %s WHERE company_id = %s AND code = %s AND year = %s
RETURNING next_number - %s"""
_BEGIN_SERIES = """\
INSERT INTO series (company_id, code, year, next_number) VALUES (%s, %s, %s, 1)
ON CONFLICT (company_id, code, year) DO NOTHING RETURNING 1"""

SERIES_OF_KIND: Mapping[str, str] = {DocumentKind.INVOICE: "RE", DocumentKind.CREDIT_NOTE: "GS"}


class IssuedDocument(NamedTuple):
    """What issuing gave a draft."""

    document_id: int
    item_id: int
    number: str


def issue_documents(
    *, actor: Actor, drafts: Sequence[DocumentDraft], run_id: int | None = None
) -> list[IssuedDocument]:
    """Issue documents, all or none; gives each one's ids and number in order.

    Refuses whole: `CannotIssue`, `NotAllowed`, `PeriodNotOpen`, `CannotConvert`, `NotFound` (customer),
    `AlreadyExists` (number), `AmountTooFine`, `UnknownCurrency`.
    """
    customers: dict[int, set[int]] = {}
    for draft in drafts:
        customers.setdefault(draft.company_id, set()).add(draft.customer_id)
    for company_id in sorted(customers):
        if not actor.has_duty(Duty.INTAKE, company_id):
            actor.require(Duty.BILL, company_id)
    for draft in drafts:
        check_document(draft)
    with operation(work_memory_mb=128 if len(drafts) > 1000 else None):
        expect_ids(("document", "item", "journal_entry"), len(drafts))
        for company_id in sorted(customers):
            expect_company(company_id)
            expect_account_ids(company_id)
            lock_customers(customers[company_id], company_id=company_id)
        plan = WritePlan()
        issued = add_documents(plan, actor, drafts, run_id)
        write(plan)
    return issued


def add_documents(
    plan: WritePlan, actor: Actor, drafts: Sequence[DocumentDraft], run_id: int | None
) -> list[IssuedDocument]:
    """Add checked documents with lines, items, entries and events to a plan; the caller holds the customers' locks."""
    companies = {company_id: get_company(company_id) for company_id in {draft.company_id for draft in drafts}}
    document_ids = next_ids("document", len(drafts))
    item_ids = next_ids("item", len(drafts))
    rates = _Rates(companies)
    postings = [
        convert_lines(plan_document_lines(draft, item_id), rates.get(draft))
        for draft, item_id in zip(drafts, item_ids, strict=True)
    ]
    entries = [
        EntryDraft(
            draft.company_id,
            draft.posting_date or draft.document_date,
            draft.kind,
            draft.currency,
            lines,
            document_id=document_id,
            run_id=run_id,
            actor_id=actor.user_id,
        )
        for draft, document_id, lines in zip(drafts, document_ids, postings, strict=True)
    ]
    numbers = _take_numbers(drafts)
    issued = [IssuedDocument(*ids) for ids in zip(document_ids, item_ids, numbers, strict=True)]
    _add_document_rows(plan, actor, drafts, issued, run_id)
    add_items(
        plan,
        (
            ItemDraft(
                id=ids.item_id,
                company_id=draft.company_id,
                customer_id=draft.customer_id,
                kind=draft.kind,
                number=ids.number,
                currency=draft.currency,
                original_amount=draft.gross,
                company_amount=lines[0].company_amount,
                baseline_date=draft.baseline_date or draft.document_date,
                due_date=draft.due_date,
                posting_date=draft.posting_date or draft.document_date,
                document_id=ids.document_id,
            )
            for draft, ids, lines in zip(drafts, issued, postings, strict=True)
        ),
        count=len(drafts),
    )
    add_entries(plan, entries)
    return issued


def _add_document_rows(
    plan: WritePlan,
    actor: Actor,
    drafts: Sequence[DocumentDraft],
    issued: Sequence[IssuedDocument],
    run_id: int | None,
) -> None:
    plan.add(
        "document",
        DOCUMENT_COLUMNS,
        (
            (
                ids.document_id,
                d.customer_id,
                run_id,
                actor.user_id,
                d.company_id,
                d.document_date,
                d.tax_point_date or d.document_date,
                d.posting_date or d.document_date,
                d.due_date,
                d.kind,
                ids.number,
                d.currency,
                d.payment_terms,
                d.customer_po,
                normalise_reference(d.structured_reference),
                normalise_reference(ids.number),
                "" if d.number else _series_code(d),
                d.source,
                d.net,
                d.tax,
                d.gross,
            )
            for d, ids in zip(drafts, issued, strict=True)
        ),
        count=len(drafts),
    )
    plan.add(
        "document_line",
        LINE_COLUMNS,
        (
            (
                ids.document_id,
                d.company_id,
                line_no,
                line.product,
                line.description,
                line.tax_code,
                line.quantity,
                line.price,
                line.net,
                line.tax_rate,
                line.tax,
            )
            for d, ids in zip(drafts, issued, strict=True)
            for line_no, line in enumerate(d.lines, 1)
        ),
        count=sum(len(d.lines) for d in drafts),
    )
    record_events(
        plan,
        (
            EventDraft(
                d.company_id,
                "billing.document.taken_over" if d.is_taken_over else "billing.document.issued",
                "DOCUMENT",
                ids.document_id,
                {"number": ids.number, "gross": str(d.gross), "currency": d.currency},
                run_id=run_id,
                actor_id=actor.user_id,
            )
            for d, ids in zip(drafts, issued, strict=True)
        ),
        count=len(drafts),
    )


class _Rates:
    """The rates of a batch, each read once a currency and day."""

    def __init__(self, companies: Mapping[int, CompanyView]) -> None:
        self._companies = companies
        self._known: dict[tuple[int, str, date], Currencies] = {}

    def get(self, draft: DocumentDraft) -> Currencies:
        """Give the rates that hold for a document on its posting date."""
        company = self._companies[draft.company_id]
        on_date = draft.posting_date or draft.document_date
        if draft.currency == company.currency == company.group_currency:
            on_date = date.min  # one answer for all days: nothing is converted
        key = (draft.company_id, draft.currency, on_date)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = get_currencies(
                document=draft.currency,
                company=company.currency,
                group=company.group_currency,
                on_date=on_date,
            )
        return found


def _series_code(draft: DocumentDraft) -> str:
    return f"{SERIES_OF_KIND[draft.kind]}-{draft.document_date.year}"


def _take_numbers(drafts: Sequence[DocumentDraft]) -> list[str]:
    """Give numbers to drafts that bring none: blocks of gapless series, locked in one order until commit."""
    wanted: dict[tuple[int, str, int], int] = {}
    for draft in drafts:
        if not draft.number:
            key = (draft.company_id, SERIES_OF_KIND[draft.kind], draft.document_date.year)
            wanted[key] = wanted.get(key, 0) + 1
    following = {key: _take_block(*key, count) for key, count in sorted(wanted.items())}
    numbers = []
    for draft in drafts:
        if draft.number:
            numbers.append(draft.number)
            continue
        key = (draft.company_id, SERIES_OF_KIND[draft.kind], draft.document_date.year)
        numbers.append(f"{key[1]}-{key[2]}-{following[key]:06d}")
        following[key] += 1
    return numbers


def _take_block(company_id: int, code: str, year: int, count: int) -> int:
    taken = ask(_TAKE_BLOCK, count, company_id, code, year, count)
    if not taken:
        ask(_BEGIN_SERIES, company_id, code, year)
        taken = ask(_TAKE_BLOCK, count, company_id, code, year, count)
    [[first]] = taken
    return int(first)
