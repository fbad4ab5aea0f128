"""What a clerk does with a receipt: confirm, correct, split, keep on account.

Each act locks the customers, reads the books again and refuses when they changed since the proposal was made. Each is
a decision with its proof that names the one it replaces, so undo knows the exact state to go back to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from acquit.cash.operations.aliases import learn_payer, list_taught
from acquit.cash.operations.habits import learn_habits
from acquit.cash.operations.posting import Books, Drafts
from acquit.cash.operations.receipt_moves import (
    Act,
    CannotMove,
    Place,
    ReceiptOutcome,
    check_move,
    check_seen,
    decide_receipt,
    lock_receipt,
    read_payment,
    state_before,
)
from acquit.cash.queries import ReceiptView, get_receipt, get_relatives, list_open_items_of
from acquit.cash.rules.application import Payment, check_application, exchanged, plan_transfer
from acquit.cash.rules.habits import PaidAs, Shown, read_habits, write_shown
from acquit.cash.rules.leeway import check_leeway
from acquit.cash.rules.proofs import list_differences, list_effects, read_exchange, read_proposals
from acquit.cash.rules.receipts import (
    APPLIED_STATES,
    Applied,
    Difference,
    DifferenceKind,
    Exchange,
    OpenItem,
    ReceiptState,
)
from acquit.cash.rules.waiting import PREPAYMENT
from acquit.controls.queries import get_company, get_decision, get_matching_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.infra.bulk import next_ids
from acquit.infra.transaction import operation
from acquit.parties.queries import get_customer
from acquit.receivables.queries import list_items


class _Said(NamedTuple):
    """Where a person says money goes: cash on items, differences on them, its worth in the items' currency.

    `rule` is the one that proposed it, where it was the first proposal.
    """

    applied: Sequence[Applied]
    differences: Sequence[Difference] = ()
    exchange: Exchange | None = None
    rule: str = ""


def confirm_receipt(
    *,
    actor: Actor,
    receipt_id: int,
    business_date: date,
    decided_at: datetime,
    proposal: int = 0,
    seen_decision_id: int | None = None,
) -> ReceiptOutcome:
    """Apply what the receipt's decision proposes: the first of its ranked proposals unless another is chosen.

    Refuses (`CannotMove`) when nothing is proposed or it is applied already, (`CannotApply`) when an item was cleared
    meanwhile, (`ChangedMeanwhile`) when another decision holds than the one that was seen.
    """
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    if receipt.state in APPLIED_STATES:
        raise CannotMove(
            f"Receipt {receipt.id} is {receipt.state}; nothing is left to confirm."
            " Look again: somebody may have been faster.",
            param="receipt",
            details={"state": receipt.state},
        )
    check_seen(receipt, seen_decision_id)
    check_move(receipt, ReceiptState.CONFIRMED)
    proof = get_decision(receipt.decision_id).proof if receipt.decision_id else {}
    proposals = read_proposals(proof)
    if not 0 <= proposal < len(proposals):
        raise CannotMove("Nothing is proposed for this receipt. Choose the items it pays.", param="receipt")
    act = Act(actor, receipt, business_date, decided_at)
    exchange = read_exchange(proof) if proposal == 0 else None
    rule = str(proof.get("rule", "")) if proposal == 0 else ""
    said = _Said(*proposals[proposal], exchange, rule)
    return _apply_as_said(act, said, receipt.decision_id, is_proposed=True)


def apply_receipt(
    *,
    actor: Actor,
    receipt_id: int,
    applied: Sequence[Applied],
    differences: Sequence[Difference] = (),
    business_date: date,
    decided_at: datetime,
    seen_decision_id: int | None = None,
) -> ReceiptOutcome:
    """Apply a receipt to items as a person says: one or several, of one customer or more; the rest stays on account.

    Refuses (`CannotApply`, `CannotMove`, `ChangedMeanwhile`, `NotAllowed`, `PeriodNotOpen`), (`BeyondLeeway`) what
    would be a write-off or a credit note; nothing is written then.
    """
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    act = Act(actor, receipt, business_date, decided_at)
    return _apply_as_said(act, _Said(applied, differences), seen_decision_id, is_proposed=False)


def _apply_as_said(
    act: Act, said: _Said, seen_decision_id: int | None, *, is_proposed: bool
) -> ReceiptOutcome:
    actor, receipt = act.actor, act.receipt
    applied, differences, exchange, _ = said
    wanted = {part.item_id for part in applied} | {d.item_id for d in differences if d.item_id is not None}
    targets = list_items(item_ids=wanted, company_ids=[receipt.company_id], limit=len(wanted) or 1)
    with operation():
        receipt = lock_receipt(receipt, (item.customer_id for item in targets))
        check_seen(receipt, seen_decision_id)
        check_move(receipt, ReceiptState.CONFIRMED)
        if receipt.amount < 0:
            raise CannotMove("This money went back. Say which receipt it takes back.", param="receipt")
        books = Books(get_company(receipt.company_id), actor)
        payment = read_payment(books, receipt)
        items = {
            item.id: item
            for item in list_open_items_of(
                receipt.company_id, {item.customer_id for item in targets}, item_ids=wanted
            )
        }
        check_application(exchanged(payment, exchange), applied, differences, items)
        _, policy = get_matching_policy(company_id=receipt.company_id, on_date=act.business_date)
        if not is_proposed:
            check_leeway(_list_beyond_duties(actor, receipt.company_id, differences), items, policy)
        books.read_facts(list(items))
        owner = _find_owner(receipt, [items[part.item_id].customer_id for part in applied])
        taught = list_taught(receipt, owner, {item.customer_id for item in items.values()}, policy)
        outcome = _apply(act._replace(receipt=receipt), books, payment, said, items, owner, taught)
        learned = learn_payer(receipt, taught, actor=actor, confirmed_at=act.decided_at)
    return replace(outcome, learned=tuple(learned))


def _list_beyond_duties(actor: Actor, company_id: int, differences: Sequence[Difference]) -> list[Difference]:
    """List the differences that are only policy's to let go of: the actor holds no duty to give them up."""
    duties = {DifferenceKind.DISCOUNT: Duty.CREDIT_NOTE}
    return [
        difference
        for difference in differences
        if not actor.has_duty(duties.get(difference.kind, Duty.WRITE_OFF), company_id)
    ]


