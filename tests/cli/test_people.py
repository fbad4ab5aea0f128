"""`acquit user`, `token`, `company` and `intake`: who may do what, and what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from acquit.controls.operations import hash_token
from acquit.controls.queries import find_token, find_user, get_actor, has_password
from acquit.controls.rules.duties import Duty
from tests.cli.acquit import acquit
from tests.cli.files import AS_OF

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two_companies(company: Path) -> list[str]:
    for name in ("Nord GmbH", "Süd GmbH"):
        outcome = acquit(
            "start",
            company / "customers.csv",
            "--company",
            name,
            "--currency",
            "EUR",
            "--as-of",
            AS_OF,
            "--json",
        )
        assert outcome.code == 0
    return ["Nord GmbH", "Süd GmbH"]


def test_a_user_gets_a_password_once_and_the_roles_said(two_companies: list[str]) -> None:
    outcome = acquit("user", "add", "mia", "--name", "Mia Keller", "--language", "de", "--role", "owner")
    assert outcome.code == 0
    password = outcome.out.split("Password: ")[1].strip()
    user = find_user("mia")
    assert user is not None
    assert (user.full_name, user.language) == ("Mia Keller", "de")
    assert has_password(user.id, password)
    actor = get_actor(user.id, AS_OF.replace(year=2100))
    assert len(actor.company_ids(Duty.ADMIN)) == 2
    grants = acquit("user", "list", "--json").json["users"][0]["grants"]
    assert [(grant["company"], grant["role"], grant["until"]) for grant in grants] == [
        ("Nord GmbH", "OWNER", None),
        ("Süd GmbH", "OWNER", None),
    ]


def test_a_role_can_be_granted_for_one_company_and_some_days(two_companies: list[str]) -> None:
    acquit("user", "add", "mia")
    said = acquit(
        "user",
        "grant",
        "mia",
        "AUDITOR",
        "--company",
        "Süd GmbH",
        "--from",
        "2026-03-01",
        "--until",
        "2026-04-01",
    )
    assert said.out == "mia is AUDITOR of Süd GmbH.\n"
    user = find_user("mia")
    assert user is not None
    assert len(get_actor(user.id, AS_OF.replace(month=3)).company_ids()) == 1
    assert get_actor(user.id, AS_OF).company_ids() == ()


def test_what_cannot_be_granted_is_refused(two_companies: list[str]) -> None:
    acquit("user", "add", "mia", "--role", "CASH_CLERK")
    for arguments, code in (
        (["grant", "mia", "KING"], "UNKNOWN_ROLE"),
        (["grant", "nobody", "OWNER"], "NOT_FOUND"),
        (["grant", "mia", "OWNER", "--company", "West GmbH"], "UNKNOWN_COMPANY"),
        (["grant", "mia", "OWNER", "--from", "2026-03-01", "--until", "2026-03-01"], "EMPTY_INTERVAL"),
        (["grant", "mia", "BILLER"], "CONFLICTING_DUTIES"),
        (["add", "mia"], "USER_EXISTS"),
    ):
        outcome = acquit("user", *arguments)
        assert outcome.code == 1
        assert outcome.err.endswith(f"[{code}]\n"), outcome.err
    assert [grant["role"] for grant in acquit("user", "list", "--json").json["users"][0]["grants"]] == [
        "CASH_CLERK",
        "CASH_CLERK",
    ]


def test_a_role_without_a_company_is_said(two_companies: list[str]) -> None:
    assert "They may do nothing yet" in acquit("user", "add", "mia").out


def test_a_user_added_before_the_first_company_is_told_what_is_missing() -> None:
    outcome = acquit("user", "add", "mia", "--role", "OWNER")
    assert outcome.code == 0
    assert "There is no company yet" in outcome.out


def test_a_password_can_be_given_and_a_weak_one_is_refused() -> None:
    outcome = acquit("user", "add", "mia", "--password-stdin", answers="correct horse battery\n")
    assert "Password" not in outcome.out
    user = find_user("mia")
    assert user is not None
    assert has_password(user.id, "correct horse battery")
    for weak in ("short", "password123", "mia mia mia mia"):
        outcome = acquit("user", "password", "mia", "--password-stdin", answers=f"{weak}\n")
        assert (outcome.code, outcome.err[-16:]) == (1, "[WEAK_PASSWORD]\n")
    assert has_password(user.id, "correct horse battery")
    fresh = acquit("user", "password", "mia").out.split("Password: ")[1].strip()
    assert has_password(user.id, fresh)
    assert not has_password(user.id, "correct horse battery")


def test_a_token_is_shown_once_and_can_be_revoked() -> None:
    acquit("user", "add", "mia")
    token = acquit("token", "issue", "mia", "--name", "import").out.strip()
    assert token.startswith("aq_")
    assert find_token(hash_token(token)) is not None
    [listed] = acquit("token", "list", "mia", "--json").json["tokens"]
    assert (listed["name"], listed["revoked_at"]) == ("import", None)
    assert token not in acquit("token", "list", "mia").out
    assert acquit("token", "revoke", "mia", listed["id"]).code == 0
    assert find_token(hash_token(token)) is None
    assert acquit("token", "revoke", "mia", 999).err.endswith("[NOT_FOUND]\n")


def test_companies_and_intakes_are_listed(two_companies: list[str]) -> None:
    assert [one["name"] for one in acquit("company", "list", "--json").json["companies"]] == two_companies
    assert "Süd GmbH   EUR" in acquit("company", "list").out
    latest, first = acquit("intake", "list", "--json").json["intakes"]
    assert (latest["company"], first["company"]) == ("Süd GmbH", "Nord GmbH")
    assert latest["files"] == [
        {"name": "customers.csv", "kind": "CUSTOMERS", "state": "POSTED", "rows_read": 3, "rows_refused": 0}
    ]
    assert latest["business_date"] == AS_OF.isoformat()
    assert len(acquit("intake", "list", "--limit", 1, "--json").json["intakes"]) == 1


def test_before_the_first_of_anything_the_next_step_is_said() -> None:
    for noun in ("company", "intake", "user"):
        outcome = acquit(noun, "list")
        assert outcome.code == 0
        assert "acquit " in outcome.out
