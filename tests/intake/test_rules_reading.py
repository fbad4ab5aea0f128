"""Rows, refusals with their likely values, and control totals that explain every amount."""

# ruff: noqa: E501 - the rows of files are as long as they are
from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from acquit.formats.tables import open_table
from acquit.intake.rules import (
    CannotReadRows,
    DocumentType,
    Field,
    FinerAmounts,
    ReadContext,
    check_stated,
    infer_mapping,
    profile_table,
    read_rows,
)
from tests.intake.rules_support import Taken, mapped, taken

HEAD = "document,type,customer,document_date,due_date,currency,gross_amount,open_amount\n"
GOOD = "RE-1,invoice,10482,2026-09-01,2026-10-01,EUR,1000.00,400.00\n"


def _items(*lines: str) -> str:
    return HEAD + GOOD + "".join(f"{line}\n" for line in lines)


MORE = tuple(f"RE-1{n},invoice,10482,2026-09-{n:02},2026-10-{n:02},EUR,{n}.50,{n}.25" for n in range(10, 20))


def _proven(out: Taken) -> None:
    assert out.totals.difference == 0
    assert out.totals.rows_unaccounted == 0
    assert out.totals.rows_accepted == len(out.rows)
    assert out.totals.rows_refused == len(out.refused)
    assert sum(out.totals.reasons.values()) == len(out.refused)


def test_an_open_item_is_read_whole() -> None:
    out = taken(_items("GS-1,credit_note,10483,2026-09-02,2026-09-02,EUR,100.00,100.00"))
    item, credit = out.rows
    assert (item.document, item.document_type, item.customer) == ("RE-1", DocumentType.INVOICE, "10482")
    assert (item.document_date, item.due_date) == (date(2026, 9, 1), date(2026, 10, 1))
    assert (str(item.gross_amount), str(item.open_amount), item.currency) == ("1000.00", "400.00", "EUR")
    assert (credit.document_type, str(credit.gross_amount)) == (DocumentType.CREDIT_NOTE, "-100.00")
    total = out.totals.total_of("EUR", Field.OPEN_AMOUNT)
    assert (total.in_file, total.accepted, total.refused, total.difference) == (300, 300, 0, 0)
    assert out.totals.by_type == {
        ("EUR", "INVOICE"): (1, Decimal("400.00")),
        ("EUR", "CREDIT_NOTE"): (1, Decimal("-100.00")),
    }
    _proven(out)


