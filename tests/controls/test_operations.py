"""Companies, users, grants, tokens, policies and decisions: who may what, and what stands in the log of it."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from acquit.controls.models import ApiToken, Company, Decision, Grant, PolicyVersion
from acquit.controls.operations import (
    CannotApprove,
    CompanyExists,
    DecisionDraft,
    add_decisions,
    create_user,
    grant_role,
    hash_token,
    issue_token,
    open_company,
    revoke_token,
    store_policy,
)
from acquit.controls.queries import (
    find_company,
    find_token,
    get_actor,
    get_decision,
    get_policy,
    list_companies,
    list_decisions,
)
from acquit.controls.rules.duties import ROLE_DUTIES, Actor, ConflictingDuties, Duty, NotAllowed, Role
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.policy_reading import CannotReadPolicy
from acquit.core.errors import NotFound
from acquit.core.money import UnknownCurrency
from acquit.infra.bulk import WritePlan, write
from acquit.infra.models import Event
from acquit.infra.transaction import (
    BrokenInvariant,
    ChangedMeanwhile,
    company_ids_in_scope,
    operation,
    set_companies,
)
from tests.builders import SYSTEM, clerk

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"
TODAY = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def company_id() -> int:
    return open_company(name="Alpha", currency="EUR", country="DE").id


@pytest.fixture
def user_id(company_id: int) -> int:
    return create_user(username="ada", password=PASSWORD, full_name="Ada Lovelace").id


def events(kind: str) -> list[tuple[int, int | None, Any]]:
    rows = Event.objects.filter(kind=kind).order_by("id")
    return list(rows.values_list("object_id", "actor_id", "payload"))


# Companies ------------------------------------------------------------------------------------------------------------


def test_a_company_is_opened_once_and_in_scope_from_then_on() -> None:
    first = open_company(name="Alpha", currency="EUR", country="DE", group_currency="USD")
    assert (first.name, first.currency, first.country, first.group_currency) == ("Alpha", "EUR", "DE", "USD")
    second = open_company(name="Beta", currency="JPY")
    assert second.group_currency == "JPY"
    assert company_ids_in_scope() == (first.id, second.id)
    set_companies([])
    assert open_company(name="Alpha", currency="EUR") == first
    assert company_ids_in_scope() == (first.id,)
    assert [company.name for company in list_companies()] == ["Alpha", "Beta"]
    assert events("controls.company.opened") == [(first.id, None, {"name": "Alpha"})]


def test_a_company_keeps_its_currency(company_id: int) -> None:
    set_companies([])
    with pytest.raises(CompanyExists) as refusal:
        open_company(name="Alpha", currency="USD")
    assert refusal.value.param == "currency"
    assert company_ids_in_scope() == ()
    assert Company.objects.count() == 1


@pytest.mark.parametrize(("currency", "group_currency"), [("XYZ", None), ("eur", None), ("EUR", "EURO")])
def test_currencies_are_of_the_standard(currency: str, group_currency: str | None) -> None:
    with pytest.raises(UnknownCurrency):
        open_company(name="Alpha", currency=currency, group_currency=group_currency)
    assert find_company("Alpha") is None
    assert company_ids_in_scope() == ()


def run_together(count: int, act: Any) -> list[Any]:
    from django.db import connections

    outcomes: list[Any] = [None] * count
    start = threading.Barrier(count)

    def run(place: int) -> None:
        start.wait()
        try:
            outcomes[place] = act(place)
        except Exception as error:  # noqa: BLE001 - judged by the test
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_everybody_who_opens_a_company_at_once_gets_the_same() -> None:
    def act(_: int) -> tuple[int, tuple[int, ...]]:
        return open_company(name="Race", currency="EUR").id, company_ids_in_scope()

    outcomes = run_together(4, act)
    [company] = Company.objects.all()
    assert outcomes == [(company.id, (company.id,))] * 4


# Users, grants --------------------------------------------------------------------------------------------------------


def test_a_user_has_the_duties_of_the_day(company_id: int, user_id: int) -> None:
    other = open_company(name="Beta", currency="EUR").id
    grant_role(
        actor=SYSTEM, user_id=user_id, company_id=company_id, role=Role.AUDITOR, valid_from=date(2026, 1, 1)
    )
    grant_role(
        actor=SYSTEM,
        user_id=user_id,
        company_id=other,
        role=Role.CASH_CLERK,
        valid_from=TODAY,
        valid_until=date(2026, 5, 1),
    )
    before, during, after = (get_actor(user_id, day) for day in (date(2026, 3, 31), TODAY, date(2026, 5, 1)))
    assert before.duties == after.duties == {company_id: ROLE_DUTIES[Role.AUDITOR]}
    assert during.duties == {company_id: ROLE_DUTIES[Role.AUDITOR], other: ROLE_DUTIES[Role.CASH_CLERK]}
    assert (during.user_id, during.name, during.is_system) == (user_id, "Ada Lovelace", False)
    assert during.company_ids(Duty.CASH) == (other,)
    assert events("controls.role.granted")[1] == (
        user_id,
        None,
        {"role": "CASH_CLERK", "from": "2026-04-01", "until": "2026-05-01"},
    )


def test_an_unknown_or_inactive_user_acts_as_nobody(user_id: int) -> None:
    from acquit.controls.models import User

    with pytest.raises(NotFound):
        get_actor(user_id + 1, TODAY)
    User.objects.filter(id=user_id).update(is_active=False)
    with pytest.raises(NotFound):
        get_actor(user_id, TODAY)


def grant(user_id: int, company_id: int, role: Role, *, actor: Actor = SYSTEM, day: date = TODAY) -> None:
    grant_role(actor=actor, user_id=user_id, company_id=company_id, role=role, valid_from=day)


def test_duties_kept_apart_are_not_granted_together(company_id: int, user_id: int) -> None:
    grant(user_id, company_id, Role.BILLER)
    before = (Grant.objects.count(), Event.objects.count())
    with pytest.raises(ConflictingDuties) as refusal:
        grant(user_id, company_id, Role.CASH_CLERK)
    assert refusal.value.message == (
        "One person may not hold both BILL and CASH. Give one of them to somebody else."
    )
    assert (Grant.objects.count(), Event.objects.count()) == before
    grant(user_id, open_company(name="Beta", currency="EUR").id, Role.CASH_CLERK)
    grant(user_id, company_id, Role.COLLECTOR)


def test_a_duty_that_has_ended_is_in_nobodys_way(company_id: int, user_id: int) -> None:
    grant_role(
        actor=SYSTEM,
        user_id=user_id,
        company_id=company_id,
        role=Role.BILLER,
        valid_from=date(2026, 1, 1),
        valid_until=TODAY,
    )
    with pytest.raises(ConflictingDuties):
        grant(user_id, company_id, Role.CASH_CLERK, day=date(2026, 3, 31))
    grant(user_id, company_id, Role.CASH_CLERK)


def test_only_an_administrator_of_the_company_grants(company_id: int, user_id: int) -> None:
    before = (Grant.objects.count(), Event.objects.count())
    for actor in (clerk(company_id, *set(Duty) - {Duty.ADMIN}), clerk(company_id + 1, *Duty)):
        with pytest.raises(NotAllowed):
            grant(user_id, company_id, Role.AUDITOR, actor=actor)
    assert (Grant.objects.count(), Event.objects.count()) == before
    grant(user_id, company_id, Role.AUDITOR, actor=clerk(company_id, Duty.ADMIN, user_id=3))
    assert Grant.objects.get().granted_by_id == 3


def test_nobody_can_be_granted_nothing(company_id: int, user_id: int) -> None:
    with pytest.raises(NotFound):
        grant(user_id + 1, company_id, Role.AUDITOR)
    with pytest.raises(BrokenInvariant):
        grant_role(
            actor=SYSTEM,
            user_id=user_id,
            company_id=company_id,
            role=Role.AUDITOR,
            valid_from=TODAY,
            valid_until=TODAY,
        )
    assert Grant.objects.count() == 0


def test_a_grant_can_be_given_an_end(company_id: int, user_id: int) -> None:
    grant(user_id, company_id, Role.AUDITOR)
    grant_role(
        actor=SYSTEM,
        user_id=user_id,
        company_id=company_id,
        role=Role.AUDITOR,
        valid_from=TODAY,
        valid_until=date(2026, 4, 2),
    )
    assert Grant.objects.get().valid_until == date(2026, 4, 2)


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_cannot_add_up_to_a_conflict() -> None:
    company = open_company(name="Race", currency="EUR").id
    for n in range(6):
        user = create_user(username=f"u{n}", password=PASSWORD).id

        def act(place: int, user: int = user) -> str:
            set_companies([company])
            grant(user, company, (Role.BILLER, Role.CASH_CLERK)[place])
            return "granted"

        kinds = Counter(
            outcome if isinstance(outcome, str) else type(outcome) for outcome in run_together(2, act)
        )
        assert kinds == {"granted": 1, ConflictingDuties: 1}


# Tokens ---------------------------------------------------------------------------------------------------------------


def test_a_token_is_kept_as_its_hash_only(user_id: int) -> None:
    token = issue_token(user_id=user_id, name="nightly")
    row = ApiToken.objects.get()
    assert (row.user_id, row.name, row.token_hash) == (user_id, "nightly", hash_token(token))
    assert token.startswith("aq_")
    assert token not in str(ApiToken.objects.values().get())
    found = find_token(hash_token(token))
    assert found is not None
    assert found.user_id == user_id
    assert issue_token(user_id=user_id, name="nightly") != token


def test_a_revoked_token_opens_nothing(user_id: int) -> None:
    token = issue_token(user_id=user_id, name="x")
    moment = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
    with pytest.raises(NotFound):
        revoke_token(user_id=user_id + 1, token_id=ApiToken.objects.get().id, revoked_at=moment)
    assert find_token(hash_token(token)) is not None
    revoke_token(user_id=user_id, token_id=ApiToken.objects.get().id, revoked_at=moment)
    assert find_token(hash_token(token)) is None
    revoke_token(
        user_id=user_id, token_id=ApiToken.objects.get().id, revoked_at=datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert ApiToken.objects.get().revoked_at == moment


# Policies -------------------------------------------------------------------------------------------------------------


def body(**changed: object) -> dict[str, object]:
    return {**DEFAULTS["WORKLIST"], **changed}


def store(company_id: int, day: date = TODAY, **changed: object) -> int:
    return store_policy(
        actor=clerk(company_id, Duty.POLICY, user_id=1),
        approver=clerk(company_id, Duty.POLICY, user_id=2),
        company_id=company_id,
        kind="WORKLIST",
        body=body(**changed),
        valid_from=day,
    )


def cap(company_id: int, day: date) -> tuple[int, int]:
    found = get_policy("WORKLIST", company_id=company_id, on_date=day)
    return found.version, found.policy.age_cap_days  # type: ignore[union-attr]


def test_a_policy_holds_from_its_day_and_the_default_before(company_id: int) -> None:
    first = store(company_id, age_cap_days=60)
    store(company_id, date(2026, 6, 1), age_cap_days=30)
    assert cap(company_id, date(2026, 3, 31)) == (0, 90)
    assert cap(company_id, TODAY) == (1, 60)
    assert cap(company_id, date(2026, 6, 1)) == (2, 30)
    assert cap(company_id + 1, date(2026, 6, 1)) == (0, 90)
    row = PolicyVersion.objects.get(id=first)
    assert (row.author_id, row.approver_id, row.version) == (1, 2, 1)
    assert events("controls.policy.stored")[0] == (
        first,
        1,
        {"kind": "WORKLIST", "version": 1, "approver": 2},
    )


def test_of_two_versions_from_one_day_the_later_holds(company_id: int) -> None:
    store(company_id, age_cap_days=60)
    store(company_id, age_cap_days=45)
    assert cap(company_id, TODAY) == (2, 45)


def test_the_groups_policy_holds_where_a_company_has_none(company_id: int) -> None:
    other = open_company(name="Beta", currency="EUR").id
    with operation():
        PolicyVersion.objects.create(
            company_id=None, kind="WORKLIST", version=1, valid_from=TODAY, body=body(age_cap_days=77)
        )
    store(company_id, age_cap_days=60)
    assert cap(company_id, TODAY) == (1, 60)
    assert cap(other, TODAY) == (1, 77)
    with operation():
        assert cap(other, TODAY) == (1, 77)  # the wall hides it from no role


def test_maker_and_approver_are_two(company_id: int) -> None:
    maker = clerk(company_id, Duty.POLICY, user_id=1)
    for actor, approver in ((maker, maker), (maker, replace(maker, name="Alias")), (SYSTEM, SYSTEM)):
        with pytest.raises(CannotApprove):
            store_policy(
                actor=actor,
                approver=approver,
                company_id=company_id,
                kind="WORKLIST",
                body=body(),
                valid_from=TODAY,
            )
    assert PolicyVersion.objects.count() == 0


def test_both_need_the_duty_for_the_company(company_id: int) -> None:
    one, two = clerk(company_id, Duty.POLICY, user_id=1), clerk(company_id, Duty.POLICY, user_id=2)
    without = clerk(company_id, *set(Duty) - {Duty.POLICY}, user_id=3)
    elsewhere = clerk(company_id + 1, Duty.POLICY, user_id=4)
    for actor, approver in ((without, two), (one, without), (elsewhere, two), (one, elsewhere)):
        with pytest.raises(NotAllowed):
            store_policy(
                actor=actor,
                approver=approver,
                company_id=company_id,
                kind="WORKLIST",
                body=body(),
                valid_from=TODAY,
            )
    assert PolicyVersion.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"age_cap_days": -1}, {"age_cap_days": "many"}, {"unheard_of": 1}],
    ids=["below zero", "text", "unknown"],
)
def test_a_document_that_does_not_fit_is_not_stored(company_id: int, wrong: dict[str, object]) -> None:
    events_before = Event.objects.count()
    with pytest.raises(CannotReadPolicy):
        store(company_id, **wrong)
    assert (PolicyVersion.objects.count(), Event.objects.count()) == (0, events_before)


@pytest.mark.django_db(transaction=True)
def test_two_versions_at_once_get_two_numbers_or_one_is_told_to_look_again() -> None:
    company = open_company(name="Race", currency="EUR").id

    def act(_: int) -> int:
        set_companies([company])
        return store(company)

    outcomes = run_together(3, act)
    stored = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert all(isinstance(outcome, int | ChangedMeanwhile) for outcome in outcomes)
    versions = list(PolicyVersion.objects.order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, len(stored) + 1))


# Decisions ------------------------------------------------------------------------------------------------------------


def test_a_decision_keeps_its_proof(company_id: int) -> None:
    proof = {"score": "0.92", "parts": [{"name": "amount", "points": "0.25"}], "facts": ["é", None, 3]}
    drafts = [
        DecisionDraft(company_id, "MATCH", "RECEIPT", 5, "PROPOSED", proof, policy_version_id=2, actor_id=7),
        DecisionDraft(company_id, "MATCH", "RECEIPT", 5, "CONFIRMED", replaces_id=1),
    ]
    with operation():
        plan = WritePlan()
        ids = add_decisions(plan, drafts)
        write(plan)
    found = get_decision(ids[0])
    assert (found.kind, found.subject_kind, found.subject_id, found.outcome) == (
        "MATCH",
        "RECEIPT",
        5,
        "PROPOSED",
    )
    assert (found.policy_version_id, found.actor_id, found.proof) == (2, 7, proof)
    assert [d.id for d in list_decisions(subject_kind="RECEIPT", subject_ids=[5])] == [ids[1], ids[0]]
    assert Decision.objects.get(id=ids[1]).replaces_id == 1
    set_companies([company_id + 1])
    with pytest.raises(NotFound):
        get_decision(ids[0])


def test_amounts_of_a_proof_must_be_text(company_id: int) -> None:
    def decide() -> None:
        with operation():
            plan = WritePlan()
            add_decisions(
                plan, [DecisionDraft(company_id, "MATCH", "RECEIPT", 5, "X", {"amount": Decimal(1)})]
            )
            write(plan)

    with pytest.raises(TypeError):
        decide()
    assert Decision.objects.count() == 0
