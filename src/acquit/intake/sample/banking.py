"""The bank's side: lines in the order it booked them, its references, and the statements it sent.

Finished months come as weekly statements in one file a month, the running month as a statement a day, as a user's
folder looks. Every statement opens where the one before it closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from random import Random

from acquit.intake.sample.calendar import SampleDays
from acquit.intake.sample.values import Company, Receipt, Remitter, Scenario, StatementPart

_FRIDAY = 4
_SWEEP_STEP = Decimal("50000.00")


def book_lines(company: Company, lines: Iterable[Receipt], days: SampleDays, rng: Random) -> list[Receipt]:
    """Put lines in the bank's order, sweep surplus to another own account on Fridays, and give bank references."""
    by_day = {day: list(group) for day, group in groupby(sorted(lines, key=_booking_day), key=_booking_day)}
    balance = company.opening_balance
    booked: list[Receipt] = []
    for day in days.business_days(days.statement_start, days.last_day):
        todays = _mix(by_day.pop(day, []), rng)
        balance += sum(line.amount for line in todays)
        surplus = (balance - company.opening_balance) // _SWEEP_STEP * _SWEEP_STEP
        if day.weekday() == _FRIDAY and surplus > 0:
            todays.append(_sweep(company, day, surplus))
            balance -= surplus
        booked += todays
    if by_day:
        raise ValueError(f"lines on days the bank is closed: {sorted(by_day)}")
    return [
        replace(
            line,
            account=company.iban,
            bank_reference=f"{company.country}1{line.booking_date:%y%m%d}{number:06d}",
        )
        for number, line in enumerate(booked, start=1)
    ]


def _booking_day(line: Receipt) -> date:
    return line.booking_date


def _mix(lines: list[Receipt], rng: Random) -> list[Receipt]:
    """Shuffle a day's lines but keep the details of a batch together."""
    batches: dict[str, list[Receipt]] = {}
    for number, line in enumerate(lines):
        batches.setdefault(line.batch or f"#{number}", []).append(line)
    groups = list(batches.values())
    rng.shuffle(groups)
    return [line for group in groups for line in group]


def _sweep(company: Company, day: date, surplus: Decimal) -> Receipt:
    text = "KONTOUEBERTRAG LIQUIDITAETSKONTO" if company.language == "de" else "TRANSFER TO RESERVE ACCOUNT"
    return Receipt(
        scenario=Scenario.SWEEP, booking_date=day, amount=-surplus, remitter=Remitter(company.name), text=text
    )


def cut_statements(company: Company, booked: Sequence[Receipt], days: SampleDays) -> list[StatementPart]:
    """Cut the booked lines into statements whose balances follow from each other."""
    parts: list[StatementPart] = []
    opening = company.opening_balance
    lines = iter(groupby(booked, key=lambda line: _period_start(line.booking_date, days)))
    for start, group in lines:
        taken = tuple(group)
        closing = opening + sum(line.amount for line in taken)
        parts.append(
            StatementPart(
                sequence=_first_sequence(days) + len(parts),
                start=start,
                end=_period_end(start, days),
                opening=opening,
                closing=closing,
                lines=taken,
                is_daily=_is_running_month(start, days),
            )
        )
        opening = closing
    return parts


def _first_sequence(days: SampleDays) -> int:
    """Give the first statement a number as high as weekly statements since New Year would have reached."""
    return int(days.statement_start.strftime("%V")) + 1


def _is_running_month(day: date, days: SampleDays) -> bool:
    return (day.year, day.month) == (days.last_day.year, days.last_day.month)


def _period_start(day: date, days: SampleDays) -> date:
    if _is_running_month(day, days):
        return day
    monday = day - timedelta(days=day.weekday())
    return max(monday, day.replace(day=1))


def _period_end(start: date, days: SampleDays) -> date:
    if _is_running_month(start, days):
        return start
    sunday = start + timedelta(days=6 - start.weekday())
    next_month = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return min(sunday, next_month - timedelta(days=1))