@pytest.mark.parametrize(
    ("line", "column", "value", "code", "proposal"),
    [
        ("RE-2,invoice,10482,2026-09-01,2026-11-31,EUR,5.00,5.00", "due_date", "2026-11-31", "NOT_A_DATE", "2026-11-30"),
        ("RE-2,invoice,10482,soon,2026-10-01,EUR,5.00,5.00", "document_date", "soon", "NOT_A_DATE", None),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EURO,5.00,5.00", "currency", "EURO", "UNKNOWN_CURRENCY", "EUR"),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,XQZ,5.00,5.00", "currency", "XQZ", "UNKNOWN_CURRENCY", None),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,,5.00,5.00", "currency", "", "MISSING_VALUE", "EUR"),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EUR,5.00,12.00", "open_amount", "12.00", "OPEN_ABOVE_ORIGINAL", "5.00"),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EUR,5.00,-1.00", "open_amount", "-1.00", "WRONG_SIGN", "1.00"),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EUR,5.OO,5.00", "gross_amount", "5.OO", "NOT_AN_AMOUNT", "5.00"),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EUR,\"5,50\",5.00", "gross_amount", "5,50", "NOT_AN_AMOUNT", "5.50"),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EUR,0.00,0.00", "gross_amount", "0.00", "ZERO_AMOUNT", None),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EUR,,", "gross_amount", "", "MISSING_VALUE", None),
        ("RE-2,invoice,,2026-09-01,2026-10-01,EUR,5.00,5.00", "customer", "", "MISSING_VALUE", None),
        (",invoice,10482,2026-09-01,2026-10-01,EUR,5.00,5.00", "document", "", "MISSING_VALUE", None),
        ("2E+09,invoice,10482,2026-09-01,2026-10-01,EUR,5.00,5.00", "document", "2E+09", "SCIENTIFIC_NUMBER", None),
        ("RE-2,invoice,10482,,,EUR,5.00,5.00", "document_date", "", "MISSING_VALUE", None),
        ("RE-1,invoice,10482,2026-09-01,2026-10-01,EUR,77.00,77.00", "document", "RE-1", "DUPLICATE_DOCUMENT", None),
        (GOOD.strip(), "", "", "REPEATED_ROW", None),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EUR,1e5,5.00", "gross_amount", "1e5", "SCIENTIFIC_NUMBER", None),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EUR,99999999999999999999.00,5.00", "gross_amount",
         "99999999999999999999.00", "AMOUNT_TOO_LARGE", None),
        ("RE-2,invoice,10482", "", "RE-2 | invoice | 10482", "TOO_FEW_CELLS", None),
        ("RE-2,invoice,10482,2026-09-01,2026-10-01,EUR,5.00,5.00,9", "",
         "RE-2 | invoice | 10482 | 2026-09-01 | 2026-10-01 | EUR | 5.00 | 5.00 | 9", "TOO_MANY_CELLS", None),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_place_and_likely_value(
    line: str, column: str, value: str, code: str, proposal: str | None
) -> None:
    good = taken(_items(*MORE))
    out = taken(_items(*MORE, line))
    assert out.reasons == [(13, column, value, code, proposal)]
    assert out.rows == good.rows
    assert out.totals.rows_read == 12
    _proven(out)


def test_a_refused_row_carries_its_message_amount_and_cells() -> None:
    out = taken(_items("RE-2,invoice,10482,2026-09-01,2026-11-31,EUR,5.00,3.00"), "op.csv")
    (refused,) = out.refused
    assert refused.file == "op.csv"
    assert refused.message == "2026-11-31 is no date: month 11 of 2026 has 30 days, not 31."
    assert (refused.amount, refused.currency) == (Decimal("3.00"), "EUR")
    assert refused.cells == ("RE-2", "invoice", "10482", "2026-09-01", "2026-11-31", "EUR", "5.00", "3.00")
    total = out.totals.total_of("EUR", Field.OPEN_AMOUNT)
    assert (total.rows, total.rows_refused, total.in_file, total.accepted, total.refused) == (
        2,
        1,
        403,
        400,
        3,
    )


def test_a_row_in_an_unknown_currency_counts_under_the_one_it_means() -> None:
    out = taken(_items("RE-2,invoice,10482,2026-09-01,2026-10-01,EURO,5.00,5.00"))
    assert set(out.totals.measures) == {("EUR", Field.OPEN_AMOUNT), ("EUR", Field.GROSS_AMOUNT)}
    assert out.totals.total_of("EUR", Field.OPEN_AMOUNT).refused == 5


def test_letters_that_look_like_digits_and_lost_zeros_are_no_new_customers() -> None:
    lines = (
        "RE-2,invoice,1O482,2026-09-01,2026-10-01,EUR,5.00,5.00",
        "RE-3,invoice,0010482,2026-09-01,2026-10-01,EUR,5.00,5.00",
        "RE-4,invoice,99999,2026-09-01,2026-10-01,EUR,5.00,5.00",
        "RE-5,invoice,LOBE,2026-09-01,2026-10-01,EUR,5.00,5.00",
    )
    known = {"10482", "10519"}
    out = taken(_items(*lines), known_customers=known)
    assert out.reasons == [
        (3, "customer", "1O482", "UNKNOWN_CUSTOMER", "10482"),
        (4, "customer", "0010482", "UNKNOWN_CUSTOMER", "10482"),
    ]
    assert [row.customer for row in out.rows] == ["10482", "99999", "LOBE"]
    closed = taken(
        _items(*lines, "RE-6,invoice,10518,2026-09-01,2026-10-01,EUR,5.00,5.00"),
        known_customers=known,
        may_create_customers=False,
    )
    assert [(one.line_number, one.proposal) for one in closed.refused] == [
        (3, "10482"),
        (4, "10482"),
        (5, None),
        (6, None),
        (7, "10519"),
    ]


