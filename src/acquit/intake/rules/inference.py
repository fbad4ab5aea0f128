"""From a profiled table to a mapping with its open questions, and from answers back to a mapping.

The clever idea: there is one way in. A first look, a kind chosen by a person, a column given another meaning and a
mapping saved from last month all run through the same inference, with more or less of it fixed beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace

from acquit.formats.tables import AmountStyle, DateStyle
from acquit.intake.rules.cells import refuses_row
from acquit.intake.rules.document_types import ASK_BELOW, CodeReading, DocumentType, read_code
from acquit.intake.rules.facts import add_file_facts, ask_which_is_open, rates_are_percent, sample_signs
from acquit.intake.rules.headers import currency_in_header, is_known_as_not_needed
from acquit.intake.rules.kinds import (
    FIELD_TYPES,
    FIELD_WORDS,
    KIND_SPECS,
    KIND_WORDS,
    Field,
    FileKind,
    ValueType,
)
from acquit.intake.rules.mapping import ColumnMapping, Mapping, mapping_signature
from acquit.intake.rules.profile import TableProfile
from acquit.intake.rules.questions import Offer, Question, QuestionKind
from acquit.intake.rules.recognition import (
    LIKELY_ENOUGH,
    KnownNumbers,
    Recognition,
    Subject,
    recognise,
    recognise_as,
)
from acquit.intake.rules.styles import StyleVerdict, settle_amounts, settle_dates

NOT_NEEDED_ANSWER = "NOT_NEEDED"
_MOST_CODES = 60
_NUMERIC = {ValueType.AMOUNT, ValueType.NUMBER, ValueType.PERCENT}


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is settled before inference: the kind, meanings of columns (None: not needed), styles, and codes.

    `answered` are the places of columns whose style a person settled for this very file.
    """

    kind: FileKind | None = None
    fields: Dict[int, Field | None] = field(default_factory=dict)
    date_styles: Dict[int, DateStyle] = field(default_factory=dict)
    amount_styles: Dict[int, AmountStyle] = field(default_factory=dict)
    codes: Dict[str, DocumentType] = field(default_factory=dict)
    answered: frozenset[int] = frozenset()


def infer_mapping(
    profile: TableProfile, *, known: KnownNumbers | None = None, saved: Mapping | None = None
) -> Mapping:
    """Say what a table is and what its columns mean, with confidences, reasons and the questions that stay open.

    `known` are numbers of customers and documents to compare with. `saved` is a confirmed mapping of an earlier file
    with the same heads: its meanings and answers hold again, its styles only where this file's values allow them.
    """
    if saved is not None and saved.signature == mapping_signature(profile.header):
        return infer_with(profile, known or KnownNumbers(), fixed_by(saved))
    return infer_with(profile, known or KnownNumbers(), Fixed())


def fixed_by(mapping: Mapping) -> Fixed:
    """Give what a mapping settles for a file like its own."""
    codes = {code: kind for column in mapping.columns for code, kind in column.codes}
    return Fixed(
        kind=mapping.kind,
        fields={column.index: column.field for column in mapping.columns},
        date_styles={column.index: column.date_style for column in mapping.columns if column.date_style},
        amount_styles={
            column.index: column.amount_style for column in mapping.columns if column.amount_style
        },
        codes=codes,
    )


def infer_with(profile: TableProfile, known: KnownNumbers, fixed: Fixed) -> Mapping:
    """Infer what is not fixed."""
    subject = Subject.of(profile, known)
    signature = mapping_signature(profile.header)
    questions: list[Question] = []
    if fixed.kind is None:
        verdict = recognise(subject)
        found, confidence, reason = verdict.ranked[0], verdict.confidence, verdict.reason
        if confidence < LIKELY_ENOUGH:
            questions.append(_ask_kind(profile, verdict.ranked, found if confidence else None))
        if not confidence:
            return _unknown(profile, signature, tuple(questions), reason)
    elif fixed.kind in KIND_SPECS:
        found = recognise_as(subject, fixed.kind, fixed.fields)
        confidence, reason = 0.99, "settled before"
    else:
        return _unknown(profile, signature, (), "set aside")
    columns = []
    for index, name in enumerate(profile.header):
        column, asked = _map_column(subject, found, index, name, fixed)
        columns.append(column)
        questions += asked
    questions += _ask_missing(profile, found)
    questions += ask_which_is_open(subject, found, columns)
    mapping = Mapping(signature, found.kind, confidence, reason, tuple(columns), tuple(questions))
    return add_file_facts(mapping, subject)


def _unknown(profile: TableProfile, signature: str, questions: tuple[Question, ...], reason: str) -> Mapping:
    columns = tuple(
        ColumnMapping(column.index, column.header, None, 0.0, "not understood", column.shown)
        for column in profile.columns
    )
    return Mapping(signature, FileKind.UNKNOWN, 0.0, reason, columns, questions)


def _ask_kind(profile: TableProfile, ranked: tuple[Recognition, ...], best: Recognition | None) -> Question:
    likely = [found.kind for found in ranked if found.score > 0][:4]
    offers = tuple(Offer(kind.value, KIND_WORDS[kind]) for kind in (*likely, FileKind.UNKNOWN))
    proposal = best.kind if best and not best.missing else None if best else FileKind.UNKNOWN
    return Question(
        key="FILE_KIND",
        kind=QuestionKind.FILE_KIND,
        text=f"What is {profile.name}?",
        offers=offers,
        proposal=proposal.value if proposal else None,
        is_needed=best is not None,
    )


