"""`acquit token`: keys for programs that act as a user."""

from __future__ import annotations

from typing import Annotated

import typer

from acquit.cli.arguments import AsJson, user_named
from acquit.cli.printing import print_json, print_rows

app = typer.Typer(help="Keys for programs that act as a user.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(metavar="USER", help="The name of the user.")]


@app.command()
def issue(
    username: Username,
    name: Annotated[str, typer.Option("--name", help="What the key is for.")] = "command line",
) -> None:
    """Issue a key and print it, once: only its hash is kept."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.controls.operations import issue_token

    print(issue_token(user_id=user_named(username).id, name=name))


@app.command("list")
def list_all(username: Username, as_json: AsJson = False) -> None:
    """List a user's keys, never the keys themselves."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.controls.queries import list_tokens

    found = list_tokens(user_named(username).id, limit=1000)
    if as_json:
        tokens = [
            {
                "id": token.id,
                "name": token.name,
                "issued_at": token.recorded_at.isoformat(),
                "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
            }
            for token in found
        ]
        print_json({"tokens": tokens})
    elif found:
        rows = (
            (
                token.id,
                token.name,
                f"{token.recorded_at:%Y-%m-%d %H:%M}",
                "revoked" if token.revoked_at else "holds",
            )
            for token in found
        )
        print_rows(("id", "name", "issued (UTC)", "state"), rows)
    else:
        print(f"{username} has no key.")


@app.command()
def revoke(
    username: Username, token: Annotated[int, typer.Argument(metavar="ID", help="As listed.")]
) -> None:
    """Revoke a key; programs that use it are refused from now on."""
    from acquit.cli.session import now, open_house

    open_house()
    from acquit.controls.operations import revoke_token

    revoke_token(user_id=user_named(username).id, token_id=token, revoked_at=now())
    print(f"Key {token} of {username} is revoked.")
