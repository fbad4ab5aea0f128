"""Lockbox files: the sample to the last field, widths found by what adds up, totals checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from acquit.formats.remittance.advice import RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.lockbox import read_lockbox
from tests.shared_data import shared_data

D = Decimal
HEAD = "101021000021012345678902506200916"
SERVICE = "202100002101234567890"
BOX = "5001000000884125062055566677780210000210"


def read(*records: str) -> list[RemittanceAdvice]:
    return list(read_lockbox(BytesIO("\n".join(records).encode()), "box.txt"))


def cheque(item: int, cents: int, rest: str = "") -> str:
    return f"6001{item:03}{cents:010}0210000211112223334{item:010}{rest}"


def detail(item: int, text: str, sequence: int = 1) -> str:
    return f"4001{item:03}6{sequence:02}9{text}"


def invoices(lines: RemittanceAdvice) -> list[tuple[str, Decimal | None]]:
    return [(line.document, line.paid_amount) for line in lines.lines]


def test_the_authored_sample() -> None:
    path = shared_data("remittance_edi_lockbox/lockbox_bai/authored_lockbox_1.txt")
    first, second, third = read_lockbox(path.open("rb"), path.name)
    for advice in (first, second, third):
        assert (advice.format, advice.payment_date) == ("LOCKBOX", date(2025, 6, 20))
        assert (advice.deposit_reference, advice.deposit_amount) == ("0008841 2025-06-20", D("12350.00"))
    assert [(a.payment_reference, a.payer_iban, a.total_amount) for a in (first, second, third)] == [
        ("882104", "021000021 1112223334", D("4250.00")),
        ("441902", "071000013 9998887776", D("6100.00")),
        ("904418", "121000248 4443332221", D("2000.00")),
    ]
    assert [invoices(a) for a in (first, second, third)] == [
        [("INV-1001", D("4250.00"))],
        [("INV-1005", D("5600.00"))],
        [],
    ]
    assert [w.message for w in second.warnings] == [
        "The lines sum to 5600.00, the total stated is 6100.00: 500.00 is explained by no line."
    ]
    assert first.warnings == third.warnings == ()


@pytest.mark.parametrize("number", [8, 10, 12, 16, 20, 25, 30])
@pytest.mark.parametrize("amount", [9, 10, 12])
def test_widths_are_found_by_what_adds_up(number: int, amount: int) -> None:
    def group(document: str, cents: int) -> str:
        return f"{document:<{number}}{cents:0{amount}}"

    advice, other = read(
        HEAD,
        SERVICE,
        BOX,
        cheque(1, 30_000),
        detail(1, group("R1", 10_000) + group("R2", 12_000)),
        detail(1, group("R3", 8_000), 2),
        cheque(2, 500),
        detail(2, group("R4", 500)),
    )
    assert invoices(advice) == [("R1", D("100.00")), ("R2", D("120.00")), ("R3", D("80.00"))]
    assert invoices(other) == [("R4", D("5.00"))]
    assert advice.warnings == other.warnings == ()


def test_gross_discount_and_paid_side_by_side() -> None:
    (advice,) = read(HEAD, cheque(1, 9_800), detail(1, f"{'INV7':<12}{10_000:010}{200:010}{9_800:010}"))
    (line,) = advice.lines
    assert (line.gross_amount, line.discount_amount, line.paid_amount) == (D("100.00"), D("2.00"), D("98.00"))


def test_numbers_behind_the_cheque_without_amounts() -> None:
    (advice,) = read(HEAD, cheque(1, 9_800, "INV000123 INV000124"))
    assert invoices(advice) == [("INV000123", None), ("INV000124", None)]
    assert advice.warnings == ()


@pytest.mark.parametrize(
    ("trailer", "code"),
    [
        (f"7001000000884125062000{1}{100:010}", "TRAILER_AMOUNT"),
        (f"7001000000884125062000{0}{9_800:010}", "TRAILER_COUNT"),
        (f"80000000008841250620000{1}{100:010}", "TRAILER_AMOUNT"),
        ("9000099", "TRAILER_COUNT"),
    ],
)
def test_totals_that_do_not_agree_are_said(trailer: str, code: str) -> None:
    (advice,) = read(HEAD, BOX, cheque(1, 9_800), trailer)
    assert [warning.code for warning in advice.warnings] == [code]


@pytest.mark.parametrize("trailer", ["8000000000884125062000010000¹001000", "9¹00099"])
def test_a_raised_digit_is_no_number(trailer: str) -> None:
    (advice,) = read(HEAD, BOX, cheque(1, 9_800), trailer)
    assert advice.warnings == ()


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ((HEAD, SERVICE, BOX), "NO_ADVICE"),
        ((HEAD, detail(1, "x")), "RECORD_ORDER"),
        ((HEAD, "Xhello"), "RECORD_UNKNOWN"),
        ((HEAD, "60010010000x25000"), "FIELD_UNREADABLE"),
    ],
)
def test_what_is_no_lockbox_is_refused_with_its_reason(records: tuple[str, ...], code: str) -> None:
    with pytest.raises(UnreadableAdvice) as refused:
        read(*records)
    assert refused.value.code == code
