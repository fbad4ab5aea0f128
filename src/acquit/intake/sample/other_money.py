"""Bank lines that pay no invoice: money on account and in advance, money of nobody known, and what is no customer's.

Suppliers are paid, wages, taxes and charges go out, interest comes in: matching has to leave all of it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from acquit.core.money import from_minor_units, percent_of, round_amount
from acquit.intake.sample import phrases
from acquit.intake.sample.calendar import SampleDays
from acquit.intake.sample.identifiers import make_iban
from acquit.intake.sample.receipts import ReceiptMaker
from acquit.intake.sample.values import Company, Customer, Order, Receipt, Remitter, Scenario

_ON_ACCOUNT_EVERY = 30  # customers for one payment on account
_UNIDENTIFIED_EVERY = 45
_WAGE_DAY, _TAX_DAY = 27, 10
_BANKING_DAYS_A_MONTH = 21


@dataclass(frozen=True, slots=True)
class Wording:
    """What stands on such lines in one language."""

    on_account: tuple[str, ...]
    unidentified: tuple[str, ...]
    prepayment: str
    refund: str
    wages: tuple[str, str]
    tax: tuple[str, str]
    charges: str
    interest: str


_WORDINGS = {
    "de": Wording(
        on_account=("AKONTOZAHLUNG", "A-conto laut Absprache", "Abschlag auf laufende Lieferungen"),
        unidentified=("UEBERWEISUNG", "DAUERAUFTRAG", "Privat", "SIEHE SCHREIBEN"),
        prepayment="ANZAHLUNG AUFTRAG {order}",
        refund="GUTSCHRIFT {n} RUECKVERGUETUNG",
        wages=("Löhne und Gehälter", "LOHN GEHALT {month}"),
        tax=("Finanzkasse", "UST VORANMELDUNG {month}"),
        charges="ENTGELTABRECHNUNG {month}",
        interest="HABENZINSEN {month}",
    ),
    "en": Wording(
        on_account=("ON ACCOUNT", "PAYMENT ON ACCOUNT AS AGREED"),
        unidentified=("TRANSFER", "STANDING ORDER", "SEE LETTER"),
        prepayment="DEPOSIT ORDER {order}",
        refund="CREDIT {n} REBATE",
        wages=("Payroll", "SALARIES {month}"),
        tax=("Tax office", "VAT RETURN {month}"),
        charges="ACCOUNT CHARGES {month}",
        interest="CREDIT INTEREST {month}",
    ),
}


def make_unapplied_receipts(
    company: Company,
    customers: Sequence[Customer],
    orders: Sequence[Order],
    days: SampleDays,
    maker: ReceiptMaker,
    rng: Random,
) -> list[Receipt]:
    """Make payments on account, prepayments for orders not yet billed, and money whose payer no file knows."""
    wording = _WORDINGS[company.language]
    open_days = days.business_days(days.statement_start, days.last_day)
    payers = [customer for customer in customers if not customer.mandate and not customer.payer]
    receipts = [
        Receipt(
            scenario=Scenario.ON_ACCOUNT,
            booking_date=rng.choice(open_days),
            amount=from_minor_units(rng.randrange(2, 30) * 50_000, company.currency),
            remitter=maker.find_remitter(customer),
            text=rng.choice(wording.on_account),
            customer=customer.number,
        )
        for customer in rng.sample(payers, len(payers) // _ON_ACCOUNT_EVERY)
    ]
    by_number = {customer.number: customer for customer in customers}
    for order in orders:
        day = days.calendar.add_business_days(order.order_date, rng.randrange(2, 8))
        if order.prepayment_percent and day <= days.last_day:
            customer = by_number[order.customer]
            receipts.append(
                Receipt(
                    scenario=Scenario.PREPAYMENT,
                    booking_date=day,
                    amount=percent_of(order.amount, Decimal(order.prepayment_percent), order.currency),
                    remitter=maker.find_remitter(customer),
                    text=wording.prepayment.format(order=order.number),
                    customer=customer.number,
                )
            )
    receipts += [
        Receipt(
            scenario=Scenario.UNIDENTIFIED,
            booking_date=rng.choice(open_days),
            amount=from_minor_units(rng.randrange(5_000, 400_000), company.currency),
            remitter=Remitter("", make_iban(company.country, rng)),
            text=rng.choice(wording.unidentified),
            is_placeable=False,
        )
        for _ in range(1 + len(customers) // _UNIDENTIFIED_EVERY)
    ]
    return receipts


def make_other_lines(company: Company, turnover: Decimal, days: SampleDays, rng: Random) -> list[Receipt]:
    """Make the lines that are not customers' money; `turnover` a month sets the size of what goes out."""
    open_days = days.business_days(days.statement_start, days.last_day)
    return [
        *_pay_suppliers(company, open_days, turnover / _BANKING_DAYS_A_MONTH, rng),
        *_pay_monthly(company, open_days, turnover),
        *_book_charges(company, open_days, rng),
    ]


