"""Every component of the design language, in a real browser: looks, keys, states, access."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.web.browser import (
    DESKTOP,
    PHONE,
    SCREENS,
    Screen,
    list_axe_findings,
    list_sideways_scrollers,
    take_picture,
)
from tests.web.conftest import OpenPage

pytestmark = [pytest.mark.web, pytest.mark.usefixtures("debug")]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_axe_finds_nothing_and_nothing_sticks_out(
    shell_server: str, open_page: OpenPage, screen: Screen, language: str
) -> None:
    page = open_page(f"{shell_server}/patterns", screen, language)
    take_picture(page, f"patterns-{screen.name}-{language}")
    assert list_axe_findings(page) == []
    assert list_sideways_scrollers(page) == []


def test_roomy_rows_are_taller(shell_server: str, open_page: OpenPage) -> None:
    heights = {}
    for density in ("dense", "roomy"):
        page = open_page(f"{shell_server}/patterns", cookies={"acquit_density": density})
        box = page.locator("#pattern-row-1").bounding_box()
        assert box is not None
        heights[density] = round(box["height"])
    assert heights == {"dense": 34, "roomy": 42}


def test_the_theme_follows_the_system_until_the_user_chooses(shell_server: str, open_page: OpenPage) -> None:
    followed = open_page(f"{shell_server}/patterns", SCREENS[3])
    expect(followed.locator("html")).to_have_attribute("data-bs-theme", "dark")
    followed.emulate_media(color_scheme="light")
    expect(followed.locator("html")).to_have_attribute("data-bs-theme", "light")
    chosen = open_page(f"{shell_server}/patterns", cookies={"acquit_theme": "dark"})
    expect(chosen.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_rows_are_walked_ticked_and_summed_by_key(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    page.keyboard.press("j")
    expect(page.locator("#pattern-row-1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Space")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pattern-row-4")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Space")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 chosen")
    expect(page.locator("[data-bulk-sum]")).to_have_text("16,020.00 EUR")
    expect(page.locator("[data-filter-bar]")).to_be_hidden()
    expect(page.locator("#aq-live")).to_have_text("2 chosen, 16,020.00 EUR")
    page.keyboard.press("Escape")
    expect(page.locator("[data-filter-bar]")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator("#pattern-row-3")).to_have_attribute("aria-selected", "true")


def test_shift_ticks_a_range(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    boxes = page.locator("[data-tick]")
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("4 chosen")
    expect(page.locator("[data-bulk-sum]")).to_have_text("50,851.80 EUR")


def test_single_letters_rest_while_typing_and_when_switched_off(
    shell_server: str, open_page: OpenPage
) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    page.locator("#pattern-amount").focus()
    page.keyboard.press("j")
    expect(page.locator("[aria-selected=true][data-row]")).to_have_count(0)
    off = _ready(open_page(f"{shell_server}/patterns", cookies={"acquit_single_keys": "off"}))
    off.keyboard.press("j")
    off.keyboard.press("?")
    expect(off.locator("[aria-selected=true][data-row]")).to_have_count(0)
    expect(off.locator("#aq-help")).to_be_hidden()
    off.keyboard.press("ArrowDown")
    expect(off.locator("#pattern-row-1")).to_have_attribute("aria-selected", "true")


def test_the_palette_opens_by_key_finds_acts_and_closes(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    page.keyboard.press("Control+k")
    expect(page.locator("#aq-palette-input")).to_be_focused()
    page.keyboard.type("conf")
    expect(page.locator("#aq-palette [role=option]:visible")).to_have_text(["ConfirmE"])
    take_picture(page, "palette-desktop-en")
    assert list_axe_findings(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("3 invoices cleared")
    page.keyboard.press("/")
    page.keyboard.type("zzz")
    expect(page.locator("[data-none]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#aq-palette")).to_be_hidden()


def test_the_help_lists_the_pages_own_keys(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    page.keyboard.press("?")
    expect(page.locator("[data-page-keys]")).to_contain_text("Confirm")
    take_picture(page, "help-desktop-en")
    assert list_axe_findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#aq-help")).to_be_hidden()


def test_an_act_is_done_at_once_and_undone_by_key(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    page.keyboard.press("e")
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("Confirmed. 3 invoices cleared, 1 deduction opened.")
    take_picture(page, "toast-desktop-en")
    page.keyboard.press("u")
    expect(toast).to_have_text("Undone.")


def test_a_refusal_is_said_in_the_problem_line(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    page.get_by_role("button", name="Refuse").click()
    line = page.locator("#aq-problem")
    expect(line).to_contain_text("Nothing was posted twice.")
    expect(line).to_contain_text("Nothing was changed.")
    expect(line).to_be_in_viewport()
    take_picture(page, "refusal-desktop-en")


def test_waiting_shows_the_shape_of_rows_only_after_a_while(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    place = page.locator("#patterns-rows")
    page.get_by_role("button", name="Load").click()
    expect(place).to_have_attribute("aria-busy", "true")
    expect(place).to_contain_text("Rows stand here.")
    expect(place.locator(".aq-skeleton")).to_be_visible()
    take_picture(page, "loading-desktop-en")
    expect(place).to_contain_text("Rows arrived.")
    expect(place).not_to_have_attribute("aria-busy", "true")


def test_a_lost_connection_is_said_and_the_rows_come_back(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    page.context.set_offline(True)
    page.get_by_role("button", name="Load").click()
    expect(page.locator("#aq-problem")).to_contain_text("No connection. Nothing was sent.")
    expect(page.locator("#patterns-rows")).to_contain_text("Rows stand here.")


def test_copying_figures_gives_plain_numbers(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns", DESKTOP, "de"))
    copied = """(selector) => {
        const range = document.createRange();
        range.selectNodeContents(document.querySelector(selector));
        const selection = document.getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        const transfer = new DataTransfer();
        const event = new ClipboardEvent("copy", { clipboardData: transfer, bubbles: true, cancelable: true });
        document.dispatchEvent(event);
        return transfer.getData("text/plain");
    }"""
    assert page.evaluate(copied, "#pattern-row-2") == "\t2026-10442\t22\t21951.80\tBezahlt, zu bestätigen"
    assert page.evaluate(copied, ".aq-kpi dd a") == "12486310.42"


def test_the_skip_link_comes_first_and_leads_to_the_page(shell_server: str, open_page: OpenPage) -> None:
    page = _ready(open_page(f"{shell_server}/patterns"))
    page.keyboard.press("Tab")
    expect(page.locator(".aq-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=lambda screen: screen.name)
@pytest.mark.parametrize("address", ["login", "nowhere"])
def test_pages_before_the_log_in(
    shell_server: str, open_page: OpenPage, settings: Settings, screen: Screen, address: str
) -> None:
    settings.DEBUG = False
    page = open_page(f"{shell_server}/{address}", screen)
    take_picture(page, f"{address}-{screen.name}-en")
    assert list_axe_findings(page) == []
    assert list_sideways_scrollers(page) == []


def test_a_page_prints_on_white_without_its_shell(shell_server: str, open_page: OpenPage) -> None:
    page = open_page(f"{shell_server}/patterns", SCREENS[3])
    page.emulate_media(media="print")
    expect(page.locator(".aq-nav")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def _ready(page: Page) -> Page:
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    return page
