"""The books: accounts, periods, entries and their postings, rates of exchange."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly, Mutable


class LedgerAccount(Mutable):
    """An account of a company's chart, found by the standard role it plays."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.IntegerField()
    code = models.TextField()
    name = models.TextField()
    role = models.TextField()

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "code"], name="ledger_account_code"),
            models.UniqueConstraint(fields=["company_id", "role"], name="ledger_account_role"),
        ]


class Period(Mutable):
    """A half-open interval of posting dates; entries are refused unless it is open."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.IntegerField()
    start_date = models.DateField()
    end_date = models.DateField()
    status = models.TextField()

    class Meta:
        db_table = "period"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "start_date"], name="period_start"),
            models.CheckConstraint(condition=Q(end_date__gt=models.F("start_date")), name="period_interval"),
            models.CheckConstraint(
                condition=Q(status__in=("FUTURE", "OPEN", "SOFT_CLOSED", "CLOSED")), name="period_status"
            ),
        ]


class JournalEntry(AppendOnly):
    """A balanced entry. Corrections are new entries that name the one they reverse."""

    id = models.BigAutoField(primary_key=True)
    document_id = models.BigIntegerField(null=True)
    clearing_id = models.BigIntegerField(null=True)
    bank_line_id = models.BigIntegerField(null=True)
    reverses_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    posting_date = models.DateField()
    kind = models.TextField()
    currency = models.TextField()
    text = models.TextField(default="")

    class Meta:
        db_table = "journal_entry"
        indexes = [
            models.Index(fields=["document_id"], name="journal_entry_document"),
            models.Index(
                fields=["clearing_id"], name="journal_entry_clearing", condition=Q(clearing_id__isnull=False)
            ),
            models.Index(fields=["company_id", "posting_date"], name="journal_entry_date"),
        ]


class Posting(AppendOnly):
    """One line of an entry: signed, debit positive, in document, company and group currency."""

    pk = models.CompositePrimaryKey("entry_id", "line_no")
    entry_id = models.BigIntegerField()
    item_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField()
    company_id = models.IntegerField()
    posting_date = models.DateField()
    line_no = models.SmallIntegerField()
    currency = models.TextField()
    amount = AmountField()
    company_amount = AmountField()
    group_amount = AmountField()

    class Meta:
        db_table = "posting"
        indexes = [models.Index(fields=["account_id", "posting_date"], name="posting_account")]


class FxRate(AppendOnly):
    """Units of `currency` for one unit of `base`, of a type, on a day, from a source."""

    id = models.BigAutoField(primary_key=True)
    rate_date = models.DateField()
    rate_type = models.TextField()
    base = models.TextField()
    currency = models.TextField()
    source = models.TextField()
    rate = AmountField()

    class Meta:
        db_table = "fx_rate"
        constraints = [
            models.UniqueConstraint(
                fields=["rate_type", "base", "currency", "rate_date"], name="fx_rate_once"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="fx_rate_positive"),
        ]
