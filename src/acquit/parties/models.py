"""Parties, and the accounts they have with each company."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly, Live, Mutable


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
    is_restricted = models.BooleanField(db_default=False)
    number = models.TextField()
    name = models.TextField()
    trading_names = ArrayField(models.TextField(), default=list)
    #: What the customer is found by (`rules.finding`): follows from its number and names.
    finding_keys = ArrayField(models.TextField(), db_default=[])
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
        indexes = [
            models.Index(fields=["party_id"], name="customer_party"),
            GinIndex(fields=["finding_keys"], name="customer_found", fastupdate=False),
            models.Index(fields=["parent_id"], name="customer_parent", condition=Q(parent_id__isnull=False)),
            models.Index(fields=["payer_id"], name="customer_payer", condition=Q(payer_id__isnull=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["company_id", "number"], name="customer_number")]


class CustomerBankAccount(Live):
    """A bank account a customer pays from."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    iban = models.TextField()

    class Meta:
        db_table = "customer_bank_account"
        indexes = [
            models.Index(fields=["company_id", "iban"], name="customer_bank_account_iban"),
            models.Index(
                F("company_id"),
                Upper(Func("iban", Value("[^A-Za-z0-9]"), Value(""), Value("g"), function="regexp_replace")),
                name="customer_bank_account_key",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer_id", "iban"], name="customer_bank_account_once")
        ]


class Contact(Live):
    """A person at a customer, kept for a purpose and in the language they read; erased when the purpose ends."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    consent_date = models.DateField(null=True)
    purpose = models.TextField()
    name = models.TextField()
    email = models.TextField(default="")
    phone = models.TextField(default="")
    language = models.TextField(default="")

    class Meta:
        db_table = "contact"
        indexes = [models.Index(fields=["customer_id"], name="contact_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=("BILLING", "COLLECTION", "DISPUTE", "REMITTANCE", "LEGAL", "ORDER")),
                name="contact_purpose",
            ),
        ]


class PersonalValue(Live):
    """A personal value that an event tells of: the event keeps this id and a salted hash, so the value can go."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    company_id = models.IntegerField()
    field = models.TextField()
    salt = models.TextField()
    value = models.TextField()

    class Meta:
        db_table = "personal_value"
        indexes = [models.Index(fields=["customer_id"], name="personal_value_customer")]


class PersonalDataAccess(AppendOnly):
    """Somebody read contacts or bank details of a customer: who, through which door, what for."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    door = models.TextField()
    purpose = models.TextField()

    class Meta:
        db_table = "personal_data_access"
        indexes = [models.Index(fields=["customer_id", "id"], name="personal_data_access_customer")]


class Erasure(Mutable):
    """A request to erase a customer's data: asked by one person, decided by another, done now and at a later day."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    asked_by_id = models.BigIntegerField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    asked_date = models.DateField()
    retained_until = models.DateField(null=True)
    state = models.TextField()
    reason = models.TextField()

    class Meta:
        db_table = "erasure"
        indexes = [models.Index(fields=["state", "retained_until"], name="erasure_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer_id"], condition=Q(state="ASKED"), name="erasure_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("ASKED", "REFUSED", "RESTRICTED", "DONE")), name="erasure_state"
            ),
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("asked_by_id")),
                name="erasure_by_two",
            ),
        ]
