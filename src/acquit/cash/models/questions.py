"""What customers were asked about their payments."""

from __future__ import annotations

from django.db import models

from acquit.infra.tables import AppendOnly, Live


class CustomerQuestion(AppendOnly):
    """A question to a customer about one receipt (`QuestionText`); the receipt waits for the answer until a day."""

    id = models.BigAutoField(primary_key=True)
    receipt_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    asked_by_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    asked_date = models.DateField()
    waits_until = models.DateField()
    language = models.TextField()
    kind = models.TextField()

    class Meta:
        db_table = "customer_question"
        indexes = [models.Index(fields=["receipt_id"], name="customer_question_receipt")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(waits_until__gt=models.F("asked_date")), name="customer_question_waits"
            )
        ]


class QuestionText(Live):
    """A question as it was written, beside it: it names persons, is sealed nowhere and goes when their data goes."""

    question_id = models.BigIntegerField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    subject = models.TextField()
    body = models.TextField()

    class Meta:
        db_table = "question_text"
        indexes = [models.Index(fields=["customer_id"], name="question_text_customer")]
