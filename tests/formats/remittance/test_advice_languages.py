"""Advices in more languages, totals that nobody calls total, and codes that stand beside what is taken off."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO

import pytest
import xlsxwriter

from acquit.formats.remittance.advice import AdjustmentKind
from acquit.formats.remittance.sheets import is_advice_table
from tests.formats.remittance.pdf_files import Placed, make_pdf
from tests.formats.remittance.reading import paid, read_one, whole

HEADS = {
    "de": "Belegnr.;Belegdatum;Bruttobetrag;Skonto;Abzug;Kürzungsgrund;Zahlbetrag",
    "fr": "N° facture;Date;Montant TTC;Escompte;Retenue;Motif;Montant réglé",
    "es": "Factura;Fecha;Importe;Descuento;Deducción;Motivo;Pagado",
    "it": "Fattura;Data;Importo;Sconto;Trattenuta;Causale;Pagato",
    "nl": "Factuurnummer;Datum;Bruto;Korting;Inhouding;Reden;Betaald",
    "pt": "Fatura;Data;Valor;Desconto;Dedução;Motivo;Pago",
    "pl": "Nr faktury;Data;Kwota;Skonto;Potrącenie;Powód;Zapłacono",
    "pl too": "Numer faktury;Data wystawienia;Kwota brutto;Rabat;Potrącenia;Przyczyna;Kwota zapłacona",
    "cs": "Číslo faktury;Datum vystavení;Částka;Sleva;Srážka;Důvod;Uhrazeno",
    "sv": "Fakturanummer;Fakturadatum;Belopp;Rabatt;Avdrag;Orsak;Betalt",
    "da": "Fakturanr.;Fakturadato;Beløb;Rabat;Fradrag;Årsag;Betalt",
    "fi": "Laskun numero;Laskun päiväys;Summa;Alennus;Vähennys;Syy;Maksettu",
    "hu": "Számla száma;Dátum;Összeg;Kedvezmény;Levonás;Megjegyzés;Fizetett",
}


@pytest.mark.parametrize("language", HEADS)
def test_an_advice_is_known_by_its_columns_in_the_language_of_its_sender(language: str) -> None:
    text = (
        f"{HEADS[language]}\n"
        "10360;11.02.2026;1.190,00;23,80;;;1.166,20\n"
        "00010361;12.02.2026;500,00;;56,16;D118;443,84\n"
    )

    advice = read_one(text, "avis.csv")

    assert is_advice_table(BytesIO(text.encode()), "avis.csv", is_workbook=False)
    assert [whole(line) for line in advice.lines] == [
        ("10360", "1190.00", "23.80", None, "1166.20"),
        ("00010361", "500.00", None, "56.16", "443.84"),
    ]
    assert advice.lines[1].reason_text == "D118"


@pytest.mark.parametrize(
    "head",
    [
        "Nr faktury;Data;Kwota brutto;Zapłacono;Pozostało",
        "Číslo faktury;Datum;Částka;Uhrazeno;Zbývá",
        "Fakturanummer;Fakturadatum;Belopp;Betalt;Restbelopp",
        "Factura;Fecha;Importe;Pagado;Importe pendiente",
        "Fattura;Data;Importo;Pagato;Residuo",
    ],
)
def test_a_list_that_says_what_is_still_open_is_no_advice(head: str) -> None:
    text = f"{head}\n10360;11.02.2026;1190,00;190,00;1000,00\n"

    assert not is_advice_table(BytesIO(text.encode()), "lista.csv", is_workbook=False)


TOTALS = [
    "Σ",
    "∑",
    "Razem",
    "Suma",
    "Totaal",
    "Totale",
    "Gesamt",
    "Celkem",
    "Summa",
    "I alt",
    "Alles samen",
    "",
]


@pytest.mark.parametrize("place", [0, 1, 4])
@pytest.mark.parametrize("label", TOTALS)
def test_a_last_row_that_sums_the_rows_above_is_the_total_whatever_it_is_called(
    label: str, place: int
) -> None:
    last = ["", "", "", "", "", "1610,04"]
    last[place] = label
    text = (
        "Invoice;Date;Gross;Deduction;Reason;Net paid\n"
        "10360;2026-02-11;1190,00;23,80;D07;1166,20\n"
        "10361;2026-02-12;500,00;56,16;D118;443,84\n"
        f"{';'.join(last)}\n"
    )

    advice = read_one(text, "avis.csv")

    assert [whole(line) for line in advice.lines] == [
        ("10360", "1190.00", None, "23.80", "1166.20"),
        ("10361", "500.00", None, "56.16", "443.84"),
    ]
    assert [line.reason_text for line in advice.lines] == ["D07", "D118"]
    assert str(advice.total_amount) == "1610.04"
    assert advice.warnings == ()


def test_a_total_below_one_row_in_a_workbook_is_no_second_payment() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Fletcher PLC"])
        sheet.write_row(2, 0, ["Invoice", "Date", "Gross", "Deduction", "Reason", "Net paid"])
        sheet.write_row(3, 0, [11211, "2026-02-11", 1137.22, 107.48, "PR3", 1029.74])
        sheet.write_row(4, 4, ["Σ", 1029.74])

    advice = read_one(out.getvalue(), "remit.xlsx")

    assert [whole(line) for line in advice.lines] == [("11211", "1137.22", None, "107.48", "1029.74")]
    assert str(advice.total_amount) == "1029.74"


def test_a_total_of_invoices_less_an_unsigned_deduction_on_a_row_of_its_own() -> None:
    advice = read_one(
        "Invoice;Paid\n10360;1000,00\n10361;500,00\nDeduction;50,00\nPagamento;1450,00\n", "a.csv"
    )

    assert paid(advice) == [("10360", "1000.00"), ("10361", "500.00"), ("", "-50.00")]
    assert str(advice.total_amount) == "1450.00"


def test_a_last_row_that_takes_off_or_is_needed_for_the_total_stated_is_a_line() -> None:
    bonus = read_one("Invoice;Paid\n10360;1000,00\nBonus;1000,00\n", "a.csv")
    stated = read_one("Total;2000,00\n\nInvoice;Paid\n10360;1000,00\nPrzedpłata;1000,00\n", "a.csv")

    assert [line.document for line in bonus.lines] == ["10360", ""]
    assert bonus.lines[1].adjustment_kind is AdjustmentKind.DEDUCTION
    assert paid(stated) == [("10360", "1000.00"), ("", "1000.00")]
    assert str(stated.total_amount) == "2000.00"


@pytest.mark.parametrize(
    ("line", "expected", "reason"),
    [
        ("90018010   02.03.2026   892,56   -107,48 PR3   785,08", "107.48", "PR3"),
        ("90018010   02.03.2026   892,56   107,48 D921   785,08", "107.48", "D921"),
        ("90018010   02.03.2026   892,56   PR3 -107,48   785,08", "107.48", "PR3"),
        ("90018010   892,56   -107,48 uszkodzony towar   785,08", "107.48", "uszkodzony towar"),
        ("90018010   892,56   -107,48 31 damaged goods", "107.48", "31 damaged goods"),
        ("90018010   02.03.2026   892,56   -107,48 2217   785,08", "107.48", "2217"),
    ],
)
def test_what_a_line_of_a_mail_takes_off_keeps_its_code(line: str, expected: str, reason: str) -> None:
    advice = read_one(
        f"From: ap@kunde.example\nTo: ar@acquit.example\nSubject: Zahlungsavis AV1\n\n"
        f"wir haben heute 785,08 EUR überwiesen für folgende Rechnungen:\n\n{line}\n",
        "mail.eml",
    )

    assert [whole(one) for one in advice.lines] == [("90018010", "892.56", None, expected, "785.08")]
    assert advice.lines[0].reason_text == reason


def test_discount_and_deduction_between_gross_and_paid_are_told_apart_by_their_words() -> None:
    advice = read_one(
        "From: ap@kunde.example\nTo: ar@acquit.example\nSubject: Zahlungsavis AV1\n\n"
        "Rechnungen:\n\n90018010  1000,00  -20,00  -80,00 PR3  900,00\n90018011  100,00 02.03.2026 2%  -2,00  98,00\n"
        "90018012 -50,00 90018013 150,00\n",
        "mail.eml",
    )

    assert [whole(line) for line in advice.lines] == [
        ("90018010", "1000.00", "20.00", "80.00", "900.00"),
        ("90018011", "100.00", "2.00", None, "98.00"),
        ("90018012", None, None, None, "-50.00"),
        ("90018013", None, None, None, "150.00"),
    ]
    assert [line.reason_text for line in advice.lines] == ["PR3", "", "", ""]


def test_heads_of_a_page_that_reach_into_each_other_are_read_apart() -> None:
    places = (50, 170, 250, 330, 400, 450, 500)
    rows = [
        HEADS["de"].split(";"),
        ["12020", "25.01.2026", "206,06", "", "14,79", "D977", "191,27"],
        ["Summe", "", "", "", "", "", "191,27"],
    ]
    page: list[Placed] = [(50, 800, "Apotheke Weiss UG"), (50, 780, "Zahlungsavis AV43778  27.03.2026")]
    for below, cells in enumerate(rows):
        page += [(x, 740 - 16 * below, cell) for x, cell in zip(places, cells, strict=True) if cell]

    advice = read_one(make_pdf([page]), "avis.pdf")

    assert [whole(line) for line in advice.lines] == [("12020", "206.06", None, "14.79", "191.27")]
    assert advice.lines[0].reason_text == "D977"


def test_a_letter_an_old_system_could_not_write_keeps_no_column_from_being_known() -> None:
    text = "Nr faktury;Data;Kwota;Potr?cenie;Pow\ufffdd;Zap?acono\n10888;07.12.2025;461,71;61,71;D07;400,00\n"

    advice = read_one(text, "avis.csv")

    assert is_advice_table(BytesIO(text.encode()), "avis.csv", is_workbook=False)
    assert [whole(line) for line in advice.lines] == [("10888", "461.71", None, "61.71", "400.00")]
    assert advice.lines[0].reason_text == "D07"


@pytest.mark.parametrize(
    "subject",
    [
        "Remittance AV94201",
        "Remittance advice no. AV94201",
        "Awizo płatności AV94201",
        "Betaalspecificatie AV94201",
    ],
)
def test_the_subject_of_a_mail_names_the_advice_in_any_language(subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ap@kunde.example", "ar@acquit.example", subject
    mail.set_content("Invoices:\n\n10888  461,71\n10889  38,29\n")

    advice = read_one(mail.as_bytes(), "mail.eml")

    assert advice.advice_number == "AV94201"
    assert paid(advice) == [("10888", "461.71"), ("10889", "38.29")]


def test_the_advice_s_number_may_stand_beside_its_name_in_a_table() -> None:
    advice = read_one("Kowalski;\nRemittance;AV148046;02.02.2026\n\nInvoice;Paid\n10888;461,71\n", "a.csv")

    assert (advice.advice_number, str(advice.payment_date)) == ("AV148046", "2026-02-02")
