"""References that carry their own check digits: RF, IBAN, Swiss QRR, Belgian OGM, Finnish, German VAT id.

The one clever idea: `find_structured_references` gives *every* reading of a free text that its check digits
allow. It never chooses between them; a look-up among the references we issued does, so a lucky check digit
costs nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from acquit.core.errors import Refusal

_NOT_REFERENCE = re.compile(r"[^A-Z0-9]+")
_SPACES = re.compile(r"\s+")
_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
_RF_BASE = re.compile(r"[A-Z0-9]{1,21}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_GERMAN_VAT_ID = re.compile(r"DE[1-9][0-9]{8}")
_FINNISH = re.compile(r"[0-9]{4,20}")
_OGM = re.compile(r"(\+\+\+|\*\*\*|)([0-9]{3})/?([0-9]{4})/?([0-9]{5})\1")
_QRR_TABLE = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)

_RF_IN_TEXT = re.compile(  # a look-ahead, so that a reference may begin inside what another reading took
    r"(?=(RF[0-9]{2} ?[A-Z0-9]{1,21}(?: [A-Z0-9]{1,4}){0,6}(?![A-Z0-9])))", re.IGNORECASE
)
_QRR_IN_TEXT = re.compile(r"(?<![0-9])(?:[0-9]{27}|[0-9]{2}(?: [0-9]{5}){5})(?![0-9])")
_OGM_IN_TEXT = re.compile(r"(?<![0-9/])[0-9]{3}/[0-9]{4}/[0-9]{5}(?![0-9/])")
#: What a text without blanks holds wherever one of these is in it: most texts hold none, and are many.
_MAY_REFER = re.compile(r"RF[0-9]{2}|[0-9]{27}|[0-9]{3}/[0-9]{4}/[0-9]{5}", re.IGNORECASE)


class BadReference(Refusal):
    """No check digits can be made for this text."""

    code = "BAD_REFERENCE"


class ReferenceKind(StrEnum):
    """The kinds of structured reference that can be told from free text by their shape."""

    RF = "RF"
    QRR = "QRR"
    OGM = "OGM"


@dataclass(frozen=True, slots=True)
class StructuredReference:
    """A reference whose check digits hold, written without spaces and signs."""

    kind: ReferenceKind
    value: str


def normalise_reference(text: str) -> str:
    """Bring a reference to capitals and digits only: 'inv 2026/000-123' gives 'INV2026000123'.

    Wide and styled characters become plain ones; letters outside A to Z and signs fall away.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _NOT_REFERENCE.sub("", text.upper())


def _compact(text: str) -> str:
    return _SPACES.sub("", text).upper()


def _remainder_97(text: str) -> int:
    """Read letters as A=10 to Z=35 and give the number modulo 97 (ISO 7064 MOD 97-10)."""
    return int("".join(str(int(character, 36)) for character in text)) % 97


# --- ISO 11649 creditor reference (RF) ---


def rf_reference(base: str) -> str:
    """Make the RF reference of a base of 1 to 21 letters and digits: 539007547034 gives RF18539007547034."""
    compact = _compact(base)
    if not _RF_BASE.fullmatch(compact):
        raise BadReference(
            f"{base!r} cannot carry an RF reference: use 1 to 21 letters A-Z and digits.", param="base"
        )
    return f"RF{98 - _remainder_97(compact + 'RF00'):02d}{compact}"


def is_rf_reference(text: str) -> bool:
    """Say whether the text, spaces apart, is an RF reference whose check digits hold."""
    compact = _compact(text)
    return bool(_RF.fullmatch(compact)) and _remainder_97(compact[4:] + compact[:4]) == 1


# --- IBAN ---


def iban_remainder(text: str) -> int:
    """Give the IBAN's remainder modulo 97, 1 when its check digits hold; refuses what has no such shape."""
    compact = _compact(text)
    if not _IBAN.fullmatch(compact):
        raise BadReference(f"{text!r} has not the shape of an IBAN.", param="iban")
    return _remainder_97(compact[4:] + compact[:4])


def is_iban(text: str) -> bool:
    """Say whether the text, spaces apart, is an IBAN: check digits, the country's length and structure."""
    compact = _compact(text)
    if not _IBAN.fullmatch(compact) or _remainder_97(compact[4:] + compact[:4]) != 1:
        return False
    from stdnum import iban

    return bool(iban.is_valid(compact, check_country=False))


@lru_cache(maxsize=1024)
def has_ibans(country: str) -> bool:
    """Say whether a country (two letters) has IBANs, by SWIFT's registry."""
    from stdnum import numdb

    return bool(numdb.get("iban").info(country)[0][1])


def is_qr_iban(text: str) -> bool:
    """Say whether the IBAN takes QRR references: CH or LI with an institution from 30000 to 31999."""
    compact = _compact(text)
    return compact[:2] in {"CH", "LI"} and is_iban(compact) and "30000" <= compact[4:9] <= "31999"


# --- Swiss QR reference ---


def _qrr_check_digit(digits: str) -> int:
    carry = 0
    for digit in digits:
        carry = _QRR_TABLE[(carry + int(digit)) % 10]
    return (10 - carry) % 10