def test_signs_come_from_minus_brackets_sides_and_types() -> None:
    written = taken(
        HEAD + "G1,credit_note,A,2026-09-01,,EUR,(100.00),-40.00\nR1,invoice,A,2026-09-01,,EUR,10.00,10.00\n"
    )
    assert [(str(row.gross_amount), str(row.open_amount)) for row in written.rows] == [
        ("-100.00", "-40.00"),
        ("10.00", "10.00"),
    ]
    sap = taken("BELNR;KUNNR;BLDAT;SHKZG;WRBTR;WAERS\n1;A;20260901;S;100,00;EUR\n2;A;20260901;H;30,00;EUR\n")
    assert [(str(row.gross_amount), row.document_type.value) for row in sap.rows] == [
        ("100.00", "INVOICE"),
        ("-30.00", "CREDIT_NOTE"),
    ]
    assert sap.totals.note_counts == {"NEGATIVE_INVOICE": 1}
    sides = taken("Rechnungsnr;Debitor;Datum;Soll;Haben\n1;A;01.09.2026;100,00;\n2;A;01.09.2026;;30,00\n")
    assert [str(row.gross_amount) for row in sides.rows] == ["100.00", "-30.00"]


def test_a_credit_note_without_its_minus_among_others_with_it_is_refused() -> None:
    out = taken(
        HEAD
        + "G1,credit_note,A,2026-09-01,,EUR,-100.00,-100.00\nG2,credit_note,A,2026-09-01,,EUR,30.00,30.00\n"
    )
    assert out.reasons == [(3, "gross_amount", "30.00", "WRONG_SIGN", "-30.00")]
    _proven(out)


def test_types_that_are_left_out_are_counted_apart() -> None:
    out = taken(
        _items("P1,pro forma,A,2026-09-01,2026-10-01,EUR,70.00,70.00"),
        answers={"DOCUMENT_TYPE:pro forma": "LEFT_OUT"},
    )
    assert (out.totals.rows_accepted, out.totals.rows_left_out, out.totals.rows_refused) == (1, 1, 0)
    assert out.totals.total_of("EUR", Field.OPEN_AMOUNT).left_out == 70
    _proven(out)


def test_what_the_file_leaves_unsaid_follows_from_a_rule() -> None:
    text = "invoice_no,customer,posting_date,settled_date,amount\n1,A,2026-01-05,2026-02-01,10.00\n2,A,2026-01-06,,20.00\n"
    paid, unpaid = taken(text).rows
    assert (str(paid.open_amount), paid.settled_date) == ("0", date(2026, 2, 1))
    assert (str(unpaid.open_amount), unpaid.settled_date) == ("20.00", None)
    assert paid.document_date == date(2026, 1, 5)
    only_open = taken("invoice_no,customer,due_date,open_amount\n1,A,2026-01-05,10.00\n").rows[0]
    assert (str(only_open.gross_amount), only_open.document_date) == ("10.00", date(2026, 1, 5))


def test_a_system_s_empty_date_is_none() -> None:
    text = "Belegnr;Debitor;Belegdatum;Ausgleich;Betrag\n1;A;01.09.2026;00.00.0000;10,00\n2;A;15.09.2026;01.10.2026;5,00\n"
    assert [row.settled_date for row in taken(text).rows] == [None, date(2026, 10, 1)]


