"""A company's own tolerances as a JSON file: how it writes them, and what they are called here.

The clever idea: a value is found by the words on its way through the document ("tolerances", "EUR", "absolute"), in
whatever nesting, so that the file's own order of things need not be ours; a word that speaks for nothing is refused
with its place, for a tolerance that is silently passed over decides about money.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from rapidfuzz import fuzz, process

from acquit.controls.rules.policies import DEFAULTS
from acquit.core.errors import Refusal
from acquit.intake.rules.evidence import is_currency
from acquit.intake.rules.headers import word_set

LARGEST_BYTES = 1024 * 1024


class CannotReadPolicyFile(Refusal):
    """The file says something of tolerances that is not understood; no policy was stored."""

    code = "POLICY_FILE"


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """What a file says of matching: values of the policy by name, those by currency apart, and from when they hold."""

    values: Mapping[str, str] = field(default_factory=dict)
    by_currency: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    valid_from: date | None = None

    def body_over(self, body: Mapping[str, Any], currency: str) -> dict[str, Any]:
        """Give a MATCHING policy's body with these values in place; those in the company's currency hold for all."""
        changed = {**body, **self.values}
        for name, amounts in self.by_currency.items():
            changed[_BY_CURRENCY[name]] = dict(sorted(amounts.items()))
            if name not in self.values and currency in amounts:
                changed[name] = amounts[currency]
        for name in _WHOLE:
            changed[name] = int(Decimal(str(changed[name])))
        return changed


_TOLERANCE, _PERCENT = "tolerance_amount", "tolerance_percent"
_FEE, _GRACE = "fee_tolerance_amount", "discount_grace_days"
_BY_CURRENCY = {_TOLERANCE: "tolerance_amounts", _FEE: "fee_tolerance_amounts"}
_WHOLE = (_GRACE,)
#: Numbers of the policy that a file may name outright, beside the four above in words of its own.
_OUTRIGHT = frozenset(
    name for name, value in DEFAULTS["MATCHING"].items() if not isinstance(value, list | dict)
)
_GRACE_WORDS = word_set("grace kulanz karenz nachfrist")
_DISCOUNT_WORDS = word_set("discount skonto escompte cash early")
_DAY_WORDS = word_set("days day tage tag jours dias")
_FEE_WORDS = word_set("fee fees charge charges bank spesen gebuehr gebuehren gebühr gebühren frais")
_TOLERANCE_WORDS = word_set(
    "tolerance tolerances toleranz toleranzen difference differences small under over underpayment overpayment payment"
    " short write off writeoff tolerance_abs"
)
_PERCENT_WORDS = word_set("percent pct percentage prozent relative rel percentual pourcentage")
_AMOUNT_WORDS = word_set(
    "absolute abs amount amounts value fixed max maximum most limit up to at betrag absolut currency by per default all"
)
_SCOPE_WORDS = word_set("matching policy policies cash application rules settings config")
_PLAIN = word_set(
    "version schema company name description comment comments note notes title id kind author approved by created at"
    " updated source language locale"
)
_FROM_WORDS = frozenset({"valid_from", "effective_from", "from", "valid_since", "since"})
_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def looks_like_policy(document: object) -> bool:
    """Tell whether a JSON document speaks of tolerances at all; others are no business of ours."""
    if not isinstance(document, dict):
        return False
    return any(_words_of(path) & (_TOLERANCE_WORDS | _GRACE_WORDS) for path, _ in _leaves(document, ()))


def load_policy(content: bytes, name: str) -> object:
    """Read a JSON document with exact numbers; refuses (`CannotReadPolicyFile`) what is none."""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        line = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise CannotReadPolicyFile(f"{name} is no JSON{line}: {error}.", param="file") from None


def read_policy_file(document: object, name: str) -> PolicyFile:
    """Read what a document says of matching; refuses (`CannotReadPolicyFile`) what it cannot place, and where."""
    values: dict[str, str] = {}
    by_currency: dict[str, dict[str, str]] = {}
    valid_from = None
    for path, value in _leaves(document, ()):
        place = ".".join(path)
        if path[-1].lower() in _FROM_WORDS:
            valid_from = _read_day(value, name, place)
            continue
        if value is None or _words_of(path[-1:]) <= _PLAIN or path[-1].startswith(("$", "_")):
            continue
        if path[-1].lower() == "currency" and isinstance(value, str):
            continue
        wanted, currency = _meaning(path, name)
        number = _read_number(value, name, place)
        into = by_currency.setdefault(wanted, {}) if currency else values
        key = currency or wanted
        if into.setdefault(key, number) != number:
            raise CannotReadPolicyFile(
                f"{name}: {place} says {number}, and {into[key]} stands there for {wanted} as well. Keep one.",
                param=place,
            )
    return PolicyFile(values, by_currency, valid_from)


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Give every value with its way; an object of a list that names a currency has that currency on its way."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list):
        for place, inner in enumerate(value, 1):
            named = inner.get("currency") if isinstance(inner, dict) else None
            step = named if isinstance(named, str) else f"[{place}]"
            yield from _leaves(inner, (*path, step))
    else:
        yield path, value


def _meaning(path: tuple[str, ...], name: str) -> tuple[str, str | None]:
    """Give the policy's name of a value by its way, and the currency it holds for."""
    currency = next((key for key in path if len(key) == 3 and key.isupper() and is_currency(key)), None)
    keys = tuple(key for key in path if key != currency)
    place = ".".join(path)
    if keys and keys[-1].lower() in _OUTRIGHT:
        return _with_currency(keys[-1].lower(), currency, name, place)
    words = _words_of(keys)
    if currency is None:
        currency = next((word.upper() for word in sorted(words) if word in _COMMON_CURRENCIES), None)
        words -= _COMMON_CURRENCIES
    unknown = (
        words
        - _GRACE_WORDS
        - _DISCOUNT_WORDS
        - _DAY_WORDS
        - _FEE_WORDS
        - _TOLERANCE_WORDS
        - _PERCENT_WORDS
        - _AMOUNT_WORDS
        - _SCOPE_WORDS
    )
    if unknown:
        raise _unknown(name, place)
    if words & _GRACE_WORDS or (words & _DISCOUNT_WORDS and words & _DAY_WORDS):
        return _with_currency(_GRACE, currency, name, place)
    if words & _FEE_WORDS:
        if words & _PERCENT_WORDS:
            raise CannotReadPolicyFile(
                f"{name}: {place} is a percent of bank fees; they are an amount, such as {_FEE}.", param=place
            )
        return _FEE, currency
    if words & _TOLERANCE_WORDS:
        return (_PERCENT, currency) if words & _PERCENT_WORDS else (_TOLERANCE, currency)
    raise _unknown(name, place)


