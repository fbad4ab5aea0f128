"""What a file is, what its columns mean, what is asked, and what answers do."""

# ruff: noqa: E501 - the rows of real layouts are as long as they are
from __future__ import annotations

import json

import pytest

from acquit.formats.tables import AmountStyle, DateStyle, open_table
from acquit.intake.rules import (
    CannotApplyAnswer,
    CannotReadMapping,
    CannotReadRows,
    DocumentType,
    Field,
    FileKind,
    KnownNumbers,
    QuestionKind,
    ReadContext,
    apply_answers,
    infer_mapping,
    mapping_from_json,
    mapping_signature,
    mapping_to_json,
    read_rows,
    take_proposals,
)
from tests.intake.rules_support import fields_of, mapped, profiled, taken

SCREEN = (
    "Belegnr.;Debitor;Belegdatum;Fällig;Letzte Mahnung;Betrag brutto;Offen HW;Wä.;Art;Text\n"
    "2026-10398;10482;14.09.2026;14.10.2026;03/04/2026;18.204,60;18.204,60;EUR;RV;WP-12 Linz\n"
    "2026-10399;10519;15.09.2026;15.10.2026;05/06/2026;21.951,80;21.951,80;GBP;RV;Service Graz\n"
    "2026-10400;10519;15.09.2026;15.10.2026;;100,00-;100,00-;GBP;DG;Gutschrift\n"
    "2026-10401;10519;16.09.2026;16.10.2026;;500,00-;500,00-;EUR;DZ;Akonto\n"
)


def _layout(
    name: str, kind: FileKind, fields: str, *lines: str
) -> tuple[str, str, FileKind, dict[str, Field]]:
    """Read "head=FIELD; head=FIELD" beside the lines of a file."""
    pairs = (entry.rpartition("=") for entry in fields.split("; "))
    return name, "\n".join(lines) + "\n", kind, {head: Field(field) for head, _, field in pairs}


