"""Reads of cash: what matching needs of the books, and what a clerk looks at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.cash.models import BankLine, Receipt
from acquit.cash.rules.agents import LearnedAlias, list_believed
from acquit.cash.rules.payer_index import PayerIndex, ultimate_of
from acquit.cash.rules.receipts import (
    WAITING_STATES,
    EarlierReceipt,
    OpenItem,
    Payer,
    ReceiptFact,
    ReceiptState,
)
from acquit.cash.rules.remittance_text import Remittance, said_of
from acquit.controls.queries import get_company
from acquit.core.errors import NotFound
from acquit.core.names import normalise_name, turned_name
from acquit.core.references import normalise_reference
from acquit.infra.bulk import ask
from acquit.infra.schema import sql_text
from acquit.parties.queries import (
    CustomerView,
    list_all_customers,
    list_customers_by_id,
    list_customers_with_relatives,
    list_found_customers,
    list_ibans,
    list_payers_of_ibans,
)
from acquit.parties.rules.finding import (
    keys_of_beginnings,
    keys_of_name,
    keys_of_names_in,
    keys_of_numbers,
)

_ALIASES = "SELECT kind, alias, customer_id, confirmations FROM payer_alias WHERE company_id = %s"
_ALIASES_AMONG = f"{_ALIASES} AND kind IN ('IBAN', 'NAME') AND alias = ANY(%s::text[])"
_DECIDED_LINES = "SELECT bank_line_id FROM receipt WHERE bank_line_id = ANY(%s::bigint[])"
_RECORDED = """\
SELECT source, reference
  FROM receipt
 WHERE company_id = %s AND bank_line_id IS NULL AND reference = ANY(%s::text[])"""
_OWN_ACCOUNTS = "SELECT account FROM bank_account WHERE company_id = %s"


@dataclass(frozen=True, slots=True)
class PendingLine:
    """A bank line nobody has decided about."""

    receipt: ReceiptFact
    booking_date: date
    bank_reference: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt with its bank line, as a person looks at it."""

    id: int
    company_id: int
    state: str
    amount: Decimal
    currency: str
    value_date: date
    customer_id: int | None
    item_id: int | None
    decision_id: int | None
    bank_line_id: int | None
    booking_date: date | None
    bank_account_id: int | None
    statement_id: int | None
    line_no: int | None
    counterparty: str
    iban: str
    text: str
    structured_reference: str
    bank_reference: str
    return_code: str
    reference: str
    owner_id: int | None = None
    waits_until: date | None = None
    purpose: str = ""
    weight: Decimal | None = None


def get_payer_index(company_id: int, *, alias_confirmations: int) -> PayerIndex:
    """Give the payers of a company with their accounts and the aliases confirmed often enough to be believed."""
    return _index(
        company_id,
        list_all_customers(company_id),
        ibans=list_ibans(company_id),
        aliases=_list_aliases(company_id),
        alias_confirmations=alias_confirmations,
    )


def find_payer_index(
    company_id: int,
    receipts: Sequence[tuple[ReceiptFact, Remittance]],
    named_ids: Iterable[int],
    *,
    alias_confirmations: int,
) -> PayerIndex:
    """Give those of `get_payer_index` who can have a part in receipts, of which `named_ids` own documents.

    Found by keys, however many customers there are. Ask inside an operation (`parties.queries.list_found_customers`).
    """
    unsaid = [(fact, told) for fact, told in receipts if fact.customer_id is None]
    ibans = {normalise_reference(iban) for fact, _ in unsaid for iban in (fact.iban, fact.own_iban) if iban}
    names = {fact.counterparty for fact, _ in unsaid if fact.counterparty}
    names |= {ultimate for fact, _ in unsaid if (ultimate := ultimate_of(fact.text))}
    known = list_payers_of_ibans(company_id, ibans) if ibans else []
    aliases = _list_aliases(company_id, [*ibans, *map(normalise_name, names)])
    keys = {key for name in names for key in (*keys_of_name(name), *keys_of_beginnings(name))}
    keys |= {turned for name in names if (turned := turned_name(normalise_name(name)))}
    texts = {fact.text for fact, _ in unsaid if fact.text and not fact.counterparty}
    keys.update(key for text in texts for key in keys_of_names_in(text))
    keys.update(keys_of_numbers({token.key for _, told in unsaid for token in told.tokens}))
    found = {
        *named_ids,
        *(fact.customer_id for fact, _ in receipts if fact.customer_id is not None),
        *(fact.account_customer_id for fact, _ in receipts if fact.account_customer_id is not None),
        *(customer_id for _, customer_id in known),
        *(alias.customer_id for alias in aliases),
        *(list_found_customers(company_id, keys) if keys else ()),
    }
    customers = list_customers_with_relatives(company_id, found)
    return _index(
        company_id, customers, ibans=known, aliases=aliases, alias_confirmations=alias_confirmations
    )


