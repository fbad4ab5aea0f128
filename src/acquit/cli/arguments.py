"""The arguments that several commands take, each read and refused in one way."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.core.errors import NotFound, Refusal

if TYPE_CHECKING:
    from acquit.controls.queries import CompanyView, UserView
    from acquit.controls.rules.duties import Actor

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def read_day(text: str) -> date:
    """Read a day as typed; usage error otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day such as 2026-03-31.") from None


class UnknownCompany(Refusal):
    """No company of this name exists."""

    code = "UNKNOWN_COMPANY"


def company_named(name: str) -> CompanyView:
    """Give the company of a name; refuses (`UnknownCompany`), naming those there are."""
    from acquit.controls.queries import find_company, list_companies

    found = find_company(name)
    if found is None:
        names = ", ".join(known.name for known in list_companies()) or "none yet"
        raise UnknownCompany(f"There is no company {name!r}. Known: {names}.", param="company")
    return found


def companies_named(names: list[str]) -> list[CompanyView]:
    """Give the companies of these names, all of them when none is named."""
    from acquit.controls.queries import list_companies

    return [company_named(name) for name in names] if names else list_companies()


def customer_numbered(company_id: int, number: str) -> int:
    """Give the id of a customer by its number; refuses (`NotFound`)."""
    from acquit.parties.queries import list_customer_ids

    found = list_customer_ids(company_id).get(number)
    if found is None:
        raise NotFound(f"There is no customer {number!r} of this company.", param="customer")
    return found


def user_named(username: str) -> UserView:
    """Give the user of a name; refuses (`NotFound`)."""
    from acquit.controls.queries import find_user

    found = find_user(username)
    if found is None:
        raise NotFound(f"There is no user {username!r}. List them with: acquit user list", param="user")
    return found


def actor_named(username: str) -> Actor:
    """Give the user of a name as who acts today; the program itself when none is named."""
    from acquit.cli.session import command_line, today
    from acquit.controls.queries import get_actor

    return get_actor(user_named(username).id, today()) if username else command_line()