LAYOUTS = [
    _layout(
        "fbl5n.csv",
        FileKind.OPEN_ITEMS,
        "Konto=CUSTOMER; Belegnr=DOCUMENT; Nettofälligkeit=DUE_DATE; Betrag in BW=GROSS_AMOUNT; BWähr=CURRENCY; Art=DOCUMENT_TYPE; Betrag in HW=LOCAL_AMOUNT",
        "Konto;Zuordnung;Belegnr;Art;Belegdatum;Nettofälligkeit;Betrag in HW;HWähr;Betrag in BW;BWähr;Ausgl.bel.;Text",
        "10482;20260901;1800000123;RV;14.09.2026;14.10.2026;18.204,60;EUR;18.204,60;EUR;;Wärmepumpe",
        "10519;20260902;1600000044;DG;15.09.2026;15.09.2026;1.200,00-;EUR;1.200,00-;EUR;;Gutschrift",
    ),
    _layout(
        "bsid.txt",
        FileKind.OPEN_ITEMS,
        "BUKRS=COMPANY_CODE; KUNNR=CUSTOMER; BELNR=DOCUMENT; BLDAT=DOCUMENT_DATE; WAERS=CURRENCY; SHKZG=DEBIT_CREDIT; WRBTR=GROSS_AMOUNT; ZFBDT=BASELINE_DATE; ZTERM=PAYMENT_TERMS",
        "MANDT|BUKRS|KUNNR|GJAHR|BELNR|BUZEI|BUDAT|BLDAT|WAERS|XBLNR|BLART|SHKZG|DMBTR|WRBTR|SGTXT|ZFBDT|ZTERM",
        "100|1000|0000010482|2026|1800000123|001|20260914|20260914|EUR|2026-10398|RV|S|18204.60|18204.60|abc|20260914|Z030",
        "100|1000|0000010519|2026|1600000044|001|20260915|20260915|EUR|2026-10399|DG|H|1200.00|1200.00|def|20260915|Z030",
    ),
    _layout(
        "account.move.csv",
        FileKind.OPEN_ITEMS,
        "Number=DOCUMENT; Invoice Partner Display Name=CUSTOMER_NAME; Total=GROSS_AMOUNT; Amount Due=OPEN_AMOUNT",
        '"Number","Invoice Partner Display Name","Invoice/Bill Date","Due Date","Untaxed Amount","Total","Amount Due","Currency"',
        '"INV/2026/00001","Azure Interior","2026-09-14","2026-10-14","1000.00","1190.00","1190.00","EUR"',
        '"RINV/2026/00001","Azure Interior","2026-09-16","2026-10-16","-100.00","-119.00","-119.00","EUR"',
    ),
    _layout(
        "Accounts Receivable.csv",
        FileKind.OPEN_ITEMS,
        "Customer=CUSTOMER; Voucher No=DOCUMENT; Outstanding Amount=OPEN_AMOUNT; Invoiced Amount=GROSS_AMOUNT",
        "Posting Date,Customer,Voucher Type,Voucher No,Due Date,Invoiced Amount,Paid Amount,Outstanding Amount,Age (Days),0-30,31-60,61-Above,Currency",
        "2026-09-14,Acme Ltd,Sales Invoice,ACC-SINV-2026-00001,2026-10-14,1190.00,190.00,1000.00,12,1000.00,0,0,EUR",
        "2026-09-15,Beta Ltd,Sales Invoice,ACC-SINV-2026-00002,2026-10-15,100.00,0,100.00,12,100.00,0,0,EUR",
    ),
    _layout(
        "quickbooks.csv",
        FileKind.OPEN_ITEMS,
        "Num=DOCUMENT; Customer full name=CUSTOMER_NAME; Open balance=OPEN_AMOUNT; Date=DOCUMENT_DATE",
        "Date,Transaction type,Num,Customer full name,Due date,Amount,Open balance",
        '09/14/2026,Invoice,1001,Acme Ltd,10/14/2026,"1,190.00","1,190.00"',
        "09/16/2026,Credit Memo,1002,Acme Ltd,10/16/2026,-100.00,-100.00",
    ),
    _layout(
        "export.csv",
        FileKind.OPEN_ITEMS,
        "N° client=CUSTOMER; N° facture=DOCUMENT; Montant TTC=GROSS_AMOUNT; Reste à payer=OPEN_AMOUNT",
        "N° client;Nom du client;N° facture;Date de la facture;Date d'échéance;Montant TTC;Reste à payer;Devise",
        "C001;Dupont SARL;FA2026-001;14/09/2026;14/10/2026;1 190,00;1 190,00;EUR",
        "C002;Durand SA;FA2026-002;15/09/2026;15/10/2026;200,50;200,50;EUR",
    ),
    _layout(
        "es.csv",
        FileKind.OPEN_ITEMS,
        "Nº factura=DOCUMENT; Fecha vencimiento=DUE_DATE; Saldo pendiente=OPEN_AMOUNT",
        "Código cliente;Razón social;Nº factura;Fecha factura;Fecha vencimiento;Importe total;Saldo pendiente;Moneda",
        "C001;García SL;F26-001;14/09/2026;14/10/2026;1.190,00;1.190,00;EUR",
        "C002;López SA;F26-002;05/09/2026;05/10/2026;200,50;200,50;EUR",
    ),
    _layout(
        "it.csv",
        FileKind.OPEN_ITEMS,
        "Numero fattura=DOCUMENT; Data scadenza=DUE_DATE; Importo residuo=OPEN_AMOUNT; Valuta=CURRENCY",
        "Codice cliente;Ragione sociale;Numero fattura;Data fattura;Data scadenza;Totale documento;Importo residuo;Valuta",
        "C001;Rossi SRL;26/001;14/09/2026;14/10/2026;1.190,00;1.190,00;EUR",
        "C002;Bianchi SPA;26/002;05/09/2026;05/10/2026;200,50;200,50;EUR",
    ),
    _layout(
        "pt.csv",
        FileKind.OPEN_ITEMS,
        "Cliente=CUSTOMER; Fatura=DOCUMENT; Vencimento=DUE_DATE; Valor=GROSS_AMOUNT; Em aberto=OPEN_AMOUNT",
        "Cliente;Nome;Fatura;Data emissão;Vencimento;Valor;Em aberto;Moeda",
        "1001;Silva Lda;FT 2026/1;14/09/2026;14/10/2026;1190,00;1190,00;EUR",
        "1002;Costa Lda;FT 2026/2;15/09/2026;15/10/2026;119,00;19,00;EUR",
    ),
    _layout(
        "nl.csv",
        FileKind.OPEN_ITEMS,
        "Factuurnummer=DOCUMENT; Vervaldatum=DUE_DATE; Openstaand=OPEN_AMOUNT; Valuta=CURRENCY",
        "Debiteurnummer;Naam;Factuurnummer;Factuurdatum;Vervaldatum;Factuurbedrag;Openstaand;Valuta",
        "1001;Jansen BV;2026001;14-09-2026;14-10-2026;1.190,00;1.190,00;EUR",
        "1002;De Vries BV;2026002;15-09-2026;15-10-2026;119,00;19,00;EUR",
    ),
    _layout(
        "Kunden_Export.csv",
        FileKind.CUSTOMERS,
        "Kundennr.=CUSTOMER; Firma=CUSTOMER_NAME; IBAN=IBANS; Kreditlimit=CREDIT_LIMIT; PLZ=POSTAL_CODE",
        "Kundennr.;Firma;Straße;PLZ;Ort;Land;E-Mail;Telefon;Zahlungsbedingung;Kreditlimit;USt-IdNr.;IBAN",
        "10482;Meyer GmbH;Hauptstr. 1;50667;Köln;DE;a@meyer.de;0221 1;30 Tage netto;10.000,00;DE136695976;DE89370400440532013000",
        "10483;Huber KG;Ring 2;1010;Wien;AT;b@huber.at;01 2;14 Tage netto;5.000,00;;AT611904300234573201",
    ),
    _layout(
        "umsaetze.csv",
        FileKind.BANK_STATEMENT,
        "Buchungstag=BOOKING_DATE; Valutadatum=VALUE_DATE; Kontonummer/IBAN=COUNTERPARTY_IBAN; Verwendungszweck=REMITTANCE_TEXT; Betrag=AMOUNT; Auftragskonto=ACCOUNT",
        "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Begünstigter/Zahlungspflichtiger;Kontonummer/IBAN;Betrag;Währung",
        "DE89370400440532013000;18.11.26;18.11.26;GUTSCHRIFT;RE-1001;Meyer GmbH;DE02120300000000202051;1.190,00;EUR",
        "DE89370400440532013000;19.11.26;19.11.26;LASTSCHRIFT;Miete;Vermieter;DE02500105170137075030;-900,00;EUR",
    ),
    _layout(
        "statement.csv",
        FileKind.BANK_STATEMENT,
        "Debit=DEBIT_AMOUNT; Credit=CREDIT_AMOUNT; Balance=BALANCE",
        "Transaction Date,Value Date,Description,Debit,Credit,Balance",
        "18/11/2026,18/11/2026,PAYMENT ACME,,1190.00,5000.00",
        "19/11/2026,19/11/2026,RENT,900.00,,4100.00",
    ),
    _layout(
        "Avis.csv",
        FileKind.REMITTANCE,
        "Ihre Rechnung=DOCUMENT; Skonto=DISCOUNT_AMOUNT; Abzug=DEDUCTION_AMOUNT; Zahlbetrag=PAID_AMOUNT",
        "Ihre Rechnung;Rechnungsdatum;Bruttobetrag;Skonto;Abzug;Zahlbetrag",
        "RE-1001;14.09.2026;1.190,00;23,80;0,00;1.166,20",
        "RE-1002;15.09.2026;500,00;0,00;50,00;450,00",
    ),
    _layout(
        "x.csv",
        FileKind.AGED_BALANCES,
        "Contact=CUSTOMER_NAME; Older=BUCKET; Total=BALANCE",
        "Contact,Current,< 1 Month,1 Month,2 Months,Older,Total",
        "Acme,100.00,0.00,0.00,0.00,0.00,100.00",
        "Beta,0.00,50.00,0.00,0.00,0.00,50.00",
    ),
]


