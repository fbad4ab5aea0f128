"""Reasons of deductions and disputes: the handbook's tree (section 8), and the words people write for its branches.

A reason of the house counts as it is. Other words are read by what they begin with; a reason nobody knows stays as it
is written, in capitals: it is the company's own, and is not bent into one of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: The branches of the tree, each with the beginnings of words that speak for it: English, German, French, Spanish,
#: Italian, Portuguese. The first branch with a word wins, so what is said of a price inside a promotion stays there.
_WORDS: Mapping[str, str] = {
    "TRADE_PROMO": "TRADE PROMO REBATE LISTING MARKDOWN WKZ WERBEKOST BONUS RÜCKVERGÜT RISTOURN REMISE RAPPEL"
    " ADVERTIS COUPON BILLBACK SCAN",
    "TAX": "TAX VAT WITHHOLD QUELLENST STEUER TVA IVA RETEN RITENUTA MWST UST",
    "DELIVERY": "DELIV LATE LIEFER VERSPÄT RETARD RETRAS ATRAS LIVRAISON ENTREGA CONSEGNA RITARDO POD FREIGHT FRACHT",
    "QUANTITY": "QUANTIT MENGE MINDERM FEHLM SHORT OVERAGE MISSING MANQU FALTA MANCANZ RETURN RETOUR DEVOL RESO",
    "QUALITY": "QUALIT DAMAG DEFECT BROKEN FAULT SCHAD SCHÄD BESCHÄD BRUCH MANGEL MÄNGEL DEFEKT AVARI DÉFAUT DEFAUT"
    " CASSE ROTURA DAÑ DANN DANO SPOIL EXPIR",
    "PRICING": "PRIC PREIS PRIX PRECIO PREZZO PREÇO PRECO INDEX CONTRACT KONDITION CONDITION TARIF",
    "BILLING": "BILLING DUPLIC DOPPEL DOUBLE WRONG ENTITY FORMAT INVOIC RECHNUNG FACTUR FATTUR FATUR EARLY",
    "SERVICE": "SERVICE SLA OUTAGE AUSFALL INVENTORY PENALT PÖNALE",
    "PAYMENT": "PAYMENT DISCOUNT SKONTO ESCOMPTE DESCUENTO SCONTO DESCONTO UNEARNED BANK CHARGE FEE GEBÜHR ALREADY"
    " PAID",
    "ADMIN": "ADMIN COPY KOPIE PURCHASE BESTELLNUMMER COMMANDE MISSING PO",
}
REASONS = frozenset(_WORDS)
_BEGINNINGS = {branch: tuple(words.split()) for branch, words in _WORDS.items()}
_NAMES = {
    "TRADE_PROMOTION": "TRADE_PROMO",
    "PROMOTION": "TRADE_PROMO",
    "PRICE": "PRICING",
    "DAMAGE": "QUALITY",
}
_NO_LETTER = re.compile(r"[^\w]+|_")
_LONGEST = 60


def read_reason(reason: str, text: str = "") -> str:
    """Give the handbook's reason of what a file says; of a code without one, what its text speaks for.

    "UNEXPLAINED" where neither says anything.
    """
    named = "_".join(_words(reason))
    found = named if named in REASONS else _NAMES.get(named)
    if found is None and (first := named.split("_", 1)[0]) in REASONS:
        found = first  # such as QUALITY/damage
    found = found or _by_words(_words(reason)) or (named[:_LONGEST] if named else _by_words(_words(text)))
    return found or "UNEXPLAINED"


def _words(text: str) -> list[str]:
    return _NO_LETTER.sub(" ", text.upper()).split()


def _by_words(words: list[str]) -> str | None:
    for branch, beginnings in _BEGINNINGS.items():
        if any(word.startswith(beginnings) for word in words):
            return branch
    return None
