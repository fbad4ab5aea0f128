"""Direct debits: mandates, runs and their collections, what debtors were told before and what came back after."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly, Live, Mutable


class Mandate(Mutable):
    """A debtor's leave to collect from an account; its reference and our creditor id name it together."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    created_by_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    notice_days = models.IntegerField(null=True)
    pay_day = models.IntegerField(null=True)
    signed_date = models.DateField(null=True)
    last_collection_date = models.DateField(null=True)
    is_ending = models.BooleanField(default=False)
    reference = models.TextField()
    creditor_id = models.TextField(default="")
    scheme = models.TextField()
    mandate_type = models.TextField()
    state = models.TextField()
    account = models.TextField(default="")
    bic = models.TextField(default="")
    account_holder = models.TextField(default="")

    class Meta:
        db_table = "mandate"
        indexes = [models.Index(fields=["customer_id", "state"], name="mandate_customer")]
        constraints = [
            models.UniqueConstraint(fields=["company_id", "creditor_id", "reference"], name="mandate_once"),
            models.CheckConstraint(condition=Q(scheme__in=("CORE", "B2B")), name="mandate_scheme"),
            models.CheckConstraint(condition=Q(mandate_type__in=("RCUR", "OOFF")), name="mandate_type"),
            models.CheckConstraint(
                condition=Q(state__in=("DRAFT", "ACTIVE", "SUSPENDED", "CANCELLED", "LAPSED")),
                name="mandate_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE")
                | (Q(signed_date__isnull=False) & ~Q(account="") & ~Q(creditor_id="")),
                name="mandate_active_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(pay_day__isnull=True) | Q(pay_day__range=(1, 31)), name="mandate_pay_day"
            ),
        ]


class MandateAmendment(AppendOnly):
    """The debtor's account of a mandate changed; the first collection after it tells the bank (`AmendedAccount`)."""

    id = models.BigAutoField(primary_key=True)
    mandate_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    amended_date = models.DateField()

    class Meta:
        db_table = "mandate_amendment"
        indexes = [models.Index(fields=["mandate_id", "id"], name="mandate_amendment_mandate")]


class AmendedAccount(Live):
    """The accounts of an amendment, beside it: personal values are sealed nowhere and go when their customer's go."""

    amendment_id = models.BigIntegerField(primary_key=True)
    mandate_id = models.BigIntegerField()
    company_id = models.IntegerField()
    former_account = models.TextField()
    account = models.TextField()

    class Meta:
        db_table = "amended_account"
        indexes = [models.Index(fields=["mandate_id"], name="amended_account_mandate")]


class DebitRun(Mutable):
    """Collections of one day to one account of ours: proposed by one person, approved by another, written once."""

    id = models.BigAutoField(primary_key=True)
    bank_account_id = models.BigIntegerField()
    proposed_by_id = models.BigIntegerField(null=True)
    approved_by_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    collection_date = models.DateField()
    submit_by = models.DateField()
    written_at = models.DateTimeField(null=True)
    state = models.TextField()
    version = models.TextField()
    message_id = models.TextField()
    currency = models.TextField()
    content = models.BinaryField(null=True)

    class Meta:
        db_table = "debit_run"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "message_id"], name="debit_run_once"),
            models.CheckConstraint(
                condition=Q(state__in=("PROPOSED", "APPROVED", "WRITTEN", "CANCELLED")),
                name="debit_run_state",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_id__isnull=True) | ~Q(approved_by_id=F("proposed_by_id")),
                name="debit_run_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("APPROVED", "WRITTEN")) | Q(approved_by_id__isnull=False),
                name="debit_run_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="WRITTEN") | Q(written_at__isnull=False, content__isnull=False),
                name="debit_run_written",
            ),
        ]


