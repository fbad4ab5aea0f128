"""What stands around every page for someone who is logged in: places, keys, settings, the past."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from acquit.web.clock import read_business_date
from acquit.web.shell import list_place_views
from tests.web.browser import (
    DESKTOP,
    NARROW,
    PHONE,
    SCREENS,
    Screen,
    list_axe_findings,
    list_sideways_scrollers,
    take_picture,
)
from tests.web.conftest import OpenPage

pytestmark = [pytest.mark.web, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session_cookie(settings: Settings) -> dict[str, str]:
    settings.ROOT_URLCONF = "tests.web.places_urls"
    settings.DEBUG = True
    user = get_user_model().objects.create_user(
        username="katrin", password="a long enough word", first_name="Katrin", last_name="Vogel"
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return {django_settings.SESSION_COOKIE_NAME: client.cookies[django_settings.SESSION_COOKIE_NAME].value}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_the_shell_on_every_screen(
    live_server: LiveServer,
    open_page: OpenPage,
    session_cookie: dict[str, str],
    screen: Screen,
    language: str,
) -> None:
    page = open_page(f"{live_server.url}/patterns", screen, language, session_cookie)
    take_picture(page, f"shell-{screen.name}-{language}")
    assert list_axe_findings(page) == []
    assert list_sideways_scrollers(page) == []


def test_every_place_is_reached_by_its_keys(
    live_server: LiveServer, open_page: OpenPage, session_cookie: dict[str, str]
) -> None:
    page = _ready(open_page(f"{live_server.url}/patterns", cookies=session_cookie))
    places = page.locator(".aq-nav [data-go]")
    expect(places).to_have_count(len(list_place_views()))
    wanted = [
        (place.get_attribute("data-go") or "", place.get_attribute("href") or "") for place in places.all()
    ]
    assert len({key for key, _address in wanted}) == len(wanted)
    for key, address in wanted:
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"{live_server.url}{address}")
        _ready(page)
        expect(page.locator(".aq-nav [aria-current=page]")).to_have_attribute("href", address)


def test_the_rail_keeps_the_names_for_readers(
    live_server: LiveServer, open_page: OpenPage, session_cookie: dict[str, str]
) -> None:
    page = open_page(f"{live_server.url}/patterns", NARROW, cookies=session_cookie)
    rail = page.locator(".aq-nav").bounding_box()
    assert rail is not None
    assert round(rail["width"]) == 56
    expect(page.get_by_role("link", name="Worklist").first).to_be_visible()


def test_settings_are_kept(
    live_server: LiveServer, open_page: OpenPage, session_cookie: dict[str, str]
) -> None:
    page = _ready(open_page(f"{live_server.url}/patterns", cookies=session_cookie))
    page.get_by_label("Katrin Vogel: settings and log-out").click()
    take_picture(page, "user-menu-desktop-en")
    assert list_axe_findings(page) == []
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_label("Katrin Vogel: settings and log-out").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("h1")).to_have_text("Muster")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_label("Katrin Vogel: Einstellungen und Abmelden").click()
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url(f"{live_server.url}/login")


def test_escape_closes_a_menu_and_gives_the_focus_back(
    live_server: LiveServer, open_page: OpenPage, session_cookie: dict[str, str]
) -> None:
    page = _ready(open_page(f"{live_server.url}/patterns", cookies=session_cookie))
    opener = page.get_by_label("Katrin Vogel: settings and log-out")
    opener.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("details.aq-menu[open]")).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_past_tints_the_bar_and_can_be_left(
    live_server: LiveServer, open_page: OpenPage, session_cookie: dict[str, str]
) -> None:
    page = _ready(open_page(f"{live_server.url}/patterns", cookies=session_cookie))
    then = read_business_date() - timedelta(days=40)
    page.get_by_text("As of today").click()
    page.locator("#as-of").fill(then.isoformat())
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".aq-top.past")).to_be_visible()
    expect(page.locator(".aq-past-note")).to_contain_text("It can be read, not changed.")
    take_picture(page, "past-desktop-en")
    assert list_axe_findings(page) == []
    expect(page.get_by_role("button", name="Confirm")).to_be_disabled()
    page.get_by_text("As of", exact=False).first.click()
    page.get_by_role("button", name="Back to today").click()
    expect(page.locator(".aq-top.past")).to_have_count(0)


def test_more_on_the_phone_holds_the_rest_of_the_places(
    live_server: LiveServer, open_page: OpenPage, session_cookie: dict[str, str]
) -> None:
    page = _ready(open_page(f"{live_server.url}/patterns", PHONE, cookies=session_cookie))
    expect(page.locator(".aq-tabbar > *")).to_have_count(5)
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("link", name="Customers")).to_be_visible()
    take_picture(page, "more-phone-en")
    assert list_axe_findings(page) == []


def test_logging_in_leads_to_the_page_that_was_asked_for(
    live_server: LiveServer, open_page: OpenPage, session_cookie: dict[str, str]
) -> None:
    page = open_page(f"{live_server.url}/login?next=/patterns", DESKTOP)
    page.get_by_label("Name").fill("katrin")
    page.get_by_label("Password").fill("not the word")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("Name and password do not fit together.")
    take_picture(page, "login-refused-desktop-en")
    assert list_axe_findings(page) == []
    page.get_by_label("Password").fill("a long enough word")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{live_server.url}/patterns")


def test_too_many_failures_lock_the_log_in(client: Client, settings: Settings) -> None:
    for _try in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post("/login", {"username": "katrin", "password": "wrong"})
    assert answer.status_code == 429
    assert "Try again in 15 minutes" in answer.content.decode()


def _ready(page: Page) -> Page:
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    return page
