"""Companies, users and their grants; policies and their versions; decisions with proofs; audit seals."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from acquit.infra.tables import AppendOnly, Mutable


class Company(Mutable):
    """A legal entity: the scope of every right, book and number."""

    id = models.AutoField(primary_key=True)
    name = models.TextField(unique=True)
    country = models.TextField(default="")
    currency = models.TextField()
    group_currency = models.TextField()

    class Meta:
        db_table = "company"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(Exact(Length("currency"), 3))
                & models.Q(Exact(Length("group_currency"), 3)),
                name="company_currency",
            )
        ]


class User(AbstractUser):
    """A person, or a program with a name. What they may do stands in their grants."""

    language = models.TextField(default="en")
    theme = models.TextField(default="system")
    density = models.TextField(default="dense")
    has_single_keys = models.BooleanField(default=True)

    class Meta(AbstractUser.Meta):
        db_table = "app_user"
        swappable = "AUTH_USER_MODEL"


class Grant(Mutable):
    """A role a user holds for a company, in a half-open interval of days."""

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    granted_by_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    role = models.TextField()

    class Meta:
        db_table = "role_grant"
        indexes = [models.Index(fields=["user_id", "company_id"], name="role_grant_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "company_id", "role", "valid_from"], name="role_grant_once"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gt=models.F("valid_from")),
                name="role_grant_interval",
            ),
        ]


class ApiToken(Mutable):
    """A program's key: only its hash is kept."""

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    revoked_at = models.DateTimeField(null=True)
    name = models.TextField()
    token_hash = models.TextField(unique=True)

    class Meta:
        db_table = "api_token"


class PolicyVersion(AppendOnly):
    """What the code may not decide by itself: thresholds, weights and tolerances, dated and approved."""

    id = models.BigAutoField(primary_key=True)
    author_id = models.BigIntegerField(null=True)
    approver_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField(null=True)
    version = models.IntegerField()
    valid_from = models.DateField()
    kind = models.TextField()
    body = models.JSONField()

    class Meta:
        db_table = "policy_version"
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "kind", "version"], name="policy_version_once", nulls_distinct=False
            )
        ]


class Decision(AppendOnly):
    """The proof of an automated or human act: inputs, parts of the score, alternatives refused, how to undo it."""

    id = models.BigAutoField(primary_key=True)
    subject_id = models.BigIntegerField()
    policy_version_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    replaces_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    kind = models.TextField()
    subject_kind = models.TextField()
    outcome = models.TextField()
    proof = models.JSONField()

    class Meta:
        db_table = "decision"
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="decision_subject")]


class AuditSeal(AppendOnly):
    """A block of the log and the books, chained to the block before; `audit_seal_interval` says what it covers."""

    id = models.BigAutoField(primary_key=True)
    previous_hash = models.TextField(unique=True)
    block_hash = models.TextField(unique=True)

    class Meta:
        db_table = "audit_seal"


class AuditSealInterval(AppendOnly):
    """The rows of one table in a block: an interval of keys, the hash over the rows, and a mark of each."""

    pk = models.CompositePrimaryKey("seal_id", "table_name")
    seal_id = models.BigIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    row_count = models.BigIntegerField()
    table_name = models.TextField()
    columns = models.TextField()
    rows_hash = models.TextField()
    marks = models.BinaryField()

    class Meta:
        db_table = "audit_seal_interval"
        constraints = [
            models.UniqueConstraint(fields=["table_name", "last_id"], name="audit_seal_interval_once"),
            models.CheckConstraint(
                condition=models.Q(last_id__gte=models.F("first_id"), row_count__gte=0),
                name="audit_seal_interval_range",
            ),
        ]
