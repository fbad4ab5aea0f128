"""What a debtor reads before money is taken: when, how much, for what, under which mandate, from which account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class NoticeFacts(NamedTuple):
    """What a notice tells."""

    company: str
    number: str
    amount: Decimal
    currency: str
    collection_date: date
    mandate_reference: str
    creditor_id: str
    account: str


_TEXTS: Mapping[str, str] = {
    "en": (
        "{company} will collect {amount} {currency} for {number} from your account {account} on {day}"
        " (mandate {mandate}, creditor identifier {creditor})."
    ),
    "de": (
        "{company} zieht {amount} {currency} für {number} am {day} von Ihrem Konto {account} ein"
        " (Mandat {mandate}, Gläubiger-Identifikationsnummer {creditor})."
    ),
    "fr": (
        "{company} prélèvera {amount} {currency} pour {number} sur votre compte {account} le {day}"
        " (mandat {mandate}, identifiant créancier {creditor})."
    ),
    "es": (
        "{company} adeudará {amount} {currency} por {number} en su cuenta {account} el {day}"
        " (mandato {mandate}, identificador del acreedor {creditor})."
    ),
    "pt": (
        "{company} debitará {amount} {currency} por {number} na sua conta {account} em {day}"
        " (mandato {mandate}, identificador do credor {creditor})."
    ),
}
_DAYS: Mapping[str, str] = {"en": "%d %b %Y", "de": "%d.%m.%Y"}
_ENDS = 4


def write_notice(facts: NoticeFacts, language: str) -> tuple[str, str]:
    """Give the language and words of a notice: the customer's own where there are some, else English.

    Of the account only the ends are written: the letter may be read by others.
    """
    known = language[:2].lower() if language[:2].lower() in _TEXTS else "en"
    amount = f"{facts.amount:,.2f}"
    if known != "en":
        amount = amount.translate(str.maketrans(",.", ".,"))
    text = _TEXTS[known].format(
        company=facts.company,
        amount=amount,
        currency=facts.currency,
        number=facts.number,
        account=f"{facts.account[:_ENDS]}…{facts.account[-_ENDS:]}",
        day=facts.collection_date.strftime(_DAYS.get(known, "%d/%m/%Y")),
        mandate=facts.mandate_reference,
        creditor=facts.creditor_id,
    )
    return known, text
