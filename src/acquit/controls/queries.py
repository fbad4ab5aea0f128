"""Reads of companies, users, grants, policies and decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from acquit.controls.models import ApiToken, Company, Decision, Grant, User
from acquit.controls.rules.duties import Actor, Duty, Role, duties_of
from acquit.controls.rules.policies import (
    DirectDebitPolicy,
    LedgerPolicy,
    MatchingPolicy,
    Policy,
    ProvisionPolicy,
    RefundPolicy,
    UnappliedPolicy,
    WorklistPolicy,
    WriteOffPolicy,
)
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.policy_reading import read_policy
from acquit.core.errors import NotFound
from acquit.infra.bulk import ask, ask_ahead, ask_unscoped

_ACTOR = """\
SELECT u.id, u.username, u.first_name, u.last_name, g.company_id, g.role
  FROM app_user u
  LEFT JOIN role_grant g ON g.user_id = u.id AND g.valid_from <= %s AND (g.valid_until IS NULL OR g.valid_until > %s)
 WHERE u.id = %s AND u.is_active"""
_ACTOR_BY_HASH = """\
SELECT u.id, u.username, u.first_name, u.last_name, g.company_id, g.role, t.id
  FROM api_token t
  JOIN app_user u ON u.id = t.user_id AND u.is_active
  LEFT JOIN role_grant g ON g.user_id = u.id AND g.valid_from <= %s AND (g.valid_until IS NULL OR g.valid_until > %s)
 WHERE t.token_hash = %s AND t.revoked_at IS NULL"""
_COMPANY = "SELECT id, name, country, currency, group_currency FROM company WHERE id = %s"
_POLICY = """\
SELECT id, version, body::text
  FROM policy_version
 WHERE (company_id = %s OR company_id IS NULL) AND kind = %s AND valid_from <= %s
 ORDER BY company_id, valid_from DESC, version DESC
 LIMIT 1"""


@dataclass(frozen=True, slots=True)
class CompanyView:
    """A legal entity."""

    id: int
    name: str
    country: str
    currency: str
    group_currency: str


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A policy with the version that holds; `version_id` None and version 0 are the shipped defaults."""

    version_id: int | None
    version: int
    policy: Policy


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A stored proof."""

    id: int
    company_id: int
    kind: str
    subject_kind: str
    subject_id: int
    outcome: str
    policy_version_id: int | None
    actor_id: int | None
    recorded_at: datetime
    proof: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UserView:
    """Someone who may log in; what they may do stands in their grants."""

    id: int
    username: str
    full_name: str
    language: str
    email: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class GrantView:
    """A role of a user for a company in a half-open interval of days."""

    user_id: int
    company_id: int
    role: Role
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class TokenView:
    """A program's key as its owner sees it: never the key itself."""

    id: int
    user_id: int
    name: str
    recorded_at: datetime
    revoked_at: datetime | None


def list_companies(company_ids: Iterable[int] | None = None) -> list[CompanyView]:
    """List companies by name; all when no ids are given."""
    rows = Company.objects.order_by("name")
    if company_ids is not None:
        rows = rows.filter(id__in=list(company_ids))
    return [_company(row) for row in rows]


def get_company(company_id: int) -> CompanyView:
    """Give a company; refuses (`NotFound`)."""
    found = ask(_COMPANY, company_id)
    if not found:
        raise NotFound(f"There is no company {company_id}.", param="company")
    return CompanyView(*found[0])


def expect_company(company_id: int) -> None:
    """Let the operation's next statement bring what `get_company` will be asked for."""
    ask_ahead(_COMPANY, company_id)


def find_company(name: str) -> CompanyView | None:
    """Find a company by its exact name."""
    row = Company.objects.filter(name=name).first()
    return _company(row) if row else None


def get_actor(user_id: int, on_date: date) -> Actor:
    """Give a user as an actor with the duties granted on a day; refuses (`NotFound`) unknown or inactive users."""
    found = ask(_ACTOR, on_date, on_date, user_id)
    if not found:
        raise NotFound(f"There is no active user {user_id}.", param="user")
    return _actor(found)


