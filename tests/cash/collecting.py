"""A company that collects by direct debit: from the mandate to the money on its account, and back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

from acquit.cash.models import BankAccount, DebitReturn
from acquit.cash.operations import (
    MandateDraft,
    activate_mandate,
    approve_debit_run,
    propose_debit_run,
    store_bank_accounts,
    store_mandates,
    write_debit_run,
)
from acquit.controls.operations import store_policy
from acquit.controls.rules.duties import Duty
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.formats.pain import read_payment_order
from tests.builders import SYSTEM, Books, bank_line, clerk, make_books

OURS, THEIRS = "DE02100500000054540402", "DE89370400440532013000"
TOLD, TAKEN, BACK = date(2026, 3, 18), date(2026, 4, 1), date(2026, 4, 7)


def make_collecting(name: str = "", **policy: Any) -> Books:
    """Make a company with an account at a bank, and its own policy of direct debits where one is said."""
    books = make_books(name)
    store_bank_accounts(actor=SYSTEM, company_id=books.company_id, accounts=[(OURS, "EUR", "Hausbank")])
    if policy:
        store_policy(
            actor=clerk(books.company_id, Duty.POLICY, user_id=1),
            approver=clerk(books.company_id, Duty.POLICY, user_id=2),
            company_id=books.company_id,
            kind="DIRECT_DEBIT",
            body={**DEFAULTS["DIRECT_DEBIT"], **policy},
            valid_from=date(2020, 1, 1),
        )
    return books


def owe(books: Books, number: str, amount: str = "119.00", **said: Any) -> tuple[int, str]:
    """Make a customer with a mandate who owes an invoice; gives the customer and the invoice's number."""
    customer = books.customer(number, ibans=(THEIRS,) if number == "1001" else ())
    facts: dict[str, Any] = {"creditor_id": "DE98ZZZ09999999999", "account": THEIRS}
    draft = MandateDraft(customer, f"M-{number}", signed_date=date(2026, 1, 5), **{**facts, **said})
    [mandate_id] = store_mandates(actor=SYSTEM, company_id=books.company_id, drafts=[draft])
    activate_mandate(actor=SYSTEM, mandate_id=mandate_id, on_date=date(2026, 1, 5))
    return customer, books.invoice(customer, amount, document_date=date(2026, 2, 20)).number


def approve(books: Books, *, collection_date: date = TAKEN, today: date = TOLD) -> int:
    """Propose a run of everything owed and approve it; gives its number."""
    one, other = (clerk(books.company_id, Duty.CASH, user_id=number) for number in (1, 2))
    run = propose_debit_run(
        actor=one,
        company_id=books.company_id,
        bank_account_id=BankAccount.objects.get(company_id=books.company_id, account=OURS).id,
        collection_date=collection_date,
        business_date=today,
    )
    approve_debit_run(actor=other, run_id=run.run_id, business_date=today)
    return run.run_id


def order(books: Books, **days: date) -> list[str]:
    """Hand a run of everything owed to the bank; gives the names it goes by there."""
    file = write_debit_run(
        actor=SYSTEM,
        run_id=approve(books, **days),
        business_date=days.get("today", TOLD),
        written_at=datetime(2026, 3, 30, 9, 0, tzinfo=UTC),
    )
    return [
        one.end_to_end_id for one in read_payment_order(io.BytesIO(file.content), "debit.xml").transactions
    ]


def credited(amount: str, name: str) -> Any:
    """Make the line that credits a collection."""
    return bank_line(amount, "", end_to_end_id=name, booking_date=TAKEN, value_date=TAKEN)


def returned(amount: str, name: str, code: str = "AM04", **said: Any) -> Any:
    """Make the line that takes a collection back."""
    facts = {"return_code": code, "booking_date": BACK, "value_date": BACK, "end_to_end_id": name}
    return bank_line(amount, "RUECKLASTSCHRIFT", **{**facts, **said})


def followed(books: Books) -> list[tuple[str, str, date | None]]:
    """Give what followed each return: code, action, day of the next try; in the order they came."""
    rows = DebitReturn.objects.filter(company_id=books.company_id).order_by("id")
    return list(rows.values_list("code", "action", "retry_date"))
