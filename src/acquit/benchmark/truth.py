"""The truth as a file: one JSON object a booked bank line, in the shape of an outcome."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from acquit.benchmark.values import Payment


def write_truth(file: Path, payments: Iterable[Payment], value_of: Callable[[Payment], Decimal]) -> None:
    """Write the truth of every line: an outcome's fields, and kind, payer, decidable, reason and value beside them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as out:
        for payment in payments:
            out.write(json.dumps(truth_of(payment, value_of(payment)), ensure_ascii=False) + "\n")


def read_truth(file: Path) -> Iterator[dict[str, Any]]:
    """Read the truth line by line."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def truth_of(payment: Payment, value: Decimal) -> dict[str, Any]:
    """Write one line's truth. Amounts are texts in the document's currency; `amount` is in the account's.

    `value` is its size in one currency for all, so that receipts of all accounts can be summed.
    """
    truth = payment.truth
    return {
        "account": payment.account.number,
        "currency": payment.account.currency,
        "booking_date": payment.day.isoformat(),
        "amount": f"{payment.amount:.2f}",
        "bank_reference": payment.reference,
        "state": truth.state,
        "customer": truth.customer,
        "applied": [{"document": document, "amount": f"{cash:.2f}"} for document, cash in truth.applied],
        "differences": [
            {"kind": one.kind, "document": one.document, "amount": f"{one.amount:.2f}", "reason": one.reason}
            for one in truth.differences
        ],
        "decidable": truth.is_decidable,
        "reason": truth.reason,
        "kind": truth.kind,
        "payer": truth.payer,
        "paid_by": truth.paid_by,
        "value": f"{abs(value):.2f}",
    }
