"""Refunds: credits paid back, each to an account that a second person verified."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from acquit.infra.fields import AmountField
from acquit.infra.tables import Mutable


class VerifiedAccount(Mutable):
    """An account said to be a customer's: proposed with evidence by one person, confirmed by another."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    proposed_by_id = models.BigIntegerField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    proposed_date = models.DateField()
    confirmed_date = models.DateField(null=True)
    revoked_date = models.DateField(null=True)
    iban = models.TextField()
    bic = models.TextField(default="")
    holder = models.TextField()
    evidence = models.TextField()

    class Meta:
        db_table = "verified_account"
        constraints = [
            models.UniqueConstraint(
                fields=["customer_id", "iban"],
                condition=Q(revoked_date__isnull=True),
                name="verified_account_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by_id__isnull=True) | ~Q(confirmed_by_id=F("proposed_by_id")),
                name="verified_account_by_two",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_date__isnull=True) | Q(confirmed_by_id__isnull=False),
                name="verified_account_confirmed",
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="verified_account_evidence"),
        ]


class Refund(Mutable):
    """A credit of a customer to be paid back; `refund_item_id` uses the credit up once the order is written."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    verified_account_id = models.BigIntegerField()
    bank_account_id = models.BigIntegerField(null=True)
    requested_by_id = models.BigIntegerField(null=True)
    approved_by_id = models.BigIntegerField(null=True)
    refund_item_id = models.BigIntegerField(null=True, unique=True)
    clearing_id = models.BigIntegerField(null=True)
    receipt_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    requested_date = models.DateField()
    sent_date = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)
    state = models.TextField()
    currency = models.TextField()
    end_to_end_id = models.TextField()
    message_id = models.TextField(default="")
    version = models.TextField(default="")
    reason = models.TextField()
    failure = models.TextField(default="")
    amount = AmountField()

    class Meta:
        db_table = "refund"
        indexes = [
            models.Index(fields=["company_id", "state"], name="refund_state_of"),
            models.Index(fields=["item_id"], name="refund_item"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company_id", "end_to_end_id"], name="refund_once"),
            models.CheckConstraint(
                condition=Q(state__in=("REQUESTED", "APPROVED", "REJECTED", "SENT", "CONFIRMED", "FAILED")),
                name="refund_state",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_id__isnull=True) | ~Q(approved_by_id=F("requested_by_id")),
                name="refund_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("APPROVED", "SENT", "CONFIRMED", "FAILED"))
                | Q(approved_by_id__isnull=False),
                name="refund_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("SENT", "CONFIRMED"))
                | (Q(refund_item_id__isnull=False) & ~Q(message_id="")),
                name="refund_sent",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount"),
        ]
