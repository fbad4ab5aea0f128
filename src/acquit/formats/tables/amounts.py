"""Amounts as people and programs write them, read into exact decimals.

The clever idea: only one thing about a way of writing can be unclear, which mark is the decimal mark.
Everything else (grouping, where the sign stands, brackets, a currency beside the number, CR and DR) can be
read off each value. So a style is one decimal mark, settled once for a whole column by the values that leave
no choice; `1.234` alone leaves it open, and then nobody guesses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from acquit.formats.tables.errors import CannotReadAmount

LONGEST_AMOUNT = 64
_LONGEST_DIGITS = 30
_RARE = (
    8  # one value in nine against the others unsettles a column; fewer are refused, each with its proposal
)
_EXACT = Context(prec=60)
_DOUBLE = Context(prec=15, rounding=ROUND_HALF_UP)

_SYMBOLS = {
    "€": "EUR", "£": "GBP", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "R$": "BRL", "zł": "PLN",
    "₹": "INR", "₺": "TRY", "₽": "RUB", "₴": "UAH", "₪": "ILS", "₩": "KRW", "Kč": "CZK", "Ft": "HUF",
    "Fr.": "CHF", "SFr.": "CHF", "$": "$", "¥": "¥", "kr": "kr", "kr.": "kr",
}  # fmt: skip
_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(_SYMBOLS, key=len, reverse=True))
_CURRENCY = rf"(?:[A-Z]{{3}}|{_SYMBOL})"
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-", "’": "'", "\u2013": "-"})
_WRITTEN = re.compile(
    rf"""(?P<open>\()?\s*
    (?P<lead>[-+])?\s*
    (?P<before>{_CURRENCY})?\s*
    (?P<lead2>[-+])?\s*
    (?P<number>[0-9][0-9.,' ]*|[.,][0-9]+)
    (?P<trail>[-+])?\s*
    (?P<after>{_CURRENCY})?
    (?P<close>\))?\s*
    (?P<side>CR|DR|Cr|Dr|[SH])?\.?""",
    re.VERBOSE,
)
_POINT_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,12})?")
_COMMA_PLAIN = re.compile(r"-?[0-9]{1,15}(?:,[0-9]{1,12})?")
_SCIENTIFIC = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?[eE][-+]?[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([., '])[0-9]{3})(?:\1[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_MARKS = re.compile(r"[., ']")


@dataclass(frozen=True, slots=True)
class AmountStyle:
    """How a column writes its amounts.

    `decimal_mark` is `.` or `,`; `grouping` is the thousands mark seen ("" when none), for showing only: any
    mark that is not the decimal one is read as grouping, in threes (or the Indian way). `credit_negative`:
    CR, H mean minus; on a bank statement credit is money in, and it is False. `typed_numbers`: numbers of
    typed cells stand among the texts; they use a point whatever the texts do, and never exactly three
    decimals.
    """

    decimal_mark: str = "."
    grouping: str = ""
    credit_negative: bool = True
    typed_numbers: bool = False

    @property
    def example(self) -> str:
        """Write one amount in this style, as a person would recognise it: 1.234,56."""
        return f"1{self.grouping}234{self.decimal_mark}56"


@dataclass(frozen=True, slots=True)
class AmountReading:
    """What the values of a column say about how it writes amounts.

    `style` is None when the column leaves the decimal mark open (`is_ambiguous`) or contradicts itself
    (`is_mixed`). `amounts` of `values` distinct texts are written like amounts; `currencies` counts codes
    found beside the numbers (and the signs $, ¥, kr, which name no single currency).
    """

    style: AmountStyle | None
    values: int
    amounts: int
    is_ambiguous: bool
    is_mixed: bool
    example: str
    reason: str
    negatives: int
    most_decimals: int
    currencies: Counter[str]


def _refuse(text: str, why: str, code: str = "NOT_AN_AMOUNT") -> CannotReadAmount:
    return CannotReadAmount(f"{text[:LONGEST_AMOUNT]!r} {why}", param="amount", code=code)


def parse_amount(text: str, style: AmountStyle) -> Decimal:
    """Read an amount exactly as written, with its sign. Refuses everything else with `CannotReadAmount`."""
    plain = _POINT_PLAIN if style.decimal_mark == "." else _COMMA_PLAIN
    if plain.fullmatch(text):
        amount = Decimal(text.replace(",", "."))
        return amount or abs(amount)
    return read_amount(text, style)[0]


def read_amount(text: str, style: AmountStyle) -> tuple[Decimal, str | None]:
    """Read an amount and the currency written beside it; a sign of several currencies stays as it is ($, ¥, kr)."""
    if len(text) > LONGEST_AMOUNT:
        raise _refuse(text, "is too long for an amount")
    written = _WRITTEN.fullmatch(text.translate(_SPACES).strip())
    if written is None:
        if _SCIENTIFIC.fullmatch(text.strip()):
            raise _refuse(text, "was shortened by a spreadsheet: digits are lost", "SCIENTIFIC_NUMBER")
        raise _refuse(text, "is no amount")
    number = written["number"].rstrip()
    if sum(map(str.isdigit, number)) > _LONGEST_DIGITS:
        raise _refuse(text, "has too many digits for an amount")
    typed = style.typed_numbers and _is_typed_number(number)
    amount = Decimal(_without_grouping(text, number, "." if typed else style.decimal_mark))
    currencies = [mark for mark in (written["before"], written["after"]) if mark]
    if len(currencies) > 1 and currencies[0] != currencies[1]:
        raise _refuse(text, "names two currencies")
    currency = _SYMBOLS.get(currencies[0], currencies[0]) if currencies else None
    return (-amount if amount and _is_negative(text, written, style) else amount), currency


def _is_typed_number(number: str) -> bool:
    whole, point, decimals = number.partition(".")
    return bool(point) and whole.isdigit() and decimals.isdigit() and len(decimals) != 3


def _is_negative(text: str, written: re.Match[str], style: AmountStyle) -> bool:
    if (written["open"] is None) != (written["close"] is None):
        raise _refuse(text, "has one bracket without the other")
    signs = [sign for sign in (written["lead"], written["lead2"], written["trail"]) if sign]
    side = written["side"]
    if len(signs) + (written["open"] is not None) + (side is not None) > 1:
        raise _refuse(text, "has more than one sign")
    if side:
        return (side.upper() in {"CR", "H"}) == style.credit_negative
    return written["open"] is not None or signs == ["-"]


def _without_grouping(text: str, number: str, decimal_mark: str) -> str:
    """Take the grouping out and write a point; grouping must stand in threes, with one mark throughout."""
    whole, mark, decimals = number.partition(decimal_mark)
    if decimals and not decimals.isdigit():
        where = "after" if decimal_mark not in decimals else "twice beside"
        raise _refuse(text, f"has a mark {where} the decimal mark '{decimal_mark}'")
    if whole and not whole.isdigit() and not _GROUPED.fullmatch(whole):
        raise _refuse(text, f"is not grouped in thousands, with '{decimal_mark}' as decimal mark")
    return f"{_MARKS.sub('', whole) or '0'}{'.' if mark and decimals else ''}{decimals}"


def _mark_evidence(number: str) -> tuple[str, str, int]:
    """Say what one number tells: the decimal mark it needs ("" when none, "?" when open), its grouping, decimals."""
    number = number.rstrip()
    last = max(number.rfind("."), number.rfind(","))
    foreign = "'" if "'" in number else " " if " " in number else ""
    if last < 0:
        return "", foreign if _GROUPED.fullmatch(number) else "", 0
    mark = number[last]
    whole, decimals = number[:last], number[last + 1 :]
    other = "," if mark == "." else "."
    if mark in whole:
        if other in number or not _GROUPED.fullmatch(number):
            return "!", "", 0
        return other, mark, 0
    if other in whole or foreign:
        grouped = bool(_GROUPED.fullmatch(whole))
        return (mark, other if other in whole else foreign, len(decimals)) if grouped else ("!", "", 0)
    if len(decimals) != 3 or len(whole) > 3 or whole.startswith("0") or not whole:
        return mark, "", len(decimals)
    return "?" + mark, "", 3


def infer_amount_style(values: Iterable[str], *, typed_numbers: bool = False) -> AmountReading:
    """Settle the decimal mark of a column from its distinct values; leave it open when they leave it open."""
    marks: Counter[str] = Counter()
    groupings: Counter[str] = Counter()
    currencies: Counter[str] = Counter()
    examples: dict[str, str] = {}
    total = negatives = most_decimals = 0
    for text in values:
        total += 1
        written = _WRITTEN.fullmatch(text.translate(_SPACES).strip()) if len(text) <= LONGEST_AMOUNT else None
        if written is None:
            continue
        number = written["number"].rstrip()
        if typed_numbers and _is_typed_number(number):
            mark, grouping, decimals = "typed", "", len(number.partition(".")[2])
        else:
            mark, grouping, decimals = _mark_evidence(number)
        marks[mark] += 1
        examples.setdefault(mark, text)
        if grouping:
            groupings[grouping] += 1
        most_decimals = max(most_decimals, decimals)
        negatives += "-" in (written["lead"], written["lead2"], written["trail"]) or bool(written["open"])
        negatives += (written["side"] or "").upper() in {"CR", "H"}
        for beside in (written["before"], written["after"]):
            if beside:
                currencies[_SYMBOLS.get(beside, beside)] += 1
    return _amount_verdict(
        marks, groupings, examples, (total, negatives, most_decimals), currencies, typed_numbers=typed_numbers
    )


def _amount_verdict(
    marks: Counter[str],
    groupings: Counter[str],
    examples: dict[str, str],
    counts: tuple[int, int, int],
    currencies: Counter[str],
    *,
    typed_numbers: bool,
) -> AmountReading:
    total, negatives, most_decimals = counts
    point, comma = marks["."], marks[","]
    doubtful = marks["?."] + marks["?,"]
    style: AmountStyle | None = None
    is_mixed = bool(point and comma) and min(point, comma) * _RARE > max(point, comma)
    is_ambiguous = not point and not comma and doubtful > 0
    example = examples.get("?.") or examples.get("?,") or examples.get(".") or examples.get(",") or ""
    if is_mixed:
        reason = f"both {examples['.']} and {examples[',']} occur"
    elif is_ambiguous:
        reason = f"{example} may be thousands or decimals, and no value of the column settles it"
    else:
        decimal_mark = "," if comma > point else "."
        seen = [mark for mark, _ in groupings.most_common() if mark != decimal_mark]
        style = AmountStyle(decimal_mark, seen[0] if seen else "", typed_numbers=typed_numbers)
        reason = _style_reason(marks, examples, style, most_decimals)
    amounts = sum(marks.values()) - marks["!"]
    return AmountReading(
        style, total, amounts, is_ambiguous, is_mixed, example, reason, negatives, most_decimals, currencies
    )


def _style_reason(
    marks: Counter[str], examples: dict[str, str], style: AmountStyle, most_decimals: int
) -> str:
    other = "," if style.decimal_mark == "." else "."
    if marks[style.decimal_mark]:
        against = f", {marks[other]} written otherwise" if marks[other] else ""
        return f"{examples[style.decimal_mark]} leaves no choice{against}"
    if marks["typed"]:
        return "numbers of typed cells"
    return "whole numbers" if not most_decimals else f"up to {most_decimals} decimals"


def without_float_noise(amount: Decimal) -> Decimal:
    """Undo what a binary fraction did to a decimal: 2309.7899999999995 is 2309.79, 93179.35199999998 is 93179.352.

    Only when 16 or more digits become at least four fewer by rounding to the 15 a double can hold; a long
    number that carries information in all its digits stays as it is.
    """
    digits = len(amount.as_tuple().digits)
    if digits < 16:
        return amount
    shorter = _DOUBLE.create_decimal(amount)
    normal = shorter.normalize(_EXACT)
    return normal if digits - len(normal.as_tuple().digits) >= 4 else amount
