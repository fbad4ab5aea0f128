"""Advices written as text and sent by mail: sentences in seven languages, tables, attachments, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from email.message import EmailMessage

import pytest

from acquit.core.errors import Refusal
from acquit.formats.remittance.advice import AdjustmentKind
from acquit.formats.remittance.columns import text_line, under_heads
from tests.formats.remittance.reading import paid, read, read_one, whole
from tests.formats.remittance.test_advice_tables import GERMAN
from tests.formats.remittance.test_x12_820 import interchange

D = Decimal


def mail(
    text: str = "",
    *,
    html: str = "",
    files: Sequence[tuple[str, bytes, str]] = (),
    sender: str = '"Anna Schmidt" <Buchhaltung@mueller.example>',
    subject: str = "Zahlungsavis Müller",
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "ar@acquit.example", subject
    message["Date"] = "Tue, 03 Feb 2026 09:12:44 +0100"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content, kind in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


LETTER = """\
Sehr geehrte Damen und Herren,

wir haben heute folgende Rechnungen überwiesen:

RE-2026-004711 1.166,20 abzgl. Skonto 23,80
RE-2026-004712   2.280,00 (Abzug 100,00 wegen Bruch)
Gutschrift GS-2026-000017 -119,00
abzgl. Werbekostenzuschuss 50,00

Gesamtbetrag: 3.277,20 EUR
Unsere Kundennummer: 2001003

Mit freundlichen Grüßen
Anna Schmidt
Müller Handels GmbH
Tel. 089 123456-78, USt-IdNr. DE123456789

