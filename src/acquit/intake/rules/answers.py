"""From a person's answers back to a mapping.

The clever idea: an answer does not edit a mapping, it fixes one thing and everything else is inferred again, so a kind
that changes takes its columns with it and no question survives that has lost its ground.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace

from acquit.core.errors import Refusal
from acquit.formats.tables import AmountStyle, DateStyle
from acquit.intake.rules.document_types import DocumentType, is_known_code
from acquit.intake.rules.inference import NOT_NEEDED_ANSWER, Fixed, fixed_by, infer_with
from acquit.intake.rules.kinds import KIND_SPECS, Field, FileKind
from acquit.intake.rules.mapping import Mapping
from acquit.intake.rules.profile import TableProfile
from acquit.intake.rules.questions import QuestionKind
from acquit.intake.rules.recognition import KnownNumbers


class CannotApplyAnswer(Refusal):
    """The answer is none of those there are, or answers nothing that can be asked."""

    code = "CANNOT_APPLY_ANSWER"


@dataclass(slots=True)
class _Draft:
    """What is fixed, while answers are added."""

    columns: int
    typed_numbers: bool
    kind: FileKind | None = None
    fields: dict[int, Field | None] = field(default_factory=dict)
    date_styles: dict[int, DateStyle] = field(default_factory=dict)
    amount_styles: dict[int, AmountStyle] = field(default_factory=dict)
    codes: dict[str, DocumentType] = field(default_factory=dict)
    answered: set[int] = field(default_factory=set)

    def add(self, what: str, where: str, answer: str) -> None:
        """Fix one thing; raises ValueError for what is no answer."""
        match QuestionKind(what):
            case QuestionKind.FILE_KIND:
                self.kind = FileKind(answer)
            case QuestionKind.FIELD_COLUMN:
                self.fields[self._place(answer)] = Field(where)
            case QuestionKind.COLUMN_MEANING:
                self.fields[self._place(where)] = None if answer == NOT_NEEDED_ANSWER else Field(answer)
            case QuestionKind.DATE_ORDER:
                self.date_styles[self._place(where)] = DateStyle(answer)
                self.answered.add(self._place(where))
            case QuestionKind.AMOUNT_STYLE:
                self.amount_styles[self._place(where)] = self._marks(answer)
                self.answered.add(self._place(where))
            case QuestionKind.DOCUMENT_TYPE:
                self.codes[where] = DocumentType(answer)

    def _place(self, text: str) -> int:
        place = int(text)
        if not 0 <= place < self.columns:
            raise ValueError(text)
        return place

    def _marks(self, mark: str) -> AmountStyle:
        if mark not in {".", ","}:
            raise ValueError(mark)
        return AmountStyle(mark, typed_numbers=self.typed_numbers)


def apply_answers(
    mapping: Mapping, answers: Dict[str, str], profile: TableProfile, known: KnownNumbers | None = None
) -> Mapping:
    """Settle questions by their keys and infer the rest again; columns that were answered are confirmed.

    Beside the keys of open questions, `COLUMN_MEANING:<place>` gives any column another meaning (a field's name, or
    NOT_NEEDED), `FILE_KIND` the file another kind, `DATE_ORDER:<place>` and `AMOUNT_STYLE:<place>` a column another
    style. Refuses what is no answer with `CannotApplyAnswer`; then nothing has changed.
    """
    draft = _Draft(len(mapping.columns), profile.typed_numbers)
    kind = answers.get(QuestionKind.FILE_KIND, mapping.kind.value)
    if kind == mapping.kind.value and mapping.kind in KIND_SPECS:
        _keep(mapping, draft)
    for key, answer in answers.items():
        what, _, where = key.partition(":")
        try:
            draft.add(what, where, answer)
        except ValueError:
            raise CannotApplyAnswer(f"{answer!r} is no answer to {key!r}.", param=key) from None
    fixed = Fixed(
        draft.kind,
        draft.fields,
        draft.date_styles,
        draft.amount_styles,
        draft.codes,
        frozenset(draft.answered),
    )
    return infer_with(profile, known or KnownNumbers(), fixed)


def _keep(mapping: Mapping, draft: _Draft) -> None:
    """Keep what was settled before, except where a question is still open."""
    settled = fixed_by(mapping)
    open_codes = {one.value for one in mapping.questions if one.kind is QuestionKind.DOCUMENT_TYPE}
    draft.kind = mapping.kind
    draft.codes.update((code, kind) for code, kind in settled.codes.items() if code not in open_codes)
    for column in mapping.columns:
        if column.is_confirmed:
            draft.fields[column.index] = column.field
        if column.is_answered:
            draft.answered.add(column.index)
            if column.date_style is not None:
                draft.date_styles[column.index] = column.date_style
            if column.amount_style is not None:
                draft.amount_styles[column.index] = column.amount_style


def refuse_unknown_types(mapping: Mapping) -> Mapping:
    """Leave out of a mapping what nothing but a word unknown as a type of document keeps open.

    Its rows are refused one by one, and the others taken. A code that is known but not beyond doubt stays a question,
    and so does a file of which no type would be left.
    """
    unknown = {
        one.value
        for one in mapping.open_questions
        if one.kind is QuestionKind.DOCUMENT_TYPE and not is_known_code(one.value)
    }
    column = mapping.column_of(Field.DOCUMENT_TYPE)
    if column is None or not unknown or len(unknown) < len(mapping.open_questions):
        return mapping
    codes = tuple((code, kind) for code, kind in column.codes if code not in unknown)
    questions = tuple(one for one in mapping.questions if one.value not in unknown)
    if not codes:
        return mapping
    return replace(mapping.with_column(replace(column, codes=codes)), questions=questions)


def take_proposals(mapping: Mapping) -> dict[str, str]:
    """Give the answers that the program itself would give; questions without a proposal stay open."""
    return {
        question.key: question.proposal for question in mapping.questions if question.proposal is not None
    }
