"""Deciding about an erasure: what is open, what the law retains, and names, accounts and letters that cash knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from acquit.cash.models import (
    AmendedAccount,
    Mandate,
    NoticeText,
    PayerAlias,
    PayerHabit,
    QuestionText,
    VerifiedAccount,
)
from acquit.cash.operations.mandates import cancel_mandate
from acquit.cash.rules.mandates import MandateState
from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.infra.transaction import operation
from acquit.parties.operations import erase_customer_data, erase_due_data, lock_customers
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
        PayerHabit.objects.filter(customer_id=erasure.customer_id).delete()
        QuestionText.objects.filter(customer_id=erasure.customer_id).delete()
        _erase_accounts(actor, erasure.company_id, erasure.customer_id, on_date)
        if plan.retained_until is None:
            _erase_mandates([erasure.customer_id])
    return plan


def erase_retained_data(*, actor: Actor, company_id: int, business_date: date) -> int:
    """Erase what the law retained until before a day, names of mandates too; gives how many customers that were."""
    with operation():
        customer_ids = erase_due_data(actor=actor, company_id=company_id, business_date=business_date)
        _erase_mandates(customer_ids)
    return len(customer_ids)


def _erase_accounts(actor: Actor, company_id: int, customer_id: int, on_date: date) -> None:
    """Let nothing be debited or paid back any more, and take accounts and holders out of what said it could be.

    What was ordered of the bank names them still: those are vouchers.
    """
    mandates = Mandate.objects.filter(company_id=company_id, customer_id=customer_id)
    for mandate in mandates.exclude(state__in=(MandateState.CANCELLED, MandateState.LAPSED)):
        cancel_mandate(
            actor=_as_clerk(actor, company_id), mandate_id=mandate.id, reason="ERASURE", on_date=on_date
        )
    AmendedAccount.objects.filter(mandate_id__in=list(mandates.values_list("id", flat=True))).delete()
    mandates.update(account="", account_holder="", bic="")
    accounts = VerifiedAccount.objects.filter(company_id=company_id, customer_id=customer_id)
    accounts.filter(revoked_date__isnull=True).update(revoked_date=on_date)
    accounts.update(iban="", holder="", bic="")


def _erase_mandates(customer_ids: Sequence[int]) -> None:
    """Take the references of mandates out, and the words that named them; the mandates stay under their numbers."""
    NoticeText.objects.filter(customer_id__in=customer_ids).delete()
    for row in Mandate.objects.filter(customer_id__in=customer_ids).order_by("id"):
        row.reference = f"ERASED-{row.id}"
        row.save(update_fields=["reference"])


def _as_clerk(actor: Actor, company_id: int) -> Actor:
    """Let who decides about personal data end the mandates that need it, though they may not store any."""
    held = actor.duties.get(company_id, frozenset())
    return Actor(actor.user_id, actor.name, {company_id: held | {Duty.CASH}}, is_system=actor.is_system)
