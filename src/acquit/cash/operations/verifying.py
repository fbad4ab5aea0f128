"""Accounts money may go back to: proposed with evidence by one person, confirmed by another, revoked by any."""

from __future__ import annotations

from datetime import date

from acquit.cash.models import VerifiedAccount
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound, Refusal
from acquit.core.references import is_iban, normalise_reference
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.parties.operations import lock_customers
from acquit.parties.queries import get_customer


class CannotVerify(Refusal):
    """The account cannot be proposed or confirmed so, or by this person; nothing was changed."""

    code = "CANNOT_VERIFY"


def propose_account(
    *, actor: Actor, customer_id: int, iban: str, holder: str, evidence: str, on_date: date, bic: str = ""
) -> int:
    """Propose an account as a customer's, with what shows it (a call back, a bank's letter); gives its id.

    Refuses (`CannotVerify`) what is no IBAN, is known already, has no holder or no evidence.
    """
    customer = get_customer(customer_id)
    actor.require(Duty.MASTER, customer.company_id)
    account = normalise_reference(iban)
    if not is_iban(account):
        raise CannotVerify(f"{iban!r} is no IBAN.", param="iban")
    for value, param in ((holder, "holder"), (evidence, "evidence")):
        if not value.strip():
            raise CannotVerify(f"Say the {param}.", param=param)
    with operation():
        lock_customers([customer_id])
        if VerifiedAccount.objects.filter(
            customer_id=customer_id, iban=account, revoked_date__isnull=True
        ).exists():
            raise CannotVerify("This account of the customer is known already.", param="iban")
        row = VerifiedAccount.objects.create(
            customer_id=customer_id,
            proposed_by_id=actor.user_id,
            company_id=customer.company_id,
            proposed_date=on_date,
            iban=account,
            bic=bic,
            holder=holder.strip(),
            evidence=evidence.strip(),
        )
        _tell(actor, row, "cash.account.proposed")
    return row.id


def confirm_account(*, actor: Actor, account_id: int, on_date: date) -> None:
    """Confirm an account as the second person; refuses (`CannotVerify`) the one who proposed it, and the program."""
    with operation():
        row = _locked(account_id)
        actor.require(Duty.MASTER, row.company_id)
        if row.confirmed_by_id is not None or row.revoked_date is not None:
            raise CannotVerify("This account was confirmed or revoked already.", param="account")
        if actor.user_id is None or actor.user_id == row.proposed_by_id:
            raise CannotVerify("An account is confirmed by a second person.", param="approver")
        row.confirmed_by_id, row.confirmed_date = actor.user_id, on_date
        row.save(update_fields=["confirmed_by_id", "confirmed_date"])
        _tell(actor, row, "cash.account.confirmed")


def revoke_account(*, actor: Actor, account_id: int, on_date: date) -> None:
    """Let no more money go to an account."""
    with operation():
        row = _locked(account_id)
        actor.require(Duty.MASTER, row.company_id)
        if row.revoked_date is not None:
            raise CannotVerify("This account was revoked already.", param="account")
        row.revoked_date = on_date
        row.save(update_fields=["revoked_date"])
        _tell(actor, row, "cash.account.revoked")


def _locked(account_id: int) -> VerifiedAccount:
    row = VerifiedAccount.objects.select_for_update(no_key=True).filter(id=account_id).first()
    if row is None:
        raise NotFound(f"There is no verified account {account_id}.", param="account")
    return row


def _tell(actor: Actor, row: VerifiedAccount, kind: str) -> None:
    """Tell a step without the account itself: that is a personal value."""
    plan = WritePlan()
    payload = {"customer": row.customer_id}
    record_events(
        plan,
        [EventDraft(row.company_id, kind, "VERIFIED_ACCOUNT", row.id, payload, actor_id=actor.user_id)],
    )
    write(plan)
