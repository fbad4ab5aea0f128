"""Issuing documents: document, lines, item, entry and event in one transaction, by the thousand or one.

Runs cut their work into chunks and call this once a chunk; a request calls it with one draft. Many documents are
written as columns, few as rows; what is written is the same. Numbers are taken last, so a series' row is locked only
while the documents are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from acquit.billing.operations.numbering import SeriesKey, series_key, take_numbers
from acquit.billing.operations.rows import IssuedDocument, add_document_rows
from acquit.billing.rules.documents import DocumentDraft, check_document
from acquit.controls.queries import CompanyView, expect_company, get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.infra.bulk import WritePlan, expect_ids, next_ids, write
from acquit.infra.transaction import operation
from acquit.ledger.queries import expect_account_ids
from acquit.parties.operations import lock_customers

if TYPE_CHECKING:
    from acquit.billing.rules.columns import DocumentColumns

#: From so many drafts on, columns are the quicker way (docs/performance.md).
_COLUMNS_FROM = 500
_WORK_MEMORY_MB = 128


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
    _require_duty(actor, customers)
    for draft in drafts:
        check_document(draft)
    with operation(work_memory_mb=_WORK_MEMORY_MB if len(drafts) >= _COLUMNS_FROM else None):
        if len(drafts) < _COLUMNS_FROM:
            expect_ids(("document", "item", "journal_entry"), len(drafts))
        for company_id in sorted(customers):
            expect_company(company_id)
            expect_account_ids(company_id)
        _lock(customers)
        plan = WritePlan()
        issued = add_documents(plan, actor, drafts, run_id)
        write(plan)
    return issued


def issue_document_columns(
    *, actor: Actor, columns: DocumentColumns, run_id: int | None = None
) -> list[IssuedDocument]:
    """Issue documents given as columns (`rules.columns.make_columns`), all or none: as `issue_documents` does.

    Refuses as it does, in the same words. Give chunks of some 20,000: a chunk is one transaction.
    """
    from acquit.billing.rules.columns import find_suspects

    owners = columns.documents.select("company_id", "customer_id").unique().rows()
    customers: dict[int, set[int]] = {}
    for company_id, customer_id in owners:
        customers.setdefault(company_id, set()).add(customer_id)
    _require_duty(actor, customers)
    for draft in columns.drafts_at(find_suspects(columns)):
        check_document(draft)
    with operation(work_memory_mb=_WORK_MEMORY_MB):
        _lock(customers)
        plan = WritePlan()
        issued = add_columns(plan, actor, columns, run_id)
        write(plan)
    return issued


def add_documents(
    plan: WritePlan, actor: Actor, drafts: Sequence[DocumentDraft], run_id: int | None
) -> list[IssuedDocument]:
    """Add checked documents with lines, items, entries and events to a plan; the caller holds the customers' locks."""
    if len(drafts) >= _COLUMNS_FROM:
        from acquit.billing.rules.columns import columns_of

        return add_columns(plan, actor, columns_of(drafts), run_id)
    companies = _companies(draft.company_id for draft in drafts)
    issued = _take_ids_and_numbers(
        draft.number or series_key(draft.company_id, draft.kind, draft.document_date.year) for draft in drafts
    )
    add_document_rows(plan, actor, drafts, issued, run_id, companies)
    return issued


def add_columns(
    plan: WritePlan, actor: Actor, columns: DocumentColumns, run_id: int | None
) -> list[IssuedDocument]:
    """Add checked documents to a plan as columns, and those in more than one currency as rows: rates round each alone.

    The caller holds the customers' locks.
    """
    import polars as pl

    from acquit.billing.operations.columns import add_document_columns

    documents = columns.documents
    companies = _companies(documents["company_id"].unique())
    keys = [
        number or series_key(company_id, kind, day.year)
        for number, company_id, kind, day in documents.select(
            "number", "company_id", "kind", "document_date"
        ).iter_rows()
    ]
    issued = _take_ids_and_numbers(keys)
    in_one_currency = (
        documents.select("company_id", "currency")
        .to_struct()
        .is_in(
            [
                {"company_id": company.id, "currency": company.currency}
                for company in companies.values()
                if company.currency == company.group_currency
            ]
        )
    )
    as_rows = (~in_one_currency).arg_true().to_list()
    if as_rows:
        drafts = columns.drafts_at(as_rows)
        add_document_rows(plan, actor, drafts, [issued[row] for row in as_rows], run_id, companies)
    if len(as_rows) < len(issued):
        given = pl.DataFrame(
            dict(zip(IssuedDocument._fields, zip(*issued, strict=True), strict=True))
        ).with_columns(series=pl.Series([key.name if isinstance(key, SeriesKey) else "" for key in keys]))
        add_document_columns(
            plan, actor, columns.only(in_one_currency), given.filter(in_one_currency), run_id
        )
    return issued


def _take_ids_and_numbers(keys: Iterable[SeriesKey | str]) -> list[IssuedDocument]:
    keys = list(keys)
    document_ids, item_ids = next_ids("document", len(keys)), next_ids("item", len(keys))
    return list(map(IssuedDocument._make, zip(document_ids, item_ids, take_numbers(keys), strict=True)))


def _companies(company_ids: Iterable[int]) -> dict[int, CompanyView]:
    return {company_id: get_company(company_id) for company_id in set(company_ids)}


def _require_duty(actor: Actor, company_ids: Iterable[int]) -> None:
    for company_id in sorted(company_ids):
        if not actor.has_duty(Duty.INTAKE, company_id):
            actor.require(Duty.BILL, company_id)


def _lock(customers: Mapping[int, set[int]]) -> None:
    for company_id in sorted(customers):
        lock_customers(customers[company_id], company_id=company_id)
