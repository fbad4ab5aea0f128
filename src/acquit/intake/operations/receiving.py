"""Receiving files: keep each as it came, say what it is and what its columns mean, ask what must be settled.

Nothing is posted here. A file is found again by its content, so it is stored once and means what it was settled to
mean; a mapping a person confirmed for the same heads is taken again, so nobody is asked twice.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Answers
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from acquit.cash.rules.statement_checks import say_days_apart
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.formats.bank_files import read_statements
from acquit.formats.pain import read_status_report
from acquit.formats.recognition import HEAD_BYTES, recognise_payment_message, recognise_statement
from acquit.formats.tables import open_table
from acquit.infra import places
from acquit.infra.bulk import WritePlan, write
from acquit.infra.collector import paused_collector
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.intake.models import Intake, IntakeFile, SavedMapping
from acquit.intake.operations.understanding_advices import understand_advice
from acquit.intake.queries import FileView, find_saved_mapping, find_understood_file, get_file, list_files
from acquit.intake.rules.answers import apply_answers, refuse_unknown_types, take_proposals
from acquit.intake.rules.inference import infer_mapping
from acquit.intake.rules.kinds import FileKind
from acquit.intake.rules.mapping import Mapping, mapping_from_json, mapping_signature, mapping_to_json
from acquit.intake.rules.policy_files import LARGEST_BYTES, load_policy, looks_like_policy, read_policy_file
from acquit.intake.rules.profile import profile_table
from acquit.intake.rules.questions import question_to_json
from acquit.intake.rules.recognition import KnownNumbers
from acquit.parties.queries import list_customer_ids

_COPY_AT_ONCE = 1024 * 1024
_LOOKED_AT = 64
_DOCUMENTS = frozenset({".md", ".markdown", ".rst", ".docx", ".doc", ".odt", ".rtf", ".log", ".py"})
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*")


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file on this machine, under the name its owner gave it."""

    name: str
    path: Path


def receive_files(*, actor: Actor, company_id: int, files: Iterable[GivenFile], business_date: date) -> int:
    """Receive files into a new hand-over and understand them; gives its id.

    A file that cannot be read is kept with its reason (state REFUSED); it stops none of the others.
    """
    actor.require(Duty.INTAKE, company_id)
    with operation():
        intake = Intake.objects.create(
            company_id=company_id, actor_id=actor.user_id, business_date=business_date, state="UNDERSTOOD"
        )
        plan = WritePlan()
        record_events(
            plan,
            [
                EventDraft(
                    company_id, "intake.files.received", "INTAKE", intake.id, {}, actor_id=actor.user_id
                )
            ],
        )
        write(plan)
    known = KnownNumbers(customers=frozenset(list_customer_ids(company_id)))
    for given in files:
        _receive(intake, given, known)
    return intake.id


def add_file(*, actor: Actor, intake_id: int, given: GivenFile) -> FileView:
    """Add a file to a hand-over that is not posted yet."""
    intake = Intake.objects.get(id=intake_id)
    actor.require(Duty.INTAKE, intake.company_id)
    known = KnownNumbers(customers=frozenset(list_customer_ids(intake.company_id)))
    return get_file(_receive(intake, given, known))


def answer_questions(*, actor: Actor, file_id: int, answers: Answers[str, str]) -> FileView:
    """Settle questions about a file, or give columns another meaning; refuses (`CannotApplyAnswer`)."""
    file = get_file(file_id)
    actor.require(Duty.INTAKE, file.company_id)
    mapping = mapping_from_json(file.mapping)
    with open_stored(file) as content:
        profile = profile_table(open_table(content, file.name))
    _store_mapping(file.id, apply_answers(mapping, dict(answers), profile))
    return get_file(file_id)


def accept_proposals(*, actor: Actor, intake_id: int) -> None:
    """Take every answer the program would give itself: what `--yes` means."""
    for file in list_files(intake_id):
        if file.mapping:
            proposals = take_proposals(mapping_from_json(file.mapping))
            if proposals:
                answer_questions(actor=actor, file_id=file.id, answers=proposals)


