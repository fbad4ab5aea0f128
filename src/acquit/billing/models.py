"""Documents, their lines, and the series that number them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly, Mutable


class Document(AppendOnly):
    """An invoice, credit note or other paper that made an item arise."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    run_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    document_date = models.DateField()
    tax_point_date = models.DateField()
    posting_date = models.DateField()
    due_date = models.DateField()
    kind = models.TextField()
    number = models.TextField()
    currency = models.TextField()
    payment_terms = models.TextField(default="")
    customer_po = models.TextField(default="")
    structured_reference = models.TextField(default="")
    number_key = models.TextField()
    series = models.TextField(default="")
    source = models.TextField(default="")
    net = AmountField()
    tax = AmountField()
    gross = AmountField()

    class Meta:
        db_table = "document"
        indexes = [
            models.Index(fields=["customer_id", "document_date"], name="document_customer"),
            models.Index(fields=["company_id", "number_key"], name="document_number_key"),
            models.Index(
                fields=["company_id", "structured_reference"],
                name="document_reference",
                condition=~Q(structured_reference=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="document_number"),
            models.CheckConstraint(
                condition=Q(gross=models.F("net") + models.F("tax")), name="document_gross"
            ),
        ]


class DocumentLine(AppendOnly):
    """One line of a document; its net is rounded, so lines add up to the document's net."""

    pk = models.CompositePrimaryKey("document_id", "line_no")
    document_id = models.BigIntegerField()
    company_id = models.IntegerField()
    line_no = models.IntegerField()
    product = models.TextField(default="")
    description = models.TextField(default="")
    tax_code = models.TextField(default="")
    quantity = AmountField()
    price = AmountField()
    net = AmountField()
    tax_rate = AmountField()
    tax = AmountField()

    class Meta:
        db_table = "document_line"


class Series(Mutable):
    """A gapless counter: locked last, held shortly."""

    id = models.BigAutoField(primary_key=True)
    next_number = models.BigIntegerField(default=1)
    company_id = models.IntegerField()
    year = models.IntegerField()
    code = models.TextField()

    class Meta:
        db_table = "series"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "code", "year"], name="series_once"),
            models.CheckConstraint(condition=Q(next_number__gte=1), name="series_counts_up"),
        ]
