"""Costs charged to a customer beside what was sold: Dr 1200 / Cr 7100, like interest (handbook section 7, entries).

They are damages and no price of a supply, so there is no tax in them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound, Refusal
from acquit.core.money import to_minor_units
from acquit.infra.bulk import next_ids
from acquit.infra.transaction import operation
from acquit.ledger.queries import get_currencies
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Line
from acquit.parties.operations import lock_customers
from acquit.receivables.operations.drafting import Act
from acquit.receivables.queries import list_items
from acquit.receivables.rules.items import ItemKind

_ENTRY = "CHARGE"


class CannotCharge(Refusal):
    """The amount is not above zero; nothing was charged."""

    code = "CANNOT_CHARGE"


def charge_costs(*, actor: Actor, item_id: int, amount: Decimal, number: str, on_date: date) -> int:
    """Charge costs that an item caused to its customer, due at once; gives the item of the costs.

    Refuses (`CannotCharge`, `AmountTooFine`, `NotFound`).
    """
    with operation():
        found = list_items(item_ids=[item_id], limit=1)
        if not found:
            raise NotFound(f"There is no item {item_id}.", param="item")
        [item] = found
        actor.require(Duty.CASH, item.company_id)
        if to_minor_units(amount, item.currency) <= 0:
            raise CannotCharge(f"Costs are above zero, not {amount}.", param="amount")
        lock_customers([item.customer_id])
        act = Act(actor, item.company_id, on_date)
        [charge_id] = next_ids("item", 1)
        rates = get_currencies(
            document=item.currency,
            company=act.company.currency,
            group=act.company.group_currency,
            on_date=act.on_date,
        )
        lines = (
            Line(AccountRole.RECEIVABLES, amount, charge_id),
            Line(AccountRole.INTEREST_INCOME, -amount),
        )
        book = act.post(_ENTRY, lines, rates, number)
        act.add_item(
            charge_id,
            item,
            kind=ItemKind.CHARGE,
            amount=amount,
            company_amount=book[charge_id],
            number=number,
        )
        told = {"amount": str(amount), "currency": item.currency, "caused_by": item.id}
        act.tell("receivables.costs.charged", "ITEM", charge_id, told)
        act.write()
    return charge_id


def take_back_costs(
    *, actor: Actor, company_id: int, charge_item_id: int, reason: str, on_date: date
) -> None:
    """Take charged costs back by their opposite: nothing of them stays owed. Refuses `NotOpen` what was paid since."""
    with operation():
        actor.require(Duty.CASH, company_id)
        lock_customers([item.customer_id for item in list_items(item_ids=[charge_item_id], limit=1)])
        act = Act(actor, company_id, on_date)
        act.take_back([charge_item_id], [_ENTRY], reason)
        act.tell("receivables.costs.taken_back", "ITEM", charge_item_id, {"reason": reason})
        act.write()
