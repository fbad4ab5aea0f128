"""A range ends where the text says, written whole or from its last digits on."""

from __future__ import annotations

import pytest

from acquit.cash.rules.number_ranges import list_range_ends
from acquit.cash.rules.remittance_text import read_tokens


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("10702-10706", ["10706"]),
        ("10702 bis 06", ["10706"]),
        ("RE 10942 – 46", ["10946"]),
        ("10702 to 10699", []),
        ("10702, 10706", []),
        ("10702 - 2026-11-30", []),
        ("10702", []),
    ],
)
def test_the_end_of_a_range(text: str, ends: list[str]) -> None:
    tokens = list(read_tokens(text))
    [first] = [token for token in tokens if token.key in {"10702", "10942"}]

    assert [end for end in list_range_ends(text, first, tokens) if end <= "10999"] == ends
