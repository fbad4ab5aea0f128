"""`acquit user`: who may log in, and what they may do for which company."""

from __future__ import annotations

import secrets
import sys
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from acquit.cli.arguments import AsJson, companies_named, read_day, user_named
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import Refusal

app = typer.Typer(help="Who may log in, and what they may do.", no_args_is_help=True)


class WeakPassword(Refusal):
    """The password is too easy to guess; nothing was changed."""

    code = "WEAK_PASSWORD"


class Language(StrEnum):
    """A language the pages are written in."""

    EN = "en"
    DE = "de"


Username = Annotated[str, typer.Argument(metavar="USER", help="The name to log in with.")]
RoleNames = Annotated[
    list[str], typer.Option("--role", help="A role, such as OWNER, CASH_CLERK or AUDITOR. May be repeated.")
]
Companies = Annotated[
    list[str], typer.Option("--company", help="For this company; all when none is named. May be repeated.")
]
FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input instead of making one."),
]


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option("--name", help="First and last name.")] = "",
    email: Annotated[str, typer.Option("--email")] = "",
    language: Annotated[
        Language, typer.Option("--language", help="The language of the pages.")
    ] = Language.EN,
    role: RoleNames = [],  # noqa: B006 - typer reads the default, nobody changes it
    company: Companies = [],  # noqa: B006
    password_stdin: FromStdin = False,
) -> None:
    """Add a user and print the password, once; with roles, also grant them."""
    from acquit.cli.session import open_house, today

    open_house()
    from acquit.controls.operations import create_user

    roles, companies = _roles(role), companies_named(company)
    password = read_password(username, from_stdin=password_stdin)
    user = create_user(
        username=username, password=password, full_name=name, language=language.value, email=email
    )
    for each in roles:
        _grant(user.id, each, [one.id for one in companies], today(), None)
    print(f"User {username} is added." + ("" if password_stdin else f" Password: {password}"))
    if roles and not companies:
        print(
            f"There is no company yet to be {roles[0]} of. When there is: acquit user grant {username} {roles[0]}"
        )
    elif not roles:
        print(f"They may do nothing yet. Grant a role: acquit user grant {username} OWNER")


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the users and what they may do."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.controls.queries import list_companies, list_grants, list_users

    users = list_users()
    companies = {one.id: one.name for one in list_companies()}
    grants = [
        {
            "user": grant.user_id,
            "role": grant.role.value,
            "company": companies.get(grant.company_id, str(grant.company_id)),
            "from": grant.valid_from.isoformat(),
            "until": grant.valid_until.isoformat() if grant.valid_until else None,
        }
        for grant in list_grants(user.id for user in users)
    ]
    if as_json:
        answer = [
            {
                "username": user.username,
                "name": user.full_name,
                "language": user.language,
                "email": user.email,
                "is_active": user.is_active,
                "grants": [
                    {key: value for key, value in grant.items() if key != "user"}
                    for grant in grants
                    if grant["user"] == user.id
                ],
            }
            for user in users
        ]
        print_json({"users": answer})
        return
    if not users:
        print("No user yet. Add one: acquit user add USER --role OWNER")
        return
    rows: list[tuple[object, ...]] = []
    for user in users:
        held = [grant for grant in grants if grant["user"] == user.id] or [{}]
        rows += (
            (
                user.username if place == 0 else "",
                user.full_name if place == 0 else "",
                grant.get("role", "nothing granted"),
                grant.get("company"),
                grant.get("from"),
                grant.get("until"),
            )
            for place, grant in enumerate(held)
        )
    print_rows(("user", "name", "role", "company", "from", "until"), rows)


@app.command()
def grant(
    username: Username,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="Such as OWNER, CASH_CLERK or AUDITOR.")],
    company: Companies = [],  # noqa: B006
    valid_from: Annotated[
        date | None,
        typer.Option("--from", parser=read_day, metavar="DATE", help="First day; today if not said."),
    ] = None,
    valid_until: Annotated[
        date | None,
        typer.Option("--until", parser=read_day, metavar="DATE", help="First day it no longer holds."),
    ] = None,
) -> None:
    """Grant a role for one company or for all."""
    from acquit.cli.session import open_house, today

    open_house()
    user = user_named(username)
    companies = companies_named(company)
    if not companies:
        raise Refusal(
            "There is no company to grant a role for. Make one with: acquit start", code="NO_COMPANY"
        )
    [wanted] = _roles([role])
    _grant(user.id, wanted, [one.id for one in companies], valid_from or today(), valid_until)
    print(f"{username} is {wanted} of {', '.join(one.name for one in companies)}.")


@app.command()
def password(username: Username, password_stdin: FromStdin = False) -> None:
    """Give a user another password and print it, once."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.controls.operations import set_password

    user = user_named(username)
    chosen = read_password(username, from_stdin=password_stdin)
    set_password(user_id=user.id, password=chosen)
    print(f"{username} has another password." + ("" if password_stdin else f" Password: {chosen}"))


def make_password() -> str:
    """Make a password nobody guesses and everybody can type: 80 bits in four groups, no look-alikes."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def read_password(username: str, *, from_stdin: bool) -> str:
    """Make a password, or take the one on standard input; refuses (`WeakPassword`) one that is easy to guess."""
    if not from_stdin:
        return make_password()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    given = sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(given)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), param="password") from None
    if username.lower() in given.lower():
        raise WeakPassword("The password contains the name of the user.", param="password")
    return given


def _roles(names: list[str]) -> list[str]:
    from acquit.controls.rules.duties import Role

    for name in names:
        if name.upper() not in set(Role):
            raise Refusal(
                f"There is no role {name!r}. Known: {', '.join(Role)}.", param="role", code="UNKNOWN_ROLE"
            )
    return [name.upper() for name in names]


def _grant(
    user_id: int, role: str, company_ids: list[int], valid_from: date, valid_until: date | None
) -> None:
    from acquit.cli.session import command_line
    from acquit.controls.operations import grant_role
    from acquit.controls.rules.duties import Role

    if valid_until is not None and valid_until <= valid_from:
        raise Refusal("The grant ends before it begins.", param="until", code="EMPTY_INTERVAL")
    for company_id in company_ids:
        grant_role(
            actor=command_line(),
            user_id=user_id,
            company_id=company_id,
            role=Role(role),
            valid_from=valid_from,
            valid_until=valid_until,
        )