def test_amounts_finer_than_the_currency_are_rounded_and_explained_or_refused() -> None:
    text = (
        HEAD
        + "1,invoice,A,2026-09-01,,EUR,10.005,10.005\n2,invoice,A,2026-09-01,,JPY,100.5,100.5\n3,invoice,A,2026-09-01,,KWD,1.2345,1.2345\n"
    )
    out = taken(text)
    assert [str(row.gross_amount) for row in out.rows] == ["10.01", "101", "1.235"]
    assert [str(row.rounding_amount) for row in out.rows] == ["0.005", "0.5", "0.0005"]
    total = out.totals.total_of("EUR", Field.OPEN_AMOUNT)
    assert (total.in_file, total.accepted, total.rounding, total.difference) == (
        Decimal("10.005"), Decimal("10.01"), Decimal("0.005"), 0,
    )  # fmt: skip
    assert out.totals.rounded == 3
    assert out.notes[0].message == "10.005 was rounded to 10.01 EUR."
    _proven(out)
    strict = taken(text, finer_amounts=FinerAmounts.REFUSE)
    assert [(one.reason_code, one.proposal) for one in strict.refused] == [
        ("AMOUNT_TOO_FINE", "10.01"), ("AMOUNT_TOO_FINE", "101"), ("AMOUNT_TOO_FINE", "1.235"),
    ]  # fmt: skip
    _proven(strict)


def test_the_noise_of_binary_fractions_is_no_rounding() -> None:
    out = taken(HEAD + "1,invoice,A,2026-09-01,,EUR,2309.7899999999995,2309.7899999999995\n")
    assert str(out.rows[0].gross_amount) == "2309.79"
    assert (out.totals.noisy, out.totals.rounded) == (1, 0)
    assert out.totals.total_of("EUR", Field.GROSS_AMOUNT).in_file == Decimal("2309.79")


def test_the_same_number_as_invoice_and_payment_or_in_another_company_is_no_duplicate() -> None:
    out = taken(
        "company code;Belegnr;Art;Debitor;Belegdatum;Betrag\n1000;1;RV;A;01.09.2026;10,00\n2000;1;RV;A;01.09.2026;20,00\n"
        "1000;1;DG;A;01.09.2026;5,00-\n1000;1;RV;A;01.09.2026;11,00\n"
    )
    assert [row.line_number for row in out.rows] == [2, 3, 4]
    assert out.refused[0].message == "1 stands in line 2 with other values."


def test_a_payment_of_nothing_is_refused() -> None:
    out = taken(
        "customer,payment_reference,payment_date,amount\nA,Z1,2026-09-13,10.00\nA,Z2,2026-09-14,0.00\nA,Z1,2026-09-13,10.00\n"
    )
    assert out.reasons == [(3, "amount", "0.00", "ZERO_AMOUNT", None), (4, "", "", "REPEATED_ROW", None)]
    assert out.refused[0].message == "The payment is 0: nothing was received."
    _proven(out)


def test_buckets_must_add_up_and_the_cell_at_fault_is_named() -> None:
    text = "customer,name,current,1-30,31-60,balance\nA,a,1.00,2.00,3.00,6.00\nB,b,1.00,2.00,3.00,7.00\nC,c,1.00,x,3.00,6.00\n"
    out = taken(text)
    assert [(str(amount), bucket.label) for bucket, amount in out.rows[0].buckets] == [
        ("1.00", "not due"), ("2.00", "1-30"), ("3.00", "31-60"),
    ]  # fmt: skip
    assert out.reasons == [
        (3, "balance", "7.00", "BUCKETS_DO_NOT_ADD_UP", "6.00"),
        (4, "1-30", "x", "NOT_AN_AMOUNT", None),
    ]
    _proven(out)


def test_bank_lines_are_signed_for_the_holder() -> None:
    text = "Buchungstag;Valuta;Verwendungszweck;Soll;Haben\n18.11.2026;19.11.2026;RE-1;;100,00\n18.11.2026;19.11.2026;Miete;90,00;\n"
    assert [str(row.amount) for row in taken(text).rows] == ["100.00", "-90.00"]
    text = "Buchungstag;Valuta;Verwendungszweck;Betrag;S/H\n18.11.2026;19.11.2026;RE-1;100,00;H\n18.11.2026;19.11.2026;Miete;90,00;S\n"
    assert [str(row.amount) for row in taken(text).rows] == ["100.00", "-90.00"]


