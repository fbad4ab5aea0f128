"""Companies: the legal entities this visitor may read."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from ninja.params.functions import Query
from pydantic import Field

from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, cut_page
from acquit.api.values import CurrencyText, Resource
from acquit.controls.queries import CompanyView, list_companies

router = Router(tags=["companies"])

_CURSORS = CursorKind("companies", (str, int))


class Company(Resource):
    """A legal entity: the scope of every right, book and number."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["Nordwind Handels GmbH"])
    country: str = Field(description="ISO 3166 code, or empty.", examples=["DE"])
    currency: CurrencyText
    group_currency: CurrencyText
    duties: list[str] = Field(
        description="What you may do for this company.", examples=[["CASH", "INTAKE", "READ"]]
    )


class CompanyPage(Page[Company]):
    """Companies by name."""


@router.get(
    "", response=answers({200: CompanyPage}, 422), operation_id="list_companies", summary="List companies"
)
def list_all(request: Request, page: Annotated[PageFilters, Query()]) -> dict[str, object]:
    """List the companies you may read, by name, with your duties in each."""
    after = _CURSORS.read(page.cursor)
    rows = [
        row for row in list_companies(request.auth.companies()) if after is None or (row.name, row.id) > after
    ]

    def show(row: CompanyView) -> Company:
        duties = sorted(duty.value for duty in request.auth.actor.duties[row.id])
        return Company(
            id=row.id,
            name=row.name,
            country=row.country,
            currency=row.currency,
            group_currency=row.group_currency,
            duties=duties,
        )

    return cut_page(
        rows, limit=page.limit, cursors=_CURSORS, position=lambda row: (row.name, row.id), show=show
    )
