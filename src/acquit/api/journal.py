"""Journal entries: every amount's way through the books."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from ninja.params.functions import Query
from pydantic import Field

from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, cut_page
from acquit.api.values import AmountText, CompanyId, CurrencyText, DayOut, Id, Resource, amount_text
from acquit.controls.queries import list_companies
from acquit.core.errors import NotFound
from acquit.ledger.queries import EntryView, list_entries

router = Router(tags=["journal entries"])

_CURSORS = CursorKind("journal-entries", (int,))


class Posting(Resource):
    """One line: debit above zero, credit below, in the document's and in the company's currency."""

    line_no: int
    account_code: str = Field(examples=["1200"])
    account_name: str = Field(examples=["Receivables"])
    account_role: str = Field(examples=["RECEIVABLES"])
    item_id: int | None
    amount: AmountText
    company_amount: AmountText


class JournalEntry(Resource):
    """A balanced entry. It never changes; a correction is a new entry that names the one it reverses."""

    id: int
    company_id: int
    posting_date: DayOut
    kind: str = Field(examples=["INVOICE"])
    currency: CurrencyText
    company_currency: CurrencyText
    text: str
    document_id: int | None
    clearing_id: int | None
    bank_line_id: int | None
    reverses_id: int | None
    actor_id: int | None = Field(description="The user who acted; null: the program itself.")
    postings: list[Posting]


class JournalEntryPage(Page[JournalEntry]):
    """Entries, latest first."""


class JournalEntryFilters(PageFilters):
    """Which entries."""

    company_id: CompanyId | None = Field(None, description="Only this company's.")
    document_id: Id | None = Field(None, description="Only this document's.")
    item_id: Id | None = Field(None, description="Only those that touch this item.")


@router.get(
    "",
    response=answers({200: JournalEntryPage}, 404, 422),
    operation_id="list_journal_entries",
    summary="List journal entries",
)
def list_all(request: Request, filters: Annotated[JournalEntryFilters, Query()]) -> dict[str, object]:
    """List entries with their postings, latest first."""
    before = _CURSORS.read(filters.cursor)
    company_ids = request.auth.companies(filters.company_id)
    rows = list_entries(
        company_ids=company_ids,
        document_ids=None if filters.document_id is None else [filters.document_id],
        item_ids=None if filters.item_id is None else [filters.item_id],
        before_id=before and before[0],
        limit=filters.limit + 1,
    )
    currencies = {company.id: company.currency for company in list_companies(company_ids)}
    return cut_page(
        rows,
        limit=filters.limit,
        cursors=_CURSORS,
        position=lambda row: (row.id,),
        show=lambda row: _entry(row, currencies[row.company_id]),
    )


@router.get(
    "/{int:entry_id}",
    response=answers({200: JournalEntry}, 404, 422),
    operation_id="get_journal_entry",
    summary="Get a journal entry",
)
def get_one(request: Request, entry_id: Id) -> JournalEntry:
    """Get an entry with its postings."""
    found = list_entries(entry_ids=[entry_id])
    if not found:
        raise NotFound(f"There is no journal entry {entry_id}.", param="entry_id")
    [company] = list_companies(request.auth.companies(found[0].company_id))
    return _entry(found[0], company.currency)


def _entry(row: EntryView, company_currency: str) -> JournalEntry:
    return JournalEntry(
        id=row.id,
        company_id=row.company_id,
        posting_date=row.posting_date,
        kind=row.kind,
        currency=row.currency,
        company_currency=company_currency,
        text=row.text,
        document_id=row.document_id,
        clearing_id=row.clearing_id,
        bank_line_id=row.bank_line_id,
        reverses_id=row.reverses_id,
        actor_id=row.actor_id,
        postings=[
            Posting(
                line_no=line.line_no,
                account_code=line.account_code,
                account_name=line.account_name,
                account_role=line.account_role,
                item_id=line.item_id,
                amount=amount_text(line.amount, row.currency),
                company_amount=amount_text(line.company_amount, company_currency),
            )
            for line in row.postings
        ],
    )