def _pay_suppliers(company: Company, open_days: Sequence[date], daily: Decimal, rng: Random) -> list[Receipt]:
    suppliers = [
        (name, text, make_iban(company.country, rng)) for name, text in phrases.SUPPLIERS[company.language]
    ]
    per_day = 1 + company.invoices_per_day // 12
    lines = []
    for day in open_days:
        for _ in range(rng.randrange(per_day + 1)):
            name, text, iban = rng.choice(suppliers)
            amount = round_amount(daily * rng.randrange(5, 300) / 400 / per_day, company.currency)
            lines.append(
                _line(Scenario.SUPPLIER, day, -amount, Remitter(name, iban), _fill(text, company, day, rng))
            )
    for day in rng.sample(list(open_days), 3):
        name, _, iban = rng.choice(suppliers)
        refund = from_minor_units(rng.randrange(10_000, 250_000), company.currency)
        text = _fill(_WORDINGS[company.language].refund, company, day, rng)
        lines.append(_line(Scenario.SUPPLIER, day, refund, Remitter(name, iban), text))
    return lines


def _pay_monthly(company: Company, open_days: Sequence[date], turnover: Decimal) -> list[Receipt]:
    """Wages and taxes, once a month on the first banking day from their day of the month on."""
    wording = _WORDINGS[company.language]
    lines = []
    for scenario, (name, text), from_day, share in (
        (Scenario.PAYROLL, wording.wages, _WAGE_DAY, Decimal("0.16")),
        (Scenario.TAX, wording.tax, _TAX_DAY, Decimal("0.09")),
    ):
        for day in _first_of_each_month(open_days, from_day):
            amount = round_amount(turnover * share * (100 + day.month) / 100, company.currency)
            lines.append(_line(scenario, day, -amount, Remitter(name), _fill(text, company, day)))
    return lines


def _book_charges(company: Company, open_days: Sequence[date], rng: Random) -> list[Receipt]:
    """Bank charges and interest, with the first banking day of a month for the month before."""
    wording = _WORDINGS[company.language]
    lines = []
    for day in _first_of_each_month(open_days, 1):
        before = day.replace(day=1) - timedelta(days=1)
        charges = from_minor_units(rng.randrange(4_000, 19_000), company.currency)
        interest = from_minor_units(rng.randrange(9_000, 60_000), company.currency)
        lines += [
            _line(Scenario.BANK_CHARGE, day, -charges, Remitter(""), _fill(wording.charges, company, before)),
            _line(Scenario.INTEREST, day, interest, Remitter(""), _fill(wording.interest, company, before)),
        ]
    return lines


def _first_of_each_month(open_days: Sequence[date], from_day: int) -> list[date]:
    first: dict[tuple[int, int], date] = {}
    for day in open_days:
        if day.day >= from_day:
            first.setdefault((day.year, day.month), day)
    return list(first.values())


def _fill(text: str, company: Company, day: date, rng: Random | None = None) -> str:
    month = phrases.MONTHS[company.language][day.month - 1].upper()
    return text.format(month=f"{month} {day.year}", n=rng.randrange(10_000, 99_999) if rng else "")


def _line(scenario: Scenario, day: date, amount: Decimal, remitter: Remitter, text: str) -> Receipt:
    return Receipt(scenario=scenario, booking_date=day, amount=amount, remitter=remitter, text=text)
