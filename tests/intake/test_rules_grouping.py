"""From invoice lines to documents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.core.money import round_amount
from acquit.intake.rules import DocumentType, InvoiceLineRow, LineClass, OrderRow, group_documents
from tests.intake.rules_support import taken

DAY = date(2026, 9, 1)


def _line(
    document: str, amount: str, *, customer: str | None = "A", currency: str = "EUR", line: int = 2
) -> InvoiceLineRow:
    return InvoiceLineRow(line, document, customer, DAY, currency, Decimal(amount))


def _order(number: str, *, status: str | None = None, freight: str | None = None) -> OrderRow:
    return OrderRow(
        2,
        number,
        "B",
        "Beta",
        DAY,
        "EUR",
        status=status,
        freight_amount=Decimal(freight) if freight else None,
    )


def test_a_document_is_rounded_once() -> None:
    (document,) = group_documents([_line("1", "0.335"), _line("1", "0.335"), _line("1", "0.335")]).documents
    assert (document.exact_amount, document.gross_amount, document.rounding_amount) == (
        Decimal("1.005"),
        Decimal("1.01"),
        Decimal("0.005"),
    )
    (credit,) = group_documents([_line("1", "-1.005")]).documents
    assert credit.gross_amount == Decimal("-1.01")
    (yen,) = group_documents([_line("1", "100.5", currency="JPY")]).documents
    assert yen.gross_amount == 101


def test_the_sign_of_the_sum_decides_and_nothing_is_not_posted() -> None:
    rows = [
        _line("1", "5.00"),
        _line("C2", "-5.00"),
        _line("3", "5.00"),
        _line("3", "-5.00"),
        _line("C4", "5.00"),
        _line("5", "0.00"),
        _line("6", "0.004"),
    ]
    grouped = group_documents(rows)
    assert [(one.document, one.line_class.value) for one in grouped.documents] == [
        ("1", "INVOICE"),
        ("C2", "CREDIT_NOTE"),
        ("3", "NOTHING_TO_POST"),
        ("C4", "INVOICE"),
        ("5", "NOTHING_TO_POST"),
        ("6", "NOTHING_TO_POST"),
    ]
    assert grouped.documents[4].zero_lines == 1
    assert grouped.difference == 0
    assert grouped.rounding == Decimal("-0.004")


def test_lines_may_stand_in_any_order_and_a_customer_on_one_line_is_enough() -> None:
    rows = [_line("1", "1.00", customer=None, line=2), _line("2", "9.00", line=3), _line("1", "2.00", line=4)]
    first, second = group_documents(rows).documents
    assert (first.document, first.customer, first.gross_amount, first.lines, first.first_line) == (
        "1",
        "A",
        3,
        2,
        2,
    )
    assert second.document == "2"


def test_documents_without_customer_are_kept_apart_and_contradictions_refused() -> None:
    rows = [
        _line("1", "1.00", customer=None),
        _line("2", "-1.00", customer=None),
        _line("3", "1.00"),
        _line("3", "1.00", customer="B"),
        _line("4", "1.00"),
        _line("4", "1.00", currency="USD"),
    ]
    grouped = group_documents(rows)
    assert [one.line_class for one in grouped.documents] == [
        LineClass.INVOICE_WITHOUT_CUSTOMER,
        LineClass.CREDIT_NOTE_WITHOUT_CUSTOMER,
        LineClass.REFUSED,
        LineClass.REFUSED,
    ]
    assert grouped.documents[2].reason == "Its lines name the customers A and B."
    assert grouped.documents[3].reason == "Its lines are in EUR and USD."


def test_headers_give_what_lines_do_not_say() -> None:
    silent = InvoiceLineRow(2, "10", None, None, "EUR", Decimal("10.00"))
    stray = InvoiceLineRow(3, "12", None, None, "EUR", Decimal("1.00"))
    grouped = group_documents([silent, stray], headers=[_order("10", freight="2.50"), _order("11")])
    document, without = grouped.documents
    assert (document.customer, document.customer_name, document.document_date) == ("B", "Beta", DAY)
    assert (document.gross_amount, document.freight_amount) == (Decimal("12.50"), Decimal("2.50"))
    assert without.line_class is LineClass.INVOICE_WITHOUT_CUSTOMER
    assert grouped.headers_without_lines == ["11"]
    assert grouped.documents_without_header == ["12"]
    assert (grouped.exact, grouped.freight, grouped.difference) == (Decimal("11.00"), Decimal("2.50"), 0)


def test_a_status_may_leave_a_document_out() -> None:
    grouped = group_documents(
        [_line("1", "5.00")], headers=[_order("1", status="Cancelled")], left_out_statuses={"Cancelled"}
    )
    assert grouped.documents[0].line_class is LineClass.LEFT_OUT
    assert grouped.documents[0].document_type is DocumentType.INVOICE
    assert grouped.difference == 0


def test_discounts_are_fractions_or_percent_as_the_column_writes_them() -> None:
    head = "InvoiceNo,StockCode,Quantity,UnitPrice,Discount,CustomerID\n"
    fraction = taken(head + "1,a,10,2.00,0.05,A\n1,b,1,1.00,0,A\n")
    assert [str(row.line_amount) for row in fraction.rows] == ["19.0000", "1.00"]
    percent = taken(head + "1,a,10,2.00,5,A\n1,b,1,1.00,0,A\n")
    assert [row.line_amount for row in percent.rows] == [Decimal(19), Decimal(1)]


def test_lines_that_cannot_be_valued_are_refused() -> None:
    head = "InvoiceNo,StockCode,Quantity,UnitPrice,CustomerID\n"
    good = "".join(f"{n},a,{n},2.50,A\n" for n in range(1, 9))
    out = taken(head + good + "9,a,,2.00,A\n9,b,1,,A\n9,c,1,free,A\n,d,1,1.00,A\n")
    assert [(one.line_number, one.column, one.reason_code) for one in out.refused] == [
        (10, "Quantity", "MISSING_VALUE"),
        (11, "UnitPrice", "MISSING_VALUE"),
        (12, "UnitPrice", "NOT_AN_AMOUNT"),
        (13, "InvoiceNo", "MISSING_VALUE"),
    ]
    assert out.totals.difference == 0


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "C3", "4"]),
            st.decimals(min_value=-1000, max_value=1000, places=3),
            st.sampled_from([None, "A", "B"]),
        ),
        max_size=30,
    )
)
def test_every_line_is_in_one_class_and_sums_agree(lines: list[tuple[str, Decimal, str | None]]) -> None:
    grouped = group_documents(
        [_line(document, str(amount), customer=customer) for document, amount, customer in lines]
    )
    assert sum(total.lines for total in grouped.classes.values()) == grouped.lines == len(lines)
    assert grouped.exact == sum((amount for _, amount, _ in lines), Decimal(0))
    assert grouped.difference == 0
    for one in grouped.documents:
        assert one.gross_amount == round_amount(one.exact_amount, "EUR")
        assert one.gross_amount - one.rounding_amount == one.exact_amount
