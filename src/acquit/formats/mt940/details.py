"""Field :86:, what the bank tells about a movement: six dialects, recognised by their look.

The one clever idea: the dialect is asked of every field anew, never of the bank, because one bank writes several
(structured for SEPA, free text for fees) and an unknown bank writes one of the same six.

German: `166?00GUTSCHRIFT?20...?32NAME`, the separator any sign, inside it SEPA tags (`EREF+`, `SVWZ+`).
Slashed (Netherlands and others): `/EREF/.../NAME/.../REMI/...`. Labelled: `IBAN: ... NAAM: ...`.
Code and name (UBS): `Z46?NAME`. Numbered (:NS:): `01text`. Free: everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from re import compile as pattern

from acquit.formats.mt940.citi import is_citi, read_citi
from acquit.formats.mt940.facts import DetailFacts, join_lines
from acquit.formats.mt940.german import read_german, separator_of
from acquit.formats.mt940.labelled import read_labelled
from acquit.formats.mt940.slashed import is_slashed, read_slashed

_CODE_LENGTH = 3
_CODE_AND_NAME = pattern(r"([A-Z][0-9]{2})\?(?![0-9]{2})\s*(\S.*)")


def read_details(lines: Sequence[str]) -> DetailFacts:
    """Read the lines of a movement's :86: field (several fields one after the other count as one)."""
    if not lines:
        return DetailFacts()
    lines = _with_code_in_front(lines)
    first = lines[0]
    separator = separator_of(first)
    if separator:
        return read_german(lines, separator)
    if is_slashed(first):
        return read_slashed(lines)
    if is_citi(first):
        return read_citi(lines)
    facts = _read_code_and_name(lines) or read_labelled(lines)
    if facts is None:
        facts = DetailFacts(text=join_lines(lines))
    return facts


def _read_code_and_name(lines: Sequence[str]) -> DetailFacts | None:
    """Read UBS's `Z46?name`, further lines being text; None when the field begins otherwise."""
    found = _CODE_AND_NAME.fullmatch(lines[0])
    if found is None:
        return None
    return DetailFacts(
        booking_text=found[1],
        counterparty=" ".join(found[2].split()),
        text=join_lines(lines[1:]),
        has_code_and_name=True,
    )


def _with_code_in_front(lines: Sequence[str]) -> Sequence[str]:
    """Bring a code that stands alone on the first line before the parts it belongs to; ING repeats it there."""
    code = lines[0].strip()
    if len(lines) == 1 or len(code) != _CODE_LENGTH or not code.isdigit():
        return lines
    second = lines[1] if lines[1].startswith(code) else code + lines[1]
    return [second, *lines[2:]] if separator_of(second) else lines


def read_numbered(lines: Sequence[str]) -> DetailFacts:
    """Read a :NS: field: 01 to 14 purpose, 15 and 16 name, 17 booking text."""
    parts: dict[str, list[str]] = {}
    for line in lines:
        if line[:2].isdigit():
            parts.setdefault(line[:2], []).append(line[2:].strip())
    purpose = [text for number in range(1, 15) for text in parts.get(f"{number:02d}", ())]
    return DetailFacts(
        text=" ".join(purpose),
        counterparty=" ".join(parts.get("15", []) + parts.get("16", [])),
        booking_text=" ".join(parts.get("17", [])),
    )
