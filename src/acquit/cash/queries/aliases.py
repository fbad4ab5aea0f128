"""Reads of what was learned about who pays for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from acquit.cash.models import PayerAlias
from acquit.cash.queries.receipts import ReceiptView, get_relatives
from acquit.cash.rules.agents import has_agent_word, is_agent, is_unrelated
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.errors import NotFound
from acquit.core.names import normalise_name
from acquit.core.references import normalise_reference
from acquit.infra.schema import sql_text


@dataclass(frozen=True, slots=True)
class AliasView:
    """A name (normalised) or account that pays for a customer, how often that was confirmed, by whom last."""

    id: int
    company_id: int
    customer_id: int
    kind: str
    alias: str
    confirmations: int
    confirmed_by_id: int | None
    confirmed_at: datetime | None
    reviewed_by_id: int | None
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgentView:
    """A payer whose name has an agent's word: its payments teach nobody's account or name.

    `customer_ids` are whose items its payments were for, as far as somebody decided.
    """

    company_id: int
    counterparty: str
    payments: int
    last_date: date
    customer_ids: tuple[int, ...]


def list_aliases_of(receipt: ReceiptView) -> Iterator[tuple[str, str]]:
    """List (kind, alias) of what a receipt says of its payer: account and name."""
    name = normalise_name(receipt.counterparty) if receipt.counterparty else ""
    for kind, alias in (("IBAN", normalise_reference(receipt.iban)), ("NAME", name)):
        if 0 < len(alias) <= NAME_LENGTH_AT_MOST:
            yield kind, alias


def list_known_aliases(receipt: ReceiptView) -> list[AliasView]:
    """List what was learned from other receipts of this payer, whoever it was said to pay for."""
    said = list(list_aliases_of(receipt))
    rows = PayerAlias.objects.filter(
        company_id=receipt.company_id, alias__in=[alias for _, alias in said]
    ).order_by("-confirmations", "id")
    return [view_alias(row) for row in rows if (row.kind, row.alias) in said]


def list_aliases(
    *,
    company_ids: Iterable[int],
    is_reviewed: bool | None = None,
    alias_ids: Iterable[int] | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[AliasView]:
    """List what was learned, latest first; `before_id` is the cursor."""
    rows = PayerAlias.objects.filter(company_id__in=list(company_ids)).order_by("-id")
    if is_reviewed is not None:
        rows = rows.filter(reviewed_at__isnull=not is_reviewed)
    if alias_ids is not None:
        rows = rows.filter(id__in=list(alias_ids))
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [view_alias(row) for row in rows[:limit]]


def list_disbelieved(aliases: Sequence[AliasView]) -> dict[int, tuple[int, ...]]:
    """Give for whom each alias believed of nobody was confirmed: two have nothing to do with each other."""
    keys = {(each.company_id, each.kind, each.alias) for each in aliases}
    rows = PayerAlias.objects.filter(
        company_id__in={key[0] for key in keys}, alias__in={key[2] for key in keys}
    ).order_by("-confirmations", "id")
    paid_for: dict[tuple[int, str, str], list[int]] = {}
    for row in rows:
        paid_for.setdefault((row.company_id, row.kind, row.alias), []).append(row.customer_id)
    shared = {key: ids for key, ids in paid_for.items() if key in keys and len(ids) > 1}
    payers = get_relatives({customer_id for ids in shared.values() for customer_id in ids}).payers
    strangers = {key: tuple(ids) for key, ids in shared.items() if is_unrelated(ids, payers)}
    return {
        each.id: strangers[each.company_id, each.kind, each.alias]
        for each in aliases
        if (each.company_id, each.kind, each.alias) in strangers
    }


def list_shared_ids(company_ids: Iterable[int]) -> list[int]:
    """List the aliases confirmed for more than one customer: whether these are strangers is for `list_disbelieved`."""
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "shared_aliases.sql"), {"company_ids": list(company_ids)})
        return [row[0] for row in cursor.fetchall()]


def list_agents(*, company_id: int, policy: MatchingPolicy, since: date) -> list[AgentView]:
    """List the payers of lines booked since a day whose names say that they pay for others, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "payer_names.sql"), {"company_id": company_id, "since": since})
        named = [
            AgentView(company_id, name, payments, last_date, tuple(paid_for))
            for name, payments, last_date, paid_for in cursor.fetchall()
            if has_agent_word(name, policy)
        ]
    payers = get_relatives({customer_id for each in named for customer_id in each.customer_ids}).payers
    return [each for each in named if is_agent(each.counterparty, each.customer_ids, payers, policy)]


def get_alias(alias_id: int) -> AliasView:
    """Give what was learned; refuses (`NotFound`) what is forgotten."""
    row = PayerAlias.objects.filter(id=alias_id).first()
    if row is None:
        raise NotFound("This was forgotten already.", param="alias")
    return view_alias(row)


def view_alias(row: PayerAlias) -> AliasView:
    """Give a stored alias as a value."""
    return AliasView(
        id=row.id,
        company_id=row.company_id,
        customer_id=row.customer_id,
        kind=row.kind,
        alias=row.alias,
        confirmations=row.confirmations,
        confirmed_by_id=row.confirmed_by_id,
        confirmed_at=row.confirmed_at,
        reviewed_by_id=row.reviewed_by_id,
        reviewed_at=row.reviewed_at,
    )
