"""Eighteen months of orders, invoices and credit notes, numbered in series without gaps.

Documents are drafted first, then sorted by day and numbered: so numbers and dates never contradict each other, and a
document the story needs finds its place in the series like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random

from acquit.core.money import percent_of, round_amount
from acquit.core.references import normalise_reference, rf_reference
from acquit.core.terms import due_date
from acquit.intake.sample.calendar import SampleDays
from acquit.intake.sample.values import ZERO, Company, Customer, Document, Order

INVOICE = "invoice"
CREDIT_NOTE = "credit_note"

_SEASON = (0.97, 0.95, 0.96, 0.95, 0.94, 0.93, 0.94, 0.97, 1.05, 1.1, 1.09, 0.97)
_LEAST_NET = Decimal("18.40")
_CREDIT_SHARE = 0.02
_CANCELLED_SHARE = 0.15  # of the credit notes
_SECOND_DELIVERY_SHARE = 0.07
_OPEN_ORDERS_A_DAY = 3
_OPEN_ORDER_DAYS = 24
_PREPAYMENT_SHARE = 0.12


def draft_documents(
    company: Company, customers: Sequence[Customer], days: SampleDays, rng: Random
) -> list[Document]:
    """Draft the invoices of every business day and the credit notes that follow some of them; nothing is numbered."""
    weights = list(accumulate(customer.weight for customer in customers))
    drafts: list[Document] = []
    fee_month = 0
    for day in days.business_days(days.first_day, days.last_day):
        if day.month != fee_month:
            fee_month = day.month
            drafts += [
                make_invoice(company, customer, day, customer.monthly_fee)
                for customer in customers
                if customer.monthly_fee
            ]
        expected = company.invoices_per_day * _SEASON[day.month - 1]
        count = max(1, round(rng.gauss(expected, expected / 6)))
        for customer in rng.choices(customers, cum_weights=weights, k=count):
            drafts.append(make_invoice(company, customer, day, _draw_net(company, customer, rng)))
    drafts += _draft_credit_notes(company, drafts, days, rng)
    return drafts


def make_invoice(company: Company, customer: Customer, day: date, net: Decimal) -> Document:
    """Make an unnumbered invoice over a net amount; supplies abroad carry no VAT (exempt intra-EU supply, export)."""
    rate = company.vat_rate if customer.country == company.country else ZERO
    terms = customer.terms
    net = round_amount(net, company.currency)
    return Document(
        number="",
        kind=INVOICE,
        customer=customer.number,
        document_date=day,
        due_date=due_date(terms, day),
        discount_date=day + timedelta(days=terms.discount_days) if terms.discount_rate else None,
        currency=company.currency,
        net=net,
        vat=percent_of(net, rate, company.currency),
        vat_rate=rate,
    )


def make_credit_note(invoice: Document, day: date, net: Decimal) -> Document:
    """Make an unnumbered credit note over a positive net amount of an invoice, at the invoice's VAT rate."""
    vat = percent_of(net, invoice.vat_rate, invoice.currency)
    return Document(
        number="",
        kind=CREDIT_NOTE,
        customer=invoice.customer,
        document_date=day,
        due_date=day,
        discount_date=None,
        currency=invoice.currency,
        net=-net,
        vat=-vat,
        vat_rate=invoice.vat_rate,
    )


def _draw_net(company: Company, customer: Customer, rng: Random) -> Decimal:
    """Draw a net amount around the customer's usual one; small spare parts now and then, as the trade has them."""
    factor = customer.scale * rng.lognormvariate(0, 0.75)
    if rng.random() < 0.12:
        factor *= 0.06
    return (
        round_amount(company.typical_net * Decimal(round(factor * 10_000)) / 10_000, company.currency)
        + _LEAST_NET
    )


def _draft_credit_notes(
    company: Company, invoices: Sequence[Document], days: SampleDays, rng: Random
) -> list[Document]:
    notes = []
    for invoice in invoices:
        if rng.random() >= _CREDIT_SHARE:
            continue
        day = days.calendar.add_business_days(invoice.document_date, rng.randrange(3, 22))
        if day > days.last_day:
            continue
        is_cancelled = rng.random() < _CANCELLED_SHARE
        share = Decimal(1) if is_cancelled else Decimal(rng.randrange(4, 45)) / 100
        note = make_credit_note(invoice, day, round_amount(invoice.net * share, company.currency))
        if is_cancelled:
            invoice.is_scripted = note.is_scripted = True
            settle_against(invoice, note, days)
        notes.append(note)
    return notes


