"""What the values of a column speak for, whatever its head says.

The clever idea: a meaning is only tested, never guessed from values alone, except where values are their own proof
(an IBAN checks itself, currencies and e-mail addresses have a shape). Each test gives a fit from 0 (impossible) to 1
and the words a person reads beside the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from acquit.core.errors import Refusal
from acquit.core.money import minor_units
from acquit.core.references import is_iban
from acquit.formats.tables import (
    AmountReading,
    DateReading,
    infer_amount_style,
    infer_date_style,
)
from acquit.intake.rules.headers import word_set
from acquit.intake.rules.kinds import ValueType
from acquit.intake.rules.places import read_country, read_language
from acquit.intake.rules.profile import ColumnProfile

LOOKED_AT = 500
SPECIMENS = frozenset(["EURO", "EUROS", "€", "$", "£", "DOLLAR", "US$"])
TRUE_WORDS = word_set("yes y true t x 1 ja j wahr oui o vrai si sí s sim sì vero waar verdadeiro")
FALSE_WORDS = word_set("no n false f 0 nein falsch non faux não nao falso nee onwaar")
CREDIT_MARKS = word_set("h c cr credit haben - 50 bij crdt avere haber crédit crédito")
DEBIT_MARKS = word_set("s d dr debit soll + 40 af dbit dare debe débit débito")
_EMAIL = re.compile(r"[^@\s;,|]+@[^@\s;,|]+\.[^@\s;,|]+")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_INTEGER = re.compile(r"[-+]?[0-9]{1,4}(?:[.,]0+)?")
_FLOAT_ID = re.compile(r"[0-9]{1,15}\.0")
_CODE = re.compile(r"[^\s]{1,40}")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the values suit a way of reading (0 to 1) and the words for it."""

    score: float
    reason: str


_SAME_TEST = {
    ValueType.NUMBER: ValueType.AMOUNT,
    ValueType.IBANS: ValueType.IBAN,
    ValueType.NAMES: ValueType.NAME,
}
_COMPACT = frozenset(["YMD_COMPACT", "DMY_COMPACT"])
_EMPTY = Fit(0.5, "empty")


def is_currency(text: str) -> bool:
    """Say whether a text is an ISO 4217 code with a minor unit."""
    try:
        minor_units(text)
    except Refusal:
        return False
    return True


