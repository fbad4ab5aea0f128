"""The words of a statement of account in the customer's language: every kind of item has one in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatementWords:
    """One language: headings, kinds, and how days and amounts are written there (strftime; thousands, decimal)."""

    title: str
    opening: str
    closing: str
    heads: tuple[str, str, str, str, str, str]
    buckets: tuple[str, str, str, str, str]
    unapplied: str
    nothing: str
    kinds: Mapping[str, str]
    day_format: str
    thousands: str
    decimal: str


_KINDS = (
    *("INVOICE", "CREDIT_NOTE", "PAYMENT", "RETURNED_PAYMENT", "ADJUSTMENT", "DEDUCTION", "RESIDUAL"),
    *("INSTALMENT", "INTEREST", "DOWN_PAYMENT", "DOWN_PAYMENT_TAX", "WRITE_OFF", "NETTING"),
    *("PAYMENT_TRANSFER", "RECOVERY", "REFUND", "CHARGE"),
)


def _kinds(*words: str) -> Mapping[str, str]:
    return dict(zip(_KINDS, words, strict=True))


WORDS: Mapping[str, StatementWords] = {
    "en": StatementWords(
        "Statement of account",
        "Balance brought forward",
        "Balance",
        ("Date", "Document", "Number", "Due", "Amount", "Balance"),
        ("Not due", "1-30 days", "31-60 days", "61-90 days", "Over 90 days"),
        "Payments not yet applied",
        "There are no movements and no balance.",
        _kinds(
            *(
                "Invoice",
                "Credit note",
                "Payment",
                "Returned payment",
                "Difference",
                "Deduction",
                "Remainder",
            ),
            *("Instalment", "Interest", "Down payment", "Tax on down payment", "Write-off", "Netting"),
            *("Payment transferred", "Payment on a claim written off", "Refund", "Costs charged"),
        ),
        "%d %b %Y",
        ",",
        ".",
    ),
    "de": StatementWords(
        "Kontoauszug",
        "Saldovortrag",
        "Saldo",
        ("Datum", "Beleg", "Nummer", "Fällig", "Betrag", "Saldo"),
        ("Nicht fällig", "1-30 Tage", "31-60 Tage", "61-90 Tage", "Über 90 Tage"),
        "Noch nicht zugeordnete Zahlungen",
        "Keine Bewegungen, kein Saldo.",
        _kinds(
            *("Rechnung", "Gutschrift", "Zahlung", "Rücklastschrift", "Differenz", "Abzug", "Restposten"),
            *("Rate", "Zinsen", "Anzahlung", "Steuer auf Anzahlung", "Ausbuchung", "Verrechnung"),
            *("Zahlung umgebucht", "Zahlung auf ausgebuchte Forderung", "Erstattung", "Kosten"),
        ),
        "%d.%m.%Y",
        ".",
        ",",
    ),
    "fr": StatementWords(
        "Relevé de compte",
        "Solde reporté",
        "Solde",
        ("Date", "Pièce", "Numéro", "Échéance", "Montant", "Solde"),
        ("Non échu", "1-30 jours", "31-60 jours", "61-90 jours", "Plus de 90 jours"),
        "Règlements non encore affectés",
        "Aucun mouvement, aucun solde.",
        _kinds(
            *("Facture", "Avoir", "Règlement", "Règlement rejeté", "Écart", "Déduction", "Reliquat"),
            *("Échéance", "Intérêts", "Acompte", "TVA sur acompte", "Passage en perte", "Compensation"),
            *("Règlement transféré", "Règlement d'une créance passée en perte", "Remboursement", "Frais"),
        ),
        "%d/%m/%Y",
        "\u202f",
        ",",
    ),
    "es": StatementWords(
        "Estado de cuenta",
        "Saldo anterior",
        "Saldo",
        ("Fecha", "Documento", "Número", "Vencimiento", "Importe", "Saldo"),
        ("No vencido", "1-30 días", "31-60 días", "61-90 días", "Más de 90 días"),
        "Pagos pendientes de aplicar",
        "Sin movimientos ni saldo.",
        _kinds(
            *("Factura", "Abono", "Pago", "Pago devuelto", "Diferencia", "Deducción", "Resto"),
            *("Plazo", "Intereses", "Anticipo", "IVA del anticipo", "Cancelación", "Compensación"),
            *("Pago traspasado", "Pago de un crédito cancelado", "Reembolso", "Gastos"),
        ),
        "%d/%m/%Y",
        ".",
        ",",
    ),
    "pt": StatementWords(
        "Extrato de conta",
        "Saldo anterior",
        "Saldo",
        ("Data", "Documento", "Número", "Vencimento", "Valor", "Saldo"),
        ("Não vencido", "1-30 dias", "31-60 dias", "61-90 dias", "Mais de 90 dias"),
        "Pagamentos por aplicar",
        "Sem movimentos nem saldo.",
        _kinds(
            *(
                "Fatura",
                "Nota de crédito",
                "Pagamento",
                "Pagamento devolvido",
                "Diferença",
                "Dedução",
                "Restante",
            ),
            *("Prestação", "Juros", "Adiantamento", "IVA do adiantamento", "Anulação", "Compensação"),
            *("Pagamento transferido", "Pagamento de crédito anulado", "Reembolso", "Encargos"),
        ),
        "%d/%m/%Y",
        "\u00a0",
        ",",
    ),
}


def words_of(language: str) -> StatementWords:
    """Give the words of a language such as `de` or `de-AT`; English where there are none."""
    return WORDS.get(language[:2].lower(), WORDS["en"])
