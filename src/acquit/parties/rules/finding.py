"""The keys by which a customer is found among all of a company without reading them all.

They find everyone a name or number may mean, and a few more: who asks compares what was found.
"""

from __future__ import annotations

from collections.abc import Iterable

from acquit.core.names import normalise_name, plain_name
from acquit.core.references import normalise_reference

#: A name that a bank cut off tells from so many characters on, a customer's number in a text from so many.
CUT_NAME_FROM = 20
NUMBER_FROM = 4
#: A payer's name stands near the beginning of a text, and short names have at most so many words.
TEXT_SEARCHED = 200
NAME_WORDS_AT_MOST = 6


def list_finding_keys(number: str, names: Iterable[str]) -> list[str]:
    """List the keys of a customer: each name without what does not count, how long ones begin, and the number."""
    keys = {key for name in names for key in keys_of_name(name)}
    return sorted(keys | set(keys_of_numbers([normalise_reference(number)])))


def keys_of_name(name: str) -> list[str]:
    """List the keys of a name as somebody wrote it."""
    keys = [normalise_name(name)]
    beginning = plain_name(name)[:CUT_NAME_FROM]
    if len(beginning) == CUT_NAME_FROM:
        keys.append(f"^{beginning}")
    return [key for key in keys if key]


def keys_of_beginnings(name: str) -> set[str]:
    """Give the keys of every name that a longer one may begin with."""
    words = plain_name(name).split()
    return {normalise_name(" ".join(words[:length])) for length in range(1, NAME_WORDS_AT_MOST + 1)} - {""}


def keys_of_names_in(text: str) -> set[str]:
    """Give the keys of every name that may stand in a text: each run of a few words, and how long runs begin."""
    words = plain_name(text[:TEXT_SEARCHED]).split()
    keys = set()
    for place in range(len(words)):
        beginning = " ".join(words[place:])[:CUT_NAME_FROM]
        if len(beginning) == CUT_NAME_FROM:
            keys.add(f"^{beginning}")
        for length in range(1, NAME_WORDS_AT_MOST + 1):
            keys.add(normalise_name(" ".join(words[place : place + length])))
    return keys - {""}


def keys_of_numbers(normalised: Iterable[str]) -> list[str]:
    """List the keys of what may be customers' numbers."""
    return [f"#{number}" for number in normalised if len(number) >= NUMBER_FROM]
