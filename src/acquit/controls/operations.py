"""Writes of companies, users, grants, policies and decisions."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from acquit.controls.models import ApiToken, Company, Grant, PolicyVersion, User
from acquit.controls.queries import CompanyView, find_company, find_user
from acquit.controls.rules.duties import Actor, Duty, Role, check_conflicts
from acquit.controls.rules.policy_reading import read_policy
from acquit.core.errors import NotFound, Refusal
from acquit.core.money import minor_units
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import (
    AlreadyExists,
    company_ids_in_scope,
    company_scope,
    operation,
    set_companies,
)

if TYPE_CHECKING:
    import polars as pl

DECISION_COLUMNS = (
    "id",
    "subject_id",
    "policy_version_id",
    "run_id",
    "actor_id",
    "replaces_id",
    "company_id",
    "kind",
    "subject_kind",
    "outcome",
    "proof",
)


class CannotApprove(Refusal):
    """Maker and approver are one person; the policy version was not stored."""

    code = "FOUR_EYES"


class UserExists(Refusal):
    """Somebody logs in with this name already; nothing was changed."""

    code = "USER_EXISTS"


class CompanyExists(Refusal):
    """A company of this name exists with another currency; nothing was changed."""

    code = "COMPANY_EXISTS"


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """A decision on its way to the log, with its proof (JSON-able; amounts as strings)."""

    company_id: int
    kind: str
    subject_kind: str
    subject_id: int
    outcome: str
    proof: Mapping[str, Any] = field(default_factory=dict)
    policy_version_id: int | None = None
    run_id: int | None = None
    actor_id: int | None = None
    replaces_id: int | None = None


def open_company(
    *, name: str, currency: str, country: str = "", group_currency: str | None = None
) -> CompanyView:
    """Open a company, or give the one of this name; widens this connection's scope to it.

    Refuses (`CompanyExists`) when it exists in another currency, (`UnknownCurrency`) codes not in ISO 4217.
    """
    for code in (currency, group_currency or currency):
        minor_units(code)
    known = find_company(name)
    if known is not None and known.currency != currency:
        raise CompanyExists(
            f"{name} keeps its books in {known.currency}, not in {currency}."
            f" Name the currency {known.currency} or another company.",
            param="currency",
        )
    if known is None:
        try:
            known = _add_company(CompanyView(0, name, country, currency, group_currency or currency))
        except AlreadyExists:  # somebody opened it at the same moment
            return open_company(name=name, currency=currency, country=country, group_currency=group_currency)
    set_companies({*company_ids_in_scope(), known.id})
    return known


def _add_company(company: CompanyView) -> CompanyView:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('company', 'id'))")
        company_id = cursor.fetchone()[0]
    with company_scope({*company_ids_in_scope(), company_id}), operation():
        Company.objects.create(
            id=company_id,
            name=company.name,
            country=company.country,
            currency=company.currency,
            group_currency=company.group_currency,
        )
        plan = WritePlan()
        payload = {"name": company.name}
        record_events(
            plan, [EventDraft(company_id, "controls.company.opened", "COMPANY", company_id, payload)]
        )
        write(plan)
    return replace(company, id=company_id)


def create_user(
    *, username: str, password: str, full_name: str = "", language: str = "en", email: str = ""
) -> User:
    """Create a user; what they may do is granted apart. Names are `First Last`.

    Refuses (`UserExists`) a name that somebody logs in with already.
    """
    first, _, last = full_name.partition(" ")
    if find_user(username) is not None:
        raise UserExists(f"There is a user {username} already. Choose another name.", param="username")
    with operation():
        return User.objects.create_user(
            username=username,
            password=password,
            first_name=first,
            last_name=last,
            language=language,
            email=email,
        )


def set_password(*, user_id: int, password: str) -> None:
    """Give a user another password; refuses (`NotFound`). Their sessions end, for they are signed with it."""
    with operation():
        user = User.objects.select_for_update().filter(id=user_id).first()
        if user is None:
            raise NotFound(f"There is no user {user_id}.", param="user")
        user.set_password(password)
        user.save(update_fields=["password"])
        plan = WritePlan()
        record_events(plan, [EventDraft(None, "controls.password.set", "USER", user_id)])
        write(plan)


def grant_role(
    *,
    actor: Actor,
    user_id: int,
    company_id: int,
    role: Role,
    valid_from: date,
    valid_until: date | None = None,
) -> None:
    """Grant a role; refuses (`ConflictingDuties`) duties that one person may not hold together, (`NotFound`) nobody.

    Grants to one person wait for each other, so two of them at once cannot add up to a conflict.
    """
    actor.require(Duty.ADMIN, company_id)
    with operation():
        locked = User.objects.select_for_update(no_key=True).filter(id=user_id).values_list("id", flat=True)
        if locked.first() is None:
            raise NotFound(f"There is no user {user_id}.", param="user")
        held = {
            Role(other.role)
            for other in Grant.objects.filter(user_id=user_id, company_id=company_id)
            if other.valid_until is None or other.valid_until > valid_from
        }
        check_conflicts({*held, role})
        Grant.objects.update_or_create(
            user_id=user_id,
            company_id=company_id,
            role=role,
            valid_from=valid_from,
            defaults={"valid_until": valid_until, "granted_by_id": actor.user_id},
        )
        plan = WritePlan()
        until = valid_until.isoformat() if valid_until else None
        payload = {"role": role.value, "from": valid_from.isoformat(), "until": until}
        record_events(
            plan,
            [
                EventDraft(
                    company_id, "controls.role.granted", "USER", user_id, payload, actor_id=actor.user_id
                )
            ],
        )
        write(plan)


def issue_token(*, user_id: int, name: str) -> str:
    """Issue a token for a program acting as a user; the text is shown once, only its hash is kept."""
    token = f"aq_{secrets.token_urlsafe(32)}"
    with operation():
        row = ApiToken.objects.create(user_id=user_id, name=name, token_hash=hash_token(token))
        _record_token_event("controls.token.issued", row)
    return token


def revoke_token(*, user_id: int, token_id: int, revoked_at: datetime) -> None:
    """Revoke a token of this user; one revoked before stays as it is. Refuses (`NotFound`) another's."""
    with operation():
        row = ApiToken.objects.select_for_update().filter(id=token_id, user_id=user_id).first()
        if row is None:
            raise NotFound(f"There is no token {token_id}.", param="token")
        if row.revoked_at is None:
            row.revoked_at = revoked_at
            row.save(update_fields=["revoked_at"])
            _record_token_event("controls.token.revoked", row)


