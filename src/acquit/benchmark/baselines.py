"""Two engines to compare with, as simple as they come: exact reference only, and greedy oldest-first.

Both answer in the shape of `acquit cash outcomes` and are scored by the same code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any

from acquit.benchmark.company_book import BookItem, BookLine, CompanyBook
from acquit.core.references import find_structured_references, normalise_reference

ZERO = Decimal(0)
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]*[A-Za-z0-9]")


def exact_reference_only(book: CompanyBook) -> Iterator[dict[str, Any]]:
    """Post where the documents named in full, still open, sum up to the money; leave everything else."""
    items = {number: copy(item) for number, item in book.items.items()}
    references = {
        reference: items[normalise_reference(one.number)] for reference, one in book.references.items()
    }
    for booked in book.lines:
        named = {item.number: item for item in _named(booked, items, references) if item.open_amount}
        total = sum((item.open_amount for item in named.values()), ZERO)
        if booked.line.amount <= 0 or not named or total != booked.line.amount:
            yield _outcome(booked, "UNIDENTIFIED")
            continue
        applied = [(item.number, item.open_amount) for item in named.values()]
        for item in named.values():
            item.open_amount = ZERO
        yield _outcome(booked, "AUTO", next(iter(named.values())).customer, applied)


def _named(
    booked: BookLine, items: dict[str, BookItem], references: dict[str, BookItem]
) -> Iterator[BookItem]:
    line = booked.line
    if line.structured_reference and (
        found := references.get(normalise_reference(line.structured_reference))
    ):
        yield found
    for reference in find_structured_references(line.text):
        if found := references.get(reference.value):
            yield found
    for text in (line.text, line.end_to_end_id):
        for token in _TOKEN.findall(text):
            if found := items.get(normalise_reference(token)):
                yield found


def greedy_oldest_first(book: CompanyBook) -> Iterator[dict[str, Any]]:
    """Find the payer by account or full name and pay its oldest documents until the money is gone."""
    by_customer: dict[str, list[BookItem]] = {}
    for item in book.items.values():
        by_customer.setdefault(item.customer, []).append(copy(item))
    for items in by_customer.values():
        items.sort(key=lambda item: (item.due, item.number))
    for booked in book.lines:
        line = booked.line
        customer = book.payers.get(line.iban) or book.payers.get(line.counterparty.upper())
        if customer is None or line.amount <= 0:
            yield _outcome(booked, "UNIDENTIFIED")
            continue
        left, applied = line.amount, list[tuple[str, Decimal]]()
        for item in by_customer.get(customer, ()):
            if left and item.open_amount > 0 and item.issued <= (line.booking_date or date.max):
                cash = min(left, item.open_amount)
                item.open_amount -= cash
                left -= cash
                applied.append((item.number, cash))
        yield _outcome(booked, "AUTO" if applied else "ON_ACCOUNT", customer, applied)


def _outcome(
    booked: BookLine,
    state: str,
    customer: str | None = None,
    applied: list[tuple[str, Decimal]] | None = None,
) -> dict[str, Any]:
    line = booked.line
    return {
        "account": booked.account,
        "booking_date": str(line.booking_date),
        "amount": f"{line.amount:.2f}",
        "bank_reference": line.bank_reference,
        "state": state,
        "customer": customer,
        "applied": [{"document": number, "amount": f"{cash:.2f}"} for number, cash in applied or ()],
        "differences": [],
        "proposals": [],
    }