def qrr_reference(digits: str) -> str:
    """Append the check digit to up to 26 digits, filled with zeros on the left (modulo 10 recursive)."""
    compact = _compact(digits)
    if not re.fullmatch(r"[0-9]{1,26}", compact):
        raise BadReference(f"{digits!r} cannot carry a QR reference: use 1 to 26 digits.", param="digits")
    filled = compact.zfill(26)
    return f"{filled}{_qrr_check_digit(filled)}"


def is_qrr_reference(text: str) -> bool:
    """Say whether the text, spaces apart, is 27 digits whose last one checks."""
    compact = _compact(text)
    return bool(re.fullmatch(r"[0-9]{27}", compact)) and _qrr_check_digit(compact[:-1]) == int(compact[-1])


# --- Belgian structured communication (OGM / VCS) ---


def ogm_reference(digits: str) -> str:
    """Make the Belgian reference of up to 10 digits, printed +++xxx/xxxx/xxxxx+++."""
    compact = _compact(digits)
    if not re.fullmatch(r"[0-9]{1,10}", compact):
        raise BadReference(
            f"{digits!r} cannot carry a Belgian reference: use 1 to 10 digits.", param="digits"
        )
    base = compact.zfill(10)
    whole = f"{base}{int(base) % 97 or 97:02d}"
    return f"+++{whole[:3]}/{whole[3:7]}/{whole[7:]}+++"


def is_ogm_reference(text: str) -> bool:
    """Say whether the text is a Belgian reference, with or without its signs, whose check digits hold."""
    found = _OGM.fullmatch(_compact(text))
    if not found:
        return False
    digits = "".join(found.group(2, 3, 4))
    return (int(digits[:10]) % 97 or 97) == int(digits[10:])


# --- Finnish reference ---


def _finnish_check_digit(base: str) -> int:
    weights = (7, 3, 1)
    total = sum(int(digit) * weights[index % 3] for index, digit in enumerate(reversed(base)))
    return -total % 10


def finnish_reference(digits: str) -> str:
    """Append the Finnish check digit (weights 7, 3, 1 from the right) to 3 to 19 digits."""
    compact = _compact(digits)
    if not re.fullmatch(r"[0-9]{3,19}", compact):
        raise BadReference(
            f"{digits!r} cannot carry a Finnish reference: use 3 to 19 digits.", param="digits"
        )
    return f"{compact}{_finnish_check_digit(compact)}"


def is_finnish_reference(text: str) -> bool:
    """Say whether the text is a Finnish reference. One number in ten is, so never search with it."""
    compact = _compact(text)
    return bool(_FINNISH.fullmatch(compact)) and _finnish_check_digit(compact[:-1]) == int(compact[-1])


# --- German VAT id ---


def german_vat_check_digit(digits: str) -> int:
    """Give the ninth digit that belongs to the first eight (ISO 7064 MOD 11,10)."""
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise BadReference(f"{digits!r} is not the first eight digits of a German VAT id.", param="vat_id")
    product = 10
    for digit in digits:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10


def is_german_vat_id(text: str) -> bool:
    """Say whether the text is DE and nine digits that check; whether it was ever issued is another matter."""
    compact = _compact(text)
    return bool(_GERMAN_VAT_ID.fullmatch(compact)) and german_vat_check_digit(compact[2:10]) == int(
        compact[10]
    )


# --- References inside free text ---


def find_structured_references(text: str) -> list[StructuredReference]:
    """Find every RF, QRR and Belgian reference that checks inside a free text, in order of kind and place.

    Printed groups (RF in fours, QRR in fives) and references broken over two lines are read too. All readings
    that check are given: when words follow a grouped RF, a longer reading may check by luck (1 in 97).
    """
    if not _MAY_REFER.search("".join(text.split())):
        return []
    found: dict[StructuredReference, None] = {}
    flat = _SPACES.sub(" ", text)
    joined = _SPACES.sub(" ", re.sub(r"[\r\n]+", "", text))
    for reading in (flat,) if joined == flat else (flat, joined):
        for reference in _references_in(reading):
            found[reference] = None
    return list(found)


def _references_in(text: str) -> Iterator[StructuredReference]:
    for match in _RF_IN_TEXT.finditer(text):
        for candidate in _rf_readings(match.group(1).upper().split(" ")):
            if is_rf_reference(candidate):
                yield StructuredReference(ReferenceKind.RF, candidate)
    for match in _QRR_IN_TEXT.finditer(text):
        if is_qrr_reference(match.group()):
            yield StructuredReference(ReferenceKind.QRR, _compact(match.group()))
    for match in _OGM_IN_TEXT.finditer(text):
        if is_ogm_reference(match.group()):
            yield StructuredReference(ReferenceKind.OGM, match.group().replace("/", ""))


def _rf_readings(groups: list[str]) -> Iterator[str]:
    """Read the first group alone, or several groups of four of which only the last may be shorter."""
    for count in range(len(groups), 0, -1):
        taken = groups[:count]
        if count == 1 or all(len(group) == 4 for group in taken[:-1]):
            yield "".join(taken)
