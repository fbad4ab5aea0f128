"""Words of the consistency checks: what each says holds. A check without words here is said in its own."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as lazy

from acquit.web.said import Words

CHECKS: Mapping[str, Words] = {
    "bank_balance": lazy(
        "The bank account in the books is what was there, plus every line and payment taken in"
    ),
    "bank_lines_posted": lazy(
        "Bank lines are in the books with their amount once somebody decided about them, and not before"
    ),
    "bank_reconciliation": lazy(
        "Each bank account's books are the opening of its earliest statement, plus its own lines decided about"
    ),
    "cash_queue": lazy("The cash queue holds exactly the receipts that wait for a person"),
    "clearings_complete": lazy("Clearings have edges and an entry of their company and day"),
    "document_items": lazy("Each document has one item, with its amount, customer, number and dates"),
    "document_totals": lazy("Documents are net plus tax, and the sum of their lines"),
    "documents_posted": lazy("Each document has one entry, of its day, kind and currency"),
    "edge_facts": lazy(
        "Edges join a credit and a debit of one customer, company and currency, and carry both items' facts"
    ),
    "entry_balances": lazy("Entries balance in document, company and group currency"),
    "entry_lines": lazy("Entries have two postings or more"),
    "grants_told": lazy("Roles are held as the log says they were granted"),
    "item_control": lazy("Each item's postings sum to its open amount, all on its control account"),
    "open_amounts": lazy(
        "Open amounts are the original minus the clearings, in document and company currency"
    ),
    "open_item_facts": lazy("The live set carries its items' facts"),
    "orphan_edges": lazy("Edges have their clearing and both items, clearings the one they take back"),
    "orphan_entries": lazy(
        "Entries have the document, clearing, bank line and entry they name, all of one company"
    ),
    "orphan_items": lazy("Items and documents have their customer, items their document, all of one company"),
    "orphan_lines": lazy("Lines have their document, of the same company"),
    "orphan_postings": lazy("Postings have their entry, their account and their item, all of one company"),
    "over_cleared": lazy("No item is cleared by more than it was, or uncleared by more than it was cleared"),
    "periods": lazy("Entries lie in a period that has begun, and periods do not overlap"),
    "personal_values": lazy("Personal values are what the events that refer to them say by their hash"),
    "posting_facts": lazy(
        "Postings carry their entry's company, day and currency, and were recorded with it"
    ),
    "receipts": lazy("Receipts agree with their bank line, its details, their item and their decision"),
    "reversals": lazy("Entries are reversed once, and line by line"),
    "series_gaps": lazy("Numbers of a series have no gap and end where its counter stands"),
    "subledger_control": lazy("Open items sum to their control account, by company, account and currency"),
    "unclearings": lazy("Clearings are taken back once, exactly, and not before they were made"),
    "audit_seals": lazy("Rows and events are as they were sealed, and the seals form one chain"),
}
