"""Reads of mandates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from acquit.cash.models import Mandate, MandateAmendment
from acquit.cash.rules.mandates import MandateFact, valid_until
from acquit.controls.queries import get_direct_debit_policy
from acquit.core.errors import NotFound
from acquit.infra.schema import sql_text


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


@dataclass(frozen=True, slots=True)
class MandateStep:
    """A step in the life of a mandate; `reason` as it was given: in words, or as a bank's code."""

    kind: str
    recorded_at: datetime
    actor_id: int | None
    reason: str
    is_taken_over: bool
    former_account: str
    account: str


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


def find_mandates(
    *,
    company_ids: Iterable[int],
    states: Iterable[str] | None = None,
    reference: str = "",
    customer_ids: Iterable[int] = (),
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[MandateView]:
    """Find mandates whose reference holds these signs, or of these customers; by reference, `after` is the cursor."""
    rows = Mandate.objects.filter(company_id__in=list(company_ids)).order_by("reference", "id")
    if states is not None:
        rows = rows.filter(state__in=list(states))
    if reference:
        rows = rows.filter(Q(reference__icontains=reference) | Q(customer_id__in=list(customer_ids)))
    if after is not None:
        last, mandate_id = after
        rows = rows.filter(reference__gte=last).exclude(reference=last, id__lte=mandate_id)
    return _views(list(rows[:limit]))


def name_mandates(mandate_ids: Iterable[int]) -> dict[int, str]:
    """Give the references of mandates by their ids."""
    return dict(Mandate.objects.filter(id__in=list(mandate_ids)).values_list("id", "reference"))


def count_mandates(company_ids: Iterable[int]) -> dict[str, int]:
    """Count mandates by state."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM mandate WHERE company_id = ANY(%s) GROUP BY 1", [list(company_ids)]
        )
        return dict(cursor.fetchall())


def list_mandate_steps(mandate_id: int) -> list[MandateStep]:
    """List what became of a mandate, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "mandate_life.sql"), {"mandate_id": mandate_id})
        return [MandateStep(*row) for row in cursor.fetchall()]


def get_mandate(mandate_id: int) -> MandateView:
    """Give a mandate; refuses (`NotFound`)."""
    found = _views(list(Mandate.objects.filter(id=mandate_id)))
    if not found:
        raise NotFound(f"There is no mandate {mandate_id}.", param="mandate")
    return found[0]


def find_valid_until(mandate_id: int, *, on_date: date) -> date | None:
    """Find the last day a mandate may be collected under, by the policy of a day; None while it is not signed."""
    row = Mandate.objects.get(id=mandate_id)
    _, policy = get_direct_debit_policy(company_id=row.company_id, on_date=on_date)
    return valid_until(mandate_fact(row), policy.mandate_lapse_months)


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
