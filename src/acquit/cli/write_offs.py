"""`acquit write-off`: give a claim up by as many yeses as its amount asks for, take it back, take cash that came."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, read_day
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import NotFound

app = typer.Typer(help="Claims that are given up.", no_args_is_help=True)

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
WriteOffId = Annotated[int, typer.Option("--write-off", help="The write-off's number.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]
OnDay = Annotated[date | None, typer.Option("--date", parser=read_day, help="The day; today.")]


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is no amount: write 1234.50") from None


@app.command()
def request(
    *,
    company: Company,
    item: Annotated[str, typer.Option("--item", help="The number of the open item.")],
    reason: Reason,
    tax_rate: Annotated[
        Decimal, typer.Option("--tax-rate", parser=_amount, help="Percent of tax in it; 0 when none.")
    ],
    supplied: Annotated[date, typer.Option("--supplied", parser=read_day, help="The day of the supply.")],
    is_uncollectible: Annotated[
        bool, typer.Option("--uncollectible", help="It is proven that nothing will come.")
    ] = False,
    is_claimed: Annotated[bool, typer.Option("--claimed", help="It was claimed as the law asks.")] = False,
    is_small_business: Annotated[
        bool, typer.Option("--small-business", help="The company is a small business by the law.")
    ] = False,
    insolvent_since: Annotated[
        date | None, typer.Option("--insolvent-since", parser=read_day, help="When the procedure was opened.")
    ] = None,
    on_day: OnDay = None,
    by: By = "",
) -> None:
    """Ask to give up what is open of an item; within your own limit it is done at once."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.receivables.operations import LossFacts, request_write_off
    from acquit.receivables.queries import list_items

    found = company_named(company)
    items = [each for each in list_items(company_ids=[found.id], number=item) if each.open_amount > 0]
    if not items:
        raise NotFound(f"{company} has no open item {item}.", param="item")
    made = request_write_off(
        actor=actor_named(by),
        item_id=items[0].id,
        facts=LossFacts(tax_rate, supplied, is_uncollectible, is_claimed, is_small_business, insolvent_since),
        reason=reason,
        on_date=on_day or today(),
    )
    _say(found.id, made.id)


@app.command()
def approve(
    write_off: WriteOffId,
    company: Company,
    by: Annotated[str, typer.Option("--by", help="Not who asked.")],
    on_day: OnDay = None,
) -> None:
    """Say yes; the last yes it needs books it."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.receivables.operations import approve_write_off

    approve_write_off(actor=actor_named(by), write_off_id=write_off, on_date=on_day or today())
    _say(company_named(company).id, write_off)


@app.command()
def refuse(write_off: WriteOffId, reason: Reason, by: By = "", on_day: OnDay = None) -> None:
    """Say no; the claim stays open."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.receivables.operations import refuse_write_off

    refuse_write_off(actor=actor_named(by), write_off_id=write_off, reason=reason, on_date=on_day or today())
    print(f"Write-off {write_off} is refused; the claim stays open.")


@app.command()
def reverse(write_off: WriteOffId, reason: Reason, by: By = "", on_day: OnDay = None) -> None:
    """Put a claim back: open again with its amount and due day."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.receivables.operations import reverse_write_off

    reverse_write_off(actor=actor_named(by), write_off_id=write_off, reason=reason, on_date=on_day or today())
    print(f"Write-off {write_off} is taken back; the claim is open again.")


@app.command()
def recover(
    write_off: WriteOffId,
    company: Company,
    payment: Annotated[str, typer.Option("--payment", help="The number of the payment that came.")],
    amount: Annotated[
        Decimal, typer.Option("--amount", parser=_amount, help="How much of it is for the claim.")
    ],
    by: By = "",
    on_day: OnDay = None,
) -> None:
    """Take cash that came for a claim given up: tax that was taken back is owed again."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.receivables.operations import record_recovery
    from acquit.receivables.queries import list_items

    found = company_named(company)
    payments = [each for each in list_items(company_ids=[found.id], number=payment) if each.open_amount < 0]
    if not payments:
        raise NotFound(f"{company} has no payment {payment} with something left.", param="payment")
    record_recovery(
        actor=actor_named(by),
        write_off_id=write_off,
        payment_item_id=payments[0].id,
        amount=amount,
        on_date=on_day or today(),
    )
    _say(found.id, write_off)


@app.command("list")
def list_command(company: Company, as_json: AsJson = False) -> None:
    """List a company's write-offs, latest first."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.receivables.queries import list_write_offs

    heads = (
        "write_off",
        "item",
        "state",
        "amount",
        "vat",
        "allowance",
        "expense",
        "recovered",
        "currency",
        "rule",
    )
    cells = [
        (
            *(each.id, each.item_number, each.state),
            *(
                format(value, "f")
                for value in (each.amount, each.vat_recovered, each.allowance_used, each.expense)
            ),
            *(format(each.recovered, "f"), each.currency, each.relief_rule),
        )
        for each in list_write_offs(company_named(company).id)
    ]
    if as_json:
        print_json([dict(zip(heads, row, strict=True)) for row in cells])
    else:
        print_rows(heads, cells)


def _say(company_id: int, write_off_id: int) -> None:
    from acquit.receivables.queries import list_write_offs

    [view] = [each for each in list_write_offs(company_id) if each.id == write_off_id]
    if view.state == "REQUESTED":
        print(
            f"Write-off {view.id} of {view.item_number}, {view.amount:f} {view.currency}, waits for"
            f" {view.approvals_needed} yes of others: acquit write-off approve --write-off {view.id} --by ..."
        )
        return
    rule = f" under {view.relief_rule}" if view.relief_rule else ""
    print(
        f"Write-off {view.id} of {view.item_number} is {view.state}: {view.amount:f} {view.currency} ="
        f" tax back {view.vat_recovered:f}{rule} + allowance {view.allowance_used:f} + loss {view.expense:f};"
        f" came in after {view.recovered:f}."
    )
