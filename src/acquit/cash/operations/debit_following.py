"""What follows when a collection comes to nothing: its code, the next step the policy knows for it, and its costs.

It happens in the transaction that takes the money back, whoever does that, so it happens once, while the item is owed
again and before anything later can pay it. Undoing that takes it back, but for the mandate: a person activates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from acquit.cash.models import DebitCollection, DebitReturn, Mandate
from acquit.cash.operations.mandates import cancel_mandate, suspend_mandate
from acquit.cash.operations.receipt_moves import Act, CannotMove
from acquit.cash.queries import list_open_items_of
from acquit.cash.rules.debit_runs import CollectionState, action_for, retry_date
from acquit.cash.rules.mandates import MandateState
from acquit.cash.rules.return_charges import plan_return_charge
from acquit.controls.queries import get_direct_debit_policy
from acquit.controls.rules.duties import Actor
from acquit.controls.rules.policies import DirectDebitPolicy
from acquit.core.money import ZERO
from acquit.disputes.operations import DisputeDraft, add_disputes
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.receivables.operations import NotOpen, charge_costs, take_back_costs
from acquit.work.operations import WorkDraft, add_work, close_work

#: What a person does next, as the reason of their work; a retry needs nobody, a case has its own place.
_FOR_A_PERSON = frozenset({"SUSPEND", "STOP", "ESTATE", "CONTACT", "OWN_FILES", "ASK", "DUN"})
_SUSPENDING = frozenset({"SUSPEND", "ESTATE", "CONTACT"})
_OBJECT = "DEBIT_COLLECTION"
#: The bank gave no reason of its own ("narrative").
UNKNOWN_CODE = "NARR"


@dataclass(frozen=True, slots=True)
class ReturnOutcome:
    """A collection that came to nothing, what is done about it, what is charged for it, and when it is tried again."""

    collection_id: int
    end_to_end_id: str
    code: str
    kind: str
    action: str
    amount: Decimal
    fee: Decimal
    charged: Decimal
    retry_date: date | None


class _Return(NamedTuple):
    kind: str
    code: str
    returned_date: date
    fee: Decimal
    receipt_id: int | None
    decision_id: int | None


def find_collected(receipt_id: int) -> DebitCollection | None:
    """Find the collection whose money a receipt is, if it is one's."""
    rows = DebitCollection.objects.filter(receipt_id=receipt_id, state=CollectionState.COLLECTED)
    return rows.order_by("id").first()


def follow_return(act: Act, collection_id: int, decision_id: int, fee: Decimal) -> None:
    """Follow a collection whose money was taken back by a decision about the returned receipt of the act.

    The caller holds the customer. Refuses (`CannotMove`) one that is not collected any more.
    """
    row = DebitCollection.objects.select_for_update(no_key=True).get(id=collection_id)
    if row.state != CollectionState.COLLECTED:
        raise CannotMove(f"Collection {row.end_to_end_id} is {row.state}.", param="receipt")
    row.state = CollectionState.RETURNED
    row.save(update_fields=["state"])
    receipt = act.receipt
    back = _Return(
        "RETURN",
        receipt.return_code or UNKNOWN_CODE,
        receipt.booking_date or receipt.value_date,
        fee,
        receipt.id,
        decision_id,
    )
    _, policy = get_direct_debit_policy(company_id=row.company_id, on_date=act.business_date)
    _follow(act.actor, row, back, policy, act.business_date, act.decided_at)


def follow_rejection(
    actor: Actor,
    row: DebitCollection,
    code: str,
    policy: DirectDebitPolicy,
    business_date: date,
    decided_at: datetime,
) -> ReturnOutcome:
    """Follow a collection the bank never carried out: no money moved, its item is simply still open."""
    row.state = CollectionState.REJECTED
    row.save(update_fields=["state"])
    back = _Return("REJECT", code, business_date, ZERO, None, None)
    return view_return(_follow(actor, row, back, policy, business_date, decided_at), row)


def unfollow_return(act: Act, decision_id: int) -> None:
    """Take back what followed a return whose decision is undone: the money counts as collected again.

    Costs charged for it are taken back; a case it opened was withdrawn with the decision. Refuses (`CannotMove`) when
    the costs were paid since. The caller holds the customers (`list_followed_customers`).
    """
    back = DebitReturn.objects.filter(decision_id=decision_id).first()
    if back is None:
        return
    row = DebitCollection.objects.select_for_update(no_key=True).get(id=back.collection_id)
    if back.charge_item_id is not None:
        try:
            take_back_costs(
                actor=act.actor,
                company_id=row.company_id,
                charge_item_id=back.charge_item_id,
                reason="RETURN_UNDONE",
                on_date=act.business_date,
            )
        except NotOpen as refusal:
            raise CannotMove(
                f"The costs charged for return {row.end_to_end_id} were paid since. Take that back first.",
                param="receipt",
            ) from refusal
    row.state = CollectionState.COLLECTED
    row.save(update_fields=["state"])
    close_work(object_kind=_OBJECT, object_ids=[row.id], actor=act.actor, closed_at=act.decided_at)
    _tell(act.actor, row, "cash.debit.return_undone", {"return": back.id, "decision": decision_id})


