"""Open items and the edges that clear them.

An item never changes. It is open exactly while it has a row in `open_item`, which only a trigger writes: it follows
from `item` and `clearing_edge`. A clearing is a set of edges, each between a credit and a debit item of one customer;
a negative edge takes one back.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Least

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly, Mutable, TriggerKept
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
            # A statement of account is read from it alone, company_id for the wall: a customer's items lie scattered
            # over the heap, and every page of it that is not in memory is a read from the disk.
            models.Index(
                fields=["customer_id", "posting_date"],
                include=["company_id", "id", "due_date", "kind", "currency", "number", "original_amount"],
                name="item_customer",
            ),
            BrinIndex(fields=["recorded_at"], name="item_recorded"),
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
    #: Owed by the customer, neither a credit nor cash: what ageing adds up, and whose oldest day tells how late it is.
    is_debit = models.GeneratedField(
        expression=Case(
            When(kind__in=sorted(UNAPPLIED_KINDS), then=Value(value=False)),
            When(original_amount__lt=0, then=Value(value=False)),
            default=Value(value=True),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        db_table = "open_item"
        indexes = [
            # Debits stand together, in the order of customers: ageing reads them with nothing to filter.
            models.Index(
                fields=["company_id", "is_debit", "currency", "customer_id", "due_date"],
                include=["open_amount", "posting_date", "is_owed"],
                name="open_item_customer",
            ),
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
            # Read in the order of customers, index-only, by ageing as of a past day: the heap costs three times more.
            models.Index(
                fields=["company_id", "currency", "customer_id", "effective_date"],
                include=[
                    *("amount", "debit_due_date", "debit_posting_date", "debit_is_owed"),
                    *("credit_due_date", "credit_posting_date", "credit_is_owed"),
                ],
                name="clearing_edge_customer",
            ),
            models.Index(fields=["company_id", "effective_date"], name="clearing_edge_company"),
            models.Index(fields=["clearing_id"], name="clearing_edge_clearing"),
            BrinIndex(fields=["recorded_at"], name="clearing_edge_recorded"),
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


class ItemReplacement(AppendOnly):
    """An item that carries on what was open of another: a residual, a deduction, an instalment."""

    id = models.BigAutoField(primary_key=True)
    replaced_item_id = models.BigIntegerField()
    item_id = models.BigIntegerField(unique=True)
    clearing_id = models.BigIntegerField()
    company_id = models.IntegerField()
    effective_date = models.DateField()
    kind = models.TextField()
    reason = models.TextField(default="")

    class Meta:
        db_table = "item_replacement"
        indexes = [models.Index(fields=["replaced_item_id"], name="item_replacement_replaced")]


class NotedItem(AppendOnly):
    """Noted for a customer without being owed: a request for a down payment. In no account and in no sum."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    noted_date = models.DateField()
    due_date = models.DateField()
    kind = models.TextField()
    number = models.TextField()
    currency = models.TextField()
    net = AmountField()
    tax_rate = AmountField()
    tax = AmountField()

    class Meta:
        db_table = "noted_item"
        indexes = [models.Index(fields=["customer_id", "due_date"], name="noted_item_customer")]
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="noted_item_number"),
            models.CheckConstraint(condition=Q(net__gt=0, tax__gte=0), name="noted_item_amounts"),
        ]


class DownPayment(AppendOnly):
    """A down payment that arrived: its request, and the items that keep its net amount and its tax."""

    id = models.BigAutoField(primary_key=True)
    noted_item_id = models.BigIntegerField(unique=True)
    net_item_id = models.BigIntegerField(unique=True)
    tax_item_id = models.BigIntegerField(null=True)
    clearing_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    received_date = models.DateField()

    class Meta:
        db_table = "down_payment"


class WriteOff(Mutable):
    """A claim given up, or asked to be: still tracked after it left the books (`rules.write_off_steps`)."""

    id = models.BigAutoField(primary_key=True)
    item_id = models.BigIntegerField()
    credit_item_id = models.BigIntegerField(null=True)
    clearing_id = models.BigIntegerField(null=True)
    decision_id = models.BigIntegerField(null=True)
    requested_by_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    approvals_needed = models.IntegerField()
    effective_date = models.DateField(null=True)
    state = models.TextField()
    reason = models.TextField()
    relief_rule = models.TextField(default="")
    currency = models.TextField()
    amount = AmountField()
    tax_rate = AmountField()
    vat_recovered = AmountField(default=0)
    allowance_used = AmountField(default=0)
    expense = AmountField(default=0)

    class Meta:
        db_table = "write_off"
        indexes = [models.Index(fields=["customer_id"], name="write_off_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["item_id"], name="write_off_one_request", condition=Q(state="REQUESTED")
            ),
            models.CheckConstraint(
                condition=Q(state__in=("REQUESTED", "REFUSED", "POSTED", "REVERSED")), name="write_off_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="POSTED")
                | Q(amount=F("vat_recovered") + F("allowance_used") + F("expense")),
                name="write_off_parts",
            ),
        ]


