"""Files in by hand, in a real browser: drop, understand, answer, post, mend, and see the true picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from acquit.controls.operations import create_user, grant_role, open_company
from acquit.controls.rules.duties import Role
from acquit.web.checking import find_last_check
from tests.builders import FIRST_DAY, SYSTEM
from tests.web.browser import (
    DESKTOP,
    PHONE,
    Screen,
    list_axe_findings,
    list_sideways_scrollers,
    take_picture,
)
from tests.web.conftest import OpenPage
from tests.web.story import PASSWORD, TODAY

pytestmark = [pytest.mark.web, pytest.mark.django_db(transaction=True)]

CUSTOMERS = """Kundennummer;Name;Ort;Land;IBAN;Zahlungsbedingungen
10482;Rheinland Baumarkt AG;Köln;DE;DE74370700600201883400;30 Tage netto
10519;Wohnbau Spreeufer eG;Berlin;DE;;30 Tage netto
10233;Gebrüder Lindner Anlagenbau GmbH;Chemnitz;DE;;14 Tage netto
"""
OPEN_ITEMS = """Belegnr.;Debitor;Belegdatum;Fällig;Betrag brutto;Offener Betrag;Währung;Letzte Mahnung
2026-10398;10482;14.09.2026;14.10.2026;18.204,60;18.204,60;EUR;03/04/2026
2026-10442;10482;28.09.2026;28.10.2026;21.951,80;21.951,80;EUR;
2026-10467;10482;02.10.2026;01.11.2026;9.400,00;9.400,00;EUR;05/06/2026
2026-10301;10519;20.09.2026;20.10.2026;20.900,00;20.900,00;EUR;
2026-10101;10233;23.08.2026;22.09.2026;30.117,44;30.117,44;EUR;02/03/2026
2026-10102;10233;23.08.2026;31.11.2026;3.120,25;3.120,25;EUR;
2026-10103;10233;24.08.2026;23.09.2026;2.450,00;2.450,00;EURO;
2026-10104;10233;25.08.2026;24.09.2026;11.400,00;12.400,00;EUR;
"""
STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>M221</MsgId><CreDtTm>2026-11-18T20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>221</Id><ElctrncSeqNb>221</ElctrncSeqNb><CreDtTm>2026-11-18T20:00:00</CreDtTm>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-18</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">169216.40</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-18</Dt></Dt></Bal>
{entries}</Stmt></BkToCstmrStmt></Document>
"""
ENTRY = """<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-11-18</Dt></BookgDt><ValDt><Dt>2026-11-18</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
<RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr><DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"""
SHORT = "RE 2026-10398 2026-10442 2026-10467 ABZGL BRUCHSCHADEN 1240,00 BEL RB-774120"


