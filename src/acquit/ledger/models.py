"""The books: accounts, periods, entries and their postings, rates of exchange, and what a close leaves behind."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from acquit.infra.fields import AmountField
from acquit.infra.tables import AppendOnly, Mutable


class LedgerAccount(Mutable):
    """An account of a company's chart, found by the standard role it plays, or by its code when it plays none."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.IntegerField()
    code = models.TextField()
    name = models.TextField()
    role = models.TextField(null=True)
    account_class = models.TextField(default="")

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
    fiscal_year = models.IntegerField(null=True)
    number = models.SmallIntegerField(null=True)
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


class FiscalCalendarVersion(AppendOnly):
    """When a company's fiscal years and periods begin, from a day on."""

    id = models.BigAutoField(primary_key=True)
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    valid_from = models.DateField()
    first_month = models.SmallIntegerField()
    weekday = models.SmallIntegerField()
    long_period = models.SmallIntegerField()
    is_named_by_start = models.BooleanField()
    pattern = models.TextField()
    year_end = models.TextField()

    class Meta:
        db_table = "fiscal_calendar"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "valid_from"], name="fiscal_calendar_once")
        ]


class PeriodTransition(AppendOnly):
    """A step of a period's life; the database refuses a status that no step of the same transaction explains."""

    id = models.BigAutoField(primary_key=True)
    period_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    approver_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    is_reopening = models.BooleanField(default=False)
    from_status = models.TextField()
    to_status = models.TextField()
    reason = models.TextField(default="")

    class Meta:
        db_table = "period_transition"
        indexes = [models.Index(fields=["period_id"], name="period_transition_period")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_reopening=False)
                | (
                    ~Q(reason="")
                    & Q(approver_id__isnull=False)
                    & (Q(actor_id__isnull=True) | ~Q(actor_id=models.F("approver_id")))
                ),
                name="period_reopening_by_two",
            )
        ]


class PeriodReopening(Mutable):
    """A request to reopen a period, waiting for a second person or decided by one."""

    id = models.BigAutoField(primary_key=True)
    period_id = models.BigIntegerField()
    asked_by_id = models.BigIntegerField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    to_status = models.TextField()
    state = models.TextField()
    reason = models.TextField()

    class Meta:
        db_table = "period_reopening"
        constraints = [
            models.UniqueConstraint(
                fields=["period_id"], condition=Q(state="PROPOSED"), name="period_reopening_waits_once"
            )
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
            models.Index(fields=["company_id", "posting_date", "kind"], name="journal_entry_date"),
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
    """Units of `currency` for one `base`, of a type, on a day, from a source; a correction names what it replaces."""

    id = models.BigAutoField(primary_key=True)
    replaces_id = models.BigIntegerField(null=True, unique=True)
    actor_id = models.BigIntegerField(null=True)
    rate_date = models.DateField()
    rate_type = models.TextField()
    base = models.TextField()
    currency = models.TextField()
    source = models.TextField()
    reason = models.TextField(default="")
    rate = AmountField()

    class Meta:
        db_table = "fx_rate"
        indexes = [
            models.Index(fields=["rate_type", "base", "currency", "rate_date"], name="fx_rate_pair"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rate_type", "base", "currency", "rate_date", "source"],
                condition=Q(replaces_id__isnull=True),
                name="fx_rate_once_a_source",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="fx_rate_positive"),
        ]


class ManualEntry(Mutable):
    """An entry by hand on its way to the journal: its lines are account codes and amounts as text."""

    id = models.BigAutoField(primary_key=True)
    proposed_by_id = models.BigIntegerField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True, unique=True)
    company_id = models.IntegerField()
    posting_date = models.DateField()
    state = models.TextField()
    currency = models.TextField()
    text = models.TextField()
    company_amount = AmountField()
    lines = models.JSONField()

    class Meta:
        db_table = "manual_entry"
        indexes = [models.Index(fields=["company_id", "state"], name="manual_entry_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=models.F("proposed_by_id")),
                name="manual_entry_by_two",
            )
        ]


class RecurringEntry(Mutable):
    """An accrual posted at each period end within its interval, and taken back on the day after."""

    id = models.BigAutoField(primary_key=True)
    proposed_by_id = models.BigIntegerField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    is_reversed = models.BooleanField(default=True)
    state = models.TextField()
    name = models.TextField()
    currency = models.TextField()
    company_amount = AmountField()
    lines = models.JSONField()

    class Meta:
        db_table = "recurring_entry"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "name"], name="recurring_entry_name"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="recurring_entry_interval",
            ),
        ]


class Revaluation(AppendOnly):
    """The open items of one account and currency at a closing rate; `revaluation_item` holds each of them."""

    id = models.BigAutoField(primary_key=True)
    entry_id = models.BigIntegerField(null=True)
    reversal_entry_id = models.BigIntegerField(null=True)
    replaces_id = models.BigIntegerField(null=True, unique=True)
    run_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    as_of_date = models.DateField()
    item_count = models.IntegerField()
    role = models.TextField()
    currency = models.TextField()
    closing_rate = AmountField()
    open_amount = AmountField()
    booked_amount = AmountField()
    closing_amount = AmountField()
    unrealised_amount = AmountField()

    class Meta:
        db_table = "revaluation"
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "as_of_date", "role", "currency"],
                condition=Q(replaces_id__isnull=True),
                name="revaluation_once",
            )
        ]


class RevaluationItem(AppendOnly):
    """What one open item was worth at the closing rate."""

    pk = models.CompositePrimaryKey("revaluation_id", "item_id")
    revaluation_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    company_id = models.IntegerField()
    open_amount = AmountField()
    booked_amount = AmountField()
    closing_amount = AmountField()
    unrealised_amount = AmountField()

    class Meta:
        db_table = "revaluation_item"


class IntercompanyEntry(AppendOnly):
    """One side of what one company owes another because its receipt settled the other's item; two rows a settlement."""

    id = models.BigAutoField(primary_key=True)
    entry_id = models.BigIntegerField()
    partner_entry_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    company_id = models.IntegerField()
    partner_company_id = models.IntegerField()
    settled_date = models.DateField()
    currency = models.TextField()
    amount = AmountField()

    class Meta:
        db_table = "intercompany_entry"
        indexes = [
            models.Index(fields=["company_id", "partner_company_id"], name="intercompany_entry_pair"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(company_id=models.F("partner_company_id")), name="intercompany_entry_two"
            )
        ]
