"""Contacts of customers, and the log of who reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound, Refusal
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.schema import sql_text
from acquit.infra.transaction import operation
from acquit.parties.models import Contact
from acquit.parties.queries import get_customer
from acquit.parties.rules.personal_data import ContactPurpose


class ContactUnreachable(Refusal):
    """A contact has a name, and a mail address or a telephone number; nothing was stored."""

    code = "CONTACT_UNREACHABLE"


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A person at a customer on their way to the master; `consent_date` is the day they agreed, where asked."""

    customer_id: int
    purpose: ContactPurpose
    name: str
    email: str = ""
    phone: str = ""
    language: str = ""
    consent_date: date | None = None


def store_contact(*, actor: Actor, draft: ContactDraft) -> int:
    """Store a contact; gives its id. Refuses (`NotFound`), (`ContactUnreachable`)."""
    customer = get_customer(draft.customer_id)
    actor.require(Duty.MASTER, customer.company_id)
    if not draft.name.strip() or not (draft.email or draft.phone):
        raise ContactUnreachable("A contact needs a name, and a mail address or a telephone number.")
    with operation():
        row = Contact.objects.create(
            customer_id=draft.customer_id,
            company_id=customer.company_id,
            purpose=draft.purpose,
            name=draft.name.strip(),
            email=draft.email,
            phone=draft.phone,
            language=draft.language or customer.language,
            consent_date=draft.consent_date,
        )
        payload = {"contact": row.id, "purpose": draft.purpose.value}
        record_customer_event(actor, customer.company_id, customer.id, "parties.contact.stored", payload)
    return row.id


def erase_contact(*, actor: Actor, contact_id: int, reason: str) -> None:
    """Erase a contact whose purpose ended or who asked for it; refuses (`NotFound`). The log keeps no name."""
    found = Contact.objects.filter(id=contact_id).first()
    if found is None:
        raise NotFound(f"There is no contact {contact_id}.", param="contact")
    actor.require(Duty.MASTER, found.company_id)
    with operation():
        Contact.objects.filter(id=contact_id).delete()
        payload = {"contact": contact_id, "purpose": found.purpose, "reason": reason}
        record_customer_event(actor, found.company_id, found.customer_id, "parties.contact.erased", payload)


def record_access(*, actor: Actor, customer_ids: Iterable[int], door: str, purpose: str) -> None:
    """Note that the actor reads contacts or bank details of customers: one statement, however many they are."""
    wanted = sorted(set(customer_ids))
    if not wanted:
        return
    with operation(), connection.cursor() as cursor:
        cursor.execute(
            sql_text("parties", "record_access.sql"),
            {"customer_ids": wanted, "actor_id": actor.user_id, "door": door, "purpose": purpose},
        )


def record_customer_event(
    actor: Actor, company_id: int, customer_id: int, kind: str, payload: Mapping[str, object]
) -> None:
    """Write one event about a customer; what is in it is not personal."""
    plan = WritePlan()
    record_events(
        plan,
        [EventDraft(company_id, kind, "CUSTOMER", customer_id, payload, actor_id=actor.user_id)],
    )
    write(plan)
