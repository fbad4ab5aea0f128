"""X12 820: the samples to the last field, every habit of senders, and trailers that lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from acquit.formats.remittance.advice import AdjustmentKind, AdviceLine, RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.x12_820 import read_x12_820
from tests.shared_data import shared_data

D = Decimal


def read(text: str) -> list[RemittanceAdvice]:
    return list(read_x12_820(BytesIO(text.encode("latin-1")), "test.edi"))


def interchange(*segments: str, count: int | None = None) -> str:
    """Wrap the segments of one 820 in their envelopes."""
    body = ["ST*820*0001", *segments]
    body.append(f"SE*{count or len(body) + 1}*0001")
    head = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*SELLER         *250620*1200*U*00401*000000101*0*T*>"
    return "~\n".join(
        [head, "GS*RA*P*S*20250620*1200*101*X*004010", *body, "GE*1*101", "IEA*1*000000101", ""]
    )


def test_the_authored_sample() -> None:
    (advice,) = read_x12_820(
        shared_data("remittance_edi_lockbox/x12_820/authored_two_invoices.edi").open("rb"), "a.edi"
    )
    assert advice == RemittanceAdvice(
        format="X12.820",
        payer_name="VALE MACHINES LLC",
        payer_iban="021000021 1112223334",
        payee="SELLER GMBH",
        payment_reference="T-820-1",
        payment_date=date(2025, 6, 20),
        total_amount=D("11050.00"),
        lines=(
            AdviceLine("INV-1002", D("8900.00"), D("8900.00"), place="segment 9 (RMR)"),
            AdviceLine("INV-1003", D("2150.00"), D("2150.00"), place="segment 10 (RMR)"),
        ),
        place="segment 3 (ST)",
    )


def test_the_sample_of_the_railway_guide() -> None:
    (advice,) = read_x12_820(
        shared_data("remittance_edi_lockbox/x12_820/bnsf_guide_sample.edi").open("rb"), "b.edi"
    )
    assert (advice.payer_name, advice.payee) == ("CUSTOMER NAME", "BURLINGTON NORTHERN SANTA FE")
    assert (advice.payment_reference, advice.payment_date, advice.total_amount) == (
        "1001983525",
        date(1999, 1, 1),
        D(10000),
    )
    assert advice.other_numbers == ("1234564114",)
    assert [(line.document, line.paid_amount, line.other_numbers) for line in advice.lines] == [
        ("123456", D(2000), ("RATE AUTHORITY", "1001", "BNSF456002")),
        ("999999", D(5000), ("1002", "BNSF458869")),
        ("999787", D(3000), ("1003", "BNSF458870")),
    ]
    assert advice.lines[0].reason_text == "PER ITEM 12121 RATE SHOULD BE $2000 PER CAR"
    assert advice.warnings == ()


def test_discount_deduction_credit_note_order_and_a_claim_of_its_own() -> None:
    (advice,) = read(
        interchange(
            "BPR*C*900.00*C*CHK************20260401",
            "TRN*1*990011",
            "CUR*PR*CAD",
            "REF*AJ*2001003",
            "REF*EV*X1",
            "N1*PR*NORTHERN FOODS INC*91*77",
            "N1*PE*SELLER",
            "ENT*1",
            "RMR*IV*RE-1**980.00*1020.00*20.00",
            "REF*PO*4500012",
            "REF*BM*BL9",
            "DTM*003*20260302",
            "IT1*1*5*EA*4.00",
            "SLN*1**I",
            "ADX*-20.00*04*IV*RE-1",
            "NTE*ADD*Two cartons wet",
            "RMR*CM*GS-2**-50.00",
            "RMR*PO*4500099**20.00",
            "ENT*2",
            "ADX*-50.00*06*CM*CLM77",
        )
    )
    invoice, credit, prepaid, claim = advice.lines
    assert (advice.payer_number, advice.currency, advice.payment_reference) == ("2001003", "CAD", "990011")
    assert advice.other_numbers == ("X1",)
    assert replace(invoice, place="") == AdviceLine(
        "RE-1",
        D("980.00"),
        D("1020.00"),
        D("20.00"),
        D("20.00"),
        "04",
        "Two cartons wet",
        "4500012",
        date(2026, 3, 2),
        other_numbers=("BL9",),
    )
    assert (credit.document, credit.paid_amount) == ("GS-2", D("-50.00"))
    assert (prepaid.document, prepaid.order_number, prepaid.paid_amount) == ("", "4500099", D("20.00"))
    assert (claim.document, claim.paid_amount, claim.deduction_amount) == ("", D("-50.00"), D("50.00"))
    assert (claim.reason_code, claim.reason_text, claim.other_numbers) == (
        "06",
        "Quantity contested",
        ("CLM77",),
    )
    assert claim.adjustment_kind is AdjustmentKind.DEDUCTION
    assert advice.warnings == ()


def test_whether_an_adjustment_is_in_what_is_paid_is_settled_by_the_total() -> None:
    items = ("ENT*1", "RMR*IV*A1**100.00*100.00", "ADX*-10.00*01", "RMR*IV*A2**50.00*50.00")
    before = read(interchange("BPR*C*140.00*C*ACH", "TRN*1*T", *items))[0]
    within = read(interchange("BPR*C*150.00*C*ACH", "TRN*1*T", *items))[0]
    assert [line.paid_amount for line in before.lines] == [D("90.00"), D("50.00")]
    assert [line.paid_amount for line in within.lines] == [D("100.00"), D("50.00")]
    assert [line.deduction_amount for line in within.lines] == [D("10.00"), None]
    assert before.warnings == within.warnings == ()


def test_a_credit_note_without_a_minus_is_turned_when_the_total_says_so() -> None:
    (advice,) = read(
        interchange("BPR*C*70.00*C*ACH", "TRN*1*T", "ENT*1", "RMR*IV*A1**100.00", "RMR*CM*C1**30.00")
    )
    assert [line.paid_amount for line in advice.lines] == [D("100.00"), D("-30.00")]


def test_a_total_that_no_reading_reaches_is_said() -> None:
    (advice,) = read(interchange("BPR*C*70.00*C*ACH", "TRN*1*T", "ENT*1", "RMR*IV*A1**100.00"))
    assert [(w.code, w.message) for w in advice.warnings] == [
        (
            "TOTAL_DIFFERS",
            "The lines sum to 100.00, the total stated is 70.00: -30.00 is explained by no line.",
        )
    ]


def test_what_is_paid_is_worked_out_where_only_the_invoice_is_said() -> None:
    (advice,) = read(
        interchange("BPR*C*97.00*C*ACH", "TRN*1*T", "ENT*1", "RMR*IV*A1***100.00*2.00", "ADX*-1.00*06")
    )
    assert advice.lines[0].paid_amount == D("97.00")


@pytest.mark.parametrize(
    ("segments", "count", "change", "code"),
    [
        (("BPR*C*1*C*ACH", "TRN*1*T", "RMR*IV*A**1"), 99, ("", ""), "TRAILER_COUNT"),
        (("BPR*C*1*C*ACH", "TRN*1*T", "RMR*IV*A**1"), None, ("GE*1*101", "GE*2*101"), "TRAILER_COUNT"),
        (("BPR*C*1*C*ACH", "TRN*1*T", "RMR*IV*A**1"), None, ("IEA*1*000000101", "IEA*1*9"), "TRAILER_NUMBER"),
    ],
)
def test_trailers_that_do_not_agree_are_said(
    segments: tuple[str, ...], count: int | None, change: tuple[str, str], code: str
) -> None:
    (advice,) = read(interchange(*segments, count=count).replace(*change))
    assert [warning.code for warning in advice.warnings] == [code]


def test_separators_are_the_interchange_s_own_and_several_interchanges_stand_in_one_file() -> None:
    one = interchange("BPR*C*1.00*C*ACH", "TRN*1*T1", "ENT*1", "RMR*IV*A**1.00")
    other = one.replace("*", "|").replace("~\n", "\r\n").replace("T1", "T2")
    advices = read(one + other)
    assert [(a.payment_reference, a.lines[0].document, a.warnings) for a in advices] == [
        ("T1", "A", ()),
        ("T2", "A", ()),
    ]


def test_other_transaction_sets_are_passed_over() -> None:
    text = interchange("BPR*C*1.00*C*ACH", "TRN*1*T1", "RMR*IV*A**1.00")
    text = text.replace("ST*820*0001", "ST*997*0009~\nAK1*RA*1~\nSE*3*0009~\nST*820*0001").replace(
        "GE*1*", "GE*2*"
    )
    (advice,) = read(text)
    assert (advice.payment_reference, advice.warnings) == ("T1", ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NO_ADVICE"),
        ("hello", "NOT_X12"),
        ("ISA*00*x", "ISA_BROKEN"),
        (interchange("BPR*C*1,00*C"), "FIELD_UNREADABLE"),
        (interchange("BPR*C*1.00*C").partition("SE*")[0], "CUT_OFF"),
        (interchange("BPR*C*1.00*C").replace("*820*", "*810*"), "NO_ADVICE"),
        (interchange("BPR*C*1.00*C", "NTE*ADD*" + "x" * 70_000), "SEGMENT_TOO_LONG"),
    ],
)
def test_what_is_no_820_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(UnreadableAdvice) as refused:
        read(text)
    assert refused.value.code == code
