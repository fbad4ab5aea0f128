"""Every door notes that contacts or bank details were read, and `acquit audit access` shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from acquit.cash.models import Receipt
from acquit.controls.models import User
from acquit.controls.operations import create_user, grant_role, issue_token
from acquit.controls.rules.duties import Role
from acquit.infra.transaction import set_companies
from acquit.parties.models import PersonalDataAccess
from tests.builders import FIRST_DAY, SYSTEM, Books, bank_line, make_books
from tests.cli.acquit import acquit

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    settings.ACQUIT_BUSINESS_DATE = date(2026, 4, 15)
    settings.ALLOWED_HOSTS = ["testserver"]
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    made = make_books("Notizen GmbH")
    yield made
    set_companies([])


@pytest.fixture
def user_id(books: Books) -> int:
    user = create_user(username="mia", password="correct horse battery", full_name="Mia Keller")
    grant_role(
        actor=SYSTEM, user_id=user.id, company_id=books.company_id, role=Role.OWNER, valid_from=FIRST_DAY
    )
    return int(user.id)


def noted(books: Books) -> list[tuple[int, int | None, str, str]]:
    set_companies([books.company_id])
    rows = PersonalDataAccess.objects.order_by("id")
    return list(rows.values_list("customer_id", "actor_id", "door", "purpose"))


def test_the_api_notes_lists_and_single_customers(books: Books, user_id: int) -> None:
    first, second = books.customers("1", "2", email="x@example.org")
    token = {"Authorization": f"Bearer {issue_token(user_id=user_id, name='t')}"}
    client = Client()
    assert client.get("/api/v1/customers?limit=1", headers=token).status_code == 200
    assert client.get("/api/v1/customers", headers=token).status_code == 200
    assert client.get(f"/api/v1/customers/{second}", headers=token).status_code == 200
    assert client.get("/api/v1/customers/999999", headers=token).status_code == 404
    assert noted(books) == [
        (first, user_id, "API", "CUSTOMERS"),
        (first, user_id, "API", "CUSTOMERS"),
        (second, user_id, "API", "CUSTOMERS"),
        (second, user_id, "API", "CUSTOMERS"),
    ]


def test_the_web_notes_the_pages_that_show_them_and_no_others(books: Books, user_id: int) -> None:
    customer = books.customer("1", phone="1", ibans=("DE02100500000054540402",))
    invoice = books.invoice(customer, "50.00")
    books.bank_lines(bank_line("50.00", f"Rechnung {invoice.number}", iban="DE02100500000054540402"))
    receipt = Receipt.objects.get(company_id=books.company_id).id
    client = Client()
    client.force_login(User.objects.get(id=user_id), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/customers/").status_code == 200
    assert client.get("/items/").status_code == 200
    assert noted(books) == []
    assert client.get(f"/customers/{customer}/facts").status_code == 200
    assert client.get(f"/worklist/{customer}").status_code == 200
    assert client.get(f"/cash/{receipt}").status_code == 200
    assert noted(books) == [
        (customer, user_id, "WEB", "CUSTOMER_PAGE"),
        (customer, user_id, "WEB", "WORKLIST"),
        (customer, user_id, "WEB", "RECEIPT"),
    ]


def test_the_command_line_notes_and_shows(books: Books, user_id: int) -> None:
    books.customer("1")
    company = ("--company", "Notizen GmbH", "--customer", "1")
    assert (
        acquit(
            "contact", "add", *company, "--purpose", "billing", "--name", "A B", "--email", "a@b.example"
        ).code
        == 0
    )
    assert acquit("contact", "add", *company, "--purpose", "fun", "--name", "A", "--email", "a").code == 1
    [contact] = acquit("contact", "list", *company, "--by", "mia", "--json").json["contacts"]
    assert (contact["purpose"], contact["name"]) == ("BILLING", "A B")
    [access] = acquit("audit", "access", *company, "--json").json["accesses"]
    assert (access["who"], access["door"], access["purpose"]) == ("Mia Keller", "CLI", "CONTACTS")
    assert "Mia Keller" in acquit("audit", "access", *company).out
    assert acquit("contact", "erase", contact["id"], "--reason", "left").code == 0
    assert acquit("contact", "list", *company, "--json").json["contacts"] == []


def test_an_erasure_by_command_needs_two_people(books: Books, user_id: int) -> None:
    books.customer("1", email="a@b.example")
    other = create_user(username="otto", password="correct horse battery", full_name="Otto")
    grant_role(
        actor=SYSTEM, user_id=other.id, company_id=books.company_id, role=Role.OWNER, valid_from=FIRST_DAY
    )
    company = ("--company", "Notizen GmbH")
    asked = acquit("erasure", "ask", *company, "--customer", "1", "--reason", "letter", "--by", "mia")
    request = int(asked.out.split()[1])
    assert acquit("erasure", "approve", request, "--by", "mia").err.endswith("[CANNOT_DECIDE_ERASURE]\n")
    done = acquit("erasure", "approve", request, "--by", "otto", "--date", "2026-11-01")
    assert (done.code, done.out.startswith("Erased: trading_names, email")) == (0, True)
    [listed] = acquit("erasure", "list", *company, "--json").json["erasures"]
    assert (listed["state"], listed["retained_until"]) == ("DONE", None)
    assert acquit("erasure", "due", *company).out == "0 customers are erased.\n"
    assert acquit("erasure", "refuse", request, "--reason", "x", "--by", "otto").code == 1


def test_the_auditor_exports_by_command(books: Books, user_id: int, tmp_path: Path) -> None:
    auditor = create_user(username="ada", password="correct horse battery", full_name="Ada")
    grant_role(
        actor=SYSTEM,
        user_id=auditor.id,
        company_id=books.company_id,
        role=Role.AUDITOR,
        valid_from=FIRST_DAY,
    )
    books.invoice(books.customer("1"), "50.00")
    told = ("--company", "Notizen GmbH", "--period", "2026-03", "--by", "ada")
    outcome = acquit("audit", "export", tmp_path / "pack", *told, "--json")
    assert outcome.code == 0
    assert outcome.json["lines"]["entries.jsonl"] == 1
    made_by = json.loads((tmp_path / "pack" / "manifest.json").read_text())["made_by"]
    assert made_by == "Ada"
    assert acquit("audit", "export", tmp_path / "pack", *told).err.endswith("[CANNOT_WRITE_PACK]\n")
