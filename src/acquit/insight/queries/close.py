"""What a period's close reads across rooms: foreign open items, what crosses the period's ends, and the reconciliation.

The one clever idea: subledger and ledger are compared as they stood on the day, and a difference is taken apart item by
item. An item explains its part when the other side follows on a later day, which is named; what nothing ever follows
stays unexplained, so nobody can tick it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.cash.rules.receipts import WAITING_STATES
from acquit.infra.schema import sql_text
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.revaluation import ForeignItem
from acquit.receivables.rules.items import CONTROL_ACCOUNTS, ItemKind, control_role
from acquit.receivables.rules.reconciliation import Reconciliation, ReconcilingItem, reconcile

_FETCH_AT_ONCE = 5_000
DIFFERENCES_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class CloseFacts:
    """What lies in a period and across its ends, in counts.

    `taxed_later` are documents posted in the period whose tax point lies after it, `taxed_before` those posted after it
    whose tax point lies in it: the cut-off that a person looks at.
    """

    documents: int
    entries: int
    taxed_later: int
    taxed_before: int
    undecided_bank_lines: int


@dataclass(frozen=True, slots=True)
class WaitingReceipts:
    """Receipts of a currency that wait for a person; they stand on 2100 until then."""

    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ControlReconciliation:
    """A control account against its open items at the end of a day, in document and in company currency."""

    role: AccountRole
    currency: str
    subledger: Decimal
    ledger: Decimal
    document: Reconciliation
    company: Reconciliation
    items: tuple[ReconcilingItem, ...]

    @property
    def is_reconciled(self) -> bool:
        """Say whether nothing is left unexplained in either currency."""
        return self.document.is_reconciled and self.company.is_reconciled


def list_foreign_items(*, company_id: int, company_currency: str, as_of: date) -> Iterator[ForeignItem]:
    """Give the open items in other currencies as they stood at the end of a day, streamed."""
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "company_currency": company_currency,
        "as_of": as_of,
    }
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql_text("insight", "foreign_items_as_of.sql"), parameters)
        while rows := cursor.fetchmany(_FETCH_AT_ONCE):
            for item_id, kind, currency, amount, booked in rows:
                yield ForeignItem(item_id, control_role(kind), currency, amount, booked)


def get_close_facts(*, company_id: int, start_date: date, end_date: date) -> CloseFacts:
    """Give the facts of a period, half-open."""
    parameters: dict[str, Any] = {"company_id": company_id, "start_date": start_date, "end_date": end_date}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("insight", "close_facts.sql"), parameters)
        return CloseFacts(*cursor.fetchone())


def list_waiting_receipts(*, company_id: int, end_date: date) -> list[WaitingReceipts]:
    """Give the receipts of before a day that wait for a person, by currency."""
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "end_date": end_date,
        "waiting_states": sorted(state.value for state in WAITING_STATES),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("insight", "waiting_receipts.sql"), parameters)
        return [WaitingReceipts(*row) for row in cursor.fetchall()]


def list_reconciliations(*, company_id: int, as_of: date) -> list[ControlReconciliation]:
    """Reconcile every account that is the sum of open items with them at the end of a day, by currency.

    2200 is none: it holds the tax of documents beside that of down payments. Up to 1,000 items of a difference are
    looked at; what they do not explain stays unexplained.
    """
    by_kind = {kind.value: control_role(kind.value) for kind in ItemKind}
    roles = {kind: role for kind, role in by_kind.items() if role in CONTROL_ACCOUNTS}
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "as_of": as_of,
        "kinds": list(roles),
        "roles": [role.value for role in roles.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("insight", "control_as_of.sql"), parameters)
        rows = cursor.fetchall()
    return [_reconcile(company_id, as_of, roles, *row) for row in rows]


def _reconcile(
    company_id: int,
    as_of: date,
    roles: Mapping[str, AccountRole],
    role: str,
    currency: str,
    *sums: Decimal,
) -> ControlReconciliation:
    items, booked_items = [], []
    if sums[0] != sums[1] or sums[2] != sums[3]:
        parameters: dict[str, Any] = {
            "company_id": company_id,
            "as_of": as_of,
            "role": role,
            "currency": currency,
            "kinds": [kind for kind, of in roles.items() if of == role],
            "at_most": DIFFERENCES_AT_MOST,
        }
        with connection.cursor() as cursor:
            cursor.execute(sql_text("insight", "reconciling_items.sql"), parameters)
            for item_id, number, posting_date, amount, booked, follows in cursor.fetchall():
                if follows is None or item_id is None:
                    continue
                text = f"{number} of {posting_date}: the other side follows on {follows}"
                items.append(ReconcilingItem(text, amount))
                booked_items.append(ReconcilingItem(text, booked))
    return ControlReconciliation(
        AccountRole(role),
        currency,
        sums[0],
        sums[1],
        reconcile(sums[0], sums[1], items),
        reconcile(sums[2], sums[3], booked_items),
        tuple(items),
    )
