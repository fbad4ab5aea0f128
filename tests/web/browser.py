"""A real browser for the tests of the web door: where it is, how it is started, and what every page is asked.

A machine without a browser fails the tests with one clear line; it never skips them.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

PICTURES = Path(__file__).resolve().parents[2] / "test-results" / "web"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Screen:
    """A size and a scheme a page is looked at in."""

    name: str
    width: int
    height: int
    scheme: str = "light"


DESKTOP = Screen("desktop", 1440, 900)
NARROW = Screen("narrow", 1280, 800)
PHONE = Screen("phone", 390, 844)
DARK = Screen("dark", 1440, 900, "dark")
SCREENS = (DESKTOP, NARROW, PHONE, DARK)


def find_chromium(playwright: Playwright) -> str:
    """Give the path of a chromium: the one named, the system's, or the one the set-up installed; or fail."""
    own = playwright.chromium.executable_path
    named = (os.environ.get("ACQUIT_CHROMIUM", ""), "/usr/bin/chromium", shutil.which("chromium") or "", own)
    for path in named:
        if path and Path(path).is_file():
            return path
    pytest.fail(
        "No browser: install chromium, run `python -m playwright install chromium`, or name one in ACQUIT_CHROMIUM.",
        pytrace=False,
    )


def launch(playwright: Playwright) -> Browser:
    """Start the browser."""
    return playwright.chromium.launch(executable_path=find_chromium(playwright), args=ARGUMENTS)


def open_context(browser: Browser, screen: Screen, language: str = "en") -> BrowserContext:
    """Open a fresh profile of the browser at the size, scheme and language."""
    return browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme="dark" if screen.scheme == "dark" else "light",
        locale=language,
        is_mobile=screen is PHONE,
        has_touch=screen is PHONE,
        reduced_motion="reduce",
    )


def show_on(page: Page, screen: Screen) -> None:
    """Show a page that stands there in another size and scheme of the same device."""
    page.set_viewport_size({"width": screen.width, "height": screen.height})
    page.emulate_media(color_scheme="dark" if screen.scheme == "dark" else "light")


def take_picture(page: Page, name: str) -> Path:
    """Keep what the page looks like now."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    return path


def list_axe_findings(page: Page, *, of_colours_only: bool = False) -> list[str]:
    """Ask axe for its findings, each as one line that says which rule, how bad, and where."""
    asked = {"type": "rule", "values": ["color-contrast"]}
    if not of_colours_only:
        asked = {"type": "tag", "values": AXE_TAGS}
    # What passes is not told in detail: the same rules run, in half the time.
    result = Axe().run(page, options={"runOnly": asked, "resultTypes": ["violations"]}).response
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {node['target']} {node['html'][:160]}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def list_sideways_scrollers(page: Page) -> list[str]:
    """List what has to be scrolled sideways, and what sticks out of a card that does not scroll."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("html, body, main, .card, .card > *, .aq-kpi, .aq-head, .aq-top")]
          .filter((box) => box.getClientRects().length && !box.matches(".aq-scroll, .aq-scroll *"))
          .filter((box) => box.scrollWidth > box.clientWidth + 1)
          .map((box) => `${box.tagName}.${box.className} ${box.scrollWidth} > ${box.clientWidth}`)"""
    )
    return found
