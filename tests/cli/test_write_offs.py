"""`acquit write-off`: the whole life of a claim given up, through the commands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner, Result

from acquit.cli.write_offs import app
from acquit.controls.operations import create_user, grant_role
from acquit.controls.rules.duties import Role
from acquit.core.errors import NotFound
from acquit.insight.queries.checks import run_checks
from acquit.receivables.operations import CannotApproveWriteOff
from acquit.receivables.queries import list_items, list_open_items
from tests.builders import SYSTEM, Books, make_books

pytestmark = pytest.mark.django_db

DAY = ["--date", "2026-06-30"]


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    books = make_books("Kontor GmbH")
    for name in ("ada", "ben"):
        user = create_user(username=name, password="correct horse battery")
        grant_role(
            actor=SYSTEM,
            user_id=user.id,
            company_id=books.company_id,
            role=Role.OWNER,
            valid_from=date(2026, 1, 1),
        )
    return books


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def request(item: str, by: str) -> Result:
    facts = ["--tax-rate", "19", "--supplied", "2026-03-02", "--reason", "insolvent", "--by", by]
    return run("request", "--company", "Kontor GmbH", "--item", item, *facts, *DAY)


def number_in(said: Result) -> str:
    """Give the number of the write-off a command told of."""
    assert said.exit_code == 0, said.output
    return said.output.split()[1]


def test_a_claim_is_given_up_by_two_people_and_paid_after_all(books: Books) -> None:
    customer = books.customer()
    books.invoice(customer, "1190.00", tax="190.00")
    said = request("RE-2026-000001", "ada")
    number = number_in(said)
    assert said.output == (
        f"Write-off {number} of RE-2026-000001, 1190.00 EUR, waits for 1 yes of others:"
        f" acquit write-off approve --write-off {number} --by ...\n"
    )
    approval = ["approve", "--write-off", number, "--company", "Kontor GmbH", *DAY, "--by"]
    assert isinstance(run(*approval, "ada").exception, CannotApproveWriteOff)
    posted = run(*approval, "ben").output
    assert posted.startswith(f"Write-off {number} of RE-2026-000001 is POSTED: 1190.00 EUR = tax back")
    assert list_open_items(customer_ids=[customer]) == []

    payment = books.payment(customer, "595.00", paid_date=date(2026, 7, 15))
    [item] = list_items(item_ids=[payment])
    recovered = run(
        *("recover", "--write-off", number, "--company", "Kontor GmbH", "--payment", item.number),
        *("--amount", "595.00", "--by", "ada", "--date", "2026-07-15"),
    )
    assert recovered.exit_code == 0, recovered.output
    assert recovered.output.endswith("came in after 595.00.\n")
    assert '"recovered": "595.00"' in run("list", "--company", "Kontor GmbH", "--json").output
    assert {result.name for result in run_checks() if result.violations} == set()


def test_a_small_one_is_done_at_once_and_taken_back_a_refused_one_stays_open(books: Books) -> None:
    customer = books.customer()
    books.invoice(customer, "50.00")
    said = request("RE-2026-000001", "ada")
    assert "is POSTED: 50.00 EUR" in said.output
    assert (
        "the claim is open again"
        in run("reverse", "--write-off", number_in(said), "--reason", "paid", *DAY).output
    )
    [item] = list_open_items(customer_ids=[customer])
    assert (item.open_amount, item.due_date) == (Decimal("50.00"), date(2026, 4, 1))

    books.invoice(customer, "5000.00")
    number = number_in(request("RE-2026-000002", "ada"))
    refused = run("refuse", "--write-off", number, "--reason", "ask again", "--by", "ben", *DAY)
    assert refused.output == f"Write-off {number} is refused; the claim stays open.\n"
    assert sum(each.open_amount for each in list_open_items(customer_ids=[customer])) == Decimal("5050.00")
    assert "REFUSED" in run("list", "--company", "Kontor GmbH").output


def test_an_item_that_is_not_there_is_named(books: Books) -> None:
    missing = request("RE-1999-000001", "ada").exception
    assert isinstance(missing, NotFound)
    assert missing.message == "Kontor GmbH has no open item RE-1999-000001."
