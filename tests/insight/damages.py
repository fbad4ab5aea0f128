"""Damage to sound books, done behind the triggers, and the checks that see each: name -> (statements, checks).

That the seals see it too follows from the table, and is not said here.
"""

from __future__ import annotations

LINE_ON = (
    "(SELECT p.entry_id, p.line_no FROM posting p JOIN ledger_account a ON a.id = p.account_id"
    " JOIN journal_entry e ON e.id = p.entry_id WHERE a.role = '{role}' AND e.kind = '{kind}'"
    " ORDER BY p.entry_id, p.line_no LIMIT 1)"
)
REVENUE_LINE = LINE_ON.format(role="REVENUE", kind="INVOICE")
ONE_ENTRY = "(SELECT min(id) FROM journal_entry WHERE kind = '{}')"
PLAIN_CLEARING = (
    "(SELECT min(c.id) FROM clearing c WHERE c.reverses_id IS NULL AND c.id NOT IN"
    " (SELECT reverses_id FROM clearing WHERE reverses_id IS NOT NULL))"
)
REVERSAL = "(SELECT min(id) FROM clearing WHERE reverses_id IS NOT NULL)"
OPEN_INVOICE = (
    "(SELECT min(item_id) FROM open_item WHERE kind = 'INVOICE' AND open_amount <> original_amount)"
)
CLOSED_ITEM = (
    "(SELECT min(id) FROM item i WHERE NOT EXISTS (SELECT 1 FROM open_item o WHERE o.item_id = i.id))"
)
NEW_ENTRY = (
    "INSERT INTO journal_entry (id, company_id, posting_date, kind, currency, text, document_id)"
    " SELECT 900001, company_id, posting_date, kind, currency, '', {document}"
    " FROM journal_entry WHERE id = " + ONE_ENTRY.format("INVOICE")
)


def two_lines(entry: str, first: str, second: str, amount: int = 5) -> str:
    """Give an insert of two balanced lines on accounts of these roles, without items."""
    return (
        "INSERT INTO posting (entry_id, line_no, account_id, company_id, posting_date, currency, amount,"
        " company_amount, group_amount) SELECT {entry}, 100 + row_number() OVER (), a.id, e.company_id, e.posting_date,"
        " e.currency, v.amount, v.amount, v.amount FROM journal_entry e JOIN ledger_account a USING (company_id)"
        " JOIN (VALUES ('{first}', {amount}), ('{second}', -{amount})) v (role, amount) ON v.role = a.role"
        " WHERE e.id = {like}"
    ).format(entry=entry, first=first, second=second, amount=amount, like=ONE_ENTRY.format("INVOICE"))


OPEN_AMOUNT_CHECKS = {"open_amounts", "item_control", "subledger_control"}

