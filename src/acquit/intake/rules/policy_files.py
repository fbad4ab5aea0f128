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

from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.policy_reading import CannotReadPolicy, read_policy
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

    def check(self, name: str) -> None:
        """Refuse values that no policy may have before anything is posted; `name` is the file's."""
        try:
            read_policy("MATCHING", self.body_over(DEFAULTS["MATCHING"], ""))
        except CannotReadPolicy as refusal:
            said = refusal.message.removeprefix("Policy MATCHING: ")
            raise CannotReadPolicyFile(f"{name}: {said}", param=refusal.param) from None


_TOLERANCE, _PERCENT = "tolerance_amount", "tolerance_percent"
_FEE, _GRACE = "fee_tolerance_amount", "discount_grace_days"
_BY_CURRENCY = {
    _TOLERANCE: "tolerance_amounts",
    _PERCENT: "tolerance_percents",
    _FEE: "fee_tolerance_amounts",
}
_WHOLE = (_GRACE,)
#: Numbers of the policy that a file may name outright, beside the four above in words of its own.
_OUTRIGHT = frozenset(
    name for name, value in DEFAULTS["MATCHING"].items() if not isinstance(value, list | dict)
)
_GRACE_WORDS = word_set("grace kulanz karenz nachfrist")
_DISCOUNT_WORDS = word_set("discount skonto escompte cash early")
_DAY_WORDS = word_set("days day tage tag jours dias giorni dagen dni period periods")
_FEE_WORDS = word_set(
    "fee fees charge charges bank spesen gebuehr gebuehren gebühr gebühren frais spese kosten commission"
)
_TOLERANCE_WORDS = word_set(
    "tolerance tolerances tol toleranz toleranzen difference differences small under over underpayment overpayment"
    " payment short write off writeoff tolérance tolérances tolerancia tolerancias tolleranza tolleranze tolerantie"
    " tolerancja"
)
_PERCENT_WORDS = word_set(
    "percent pct perc percentage prozent relative rel relativ percentual pourcentage porcentaje percentuale procent"
)
_AMOUNT_WORDS = word_set(
    "absolute abs amount amounts value fixed max maximum most limit up to at betrag absolut currency currencies by per"
    " default all other others any every rest standard amt montant importe importo bedrag kwota"
)
_SCOPE_WORDS = word_set("matching policy policies cash application rules settings config")
_KNOWN_WORDS = (
    _GRACE_WORDS
    | _DISCOUNT_WORDS
    | _DAY_WORDS
    | _FEE_WORDS
    | _TOLERANCE_WORDS
    | _PERCENT_WORDS
    | _AMOUNT_WORDS
    | _SCOPE_WORDS
)
#: Keys whose text says what the numbers beside them are of.
_NAMING = frozenset({"currency", "ccy", "type", "kind", "unit"})
_PLAIN = word_set(
    "version schema company name description comment comments note notes title id kind author approved by created at"
    " updated source language locale"
)
_FROM_WORDS = frozenset({"valid_from", "effective_from", "from", "valid_since", "since"})
_WORD = re.compile(r"[^\W\d_]+")
_MONEY = re.compile(
    r"(?P<before>[A-Z]{3})?\s*(?P<number>[-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*(?P<after>[A-Z]{3}|%)?"
)
_DEEPEST = 12
_DIGITS_AT_MOST = 20
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
    except (UnicodeDecodeError, ValueError, ArithmeticError, RecursionError) as error:
        line = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        why = "a number that is none" if isinstance(error, ArithmeticError) else str(error)
        raise CannotReadPolicyFile(f"{name} is no JSON{line}: {why}.", param="file") from None


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
        words = _words_of(path[-1:])
        if value is None or (words and words <= _PLAIN) or path[-1].startswith(("$", "_")):
            continue
        if isinstance(value, str) and path[-1].lower() in _NAMING:
            continue
        wanted, currency = _meaning(path, name)
        number, written = _read_number(value, name, place)
        currency = currency or written
        if wanted in _WHOLE and Decimal(number) % 1:
            raise CannotReadPolicyFile(f"{name}: {place} is {number}; give whole days.", param=place)
        into = by_currency.setdefault(wanted, {}) if currency else values
        key = currency or wanted
        if into.setdefault(key, number) != number:
            raise CannotReadPolicyFile(
                f"{name}: {place} says {number}, and {into[key]} stands there for {wanted} as well. Keep one.",
                param=place,
            )
    _take_out_same(values, by_currency, name)
    found = PolicyFile(values, by_currency, valid_from)
    found.check(name)
    return found


