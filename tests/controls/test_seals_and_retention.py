"""Seals chain, canonical JSON is one text for one value, and retention counts whole calendar years."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.controls.rules.retention import BadRetention, retention_end
from acquit.controls.rules.seals import GENESIS_HASH, canonical_json, seal_hash
from acquit.core.calendar import DateOutOfRange

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.dictionaries(TEXT, JSON, max_size=5)


def test_canonical_json_is_sorted_tight_and_utf_8() -> None:
    assert canonical_json({"b": [1, None], "a": {"ü": "€"}}) == '{"a":{"ü":"€"},"b":[1,null]}'.encode()


@given(event=EVENTS)
def test_the_order_of_keys_does_not_change_a_seal(event: dict[str, object]) -> None:
    turned = dict(reversed(event.items()))

    assert seal_hash(GENESIS_HASH, event) == seal_hash(GENESIS_HASH, turned)
    assert json.loads(canonical_json(event)) == event
    assert seal_hash(GENESIS_HASH, event) == hashlib.sha256(b"0" * 64 + canonical_json(event)).hexdigest()


@given(events=st.lists(EVENTS, min_size=2, max_size=5), place=st.integers(0, 4))
def test_a_change_shows_in_every_seal_after_it(events: list[dict[str, object]], place: int) -> None:
    place %= len(events)
    tampered = [*events]
    tampered[place] = {**events[place], "tampered": "yes"}

    before, after = chain(events), chain(tampered)

    assert before[:place] == after[:place]
    assert all(old != new for old, new in zip(before[place:], after[place:], strict=True))


def chain(events: list[dict[str, object]]) -> list[str]:
    seals, previous = [], GENESIS_HASH
    for event in events:
        previous = seal_hash(previous, event)
        seals.append(previous)
    return seals


@pytest.mark.parametrize("value", [1.5, float("nan"), date(2026, 1, 1), {1: "a"}, {"a": [0.1]}, b"x", {"a"}])
def test_what_has_no_canonical_text_is_not_sealed(value: object) -> None:
    with pytest.raises(TypeError):
        seal_hash(GENESIS_HASH, {"value": value})


@pytest.mark.parametrize("previous", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64])
def test_what_is_no_hash_starts_no_chain(previous: str) -> None:
    with pytest.raises(ValueError, match="sha256"):
        seal_hash(previous, {})


def test_retention_ends_with_a_calendar_year() -> None:
    assert retention_end(date(2026, 1, 1), 8) == retention_end(date(2026, 12, 31), 8) == date(2034, 12, 31)


@pytest.mark.parametrize("years", [0, -8])
def test_no_years_are_no_retention(years: int) -> None:
    with pytest.raises(BadRetention):
        retention_end(date(2026, 5, 10), years)


def test_retention_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(DateOutOfRange):
        retention_end(date(2026, 5, 10), 7974)
