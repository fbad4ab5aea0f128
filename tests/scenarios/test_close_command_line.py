"""`acquit close`, `acquit period`, `acquit ledger`: the close and its reopening as an accountant types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from acquit.cli.main import app
from acquit.controls.operations import create_user, grant_role
from acquit.controls.rules.duties import Role
from acquit.ledger.models import FxRate, Period
from tests.builders import SYSTEM, Books, make_books

pytestmark = pytest.mark.django_db

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.fixture
def books() -> Books:
    books = make_books("Nordwind")
    for name in ("anna", "ben"):
        user = create_user(username=name, password="a long one 123")
        grant_role(
            actor=SYSTEM,
            user_id=user.id,
            company_id=books.company_id,
            role=Role.ACCOUNTANT,
            valid_from=date(2026, 1, 1),
        )
    return books


def status(books: Books) -> str:
    return Period.objects.get(company_id=books.company_id, start_date=date(2026, 1, 1)).status


CLOSE = ("close", "--company", "Nordwind", "--period", "2026-01")


def test_a_month_is_closed_shown_again_and_reopened_by_two(run: Run, books: Books) -> None:
    closed = run(*CLOSE, "--date", "2026-02-03", "--json")
    assert closed.exit_code == 0, closed.output
    steps = json.loads(closed.output)["steps"]
    assert [step["step"] for step in steps][-2:] == ["LOCK_SUBLEDGER", "LOCK_LEDGER"]
    assert status(books) == "CLOSED"
    again = run(*CLOSE, "--date", "2026-02-03")
    assert again.exit_code == 0
    assert again.output.count("(before)") == 10

    asked = run("period", "reopen", *CLOSE[1:], "--reason", "late invoice", "--by", "anna")
    assert asked.exit_code == 0, asked.output
    number = asked.output.split()[1]
    own = run("period", "approve", "--request", number, "--by", "anna")
    assert (own.exit_code, status(books)) == (1, "CLOSED")
    assert "REOPENING_REFUSED" in own.output
    assert run("period", "approve", "--request", number, "--by", "ben").exit_code == 0
    assert status(books) == "OPEN"
    assert "2026-01  2026-01-01  2026-02-01  OPEN" in run("period", "list", "--company", "Nordwind").output
    assert run(*CLOSE, "--date", "2026-02-03").exit_code == 0
    assert status(books) == "CLOSED"


def test_a_refused_close_says_why_and_changes_nothing(run: Run, books: Books) -> None:
    early = run(*CLOSE, "--date", "2026-01-20")
    assert early.exit_code == 1
    assert "is not over" in early.output
    unknown = run("close", "--company", "Nordwind", "--period", "2026-13")
    assert (unknown.exit_code, status(books)) == (1, "OPEN")
    assert "NOT_FOUND" in unknown.output


def test_rates_and_charts_come_from_files(run: Run, books: Books, tmp_path: Path) -> None:
    rates = tmp_path / "eurofxref-hist.csv"
    rates.write_text("Date,USD,JPY,\n2026-01-05,1.0921,158.36,\n2026-01-02,1.0953,x,\n")
    first = json.loads(run("ledger", "rates", str(rates), "--company", "Nordwind", "--json").output)
    assert (first["new"], first["known"]) == (3, 0)
    assert [row["place"] for row in first["refused"]] == ["line 3, JPY"]
    assert FxRate.objects.count() == 3

    chart = tmp_path / "chart.csv"
    chart.write_text("code,name,role,class\n1400,Forderungen,RECEIVABLES,\n6500,Kfz,,EXPENSES\n")
    told = run("ledger", "chart", str(chart), "--company", "Nordwind")
    assert told.output.splitlines()[0] == "2 accounts are new, 1 changed."
    chart.write_text("code,name,role,class\n1,A,BANK,\n2,B,BANK,\n")
    refused = run("ledger", "chart", str(chart), "--company", "Nordwind")
    assert refused.exit_code == 1
    assert "BANK has two accounts" in refused.output
    books.invoice(books.customer(), "119.00")
    balance = json.loads(
        run("ledger", "balance", "--company", "Nordwind", "--date", "2026-12-31", "--json").output
    )
    assert [(row["code"], row["amount"]) for row in balance] == [("1400", "119.00"), ("4000", "-119.00")]


def test_the_report_of_a_close_is_read_from_top_to_bottom(run: Run, books: Books) -> None:
    show = ("period", "show", *CLOSE[1:])
    assert "Nobody has begun to close it." in run(*show).output
    customer = books.customer()
    books.invoice(customer, "119.00", tax="19.00", document_date=date(2026, 1, 5))
    stopped = run(*CLOSE, "--date", "2026-01-20", "--by", "anna")
    assert stopped.exit_code == 1
    half = run(*show).output
    assert "by anna, not done yet" in half
    assert "CUT_OFF                next: run acquit close again" in half

    closed = run(*CLOSE, "--date", "2026-02-03", "--by", "anna")
    assert closed.exit_code == 0, closed.output
    asked = run("period", "reopen", *CLOSE[1:], "--reason", "late invoice", "--by", "anna")
    run("period", "approve", "--request", asked.output.split()[1], "--by", "ben")
    told = run(*show).output
    lines = told.splitlines()
    assert lines[0] == "Period 2026-01, 2026-01-01 until before 2026-02-01: OPEN"
    assert [line.split("  ")[2] for line in lines[1:4]] == [
        *("OPEN -> SOFT_CLOSED", "SOFT_CLOSED -> CLOSED", "CLOSED -> OPEN")
    ]
    assert lines[3].endswith("late invoice  by anna and ben")
    assert "RECONCILE              DONE" in told
    assert "items 119.00, ledger 119.00, account RECEIVABLES, currency EUR, difference 0.00" in told
    assert "    1200  EUR  119.00  119.00  119.00" in told
    assert "sha256: " in told
    assert "No orders or contracts are kept here, so nothing is delivered and not billed." in told

    shown = json.loads(run(*show, "--json").output)
    assert [close["next"] for close in shown["closes"]] == [None]
    assert shown["life"][-1]["approved_by"] == "ben"
    assert len(shown["closes"][0]["steps"]) == 10
