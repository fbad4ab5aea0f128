"""Parties, and the accounts they have with each company."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from acquit.infra.fields import AmountField
from acquit.infra.tables import Live, Mutable


class Party(Mutable):
    """A person or organisation, whoever sells to it."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    country = models.TextField(default="")
    tax_number = models.TextField(default="")

    class Meta:
        db_table = "party"


class Customer(Mutable):
    """A customer account: what one company agreed with one party. Its row is *the* lock of the account."""

    id = models.BigAutoField(primary_key=True)
    party_id = models.BigIntegerField()
    parent_id = models.BigIntegerField(null=True)
    payer_id = models.BigIntegerField(null=True)
    collector_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    is_technical = models.BooleanField(default=False)
    is_auto_by_amount = models.BooleanField(default=False)
    is_insolvent = models.BooleanField(default=False)
    number = models.TextField()
    name = models.TextField()
    trading_names = ArrayField(models.TextField(), default=list)
    country = models.TextField(default="")
    city = models.TextField(default="")
    language = models.TextField(default="")
    currency = models.TextField(default="")
    payment_terms = models.TextField(default="")
    email = models.TextField(default="")
    phone = models.TextField(default="")
    bank_charges = models.TextField(default="")
    mandate_reference = models.TextField(default="")
    credit_limit = AmountField(null=True)

    class Meta:
        db_table = "customer"
        indexes = [models.Index(fields=["party_id"], name="customer_party")]
        constraints = [models.UniqueConstraint(fields=["company_id", "number"], name="customer_number")]


class CustomerBankAccount(Live):
    """A bank account a customer pays from."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    iban = models.TextField()

    class Meta:
        db_table = "customer_bank_account"
        indexes = [models.Index(fields=["company_id", "iban"], name="customer_bank_account_iban")]
        constraints = [
            models.UniqueConstraint(fields=["customer_id", "iban"], name="customer_bank_account_once")
        ]
