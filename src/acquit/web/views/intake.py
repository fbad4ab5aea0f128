"""Intake: files in, what they are taken for, what is asked, what was refused; nothing is posted before it is said.

Every answer is one act of the domain; what a column means is inferred again from it, so the page always shows the
whole truth about a file and keeps none of its own.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.infra.upkeep import vacuum
from acquit.insight.queries.overview import AgeingTotals, get_ageing_totals
from acquit.intake.operations import (
    GivenFile,
    accept_proposals,
    add_file,
    answer_questions,
    mend_rows,
    post_intake,
    receive_files,
    save_mappings,
    settle_statement,
)
from acquit.intake.queries import (
    FileView,
    IntakeView,
    get_file,
    get_intake,
    list_files,
    list_intakes,
    list_refused,
)
from acquit.web.background import RUNNING, Tell, Work, find_work, forget_work, start_work
from acquit.web.clock import read_now
from acquit.web.context import require_today
from acquit.web.files import FileCard, list_field_choices, read_columns, read_file_card, read_questions
from acquit.web.pages import read_id
from acquit.web.said_files import FILE_KINDS, say_refused_row
from acquit.web.toasts import add_toast
from acquit.web.visitor import Visitor, get_visitor

INTAKES = 20
REFUSED_SHOWN = 50
REFUSED_EXPORTED = 100_000
ZERO = Decimal(0)


class NoFiles(Refusal):
    """Nothing was sent."""

    code = "NO_FILES"


class NoCompany(Refusal):
    """The files cannot be taken in because there is no company for them."""

    code = "NO_COMPANY"


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """A hand-over in the list."""

    intake: IntakeView
    company: str
    files: int
    rows_read: int
    rows_refused: int


@require_GET
def show_intakes(request: HttpRequest) -> HttpResponse:
    """Show where files are dropped, and what was handed over before."""
    visitor = get_visitor(request)
    rows = []
    for intake in list_intakes(company_ids=visitor.company_ids, limit=INTAKES):
        files = list_files(intake.id)
        name = next((each.name for each in visitor.companies if each.id == intake.company_id), "")
        rows.append(
            IntakeRow(
                intake,
                name,
                len(files),
                sum(file.rows_read for file in files),
                sum(file.rows_refused for file in files),
            )
        )
    companies = [each for each in visitor.companies if visitor.may(Duty.INTAKE, each.id)]
    context = {"crumbs": [("", _("Intake"))], "rows": rows, "companies": companies, "chosen": visitor.company}
    return render(request, "web/intakes.html", context)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Receive files into a new hand-over and show what they are taken for."""
    require_today(request)
    visitor = get_visitor(request)
    with _given_files(request) as given:
        intake_id = receive_files(
            actor=visitor.actor,
            company_id=_read_company(request, visitor),
            files=given,
            business_date=visitor.today,
        )
    return _go_to(request, reverse("web:intake-detail", args=[intake_id]))