def find_actor_of_token(token_hash: str, on_date: date) -> tuple[int, Actor] | None:
    """Find the token with this hash that is not revoked: its id and the active user it acts for, as `get_actor`."""
    found = ask_unscoped(_ACTOR_BY_HASH, on_date, on_date, token_hash)
    return (found[0][-1], _actor([row[:-1] for row in found])) if found else None


def _actor(rows: Sequence[tuple[Any, ...]]) -> Actor:
    """Make an actor of their grants, a row each; one without has a row without a company."""
    roles: dict[int, set[Role]] = {}
    for *_, company_id, role in rows:
        if company_id is not None:
            roles.setdefault(company_id, set()).add(Role(role))
    duties: dict[int, frozenset[Duty]] = {company: duties_of(held) for company, held in roles.items()}
    user_id, username, first_name, last_name, *_ = rows[0]
    return Actor(user_id, f"{first_name} {last_name}".strip() or username, duties)


def get_policy(kind: str, *, company_id: int, on_date: date) -> PolicyInForce:
    """Give the policy in force for a company on a day: its own version, the group's, or the shipped default."""
    found = ask(_POLICY, company_id, kind, on_date)
    if not found:
        return _shipped_policy(kind)
    [(version_id, version, body)] = found
    return PolicyInForce(version_id, version, read_policy(kind, json.loads(body)))


@cache
def _shipped_policy(kind: str) -> PolicyInForce:
    return PolicyInForce(None, 0, read_policy(kind, DEFAULTS[kind]))


def get_matching_policy(*, company_id: int, on_date: date) -> tuple[PolicyInForce, MatchingPolicy]:
    """Give the matching policy in force."""
    found = get_policy("MATCHING", company_id=company_id, on_date=on_date)
    if not isinstance(found.policy, MatchingPolicy):
        raise TypeError("the kind MATCHING must read as a MatchingPolicy")
    return found, found.policy


def get_worklist_policy(*, company_id: int, on_date: date) -> tuple[PolicyInForce, WorklistPolicy]:
    """Give the worklist policy in force."""
    found = get_policy("WORKLIST", company_id=company_id, on_date=on_date)
    if not isinstance(found.policy, WorklistPolicy):
        raise TypeError("the kind WORKLIST must read as a WorklistPolicy")
    return found, found.policy


def get_direct_debit_policy(*, company_id: int, on_date: date) -> tuple[PolicyInForce, DirectDebitPolicy]:
    """Give the direct debit policy in force."""
    found = get_policy("DIRECT_DEBIT", company_id=company_id, on_date=on_date)
    if not isinstance(found.policy, DirectDebitPolicy):
        raise TypeError("the kind DIRECT_DEBIT must read as a DirectDebitPolicy")
    return found, found.policy


def get_refund_policy(*, company_id: int, on_date: date) -> tuple[PolicyInForce, RefundPolicy]:
    """Give the refund policy in force."""
    found = get_policy("REFUND", company_id=company_id, on_date=on_date)
    if not isinstance(found.policy, RefundPolicy):
        raise TypeError("the kind REFUND must read as a RefundPolicy")
    return found, found.policy


def get_ledger_policy(*, company_id: int, on_date: date) -> tuple[PolicyInForce, LedgerPolicy]:
    """Give the ledger policy in force."""
    found = get_policy("LEDGER", company_id=company_id, on_date=on_date)
    if not isinstance(found.policy, LedgerPolicy):
        raise TypeError("the kind LEDGER must read as a LedgerPolicy")
    return found, found.policy


def get_write_off_policy(*, company_id: int, on_date: date) -> tuple[PolicyInForce, WriteOffPolicy]:
    """Give the policy of giving claims up in force."""
    found = get_policy("WRITE_OFF", company_id=company_id, on_date=on_date)
    if not isinstance(found.policy, WriteOffPolicy):
        raise TypeError("the kind WRITE_OFF must read as a WriteOffPolicy")
    return found, found.policy


