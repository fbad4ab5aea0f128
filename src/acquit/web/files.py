"""A file of a hand-over as the page shows it: what it is taken for, its columns, its questions, its control totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acquit.core.errors import Refusal
from acquit.formats.tables import DateStyle, parse_date
from acquit.intake.queries import FileView
from acquit.intake.rules.kinds import KIND_SPECS, Field, FileKind
from acquit.web.figures import format_amount, format_day
from acquit.web.said import say
from acquit.web.said_files import DOCUMENT_TYPES, FIELDS, FILE_KINDS, say_reason

ICONS = {
    "CUSTOMERS": "users",
    "OPEN_ITEMS": "file-spreadsheet",
    "INVOICE_LINES": "file-invoice",
    "PAYMENTS": "cash",
    "BANK_STATEMENT": "building-bank",
    "BANK_ACCOUNTS": "building-bank",
    "UNKNOWN": "file-unknown",
    "POLICY": "file-text",
}
STATES = {
    "READY": "FILE_READY",
    "POSTED": "POSTED",
    "ASKED": "ASKED",
    "SET_ASIDE": "SET_ASIDE",
    "REFUSED": "REFUSED",
    "RECEIVED": "SET_ASIDE",
}
UNSURE = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Measure:
    """A control total: what stands in the file, what was taken, what was refused, and the difference (zero)."""

    name: str
    currency: str
    rows: int
    rows_accepted: int
    rows_refused: int
    in_file: Decimal
    accepted: Decimal
    refused: Decimal
    left_out: Decimal
    rounding: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file in the list of a hand-over."""

    file: FileView
    icon: str
    kind: str
    status: str
    needed: tuple[dict[str, Any], ...]
    problem: str
    measures: tuple[Measure, ...]
    statements: int

    @property
    def is_agreed(self) -> bool:
        """Whether every control total comes out to the cent."""
        return all(measure.difference == 0 for measure in self.measures)


@dataclass(frozen=True, slots=True)
class Offered:
    """An answer: its code and the words on its button."""

    code: str
    words: str
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in words, with its answers."""

    key: str
    text: str
    offers: tuple[Offered, ...]
    column: int | None
    is_needed: bool
    is_statement: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it holds, what it is taken for, how sure that is, and why."""

    index: int
    header: str
    samples: tuple[str, ...]
    field: str
    meaning: str
    confidence: Decimal
    reason: str
    questions: tuple[Asked, ...]

    @property
    def is_unsure(self) -> bool:
        """Tell whether a person should look at it."""
        return bool(self.questions) or (self.field != "" and self.confidence < UNSURE)


def read_file_card(file: FileView) -> FileCard:
    """Read how a file is listed."""
    kind = say(FILE_KINDS, file.kind)
    form = file.totals.get("form")
    return FileCard(
        file=file,
        icon=ICONS.get(file.kind, "file-text"),
        kind=f"{kind}, {form}" if form else kind,
        status="REFUSED_ROWS" if file.rows_refused else STATES.get(file.state, "SET_ASIDE"),
        needed=tuple(question for question in file.questions if question.get("is_needed")),
        problem=" ".join(str(warning[1]) for warning in file.warnings) if file.state == "REFUSED" else "",
        measures=tuple(_measure(each) for each in file.totals.get("measures") or ()),
        statements=int(file.totals.get("statements") or 0),
    )


def read_questions(file: FileView) -> list[Asked]:
    """Read the questions about the file as a whole; those about a column stand beside it."""
    return [_asked(question, file) for question in file.questions if question.get("column") is None]


def read_columns(file: FileView) -> list[Column]:
    """Read the columns of a table."""
    asked: dict[int, list[Asked]] = {}
    for question in file.questions:
        if question.get("column") is not None:
            asked.setdefault(int(question["column"]), []).append(_asked(question, file))
    return [
        Column(
            index=index,
            header=stored["header"],
            samples=tuple(stored["samples"][:2]),
            field=stored["field"] or "",
            meaning=say(FIELDS, stored["field"]) if stored["field"] else _("Not needed"),
            confidence=Decimal(str(stored["confidence"])),
            reason=say_reason(stored["reason"]),
            questions=tuple(asked.get(index, ())),
        )
        for index, stored in enumerate(file.mapping.get("columns") or ())
    ]


