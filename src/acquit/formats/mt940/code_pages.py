"""In which code page a file with letters of Central Europe was written.

The one clever idea: a byte tells nothing by itself, but the account's country tells its alphabet, and in the wrong code
page the letters of that alphabet come out as signs, lines or controls: so the page that gives most of its letters
and fewest of the others is the one it was written in.
"""

from __future__ import annotations

from collections.abc import Sequence
from re import compile as pattern

from acquit.formats.text_lines import choose_one_byte_encoding

#: In the order of how often banks write them; the first is taken where they say the same.
_CODE_PAGES = ("cp1250", "iso8859-2", "cp852")
_SOUTH_SLAVIC = "čćđšž"
_ALPHABETS = {
    "PL": "ąćęłńóśźż",
    "CZ": "áčďéěíňóřšťúůýž",
    "SK": "áäčďéíĺľňóôŕšťúýž",
    "HU": "áéíóöőúüű",
    "RO": "ăâîşţșț",
    "HR": _SOUTH_SLAVIC,
    "SI": _SOUTH_SLAVIC,
    "BA": _SOUTH_SLAVIC,
    "RS": _SOUTH_SLAVIC,
}
_COUNTRIES = {"PLN": "PL", "CZK": "CZ", "HUF": "HU", "RON": "RO"}
#: What stands beside a word in any language, and so speaks neither for a code page nor against it.
_NEUTRAL = frozenset("„“”‘’‚‹›«»–—…§°€\xa0")

_BEGINNING = rb"(?:\A|[\r\n]|\{4:)"
_ACCOUNT = pattern(_BEGINNING + rb":25P?:([^\r\n]*)")
_BALANCE = pattern(_BEGINNING + rb":60[FM]:[CD][0-9]{6}([A-Z]{3})")
_IBAN = pattern(rb"(?:^|[/ ])([A-Z]{2})[0-9]{2}[ A-Z0-9]{11,}")
_BESIDE_LETTER = pattern(rb"(?<=[A-Za-z\x80-\xff])[\x80-\xff]|[\x80-\xff](?=[A-Za-z\x80-\xff])")


def choose_code_page(before: bytes, block: bytes) -> str:
    """Choose the encoding of a block that is no UTF-8; `before` is what the file said before its first odd byte.

    Only an account in a country of Central Europe (by its IBAN, else by the currency of its balance) is asked for the
    code pages of these languages; for every other one, and where each page gives more odd signs than letters,
    choose_one_byte_encoding answers.
    """
    alphabet = _ALPHABETS.get(_country_of(before if _ACCOUNT.search(before) else block), "")
    if not alphabet:
        return choose_one_byte_encoding(block)
    letters = frozenset(alphabet + alphabet.upper())
    places = [found.start() for found in _BESIDE_LETTER.finditer(block)]
    scores = {page: _score(block, places, page, letters) for page in _CODE_PAGES}
    best = max(_CODE_PAGES, key=scores.__getitem__)
    return best if scores[best] >= 0 else choose_one_byte_encoding(block)


def _country_of(said: bytes) -> str:
    """Give the country of the account named last: the letters that follow are in its statement."""
    account = next(reversed(list(_ACCOUNT.finditer(said))), None)
    if account is None:
        return ""
    iban = _IBAN.search(account[1])
    if iban is not None:
        return iban[1].decode()
    balance = _BALANCE.search(said, account.end())
    return _COUNTRIES.get(balance[1].decode(), "") if balance is not None else ""


def _score(block: bytes, places: Sequence[int], page: str, letters: frozenset[str]) -> int:
    """Count the letters of the alphabet, less what no text has beside a letter.

    Letters of other languages count neither way, a payer abroad having them in his name; nor does a capital among small
    letters, which is the mark of the wrong page.
    """
    text = f" {block.decode(page, 'replace')} "  # so that every character has one on either side
    surplus = 0
    for place in places:
        character = text[place + 1]
        if character in letters:
            surplus += _is_cased_as_beside(character, text[place], text[place + 2])
        elif not character.isalpha() and character not in _NEUTRAL:
            surplus -= 1
    return surplus


def _is_cased_as_beside(letter: str, before: str, after: str) -> bool:
    """Tell whether a letter is a capital among capitals or small among small ones; a word's first may be either."""
    if before.islower() or (before.isupper() and after.islower()):
        return letter.islower()
    return letter.isupper() or not (before.isupper() or after.isupper())
