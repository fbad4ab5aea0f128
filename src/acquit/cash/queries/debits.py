"""Reads of direct debits: runs, their collections, what came back, and cash that can still be called back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from acquit.cash.models import (
    AmendedAccount,
    DebitCollection,
    DebitReturn,
    DebitRun,
    Mandate,
    MandateAmendment,
    NoticeText,
    PreNotification,
)
from acquit.cash.queries.receipts import ReceiptView, get_receipt
from acquit.cash.queries.refunds import get_bank_account
from acquit.cash.rules.debit_runs import NAMED_BEFORE, CollectionState, EarlierTry, RunState
from acquit.controls.queries import get_company
from acquit.core.errors import NotFound
from acquit.core.money import ZERO
from acquit.formats.pain import (
    MandateAmendment as FormerFacts,
)
from acquit.formats.pain import (
    MandateFacts,
    PaymentBlock,
    PaymentOrder,
    PaymentTransaction,
    write_payment_order,
)
from acquit.infra.schema import sql_text
from acquit.parties.queries import list_customers_by_id
from acquit.receivables.queries import list_items

#: Where the bank stands in an IBAN of the countries of SEPA that name it by four signs or more.
_BANK_PART = slice(4, 8)
_IN_VAIN = (CollectionState.REJECTED, CollectionState.RETURNED)


@dataclass(frozen=True, slots=True)
class CollectionView:
    """A collection with what was told before and came back after."""

    id: int
    run_id: int
    mandate_id: int
    customer_id: int
    item_id: int
    number: str
    state: str
    sequence: str
    amount: Decimal
    currency: str
    end_to_end_id: str
    collection_date: date
    receipt_id: int | None
    retry_of_id: int | None
    refundable_until: date | None
    notified_date: date | None
    return_code: str
    action: str
    retry_date: date | None
    fee: Decimal
    charged: Decimal


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its collections."""

    id: int
    company_id: int
    bank_account_id: int
    state: str
    message_id: str
    version: str
    collection_date: date
    submit_by: date
    proposed_by_id: int | None
    approved_by_id: int | None
    collections: tuple[CollectionView, ...]

    @property
    def counted(self) -> tuple[CollectionView, ...]:
        """Give what it counts (`debit_runs.sql`): all but what was dropped before the bank had it."""
        if self.state == RunState.CANCELLED:
            return self.collections
        return tuple(each for each in self.collections if each.state != CollectionState.CANCELLED)


@dataclass(frozen=True, slots=True)
class RevocableCash:
    """Cash that debtors can call back without a reason until a day: a forecast counts it apart."""

    collection_id: int
    customer_id: int
    amount: Decimal
    currency: str
    refundable_until: date


@dataclass(frozen=True, slots=True)
class DebitFile:
    """A run as the bank takes it."""

    run_id: int
    message_id: str
    version: str
    content: bytes


def get_debit_file(run_id: int) -> DebitFile:
    """Give the file of a run as it was written; refuses (`NotFound`) while there is none."""
    row = DebitRun.objects.filter(id=run_id, content__isnull=False).first()
    if row is None:
        raise NotFound(f"Run {run_id} has no file yet.", param="run")
    return DebitFile(row.id, row.message_id, row.version, bytes(row.content or b""))


def get_debit_run(run_id: int) -> RunView:
    """Give a run; refuses (`NotFound`)."""
    found = _runs(list(DebitRun.objects.filter(id=run_id)))
    if not found:
        raise NotFound(f"There is no run {run_id}.", param="run")
    return found[0]


def list_debit_runs(company_id: int) -> list[RunView]:
    """List a company's runs, latest first."""
    return _runs(list(DebitRun.objects.filter(company_id=company_id).order_by("-id")))


def list_collections_of(mandate_id: int, *, limit: int) -> list[CollectionView]:
    """List what was collected under a mandate, latest first."""
    return _collections(list(DebitCollection.objects.filter(mandate_id=mandate_id).order_by("-id")[:limit]))


