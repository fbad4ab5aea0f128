"""`acquit receivables net`: set what a customer owes off against what we owe them, under an agreement on file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.cli.arguments import actor_named, company_named, read_day
from acquit.core.errors import NotFound

if TYPE_CHECKING:
    from acquit.receivables.operations import NettedPart

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
Customer = Annotated[str, typer.Option("--customer", help="The customer's number.")]
By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]
OnDay = Annotated[date | None, typer.Option("--date", parser=read_day, help="The day; today.")]


def agree_netting(
    company: Company,
    customer: Customer,
    supplier: Annotated[str, typer.Option("--supplier", help="Their number as our supplier.")],
    document: Annotated[str, typer.Option("--document", help="Where the signed agreement is.")],
    valid_from: Annotated[date, typer.Option("--from", parser=read_day, help="The first day.")],
    valid_until: Annotated[
        date | None, typer.Option("--until", parser=read_day, help="The first day without it; open-ended.")
    ] = None,
    by: By = "",
) -> None:
    """Put an agreement with a customer who is a supplier too on file; without one nothing is set off."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.receivables.operations import record_netting_agreement

    agreement = record_netting_agreement(
        actor=actor_named(by),
        customer_id=_customer_id(company, customer),
        supplier_number=supplier,
        document_reference=document,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    print(f"Agreement {agreement} is on file.")


def net(
    company: Company,
    customer: Customer,
    document: Annotated[str, typer.Option("--document", help="The number of their invoice to us.")],
    item: Annotated[
        list[str], typer.Option("--item", help="An item's number, or NUMBER=AMOUNT for a part; repeat it.")
    ],
    on_day: OnDay = None,
    by: By = "",
) -> None:
    """Set open items of a customer off against their invoice to us."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.receivables.operations import net_items

    customer_id = _customer_id(company, customer)
    parts = [_part(customer_id, text) for text in item]
    netting = net_items(
        actor=actor_named(by),
        customer_id=customer_id,
        parts=parts,
        supplier_document=document,
        on_date=on_day or today(),
    )
    print(f"Netting {netting} is posted. Take it back: acquit receivables undo-netting --netting {netting}")


def undo(
    netting: Annotated[int, typer.Option("--netting", help="The netting's number.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the log.")],
    on_day: OnDay = None,
    by: By = "",
) -> None:
    """Take a netting back: its items are open again."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.receivables.operations import undo_netting

    undo_netting(actor=actor_named(by), netting_id=netting, reason=reason, on_date=on_day or today())
    print(f"Netting {netting} is taken back.")


def _customer_id(company: str, number: str) -> int:
    from acquit.parties.queries import list_customer_ids

    found = list_customer_ids(company_named(company).id).get(number)
    if found is None:
        raise NotFound(f"{company} has no customer {number}.", param="customer")
    return found


def _part(customer_id: int, text: str) -> NettedPart:
    """Read NUMBER or NUMBER=AMOUNT; a number that holds an equals sign is tried first as it stands."""
    from acquit.receivables.operations import NettedPart

    if (item_id := _open_item(customer_id, text)) is not None:
        return NettedPart(item_id)
    number, _, amount = text.rpartition("=")
    item_id = _open_item(customer_id, number)
    if item_id is None:
        raise NotFound(f"The customer has no open item {number or text}.", param="item")
    try:
        return NettedPart(item_id, Decimal(amount))
    except InvalidOperation:
        raise typer.BadParameter(f"{amount!r} is no amount such as 119.00.") from None


def _open_item(customer_id: int, number: str) -> int | None:
    from acquit.receivables.queries import list_items

    views = list_items(customer_ids=[customer_id], number=number)
    return next((view.id for view in views if view.open_amount), None)
