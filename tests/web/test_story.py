"""The pages with real books behind them, in a real browser: looked at, used by hand and by key, in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from acquit.infra.transaction import set_companies
from tests.web.browser import (
    DARK,
    DESKTOP,
    NARROW,
    PHONE,
    SCREENS,
    Screen,
    list_axe_findings,
    list_sideways_scrollers,
    show_on,
    take_picture,
)
from tests.web.conftest import OpenPage
from tests.web.story import TODAY, Story, tell_story

pytestmark = [pytest.mark.web, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Stage:
    """The told story, served, for someone who is logged in."""

    story: Story
    url: str
    cookies: dict[str, str]
    open_page: OpenPage

    def open(self, path: str, screen: Screen = DESKTOP, language: str = "en", **cookies: str) -> Page:
        page = self.open_page(f"{self.url}{path}", screen, language, {**self.cookies, **cookies})
        await_whole(page)
        return page


def await_whole(page: Page) -> None:
    """Wait until a page and its later parts are there."""
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    expect(page.locator("[aria-busy=true], .htmx-request")).to_have_count(0)


@pytest.fixture
def stage(live_server: LiveServer, open_page: OpenPage, settings: Settings) -> Stage:
    settings.ACQUIT_BUSINESS_DATE = TODAY
    story = tell_story()
    client = Client()
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.get(pk=story.user_id)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = django_settings.SESSION_COOKIE_NAME
    return Stage(story, live_server.url, {name: client.cookies[name].value}, open_page)


def _paths(story: Story) -> dict[str, str]:
    """Give the pages by name; statements, debits and learned payers are looked at in their own story."""
    set_companies([story.german.company_id, story.british.company_id])
    return {
        "today": "/",
        "worklist": "/worklist/",
        "worklist-drawer": f"/worklist/{story.rheinland_id}",
        "cash": "/cash/",
        "receipt": "/cash/1",
        "correct": "/cash/1/correct",
        "split": "/cash/1/correct?split",
        "account": "/cash/5/account",
        "question": "/cash/1/question",
        "refund": "/cash/1/refund",
        "unapplied": "/cash/unapplied",
        "customers": "/customers/",
        "customer": f"/customers/{story.rheinland_id}",
        "customer-payments": f"/customers/{story.rheinland_id}/payments",
        "customer-cases": f"/customers/{story.rheinland_id}/cases",
        "customer-facts": f"/customers/{story.rheinland_id}/facts",
        "items": "/items/?age=overdue",
        "item": f"/items/{story.item_id('2026-10442')}",
        "journal": "/journal/",
        "entry": "/journal/1",
        "checks": "/checks/",
    }


#: In German the longest words are looked at where there is least and most room.
LOOKS = {"en": SCREENS, "de": (DESKTOP, PHONE)}


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("is_touched", [False, True], ids=["desk", "phone"])
def test_every_page_on_every_screen(stage: Stage, language: str, is_touched: bool) -> None:
    """One visitor a device: a page comes once and is looked at in each size and scheme of the device."""
    screens = [screen for screen in LOOKS[language] if (screen is PHONE) is is_touched]
    found = []
    page = stage.open("/", screens[0], language)
    for name, path in _paths(stage.story).items():
        page.goto(f"{stage.url}{path}")
        await_whole(page)
        for screen in screens:
            show_on(page, screen)
            take_picture(page, f"page-{name}-{screen.name}-{language}")
            findings = list_sideways_scrollers(page)
            if (
                language == "en" and screen is not NARROW
            ):  # what axe looks at is no question of words or inches
                findings += list_axe_findings(page, of_colours_only=screen is DARK)
            found += [f"{name} {screen.name}: {each}" for each in findings]
    assert "\n".join(found) == ""


def test_confirming_a_match_clears_the_items_and_opens_the_next(stage: Stage) -> None:
    page = stage.open("/cash/")
    expect(page.locator("h3").first).to_have_text("Clear 3 items, keep 1,240.00 as a deduction")
    held_back = page.locator("#card tbody tr", has_text="Rest becomes a deduction").locator("a")
    number, path = held_back.inner_text(), held_back.get_attribute("href")
    original = page.locator("#card tbody tr", has_text=number).locator("td").nth(1).inner_text()
    page.keyboard.press("Enter")
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("Confirmed 48,316.40 EUR. A deduction was opened.")
    expect(page.locator("[data-row][aria-selected=true]")).to_contain_text("Wohnbau Spreeufer eG")
    expect(page.locator("#aq-nav")).to_contain_text("4")
    take_picture(page, "story-confirmed")
    item = stage.open(f"{path}")
    expect(item.locator(".aq-big")).to_contain_text("1,240.00")
    expect(item.locator(".aq-st").first).to_have_text("Disputed")
    take_picture(item, "story-item-cleared")
    assert list_axe_findings(item) == []
    page.keyboard.press("u")
    page.keyboard.press("5")
    expect(page.locator("[data-toast]")).to_contain_text("Undone: 48,316.40 EUR waits again.")
    expect(page.locator("[data-row][aria-selected=true]")).to_contain_text("Rheinland Baumarkt AG")
    back = stage.open(f"{path}")
    expect(back.locator(".aq-big")).to_contain_text(original)


def test_walking_the_queue_by_key_shows_each_proof(stage: Stage) -> None:
    page = stage.open("/cash/")
    page.keyboard.press("j")
    expect(page.locator("#card h2")).to_contain_text("Wohnbau Spreeufer eG")
    expect(page.locator("#card")).to_contain_text("only the amount speaks for it")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#card h2")).to_contain_text("Kestrel Building Services Ltd")
    expect(page.locator("#card")).to_contain_text("These fit as well")
    expect(page).to_have_url(re.compile(r"/cash/\d+\?state=waiting$"))
    page.reload()
    expect(page.locator("#card h2")).to_contain_text("Kestrel Building Services Ltd")


def test_correcting_a_match_by_hand(stage: Stage) -> None:
    page = stage.open("/cash/", language="de")
    page.keyboard.press("e")
    page.wait_for_url("**/correct?state=waiting")
    fields = page.locator("[data-cash]")
    for place in range(fields.count()):
        fields.nth(place).fill("")
    for place in range(page.locator("input[name^=kept-]").count()):
        page.locator("input[name^=kept-]").nth(place).fill("")
    page.get_by_label("Vom Geld nehmen für 2026-10219").fill("18.400,00")
    page.get_by_label("Vom Geld nehmen für 2026-10233").fill("20000")
    expect(page.locator("[data-allocated]")).to_have_text("38.400,00 / 48.316,40")
    take_picture(page, "story-correct-de")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-toast]")).to_contain_text("48.316,40 EUR angewendet.")
    cleared = stage.open(f"/items/{stage.story.item_id('2026-10219')}")
    expect(cleared.locator(".aq-st").first).to_have_text("Cleared")


def test_an_unreadable_amount_is_refused_in_place(stage: Stage) -> None:
    page = stage.open("/cash/1/correct")
    page.locator("[data-cash]").first.fill("12x")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#aq-problem")).to_contain_text("12x is no amount in EUR. Nothing was applied.")


def test_whose_money_it_is_can_be_said(stage: Stage) -> None:
    page = stage.open("/cash/?state=unidentified")
    expect(page.locator("#card")).to_contain_text("Nobody is known for this payment.")
    page.keyboard.press("a")
    page.wait_for_url("**/account?state=unidentified")
    page.keyboard.type("Dachs")
    expect(page.locator("[data-pick-option]").first).to_contain_text("Dachs & Partner Gebäudetechnik")
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("Kept 7,200.00 EUR on account.")


def test_somebody_was_faster(stage: Stage) -> None:
    first = stage.open("/cash/1")
    second = stage.open("/cash/1")
    first.get_by_role("button", name="Confirm").click()
    expect(first.locator("[data-toast]")).to_contain_text("Confirmed")
    second.get_by_role("button", name="Confirm").click()
    expect(second.locator("#aq-problem")).to_contain_text(
        "Not done. Katrin Vogel decided about 48,316.40 EUR at"
    )
    expect(second.locator("#aq-problem")).to_contain_text("Nothing was posted twice.")
    take_picture(second, "story-faster")


def test_the_palette_finds_an_invoice_by_its_short_number(stage: Stage) -> None:
    page = stage.open("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("10442")
    first = page.locator("[data-palette-found] [role=option]").first
    expect(first).to_contain_text("2026-10442")
    expect(first).to_have_attribute("aria-selected", "true")
    take_picture(page, "story-palette")
    assert list_axe_findings(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/items/{stage.story.item_id('2026-10442')}")


def test_figures_of_home_lead_down_to_their_rows(stage: Stage) -> None:
    page = stage.open("/")
    page.locator(".aq-ages a").nth(4).click()
    page.wait_for_url("**/items/?age=91&currency=EUR")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator(".aq-head .sec.num")).to_contain_text("9,871.26 EUR")


def test_another_currency_is_one_click_away(stage: Stage) -> None:
    page = stage.open("/")
    page.get_by_role("link", name="GBP", exact=True).click()
    expect(page.locator(".aq-kpi dd").first).to_have_text("205,730.00")
    page.goto(f"{stage.url}/")
    expect(page.locator(".aq-kpi dd").first).to_have_text("205,730.00")


def test_choosing_a_company_narrows_every_page(stage: Stage) -> None:
    page = stage.open("/customers/")
    page.locator("summary", has_text="All companies").click()
    page.get_by_role("button", name="Nordlicht UK Ltd").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator(".aq-top")).to_contain_text("Nordlicht UK Ltd")


def test_the_past_shows_what_was_open_then(stage: Stage) -> None:
    page = stage.open("/items/", acquit_as_of="2026-10-01")
    expect(page.locator("tbody")).to_contain_text("2026-10442")
    expect(page.locator("tbody")).not_to_contain_text("2026-10744")
    cash = stage.open("/cash/", acquit_as_of="2026-10-01")
    expect(cash.get_by_role("button", name="Confirm")).to_be_disabled()
    take_picture(cash, "story-past")


def test_someone_without_a_company_sees_where_to_begin(stage: Stage) -> None:
    from acquit.controls.operations import create_user

    user = create_user(username="new", password="a long enough word")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = django_settings.SESSION_COOKIE_NAME
    page = stage.open_page(f"{stage.url}/", cookies={name: client.cookies[name].value})
    expect(page.locator("main")).to_contain_text("No books yet")
    page.goto(f"{stage.url}/customers/{stage.story.rheinland_id}")
    expect(page.locator("main")).not_to_contain_text("Rheinland")
    expect(page.locator("h1")).to_contain_text("There is no customer")
