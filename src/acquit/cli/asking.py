"""Settling what is open about files: at the terminal, or by taking the program's own proposals.

A question without an answer is never guessed: its file stays out, and the command says so by its exit code.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import typer

from acquit.core.errors import Refusal

if TYPE_CHECKING:
    from acquit.controls.rules.duties import Actor
    from acquit.intake.queries import FileView

_ROUNDS_AT_MOST = 20
_UNBALANCED = "STATEMENT_UNBALANCED"
#: The names under which a company's tables are never asked about.
_AGREED_NAMES = {
    "customers": "CUSTOMERS",
    "open_items": "OPEN_ITEMS",
    "bank_accounts": "BANK_ACCOUNTS",
    "virtual_accounts": "VIRTUAL_ACCOUNTS",
    "fx_rates": "FX_RATES",
    "orders": "ORDERS",
    "deduction_codes": "DEDUCTION_CODES",
}


def take_all_proposals(actor: Actor, intake_id: int) -> None:
    """Take every answer the program would give itself, also to the questions that come up by that."""
    from acquit.intake.operations import accept_proposals
    from acquit.intake.queries import list_files

    asked: list[Any] = []
    for _ in range(_ROUNDS_AT_MOST):
        before, asked = asked, [file.questions for file in list_files(intake_id)]
        if asked == before:
            return
        accept_proposals(actor=actor, intake_id=intake_id)


def is_named_as_agreed(files: Sequence[FileView]) -> bool:
    """Tell whether nothing is to ask: tables bear the names of docs/start.md, and no file has an open question."""
    return all(
        not file.questions
        and (
            not file.mapping
            or _AGREED_NAMES.get(PurePath(file.name).stem.lower()) == file.kind
            or file.kind == "REMITTANCE"
        )
        for file in files
    )


def ask_about_files(actor: Actor, intake_id: int) -> None:
    """Ask all open questions of all files at the terminal, file by file, until none is left or the file stays out."""
    from acquit.intake.queries import list_files

    for file in list_files(intake_id):
        _ask_about(actor, file)


def correct_files(actor: Actor, intake_id: int, show: Callable[[], None]) -> bool:
    """Let the person look again and correct meanings until they say post; gives False when they say stop."""
    from acquit.intake.queries import list_files

    while True:
        files = list_files(intake_id)
        answer = _choose(
            "Post these files?",
            [
                ("POST", "Post"),
                ("CORRECT", "Correct what a file or column means"),
                ("STOP", "Stop, post nothing"),
            ],
            proposal="POST",
        )
        if answer != "CORRECT":
            return answer == "POST"
        offers = [(str(file.id), file.name) for file in files if file.mapping]
        if not offers:
            typer.echo("Bank files say themselves what they are.", err=True)
            continue
        chosen = int(_choose("Which file?", offers, proposal=None))
        _correct(actor, next(file for file in files if file.id == chosen))
        ask_about_files(actor, intake_id)
        show()


def _ask_about(actor: Actor, file: FileView) -> None:
    from acquit.intake.operations import answer_questions
    from acquit.intake.operations import settle_statement as settle

    for _ in range(_ROUNDS_AT_MOST):
        if not file.questions:
            return
        question = file.questions[0]
        offers = [(str(code), str(words)) for code, words in question["offers"]]
        typer.echo(f"\n{file.name}", err=True)
        if question["key"] == _UNBALANCED:
            answer = _choose(question["text"], offers, proposal=None)
            file = settle(actor=actor, file_id=file.id, is_imported=answer == "IMPORT")
            continue
        answer = _choose(
            question["text"], [*offers, ("", "Leave the file out")], proposal=question["proposal"]
        )
        if not answer:
            return
        try:
            file = answer_questions(actor=actor, file_id=file.id, answers={question["key"]: answer})
        except Refusal as refusal:
            typer.echo(refusal.message, err=True)


def _correct(actor: Actor, file: FileView) -> None:
    """Give a file another kind, or a column another meaning."""
    from acquit.intake.operations import answer_questions
    from acquit.intake.rules.inference import NOT_NEEDED_ANSWER
    from acquit.intake.rules.kinds import FIELD_WORDS, KIND_SPECS, KIND_WORDS, FileKind

    columns = file.mapping["columns"]
    whole = [("", f"The whole file, now {KIND_WORDS[FileKind(file.kind)]}")]
    offers = whole + [
        (str(place), f"{column['header']}, now {_meaning(column)}") for place, column in enumerate(columns)
    ]
    where = _choose(f"What of {file.name} is wrong?", offers, proposal=None)
    if not where:
        kinds = [(kind.value, KIND_WORDS[kind]) for kind in (*KIND_SPECS, FileKind.UNKNOWN)]
        answers = {"FILE_KIND": _choose("What is it?", kinds, proposal=None)}
    else:
        spec = KIND_SPECS.get(FileKind(file.kind))
        fields = [(name.value, FIELD_WORDS[name]) for name in spec.weights] if spec else []
        meaning = _choose("What is it?", [*fields, (NOT_NEEDED_ANSWER, "Not needed")], proposal=None)
        answers = {f"COLUMN_MEANING:{where}": meaning}
    try:
        answer_questions(actor=actor, file_id=file.id, answers=answers)
    except Refusal as refusal:
        typer.echo(refusal.message, err=True)


def _meaning(column: dict[str, Any]) -> str:
    from acquit.intake.rules.kinds import FIELD_WORDS, Field

    return FIELD_WORDS[Field(column["field"])] if column["field"] else "not needed"


def _choose(text: str, offers: Sequence[tuple[str, str]], *, proposal: str | None) -> str:
    """Show numbered offers, the proposal marked, and give the code of the one chosen."""
    typer.echo(text, err=True)
    default = None
    for number, (code, words) in enumerate(offers, 1):
        is_proposed = proposal is not None and code == proposal
        default = number if is_proposed else default
        typer.echo(f"  {number:>2}  {words}{'   (proposed)' if is_proposed else ''}", err=True)
    while True:
        answer = _read_number(default)
        if answer is not None and 1 <= answer <= len(offers):
            return offers[answer - 1][0]
        typer.echo(f"A number from 1 to {len(offers)}.", err=True)


def _read_number(default: int | None) -> int | None:
    """Read a number from the terminal, nothing typed meaning the default; standard output stays for the answer."""
    typer.echo("Number: " if default is None else f"Number [{default}]: ", nl=False, err=True)
    typed = sys.stdin.readline()
    if not typed:
        raise typer.Abort
    if not typed.strip():
        return default
    return int(typed) if typed.strip().isdecimal() else None
