"""What the heads of columns and the labels of a head block mean, in the languages payers write.

The one clever idea: an advice is written from the payer's side. "Your number" is our document and "our number" is the
payer's own, so possessives are asked before anything else; of several columns that could be one thing the head that
says it most plainly wins.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Head(StrEnum):
    """What a column or a label of an advice can mean."""

    ADVICE_NUMBER = "ADVICE_NUMBER"
    AMOUNT = "AMOUNT"
    CURRENCY = "CURRENCY"
    DEDUCTION = "DEDUCTION"
    DISCOUNT = "DISCOUNT"
    DOCUMENT = "DOCUMENT"
    DOCUMENT_DATE = "DOCUMENT_DATE"
    GROSS = "GROSS"
    IBAN = "IBAN"
    KIND = "KIND"
    ORDER = "ORDER"
    OTHER = "OTHER"
    OWN_NUMBER = "OWN_NUMBER"
    PAID = "PAID"
    PAYEE = "PAYEE"
    PAYER = "PAYER"
    PAYER_NUMBER = "PAYER_NUMBER"
    PAYMENT_DATE = "PAYMENT_DATE"
    PAYMENT_REFERENCE = "PAYMENT_REFERENCE"
    REASON_CODE = "REASON_CODE"
    REASON_TEXT = "REASON_TEXT"
    SIDE = "SIDE"
    TOTAL = "TOTAL"


class Named(NamedTuple):
    """A meaning and how plainly the words say it, 3 the plainest."""

    head: Head
    strength: int


_NOT_WORD = re.compile(r"[^a-z0-9%#]+")
_WRITTEN_OUT = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "№": " nr ", "°": " ", "º": " "}
)
_SPELLED = re.compile(
    r"(?<=f)ae(?=ll)|(?<=\bk)ue(?=rz)|(?<=abz)ue(?=g)|(?<=w)ae(?=hr)|(?<=pf)ae(?=ng)|\bue(?=berw)|(?<=begr)ue(?=nd)"
)

_NUMBER = (
    r"(?:nr|no|num|number|numer|nummer|numero|n|id|ref|referenz|reference|referencia|riferimento|kenmerk|#)"
)
_YOURS = (
    r"(?:ihr|ihre|ihrer|euer|eure|your|votre|vos|su|sus|vuestr[oa]|vostr[oa]|vs|vosso|vossa|sua|seu|uw|jouw"
    r"|wasz\w*|panstwa|vase|vas|ert|er|eres|deres)"
)
_OURS = (
    r"(?:unser|unsere|our|notre|nos|nuestr[oa]|nostr[oa]|ns|nosso|nossa|ons|onze|intern|internal|eigene"
    r"|nasz\w*|nase|vart|vores|var referens)"
)
_INVOICE = (
    r"(?:invoice|invoices|inv|rechnung\w*|rechn|rgnr|rg|renr|rechnr|re|facture|fact|factura|fra|fattura|fatt|fatura"
    r"|factuur\w*|bill|faktura|faktur\w{0,3}|faktura(?:nr|nummer|numre?)|fv|lasku\w*|szamla\w*)"
)
_DOCUMENT = (
    r"(?:beleg\w*|document|documents|doc|dokument\w*|documento|piece|voucher|comprobante|posten|op|item|gutschrift\w*"
    r"|credit note|justificatif|bescheid|doklad\w*|bilag\w*|verifikat\w*|tosite\w*|bizonylat\w*)"
)
_REFERENCE = (
    r"(?:referenz\w*|references?|refs?|referencias?|riferimento|rif|kenmerk|zuordnung|assignment|zeichen)"
)
_MONEY = (
    r"(?:amount|amt|betrag|\w*betrag|montant|mnt|importe|imp|importo|valor|bedrag|\w*bedrag|summe|\w*summe|wert|value"
    r"|sum|total|montante|monto|kwot[ay]|castka|summa|belopp|belob|belop|osszeg\w*|eur|usd|gbp|chf|pln|czk|sek|dkk)"
)
_DAY = r"(?:date|datum|dat|\w+datum|tag|\w+tag|fecha|data|dato|am|on|le|vom)"
_PAYMENT = (
    r"(?:payment|pay|paid|zahlungs?\w*|zahl\w*|zahlg|bezahl\w*|uberweis\w*|paiement|reglement|virement|pago|pagos"
    r"|transferencia|pagamento|bonifico|betaling\w*|betaal\w*|check|cheque|chk|scheck\w*|wire|transfer|transaction|bacs"
    r"|trace|eft|ach|remittance|ausfuhrung\w*|execution|valuta|value|wertstellung\w*|abono|versement|liquidacion"
    r"|platnosc\w*|przelew\w*|zaplaty|platb\w*|uhrad\w*|betalning\w*|maksu\w*|fizetes\w*)"
)
_GROSS_WORDS = r"(?:gross|brutto\w*|brut|bruto\w*|lordo|original|ursprung\w*|ttc|iliquido)"
_NET_WORDS = r"(?:net|netto\w*|neto|nett|liquido)"

#: Asked from the top; the first that is found decides. `^…$` are heads that are nothing but these words.
_RULES: tuple[tuple[str, Head, int], ...] = (
    (
        r"^(?:#|pos|position|lfd nr|lfdnr|zeile|line|line no|ligne|linea|riga|regel|seq|item no|n)$",
        Head.OTHER,
        3,
    ),
    (r"(?:%|percent|prozent|satz|rate|taux|tasa|aliquota|percentage)", Head.OTHER, 2),
    (
        (
            r"(?:fallig|due|echeance|vencimiento|vto|scadenza|vervaldatum|vervaldag|termin|splatnost|forfall"
            r"|forfald|erapaiva|hatarido)"
        ),
        Head.OTHER,
        2,
    ),
    (
        r"\b(?:buchungskreis|company code|bukrs|gesellschaft|menge|quantity|qty|cantidad|quantite|page|seite)\b",
        Head.OTHER,
        2,
    ),
    (
        r"\b(?:withh\w*|wht|quellensteuer|bauabzugsteuer|ritenut\w*|retenue a la source|irpf|bronbelasting)\b",
        Head.DEDUCTION,
        2,
    ),
    (r"\b(?:mwst|ust|vat|tva|iva|btw|tax|steuer)\b.*", Head.OTHER, 1),
    (
        r"\biban\b|\b(?:bank account|bankkonto|kontonummer|compte bancaire|cuenta bancaria|conto corrente)\b",
        Head.IBAN,
        2,
    ),
    (
        (
            r"\b(?:avis|avise|advice|aviso|avviso|advies|zahlungsavis|remittance|betalingsadvies|specifica)\b.*"
            rf"\b{_NUMBER}\b|\b{_NUMBER}\b.*\b(?:avis|advice|aviso|avviso|advies)\b"
            r"|\b(?:avisnummer|avisnr|zahlungsavisnummer|advice number)\b"
        ),
        Head.ADVICE_NUMBER,
        3,
    ),
    (
        (
            rf"\b{_PAYMENT}\b.*\b{_DAY}\b|\b{_DAY}\b.*\b{_PAYMENT}\b|zahl\w*datum|zahl\w*tag|valutadatum"
            rf"|buchungsdatum|betaaldatum|betalingsdatum|uberweisungsdatum|ausfuhrungsdatum|wertstellung"
        ),
        Head.PAYMENT_DATE,
        3,
    ),
    (
        (
            rf"\b(?:{_INVOICE}|{_DOCUMENT})\b.*\b{_DAY}\b|\b{_DAY}\b.*\b(?:{_INVOICE}|{_DOCUMENT})\b|rechnungsdat\w*"
            r"|belegdat\w*|factuurdatum|redatum|rgdatum|bestelldatum|fakturadat\w*|laskun paiva\w*"
            r"|data wystawienia|datum vystaveni"
        ),
        Head.DOCUMENT_DATE,
        3,
    ),
    (rf"^(?:{_DAY}|dated)$", Head.DOCUMENT_DATE, 1),
    (
        (
            r"\b(?:reason|grund|motif|motivo|reden|causale|deduction|ded|abzugs?|adjustment|kurzungs?|claim"
            r"|dispute)\w*\b.*"
            r"\b(?:code|kz|codice|codigo|cod|schlussel|id|nr|no|number|ref)\b|\w*grund(?:code|schlussel)"
            r"|\b(?:code|codice|codigo|cod)\b.*\b(?:motif|motivo|raison|reason|causale|deduccion|retenue)\b"
            r"|^(?:code|rc|codigo|codice)$"
        ),
        Head.REASON_CODE,
        3,
    ),
    (
        (
            r"\b(?:reason|\w*grund|motif|motivo|reden|causale|raison|razon|comments?|kommentar|bemerkung\w*"
            r"|remarks?|notes?"
            r"|hinweis|description|bezeichnung|libelle|concepto|descripcion|descrizione|omschrijving|descricao"
            r"|erlauterung"
            r"|text|\w*text|memo|detalle|details?|anmerkung\w*|opmerking\w*|observacion\w*|explanation|betreff"
            r"|powod\w*|przyczyna|duvod|orsak|arsag|arsak|syy|tytul|opis|popis|uwagi|poznamka|beskrivning"
            r"|beskrivelse|selite|megjegyzes)\b"
        ),
        Head.REASON_TEXT,
        2,
    ),
    (
        (
            r"(?:skonto|skto|discount|\bdisc\b|escompte|descuento|pronto pago|\bdto\b|sconto|desconto|korting|rabat"
            r"|sleva|upust|alennus|kedvezmeny)"
        ),
        Head.DISCOUNT,
        3,
    ),
    (
        (
            r"\bded\b|(?:abzug|abzuge|abzg|kurzung|einbehalt|minderung|deduct|deduccion|deducao|deduzione|adjust"
            r"|withh|retention"
            r"|retenue|retencion|retencao|trattenut|detrazion|inhouding|aftrek|charge ?back|short ?pay|claim|reclam"
            r"|differen|diferen|verschil|ecart|korrektur|correction|ajuste|ajustement|belastung|rettific"
            r"|minderzahlung|potracen|odliczen|korekt|srazk|avdrag|fradrag|vahennys|levonas|deducere|abbuon)"
        ),
        Head.DEDUCTION,
        3,
    ),
    (
        (
            rf"\b(?:kunden\w*|customer|client|cliente|klant\w*|debitor\w*|debiteur\w*|debtor)\b.*\b{_NUMBER}\b"
            r"|kundennr|kundennummer|klantnummer|debitorennummer|debiteurnummer|debiteurennummer|kdnr|kd nr"
            r"|codice cliente"
            rf"|\b{_NUMBER}\b.*\b(?:client|cliente|kunde|klant)\b|code client|customer account|customer id"
        ),
        Head.PAYER_NUMBER,
        3,
    ),
    (
        (
            r"\b(?:lieferanten?|kreditor\w*|vendor|supplier|fournisseur|proveedor|fornitore|fornecedor"
            rf"|leverancier)\w*\b.*\b{_NUMBER}\b|lieferantennummer|kreditorennummer|leveranciersnummer|vendor no"
        ),
        Head.OTHER,
        3,
    ),
    (
        (
            rf"\b{_PAYMENT}\b.*\b{_NUMBER}\b|\b{_NUMBER}\b.*\b{_PAYMENT}\b|\w*zahlungsreferenz|betalingskenmerk"
            r"|schecknummer|scheck nr|checknumber|end ?to ?end\w*|e2e|zahllauf\w*|verwendungszweck|endtoendid"
            r"|mededeling|^(?:cro|trn|codice cro|cro trn)$"
        ),
        Head.PAYMENT_REFERENCE,
        3,
    ),
    (
        (
            r"\b(?:purchase order|p\W?o|po|pos|bestell\w*|bestellung\w*|order\w*|auftrag\w*|commande|pedido"
            r"|ordine|encomenda|bestelling\w*|besteln\w*|zamowieni\w*|objednavk\w*|tilaus\w*)\b"
        ),
        Head.ORDER,
        2,
    ),
    (rf"\b{_YOURS}\b.*\b(?:{_MONEY})\b", Head.AMOUNT, 1),
    (rf"\b{_YOURS}\b.*\b(?:{_INVOICE}|{_DOCUMENT}|{_REFERENCE}|{_NUMBER})\b", Head.DOCUMENT, 4),
    (rf"\b{_OURS}\b.*\b(?:{_INVOICE}|{_DOCUMENT}|{_REFERENCE}|{_NUMBER})\b", Head.OWN_NUMBER, 3),
    (r"\b(?:type|typ|art|\w*art|tipo|soort|nature|doctype)\b", Head.KIND, 2),
    (
        r"^(?:s h|sh|sh kz|cr dr|c d|haben soll|soll haben|d c|dc|dr cr|debit credit|sens|sign|vorzeichen|debe haber)$",
        Head.SIDE,
        3,
    ),
    (
        (
            r"\b(?:currency|wahrung|whg|wahr|devise|divisa|moneda|moeda|munt|munteenheid|ccy|cur|curr|wkz|iso"
            r"|waluta|mena|valuutta|penznem)\b"
            r"|^valuta$"
        ),
        Head.CURRENCY,
        3,
    ),
    (
        (
            r"\b(?:amount|amt) (?:paid|remitted|applied)\b|\b(?:paid|payment|remitted|remittance|applied"
            r"|pay) (?:amount|amt|total)\b"
            r"|\b(?:net|total) (?:paid|payment|pay)\b|zahl\w*betrag|uberweisungsbetrag|auszahlungsbetrag"
            r"|nettozahlung|gezahlt\w*"
            r"|bezahlt\w*|uberwiesen\w*|\bmontant (?:paye|regle|verse|vire)\b|\bnet (?:a payer|paye|regle|verse)\b"
            r"|\bimporte (?:pagado|liquido|neto|abonado|transferido)\b|\bneto (?:pagado|a pagar)\b"
            r"|\bimporto (?:pagato|netto|versato)\b|\bnetto (?:pagato|a pagare)\b|\b(?:valor"
            r"|montante) (?:pago|liquido)\b"
            r"|\b(?:total a pagar|totale da pagare|te betalen|total a payer|zu zahlen)\b"
            r"|betaald\w*|betaal\w*bedrag|^(?:zahlung|payment|paid|paiement|pago|pagamento|betaling) [a-z]{3}$"
            r"|^(?:paid|payment|zahlung|paye|regle|pagado|liquido|pagato|pago|betaling|paiement)$"
            r"|\b(?:zaplacon\w*|zaplata|wplata|wplacon\w*|przelan\w*|do zaplaty|zaplacen\w*|uhrazen\w*|betalt"
            r"|inbetalt|maksettu|fizetett|kifizetett|platit)\b"
        ),
        Head.PAID,
        3,
    ),
    (
        (
            rf"\b{_GROSS_WORDS}\b|\b{_INVOICE}\b.*\b{_MONEY}\b|\b{_MONEY}\b.*\b{_INVOICE}\b|rechnungsbetrag"
            rf"|rechnungssumme"
            rf"|belegbetrag|factuurbedrag|faktura(?:belopp|belob|belop)"
            rf"|\b(?:document|doc|beleg)\b.*\b{_MONEY}\b|offener betrag|open amount"
            rf"|bruttobetrag"
        ),
        Head.GROSS,
        3,
    ),
    (rf"\b{_NET_WORDS}\b", Head.PAID, 2),
    (rf"\b{_INVOICE}\b", Head.DOCUMENT, 3),
    (
        rf"\b{_DOCUMENT}\b.*\b{_NUMBER}\b|\b{_NUMBER}\b.*\b{_DOCUMENT}\b|belegnummer|belegnr|dokumentnummer",
        Head.DOCUMENT,
        2,
    ),
    (rf"\b{_DOCUMENT}\b", Head.DOCUMENT, 1),
    (rf"\b{_REFERENCE}\b", Head.DOCUMENT, 1),
    (rf"\b{_MONEY}\b", Head.AMOUNT, 1),
    (rf"^{_NUMBER}$", Head.DOCUMENT, 1),
)

_LABELS: tuple[tuple[str, Head, int], ...] = (
    (
        (
            r"^(?:payer|payor|zahler|afzender|remettant|remitente|mittente|remetente|emisor|emittente"
            r"|zahlungspflichtiger|auftraggeber|absender|from|von|company|firma|remitter|sender|kunde"
            r"|customer|payeur|emetteur|donneur d ordre|client|societe|ordenante|pagador|cliente|empresa|pagatore"
            r"|ordinante"
            r"|platnik|zleceniodawca|nadawca|platce|betalare|avsandare|afsender|betaler|maksaja"
            r"|azienda|ragione sociale|opdrachtgever|betaler|klant|bedrijf|paid by|customer name|name|nom|nombre|nome"
            r"|kundenname|payer name|zahlung von|zahlender)$"
        ),
        Head.PAYER,
        3,
    ),
    (
        (
            r"^(?:payee|beneficiary|empfanger|zahlungsempfanger|begunstigter|to|an|vendor|supplier|lieferant|kreditor"
            r"|beneficiaire|fournisseur|beneficiario|proveedor|fornitore|fornecedor|begunstigde|leverancier|paid to"
            r"|vendor name|a favor de)$"
        ),
        Head.PAYEE,
        3,
    ),
    (
        (
            r"^(?:grand |sub ?)?(?:total|summe|gesamt\w*|insgesamt|somme|suma|soma|totale|totaal|\w*summe"
            r"|razem|lacznie|ogolem|celkem|totalt|i alt|yhteensa|osszesen)\b"
            r"|\b(?:total|gesamt\w*)$|zahl\w*betrag|uberweisungsbetrag|^(?:payment|paid|check|cheque|wire|ach"
            r"|remittance|net)"
            r" (?:amount|total)$|^(?:amount|betrag|montant|importe|importo|bedrag|valor)(?: paid| total| totale)?$"
            r"|^(?:amount of payment|total (?:amount|payment|paid)|montant (?:total|du virement|du paiement"
            r"|regle|paye)"
            r"|net a payer|importe (?:total|del pago|transferido)|importo (?:totale|bonifico|pagato)|totaalbedrag"
            r"|valor total|uberwiesener betrag|zahlung gesamt)$"
        ),
        Head.TOTAL,
        3,
    ),
    (
        (
            r"^(?:avis|zahlungsavis|avisnummer|avis nr|advice|remittance|remittance advice|payment advice"
            r"|awizo|awizo platnosci|awizo przelewu|avizo|betaalspecificatie|betalningsavi|betalingsavis|maksuilmoitus"
            r"|avis de paiement|avis de virement"
            r"|aviso de pago"
            r"|avviso di pagamento|betaaladvies|betalingsspecificatie|aviso de pagamento)(?: nr| no| number"
            r"| num| n)?$"
        ),
        Head.ADVICE_NUMBER,
        3,
    ),
    (r"^(?:date|datum|fecha|data)$", Head.PAYMENT_DATE, 1),
    (
        (
            r"^(?:reference|referenz|ref|referencia|riferimento|kenmerk|unser zeichen|our reference|ihre referenz)"
            r"(?: nr| no)?$"
        ),
        Head.PAYMENT_REFERENCE,
        1,
    ),
)
_COMPILED = tuple((re.compile(pattern), Named(head, strength)) for pattern, head, strength in _RULES)
_COMPILED_LABELS = tuple((re.compile(pattern), Named(head, strength)) for pattern, head, strength in _LABELS)
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_LONGEST = 60
#: A letter that an old system could not write (`Zap?acono`), one of a short head, for each possible one is tried.
_LOST = re.compile(r"(?<=[^\W\d_])[?\ufffd](?=[^\W\d_])")
_LOSABLE = "lezsaocniu"
_LOST_WITHIN = 30


@lru_cache(maxsize=8192)
def plain_words(text: str) -> str:
    """Write in small letters without accents and signs; `Kuerzung` as `Kürzung`."""
    small = _CAMEL.sub(" ", text.strip()).casefold().translate(_WRITTEN_OUT)
    bare = (
        small
        if small.isascii()
        else "".join(
            letter for letter in unicodedata.normalize("NFKD", small) if not unicodedata.combining(letter)
        )
    )
    return _SPELLED.sub(lambda match: match[0][0], _NOT_WORD.sub(" ", bare).strip())


@lru_cache(maxsize=8192)
def head_of(text: str) -> Named | None:
    """Say what a column's head means; None when it says nothing known or is too long for a head."""
    if not text or len(text) > _LONGEST or text[-1:] in ".!?;":
        text = text.rstrip(".") if len(text) <= _LONGEST else ""
    if len(text) <= _LOST_WITHIN and len(_LOST.findall(text)) == 1:
        found = filter(None, (head_of(_LOST.sub(letter, text)) for letter in _LOSABLE))
        return max(found, key=lambda named: named.strength, default=None)
    words = plain_words(text) if text else ""
    if not words:
        return None
    return next((named for pattern, named in _COMPILED if pattern.search(words)), None)


@lru_cache(maxsize=8192)
def label_of(text: str) -> Named | None:
    """Say what a label beside a value means; what is no label of its own may be a head."""
    words = plain_words(text) if len(text) <= _LONGEST else ""
    if not words:
        return None
    found = next((named for pattern, named in _COMPILED_LABELS if pattern.search(words)), None)
    return found or head_of(text)