def test_customers_are_read_and_a_wrong_iban_costs_the_iban_only() -> None:
    text = (
        "customer,name,trading_names,country,ibans,payment_terms,net_days,auto_by_amount,credit_limit\n"
        "1,Meyer GmbH,Meyer|MG,Deutschland,DE89370400440532013000|DE02120300000000202051,NET30,30,yes,10000.00\n"
        "2,Huber KG,,Atlantis,DE00370400440532013000,NET30,x,no,\n1,Other,,DE,,,,,\n,Nobody,,DE,,,,,\n"
    )
    out = taken(text)
    first, second = out.rows
    assert (first.country, first.trading_names, first.ibans[1], first.auto_by_amount) == (
        "DE", ("Meyer", "MG"), "DE02120300000000202051", True,
    )  # fmt: skip
    assert (second.country, second.ibans, second.net_days, second.credit_limit) == (None, (), None, None)
    assert sorted(note.code for note in out.notes) == ["BAD_IBAN", "NOT_A_NUMBER", "UNKNOWN_COUNTRY"]
    assert [(one.line_number, one.reason_code) for one in out.refused] == [
        (4, "DUPLICATE_DOCUMENT"),
        (5, "MISSING_VALUE"),
    ]


def test_rates_accounts_codes_orders_and_advices_are_read() -> None:
    rates = taken(
        "date,base,currency,rate\n2026-11-18,EUR,USD,1.0812\n2026-11-18,EUR,GBP,0\n2026-11-18,EUR,EUR,2\n"
    )
    assert str(rates.rows[0].rate) == "1.0812"
    assert [one.reason_code for one in rates.refused] == ["NOT_A_RATE", "NOT_A_RATE"]
    accounts = taken("key,account,currency,format\nMAIN,DE89 3704 0044 0532 0130 00,EUR,CAMT.053\n")
    assert accounts.rows[0].account == "DE89370400440532013000"
    codes = taken("customer,code,text,reason\n10482,R01,Rabatt,PRICE\n10482,R01,Rabatt,DAMAGE\n")
    assert [one.reason_code for one in codes.refused] == ["DUPLICATE_DOCUMENT"]
    orders = taken(
        "order,customer,order_date,currency,amount,prepayment_percent\nA-1,1,2026-09-01,EUR,1000.00,30\n"
    )
    assert (str(orders.rows[0].amount), orders.rows[0].prepayment_percent) == ("1000.00", Decimal(30))
    advice = taken("Ihre Rechnung;Bruttobetrag;Skonto;Zahlbetrag\nRE-1;1.190,00;23,80;1.166,20\n", "avis.csv")
    assert (str(advice.rows[0].paid_amount), str(advice.rows[0].discount_amount)) == ("1166.20", "23.80")


def test_mended_values_are_read_in_place_of_the_file_s() -> None:
    text = _items("RE-2,invoice,10482,2026-09-01,2026-11-31,EURO,5.00,5.00")
    out = taken(text, mended={3: {"due_date": "2026-11-30", "currency": "EUR"}, 99: {"due_date": "x"}})
    assert out.refused == []
    assert out.rows[1].due_date == date(2026, 11, 30)


def test_a_total_printed_in_the_file_is_compared() -> None:
    text = "Belegnr;Debitor;Fällig;Offen\n1;A;01.10.2026;100,00\n2;A;15.10.2026;200,00\nSumme;;;300,00\n"
    table = open_table(text.encode(), "op.csv")
    mapping = infer_mapping(profile_table(table))
    reader = read_rows(table, mapping, ReadContext("op.csv", "EUR"))
    Taken(reader)
    (stated,) = check_stated(reader.totals, mapping)
    assert (stated.line_number, stated.column, stated.stated, stated.agrees) == (4, "Offen", 300, True)
    wrong = text.replace("300,00", "301,00")
    table = open_table(wrong.encode(), "op.csv")
    reader = read_rows(table, mapping, ReadContext("op.csv", "EUR"))
    Taken(reader)
    assert not check_stated(reader.totals, mapping)[0].agrees


