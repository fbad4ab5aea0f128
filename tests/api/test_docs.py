"""The page that explains the API: drawn whole in a real browser, from our own files only."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.api.test_schema import DOCUMENT, OPERATIONS
from tests.web.browser import launch

pytestmark = pytest.mark.web


@pytest.fixture
def address() -> Iterator[str]:
    server = LiveServer("localhost")
    yield server.url
    server.stop()


def _look_at(address: str) -> tuple[list[str], list[str], list[str]]:
    """Open the page; give the addresses it asked, what went wrong, and the operations it shows."""
    asked: list[str] = []
    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.goto(f"{address}/api/v1/docs")
        page.locator(".opblock").nth(len(OPERATIONS) - 1).wait_for()
        shown = page.locator(".opblock-summary-path").all_inner_texts()
        page.locator("#operations-documents-issue_document .opblock-summary-control").click()
        page.locator("#operations-documents-issue_document .example").first.wait_for()
        browser.close()
    return asked, troubles, shown


def test_the_page_explains_every_operation_without_any_other_server(address: str) -> None:
    with ThreadPoolExecutor(1) as apart:  # the web door's tests keep a browser's loop in this thread
        asked, troubles, shown = apart.submit(_look_at, address).result()
    assert troubles == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert sorted(path.replace("\u200b", "") for path in shown) == sorted(path for path, _ in OPERATIONS)
    assert f"{address}{DOCUMENT['servers'][0]['url']}/openapi.json" in asked
