"""Invoices to post: the same believable spread over customers and days, as columns and as drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from acquit.billing.rules.columns import DocumentColumns, make_columns
from acquit.billing.rules.documents import DocumentDraft, DocumentKind, LineDraft
from acquit.controls.operations import open_company
from acquit.controls.rules.duties import Actor
from acquit.ledger.operations import open_books, open_periods
from acquit.parties.operations import CustomerDraft, store_customers

CUSTOMERS = 5_000
LINES = 3
SYSTEM = Actor(None, "bench", is_system=True)
FIRST_DAY = date(2026, 1, 1)
DAYS = 330
CENT = Decimal("0.01")


def make_company(customers: int = CUSTOMERS, name: str = "Bench") -> tuple[int, list[int]]:
    """Make a company with books and customers; gives its id and theirs."""
    company = open_company(name=name, currency="EUR")
    open_books(company_id=company.id)
    open_periods(company_id=company.id, first_date=FIRST_DAY, last_date=date(2026, 12, 31))
    ids = store_customers(
        actor=SYSTEM,
        company_id=company.id,
        drafts=[CustomerDraft(f"{n:06d}", f"Customer {n}") for n in range(customers)],
    )
    return company.id, list(ids.values())


def make_drafts(company_id: int, customers: Sequence[int], first: int, count: int) -> list[DocumentDraft]:
    """Make invoices as drafts: three lines each, 19 % tax, numbered by themselves."""
    drafts = []
    for number in range(first, first + count):
        net = Decimal(1000 + (number * 7919) % 500_000).scaleb(-2)
        tax = (net * 19 / 100).quantize(CENT)
        part, tax_part = (net / LINES).quantize(CENT), (tax / LINES).quantize(CENT)
        rest = (net - 2 * part, tax - 2 * tax_part)
        day = FIRST_DAY + timedelta(days=(number * 31) % DAYS)
        drafts.append(
            DocumentDraft(
                company_id=company_id,
                customer_id=customers[(number * 4099) % len(customers)],
                kind=DocumentKind.INVOICE,
                currency="EUR",
                document_date=day,
                due_date=day + timedelta(days=30),
                net=net,
                tax=tax,
                number=f"D-{number:08d}",
                payment_terms="NET 30",
                lines=tuple(
                    LineDraft("P-1", "Product", Decimal(1), of_net, of_net, "S", Decimal(19), of_tax)
                    for of_net, of_tax in ((part, tax_part), (part, tax_part), rest)
                ),
            )
        )
    return drafts


def make_frames(
    company_id: int, customers: Sequence[int], first: int, count: int, prefix: str = "C"
) -> DocumentColumns:
    """Make the same invoices as frames, as a bill run would: nothing is an object."""
    number = pl.int_range(first, first + count, dtype=pl.Int64)
    cents = pl.col("cents").cast(pl.Decimal(38, 2)) / 100
    documents = pl.select(number=number).with_columns(cents=1000 + (pl.col("number") * 7919) % 500_000)
    documents = documents.with_columns(
        net=cents,
        tax=(pl.col("cents") * 19 // 100).cast(pl.Decimal(38, 2)) / 100,
        day=pl.lit(FIRST_DAY) + pl.duration(days=(pl.col("number") * 31) % DAYS),
        customer_id=pl.lit(pl.Series(customers)).gather((pl.col("number") * 4099) % len(customers)),
    )
    third = (pl.col("cents") // LINES).cast(pl.Decimal(38, 2)) / 100
    tax_third = (pl.col("cents") * 19 // 100 // LINES).cast(pl.Decimal(38, 2)) / 100
    parts = documents.with_row_index("document").select(
        "document", "net", "tax", part=third, tax_part=tax_third
    )
    last = parts.select(
        "document", net=pl.col("net") - 2 * pl.col("part"), tax=pl.col("tax") - 2 * pl.col("tax_part")
    )
    others = parts.select("document", net="part", tax="tax_part")
    lines = pl.concat([others, others, last]).sort("document", maintain_order=True)
    return make_columns(
        documents.select(
            company_id=pl.lit(company_id, pl.Int64),
            customer_id="customer_id",
            kind=pl.lit(DocumentKind.INVOICE.value),
            currency=pl.lit("EUR"),
            document_date="day",
            due_date=pl.col("day") + pl.duration(days=30),
            net="net",
            tax="tax",
            number=pl.format(prefix + "-{}", pl.col("number").cast(pl.String).str.zfill(8)),
            payment_terms=pl.lit("NET 30"),
        ),
        lines.select(
            "document",
            "net",
            "tax",
            product=pl.lit("P-1"),
            description=pl.lit("Product"),
            quantity=pl.lit(Decimal(1)),
            price="net",
            tax_code=pl.lit("S"),
            tax_rate=pl.lit(Decimal(19)),
        ),
    )
