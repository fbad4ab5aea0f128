"""Heads, ages, types and places: the vocabulary of recognition."""

from __future__ import annotations

import pytest

from acquit.intake.rules import Field, read_buckets
from acquit.intake.rules.document_types import DocumentType, read_code
from acquit.intake.rules.headers import currency_in_header, header_scores, words_of
from acquit.intake.rules.places import read_country, read_language


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Belegnr.", Field.DOCUMENT),
        ("BELEG_NR", Field.DOCUMENT),
        ("Beleg-Nr.", Field.DOCUMENT),
        ("InvoiceNo", Field.DOCUMENT),
        ("doc_id", Field.DOCUMENT),
        ("N° facture", Field.DOCUMENT),
        ("Número de factura", Field.DOCUMENT),
        ("Numero fattura", Field.DOCUMENT),
        ("Factuurnummer", Field.DOCUMENT),
        ("Debitor", Field.CUSTOMER),
        ("KUNNR", Field.CUSTOMER),
        ("cust_number", Field.CUSTOMER),
        ("Código cliente", Field.CUSTOMER),
        ("Debiteurnummer", Field.CUSTOMER),
        ("Fällig", Field.DUE_DATE),
        ("Faelligkeitsdatum", Field.DUE_DATE),
        ("Date d'échéance", Field.DUE_DATE),
        ("Fecha de vencimiento", Field.DUE_DATE),
        ("Data scadenza", Field.DUE_DATE),
        ("Vervaldatum", Field.DUE_DATE),
        ("due_in_date", Field.DUE_DATE),
        ("Invoice Date Due", Field.DUE_DATE),
        ("Betrag brutto", Field.GROSS_AMOUNT),
        ("Amount in transaction currency", Field.GROSS_AMOUNT),
        ("Montant TTC", Field.GROSS_AMOUNT),
        ("Offen HW", Field.OPEN_AMOUNT),
        ("Reste à payer", Field.OPEN_AMOUNT),
        ("amount_residual", Field.OPEN_AMOUNT),
        ("Saldo pendiente", Field.OPEN_AMOUNT),
        ("Wä.", Field.CURRENCY),
        ("Wä", Field.CURRENCY),
        ("WAERS", Field.CURRENCY),
        ("Art", Field.DOCUMENT_TYPE),
        ("ZFBDT", Field.BASELINE_DATE),
        ("baseline_create_date", Field.BASELINE_DATE),
        ("buisness_year", Field.FISCAL_YEAR),
        ("Conditions de paiement", Field.PAYMENT_TERMS),
        ("quantityOrdered", Field.QUANTITY),
        ("priceEach", Field.UNIT_PRICE),
    ],
)
def test_a_head_names_its_field_best(header: str, field: Field) -> None:
    scores = header_scores(header)
    assert scores[field] == max(scores.values())
    assert scores[field] > 0.6


def test_heads_that_are_known_and_not_needed_name_nothing() -> None:
    for header in ("Customer group", "On time amount", "ContactTitle", "ShipAddress"):
        assert header_scores(header) == {}


def test_a_word_too_many_lowers_the_score_and_a_misspelling_too() -> None:
    assert header_scores("Due date")[Field.DUE_DATE] == 1.0
    assert 0.6 < header_scores("Our net due date")[Field.DUE_DATE] < 0.9
    assert 0.6 < header_scores("Documnet number")[Field.DOCUMENT] < 1.0
    assert header_scores("xyz") == {}


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("CustomerID", ("customer", "id")),
        ("BUKRS", ("bukrs",)),
        ("Fällig am", ("fallig", "am")),
        ("amount_residual (2)", ("amount", "residual")),
        ("Straße", ("strasse",)),
        ("Discount %", ("discount", "percent")),
        ("", ()),
    ],
)
def test_heads_are_cut_into_plain_words(header: str, words: tuple[str, ...]) -> None:
    assert words_of(header) == words


def test_a_currency_in_a_head_is_read() -> None:
    assert currency_in_header("converted_usd") == "USD"
    assert currency_in_header("Betrag in EUR") == "EUR"
    assert currency_in_header("EUR/USD") is None
    assert currency_in_header("Betrag") is None


@pytest.mark.parametrize(
    ("heads", "labels"),
    [
        (
            ["Current", "30 days", "60 days", "90 days", "180 and over"],
            ["not due", "1-30", "31-60", "61-90", "91+"],
        ),
        (["nicht fällig", "1-30", "31-60", "61-90", ">90"], ["not due", "1-30", "31-60", "61-90", "91+"]),
        (["0-30", "31-60", "61+"], ["0-30", "31-60", "61+"]),
        (
            ["Non échu", "1 à 30 jours", "31 à 60 jours", "plus de 60 jours"],
            ["not due", "1-30", "31-60", "61+"],
        ),
        (["bis 30 Tage", "bis 60 Tage", "über 60 Tage"], ["up to 30", "31-60", "61+"]),
        (
            ["Current", "< 1 Month", "1 Month", "2 Months", "Older"],
            ["not due", "1-30", "31-60", "61-90", "91+"],
        ),
        (["0 - 30", "31 - 60", "91+"], ["0-30", "31-60", "61+"]),
    ],
)
def test_heads_of_an_ageing_are_read_together_and_touch(heads: list[str], labels: list[str]) -> None:
    buckets = read_buckets(["Kunde", *heads])
    assert [buckets[index].label for index in range(1, len(heads) + 1)] == labels


def test_years_and_lone_numbers_are_no_ages() -> None:
    assert read_buckets(["2008/2009", "2009/2010", "2010/2011"]) == {}
    assert read_buckets(["Kunde", "30 days"]) == {}
    assert read_buckets(["Number 1", "Number 2"]) == {}


def test_codes_are_known_likely_or_told_by_their_sign() -> None:
    assert read_code("RV", positives=1, negatives=0).document_type is DocumentType.INVOICE
    assert read_code("Gutschrift", positives=1, negatives=0).confidence > 0.9
    dz = read_code("DZ", positives=0, negatives=3)
    assert (dz.document_type, dz.confidence) == (DocumentType.PAYMENT, 0.72)
    unknown = read_code("Q7", positives=1, negatives=5)
    assert (unknown.document_type, unknown.confidence) == (DocumentType.CREDIT_NOTE, 0.5)
    assert unknown.reason == "5 of its amounts are negative"


def test_countries_and_languages_are_known_by_code_and_name() -> None:
    names = ["Deutschland", "UK", "EIRE", "Autriche", "USA", "AT", "Estados Unidos", "Österreich", "DEU", "d"]
    assert [read_country(name) for name in names] == [
        "DE",
        "GB",
        "IE",
        "AT",
        "US",
        "AT",
        "US",
        "AT",
        "DE",
        "DE",
    ]
    assert [read_country(name) for name in ("391", "Unspecified", "European Community", "")] == [None] * 4
    assert [read_language(name) for name in ("de", "D", "German", "de-AT", "français")] == [
        "de",
        "de",
        "de",
        "de",
        "fr",
    ]
    assert read_language("Klingonisch!") is None