def _index(
    company_id: int,
    customers: Iterable[CustomerView],
    *,
    ibans: Iterable[tuple[str, int]],
    aliases: Iterable[LearnedAlias],
    alias_confirmations: int,
) -> PayerIndex:
    payers = {customer.id: _payer(customer) for customer in customers if not customer.is_technical}
    return PayerIndex(
        payers=payers.values(),
        ibans=ibans,
        aliases=list_believed(aliases, alias_confirmations, payers),
        own_accounts=[account for (account,) in ask(_OWN_ACCOUNTS, company_id)],
        own_names=[get_company(company_id).name],
    )


def _list_aliases(company_id: int, among: Sequence[str] | None = None) -> list[LearnedAlias]:
    rows = ask(_ALIASES, company_id) if among is None else ask(_ALIASES_AMONG, company_id, list(among))
    return [LearnedAlias(*row) for row in rows]


def list_decided_lines(bank_line_ids: Iterable[int]) -> list[int]:
    """List those of these bank lines that have a receipt."""
    return [line_id for (line_id,) in ask(_DECIDED_LINES, list(bank_line_ids))]


def list_recorded(company_id: int, references: Iterable[str]) -> list[tuple[str, str]]:
    """List source and reference of the payments recorded without a bank line under one of these references."""
    return [(source, reference) for source, reference in ask(_RECORDED, company_id, list(references))]


def get_relatives(customer_ids: Iterable[int]) -> PayerIndex:
    """Give a few customers as payers: who of them may pay for whom."""
    return PayerIndex(payers=map(_payer, list_customers_by_id(customer_ids).values()), ibans=())


def _payer(customer: CustomerView) -> Payer:
    return Payer(
        customer.id,
        customer.number,
        customer.name,
        customer.trading_names,
        customer.is_auto_by_amount,
        customer.bank_charges == "SHA",
        customer.parent_id,
        customer.payer_id,
    )


def list_earlier_receipts(
    company_id: int,
    customer_ids: Iterable[int],
    *,
    since: date,
    amounts: Iterable[Decimal],
    between: tuple[Decimal, Decimal] | None = None,
) -> list[EarlierReceipt]:
    """List money that came from customers since a day: of one of these amounts, or between two."""
    least, most = between or (None, None)
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "customer_ids": list(customer_ids),
        "since": since,
        "amounts": list(amounts),
        "least": least,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "earlier_receipts.sql"), parameters)
        return [
            EarlierReceipt(
                id=row[0],
                customer_id=row[1],
                currency=row[2],
                amount=row[3],
                value_date=row[4],
                said=said_of(row[5], row[6]),
                end_to_end_id=row[7],
                is_applied=row[8],
            )
            for row in cursor.fetchall()
        ]


def list_open_items_of(
    company_id: int, customer_ids: Iterable[int], *, item_ids: Iterable[int] | None = None
) -> list[OpenItem]:
    """List the open items of customers, or only these of them, with what their documents say of payment."""
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "customer_ids": list(customer_ids),
        "item_ids": None if item_ids is None else list(item_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "open_items.sql"), parameters)
        return list(map(OpenItem._make, cursor.fetchall()))


