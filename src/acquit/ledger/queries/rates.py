"""Rates of exchange as they are asked for: many questions, one query.

A batch asks for its currencies and days at once: the latest rate of every base on each day is read with one index
probe each, and the rule finds direct, inverse and crossed rates among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.core.errors import Refusal
from acquit.infra.schema import sql_text
from acquit.ledger.models import FxRate
from acquit.ledger.rules.entries import Currencies
from acquit.ledger.rules.rates import find_rate

SPOT = "SPOT"


class CannotConvert(Refusal):
    """No rate of exchange is known for the day; nothing was converted."""

    code = "NO_RATE"


@dataclass(frozen=True, slots=True)
class RateView:
    """A stored rate, and whether a correction replaced it."""

    id: int
    rate_date: date
    rate_type: str
    base: str
    currency: str
    rate: Decimal
    source: str
    reason: str
    replaces_id: int | None
    is_replaced: bool
    recorded_at: datetime


#: Units of the second currency for one of the first, on a day or the latest before it.
RateQuestion = tuple[str, str, date]


def list_rates(questions: Iterable[RateQuestion], *, rate_type: str = SPOT) -> dict[RateQuestion, Decimal]:
    """Give the rate of each question (source, target, day), all read in one query.

    Of the day or the latest before it; direct, inverse or by a common base. Of several sources on one day the one that
    was recorded first holds; a correction holds in place of what it replaces. Refuses (`CannotConvert`) when one of
    them has no rate.
    """
    wanted = set(questions)
    found = find_rates(wanted, rate_type=rate_type)
    for source, target, day in sorted(wanted - found.keys()):
        raise CannotConvert(
            f"No rate from {source} to {target} is known for {day} or before."
            " Add it in a file with date, base, currency, rate.",
            details={"source": source, "target": target, "date": day.isoformat()},
        )
    return found


def find_rates(questions: Iterable[RateQuestion], *, rate_type: str = SPOT) -> dict[RateQuestion, Decimal]:
    """Give the rate of each question as `list_rates` does, leaving out those that have none."""
    wanted = set(questions)
    foreign = [question for question in wanted if question[0] != question[1]]
    known: dict[date, dict[tuple[str, str], Decimal]] = {}
    if foreign:
        parameters: dict[str, Any] = {
            "rate_type": rate_type,
            "currencies": sorted({currency for question in foreign for currency in question[:2]}),
            "days": sorted({question[2] for question in foreign}),
        }
        with connection.cursor() as cursor:
            cursor.execute(sql_text("ledger", "latest_rates.sql"), parameters)
            for day, base, currency, rate in cursor.fetchall():
                known.setdefault(day, {})[base, currency] = rate
    rates = {question: find_rate(question[0], question[1], known.get(question[2], {})) for question in wanted}
    return {question: rate for question, rate in rates.items() if rate is not None}


def get_rate(source: str, target: str, on_date: date, *, rate_type: str = SPOT) -> Decimal:
    """Give units of `target` for one `source`: `list_rates` with one question. Refuses (`CannotConvert`)."""
    if source == target:
        return Decimal(1)
    return list_rates([(source, target, on_date)], rate_type=rate_type)[source, target, on_date]


def get_currencies(*, document: str, company: str, group: str, on_date: date) -> Currencies:
    """Give the rates of a day, or the latest known before it; refuses (`CannotConvert`) when there is none."""
    return list_currencies([(document, on_date)], company=company, group=group)[document, on_date]


def list_currencies(
    documents: Iterable[tuple[str, date]], *, company: str, group: str
) -> dict[tuple[str, date], Currencies]:
    """Give the currencies of many entries of a company, by (document currency, day), in one query."""
    wanted = set(documents)
    rates = list_rates(
        question
        for document, day in wanted
        for question in ((document, company, day), (document, group, day))
    )
    return {
        (document, day): Currencies(
            document, company, group, rates[document, company, day], rates[document, group, day]
        )
        for document, day in wanted
    }


def list_rate_history(*, base: str, currency: str, first_date: date, last_date: date) -> list[RateView]:
    """List the rates of a pair between two days (both inside), with those that corrections replaced."""
    rows = list(
        FxRate.objects.filter(
            base=base, currency=currency, rate_date__gte=first_date, rate_date__lte=last_date
        ).order_by("rate_date", "id")
    )
    replaced = {row.replaces_id for row in rows}
    return [
        RateView(
            row.id,
            row.rate_date,
            row.rate_type,
            row.base,
            row.currency,
            row.rate,
            row.source,
            row.reason,
            row.replaces_id,
            row.id in replaced,
            row.recorded_at,
        )
        for row in rows
    ]
