"""UBL 2.1 RemittanceAdvice.

The one clever idea: senders do not agree on which of `DebitLineAmount` and `CreditLineAmount` is money for an invoice.
The document a line bills says it: an invoice is paid, a credit note is netted; the total settles the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from acquit.formats.remittance.advice import AdviceLine, RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.numbers import parse_compact_date, parse_plain_amount
from acquit.formats.remittance.settling import DraftKeeper, DraftLine, settle_lines
from acquit.formats.statements import WarningLog
from acquit.formats.unreadable import NotReadable
from acquit.formats.xml_safe import RELABELLED, XmlStream

FORMAT = "UBL"
_INVOICES = ("InvoiceDocumentReference", "SelfBilledInvoiceDocumentReference", "DebitNoteDocumentReference")
_CREDITS = ("CreditNoteDocumentReference", "SelfBilledCreditNoteDocumentReference")


def read_ubl(content: BinaryIO, file: str) -> Iterator[RemittanceAdvice]:
    """Give the advices of a UBL file. Refuses (`UnreadableAdvice`) broken XML, a bad amount, a file without any."""
    found = False
    stream = XmlStream(content, file, ("RemittanceAdvice", "RemittanceAdviceLine"), UnreadableAdvice)
    drafts, currency = DraftKeeper(), ""
    for events in stream.chunks():
        for event, element in events:
            if event == "start":
                continue
            try:
                if element.tag.rpartition("}")[2] == "RemittanceAdviceLine":
                    draft, code = _line(element, len(drafts) + 1)
                    drafts.append(draft)
                    currency = currency or code
                    element.clear()
                else:
                    found = True
                    log = WarningLog()
                    if stream.is_relabelled:
                        log.note("ENCODING_ASSUMED", RELABELLED, f"line {element.sourceline}")
                    yield _advice(element, drafts, currency, log)
                    drafts, currency = DraftKeeper(), ""
            except NotReadable as unreadable:
                raise UnreadableAdvice(
                    "an amount cannot be read",
                    code="FIELD_UNREADABLE",
                    file=file,
                    place=f"line {element.sourceline}",
                    value=str(unreadable),
                    mend="Ask the sender for the file again.",
                ) from None
    if not found:
        raise UnreadableAdvice(
            "the XML holds no RemittanceAdvice",
            code="NO_ADVICE",
            file=file,
            place="",
            mend="Ask the sender for the remittance advice.",
        )


def _advice(element: Any, drafts: DraftKeeper, line_currency: str, log: WarningLog) -> RemittanceAdvice:
    place = f"line {element.sourceline}"
    total = _amount(element, "TotalPaymentAmount")
    lines, total = settle_lines(drafts, total, log, place)
    payer = _first(element, "AccountingCustomerParty")
    means = _first(element, "PaymentMeans")
    numbers = [
        _text(element, name)
        for name in ("PaymentOrderReference", "PayerReference", "InvoicingPartyReference")
    ]
    reference = _text(means, "InstructionID") or _text(means, "PaymentID") or numbers[0]
    currency = _text(element, "DocumentCurrencyCode") or _currency(element)
    return RemittanceAdvice(
        format=FORMAT,
        advice_number=_text(element, "ID"),
        payer_name=_name(payer),
        payer_number=_text(payer, "SupplierAssignedAccountID"),
        payer_iban="".join(_text(_first(means, "PayerFinancialAccount"), "ID").split()),
        payee=_name(_first(element, "AccountingSupplierParty")) or _name(_first(element, "PayeeParty")),
        payment_reference=reference,
        payment_date=_day(_text(means, "PaymentDueDate")) or _day(_text(element, "IssueDate")),
        currency=currency or line_currency,
        total_amount=total,
        lines=lines,
        warnings=log.warnings(),
        place=place,
        other_numbers=tuple(dict.fromkeys(number for number in numbers if number and number != reference)),
    )


def _line(element: Any, number: int) -> tuple[DraftLine, str]:
    debit, credit = _amount(element, "DebitLineAmount"), _amount(element, "CreditLineAmount")
    reference, is_credit = None, False
    for names, is_note in ((_INVOICES, False), (_CREDITS, True)):
        for name in names:
            if reference is None:
                reference, is_credit = _deep(element, name), is_note
    paid = debit or credit
    if paid is None:
        paid = _amount(element, "BalanceAmount")
    if reference is None and credit and not debit and paid is not None:
        paid = -paid
    currency = next((str(part.get("currencyID")) for part in element.iter() if part.get("currencyID")), "")
    line = AdviceLine(
        document=_text(reference, "ID") or _text(element, "InvoicingPartyReference"),
        paid_amount=-paid if paid and is_credit and paid > 0 else paid,
        document_date=_day(_text(reference, "IssueDate")),
        reason_text=_text(element, "Note"),
        place=f"line {element.sourceline or number}",
    )
    return DraftLine(line), currency


def _name(party: Any) -> str:
    for name in ("PartyName", "PartyLegalEntity"):
        found = _deep(party, name)
        text = _text(found, "Name") or _text(found, "RegistrationName")
        if text:
            return text
    return ""


def _first(element: Any, name: str) -> Any:
    return None if element is None else next(element.iterchildren("{*}" + name), None)


def _deep(element: Any, name: str) -> Any:
    return None if element is None else next(element.iter("{*}" + name), None)


def _text(element: Any, name: str) -> str:
    found = _first(element, name)
    return "" if found is None or not found.text else " ".join(found.text.split())


def _amount(element: Any, name: str) -> Decimal | None:
    text = _text(element, name)
    return parse_plain_amount(text) if text else None


def _currency(element: Any) -> str:
    found = _first(element, "TotalPaymentAmount")
    return "" if found is None else str(found.get("currencyID", ""))


def _day(text: str) -> date | None:
    return parse_compact_date(text[:10].replace("-", "")) if text else None
