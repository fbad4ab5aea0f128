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


class DeductionCode(Mutable):
    """What a customer's code for a deduction means; without a customer it holds for all who have none of their own.

    `reason` is of the handbook's tree (`rules.reasons`), `said` as the company's file has it.
    """

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    code = models.TextField()
    text = models.TextField(default="")
    reason = models.TextField()
    said = models.TextField(default="")

    class Meta:
        db_table = "deduction_code"
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "customer_id", "code"], name="deduction_code_once", nulls_distinct=False
            )
        ]
