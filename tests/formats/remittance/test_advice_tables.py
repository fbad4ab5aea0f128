"""Advices in CSV and XLSX as their senders lay them out: every one of these is a layout of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from acquit.core.errors import Refusal
from acquit.formats.remittance.advice import AdjustmentKind, UnreadableAdvice
from acquit.formats.remittance.sheets import is_advice_table
from tests.formats.remittance.reading import paid, read, read_one, whole
from tests.shared_data import shared_data

D = Decimal

GERMAN = """\
Müller Handels GmbH;;;;;
Zahlungsavis Nr. ZA-2026-0815;;;;;
Zahldatum:;03.02.2026;;;;
Kundennummer:;2001003;;Währung:;EUR;
;;;;;
Ihre Rechnung;Rechnungsdatum;Brutto;Skonto;Abzug;Grund;Zahlbetrag
RE-2026-004711;02.01.2026;1.190,00;23,80;;;1.166,20
RE-2026-004712;05.01.2026;2.380,00;0,00;100,00;Bruch;2.280,00
GS-2026-000017;07.01.2026;119,00-;;;;119,00-
;;;;;Werbekostenzuschuss;50,00-
Summe;;3.451,00;23,80;100,00;;3.277,20
"""


def test_a_german_advice_with_a_head_block_trailing_minus_and_a_deduction_on_a_row_of_its_own() -> None:
    advice = read_one(GERMAN.encode("cp1252"), "avis.csv")
    assert (advice.format, advice.advice_number, advice.payer_name) == (
        "CSV",
        "ZA-2026-0815",
        "Müller Handels GmbH",
    )
    assert (advice.payer_number, advice.currency, advice.payment_date) == (
        "2001003",
        "EUR",
        date(2026, 2, 3),
    )
    assert advice.total_amount == D("3277.20")
    assert [whole(line) for line in advice.lines] == [
        ("RE-2026-004711", "1190.00", "23.80", None, "1166.20"),
        ("RE-2026-004712", "2380.00", "0.00", "100.00", "2280.00"),
        ("GS-2026-000017", "-119.00", None, None, "-119.00"),
        ("", None, None, "50.00", "-50.00"),
    ]
    assert advice.lines[1].reason_text == "Bruch"
    assert advice.lines[3].reason_text == "Werbekostenzuschuss"
    assert advice.lines[3].adjustment_kind is AdjustmentKind.DEDUCTION
    assert advice.lines[0].document_date == date(2026, 1, 2)
    assert advice.warnings == ()


def test_an_english_one_with_quotes_brackets_and_facts_below() -> None:
    advice = read_one(
        '"Invoice No.","Invoice Date","Amount","Discount","Net Paid"\n'
        '"INV-1","2026-01-05","1,000.00","20.00","980.00"\n'
        '"CN-3","2026-01-07","(80.00)","","(80.00)"\n'
        '"Total","","","","900.00"\n'
        '"Payment reference: E2E-778812"\n"Paid by: Northern Foods Ltd"\n"Payment date: 2026-02-03"\n'
    )
    assert [whole(line) for line in advice.lines] == [
        ("INV-1", "1000.00", "20.00", None, "980.00"),
        ("CN-3", "-80.00", None, None, "-80.00"),
    ]
    assert (advice.payment_reference, advice.payer_name) == ("E2E-778812", "Northern Foods Ltd")
    assert (advice.payment_date, advice.total_amount) == (date(2026, 2, 3), D("900.00"))


@pytest.mark.parametrize(
    ("heads", "separator"),
    [
        ("Invoice number,Gross amount,Discount,Deduction,Amount paid", ","),
        ("Rechnungsnummer;Rechnungsbetrag;Skonto;Kürzung;Zahlbetrag", ";"),
        ("Belegnr.|Bruttobetrag|Skontobetrag|Abzuege|Überweisungsbetrag", "|"),
        ("N° facture;Montant brut;Escompte;Retenue;Net payé", ";"),
        ("Nº factura;Importe bruto;Descuento pronto pago;Deducción;Importe pagado", ";"),
        ("Numero fattura;Importo lordo;Sconto;Trattenuta;Netto pagato", ";"),
        ("Factuurnummer;Factuurbedrag;Betalingskorting;Inhouding;Betaald bedrag", ";"),
        ("N.º fatura;Valor bruto;Desconto;Retenção;Valor pago", ";"),
        ("document\tgross_amount\tdiscount_amount\tdeduction_amount\tpaid_amount", "\t"),
    ],
)
def test_heads_in_many_languages(heads: str, separator: str) -> None:
    rows = [("RE-1", "1000.50", "20.00", "5.00", "975.50"), ("RE-2", "99.00", "", "", "99.00")]
    point = "." if separator in ",\t" else ","
    lines = [heads, *(separator.join(cell.replace(".", point) for cell in row) for row in rows)]
    advice = read_one("\n".join(lines))
    assert [whole(line) for line in advice.lines] == [
        ("RE-1", "1000.50", "20.00", "5.00", "975.50"),
        ("RE-2", "99.00", None, None, "99.00"),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # discounts and deductions written as minus
        ("RE-1;100,00;-2,00;-8,00;90,00", ("RE-1", "100.00", "2.00", "8.00", "90.00")),
        # only one of them
        ("RE-1;100,00;-2,00;8,00;90,00", ("RE-1", "100.00", "2.00", "8.00", "90.00")),
        # what is paid left out
        ("RE-1;100,00;2,00;8,00;", ("RE-1", "100.00", "2.00", "8.00", "90.00")),
        # overpaid: a deduction below zero
        ("RE-1;100,00;;-5,00;105,00", ("RE-1", "100.00", None, "-5.00", "105.00")),
    ],
)
def test_signs_of_what_is_taken_off_come_from_the_arithmetic(rows: str, expected: tuple[str, ...]) -> None:
    advice = read_one(f"Rechnung;Brutto;Skonto;Abzug;Zahlbetrag\n{rows}\n")
    assert whole(advice.lines[0]) == expected


def test_amount_before_or_after_the_discount_is_settled_by_the_total() -> None:
    body = "Invoice,Amount,Discount\nA-1,100.00,2.00\nA-2,50.00,1.00\n"
    before = read_one(f"Total amount,147.00\n{body}")
    after = read_one(f"Total amount,150.00\n{body}")
    assert [whole(line) for line in before.lines] == [
        ("A-1", "100.00", "2.00", None, "98.00"),
        ("A-2", "50.00", "1.00", None, "49.00"),
    ]
    assert paid(after) == [("A-1", "100.00"), ("A-2", "50.00")]


def test_credit_notes_without_a_minus_are_turned_by_their_kind() -> None:
    advice = read_one("Type,Document,Amount paid\nInvoice,A-1,100.00\nCredit note,C-1,30.00\nTotal,,70.00\n")
    assert paid(advice) == [("A-1", "100.00"), ("C-1", "-30.00")]
    assert advice.warnings == ()


def test_a_deduction_row_that_names_its_invoice_stays_with_it() -> None:
    advice = read_one(
        "Invoice,Amount paid,Reason code,Text\nA-1,100.00,,\nA-1,-12.00,D07,Damaged goods\nTotal,88.00,,\n"
    )
    assert [(line.document, line.paid_amount, line.adjustment_kind) for line in advice.lines] == [
        ("A-1", D("100.00"), AdjustmentKind.NONE),
        ("A-1", D("-12.00"), AdjustmentKind.DEDUCTION),
    ]
    assert (advice.lines[1].deduction_amount, advice.lines[1].reason_code) == (D("12.00"), "D07")


def test_sides_kinds_and_a_debit_memo_in_the_place_of_a_document() -> None:
    advice = read_one(
        "REMITTANCE ADVICE\nNorthern Foods Ltd\nDate: 03 Feb 2026\nCheque No: 004412\n"
        "Our Ref,Your Ref,Date,Type,Amount,CR/DR\n"
        'PI-1,INV-2026-0001,05 Jan 2026,Invoice,"1,190.00",CR\n'
        "PI-2,CN-2026-0004,06 Jan 2026,Credit Note,119.00,DR\n"
        "PI-3,D07 Damaged pallets,07 Jan 2026,Debit Memo,50.00,DR\n"
        'Payment Total,,,,"1,021.00",\n'
    )
    assert paid(advice) == [("INV-2026-0001", "1190.00"), ("CN-2026-0004", "-119.00"), ("", "-50.00")]
    assert advice.lines[2].reason_text == "D07 Damaged pallets"
    assert (advice.payer_name, advice.payment_reference, advice.payment_date) == (
        "Northern Foods Ltd",
        "004412",
        date(2026, 2, 3),
    )
    assert advice.warnings == ()


def test_a_reason_beside_what_is_missing_makes_it_a_deduction_or_a_discount() -> None:
    advice = read_one(
        "Payer,Comercial BV\nInvoice,Gross,Paid,Reason\nINV-1,1000.00,950.00,Price difference\n"
        "INV-2,500.00,490.00,Cash discount 2%\nINV-3,100.00,60.00,\n,,-25.00,Bank charges\n"
    )
    assert [whole(line)[1:4] for line in advice.lines] == [
        ("1000.00", None, "50.00"),
        ("500.00", "10.00", None),
        ("100.00", None, None),
        (None, None, "25.00"),
    ]
    assert advice.lines[3].adjustment_kind is AdjustmentKind.FEE
    assert (advice.payer_name, advice.total_amount) == ("Comercial BV", D("1475.00"))


def test_columns_named_by_a_program_with_the_payment_beside_each_row() -> None:
    advice = read_one(
        "invoice_no;inv_amt;disc_amt;ded_amt;ded_code;pay_amt;ccy;pay_ref;pay_date;payer\n"
        "RE-1;1190.00;23.80;0.00;;1166.20;EUR;ZA-1;2026-02-03;Müller GmbH\n"
        "RE-2;500.00;0.00;50.00;K12;450.00;EUR;ZA-1;2026-02-03;Müller GmbH\n"
    )
    assert (advice.payer_name, advice.payment_reference, advice.currency) == ("Müller GmbH", "ZA-1", "EUR")
    assert (advice.payment_date, advice.total_amount) == (date(2026, 2, 3), D("1616.20"))
    assert (advice.lines[1].reason_code, advice.lines[1].deduction_amount) == ("K12", D("50.00"))


def test_the_list_of_an_agent_who_pays_for_many_customers_names_none_as_the_payer() -> None:
    many = read_one("customer no,invoice,paid\n2001,A-1,9.00\n2002,A-2,5.00\n")
    one = read_one("customer no,invoice,paid\n2001,A-1,9.00\n2001,A-2,5.00\n")
    assert (many.payer_number, one.payer_number) == ("", "2001")


def test_ours_and_theirs() -> None:
    advice = read_one("Beleg;Ihr Beleg;Datum;Betrag\n1900012;RE-2026-1;02.01.2026;10,00\n")
    assert advice.lines[0].document == "RE-2026-1"
    assert advice.lines[0].other_numbers == ("1900012",)


def test_orders_and_several_payments_in_one_list() -> None:
    advices = read(
        "Payment reference,Payment date,PO number,Invoice,Paid\nE1,2026-02-03,45001,A-1,10.00\n"
        "E1,2026-02-03,45002,A-2,20.00\nE2,2026-02-04,,A-3,5.00\n"
    )
    assert [(one.payment_reference, one.total_amount, paid(one)) for one in advices] == [
        ("E1", D("30.00"), [("A-1", "10.00"), ("A-2", "20.00")]),
        ("E2", D("5.00"), [("A-3", "5.00")]),
    ]
    assert advices[0].lines[1].order_number == "45002"
    assert [one.payment_date for one in advices] == [date(2026, 2, 3), date(2026, 2, 4)]


def test_several_advices_below_one_another() -> None:
    table = (
        "Zahldatum;{day}\nReferenz;{reference}\nRechnung;Zahlbetrag\n{number};{amount}\nSumme;{amount}\n\n"
    )
    advices = read(
        table.format(day="01.02.2026", reference="E-1", number="RE-1", amount="10,00")
        + table.format(day="02.02.2026", reference="E-2", number="RE-2", amount="20,00")
    )
    assert [(one.payment_reference, one.payment_date, paid(one)) for one in advices] == [
        ("E-1", date(2026, 2, 1), [("RE-1", "10.00")]),
        ("E-2", date(2026, 2, 2), [("RE-2", "20.00")]),
    ]


def test_a_head_repeated_on_each_page_goes_on_with_its_table() -> None:
    advice = read_one("Invoice,Paid\nA-1,10.00\nInvoice,Paid\nA-2,20.00\nTotal,30.00\n")
    assert paid(advice) == [("A-1", "10.00"), ("A-2", "20.00")]


def test_a_letterhead_and_a_page_s_total_repeated_begin_no_other_advice() -> None:
    page = "Zahlungsavis Nr. ZA-9\nZahldatum;03.02.2026\nRechnung;Zahlbetrag\n{row}\nSeitensumme;{total}\n"
    advice = read_one(
        page.format(row="RE-1;10,00", total="10,00")
        + page.format(row="RE-2;20,00", total="20,00")
        + "Gesamtsumme;30,00\n"
    )
    assert paid(advice) == [("RE-1", "10.00"), ("RE-2", "20.00")]
    assert (advice.advice_number, advice.total_amount, advice.warnings) == ("ZA-9", D("30.00"), ())


def test_deductions_in_a_table_of_their_own_belong_to_the_invoices_above() -> None:
    advice = read_one(
        "Payment date;2026-02-03\nTotal amount;130.00\nInvoice;Gross;Paid\nA-1;100.00;100.00\nA-2;50.00;50.00\n\n"
        "Invoice;Reason code;Reason;Deduction\nA-1;D07;Damage;15.00\nA-2;D09;Late;5.00\n"
    )
    assert [(line.document, line.paid_amount, line.deduction_amount) for line in advice.lines] == [
        ("A-1", D("100.00"), None),
        ("A-2", D("50.00"), None),
        ("A-1", D("-15.00"), D("15.00")),
        ("A-2", D("-5.00"), D("5.00")),
    ]
    assert advice.lines[2].adjustment_kind is AdjustmentKind.DEDUCTION
    assert (advice.total_amount, advice.warnings) == (D("130.00"), ())


def test_without_a_head_columns_are_taken_for_what_they_hold() -> None:
    advice = read_one("RE-100001;02.01.2026;100,00;2,00;98,00\nRE-100002;03.01.2026;50,00;1,00;49,00\n")
    assert [whole(line) for line in advice.lines] == [
        ("RE-100001", "100.00", "2.00", None, "98.00"),
        ("RE-100002", "50.00", "1.00", None, "49.00"),
    ]


def test_a_total_that_the_rows_do_not_reach_is_said() -> None:
    advice = read_one("Invoice,Paid\nA-1,10.00\nTotal,12.00\n")
    assert [warning.code for warning in advice.warnings] == ["TOTAL_DIFFERS"]
    assert advice.total_amount == D("12.00")


def test_what_nothing_settles_is_said() -> None:
    advice = read_one("Rechnung;Zahlbetrag\nRE-1;1.234\n")
    assert paid(advice) == [("RE-1", "1234")]
    assert [warning.code for warning in advice.warnings] == ["AMOUNT_STYLE"]


def workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """Make a workbook."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(line, column, value, day if isinstance(value, date) else None)
    return out.getvalue()


