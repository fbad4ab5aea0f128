"""What happened (events), what ran (runs), what was asked already (idempotency keys)."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from acquit.infra.tables import AppendOnly, Mutable


class Event(AppendOnly):
    """One past fact. The outbox, the audit trail and the process-mining source are this one table."""

    id = models.BigAutoField(primary_key=True)
    object_id = models.BigIntegerField()
    run_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField(null=True)
    kind = models.TextField()
    object_kind = models.TextField()
    payload = models.JSONField(default=dict)

    class Meta:
        db_table = "event"
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="event_object"),
            BrinIndex(fields=["recorded_at"], name="event_recorded_at"),
        ]


class Run(Mutable):
    """One piece of batch work, keyed so that running it twice changes nothing."""

    id = models.BigAutoField(primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    business_date = models.DateField()
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    kind = models.TextField()
    key = models.TextField()
    summary = models.JSONField(default=dict)

    class Meta:
        db_table = "run"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "kind", "key"], name="run_once"),
            models.CheckConstraint(
                condition=models.Q(done__gte=0, done__lte=models.F("total")), name="run_done"
            ),
        ]


class RunChunk(AppendOnly):
    """A chunk that is done: it was written in the same transaction as what it did."""

    id = models.BigAutoField(primary_key=True)
    run_id = models.BigIntegerField()
    company_id = models.IntegerField()
    chunk = models.IntegerField()
    result = models.JSONField(default=dict)

    class Meta:
        db_table = "run_chunk"
        constraints = [models.UniqueConstraint(fields=["run_id", "chunk"], name="run_chunk_once")]


class IdempotencyKey(AppendOnly):
    """The first answer to a request or chunk: replayed to the same question, refused to another."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.IntegerField()
    status = models.SmallIntegerField(default=200)
    key = models.TextField()
    fingerprint = models.TextField()
    result = models.JSONField()

    class Meta:
        db_table = "idempotency_key"
        constraints = [models.UniqueConstraint(fields=["company_id", "key"], name="idempotency_key_once")]