def _map_column(
    subject: Subject, found: Recognition, index: int, name: str, fixed: Fixed
) -> tuple[ColumnMapping, list[Question]]:
    profile, evidence = subject.profile.columns[index], subject.evidence[index]
    meaning = found.meanings.get(index)
    if meaning is None:
        known = is_known_as_not_needed(name) or index in fixed.fields
        return ColumnMapping(index, name, None, 0.9 if known else 0.0, "not needed", profile.shown), []
    value_type = FIELD_TYPES[meaning.field]
    verdict = StyleVerdict(meaning.reason, 1.0)
    is_answer = index in fixed.answered
    if value_type is ValueType.DATE:
        saved_order = fixed.date_styles.get(index)
        verdict = settle_dates(index, subject.evidence, saved_order, is_answer=is_answer)
    elif value_type in _NUMERIC:
        saved_marks = fixed.amount_styles.get(index)
        verdict = settle_amounts(index, subject.evidence, saved_marks, is_answer=is_answer)
    is_float_id = value_type is ValueType.IDENTIFIER and evidence.is_float_integers
    column = ColumnMapping(
        index=index,
        header=name,
        field=meaning.field,
        confidence=round(min(meaning.confidence, 0.99) * verdict.trust, 2),
        reason=f"{verdict.reason}, the .0 is taken off" if is_float_id else verdict.reason,
        samples=tuple(value.removesuffix(".0") for value in profile.shown) if is_float_id else profile.shown,
        date_style=verdict.date_style,
        amount_style=verdict.amount_style,
        is_float_id=is_float_id,
        currency=currency_in_header(name) if value_type in _NUMERIC else None,
        is_percent=meaning.field is Field.DISCOUNT_RATE and rates_are_percent(subject, index),
        bucket=subject.buckets.get(index) if meaning.field is Field.BUCKET else None,
        is_confirmed=index in fixed.fields,
        is_answered=is_answer,
    )
    questions = _ask_meaning(found, column)
    if verdict.question is not None:
        questions = [replace(verdict.question, is_needed=refuses_row(found.kind, meaning.field))]
    if meaning.field is Field.DOCUMENT_TYPE:
        column, asked = _read_codes(subject, found, column, fixed)
        questions += asked
    return column, questions


def _ask_meaning(found: Recognition, column: ColumnMapping) -> list[Question]:
    """Ask about a column that a kind cannot do without and that is not sure to be what it needs."""
    groups = [group for group in KIND_SPECS[found.kind].required if column.field in group]
    if column.confidence >= LIKELY_ENOUGH or column.is_confirmed or not groups or column.field is None:
        return []
    words = FIELD_WORDS[column.field]
    offers = (Offer(column.field.value, words), Offer(NOT_NEEDED_ANSWER, "Not needed"))
    text = f"Is {column.header} the {words.lower()}?"
    key = f"COLUMN_MEANING:{column.index}"
    return [
        Question(key, QuestionKind.COLUMN_MEANING, text, offers, column.index, proposal=column.field.value)
    ]


def _ask_missing(profile: TableProfile, found: Recognition) -> list[Question]:
    """Ask which column holds what the kind cannot do without and no column was taken for."""
    free = [column for column in profile.columns if column.index not in found.meanings and column.filled]
    questions = []
    for group in found.missing:
        wanted = next(name for name in KIND_SPECS[found.kind].weights if name in group)
        offers = tuple(Offer(str(column.index), column.header) for column in free)
        text = f"Which column is the {FIELD_WORDS[wanted].lower()}?"
        questions.append(Question(f"FIELD_COLUMN:{wanted.value}", QuestionKind.FIELD_COLUMN, text, offers))
    return questions


def _read_codes(
    subject: Subject, found: Recognition, column: ColumnMapping, fixed: Fixed
) -> tuple[ColumnMapping, list[Question]]:
    """Read the codes of a type column; those not known beyond doubt are asked, with a proposal."""
    signs = sample_signs(subject, found, column.index)
    codes: list[tuple[str, DocumentType]] = []
    questions = []
    least = column.confidence
    for code in map(str.strip, subject.profile.columns[column.index].values[:_MOST_CODES]):
        settled = fixed.codes.get(code)
        positives, negatives = signs.get(code, (0, 0))
        reading = read_code(code, positives=positives, negatives=negatives)
        codes.append((code, settled or reading.document_type))
        if settled is None and reading.confidence < ASK_BELOW:
            least = min(least, reading.confidence)
            questions.append(_ask_code(column, reading))
    reason = column.reason if not questions else f"{questions[0].value}: {questions[0].text}"
    return replace(column, codes=tuple(codes), confidence=round(least, 2), reason=reason), questions


def _ask_code(column: ColumnMapping, reading: CodeReading) -> Question:
    words = {kind: kind.value.replace("_", " ").capitalize() for kind in DocumentType}
    return Question(
        key=f"DOCUMENT_TYPE:{reading.code}",
        kind=QuestionKind.DOCUMENT_TYPE,
        text=f"Is {reading.code} a {words[reading.document_type].lower()}? It is {reading.reason}"
        if reading.confidence > 0.5
        else f"What is {reading.code}? {reading.reason[0].upper()}{reading.reason[1:]}",
        offers=tuple(Offer(kind.value, words[kind]) for kind in DocumentType),
        column=column.index,
        value=reading.code,
        proposal=reading.document_type.value,
    )