Am 01.02.2026 um 10:00 schrieb ar@acquit.example:
> bitte zahlen Sie RE-2026-009999 500,00
"""


def test_a_letter_in_german_with_its_signature_and_the_mail_it_answers() -> None:
    advice = read_one(mail(LETTER))
    assert [whole(line) for line in advice.lines] == [
        ("RE-2026-004711", None, "23.80", None, "1166.20"),
        ("RE-2026-004712", None, None, "100.00", "2280.00"),
        ("GS-2026-000017", None, None, None, "-119.00"),
        ("", None, None, "50.00", "-50.00"),
    ]
    assert advice.lines[1].reason_text == "Abzug wegen Bruch"
    assert advice.lines[3].reason_text == "abzgl. Werbekostenzuschuss"
    assert (advice.format, advice.sender, advice.subject) == (
        "EMAIL",
        "buchhaltung@mueller.example",
        "Zahlungsavis Müller",
    )
    assert (advice.payer_name, advice.payer_number) == ("Müller Handels GmbH", "2001003")
    assert (advice.payment_date, advice.total_amount, advice.currency) == (
        date(2026, 2, 3),
        D("3277.20"),
        "EUR",
    )
    assert advice.warnings == ()


@pytest.mark.parametrize(
    ("text", "lines", "total"),
    [
        (
            (
                "We have today paid EUR 1,480.00 for the following invoices:\n"
                "invoice INV-20260012: 980.00 (less cash discount 20.00)\nINV-20260013 500.00\n"
                "Kind regards\n+44 20 7946 0958"
            ),
            [("INV-20260012", None, "20.00", None, "980.00"), ("INV-20260013", None, None, None, "500.00")],
            "1480.00",
        ),
        (
            (
                "Nous avons effectué ce jour un virement de 1.480,00 € pour les factures suivantes :\n"
                "facture FA-2026-0012 : 1 000,00 € moins escompte 20,00 €\n"
                "facture FA-2026-0013 : 500,00 €\nCordialement"
            ),
            [
                ("FA-2026-0012", "1000.00", "20.00", None, "980.00"),
                ("FA-2026-0013", None, None, None, "500.00"),
            ],
            "1480.00",
        ),
        (
            "Hemos transferido hoy 1.234,56 EUR correspondiente a la factura F-2026-00123 (fecha 12/01/2026).",
            [("F-2026-00123", None, None, None, "1234.56")],
            "1234.56",
        ),
        (
            (
                "Abbiamo disposto un bonifico di € 300,00 per le fatture:\n"
                "fattura 2026/0045 € 200,00\nfattura 2026/0046 € 100,00"
            ),
            [("2026/0045", None, None, None, "200.00"), ("2026/0046", None, None, None, "100.00")],
            "300.00",
        ),
        (
            (
                "Wij hebben vandaag de volgende facturen betaald, totaal € 95,00:\n"
                "factuur 20260077 € 100,00 minus betalingskorting € 5,00\nMet vriendelijke groet"
            ),
            [("20260077", "100.00", "5.00", None, "95.00")],
            "95.00",
        ),
        (
            "Efetuámos hoje a transferência de 1.000,00 € relativa à fatura FT-2026/881.",
            [("FT-2026/881", None, None, None, "1000.00")],
            "1000.00",
        ),
        (
            "We paid invoices 4711, 4712 and 4713 today, total EUR 5,000.00.",
            [
                ("4711", None, None, None, None),
                ("4712", None, None, None, None),
                ("4713", None, None, None, None),
            ],
            "5000.00",
        ),
        (
            "RE-2026-1001 vom 02.01.2026 1.000,00 950,00\nRE-2026-1002 vom 03.01.2026 100,00 100,00\nSumme 1.050,00",
            [
                ("RE-2026-1001", "1000.00", None, None, "950.00"),
                ("RE-2026-1002", "100.00", None, None, "100.00"),
            ],
            "1050.00",
        ),
    ],
)
def test_sentences_in_seven_languages(text: str, lines: list[tuple[str | None, ...]], total: str) -> None:
    for content in (text.encode(), mail(text, subject="Payment")):
        advice = read_one(content, "note.txt")
        assert [whole(line) for line in advice.lines] == lines
        assert advice.total_amount == D(total)
        assert advice.warnings == ()


def test_before_or_after_the_discount_is_said_when_no_total_settles_it() -> None:
    advice = read_one(mail("Rechnung RE-4711 1.166,20 abzgl. Skonto 23,80"))
    assert whole(advice.lines[0]) == ("RE-4711", None, "23.80", None, "1166.20")
    assert [warning.code for warning in advice.warnings] == ["AMOUNT_BEFORE_OR_AFTER"]


TABLE = (
    "<html><body><p>Dear all,</p><p>Payment date: 2026-02-03<br>Reference: E2E-99</p><table border=1>"
    "<tr><th>Invoice</th><th>Date</th><th>Gross</th><th>Discount</th><th>Paid</th></tr>"
    "<tr><td>RE-1001</td><td>02/01/2026</td><td>$1,000.00</td><td>$20.00</td><td>$980.00</td></tr>"
    "<tr><td>RE-1002</td><td>13/01/2026</td><td>$500.00</td><td></td><td>$500.00</td></tr>"
    "<tr><td colspan=4>Total</td><td>$1,480.00</td></tr></table>"
    "<blockquote><table><tr><td>Invoice</td><td>Paid</td></tr><tr><td>OLD-1</td><td>1.00</td></tr></table></blockquote>"
    "<p>Kind regards<br>Northern Foods Ltd</p><script>steal()</script></body></html>"
)


def test_a_table_in_the_html_counts_before_the_text_beside_it() -> None:
    advice = read_one(mail("RE-1001 RE-1002 see html", html=TABLE, sender="pay@northern.example"))
    assert [whole(line) for line in advice.lines] == [
        ("RE-1001", "1000.00", "20.00", None, "980.00"),
        ("RE-1002", "500.00", None, None, "500.00"),
    ]
    assert (advice.payer_name, advice.payment_reference) == ("Northern Foods Ltd", "E2E-99")
    assert (advice.payment_date, advice.total_amount) == (date(2026, 2, 3), D("1480.00"))
    assert [line.document_date for line in advice.lines] == [date(2026, 1, 2), date(2026, 1, 13)]


@pytest.mark.parametrize(
    ("name", "content", "kind", "form"),
    [
        ("avis.csv", GERMAN.encode("cp1252"), "text/csv", "CSV"),
        (
            "avis.edi",
            interchange("BPR*C*5.00*C*ACH", "TRN*1*T", "RMR*IV*A-1**5.00").encode(),
            "application/edi-x12",
            "X12.820",
        ),
    ],
)
def test_an_attachment_is_read_as_it_would_be_alone(name: str, content: bytes, kind: str, form: str) -> None:
    alone = read_one(content, name)
    advice = read_one(mail("Anbei unser Avis.\nVerwendungszweck: E2E-7", files=[(name, content, kind)]))
    assert (advice.format, advice.lines, advice.total_amount) == (form, alone.lines, alone.total_amount)
    assert advice.sender == "buchhaltung@mueller.example"
    assert advice.place.startswith(name)


def test_a_mail_passed_on_inside_a_mail() -> None:
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = "ap@payer.example", "x@acquit.example", "Avis"
    inner.set_content("Rechnung RE-4711 10,00\nSumme 10,00\n")
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "colleague@acquit.example", "ar@acquit.example", "Fwd"
    outer.set_content("siehe Anlage")
    outer.add_attachment(inner)
    advice = read_one(outer.as_bytes())
    assert paid(advice) == [("RE-4711", "10.00")]
    assert advice.sender == "ap@payer.example"


def test_an_attachment_that_cannot_be_read_is_said_beside_the_text_that_can() -> None:
    advice = read_one(mail(LETTER, files=[("scan.pdf", b"%PDF-1.4 nothing", "application/pdf")]))
    assert len(advice.lines) == 4
    assert [warning.code for warning in advice.warnings] == ["ATTACHMENT_NOT_READ"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (mail("Können wir morgen telefonieren?"), "NO_ADVICE"),
        (mail("anbei", files=[("scan.pdf", b"%PDF-1.4 nothing", "application/pdf")]), "DAMAGED"),
        (mail("Bitte rufen Sie an: 089 1234567", files=[("logo.png", b"\x89PNG", "image/png")]), "NO_ADVICE"),
    ],
)
def test_a_mail_without_an_advice_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(content)
    assert refused.value.code == code


def test_a_text_set_in_columns_whose_heads_stand_close() -> None:
    rows = under_heads(
        [
            text_line("1", "Invoice number      Gross amount    Reason code Amount paid"),
            text_line("2", "RE-2026-004711      1,190.00        D07         1,166.20"),
            text_line("3", "RE-2026-004712      90.00                       90.00"),
        ]
    )
    assert [list(row.cells) for row in rows] == [
        ["Invoice number", "Gross amount", "Reason code", "Amount paid"],
        ["RE-2026-004711", "1,190.00", "D07", "1,166.20"],
        ["RE-2026-004712", "90.00", "", "90.00"],
    ]


def test_a_bank_s_fee_and_a_claim_on_lines_of_their_own() -> None:
    advice = read_one(
        mail(
            "Invoice INV-1001 1,000.00\nless bank charges 15.00\nless claim damaged goods 35.00\nTotal 950.00"
        )
    )
    assert [(line.adjustment_kind, line.paid_amount) for line in advice.lines] == [
        (AdjustmentKind.NONE, D("1000.00")),
        (AdjustmentKind.FEE, D("-15.00")),
        (AdjustmentKind.DEDUCTION, D("-35.00")),
    ]
    assert advice.warnings == ()


def test_a_document_named_again_without_an_amount_is_one_line() -> None:
    text = (
        "Invoices: INV-10510\nRemitting: $11,240.00\nDeduction: $1,240.00 damaged\n"
        "We are paying invoice INV-10510 short.\n"
    )
    advice = read_one(text)
    assert [line.document for line in advice.lines] == ["INV-10510", ""]
    assert advice.total_amount == Decimal("11240.00")
    assert advice.lines[1].deduction_amount == Decimal("1240.00")
