"""Rates of exchange: recorded, imported from a source, corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from django.db import connection

from acquit.controls.rules.duties import Actor, Duty
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.schema import sql_text
from acquit.infra.transaction import operation
from acquit.ledger.models import FxRate
from acquit.ledger.rules.rates import (
    CannotCorrectRate,
    RateRow,
    RatesPlan,
    RefusedRate,
    check_rate,
    plan_rates,
)

_ROWS_AT_ONCE = 20_000

RATE_COLUMNS = ("rate_date", "rate_type", "base", "currency", "rate", "source", "reason", "actor_id")


def record_rates(
    *, rates: Iterable[tuple[date, str, str, Decimal]], source: str, rate_type: str = "SPOT"
) -> int:
    """Record rates (date, base, currency, units of currency for one base) that no source gave yet for their day.

    Known ones stay, whatever their source. Gives how many came.
    """
    rows = list(rates)
    if not rows:
        return 0
    with operation():
        _lock_rates(rate_type)
        days = [row[0] for row in rows]
        known = set(
            FxRate.objects.filter(
                rate_type=rate_type,
                currency__in={row[2] for row in rows},
                rate_date__gte=min(days),
                rate_date__lte=max(days),
            ).values_list("rate_date", "base", "currency")
        )
        fresh: dict[tuple[date, str, str], Decimal] = {}
        for day, base, currency, rate in rows:
            if (day, base, currency) not in known:
                fresh.setdefault((day, base, currency), rate)
        _write_rates([RateRow(*key, rate) for key, rate in fresh.items()], source, rate_type, None)
        return len(fresh)


def import_rates(
    *, actor: Actor, company_id: int, rows: Iterable[RateRow], source: str, rate_type: str = "SPOT"
) -> RatesPlan:
    """Import what a source published, for all companies; gives the new rates, how many were known, refused rows.

    A row that differs from what the same source said of the same day before is refused by row (`RATE_CONFLICT`); of two
    such rows in one file the first stands. The other rows are stored. `company_id` is whose duty CLOSE is asked.
    """
    actor.require(Duty.CLOSE, company_id)
    new: list[RateRow] = []
    refused: list[RefusedRate] = []
    known = 0
    stream = iter(rows)
    with operation():
        _lock_rates(rate_type)
        while part := list(islice(stream, _ROWS_AT_ONCE)):
            days = [row.rate_date for row in part]
            planned = plan_rates(part, _current_rates(rate_type, source, min(days), max(days)), source)
            _write_rates(planned.new, source, rate_type, actor.user_id)
            new += planned.new
            refused += planned.refused
            known += planned.known
        if new or refused:
            plan = WritePlan()
            payload = {
                "source": source,
                "type": rate_type,
                "new": len(new),
                "known": known,
                "refused": len(refused),
            }
            record_events(
                plan,
                [
                    EventDraft(
                        company_id,
                        "ledger.rates.imported",
                        "COMPANY",
                        company_id,
                        payload,
                        actor_id=actor.user_id,
                    )
                ],
            )
            write(plan)
    return RatesPlan(tuple(new), known, tuple(refused))


def carry_back_rates(*, day: date, rate_type: str = "SPOT") -> int:
    """Put the first rate of each pair on an earlier day, where none is known for it; gives how many were put.

    Their source says so (`CARRIED_BACK`); a rate that is recorded for a day in between holds from that day on.
    """
    with operation():
        _lock_rates(rate_type)
        with connection.cursor() as cursor:
            cursor.execute(sql_text("ledger", "carry_back_rates.sql"), {"rate_type": rate_type, "day": day})
            return int(cursor.rowcount)


def correct_rate(*, actor: Actor, company_id: int, rate_id: int, rate: Decimal, reason: str) -> int:
    """Replace a rate by a new row of the same day and source; gives its id. What was posted at the old one stays.

    Refuses (`CannotCorrectRate`) a rate that does not exist, was replaced already or says the same, and no reason.
    """
    actor.require(Duty.CLOSE, company_id)
    if not reason.strip():
        raise CannotCorrectRate("Say why the rate is corrected.", param="reason")
    with operation():
        before = FxRate.objects.filter(id=rate_id).first()
        if before is None:
            raise CannotCorrectRate(f"There is no rate {rate_id}.", param="rate")
        _lock_rates(before.rate_type)
        if FxRate.objects.filter(replaces_id=rate_id).exists():
            raise CannotCorrectRate(
                f"Rate {rate_id} was replaced already. Correct the newer one.", param="rate"
            )
        check_rate(RateRow(before.rate_date, before.base, before.currency, rate))
        if before.rate == rate:
            raise CannotCorrectRate(f"Rate {rate_id} is {rate} already.", param="rate")
        [new_id] = next_ids("fx_rate", 1)
        FxRate.objects.create(
            id=new_id,
            replaces_id=rate_id,
            actor_id=actor.user_id,
            rate_date=before.rate_date,
            rate_type=before.rate_type,
            base=before.base,
            currency=before.currency,
            source=before.source,
            reason=reason.strip(),
            rate=rate,
        )
        plan = WritePlan()
        payload = {
            "replaces": rate_id,
            "before": str(before.rate),
            "after": str(rate),
            "reason": reason.strip(),
        }
        record_events(
            plan,
            [
                EventDraft(
                    company_id, "ledger.rate.corrected", "FX_RATE", new_id, payload, actor_id=actor.user_id
                )
            ],
        )
        write(plan)
    return new_id


def _write_rates(rows: Sequence[RateRow], source: str, rate_type: str, actor_id: int | None) -> None:
    plan = WritePlan()
    plan.add(
        "fx_rate",
        RATE_COLUMNS,
        [(row.rate_date, rate_type, row.base, row.currency, row.rate, source, "", actor_id) for row in rows],
    )
    write(plan)


def _lock_rates(rate_type: str) -> None:
    """Writers of one type of rates wait for each other: two imports of one file meet here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.fx_rate'), hashtext(%s))", [rate_type])


def _current_rates(
    rate_type: str, source: str, first_date: date, last_date: date
) -> dict[tuple[date, str, str], Decimal]:
    rows = FxRate.objects.filter(
        rate_type=rate_type, source=source, rate_date__gte=first_date, rate_date__lte=last_date
    )
    replaced = FxRate.objects.filter(replaces_id__isnull=False).values("replaces_id")
    return {(row.rate_date, row.base, row.currency): row.rate for row in rows.exclude(id__in=replaced)}