class WriteOffApproval(AppendOnly):
    """One person's yes to a write-off; nobody says it twice."""

    id = models.BigAutoField(primary_key=True)
    write_off_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()

    class Meta:
        db_table = "write_off_approval"
        constraints = [
            models.UniqueConstraint(fields=["write_off_id", "actor_id"], name="write_off_approval_once")
        ]


class Recovery(AppendOnly):
    """Cash that came after a write-off; a negative amount takes one back."""

    id = models.BigAutoField(primary_key=True)
    write_off_id = models.BigIntegerField()
    payment_item_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    clearing_id = models.BigIntegerField()
    company_id = models.IntegerField()
    received_date = models.DateField()
    currency = models.TextField()
    amount = AmountField()
    output_vat = AmountField()

    class Meta:
        db_table = "recovery"
        indexes = [models.Index(fields=["write_off_id"], name="recovery_write_off")]


class LossAssessment(AppendOnly):
    """What is known of one customer's losses from a day on: its own rate, and the insured part."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    valid_from = models.DateField()
    is_insurance_integral = models.BooleanField(default=False)
    reason = models.TextField()
    loss_rate = AmountField(null=True)
    insured_percent = AmountField(default=0)

    class Meta:
        db_table = "loss_assessment"
        indexes = [models.Index(fields=["customer_id", "valid_from"], name="loss_assessment_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(insured_percent__gte=0, insured_percent__lte=100)
                & (Q(loss_rate__isnull=True) | Q(loss_rate__gte=0, loss_rate__lte=100)),
                name="loss_assessment_percents",
            )
        ]


class ProvisionRun(Mutable):
    """An expected loss computed on a day: proposed, approved by a second person, posted, reversed.

    `basis` says what its rates come from: the policy's list, or roll rates with the amounts behind them.
    """

    id = models.BigAutoField(primary_key=True)
    policy_version_id = models.BigIntegerField(null=True)
    proposed_by_id = models.BigIntegerField(null=True)
    approved_by_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True)
    reversal_entry_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    as_of = models.DateField()
    state = models.TextField()
    currency = models.TextField()
    basis = models.JSONField(default=dict)
    opening_amount = AmountField()
    used_amount = AmountField()
    other_amount = AmountField()
    charge_amount = AmountField()
    released_amount = AmountField()
    closing_amount = AmountField()

    class Meta:
        db_table = "provision_run"
        indexes = [models.Index(fields=["company_id", "as_of"], name="provision_run_company")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    closing_amount=F("opening_amount")
                    + F("charge_amount")
                    - F("used_amount")
                    - F("released_amount")
                    + F("other_amount")
                ),
                name="provision_run_movement",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("PROPOSED", "APPROVED", "POSTED", "REVERSED")),
                name="provision_run_state",
            ),
        ]


class ProvisionLine(AppendOnly):
    """One row of the matrix, or one customer assessed alone."""

    id = models.BigAutoField(primary_key=True)
    provision_run_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    segment = models.TextField()
    bucket = models.TextField()
    gross_amount = AmountField()
    tax_amount = AmountField(default=0)
    insured_amount = AmountField()
    loss_rate = AmountField()
    loss_amount = AmountField()

    class Meta:
        db_table = "provision_line"
        indexes = [models.Index(fields=["provision_run_id"], name="provision_line_run")]


class NettingAgreement(Mutable):
    """A customer who is a supplier too agreed that balances are set off, in a half-open interval of days."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    supplier_number = models.TextField()
    document_reference = models.TextField()

    class Meta:
        db_table = "netting_agreement"
        indexes = [models.Index(fields=["customer_id", "valid_from"], name="netting_agreement_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="netting_agreement_interval",
            )
        ]


class Netting(AppendOnly):
    """Items set off against a document of the customer as our supplier; a row that reverses another takes it back."""

    id = models.BigAutoField(primary_key=True)
    reverses_id = models.BigIntegerField(null=True, unique=True)
    agreement_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    clearing_id = models.BigIntegerField(unique=True)
    customer_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    netted_date = models.DateField()
    supplier_document = models.TextField()
    currency = models.TextField()
    amount = AmountField()

    class Meta:
        db_table = "netting"
        indexes = [models.Index(fields=["customer_id", "netted_date"], name="netting_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses_id__isnull=True, amount__gt=0)
                | Q(reverses_id__isnull=False, amount__lt=0),
                name="netting_sign",
            )
        ]
