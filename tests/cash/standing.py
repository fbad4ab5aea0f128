"""How things stand: what an undo must give back exactly, and what a refusal must leave alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.cash.models import PayerAlias, PayerHabit, Receipt
from acquit.cash.queries import ReceiptView, list_receipts
from acquit.controls.operations import store_policy
from acquit.controls.rules.duties import Duty
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.disputes.models import Dispute
from acquit.insight.queries.checks import run_checks
from acquit.receivables.models import OpenItem
from acquit.work.models import WorkItem
from tests.builders import PAYMENT_DAY, Books, clerk

Standing = dict[str, Any]


def how_it_stands(books: Books) -> Standing:
    """Give open items, balances, open cases, receipts, the queue and what was learned of payers."""
    company = {"company_id": books.company_id}
    return {
        "open": {
            row.item_id: (row.customer_id, row.open_amount, row.open_company_amount, row.due_date)
            for row in OpenItem.objects.filter(**company)
        },
        "balances": balances(books),
        "cases": sorted(
            Dispute.objects.filter(**company, closed_date__isnull=True).values_list(
                "item_id", "amount", "reason"
            )
        ),
        "receipts": {row.id: (row.state, row.customer_id) for row in Receipt.objects.filter(**company)},
        "waiting": sorted(
            WorkItem.objects.filter(**company, closed_at__isnull=True).values_list(
                "object_id", "queue", "reason", "amount"
            )
        ),
        "aliases": sorted(
            PayerAlias.objects.filter(**company).values_list("kind", "alias", "customer_id", "confirmations")
        ),
        "habits": sorted(
            PayerHabit.objects.filter(**company).values_list(
                "customer_id", "habit", "count_for", "count_against"
            )
        ),
    }


def balances(books: Books) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """Give each account's balance in document and company currency, zero ones left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.role, p.currency, sum(p.amount), sum(p.company_amount)"
            "  FROM posting p JOIN ledger_account a ON a.id = p.account_id"
            " WHERE p.company_id = %s GROUP BY 1, 2 HAVING sum(p.amount) <> 0 OR sum(p.company_amount) <> 0",
            [books.company_id],
        )
        return {(row[0], row[1]): (row[2], row[3]) for row in cursor.fetchall()}


def in_balance(books: Books, role: str, currency: str = "EUR") -> str:
    """Give an account's balance in document currency, as text."""
    found = balances(books).get((role, currency))
    return str(found[0].quantize(Decimal("0.01"))) if found else "0.00"


def open_amounts(books: Books, customer_id: int | None = None) -> dict[str, str]:
    """Give what is open by document or payment number, as text."""
    rows = OpenItem.objects.filter(company_id=books.company_id)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, number FROM item WHERE id = ANY(%s)", [[row.item_id for row in rows]])
        numbers = dict(cursor.fetchall())
    return {numbers[row.item_id]: str(row.open_amount.quantize(Decimal("0.01"))) for row in rows}


def ask_about_differences(books: Books) -> None:
    """Give the company a policy under which a person is asked about every difference and every return."""
    store_policy(
        actor=clerk(books.company_id, Duty.POLICY, user_id=1),
        approver=clerk(books.company_id, Duty.POLICY, user_id=2),
        company_id=books.company_id,
        kind="MATCHING",
        body={**DEFAULTS["MATCHING"], "certain_amount_share": "0", "posts_alone": ["DOCUMENT_NUMBER"]},
        valid_from=PAYMENT_DAY,
    )


def only_receipt(books: Books) -> ReceiptView:
    """Give the one receipt of the books."""
    [found] = list_receipts(company_ids=[books.company_id])
    return found


def receipt_of(books: Books, amount: str) -> ReceiptView:
    """Give the one receipt of an amount."""
    [found] = [
        receipt
        for receipt in list_receipts(company_ids=[books.company_id])
        if receipt.amount == Decimal(amount)
    ]
    return found


def assert_sound() -> None:
    """Recompute every invariant of the whole database."""
    assert {result.name: result.sample for result in run_checks() if result.violations} == {}
