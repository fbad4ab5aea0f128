"""Questions to a customer about a payment, in the customer's language.

A question is a text somebody may change before it is kept; what is kept is what was written. Amounts and dates are
written as the language writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.core.errors import Refusal
from acquit.core.money import round_amount

_LONGEST_SUBJECT = 200
_LONGEST_BODY = 5000


class CannotAsk(Refusal):
    """The question has no text, no customer, or no day until which its answer is waited for; nothing was kept."""

    code = "CANNOT_ASK"


class QuestionKind(StrEnum):
    """What is asked."""

    WHICH_ITEMS = "WHICH_ITEMS"
    WHY_SHORT = "WHY_SHORT"
    TOO_MUCH = "TOO_MUCH"


class PaymentFacts(NamedTuple):
    """What a question says of the payment; `difference` is what was paid short or too much, above zero."""

    amount: Decimal
    currency: str
    value_date: date
    text: str
    documents: tuple[str, ...] = ()
    difference: Decimal = Decimal(0)


class Letter(NamedTuple):
    """A question as it is written: language, subject and text."""

    language: str
    subject: str
    body: str


class _Words(NamedTuple):
    subject: str
    greeting: str
    arrived: str
    told: str
    asks: Mapping[QuestionKind, str]
    close: str
    day_format: str
    thousands: str
    decimal: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        "Your payment of {money} on {day}",
        "Dear customer,",
        "your payment of {money} arrived on {day}.",
        "You wrote: {text}",
        {
            QuestionKind.WHICH_ITEMS: "Which invoices does it pay? Send us their numbers and amounts.",
            QuestionKind.WHY_SHORT: "It is {difference} short for {documents}. For what did you hold it back?",
            QuestionKind.TOO_MUCH: "It is {difference} more than is open for {documents}. "
            "Which other invoices is it for, or where may we pay it back to?",
        },
        "With kind regards",
        "%d %b %Y",
        ",",
        ".",
    ),
    "de": _Words(
        "Ihre Zahlung über {money} vom {day}",
        "Sehr geehrte Damen und Herren,",
        "am {day} ist Ihre Zahlung über {money} eingegangen.",
        "Ihr Verwendungszweck: {text}",
        {
            QuestionKind.WHICH_ITEMS: "Welche Rechnungen bezahlt sie? Nennen Sie uns Nummern und Beträge.",
            QuestionKind.WHY_SHORT: "Für {documents} fehlen {difference}. Wofür haben Sie gekürzt?",
            QuestionKind.TOO_MUCH: "Für {documents} sind {difference} mehr gezahlt als offen. "
            "Für welche Rechnungen ist der Rest, oder wohin dürfen wir ihn zurückzahlen?",
        },
        "Mit freundlichen Grüßen",
        "%d.%m.%Y",
        ".",
        ",",
    ),
    "fr": _Words(
        "Votre paiement de {money} du {day}",
        "Madame, Monsieur,",
        "votre paiement de {money} est arrivé le {day}.",
        "Votre libellé : {text}",
        {
            QuestionKind.WHICH_ITEMS: "Quelles factures règle-t-il ? Indiquez-nous numéros et montants.",
            QuestionKind.WHY_SHORT: "Il manque {difference} pour {documents}. Que corrige cette retenue ?",
            QuestionKind.TOO_MUCH: "Il dépasse de {difference} le solde de {documents}. "
            "Quelles autres factures règle-t-il, ou vers quel compte le rembourser ?",
        },
        "Cordialement",
        "%d/%m/%Y",
        "\N{NARROW NO-BREAK SPACE}",
        ",",
    ),
    "es": _Words(
        "Su pago de {money} del {day}",
        "Estimados señores:",
        "el {day} recibimos su pago de {money}.",
        "Su concepto: {text}",
        {
            QuestionKind.WHICH_ITEMS: "¿Qué facturas paga? Envíenos sus números e importes.",
            QuestionKind.WHY_SHORT: "Faltan {difference} para {documents}. ¿Por qué motivo lo descontaron?",
            QuestionKind.TOO_MUCH: "Supera en {difference} lo pendiente de {documents}. "
            "¿Para qué otras facturas es, o a qué cuenta lo devolvemos?",
        },
        "Atentamente",
        "%d/%m/%Y",
        ".",
        ",",
    ),
}
LANGUAGES = tuple(_WORDS)
_FALLBACK = "en"


def choose_language(language: str, country: str, *, company_country: str) -> str:
    """Choose the language of a letter: the customer's, else their country's, else the company's, else English."""
    countries = {"DE": "de", "AT": "de", "CH": "de", "LI": "de", "FR": "fr", "ES": "es"}
    for wanted in (language[:2].lower(), countries.get(country, ""), countries.get(company_country, "")):
        if wanted in _WORDS:
            return wanted
    return _FALLBACK


def write_question(kind: QuestionKind, facts: PaymentFacts, language: str) -> Letter:
    """Write a question from its template; a language without one is written in English."""
    code = language if language in _WORDS else _FALLBACK
    words = _WORDS[code]
    said = {
        "money": _write_money(facts.amount, facts.currency, words),
        "difference": _write_money(facts.difference, facts.currency, words),
        "day": facts.value_date.strftime(words.day_format),
        "text": facts.text,
        "documents": ", ".join(facts.documents),
    }
    parts = [words.arrived.format(**said)]
    if facts.text:
        parts.append(words.told.format(**said))
    parts.append(words.asks[kind].format(**said))
    body = "\n\n".join((words.greeting, "\n".join(parts), words.close))
    return Letter(code, words.subject.format(**said), body)


def choose_kind(asked_because: str) -> QuestionKind:
    """Choose what to ask by why a person was asked."""
    return {"DEDUCTION": QuestionKind.WHY_SHORT, "OVERPAID": QuestionKind.TOO_MUCH}.get(
        asked_because, QuestionKind.WHICH_ITEMS
    )


def check_question(subject: str, body: str, *, asked_date: date, waits_until: date) -> None:
    """Refuse (`CannotAsk`) a question without text, too long, or that waits for no day to come."""
    if not subject.strip() or not body.strip():
        raise CannotAsk("A question needs a subject and a text.", param="body")
    if len(subject) > _LONGEST_SUBJECT or len(body) > _LONGEST_BODY:
        raise CannotAsk(
            f"A question has at most {_LONGEST_SUBJECT} signs of subject and {_LONGEST_BODY} of text.",
            param="body",
        )
    if not asked_date < waits_until <= asked_date + timedelta(days=365):
        raise CannotAsk(
            f"{waits_until} is no day to wait until: say one after {asked_date}, within a year.",
            param="waits_until",
        )


def _write_money(amount: Decimal, currency: str, words: _Words) -> str:
    plain = f"{round_amount(amount, currency):,f}"
    swapped = plain.replace(",", "\0").replace(".", words.decimal).replace("\0", words.thousands)
    return f"{swapped} {currency}"