@pytest.mark.parametrize(("name", "text", "kind", "fields"), LAYOUTS, ids=[layout[0] for layout in LAYOUTS])
def test_layouts_of_common_systems_are_recognised(
    name: str, text: str, kind: FileKind, fields: dict[str, Field]
) -> None:
    mapping = mapped(text, name)
    assert mapping.kind is kind
    assert mapping.confidence >= 0.8
    found = fields_of(mapping)
    assert {header: found[header] for header in fields} == {
        header: Field(one) for header, one in fields.items()
    }


OWN_FILES = {
    "customers.csv": (
        FileKind.CUSTOMERS,
        ("customer,name,trading_names,country,city,language,currency,ibans,parent,payer,payment_terms,net_days,discount_percent,discount_days,email,"
        "direct_debit_mandate,bank_charges,auto_by_amount\n10482,Meyer GmbH,Meyer|MG,DE,Köln,de,EUR,DE89370400440532013000,10483,10483,2/10 NET30,30,2,10,"
        "a@b.de,M1,SHA,yes\n10483,Huber,Huber,AT,Wien,de,EUR,AT611904300234573201,10482,10482,NET30,30,2,10,c@d.de,M2,SHA,no\n"),
    ),
    "open_items.csv": (
        FileKind.OPEN_ITEMS,
        ("document,type,customer,document_date,due_date,currency,gross_amount,open_amount,customer_po,structured_reference\n"
        "RE-1,invoice,10482,2026-09-01,2026-10-01,EUR,1000.00,1000.00,PO1,RF18539007547034\nGS-1,credit_note,10482,2026-09-02,2026-09-02,EUR,100.00,100.00,,\n"),
    ),
    "bank_accounts.csv": (FileKind.BANK_ACCOUNTS, "key,account,currency,format\nMAIN,DE89370400440532013000,EUR,CAMT.053\n"),
    "virtual_accounts.csv": (FileKind.VIRTUAL_ACCOUNTS, "customer,account\n10482,DE75512108001245126199\n10483,DE12500105170648489890\n"),
    "fx_rates.csv": (FileKind.FX_RATES, "date,base,currency,rate\n2026-11-18,EUR,USD,1.0812\n2026-11-18,EUR,GBP,0.8365\n"),
    "orders.csv": (
        FileKind.ORDERS,
        "order,customer,order_date,currency,amount,prepayment_percent\nA-1,10482,2026-09-01,EUR,1000.00,0\nA-2,10482,2026-09-02,EUR,1500.00,30\n",
    ),
    "deduction_codes.csv": (FileKind.DEDUCTION_CODES, "customer,code,text,reason\n10482,R01,Rabatt,PRICE\n10482,T09,Transport,DAMAGE\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN_FILES)
def test_files_with_the_guide_s_names_are_read_without_a_question(name: str) -> None:
    kind, text = OWN_FILES[name]
    mapping = mapped(text, "anything.csv")
    assert mapping.kind is kind
    assert mapping.questions == ()
    assert mapping.is_ready
    assert None not in fields_of(mapping).values()


@pytest.mark.parametrize(
    "text",
    [
        "Lieferant;Name;Belegnr.;Belegdatum;Fällig;Betrag\n70001;Stahl AG;4711;14.09.2026;14.10.2026;100,00\n",
        "SupplierID,CompanyName,Address,City,Phone\n1,Exotic Liquids,49 Gilbert St.,London,555\n",
        "employeeNumber,lastName,firstName,email\n1002,Murphy,Diane,d@x.com\n",
        "RegionID,RegionDescription\n1,Eastern\n2,Western\n",
        "a,b\n1,2\n",
    ],
)
def test_what_is_not_ours_is_set_aside_and_may_be_told(text: str) -> None:
    mapping = mapped(text)
    assert mapping.kind is FileKind.UNKNOWN
    assert not mapping.is_ready
    (question,) = mapping.questions
    assert question.kind is QuestionKind.FILE_KIND
    assert question.proposal == "UNKNOWN"
    assert not question.is_needed


def test_the_screen_s_file_asks_its_two_questions_with_offers() -> None:
    profile = profiled(SCREEN, "offene_posten_1811.csv")
    mapping = infer_mapping(profile, known=KnownNumbers(customers={"10482", "10519"}))
    assert [
        (one.key, [offer.words for offer in one.offers][:2], one.proposal, one.is_needed)
        for one in mapping.questions
    ] == [
        ("DATE_ORDER:4", ["3 Apr 2026", "4 Mar 2026"], None, False),
        ("DOCUMENT_TYPE:DZ", ["Invoice", "Debit note"], "PAYMENT", True),
    ]
    columns = {column.header: column for column in mapping.columns}
    assert columns["Belegnr."].reason == "unique in all rows"
    assert columns["Belegnr."].confidence == 0.99
    assert columns["Debitor"].reason == "100% are known"
    assert columns["Belegdatum"].date_style is DateStyle.DMY
    assert "never before Belegdatum" in columns["Fällig"].reason
    assert columns["Letzte Mahnung"].confidence == 0.51
    assert columns["Letzte Mahnung"].date_style is None
    assert columns["Betrag brutto"].amount_style == AmountStyle(",", ".")
    assert "1.234,56" in columns["Betrag brutto"].reason
    assert "never above the original" in columns["Offen HW"].reason
    assert columns["Wä."].reason == "ISO codes"
    assert columns["Art"].confidence == 0.72
    answered = apply_answers(mapping, {"DATE_ORDER:4": "DMY", "DOCUMENT_TYPE:DZ": "PAYMENT"}, profile)
    assert answered.questions == ()
    assert answered.columns[4].date_style is DateStyle.DMY
    assert answered.columns[4].is_answered
    assert dict(answered.columns[8].codes)["DZ"] is DocumentType.PAYMENT


def test_an_order_nobody_settled_is_left_out_when_the_column_is_not_needed() -> None:
    out = taken(SCREEN, "op.csv")
    assert [row.last_reminder_date for row in out.rows] == [None] * 4
    assert out.refused == []
    out = taken(SCREEN, "op.csv", answers={"DATE_ORDER:4": "MDY"})
    assert str(out.rows[0].last_reminder_date) == "2026-03-04"


ITEMS = "document,customer,document_date,due_date,currency,amount,open\n"


def test_an_ambiguous_date_that_is_needed_stops_the_file_until_it_is_answered() -> None:
    text = ITEMS + "1,A,03/04/2026,05/06/2026,EUR,100.00,100.00\n2,A,04/05/2026,06/07/2026,EUR,50.00,50.00\n"
    profile = profiled(text)
    mapping = infer_mapping(profile)
    assert [question.key for question in mapping.open_questions] == ["DATE_ORDER:2", "DATE_ORDER:3"]
    assert all(question.proposal is None for question in mapping.open_questions)
    assert take_proposals(mapping) == {}
    with pytest.raises(CannotReadRows, match="Which day is 03/04/2026"):
        read_rows(open_table(text.encode(), "list.csv"), mapping, ReadContext("list.csv", "EUR"))
    once = apply_answers(mapping, {"DATE_ORDER:2": "MDY"}, profile)
    assert [question.key for question in once.open_questions] == ["DATE_ORDER:3"]
    assert once.columns[2].date_style is DateStyle.MDY
    twice = apply_answers(once, {"DATE_ORDER:3": "MDY"}, profile)
    assert twice.is_ready
    assert [column.date_style for column in twice.columns[2:4]] == [DateStyle.MDY, DateStyle.MDY]


def test_a_sibling_column_settles_the_order_and_says_so() -> None:
    text = ITEMS + "1,A,03/04/2026,15/06/2026,EUR,100.00,100.00\n2,A,04/05/2026,16/07/2026,EUR,50.00,50.00\n"
    column = mapped(text).columns[2]
    assert column.date_style is DateStyle.DMY
    assert column.reason.startswith("day first, as in due_date, where days above 12 occur")
    assert column.confidence < 0.9


def test_siblings_with_other_marks_or_contradicting_orders_settle_nothing() -> None:
    other_mark = ITEMS + "1,A,03/04/2026,15.06.2026,EUR,100.00,100.00\n"
    assert [question.key for question in mapped(other_mark).questions] == ["DATE_ORDER:2"]
    contradicting = (
        "document,customer,document_date,due_date,posting_date,amount\n"
        "1,A,03/04/2026,15/06/2026,06/15/2026,100.00\n2,A,04/05/2026,16/07/2026,07/16/2026,50.00\n"
    )
    assert [question.key for question in mapped(contradicting).questions] == ["DATE_ORDER:2"]


def test_one_day_above_twelve_anywhere_in_the_file_settles_the_order() -> None:
    lines = [f"{n},A,{1 + n % 12:02}/{1 + n % 11:02}/2026,01/01/2027,EUR,1.00,1.00" for n in range(3_000)]
    text = ITEMS + "\n".join([*lines, "9999,A,25/12/2026,01/01/2027,EUR,1.00,1.00"])
    mapping = mapped(text)
    assert mapping.columns[2].date_style is DateStyle.DMY
    assert mapping.is_ready


def test_thousands_or_decimals_is_asked_unless_a_sibling_settles_it() -> None:
    text = "document;customer;due_date;amount\n1;A;15.06.2026;1.234\n2;A;16.06.2026;2.345\n"
    profile = profiled(text)
    mapping = infer_mapping(profile)
    (question,) = mapping.questions
    assert (question.key, question.proposal) == ("AMOUNT_STYLE:3", None)
    assert [(offer.code, offer.words) for offer in question.offers] == [(".", "1.234"), (",", "1234")]
    assert apply_answers(mapping, {"AMOUNT_STYLE:3": ","}, profile).columns[3].amount_style == AmountStyle(
        ","
    )
    sibling = (
        "document;customer;due_date;amount;open\n1;A;15.06.2026;1.234;1.234,00\n2;A;16.06.2026;2.345;99,50\n"
    )
    settled = mapped(sibling)
    assert settled.questions == ()
    assert settled.columns[3].amount_style == AmountStyle(",")
    assert "as in the other amounts" in settled.columns[3].reason


def test_an_unknown_type_is_asked_with_a_proposal_from_its_signs() -> None:
    text = (
        "document,type,customer,document_date,due_date,amount\n"
        "1,Q1,A,2026-01-01,2026-02-01,100.00\n2,Q2,A,2026-01-01,2026-02-01,-50.00\n3,Q2,A,2026-01-01,2026-02-01,-5.00\n"
    )
    asked = {question.value: question for question in mapped(text).questions}
    assert {code: question.proposal for code, question in asked.items()} == {
        "Q1": "INVOICE",
        "Q2": "CREDIT_NOTE",
    }
    assert asked["Q2"].text == "What is Q2? 2 of its amounts are negative"


def test_a_code_that_comes_late_is_seen_too() -> None:
    lines = [f"{n},invoice,A,2026-01-01,2026-02-01,{n + 1}.00" for n in range(5_000)]
    text = "document,type,customer,document_date,due_date,amount\n" + "\n".join(
        [*lines, "C1,credit note,A,2026-01-01,2026-02-01,7.00"]
    )
    mapping = mapped(text)
    assert dict(mapping.columns[1].codes) == {
        "invoice": DocumentType.INVOICE,
        "credit note": DocumentType.CREDIT_NOTE,
    }
    assert mapping.signs_by_type


def test_a_missing_column_is_asked_for() -> None:
    text = "invoice_id,cust_number,invoice_amount,span\n1,A,100.00,x\n2,A,50.00,y\n"
    mapping = mapped(text)
    keys = {question.key: question for question in mapping.questions}
    assert mapping.kind is FileKind.OPEN_ITEMS
    assert not mapping.is_ready
    assert [offer.words for offer in keys["FIELD_COLUMN:DOCUMENT_DATE"].offers] == ["span"]


def test_a_person_may_give_a_file_and_a_column_another_meaning() -> None:
    text = 'No,Who,When,How much\n1,Meyer,14.09.2026,"100,00"\n2,Huber,15.09.2026,"50,00"\n'
    profile = profiled(text)
    mapping = infer_mapping(profile)
    assert mapping.kind is FileKind.UNKNOWN
    mapping = apply_answers(mapping, {"FILE_KIND": "OPEN_ITEMS"}, profile)
    assert mapping.kind is FileKind.OPEN_ITEMS
    assert not mapping.is_ready
    answers = {
        "COLUMN_MEANING:0": "DOCUMENT",
        "COLUMN_MEANING:1": "CUSTOMER",
        "COLUMN_MEANING:2": "DUE_DATE",
        "COLUMN_MEANING:3": "GROSS_AMOUNT",
    }
    mapping = apply_answers(mapping, answers, profile)
    assert mapping.is_ready
    assert all(column.is_confirmed and column.confidence == 0.99 for column in mapping.columns)
    mapping = apply_answers(mapping, {"COLUMN_MEANING:2": "NOT_NEEDED"}, profile)
    assert mapping.columns[2].field is None
    assert not mapping.is_ready


@pytest.mark.parametrize(
    "answers",
    [
        {"FILE_KIND": "NONSENSE"},
        {"DATE_ORDER:99": "DMY"},
        {"DATE_ORDER:x": "DMY"},
        {"DATE_ORDER:4": "LATER"},
        {"AMOUNT_STYLE:5": "?"},
        {"DOCUMENT_TYPE:DZ": "GIFT"},
        {"COLUMN_MEANING:0": "NOTHING"},
        {"SOMETHING": "ELSE"},
    ],
)
def test_what_is_no_answer_is_refused(answers: dict[str, str]) -> None:
    profile = profiled(SCREEN)
    mapping = infer_mapping(profile)
    before = mapping_to_json(mapping)
    with pytest.raises(CannotApplyAnswer):
        apply_answers(mapping, answers, profile)
    assert mapping_to_json(mapping) == before


def test_an_answer_stands_against_the_values_until_it_is_given_again() -> None:
    text = ITEMS + "1,A,03/04/2026,15/06/2026,EUR,100.00,100.00\n"
    profile = profiled(text)
    mapping = apply_answers(infer_mapping(profile), {"DATE_ORDER:2": "MDY"}, profile)
    assert mapping.columns[2].date_style is DateStyle.MDY
    assert apply_answers(mapping, {}, profile).columns[2].date_style is DateStyle.MDY


def test_contradicting_values_are_asked_and_the_answer_is_taken() -> None:
    text = ITEMS + "1,A,13/04/2026,2026-06-15,EUR,1.00,1.00\n2,A,04/13/2026,2026-07-16,EUR,2.00,2.00\n"
    profile = profiled(text)
    mapping = infer_mapping(profile)
    assert [question.key for question in mapping.open_questions] == ["DATE_ORDER:2"]
    out = taken(text, answers={"DATE_ORDER:2": "DMY"})
    assert [row.line_number for row in out.rows] == [2]
    assert out.reasons == [(3, "document_date", "04/13/2026", "NOT_A_DATE", None)]


def test_a_mapping_survives_as_json() -> None:
    for text in (SCREEN, *(layout[1] for layout in LAYOUTS), *(text for _, text in OWN_FILES.values())):
        mapping = mapped(text)
        assert mapping_from_json(json.loads(json.dumps(mapping_to_json(mapping)))) == mapping


@pytest.mark.parametrize("damage", [{}, {"version": 2}, {"version": 1}, {"version": 1, "kind": "?"}])
def test_a_damaged_mapping_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(CannotReadMapping):
        mapping_from_json(damage)
    with pytest.raises(CannotReadMapping):
        mapping_from_json(mapping_to_json(mapped(SCREEN)) | {"columns": [{}]})


def test_a_saved_mapping_answers_the_same_questions_again() -> None:
    text = ITEMS + "1,A,03/04/2026,05/06/2026,EUR,100.00,100.00\n"
    profile = profiled(text)
    saved = apply_answers(infer_mapping(profile), {"DATE_ORDER:2": "DMY", "DATE_ORDER:3": "DMY"}, profile)
    assert saved.signature == mapping_signature(profile.header)
    stored = mapping_from_json(mapping_to_json(saved))
    next_month = profiled(
        ITEMS + "2,A,05/05/2026,06/07/2026,EUR,100.00,100.00\n3,A,07/08/2026,06/07/2026,EUR,1.00,1.00\n"
    )
    mapping = infer_mapping(next_month, saved=stored)
    assert mapping.is_ready
    assert mapping.columns[2].date_style is DateStyle.DMY
    assert "as saved" in mapping.columns[2].reason


def test_a_saved_order_gives_way_to_values_that_contradict_it() -> None:
    profile = profiled(ITEMS + "1,A,03/04/2026,05/06/2026,EUR,100.00,100.00\n")
    saved = apply_answers(infer_mapping(profile), {"DATE_ORDER:2": "DMY", "DATE_ORDER:3": "DMY"}, profile)
    american = profiled(ITEMS + "1,A,12/25/2026,01/31/2027,EUR,100.00,100.00\n")
    assert infer_mapping(american, saved=saved).columns[2].date_style is DateStyle.MDY


def test_a_saved_mapping_of_other_heads_is_not_used() -> None:
    saved = mapped(OWN_FILES["orders.csv"][1])
    mapping = infer_mapping(profiled(OWN_FILES["fx_rates.csv"][1]), saved=saved)
    assert mapping.kind is FileKind.FX_RATES


def test_signatures_ignore_marks_and_capitals_but_not_words_or_order() -> None:
    assert mapping_signature(["Beleg-Nr.", "Fällig"]) == mapping_signature(["BELEG NR", "FÄLLIG"])
    assert mapping_signature(["a", "b"]) != mapping_signature(["b", "a"])
    assert mapping_signature(["a b"]) != mapping_signature(["a", "b"])


def test_currencies_are_found_in_heads_cells_and_lines_above() -> None:
    rows = "1,A,2026-01-01,{}\n2,B,2026-01-02,{}\n"
    assert mapped("document,customer,due_date,Amount USD\n" + rows.format("1.00", "2.00")).currency == "USD"
    assert mapped("document,customer,due_date,amount\n" + rows.format("£1.00", "£2.00")).currency == "GBP"
    above = "List of open items\nCurrency: CHF\n\ndocument,customer,due_date,amount\n" + rows.format(
        "1.00", "2.00"
    )
    assert mapped(above).currency == "CHF"
    assert mapped("document,customer,due_date,amount\n" + rows.format("$1.00", "$2.00")).currency is None


def test_numbers_known_from_other_files_name_a_column_without_head() -> None:
    text = "F1,F2,F3,F4\nRE-1,10482,2026-01-01,5.00\nRE-2,10519,2026-01-02,7.00\n"
    mapping = infer_mapping(
        profiled(text), known=KnownNumbers(customers={"10482", "10519"}, documents={"RE-1", "RE-2"})
    )
    found = fields_of(
        apply_answers(
            mapping,
            {"FILE_KIND": "OPEN_ITEMS"},
            profiled(text),
            KnownNumbers({"10482", "10519"}, {"RE-1", "RE-2"}),
        )
    )
    assert (found["F1"], found["F2"]) == (Field.DOCUMENT, Field.CUSTOMER)


def test_which_of_two_amounts_is_open_is_asked_and_the_answer_settles_both() -> None:
    text = "Belegnr;Debitor;Fällig;Betrag;Betrag\n1;A;15.10.2026;100,00;40,00\n2;A;16.10.2026;50,00;50,00\n3;B;17.10.2026;70,00;0,00\n"
    profile = profiled(text)
    (question,) = infer_mapping(profile).questions
    assert question.key == "FIELD_COLUMN:OPEN_AMOUNT"
    assert question.text == "Which is the open amount, Betrag or Betrag (2)?"
    assert [(offer.code, offer.words) for offer in question.offers] == [("3", "Betrag"), ("4", "Betrag (2)")]
    assert question.proposal == "4"
    out = taken(text)
    assert [(str(row.gross_amount), str(row.open_amount)) for row in out.rows] == [
        ("100.00", "40.00"),
        ("50.00", "50.00"),
        ("70.00", "0.00"),
    ]
    swapped = text.replace("100,00;40,00", "40,00;100,00").replace("70,00;0,00", "0,00;70,00")
    mapping = apply_answers(infer_mapping(profiled(swapped)), {question.key: "3"}, profiled(swapped))
    assert [column.field for column in mapping.columns[3:]] == [Field.OPEN_AMOUNT, Field.GROSS_AMOUNT]
    assert mapping.questions == ()
