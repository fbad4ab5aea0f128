"""Open items and the edges that clear them.

An item never changes. It is open exactly while it has a row in `open_item`, which only a trigger writes: it follows
from `item` and `clearing_edge`. A clearing is a set of edges, each between a credit and a debit item of one customer;
a negative edge takes one back.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Least

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly, TriggerKept
from acquit.receivables.rules.items import UNAPPLIED_KINDS


def _is_owed(kind: str) -> models.GeneratedField:
    """Tell, in a column of its own, what is owed from money that is not applied: questions of ageing turn on it.

    A text compared with a list costs three times the whole sum; a stored boolean costs nothing seen.
    """
    return models.GeneratedField(
        expression=Case(
            When(**{f"{kind}__in": sorted(UNAPPLIED_KINDS)}, then=Value(value=False)),
            default=Value(value=True),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )


class Item(AppendOnly):
    """What was owed by (positive) or to (negative) a customer when it arose."""

    id = models.BigAutoField(primary_key=True)
    document_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    baseline_date = models.DateField()
    due_date = models.DateField()
    posting_date = models.DateField()
    kind = models.TextField()
    currency = models.TextField()
    number = models.TextField()
    original_amount = AmountField()
    company_amount = AmountField()

    class Meta:
        db_table = "item"
        indexes = [
            models.Index(fields=["document_id"], name="item_document"),
            models.Index(
                fields=["customer_id", "posting_date"], include=["original_amount"], name="item_customer"
            ),
        ]
        constraints = [models.CheckConstraint(condition=~Q(original_amount=0), name="item_not_zero")]


class OpenItem(TriggerKept):
    """The live set: a row exists exactly while something of an item is open."""

    item_id = models.BigIntegerField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    due_date = models.DateField()
    posting_date = models.DateField()
    kind = models.TextField()
    currency = models.TextField()
    original_amount = AmountField()
    open_amount = AmountField()
    open_company_amount = AmountField()
    is_owed = _is_owed("kind")

    class Meta:
        db_table = "open_item"
        indexes = [
            models.Index(
                fields=["company_id", "customer_id", "due_date"],
                include=["open_amount", "currency", "posting_date", "is_owed"],
                name="open_item_customer",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    open_amount__gte=Least(F("original_amount"), 0),
                    open_amount__lte=Greatest(F("original_amount"), 0),
                )
                & ~Q(open_amount=0),
                name="open_item_between_zero_and_original",
            )
        ]


class ClearingEdge(AppendOnly):
    """An amount of a credit item set off against a debit item, with both items' dates for as-of questions."""

    id = models.BigAutoField(primary_key=True)
    clearing_id = models.BigIntegerField()
    credit_item_id = models.BigIntegerField()
    debit_item_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    effective_date = models.DateField()
    credit_due_date = models.DateField()
    credit_posting_date = models.DateField()
    debit_due_date = models.DateField()
    debit_posting_date = models.DateField()
    credit_kind = models.TextField()
    debit_kind = models.TextField()
    currency = models.TextField()
    amount = AmountField()
    credit_company_amount = AmountField()
    debit_company_amount = AmountField()
    credit_is_owed = _is_owed("credit_kind")
    debit_is_owed = _is_owed("debit_kind")

    class Meta:
        db_table = "clearing_edge"
        indexes = [
            models.Index(fields=["debit_item_id"], name="clearing_edge_debit"),
            models.Index(fields=["credit_item_id"], name="clearing_edge_credit"),
            models.Index(fields=["customer_id", "effective_date"], name="clearing_edge_customer"),
            models.Index(fields=["company_id", "effective_date"], name="clearing_edge_company"),
            models.Index(fields=["clearing_id"], name="clearing_edge_clearing"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="clearing_edge_not_zero")]


class Clearing(AppendOnly):
    """Why a set of edges was written: by whom, on which decision, or taking back which clearing."""

    id = models.BigAutoField(primary_key=True)
    reverses_id = models.BigIntegerField(null=True, unique=True)
    decision_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    effective_date = models.DateField()
    reason = models.TextField()

    class Meta:
        db_table = "clearing"
