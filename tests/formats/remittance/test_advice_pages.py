"""Advices in PDF: columns found by place, pages that go on, and every reason a PDF is refused for."""

from __future__ import annotations

import zlib
from datetime import date
from decimal import Decimal

import pytest

from acquit.formats.remittance.advice import UnreadableAdvice
from tests.formats.remittance.pdf_files import Placed, make_pdf
from tests.formats.remittance.reading import read, read_one, whole

D = Decimal
RIGHT = 5.0  # the width of a figure in Helvetica of 9 points


def row(y: float, number: str, day: str, *amounts: str) -> list[Placed]:
    """Place a row: number and date to the left, amounts set to the right of their columns."""
    edges = (330.0, 400.0, 480.0)
    placed = [(50.0, y, number), (160.0, y, day)]
    return placed + [
        (edge - RIGHT * len(amount), y, amount) for edge, amount in zip(edges, amounts, strict=True) if amount
    ]


HEAD: list[Placed] = [
    (50, 800, "Müller Handels GmbH"),
    (50, 780, "Zahlungsavis Nr. ZA-77"),
    (50, 760, "Zahldatum: 03.02.2026"),
    (50, 745, "Währung: EUR"),
]
COLUMNS: list[Placed] = [
    (50, 720, "Ihre Rechnung"),
    (160, 720, "Datum"),
    (290, 720, "Brutto"),
    (370, 720, "Skonto"),
    (440, 720, "Zahlbetrag"),
]


def test_columns_are_found_by_place_and_go_on_over_pages() -> None:
    first = [*HEAD, *COLUMNS, *row(700, "RE-2026-1", "02.01.2026", "1.190,00", "23,80", "1.166,20")]
    second = [*COLUMNS, *row(700, "RE-2026-2", "03.01.2026", "100,00", "", "100,00")]
    second += [(50, 680, "Summe"), (440, 680, "1.266,20")]
    advice = read_one(make_pdf([first, second]), "avis.pdf")
    assert [whole(line) for line in advice.lines] == [
        ("RE-2026-1", "1190.00", "23.80", None, "1166.20"),
        ("RE-2026-2", "100.00", None, None, "100.00"),
    ]
    assert (advice.format, advice.advice_number, advice.payer_name) == ("PDF", "ZA-77", "Müller Handels GmbH")
    assert (advice.payment_date, advice.currency, advice.total_amount) == (
        date(2026, 2, 3),
        "EUR",
        D("1266.20"),
    )
    assert advice.lines[1].place == "page 2, line 2"
    assert advice.warnings == ()


def test_a_letter_without_columns_is_read_as_text() -> None:
    page: list[Placed] = [
        (50, 800, "Wir haben heute folgende Rechnungen bezahlt:"),
        (50, 780, "RE-4711 1.166,20 abzgl. Skonto 23,80"),
        (50, 760, "Gesamtbetrag: 1.166,20 EUR"),
    ]
    advice = read_one(make_pdf([page]))
    assert [whole(line) for line in advice.lines] == [("RE-4711", None, "23.80", None, "1166.20")]


BOMB = zlib.compress(b"BT (x) Tj ET " * 2_500_000)
ENCRYPTED = (
    b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <"
    + b"41" * 32
    + b"> /U <"
    + b"42" * 32
    + b"> >> /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]"
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (make_pdf([[]]), "SCANNED"),
        (make_pdf([HEAD]), "NO_ADVICE"),
        (make_pdf([HEAD], extra=ENCRYPTED), "ENCRYPTED"),
        (make_pdf([HEAD] * 41), "TOO_LARGE"),
        (make_pdf([HEAD], packed=BOMB), "TOO_LARGE"),
        (b"%PDF-1.4\n" + b"garbage" * 50, "DAMAGED"),
        (make_pdf([[*HEAD, *COLUMNS]]).partition(b"xref")[0][:400], "DAMAGED"),
    ],
    ids=["scanned", "no-advice", "encrypted", "pages", "bomb", "garbage", "cut"],
)
def test_what_cannot_be_read_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableAdvice) as refused:
        read(content, "avis.pdf")
    assert refused.value.code == code
