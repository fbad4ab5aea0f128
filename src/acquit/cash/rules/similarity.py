"""How alike two references or two payer names are.

The one clever idea: texts are brought to what people mean before they are compared (signs fall away, umlauts
are written out, legal forms do not count), and a threshold is checked in whole edits, never on a rounded
ratio.
"""

from __future__ import annotations

from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from acquit.core.money import EXACT, ZERO
from acquit.core.names import normalise_name
from acquit.core.references import normalise_reference

_FOUR_PLACES = Decimal("0.0001")


def reference_distance(one: str, other: str) -> int:
    """Give the number of single-character edits between two references, both normalised (Levenshtein)."""
    return Levenshtein.distance(normalise_reference(one), normalise_reference(other))


def reference_similarity(one: str, other: str) -> Decimal:
    """Give 1 - edits / length of the longer, four decimals; 0 when either has no letters or digits."""
    return _similarity(normalise_reference(one), normalise_reference(other))


def is_similar_reference(one: str, other: str, threshold: Decimal) -> bool:
    """Say whether two references are at least as alike as the threshold (a share), without rounding."""
    first, second = normalise_reference(one), normalise_reference(other)
    longest = max(len(first), len(second))
    if not first or not second:
        return False
    return longest - Levenshtein.distance(first, second) >= threshold * longest


_LOOK_ALIKE = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"})


def look_alike(reference: str) -> str:
    """Bring a normalised reference to digits where a letter looks like one: O is 0, I is 1."""
    return reference.translate(_LOOK_ALIKE)


def payer_similarity(one: str, other: str) -> Decimal:
    """Give the likeness of two payer names, four decimals, whatever the order of their words.

    The better of comparing the names as written and with their words sorted; 0 when either says nothing.
    """
    first, second = normalise_name(one), normalise_name(other)
    in_order = _similarity(first, second)
    sorted_words = _similarity(" ".join(sorted(first.split())), " ".join(sorted(second.split())))
    return max(in_order, sorted_words)


def _similarity(first: str, second: str) -> Decimal:
    if not first or not second:
        return ZERO
    longest = max(len(first), len(second))
    alike = longest - Levenshtein.distance(first, second)
    return EXACT.divide(Decimal(alike), Decimal(longest)).quantize(_FOUR_PLACES, context=EXACT)
