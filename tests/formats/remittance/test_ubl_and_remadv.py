"""UBL RemittanceAdvice, valid by its schema, and EDIFACT REMADV."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from acquit.formats.remittance.advice import UnreadableAdvice
from acquit.formats.remittance.ubl import read_ubl
from tests.formats.remittance.reading import paid, read, read_one, whole
from tests.shared_data import shared_data

D = Decimal
UBL = """\
<?xml version="1.0" encoding="UTF-8"?>
<RemittanceAdvice xmlns="urn:oasis:names:specification:ubl:schema:xsd:RemittanceAdvice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:ID>RA-7</cbc:ID><cbc:IssueDate>2026-02-02</cbc:IssueDate>
 <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
 <cbc:TotalPaymentAmount currencyID="EUR">70.00</cbc:TotalPaymentAmount>
 <cbc:PaymentOrderReference>PO-REF-1</cbc:PaymentOrderReference>
 <cac:AccountingCustomerParty><cbc:SupplierAssignedAccountID>2001003</cbc:SupplierAssignedAccountID>
  <cac:Party><cac:PartyName><cbc:Name>Müller GmbH</cbc:Name></cac:PartyName></cac:Party></cac:AccountingCustomerParty>
 <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Acquit AG</cbc:Name></cac:PartyName></cac:Party>
 </cac:AccountingSupplierParty>
 <cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>
  <cbc:PaymentDueDate>2026-02-03</cbc:PaymentDueDate><cbc:PaymentID>E2E-1</cbc:PaymentID>
  <cac:PayerFinancialAccount><cbc:ID>DE02 1005 0000 0054 5404 02</cbc:ID></cac:PayerFinancialAccount></cac:PaymentMeans>
 <cac:RemittanceAdviceLine><cbc:ID>1</cbc:ID><cbc:DebitLineAmount currencyID="EUR">100.00</cbc:DebitLineAmount>
  <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>RE-1</cbc:ID><cbc:IssueDate>2026-01-02</cbc:IssueDate>
  </cac:InvoiceDocumentReference></cac:BillingReference></cac:RemittanceAdviceLine>
 <cac:RemittanceAdviceLine><cbc:ID>2</cbc:ID><cbc:Note>Retoure</cbc:Note>
  <cbc:CreditLineAmount currencyID="EUR">30.00</cbc:CreditLineAmount>
  <cac:BillingReference><cac:CreditNoteDocumentReference><cbc:ID>GS-1</cbc:ID></cac:CreditNoteDocumentReference>
  </cac:BillingReference></cac:RemittanceAdviceLine>
</RemittanceAdvice>
"""

REMADV = (
    "UNA:+.? 'UNB+UNOC:3+4000001000005:14+4000002000004:14+260203:1200+77'\n"
    "UNH+1+REMADV:D:96A:UN:EAN003'\nBGM+481+ZA-2026-77+9'\nDTM+137:20260202:102'\nDTM+138:20260203:102'\n"
    "RFF+PQ:E2E-55'\nNAD+PR+4000001000005::9++M?'ller GmbH'\nNAD+PE+4000002000004::9++Acquit AG'\nCUX+2:EUR:11'\n"
    "DOC+380+RE-1'\nMOA+9:100.00'\nMOA+52:2.00'\nMOA+12:98.00'\nDTM+171:20260102:102'\nRFF+ON:45001'\n"
    "DOC+381+GS-1'\nMOA+9:28.00'\nMOA+12:28.00'\n"
    "DOC+380+RE-2'\nMOA+9:50.00'\nMOA+12:40.00'\nAJT+4'\nMOA+165:10.00'\nFTX+ABO+++Bruch'\n"
    "UNS+S'\nMOA+12:110.00'\nUNT+22+1'\nUNZ+1+77'\n"
)


def test_ubl() -> None:
    schema = shared_data("schemas_xsd/common/ubl-2.1/maindoc/UBL-RemittanceAdvice-2.1.xsd")
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(UBL.encode()))
    advice = read_one(UBL)
    assert (advice.format, advice.advice_number, advice.payment_reference) == ("UBL", "RA-7", "E2E-1")
    assert (advice.payer_name, advice.payer_number, advice.payer_iban, advice.payee) == (
        "Müller GmbH",
        "2001003",
        "DE02100500000054540402",
        "Acquit AG",
    )
    assert (advice.payment_date, advice.currency, advice.total_amount) == (
        date(2026, 2, 3),
        "EUR",
        D("70.00"),
    )
    assert paid(advice) == [("RE-1", "100.00"), ("GS-1", "-30.00")]
    assert advice.lines[0].document_date == date(2026, 1, 2)
    assert (advice.lines[1].reason_text, advice.other_numbers) == ("Retoure", ("PO-REF-1",))
    assert advice.warnings == ()


def test_ubl_that_calls_itself_utf_8_and_is_not_is_said() -> None:
    content = UBL.replace("Retoure", "R\xfccknahme").encode("cp1252")
    (advice,) = read_ubl(io.BytesIO(content), "file")
    assert advice.lines[1].reason_text == "Rücknahme"
    assert [warning.code for warning in advice.warnings] == ["ENCODING_ASSUMED"]


def test_remadv() -> None:
    advice = read_one(REMADV)
    assert (advice.format, advice.advice_number, advice.payment_reference) == (
        "REMADV",
        "ZA-2026-77",
        "E2E-55",
    )
    assert (advice.payer_name, advice.payee) == ("M'ller GmbH", "Acquit AG")
    assert (advice.payment_date, advice.currency, advice.total_amount) == (
        date(2026, 2, 3),
        "EUR",
        D("110.00"),
    )
    assert [whole(line) for line in advice.lines] == [
        ("RE-1", "100.00", "2.00", None, "98.00"),
        ("GS-1", "-28.00", None, None, "-28.00"),
        ("RE-2", "50.00", None, "10.00", "40.00"),
    ]
    assert (advice.lines[0].order_number, advice.lines[0].document_date) == ("45001", date(2026, 1, 2))
    assert (advice.lines[2].reason_code, advice.lines[2].reason_text) == ("4", "Bruch")
    assert advice.warnings == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (UBL.replace("70.00", "7,00"), "FIELD_UNREADABLE"),
        (UBL.replace("<?xml", "<!DOCTYPE x><?xml"), "XML_DOCTYPE"),
        (UBL[:1500], "XML_BROKEN"),
        (REMADV.replace("MOA+12:98.00", "MOA+12:9x"), "FIELD_UNREADABLE"),
        (REMADV.partition("UNS")[0], "CUT_OFF"),
    ],
)
def test_what_is_damaged_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(UnreadableAdvice) as refused:
        read(text)
    assert refused.value.code == code
