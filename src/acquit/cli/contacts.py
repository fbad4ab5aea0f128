"""`acquit contact`: the people at a customer, each kept for a purpose."""

from __future__ import annotations

from typing import Annotated

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, customer_numbered
from acquit.cli.printing import print_json, print_rows

app = typer.Typer(help="People at customers, each kept for a purpose.", no_args_is_help=True)

Company = Annotated[str, typer.Option("--company", help="The company's name.")]
CustomerNumber = Annotated[str, typer.Option("--customer", help="The customer's number.")]
By = Annotated[str, typer.Option("--by", help="The user who does this; the program itself when not said.")]


@app.command()
def add(
    *,
    company: Company,
    customer: CustomerNumber,
    purpose: Annotated[
        str, typer.Option("--purpose", help="BILLING, COLLECTION, DISPUTE, REMITTANCE, LEGAL or ORDER.")
    ],
    name: Annotated[str, typer.Option("--name")],
    email: Annotated[str, typer.Option("--email")] = "",
    phone: Annotated[str, typer.Option("--phone")] = "",
    language: Annotated[
        str, typer.Option("--language", help="The one they read; the customer's if not said.")
    ] = "",
    consent: Annotated[str, typer.Option("--consent", metavar="DATE", help="The day they agreed.")] = "",
    by: By = "",
) -> None:
    """Store a contact."""
    from acquit.cli.arguments import read_day
    from acquit.cli.session import open_house

    open_house()
    from acquit.core.errors import Refusal
    from acquit.parties.operations import ContactDraft, store_contact
    from acquit.parties.rules.personal_data import ContactPurpose

    if purpose.upper() not in set(ContactPurpose):
        raise Refusal(
            f"There is no purpose {purpose!r}. Known: {', '.join(ContactPurpose)}.",
            param="purpose",
            code="UNKNOWN_PURPOSE",
        )
    contact_id = store_contact(
        actor=actor_named(by),
        draft=ContactDraft(
            customer_id=customer_numbered(company_named(company).id, customer),
            purpose=ContactPurpose(purpose.upper()),
            name=name,
            email=email,
            phone=phone,
            language=language,
            consent_date=read_day(consent) if consent else None,
        ),
    )
    print(f"Contact {contact_id} is stored.")


@app.command("list")
def list_all(company: Company, customer: CustomerNumber, by: By = "", as_json: AsJson = False) -> None:
    """List the contacts of a customer; that they were read is noted."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.parties.operations import record_access
    from acquit.parties.queries import list_contacts

    customer_id = customer_numbered(company_named(company).id, customer)
    record_access(actor=actor_named(by), customer_ids=[customer_id], door="CLI", purpose="CONTACTS")
    found = list_contacts(customer_id)
    if as_json:
        print_json(
            {
                "contacts": [
                    {
                        "id": each.id,
                        "purpose": each.purpose,
                        "name": each.name,
                        "email": each.email,
                        "phone": each.phone,
                        "language": each.language,
                        "consent_date": each.consent_date and each.consent_date.isoformat(),
                    }
                    for each in found
                ]
            }
        )
    else:
        rows = ((each.id, each.purpose, each.name, each.email, each.phone, each.language) for each in found)
        print_rows(("id", "purpose", "name", "mail", "telephone", "language"), rows)


@app.command()
def erase(
    contact: Annotated[int, typer.Argument(metavar="ID", help="As `acquit contact list` shows it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the log.")],
    by: By = "",
) -> None:
    """Erase a contact whose purpose ended, or who asked for it."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.parties.operations import erase_contact

    erase_contact(actor=actor_named(by), contact_id=contact, reason=reason)
    print(f"Contact {contact} is erased.")
