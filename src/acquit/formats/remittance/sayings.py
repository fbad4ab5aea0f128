"""What one line of running text says of documents and adjustments: numbers, and amounts with the words before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from acquit.formats.remittance.advice import AdjustmentKind
from acquit.formats.remittance.heads import plain_words
from acquit.formats.remittance.prose_words import (
    AMOUNT,
    GROSS_WORD,
    INVOICE_WORD,
    NO_NUMBER,
    NO_PREFIX,
    NUMBER,
    PAID_WORD,
    PAYMENT_NUMBER,
    PREFIX,
    TOTAL_WORD,
    YOURS,
)
from acquit.formats.remittance.wording import (
    adjustment_kind_of,
    is_credit_word,
    is_deduction_word,
    is_discount_word,
    is_fee_word,
)
from acquit.formats.remittance.writing_style import DATE

_NOT_DIGIT = re.compile(r"[^0-9]")
_SIGNS = str.maketrans(dict.fromkeys("(),;:=", " "))


@dataclass(slots=True)
class Said:
    """What the text says of one document, or of an adjustment of its own."""

    document: str
    place: str
    free: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    gross: str = ""
    paid: str = ""
    discount: str = ""
    deduction: str = ""
    words: str = ""
    days: list[str] = field(default_factory=list)
    kind: AdjustmentKind = AdjustmentKind.NONE
    is_credit: bool = False
    is_bracketed: bool = False  # its first amount stands behind an opening bracket
    is_of_payment: bool = False  # its number is called the payment's own

    @property
    def is_telling(self) -> bool:
        """Whether it says more than the document's number."""
        return bool(self.free or self.paid or self.gross or self.discount or self.deduction)


def say(text: str, place: str, *, is_listing: bool) -> tuple[list[Said], list[str]]:
    """Read what one line says of documents and adjustments, and one amount that is of several documents."""
    masked = DATE.sub(lambda match: " " * len(match.group()), text)
    amounts = [(match.start(), match.end(), _unbracketed(match.group())) for match in AMOUNT.finditer(masked)]
    for start, end, _ in amounts:
        masked = masked[:start] + " " * (end - start) + masked[end:]
    words = plain_words(text[:300])
    numbers = [number for number in _numbers(masked) if amounts or is_listing or INVOICE_WORD.search(words)]
    numbers = [number for number in numbers if number is numbers[0] or not _is_code(number, amounts)]
    if not numbers:
        return _say_adjustment(text, words, amounts, place), []
    of_payment = [number for number in numbers if _is_of_payment(masked, number[0])]
    numbers = [number for number in numbers if number not in of_payment] or numbers
    sums = _sum_of_several(text, numbers, amounts)
    if len(amounts) == len(sums):
        amounts = []
    said = [Said(one[2], place, is_of_payment=True) for one in of_payment if one not in numbers]
    for at, (start, end, document) in enumerate(numbers):
        until = numbers[at + 1][0] if at + 1 < len(numbers) else len(text)
        one = Said(document, place, is_credit=is_credit_word(text[max(0, start - 30) : start] + document))
        one.is_of_payment = numbers[at] in of_payment
        one.days = DATE.findall(text[end:until])
        within = [(start, end, "")] + [found for found in amounts if end <= found[0] < until]
        one.is_bracketed = len(within) > 1 and text[within[1][0]] == "("
        for (_, before, _), (at_amount, after, amount) in pairwise(within):
            following = next((found[0] for found in within if found[0] >= after), until)
            _take_amount(one, text[before:at_amount], amount, text[after:following])
        if len(numbers) == 1 and not one.free and not one.paid:
            one.free += [amount for _, amount_end, amount in amounts if amount_end <= start][:1]
            one.beside += [""] * len(one.free)
        said.append(one)
    return said, sums


def _is_of_payment(masked: str, start: int) -> bool:
    before = plain_words(masked[max(0, start - 30) : start])
    return bool(PAYMENT_NUMBER.search(before)) and not YOURS.search(before)


def _sum_of_several(
    text: str, numbers: Sequence[tuple[int, int, str]], amounts: Sequence[tuple[int, int, str]]
) -> list[str]:
    """Give the amount of all a line names: the only one of several documents, or the one its sentence begins with."""
    if len(amounts) == 1:
        return [amounts[0][2]] if len(numbers) > 1 else []
    if not amounts or amounts[0][1] > numbers[0][0] or amounts[1][0] < numbers[0][1]:
        return []
    start, end, amount = amounts[0]
    is_led = TOTAL_WORD.search(plain_words(text[:start])) and INVOICE_WORD.search(
        plain_words(text[end : numbers[0][0]])
    )
    return [amount] if is_led else []


def _is_code(number: tuple[int, int, str], amounts: Sequence[tuple[int, int, str]]) -> bool:
    """Say whether a number stands among three amounts of one document: it is the code of what is taken off."""
    start, end, _ = number
    before = [amount for _, until, amount in amounts if until <= start]
    after = [amount for begin, _, amount in amounts if begin >= end]
    around = ([*before[-2:], *after[:1]], [*before[-1:], *after[:2]])
    for three in around:
        cents = [int(_NOT_DIGIT.sub("", amount)) for amount in three]
        if len(cents) == 3 and cents[0] - cents[1] == cents[2]:
            return True
    return False


def _unbracketed(amount: str) -> str:
    """Take off a bracket that belongs to the sentence; two are a minus."""
    return amount if ("(" in amount) == (")" in amount) else amount.strip("()")


def _numbers(masked: str) -> list[tuple[int, int, str]]:
    found = []
    for match in NUMBER.finditer(masked):
        text = match.group().rstrip(".-/_")
        start = match.start()
        prefix = PREFIX.match(text)
        if prefix is not None and prefix[1] in NO_PREFIX:
            start += len(prefix[0])
            text = text[len(prefix[0]) :]
        digits = sum(map(str.isdigit, text))
        before = plain_words(masked[max(0, start - 30) : start])
        if (
            digits < 3
            or len(text) > 40
            or NO_NUMBER.search(before)
            or masked[match.end() : match.end() + 1] == "@"
        ):
            continue
        found.append((start, start + len(text), text))
    return found


def _take_amount(one: Said, before: str, amount: str, after: str) -> None:
    """Give an amount the meaning of the words before it."""
    words = plain_words(before)
    if is_discount_word(words) and not one.discount:
        one.discount = amount
    elif (is_deduction_word(words) or is_fee_word(words)) and not one.deduction:
        one.deduction = amount
        one.words = " ".join(f"{before} {after}".translate(_SIGNS).split())
    elif GROSS_WORD.search(words) and not one.gross:
        one.gross = amount
    elif PAID_WORD.search(words) and not one.paid:
        one.paid = amount
    else:
        one.free.append(amount)
        said = " ".join(DATE.sub(" ", after).translate(_SIGNS).split())
        is_rate = "%" in said and not any(map(str.isalpha, said))
        one.beside.append("" if is_rate else said)


def _say_adjustment(text: str, words: str, amounts: Sequence[tuple[int, int, str]], place: str) -> list[Said]:
    if len(amounts) != 1 or not (is_discount_word(words) or is_deduction_word(words) or is_fee_word(words)):
        return []
    start, end, amount = amounts[0]
    rest = f"{text[:start]} {text[end:]}".strip(" ,;:.-()")
    said = " ".join(rest.split())
    return [Said("", place, free=[amount], beside=[""], words=said, kind=adjustment_kind_of(words))]