def test_currency_comes_from_row_cell_head_file_or_company() -> None:
    rows = "1,A,2026-01-01,{}\n"
    assert taken("document,customer,due_date,Amount USD\n" + rows.format("1.00")).rows[0].currency == "USD"
    assert taken("document,customer,due_date,amount\n" + rows.format("£1.00")).rows[0].currency == "GBP"
    assert (
        taken("document,customer,due_date,amount\n" + rows.format("$1.00"), currency="CAD").rows[0].currency
        == "CAD"
    )
    conflict = taken(HEAD + "1,invoice,A,2026-09-01,,EUR,USD 5.00,USD 5.00\n")
    assert conflict.refused[0].reason_code == "CURRENCY_CONFLICT"
    unclear = taken("document,customer,due_date,amount\n" + rows.format("$1.00"), currency="EUR")
    assert unclear.reasons == [(2, "amount", "$1.00", "CURRENCY_CONFLICT", None)]
    assert unclear.refused[0].message == "The amount is in $, the row in EUR."
    kroner = taken(
        "document,customer,due_date,amount,currency\n1,A,2026-01-01,5.00 kr,SEK\n2,A,2026-01-01,5.00 kr,EUR\n"
    )
    assert [row.currency for row in kroner.rows] == ["SEK"]
    assert [one.line_number for one in kroner.refused] == [3]


def test_numbers_kept_from_a_spreadsheet_s_teeth_are_read_as_meant() -> None:
    out = taken('document,customer,due_date,amount\n"=""000123""",\u200bA1,2026-01-01,1.00\n')
    assert (out.rows[0].document, out.rows[0].customer) == ("000123", "A1")


def test_a_workbook_with_text_and_typed_amounts_is_read_exactly() -> None:
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("OP Liste")
    rows: list[list[object]] = [
        ["Belegnr.", "Debitor", "Fällig", "Offen"],
        ["RE-1", 10482, "14.10.2026", 1234.5],
        ["RE-2", 10482, "15.10.2026", "1.234,56"],
        ["RE-3", 10482, "16.10.2026", 0.125 + 1000],
        ["RE-4", 10482, "17.10.2026", 12],
    ]
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    out = taken(content.getvalue(), "op.xlsx")
    assert [str(row.open_amount) for row in out.rows] == ["1234.50", "1234.56", "1000.13", "12.00"]
    assert out.totals.rounded == 1
    _proven(out)


def test_rows_are_the_same_whatever_the_chunks() -> None:
    lines = [
        f"RE-{n},invoice,1048{n % 10},2026-09-{1 + n % 30:02},2026-10-01,EUR,{n}.50,{n}.50"
        for n in range(2, 60)
    ]
    lines += ["RE-5,invoice,1,2026-09-01,2026-10-01,EUR,1.00,1.00", "short,row"]
    one, other = taken(_items(*lines), chunk_size=1), taken(_items(*lines), chunk_size=1000)
    assert (one.rows, one.refused, one.notes) == (other.rows, other.refused, other.notes)
    assert one.totals == other.totals
    _proven(one)


def test_a_mapping_of_other_columns_is_refused() -> None:
    table = open_table(b"a,b\n1,2\n", "x.csv")
    with pytest.raises(CannotReadRows, match="not for the columns"):
        read_rows(table, mapped(_items()), ReadContext("x.csv", "EUR"))
    with pytest.raises(CannotReadRows, match="Not understood"):
        read_rows(table, mapped("a,b\n1,2\n"), ReadContext("x.csv", "EUR"))
