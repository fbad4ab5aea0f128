"""A number written without its letters or zeros is looked up as the company's own numbers are written."""

from __future__ import annotations

from decimal import Decimal

from acquit.cash.rules.number_series import NumberSeries, list_series, list_variants
from tests.cash.facts import applied, book, document_of, index, item, match, payer, receipt

STRANGERS = index([payer(1, "Somebody Else AG")], ibans=())


def test_series_are_letters_and_length() -> None:
    assert list_series(["0009225", "0011025", "FV275112025", "RE20260047113"]) == [
        NumberSeries("", 7),
        NumberSeries("FV", 11),
        NumberSeries("RE", 13),
    ]


def test_variants_put_letters_and_zeros_back() -> None:
    series = [NumberSeries("", 7), NumberSeries("FV", 11)]

    assert list_variants("9225", series) == ["0009225", "FV000009225"]
    assert list_variants("275112025", series) == ["FV275112025"]
    assert list_variants("00009225", series) == ["0009225", "FV000009225"]
    assert list_variants("0009225", series) == ["FV000009225"]
    assert list_variants("925", series) == []
    assert list_variants("AB9225", series) == []


def test_somebody_unknown_who_shortens_a_number_is_proposed_what_has_its_amount() -> None:
    meant, other = item(1, "198.71", number="00092/25"), item(2, "50.00", number="FV 92/25")
    books = book(meant, other, payers=STRANGERS)
    books.learn_nearly_named({"9225": [document_of(meant), document_of(other)]})

    plan = match(receipt("198.71", "RNR: 92/25", iban=""), books)

    assert (plan.state, plan.rule, applied(plan)) == ("PROPOSED", "NUMBER_PART", {1: "198.71"})
    assert plan.score == Decimal("0.84")
    for amount in ("198.70", "248.71"):
        assert match(receipt(amount, "RNR: 92/25", iban=""), books).state == "UNIDENTIFIED"


def test_two_that_may_be_meant_are_not_proposed() -> None:
    one, two = item(1, "198.71", number="00092/25"), item(2, "198.71", number="FV 92/25")
    books = book(one, two, payers=STRANGERS)
    books.learn_nearly_named({"9225": [document_of(one), document_of(two)]})

    assert match(receipt("198.71", "RNR: 92/25", iban=""), books).state == "UNIDENTIFIED"
