"""Headers, errors and preferences: what every answer carries. No database, no browser."""

from __future__ import annotations

import pytest
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import URLPattern
from pytest_django.fixtures import Settings

from acquit.core.errors import NotFound, Refusal
from acquit.web import urls
from acquit.web.middleware import CONTENT_SECURITY_POLICY
from acquit.web.preferences import AS_OF_COOKIE, Preferences, read_preferences
from acquit.web.shell import BooksState, Counters, LongWork, Person, build_navigation
from acquit.web.toasts import get_undo_url
from acquit.web.views.errors import answer_refusal, failed

HTMX = {"HX-Request": "true"}


def _request(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/items/7/", headers=headers)
    request.acquit_reference = "7f3a-21"  # type: ignore[attr-defined]
    return request


def test_the_policy_allows_no_script_but_our_own(client: Client) -> None:
    response = client.get("/login")
    policy = response.headers["Content-Security-Policy"]
    assert policy == CONTENT_SECURITY_POLICY
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == "'self'"
    assert parts["frame-ancestors"] == "'none'"


def test_no_page_has_an_inline_script_or_a_stranger(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    for address in ("/login", "/patterns"):
        text = client.get(address).content.decode()
        assert "<script>" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert "http://" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "https://" not in text


def test_what_is_not_there_says_what_is_safe(client: Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    text = response.content.decode()
    assert "There is nothing at this address." in text
    assert "Nothing was changed." in text
    assert f"ref {response.headers['X-Reference']}" in text


def test_what_is_not_there_says_so_in_german(client: Client) -> None:
    response = client.get("/nowhere", headers={"Accept-Language": "de"})
    assert "Unter dieser Adresse ist nichts." in response.content.decode()


def test_a_fragment_gets_a_line_for_the_problem_place(client: Client) -> None:
    response = client.get("/nowhere", headers=HTMX)
    assert response.status_code == 404
    assert response.headers["HX-Retarget"] == "#aq-problem"
    assert "<html" not in response.content.decode()


def test_a_refusal_is_a_409_with_its_own_words() -> None:
    response = answer_refusal(_request(**HTMX), Refusal("10442 is cleared already. <b>", code="CLEARED"))
    assert response.status_code == 409
    text = response.content.decode()
    assert "10442 is cleared already. &lt;b&gt;" in text
    assert "7f3a-21" in text
    assert answer_refusal(_request(**HTMX), NotFound("No such item.")).status_code == 404


def test_a_failure_of_ours_needs_neither_session_nor_database() -> None:
    response = failed(HttpRequest())
    assert response.status_code == 500
    assert "the books are as they were before" in response.content.decode()


def test_the_specimen_refusal_travels_through_the_middleware(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    response = client.post("/patterns/refuse", headers=HTMX)
    assert response.status_code == 409
    assert "Nothing was posted twice." in response.content.decode()


def test_the_past_cannot_be_changed(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    client.cookies[AS_OF_COOKIE] = "2020-01-31"
    response = client.post("/patterns/act", headers=HTMX)
    assert response.status_code == 409
    assert "The past can be read, not changed. Go back to today to do this." in response.content.decode()
    client.cookies[AS_OF_COOKIE] = "2999-01-31"
    assert client.post("/patterns/act", headers=HTMX).status_code == 200


def test_patterns_are_for_makers_only(client: Client) -> None:
    assert client.get("/patterns").status_code == 404


def test_a_form_without_its_token_is_refused_in_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/preferences", {"theme": "dark"})
    assert response.status_code == 403
    assert "This form is too old to be sent." in response.content.decode()
    assert "acquit_theme" not in response.cookies


def test_preferences_are_kept_and_lead_back(client: Client) -> None:
    wishes = {"theme": "dark", "single_keys": "off", "language": "de", "next": "/items/?q=1"}
    response = client.post("/preferences", wishes)
    assert (response.status_code, response.headers["Location"]) == (302, "/items/?q=1")
    assert {name: morsel.value for name, morsel in response.cookies.items()} == {
        "acquit_theme": "dark",
        "acquit_single_keys": "off",
        "django_language": "de",
    }
    assert all(morsel["httponly"] and morsel["samesite"] == "Lax" for morsel in response.cookies.values())


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_the_way_back_stays_here(client: Client, target: str) -> None:
    assert client.post("/preferences", {"theme": "dark", "next": target}).headers["Location"] == "/"


def test_wishes_outside_the_choices_are_not_kept(client: Client) -> None:
    response = client.post("/preferences", {"theme": "neon", "density": "", "language": "tlh"})
    assert dict(response.cookies) == {}


def test_an_unreadable_cookie_is_no_wish() -> None:
    request = HttpRequest()
    request.COOKIES = {"acquit_theme": "<x>", "acquit_as_of": "2026-13-01", "acquit_currency": "eur"}
    assert read_preferences(request) == Preferences()


def test_every_place_but_the_open_ones_asks_for_a_log_in(client: Client) -> None:
    open_names = {pattern.name for pattern in urls.OPEN}
    assert open_names == {
        "login",
        "preferences",
        "patterns",
        "patterns-wait",
        "patterns-act",
        "patterns-refuse",
    }
    guarded = [pattern for pattern in urls.urlpatterns if pattern.name not in open_names]
    assert guarded
    for pattern in guarded:
        response = client.get(_address(pattern))
        assert response.status_code == 302, pattern.name
        assert response.headers["Location"].startswith("/login?next="), pattern.name


def test_a_fragment_after_the_session_ended_leads_the_whole_page_to_the_log_in(client: Client) -> None:
    headers = {**HTMX, "HX-Current-URL": "http://testserver/cash/?state=posted"}
    response = client.get("/counters", headers=headers)
    assert response.status_code == 204
    assert response.content == b""
    assert response.headers["HX-Redirect"] == "/login?next=%2Fcash%2F%3Fstate%3Dposted"


def _address(pattern: URLPattern) -> str:
    from django.urls import reverse

    values = {name: "facts" if name == "tab" else 1 for name in pattern.pattern.converters}
    return reverse(f"web:{pattern.name}", kwargs=values)


def test_navigation_marks_the_place_and_leaves_out_what_is_not_there() -> None:
    groups = build_navigation("/login", Counters(worklist=37))
    entries = [entry for group in groups for entry in group.entries]
    assert all(entry.url for entry in entries)
    assert [entry for entry in entries if entry.is_current] == []


def test_initials() -> None:
    assert Person("Katrin Vogel", "kv").initials == "KV"
    assert Person("", "admin").initials == "AD"
    assert Person("Anna Maria von Berg", "x").initials == "AB"


def test_books_are_unknown_before_the_first_check() -> None:
    assert BooksState().is_agreed is None
    assert BooksState(violations=0).is_agreed is True
    assert BooksState(violations=3).is_agreed is False


def test_long_work_is_not_done_before_its_end() -> None:
    assert LongWork("x", 399_999, 400_000, "/").percent == 99
    assert LongWork("x", 0, 0, "/").percent == 0


def test_the_undo_rides_in_the_tags_of_the_message() -> None:
    assert get_undo_url(Message(25, "x", extra_tags="undo:/cash/7/undo").extra_tags) == "/cash/7/undo"
    assert get_undo_url(None) == ""
    assert get_undo_url("other") == ""
