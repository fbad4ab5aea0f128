"""Every reason a match may give has words in the reader's language, not its code. No database, no browser."""

from __future__ import annotations

from typing import get_args

import pytest
from django.utils import translation

from acquit.cash.rules.receipts import KEPT_RULES, ReasonToAsk
from acquit.web.said import ASKED

REASONS = sorted(set(get_args(ReasonToAsk)) - {""})


def test_the_words_are_those_of_the_reasons() -> None:
    assert sorted(ASKED) == REASONS


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_reason_is_said_in_words_of_its_own(language: str) -> None:
    with translation.override(language):
        said = {reason: str(ASKED[reason]) for reason in REASONS}
    assert len(set(said.values())) == len(REASONS)
    assert [word for word in said.values() if "_" in word or word.isupper()] == []


def test_money_is_kept_by_rules_that_are_reasons_too() -> None:
    assert set(KEPT_RULES) - set(REASONS) == {"PAID_TWICE"}
