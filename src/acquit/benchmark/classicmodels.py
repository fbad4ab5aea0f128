"""The payments of the data set orders_classicmodels as a company of the benchmark: real amounts, nothing invented.

A payment that equals exactly one order of its customer belongs to it. One that equals none, but one set of them alone,
belongs to that set. Everything else cannot be decided. What was paid before is open no longer.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from acquit.benchmark import proofs
from acquit.benchmark.bank_files import make_statements, number_lines, write_statements
from acquit.benchmark.truth import write_truth
from acquit.benchmark.values import ZERO, Account, Dialect, Payment, Truth
from acquit.core.errors import Refusal

_ACCOUNT = Account("US-1", "DE40370400440532013000", "USD", Dialect.CAMT, "M1", ("US",))
_OPENING = Decimal("100000.00")
_MOST_ORDERS = 30  # no customer of the set has more


class NotClassicmodels(Refusal):
    """The folder does not hold the four tables of orders_classicmodels."""

    code = "NOT_CLASSICMODELS"


def write_classicmodels(data: Path, folder: Path, truth_file: Path) -> int:
    """Write the company's files and the truth; give how many payments equal exactly one order of their customer.

    `data` is the folder of orders_classicmodels; refuses (NotClassicmodels) another.
    """
    missing = [
        name
        for name in ("customers", "orders", "orderdetails", "payments")
        if not (data / f"{name}.csv").is_file()
    ]
    if missing:
        raise NotClassicmodels(f"{data} has no {', '.join(f'{name}.csv' for name in missing)}.", param="data")
    names = {row["customerNumber"]: row["customerName"] for row in _rows(data / "customers.csv")}
    totals: dict[str, Decimal] = {}
    for row in _rows(data / "orderdetails.csv"):
        amount = Decimal(row["quantityOrdered"]) * Decimal(row["priceEach"])
        totals[row["orderNumber"]] = totals.get(row["orderNumber"], ZERO) + amount
    orders = [row for row in _rows(data / "orders.csv") if row["customerNumber"] in names]
    payments = _payments(data, names, orders, totals)
    _write_tables(folder, names, orders, totals)
    number_lines(_ACCOUNT, payments)
    place = folder / "statements"
    place.mkdir(parents=True, exist_ok=True)
    statements = list(make_statements(_ACCOUNT, payments, _OPENING))
    (place / "statements.xml").write_bytes(write_statements(_ACCOUNT, statements))
    write_truth(truth_file, payments, lambda payment: payment.amount)
    return sum(payment.truth.kind == "EQUALS_ORDER" for payment in payments)


def _payments(
    data: Path, names: dict[str, str], orders: list[dict[str, str]], totals: dict[str, Decimal]
) -> list[Payment]:
    by_customer: dict[str, dict[str, Decimal]] = {}
    for row in orders:
        by_customer.setdefault(row["customerNumber"], {})[row["orderNumber"]] = totals[row["orderNumber"]]
    payments = []
    for row in sorted(_rows(data / "payments.csv"), key=lambda row: (row["paymentDate"], row["checkNumber"])):
        number, amount = row["customerNumber"], Decimal(row["amount"])
        truth = _truth(number, amount, by_customer.get(number, {}))
        day = date.fromisoformat(row["paymentDate"])
        text = f"CHECK {row['checkNumber']}"
        payments.append(Payment(_ACCOUNT, day, amount, truth, name=names[number], text=text))
    return payments


def _truth(number: str, amount: Decimal, owed: dict[str, Decimal]) -> Truth:
    """Give what is true of a payment, and take what it pays out of what is owed."""
    found = [order for order, total in owed.items() if total == amount]
    kind, chosen = "EQUALS_ORDER", found
    if not found:
        orders, amounts = list(owed), list(owed.values())
        is_only = proofs.count_sets(amounts, amount, most=_MOST_ORDERS) == 1
        found_set = proofs.find_set(amounts, amount, most=_MOST_ORDERS) if is_only else []
        kind, chosen = (
            "EQUALS_SET",
            [orders[place] for place in found_set],
        )
    if not chosen or (kind == "EQUALS_ORDER" and len(found) > 1):
        reason = "no order, or several, of this amount"
        return Truth("EQUALS_NONE", customer=number, is_decidable=False, reason=reason, paid_by=number)
    applied = [(order, owed.pop(order)) for order in chosen]
    return Truth(kind, customer=number, applied=applied, payer="NAME", paid_by=number)


def _write_tables(
    folder: Path, names: dict[str, str], orders: list[dict[str, str]], totals: dict[str, Decimal]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, list[tuple[str, ...]]] = {
        "customers": [
            ("customer", "name", "currency", "net_days", "auto_by_amount"),
            *((number, name, "USD", "30", "yes") for number, name in names.items()),
        ],
        "open_items": [
            (
                "document",
                "type",
                "customer",
                "document_date",
                "due_date",
                "currency",
                "gross_amount",
                "open_amount",
            ),
            *(
                (
                    row["orderNumber"],
                    "invoice",
                    row["customerNumber"],
                    row["orderDate"],
                    row["requiredDate"],
                    "USD",
                    f"{totals[row['orderNumber']]:.2f}",
                    f"{totals[row['orderNumber']]:.2f}",
                )
                for row in orders
            ),
        ],
        "bank_accounts": [
            ("key", "account", "currency", "format"),
            (_ACCOUNT.key, _ACCOUNT.number, _ACCOUNT.currency, _ACCOUNT.format),
        ],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)