def refuse_rows_of_unknown_types(*, actor: Actor, intake_id: int) -> None:
    """Where nobody is there to ask: keep no file out for rows of a type nobody knows; they are refused one by one."""
    for file in list_files(intake_id):
        actor.require(Duty.INTAKE, file.company_id)
        if file.mapping and file.questions:
            mapping = mapping_from_json(file.mapping)
            settled = refuse_unknown_types(mapping)
            if settled is not mapping:
                _store_mapping(file.id, settled)


def save_mappings(*, actor: Actor, intake_id: int) -> int:
    """Keep the mappings of a hand-over for the next files with the same heads; gives how many."""
    files = [file for file in list_files(intake_id) if file.mapping and not file.questions]
    with operation():
        for file in files:
            SavedMapping.objects.update_or_create(
                company_id=file.company_id,
                signature=file.mapping["signature"],
                defaults={"mapping": file.mapping, "actor_id": actor.user_id},
            )
    return len(files)


@contextmanager
def open_stored(file: FileView) -> Iterator[BinaryIO]:
    """Open a stored file for reading."""
    with (places.uploads_folder() / file.stored_path).open("rb") as content:
        yield content


def _receive(intake: Intake, given: GivenFile, known: KnownNumbers) -> int:
    fingerprint, stored_path = _store(given)
    with operation():
        row = IntakeFile.objects.create(
            intake_id=intake.id,
            company_id=intake.company_id,
            name=given.name,
            kind=FileKind.UNKNOWN,
            state="RECEIVED",
            fingerprint=fingerprint,
            stored_path=stored_path,
        )
    file = get_file(row.id)
    before = find_understood_file(intake.company_id, fingerprint)
    try:
        found = _as_before(before) if before is not None else _understand(file, known)
    except Refusal as refusal:
        found = {"state": "REFUSED", "warnings": [[refusal.code, refusal.message]]}
    with operation():
        IntakeFile.objects.filter(id=row.id).update(**found)
    return row.id


def _as_before(file: FileView) -> dict[str, Any]:
    """Take a file for what the same file was settled to be: importing twice asks nothing and gives the same answer."""
    return {
        "kind": file.kind,
        "state": "READY",
        "rows_read": file.rows_read,
        "mapping": file.mapping,
        "questions": file.questions,
        "totals": file.totals,
        "warnings": file.warnings,
    }


def _understand(file: FileView, known: KnownNumbers) -> dict[str, Any]:
    with open_stored(file) as content:
        head = content.read(HEAD_BYTES)
        form = recognise_statement(head)
        content.seek(0)
        if form is not None:
            return _understand_statement(content, file.name, form)
        if recognise_payment_message(head) == "PAIN.002":
            return _understand_report(content, file.name)
        if (found := _understand_document(content, file.name)) is not None:
            return found
        if (found := understand_advice(content, file.name)) is not None:
            return found
        table = open_table(content, file.name)
        profile = profile_table(table)
    saved = find_saved_mapping(file.company_id, mapping_signature(table.header))
    mapping = infer_mapping(profile, known=known, saved=saved)
    if mapping.kind is FileKind.UNKNOWN and len(table.header) == 1:
        return _left_out(file.name, "it is no table")
    warnings = [[warning.code, warning.message] for warning in table.warnings]
    return {**_mapping_columns(mapping), "warnings": warnings}


def _understand_document(content: BinaryIO, name: str) -> dict[str, Any] | None:
    """Say what a file is that is neither a table nor a statement: a policy, or no business of ours."""
    start = content.read(_LOOKED_AT)
    content.seek(0)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        if os.fstat(content.fileno()).st_size > LARGEST_BYTES:
            return _left_out(name, "it is a large JSON document")
        document = load_policy(content.read(), name)
        if not looks_like_policy(document):
            return _left_out(name, "it says nothing of tolerances")
        read_policy_file(document, name)
        return {"kind": FileKind.POLICY, "state": "READY"}
    if Path(name).suffix.lower() in _DOCUMENTS or start.startswith(_PICTURES):
        return _left_out(name, "it is a text or a picture")
    return None


def _understand_report(content: BinaryIO, name: str) -> dict[str, Any]:
    """Read what a bank says of an order of ours, so that one that cannot be read is refused at once."""
    report = read_status_report(content, name)
    return {
        "kind": FileKind.STATUS_REPORT,
        "state": "READY",
        "rows_read": sum(len(block.transactions) for block in report.blocks),
        "warnings": [list(warning) for warning in report.warnings],
    }


