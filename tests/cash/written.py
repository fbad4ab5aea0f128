"""Everything that matching wrote of a company, told without ids: what must be the same whichever way it was written."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

_ROWS = {
    "items": "SELECT c.number, i.kind, i.number, i.currency, i.original_amount, i.company_amount, i.posting_date,"
    " i.due_date, i.baseline_date, o.open_amount, o.open_company_amount"
    " FROM item i JOIN customer c ON c.id = i.customer_id LEFT JOIN open_item o ON o.item_id = i.id"
    " WHERE i.company_id = %(company)s",
    "receipts": "SELECT l.bank_reference, r.source, r.reference, r.state, c.number, r.amount, r.currency, r.value_date,"
    " i.number FROM receipt r LEFT JOIN bank_line l ON l.id = r.bank_line_id"
    " LEFT JOIN customer c ON c.id = r.customer_id"
    " LEFT JOIN item i ON i.id = r.item_id WHERE r.company_id = %(company)s",
    "entries": "SELECT e.kind, e.posting_date, e.text, e.currency, e.actor_id, e.run_id, l.bank_reference,"
    " array_agg((p.line_no, a.role, i.number, trim_scale(p.amount), trim_scale(p.company_amount),"
    " trim_scale(p.group_amount), p.posting_date, p.currency)::text ORDER BY p.line_no)"
    " FROM journal_entry e JOIN posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id"
    " LEFT JOIN item i ON i.id = p.item_id LEFT JOIN bank_line l ON l.id = e.bank_line_id"
    " WHERE e.company_id = %(company)s GROUP BY e.id, l.bank_reference",
    "clearings": "SELECT k.effective_date, k.reason, k.actor_id, k.run_id, k.reverses_id, k.decision_id IS NULL,"
    " array_agg((c.number, d.number, b.number, e.effective_date, e.currency, trim_scale(e.amount), e.credit_kind,"
    " trim_scale(e.credit_company_amount), trim_scale(e.debit_company_amount), e.debit_due_date, e.credit_due_date,"
    " e.debit_posting_date, e.credit_posting_date, e.debit_kind)::text ORDER BY e.id)"
    " FROM clearing k JOIN clearing_edge e ON e.clearing_id = k.id JOIN item c ON c.id = e.credit_item_id"
    " JOIN item d ON d.id = e.debit_item_id JOIN customer b ON b.id = e.customer_id"
    " WHERE k.company_id = %(company)s GROUP BY k.id",
    "work": "SELECT w.queue, w.object_kind, w.reason, w.currency, w.amount, w.opened_at, c.number FROM work_item w"
    " LEFT JOIN customer c ON c.id = w.customer_id WHERE w.company_id = %(company)s",
    "cases": "SELECT i.number, d.amount, d.reason FROM dispute d JOIN item i ON i.id = d.item_id"
    " WHERE d.company_id = %(company)s",
}
_DECISIONS = (
    "SELECT coalesce(l.bank_reference, r.reference), d.kind, d.subject_kind, d.outcome, d.policy_version_id IS NULL,"
    " d.run_id, d.actor_id, d.replaces_id, d.proof FROM decision d JOIN receipt r ON r.id = d.subject_id"
    " AND r.decision_id = d.id LEFT JOIN bank_line l ON l.id = r.bank_line_id WHERE d.company_id = %(company)s"
)
_EVENTS = (
    "SELECT kind, object_kind, run_id, actor_id, payload FROM event WHERE company_id = %(company)s"
    " AND kind IN ('cash.receipt.decided', 'receivables.items.cleared')"
)


def what_was_written(company_id: int) -> dict[str, list[str]]:
    """Give the rows of a company, each as text and in order; ids are told by the numbers they stand for."""
    with connection.cursor() as cursor:

        def rows(statement: str) -> list[tuple[Any, ...]]:
            cursor.execute(statement, {"company": company_id})
            return list(cursor.fetchall())

        known = {"customer": dict(rows("SELECT id, number FROM customer WHERE company_id = %(company)s"))}
        known["item"] = dict(rows("SELECT id, number FROM item WHERE company_id = %(company)s"))
        told = {name: sorted(map(str, rows(statement))) for name, statement in _ROWS.items()}
        for name, statement in (("decisions", _DECISIONS), ("events", _EVENTS)):
            told[name] = sorted(f"{row[:-1]} {_named(json.loads(row[-1]), known)}" for row in rows(statement))
    return told


def _named(value: Any, known: dict[str, dict[int, str]], key: str = "") -> Any:
    if isinstance(value, dict):
        return {
            name: _named(value[name], known, name)
            for name in sorted(value)
            if name not in {"decision", "returns"}
        }
    if isinstance(value, list):
        is_item = key == "items" or (
            len(value) == 3 and isinstance(value[1], int) and isinstance(value[0], str)
        )
        inner = "item" if is_item else "customer" if key == "customer_candidates" else key
        found = [_named(each, known, inner) for each in value]
        return sorted(found) if key == "items" else found
    if isinstance(value, int) and not isinstance(value, bool) and key in known:
        return known[key][value]
    return value
