"""Learning who pays under an account or name from what people confirm, and forgetting it when they take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F

from acquit.cash.models import PayerAlias
from acquit.cash.queries import (
    AliasView,
    ReceiptView,
    get_alias,
    get_relatives,
    list_aliases_of,
    list_known_aliases,
    view_alias,
)
from acquit.cash.rules.agents import is_agent, is_unrelated
from acquit.cash.rules.reasons import check_reason
from acquit.controls.rules.duties import Actor, Duty
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.errors import NotFound
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation


def list_taught(
    receipt: ReceiptView, owner: int, customer_ids: Iterable[int], policy: MatchingPolicy
) -> list[int]:
    """List for whom a payment teaches that its payer pays: its owner; nobody where the name is an agent's.

    One for customers that have nothing to do with each other speaks for all of them: so its payer is believed of none.
    """
    paid_for = {owner, *customer_ids}
    payers = get_relatives(paid_for).payers
    if is_agent(receipt.counterparty, paid_for, payers, policy):
        return []
    return sorted(paid_for) if is_unrelated(paid_for, payers) else [owner]


def learn_payer(
    receipt: ReceiptView, customer_ids: Iterable[int], *, actor: Actor, confirmed_at: datetime
) -> list[AliasView]:
    """Count a confirmation of who pays under a receipt's account and name; policy says how many are believed.

    Gives what is known of them now, believed or not yet; nothing of who paid for strangers, for it never will be.
    """
    learned = []
    with operation():
        for customer_id in customer_ids:
            for kind, alias in list_aliases_of(receipt):
                said = {"confirmed_by_id": actor.user_id, "confirmed_at": confirmed_at}
                known, is_new = PayerAlias.objects.get_or_create(
                    company_id=receipt.company_id,
                    kind=kind,
                    alias=alias,
                    customer_id=customer_id,
                    defaults=said,
                )
                if not is_new:
                    # What was reviewed was another state of it: who confirms again asks for another look.
                    PayerAlias.objects.filter(id=known.id).update(
                        confirmations=F("confirmations") + 1, reviewed_by_id=None, reviewed_at=None, **said
                    )
                    known.refresh_from_db()
                learned.append(view_alias(known))
        paid_for = {known.customer_id for known in list_known_aliases(receipt)}
        return [] if is_unrelated(paid_for, get_relatives(paid_for).payers) else learned


def forget_payer(receipt: ReceiptView, customer_ids: Iterable[int]) -> None:
    """Take a confirmation back; what nobody confirms any more is forgotten."""
    with operation():
        for customer_id in customer_ids:
            for kind, alias in list_aliases_of(receipt):
                known = PayerAlias.objects.filter(
                    company_id=receipt.company_id, kind=kind, alias=alias, customer_id=customer_id
                )
                if not known.filter(confirmations__gt=1).update(confirmations=F("confirmations") - 1):
                    known.delete()


def forget_alias(*, actor: Actor, alias_id: int, reason: str) -> AliasView:
    """Forget a name or account at all, whoever confirmed it how often; payments under it ask a person again.

    Refuses (`ReasonMissing`), (`NotFound`) what is forgotten already.
    """
    known = get_alias(alias_id)
    actor.require(Duty.CASH, known.company_id)
    check_reason(reason)
    with operation():
        deleted, _ = PayerAlias.objects.filter(id=alias_id).delete()
        if not deleted:
            raise NotFound("This was forgotten already.", param="alias")
        _tell(actor, "cash.alias.forgotten", known, {"reason": reason.strip()})
    return known


def review_aliases(*, actor: Actor, alias_ids: Iterable[int], reviewed_at: datetime) -> int:
    """Say of what was learned that it is right (control: alias changes are reviewed); gives how many it was new of.

    It takes another duty than applying cash, so that nobody reviews what they taught.
    """
    rows = list(PayerAlias.objects.filter(id__in=list(alias_ids), reviewed_at__isnull=True))
    for company_id in {row.company_id for row in rows}:
        actor.require(Duty.CLOSE, company_id)
    with operation():
        for row in rows:
            PayerAlias.objects.filter(id=row.id).update(reviewed_by_id=actor.user_id, reviewed_at=reviewed_at)
            _tell(actor, "cash.alias.reviewed", view_alias(row), {"confirmations": row.confirmations})
    return len(rows)


def _tell(actor: Actor, kind: str, alias: AliasView, payload: Mapping[str, object]) -> None:
    plan = WritePlan()
    told = {"kind": alias.kind, "customer": alias.customer_id, **payload}
    event = EventDraft(alias.company_id, kind, "PAYER_ALIAS", alias.id, told, actor_id=actor.user_id)
    record_events(plan, [event])
    write(plan)
