"""What the words of a remittance text say beside numbers: amounts held back and why, discounts, money on account.

Words are policy, in every language a company's customers write; here they are only found. A word counts where one
begins, so DEPOT is no DEPOSIT and VORKASSE no KASSE; reasons of deductions count inside compounds too, because German
writes BRUCHSCHADEN.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.money import ZERO

_AMOUNT = re.compile(r"(?<![\d.,'])(\d{1,3}(?:[.,']\d{3})+|\d{1,12})[.,](\d{2})(?![\d]|[.,'-]\d)")
_NOT_DIGIT = re.compile(r"\D")
_WRITTEN_OUT = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "ẞ": "SS"})


class NamedAmount(NamedTuple):
    """An amount with two decimals, and where it stands in the text."""

    amount: Decimal
    start: int
    end: int


class Wording(NamedTuple):
    """What a text says; `deduction_reason` empty: no word for one."""

    amounts: tuple[NamedAmount, ...] = ()
    deduction_reason: str = ""
    has_discount: bool = False
    is_on_account: bool = False
    is_part_payment: bool = False
    is_statement: bool = False
    has_credit: bool = False


def read_wording(text: str, policy: MatchingPolicy) -> Wording:
    """Read what the words of a text say."""
    if not text:
        return Wording()
    folded = fold(text)
    return Wording(
        read_amounts(text),
        find_reason(folded, policy.deduction_words),
        has_discount=has_word(folded, policy.discount_words),
        is_on_account=has_word(folded, policy.on_account_words),
        is_part_payment=has_word(folded, policy.part_payment_words),
        is_statement=has_word(folded, policy.statement_words),
        has_credit=has_word(folded, policy.credit_words),
    )


def read_amounts(text: str) -> tuple[NamedAmount, ...]:
    """Give the amounts of a text, written with comma or point and two decimals."""
    return tuple(
        NamedAmount(
            Decimal(f"{_NOT_DIGIT.sub('', match.group(1))}.{match.group(2)}"), match.start(), match.end()
        )
        for match in _AMOUNT.finditer(text)
        if match.group(1).isascii() and match.group(2).isascii()
    )


def fold(text: str) -> str:
    """Bring a text to capitals with umlauts written out, so that words compare."""
    if text.isascii():
        return text.upper()
    return unicodedata.normalize("NFC", text).translate(_WRITTEN_OUT).upper().translate(_WRITTEN_OUT)


def has_word(folded: str, words: tuple[str, ...]) -> bool:
    """Tell whether one of the words begins somewhere in a folded text."""
    return bool(words) and _beginning(words).search(folded) is not None


def find_reason(folded: str, reasons: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Give the reason whose word stands first; so the order of the policy's lists does not matter."""
    found = [
        (match.start(), reason)
        for reason, words in reasons
        if words and (match := _anywhere(words).search(folded)) is not None
    ]
    return min(found)[1] if found else ""


@lru_cache(maxsize=64)
def _beginning(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(fold(word)) for word in words) + ")")


@lru_cache(maxsize=64)
def _anywhere(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(fold(word)) for word in words))


def states_amount(wording: Wording, amount: Decimal) -> NamedAmount | None:
    """Give where the text states an amount, the last time it does; none is stated of zero."""
    if amount == ZERO:
        return None
    return next((named for named in reversed(wording.amounts) if named.amount == amount), None)
