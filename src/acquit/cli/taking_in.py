"""One way in for files: what `acquit start` does for a user, `acquit demo` does for its sample, step by step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import TYPE_CHECKING

from acquit.cli.answer import Answer, get_answer
from acquit.cli.session import command_line, now
from acquit.core.errors import Refusal

if TYPE_CHECKING:
    from acquit.cli.given_files import Given
    from acquit.controls.rules.duties import Actor
    from acquit.intake.operations import GivenFile, Posted


#: More processes than these would wait for the server rather than for themselves.
_WORKERS_AT_MOST = 4


class NothingPosted(Refusal):
    """The person at the terminal stopped before anything was posted."""

    code = "STOPPED"


class CompanyWithoutName(Refusal):
    """A company needs a name; nothing was done."""

    code = "COMPANY_WITHOUT_NAME"


class CompanyWithoutCurrency(Refusal):
    """No currency was named, and the files name none; nothing was done."""

    code = "COMPANY_WITHOUT_CURRENCY"


class Manner(Enum):
    """What becomes of questions: asked at the terminal, answered as the program proposes, or their file stays out."""

    ASK = auto()
    TAKE_PROPOSALS = auto()
    LEAVE_OUT = auto()


@dataclass(frozen=True, slots=True)
class Request:
    """Whose files, as of which day, and how questions are settled. `is_quiet`: nothing is shown on the way.

    Without a `currency` the company keeps its own; a new one takes what most amounts of the files are in.
    """

    company: str
    currency: str
    as_of: date
    today: date
    manner: Manner
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of the files, and how the company stands."""

    answer: Answer
    posted: Posted


def take_in(given: Given, request: Request) -> Taken:
    """Receive, settle, post and read the answer.

    Refuses (`CompanyWithoutName`, `CompanyWithoutCurrency`, `UnknownCurrency`, `CompanyExists`) before anything is
    done, and (`NothingPosted`) when the person says stop.
    """
    from acquit.controls.operations import open_company
    from acquit.intake.operations import GivenFile, receive_files

    files = [GivenFile(name, path) for name, path in given.files]

    if not request.company:
        raise CompanyWithoutName("The company needs a name: --company NAME.", param="company")
    actor = command_line()
    currency = request.currency or _find_currency(request.company, files)
    company = open_company(name=request.company, currency=currency)
    with _spinner("Reading the files", is_quiet=request.is_quiet):
        intake_id = receive_files(
            actor=actor,
            company_id=company.id,
            files=files,
            business_date=request.as_of,
        )
    is_confirmed = _settle(actor, intake_id, request)
    posted = _post(actor, intake_id, is_quiet=request.is_quiet, is_confirmed=is_confirmed)
    answer = get_answer(
        company=company,
        intake_id=intake_id,
        unreadable=given.unreadable,
        as_of=request.as_of,
        is_today=request.as_of == request.today,
    )
    return Taken(answer, posted)


def _find_currency(company: str, files: Sequence[GivenFile]) -> str:
    from acquit.controls.queries import find_company
    from acquit.intake.operations import suggest_currency

    known = find_company(company)
    currency = known.currency if known is not None else suggest_currency(files)
    if currency is None:
        raise CompanyWithoutCurrency("The files name no currency: --currency EUR.", param="currency")
    return currency


def _settle(actor: Actor, intake_id: int, request: Request) -> bool:
    """Settle what is open; gives whether somebody confirmed what the files were taken for."""
    from acquit.cli.asking import ask_about_files, correct_files, is_named_as_agreed, take_all_proposals
    from acquit.cli.showing import show_columns, show_files
    from acquit.intake.operations import refuse_rows_of_unknown_types
    from acquit.intake.queries import list_files

    def show() -> None:
        files = list_files(intake_id)
        show_files(files)
        if request.manner is Manner.ASK:
            show_columns(files)

    if request.manner is Manner.TAKE_PROPOSALS:
        take_all_proposals(actor, intake_id)
    elif request.manner is Manner.LEAVE_OUT:
        refuse_rows_of_unknown_types(actor=actor, intake_id=intake_id)
    if not request.is_quiet:
        show()
    if request.manner is Manner.ASK and not is_named_as_agreed(list_files(intake_id)):
        ask_about_files(actor, intake_id)
        if not correct_files(actor, intake_id, show):
            raise NothingPosted("Nothing was posted. The files are kept: acquit intake list")
    return request.manner is not Manner.LEAVE_OUT


def _post(actor: Actor, intake_id: int, *, is_quiet: bool, is_confirmed: bool) -> Posted:
    from acquit.cli.showing import progress_bar
    from acquit.controls.batch import seal_blocks
    from acquit.infra.upkeep import vacuum
    from acquit.intake.operations import post_intake, save_mappings

    with progress_bar(is_quiet=is_quiet) as progress:
        posted = post_intake(
            actor=actor,
            intake_id=intake_id,
            posted_at=now(),
            progress=progress,
            workers=min(_WORKERS_AT_MOST, os.cpu_count() or 1),
        )
    if is_confirmed:
        save_mappings(actor=actor, intake_id=intake_id)
    with _spinner("Sealing the log", is_quiet=is_quiet):
        seal_blocks()
        if posted.documents_new or posted.payments or posted.bank_lines_new:
            vacuum(["open_item"])  # every page that ages reads its index alone
    return posted


def _spinner(text: str, *, is_quiet: bool) -> AbstractContextManager[object]:
    from acquit.cli.showing import err

    return nullcontext() if is_quiet else err.status(text)
