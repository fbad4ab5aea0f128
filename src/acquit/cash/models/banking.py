"""Bank accounts, their statements and lines, and what became of each receipt."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly, Live, Mutable


class BankAccount(Mutable):
    """An account of ours at a bank, in one currency. `written`: as the first file wrote it, where it is no IBAN."""

    id = models.BigAutoField(primary_key=True)
    opening_statement_id = models.BigIntegerField(null=True)
    opening_entry_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    opening_date = models.DateField(null=True)
    account = models.TextField()
    currency = models.TextField()
    name = models.TextField(default="")
    written = models.TextField(default="", db_default="")

    class Meta:
        db_table = "bank_account"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "account", "currency"], name="bank_account_once")
        ]


class BankStatement(AppendOnly):
    """A statement as the bank sent it, with what its balances say of its lines.

    `corrects_id` is the earlier statement of the same number that this one was sent in place of.
    """

    id = models.BigAutoField(primary_key=True)
    bank_account_id = models.BigIntegerField()
    file_id = models.BigIntegerField(null=True)
    corrects_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    opening_date = models.DateField(null=True)
    closing_date = models.DateField(null=True)
    is_balanced = models.BooleanField(null=True)
    statement_id = models.TextField(default="")
    sequence = models.TextField(default="")
    page = models.TextField(db_default="")
    currency = models.TextField()
    format = models.TextField()
    fingerprint = models.TextField()
    warnings = models.JSONField(default=list)
    opening_amount = AmountField(null=True)
    closing_amount = AmountField(null=True)

    class Meta:
        db_table = "bank_statement"
        constraints = [
            models.UniqueConstraint(fields=["bank_account_id", "fingerprint"], name="bank_statement_once"),
        ]


class BankLine(AppendOnly):
    """One booked line of a bank account. Its identity makes a second import of it a no-op.

    `batch_line_id` is the line this one is a detail of: that one was booked as a sum, its details were announced apart
    and stand in its place. `entry_reference` is the bank's name of the entry where it is not the line's own,
    `own_iban` the account of ours that was paid where it is not the statement's: a virtual one names the payer.
    `original_amount` is what the payer instructed in `original_currency`, where that is another than the line's.
    """

    id = models.BigAutoField(primary_key=True)
    bank_account_id = models.BigIntegerField()
    statement_id = models.BigIntegerField()
    batch_line_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    line_no = models.IntegerField()
    booking_date = models.DateField()
    value_date = models.DateField()
    currency = models.TextField()
    identity = models.TextField()
    bank_reference = models.TextField(default="")
    end_to_end_id = models.TextField(default="")
    structured_reference = models.TextField(default="")
    counterparty = models.TextField(default="")
    iban = models.TextField(default="")
    text = models.TextField(default="")
    return_code = models.TextField(default="")
    amount = AmountField()
    is_reversal = models.BooleanField(default=False)
    transaction_code = models.TextField(default="")
    bank_code = models.TextField(default="")
    entry_reference = models.TextField(db_default="")
    customer_reference = models.TextField(db_default="")
    own_iban = models.TextField(db_default="")
    original_amount = AmountField(null=True)
    original_currency = models.TextField(db_default="")

    class Meta:
        db_table = "bank_line"
        indexes = [
            models.Index(fields=["company_id", "booking_date"], name="bank_line_date"),
            models.Index(fields=["statement_id", "line_no"], name="bank_line_statement"),
            models.Index(
                fields=["batch_line_id"], name="bank_line_batch", condition=Q(batch_line_id__isnull=False)
            ),
            models.Index(
                fields=["bank_account_id", "entry_reference"],
                name="bank_line_entry",
                condition=~Q(entry_reference=""),
            ),
            models.Index(
                fields=["bank_account_id", "amount"],
                name="bank_line_bare",
                condition=Q(counterparty="", iban="", structured_reference="", end_to_end_id=""),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["bank_account_id", "identity"], name="bank_line_once")]


class Receipt(Mutable):
    """What became of a bank line or an imported payment: whose money it is, and how far it is applied.

    `weight` is its place among what waits, kept by `sql/receipt_weight.sql`; empty once nobody has to look at it.
    """

    id = models.BigAutoField(primary_key=True)
    bank_line_id = models.BigIntegerField(null=True, unique=True)
    item_id = models.BigIntegerField(null=True, unique=True)
    customer_id = models.BigIntegerField(null=True)
    decision_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    value_date = models.DateField()
    waits_until = models.DateField(null=True)
    state = models.TextField()
    currency = models.TextField()
    source = models.TextField(default="")
    reference = models.TextField(default="")
    purpose = models.TextField(db_default="")
    amount = AmountField()
    weight = AmountField(null=True)

    class Meta:
        db_table = "receipt"
        indexes = [
            models.Index(fields=["company_id", "state", "-amount"], name="receipt_state"),
            models.Index(fields=["customer_id", "value_date"], name="receipt_customer"),
            models.Index(
                fields=["company_id", "state", "-weight", "-id"],
                name="receipt_queue",
                condition=Q(weight__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "source", "reference"],
                name="receipt_imported_once",
                condition=Q(bank_line_id__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(
                        "AUTO",
                        "CONFIRMED",
                        "PROPOSED",
                        "UNIDENTIFIED",
                        "UNAPPLIED",
                        "ON_ACCOUNT",
                        "IGNORED",
                        "RETURNED",
                        "SPLIT",
                    )
                ),
                name="receipt_known_state",
            ),
            models.CheckConstraint(condition=Q(purpose__in=("", "PREPAYMENT")), name="receipt_known_purpose"),
        ]


class PayerAlias(Live):
    """A name or account that pays for a customer, learned from confirmations; reviewed by a person afterwards."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    confirmed_by_id = models.BigIntegerField(null=True)
    reviewed_by_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    company_id = models.IntegerField()
    confirmations = models.IntegerField(default=1)
    kind = models.TextField()
    alias = models.TextField()

    class Meta:
        db_table = "payer_alias"
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "kind", "alias", "customer_id"], name="payer_alias_once"
            )
        ]


class PayerHabit(Live):
    """How often a customer kept a habit of paying (`cash.rules.habits`) and how often not; undo takes its own away."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    count_for = models.IntegerField()
    count_against = models.IntegerField()
    last_seen = models.DateField()
    habit = models.TextField()

    class Meta:
        db_table = "payer_habit"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "customer_id", "habit"], name="payer_habit_once"),
            models.CheckConstraint(
                condition=Q(count_for__gte=0, count_against__gte=0)
                & (Q(count_for__gt=0) | Q(count_against__gt=0)),
                name="payer_habit_was_seen",
            ),
        ]


class MatchModelVersion(AppendOnly):
    """A model learned from what a company's people decided: trained by one person, approved by another, dated.

    `body` is the whole document (`cash.rules.likelihood`), `fingerprint` its hash.
    """

    id = models.BigAutoField(primary_key=True)
    author_id = models.BigIntegerField()
    approver_id = models.BigIntegerField()
    company_id = models.IntegerField()
    version = models.IntegerField()
    valid_from = models.DateField()
    fingerprint = models.TextField()
    body = models.JSONField()

    class Meta:
        db_table = "match_model"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "version"], name="match_model_once"),
            models.CheckConstraint(
                condition=~Q(author_id=models.F("approver_id")), name="match_model_approved"
            ),
        ]