def settle_against(invoice: Document, note: Document, days: SampleDays) -> None:
    """Clear a cancelled invoice with its credit note when that happened before the first statement.

    Afterwards both stand open: setting them off is left to whoever works with the files.
    """
    if note.document_date < days.statement_start:
        invoice.cleared_date = note.cleared_date = note.document_date
    else:
        invoice.open_before, note.open_before = invoice.gross, note.gross


def number_documents(
    company: Company, customers: Sequence[Customer], drafts: list[Document]
) -> list[Document]:
    """Sort by day and number each series by year without gaps; print RF references for customers who use them."""
    has_reference = {customer.number: customer.has_structured_reference for customer in customers}
    ordered = sorted(drafts, key=lambda draft: draft.document_date)
    counted: Counter[tuple[str, int]] = Counter()
    for document in ordered:
        year = document.document_date.year
        first, series = (
            (company.first_number, company.invoice_series)
            if document.kind == INVOICE
            else (1, company.credit_series)
        )
        document.number = series.format(year=year, number=first + counted[document.kind, year])
        counted[document.kind, year] += 1
        if document.kind == INVOICE and has_reference[document.customer]:
            document.structured_reference = rf_reference(
                f"{document.customer}{normalise_reference(document.number)}"
            )
    return ordered


def draft_orders(
    company: Company,
    customers: Sequence[Customer],
    documents: Sequence[Document],
    days: SampleDays,
    rng: Random,
) -> list[Order]:
    """Give every invoice its order, now and then one order for two deliveries, and add orders not yet billed."""
    by_number = {customer.number: customer for customer in customers}
    groups: list[list[Document]] = []
    last_group: dict[str, list[Document]] = {}
    for document in documents:
        if document.kind != INVOICE:
            continue
        previous = last_group.get(document.customer)
        if (
            previous
            and len(previous) == 1
            and not document.is_scripted
            and rng.random() < _SECOND_DELIVERY_SHARE
        ):
            previous.append(document)
            continue
        last_group[document.customer] = group = [document]
        groups.append(group)
    rows = [
        (group[0].document_date - timedelta(days=rng.randrange(2, 16)), by_number[group[0].customer], group)
        for group in groups
    ]
    rows += [
        (day, customer, [])
        for day in days.business_days(days.last_day - timedelta(days=_OPEN_ORDER_DAYS), days.last_day)
        for customer in rng.choices(customers, k=min(_OPEN_ORDERS_A_DAY, company.invoices_per_day // 4))
    ]
    rows.sort(key=lambda row: row[0])
    counted: Counter[int] = Counter()
    orders = []
    for day, customer, group in rows:
        counted[day.year] += 1
        number = company.order_series.format(year=day.year, number=counted[day.year])
        orders.append(_make_order(company, number, day, customer, group, rng))
    return orders


def _make_order(
    company: Company, number: str, day: date, customer: Customer, group: list[Document], rng: Random
) -> Order:
    amount = sum((document.gross for document in group), ZERO)
    if not group:
        draft = make_invoice(company, customer, day, _draw_net(company, customer, rng))
        amount = draft.gross
    customer_po = _draw_po(customer, rng)
    for document in group:
        document.order, document.customer_po = number, customer_po
    return Order(
        number=number,
        customer=customer.number,
        order_date=day,
        currency=company.currency,
        amount=amount,
        prepayment_percent=30 if not group and rng.random() < _PREPAYMENT_SHARE else 0,
    )


def _draw_po(customer: Customer, rng: Random) -> str:
    """Draw the customer's own order number, in the customer's own style; some give none."""
    style = int(customer.number) % 5
    serial = rng.randrange(10**5)
    return ("", f"B-{serial:05d}", f"45{serial + 10**5:08d}", f"PO{serial:06d}", f"{serial:05d}-EK")[style]
