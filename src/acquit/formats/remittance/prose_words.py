"""What amounts and numbers look like in running text, and the words beside them that say what they are."""

from __future__ import annotations

import re

AMOUNT = re.compile(
    r"(?<![\w.,/-])(?:[-+(]\s?)?(?:(?:EUR|USD|GBP|CHF|CAD|PLN|SEK|DKK|NOK|CZK|HUF)\s?|[€$£]\s?)?[-+]?"
    r"(?:[0-9]{1,3}(?:[.,'\u00a0\u202f ][0-9]{3})+|[0-9]{1,12})[.,][0-9]{2}(?![0-9])-?\)?"
    r"(?:\s?(?:EUR|USD|GBP|CHF|CAD|PLN|SEK|DKK|NOK|CZK|HUF)\b|\s?[€$£])?(?![\w/]|[.,-][0-9])"
    r"|(?<![\w.,/-])(?:(?:EUR|USD|GBP|CHF)\s?|[€$£]\s?)[0-9]{1,9}(?![\w.,/-])"
    r"|(?<![\w.,/-])[0-9]{1,7}\s?(?:EUR\b|USD\b|GBP\b|CHF\b|€|\$|£)(?!\s?[0-9])"
)
NUMBER = re.compile(
    r"(?<![\w@./-])(?:[A-Z]{1,5} )?[A-Za-z]{0,8}[-/_.]?[0-9](?:[\w]|[-/_.](?=\w))*", re.UNICODE
)
PREFIX = re.compile(r"^([A-Z]{1,5}) ")
NO_PREFIX = frozenset({
    "AM", "AND", "BIC", "BOX", "CHF", "DE", "ET", "EUR", "FAX", "GBP", "HRB", "IBAN", "ID", "NO", "NR", "NUM", "OF",
    "PLZ", "PO", "REF", "TEL", "TO", "UM", "UND", "USD", "UST", "VAT", "Y",
})  # fmt: skip
NO_NUMBER = re.compile(
    r"(?:tel|telefon|phone|fax|mobil\w*|iban|bic|swift|hrb|ust id\w*|vat\w*|steuernummer|siret|siren|cif|nif|kvk|btw"
    r"|p iva|partita iva|kunden\w*|customer|client|cliente|klant\w*|vendor|lieferant\w*|kreditor\w*|blz|plz"
    r"|str|strasse|street|rue|calle|via|straat|rua|code postal|account|konto\w*|cuenta|compte|conto|rekening)"
    r"(?: (?:nr|no|number|nummer|numero|id|num))?$"
)
INVOICE_WORD = re.compile(
    r"\b(?:invoices?|inv|rechnung\w*|rg|re|factures?|facturas?|fatture?|fattura|factu\w*|faturas?"
    r"|gutschrift\w*|credit|avoirs?|abonos?|beleg\w*|documents?|note?s?|faktur\w*|lasku\w*|szamla\w*)\b"
)
GROSS_WORD = re.compile(
    r"\b(?:brutto\w*|gross|brut|bruto|lordo|statt|instead of|rechnungsbetrag|invoice amount|original)\b"
)
PAID_WORD = re.compile(
    r"\b(?:zahlbetrag|gezahlt|bezahlt|paid|net|netto|paye|pagado|pagato|betaald|pago|verbleib\w*|zaplacon\w*"
    r"|uhrazen\w*|zaplacen\w*|betalt|betalat)\b"
)
TOTAL_WORD = re.compile(
    r"\b(?:total\w*|summe|gesamt\w*|insgesamt|somme|suma|soma|totaal\w*|uberwiesen\w*|uberweisung\w*"
    r"|uberweisen|zahlung\w*|zahlen|wired"
    r"|zahlbetrag|transfer\w*|payment|paid|remitted|remitting|virement|paiement|regle|reglement|vire|transferid\w*"
    r"|transferencia"
    r"|pago|pagamento|bonifico|bonificat\w*|betaling|overgemaakt|pagado|pagato|betaald|importe|importo|montant|betrag"
    r"|amount|bedrag|valor|versement|razem|lacznie|ogolem|kwot\w*|przela\w*|przelew\w*|zaplac\w*|celkem"
    r"|uhrad\w*|castk\w*|summa|belopp|belob|belop|betalt|betalat|betalning\w*|overfort|yhteensa|maksu\w*)\b"
)
YOURS = re.compile(r"\b(?:ihr\w*|eure?\w*|your|votre|vos|sus?|vuestr\w*|vostr\w*|vs|uw|sua|seu|wasz\w*)\b")
#: The words right before a number that is the payment's own, and no document of ours.
PAYMENT_NUMBER = re.compile(
    r"\b(?:(?:wire|payment|transfer|transaction|ach|bacs|eft|zahlungs?|uberweisungs?|bank)? ?(?:ref|reference|referenz)"
    r"|referencia|riferimento|kenmerk|verwendungszweck|betalingskenmerk|zahlungsreferenz|cro|trn|end to end(?: id)?)"
    r"(?: (?:nr|no|number|num|n|id|nummer))?$"
    r"|\b(?:wire|transfer|transaction|trace|cheque|check|scheck|payment|zahlungs?|virement|bonifico)"
    r" (?:nr|no|number|num|n|id|nummer)$"
)
