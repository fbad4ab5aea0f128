"""Account numbers of ours that were given to one customer each: who pays to one is known before a word is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from acquit.cash.models import BankAccount, VirtualAccount
from acquit.cash.rules.virtual_accounts import CannotBeVirtual, read_virtual_account
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.parties.queries import list_customers_by_id


def store_virtual_accounts(*, actor: Actor, company_id: int, accounts: Mapping[str, int]) -> int:
    """Store whose each virtual account is (account: customer id); gives how many are new or have another owner.

    Refuses (`CannotBeVirtual`) an account that has statements of its own or whose check digits do not fit, (`NotFound`)
    a customer of another company; and then stores none.
    """
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.MASTER, company_id)
    wanted = {read_virtual_account(account): customer_id for account, customer_id in accounts.items()}
    _check_customers(company_id, set(wanted.values()))
    with operation():
        _check_accounts(company_id, wanted)
        known = dict(
            VirtualAccount.objects.filter(company_id=company_id, account__in=wanted).values_list(
                "account", "customer_id"
            )
        )
        changed = {key: owner for key, owner in wanted.items() if known.get(key) != owner}
        VirtualAccount.objects.bulk_create(
            [VirtualAccount(company_id=company_id, account=a, customer_id=c) for a, c in changed.items()],
            update_conflicts=True,
            unique_fields=["company_id", "account"],
            update_fields=["customer_id"],
        )
        plan = WritePlan()
        record_events(plan, [_event(actor, company_id, known.get(a), c) for a, c in changed.items()])
        write(plan)
    return len(changed)


def _check_customers(company_id: int, customer_ids: Iterable[int]) -> None:
    found = list_customers_by_id(customer_ids)
    for customer_id in customer_ids:
        if customer_id not in found or found[customer_id].company_id != company_id:
            raise NotFound(f"There is no customer {customer_id} in this company.", param="customer")


def _check_accounts(company_id: int, accounts: Iterable[str]) -> None:
    own = set(
        BankAccount.objects.filter(company_id=company_id, account__in=list(accounts)).values_list(
            "account", flat=True
        )
    )
    for account in accounts:
        if account in own:
            raise CannotBeVirtual(
                f"{account} is an account of its own, not one given to a customer.", param="account"
            )


def _event(actor: Actor, company_id: int, before: int | None, customer_id: int) -> EventDraft:
    payload = {"before": before, "after": customer_id}
    return EventDraft(
        company_id,
        "cash.virtual_account.stored",
        "CUSTOMER",
        customer_id,
        payload,
        actor_id=actor.user_id,
    )
