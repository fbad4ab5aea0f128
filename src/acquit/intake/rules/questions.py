"""What a person must settle before a file is read, each with the answers there are.

The clever idea: a question carries its answers and, where there is one, the answer the program would give; taking all
proposals (`--yes`) and a person's clicks are then the same act.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class QuestionKind(StrEnum):
    """What is open."""

    FILE_KIND = "FILE_KIND"
    DATE_ORDER = "DATE_ORDER"
    AMOUNT_STYLE = "AMOUNT_STYLE"
    FIELD_COLUMN = "FIELD_COLUMN"
    COLUMN_MEANING = "COLUMN_MEANING"
    DOCUMENT_TYPE = "DOCUMENT_TYPE"


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer: the code to send back and the words on its button."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to settle. `key` names it for good; `column` is the column's place, `value` the example or the code.

    `proposal` is the code of the answer the program would give, None when it would not. `is_needed`: without an answer
    the file cannot be read.
    """

    key: str
    kind: QuestionKind
    text: str
    offers: tuple[Offer, ...]
    column: int | None = None
    value: str = ""
    proposal: str | None = None
    is_needed: bool = True


def question_to_json(question: Question) -> dict[str, Any]:
    """Write a question as plain JSON values."""
    return {
        "key": question.key,
        "kind": question.kind.value,
        "text": question.text,
        "offers": [[offer.code, offer.words] for offer in question.offers],
        "column": question.column,
        "value": question.value,
        "proposal": question.proposal,
        "is_needed": question.is_needed,
    }


def question_from_json(stored: Dict[str, Any]) -> Question:
    """Read a question written by `question_to_json`."""
    return Question(
        key=str(stored["key"]),
        kind=QuestionKind(stored["kind"]),
        text=str(stored["text"]),
        offers=tuple(Offer(str(code), str(words)) for code, words in stored["offers"]),
        column=stored["column"],
        value=str(stored["value"]),
        proposal=stored["proposal"],
        is_needed=bool(stored["is_needed"]),
    )
