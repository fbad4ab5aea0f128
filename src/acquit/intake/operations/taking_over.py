"""Taking over open items of another system: documents, what was settled of them before, and what is disputed.

The books of the system they come from hold their revenue, so the counter-account is 9000 Balances taken over. What was
paid there becomes a payment of that day, cleared against its document, so ageing as of a past day is right too.
A document that is known already is left alone: importing a file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from acquit.billing.operations import IssuedDocument, add_documents
from acquit.billing.queries import list_known_documents
from acquit.billing.rules.documents import DocumentDraft, DocumentKind
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor
from acquit.core.calendar import BusinessCalendar
from acquit.core.errors import Refusal
from acquit.core.money import round_amount
from acquit.core.terms import due_date, parse_terms
from acquit.disputes.operations import DisputeDraft, open_disputes
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.transaction import operation
from acquit.intake.rules.rows import OpenItemRow, RefusedRow
from acquit.ledger.operations import add_entries, open_periods
from acquit.ledger.queries import list_currencies
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Currencies, EntryDraft, Line, convert_lines
from acquit.parties.operations import lock_customers
from acquit.receivables.operations import add_clearings, add_items
from acquit.receivables.rules.clearing import ClearingDraft, OpenItemFact, PairDraft
from acquit.receivables.rules.items import ItemDraft, ItemKind


@dataclass(slots=True)
class TakenOver:
    """What came of a chunk of open items."""

    new: int = 0
    known: int = 0
    refused: list[RefusedRow] = field(default_factory=list)


def take_over_items(
    *,
    actor: Actor,
    company_id: int,
    rows: Sequence[OpenItemRow],
    customer_ids: Mapping[str, int],
    terms_of: Mapping[int, str],
    file_name: str,
    run_id: int,
    business_date: date,
) -> TakenOver:
    """Take over a chunk of documents in one transaction; `customer_ids` knows every customer of it.

    A number known with another amount is refused as a row; everything else of the chunk is taken.
    """
    outcome = TakenOver()
    known = list_known_documents(company_id, [row.document for row in rows])
    fresh = []
    for row in rows:
        if row.document not in known:
            fresh.append(row)
        elif known[row.document] == row.gross_amount:
            outcome.known += 1
        else:
            outcome.refused.append(_number_taken(row, known[row.document], file_name))
    if not fresh:
        return outcome
    drafts = [_draft(company_id, row, customer_ids[row.customer], terms_of, file_name) for row in fresh]
    _open_periods(company_id, drafts, fresh, business_date)
    with operation(work_memory_mb=128):
        lock_customers({draft.customer_id for draft in drafts})
        plan = WritePlan()
        issued = add_documents(plan, actor, drafts, run_id)
        _add_settlements(
            plan, actor, company_id, run_id, list(zip(fresh, drafts, issued, strict=True)), business_date
        )
        write(plan)
        _open_cases(actor, company_id, zip(fresh, drafts, issued, strict=True))
    outcome.new = len(fresh)
    return outcome


def due_date_of(
    row_due: date | None, terms: str, net_days: int | None, baseline: date, country: str = ""
) -> date:
    """Give the due date a file says, or that terms say; nothing said means due at once."""
    if row_due is not None:
        return row_due
    text = terms or (f"NET {net_days}" if net_days is not None else "")
    if not text:
        return baseline
    try:
        calendar = BusinessCalendar(country) if country else None
        return due_date(parse_terms(text), baseline, calendar)
    except Refusal:
        return baseline


def _draft(
    company_id: int, row: OpenItemRow, customer_id: int, terms_of: Mapping[int, str], file_name: str
) -> DocumentDraft:
    terms = row.payment_terms or terms_of.get(customer_id, "")
    baseline = row.baseline_date or row.document_date
    net = row.net_amount if row.net_amount is not None else row.gross_amount - (row.tax_amount or Decimal(0))
    return DocumentDraft(
        company_id=company_id,
        customer_id=customer_id,
        kind=DocumentKind.INVOICE if row.gross_amount > 0 else DocumentKind.CREDIT_NOTE,
        currency=row.currency,
        document_date=row.document_date,
        due_date=due_date_of(row.due_date, terms, row.net_days, baseline),
        net=net,
        tax=row.gross_amount - net,
        number=row.document,
        posting_date=row.posting_date or row.document_date,
        baseline_date=baseline,
        payment_terms=terms,
        customer_po=row.customer_po or "",
        structured_reference=row.structured_reference or "",
        is_taken_over=True,
        source=file_name,
    )


def _open_periods(
    company_id: int, drafts: Sequence[DocumentDraft], rows: Sequence[OpenItemRow], business_date: date
) -> None:
    days = [draft.posting_date or draft.document_date for draft in drafts]
    days += [row.settled_date for row in rows if row.settled_date is not None]
    open_periods(company_id=company_id, first_date=min(days), last_date=max([*days, business_date]))


def _number_taken(row: OpenItemRow, known_gross: Decimal, file_name: str) -> RefusedRow:
    return RefusedRow(
        file=file_name,
        line_number=row.line_number,
        column="",
        value=row.document,
        reason_code="NUMBER_TAKEN",
        message=(
            f"{row.document} is in the books over {known_gross} {row.currency}, here over {row.gross_amount}."
            " Correct the number or the amount."
        ),
        amount=row.gross_amount,
        currency=row.currency,
    )


class _Settlement(NamedTuple):
    """What was paid of a document before we came, and the payment item it becomes."""

    row: OpenItemRow
    draft: DocumentDraft
    issued: IssuedDocument
    payment: ItemDraft
    entry: EntryDraft
    document_book: Decimal

    @property
    def clearing(self) -> ClearingDraft:
        """Give the clearing of the payment and its document."""
        pair = (self.payment.id, self.issued.item_id)
        credit, debit = pair if self.payment.original_amount < 0 else pair[::-1]
        return ClearingDraft(
            self.draft.company_id,
            self.entry.posting_date,
            (PairDraft(credit, debit, abs(self.payment.original_amount)),),
            reason="SETTLED_BEFORE",
            run_id=self.entry.run_id,
            actor_id=self.entry.actor_id,
            text=self.row.document,
        )

    @property
    def facts(self) -> dict[int, OpenItemFact]:
        """Give both items as they stand before the clearing."""
        document = self.payment._replace(
            id=self.issued.item_id,
            kind=self.draft.kind,
            number=self.issued.number,
            original_amount=self.draft.gross,
            company_amount=self.document_book,
            due_date=self.draft.due_date,
            posting_date=self.draft.posting_date or self.draft.document_date,
        )
        return {item.id: _fact(item) for item in (self.payment, document)}


def _add_settlements(
    plan: WritePlan,
    actor: Actor,
    company_id: int,
    run_id: int,
    taken: Sequence[tuple[OpenItemRow, DocumentDraft, IssuedDocument]],
    business_date: date,
) -> None:
    """Add what was paid before we came: a payment of the settled day, cleared against its document."""
    settled = [(r, d, i) for r, d, i in taken if r.gross_amount != r.open_amount]
    if not settled:
        return
    company = get_company(company_id)
    settlements = []
    posted_on = [(draft.currency, draft.posting_date or draft.document_date) for _, draft, _ in settled]
    known = list_currencies(posted_on, company=company.currency, group=company.group_currency)
    ids = next_ids("item", len(settled))
    for item_id, (row, draft, issued), key in zip(ids, settled, posted_on, strict=True):
        on_date = max(row.settled_date or business_date, key[1])
        settlements.append(_settle(row, draft, issued, item_id, on_date, known[key], actor.user_id, run_id))
    add_items(plan, [settlement.payment for settlement in settlements])
    add_entries(plan, [settlement.entry for settlement in settlements])
    facts = {item_id: fact for settlement in settlements for item_id, fact in settlement.facts.items()}
    add_clearings(plan, [settlement.clearing for settlement in settlements], facts)


def _settle(
    row: OpenItemRow,
    draft: DocumentDraft,
    issued: IssuedDocument,
    item_id: int,
    on_date: date,
    rates: Currencies,
    actor_id: int | None,
    run_id: int,
) -> _Settlement:
    """Make a settlement, at the rates of its document: the other system has booked what exchange gained or lost."""
    paid = row.gross_amount - row.open_amount
    lines = (Line(AccountRole.TAKEOVER, paid), Line(AccountRole.UNAPPLIED_CASH, -paid, item_id))
    postings = convert_lines(lines, rates)
    payment = ItemDraft(
        id=item_id,
        company_id=draft.company_id,
        customer_id=draft.customer_id,
        kind=ItemKind.PAYMENT if paid > 0 else ItemKind.RETURNED_PAYMENT,
        number=f"{row.document} settled",
        currency=row.currency,
        original_amount=-paid,
        company_amount=postings[1].company_amount,
        baseline_date=on_date,
        due_date=on_date,
        posting_date=on_date,
    )
    entry = EntryDraft(
        draft.company_id,
        on_date,
        "SETTLED_BEFORE",
        row.currency,
        postings,
        run_id=run_id,
        actor_id=actor_id,
        text=row.document,
    )
    document_book = round_amount(row.gross_amount * rates.company_rate, rates.company)
    return _Settlement(row, draft, issued, payment, entry, document_book)


def _fact(draft: ItemDraft) -> OpenItemFact:
    return OpenItemFact(
        id=draft.id,
        company_id=draft.company_id,
        customer_id=draft.customer_id,
        kind=draft.kind,
        number=draft.number,
        currency=draft.currency,
        original_amount=draft.original_amount,
        open_amount=draft.original_amount,
        open_company_amount=draft.company_amount,
        due_date=draft.due_date,
        posting_date=draft.posting_date,
    )


def _open_cases(
    actor: Actor, company_id: int, taken: Iterable[tuple[OpenItemRow, DocumentDraft, IssuedDocument]]
) -> None:
    cases = [
        DisputeDraft(
            item_id=issued.item_id,
            customer_id=draft.customer_id,
            currency=row.currency,
            amount=min(row.disputed_amount or row.open_amount, row.open_amount),
            reason=row.dispute_reason or "UNEXPLAINED",
            opened_date=row.document_date,
        )
        for row, draft, issued in taken
        if row.open_amount > 0 and (row.disputed or row.disputed_amount)
    ]
    if cases:
        open_disputes(actor=actor, company_id=company_id, drafts=cases)