def list_notices(run_id: int) -> list[tuple[int, date, str]]:
    """List what the debtors of a run were told: (customer, day, words); no words where they were erased."""
    rows = DebitCollection.objects.filter(run_id=run_id).values_list("id", flat=True)
    notices = list(PreNotification.objects.filter(collection_id__in=rows).order_by("collection_id"))
    texts = NoticeText.objects.in_bulk([notice.collection_id for notice in notices])
    words = {collection_id: text.text for collection_id, text in texts.items()}
    return [(one.customer_id, one.notified_date, words.get(one.collection_id, "")) for one in notices]


def list_revocable_cash(company_id: int, *, as_of: date) -> list[RevocableCash]:
    """List collected cash that can still be called back on a day (CORE: eight weeks), soonest safe first."""
    rows = DebitCollection.objects.filter(
        company_id=company_id, state=CollectionState.COLLECTED, refundable_until__gte=as_of
    ).order_by("refundable_until", "id")
    return [
        RevocableCash(row.id, row.customer_id, row.amount, row.currency, row.refundable_until)
        for row in rows
        if row.refundable_until is not None
    ]


def list_bank_returns(company_id: int) -> list[tuple[ReceiptView, int]]:
    """List the returns that wait, each with the id of the collection it takes back."""
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "bank_returns.sql"), {"company_id": company_id})
        found = dict(cursor.fetchall())
    return [(get_receipt(receipt_id), collection_id) for receipt_id, collection_id in found.items()]


def list_named_returns(
    company_id: int, bank_line_ids: Sequence[int] | None = None
) -> list[tuple[ReceiptView, ReceiptView]]:
    """List the returns that wait and name a collection of ours, each with the receipt of what was collected.

    Those of some bank lines, or all of the company.
    """
    given = {
        "company_id": company_id,
        "line_ids": None if bank_line_ids is None else list(bank_line_ids),
        "name": f"{NAMED_BEFORE}[0-9]+",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "named_returns.sql"), given)
        found = cursor.fetchall()
    return [(get_receipt(returned), get_receipt(collected)) for returned, collected in found]


def list_earlier_tries(item_ids: Iterable[int]) -> dict[int, EarlierTry]:
    """Give, of items that were collected in vain, the latest try and the day it may be tried again."""
    rows = DebitCollection.objects.filter(item_id__in=list(item_ids), state__in=_IN_VAIN).order_by("id")
    found = {row.item_id: row.id for row in rows}
    days = dict(
        DebitReturn.objects.filter(collection_id__in=found.values())
        .order_by("id")
        .values_list("collection_id", "retry_date")
    )
    return {item_id: EarlierTry(latest, days.get(latest)) for item_id, latest in found.items()}


def list_untold_amendments(mandate_ids: Iterable[int]) -> dict[int, MandateAmendment]:
    """Give the amendments that no collection has told the bank of, the first of each mandate."""
    ids = list(mandate_ids)
    told = DebitCollection.objects.filter(
        mandate_id__in=ids,
        amendment_id__isnull=False,
        state__in=(CollectionState.SUBMITTED, CollectionState.COLLECTED),
    ).values_list("amendment_id", flat=True)
    latest_told: dict[int, int] = {}
    for row in MandateAmendment.objects.filter(id__in=list(told)):
        latest_told[row.mandate_id] = max(row.id, latest_told.get(row.mandate_id, 0))
    found: dict[int, MandateAmendment] = {}
    for row in MandateAmendment.objects.filter(mandate_id__in=ids).order_by("id"):
        if row.id > latest_told.get(row.mandate_id, 0):
            found.setdefault(row.mandate_id, row)
    return found


