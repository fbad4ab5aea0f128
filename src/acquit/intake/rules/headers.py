"""How well a column's head names a field.

The clever idea: heads are compared by their letters only, without accents, marks and blanks, so `Beleg-Nr.`,
`BELEG_NR` and `belegnr` are one word; and a longer head counts when its main word is known, which stands last in
English, German and Dutch ("net due date") and first in the Romance languages ("date de la facture").
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz, process

from acquit.intake.rules.kinds import Field
from acquit.intake.rules.synonyms_first import MAIN_WORD_FIRST
from acquit.intake.rules.synonyms_last import MAIN_WORD_LAST, NOT_NEEDED

GENERAL_WORD = 0.7


def word_set(words: str, divider: str = " ") -> frozenset[str]:
    """Give the words of a line as a set."""
    return frozenset(words.split(divider))


_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\s+[-/|]\s+.*$")
_DIVIDED = re.compile(r"[/:,;|]")
_NUMBERED = re.compile(r"\s+\(\d+\)$")
_CURRENCIES = word_set("eur usd gbp chf cad aud jpy sek nok dkk pln czk huf inr cny brl mxn zar")
_LINKS = word_set("in en em de del della di du des la le il el da do der des of the")
_TRANSLITERATE = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "№": "no", "°": " ", "º": " ", "%": " percent "}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _plain(text: str) -> str:
    """Write in small letters without accents."""
    small = text.casefold().translate(_TRANSLITERATE)
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", small) if not unicodedata.combining(letter)
    )


def words_of(header: str) -> tuple[str, ...]:
    """Cut a head into its plain words: `InvoiceNo` into invoice and no, `Fällig am` into fallig and am."""
    spaced = _CAMEL.sub(" ", _NUMBERED.sub("", header.strip()))
    return tuple(word for word in _NOT_WORD.split(_plain(spaced)) if word)


@lru_cache(maxsize=1)
def _tables() -> tuple[
    dict[str, dict[Field, float]],
    dict[tuple[str, ...], dict[Field, float]],
    dict[tuple[str, ...], dict[Field, float]],
]:
    """Give the known heads: by their letters, and by their words with the main word last and first."""
    letters: dict[str, dict[Field, float]] = {}
    last: dict[tuple[str, ...], dict[Field, float]] = {}
    first: dict[tuple[str, ...], dict[Field, float]] = {}
    for table, by_words in ((MAIN_WORD_LAST, last), (MAIN_WORD_FIRST, first)):
        for field, heads in table.items():
            for head in heads.split("|"):
                strength = GENERAL_WORD if head.endswith("~") else 1.0
                for spelling in {head.rstrip("~"), head.rstrip("~").translate(_UMLAUTS)}:
                    words = words_of(spelling)
                    known = letters.setdefault("".join(words), {})
                    known[field] = max(strength, known.get(field, 0.0))
                    if strength == 1.0:
                        by_words.setdefault(words, {})[field] = strength
    return letters, last, first


@lru_cache(maxsize=1)
def _not_needed() -> frozenset[str]:
    return frozenset("".join(words_of(head)) for head in NOT_NEEDED.split("|"))


def currency_in_header(header: str) -> str | None:
    """Give the currency that a head names, as in `Betrag EUR` or `converted_usd`."""
    found = [word for word in words_of(header) if word in _CURRENCIES]
    return found[0].upper() if len(found) == 1 else None


def is_known_as_not_needed(header: str) -> bool:
    """Say whether the head is known and names nothing an import needs."""
    return "".join(words_of(header)) in _not_needed()


@lru_cache(maxsize=4096)
def header_scores(header: str) -> dict[Field, float]:
    """Say how well a head names each field, 0 to 1; fields it does not name are left out."""
    if is_known_as_not_needed(header):
        return {}
    letters, last, first = _tables()
    words = words_of(header)
    if not words:
        return {}
    scores = dict(letters.get("".join(words), {}))
    bare = words_of(_ASIDE.sub(" ", header))
    bare = tuple(word for word in bare if word not in _CURRENCIES) or words
    while len(bare) > 1 and bare[-1] in _LINKS:
        bare = bare[:-1]
    for field, strength in letters.get("".join(bare), {}).items():
        scores[field] = max(scores.get(field, 0.0), strength * 0.97)
    if not scores:
        scores = _by_parts(header, letters)
    if not scores:
        scores = _by_main_word(bare, last, first)
    if not scores:
        scores = _by_likeness("".join(bare), letters)
    return scores


def _by_parts(header: str, letters: dict[str, dict[Field, float]]) -> dict[Field, float]:
    """Read a head of two names, `Due Date/Receive By`, by the one that is known."""
    scores: dict[Field, float] = {}
    parts = _DIVIDED.split(header)
    for part in parts if len(parts) > 1 else ():
        for field, strength in letters.get("".join(words_of(part)), {}).items():
            scores[field] = max(scores.get(field, 0.0), strength * 0.85)
    return scores


def _by_main_word(
    words: tuple[str, ...],
    last: dict[tuple[str, ...], dict[Field, float]],
    first: dict[tuple[str, ...], dict[Field, float]],
) -> dict[Field, float]:
    scores: dict[Field, float] = {}
    for length in range(len(words) - 1, 0, -1):
        share = length / len(words)
        for part, known in ((words[-length:], last), (words[:length], first)):
            for field, strength in known.get(part, {}).items():
                scores[field] = max(scores.get(field, 0.0), strength * (0.45 + 0.4 * share))
        if scores:
            break
    return scores


def _by_likeness(compact: str, letters: dict[str, dict[Field, float]]) -> dict[Field, float]:
    """Take a head for the known one it is a misspelling of (`buisness_year`); short ones are never stretched."""
    if len(compact) < 6:
        return {}
    best = process.extractOne(compact, letters.keys(), scorer=fuzz.ratio, score_cutoff=88)
    return {field: strength * 0.8 for field, strength in letters[best[0]].items()} if best else {}
