"""What only several columns, or what stands beside the table, can say about a file.

The clever idea: relations are checked on rows, not assumed: due dates that are never before their documents and open
amounts never above their originals confirm each other; the sign of credit notes tells whether a minus is written or
has to be taken from the type.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.formats.tables import parse_amount, parse_date
from acquit.intake.rules.document_types import LOWERS_ACCOUNT
from acquit.intake.rules.evidence import is_currency
from acquit.intake.rules.headers import header_scores, word_set, words_of
from acquit.intake.rules.kinds import FIELD_TYPES, Field, FileKind, ValueType
from acquit.intake.rules.mapping import ColumnMapping, Mapping
from acquit.intake.rules.questions import Offer, Question, QuestionKind
from acquit.intake.rules.recognition import Recognition, Subject

_AMOUNTS = (Field.GROSS_AMOUNT, Field.OPEN_AMOUNT, Field.AMOUNT, Field.LINE_AMOUNT)
_CURRENCY_WORDS = word_set(
    "currency wahrung waehrung devise moneda divisa moeda valuta amounts all in betrage"
)
_CODE = re.compile(r"\b[A-Z]{3}\b")


def sample_signs(subject: Subject, found: Recognition, code_column: int) -> dict[str, tuple[int, int]]:
    """Count positive and negative amounts of each type code in the sample rows."""
    amount = next((meaning for name in _AMOUNTS if (meaning := found.column_of(name))), None)
    signs: dict[str, list[int]] = {}
    if amount is None:
        return {}
    for row in subject.profile.sample:
        text = row[amount.column].strip()
        if not text:
            continue
        negative = text[0] in "-(\u2212" or text[-1] in "-\u2212" or text.endswith((" H", "CR"))
        signs.setdefault(row[code_column].strip(), [0, 0])[negative] += 1
    return {code: (pair[0], pair[1]) for code, pair in signs.items()}


def rates_are_percent(subject: Subject, column: int) -> bool:
    """Say whether a discount column writes percent: some value is above 1."""
    style = subject.evidence[column].amounts.style
    if style is None:
        return False
    for value in subject.profile.columns[column].values:
        try:
            if parse_amount(value.rstrip("% "), style) > 1:
                return True
        except Refusal:
            continue
    return False


def ask_which_is_open(
    subject: Subject, found: Recognition, columns: Sequence[ColumnMapping]
) -> list[Question]:
    """Ask which of two amounts is open, when heads do not say and rows differ ("Betrag" twice).

    The amount that is never the larger is proposed.
    """
    gross = found.column_of(Field.GROSS_AMOUNT)
    if found.kind is not FileKind.OPEN_ITEMS or gross is None or found.column_of(Field.OPEN_AMOUNT):
        return []
    first = columns[gross.column]
    for column in columns:
        named = header_scores(column.header).keys() & {Field.GROSS_AMOUNT, Field.OPEN_AMOUNT, Field.AMOUNT}
        style = subject.evidence[column.index].amounts.style if named else None
        if column.field is not None or column.is_confirmed or style is None or first.amount_style is None:
            continue
        larger, smaller = _compare_sizes(subject, first, replace(column, amount_style=style))
        if not larger and not smaller:
            continue
        proposal = column if not smaller else first if not larger else None
        return [
            Question(
                key="FIELD_COLUMN:OPEN_AMOUNT",
                kind=QuestionKind.FIELD_COLUMN,
                text=f"Which is the open amount, {first.header} or {column.header}?",
                offers=(Offer(str(first.index), first.header), Offer(str(column.index), column.header)),
                column=column.index,
                proposal=None if proposal is None else str(proposal.index),
            )
        ]
    return []


def _compare_sizes(subject: Subject, first: ColumnMapping, second: ColumnMapping) -> tuple[int, int]:
    """Count the sample rows in which the first amount is the larger, and the smaller."""
    larger = smaller = 0
    for row in subject.profile.sample:
        one, other = _amount(row, first), _amount(row, second)
        if one is not None and other is not None:
            larger += abs(one) > abs(other)
            smaller += abs(one) < abs(other)
    return larger, smaller


def add_file_facts(mapping: Mapping, subject: Subject) -> Mapping:
    """Add the currency the file names for itself, the rule of signs, and what rows say about columns."""
    mapping = replace(
        mapping, currency=_file_currency(mapping, subject), signs_by_type=_signs_by_type(mapping, subject)
    )
    for later, earlier in ((Field.DUE_DATE, Field.DOCUMENT_DATE), (Field.DUE_DATE, Field.POSTING_DATE)):
        mapping = _compare_dates(mapping, subject, later, earlier)
    return _compare_amounts(mapping, subject)


def _file_currency(mapping: Mapping, subject: Subject) -> str | None:
    if mapping.column_of(Field.CURRENCY):
        return None
    numeric = [
        column for column in mapping.columns if column.field and FIELD_TYPES[column.field] is ValueType.AMOUNT
    ]
    named = {column.currency for column in numeric if column.currency}
    if not named:
        named = {
            code
            for column in numeric
            for code in subject.evidence[column.index].amounts.currencies
            if is_currency(code)
        }
    if not named:
        named = set(_currencies_beside(subject))
    return named.pop() if len(named) == 1 else None


def _currencies_beside(subject: Subject) -> Iterator[str]:
    """Find currency codes in the lines above the table, where a line speaks of currency."""
    for row in subject.profile.preamble:
        words = {word for cell in row.cells for word in words_of(cell)}
        if words & _CURRENCY_WORDS:
            for cell in row.cells:
                yield from (code for code in _CODE.findall(cell) if is_currency(code))


def _signs_by_type(mapping: Mapping, subject: Subject) -> bool:
    """Say whether documents that lower the account are written without a minus."""
    types = mapping.column_of(Field.DOCUMENT_TYPE)
    amount = next((column for name in _AMOUNTS if (column := mapping.column_of(name))), None)
    if types is None or amount is None:
        return False
    lowering = {code for code, kind in types.codes if kind in LOWERS_ACCOUNT}
    signs: Counter[bool] = Counter()
    for row in subject.profile.sample:
        value = _amount(row, amount)
        if value and row[types.index].strip() in lowering:
            signs[value < 0] += 1
    return signs[False] > 0 and signs[True] == 0


def _amount(row: tuple[str, ...], column: ColumnMapping) -> Decimal | None:
    if column.amount_style is None:
        return None
    try:
        return parse_amount(row[column.index], column.amount_style)
    except Refusal:
        return None


def _date(row: tuple[str, ...], column: ColumnMapping) -> date | None:
    if column.date_style is None:
        return None
    try:
        return parse_date(row[column.index], column.date_style)
    except Refusal:
        return None


def _compare_dates(mapping: Mapping, subject: Subject, later: Field, earlier: Field) -> Mapping:
    one, other = mapping.column_of(later), mapping.column_of(earlier)
    if one is None or other is None:
        return mapping
    pairs = [(_date(row, one), _date(row, other)) for row in subject.profile.sample]
    known = [(due, start) for due, start in pairs if due and start]
    before = sum(due < start for due, start in known)
    if not known or before * 20 > len(known):
        return mapping
    words = f"{before} before {other.header}" if before else f"never before {other.header}"
    return mapping.with_column(replace(one, reason=f"{one.reason}, {words}"))


def _compare_amounts(mapping: Mapping, subject: Subject) -> Mapping:
    rest, whole = mapping.column_of(Field.OPEN_AMOUNT), mapping.column_of(Field.GROSS_AMOUNT)
    if rest is None or whole is None:
        return mapping
    pairs = [(_amount(row, rest), _amount(row, whole)) for row in subject.profile.sample]
    known = [(part, total) for part, total in pairs if part is not None and total is not None]
    above = sum(abs(part) > abs(total) for part, total in known)
    if not known or above * 10 > len(known):
        return mapping
    words = f"{above} above the original" if above else "never above the original"
    return mapping.with_column(replace(rest, reason=f"{rest.reason}, {words}"))