def test_a_workbook_with_typed_cells_and_a_cover_sheet() -> None:
    content = workbook(
        {
            "Deckblatt": [["Bitte beachten"]],
            "Avis": [
                ["Absender", "Müller GmbH"],
                ["Zahlungsdatum", "05.02.2026"],
                [],
                ["Rechnungsnummer", "Datum", "Rechnungsbetrag", "Skonto", "Zahlbetrag"],
                ["RE-1", date(2026, 1, 2), 1190.0, 23.8, 1166.2],
                ["RE-2", date(2026, 11, 12), 2309.7899999999995, None, 2309.79],
                ["Gesamt", None, None, None, 3475.99],
            ],
        }
    )
    advice = read_one(content, "avis.xlsx")
    assert (advice.format, advice.payer_name, advice.payment_date) == (
        "XLSX",
        "Müller GmbH",
        date(2026, 2, 5),
    )
    assert [(whole(line), line.document_date) for line in advice.lines] == [
        (("RE-1", "1190", "23.8", None, "1166.2"), date(2026, 1, 2)),
        (("RE-2", "2309.79", None, None, "2309.79"), date(2026, 11, 12)),
    ]
    assert advice.warnings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GERMAN, True),
        ("Invoice,Paid\nA-1,10.00\n", True),
        ("document,gross_amount,discount_amount\nA-1,10.00,1.00\n", True),
        (
            (
                "document,type,customer,document_date,due_date,currency,gross_amount,open_amount\n"
                "A-1,invoice,7,2026-01-01,2026-02-01,EUR,10.00,10.00\n"
            ),
            False,
        ),
        ("customer,name,country,payment_terms,discount_percent\n7,X,DE,2/10 NET30,2\n", False),
        ("reference,date,amount,customer\nP-1,2026-01-01,10.00,7\n", False),
        ("Buchungstag;Valuta;Betrag;Verwendungszweck;IBAN\n01.02.2026;01.02.2026;10,00;RE-1;DE1\n", False),
        (
            "order,customer,order_date,currency,amount,prepayment_percent\nO-1,7,2026-01-01,EUR,10.00,0\n",
            False,
        ),
        ("customer,code,text,reason\n7,D07,Damage,QUALITY\n", False),
        (
            "invoice,customer,date,gross,discount,paid\nA-1,7,2026-01-01,9.00,0,9.00\nA-2,8,2026-01-01,5.00,0,5.00\n",
            False,
        ),
        (
            "invoice,customer,date,gross,discount,paid\nA-1,7,2026-01-01,9.00,0,9.00\nA-2,7,2026-01-01,5.00,0,5.00\n",
            True,
        ),
        ("invoice,product,quantity,unit price,discount,amount\nA-1,X,2,5.00,0,10.00\n", False),
    ],
)
def test_what_is_an_advice_and_what_is_another_table(text: str, expected: bool) -> None:
    assert is_advice_table(BytesIO(text.encode()), "x.csv", is_workbook=False) is expected


@pytest.mark.parametrize(
    "name",
    [
        "ar_highradius_b2b/open_invoices.csv",
        "ar_highradius_b2b/closed_invoices_days_late.csv",
        "ar_ibm_late_payments/accounts_receivable.csv",
        "ar_d365_demo_aging/transactions.csv",
        "ar_d365_demo_aging/customers.csv",
        "ar_d365_demo_aging/agedbalances.csv",
        "orders_classicmodels/payments.csv",
        "orders_classicmodels/orderdetails.csv",
        "orders_northwind/order_details.csv",
        "orders_chinook/invoices.csv",
    ],
)
def test_real_tables_of_other_kinds_are_no_advices(name: str) -> None:
    path = shared_data(name)
    with path.open("rb") as content:
        assert not is_advice_table(content, path.name, is_workbook=False)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"nothing here\n", "NO_ADVICE"),
        (b"PK\x03\x04broken", "DAMAGED_FILE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "OLD_FORMAT"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "ENCRYPTED_FILE"),
    ],
)
def test_what_is_no_advice_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(content, "x.csv")
    assert refused.value.code == code
    assert isinstance(refused.value, UnreadableAdvice) == (code == "NO_ADVICE")