def build_debit_file(run: DebitRun, rows: Sequence[DebitCollection]) -> bytes:
    """Build the order of a run: a block for each scheme, sequence and creditor identifier.

    Refuses (`CannotWritePayment`).
    """
    company = get_company(run.company_id)
    ours = get_bank_account(run.bank_account_id)
    mandates = Mandate.objects.in_bulk({row.mandate_id for row in rows})
    amended = AmendedAccount.objects.in_bulk({row.amendment_id for row in rows if row.amendment_id})
    ids = {row.item_id for row in rows}
    numbers = {item.id: item.number for item in list_items(item_ids=ids, limit=len(ids))}
    customers = list_customers_by_id(row.customer_id for row in rows)
    groups: dict[tuple[str, str, str], list[PaymentTransaction]] = {}
    for row in rows:
        mandate = mandates[row.mandate_id]
        amendment = amended.get(row.amendment_id or 0)
        key = (mandate.scheme, row.sequence, mandate.creditor_id)
        groups.setdefault(key, []).append(
            PaymentTransaction(
                end_to_end_id=row.end_to_end_id,
                amount=row.amount,
                currency=row.currency,
                name=mandate.account_holder or customers[row.customer_id].name,
                account=mandate.account,
                bic=mandate.bic,
                text=f"{numbers[row.item_id]} {customers[row.customer_id].number}",
                mandate=MandateFacts(
                    mandate.reference,
                    mandate.signed_date,
                    None if amendment is None else _former(amendment, mandate.account),
                ),
            )
        )
    blocks = [
        PaymentBlock(
            block_id=f"{run.message_id}-{number}",
            execution_date=run.collection_date,
            name=company.name,
            account=ours.account,
            transactions=tuple(transactions),
            scheme=scheme,
            sequence=sequence,
            creditor_id=creditor_id,
        )
        for number, ((scheme, sequence, creditor_id), transactions) in enumerate(sorted(groups.items()), 1)
    ]
    if run.written_at is None:
        raise NotFound(f"Run {run.id} was not written.", param="run")
    out = io.BytesIO()
    order = PaymentOrder(run.version, run.message_id, "", company.name, tuple(blocks))
    write_payment_order(order, out, run.written_at)
    return out.getvalue()


def _former(amendment: AmendedAccount, account: str) -> FormerFacts:
    """Name the former account at the same bank, or say only that it was another's: SMNDA."""
    former = amendment.former_account
    is_same_bank = former[:2] == account[:2] and former[_BANK_PART] == account[_BANK_PART]
    return FormerFacts(account=former) if is_same_bank else FormerFacts(is_other_account=True)


def _runs(rows: Sequence[DebitRun]) -> list[RunView]:
    of_runs = DebitCollection.objects.filter(run_id__in=[row.id for row in rows]).order_by("id")
    by_run: dict[int, list[CollectionView]] = {}
    for each in _collections(list(of_runs)):
        by_run.setdefault(each.run_id, []).append(each)
    return [
        RunView(
            id=row.id,
            company_id=row.company_id,
            bank_account_id=row.bank_account_id,
            state=row.state,
            message_id=row.message_id,
            version=row.version,
            collection_date=row.collection_date,
            submit_by=row.submit_by,
            proposed_by_id=row.proposed_by_id,
            approved_by_id=row.approved_by_id,
            collections=tuple(by_run.get(row.id, ())),
        )
        for row in rows
    ]


def _collections(rows: Sequence[DebitCollection]) -> list[CollectionView]:
    ids = {row.item_id for row in rows}
    numbers = {item.id: item.number for item in list_items(item_ids=ids, limit=len(ids) or 1)}
    of_collections = [row.id for row in rows]
    came_to_nothing = [row.id for row in rows if row.state in _IN_VAIN]
    returns = {
        row.collection_id: row
        for row in DebitReturn.objects.filter(collection_id__in=came_to_nothing).order_by("id")
    }
    told = dict(
        PreNotification.objects.filter(collection_id__in=of_collections).values_list(
            "collection_id", "notified_date"
        )
    )
    views = []
    for row in rows:
        returned = returns.get(row.id)
        views.append(
            CollectionView(
                id=row.id,
                run_id=row.run_id,
                mandate_id=row.mandate_id,
                customer_id=row.customer_id,
                item_id=row.item_id,
                number=numbers[row.item_id],
                state=row.state,
                sequence=row.sequence,
                amount=row.amount,
                currency=row.currency,
                end_to_end_id=row.end_to_end_id,
                collection_date=row.collection_date,
                receipt_id=row.receipt_id,
                retry_of_id=row.retry_of_id,
                refundable_until=row.refundable_until,
                notified_date=told.get(row.id),
                return_code=returned.code if returned else "",
                action=returned.action if returned else "",
                retry_date=returned.retry_date if returned else None,
                fee=returned.fee_amount if returned else ZERO,
                charged=returned.charged_amount if returned else ZERO,
            )
        )
    return views
