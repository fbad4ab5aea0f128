"""Which open documents customers contest, for how much and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from acquit.core.money import round_amount
from acquit.intake.sample import phrases
from acquit.intake.sample.calendar import SampleDays
from acquit.intake.sample.documents import INVOICE
from acquit.intake.sample.values import Company, Document, Receipt

_CUSTOMERS_A_DISPUTE = 12
_WHOLE_SHARE = 0.6
_OLDEST_DAYS = 80


def mark_disputes(
    company: Company,
    documents: Sequence[Document],
    receipts: Sequence[Receipt],
    days: SampleDays,
    rng: Random,
) -> None:
    """Mark some overdue documents that nobody pays, and most that were paid short earlier, as disputed."""
    paid = {application.document for receipt in receipts for application in receipt.applied}
    unpaid = [
        document
        for document in documents
        if document.kind == INVOICE
        and document.open_before > 0
        and not document.is_scripted
        and document.number not in paid
    ]
    shortened = [document for document in unpaid if document.open_before < document.gross]
    oldest = days.as_of - timedelta(days=_OLDEST_DAYS)
    overdue = [
        document
        for document in unpaid
        if document.open_before == document.gross and oldest <= document.due_date < days.as_of
    ]
    for document in [item for item in shortened if rng.random() < 0.7]:
        _mark(document, document.open_before, company, rng)
    for document in rng.sample(overdue, min(len(overdue), company.customer_count // _CUSTOMERS_A_DISPUTE)):
        share = Decimal(1) if rng.random() < _WHOLE_SHARE else Decimal(rng.randrange(10, 60)) / 100
        _mark(document, round_amount(document.open_before * share, document.currency), company, rng)


def _mark(document: Document, amount: Decimal, company: Company, rng: Random) -> None:
    document.disputed_amount = amount
    reason, text = rng.choice(phrases.DISPUTE_TEXTS[company.language])
    document.dispute_reason = f"{reason}: {text}"