def list_followed_customers(decision_ids: Iterable[int]) -> set[int]:
    """List the customers of collections that decisions took back: to be locked before that is undone."""
    collections = DebitReturn.objects.filter(decision_id__in=list(decision_ids)).values("collection_id")
    return set(DebitCollection.objects.filter(id__in=collections).values_list("customer_id", flat=True))


def view_return(back: DebitReturn, row: DebitCollection) -> ReturnOutcome:
    """Give what became of a collection, as its return tells it."""
    return ReturnOutcome(
        row.id,
        row.end_to_end_id,
        back.code,
        back.kind,
        back.action,
        back.amount,
        back.fee_amount,
        back.charged_amount,
        back.retry_date,
    )


def _follow(
    actor: Actor,
    row: DebitCollection,
    back: _Return,
    policy: DirectDebitPolicy,
    business_date: date,
    decided_at: datetime,
) -> DebitReturn:
    """Store a return and do what its code asks for."""
    mandate = Mandate.objects.get(id=row.mandate_id)
    action, again = action_for(back.code, policy), None
    if action == "RETRY":
        if _count_tries(row) <= policy.retries_at_most and mandate.state == MandateState.ACTIVE:
            again = retry_date(back.returned_date, mandate.pay_day or policy.pay_day)
        else:
            action = "DUN"
    contested = _amount_owed(row) if action == "DISPUTE" else ZERO
    if action == "DISPUTE" and contested <= 0:
        action = "ASK"
    charge = plan_return_charge(back.code, mandate.scheme, back.fee, policy)
    stored = DebitReturn.objects.create(
        collection_id=row.id,
        decision_id=back.decision_id,
        charge_item_id=_charge(actor, row, charge, business_date),
        receipt_id=back.receipt_id,
        actor_id=actor.user_id,
        company_id=row.company_id,
        returned_date=back.returned_date,
        retry_date=again,
        kind=back.kind,
        code=back.code,
        action=action,
        currency=row.currency,
        amount=row.amount,
        fee_amount=back.fee,
        charged_amount=charge,
    )
    _move_mandate(actor, mandate, action, back)
    if action == "DISPUTE":
        _open_case(actor, row, contested, back)
    elif action in _FOR_A_PERSON:
        plan = WritePlan()
        add_work(plan, [_work(row, action, decided_at)])
        write(plan)
    payload = {
        "code": back.code,
        "action": action,
        "amount": str(row.amount),
        "fee": str(back.fee),
        "charged": str(charge),
        "retry": again.isoformat() if again else None,
    }
    _tell(actor, row, "cash.debit.rejected" if back.kind == "REJECT" else "cash.debit.returned", payload)
    return stored


def _charge(actor: Actor, row: DebitCollection, charge: Decimal, on_date: date) -> int | None:
    """Bring the costs of a return to the customer's account under the name the bank knows the collection by."""
    if not charge:
        return None
    return charge_costs(
        actor=actor, item_id=row.item_id, amount=charge, number=row.end_to_end_id, on_date=on_date
    )


def _amount_owed(row: DebitCollection) -> Decimal:
    """Give what can be contested of the item: as much as was collected, and no more than is owed undisputed."""
    items = list_open_items_of(row.company_id, {row.customer_id}, item_ids=[row.item_id])
    return min([row.amount, *(item.open_amount - item.disputed_amount for item in items)]) if items else ZERO


def _open_case(actor: Actor, row: DebitCollection, amount: Decimal, back: _Return) -> None:
    case = DisputeDraft(
        row.item_id,
        row.customer_id,
        row.currency,
        amount,
        "OTHER",
        back.returned_date,
        kind="DISPUTE",
        decision_id=back.decision_id,
    )
    plan = WritePlan()
    add_disputes(plan, actor, row.company_id, [case])
    write(plan)


def _move_mandate(actor: Actor, mandate: Mandate, action: str, back: _Return) -> None:
    if action in _SUSPENDING and mandate.state == MandateState.ACTIVE:
        suspend_mandate(actor=actor, mandate_id=mandate.id, reason=back.code, on_date=back.returned_date)
    elif action == "STOP" and mandate.state in (MandateState.ACTIVE, MandateState.SUSPENDED):
        cancel_mandate(actor=actor, mandate_id=mandate.id, reason=back.code, on_date=back.returned_date)


def _count_tries(row: DebitCollection) -> int:
    """Count how often a claim was tried, this time included."""
    tries, earlier = 1, row.retry_of_id
    while earlier is not None:
        tries += 1
        earlier = DebitCollection.objects.values_list("retry_of_id", flat=True).get(id=earlier)
    return tries


def _work(row: DebitCollection, action: str, opened_at: datetime) -> WorkDraft:
    return WorkDraft(
        company_id=row.company_id,
        queue="DEBIT",
        object_kind=_OBJECT,
        object_id=row.id,
        reason=action,
        currency=row.currency,
        amount=row.amount,
        opened_at=opened_at,
        customer_id=row.customer_id,
    )


def _tell(actor: Actor, row: DebitCollection, kind: str, payload: Mapping[str, object]) -> None:
    plan = WritePlan()
    record_events(plan, [EventDraft(row.company_id, kind, _OBJECT, row.id, payload, actor_id=actor.user_id)])
    write(plan)
