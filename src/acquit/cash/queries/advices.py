"""Reads of remittance advices: those that may speak of some payments, never all of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.cash.rules.advices import StoredAdvice, StoredAdviceLine
from acquit.infra.bulk import ask
from acquit.infra.schema import sql_text


def has_advices(company_id: int) -> bool:
    """Tell whether a company was sent any advice."""
    return bool(ask("SELECT 1 FROM remittance_advice WHERE company_id = %s LIMIT 1", company_id))


def list_advices(
    company_id: int,
    *,
    amounts: Iterable[tuple[Decimal, str]] = (),
    reference_keys: Iterable[str] = (),
    payer_keys: Iterable[str] = (),
    document_keys: Iterable[str] = (),
    since: date | None = None,
) -> list[StoredAdvice]:
    """List the advices that any of these finds, oldest first; those a corrected one supersedes are left out.

    `amounts` are totals, or sums of deposits, with their currency; keys are normalised as
    `core.references.normalise_reference` does (payers: see `cash.rules.advices.payer_key`). `since` leaves out those
    paid before. Two reads, however many are asked for.
    """
    paid = list(dict.fromkeys(amounts))
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "amounts": [amount for amount, _ in paid],
        "currencies": [currency for _, currency in paid],
        "reference_keys": list(reference_keys),
        "payer_keys": list(payer_keys),
        "document_keys": list(document_keys),
        "since": since,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "advices.sql"), parameters)
        found = cursor.fetchall()
        lines = _list_lines(cursor, [row[0] for row in found])
    return [StoredAdvice(*(*row[:15], _texts(row[15]), *row[16:], tuple(lines[row[0]]))) for row in found]


def _list_lines(cursor: Any, advice_ids: list[int]) -> dict[int, list[StoredAdviceLine]]:
    lines: dict[int, list[StoredAdviceLine]] = defaultdict(list)
    if advice_ids:
        cursor.execute(sql_text("cash", "advice_lines.sql"), {"advice_ids": advice_ids})
        for row in cursor.fetchall():
            lines[row[0]].append(StoredAdviceLine(*(*row[1:13], _texts(row[13]))))
    return lines


def _texts(stored: str | list[str]) -> tuple[str, ...]:
    return tuple(json.loads(stored) if isinstance(stored, str) else stored)
