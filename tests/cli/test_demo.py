"""`acquit demo`: the sample company through the same way in as anybody's files, once."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from acquit.controls.queries import get_actor, has_password, list_companies, list_users
from acquit.controls.rules.duties import Duty
from acquit.insight.queries.checks import list_check_names
from tests.cli.acquit import acquit
from tests.cli.test_start import count_rows

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ["Nordlicht Austria GmbH", "Nordlicht UK Ltd", "Nordlicht Wärmetechnik GmbH"]


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's own file, apart from the home that all tests share."""
    file = tmp_path / "demo.json"
    monkeypatch.setattr("acquit.cli.demo._notes_file", lambda: file)
    return file


@pytest.mark.timeout(600)
def test_the_demo_does_what_start_does_and_a_second_one_changes_nothing(notes: Path) -> None:
    outcome = acquit("demo", "--no-serve")
    assert outcome.code == 0
    assert [company.name for company in list_companies()] == NAMES
    assert outcome.out.count("Control difference") == 3
    assert "Control difference EUR: 0.00" in outcome.out
    assert "Control difference GBP: 0.00" in outcome.out
    for said in (
        "refused 2.",
        "posted by themselves",
        "left for a person: ",
        "Whom to ask first",
        "UNKNOWN_CUSTOMER",
    ):
        assert said in outcome.out, said
    assert f"All {len(list_check_names())} checks are zero." in outcome.out
    passwords = {
        user.username: outcome.out.split(f"  {user.username:<8} ")[1].split()[0] for user in list_users()
    }
    assert set(passwords) == {"katrin", "tobias"}
    users = {user.username: user for user in list_users()}
    assert (users["katrin"].language, users["tobias"].language) == ("en", "de")
    for username, password in passwords.items():
        assert has_password(users[username].id, password)
    as_of = date.fromisoformat(json.loads(notes.read_text())["as_of"])
    owner, clerk = (get_actor(users[name].id, as_of) for name in ("katrin", "tobias"))
    assert len(owner.company_ids(Duty.ADMIN)) == len(clerk.company_ids(Duty.CASH)) == 3
    assert clerk.company_ids(Duty.ADMIN) == ()
    assert notes.stat().st_mode & 0o077 == 0
    before = count_rows()
    assert before["document"] > 15_000

    again = acquit("demo", "--no-serve")
    assert again.code == 0
    assert "Nothing was changed." in again.out
    for username, password in passwords.items():
        assert f"  {username:<8} {password} " in again.out
    assert count_rows() == before

    # A demo that was interrupted in the middle of a company finishes it, once.
    kept = json.loads(notes.read_text())
    kept["done"].remove("Nordlicht UK Ltd")
    notes.write_text(json.dumps(kept))
    third = acquit("demo", "--no-serve")
    assert third.out.count("Control difference") == 1
    assert "Posted nothing new" in third.out
    assert count_rows() == before

    other = acquit("demo", "--no-serve", "--seed", "7")
    assert other.code == 1
    assert other.err.endswith("[CANNOT_REPEAT_DEMO]\n")
    assert count_rows() == before