@require_POST
def add(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Add files to a hand-over."""
    require_today(request)
    visitor = get_visitor(request)
    with _given_files(request) as given:
        added = [add_file(actor=visitor.actor, intake_id=intake_id, given=each) for each in given]
    return _go_to(request, f"{reverse('web:intake-detail', args=[intake_id])}?file={added[-1].id}")


@require_GET
def show_intake(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Show a hand-over: its files, what the chosen one means, what is open, and what came of it."""
    visitor = get_visitor(request)
    intake = get_intake(intake_id)
    work = find_work(_work_key(intake_id))
    files = list_files(intake_id)
    chosen = _choose_file(files, request.GET.get("file", ""))
    cards = [read_file_card(file) for file in files]
    refused = list_refused([chosen.id], limit=REFUSED_SHOWN) if chosen else []
    company = next((each for each in visitor.companies if each.id == intake.company_id), None)
    context = {
        "crumbs": [
            (reverse("web:intake"), _("Intake")),
            ("", _("Files no. %(id)s") % {"id": intake_id}),
        ],
        "intake": intake,
        "company": company,
        "cards": cards,
        "chosen": chosen,
        "chosen_card": next((card for card in cards if chosen and card.file.id == chosen.id), None),
        "columns": read_columns(chosen) if chosen else [],
        "questions": read_questions(chosen) if chosen else [],
        "fields": list_field_choices(chosen) if chosen else [],
        "kinds": [(code, word) for code, word in FILE_KINDS.items() if code not in {"UNKNOWN", "POLICY"}],
        "refused": [(row, say_refused_row(row)) for row in refused],
        "open_questions": sum(len(card.needed) for card in cards),
        "work": work if work and work.state == RUNNING else None,
        "part": say_part(work.what) if work else "",
        "ended": work if work and work.state != RUNNING else None,
        "steps": _steps(_step_of(intake, work, cards)),
        "proposals": any(question.get("proposal") for card in cards for question in card.file.questions),
        "totals": _totals(intake, visitor) if intake.state == "POSTED" else [],
        "summary": _summary(intake.summary),
        "may_post": visitor.may(Duty.INTAKE, intake.company_id),
        "ready": [card for card in cards if card.file.state in {"READY", "POSTED"}],
    }
    if work is not None:
        forget_work(work.key)
    return render(request, "web/intake.html", context)


@require_POST
def answer(request: HttpRequest, intake_id: int, file_id: int) -> HttpResponse:
    """Settle questions about a file, or give its columns another meaning."""
    require_today(request)
    visitor = get_visitor(request)
    file = get_file(file_id)
    if "statement" in request.POST:
        settle_statement(
            actor=visitor.actor, file_id=file_id, is_imported=request.POST["statement"] == "IMPORT"
        )
    else:
        answers = _read_answers(request.POST.items(), file)
        if answers:
            answer_questions(actor=visitor.actor, file_id=file_id, answers=answers)
    return _back_to_file(intake_id, file_id)


@require_POST
def take_proposals(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Take every answer the program proposes."""
    require_today(request)
    visitor = get_visitor(request)
    visitor.actor.require(Duty.INTAKE, get_intake(intake_id).company_id)
    accept_proposals(actor=visitor.actor, intake_id=intake_id)
    return HttpResponseRedirect(reverse("web:intake-detail", args=[intake_id]))


@require_POST
def post(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Post what is ready, beside the pages; its progress is shown and the page may be left."""
    require_today(request)
    visitor = get_visitor(request)
    _start_posting(visitor, get_intake(intake_id))
    return HttpResponseRedirect(reverse("web:intake-detail", args=[intake_id]))


@require_POST
def mend(request: HttpRequest, intake_id: int, file_id: int) -> HttpResponse:
    """Take a person's values for refused rows, and post the hand-over again to take them."""
    require_today(request)
    visitor = get_visitor(request)
    values: dict[int, str] = {}
    for name, text in request.POST.items():
        row_id = read_id(name.removeprefix("mend-")) if name.startswith("mend-") else None
        if row_id is not None and str(text).strip():
            values[row_id] = str(text).strip()[:1000]
    if values:
        mend_rows(actor=visitor.actor, file_id=file_id, values=values)
        _start_posting(visitor, get_intake(intake_id))
        add_toast(request, _("Values taken. The files are posted again."))
    return _back_to_file(intake_id, file_id)


@require_GET
def show_progress(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Show how far posting is; when it has ended, the whole page is shown anew."""
    get_visitor(request)
    get_intake(intake_id)
    work = find_work(_work_key(intake_id))
    if work is None or work.state != RUNNING:
        response = HttpResponse(status=200)
        response.headers["HX-Redirect"] = reverse("web:intake-detail", args=[intake_id])
        return response
    context = {
        "work": work,
        "poll_url": reverse("web:intake-progress", args=[intake_id]),
        "detail": work.what,
    }
    return render(request, "web/parts/long_work.html", context)


@require_GET
def export_refused(request: HttpRequest, intake_id: int, file_id: int) -> HttpResponse:
    """Give the refused rows of a file as a CSV that any program opens."""
    get_visitor(request)
    get_intake(intake_id)
    file = get_file(file_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-{file_id}.csv"'
    response.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(response)
    writer.writerow(["file", "line", "column", "value", "reason", "message", "proposal"])
    for row in list_refused([file_id], limit=REFUSED_EXPORTED):
        cells = [file.name, row.line_number, row.column, row.value, row.reason, row.message, row.proposal]
        writer.writerow([_harmless(cell) for cell in cells])
    return response


def _harmless(cell: object) -> object:
    """Keep a spreadsheet from running what a hostile file wrote into a cell."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _start_posting(visitor: Visitor, intake: IntakeView) -> None:
    visitor.actor.require(Duty.INTAKE, intake.company_id)
    actor = visitor.actor
    start_work(
        key=_work_key(intake.id),
        label=_("Posting files no. %(id)s") % {"id": intake.id},
        url=reverse("web:intake-detail", args=[intake.id]),
        company_ids=[company.id for company in visitor.companies],
        act=lambda tell: _post(actor, intake.id, tell),
    )


def _post(actor: Actor, intake_id: int, tell: Tell) -> None:
    post_intake(actor=actor, intake_id=intake_id, posted_at=read_now(), progress=tell)
    save_mappings(actor=actor, intake_id=intake_id)
    vacuum(["open_item"])  # every page that ages reads its index alone


def say_part(what: str) -> str:
    """Say what posting is at: a file by its name, or the matching after them."""
    return _("Matching") if what == "Matching" else what


def _work_key(intake_id: int) -> str:
    return f"intake-{intake_id}"


def _choose_file(files: list[FileView], wanted: str) -> FileView | None:
    chosen = next((file for file in files if str(file.id) == wanted), None)
    asked = next((file for file in files if file.state == "ASKED"), None)
    return chosen or asked or (files[0] if files else None)


def _step_of(intake: IntakeView, work: Work | None, cards: Iterable[FileCard]) -> int:
    """Give the step the hand-over is at: 2 understand, 3 post, 4 mend or done."""
    if work is not None and work.state == RUNNING:
        return 3
    if intake.state == "POSTED":
        return 4
    return 3 if not any(card.needed for card in cards) else 2


def _steps(current: int) -> list[dict[str, object]]:
    names = (_("Read"), _("Understand"), _("Post"), _("Reconciled"))
    return [
        {"number": number, "name": name, "is_done": number < current, "is_current": number == current}
        for number, name in enumerate(names, start=1)
    ]


def _totals(intake: IntakeView, visitor: Visitor) -> list[AgeingTotals]:
    return get_ageing_totals(company_ids=[intake.company_id], as_of=visitor.as_of, is_today=visitor.is_today)


def _summary(summary: Mapping[str, Any]) -> list[tuple[str, int]]:
    names = (
        ("customers", _("Customers")),
        ("documents_new", _("Documents, new")),
        ("documents_known", _("Documents, known already")),
        ("bank_lines_new", _("Bank lines, new")),
        ("bank_lines_known", _("Bank lines, known already")),
        ("payments", _("Payments")),
        ("rates", _("Exchange rates")),
    )
    told = [(name, int(summary.get(key) or 0)) for key, name in names]
    states = summary.get("states") or {}
    posted = int(states.get("AUTO") or 0)
    waiting = sum(
        int(states.get(state) or 0) for state in ("PROPOSED", "UNAPPLIED", "UNIDENTIFIED", "RETURNED")
    )
    told += [(_("Receipts posted alone"), posted), (_("Receipts for a person"), waiting)]
    return [(name, count) for name, count in told if count]


def _read_answers(pairs: Iterable[tuple[str, object]], file: FileView) -> dict[str, str]:
    """Read the answers of the form: only what differs from what the file is taken for now."""
    now = {f"COLUMN_MEANING:{column.index}": column.field or "NOT_NEEDED" for column in read_columns(file)}
    answers = {}
    for name, value in pairs:
        if not name.startswith("answer-"):
            continue
        key = name.removeprefix("answer-")
        text = str(value)
        if text and now.get(key) != text:
            answers[key] = text
    return answers


def _read_company(request: HttpRequest, visitor: Visitor) -> int:
    wanted = read_id(request.POST.get("company", ""))
    offered = [each.id for each in visitor.companies if visitor.may(Duty.INTAKE, each.id)]
    if wanted in offered and wanted is not None:
        return wanted
    if visitor.company is not None and visitor.company.id in offered:
        return visitor.company.id
    if offered:
        return offered[0]
    raise NoCompany(_("There is no company you may take files in for. Nothing was kept."), param="company")


@contextmanager
def _given_files(request: HttpRequest) -> Iterator[list[GivenFile]]:
    """Give the uploaded files with a place on this machine each, for as long as they are read."""
    uploaded = request.FILES.getlist("files")
    if not uploaded:
        raise NoFiles(_("No file was sent. Choose one or more."), param="files")
    with ExitStack() as places:
        yield [GivenFile(_name_of(each), places.enter_context(_on_disk(each))) for each in uploaded]


@contextmanager
def _on_disk(uploaded: UploadedFile[Any]) -> Iterator[Path]:
    kept = getattr(uploaded, "temporary_file_path", None)
    if kept is not None:
        yield Path(kept())
        return
    with tempfile.NamedTemporaryFile(prefix="acquit-upload-") as target:
        for chunk in uploaded.chunks():
            target.write(chunk)
        target.flush()
        yield Path(target.name)


def _name_of(uploaded: UploadedFile[Any]) -> str:
    return (uploaded.name or "file").replace("\0", "")[-200:]


def _go_to(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=200)
        response.headers["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)


def _back_to_file(intake_id: int, file_id: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('web:intake-detail', args=[intake_id])}?file={file_id}")