class DebitCollection(Mutable):
    """One item collected under one mandate; its end-to-end id is what the bank sends back with the money."""

    id = models.BigAutoField(primary_key=True)
    run_id = models.BigIntegerField()
    mandate_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    amendment_id = models.BigIntegerField(null=True)
    receipt_id = models.BigIntegerField(null=True)
    retry_of_id = models.BigIntegerField(null=True, unique=True)
    company_id = models.IntegerField()
    collection_date = models.DateField()
    refundable_until = models.DateField(null=True)
    unauthorised_until = models.DateField(null=True)
    state = models.TextField()
    sequence = models.TextField()
    currency = models.TextField()
    end_to_end_id = models.TextField()
    amount = AmountField()

    class Meta:
        db_table = "debit_collection"
        indexes = [
            models.Index(fields=["run_id", "id"], name="debit_collection_run"),
            models.Index(fields=["mandate_id", "id"], name="debit_collection_mandate"),
            models.Index(
                fields=["receipt_id"], name="debit_collection_receipt", condition=Q(receipt_id__isnull=False)
            ),
            models.Index(
                fields=["company_id", "refundable_until"],
                name="debit_collection_revocable",
                condition=Q(state="COLLECTED"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company_id", "end_to_end_id"], name="debit_collection_once"),
            models.UniqueConstraint(
                fields=["item_id"],
                condition=Q(state__in=("PROPOSED", "SUBMITTED")),
                name="debit_collection_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("PROPOSED", "SUBMITTED", "COLLECTED", "REJECTED", "RETURNED", "CANCELLED")
                ),
                name="debit_collection_state",
            ),
            models.CheckConstraint(
                condition=Q(sequence__in=("FRST", "RCUR", "FNAL", "OOFF")), name="debit_collection_sequence"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="debit_collection_amount"),
            models.CheckConstraint(
                condition=~Q(state="COLLECTED") | Q(receipt_id__isnull=False),
                name="debit_collection_collected",
            ),
        ]


class PreNotification(AppendOnly):
    """On which day a debtor was told before money is taken, and in which language (`NoticeText`)."""

    id = models.BigAutoField(primary_key=True)
    collection_id = models.BigIntegerField(unique=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    notified_date = models.DateField()
    collection_date = models.DateField()
    language = models.TextField()

    class Meta:
        db_table = "pre_notification"
        constraints = [
            models.CheckConstraint(
                condition=Q(notified_date__lte=F("collection_date")), name="pre_notification_before"
            )
        ]


class NoticeText(Live):
    """The words of a pre-notification, beside it: they name a mandate, are sealed nowhere and go with its reference."""

    collection_id = models.BigIntegerField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    text = models.TextField()

    class Meta:
        db_table = "notice_text"
        indexes = [models.Index(fields=["customer_id"], name="notice_text_customer")]


class DebitReturn(AppendOnly):
    """A collection the bank rejected before or returned after (R-transaction), and what the policy makes of it.

    It holds while its collection is rejected or returned. `decision_id`: the decision that took the money back and
    whose undo takes the return back; `charge_item_id`: the costs brought to the customer's account for it.
    """

    id = models.BigAutoField(primary_key=True)
    collection_id = models.BigIntegerField()
    decision_id = models.BigIntegerField(null=True, unique=True)
    charge_item_id = models.BigIntegerField(null=True)
    receipt_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    returned_date = models.DateField()
    retry_date = models.DateField(null=True)
    kind = models.TextField()
    code = models.TextField()
    action = models.TextField()
    currency = models.TextField()
    amount = AmountField()
    fee_amount = AmountField()
    charged_amount = AmountField(default=0)

    class Meta:
        db_table = "debit_return"
        indexes = [models.Index(fields=["collection_id", "id"], name="debit_return_collection")]
        constraints = [
            models.UniqueConstraint(
                fields=["collection_id"], condition=Q(kind="REJECT"), name="debit_return_rejected_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=("REJECT", "RETURN")), name="debit_return_kind"),
            models.CheckConstraint(condition=Q(fee_amount__gte=0), name="debit_return_fee"),
            models.CheckConstraint(
                condition=Q(charged_amount=0, charge_item_id__isnull=True)
                | Q(charged_amount__gt=0, charge_item_id__isnull=False),
                name="debit_return_charge",
            ),
        ]
