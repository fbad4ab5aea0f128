"""Debits, what statements leave open, whom nobody believes: by keys, looked at in a browser, and who may do what."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from acquit.cash.models import DebitRun, Mandate
from acquit.cash.queries import list_statements
from acquit.controls.rules.duties import Role
from acquit.formats.pain import read_payment_order
from acquit.infra.transaction import set_companies
from acquit.parties.queries import list_accesses
from tests.cash.test_operations_clerking import teach
from tests.web.browser import (
    DARK,
    DESKTOP,
    NARROW,
    PHONE,
    Screen,
    list_axe_findings,
    list_sideways_scrollers,
    show_on,
    take_picture,
)
from tests.web.debit_books import (
    CREDITOR,
    SCHAEFER,
    collect_and_return,
    customer_of,
    give_mandates,
    log_in,
)
from tests.web.story import TODAY, Story, tell_story
from tests.web.test_story import Stage, await_whole, stage

pytestmark = [pytest.mark.web, pytest.mark.django_db(transaction=True)]
__all__ = ["stage"]


def test_a_run_from_the_look_ahead_to_the_file(stage: Stage, tmp_path: Path) -> None:
    give_mandates(stage.story)
    _, second = log_in(stage.story, "jonas", Role.CASH_CLERK)
    page = stage.open("/debits/")
    expect(page.locator("main")).to_contain_text("2 mandates in force. 1 waits as a draft.")
    page.keyboard.press("n")
    page.wait_for_url("**/debits/new")
    await_whole(page)
    expect(page.get_by_label("Collected on")).to_have_value("2026-12-03")
    expect(page.locator("main")).to_contain_text("2026-10101")
    page.get_by_label("Collected on").fill("2026-12-05")
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page.locator(".aq-note")).to_contain_text("the banks do not settle")
    page.get_by_role("link", name="Take that day").click()
    page.wait_for_url("**/debits/new?account=*")
    expect(page.get_by_role("button", name="Propose")).to_be_visible()
    await_whole(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/debits/\d+$"))
    name = f"AQ-DEBIT-{page.url.rsplit('/', 1)[1]}"
    expect(page.locator("[data-toast]")).to_contain_text("Another person releases it.")
    expect(page.get_by_role("button", name="Release")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("You proposed it: another person releases it")

    other = stage.open_page(page.url, cookies=second)
    await_whole(other)
    other.keyboard.press("r")
    expect(other.locator("[data-toast]")).to_contain_text("The debtors are told; write the file")
    await_whole(other)
    other.keyboard.press("w")
    expect(other.locator("[data-toast]")).to_contain_text(f"Written: {name}.xml.")
    await_whole(other)
    with other.expect_download() as download:
        other.keyboard.press("d")
    file = tmp_path / "debit.xml"
    assert download.value.suggested_filename == f"{name}.xml"
    download.value.save_as(file)
    with file.open("rb") as content:
        order = read_payment_order(content, file.name)
    assert {block.scheme for block in order.blocks} == {"CORE", "B2B"}
    assert order.control_sum == sum(one.amount for one in order.transactions)
    assert {block.execution_date for block in order.blocks} == {date(2026, 12, 3)}
    take_picture(other, "debit-written")


def _paths(story: Story, run: int, mandate_id: int) -> dict[str, str]:
    statement = list_statements(company_ids=[story.german.company_id])[0].id
    return {
        "statements": "/statements/?open=yes",
        "statement": f"/statements/{statement}",
        "reconciliation": "/statements/reconciliation",
        "learned": "/cash/learned",
        "learned-nobody": "/cash/learned?believed=nobody",
        "debits": "/debits/",
        "debit-new": "/debits/new",
        "debit-run": f"/debits/{run}",
        "mandates": "/debits/mandates/",
        "mandate": f"/debits/mandates/{mandate_id}",
        "mandate-new": f"/debits/mandates/new?customer={story.rheinland_id}",
    }


def test_the_pages_on_desk_and_phone(stage: Stage) -> None:
    """Both languages, both schemes: a page comes once a device, with something on it that a person must see."""
    story = stage.story
    mandates = give_mandates(story)
    run = collect_and_return(story)
    for name, amount in (("Schäfer", "61.00"), ("Elbtal", "62.00")):
        teach(story.german, customer_of(story.german, name), amount, "Immo Verbund")
    teach(story.german, customer_of(story.german, "Schäfer"), "63.00", "NORD FACTORING AG")
    found = []
    for language, screens in (("en", (DESKTOP, NARROW, DARK)), ("de", (PHONE,))):
        page = stage.open("/", screens[0], language)
        for name, path in _paths(story, run, mandates["MND-10482"]).items():
            page.goto(f"{stage.url}{path}")
            await_whole(page)
            for screen in screens:
                found += _look(page, screen, name, language)
    assert "\n".join(found) == ""


def _look(page: Page, screen: Screen, name: str, language: str) -> list[str]:
    show_on(page, screen)
    take_picture(page, f"page-{name}-{screen.name}-{language}")
    findings = list_sideways_scrollers(page)
    if screen is not NARROW:
        findings += list_axe_findings(page, of_colours_only=screen is DARK)
    return [f"{name} {screen.name}: {each}" for each in findings]


@pytest.fixture
def story(settings: Settings) -> Story:
    settings.ACQUIT_BUSINESS_DATE = TODAY
    return tell_story()


def text_of(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_the_pages_say_what_came_back_what_is_missing_and_whom_nobody_believes(story: Story) -> None:
    """One story for three pages: telling it takes longer than reading them."""
    give_mandates(story)
    run = collect_and_return(story)
    schaefer, elbtal = (customer_of(story.german, name) for name in ("Schäfer", "Elbtal"))
    [statement, *_] = list_statements(company_ids=[story.german.company_id])
    teach(story.german, schaefer, "61.00", "Immo Verbund")
    teach(story.german, elbtal, "62.00", "Immo Verbund")
    teach(story.german, schaefer, "63.00", "NORD FACTORING AG")
    client, _ = log_in(story, "jonas", Role.CASH_CLERK)

    told = text_of(client, f"/debits/{run}")
    assert "Not enough money on the account (AM04). Tried again on 1 Dec 2026." in told
    assert "fee: 3.50" in told
    assert "can be called back until 8 Jan 2027" in told
    assert "tried again" in text_of(client, "/debits/new?day=2026-12-03")
    early = text_of(client, "/debits/new?day=2026-11-30")
    assert "It came back and is tried again on a later pay day." in early
    assert "The debtor would be told too late. Choose a later day." in early

    assert "3 statements leave something open" in text_of(client, "/statements/")
    assert text_of(client, "/statements/?open=yes").count("One may be missing") == 3
    told = text_of(client, f"/statements/{statement.id}")
    assert "It has number 223; number 222 should follow the one before." in told
    assert "It opens with 1,000.00" in told
    assert "Ask the bank for the number left out" in told
    assert "What its statements leave open" in text_of(client, "/statements/reconciliation")

    told = text_of(client, "/cash/learned?believed=nobody")
    assert told.count("who have nothing to do with each other.") == 4  # name and account, of both customers
    assert told.count("Believed of nobody") == 5  # the chip and each row
    assert "NORD FACTORING AG" in told


def test_a_mandate_is_kept_put_in_force_amended_and_revoked(story: Story) -> None:
    customer = customer_of(story.german, "Schäfer")
    client, _ = log_in(story, "jonas", Role.OWNER)
    assert "Schäfer &amp; Söhne Sanitär KG" in text_of(client, "/debits/mandates/new?q=sch%C3%A4fer")
    kept = client.post(
        "/debits/mandates/add",
        {
            "customer": str(customer),
            "reference": "MND-7",
            "account": "FR14 2004 1010 0505 0001 3M02 606",
            "scheme": "CORE",
            "type": "RCUR",
        },
    )
    path = kept.headers["Location"]

    refused = client.post(f"{path}/activate", {"signed": "2026-01-05"})
    assert refused.status_code == 409
    assert "is no creditor identifier" in refused.content.decode()
    client.post(f"{path}/activate", {"signed": "2026-01-05", "creditor_id": "DE98 ZZZ0 9999 9999 99"})
    assert "Expires on 5 Jan 2029 unless it is collected under." in text_of(client, path)
    client.post(f"{path}/amend", {"account": "DE02 1005 0000 0054 5404 02"})
    client.post(f"{path}/end")
    assert "Last collection next" in text_of(client, path)
    client.post(f"{path}/suspend", {"reason": "It moved"})
    client.post(f"{path}/revoke", {"reason": "Pays by transfer"})

    life = text_of(client, path).split('class="aq-time"')[1]
    steps = [
        "Revoked",
        "Suspended",
        "The next collection is the last",
        "Account changed",
        "In force",
        "Taken in",
    ]
    assert [life.index(step) for step in steps] == sorted(life.index(step) for step in steps)
    assert "FR14…2606 → DE02…0402" in life
    assert "Pays by transfer" in life
    set_companies([story.german.company_id])
    assert {each.purpose for each in list_accesses(customer)} == {"MANDATE_PAGE"}
    assert "MND-7" in text_of(client, "/debits/mandates/?state=CANCELLED&q=ND-7")
    assert "MND-7" not in text_of(client, "/debits/mandates/?state=ACTIVE")


def test_readers_are_offered_and_given_nothing_and_nobody_releases_their_own_run(story: Story) -> None:
    mandates = give_mandates(story)
    run = collect_and_return(story)
    reader, _ = log_in(story, "rita", Role.AUDITOR)
    before = (list(DebitRun.objects.values_list("state")), list(Mandate.objects.order_by("id").values()))

    assert "New run" not in text_of(reader, "/debits/")
    assert (
        "<form"
        not in text_of(reader, f"/debits/mandates/{mandates['MND-10288']}")
        .split("<main")[1]
        .split("</main>")[0]
    )
    assert reader.get(f"/debits/{run}/file").status_code == 403
    for path, said in (
        ("/debits/propose", {"account": "1", "day": "2026-12-03"}),
        (f"/debits/{run}/cancel", {"reason": "x"}),
        (f"/debits/{run}/release", {}),
        (f"/debits/{run}/write", {}),
        (f"/debits/mandates/{mandates['MND-10288']}/activate", {"creditor_id": CREDITOR}),
        (f"/debits/mandates/{mandates['MND-10482']}/amend", {"account": SCHAEFER}),
        (f"/debits/mandates/{mandates['MND-10482']}/suspend", {"reason": "x"}),
        (f"/debits/mandates/{mandates['MND-10482']}/revoke", {"reason": "x"}),
        (f"/debits/mandates/{mandates['MND-10482']}/end", {}),
        ("/debits/mandates/add", {"customer": str(story.rheinland_id), "reference": "M-9"}),
    ):
        assert reader.post(path, said).status_code == 409, path

    set_companies([story.german.company_id, story.british.company_id])
    after = (list(DebitRun.objects.values_list("state")), list(Mandate.objects.order_by("id").values()))
    assert after == before

    clerk, _ = log_in(story, "jonas", Role.CASH_CLERK)
    account = text_of(clerk, "/debits/new").split('<option value="')[1].split('"')[0]
    clerk.post("/debits/propose", {"account": account, "day": "2026-12-03"})
    set_companies([story.german.company_id])
    own = DebitRun.objects.latest("id")
    refused = clerk.post(f"/debits/{own.id}/release")

    assert refused.status_code == 409
    assert "A run is approved by a second person." in refused.content.decode()
    assert clerk.get(f"/debits/{own.id}/file").status_code == 404
    set_companies([story.german.company_id])
    assert DebitRun.objects.get(id=own.id).state == "PROPOSED"
