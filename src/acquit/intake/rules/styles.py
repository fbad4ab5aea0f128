"""The one date order and the one decimal mark of each column, settled by the column, a sibling, or a question.

The clever idea: programs write all columns of a file alike. A column that leaves its order open is settled by another
column of the same file whose values do not, if both use the same marks, and the reason says so; if no column settles
it, nobody does but a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from acquit.core.errors import Refusal
from acquit.formats.tables import AmountStyle, DateStyle, parse_amount, parse_date
from acquit.formats.tables.dates import STYLE_WORDS
from acquit.intake.rules.evidence import ColumnEvidence
from acquit.intake.rules.questions import Offer, Question, QuestionKind

BY_SIBLING = 0.9
WHEN_OPEN = 0.52
_SHARE = 0.8
_ORDERS = (DateStyle.DMY, DateStyle.MDY)


@dataclass(frozen=True, slots=True)
class StyleVerdict:
    """How a column is written and why; `trust` (0 to 1) is what that leaves of the column's confidence.

    `question` is set when the style is open; then the styles are None.
    """

    reason: str
    trust: float
    date_style: DateStyle | None = None
    amount_style: AmountStyle | None = None
    question: Question | None = None


def settle_dates(
    column: int,
    evidence: Sequence[ColumnEvidence],
    saved: DateStyle | None = None,
    *,
    is_answer: bool = False,
) -> StyleVerdict:
    """Settle the order of day, month and year of one column.

    `saved` is what a person said of such a file before, or of this one when `is_answer`: an answer stands whatever the
    values say; a saved order only where they leave it open.
    """
    if is_answer and saved is not None:
        return StyleVerdict(f"{STYLE_WORDS[saved]}, as answered", 1.0, date_style=saved)
    own = evidence[column]
    reading = own.dates if own.dates.dates or own.dates.is_ambiguous else own.day_numbers
    if not own.looked_at:
        return StyleVerdict("empty", 1.0, date_style=saved or DateStyle.YMD)
    if reading.style is not None:
        words = STYLE_WORDS[reading.style]
        return StyleVerdict(f"{words}, {reading.reason}", 1.0, date_style=reading.style)
    if (reading.is_ambiguous or reading.is_mixed) and saved in _ORDERS:
        return StyleVerdict(f"{STYLE_WORDS[saved]}, as saved for such files", 0.97, date_style=saved)
    sibling = _dates_of_sibling(column, evidence) if reading.is_ambiguous else None
    if sibling is not None:
        style, name = sibling
        return StyleVerdict(
            f"{STYLE_WORDS[style]}, as in {name}, where days above 12 occur", BY_SIBLING, date_style=style
        )
    header = own.profile.header
    offers = tuple(Offer(style.value, _written_as(reading.example, style)) for style in _ORDERS)
    question = Question(
        key=f"DATE_ORDER:{column}",
        kind=QuestionKind.DATE_ORDER,
        text=f"Which day is {reading.example} in {header}?"
        if reading.is_ambiguous
        else f"In which order are the days of {header} written? {reading.reason[0].upper()}{reading.reason[1:]}.",
        offers=offers,
        column=column,
        value=reading.example,
    )
    return StyleVerdict(reading.reason, WHEN_OPEN, question=question)


def _written_as(example: str, style: DateStyle) -> str:
    try:
        day = parse_date(example, style)
    except Refusal:
        return STYLE_WORDS[style]
    return f"{day.day} {day:%b %Y}"


def _dates_of_sibling(column: int, evidence: Sequence[ColumnEvidence]) -> tuple[DateStyle, str] | None:
    marks = evidence[column].dates.marks
    settled: dict[DateStyle, str] = {}
    for other, one in enumerate(evidence):
        if other == column or not one.looked_at:
            continue
        reading = one.dates
        is_sure = reading.dates >= reading.values * _SHARE and reading.style in _ORDERS
        if is_sure and reading.style is not None and reading.marks & marks and reading.marks - {"."}:
            settled.setdefault(reading.style, one.profile.header)
    return next(iter(settled.items())) if len(settled) == 1 else None


def settle_amounts(
    column: int,
    evidence: Sequence[ColumnEvidence],
    saved: AmountStyle | None = None,
    *,
    is_answer: bool = False,
) -> StyleVerdict:
    """Settle the decimal mark of one column; `saved` and `is_answer` as for dates."""
    if is_answer and saved is not None:
        words = f"decimals behind '{saved.decimal_mark}', as answered"
        return StyleVerdict(words, 1.0, amount_style=saved)
    own = evidence[column]
    reading = own.amounts
    plain = AmountStyle(typed_numbers=own.typed_numbers)
    if not own.looked_at:
        return StyleVerdict("empty", 1.0, amount_style=saved or plain)
    if reading.style is not None:
        style = reading.style
        if not reading.most_decimals and not style.grouping:
            style = replace(style, decimal_mark=_mark_of_siblings(column, evidence) or style.decimal_mark)
        return StyleVerdict(_amount_words(own, style), 1.0, amount_style=style)
    if (reading.is_ambiguous or reading.is_mixed) and saved is not None:
        return StyleVerdict("as saved for such files", 0.97, amount_style=saved)
    mark = _mark_of_siblings(column, evidence) if reading.is_ambiguous else None
    if mark:
        return StyleVerdict(
            f"decimals behind '{mark}', as in the other amounts",
            BY_SIBLING,
            amount_style=replace(plain, decimal_mark=mark),
        )
    offers = tuple(Offer(f"{mark}", _understood(reading.example, mark)) for mark in ".,")
    question = Question(
        key=f"AMOUNT_STYLE:{column}",
        kind=QuestionKind.AMOUNT_STYLE,
        text=f"How much is {reading.example} in {own.profile.header}?"
        if reading.is_ambiguous
        else f"Which is the decimal mark in {own.profile.header}? {reading.reason[0].upper()}{reading.reason[1:]}.",
        offers=offers,
        column=column,
        value=reading.example,
    )
    return StyleVerdict(reading.reason, WHEN_OPEN, question=question)


def _understood(example: str, mark: str) -> str:
    try:
        return f"{parse_amount(example, AmountStyle(mark))}"
    except Refusal:
        return f"decimals behind '{mark}'"


def _mark_of_siblings(column: int, evidence: Sequence[ColumnEvidence]) -> str | None:
    marks = {
        one.amounts.style.decimal_mark
        for other, one in enumerate(evidence)
        if other != column
        and one.looked_at
        and one.amounts.style is not None
        and one.amounts.amounts >= one.amounts.values * _SHARE
        and (one.amounts.most_decimals or one.amounts.style.grouping)
        and not one.is_float_integers
        and one.dates.dates * 2 < one.dates.values
    }
    return marks.pop() if len(marks) == 1 else None


def _amount_words(own: ColumnEvidence, style: AmountStyle) -> str:
    reading = own.amounts
    if not reading.most_decimals:
        return "whole numbers"
    words = f"written {style.example}, up to {reading.most_decimals} decimals"
    return f"{words}, {reading.reason}" if "otherwise" in reading.reason else words
