"""Setting what a customer owes off against what we owe them as a supplier: only under an agreement on file.

Dr 2140 Payables, set off / Cr 1200: the payable itself stands in the books of purchases, which take it from 2140. In
foreign currency it is worth the day's rate, as a payment would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound, Refusal
from acquit.core.money import ZERO
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.queries import get_currencies
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Line
from acquit.parties.operations import lock_customers
from acquit.parties.queries import get_customer
from acquit.receivables.models import Netting, NettingAgreement
from acquit.receivables.operations.clearing import unclear_items
from acquit.receivables.operations.drafting import Act
from acquit.receivables.rules.clearing import OpenItemFact, PairDraft
from acquit.receivables.rules.items import UNAPPLIED_KINDS, ItemKind


class CannotNet(Refusal):
    """There is no agreement in force that day, or the items cannot be set off so; nothing was changed."""

    code = "CANNOT_NET"


class NettedPart(NamedTuple):
    """An item to be set off; `amount` None takes all that is open of it."""

    item_id: int
    amount: Decimal | None = None


def record_netting_agreement(
    *,
    actor: Actor,
    customer_id: int,
    supplier_number: str,
    document_reference: str,
    valid_from: date,
    valid_until: date | None = None,
) -> int:
    """Put an agreement on file: whose supplier the customer is, where the paper is, from and until when (half-open).

    Refuses (`CannotNet`) an agreement without supplier or paper, an empty interval, one that overlaps another.
    """
    customer = get_customer(customer_id)
    actor.require(Duty.MASTER, customer.company_id)
    supplier, paper = supplier_number.strip(), document_reference.strip()
    if not supplier or not paper:
        raise CannotNet("Say the customer's supplier number and where the agreement is.", param="document")
    if valid_until is not None and valid_until <= valid_from:
        raise CannotNet(f"{valid_from} to {valid_until} is no interval.", param="valid_until")
    with operation():
        lock_customers([customer_id])
        known = NettingAgreement.objects.filter(customer_id=customer_id).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from)
        )
        if valid_until is not None:
            known = known.filter(valid_from__lt=valid_until)
        if known.exists():
            raise CannotNet(
                f"Customer {customer.number} has an agreement for these days.", param="valid_from"
            )
        row = NettingAgreement.objects.create(
            customer_id=customer_id,
            actor_id=actor.user_id,
            company_id=customer.company_id,
            valid_from=valid_from,
            valid_until=valid_until,
            supplier_number=supplier,
            document_reference=paper,
        )
        _tell(actor, row, "recorded", {"supplier": supplier, "document": paper, "from": str(valid_from)})
    return row.id


def end_netting_agreement(*, actor: Actor, agreement_id: int, valid_until: date) -> None:
    """End an agreement: `valid_until` is the first day without it. What was set off before stays.

    Refuses (`NotFound`), (`CannotNet`) a day before it began.
    """
    with operation():
        row = NettingAgreement.objects.select_for_update(no_key=True).filter(id=agreement_id).first()
        if row is None:
            raise NotFound(f"There is no agreement {agreement_id}.", param="agreement")
        actor.require(Duty.MASTER, row.company_id)
        if valid_until <= row.valid_from:
            raise CannotNet(f"The agreement began on {row.valid_from}.", param="valid_until")
        NettingAgreement.objects.filter(id=agreement_id).update(valid_until=valid_until)
        _tell(actor, row, "ended", {"until": str(valid_until)})


def net_items(
    *,
    actor: Actor,
    customer_id: int,
    parts: Sequence[NettedPart],
    supplier_document: str,
    on_date: date,
) -> int:
    """Set open items of a customer off against a document of theirs as our supplier; gives the netting's id.

    Refuses whole (`CannotNet`): no agreement in force that day, no document, two currencies, items that are not owed or
    posted later, more than is open of one; `NotOpen`, `NoAccount`, `PeriodNotOpen`.
    """
    customer = get_customer(customer_id)
    actor.require(Duty.CASH, customer.company_id)
    document = supplier_document.strip()
    if not document or not parts or len({part.item_id for part in parts}) != len(parts):
        raise CannotNet("Name the supplier's document, and each item once.", param="items")
    with operation():
        lock_customers([customer_id])
        agreement = _agreement_of(customer_id, customer.number, on_date)
        act = Act(actor, customer.company_id, on_date)
        facts = act.read([part.item_id for part in parts])
        amounts = {p.item_id: facts[p.item_id].open_amount if p.amount is None else p.amount for p in parts}
        for item_id, amount in amounts.items():
            _check(facts[item_id], amount, customer_id, on_date)
        if len({fact.currency for fact in facts.values()}) != 1:
            raise CannotNet("All items of a netting are in one currency.", param="items")
        first = facts[parts[0].item_id]
        total = sum(amounts.values(), ZERO)
        [credit_id] = next_ids("item", 1)
        rates = get_currencies(
            document=first.currency,
            company=act.company.currency,
            group=act.company.group_currency,
            on_date=on_date,
        )
        lines = (
            Line(AccountRole.RECEIVABLES, -total, credit_id),
            Line(AccountRole.PAYABLES_SET_OFF, total),
        )
        book = act.post("NETTING", lines, rates, f"{agreement.supplier_number} {document}")
        act.add_item(
            credit_id,
            first,
            kind=ItemKind.NETTING,
            amount=-total,
            company_amount=book[credit_id],
            number=document,
        )
        pairs = [PairDraft(credit_id, item_id, amount) for item_id, amount in amounts.items()]
        act.clear(pairs, "NETTING", document)
        act.tell(
            "receivables.items.netted",
            "ITEM",
            credit_id,
            {
                "amount": str(total),
                "currency": first.currency,
                "agreement": agreement.id,
                "document": document,
            },
        )
        [clearing_id] = act.write()
        return Netting.objects.create(
            agreement_id=agreement.id,
            item_id=credit_id,
            clearing_id=clearing_id,
            customer_id=customer_id,
            actor_id=actor.user_id,
            company_id=customer.company_id,
            netted_date=on_date,
            supplier_document=document,
            currency=first.currency,
            amount=total,
        ).id


def undo_netting(*, actor: Actor, netting_id: int, reason: str, on_date: date) -> int:
    """Take a netting back: its items are open again with their amounts and days. Gives the reversing row's id.

    Refuses (`CannotNet`) one that was taken back or is a taking back, without a reason; `NotFound`, `CannotUnclear`.
    """
    if not reason.strip():
        raise CannotNet("Say why the netting is taken back.", param="reason")
    with operation():
        row = Netting.objects.filter(id=netting_id).first()
        if row is None:
            raise NotFound(f"There is no netting {netting_id}.", param="netting")
        actor.require(Duty.CASH, row.company_id)
        lock_customers([row.customer_id])
        if row.reverses_id is not None or Netting.objects.filter(reverses_id=netting_id).exists():
            raise CannotNet(f"Netting {netting_id} was taken back already.", param="netting")
        day = max(on_date, row.netted_date)
        unclear_items(actor=actor, clearing_ids=[row.clearing_id], effective_date=day, reason=reason)
        act = Act(actor, row.company_id, day)
        act.take_back([row.item_id], ["NETTING"], "NETTING_REVERSED")
        act.tell("receivables.netting.reversed", "ITEM", row.item_id, {"reason": reason})
        [clearing_id] = act.write()
        return Netting.objects.create(
            reverses_id=row.id,
            agreement_id=row.agreement_id,
            item_id=row.item_id,
            clearing_id=clearing_id,
            customer_id=row.customer_id,
            actor_id=actor.user_id,
            company_id=row.company_id,
            netted_date=day,
            supplier_document=row.supplier_document,
            currency=row.currency,
            amount=-row.amount,
        ).id


def _agreement_of(customer_id: int, number: str, on_date: date) -> NettingAgreement:
    row = (
        NettingAgreement.objects.filter(customer_id=customer_id, valid_from__lte=on_date)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on_date))
        .first()
    )
    if row is None:
        raise CannotNet(
            f"Customer {number} has no agreement on file that holds on {on_date}."
            " Record it first: acquit receivables agree-netting",
            param="customer",
        )
    return row


def _check(fact: OpenItemFact, amount: Decimal, customer_id: int, on_date: date) -> None:
    if fact.customer_id != customer_id:
        raise CannotNet(f"{fact.number} is another customer's.", param="items")
    if fact.open_amount <= 0 or fact.kind in UNAPPLIED_KINDS or fact.posting_date > on_date:
        raise CannotNet(f"{fact.number} is not owed by the customer on {on_date}.", param="items")
    if not 0 < amount <= fact.open_amount:
        raise CannotNet(
            f"{fact.number} is open with {fact.open_amount} {fact.currency}; {amount} cannot be set off.",
            param="items",
        )


def _tell(actor: Actor, row: NettingAgreement, verb: str, payload: dict[str, object]) -> None:
    plan = WritePlan()
    kind = f"receivables.netting_agreement.{verb}"
    record_events(
        plan, [EventDraft(row.company_id, kind, "CUSTOMER", row.customer_id, payload, actor_id=actor.user_id)]
    )
    write(plan)
