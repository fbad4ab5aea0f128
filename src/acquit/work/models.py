"""What waits for a person."""

from __future__ import annotations

from django.db import models

from acquit.infra.fields import AmountField
from acquit.infra.tables import Mutable


class WorkItem(Mutable):
    """One thing in one queue for one person to settle. Open while `closed_at` is empty."""

    id = models.BigAutoField(primary_key=True)
    object_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    closed_by_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    company_id = models.IntegerField()
    due_date = models.DateField(null=True)
    queue = models.TextField()
    object_kind = models.TextField()
    reason = models.TextField()
    currency = models.TextField()
    amount = AmountField()

    class Meta:
        db_table = "work_item"
        indexes = [
            models.Index(
                fields=["company_id", "queue", "-amount"],
                name="work_item_waiting",
                condition=models.Q(closed_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "object_kind", "object_id"],
                name="work_item_once",
                condition=models.Q(closed_at__isnull=True),
            )
        ]
