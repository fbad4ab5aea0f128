"""Remittance advices: what payers say their payments are for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly


class RemittanceAdvice(AppendOnly):
    """What a payer says one payment is for. A corrected one names the row it supersedes; at most one may.

    The keys compare: `payer_key` says who advises, `number_key` which advice it is, `reference_key` which payment.
    """

    id = models.BigAutoField(primary_key=True)
    file_id = models.BigIntegerField(null=True)
    supersedes_id = models.BigIntegerField(null=True, unique=True)
    company_id = models.IntegerField()
    payment_date = models.DateField(null=True)
    format = models.TextField()
    advice_number = models.TextField(default="")
    payer_name = models.TextField(default="")
    payer_number = models.TextField(default="")
    payer_iban = models.TextField(default="")
    payee = models.TextField(default="")
    payment_reference = models.TextField(default="")
    currency = models.TextField(default="")
    sender = models.TextField(default="")
    subject = models.TextField(default="")
    fingerprint = models.TextField()
    number_key = models.TextField(default="")
    payer_key = models.TextField(default="")
    reference_key = models.TextField(default="")
    other_numbers = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    total_amount = AmountField(null=True)
    deposit_reference = models.TextField(default="")
    deposit_amount = AmountField(null=True)

    class Meta:
        db_table = "remittance_advice"
        indexes = [
            models.Index(fields=["company_id", "total_amount"], name="remittance_advice_total"),
            models.Index(
                fields=["company_id", "deposit_amount"],
                name="remittance_advice_deposit",
                condition=Q(deposit_amount__isnull=False),
            ),
            models.Index(
                fields=["company_id", "reference_key"],
                name="remittance_advice_reference",
                condition=~Q(reference_key=""),
            ),
            models.Index(
                fields=["company_id", "payer_key", "number_key"],
                name="remittance_advice_payer",
                condition=~Q(payer_key=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company_id", "fingerprint"], name="remittance_advice_once")
        ]


class RemittanceAdviceLine(AppendOnly):
    """What an advice says of one document or adjustment; `document_key` compares as documents' numbers do."""

    id = models.BigAutoField(primary_key=True)
    advice_id = models.BigIntegerField()
    company_id = models.IntegerField()
    line_no = models.IntegerField()
    document_date = models.DateField(null=True)
    document = models.TextField(default="")
    document_key = models.TextField(default="")
    reason_code = models.TextField(default="")
    reason_text = models.TextField(default="")
    order_number = models.TextField(default="")
    adjustment_kind = models.TextField(default="")
    other_numbers = models.JSONField(default=list)
    paid_amount = AmountField(null=True)
    gross_amount = AmountField(null=True)
    discount_amount = AmountField(null=True)
    deduction_amount = AmountField(null=True)

    class Meta:
        db_table = "remittance_advice_line"
        indexes = [
            models.Index(
                fields=["company_id", "document_key"],
                name="remittance_line_document",
                condition=~Q(document_key=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["advice_id", "line_no"], name="remittance_advice_line_once")
        ]
