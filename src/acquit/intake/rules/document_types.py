"""What the codes of a type column mean: SAP's two letters, an exporter's technical names, and plain words.

The clever idea: a code is either known beyond doubt or it is asked, with a proposal that follows from the sign of its
amounts; no row changes sides because of a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from acquit.intake.rules.headers import words_of


class DocumentType(StrEnum):
    """What a document does to the account: invoices and debit notes raise it, credit notes and payments lower it.

    LEFT_OUT: rows of this type are no items (pro forma, carried-forward sums); they are counted, not taken.
    """

    INVOICE = "INVOICE"
    DEBIT_NOTE = "DEBIT_NOTE"
    CREDIT_NOTE = "CREDIT_NOTE"
    PAYMENT = "PAYMENT"
    LEFT_OUT = "LEFT_OUT"


LOWERS_ACCOUNT = frozenset({DocumentType.CREDIT_NOTE, DocumentType.PAYMENT})

_SURE: dict[DocumentType, str] = {
    DocumentType.INVOICE: "invoice|invoices|inv|i|ri|rv|dr|sales invoice|customer invoice|ar invoice|tax invoice"
    "|out invoice|bill|standard invoice"
    "|rechnung|rechnungen|re|rg|ar|ausgangsrechnung|ausgangsrechnungen|faktura|facture|fact|fac"
    "|fa|facture client|factura|fra|fc|fatura|ft|fattura"
    "|factuur|verkoopfactuur|380|debit invoice|sales|accrec",
    DocumentType.DEBIT_NOTE: "debit note|debit memo|dn|dm|debit|belastungsanzeige|lastschriftanzeige|nota de debito"
    "|note de debit|nota di debito|debetnota"
    "|interest note|interest|finance charge|late fee|collection letter|zinsen|verzugszinsen"
    "|mahngebuhr|mahngebuehr|383",
    DocumentType.CREDIT_NOTE: "credit note|credit notes|credit memo|credit|cn|crn|cm|dg|c|customer credit note"
    "|sales credit note|out refund|refund|sales return"
    "|gutschrift|gutschriften|gs|gu|rechnungskorrektur|avoir|avoirs|note de credit"
    "|nota de credito|abono|nc|factura rectificativa|nota di credito"
    "|creditnota|creditfactuur|381|accreccredit|credit invoice|nota credito",
    DocumentType.PAYMENT: "payment|payments|pmt|pay|receipt|cash receipt|cash|payment entry|customer payment"
    "|unapplied cash|on account|zahlung|zahlungen"
    "|zahlungseingang|paiement|reglement|pago|cobro|pagamento|incasso|betaling|customer receipt"
    "|unapplied payment|prepayment|deposit|anzahlung",
}  # fmt: skip
_LIKELY: dict[str, tuple[DocumentType, float]] = {
    "dz": (DocumentType.PAYMENT, 0.72),
    "zp": (DocumentType.PAYMENT, 0.7),
    "da": (DocumentType.INVOICE, 0.6),
    "d1": (DocumentType.INVOICE, 0.6),
    "sd": (DocumentType.INVOICE, 0.6),
    "cr": (DocumentType.CREDIT_NOTE, 0.7),
    "db": (DocumentType.DEBIT_NOTE, 0.6),
    "za": (DocumentType.PAYMENT, 0.6),
    "ze": (DocumentType.PAYMENT, 0.7),
    "storno": (DocumentType.CREDIT_NOTE, 0.6),
    "reversal": (DocumentType.CREDIT_NOTE, 0.6),
    "pro forma": (DocumentType.LEFT_OUT, 0.7),
    "proforma": (DocumentType.LEFT_OUT, 0.7),
}
_KNOWN = {word: kind for kind, words in _SURE.items() for word in words.split("|")}


@dataclass(frozen=True, slots=True)
class CodeReading:
    """What a code of the type column is taken for, how sure (0 to 1), and why; below `ASK_BELOW` it is asked."""

    code: str
    document_type: DocumentType
    confidence: float
    reason: str


ASK_BELOW = 0.9


def is_known_code(code: str) -> bool:
    """Say whether a code is one that documents are marked with somewhere; of others only the sign tells anything."""
    plain = " ".join(words_of(code))
    return plain in _LIKELY or plain in _KNOWN or plain.replace(" ", "") in _KNOWN


def read_code(code: str, *, positives: int, negatives: int) -> CodeReading:
    """Say what a code means; `positives` and `negatives` count the signs of its amounts in the sample."""
    plain = " ".join(words_of(code))
    known = _KNOWN.get(plain) or _KNOWN.get(plain.replace(" ", ""))
    if known:
        return CodeReading(code, known, 0.98, "a known word")
    likely = _LIKELY.get(plain)
    if likely:
        return CodeReading(
            code, likely[0], likely[1], f"usually a {likely[0].value.replace('_', ' ').lower()}"
        )
    if negatives > positives:
        return CodeReading(code, DocumentType.CREDIT_NOTE, 0.5, f"{negatives} of its amounts are negative")
    return CodeReading(code, DocumentType.INVOICE, 0.5, f"{positives} of its amounts are positive")
