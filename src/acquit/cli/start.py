"""`acquit start`: from the files somebody has to a true picture of who owes what.

Exit codes: 0 all taken; 1 refused, nothing done; 3 some files stay out (a question nobody answered, or unreadable), the
others are posted.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from acquit.cli.arguments import AsJson, read_day

LEFT_OUT = 3


def start(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE_OR_FOLDER...", help="Files of any kind; a folder stands for all below it."
        ),
    ],
    company: Annotated[
        str | None,
        typer.Option(
            "--company",
            help="The company whose books these are; made when new. The folder's name if not said.",
        ),
    ] = None,
    currency: Annotated[
        str,
        typer.Option(
            "--currency", help="The currency of its books, such as EUR. What most amounts are in if not said."
        ),
    ] = "",
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of", parser=read_day, metavar="DATE", help="The day to look at; today if not said."
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Take the program's own answers to its questions.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take files in, post them, and show who owes what and whom to ask first."""
    from acquit.cli.answer import answer_to_json
    from acquit.cli.given_files import gather_files, name_company
    from acquit.cli.printing import print_json
    from acquit.cli.session import open_house, today
    from acquit.cli.showing import show_answer
    from acquit.cli.taking_in import Manner, Request, take_in

    given = gather_files(files)
    is_asking = sys.stdin.isatty() and sys.stderr.isatty() and not as_json
    manner = Manner.TAKE_PROPOSALS if yes else Manner.ASK if is_asking else Manner.LEAVE_OUT
    open_house()
    name = name_company(files) if company is None else company.strip()
    request = Request(name, currency.strip().upper(), as_of or today(), today(), manner, is_quiet=as_json)
    taken = take_in(given, request)
    if as_json:
        print_json(answer_to_json(taken.answer))
    else:
        show_answer(taken.answer, taken.posted)
    if not taken.answer.is_complete:
        raise typer.Exit(LEFT_OUT)
