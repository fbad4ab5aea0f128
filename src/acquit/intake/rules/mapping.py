"""What a file and its columns were taken for: shown, corrected, confirmed, and kept for the next file like it.

The clever idea: a mapping is complete and plain. Reading rows needs nothing but the table and this value, and a saved
mapping is the same value as JSON, found again by the signature of the file's heads.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from acquit.core.errors import Refusal
from acquit.formats.tables import AmountStyle, DateStyle
from acquit.intake.rules.buckets import AgeBucket
from acquit.intake.rules.document_types import DocumentType
from acquit.intake.rules.headers import words_of
from acquit.intake.rules.kinds import Field, FileKind
from acquit.intake.rules.questions import Question, question_from_json, question_to_json

_VERSION = 1


class CannotReadMapping(Refusal):
    """A stored mapping is not one, or of a version that this program does not know."""

    code = "CANNOT_READ_MAPPING"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What one column means and how its cells are written.

    `field` is None for a column that is not needed. `confidence` is 0 to 1, to be shown with two digits; `reason` says
    what it rests on. `is_float_id`: numbers were written as 17850.0 and lose the `.0`. `currency` is one that the head
    names. `is_percent`: a discount of 5 is 5 percent; otherwise 0.05 is. `codes` say what each code of a type column
    means. `is_confirmed`: a person said what it means; `is_answered`: how it is written.
    """

    index: int
    header: str
    field: Field | None
    confidence: float
    reason: str
    samples: tuple[str, ...] = ()
    date_style: DateStyle | None = None
    amount_style: AmountStyle | None = None
    is_float_id: bool = False
    currency: str | None = None
    is_percent: bool = False
    codes: tuple[tuple[str, DocumentType], ...] = ()
    bucket: AgeBucket | None = None
    is_confirmed: bool = False
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a whole file means.

    `questions` are open; a mapping can be read from when none of them `is_needed`. `currency` holds for amounts that no
    column and no head gives a currency (None: the company's). `signs_by_type`: credit notes and payments are written
    without a minus and get it from their type.
    """

    signature: str
    kind: FileKind
    confidence: float
    reason: str
    columns: tuple[ColumnMapping, ...]
    questions: tuple[Question, ...] = ()
    currency: str | None = None
    signs_by_type: bool = False

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions without which the file cannot be read."""
        return tuple(question for question in self.questions if question.is_needed)

    @property
    def is_ready(self) -> bool:
        """Whether rows can be read: the kind is known and nothing that must be settled is open."""
        return self.kind not in {FileKind.UNKNOWN, FileKind.POLICY} and not self.open_questions

    def column_of(self, field: Field) -> ColumnMapping | None:
        """Give the column that means a field."""
        return next((column for column in self.columns if column.field is field), None)

    def with_column(self, column: ColumnMapping) -> Mapping:
        """Give the mapping with one column replaced."""
        columns = list(self.columns)
        columns[column.index] = column
        return replace(self, columns=tuple(columns))


def mapping_signature(header: Sequence[str]) -> str:
    """Give the name under which a mapping of files with these heads is kept; marks and capitals do not matter."""
    plain = "\x1f".join(" ".join(words_of(name)) or name for name in header)
    return sha256(plain.encode()).hexdigest()[:32]


def mapping_to_json(mapping: Mapping) -> dict[str, Any]:
    """Write a mapping as plain JSON values."""
    return {
        "version": _VERSION,
        "signature": mapping.signature,
        "kind": mapping.kind.value,
        "confidence": round(mapping.confidence, 2),
        "reason": mapping.reason,
        "currency": mapping.currency,
        "signs_by_type": mapping.signs_by_type,
        "columns": [_column_to_json(column) for column in mapping.columns],
        "questions": [question_to_json(question) for question in mapping.questions],
    }


def _column_to_json(column: ColumnMapping) -> dict[str, Any]:
    style, bucket = column.amount_style, column.bucket
    return {
        "header": column.header,
        "field": column.field.value if column.field else None,
        "confidence": round(column.confidence, 2),
        "reason": column.reason,
        "samples": list(column.samples),
        "date_style": column.date_style.value if column.date_style else None,
        "amount_style": [style.decimal_mark, style.grouping, style.credit_negative, style.typed_numbers]
        if style
        else None,
        "is_float_id": column.is_float_id,
        "currency": column.currency,
        "is_percent": column.is_percent,
        "codes": {code: kind.value for code, kind in column.codes},
        "bucket": [bucket.from_days, bucket.until_days] if bucket else None,
        "is_confirmed": column.is_confirmed,
        "is_answered": column.is_answered,
    }


def mapping_from_json(stored: Dict[str, Any]) -> Mapping:
    """Read a mapping written by `mapping_to_json`; refuses anything else."""
    try:
        if stored["version"] != _VERSION:
            raise CannotReadMapping(
                f"The mapping has version {stored['version']}; this program reads {_VERSION}."
            )
        return Mapping(
            signature=str(stored["signature"]),
            kind=FileKind(stored["kind"]),
            confidence=float(stored["confidence"]),
            reason=str(stored["reason"]),
            currency=stored["currency"],
            signs_by_type=bool(stored["signs_by_type"]),
            columns=tuple(_column_from_json(index, column) for index, column in enumerate(stored["columns"])),
            questions=tuple(question_from_json(question) for question in stored["questions"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CannotReadMapping(f"The stored mapping is damaged: {error}.") from None


def _column_from_json(index: int, stored: Dict[str, Any]) -> ColumnMapping:
    style, bucket = stored["amount_style"], stored["bucket"]
    return ColumnMapping(
        index=index,
        header=str(stored["header"]),
        field=Field(stored["field"]) if stored["field"] else None,
        confidence=float(stored["confidence"]),
        reason=str(stored["reason"]),
        samples=tuple(stored["samples"]),
        date_style=DateStyle(stored["date_style"]) if stored["date_style"] else None,
        amount_style=AmountStyle(style[0], style[1], bool(style[2]), bool(style[3])) if style else None,
        is_float_id=bool(stored["is_float_id"]),
        currency=stored["currency"],
        is_percent=bool(stored["is_percent"]),
        codes=tuple((code, DocumentType(kind)) for code, kind in stored["codes"].items()),
        bucket=AgeBucket(*bucket) if bucket else None,
        is_confirmed=bool(stored["is_confirmed"]),
        is_answered=bool(stored["is_answered"]),
    )
