"""What is stored of a line of a bank: the same facts, whether a statement books it or a notification announces it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from acquit.cash.operations.posting import RECEIPT_COLUMNS
from acquit.cash.rules.payer_index import ULTIMATE
from acquit.cash.rules.receipts import ReceiptState
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST, clean_text
from acquit.controls.rules.duties import Actor
from acquit.core.references import normalise_reference
from acquit.formats.statements import StatementLine
from acquit.infra.bulk import WritePlan, next_ids
from acquit.infra.operations import EventDraft, record_events

FACT_COLUMNS = (
    "customer_reference",
    "bank_reference",
    "end_to_end_id",
    "structured_reference",
    "counterparty",
    "iban",
    "own_iban",
    "text",
    "return_code",
    "transaction_code",
    "bank_code",
    "is_reversal",
    "amount",
    "original_amount",
    "original_currency",
)
LINE_COLUMNS = (
    "id",
    "bank_account_id",
    "statement_id",
    "batch_line_id",
    "company_id",
    "line_no",
    "booking_date",
    "value_date",
    "currency",
    "identity",
    "entry_reference",
    *FACT_COLUMNS,
)
#: What is put before the identity a detail was announced with, so that it is not the sum's own.
_DETAIL = "D"


class Sum(NamedTuple):
    """A stored line that is a sum: its details will stand in its place."""

    id: int
    bank_account_id: int
    statement_id: int
    company_id: int
    line_no: int
    booking_date: date
    value_date: date
    currency: str
    amount: Decimal


class Detail(NamedTuple):
    """A detail of a sum: the identity it was announced with, the bank's name of its entry, and its facts."""

    identity: str
    entry_reference: str
    facts: Sequence[Any]


def line_facts_of(line: StatementLine, account: str) -> tuple[Any, ...]:
    """Give a line's facts as they are stored, in the order of FACT_COLUMNS."""
    own_iban = normalise_reference(line.own_iban) if line.own_iban else ""
    return (
        clean_text(line.customer_reference, NAME_LENGTH_AT_MOST),
        clean_text(line.bank_reference, NAME_LENGTH_AT_MOST),
        clean_text(line.end_to_end_id, NAME_LENGTH_AT_MOST),
        clean_text(line.structured_reference, NAME_LENGTH_AT_MOST),
        clean_text(line.counterparty or line.ultimate_counterparty, NAME_LENGTH_AT_MOST),
        normalise_reference(line.iban or line.counterparty_account)[:NAME_LENGTH_AT_MOST],
        "" if own_iban == account else own_iban[:NAME_LENGTH_AT_MOST],
        clean_text(_told_of(line)),
        clean_text(line.return_code, NAME_LENGTH_AT_MOST),
        clean_text(line.transaction_code, NAME_LENGTH_AT_MOST),
        clean_text(line.bank_code, NAME_LENGTH_AT_MOST),
        line.is_reversal,
        line.amount,
        *_instructed(line),
    )


def _told_of(line: StatementLine) -> str:
    """Give a line's text; for whom somebody else pays stands at its end, as German banks write it.

    The line as the file has it stands in for the text only where nothing was read of it: its dates and accounts are no
    numbers of documents.
    """
    is_read = bool(line.counterparty or line.iban or line.counterparty_account or line.structured_reference)
    text, ultimate = line.text or ("" if is_read else line.raw), line.ultimate_counterparty
    if not line.counterparty or ultimate in {"", line.counterparty} or ULTIMATE in text:
        return text
    return f"{text} {ULTIMATE}{ultimate}".strip()


def _instructed(line: StatementLine) -> tuple[Decimal | None, str]:
    """Give what the payer instructed, where that is in another currency than the line."""
    if line.original_amount is None or line.original_currency in {"", line.currency}:
        return None, ""
    return line.original_amount, line.original_currency


def entry_reference_of(line: StatementLine) -> str:
    """Give the bank's name of a line's entry where it is another than the line's own."""
    if line.entry_reference == line.bank_reference:
        return ""
    return clean_text(line.entry_reference, NAME_LENGTH_AT_MOST)


def detail_identity(identity: str) -> str:
    """Give the identity a detail is stored under when it was announced apart from its sum."""
    return _DETAIL + identity


def add_splits(plan: WritePlan, actor: Actor, splits: Sequence[tuple[Sum, Sequence[Detail]]]) -> None:
    """Put the details of sums in their place: lines of their own, and a receipt that says what became of the sum.

    The receipt is what nobody else can write a second time: a sum is split or decided about, never both.
    """
    line_ids = iter(next_ids("bank_line", sum(len(details) for _, details in splits)))
    lines = [_detail_row(next(line_ids), booked, detail) for booked, details in splits for detail in details]
    plan.add("bank_line", LINE_COLUMNS, lines)
    receipt_ids = next_ids("receipt", len(splits))
    receipts = [_receipt_row(key, booked) for key, (booked, _) in zip(receipt_ids, splits, strict=True)]
    plan.add("receipt", RECEIPT_COLUMNS, receipts)
    record_events(plan, [_event(actor, booked, details) for booked, details in splits])


def _detail_row(line_id: int, booked: Sum, detail: Detail) -> tuple[Any, ...]:
    return (
        line_id,
        booked.bank_account_id,
        booked.statement_id,
        booked.id,
        booked.company_id,
        booked.line_no,
        booked.booking_date,
        booked.value_date,
        booked.currency,
        detail_identity(detail.identity),
        detail.entry_reference,
        *detail.facts,
    )


def _receipt_row(receipt_id: int, booked: Sum) -> tuple[Any, ...]:
    columns: dict[str, Any] = dict.fromkeys(RECEIPT_COLUMNS)
    columns |= {
        "id": receipt_id,
        "bank_line_id": booked.id,
        "company_id": booked.company_id,
        "value_date": booked.value_date,
        "state": ReceiptState.SPLIT.value,
        "currency": booked.currency,
        "source": "",
        "reference": "",
        "amount": booked.amount,
    }
    return tuple(columns[name] for name in RECEIPT_COLUMNS)


def _event(actor: Actor, booked: Sum, details: Sequence[Detail]) -> EventDraft:
    payload = {"amount": str(booked.amount), "currency": booked.currency, "details": len(details)}
    return EventDraft(
        booked.company_id, "cash.line.split", "BANK_LINE", booked.id, payload, actor_id=actor.user_id
    )
