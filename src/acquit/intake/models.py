"""Files as they came, what they were taken to mean, and the rows that were refused."""

from __future__ import annotations

from django.db import models

from acquit.infra.fields import AmountField
from acquit.infra.tables import Live, Mutable


class Intake(Mutable):
    """One hand-over of files: read, understood, reconciled, posted."""

    id = models.BigAutoField(primary_key=True)
    actor_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    business_date = models.DateField()
    state = models.TextField()
    summary = models.JSONField(default=dict)

    class Meta:
        db_table = "intake"


class IntakeFile(Mutable):
    """A file of an intake: kept as it came, found again by its content."""

    id = models.BigAutoField(primary_key=True)
    intake_id = models.BigIntegerField()
    company_id = models.IntegerField()
    rows_read = models.IntegerField(default=0)
    rows_refused = models.IntegerField(default=0)
    name = models.TextField()
    kind = models.TextField()
    state = models.TextField()
    fingerprint = models.TextField()
    stored_path = models.TextField(default="")
    mapping = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    totals = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)

    class Meta:
        db_table = "intake_file"
        indexes = [
            models.Index(fields=["intake_id"], name="intake_file_intake"),
            models.Index(fields=["company_id", "fingerprint"], name="intake_file_fingerprint"),
        ]


class RefusedRow(Live):
    """A row that was not taken: where, what stood there, why, what it may have meant, and a person's mend."""

    id = models.BigAutoField(primary_key=True)
    file_id = models.BigIntegerField()
    company_id = models.IntegerField()
    line_number = models.IntegerField()
    column = models.TextField(default="")
    value = models.TextField(default="")
    reason = models.TextField()
    message = models.TextField()
    proposal = models.TextField(default="")
    mended_value = models.TextField(null=True)
    currency = models.TextField(default="")
    amount = AmountField(null=True)
    cells = models.JSONField(default=list)

    class Meta:
        db_table = "refused_row"
        indexes = [models.Index(fields=["file_id", "line_number"], name="refused_row_file")]


class SavedMapping(Live):
    """What a header meant last time, so nobody is asked twice."""

    id = models.BigAutoField(primary_key=True)
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    signature = models.TextField()
    mapping = models.JSONField()

    class Meta:
        db_table = "saved_mapping"
        constraints = [models.UniqueConstraint(fields=["company_id", "signature"], name="saved_mapping_once")]
