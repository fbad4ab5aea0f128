"""The age buckets that heads of an ageing name.

The clever idea: a head alone is not enough ("60 days" is 31 to 60 beside "30 days"), so the heads are read together,
in order of age, and buckets are made to touch: "180 and over" behind "90 days" begins at 91, because otherwise an
item of 120 days would stand nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from acquit.intake.rules.headers import word_set, words_of


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """Days past due from `from_days` (None: without lower end, not due included) until before `until_days`."""

    from_days: int | None
    until_days: int | None

    @property
    def label(self) -> str:
        """Name the bucket in days: not due, 1-30, 91+."""
        if self.until_days is None:
            return f"{self.from_days}+"
        if self.from_days is None:
            return "not due" if self.until_days == 1 else f"up to {self.until_days - 1}"
        return f"{self.from_days}-{self.until_days - 1}"


_NOT_DUE = word_set(
    "current|not due|not yet due|not past due|future|undue|nicht fallig|noch nicht fallig"
    "|nicht faellig|noch nicht faellig"
    "|non echu|a echoir|non echus|no vencido|no vencida|por vencer|corriente|non scaduto"
    "|a scadere|nao vencido|a vencer"
    "|corrente|niet vervallen|nog niet vervallen|amount not due|due in future|falligkeit zukunft",
    "|",
)
_MONTHS = word_set("month months monat monate monaten mois mes meses mese mesi maand maanden mths mth")
_OLDER = word_set("older|alter|aelter|plus ancien|mas antiguo|piu vecchio|ouder|mais antigo", "|")
_UNITS = word_set(
    "day days d tag tage tagen t jour jours j dia dias giorni giorno gg dag dagen past due"
    " overdue late fallig uberfallig"
    " faellig ueberfaellig de von from bucket age aging ageing retard atraso amount balance"
    " betrag saldo"
)
_OVER = word_set(
    "over above more than plus und mehr ab uber ueber alter aelter als older mas oltre mais meer"
" dan greater gt beyond"
                  " superieur oude up and"
)  # fmt: skip
_UP_TO = word_set(
    "to bis up until under less than unter weniger als jusqu au hasta menos fino a ate tot lt"
    " inferieur within"
)
_RANGE = re.compile(
    r"([0-9]{1,4})\s*(?:-|–|—|_|\.\.|/|to|bis|a|à|al|t/m|tot|until)\s*([0-9]{1,4})", re.IGNORECASE
)
_OLDEST_DAYS = 1900  # above that the numbers are years
_LONE = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class _Span:
    """What one head says by itself: its lower and upper day as written, and whether it has no upper end."""

    low: int | None
    high: int | None
    is_open: bool


def _read_span(header: str) -> _Span | None:
    words = words_of(header)
    if " ".join(words) in _NOT_DUE:
        return _Span(None, 0, is_open=False)
    if " ".join(words) in _OLDER:
        return _Span(None, None, is_open=True)
    if any(word in _MONTHS for word in words):
        return _read_months(header, words)
    ranged = _RANGE.search(header)
    if ranged:
        rest = words_of(header[: ranged.start()] + " " + header[ranged.end() :])
        low, high = int(ranged[1]), int(ranged[2])
        fits = low < high <= _OLDEST_DAYS and all(word in _UNITS for word in rest)
        return _Span(low, high, is_open=False) if fits else None
    numbers = [word for word in words if _LONE.fullmatch(word)]
    rest = tuple(word for word in words if not _LONE.fullmatch(word))
    if len(numbers) != 1:
        return None
    days = int(numbers[0])
    if (
        "+" in header
        or ">" in header
        or (rest and any(word in _OVER for word in rest) and "up" not in rest[:1])
    ):
        return _Span(days, None, is_open=True) if all(word in _UNITS | _OVER for word in rest) else None
    if all(word in _UNITS | _UP_TO for word in rest) and days % 5 == 0:
        return _Span(None, days, is_open=False)
    return None


def _read_months(header: str, words: tuple[str, ...]) -> _Span | None:
    """Read a bucket of months of 30 days: "< 1 Month" is the first 30 days, "1 Month" the next 30."""
    numbers = [int(word) for word in words if _LONE.fullmatch(word)]
    if len(numbers) != 1 or not all(word in _MONTHS | _UP_TO or word.isdigit() for word in words):
        return None
    days = numbers[0] * 30
    if "<" in header or any(word in _UP_TO for word in words):
        return _Span(None, days, is_open=False)
    return _Span(days + 1, days + 30, is_open=False)


def read_buckets(headers: Sequence[str]) -> Mapping[int, AgeBucket]:
    """Read the heads of an ageing together; gives the bucket of each column that is one (none if there is only one)."""
    spans = {index: span for index, header in enumerate(headers) if (span := _read_span(header)) is not None}
    if len(spans) < 2 or not any(span.high or span.is_open for span in spans.values()):
        return {}
    order = sorted(spans, key=lambda index: _age(spans[index]))
    buckets: dict[int, AgeBucket] = {}
    until: int | None = None
    for index in order:
        span = spans[index]
        if span.is_open:
            touches = until is not None and (span.low is None or span.low >= until - 1)
            start = until if touches else span.low
            buckets[index] = AgeBucket(start, None)
            break
        if span.high == 0:
            buckets[index], until = AgeBucket(None, 1), 1
            continue
        high = span.high or 0
        start = until if span.low is None else max(span.low, until or span.low)
        buckets[index], until = AgeBucket(start, high + 1), high + 1
    return buckets


def _age(span: _Span) -> tuple[int, int]:
    return (1, span.low or _OLDEST_DAYS) if span.is_open else (0, span.high or 0)
