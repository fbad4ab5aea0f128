"""Advices met outside of the samples: pieces of files as banks and customers write them, one for each habit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.formats.remittance.advice import AdjustmentKind, UnreadableAdvice
from acquit.formats.remittance.recognition import recognise_advice
from tests.formats.remittance.pdf_files import make_pdf
from tests.formats.remittance.reading import paid, read, read_one, whole
from tests.formats.remittance.test_advice_tables import workbook
from tests.formats.remittance.test_advice_texts import mail

D = Decimal
PASTED = (
    "ST*820*0001\\BPR*C*100.00*C*ACH*CTX*01*021000021*DA*123*9876543210**01*071000013*DA*555*20260918\\"
    "TRN*1*77\\RMR*IV*INV-1**100.00\\SE*5*0001\\"
)


# --- X12 820 without its envelope


@pytest.mark.parametrize("end", ["\\", "~", "~\r\n", "'", "|", "\n", "\r\n", "\r"])
def test_a_payment_order_pasted_without_its_envelope(end: str) -> None:
    advice = read_one(PASTED.replace("\\", end))
    assert (advice.format, advice.payment_reference, advice.payer_iban) == ("X12.820", "77", "021000021 123")
    assert (advice.payment_date, advice.total_amount) == (date(2026, 9, 18), D("100.00"))
    assert paid(advice) == [("INV-1", "100.00")]
    assert [(warning.code, warning.place) for warning in advice.warnings] == [
        ("ENVELOPE_MISSING", "segment 1 (ST)")
    ]


def test_addenda_cut_into_lines_of_eighty_characters() -> None:
    cut = "\r\n".join(PASTED[at : at + 80] for at in range(0, len(PASTED), 80))
    assert cut.count("\r\n") == 1
    assert read_one(cut) == read_one(PASTED)


def test_a_group_and_several_sets_without_their_interchange() -> None:
    first, second = read(
        "GS|RA|P|S|20260918|1200|101|X|004010~ST|820|0001~RMR|IV|A1||10.00~SE|3|0001~"
        "ST|820|0002~RMR|IV|A2||20.00~SE|3|0002~GE|2|101~"
    )
    assert (paid(first), paid(second)) == ([("A1", "10.00")], [("A2", "20.00")])
    for advice in (first, second):
        assert [warning.code for warning in advice.warnings] == ["ENVELOPE_MISSING"]


def test_the_addenda_of_a_small_payment_holds_items_alone() -> None:
    advice = read_one("RMR*IV*INV-1**1176.00*1200.00*24.00\\RMR*IV*INV-2**100.00\\")
    assert [whole(line) for line in advice.lines] == [
        ("INV-1", "1200.00", "24.00", None, "1176.00"),
        ("INV-2", None, None, None, "100.00"),
    ]
    assert (advice.format, advice.total_amount) == ("X12.820", D("1276.00"))
    assert [warning.code for warning in advice.warnings] == ["ENVELOPE_MISSING"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ST*820*0001 BPR*C*100.00*C*ACH RMR*IV*INV-1**100.00", "ENVELOPE_MISSING"),
        (PASTED[: PASTED.index("SE*")], "CUT_OFF"),
    ],
)
def test_a_payment_order_that_cannot_be_read_is_never_a_text(text: str, code: str) -> None:
    with pytest.raises(UnreadableAdvice) as refused:
        read(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["ST-820-0001 100.00", "ST/820/0001 100.00", "ST*8201*1", "RMR-IV-1 5.00"])
def test_what_only_looks_like_a_payment_order_is_none(text: str) -> None:
    assert recognise_advice(text.encode()) is None


# --- lockbox


def drawn(item: int, cents: int, cheque: int, behind: str) -> str:
    return f"6001{item:03}{cents:010}0210000210001234567{cheque:010}{behind}"


def box(*records: str, destination: str = "DEST      ") -> str:
    head = (
        f"100{destination}02100002102603020830",
        f"2{destination}0210000210000000000130010400011",
        f"50010000012345260302{destination}0210000210",
    )
    return "\n".join((*head, *records))


@pytest.mark.parametrize("destination", ["DEST      ", "1234567890"])
def test_who_drew_a_cheque_stands_behind_it(destination: str) -> None:
    first, second = read(
        box(
            drawn(1, 123_456, 4711, f"030126{'ACME CORPORATION':<30}OUR COMPANY INC"),
            "40010016019INVOICE 1001",
            drawn(2, 50_000, 815, f"000000{'3M OF ST. PAUL':<30}"),
            destination=destination,
        )
    )
    assert (first.format, first.payer_name, first.payee) == (
        "LOCKBOX",
        "ACME CORPORATION",
        "OUR COMPANY INC",
    )
    # the day the bank books is the deposit's, not the cheque's
    assert (first.payment_date, first.payment_reference) == (date(2026, 3, 2), "4711")
    assert paid(first) == [("1001", None)]
    assert (second.payer_name, second.payee, list(second.lines)) == ("3M OF ST. PAUL", "", [])
    assert first.warnings == second.warnings == ()


def test_a_cheque_s_date_counts_where_the_file_has_no_other() -> None:
    head = "101021000021012345678900000000916\n202100002101234567890\n"
    advice = read_one(head + drawn(1, 100, 1, "022826BETA LLC"))
    assert (advice.payer_name, advice.payment_date) == ("BETA LLC", date(2026, 2, 28))


@pytest.mark.parametrize(
    ("behind", "documents"),
    [
        ("INV000123 INV000124", [("INV000123", None), ("INV000124", None)]),
        ("030126AB12  0000123456", [("030126AB12", "1234.56")]),
        ("030126ACME  0000123456", [("030126ACME", "1234.56")]),
        ("139926ACME CORP", [("139926ACME", None)]),  # no date
        ("030118ACME CORP", [("030118ACME", None)]),  # eight years before its deposit
    ],
)
def test_invoices_behind_a_cheque_stay_invoices(behind: str, documents: list[tuple[str, str | None]]) -> None:
    advice = read_one(box(drawn(1, 123_456, 4711, behind)))
    assert (paid(advice), advice.payer_name) == (documents, "")


@pytest.mark.parametrize(
    "head",
    [
        "100DEST      02100002102613020830\n2DEST      0210000210",  # no month 13
        "100DEST      02100002102603020830\n2OTHER     0210000210",  # names another destination
        "100DEST      ACME CORP 2603020830\n2DEST      0210000210",  # letters in the routing number
    ],
)
def test_a_destination_in_letters_is_believed_only_where_the_rest_fits(head: str) -> None:
    assert recognise_advice(head.encode()) is None


# --- letters


def test_what_was_cut_and_a_reference_in_brackets() -> None:
    advice = read_one(
        mail(
            "mit Valuta 16.09.2026 zahlen wir insgesamt 1.950,00 EUR (Referenz ZA-88123):\n\n"
            "- Rechnung 90012345 vom 01.08.2026: 1.000,00 EUR\n"
            "- Rechnung 90012346 vom 05.08.2026: 1.200,00 EUR, gekürzt um 150,00 EUR wegen Transportschaden\n"
            "- Gutschrift 80001234: -100,00 EUR\n",
            subject="Avis",
        )
    )
    assert [whole(line) for line in advice.lines] == [
        ("90012345", None, None, None, "1000.00"),
        ("90012346", "1200.00", None, "150.00", "1050.00"),
        ("80001234", None, None, None, "-100.00"),
    ]
    assert advice.lines[1].reason_text == "gekürzt um wegen Transportschaden"
    assert (advice.payment_reference, advice.total_amount) == ("ZA-88123", D("1950.00"))
    assert advice.warnings == ()


def test_brackets_of_the_sentence_are_no_minus() -> None:
    advice = read_one(
        "We have just wired $5,350.00 for invoices INV-10201 ($3,000.00) and INV-10202 ($2,500.00 less $150.00"
        " damaged goods). Wire ref FT26258ABC12."
    )
    assert [whole(line) for line in advice.lines] == [
        ("INV-10201", None, None, None, "3000.00"),
        ("INV-10202", "2500.00", None, "150.00", "2350.00"),
    ]
    assert (advice.payment_reference, advice.total_amount) == ("FT26258ABC12", D("5350.00"))
    assert advice.warnings == ()


def test_brackets_of_a_few_are_a_minus() -> None:
    advice = read_one("Invoice INV-10201 3,000.00\nInvoice INV-10202 (500.00)\nTotal paid 2,500.00\n")
    assert paid(advice) == [("INV-10201", "3000.00"), ("INV-10202", "-500.00")]
    assert advice.warnings == ()


def test_a_number_called_a_reference_is_the_document_where_there_is_no_other() -> None:
    advice = read_one("Zahlung von 100,00 EUR, Referenz RE-4711")
    assert (paid(advice), advice.total_amount) == ([("RE-4711", "100.00")], D("100.00"))


def test_a_sentence_broken_between_a_document_and_its_amounts() -> None:
    advice = read_one(
        "Betrag: 2.332,40 EUR\n\nHiermit avisieren wir die Zahlung Ihrer Rechnung RE-2026-1002 vom 02.09.2026\n"
        "über 2.380,00 EUR abzüglich 2% Skonto (47,60 EUR) = 2.332,40 EUR.\n"
    )
    assert [whole(line) for line in advice.lines] == [
        ("RE-2026-1002", "2380.00", "47.60", None, "2332.40"),
    ]
    assert (advice.total_amount, advice.warnings) == (D("2332.40"), ())


def test_a_sentence_that_ends_before_the_next_amount_is_not_joined_with_it() -> None:
    advice = read_one(
        "wir haben die Rechnung RE-2026-1002 vom 02.09.2026 heute unter Abzug von Skonto\n"
        "beglichen. Betrag: 2.332,40 EUR.\n"
    )
    assert [whole(line) for line in advice.lines] == [("RE-2026-1002", None, None, None, None)]
    assert advice.total_amount == D("2332.40")


def test_the_account_paid_to_is_not_the_payer_s() -> None:
    text = (
        "Wir überweisen auf Ihr Konto DE89 3704 0044 0532 0130 00:\nRechnung RE-1001 100,00\nSumme 100,00\n"
    )
    assert read_one(text).payer_iban == ""
    assert read_one(text.replace("auf Ihr", "von unserem")).payer_iban == "DE89370400440532013000"
    sheet = [["IBAN bénéficiaire", "FR7630006000011234567890189"], ["Facture", "Payé"], ["FA-1", 5]]
    assert read_one(workbook({"Avis": sheet})).payer_iban == ""


# --- tables


def test_debits_that_outweigh_are_written_from_our_side() -> None:
    table = (
        "Rechnungsnummer;Bruttobetrag;S/H;Skontobetrag;Abzug;Nettobetrag;Abzugsgrund\n"
        "RE-1001;1190,00;S;23,80;0,00;1166,20;\n"
        "RE-1002;2380,00;S;0,00;80,00;2300,00;Minderlieferung\n"
        "GU-0003;119,00;H;0,00;0,00;119,00;\n"
    )
    lines = [
        ("RE-1001", "1190.00", "23.80", "0.00", "1166.20"),
        ("RE-1002", "2380.00", "0.00", "80.00", "2300.00"),
        ("GU-0003", "-119.00", "0.00", "0.00", "-119.00"),
    ]
    mirrored = table.replace(";S;", ";x;").replace(";H;", ";S;").replace(";x;", ";H;")
    for text in (table, mirrored):
        advice = read_one(text, "avis.csv")
        assert [whole(line) for line in advice.lines] == lines
        assert advice.total_amount == D("3347.20")


def test_a_supplier_s_number_between_the_label_and_the_name() -> None:
    advice = read_one(
        "Zahlungs-Nr.;0004711;Zahldatum;15.09.2026\nLieferant;10455;Acquit GmbH;\n"
        "Rechnungs-Nr.;Rechnungsbetrag;Skonto;Zahlbetrag\nRE-1001;1.190,00;23,80;1.166,20\n",
        "avis.csv",
    )
    assert (advice.payer_name, advice.payee) == ("", "Acquit GmbH")
    assert (advice.payment_reference, advice.payment_date) == ("0004711", date(2026, 9, 15))
    assert [whole(line) for line in advice.lines] == [("RE-1001", "1190.00", "23.80", None, "1166.20")]


def test_tax_withheld_and_an_allowance_are_deductions() -> None:
    for head in ("Withholding tax", "Abbuono", "Ritenuta"):
        advice = read_one(f"Invoice;Amount;{head};Paid\nINV-1;1000.00;100.00;900.00\n", "advice.csv")
        assert [whole(line) for line in advice.lines] == [("INV-1", "1000.00", None, "100.00", "900.00")]


def test_currency_value_date_and_reference_beside_a_swiss_table() -> None:
    advice = read_one(
        "Zahlungsanzeige\n\nValuta 15.09.2026\nReferenz-Nr. 000123\n"
        "Belegnr.  Rechnung     Datum       Betrag CHF   Skonto CHF   Zahlung CHF\n"
        "5105001   R-2026-101   01.08.2026  1'200.00     24.00        1'176.00\n"
        "5105002   R-2026-102   05.08.2026  2'400.50     0.00         2'400.50\n"
    )
    assert (advice.payment_date, advice.payment_reference, advice.currency) == (
        date(2026, 9, 15),
        "000123",
        "CHF",
    )
    assert [whole(line) for line in advice.lines] == [
        ("R-2026-101", "1200.00", "24.00", None, "1176.00"),
        ("R-2026-102", "2400.50", "0.00", None, "2400.50"),
    ]


@pytest.mark.parametrize(
    ("label", "reference"),
    [
        ("BACS reference", "SJ00045512"),
        ("TRN", "0306912345678901480160001600IT"),
        ("CRO", "12345678901"),
        ("Numer przelewu", "PRZ/2026/0915"),
    ],
)
def test_more_names_of_the_payment_s_reference(label: str, reference: str) -> None:
    advice = read_one(f"{label}: {reference}\n\nInvoice    Amount    Paid\nA-1001     10.00     10.00\n")
    assert (advice.payment_reference, paid(advice)) == (reference, [("A-1001", "10.00")])


def test_a_spanish_workbook_with_what_is_to_be_paid() -> None:
    sheet = [
        ["Importe total", 3575.0],
        ["Su factura", "Importe", "Descuento", "Total a pagar"],
        ["F26-0101", 1210.0, 24.2, 1185.8],
        ["F26-0102", 2420.0, 30.8, 2389.2],
    ]
    advice = read_one(workbook({"Pagos": sheet}))
    assert [whole(line) for line in advice.lines] == [
        ("F26-0101", "1210", "24.2", None, "1185.8"),
        ("F26-0102", "2420", "30.8", None, "2389.2"),
    ]
    assert (advice.total_amount, advice.warnings) == (D(3575), ())


def test_an_american_cheque_s_stub_with_a_claim() -> None:
    columns = (40, 130, 200, 300, 380, 460)
    rows = [
        ("Check No. 0045512   Check Date 09/15/2026",),
        ("Invoice Date", "Invoice No.", "Description", "Gross Amt", "Discount", "Net Amt"),
        ("08/01/2026", "INV-10101", "PO 4500012345", "1,200.00", "24.00", "1,176.00"),
        ("08/20/2026", "DM-778", "Shortage claim", "-150.00", "0.00", "-150.00"),
        ("", "", "Check Total", "1,050.00", "24.00", "1,026.00"),
    ]
    page = [
        (x, 800 - 14 * line, text)
        for line, row in enumerate(rows)
        for x, text in zip(columns, row, strict=False)
        if text
    ]
    advice = read_one(make_pdf([page]))
    assert (advice.payment_reference, advice.payment_date) == ("0045512", date(2026, 9, 15))
    assert [whole(line) for line in advice.lines] == [
        ("INV-10101", "1200.00", "24.00", None, "1176.00"),
        ("DM-778", None, None, "150.00", "-150.00"),
    ]
    assert advice.lines[1].adjustment_kind is AdjustmentKind.DEDUCTION
    assert (advice.total_amount, advice.warnings) == (D("1026.00"), ())
