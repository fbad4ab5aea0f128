"""What the words of a text say: amounts, why something was held back, discounts, money on account."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.wording import Wording, fold, has_word, read_amounts, read_wording, states_amount
from tests.cash.facts import POLICY, policy

D = Decimal


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("ABZGL BRUCHSCHADEN 1240,00 ZU 10442", ["1240.00"]),
        ("1.240,00 und 1,240.00 und 1'240.00", ["1240.00", "1240.00", "1240.00"]),
        ("EUR 12.345.678,90", ["12345678.90"]),
        ("0,05", ["0.05"]),
        ("vom 14.09.2026 und 14.09.26", []),
        ("RE 2026-004711 KD 10301", []),
        ("4,5 Stück, 1.234 Teile, 12,345", []),
        ("RE 471 240,00", ["240.00"]),
        ("", []),
    ],
)
def test_amounts_have_two_decimals_and_are_no_dates(text: str, amounts: list[str]) -> None:
    assert [str(named.amount) for named in read_amounts(text)] == amounts


@given(st.decimals("0.01", "9999999.99", places=2), st.sampled_from([",", "."]))
def test_every_amount_written_is_read(amount: Decimal, sign: str) -> None:
    text = f"SKONTO {str(amount).replace('.', sign)} EUR"

    [named] = read_amounts(text)

    assert named.amount == amount
    assert text[named.start : named.end] == str(amount).replace(".", sign)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ABZGL BRUCHSCHADEN 1240,00", "QUALITY"),
        ("less damaged goods", "QUALITY"),
        ("Kürzung Mängel", "QUALITY"),
        ("MINDERMENGE LT LIEFERSCHEIN", "QUANTITY"),
        ("PREISDIFFERENZ LT RAHMENVERTRAG", "PRICING"),
        ("LATE DELIVERY CHARGE", "DELIVERY"),
        ("ABZUG VERSPÄTETE LIEFERUNG", "DELIVERY"),
        ("ABZUG VERSPAETETE LIEFERUNG", "DELIVERY"),
        ("WKZ HERBSTAKTION", "TRADE_PROMO"),
        ("LINE BILLED TWICE", "BILLING"),
        ("RECHNUNG 2026-1", ""),
    ],
)
def test_the_reason_of_a_deduction_is_read_from_its_words(text: str, reason: str) -> None:
    assert read_wording(text, POLICY).deduction_reason == reason


def test_the_word_that_stands_first_gives_the_reason_in_whatever_order_the_policy_lists_them() -> None:
    lists = {"PRICING": ["PREIS"], "QUALITY": ["BRUCH"]}
    turned = dict(reversed(lists.items()))

    for words in (lists, turned):
        read = read_wording("BRUCH UND PREIS", policy(deduction_words=words))
        assert read.deduction_reason == "QUALITY"


def test_a_word_counts_where_one_begins() -> None:
    assert read_wording("RE 1 SKONTO 2,00", POLICY).has_discount
    assert not read_wording("RE 1 OHNESKONTO", POLICY).has_discount
    assert read_wording("Akontozahlung", POLICY).is_on_account
    assert not read_wording("DEPOT 4", POLICY).is_on_account
    assert read_wording("2. Rate", POLICY).is_part_payment


def test_words_are_data_and_none_is_a_pattern() -> None:
    assert has_word(fold("A+B (C)"), ("A+B",))
    assert not has_word(fold("AAB"), ("A+B",))
    assert not has_word("ANYTHING", ())


def test_the_last_statement_of_an_amount_is_the_one_that_counts() -> None:
    wording = read_wording("SKONTO 5,00 ABZUG 5,00 BRUCH", POLICY)

    stated = states_amount(wording, D("5.00"))

    assert stated is not None
    assert stated.start == 18
    assert states_amount(wording, D("5.01")) is None
    assert states_amount(read_wording("0,00", POLICY), D(0)) is None


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(read_wording(text, POLICY), Wording)