def _apply(
    act: Act,
    books: Books,
    payment: Payment,
    said: _Said,
    items: Mapping[int, OpenItem],
    owner: int,
    taught: Sequence[int],
) -> ReceiptOutcome:
    applied, differences, exchange, _ = said
    shown = _read_shown(act, said, items)
    [decision_id] = next_ids("decision", 1)
    drafts = Drafts(books)
    if exchange is not None:
        payment = drafts.draft_exchange(
            payment, exchange, decision_id=decision_id, on_date=act.business_date, reason="CONFIRMED"
        )
    done = drafts.draft_application(
        payment,
        applied,
        differences,
        items,
        decision_id=decision_id,
        on_date=act.business_date,
        reason="CONFIRMED",
        keep_for=owner,
    )
    proof = {
        "rule": "CONFIRMED",
        "customer": owner,
        "applied": list_effects(applied, differences, items),
        "differences": list_differences(differences, items),
        "exchange": exchange and [exchange.currency, str(exchange.amount)],
        "money_item": done.rest_item_id or payment.item_id,
        "payer_of": list(taught),
        "habits": write_shown(shown),
        "before": state_before(act.receipt),
    }
    cleared = len({part.item_id for part in applied})
    decide_receipt(
        act,
        ReceiptState.CONFIRMED,
        owner,
        proof,
        decision_id=decision_id,
        drafts=drafts,
        event=("cash.receipt.confirmed", {"applied": cleared}),
    )
    learn_habits(act.receipt.company_id, [(owner, shown, act.receipt.value_date)])
    return ReceiptOutcome(act.receipt.id, ReceiptState.CONFIRMED, decision_id, cleared, len(done.deductions))


