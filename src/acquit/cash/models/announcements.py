"""What a bank says of its bookings beside the statements: details of batches, and accounts that name a payer."""

from __future__ import annotations

from django.db import models

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly, Mutable


class AnnouncedLine(AppendOnly):
    """A detail of an entry as a notification or an intraday report tells it; the statement books the entry.

    All details of one entry share `entry_id`, the id of the first, and what tells the entry in the statement: the
    bank's reference, ours, the sum and the day. They wait here for a statement that books the sum without them.
    """

    id = models.BigAutoField(primary_key=True)
    entry_id = models.BigIntegerField()
    bank_account_id = models.BigIntegerField()
    company_id = models.IntegerField()
    booking_date = models.DateField(null=True)
    value_date = models.DateField(null=True)
    currency = models.TextField()
    identity = models.TextField()
    entry_reference = models.TextField()
    customer_reference = models.TextField()
    bank_reference = models.TextField()
    end_to_end_id = models.TextField()
    structured_reference = models.TextField()
    counterparty = models.TextField()
    iban = models.TextField()
    own_iban = models.TextField()
    text = models.TextField()
    return_code = models.TextField()
    transaction_code = models.TextField()
    bank_code = models.TextField()
    is_reversal = models.BooleanField()
    amount = AmountField()
    original_amount = AmountField(null=True)
    original_currency = models.TextField(db_default="")
    entry_amount = AmountField()

    class Meta:
        db_table = "announced_line"
        indexes = [models.Index(fields=["bank_account_id", "entry_amount"], name="announced_line_entry")]
        constraints = [
            models.UniqueConstraint(fields=["bank_account_id", "identity"], name="announced_line_once")
        ]


class VirtualAccount(Mutable):
    """An account number of ours that was given to one customer: who pays to it is known before a word is read."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    account = models.TextField()

    class Meta:
        db_table = "virtual_account"
        constraints = [models.UniqueConstraint(fields=["company_id", "account"], name="virtual_account_once")]