_COMMON_CURRENCIES = word_set("eur usd gbp chf cad aud jpy sek nok dkk pln czk huf")


def _with_currency(wanted: str, currency: str | None, name: str, place: str) -> tuple[str, str | None]:
    if currency is not None and wanted not in _BY_CURRENCY and wanted != _PERCENT:
        raise CannotReadPolicyFile(f"{name}: {place}: {wanted} is the same in all currencies.", param=place)
    return wanted, currency


def _unknown(name: str, place: str) -> CannotReadPolicyFile:
    known = [_TOLERANCE, _PERCENT, _FEE, _GRACE, *sorted(_OUTRIGHT)]
    near = process.extractOne(place.rpartition(".")[2].lower(), known, scorer=fuzz.ratio, score_cutoff=60)
    meant = f" Meant {near[0]}?" if near else f" Known: {', '.join(known[:4])}."
    return CannotReadPolicyFile(f"{name}: {place} is unknown.{meant}", param=place)


def _words_of(path: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        word for key in path for word in _WORD.findall(_CAMEL.sub(" ", key).replace("_", " ").lower())
    )


def _read_number(value: object, name: str, place: str) -> str:
    text = str(value).strip().removesuffix("%").strip()
    try:
        number = Decimal(text) if not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or number < 0:
        raise CannotReadPolicyFile(
            f"{name}: {place} is {json.dumps(value, default=str)}; give a number such as 5.00.", param=place
        )
    return f"{number:f}"


def _read_day(value: object, name: str, place: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise CannotReadPolicyFile(
            f"{name}: {place} is {value!r}; give a day such as 2026-01-31.", param=place
        ) from None