def list_field_choices(file: FileView) -> list[tuple[str, str]]:
    """List what a column of this kind of file can mean, by name in the reader's language."""
    spec = KIND_SPECS.get(FileKind(file.kind))
    fields = [field.value for field in spec.weights] if spec else [field.value for field in Field]
    return sorted(((code, say(FIELDS, code)) for code in fields), key=lambda each: each[1].casefold())


def _asked(question: Mapping[str, Any], file: FileView) -> Asked:
    kind = question["kind"]
    column = question.get("column")
    header = file.mapping["columns"][column]["header"] if column is not None else ""
    value = question.get("value") or ""
    offers = tuple(
        Offered(code, _say_offer(kind, code, words, value), code == question.get("proposal"))
        for code, words in question["offers"]
    )
    return Asked(
        key=question["key"],
        text=_say_question(kind, question, header, value, file),
        offers=offers,
        column=column,
        is_needed=bool(question.get("is_needed")),
        is_statement=kind == "STATEMENT_UNBALANCED",
    )


def _say_question(kind: str, question: Mapping[str, Any], header: str, value: str, file: FileView) -> str:
    wanted = question["key"].partition(":")[2]
    questions = {
        "FILE_KIND": lambda: _("What is %(name)s?") % {"name": file.name},
        "DATE_ORDER": lambda: _("Which day is %(value)s in %(header)s?") % {"value": value, "header": header},
        "AMOUNT_STYLE": lambda: (
            _("How much is %(value)s in %(header)s?") % {"value": value, "header": header}
        ),
        "FIELD_COLUMN": lambda: _("Which column is the %(field)s?") % {"field": say(FIELDS, wanted)},
        "COLUMN_MEANING": lambda: _("What does %(header)s mean?") % {"header": header},
        "DOCUMENT_TYPE": lambda: (
            _("What is %(value)s in %(header)s?")
            % {"value": wanted, "header": header or _("the type column")}
        ),
        "STATEMENT_UNBALANCED": lambda: (
            _("The lines do not lead from the opening to the closing balance: %(where)s.")
            % {"where": "; ".join(str(each) for each in (file.totals.get("unbalanced") or ())[:3])}
        ),
    }
    return questions[kind]() if kind in questions else str(question["text"])


def _say_offer(kind: str, code: str, words: str, value: str) -> str:
    if kind == "FILE_KIND":
        return say(FILE_KINDS, code)
    if kind == "DOCUMENT_TYPE":
        return say(DOCUMENT_TYPES, code)
    if kind == "COLUMN_MEANING":
        return _("Not needed") if code == "NOT_NEEDED" else say(FIELDS, code)
    if kind == "DATE_ORDER":
        return _written_day(value, code, words)
    if kind == "AMOUNT_STYLE":
        return _written_amount(words)
    if kind == "STATEMENT_UNBALANCED":
        return _("Import as it is, flagged") if code == "IMPORT" else _("Leave the file out")
    return words


def _written_day(value: str, code: str, words: str) -> str:
    try:
        day: date = parse_date(value, DateStyle(code))
    except (Refusal, ValueError):
        return words
    return format_day(day, get_language() or "en")


def _written_amount(words: str) -> str:
    try:
        return format_amount(Decimal(words), get_language() or "en")
    except ArithmeticError:
        return words


def _measure(stored: Mapping[str, Any]) -> Measure:
    return Measure(
        name=say(FIELDS, stored["measure"]),
        currency=stored["currency"],
        rows=int(stored["rows"]),
        rows_accepted=int(stored["rows_accepted"]),
        rows_refused=int(stored["rows_refused"]),
        in_file=Decimal(stored["in_file"]),
        accepted=Decimal(stored["accepted"]),
        refused=Decimal(stored["refused"]),
        left_out=Decimal(stored["left_out"]),
        rounding=Decimal(stored["rounding"]),
        difference=Decimal(stored["difference"]),
    )
