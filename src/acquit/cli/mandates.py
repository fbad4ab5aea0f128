"""`acquit mandate`: whose accounts we may debit, since when, and until when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, customer_numbered, read_day
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import NotFound

if TYPE_CHECKING:
    from acquit.cash.queries import MandateView

app = typer.Typer(help="Leave to debit customers' accounts.", no_args_is_help=True)

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
Reference = Annotated[str, typer.Option("--mandate", help="The mandate's reference.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]
OnDay = Annotated[date | None, typer.Option("--date", parser=read_day, help="The day; today.")]


@app.command()
def add(
    *,
    company: Company,
    customer: Annotated[str, typer.Option("--customer", help="The customer's number.")],
    reference: Reference,
    creditor_id: Annotated[str, typer.Option("--creditor-id", help="Our creditor identifier.")],
    account: Annotated[str, typer.Option("--account", help="The IBAN we debit.")],
    signed: Annotated[
        date | None, typer.Option("--signed", parser=read_day, help="When it was signed.")
    ] = None,
    scheme: Annotated[str, typer.Option("--scheme", help="CORE or B2B.")] = "CORE",
    mandate_type: Annotated[str, typer.Option("--type", help="RCUR, or OOFF for once.")] = "RCUR",
    holder: Annotated[str, typer.Option("--holder", help="Whose account it is, if not the customer's.")] = "",
    bic: Annotated[str, typer.Option("--bic", help="The bank's code, where the bank asks for it.")] = "",
    notice_days: Annotated[
        int | None, typer.Option("--notice-days", help="Days of notice agreed, if not the scheme's.")
    ] = None,
    pay_day: Annotated[
        int | None, typer.Option("--pay-day", help="The day of the month the customer has money.")
    ] = None,
    by: By = "",
) -> None:
    """Store a mandate as a draft."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.operations import MandateDraft, store_mandates

    found = company_named(company)
    draft = MandateDraft(
        customer_id=customer_numbered(found.id, customer),
        reference=reference,
        creditor_id=creditor_id,
        account=account,
        account_holder=holder,
        bic=bic,
        scheme=scheme,
        mandate_type=mandate_type,
        signed_date=signed,
        notice_days=notice_days,
        pay_day=pay_day,
    )
    store_mandates(actor=actor_named(by), company_id=found.id, drafts=[draft])
    _say(found.id, reference)


@app.command()
def activate(
    *,
    company: Company,
    reference: Reference,
    signed: Annotated[
        date | None, typer.Option("--signed", parser=read_day, help="When it was signed.")
    ] = None,
    creditor_id: Annotated[str, typer.Option("--creditor-id", help="Our creditor identifier.")] = "",
    account: Annotated[str, typer.Option("--account", help="The IBAN we debit.")] = "",
    on_day: OnDay = None,
    by: By = "",
) -> None:
    """Let collections be made under a draft, or under a suspended mandate again."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import activate_mandate

    found = company_named(company)
    activate_mandate(
        actor=actor_named(by),
        mandate_id=_find(found.id, reference).id,
        signed_date=signed,
        creditor_id=creditor_id,
        account=account,
        on_date=on_day or today(),
    )
    _say(found.id, reference)


@app.command()
def suspend(
    company: Company, reference: Reference, reason: Reason, by: By = "", on_day: OnDay = None
) -> None:
    """Collect nothing until the mandate is activated again."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import suspend_mandate

    found = company_named(company)
    mandate_id = _find(found.id, reference).id
    suspend_mandate(actor=actor_named(by), mandate_id=mandate_id, reason=reason, on_date=on_day or today())
    _say(found.id, reference)


@app.command()
def cancel(company: Company, reference: Reference, reason: Reason, by: By = "", on_day: OnDay = None) -> None:
    """End a mandate for good."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import cancel_mandate

    found = company_named(company)
    mandate_id = _find(found.id, reference).id
    cancel_mandate(actor=actor_named(by), mandate_id=mandate_id, reason=reason, on_date=on_day or today())
    _say(found.id, reference)


@app.command()
def end(company: Company, reference: Reference, by: By = "", on_day: OnDay = None) -> None:
    """Let the next collection be the last."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import end_mandate

    found = company_named(company)
    end_mandate(actor=actor_named(by), mandate_id=_find(found.id, reference).id, on_date=on_day or today())
    _say(found.id, reference)


@app.command()
def amend(
    company: Company,
    reference: Reference,
    account: Annotated[str, typer.Option("--account", help="The IBAN we debit from now on.")],
    bic: Annotated[str, typer.Option("--bic", help="The bank's code, where the bank asks for it.")] = "",
    by: By = "",
    on_day: OnDay = None,
) -> None:
    """Change the account; the next collection tells the bank."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import amend_account

    found = company_named(company)
    amend_account(
        actor=actor_named(by),
        mandate_id=_find(found.id, reference).id,
        account=account,
        bic=bic,
        on_date=on_day or today(),
    )
    _say(found.id, reference)


@app.command()
def lapse(company: Company, by: By = "", on_day: OnDay = None) -> None:
    """Let mandates lapse that nobody collected under for 36 months."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.cash.operations import lapse_mandates

    lapsed = lapse_mandates(
        actor=actor_named(by), company_id=company_named(company).id, on_date=on_day or today()
    )
    print(f"{len(lapsed)} mandates lapsed.")


@app.command("list")
def list_command(
    company: Company,
    state: Annotated[list[str] | None, typer.Option("--state", help="Only these states.")] = None,
    as_json: AsJson = False,
) -> None:
    """List a company's mandates by their references."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.queries import list_mandates

    found = list_mandates(company_id=company_named(company).id, states=state or None)
    rows = [_row(each) for each in found]
    if as_json:
        print_json(rows)
    else:
        heads = tuple(rows[0]) if rows else ("mandate",)
        print_rows(heads, [tuple(row.values()) for row in rows])


def _find(company_id: int, reference: str) -> MandateView:
    """Give the one mandate of a reference; refuses (`NotFound`) none, and one that two creditor ids share."""
    from acquit.cash.queries import list_mandates

    found = list_mandates(company_id=company_id, reference=reference)
    if len(found) != 1:
        raise NotFound(
            f"There is no one mandate {reference!r}: {len(found)} have this name.", param="mandate"
        )
    return found[0]


def _say(company_id: int, reference: str) -> None:
    row = _row(_find(company_id, reference))
    print(
        f"Mandate {row['mandate']} is {row['state']}: {row['scheme']} {row['type']}, account {row['account']}."
    )


def _row(view: MandateView) -> dict[str, Any]:
    from acquit.cash.queries import shown_account
    from acquit.parties.queries import get_customer

    return {
        "mandate": view.reference,
        "customer": get_customer(view.customer_id).number,
        "state": view.state,
        "scheme": view.scheme,
        "type": view.mandate_type,
        "creditor_id": view.creditor_id,
        "signed": view.signed_date.isoformat() if view.signed_date else None,
        "last_collection": view.last_collection_date.isoformat() if view.last_collection_date else None,
        "account": shown_account(view.account),
        "amendments": view.amendments,
        "is_ending": view.is_ending,
    }
