"""The letters a SEPA message may carry, and how all others are written with them (EPC217-08).

The one clever idea: what has a name of its own in the guidelines (umlauts, Greek, Cyrillic) stands in a table; every
other letter is taken apart into its base and its marks, and the marks are dropped; what is still foreign is a dot.
"""

from __future__ import annotations

import unicodedata
from re import compile as pattern

_FOREIGN = pattern(r"[^A-Za-z0-9/\-?:().,'+ ]")
_IDENTIFIER = pattern(r"(?!/)(?!.*//)[A-Za-z0-9/\-?:().,'+ ]*[A-Za-z0-9\-?:().,'+]")


def _each(letters: str, written: str) -> dict[str, str]:
    return dict(zip(letters, written, strict=True))


_GREEK = {
    **_each("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo"),
    "θ": "th",
    "χ": "ch",
    "ψ": "ps",
}
_CYRILLIC = {
    **_each("абвгдезийклмнопрстуфхъыьэ", "abvgdeziyklmnoprstufhayye"),
    "ж": "zh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sht",
    "ю": "yu",
    "я": "ya",
}
_LATIN = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    **_each("øåđðłħıŋŧĸ", "oaddlhintq"),
}
_SIGNS = {
    "&": "+",
    "@": "(at)",
    "€": "EUR",
    "…": "...",
    **_each("_–—‑=~", "------"),
    **_each('’‘`´"“”„«»', "'" * 10),
    **_each(";!*#%^", ",....."),
    **_each("[]{}<>", "()()()"),
    **_each("\\|⁄", "///"),
}
_LETTERS = {**_GREEK, **_CYRILLIC, **_LATIN}
_WORDS = {
    **_SIGNS,
    **_LETTERS,
    **{key.upper(): value for key, value in _LETTERS.items() if len(key.upper()) == 1},
}


def sepa_text(text: str, longest: int) -> str:
    """Write a text in the letters of SEPA, blanks drawn together, at most `longest` characters."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    written = "".join(_written(letter, composed, place) for place, letter in enumerate(composed))
    return " ".join(written.split())[:longest].rstrip()


def is_sepa_identifier(text: str, longest: int = 35) -> bool:
    """Tell whether a text may name a message, payment or mandate: such names are never rewritten."""
    return len(text) <= longest and text == text.strip() and _IDENTIFIER.fullmatch(text) is not None


def _written(letter: str, text: str, place: int) -> str:
    if letter.isascii() and not _FOREIGN.match(letter):
        return letter
    word = _WORDS.get(letter)
    if word is not None:
        return (
            _as_large(word, text[place - 1 : place], text[place + 1 : place + 2])
            if letter.isupper()
            else word
        )
    taken_apart = unicodedata.normalize("NFKD", letter)
    bases = [each for each in taken_apart if not unicodedata.combining(each)]
    return "".join(
        each
        if not _FOREIGN.match(each)
        else _WORDS.get(each, "." if each == letter or len(bases) == 1 else "")
        for each in bases
    )


def _as_large(word: str, before: str, after: str) -> str:
    """Write the letters for a capital: all of them large within a word of capitals, else the first."""
    is_among_capitals = after.isupper() or (not after.isalpha() and before.isupper())
    return word.upper() if is_among_capitals else word.capitalize()
