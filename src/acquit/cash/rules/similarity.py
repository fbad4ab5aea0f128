"""How alike two references or two payer names are.

The one clever idea: texts are brought to what people mean before they are compared (signs fall away, umlauts
are written out, legal forms do not count), and a threshold is checked in whole edits, never on a rounded
ratio.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from acquit.core.money import EXACT, ZERO
from acquit.core.references import normalise_reference

_FOUR_PLACES = Decimal("0.0001")
_WRITTEN_OUT = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
    }
)
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_DOTTED = re.compile(r"(?<=\b[a-z])[./]\s?(?=[a-z]\b)")
_POLISH_LIMITED = re.compile(r"\bsp\.? ?z\.? ?o\.? ?o\b")
_JOINING_WORDS = frozenset({"und", "and", "et", "y", "e", "i", "the", "der", "die", "das"})
_LEGAL_FORMS = frozenset(
    {
        *(
            "gmbh",
            "mbh",
            "ag",
            "kg",
            "kgaa",
            "ohg",
            "ug",
            "haftungsbeschraenkt",
            "ev",
            "eg",
            "gbr",
            "se",
            "gesmbh",
        ),
        *(
            "inc",
            "incorporated",
            "corp",
            "corporation",
            "co",
            "company",
            "llc",
            "llp",
            "lp",
            "ltd",
            "limited",
            "plc",
        ),
        *(
            "sa",
            "sas",
            "sasu",
            "sarl",
            "eurl",
            "snc",
            "sci",
            "sl",
            "slu",
            "sau",
            "sc",
            "lda",
            "ltda",
            "spa",
            "srl",
        ),
        *(
            "bv",
            "nv",
            "vof",
            "bvba",
            "ab",
            "aps",
            "as",
            "asa",
            "oy",
            "oyj",
            "doo",
            "dd",
            "sro",
            "zoo",
            "spzoo",
            "kft",
        ),
    }
)


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


def plain_name(name: str) -> str:
    """Bring a name to plain lower-case words as they stand: umlauts written out, signs gone."""
    lowered = unicodedata.normalize("NFC", name).casefold().translate(_WRITTEN_OUT)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return " ".join(_NOT_WORD.sub(" ", plain).split())


def normalise_name(name: str) -> str:
    """Bring a name to plain lower-case words without legal forms and 'and'.

    Umlauts are written out, accents fall away: 'Müller & Söhne GmbH' gives 'mueller soehne'. A name of
    nothing but legal forms stays as it is.
    """
    lowered = unicodedata.normalize("NFC", name).casefold().translate(_WRITTEN_OUT)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    words = _NOT_WORD.sub(" ", _POLISH_LIMITED.sub("spzoo", _DOTTED.sub("", plain))).split()
    telling = [word for word in words if word not in _LEGAL_FORMS and word not in _JOINING_WORDS]
    return " ".join(telling or words)


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
