"""How one company's receivables stand on a day: what `acquit start` answers when the files are in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from acquit.infra.schema import sql_text
from acquit.insight.queries.overview import AgeingTotals, get_ageing_totals


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in the books of a company, and what of it is open on a day.

    `documents` counts all invoices and credit notes; `open_items` those of them (and differences) open on the day.
    `totals` are by currency, `cleared_amounts` what was set off by then: each amount once, not once a side.
    """

    documents: int
    open_items: int
    totals: Mapping[str, AgeingTotals]
    cleared_amounts: Mapping[str, Decimal]


def get_standing(*, company_id: int, as_of: date, is_today: bool) -> Standing:
    """Give how a company stands on a day; `is_today` reads the live set as it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql_text("insight", "standing_counts.sql"),
            {"company_id": company_id, "as_of": as_of, "is_today": is_today},
        )
        documents, open_items, cleared = cursor.fetchone()
    stored: dict[str, str] = json.loads(cleared) if isinstance(cleared, str) else cleared
    totals = get_ageing_totals(company_ids=[company_id], as_of=as_of, is_today=is_today)
    return Standing(
        documents=documents,
        open_items=open_items,
        totals={row.currency: row for row in totals},
        cleared_amounts={currency: Decimal(amount) for currency, amount in stored.items()},
    )
