"""A page of ageing reads the open items of its own customers only, however many there are in all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from acquit.parties.queries import list_customer_ids_after
from acquit.receivables.queries.ageing import AgeingRow, get_ageing

#: Customers looked at in one step beyond those the page needs; doubled as long as few of them have anything open.
_MORE = 50
_MORE_AT_MOST = 2_000


def list_ageing(
    *,
    as_of: date,
    company_ids: Iterable[int],
    is_today: bool,
    after: tuple[int, int, str] | None = None,
    limit: int,
) -> list[AgeingRow]:
    """Age what is open by company, customer and currency, as `get_ageing`; `after` is the cursor of the last one seen.

    The customers are taken in their order, some at a time, until the page is full.
    """
    found: list[AgeingRow] = []
    for company_id in sorted(set(company_ids)):
        if after is not None and company_id < after[0]:
            continue
        # The customer of the cursor may owe in other currencies too: begin with them again.
        last_id = after[1] - 1 if after is not None and company_id == after[0] else 0
        more = _MORE
        while len(found) < limit:
            customer_ids = list_customer_ids_after(company_id, last_id, limit=limit - len(found) + more)
            if not customer_ids:
                break
            rows = get_ageing(
                as_of=as_of, company_ids=[company_id], customer_ids=customer_ids, is_today=is_today
            )
            found += [row for row in rows if after is None or _position(row) > after]
            last_id, more = customer_ids[-1], min(_MORE_AT_MOST, more * 2)
    return found[:limit]


def _position(row: AgeingRow) -> tuple[int, int, str]:
    return row.company_id, row.customer_id, row.currency