def write_statement() -> str:
    short = {"amount": "48316.40", "reference": "Z-221-14", "payer": "Rheinland Baumarkt AG"}
    exact = {"amount": "20900.00", "reference": "Z-221-15", "payer": "Wohnbau Spreeufer eG"}
    entries = ENTRY.format(**short, iban="DE74370700600201883400", text=SHORT)
    entries += ENTRY.format(**exact, iban="DE02120300000000202051", text="RE 2026-10301")
    return STATEMENT.format(entries=entries)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    given = []
    for name, text in (
        ("Kunden_Export.csv", CUSTOMERS),
        ("offene_posten_1811.csv", OPEN_ITEMS),
        ("camt053_20261118.xml", write_statement()),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        given.append(path)
    return given


@pytest.fixture
def cookies(settings: Settings) -> dict[str, str]:
    settings.ACQUIT_BUSINESS_DATE = TODAY
    company = open_company(name="Nordlicht Wärmetechnik GmbH", currency="EUR")
    user = create_user(username="katrin", password=PASSWORD, full_name="Katrin Vogel")
    grant_role(actor=SYSTEM, user_id=user.pk, company_id=company.id, role=Role.OWNER, valid_from=FIRST_DAY)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = django_settings.SESSION_COOKIE_NAME
    return {name: client.cookies[name].value}


def _ready(page: Page) -> Page:
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    expect(page.locator("[aria-busy=true], .htmx-request")).to_have_count(0)
    return page


def _look(page: Page, name: str) -> None:
    take_picture(page, name)
    assert list_axe_findings(page) == []
    assert list_sideways_scrollers(page) == []


def test_three_files_become_a_true_picture(
    live_server: LiveServer, open_page: OpenPage, cookies: dict[str, str], files: list[Path]
) -> None:
    page = _ready(open_page(f"{live_server.url}/", cookies=cookies))
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/intake/")
    _look(_ready(page), "intake-empty")
    page.locator("input[type=file]").set_input_files(files)
    page.wait_for_url(re.compile(r"/intake/\d+$"))
    _ready(page)
    expect(page.locator("[data-row]")).to_have_count(3)
    _look(page, "intake-understood")
    page.get_by_role("option", name="offene_posten_1811.csv").click()
    _ready(page)
    expect(page.get_by_label("Meaning of Belegnr.")).to_have_value("DOCUMENT")
    _look(page, "intake-open-items")
    while page.locator(".aq-ask .aq-chip").count():
        page.locator(".aq-ask .aq-chip").first.click()
        page.wait_for_load_state()
        _ready(page)
    page.get_by_role("button", name="Post 3 files").click()
    expect(page.get_by_role("heading", name="What you got")).to_be_visible()
    _ready(page)
    page.get_by_role("option", name="offene_posten_1811.csv").click()
    _ready(page)
    expect(page.get_by_role("heading", name="Refused rows")).to_be_visible()
    _look(page, "intake-posted")
    page.get_by_label("Mend line 7, Fällig").fill("30.11.2026")
    page.get_by_label("Mend line 8, Währung").fill("EUR")
    page.get_by_role("button", name="Take these values").click()
    expect(page.get_by_role("heading", name="What you got")).to_be_visible()
    page.goto(f"{page.url.partition('?')[0]}?file=2")
    _ready(page)
    expect(page.get_by_role("option", name="offene_posten_1811.csv")).to_contain_text("Posted")
    expect(page.locator(".aq-totals tbody tr").nth(1)).to_contain_text("8117,544.09")
    page.goto(f"{live_server.url}/")
    _ready(page)
    _look(page, "intake-home")
    page.goto(f"{live_server.url}/cash/")
    expect(page.locator("#card h3").first).to_contain_text("1,240.00 as a deduction")
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("Confirmed 48,316.40 EUR.")
    page.keyboard.press("u")
    page.keyboard.press("5")
    expect(page.locator("[data-toast]")).to_contain_text("waits again")
    page.goto(f"{live_server.url}/worklist/")
    expect(page.get_by_role("grid", name="Worklist")).to_contain_text("Gebrüder Lindner Anlagenbau GmbH")


def test_the_same_files_again_change_nothing(
    live_server: LiveServer, open_page: OpenPage, cookies: dict[str, str], files: list[Path]
) -> None:
    page = _ready(open_page(f"{live_server.url}/intake/", cookies=cookies))
    for _turn in range(2):
        page.goto(f"{live_server.url}/intake/")
        page.locator("input[type=file]").set_input_files(files[:1])
        page.wait_for_url(re.compile(r"/intake/\d+$"))
        _ready(page)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="What you got")).to_be_visible()
    page.goto(f"{live_server.url}/customers/")
    expect(page.locator("tbody tr")).to_have_count(3)


def test_a_file_that_cannot_be_read_says_why_and_stops_none(
    live_server: LiveServer, open_page: OpenPage, cookies: dict[str, str], files: list[Path], tmp_path: Path
) -> None:
    broken = tmp_path / "kaputt.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook")
    page = _ready(open_page(f"{live_server.url}/intake/", cookies=cookies))
    page.locator("input[type=file]").set_input_files([broken, files[0]])
    page.wait_for_url(re.compile(r"/intake/\d+$"))
    _ready(page)
    expect(page.get_by_role("option", name="kaputt.xlsx")).to_contain_text("Refused")
    page.get_by_role("option", name="kaputt.xlsx").click()
    _ready(page)
    expect(page.locator(".aq-columns .aq-note.bad")).to_be_visible()
    _look(page, "intake-unreadable")


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=lambda screen: screen.name)
def test_the_books_are_checked_beside_the_pages(
    live_server: LiveServer, open_page: OpenPage, cookies: dict[str, str], screen: Screen
) -> None:
    page = _ready(open_page(f"{live_server.url}/checks/", screen, cookies=cookies))
    page.get_by_role("button", name="Check the books").click()
    expect(page.locator(".aq-head p")).to_contain_text("checks were zero")
    _ready(page)
    last = find_last_check()
    assert last is not None
    assert last.broken == 0
    expect(page.locator(".agreed:visible")).to_contain_text("Books agree, difference 0.00, checked")
    page.wait_for_load_state("networkidle")  # the page goes back to itself when the checks are done
    _look(page, f"checks-{screen.name}")
