"""`acquit demo`: a sample company, written as files and taken in by the same way as anybody's.

What the demo was made from (seed and day) and its passwords are kept in one private file of ACQUIT_HOME; so a second
demo finds what is there, finishes what was interrupted, and changes nothing else.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.cli.serving import DEFAULT_PORT, Host, Port
from acquit.core.errors import Refusal

if TYPE_CHECKING:
    from acquit.intake.sample import CompanyFolder

DEFAULT_SEED = 20260301


class CannotRepeatDemo(Refusal):
    """The demo here was made from another seed; nothing was changed."""

    code = "CANNOT_REPEAT_DEMO"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody to log in as."""

    username: str
    full_name: str
    language: str
    role: str


USERS = (
    DemoUser("katrin", "Katrin Vogel", "en", "OWNER"),
    DemoUser("tobias", "Tobias Brandt", "de", "CASH_CLERK"),
)


@dataclass(slots=True)
class DemoNotes:
    """What the demo was made from, and the passwords it gave. `is_done` companies are whole."""

    seed: int
    as_of: date
    passwords: dict[str, str]
    done: list[str]


def demo(
    serves: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the web when the data is in.")
    ] = True,
    seed: Annotated[int | None, typer.Option("--seed", help="Another sample company.")] = None,
    host: Host = "127.0.0.1",
    port: Port = DEFAULT_PORT,
) -> None:
    """Make a sample company from files, check the books, and serve the web."""
    from acquit.cli.checks import check
    from acquit.cli.serving import make_server, run_server
    from acquit.cli.session import open_house, today

    open_house()
    server = make_server(host, port) if serves else None
    notes = _read_notes(seed, today())
    _take_in_sample(notes)
    print("\nThe checks of the books")
    check()
    _make_users(notes)
    if server is not None:
        run_server(server)


def _take_in_sample(notes: DemoNotes) -> None:
    """Write the sample and take in, company by company, what is not in yet."""
    from acquit.intake.sample import write_sample
    from acquit.intake.sample.companies import COMPANIES

    missing = [one.name for one in COMPANIES if not _is_in(one.name, notes)]
    if not missing:
        print(f"The sample company is in the books already, as of {notes.as_of}. Nothing was changed.")
        return
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="acquit-demo-") as folder:
        print(f"Writing the files of the sample company (seed {notes.seed}, as of {notes.as_of})")
        written = write_sample(Path(folder), notes.seed, notes.as_of)
        files = sum(len(one.files) for one in written.folders)
        print(f"{len(written.folders)} companies, {files} files in {time.monotonic() - started:.1f} s")
        for one in written.folders:
            if one.name in missing:
                _take_in_company(one, notes)


def _is_in(name: str, notes: DemoNotes) -> bool:
    from acquit.controls.queries import find_company

    return name in notes.done and find_company(name) is not None


def _take_in_company(one: CompanyFolder, notes: DemoNotes) -> None:
    from acquit.cli.given_files import gather_files
    from acquit.cli.session import today
    from acquit.cli.showing import out, show_answer
    from acquit.cli.taking_in import Manner, Request, take_in

    started = time.monotonic()
    out.rule(f"{one.name}, {one.currency}")
    print(f"acquit start {one.path.name}/ --company {one.name!r} --currency {one.currency} --yes\n")
    request = Request(one.name, one.currency, notes.as_of, today(), Manner.TAKE_PROPOSALS)
    taken = take_in(gather_files([one.path]), request)
    show_answer(taken.answer, taken.posted)
    print(f"{time.monotonic() - started:.1f} s")
    notes.done.append(one.name)
    _write_notes(notes)


def _make_users(notes: DemoNotes) -> None:
    """Make sure that the demo's users are there with a password we know, and print how to log in."""
    from acquit.cli.session import command_line, today
    from acquit.cli.users import make_password
    from acquit.controls.operations import create_user, grant_role, set_password
    from acquit.controls.queries import find_user, has_password, list_companies, list_grants
    from acquit.controls.rules.duties import Role

    companies = [one.id for one in list_companies()]
    print("\nLog in as")
    for one in USERS:
        password = notes.passwords.get(one.username) or make_password()
        user = find_user(one.username)
        if user is None:
            user_id = create_user(
                username=one.username, password=password, full_name=one.full_name, language=one.language
            ).id
        else:
            user_id = user.id
            if not has_password(user_id, password):
                set_password(user_id=user_id, password=password)
        held = {grant.company_id for grant in list_grants([user_id])}
        for company_id in companies:
            if company_id not in held:
                grant_role(
                    actor=command_line(),
                    user_id=user_id,
                    company_id=company_id,
                    role=Role(one.role),
                    valid_from=min(notes.as_of, today()),
                )
        notes.passwords[one.username] = password
        print(f"  {one.username:<8} {password}   {one.full_name}, {one.role.lower().replace('_', ' ')}")
    _write_notes(notes)


def _notes_file() -> Path:
    from acquit.infra import places

    return places.home() / "demo.json"


def _read_notes(seed: int | None, today: date) -> DemoNotes:
    try:
        kept = json.loads(_notes_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        notes = DemoNotes(DEFAULT_SEED if seed is None else seed, today, {}, [])
        _write_notes(notes)
        return notes
    notes = DemoNotes(kept["seed"], date.fromisoformat(kept["as_of"]), kept["passwords"], kept["done"])
    if seed is not None and seed != notes.seed:
        raise CannotRepeatDemo(
            f"The demo here was made from seed {notes.seed}. Set ACQUIT_HOME to a new folder for another one.",
            param="seed",
        )
    return notes


def _write_notes(notes: DemoNotes) -> None:
    """Write the notes whole or not at all, readable by this account only."""
    file = _notes_file()
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(
            {
                "seed": notes.seed,
                "as_of": notes.as_of.isoformat(),
                "passwords": notes.passwords,
                "done": notes.done,
            },
            out,
            indent=2,
        )
    fresh.replace(file)
