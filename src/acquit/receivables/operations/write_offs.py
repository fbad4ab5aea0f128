"""Giving claims up, with as many yeses as the amount asks for, and cash that comes after all.

Dr 1210 as far as the allowance reaches, Dr 6100, Dr 2200 where national law gives the tax back / Cr 1200. The claim
leaves the books and stays in `write_off`: what came in later and what is still missing is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from acquit.controls.queries import get_write_off_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound, Refusal
from acquit.core.money import EXACT, ZERO, minor_units
from acquit.infra.bulk import next_ids
from acquit.infra.transaction import operation
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Line
from acquit.parties.operations import lock_customers
from acquit.parties.queries import get_customer
from acquit.receivables.models import Item, Recovery, WriteOff, WriteOffApproval
from acquit.receivables.operations.allowance import hold_allowance
from acquit.receivables.operations.clearing import unclear_items
from acquit.receivables.operations.drafting import Act
from acquit.receivables.rules.clearing import OpenItemFact, PairDraft
from acquit.receivables.rules.items import UNAPPLIED_KINDS, ItemKind
from acquit.receivables.rules.vat_relief import Relief, ReliefFacts, decide_relief
from acquit.receivables.rules.write_off import CannotWriteOff, plan_recovery, plan_write_off


class CannotApproveWriteOff(Refusal):
    """The person asked for the write-off or said yes already, or it does not wait for one; nothing was changed."""

    code = "CANNOT_APPROVE_WRITE_OFF"


@dataclass(frozen=True, slots=True)
class LossFacts:
    """What the door knows of a claim: its tax rate in percent, when it was supplied, what is proven."""

    tax_rate: Decimal
    supply_date: date
    is_uncollectible: bool = False
    is_claimed: bool = False
    is_small_business: bool = False
    insolvent_since: date | None = None


def request_write_off(
    *, actor: Actor, item_id: int, facts: LossFacts, reason: str, on_date: date
) -> WriteOff:
    """Ask to give up what is open of an item; within the actor's own limit it is done at once.

    Refuses (`CannotWriteOff`) what is not owed or waits for approval already, (`NotOpen`), without a reason.
    """
    if not reason.strip():
        raise CannotWriteOff("A write-off needs a reason.", param="reason")
    with operation():
        row = Item.objects.filter(id=item_id).first()
        if row is None:
            raise NotFound(f"There is no item {item_id}.", param="item")
        actor.require(Duty.WRITE_OFF, row.company_id)
        lock_customers([row.customer_id])
        act = Act(actor, row.company_id, on_date)
        item = act.read([item_id])[item_id]
        if item.open_amount <= 0 or item.kind in UNAPPLIED_KINDS:
            raise CannotWriteOff(f"{item.number} is not owed by the customer.", param="item")
        if WriteOff.objects.filter(item_id=item_id, state="REQUESTED").exists():
            raise CannotWriteOff(f"{item.number} waits for approval already.", param="item")
        _, policy = get_write_off_policy(company_id=row.company_id, on_date=on_date)
        size = item.open_company_amount
        needed = (size > policy.alone_amount) + (size > policy.second_amount)
        write_off = WriteOff.objects.create(
            item_id=item_id,
            requested_by_id=actor.user_id,
            customer_id=row.customer_id,
            company_id=row.company_id,
            approvals_needed=needed,
            state="REQUESTED",
            reason=reason,
            currency=item.currency,
            amount=item.open_amount,
            tax_rate=facts.tax_rate,
        )
        relief = _relief(act, item, facts, on_date)
        if relief.is_granted:
            WriteOff.objects.filter(id=write_off.id).update(relief_rule=relief.rule)
            write_off.relief_rule = relief.rule
        payload: dict[str, object] = {
            "item": item_id,
            "amount": str(item.open_amount),
            "relief": relief.rule,
            "missing": list(relief.missing),
        }
        act.tell("receivables.write_off.requested", "WRITE_OFF", write_off.id, payload)
        if needed == 0:
            _post(act, write_off, item)
        else:
            act.write()
    return write_off


def approve_write_off(*, actor: Actor, write_off_id: int, on_date: date) -> WriteOff:
    """Say yes to a write-off; the last yes it needs posts it.

    Refuses (`CannotApproveWriteOff`) the person who asked, a second yes, one that does not wait; (`CannotWriteOff`)
    when another amount is open by now.
    """
    with operation():
        write_off = _locked(write_off_id)
        actor.require(Duty.WRITE_OFF, write_off.company_id)
        said = set(
            WriteOffApproval.objects.filter(write_off_id=write_off_id).values_list("actor_id", flat=True)
        )
        if write_off.state != "REQUESTED":
            raise CannotApproveWriteOff(f"Write-off {write_off_id} is {write_off.state}.", param="write_off")
        if actor.user_id in {write_off.requested_by_id, *said}:
            raise CannotApproveWriteOff("A write-off is approved by other persons.", param="approver")
        lock_customers([write_off.customer_id])
        act = Act(actor, write_off.company_id, on_date)
        item = act.read([write_off.item_id])[write_off.item_id]
        if item.open_amount != write_off.amount:
            raise CannotWriteOff(
                f"{item.number} is open with {item.open_amount} {item.currency}, not {write_off.amount} as asked.",
                param="write_off",
            )
        WriteOffApproval.objects.create(
            write_off_id=write_off_id, actor_id=actor.user_id, company_id=write_off.company_id
        )
        act.tell("receivables.write_off.approved", "WRITE_OFF", write_off_id, {"item": item.id})
        if len(said) + 1 >= write_off.approvals_needed:
            _post(act, write_off, item)
        else:
            act.write()
    return write_off


def refuse_write_off(*, actor: Actor, write_off_id: int, reason: str, on_date: date) -> None:
    """Say no to a write-off that waits; the claim stays open."""
    with operation():
        write_off = _locked(write_off_id)
        actor.require(Duty.WRITE_OFF, write_off.company_id)
        if write_off.state != "REQUESTED":
            raise CannotApproveWriteOff(f"Write-off {write_off_id} is {write_off.state}.", param="write_off")
        act = Act(actor, write_off.company_id, on_date)
        act.tell("receivables.write_off.refused", "WRITE_OFF", write_off_id, {"reason": reason})
        act.write()
        WriteOff.objects.filter(id=write_off_id).update(state="REFUSED")


def reverse_write_off(*, actor: Actor, write_off_id: int, reason: str, on_date: date) -> None:
    """Put a claim back: open again with its amount and due day, allowance, expense and tax as before.

    Refuses (`CannotWriteOff`) one that is not posted, or for which cash came.
    """
    with operation():
        write_off = _locked(write_off_id)
        actor.require(Duty.WRITE_OFF, write_off.company_id)
        lock_customers([write_off.customer_id])
        if write_off.state != "POSTED" or recovered_amount(write_off_id) != 0:
            raise CannotWriteOff(
                f"Write-off {write_off_id} is {write_off.state} or cash came for it: it stays.",
                param="write_off",
            )
        unclear_items(
            actor=_as_clerk(actor, write_off.company_id),
            clearing_ids=[write_off.clearing_id or 0],
            effective_date=on_date,
            reason=reason,
        )
        act = Act(actor, write_off.company_id, on_date)
        act.take_back([write_off.credit_item_id or 0], ["WRITE_OFF"], "WRITE_OFF_REVERSED")
        act.tell("receivables.write_off.reversed", "WRITE_OFF", write_off_id, {"reason": reason})
        act.write()
        WriteOff.objects.filter(id=write_off_id).update(state="REVERSED")


def record_recovery(
    *, actor: Actor, write_off_id: int, payment_item_id: int, amount: Decimal, on_date: date
) -> int:
    """Take cash as paid on a claim that was written off: Dr 2100 / Cr 2200 where the tax was taken back / Cr 6100.

    Refuses (`CannotWriteOff`) more than is still missing, another customer's or currency's cash, `NotOpen`.
    """
    with operation():
        write_off = _locked(write_off_id)
        actor.require(Duty.CASH, write_off.company_id)
        lock_customers([write_off.customer_id])
        act = Act(actor, write_off.company_id, on_date)
        payment = act.read([payment_item_id])[payment_item_id]
        missing = write_off.amount - recovered_amount(write_off_id)
        if write_off.state != "POSTED" or amount > missing:
            raise CannotWriteOff(
                f"Write-off {write_off_id} is {write_off.state}, {missing} {write_off.currency} are missing.",
                param="amount",
            )
        is_theirs = payment.customer_id == write_off.customer_id and payment.currency == write_off.currency
        if not is_theirs or payment.kind not in UNAPPLIED_KINDS or amount > -payment.open_amount:
            raise CannotWriteOff(
                f"{payment.number} is no cash of this customer over {amount}.", param="payment"
            )
        plan = plan_recovery(
            amount,
            write_off.tax_rate,
            write_off.currency,
            was_vat_relieved=bool(write_off.vat_recovered),
        )
        [item_id] = next_ids("item", 1)
        lines = (
            Line(AccountRole.UNAPPLIED_CASH, plan.bank, item_id),
            Line(AccountRole.OUTPUT_VAT, -plan.output_vat),
            Line(AccountRole.BAD_DEBT, -plan.recovery_income),
        )
        book = act.post("RECOVERY", lines, act.rates_of(payment), payment.number)
        act.add_item(item_id, payment, kind=ItemKind.RECOVERY, amount=amount, company_amount=book[item_id])
        act.clear([PairDraft(payment_item_id, item_id, amount)], "RECOVERY", payment.number)
        act.tell("receivables.claim.recovered", "WRITE_OFF", write_off_id, {"amount": str(amount)})
        [clearing_id] = act.write()
        return Recovery.objects.create(
            write_off_id=write_off_id,
            payment_item_id=payment_item_id,
            item_id=item_id,
            clearing_id=clearing_id,
            company_id=write_off.company_id,
            received_date=act.on_date,
            currency=write_off.currency,
            amount=amount,
            output_vat=plan.output_vat,
        ).id


def recovered_amount(write_off_id: int) -> Decimal:
    """Give what came in on a claim after it was written off."""
    rows = Recovery.objects.filter(write_off_id=write_off_id).values_list("amount", flat=True)
    return sum(rows, ZERO)


def _post(act: Act, write_off: WriteOff, item: OpenItemFact) -> None:
    rates = act.rates_of(item)
    allowance = hold_allowance(act.company.id, act.on_date)
    plan = plan_write_off(
        write_off.amount,
        write_off.tax_rate,
        _in_currency_of(item, max(allowance, ZERO)),
        item.currency,
        has_vat_relief=bool(write_off.relief_rule),
    )
    [credit_id] = next_ids("item", 1)
    lines = (
        Line(AccountRole.RECEIVABLES, -plan.receivable, credit_id),
        Line(AccountRole.LOSS_ALLOWANCE, plan.allowance_used),
        Line(AccountRole.OUTPUT_VAT, plan.vat_recovered),
        Line(AccountRole.BAD_DEBT, plan.bad_debt_expense),
    )
    book = act.post("WRITE_OFF", lines, rates, item.number)
    act.add_item(
        credit_id,
        item,
        kind=ItemKind.WRITE_OFF,
        amount=-plan.receivable,
        company_amount=book[credit_id],
        due_date=item.due_date,
    )
    act.clear([PairDraft(credit_id, item.id, plan.receivable)], "WRITE_OFF", item.number)
    act.tell(
        "receivables.claim.written_off",
        "WRITE_OFF",
        write_off.id,
        {
            "amount": str(plan.receivable),
            "vat": str(plan.vat_recovered),
            "allowance": str(plan.allowance_used),
        },
    )
    [write_off.clearing_id] = act.write()
    write_off.credit_item_id = credit_id
    write_off.effective_date = act.on_date
    write_off.state = "POSTED"
    write_off.vat_recovered = plan.vat_recovered
    write_off.allowance_used = plan.allowance_used
    write_off.expense = plan.bad_debt_expense
    write_off.save()


def _in_currency_of(item: OpenItemFact, company_amount: Decimal) -> Decimal:
    """Convert at the item's own book rate, rounded down; an item too small to have a book value takes nothing.

    Multiplied before it is divided, so that nothing is rounded twice.
    """
    if item.open_company_amount == 0:
        return ZERO
    exact = EXACT.divide(EXACT.multiply(company_amount, item.open_amount), item.open_company_amount)
    return exact.quantize(Decimal(1).scaleb(-minor_units(item.currency)), rounding=ROUND_DOWN)


def _relief(act: Act, item: OpenItemFact, facts: LossFacts, on_date: date) -> Relief:
    return decide_relief(
        act.company.country,
        ReliefFacts(
            due_date=item.due_date,
            supply_date=facts.supply_date,
            is_insolvent=get_customer(item.customer_id).is_insolvent,
            is_uncollectible=facts.is_uncollectible,
            is_claimed=facts.is_claimed,
            is_small_business=facts.is_small_business,
            insolvent_since=facts.insolvent_since,
        ),
        on_date,
    )


def _locked(write_off_id: int) -> WriteOff:
    row = WriteOff.objects.select_for_update(no_key=True).filter(id=write_off_id).first()
    if row is None:
        raise NotFound(f"There is no write-off {write_off_id}.", param="write_off")
    return row


def _as_clerk(actor: Actor, company_id: int) -> Actor:
    """Let who may give up a claim take its own clearing back, though they may not apply cash."""
    held = actor.duties.get(company_id, frozenset())
    return Actor(actor.user_id, actor.name, {company_id: held | {Duty.CASH}}, is_system=actor.is_system)
