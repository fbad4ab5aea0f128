"""Deciding about an erasure: what is open, what the law retains, and the names and accounts learned for matching."""

from __future__ import annotations

from datetime import date

from acquit.cash.models import PayerAlias
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor
from acquit.infra.transaction import operation
from acquit.parties.operations import erase_customer_data, lock_customers
from acquit.parties.queries import get_erasure
from acquit.parties.rules.personal_data import ErasureFacts, ErasurePlan
from acquit.receivables.queries import get_record_span


def approve_erasure(*, actor: Actor, erasure_id: int, on_date: date) -> ErasurePlan:
    """Approve a request to erase a customer's data and do it; gives what was erased and what is retained until when.

    Refuses as `erase_customer_data`.
    """
    erasure = get_erasure(erasure_id)
    with operation():
        lock_customers([erasure.customer_id])
        span = get_record_span(erasure.customer_id)
        facts = ErasureFacts(
            has_open_items=span.has_open_items,
            last_record_date=span.last_date,
            country=get_company(erasure.company_id).country,
        )
        plan = erase_customer_data(actor=actor, erasure_id=erasure_id, facts=facts, on_date=on_date)
        PayerAlias.objects.filter(customer_id=erasure.customer_id).delete()
    return plan