def _read_shown(act: Act, said: _Said, items: Mapping[int, OpenItem]) -> Shown:
    """Read which habits a payment shows beside all that was open of these customers."""
    receipt = act.receipt
    _, policy = get_matching_policy(company_id=receipt.company_id, on_date=act.business_date)
    currencies = {item.currency for item in items.values()}
    owed = [
        item
        for item in list_open_items_of(receipt.company_id, {item.customer_id for item in items.values()})
        if item.currency in currencies
    ]
    payment = PaidAs(said.rule, receipt.value_date, said.applied, said.differences)
    return read_habits(payment, items, owed, policy)


def keep_on_account(
    *,
    actor: Actor,
    receipt_id: int,
    customer_id: int | None,
    business_date: date,
    decided_at: datetime,
    purpose: str = "",
    seen_decision_id: int | None = None,
) -> ReceiptOutcome:
    """Keep a receipt for a customer without applying it; money that stood with another goes over to this one.

    `purpose` PREPAYMENT: for an order that is not billed yet. Refuses (`CannotMove`) when nobody knows whose it is or
    what for, (`NotFound`) customers of other companies, (`ChangedMeanwhile`).
    """
    receipt = get_receipt(receipt_id)
    actor.require(Duty.CASH, receipt.company_id)
    owner = customer_id if customer_id is not None else receipt.customer_id
    if owner is None:
        raise CannotMove("Say whose money it is before keeping it on account.", param="customer")
    if purpose not in {"", PREPAYMENT}:
        raise CannotMove(f"{purpose!r} is no purpose money is kept for.", param="purpose")
    customer = get_customer(owner)
    if customer.company_id != receipt.company_id or customer.is_technical:
        raise NotFound(f"There is no customer {owner} in this company.", param="customer")
    with operation():
        receipt = lock_receipt(receipt, [owner])
        check_seen(receipt, seen_decision_id)
        check_move(receipt, ReceiptState.ON_ACCOUNT)
        books = Books(get_company(receipt.company_id), actor)
        payment = read_payment(books, receipt)
        [decision_id] = next_ids("decision", 1)
        drafts, money_item = Drafts(books), payment.item_id
        if payment.customer_id != owner:
            on_date = books.not_before([payment.item_id], business_date)
            moved = plan_transfer(payment, owner, books.take_ids(), on_date)
            drafts.draft_planned(moved, payment, decision_id=decision_id, on_date=on_date, reason="MOVED")
            money_item = moved.rest_item_id or money_item
        proof = {
            "rule": "KEPT",
            "customer": owner,
            "money_item": money_item,
            "before": state_before(receipt),
        }
        decide_receipt(
            Act(actor, receipt, business_date, decided_at),
            ReceiptState.ON_ACCOUNT,
            owner,
            proof,
            decision_id=decision_id,
            drafts=drafts,
            event=("cash.receipt.kept_on_account", {"customer": owner, "purpose": purpose}),
            place=Place(decision_id, purpose),
        )
    return ReceiptOutcome(receipt.id, ReceiptState.ON_ACCOUNT, decision_id, 0, 0)


def _find_owner(receipt: ReceiptView, customer_ids: Sequence[int]) -> int:
    """Give whose money it is once it pays for these customers: the payer's that may pay for some, else theirs."""
    if receipt.customer_id is None:
        return customer_ids[0]
    relatives = get_relatives({receipt.customer_id, *customer_ids})
    may_pay = any(relatives.is_related(receipt.customer_id, customer) for customer in customer_ids)
    return receipt.customer_id if may_pay else customer_ids[0]
