"""A clerk's day in the cash queue, in a real browser and by keys: upload, mend, split, park, ask, undo, teach."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from acquit.cash.models import PayerAlias, Receipt
from acquit.cash.operations import import_statements, match_bank_lines
from acquit.cash.queries import get_receipt
from acquit.formats.statements import Statement, StatementKind, StatementLine
from acquit.infra.transaction import set_companies
from tests.builders import SYSTEM
from tests.web.browser import PHONE, list_axe_findings, list_sideways_scrollers, take_picture
from tests.web.story import NOON, TODAY
from tests.web.test_story import Stage, stage

pytestmark = [pytest.mark.web, pytest.mark.django_db(transaction=True)]
__all__ = ["stage"]

ACCOUNT = "DE89370400440532013000"
DAY = date(2026, 11, 18)
MT940 = """:20:STARTUMSE
:25:37040044/0532013000
:28C:00222/001
:60F:C261118EUR324836,15
:61:2611181118C9000,00NTRFNONREF//Z-222-1
:86:166?00GUTSCHRIFT?20RE 2026-10440 LINDNER?32GEBR LINDNER ANLAGENBAU
:62F:C261118EUR333836,15
-
"""


def bring(stage: Stage, number: str, amount: str, payer: str, text: str, iban: str = "") -> int:
    """Bring one more payment; gives its receipt."""
    books = stage.story.german
    set_companies([books.company_id])
    line = StatementLine(
        DAY, DAY, Decimal(amount), "EUR", bank_reference=number, counterparty=payer, iban=iban, text=text
    )
    statement = Statement(
        format="CAMT",
        kind=StatementKind.STATEMENT,
        account=ACCOUNT,
        currency="EUR",
        statement_id=number,
        sequence=number,
        legal_number="",
        opening=Decimal(0),
        closing=Decimal(amount),
        opening_date=DAY,
        closing_date=DAY,
        lines=(line,),
        balanced=True,
        difference=Decimal(0),
    )
    import_statements(actor=SYSTEM, company_id=books.company_id, statements=[statement])
    match_bank_lines(actor=SYSTEM, company_id=books.company_id, business_date=TODAY, decided_at=NOON)
    return Receipt.objects.get(reference="", bank_line_id__isnull=False, amount=Decimal(amount)).id


def look(page: Page, name: str) -> None:
    """Keep a picture and hold the page to axe and to its width."""
    take_picture(page, f"cash-{name}")
    assert list_axe_findings(page) + list_sideways_scrollers(page) == []


def choose_company(page: Page) -> None:
    page.locator("summary", has_text="All companies").click()
    page.get_by_role("button", name="Nordlicht Wärmetechnik GmbH").click()
    expect(page.locator(".aq-top")).to_contain_text("Nordlicht Wärmetechnik GmbH")


def test_a_statement_dropped_on_the_queue_is_read_and_its_money_posted(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "umsatz.sta"
    file.write_text(MT940, encoding="ascii")
    page = stage.open("/cash/")
    choose_company(page)
    page.set_input_files("#statement", file)
    page.wait_for_url(re.compile(r"/intake/\d+"))
    expect(page.locator("main")).to_contain_text("umsatz.sta")
    look(page, "uploaded")
    page.locator("form[action$='/post'] button").click()
    expect(page.locator("main")).to_contain_text(re.compile("posted", re.IGNORECASE))
    take_picture(page, "cash-upload-posted")


def test_a_lump_sum_is_split_by_keys_alone_and_undone_with_a_reason(stage: Stage) -> None:
    page = stage.open("/cash/")
    page.keyboard.press("s")
    expect(page.locator("#whose")).to_be_focused()
    page.keyboard.type("10219")
    expect(page.locator("[data-pick-option]").first).to_contain_text("2026-10219")
    page.keyboard.press("Enter")
    first = page.get_by_label("Take of the cash for 2026-10219")
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.type("27380.90")
    expect(page.locator("[data-pick-option]").first).to_contain_text("2026-10480")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Take of the cash for 2026-10480")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[data-allocated]")).to_have_text("45,780.90 / 48,316.40")
    look(page, "split")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-toast]")).to_contain_text("Applied 48,316.40 EUR.")
    expect(page.locator("[data-row][aria-selected=true]")).to_contain_text("Wohnbau Spreeufer eG")
    page.keyboard.press("u")
    expect(page.locator("#aq-why")).to_be_visible()
    look(page, "why")
    page.keyboard.press("1")
    expect(page.locator("[data-toast]")).to_contain_text("Undone: 48,316.40 EUR waits again.")
    expect(page.locator("#card h2")).to_contain_text("Rheinland Baumarkt AG")
    assert get_receipt(1).state == "PROPOSED"


def test_parking_asking_and_taking_over_by_keys(stage: Stage) -> None:
    page = stage.open("/cash/")
    page.keyboard.press("o")
    expect(page.locator("[data-toast]")).to_contain_text("48,316.40 EUR is Katrin Vogel's now.")
    expect(page.locator("#card")).to_contain_text("yours to look after")
    page.keyboard.press("q")
    page.wait_for_url("**/question?state=waiting")
    expect(page.locator("#body")).to_have_value(re.compile("fehlen 1.240,00 EUR. Wofür haben Sie gekürzt"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-toast]")).to_contain_text(
        "Asked about 48,316.40 EUR. It waits until 26 Nov 2026."
    )
    expect(page.locator("#sums")).to_contain_text("1 waits for an answer")
    expect(page.locator("[data-row]")).to_have_count(4)
    page.keyboard.press("a")
    expect(page.locator("[data-toast]")).to_contain_text("Kept 41,900.00 EUR on account.")
    asked = stage.open("/cash/?asked=yes")
    expect(asked.locator("#card")).to_contain_text("It waits for the answer until 26 Nov 2026.")
    look(asked, "asked")
    phone = stage.open("/cash/1", PHONE, "de")
    look(phone, "receipt-phone-de")


def test_another_fitting_answer_is_one_digit_away(stage: Stage) -> None:
    page = stage.open("/cash/?currency=GBP")
    expect(page.locator("#card h2")).to_contain_text("Kestrel Building Services Ltd")
    expect(page.locator(".aq-chip", has_text="GBP")).to_be_visible()
    look(page, "filtered")
    page.keyboard.press("2")
    expect(page.locator("[data-toast]")).to_contain_text("Confirmed 18,420.00 GBP.")


def test_what_people_confirm_twice_is_known_the_third_time_and_can_be_taken_back(stage: Stage) -> None:
    first = bring(stage, "Z-301", "1500.00", "Immo Verbund Sued", "MIETE")
    second = bring(stage, "Z-302", "1600.00", "Immo Verbund Sued", "MIETE")
    for receipt_id, amount in ((first, "1500"), (second, "1600")):
        page = stage.open(f"/cash/{receipt_id}")
        page.keyboard.press("s")
        expect(page.locator("#whose")).to_be_focused()
        page.keyboard.type("10480")
        expect(page.locator("[data-pick-option]").first).to_contain_text("2026-10480")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Take of the cash for 2026-10480")).to_be_focused()
        page.keyboard.type(amount)
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-toast]")).to_contain_text("Applied")
    expect(page.locator("[data-toast]")).to_contain_text(
        "Learned: Immo Verbund Sued pays for Schäfer & Söhne"
    )
    third = bring(stage, "Z-303", "1700.00", "Immo Verbund Sued", "MIETE")
    page = stage.open(f"/cash/{third}")
    expect(page.locator("#card h2")).to_contain_text("Schäfer & Söhne Sanitär KG")
    expect(page.locator("#card")).to_contain_text("Immo Verbund Sued pays for Schäfer & Söhne Sanitär KG")
    look(page, "learned-card")
    page = stage.open("/cash/learned")
    look(page, "learned-list")
    page.get_by_label("Immo Verbund Sued pays for").check()
    page.get_by_role("button", name="Ticked ones are right").click()
    expect(page.locator("[data-toast]")).to_contain_text("Reviewed: 1.")
    page.get_by_role("button", name="Take back").click()
    page.get_by_label("Another reason").fill("It pays for others too")
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("Forgotten: Immo Verbund Sued")
    assert not PayerAlias.objects.filter(alias__startswith="immo").exists()