def _left_out(name: str, reason: str) -> dict[str, Any]:
    """Leave a file out without asking: nothing of it could be posted."""
    warnings = [["LEFT_OUT", f"{name} is left out: {reason}."]]
    return {"kind": FileKind.UNKNOWN, "state": "SET_ASIDE", "warnings": warnings}


@paused_collector()
def _understand_statement(content: BinaryIO, name: str, form: str) -> dict[str, Any]:
    """Read a statement once to say what it holds; the first opening date says in which order files are posted."""
    statements = lines = 0
    unbalanced: list[str] = []
    warnings: dict[str, list[Any]] = {}
    first_date, currencies = "", set()
    for statement in read_statements(content, name):
        statements += 1
        lines += len(statement.lines)
        currencies.add(statement.currency)
        opening = statement.opening_date or statement.closing_date
        first_date = min(filter(None, (first_date, opening.isoformat() if opening else "")), default="")
        if statement.is_booked and statement.balanced is False:
            unbalanced.append(
                f"{statement.account} {statement.statement_id or statement.sequence}: {statement.difference}"
            )
        for warning in statement.warnings:
            if warning.code == "BALANCE_MISSING" and not statement.is_booked:
                continue  # what is announced during the day has no closing balance yet
            warnings.setdefault(warning.code, [warning.code, f"{warning.message} ({warning.place})"])
        if statement.is_booked and (odd := say_days_apart(statement)):
            warnings.setdefault("STATEMENT_DATES", ["STATEMENT_DATES", odd])
    questions = []
    if unbalanced:
        questions.append(
            {
                "key": "STATEMENT_UNBALANCED",
                "kind": "STATEMENT_UNBALANCED",
                "text": f"{len(unbalanced)} statements do not lead from opening to closing balance:"
                f" {'; '.join(unbalanced[:3])}.",
                "offers": [["IMPORT", "Import as it is, flagged"], ["LEAVE", "Leave the file out"]],
                "column": None,
                "value": "",
                "proposal": None,
                "is_needed": True,
            }
        )
    return {
        "kind": FileKind.BANK_STATEMENT,
        "state": "ASKED" if questions else "READY",
        "rows_read": lines,
        "questions": questions,
        "totals": {
            "form": form,
            "statements": statements,
            "lines": lines,
            "first_date": first_date,
            "currencies": sorted(currencies),
            "unbalanced": unbalanced,
        },
        "warnings": list(warnings.values()),
    }


def settle_statement(*, actor: Actor, file_id: int, is_imported: bool) -> FileView:
    """Say whether a statement that does not balance is imported as it is (flagged) or left out."""
    file = get_file(file_id)
    actor.require(Duty.INTAKE, file.company_id)
    with operation():
        IntakeFile.objects.filter(id=file_id).update(
            questions=[],
            state="READY" if is_imported else "SET_ASIDE",
            totals={**file.totals, "is_confirmed": is_imported},
        )
    return get_file(file_id)


def _store_mapping(file_id: int, mapping: Mapping) -> None:
    with operation():
        IntakeFile.objects.filter(id=file_id).update(**_mapping_columns(mapping))


def _mapping_columns(mapping: Mapping) -> dict[str, Any]:
    unready = "ASKED" if mapping.open_questions else "SET_ASIDE"
    return {
        "kind": mapping.kind,
        "state": "READY" if mapping.is_ready else unready,
        "mapping": mapping_to_json(mapping),
        "questions": [question_to_json(question) for question in mapping.questions],
    }


def _store(given: GivenFile) -> tuple[str, str]:
    """Copy a file into our uploads under its fingerprint; gives fingerprint and path below the uploads."""
    uploads = places.uploads_folder()
    draft = uploads / f"draft-{os.getpid()}-{hashlib.sha256(str(given.path).encode()).hexdigest()[:8]}"
    digest = hashlib.sha256()
    with given.path.open("rb") as source, draft.open("wb") as target:
        while part := source.read(_COPY_AT_ONCE):
            digest.update(part)
            target.write(part)
    fingerprint = digest.hexdigest()
    folder = uploads / fingerprint[:2]
    folder.mkdir(exist_ok=True, mode=0o700)
    shutil.move(draft, folder / fingerprint)
    return fingerprint, f"{fingerprint[:2]}/{fingerprint}"
