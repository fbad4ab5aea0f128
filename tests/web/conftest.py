"""Fixtures of the web door's tests: compiled catalogues, one browser, pages that fail on a script error."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from acquit.web.catalogues import compile_catalogues
from tests.web.browser import DESKTOP, Screen, launch, open_context

# What the browser and htmx report when the server refuses or the network is gone: answered in the page, no fault of it.
SAID_ON_PURPOSE = (
    "Failed to load resource: the server responded with a status of 4",
    "Response Status Error Code 4",
    "ERR_INTERNET_DISCONNECTED",
    "htmx:sendError",
    "htmx:sendAbort",
    "htmx:afterRequest",
)

#: A busy machine is slow; a page that is wrong stays wrong.
PATIENCE_MS = 20_000

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    compile_catalogues()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop lives in this thread, and Django would take it for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def shell_server() -> Iterator[str]:
    """Serve the door without a database, for pages that need none."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def debug(settings: Settings) -> None:
    settings.DEBUG = True


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Give a function that opens an address on a screen; every script error or policy violation fails the test."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def go(
        url: str, screen: Screen = DESKTOP, language: str = "en", cookies: dict[str, str] | None = None
    ) -> Page:
        context = open_context(browser, screen, language)
        contexts.append(context)
        if cookies:
            context.add_cookies(
                [{"name": name, "value": value, "url": _origin(url)} for name, value in cookies.items()]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
        page.on("console", lambda message: _note(troubles, message.type, message.text))
        page.on("request", lambda request: _note_stranger(troubles, url, request.url))
        page.goto(url, wait_until="load")
        return page

    yield go
    for context in contexts:
        context.close()
    assert troubles == []


def _note(troubles: list[str], kind: str, text: str) -> None:
    if kind == "error" and not any(part in text for part in SAID_ON_PURPOSE):
        troubles.append(f"console: {text}")


def _note_stranger(troubles: list[str], base: str, address: str) -> None:
    if not address.startswith((_origin(base), "data:", "blob:")):
        troubles.append(f"asked a stranger: {address}")


def _origin(url: str) -> str:
    """Give scheme and host, so that a cookie holds for every path."""
    return "/".join(url.split("/")[:3])
