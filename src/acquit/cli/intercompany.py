"""`acquit receivables settle-across`: one company's receipt pays another's item, and taking that back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from acquit.cli.arguments import actor_named, company_named, read_day
from acquit.core.errors import NotFound

By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]
OnDay = Annotated[date | None, typer.Option("--date", parser=read_day, help="The day; today.")]


def settle_across(
    paid_company: Annotated[str, typer.Option("--paid-company", help="The company that got the money.")],
    payment: Annotated[str, typer.Option("--payment", help="The number of the payment there.")],
    company: Annotated[str, typer.Option("--company", help="The company that is owed it.")],
    item: Annotated[str, typer.Option("--item", help="The number of the item there.")],
    amount: Annotated[str, typer.Option("--amount", help="How much of both.")],
    on_day: OnDay = None,
    by: By = "",
) -> None:
    """Settle an item of one company by a payment that another received; both books say who owes whom."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import settle_across_companies

    try:
        settled = Decimal(amount)
    except InvalidOperation:
        raise typer.BadParameter(f"{amount!r} is no amount such as 119.00.") from None
    first, second = settle_across_companies(
        actor=actor_named(by),
        payment_item_id=_open_item(paid_company, payment),
        debit_item_id=_open_item(company, item),
        amount=settled,
        settled_date=on_day or today(),
    )
    print(f"Settled by C-{first} and C-{second}.")
    print(f"Take it back: acquit receivables undo-settlement --clearing {first} --reason ...")


def undo(
    clearing: Annotated[int, typer.Option("--clearing", help="Either of the settlement's two clearings.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the log.")],
    on_day: OnDay = None,
    by: By = "",
) -> None:
    """Take a settlement over companies back: both books stand as before."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import undo_settlement

    undo_settlement(actor=actor_named(by), clearing_id=clearing, on_date=on_day or today(), reason=reason)
    print(f"The settlement of C-{clearing} is taken back.")


def _open_item(company: str, number: str) -> int:
    from acquit.receivables.queries import list_items

    views = list_items(company_ids=[company_named(company).id], number=number)
    found = next((view.id for view in views if view.open_amount), None)
    if found is None:
        raise NotFound(f"{company} has no open item {number}.", param="item")
    return found
