"""The company's own files, as company-files.md describes them; families are written as they come and forgotten."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from acquit.benchmark.life import FEE_TOLERANCE, GRACE_DAYS, TOLERANCE, TOLERANCE_PERCENT
from acquit.benchmark.values import Customer, Item
from acquit.benchmark.world import ACCOUNTS, Family, Order, Rates

_HEADS = {
    "customers": "customer,name,trading_names,country,city,language,currency,ibans,parent,payer,payment_terms,net_days,"
    "discount_percent,discount_days,email,direct_debit_mandate,bank_charges,auto_by_amount",
    "open_items": "document,type,customer,document_date,due_date,currency,gross_amount,open_amount,customer_po,"
    "structured_reference",
    "bank_accounts": "key,account,currency,format",
    "fx_rates": "date,base,currency,rate",
    "orders": "order,customer,order_date,currency,amount,prepayment_percent",
    "deduction_codes": "customer,code,text,reason",
}


class CompanyFiles:
    """The folder's tables while they are written. What is open is as of before the first statement."""

    def __init__(self, folder: Path, rates: Rates) -> None:
        self._folder = folder
        self._rates = rates
        self._files: list[Any] = []
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> CompanyFiles:
        """Open the tables and write what is known before any customer lives."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, heads in _HEADS.items():
            file = (self._folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
            self._files.append(file)
            self._writers[name] = csv.writer(file, lineterminator="\n")
            self._writers[name].writerow(heads.split(","))
        self._writers["bank_accounts"].writerows(
            (one.key, one.number, one.currency, one.format) for one in ACCOUNTS
        )
        for day, rates in self._rates.by_day.items():
            self._writers["fx_rates"].writerows(
                (day.isoformat(), "EUR", currency, f"{rate:.4f}")
                for currency, rate in rates.items()
                if currency != "EUR"
            )
        policy = {
            "tolerance_amount": f"{TOLERANCE:.2f}",
            "tolerance_percent": f"{TOLERANCE_PERCENT:f}",
            "fee_tolerance": f"{FEE_TOLERANCE:.2f}",
            "discount_grace_days": GRACE_DAYS,
        }
        (self._folder / "policy.json").write_text(json.dumps(policy, indent=2) + "\n", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the tables."""
        for file in self._files:
            file.close()

    def write_family(self, family: Family) -> None:
        """Write the customers of a family, their documents and their orders."""
        self._writers["customers"].writerows(_customer(one) for one in family.members)
        self._writers["open_items"].writerows(_item(one) for one in family.items)
        self._writers["orders"].writerows(_order(one) for one in [*family.paid_orders, *family.orders])

    def write_codes(self, codes: Mapping[str, Sequence[tuple[str, str, str]]]) -> None:
        """Write the customers' own codes of deductions and what they mean."""
        for customer, known in codes.items():
            self._writers["deduction_codes"].writerows((customer, *one) for one in known)


def _customer(one: Customer) -> tuple[object, ...]:
    ibans = "|".join(iban for iban in (one.iban, one.virtual_iban) if iban)
    return (
        one.number, one.name, one.trading_name, one.country, one.city, one.language, one.currency, ibans, one.parent,
        one.parent, one.terms, one.net_days, f"{one.discount_percent:f}", one.discount_days, one.email, one.mandate,
        "SHA" if one.is_fee_shared else "", "yes" if one.is_amount_enough else "no",
    )  # fmt: skip


def _item(one: Item) -> tuple[object, ...]:
    return (
        one.number, "credit_note" if one.is_credit_note else "invoice", one.owner.number, one.issued.isoformat(),
        one.due.isoformat(), one.currency, f"{one.gross:.2f}", f"{one.opened:.2f}", one.purchase_order,
        one.structured_reference,
    )  # fmt: skip


def _order(one: Order) -> tuple[object, ...]:
    return (
        one.number,
        one.owner.number,
        one.day.isoformat(),
        one.currency,
        f"{one.amount:.2f}",
        f"{one.percent:f}",
    )
