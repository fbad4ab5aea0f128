"""Names of payers and customers brought to what people mean, so that they compare.

Signs fall away, umlauts are written out, legal forms do not count.
"""

from __future__ import annotations

import re
import unicodedata

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


def plain_name(name: str) -> str:
    """Bring a name to plain lower-case words as they stand: umlauts written out, signs gone."""
    lowered = unicodedata.normalize("NFC", name).casefold().translate(_WRITTEN_OUT)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return " ".join(_NOT_WORD.sub(" ", plain).split())


def _words(name: str) -> list[str]:
    lowered = unicodedata.normalize("NFC", name).casefold().translate(_WRITTEN_OUT)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return _NOT_WORD.sub(" ", _POLISH_LIMITED.sub("spzoo", _DOTTED.sub("", plain))).split()


def legal_forms(name: str) -> frozenset[str]:
    """Give the legal forms a name bears: 'Wüst GmbH' is not 'Wüst OHG', while 'Wüst' may be either."""
    return frozenset(_words(name)) & _LEGAL_FORMS


def normalise_name(name: str) -> str:
    """Bring a name to plain lower-case words without legal forms and 'and'.

    Umlauts are written out, accents fall away: 'Müller & Söhne GmbH' gives 'mueller soehne'. A name of
    nothing but legal forms stays as it is.
    """
    words = _words(name)
    telling = [word for word in words if word not in _LEGAL_FORMS and word not in _JOINING_WORDS]
    return " ".join(telling or words)


def turned_name(normalised: str) -> str:
    """Give a name of two words the other way round, as banks write persons: 'kurt meier' gives 'meier kurt'."""
    first, _, last = normalised.partition(" ")
    return f"{last} {first}" if last and " " not in last else ""