class ColumnEvidence:
    """The tests of one column; each is made at most once."""

    def __init__(
        self, profile: ColumnProfile, *, typed_numbers: bool = False, looked_at: int = LOOKED_AT
    ) -> None:
        self.profile = profile
        self._most = looked_at
        self.typed_numbers = typed_numbers
        self._fits: dict[ValueType, Fit] = {}

    @cached_property
    def looked_at(self) -> tuple[str, ...]:
        """The distinct values that tests look at."""
        return tuple(value.strip() for value in self.profile.values[: self._most])

    @cached_property
    def dates(self) -> DateReading:
        """The dates of the column; an open order is looked for in every distinct value."""
        reading = infer_date_style(self.looked_at)
        return infer_date_style(self.profile.values) if reading.is_ambiguous else reading

    @cached_property
    def day_numbers(self) -> DateReading:
        """The dates of the column when five-digit numbers may be a spreadsheet's days."""
        return infer_date_style(self.looked_at, serials=True)

    @cached_property
    def amounts(self) -> AmountReading:
        """The amounts of the column; an open decimal mark is looked for in every distinct value."""
        reading = infer_amount_style(self.looked_at, typed_numbers=self.typed_numbers)
        if not reading.is_ambiguous:
            return reading
        return infer_amount_style(self.profile.values, typed_numbers=self.typed_numbers)

    @cached_property
    def is_float_integers(self) -> bool:
        """Whether every value is a whole number written as 17850.0, as programs write numbers with gaps."""
        return bool(self.profile.values) and all(map(_FLOAT_ID.fullmatch, self.profile.values))

    def _share(self, test: Callable[[str], object]) -> float:
        values = self.looked_at
        return sum(bool(test(value)) for value in values) / len(values) if values else 0.0

    def fit(self, value_type: ValueType) -> Fit:
        """Say how well the values suit a way of reading them."""
        if not self.looked_at:
            return _EMPTY
        test = _SAME_TEST.get(value_type, value_type)
        if test not in self._fits:
            self._fits[test] = getattr(self, f"_fit_{test.lower()}")()
        return self._fits[test]

    def _fit_date(self) -> Fit:
        reading = self.dates if self.dates.dates else self.day_numbers
        share = reading.dates / reading.values
        return Fit(share if share >= 0.5 else 0.0, reading.reason)

    def _fit_amount(self) -> Fit:
        reading = self.amounts
        share = reading.amounts / reading.values
        if share < 0.4 or self._reads_as_dates:
            return Fit(0.0, "no amounts")
        if any(value.startswith("0") and value.isdigit() and len(value) > 3 for value in self.looked_at):
            return Fit(0.2, "leading zeros")
        return Fit(share, reading.reason)

    @cached_property
    def _reads_as_dates(self) -> bool:
        return self.dates.dates * 2 > self.dates.values and self.amounts.most_decimals == 0

    def _fit_percent(self) -> Fit:
        amounts = self._fit_amount()
        share = self._share(lambda value: len(value) <= 8)
        return Fit(min(amounts.score, share), "percent")

    def _fit_days(self) -> Fit:
        return Fit(self._share(_INTEGER.fullmatch), "days")

    def _fit_identifier(self) -> Fit:
        if self.dates.dates * 10 > self.dates.values * 9 and self.dates.style not in {None, *_COMPACT}:
            return Fit(0.1, "dates")
        reading = self.amounts
        if reading.most_decimals and not self.is_float_integers and reading.amounts * 2 > reading.values:
            return Fit(0.15, "amounts")
        short = self._share(_CODE.fullmatch)
        reason = "unique in all rows" if self.profile.is_unique and not self.profile.is_cut else "codes"
        return Fit(0.6 + 0.4 * short, reason)

    def _fit_name(self) -> Fit:
        share = self._share(_LETTERS.search)
        return Fit(share if share > 0.5 else share / 2, "names")

    def _fit_text(self) -> Fit:
        share = self._share(_LETTERS.search)
        return Fit(0.5 + 0.4 * share, "free text")

    def _fit_currency(self) -> Fit:
        share = self._share(lambda value: is_currency(value.upper()) or value.upper() in SPECIMENS)
        odd = [value for value in self.looked_at if not is_currency(value)]
        return Fit(share if share >= 0.4 else 0.0, f"ISO, {len(odd)} odd" if odd else "ISO codes")

    def _fit_country(self) -> Fit:
        return Fit(0.35 + 0.65 * self._share(read_country), "countries")

    def _fit_language(self) -> Fit:
        return Fit(self._share(read_language), "languages")

    def _fit_iban(self) -> Fit:
        def any_iban(value: str) -> bool:
            return any(is_iban(part) for part in re.split(r"[|;,]", value))

        share = self._share(any_iban)
        return Fit(share, "IBANs that check" if share == 1 else f"{share:.0%} are IBANs")

    def _fit_email(self) -> Fit:
        return Fit(self._share(_EMAIL.search), "e-mail addresses")

    def _fit_flag(self) -> Fit:
        words = TRUE_WORDS | FALSE_WORDS
        share = self._share(lambda value: value.casefold() in words)
        return Fit(share, "yes or no")

    def _fit_document_type(self) -> Fit:
        if len(self.profile.values) > 40 or self.amounts.most_decimals:
            return Fit(0.1, "too many different codes")
        if self._share(_LETTERS.search) < 0.5 and self._share(lambda value: len(value) <= 3) < 1:
            return Fit(0.2, "numbers")
        return Fit(0.95, f"{len(self.profile.values)} codes")

    def _fit_debit_credit(self) -> Fit:
        return Fit(
            self._share(lambda value: value.casefold() in CREDIT_MARKS | DEBIT_MARKS), "debit or credit"
        )
