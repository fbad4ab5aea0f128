"""When customers pay: each keeps the due date in its own way, and many pay only on one day of the week.

The plan is made for all documents at once, before a single receipt exists; what falls before the first statement
becomes settled history, what falls into the statements becomes receipts, the rest is what is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from acquit.core.money import round_amount
from acquit.intake.sample.calendar import SampleDays
from acquit.intake.sample.documents import INVOICE
from acquit.intake.sample.values import ZERO, Customer, Document, Lateness

_WEDNESDAY = 2
_FORGOTTEN_SHARE = 0.022
_NEVER_SHARE = {
    Lateness.PROMPT: 0.0005,
    Lateness.STEADY: 0.001,
    Lateness.SLOW: 0.003,
    Lateness.VERY_SLOW: 0.008,
    Lateness.DISTRESSED: 0.03,
}
_DAYS_LATE = {
    Lateness.PROMPT: (-6, 1),
    Lateness.STEADY: (-3, 6),
    Lateness.SLOW: (6, 32),
    Lateness.VERY_SLOW: (30, 100),
    Lateness.DISTRESSED: (60, 150),
}
_EARLIER_SHORTAGE_SHARE = 0.004


def plan_payments(
    customers: Mapping[str, Customer], documents: Sequence[Document], days: SampleDays, rng: Random
) -> None:
    """Set the day each document is paid; none for what is never paid or netted."""
    for document in documents:
        if document.is_scripted or document.kind != INVOICE:
            continue
        customer = customers[document.customer]
        document.paid_date = _plan_day(customers.get(customer.payer, customer), customer, document, days, rng)
    _plan_netting(customers, documents, days)


def _plan_day(
    payer: Customer, customer: Customer, document: Document, days: SampleDays, rng: Random
) -> date | None:
    if customer.mandate:
        return _next_weekday(document.due_date, _WEDNESDAY, days)
    if rng.random() < _NEVER_SHARE[payer.lateness]:
        return None
    if document.discount_date and payer.takes_discount and rng.random() < 0.85:
        return _plan_discount_day(document, document.discount_date, days, rng)
    earliest, latest = _DAYS_LATE[payer.lateness]
    late = rng.randrange(earliest, latest + 1)
    if rng.random() < _FORGOTTEN_SHARE:
        late += rng.randrange(30, 150)
    day = max(document.due_date + timedelta(days=late), document.document_date)
    if payer.payment_weekday is not None:
        return _next_weekday(day, payer.payment_weekday, days)
    return days.calendar.next_business_day(day)


def _plan_discount_day(document: Document, discount_date: date, days: SampleDays, rng: Random) -> date:
    """Plan a payment with discount: mostly in time, sometimes so late that no grace excuses it."""
    document.pays_with_discount = True
    if rng.random() < 0.88:
        day = days.calendar.previous_business_day(discount_date - timedelta(days=rng.randrange(3)))
        return max(day, document.document_date)
    return days.calendar.next_business_day(discount_date + timedelta(days=rng.randrange(5, 13)))


def _next_weekday(day: date, weekday: int, days: SampleDays) -> date:
    return days.calendar.next_business_day(day + timedelta(days=(weekday - day.weekday()) % 7))


def _plan_netting(customers: Mapping[str, Customer], documents: Sequence[Document], days: SampleDays) -> None:
    """Let each credit note be taken off the payer's next payment of more than twice its amount.

    Payments with discount and direct debits net nothing: a discount on what is left would have no single right amount.
    """
    totals: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for invoice in documents:
        customer = customers[invoice.customer]
        if invoice.paid_date and not invoice.pays_with_discount and not customer.mandate:
            of_payer = totals[payer_of(customer)]
            of_payer[invoice.paid_date] = of_payer.get(invoice.paid_date, ZERO) + invoice.gross
    for note in documents:
        if note.is_scripted or note.kind == INVOICE:
            continue
        of_payer = totals[payer_of(customers[note.customer])]
        known_from = days.calendar.add_business_days(note.document_date, 4)
        for day in sorted(of_payer):
            if day >= known_from and of_payer[day] + 2 * note.gross > 0:
                note.paid_date = day
                of_payer[day] += note.gross
                break


def payer_of(customer: Customer) -> str:
    """Give the number of the customer that pays: the payer on the card, else the customer itself."""
    return customer.payer or customer.number


def settle_history(documents: Sequence[Document], days: SampleDays, rng: Random) -> None:
    """Say of each document what is open before the first statement; a few were paid short earlier."""
    for document in documents:
        if document.is_scripted:
            continue
        if document.paid_date is None or document.paid_date >= days.statement_start:
            document.open_before = document.gross
        elif (
            document.kind == INVOICE
            and not document.pays_with_discount
            and rng.random() < _EARLIER_SHORTAGE_SHARE
        ):
            share = Decimal(rng.randrange(4, 30)) / 100
            document.open_before = round_amount(document.gross * share, document.currency)
        else:
            document.cleared_date = document.paid_date
