"""Erasing a customer's personal data: asked by one person, decided by another, the rest when the law lets go of it."""

from __future__ import annotations

from datetime import date

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.infra.transaction import operation
from acquit.parties.models import Contact, Customer, CustomerBankAccount, Erasure, Party, PersonalValue
from acquit.parties.operations.contacts import record_customer_event
from acquit.parties.queries import get_customer, get_erasure
from acquit.parties.rules.finding import list_finding_keys
from acquit.parties.rules.personal_data import ErasureFacts, ErasurePlan, plan_erasure


class CannotDecideErasure(Refusal):
    """The request was decided already, or the one who decides is the one who asked; nothing was changed."""

    code = "CANNOT_DECIDE_ERASURE"


def ask_for_erasure(*, actor: Actor, customer_id: int, asked_date: date, reason: str) -> int:
    """Ask for a customer's data to be erased; gives the request's id, the waiting one where there is one already."""
    customer = get_customer(customer_id)
    actor.require(Duty.MASTER, customer.company_id)
    with operation():
        row, is_new = Erasure.objects.get_or_create(
            customer_id=customer_id,
            state="ASKED",
            defaults={
                "company_id": customer.company_id,
                "asked_by_id": actor.user_id,
                "asked_date": asked_date,
                "reason": reason,
            },
        )
        if is_new:
            payload = {"erasure": row.id, "reason": reason}
            record_customer_event(actor, customer.company_id, customer_id, "parties.erasure.asked", payload)
    return row.id


def refuse_erasure(*, actor: Actor, erasure_id: int, reason: str) -> None:
    """Refuse a request to erase, with the reason that is told to who asked."""
    with operation():
        row = _lock(actor, erasure_id)
        row.state, row.decided_by_id = "REFUSED", actor.user_id
        row.save(update_fields=["state", "decided_by_id"])
        payload = {"erasure": row.id, "reason": reason}
        record_customer_event(actor, row.company_id, row.customer_id, "parties.erasure.refused", payload)


def erase_customer_data(*, actor: Actor, erasure_id: int, facts: ErasureFacts, on_date: date) -> ErasurePlan:
    """Erase what has no purpose now, restrict what the law retains and say until when; gives the plan.

    `facts` come from the rooms that know the customer's items, read under the customer's lock. Refuses
    (`CannotErase`) while something is open, (`CannotDecideErasure`) the one who asked, (`NotFound`).
    """
    with operation():
        row = _lock(actor, erasure_id)
        plan = plan_erasure(facts, on_date=on_date)
        _erase_now(row.customer_id)
        if plan.retained_until is None:
            _erase_rest(row.customer_id)
        Customer.objects.filter(id=row.customer_id).update(is_restricted=True)
        row.state = "DONE" if plan.retained_until is None else "RESTRICTED"
        row.retained_until, row.decided_by_id = plan.retained_until, actor.user_id
        row.save(update_fields=["state", "retained_until", "decided_by_id"])
        payload = {
            "erasure": row.id,
            "erased": list(plan.erased_now),
            "retained": list(plan.retained),
            "retained_until": plan.retained_until.isoformat() if plan.retained_until else None,
            "source": plan.source,
        }
        record_customer_event(actor, row.company_id, row.customer_id, "parties.customer.erased", payload)
    return plan


def erase_due_data(*, actor: Actor, company_id: int, business_date: date) -> list[int]:
    """Erase what was retained until before a day; gives the customers whose data that was."""
    actor.require(Duty.MASTER, company_id)
    with operation():
        due = Erasure.objects.select_for_update().filter(
            company_id=company_id, state="RESTRICTED", retained_until__lt=business_date
        )
        rows = list(due.order_by("id"))
        for row in rows:
            _erase_rest(row.customer_id)
            row.state = "DONE"
            row.save(update_fields=["state"])
            payload = {"erasure": row.id, "erased": ["name", "city", "tax_number", "mandate_reference"]}
            record_customer_event(actor, company_id, row.customer_id, "parties.customer.erased", payload)
    return [row.customer_id for row in rows]


def _lock(actor: Actor, erasure_id: int) -> Erasure:
    view = get_erasure(erasure_id)
    actor.require(Duty.MASTER, view.company_id)
    row = Erasure.objects.select_for_update().get(id=erasure_id)
    if row.state != "ASKED":
        raise CannotDecideErasure(f"Erasure {erasure_id} is decided already: {row.state}.", param="erasure")
    if row.asked_by_id == actor.user_id:
        raise CannotDecideErasure("A second person decides about an erasure.", param="erasure")
    return row


def _erase_now(customer_id: int) -> None:
    Contact.objects.filter(customer_id=customer_id).delete()
    CustomerBankAccount.objects.filter(customer_id=customer_id).delete()
    PersonalValue.objects.filter(customer_id=customer_id).delete()
    customer = Customer.objects.get(id=customer_id)
    keys = list_finding_keys(customer.number, (customer.name,))
    Customer.objects.filter(id=customer_id).update(email="", phone="", trading_names=[], finding_keys=keys)


def _erase_rest(customer_id: int) -> None:
    """Erase what the law retained; the number stays, for documents name it."""
    customer = Customer.objects.get(id=customer_id)
    name = f"Erased customer {customer.number}"
    keys = list_finding_keys(customer.number, (name,))
    Customer.objects.filter(id=customer_id).update(
        name=name, city="", mandate_reference="", finding_keys=keys
    )
    is_shared = Customer.objects.filter(party_id=customer.party_id).exclude(id=customer_id).exists()
    if not is_shared:
        Party.objects.filter(id=customer.party_id).update(name=name, tax_number="")
