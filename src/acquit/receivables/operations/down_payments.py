"""Down payments: a request that is only noted, cash that becomes a liability and owed tax, and the final invoice.

Received: Dr 2100 / Cr 2110 net / Cr 2200 tax, as two items. Cleared against the final invoice they are the entry
Dr 2110, Dr 2200 / Cr 1200 (handbook section 5), and unclearing that gives everything back.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound, Refusal
from acquit.core.money import percent_of, round_amount
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Line
from acquit.parties.operations import lock_customers
from acquit.receivables.models import DownPayment, NotedItem
from acquit.receivables.operations.drafting import Act
from acquit.receivables.rules.clearing import PairDraft
from acquit.receivables.rules.items import ItemKind, NotedKind


class CannotTakeDownPayment(Refusal):
    """The cash or the invoice does not fit the request; nothing was changed."""

    code = "CANNOT_TAKE_DOWN_PAYMENT"


def request_down_payment(  # noqa: PLR0913 - the facts of a request
    *,
    actor: Actor,
    company_id: int,
    customer_id: int,
    number: str,
    currency: str,
    net: Decimal,
    tax_rate: Decimal,
    due_date: date,
    on_date: date,
) -> int:
    """Note a request for a down payment: nothing is posted, nothing is owed. Gives its id."""
    actor.require(Duty.BILL, company_id)
    if net <= 0 or round_amount(net, currency) != net or tax_rate < 0:
        raise CannotTakeDownPayment(f"{net} {currency} cannot be asked for in advance.", param="net")
    with operation():
        lock_customers([customer_id], company_id=company_id)
        if NotedItem.objects.filter(company_id=company_id, number=number).exists():
            raise CannotTakeDownPayment(f"There is a request {number} already.", param="number")
        row = NotedItem.objects.create(
            customer_id=customer_id,
            actor_id=actor.user_id,
            company_id=company_id,
            noted_date=on_date,
            due_date=due_date,
            kind=NotedKind.DOWN_PAYMENT_REQUEST,
            number=number,
            currency=currency,
            net=net,
            tax_rate=tax_rate,
            tax=percent_of(net, tax_rate, currency),
        )
        plan = WritePlan()
        payload = {"number": number, "gross": str(row.net + row.tax), "currency": currency}
        record_events(
            plan,
            [
                EventDraft(
                    company_id,
                    "receivables.down_payment.requested",
                    "NOTED_ITEM",
                    row.id,
                    payload,
                    actor_id=actor.user_id,
                )
            ],
        )
        write(plan)
    return row.id


def receive_down_payment(*, actor: Actor, request_id: int, payment_item_id: int, on_date: date) -> int:
    """Take cash as the down payment that was asked for, its whole amount; gives the down payment's id.

    Refuses (`CannotTakeDownPayment`) cash of another customer or currency, less than was asked, a request that was
    met; `NotOpen`.
    """
    with operation():
        request = NotedItem.objects.filter(id=request_id).first()
        if request is None:
            raise NotFound(f"There is no request {request_id}.", param="request")
        actor.require(Duty.CASH, request.company_id)
        lock_customers([request.customer_id])
        act = Act(actor, request.company_id, on_date)
        payment = act.read([payment_item_id])[payment_item_id]
        gross = request.net + request.tax
        if DownPayment.objects.filter(noted_item_id=request_id).exists():
            raise CannotTakeDownPayment(f"{request.number} was paid already.", param="request")
        is_theirs = payment.customer_id == request.customer_id and payment.currency == request.currency
        if not is_theirs or payment.kind not in {ItemKind.PAYMENT, ItemKind.PAYMENT_TRANSFER}:
            raise CannotTakeDownPayment(
                f"{payment.number} is no cash of the customer of {request.number}.", param="payment"
            )
        if -payment.open_amount < gross:
            raise CannotTakeDownPayment(
                f"{payment.number} has {-payment.open_amount} left, {request.number} asks for {gross}.",
                param="payment",
            )
        debit_id, net_id, tax_id = next_ids("item", 3)
        lines = (
            Line(AccountRole.UNAPPLIED_CASH, gross, debit_id),
            Line(AccountRole.DOWN_PAYMENTS, -request.net, net_id),
            Line(AccountRole.OUTPUT_VAT, -request.tax, tax_id),
        )
        book = act.post("DOWN_PAYMENT", lines, act.rates_of(payment), request.number)
        for item_id, kind, amount in (
            (debit_id, ItemKind.PAYMENT_TRANSFER, gross),
            (net_id, ItemKind.DOWN_PAYMENT, -request.net),
            (tax_id, ItemKind.DOWN_PAYMENT_TAX, -request.tax),
        ):
            if amount != 0:
                act.add_item(
                    item_id,
                    payment,
                    kind=kind,
                    amount=amount,
                    company_amount=book[item_id],
                    number=request.number,
                )
        act.clear([PairDraft(payment_item_id, debit_id, gross)], "DOWN_PAYMENT", request.number)
        act.tell("receivables.down_payment.received", "NOTED_ITEM", request_id, {"payment": payment_item_id})
        [clearing_id] = act.write()
        return DownPayment.objects.create(
            noted_item_id=request_id,
            net_item_id=net_id,
            tax_item_id=tax_id if request.tax else None,
            clearing_id=clearing_id,
            customer_id=request.customer_id,
            company_id=request.company_id,
            received_date=act.on_date,
        ).id


def settle_down_payment(*, actor: Actor, down_payment_id: int, invoice_item_id: int, on_date: date) -> int:
    """Take a down payment off its final invoice: net against net, tax against tax; gives the clearing's id.

    Refuses (`NotOpen`) one that was settled, (`CannotClear`) an invoice that does not fit or is smaller.
    """
    with operation():
        row = DownPayment.objects.filter(id=down_payment_id).first()
        if row is None:
            raise NotFound(f"There is no down payment {down_payment_id}.", param="down_payment")
        actor.require(Duty.BILL, row.company_id)
        lock_customers([row.customer_id])
        act = Act(actor, row.company_id, on_date)
        parts = [item_id for item_id in (row.net_item_id, row.tax_item_id) if item_id is not None]
        facts = act.read([*parts, invoice_item_id])
        pairs = [PairDraft(i, invoice_item_id, -facts[i].open_amount) for i in parts]
        act.clear(pairs, "DOWN_PAYMENT", facts[row.net_item_id].number)
        act.tell(
            "receivables.down_payment.settled", "NOTED_ITEM", row.noted_item_id, {"invoice": invoice_item_id}
        )
        [clearing_id] = act.write()
    return clearing_id