def list_pending_ids(company_id: int) -> list[int]:
    """List the ids of all bank lines nobody has decided about, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id FROM bank_line l WHERE l.company_id = %s"
            " AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.bank_line_id = l.id) ORDER BY l.id",
            [company_id],
        )
        return [line_id for (line_id,) in cursor.fetchall()]


def list_pending_lines(company_id: int, line_ids: Iterable[int]) -> list[PendingLine]:
    """List those of these bank lines that nobody has decided about, oldest first."""
    parameters: dict[str, Any] = {"company_id": company_id, "line_ids": list(line_ids)}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "pending_lines.sql"), parameters)
        return [
            PendingLine(ReceiptFact(*row[:-2]), booking_date=row[-2], bank_reference=row[-1])
            for row in cursor.fetchall()
        ]


def get_receipt(receipt_id: int) -> ReceiptView:
    """Give a receipt; refuses (`NotFound`)."""
    found = _views(list(Receipt.objects.filter(id=receipt_id)))
    if not found:
        raise NotFound(f"There is no receipt {receipt_id}.", param="receipt")
    return found[0]


def find_receipt(*, company_id: int, source: str, reference: str) -> ReceiptView | None:
    """Find the receipt of a payment that came without a bank line, by what names it."""
    rows = Receipt.objects.filter(
        company_id=company_id, source=source, reference=reference, bank_line_id__isnull=True
    )
    found = _views(list(rows))
    return found[0] if found else None


def list_receipts(
    *,
    company_ids: Iterable[int] | None = None,
    states: Iterable[str] | None = None,
    customer_ids: Iterable[int] | None = None,
    item_ids: Iterable[int] | None = None,
    receipt_ids: Iterable[int] | None = None,
    after: tuple[Decimal, int] | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[ReceiptView]:
    """List receipts, largest amount first with the cursor `after` (amount, id); or latest first with `before_id`."""
    rows = Receipt.objects.all()
    for name, values in (
        ("company_id", company_ids),
        ("state", states),
        ("customer_id", customer_ids),
        ("item_id", item_ids),
        ("id", receipt_ids),
    ):
        if values is not None:
            rows = rows.filter(**{f"{name}__in": list(values)})
    if before_id is not None:
        rows = rows.filter(id__lt=before_id).order_by("-id")
    else:
        rows = rows.order_by("-amount", "id")
        if after is not None:
            amount, receipt_id = after
            rows = rows.filter(amount__lte=amount).exclude(amount=amount, id__lte=receipt_id)
    return _views(list(rows[:limit]))


def list_waiting_lines(company_id: int, *, after_id: int, most: int) -> list[tuple[ReceiptFact, int]]:
    """List bank lines whose money waits for a person with their receipts' ids, oldest first."""
    parameters = {"company_id": company_id, "after_id": after_id, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "waiting_lines.sql"), parameters)
        return [(ReceiptFact(*row[:-1]), row[-1]) for row in cursor.fetchall()]


def list_returned(company_id: int, bank_line_ids: Iterable[int]) -> list[ReceiptView]:
    """List the receipts of bank lines that wait as returned, in the order they came."""
    ids = list(bank_line_ids)
    if not ids:
        return []
    rows = Receipt.objects.filter(
        company_id=company_id, bank_line_id__in=ids, state=ReceiptState.RETURNED.value
    )
    return _views(list(rows.order_by("id")))


def count_receipts(company_ids: Iterable[int]) -> dict[tuple[str, str], tuple[int, Decimal]]:
    """Count receipts and sum their amounts by (state, currency)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, currency, count(*), sum(amount) FROM receipt WHERE company_id = ANY(%s) GROUP BY 1, 2",
            [list(company_ids)],
        )
        return {(row[0], row[1]): (row[2], row[3]) for row in cursor.fetchall()}


def count_waiting(company_ids: Iterable[int]) -> int:
    """Count the receipts that wait for a person."""
    return Receipt.objects.filter(company_id__in=list(company_ids), state__in=list(WAITING_STATES)).count()


def _views(rows: Sequence[Receipt]) -> list[ReceiptView]:
    lines = BankLine.objects.in_bulk([row.bank_line_id for row in rows if row.bank_line_id is not None])
    views = []
    for row in rows:
        line = lines.get(row.bank_line_id or 0)
        views.append(
            ReceiptView(
                id=row.id,
                company_id=row.company_id,
                state=row.state,
                amount=row.amount,
                currency=row.currency,
                value_date=row.value_date,
                customer_id=row.customer_id,
                item_id=row.item_id,
                decision_id=row.decision_id,
                bank_line_id=row.bank_line_id,
                booking_date=line.booking_date if line else None,
                bank_account_id=line.bank_account_id if line else None,
                statement_id=line.statement_id if line else None,
                line_no=line.line_no if line else None,
                counterparty=line.counterparty if line else "",
                iban=line.iban if line else "",
                text=line.text if line else "",
                structured_reference=line.structured_reference if line else "",
                bank_reference=line.bank_reference if line else "",
                return_code=line.return_code if line else "",
                reference=row.reference,
                owner_id=row.owner_id,
                waits_until=row.waits_until,
                purpose=row.purpose,
                weight=row.weight,
            )
        )
    return views
