"""Documents on their way into the tables row by row: for few of them, and for those in more than one currency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from acquit.billing.operations.numbering import series_key
from acquit.billing.rules.documents import DocumentDraft, plan_document_lines
from acquit.controls.queries import CompanyView
from acquit.controls.rules.duties import Actor
from acquit.core.references import normalise_reference
from acquit.infra.bulk import WritePlan
from acquit.infra.operations import EventDraft, record_events
from acquit.ledger.operations import add_entries
from acquit.ledger.queries import list_currencies
from acquit.ledger.rules.entries import Currencies, EntryDraft, PostingDraft, convert_lines
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


class IssuedDocument(NamedTuple):
    """What issuing gave a draft."""

    document_id: int
    item_id: int
    number: str


def add_document_rows(
    plan: WritePlan,
    actor: Actor,
    drafts: Sequence[DocumentDraft],
    issued: Sequence[IssuedDocument],
    run_id: int | None,
    companies: Mapping[int, CompanyView],
) -> None:
    """Add documents that have their ids and numbers to a plan: with lines, items, entries and events."""
    postings = [
        convert_lines(plan_document_lines(draft, ids.item_id), currencies)
        for draft, ids, currencies in zip(drafts, issued, _list_rates(drafts, companies), strict=True)
    ]
    _add_documents(plan, actor, drafts, issued, run_id)
    _add_items(plan, drafts, issued, postings)
    add_entries(
        plan,
        [
            EntryDraft(
                draft.company_id,
                draft.posting_date or draft.document_date,
                draft.kind,
                draft.currency,
                lines,
                document_id=ids.document_id,
                run_id=run_id,
                actor_id=actor.user_id,
            )
            for draft, ids, lines in zip(drafts, issued, postings, strict=True)
        ],
    )


def _add_items(
    plan: WritePlan,
    drafts: Sequence[DocumentDraft],
    issued: Sequence[IssuedDocument],
    postings: Sequence[Sequence[PostingDraft]],
) -> None:
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


def _add_documents(
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
                "" if d.number else series_key(d.company_id, d.kind, d.document_date.year).name,
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


def _list_rates(
    drafts: Sequence[DocumentDraft], companies: Mapping[int, CompanyView]
) -> Iterator[Currencies]:
    """Give the rates that hold for each document on its posting date; all of a company's are read in one query."""
    keys = [_rate_key(draft, companies[draft.company_id]) for draft in drafts]
    known: dict[tuple[int, str, date], Currencies] = {}
    for company_id in {key[0] for key in keys}:
        company = companies[company_id]
        found = list_currencies(
            {key[1:] for key in keys if key[0] == company_id},
            company=company.currency,
            group=company.group_currency,
        )
        known.update(((company_id, *key), currencies) for key, currencies in found.items())
    return map(known.__getitem__, keys)


def _rate_key(draft: DocumentDraft, company: CompanyView) -> tuple[int, str, date]:
    """Give what a document's rates depend on; without a conversion one answer holds for all days."""
    is_single = draft.currency == company.currency == company.group_currency
    on_date = date.min if is_single else draft.posting_date or draft.document_date
    return draft.company_id, draft.currency, on_date