def _take_out_same(values: dict[str, str], by_currency: dict[str, dict[str, str]], name: str) -> None:
    """Take what is the same in all currencies out of those by currency; refuses where a file says it differs."""
    for wanted in [wanted for wanted in by_currency if wanted not in _BY_CURRENCY]:
        said = by_currency.pop(wanted)
        if wanted in values:
            said["all"] = values[wanted]
        if len({Decimal(number) for number in said.values()}) > 1:
            each = ", ".join(f"{currency} {number}" for currency, number in sorted(said.items()))
            raise CannotReadPolicyFile(
                f"{name}: {wanted} is the same in all currencies, and the file says {each}. Keep one.",
                param=wanted,
            )
        values[wanted] = next(iter(said.values()))


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Give every value with its way; an object that names its currency, type or unit has that on its way."""
    if len(path) > _DEEPEST:
        yield path, "..."
    elif isinstance(value, dict):
        named = _named_by(value) if path else ()
        for key, inner in value.items():
            way = path if str(key).lower() in _NAMING else (*path, *named)
            yield from _leaves(inner, (*way, str(key)))
    elif isinstance(value, list):
        for place, inner in enumerate(value, 1):
            is_named = isinstance(inner, dict) and _named_by(inner)
            yield from _leaves(inner, path if is_named else (*path, f"[{place}]"))
    else:
        yield path, value


def _named_by(value: Mapping[str, object]) -> tuple[str, ...]:
    """Give what an object says it is of: `{"currency": "EUR", "type": "percent", "value": 0.5}`."""
    said = [str(inner).strip() for key, inner in value.items() if str(key).lower() in _NAMING]
    said = ["percent" if word == "%" else word for word in said]
    return tuple(word for word in said if is_currency(word) or _words_of((word,)) <= _KNOWN_WORDS)


def _meaning(path: tuple[str, ...], name: str) -> tuple[str, str | None]:
    """Give the policy's name of a value by its way, and the currency it holds for."""
    currency = next((key for key in path if len(key) == 3 and key.isupper() and is_currency(key)), None)
    keys = tuple(key for key in path if key != currency)
    place = ".".join(path)
    if keys and keys[-1].lower() in _OUTRIGHT:
        return keys[-1].lower(), currency
    words = _words_of(keys)
    if currency is None:
        currency = next((word.upper() for word in sorted(words) if word in _COMMON_CURRENCIES), None)
        words -= _COMMON_CURRENCIES
    if words - _KNOWN_WORDS:
        raise _unknown(name, place)
    if words & _GRACE_WORDS or (words & _DISCOUNT_WORDS and words & _DAY_WORDS):
        return _GRACE, currency
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


def _unknown(name: str, place: str) -> CannotReadPolicyFile:
    known = [_TOLERANCE, _PERCENT, _FEE, _GRACE, *sorted(_OUTRIGHT)]
    near = process.extractOne(place.rpartition(".")[2].lower(), known, scorer=fuzz.ratio, score_cutoff=60)
    meant = f" Meant {near[0]}?" if near else f" Known: {', '.join(known[:4])}."
    return CannotReadPolicyFile(f"{name}: {place} is unknown.{meant}", param=place)


def _words_of(path: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        word for key in path for word in _WORD.findall(_CAMEL.sub(" ", key).replace("_", " ").lower())
    )


def _read_number(value: object, name: str, place: str) -> tuple[str, str | None]:
    """Read a number, alone or with its currency (`5.00 EUR`) or sign of percent; gives the currency beside it."""
    written = _MONEY.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
    number, currency = None, None
    if written is not None:
        currencies = {code for code in (written["before"], written["after"]) if code and code != "%"}
        try:
            number = Decimal(written["number"]) if len(currencies) < 2 else None
        except InvalidOperation:
            number = None
        currency = next(iter(currencies), None)
    is_number = number is not None and number.is_finite() and number >= 0 and _is_writable(number)
    if number is None or not is_number or (currency is not None and not is_currency(currency)):
        raise CannotReadPolicyFile(
            f"{name}: {place} is {json.dumps(value, default=str)}; give a number such as 5.00.", param=place
        )
    return f"{number:f}", currency


def _is_writable(number: Decimal) -> bool:
    """Say whether a number has so few digits that nobody needs an exponent for it."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent > -_DIGITS_AT_MOST and number.adjusted() < _DIGITS_AT_MOST


def _read_day(value: object, name: str, place: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise CannotReadPolicyFile(
            f"{name}: {place} is {value!r}; give a day such as 2026-01-31.", param=place
        ) from None
