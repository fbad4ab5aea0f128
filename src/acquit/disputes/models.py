"""Cases: what a customer contests or held back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from acquit.infra.fields import AmountField
from acquit.infra.tables import Mutable


class Dispute(Mutable):
    """A case over an amount of an item. The item stays owed and keeps its due date; it leaves dunning."""

    id = models.BigAutoField(primary_key=True)
    item_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    decision_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    opened_date = models.DateField()
    closed_date = models.DateField(null=True)
    kind = models.TextField()
    state = models.TextField(default="OPEN")
    reason = models.TextField()
    text = models.TextField(default="")
    currency = models.TextField()
    amount = AmountField()

    class Meta:
        db_table = "dispute"
        indexes = [
            models.Index(fields=["item_id"], name="dispute_item"),
            models.Index(fields=["company_id", "customer_id"], name="dispute_customer"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount"),
            models.CheckConstraint(
                condition=Q(kind__in=("DISPUTE", "DEDUCTION", "CLAIM")), name="dispute_kind"
            ),
        ]
