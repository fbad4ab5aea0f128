"""Sales orders as far as money needs them: whose, over what, and how much of it is asked for before delivery."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from acquit.infra.fields import AmountField
from acquit.infra.tables import Mutable


class SalesOrder(Mutable):
    """An order of a customer. `number_key` is its number in capitals and digits only, as payers' texts are read."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    order_date = models.DateField()
    number = models.TextField()
    number_key = models.TextField()
    currency = models.TextField()
    customer_po = models.TextField(default="")
    amount = AmountField(null=True)
    prepayment_percent = AmountField(null=True)

    class Meta:
        db_table = "sales_order"
        indexes = [
            models.Index(fields=["company_id", "number_key"], name="sales_order_key"),
            models.Index(fields=["customer_id"], name="sales_order_customer"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="sales_order_number"),
            models.CheckConstraint(
                condition=Q(prepayment_percent__isnull=True)
                | Q(prepayment_percent__gte=0, prepayment_percent__lte=100),
                name="sales_order_prepayment",
            ),
        ]
