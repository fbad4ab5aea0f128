"""What payers write: numbers as they come out of accounts departments, among everything else that stands there.

Noise never has seven digits in a row unless it is said to be somebody else's number: what could be read as ours is
left to the kinds of mess that mean it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from acquit.benchmark.values import Item

_INVOICE = {
    "de": ("Rechnung ", "RE-Nr. ", "Rg.Nr.", "Rg ", "", "Rechnungsnr. "),
    "en": ("Invoice ", "Inv ", "INV NO ", "", "Payment of "),
    "nl": ("Factuur ", "Fact.nr. ", "factuurnr ", ""),
    "fr": ("Facture ", "Fact. ", "Règlement facture ", ""),
}
_AND = {"de": " und ", "en": " and ", "nl": " en ", "fr": " et "}
_PHRASES: dict[str, dict[str, tuple[str, ...]]] = {
    "STATEMENT_ALL": {
        "de": ("Ausgleich Kontoauszug per {day}", "Saldoausgleich lt. Kontoauszug {day}"),
        "en": ("Statement {day} paid in full", "Balance per your statement {day}"),
        "nl": ("Saldo rekeningoverzicht {day}", "Openstaand saldo per {day}"),
        "fr": ("Solde de votre relevé au {day}", "Règlement solde relevé {day}"),
    },
    "STATEMENT_DUE": {
        "de": ("Alle fälligen Posten per {day}", "Ausgleich fälliger Rechnungen per {day}"),
        "en": ("All invoices due at {day}", "Overdue balance as of {day}"),
        "nl": ("Alle vervallen facturen per {day}",),
        "fr": ("Toutes factures échues au {day}",),
    },
    "PARTIAL": {
        "de": ("Teilzahlung {number}", "Abschlag auf {number}", "1. Rate {number}"),
        "en": ("Part payment {number}", "Partial payment on {number}"),
        "nl": ("Deelbetaling {number}",),
        "fr": ("Acompte sur facture {number}", "Paiement partiel {number}"),
    },
    "REST": {
        "de": ("Restzahlung {number}", "Rest {number}"),
        "en": ("Balance of {number}", "Final payment {number}"),
        "nl": ("Restbetaling {number}",),
        "fr": ("Solde facture {number}",),
    },
    "ON_ACCOUNT": {
        "de": ("Akontozahlung", "a conto", "Zahlung auf Konto, Zuordnung folgt"),
        "en": ("Payment on account", "On account"),
        "nl": ("Betaling op rekening",),
        "fr": ("Versement à valoir sur compte",),
    },
    "PREPAYMENT": {
        "de": ("Anzahlung Auftrag {number}", "Vorkasse {number}"),
        "en": ("Deposit order {number}", "Prepayment {number}"),
        "nl": ("Aanbetaling order {number}",),
        "fr": ("Acompte commande {number}",),
    },
    "NOTHING": {
        "de": ("", "Danke", "Überweisung", "Zahlung", "lt. Absprache", "Ihre Lieferung"),
        "en": ("", "Payment", "Thank you", "As agreed", "Supplier payment"),
        "nl": ("", "Betaling", "Dank u"),
        "fr": ("", "Virement", "Merci", "Règlement"),
    },
    "DEDUCTION": {
        "de": ("{number} abzgl. {amount} {code}", "{number} ./. {amount} Grund {code}"),
        "en": ("{number} less {amount} {code}", "{number} deduction {amount} code {code}"),
        "nl": ("{number} minus {amount} code {code}",),
        "fr": ("{number} moins {amount} code {code}",),
    },
    "DISCOUNT": {
        "de": ("{number} abzgl. Skonto", "{number} ./. {percent}% Skonto", "{number}"),
        "en": ("{number} less {percent}% discount", "{number} less cash discount", "{number}"),
        "nl": ("{number} min {percent}% korting", "{number}"),
        "fr": ("{number} escompte {percent}%", "{number}"),
    },
    "CREDIT": {
        "de": ("{numbers} abzgl. Gutschrift {credit}", "{numbers} ./. GS {credit}"),
        "en": ("{numbers} less credit {credit}",),
        "nl": ("{numbers} minus creditnota {credit}",),
        "fr": ("{numbers} moins avoir {credit}",),
    },
    "ADVICE": {
        "de": ("Avis {number}", "Zahlungsavis {number} folgt", "lt. Avis {number}"),
        "en": ("Remittance {number}", "See advice {number}"),
        "nl": ("Betaalspecificatie {number}",),
        "fr": ("Avis de paiement {number}",),
    },
}
_NOISE = {
    "de": ("vom {day}", "Kd.Nr. {customer}", "Auftrag 45{ten}", "Tel. 0911/{five}-0", "USt-ID DE{nine}", "i.A. Schulze",
           "BV Halle {two}", "Lieferschein LS{five}", "Mandant {two}", "SB {two}"),
    "en": ("dated {day}", "A/C {customer}", "order 45{ten}", "tel 0113 {five}", "VAT GB{nine}", "dept {two}",
           "batch {five}"),
    "nl": ("d.d. {day}", "klant {customer}", "order 45{ten}", "tel 020-{five}", "BTW NL{nine}B01", "pakbon {five}"),
    "fr": ("du {day}", "client {customer}", "commande 45{ten}", "tél 01 {two} {two} {two}", "TVA FR{nine}",
           "BL {five}"),
}  # fmt: skip


class Writer:
    """Writes the texts of one payer after another."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def name_one(self, item: Item) -> str:
        """Name one document in full."""
        return self._rng.choice(_INVOICE[item.owner.language]) + self._written(item.number)

    def name_several(self, items: Sequence[Item]) -> str:
        """Name several documents in full."""
        join = self._rng.choice((", ", " ", "/ ", "; ", _AND[items[0].owner.language], " + "))
        head = self._rng.choice(_INVOICE[items[0].owner.language])
        return head + join.join(item.number for item in items)

    def abbreviate(self, items: Sequence[Item], width: int) -> str:
        """Name the first in full, of the others the last digits."""
        head = self._rng.choice(_INVOICE[items[0].owner.language])
        return head + items[0].number + "".join(f"/{item.digits[-width:]}" for item in items[1:])

    def wrap_in_noise(self, text: str, item: Item, day: date) -> str:
        """Put a text among dates, phones, tax ids and order numbers, at most 140 characters in all."""
        rng = self._rng
        parts = [self._noise(item, day) for _ in range(rng.randrange(2, 5))]
        if rng.random() < 0.3:  # a number as others write theirs, of digits that ours never have
            parts.append(f"{rng.choice(('2026-', 'R', 'VL'))}{rng.randrange(10**7, 10**8)}")
        parts.insert(rng.randrange(len(parts) + 1), text)
        while len(" ".join(parts)) > 140:
            parts.remove(next(part for part in parts if part != text))
        return " ".join(parts)

    def _noise(self, item: Item, day: date) -> str:
        rng = self._rng
        return rng.choice(_NOISE[item.owner.language]).format(
            day=self.write_day(min(item.issued, day)),
            customer=item.owner.number,
            ten=rng.randrange(10**7, 10**8),
            nine=rng.randrange(10**8, 10**9),
            five=rng.randrange(10**4, 10**5),
            two=rng.randrange(10, 100),
        )

    def truncate(self, item: Item, width: int) -> str:
        """Write the last digits only."""
        head = {"de": "Rg ", "en": "Inv ", "nl": "Fact ", "fr": "Fact "}[item.owner.language]
        return f"{head}{self._rng.choice(('', '..', '-', '*'))}{item.digits[-width:]}"

    def mistype(self, digits: str) -> str:
        """Write digits with one slip of the hand."""
        place = self._rng.randrange(len(digits) - 1)
        slip = self._rng.randrange(5)
        if slip == 0:
            return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        if slip == 1:
            return digits[:place] + digits[place + 1 :]
        if slip == 2:
            return digits[:place] + digits[place] + digits[place:]
        if slip == 3:
            return digits.replace("0", "O", 1)
        return (
            digits[:place] + str((int(digits[place]) + self._rng.randrange(1, 10)) % 10) + digits[place + 1 :]
        )

    def say(self, what: str, language: str, **values: str) -> str:
        """Say something in the payer's language."""
        return self._rng.choice(_PHRASES[what][language]).format(**values)

    def write_day(self, day: date) -> str:
        """Write a day as payers do."""
        return day.strftime(self._rng.choice(("%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%d")))

    def _written(self, number: str) -> str:
        """Write a number in full, now and then with other signs or none between its parts."""
        roll = self._rng.random()
        if roll < 0.08:
            return number.replace("-", " ").replace("/", " ")
        if roll < 0.14:
            return number.replace("-", "").replace("/", "").replace(".", "")
        return number.lower() if roll < 0.17 else number


def write_amount(amount: Decimal, language: str) -> str:
    """Write an amount as the language does."""
    text = f"{amount:.2f}"
    return text if language == "en" else text.replace(".", ",")
