"""The addresses of the web door.

Everything is for people who are logged in; what is not stands in `OPEN` and nowhere else, so a new page cannot forget
its guard.
"""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from acquit.web.guard import require_login
from acquit.web.pages import IdConverter
from acquit.web.views import (
    books,
    cash,
    cash_acts,
    cash_books,
    cash_choosing,
    customers,
    debit_acts,
    debits,
    find,
    intake,
    items,
    learned,
    mandates,
    patterns,
    preferences,
    session,
    statements,
    today,
    worklist,
)

app_name = "web"
register_converter(IdConverter, "id")

OPEN: list[URLPattern] = [
    path("login", session.LoginView.as_view(), name="login"),
    path("preferences", preferences.set_preferences, name="preferences"),
    path("patterns", patterns.show_patterns, name="patterns"),
    path("patterns/wait", patterns.wait_for_rows, name="patterns-wait"),
    path("patterns/act", patterns.act, name="patterns-act"),
    path("patterns/refuse", patterns.refuse, name="patterns-refuse"),
]

GUARDED: list[URLPattern] = [
    path("", today.show_today, name="home"),
    path("changes", today.show_changes, name="changes"),
    path("counters", today.show_counters, name="counters"),
    path("logout", session.LogoutView.as_view(), name="logout"),
    path("scope", preferences.set_scope, name="scope"),
    path("find", find.find, name="find"),
    path("worklist/", worklist.show_worklist, name="worklist"),
    path("worklist/<id:customer_id>", worklist.show_worklist, name="worklist-customer"),
    path("worklist/<id:customer_id>/drawer", worklist.show_drawer, name="worklist-drawer"),
    path("cash/", cash.show_cash, name="cash"),
    path("cash/sums", cash.show_queue_sums, name="cash-sums"),
    path("cash/unapplied", cash_books.show_unapplied, name="unapplied"),
    path("cash/learned", learned.show_learned, name="learned"),
    path("cash/learned/review", learned.review, name="learned-review"),
    path("cash/learned/<id:alias_id>/forget", learned.forget, name="learned-forget"),
    path("cash/<id:receipt_id>", cash.show_cash, name="receipt"),
    path("cash/<id:receipt_id>/card", cash.show_receipt_detail, name="receipt-card"),
    path("cash/<id:receipt_id>/correct", cash_choosing.show_correction, name="receipt-correct"),
    path("cash/<id:receipt_id>/found", cash_choosing.find_items, name="receipt-found"),
    path("cash/<id:receipt_id>/row", cash_choosing.show_item_row, name="receipt-row"),
    path("cash/<id:receipt_id>/account", cash_choosing.show_account_choice, name="receipt-account"),
    path("cash/<id:receipt_id>/question", cash_choosing.show_question, name="receipt-question"),
    path("cash/<id:receipt_id>/refund", cash_choosing.show_refund, name="receipt-refund"),
    path("cash/<id:receipt_id>/owners", cash_choosing.show_owners, name="receipt-owners"),
    path("cash/<id:receipt_id>/confirm", cash_acts.confirm, name="receipt-confirm"),
    path("cash/<id:receipt_id>/apply", cash_acts.apply, name="receipt-apply"),
    path("cash/<id:receipt_id>/keep", cash_acts.keep, name="receipt-keep"),
    path("cash/<id:receipt_id>/ask", cash_acts.ask, name="receipt-ask"),
    path("cash/<id:receipt_id>/answered", cash_acts.answered, name="receipt-answered"),
    path("cash/<id:receipt_id>/own", cash_acts.own, name="receipt-own"),
    path("cash/<id:receipt_id>/pay-back", cash_acts.refund, name="receipt-pay-back"),
    path("cash/<id:receipt_id>/undo", cash_acts.undo, name="receipt-undo"),
    path("customers/", customers.show_customers, name="customers"),
    path("customers/<id:customer_id>", customers.show_customer, name="customer"),
    path("customers/<id:customer_id>/<slug:tab>", customers.show_customer, name="customer-tab"),
    path("items/", items.show_items, name="items"),
    path("items/<id:item_id>", items.show_item, name="item"),
    path("statements/", statements.show_statements, name="statements"),
    path("statements/<id:statement_id>", statements.show_statement, name="statement"),
    path("statements/reconciliation", cash_books.show_reconciliation, name="reconciliation"),
    path("debits/", debits.show_runs, name="debits"),
    path("debits/new", debits.show_next_run, name="debit-new"),
    path("debits/propose", debit_acts.propose, name="debit-propose"),
    path("debits/<id:run_id>", debits.show_run, name="debit-run"),
    path("debits/<id:run_id>/release", debit_acts.release, name="debit-release"),
    path("debits/<id:run_id>/write", debit_acts.write, name="debit-write"),
    path("debits/<id:run_id>/file", debits.download, name="debit-file"),
    path("debits/<id:run_id>/cancel", debit_acts.cancel, name="debit-cancel"),
    path("debits/mandates/", mandates.show_mandates, name="mandates"),
    path("debits/mandates/new", mandates.show_new_mandate, name="mandate-new"),
    path("debits/mandates/add", mandates.add, name="mandate-add"),
    path("debits/mandates/<id:mandate_id>", mandates.show_mandate, name="mandate"),
    path("debits/mandates/<id:mandate_id>/activate", mandates.activate, name="mandate-activate"),
    path("debits/mandates/<id:mandate_id>/amend", mandates.amend, name="mandate-amend"),
    path("debits/mandates/<id:mandate_id>/suspend", mandates.suspend, name="mandate-suspend"),
    path("debits/mandates/<id:mandate_id>/revoke", mandates.revoke, name="mandate-revoke"),
    path("debits/mandates/<id:mandate_id>/end", mandates.end, name="mandate-end"),
    path("journal/", books.show_journal, name="journal"),
    path("journal/<id:entry_id>", books.show_entry, name="entry"),
    path("checks/", books.show_checks, name="checks"),
    path("checks/run", books.run_all_checks, name="checks-run"),
    path("checks/progress", books.show_check_progress, name="checks-progress"),
    path("intake/", intake.show_intakes, name="intake"),
    path("intake/upload", intake.upload, name="intake-upload"),
    path("intake/<id:intake_id>", intake.show_intake, name="intake-detail"),
    path("intake/<id:intake_id>/add", intake.add, name="intake-add"),
    path("intake/<id:intake_id>/proposals", intake.take_proposals, name="intake-proposals"),
    path("intake/<id:intake_id>/post", intake.post, name="intake-post"),
    path("intake/<id:intake_id>/progress", intake.show_progress, name="intake-progress"),
    path("intake/<id:intake_id>/files/<id:file_id>", intake.answer, name="intake-answer"),
    path("intake/<id:intake_id>/files/<id:file_id>/mend", intake.mend, name="intake-mend"),
    path("intake/<id:intake_id>/files/<id:file_id>/refused", intake.export_refused, name="intake-refused"),
]


def _guard(pattern: URLPattern) -> URLPattern:
    return URLPattern(pattern.pattern, require_login(pattern.callback), pattern.default_args, pattern.name)


urlpatterns: list[URLPattern] = [*OPEN, *map(_guard, GUARDED)]
