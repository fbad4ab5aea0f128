"""Read payment terms as people write them: '2/10 NET30', '30 Tage netto', '2% 10 Tage, 30 netto', 'PROX 10'.

The one clever idea: the discount is cut out of the text in every way it can be; what remains must be a plain
due-date term, matched whole. So a text is understood to its last letter in exactly one way, or refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from acquit.core.errors import Refusal
from acquit.core.terms.dates import PaymentTerms, TermsKind

_LONGEST_TEXT = 200
_EDGES = " ,;:"
_AROUND_DISCOUNT = " ,;/-"
_FRACTION = re.compile(r"\d\s*/\s*\d", re.ASCII)


class UnknownTerms(Refusal):
    """The text names no payment term this reader knows."""

    code = "UNKNOWN_TERMS"


class AmbiguousTerms(Refusal):
    """The text has two readings with different due dates; `details["kinds"]` names them."""

    code = "AMBIGUOUS_TERMS"


_DAYS = r"(?:(?:days?|d|tagen?|tage|tag|t|jours?|j|d[ií]as?|dias?|giorni|gg|dagen|dni)\.?)"
_NET = r"(?:netto|nett|net|nt|n)"
_NET_LEAD = rf"(?:{_NET}\s*[/.:-]?\s*)?"
_EOM = (
    r"(?:eom|end of (?:the )?month|month[ -]?end|monatsende|ende des monats"
    r"|fin de mois|fin de mes|fine mese)"
)
_RATE = r"(?P<rate>\d{1,2}(?:[.,]\d{1,4})?)"
_WITHIN = (
    r"(?:(?:within|in|innerhalb(?: von)?|bei zahlung (?:innerhalb(?: von)?|in)"
    r"|if paid (?:within|in))\s+)?"
)
_DISCOUNT = r"(?:(?:skonto|discount|disc\.?|escompte|sconto)\b)?"
_LESS = r"(?:mit|abz(?:ü|ue)glich|less|minus|-)?"
_FROM_INVOICE = r"(?: (?:ohne abzug|(?:from|after) invoice date|(?:nach|ab) rechnungsdatum))?"
_PLUS = r"(?:\+|plus|then|und|zuz(?:ü|ue)glich)"
_THEN = r"(?:,?\s*then|\+|to|zum|dann)"
_MONTHS = r"(?:months?|monate?n?|mois|mes(?:es)?|mesi)"
_NEXT_MONTH = r"(?:of (?:the )?(?:following|next) month|des (?:folge|n(?:ä|ae)chsten )monats)"
_ORDINAL = r"(?:st|nd|rd|th)?"

_DISCOUNTS = tuple(
    re.compile(pattern, re.ASCII)  # other scripts' digits are not read
    for pattern in (
        rf"(?<![\d.,]){_RATE}\s*%\s*{_DISCOUNT}\s*,?\s*{_WITHIN}(?P<days>\d{{1,4}})\s*(?:{_DAYS}(?![a-z]))?\s*{_DISCOUNT}",
        rf"(?<![\d.,])(?P<days>\d{{1,4}})\s*{_DAYS}\s*{_LESS}\s*{_RATE}\s*%\s*{_DISCOUNT}",
        rf"(?<![\d.,/]){_RATE}\s*%?\s*/\s*(?P<days>\d{{1,4}})(?:\s*{_DAYS}\b)?(?![\d/])",
    )
)

_LEAD = re.compile(
    r"^(?:(?:payment terms?|terms?|zahlungsbedingungen?|zahlungsziel|zahlbar"
    r"|payable|due|within|innerhalb(?: von)?|binnen|in)\b\s*:?\s*)+"
)
_IMMEDIATE = re.compile(
    r"(?:(?:up)?on receipt(?: of (?:the )?invoice)?|immediate(?:ly)?|now|cash|prompt"
    r"|sofort(?: netto| rein netto| zahlbar| f(?:ä|ae)llig)?|netto kasse|nach erhalt(?: der rechnung)?"
    r"|(?:à|a) r[ée]ception|al contado|contado|net cash|receipt)(?: (?:ohne abzug|without deduction))?"
)


def _net(match: re.Match[str]) -> PaymentTerms:
    return PaymentTerms(TermsKind.NET, days=int(match["days"]))


def _end_of_month_then_days(match: re.Match[str]) -> PaymentTerms:
    return PaymentTerms(TermsKind.EOM_THEN_DAYS, days=int(match.groupdict().get("days") or 0))


def _days_then_end_of_month(match: re.Match[str]) -> PaymentTerms:
    return PaymentTerms(TermsKind.DAYS_THEN_EOM, days=int(match["days"]))


def _months(match: re.Match[str]) -> PaymentTerms:
    return PaymentTerms(TermsKind.MONTHS, months=int(match["months"]))


def _prox(match: re.Match[str]) -> PaymentTerms:
    cutoff = match.groupdict().get("cutoff")
    return PaymentTerms(
        TermsKind.PROX, months=1, day=int(match["day"]), cutoff_day=int(cutoff) if cutoff else None
    )


def _ambiguous(match: re.Match[str]) -> PaymentTerms:
    days = match["days"]
    raise AmbiguousTerms(
        f"'{match.group()}' has two readings: EOM_THEN_DAYS (month end, then {days} days) and DAYS_THEN_EOM "
        f"({days} days, then month end). Name one of them.",
        param="terms",
        details={"kinds": [TermsKind.EOM_THEN_DAYS.value, TermsKind.DAYS_THEN_EOM.value], "days": int(days)},
    )


_D = r"(?P<days>[1-9]\d{0,3}|0)"
_WHOLE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], PaymentTerms]], ...] = tuple(
    (re.compile(pattern, re.ASCII), make)
    for pattern, make in (
        (rf"{_NET_LEAD}{_D}\s*{_DAYS}?\s*(?:rein\s+)?{_NET}?{_FROM_INVOICE}", _net),
        (rf"{_NET_LEAD}{_EOM}", _end_of_month_then_days),
        (rf"{_NET_LEAD}{_EOM}\s*{_PLUS}\s*{_D}\s*(?:{_DAYS})?", _end_of_month_then_days),
        (rf"{_NET_LEAD}{_D}\s*{_DAYS}?\s*(?:after|from|nach|ab)\s*(?:the )?{_EOM}", _end_of_month_then_days),
        (rf"{_EOM}\s*(?:after|nach|following)\s*{_D}\s*(?:{_DAYS})?", _days_then_end_of_month),
        (rf"{_NET_LEAD}{_D}\s*{_DAYS}?\s*{_THEN}\s*(?:the )?{_EOM}", _days_then_end_of_month),
        (rf"{_NET_LEAD}{_D}\s*{_DAYS}?\s*[,/]?\s*{_EOM}", _ambiguous),
        (rf"{_EOM}\s*{_D}\s*{_DAYS}?", _ambiguous),
        (rf"{_NET_LEAD}(?P<months>[1-9]\d{{0,2}})\s*{_MONTHS}\s*{_NET}?", _months),
        (rf"prox\.?\s*(?P<day>[1-9]\d?){_ORDINAL}(?:,?\s*cut[ -]?off\s*(?P<cutoff>[1-9]\d?))?", _prox),
        (rf"(?P<day>[1-9]\d?){_ORDINAL}\.?\s*prox(?:imo)?\.?", _prox),
        (rf"(?P<day>[1-9]\d?){_ORDINAL}\.?\s*{_NEXT_MONTH}", _prox),
    )
)


def parse_terms(text: str) -> PaymentTerms:
    """Read one payment term, with its cash discount when there is one.

    Refuses what it does not understand whole (UNKNOWN_TERMS) and what has two readings (AMBIGUOUS_TERMS: '30
    EOM'). A discount without a due date ('2% 10 days') is refused too, because the due date would be a guess.
    """
    plain = " ".join(text.lower().split())
    if len(plain) > _LONGEST_TEXT:
        raise _unknown(text[:40] + "...")
    if "%" not in plain and not _FRACTION.search(plain):
        return _plain_terms(plain, text)
    readings: set[PaymentTerms] = set()
    refusal: Refusal = _unknown(text)
    for rest, rate, days in _without_discount(plain):
        try:
            terms = _plain_terms(rest, text)
            readings.add(replace(terms, discount_rate=rate, discount_days=days) if rate else terms)
        except UnknownTerms:
            continue
        except Refusal as refused:
            refusal = refused
    if len(readings) == 1:
        return readings.pop()
    if not readings:
        raise refusal
    raise AmbiguousTerms(
        f"{text!r} can be read in {len(readings)} ways. Name rate, days and net days.", param="terms"
    )


def _without_discount(text: str) -> Iterator[tuple[str, Decimal, int]]:
    """Give every way to cut one discount out of the text: what is left, its rate in percent and its days."""
    for pattern in _DISCOUNTS:
        for found in pattern.finditer(text):
            before, after = text[: found.start()], text[found.end() :]
            rest = f"{before.strip(_AROUND_DISCOUNT)} {after.strip(_AROUND_DISCOUNT)}"
            yield rest, Decimal(found["rate"].replace(",", ".")), int(found["days"])


def _plain_terms(rest: str, text: str) -> PaymentTerms:
    rest = _LEAD.sub("", rest.strip(_EDGES)).strip(_EDGES).rstrip(".")
    if _IMMEDIATE.fullmatch(rest):
        return PaymentTerms(TermsKind.NET)
    for pattern, make in _WHOLE:
        found = pattern.fullmatch(rest)
        if found:
            return make(found)
    raise _unknown(text)


def _unknown(text: str) -> UnknownTerms:
    return UnknownTerms(
        f"{text!r} is no payment term Acquit can read. Write it like 'NET 30', '2/10 NET 30' or 'EOM + 30'.",
        param="terms",
    )