def get_provision_policy(*, company_id: int, on_date: date) -> tuple[PolicyInForce, ProvisionPolicy]:
    """Give the policy of expected losses in force."""
    found = get_policy("PROVISION", company_id=company_id, on_date=on_date)
    if not isinstance(found.policy, ProvisionPolicy):
        raise TypeError("the kind PROVISION must read as a ProvisionPolicy")
    return found, found.policy


def get_unapplied_policy(*, company_id: int, on_date: date) -> tuple[PolicyInForce, UnappliedPolicy]:
    """Give the policy of money that is not applied in force."""
    found = get_policy("UNAPPLIED", company_id=company_id, on_date=on_date)
    if not isinstance(found.policy, UnappliedPolicy):
        raise TypeError("the kind UNAPPLIED must read as an UnappliedPolicy")
    return found, found.policy


def get_decision(decision_id: int) -> DecisionView:
    """Give a decision with its proof; refuses (`NotFound`)."""
    row = Decision.objects.filter(id=decision_id).first()
    if row is None:
        raise NotFound(f"There is no decision D-{decision_id}.", param="decision")
    return _decision(row)


def list_decisions(
    *,
    subject_kind: str,
    subject_ids: Iterable[int] | None = None,
    company_ids: Iterable[int] | None = None,
    outcomes: Iterable[str] | None = None,
    before_id: int | None = None,
    limit: int | None = None,
) -> list[DecisionView]:
    """List the decisions about subjects of a kind, latest first; `before_id` is the cursor."""
    rows = Decision.objects.filter(subject_kind=subject_kind).order_by("-id")
    for name, values in (("subject_id", subject_ids), ("company_id", company_ids), ("outcome", outcomes)):
        if values is not None:
            rows = rows.filter(**{f"{name}__in": list(values)})
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [_decision(row) for row in (rows if limit is None else rows[:limit])]


def find_user(username: str) -> UserView | None:
    """Find a user by the name they log in with."""
    row = User.objects.filter(username=username).first()
    return _user(row) if row else None


def list_users() -> list[UserView]:
    """List all users by the name they log in with."""
    return [_user(row) for row in User.objects.order_by("username")]


def list_grants(user_ids: Iterable[int]) -> list[GrantView]:
    """List the grants of users, by user, company and first day; ended ones too."""
    rows = Grant.objects.filter(user_id__in=list(user_ids)).order_by(
        "user_id", "company_id", "valid_from", "role"
    )
    return [
        GrantView(row.user_id, row.company_id, Role(row.role), row.valid_from, row.valid_until)
        for row in rows
    ]


def has_password(user_id: int, password: str) -> bool:
    """Tell whether this is the user's password."""
    row = User.objects.filter(id=user_id).first()
    return row is not None and row.check_password(password)


def list_user_names(user_ids: Iterable[int]) -> dict[int, str]:
    """Give the names of users."""
    return {
        user.id: user.get_full_name() or user.username for user in User.objects.filter(id__in=set(user_ids))
    }


def find_token(token_hash: str) -> TokenView | None:
    """Find the token with this hash (`operations.hash_token`) that is not revoked."""
    row = ApiToken.objects.filter(token_hash=token_hash, revoked_at__isnull=True).first()
    return _token(row) if row else None


def list_tokens(user_id: int, *, before_id: int | None = None, limit: int = 50) -> list[TokenView]:
    """List a user's tokens, the revoked ones too, latest first; `before_id` is the cursor."""
    rows = ApiToken.objects.filter(user_id=user_id).order_by("-id")
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [_token(row) for row in rows[:limit]]


def _token(row: ApiToken) -> TokenView:
    return TokenView(row.id, row.user_id, row.name, row.recorded_at, row.revoked_at)


def _user(row: User) -> UserView:
    return UserView(row.id, row.username, row.get_full_name(), row.language, row.email, row.is_active)


def _company(row: Company) -> CompanyView:
    return CompanyView(row.id, row.name, row.country, row.currency, row.group_currency)


def _decision(row: Decision) -> DecisionView:
    return DecisionView(
        id=row.id,
        company_id=row.company_id,
        kind=row.kind,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        outcome=row.outcome,
        policy_version_id=row.policy_version_id,
        actor_id=row.actor_id,
        recorded_at=row.recorded_at,
        proof=row.proof,
    )