DAMAGES: dict[str, tuple[list[str], set[str]]] = {
    "an amount changed": (
        [f"UPDATE posting SET amount = amount + 1 WHERE (entry_id, line_no) = {REVENUE_LINE}"],
        {"entry_balances"},
    ),
    "a company amount changed": (
        [
            f"UPDATE posting SET company_amount = company_amount + 1 WHERE (entry_id, line_no) = {REVENUE_LINE}"
        ],
        {"entry_balances"},
    ),
    "a group amount changed": (
        [f"UPDATE posting SET group_amount = group_amount + 1 WHERE (entry_id, line_no) = {REVENUE_LINE}"],
        {"entry_balances"},
    ),
    "an entry without lines": ([NEW_ENTRY.format(document="NULL")], {"entry_lines"}),
    "a line on another day": (
        [f"UPDATE posting SET posting_date = posting_date + 1 WHERE (entry_id, line_no) = {REVENUE_LINE}"],
        {"posting_facts"},
    ),
    "a line of another company": (
        [f"UPDATE posting SET company_id = company_id + 1 WHERE (entry_id, line_no) = {REVENUE_LINE}"],
        {"posting_facts", "orphan_postings"},
    ),
    "balanced lines slipped in later": (
        [two_lines(ONE_ENTRY.format("INVOICE"), "REVENUE", "OUTPUT_VAT")],
        {"posting_facts"},
    ),
    "lines without an entry": ([two_lines("900002", "REVENUE", "OUTPUT_VAT")], {"orphan_postings"}),
    "a line without an account": (
        [f"UPDATE posting SET account_id = -1 WHERE (entry_id, line_no) = {REVENUE_LINE}"],
        {"orphan_postings"},
    ),
    "a line without its item": (
        [f"UPDATE posting SET item_id = -1 WHERE (entry_id, line_no) = {REVENUE_LINE}"],
        {"orphan_postings"},
    ),
    "an entry of no document": (
        [f"UPDATE journal_entry SET document_id = -1 WHERE id = {ONE_ENTRY.format('OTHER_MONEY')}"],
        {"orphan_entries"},
    ),
    "an entry of no clearing": (
        [f"UPDATE journal_entry SET clearing_id = -1 WHERE id = {ONE_ENTRY.format('OTHER_MONEY')}"],
        {"orphan_entries"},
    ),
    "an entry of no bank line": (
        [f"UPDATE journal_entry SET bank_line_id = -1 WHERE id = {ONE_ENTRY.format('BANK_OPENING')}"],
        {"orphan_entries", "bank_reconciliation"},
    ),
    "an entry that reverses none": (
        [f"UPDATE journal_entry SET reverses_id = -1 WHERE id = {ONE_ENTRY.format('OTHER_MONEY')}"],
        {"orphan_entries", "reversals"},
    ),
    "a line of no document": (
        ["UPDATE document_line SET document_id = -1 WHERE line_no = 2"],
        {"orphan_lines", "document_totals"},
    ),
    "a customer gone": (["DELETE FROM customer WHERE number = '1003'"], {"orphan_items"}),
    "a customer moved to another company": (
        ["UPDATE customer SET company_id = company_id + 1 WHERE number = '1003'"],
        {"orphan_items"},
    ),
    "an item of no document": (
        ["UPDATE item SET document_id = -1 WHERE id = (SELECT min(id) FROM item WHERE kind = 'PAYMENT')"],
        {"orphan_items"},
    ),
    "an edge of no items": (
        [
            (
                "INSERT INTO clearing_edge (clearing_id, credit_item_id, debit_item_id, customer_id, company_id,"
                " effective_date, credit_due_date, credit_posting_date, debit_due_date, debit_posting_date,"
                " credit_kind, debit_kind, currency, amount, credit_company_amount, debit_company_amount)"
                " SELECT clearing_id, -1, -2, customer_id, company_id, effective_date, credit_due_date,"
                " credit_posting_date, debit_due_date,"
                " debit_posting_date, credit_kind, debit_kind, currency, 1, 1, 1 FROM clearing_edge"
                f" WHERE clearing_id = {PLAIN_CLEARING}"
            )
        ],
        {"orphan_edges"},
    ),
    "an edge of no clearing": (
        [f"UPDATE clearing_edge SET clearing_id = -1 WHERE clearing_id = {PLAIN_CLEARING}"],
        {"orphan_edges", "clearings_complete"},
    ),
    "a clearing that takes back none": (
        [f"UPDATE clearing SET reverses_id = -1 WHERE id = {PLAIN_CLEARING}"],
        {"orphan_edges", "unclearings"},
    ),
    "an open amount lowered": (
        [f"UPDATE open_item SET open_amount = open_amount - 1 WHERE item_id = {OPEN_INVOICE}"],
        OPEN_AMOUNT_CHECKS,
    ),
    "an open company amount raised": (
        [
            f"UPDATE open_item SET open_company_amount = open_company_amount + 1 WHERE item_id = {OPEN_INVOICE}"
        ],
        OPEN_AMOUNT_CHECKS,
    ),
    "an open item gone": ([f"DELETE FROM open_item WHERE item_id = {OPEN_INVOICE}"], OPEN_AMOUNT_CHECKS),
    "a closed item open again": (
        [
            (
                "INSERT INTO open_item (item_id, customer_id, company_id, due_date, posting_date, kind, currency,"
                " original_amount, open_amount, open_company_amount) SELECT id, customer_id, company_id, due_date,"
                " posting_date, kind, currency, original_amount, original_amount, company_amount FROM item"
                f" WHERE id = {CLOSED_ITEM}"
            )
        ],
        OPEN_AMOUNT_CHECKS,
    ),
    "an open item of nothing": (
        [
            (
                "INSERT INTO open_item SELECT -1, customer_id, company_id, due_date, posting_date, kind, currency,"
                f" original_amount, open_amount, open_company_amount FROM open_item WHERE item_id = {OPEN_INVOICE}"
            )
        ],
        {"open_amounts", "subledger_control"},
    ),
    "more cleared than there was": (
        [f"UPDATE clearing_edge SET amount = amount + 1000 WHERE clearing_id = {PLAIN_CLEARING}"],
        {"over_cleared", "open_amounts"},
    ),
    "more uncleared than was cleared": (
        [f"UPDATE clearing_edge SET amount = amount - 1000 WHERE clearing_id = {REVERSAL}"],
        {"over_cleared", "open_amounts", "unclearings"},
    ),
    "an open item due later": (
        [f"UPDATE open_item SET due_date = due_date + 30 WHERE item_id = {OPEN_INVOICE}"],
        {"open_item_facts"},
    ),
    "an open item of another customer": (
        [f"UPDATE open_item SET customer_id = -1 WHERE item_id = {OPEN_INVOICE}"],
        {"open_item_facts"},
    ),
    **{
        f"an edge's {column} changed": (
            [f"UPDATE clearing_edge SET {column} = {value} WHERE clearing_id = {PLAIN_CLEARING}"],
            {"edge_facts"},
        )
        for column, value in {
            "customer_id": "-1",
            "currency": "'XXX'",
            "credit_due_date": "credit_due_date + 1",
            "credit_posting_date": "credit_posting_date + 1",
            "debit_due_date": "debit_due_date + 1",
            "debit_posting_date": "debit_posting_date + 1",
            "credit_kind": "'X'",
            "debit_kind": "'X'",
        }.items()
    },
    "an edge of another company": (
        [f"UPDATE clearing_edge SET company_id = company_id + 1 WHERE clearing_id = {PLAIN_CLEARING}"],
        {"edge_facts", "clearings_complete"},
    ),
    "a posting by hand on the control account": (
        [NEW_ENTRY.format(document="NULL"), two_lines("900001", "RECEIVABLES", "REVENUE")],
        {"subledger_control"},
    ),
    "an item's posting moved to another item": (
        [
            (
                f"UPDATE posting SET item_id = {CLOSED_ITEM} WHERE item_id = {OPEN_INVOICE}"
                f" AND (entry_id, line_no) = {LINE_ON.format(role='RECEIVABLES', kind='INVOICE')}"
            )
        ],
        {"item_control"},
    ),
    "an item named on a revenue account": (
        [f"UPDATE posting SET item_id = {OPEN_INVOICE} WHERE (entry_id, line_no) = {REVENUE_LINE}"],
        {"item_control"},
    ),
    "a line's net changed": (
        ["UPDATE document_line SET net = net + 1 WHERE line_no = 1"],
        {"document_totals"},
    ),
    "a document's tax changed": (
        [
            "ALTER TABLE document DROP CONSTRAINT document_gross",
            "UPDATE document SET tax = tax + 1 WHERE id = (SELECT min(id) FROM document)",
        ],
        {"document_totals"},
    ),
    "a document due later": (
        ["UPDATE document SET due_date = due_date + 1 WHERE id = (SELECT min(id) FROM document)"],
        {"document_items"},
    ),
    "a document without its item": (
        [f"UPDATE item SET document_id = NULL WHERE id = {OPEN_INVOICE}"],
        {"document_items"},
    ),
    "a document with two items": (
        [
            (
                "UPDATE item SET document_id = (SELECT min(id) FROM document)"
                " WHERE id = (SELECT min(id) FROM item WHERE kind = 'PAYMENT')"
            )
        ],
        {"document_items"},
    ),
    "a document not posted": (
        [f"UPDATE journal_entry SET document_id = NULL WHERE id = {ONE_ENTRY.format('INVOICE')}"],
        {"documents_posted"},
    ),
    "a document posted twice": (
        [NEW_ENTRY.format(document="document_id"), two_lines("900001", "REVENUE", "OUTPUT_VAT")],
        {"documents_posted"},
    ),
    "a counter ahead of its numbers": (["UPDATE series SET next_number = next_number + 1"], {"series_gaps"}),
    "a counter gone": (["DELETE FROM series"], {"series_gaps"}),
    "a number skipped": (
        [
            "UPDATE document SET number = 'RE-2026-000900' WHERE number = 'RE-2026-000002'",
            "UPDATE item SET number = 'RE-2026-000900' WHERE number = 'RE-2026-000002'",
        ],
        {"series_gaps"},
    ),
    "a number out of its series' form": (
        [
            "UPDATE document SET number = 'RE-2026-A' WHERE number = 'RE-2026-000002'",
            "UPDATE item SET number = 'RE-2026-A' WHERE number = 'RE-2026-000002'",
        ],
        {"series_gaps"},
    ),
    "a period gone": (["DELETE FROM period WHERE start_date = '2026-03-01'"], {"periods"}),
    "a period put back to future": (["UPDATE period SET status = 'FUTURE'"], {"periods"}),
    "overlapping periods": (
        ["UPDATE period SET end_date = end_date + 1 WHERE start_date = '2026-10-01'"],
        {"periods"},
    ),
    "a clearing of nothing": (
        [
            (
                "INSERT INTO clearing (company_id, effective_date, reason)"
                " SELECT min(company_id), '2026-04-01', 'X' FROM clearing"
            )
        ],
        {"clearings_complete"},
    ),
    "a clearing of another day": (
        [f"UPDATE clearing SET effective_date = effective_date + 1 WHERE id = {PLAIN_CLEARING}"],
        {"clearings_complete"},
    ),
    "a clearing without its entry": (
        [f"UPDATE journal_entry SET clearing_id = NULL WHERE clearing_id = {PLAIN_CLEARING}"],
        {"clearings_complete"},
    ),
    "a clearing taken back before it was made": (
        [
            f"UPDATE clearing_edge SET effective_date = '2026-03-10' WHERE clearing_id = {REVERSAL}",
            (
                "UPDATE posting SET posting_date = '2026-03-10' WHERE entry_id IN"
                f" (SELECT id FROM journal_entry WHERE clearing_id = {REVERSAL})"
            ),
            f"UPDATE journal_entry SET posting_date = '2026-03-10' WHERE clearing_id = {REVERSAL}",
            f"UPDATE clearing SET effective_date = '2026-03-10' WHERE id = {REVERSAL}",
        ],
        {"unclearings"},
    ),
    "a clearing taken back twice": (
        [
            "ALTER TABLE clearing DROP CONSTRAINT clearing_reverses_id_key",
            (
                "UPDATE clearing SET reverses_id = (SELECT min(reverses_id) FROM clearing) WHERE id ="
                " (SELECT max(id) FROM clearing WHERE reverses_id IS NOT NULL)"
            ),
        ],
        {"unclearings"},
    ),
    "a taking back taken back": (
        [f"UPDATE clearing SET reverses_id = {REVERSAL} WHERE id = {PLAIN_CLEARING}"],
        {"unclearings"},
    ),
    "an entry that reverses another one": (
        [
            (
                f"UPDATE journal_entry SET reverses_id = {ONE_ENTRY.format('BANK_OPENING')}"
                f" WHERE id = {ONE_ENTRY.format('OTHER_MONEY')}"
            )
        ],
        {"reversals"},
    ),
    "an entry reversed twice": (
        [
            (
                "UPDATE journal_entry SET reverses_id = (SELECT reverses_id FROM journal_entry WHERE kind = 'REVERSAL')"
                f" WHERE id = {ONE_ENTRY.format('TOLERANCE')}"
            )
        ],
        {"reversals"},
    ),
    "a bank line's amount changed": (
        ["UPDATE bank_line SET amount = amount + 1 WHERE amount = 12.34"],
        {"bank_lines_posted", "receipts"},
    ),
    "a receipt cut from its bank line": (
        [
            (
                "UPDATE journal_entry SET bank_line_id = NULL WHERE bank_line_id ="
                " (SELECT id FROM bank_line WHERE amount = 12.34)"
            )
        ],
        {"bank_lines_posted", "bank_reconciliation"},
    ),
    "a decision about a bank line gone": (
        ["DELETE FROM receipt WHERE amount = -9.90"],
        {"bank_lines_posted", "bank_balance", "bank_reconciliation"},
    ),
    "an opening balance changed": (
        ["UPDATE bank_statement SET opening_amount = opening_amount + 1"],
        {"bank_balance", "bank_reconciliation"},
    ),
    "a receipt without its item": (["UPDATE receipt SET item_id = NULL WHERE state = 'AUTO'"], {"receipts"}),
    "a receipt ignored after it was posted": (
        ["UPDATE receipt SET state = 'IGNORED' WHERE state = 'AUTO'"],
        {"receipts"},
    ),
    "a receipt without its decision": (
        ["UPDATE receipt SET decision_id = -1 WHERE state = 'AUTO'"],
        {"receipts"},
    ),
    "a receipt's amount changed": (
        ["UPDATE receipt SET amount = amount + 1 WHERE amount = 12.34"],
        {"receipts", "bank_balance", "bank_reconciliation"},
    ),
    "a waiting receipt out of the queue": (
        ["UPDATE work_item SET closed_at = now() WHERE amount = 12.34"],
        {"cash_queue"},
    ),
    "a settled receipt in the queue": (
        ["UPDATE receipt SET state = 'ON_ACCOUNT' WHERE amount = 12.34"],
        {"cash_queue"},
    ),
    "a role given behind the log": (
        ["UPDATE role_grant SET role = 'OWNER'"],
        {"grants_told"},
    ),
    "a role that lasts longer than granted": (
        ["UPDATE role_grant SET valid_until = NULL"],
        {"grants_told"},
    ),
    "a role that somebody else is said to have granted": (
        ["UPDATE role_grant SET granted_by_id = 99"],
        {"grants_told"},
    ),
    "a personal value changed": (
        ["UPDATE personal_value SET value = 'DE00' WHERE id = (SELECT min(id) FROM personal_value)"],
        {"personal_values"},
    ),
    "two personal values exchanged": (
        [
            (
                "UPDATE personal_value p SET (salt, value) = (SELECT o.salt, o.value FROM personal_value o"
                " WHERE o.id = (SELECT min(id) + max(id) - p.id FROM personal_value))"
                " WHERE p.id IN (SELECT min(id) FROM personal_value UNION SELECT max(id) FROM personal_value)"
            )
        ],
        {"personal_values"},
    ),
    "an event changed": (
        ["UPDATE event SET kind = 'x' WHERE id = (SELECT min(id) FROM event)"],
        set(),
    ),
    "an event deleted": (["DELETE FROM event WHERE id = (SELECT max(id) FROM event)"], {"grants_told"}),
}
