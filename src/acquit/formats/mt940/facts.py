"""What a movement's details say, whatever dialect said it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from re import compile as pattern

from acquit.core.references import has_ibans
from acquit.formats.mt940.amounts import parse_amount
from acquit.formats.unreadable import NotReadable

_FULL_LINE = 65  # characters of a full line of :86:
_IBAN = pattern(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = pattern(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_CURRENCY_AMOUNT = pattern(r"([A-Z]{3})?\s*([0-9][0-9.,]*)")
# ISO reasons a bank writes into the text of a return; the first letters are those of the published list.
_RETURN_CODE = pattern(
    r"\b(A[CGM]0[0-9]|A[CGM]1[0-9]|BE0[0-9]|CNOR|DNOR|FF0[0-9]|MD0[0-9]|MS0[0-9]|R[CR]0[0-9]|SL0[0-9])\b"
)


@dataclass(slots=True)
class DetailFacts:
    """The facts of one :86: or :NS: field; empty where nothing was said.

    `has_code_and_name`: the field begins with the bank's code and a name, as UBS writes it.
    """

    text: str = ""
    booking_text: str = ""
    bank_code: str = ""
    counterparty: str = ""
    iban: str = ""
    account: str = ""
    bic: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    creditor_id: str = ""
    structured_reference: str = ""
    ultimate_counterparty: str = ""
    purpose_code: str = ""
    return_code: str = ""
    customer_reference: str = ""
    charges_amount: Decimal | None = None
    original_amount: Decimal | None = None
    original_currency: str = ""
    has_code_and_name: bool = False


def set_account(facts: DetailFacts, text: str) -> None:
    """Keep an account as IBAN when it looks like one, else as it stands."""
    compact = "".join(text.split()).upper()
    if is_iban_form(compact):
        facts.iban = facts.iban or compact
    elif compact:
        facts.account = facts.account or compact


@lru_cache(maxsize=4096)
def is_bic(text: str) -> bool:
    """Tell whether a word has the form of a BIC."""
    return _BIC.fullmatch(text) is not None


def is_iban_form(text: str) -> bool:
    """Tell whether a word has the form of an IBAN of a country that has them; its check digits are not asked."""
    return _IBAN.fullmatch(text) is not None and has_ibans(text[:2])


def read_currency_amount(text: str) -> tuple[Decimal | None, str]:
    """Read `EUR11,85` or `11,85` at the beginning of a text; None where there is no amount."""
    found = _CURRENCY_AMOUNT.match(text.strip())
    if found is None:
        return None, ""
    try:
        return parse_amount(found[2].rstrip(".,") if found[2][-1] in ".," else found[2])[0], found[1] or ""
    except NotReadable:
        return None, ""


def find_return_code(text: str) -> str:
    """Find the ISO reason code in the text of a return."""
    found = _RETURN_CODE.search(text)
    return found[1] if found else ""


def join_lines(lines: Sequence[str]) -> str:
    """Join lines of free text: a full line runs on, a shorter one ends a word; runs of blanks become one."""
    joined = "".join(line if len(line) >= _FULL_LINE else line + " " for line in lines)
    return " ".join(joined.split())
