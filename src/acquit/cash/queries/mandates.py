"""Reads of mandates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from acquit.cash.models import Mandate, MandateAmendment
from acquit.cash.rules.mandates import MandateFact
from acquit.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class MandateView:
    """A mandate with the number of its amendments."""

    id: int
    company_id: int
    customer_id: int
    reference: str
    creditor_id: str
    scheme: str
    mandate_type: str
    state: str
    signed_date: date | None
    last_collection_date: date | None
    account: str
    account_holder: str
    bic: str
    notice_days: int | None
    pay_day: int | None
    is_ending: bool
    amendments: int


def mandate_fact(row: Mandate) -> MandateFact:
    """Give what rules ask of a mandate."""
    return MandateFact(
        row.id,
        row.customer_id,
        row.reference,
        row.creditor_id,
        row.scheme,
        row.mandate_type,
        row.state,
        row.signed_date,
        row.last_collection_date,
        row.account,
        row.notice_days,
        row.pay_day,
        row.is_ending,
    )


def list_mandates(
    *,
    company_id: int,
    customer_ids: Iterable[int] | None = None,
    states: Iterable[str] | None = None,
    reference: str = "",
) -> list[MandateView]:
    """List a company's mandates by their references."""
    rows = Mandate.objects.filter(company_id=company_id).order_by("reference", "id")
    if customer_ids is not None:
        rows = rows.filter(customer_id__in=list(customer_ids))
    if states is not None:
        rows = rows.filter(state__in=list(states))
    if reference:
        rows = rows.filter(reference=reference)
    return _views(list(rows))


def get_mandate(mandate_id: int) -> MandateView:
    """Give a mandate; refuses (`NotFound`)."""
    found = _views(list(Mandate.objects.filter(id=mandate_id)))
    if not found:
        raise NotFound(f"There is no mandate {mandate_id}.", param="mandate")
    return found[0]


def _views(rows: list[Mandate]) -> list[MandateView]:
    amended = MandateAmendment.objects.filter(mandate_id__in=[row.id for row in rows])
    counts: dict[int, int] = {}
    for mandate_id in amended.values_list("mandate_id", flat=True):
        counts[mandate_id] = counts.get(mandate_id, 0) + 1
    return [
        MandateView(
            id=row.id,
            company_id=row.company_id,
            customer_id=row.customer_id,
            reference=row.reference,
            creditor_id=row.creditor_id,
            scheme=row.scheme,
            mandate_type=row.mandate_type,
            state=row.state,
            signed_date=row.signed_date,
            last_collection_date=row.last_collection_date,
            account=row.account,
            account_holder=row.account_holder,
            bic=row.bic,
            notice_days=row.notice_days,
            pay_day=row.pay_day,
            is_ending=row.is_ending,
            amendments=counts.get(row.id, 0),
        )
        for row in rows
    ]