def _record_token_event(kind: str, row: ApiToken) -> None:
    plan = WritePlan()
    record_events(plan, [EventDraft(None, kind, "TOKEN", row.id, {"name": row.name}, actor_id=row.user_id)])
    write(plan)


def hash_token(token: str) -> str:
    """Give what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def store_policy(
    *, actor: Actor, approver: Actor, company_id: int, kind: str, body: Mapping[str, Any], valid_from: date
) -> int:
    """Store a policy's next version, made by one person and approved by another; gives its id.

    Refuses (`CannotApprove`) one person for both, (`CannotReadPolicy`) a document that does not fit its schema.
    """
    actor.require(Duty.POLICY, company_id)
    approver.require(Duty.POLICY, company_id)
    if actor.user_id == approver.user_id:
        raise CannotApprove("A policy is approved by a second person.", param="approver")
    read_policy(kind, body)
    with operation():
        latest = (
            PolicyVersion.objects.filter(company_id=company_id, kind=kind)
            .order_by("-version")
            .values_list("version", flat=True)
            .first()
        )
        row = PolicyVersion.objects.create(
            company_id=company_id,
            kind=kind,
            version=(latest or 0) + 1,
            valid_from=valid_from,
            body=dict(body),
            author_id=actor.user_id,
            approver_id=approver.user_id,
        )
        plan = WritePlan()
        payload = {"kind": kind, "version": row.version, "approver": approver.user_id}
        record_events(
            plan,
            [
                EventDraft(
                    company_id, "controls.policy.stored", "POLICY", row.id, payload, actor_id=actor.user_id
                )
            ],
        )
        write(plan)
    return row.id


def take_over_policy(
    *, actor: Actor, company_id: int, kind: str, body: Mapping[str, Any], valid_from: date
) -> int:
    """Store the policy a company brings with its books as its version; gives the id of the one that says so.

    It was agreed where the company comes from, so nobody here approves it; one that says the same is not stored twice.
    Refuses (`CannotApprove`) once two people here made a version: from then on theirs hold. (`CannotReadPolicy`)
    """
    actor.require(Duty.POLICY, company_id)
    read_policy(kind, body)
    with operation():
        _lock_policies(company_id, kind)
        latest = PolicyVersion.objects.filter(company_id=company_id, kind=kind).order_by("-version").first()
        if latest is not None and latest.author_id is not None:
            raise CannotApprove(
                f"The policy {kind} is kept by two people here, version {latest.version} last."
                " Store another one with: acquit policy store",
                param="approver",
            )
        if latest is not None and latest.body == dict(body):
            return latest.id
        row = PolicyVersion.objects.create(
            company_id=company_id,
            kind=kind,
            version=(latest.version if latest else 0) + 1,
            valid_from=valid_from,
            body=dict(body),
        )
        plan = WritePlan()
        payload = {"kind": kind, "version": row.version}
        event = EventDraft(
            company_id, "controls.policy.taken_over", "POLICY", row.id, payload, actor_id=actor.user_id
        )
        record_events(plan, [event])
        write(plan)
    return row.id


def _lock_policies(company_id: int, kind: str) -> None:
    """Writers of one company's policy of a kind wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [company_id, f"acquit.policy.{kind}"]
        )


def add_decisions(
    plan: WritePlan, decisions: Iterable[DecisionDraft], *, ids: Sequence[int] | None = None
) -> list[int]:
    """Add decisions to a plan; gives their ids in order. `ids` were taken before, where rows already name them."""
    from psycopg.types.json import Jsonb

    drafts = list(decisions)
    ids = list(ids) if ids is not None else next_ids("decision", len(drafts))
    plan.add(
        "decision",
        DECISION_COLUMNS,
        [
            (
                decision_id,
                draft.subject_id,
                draft.policy_version_id,
                draft.run_id,
                draft.actor_id,
                draft.replaces_id,
                draft.company_id,
                draft.kind,
                draft.subject_kind,
                draft.outcome,
                Jsonb(dict(draft.proof)),
            )
            for decision_id, draft in zip(ids, drafts, strict=True)
        ],
    )
    return ids


def add_decision_columns(plan: WritePlan, decisions: pl.DataFrame) -> None:
    """Add decisions to a plan as a frame: the columns of a decision, those it lacks left out; `proof` is JSON."""
    import polars as pl

    missing = [
        pl.lit(None, pl.Int64).alias(name) for name in DECISION_COLUMNS[2:6] if name not in decisions.columns
    ]
    plan.add_frame("decision", DECISION_COLUMNS, decisions.with_columns(missing))
