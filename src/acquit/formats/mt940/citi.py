"""Citibank's :86: `/PT/DE/EI/.../BO/account/BO1/name/PY/...`.

Its keys are many and differ by product; so the text stays whole, and only by whose order it was paid is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from re import compile as pattern

from acquit.formats.mt940.facts import DetailFacts, join_lines, set_account

_KEY = pattern(r"/(?=[A-Z]{2}[1-9]?/)")


def is_citi(first: str) -> bool:
    """Tell whether the field begins with Citibank's product type."""
    return first.startswith("/PT/")


def read_citi(lines: Sequence[str]) -> DetailFacts:
    """Read a field: whole as text, the ordering party (BO: account or name, BO1: name) apart."""
    facts = DetailFacts(text=join_lines(lines))
    for piece in _KEY.split(facts.text):
        key, _, value = piece.partition("/")
        value = value.strip(" /")
        if key == "BO" and any(map(str.isdigit, value)) and " " not in value:
            set_account(facts, value)
        elif key in {"BO", "BO1"} and value:
            facts.counterparty = facts.counterparty or value
    return facts
