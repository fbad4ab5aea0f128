"""Reads of the cash queue: its pages, its sums, its ageing, and what customers were asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from acquit.cash.models import BankAccount, CustomerQuestion, QuestionText
from acquit.cash.queries.receipts import ReceiptView, list_receipts
from acquit.core.references import normalise_reference
from acquit.infra.schema import sql_text


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a page of the queue is narrowed to; None or False: not narrowed. `asked` True: only who was asked."""

    classes: tuple[str, ...]
    currency: str | None = None
    bank_account_id: int | None = None
    owner_id: int | None = None
    is_unowned: bool = False
    dated_from: date | None = None
    dated_until: date | None = None
    asked: bool | None = None


class QueueSum(NamedTuple):
    """How much stands in a class, in a currency; `is_asked`: the customer's answer is waited for."""

    waiting_class: str
    currency: str
    is_asked: bool
    receipts: int
    amount: Decimal


class AgedMoney(NamedTuple):
    """Unapplied money of one age, class and owner."""

    company_id: int
    waiting_class: str
    currency: str
    owner_id: int | None
    days: int
    items: int
    amount: Decimal


class AgedReceipt(NamedTuple):
    """A receipt that has stood unapplied for too many days."""

    receipt_id: int
    state: str
    customer_id: int | None
    currency: str
    amount: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What a customer was asked, when, by whom, and until when the answer is waited for."""

    id: int
    receipt_id: int
    customer_id: int
    company_id: int
    asked_by_id: int | None
    asked_date: date
    waits_until: date
    recorded_at: datetime
    language: str
    kind: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class BankAccountView:
    """An account of ours at a bank."""

    id: int
    company_id: int
    account: str
    currency: str
    name: str


def list_queue(
    *,
    company_ids: Iterable[int],
    narrowed: QueueFilter,
    today: date,
    after: tuple[Decimal, int] | None = None,
    limit: int = 50,
) -> list[ReceiptView]:
    """List what stands unapplied, the weightiest first; `after` is the cursor (weight, id) of the last one seen."""
    weight, receipt_id = after or (None, None)
    parameters: dict[str, Any] = {
        "company_ids": list(company_ids),
        "classes": list(narrowed.classes),
        "currency": narrowed.currency,
        "bank_account_id": narrowed.bank_account_id,
        "owner_id": narrowed.owner_id,
        "is_unowned": narrowed.is_unowned,
        "due_from": narrowed.dated_from,
        "due_until": narrowed.dated_until,
        "asked": narrowed.asked,
        "today": today,
        "after_weight": weight,
        "after_id": receipt_id,
        "most": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "queue.sql"), parameters)
        ids = [row[0] for row in cursor.fetchall()]
    found = {receipt.id: receipt for receipt in list_receipts(receipt_ids=ids, limit=len(ids))}
    return [found[each] for each in ids if each in found]


def list_queue_sums(company_ids: Iterable[int], *, today: date) -> list[QueueSum]:
    """Sum up what stands unapplied by class and currency; reads all of it, so keep the answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "queue_sums.sql"), {"company_ids": list(company_ids), "today": today})
        return [QueueSum(*row) for row in cursor.fetchall()]


def list_aged_money(company_ids: Iterable[int], *, today: date) -> list[AgedMoney]:
    """List what is left of unapplied money by class, owner and days since it came."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql_text("cash", "unapplied_ageing.sql"), {"company_ids": list(company_ids), "today": today}
        )
        return [AgedMoney(*row) for row in cursor.fetchall()]


def list_questions(receipt_ids: Iterable[int]) -> list[QuestionView]:
    """List what was asked about receipts, latest first; what was erased since has no words any more."""
    rows = list(CustomerQuestion.objects.filter(receipt_id__in=list(receipt_ids)).order_by("-id"))
    texts = QuestionText.objects.in_bulk([row.id for row in rows])
    words = {question_id: (text.subject, text.body) for question_id, text in texts.items()}
    return [
        QuestionView(
            id=row.id,
            receipt_id=row.receipt_id,
            customer_id=row.customer_id,
            company_id=row.company_id,
            asked_by_id=row.asked_by_id,
            asked_date=row.asked_date,
            waits_until=row.waits_until,
            recorded_at=row.recorded_at,
            language=row.language,
            kind=row.kind,
            subject=words.get(row.id, ("", ""))[0],
            body=words.get(row.id, ("", ""))[1],
        )
        for row in rows
    ]


def list_bank_accounts(company_ids: Iterable[int]) -> list[BankAccountView]:
    """List our accounts at banks."""
    rows = BankAccount.objects.filter(company_id__in=list(company_ids)).order_by(
        "company_id", "account", "currency"
    )
    return [BankAccountView(row.id, row.company_id, row.account, row.currency, row.name) for row in rows]


def list_aged_receipts(*, company_id: int, on_date: date, days: int, queue: str) -> list[AgedReceipt]:
    """List receipts unapplied for more than so many days that wait in no such queue yet, and lock them."""
    parameters: dict[str, Any] = {"company_id": company_id, "on_date": on_date, "days": days, "queue": queue}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "aged_receipts.sql"), parameters)
        return [AgedReceipt(*row) for row in cursor.fetchall()]


def find_open_items(
    *, company_id: int, currency: str, numbers: Iterable[str], amount: Decimal | None, limit: int
) -> list[int]:
    """Find open items by their documents' numbers, however written, or by exactly what is open; gives their ids."""
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "currency": currency,
        "number_keys": [normalise_reference(number) for number in numbers],
        "amount": amount,
        "most": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "found_items.sql"), parameters)
        return [row[0] for row in cursor.fetchall()]
