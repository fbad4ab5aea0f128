"""Reads of intake: hand-overs, their files, what was refused, and mappings confirmed before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count

from acquit.core.errors import NotFound
from acquit.intake.models import Intake, IntakeFile, RefusedRow, SavedMapping
from acquit.intake.rules.mapping import Mapping, mapping_from_json


@dataclass(frozen=True, slots=True)
class IntakeView:
    """A hand-over of files."""

    id: int
    company_id: int
    business_date: date
    state: str
    summary: dict[str, Any]
    actor_id: int | None
    run_id: int | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a hand-over. `totals` hold what `totals_to_json` writes; `questions` are open."""

    id: int
    intake_id: int
    company_id: int
    name: str
    kind: str
    state: str
    stored_path: str
    fingerprint: str
    rows_read: int
    rows_refused: int
    mapping: dict[str, Any]
    questions: list[dict[str, Any]]
    totals: dict[str, Any]
    warnings: list[list[Any]]


@dataclass(frozen=True, slots=True)
class RefusedView:
    """A row that was not taken."""

    id: int
    file_id: int
    line_number: int
    column: str
    value: str
    reason: str
    message: str
    proposal: str
    mended_value: str | None
    amount: Decimal | None
    currency: str


def get_intake(intake_id: int) -> IntakeView:
    """Give a hand-over; refuses (`NotFound`)."""
    row = Intake.objects.filter(id=intake_id).first()
    if row is None:
        raise NotFound(f"There is no intake {intake_id}.", param="intake")
    return _intake(row)


def list_intakes(
    *, company_ids: Iterable[int] | None = None, before_id: int | None = None, limit: int = 20
) -> list[IntakeView]:
    """List hand-overs, latest first."""
    rows = Intake.objects.order_by("-id")
    if company_ids is not None:
        rows = rows.filter(company_id__in=list(company_ids))
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [_intake(row) for row in rows[:limit]]


def get_file(file_id: int) -> FileView:
    """Give a file; refuses (`NotFound`)."""
    row = IntakeFile.objects.filter(id=file_id).first()
    if row is None:
        raise NotFound(f"There is no file {file_id}.", param="file")
    return _file(row)


def list_files(intake_id: int) -> list[FileView]:
    """List the files of a hand-over as they came."""
    return [_file(row) for row in IntakeFile.objects.filter(intake_id=intake_id).order_by("id")]


def list_refused(file_ids: Iterable[int], *, limit: int | None = None) -> list[RefusedView]:
    """List the refused rows of files by file and line."""
    rows = RefusedRow.objects.filter(file_id__in=list(file_ids)).order_by("file_id", "line_number", "id")
    return [
        RefusedView(
            id=row.id,
            file_id=row.file_id,
            line_number=row.line_number,
            column=row.column,
            value=row.value,
            reason=row.reason,
            message=row.message,
            proposal=row.proposal,
            mended_value=row.mended_value,
            amount=row.amount,
            currency=row.currency,
        )
        for row in (rows[:limit] if limit is not None else rows)
    ]


def count_refused(file_id: int) -> dict[str, int]:
    """Count the refused rows of a file by reason."""
    rows = RefusedRow.objects.filter(file_id=file_id).order_by("reason").values_list("reason")
    return dict(rows.annotate(count=Count("id")))


def list_mended(file_id: int) -> dict[int, dict[str, str]]:
    """Give the values a person put in place of refused ones: line, then head of the column."""
    mended: dict[int, dict[str, str]] = {}
    rows = RefusedRow.objects.filter(file_id=file_id, mended_value__isnull=False)
    for line, column, value in rows.values_list("line_number", "column", "mended_value"):
        mended.setdefault(line, {})[column] = value or ""
    return mended


def find_saved_mapping(company_id: int, signature: str) -> Mapping | None:
    """Find the mapping a person confirmed for files with these heads."""
    row = SavedMapping.objects.filter(company_id=company_id, signature=signature).first()
    return mapping_from_json(row.mapping) if row else None


def find_understood_file(company_id: int, fingerprint: str) -> FileView | None:
    """Find the latest file of this content about which nothing is open: what it means was settled then."""
    rows = IntakeFile.objects.filter(
        company_id=company_id, fingerprint=fingerprint, state__in=("READY", "POSTED")
    )
    row = rows.order_by("-id").first()
    return _file(row) if row else None


def find_posted_file(file: FileView) -> FileView | None:
    """Find the latest file of the same content that was posted to its last row, none refused."""
    rows = IntakeFile.objects.filter(
        company_id=file.company_id,
        fingerprint=file.fingerprint,
        kind=file.kind,
        state="POSTED",
        rows_refused=0,
    )
    row = rows.exclude(id=file.id).order_by("-id").first()
    return _file(row) if row else None


def _intake(row: Intake) -> IntakeView:
    return IntakeView(
        id=row.id,
        company_id=row.company_id,
        business_date=row.business_date,
        state=row.state,
        summary=row.summary,
        actor_id=row.actor_id,
        run_id=row.run_id,
        recorded_at=row.recorded_at,
    )


def _file(row: IntakeFile) -> FileView:
    return FileView(
        id=row.id,
        intake_id=row.intake_id,
        company_id=row.company_id,
        name=row.name,
        kind=row.kind,
        state=row.state,
        stored_path=row.stored_path,
        fingerprint=row.fingerprint,
        rows_read=row.rows_read,
        rows_refused=row.rows_refused,
        mapping=row.mapping,
        questions=row.questions,
        totals=row.totals,
        warnings=row.warnings,
    )
