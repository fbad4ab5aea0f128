"""Ageing: what each customer owes by days past due, today or as of any day."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from ninja.params.functions import Query
from pydantic import Field

from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, cut_page
from acquit.api.values import AmountText, CompanyId, CurrencyText, Day, DayOut, Id, Resource, amount_text
from acquit.receivables.queries import AgeingRow, get_ageing, list_ageing

router = Router(tags=["ageing"])

_CURSORS = CursorKind("ageing", (int, int, str))


class AgedCustomer(Resource):
    """Open amounts of a customer in one currency. The five buckets sum to `open_amount`."""

    company_id: int
    customer_id: int
    currency: CurrencyText
    open_amount: AmountText = Field(description="Owed, credits set against it.")
    not_due: AmountText
    days_1_30: AmountText
    days_31_60: AmountText
    days_61_90: AmountText
    days_91_plus: AmountText
    unapplied_amount: AmountText = Field(description="Money received and not applied; zero or below.")
    oldest_due_date: DayOut | None


class AgeingPage(Page[AgedCustomer]):
    """Ageing by company, customer and currency."""


class AgeingFilters(PageFilters):
    """Whose ageing, and when."""

    company_id: CompanyId | None = Field(None, description="Only this company's.")
    customer_id: Id | None = Field(None, description="Only this customer's.")
    as_of: Day | None = Field(
        None, description="Open at the end of this day and aged on it; today when not given."
    )


@router.get(
    "", response=answers({200: AgeingPage}, 404, 422), operation_id="list_ageing", summary="List the ageing"
)
def list_all(request: Request, filters: Annotated[AgeingFilters, Query()]) -> dict[str, object]:
    """List open amounts by customer and currency in buckets of days past due."""
    as_of = filters.as_of or request.auth.today
    after = _CURSORS.read(filters.cursor)
    company_ids, is_today = request.auth.companies(filters.company_id), as_of >= request.auth.today
    if filters.customer_id is None:
        rows = list_ageing(
            as_of=as_of, company_ids=company_ids, is_today=is_today, after=after, limit=filters.limit + 1
        )
    else:
        of_one = get_ageing(
            as_of=as_of, company_ids=company_ids, customer_ids=[filters.customer_id], is_today=is_today
        )
        rows = [row for row in of_one if after is None or _position(row) > after]
    return cut_page(rows, limit=filters.limit, cursors=_CURSORS, position=_position, show=_aged)


def _position(row: AgeingRow) -> tuple[int, int, str]:
    return row.company_id, row.customer_id, row.currency


def _aged(row: AgeingRow) -> AgedCustomer:
    return AgedCustomer(
        company_id=row.company_id,
        customer_id=row.customer_id,
        currency=row.currency,
        open_amount=amount_text(row.open_amount, row.currency),
        not_due=amount_text(row.not_due, row.currency),
        days_1_30=amount_text(row.days_1_30, row.currency),
        days_31_60=amount_text(row.days_31_60, row.currency),
        days_61_90=amount_text(row.days_61_90, row.currency),
        days_91_plus=amount_text(row.days_91_plus, row.currency),
        unapplied_amount=amount_text(row.unapplied, row.currency),
        oldest_due_date=row.oldest_due_date,
    )
