"""The baselines are what they claim to be: nothing cleverer, nothing less."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from acquit.benchmark.baselines import exact_reference_only, greedy_oldest_first
from acquit.benchmark.company_book import BookItem, BookLine, CompanyBook, read_company
from acquit.benchmark.report import scores_to_json
from acquit.benchmark.scoring import score
from acquit.core.references import normalise_reference, rf_reference
from acquit.formats.statements import StatementLine
from tests.benchmark.conftest import MadeCompany


def item(number: str, amount: str, due: int = 1, customer: str = "C1", issued: int = 1) -> BookItem:
    return BookItem(number, customer, date(2026, 1, issued), date(2026, 2, due), "EUR", Decimal(amount))


def booked(amount: str, text: str = "", iban: str = "", name: str = "", **more: str) -> BookLine:
    line = StatementLine(
        date(2026, 1, 20), None, Decimal(amount), "EUR", text=text, iban=iban, counterparty=name, **more
    )
    return BookLine("DE1", line)


def book(
    items: list[BookItem], lines: list[BookLine], references: dict[str, BookItem] | None = None
) -> CompanyBook:
    by_number = {normalise_reference(one.number): one for one in items}
    return CompanyBook(by_number, references or {}, {"IBAN1": "C1", "ADAM AG": "C1"}, lines)


def said(outcome: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    return outcome["state"], [(one["document"], one["amount"]) for one in outcome["applied"]]


def test_exact_reference_posts_what_is_named_whole() -> None:
    items = [item("RE-2026-1", "100.00"), item("RE-2026-2", "50.00"), item("GS-1", "-20.00")]
    structured = rf_reference("4711")
    lines = [
        booked("100.00", "Rechnung RE-2026-1 vom 03.01."),
        booked("100.00", "Rechnung RE-2026-1 noch einmal"),
        booked("30.00", "re-2026-2 abzgl. GS-1"),
        booked("77.00", structured),
        booked("50.00", "26-2"),
        booked("-5.00", "RE-2026-2"),
    ]
    other = item("RE-2026-9", "77.00")
    items.append(other)
    found = [said(one) for one in exact_reference_only(book(items, lines, {structured: other}))]
    assert found == [
        ("AUTO", [("RE-2026-1", "100.00")]),
        ("UNIDENTIFIED", []),
        ("AUTO", [("RE-2026-2", "50.00"), ("GS-1", "-20.00")]),
        ("AUTO", [("RE-2026-9", "77.00")]),
        ("UNIDENTIFIED", []),
        ("UNIDENTIFIED", []),
    ]


def test_exact_reference_leaves_another_amount() -> None:
    lines = [booked("98.00", "RE-2026-1")]
    assert [said(one) for one in exact_reference_only(book([item("RE-2026-1", "100.00")], lines))] == [
        ("UNIDENTIFIED", [])
    ]


def test_greedy_pays_the_oldest_until_the_money_is_gone() -> None:
    items = [
        item("B", "100.00", due=5),
        item("A", "30.00", due=3),
        item("LATER", "10.00", due=1, issued=25),
        item("CREDIT", "-5.00", due=1),
        item("OTHER", "40.00", due=1, customer="C2"),
    ]
    lines = [
        booked("50.00", "B", iban="IBAN1"),
        booked("90.00", name="Adam AG"),
        booked("5.00", name="Adam AG"),
        booked("40.00", "OTHER", name="Nobody"),
    ]
    assert [said(one) for one in greedy_oldest_first(book(items, lines))] == [
        ("AUTO", [("A", "30.00"), ("B", "20.00")]),
        ("AUTO", [("B", "80.00")]),
        ("ON_ACCOUNT", []),
        ("UNIDENTIFIED", []),
    ]


def test_both_on_a_company(company: MadeCompany) -> None:
    known = read_company(company.folder)
    assert len(known.lines) == len(company.truth)
    exact = scores_to_json(score(company.truth, exact_reference_only(known)))
    assert 0.3 < Decimal(exact["auto_posted_share"]) < 0.6
    assert Decimal(exact["precision"]) > Decimal("0.995")
    assert exact["undecidable_posted"] == 0
    assert exact["decidable"]["missing"] == exact["lines_of_nothing"] == 0
    greedy = scores_to_json(score(company.truth, greedy_oldest_first(known)))
    assert Decimal(greedy["auto_posted_share"]) > Decimal(exact["auto_posted_share"])
    assert Decimal(greedy["precision"]) < Decimal("0.5")
