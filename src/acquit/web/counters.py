"""What stands around every page and changes only when something happened: counters, freshness, the open period.

Kept in the process until the next event of the books, so that a page costs one small read for them. The worklist is
dear with a million items; its count is filled in after the page by `/counters` and then kept the same way.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

from acquit.cash.queries import QueueSum, count_waiting, list_queue_sums
from acquit.collections.queries import get_worklist
from acquit.insight.queries.overview import get_freshness
from acquit.insight.queries.pulse import get_latest_event_id
from acquit.ledger.queries import list_periods
from acquit.web.visitor import Visitor

_KEPT_AT_MOST = 256

Key = tuple[str, tuple[int, ...], date, int]


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true of the books until the next event."""

    event_id: int
    cash_waiting: int
    bank_read_until: datetime | None
    open_period: date | None
    worklist: int | None


class _Kept:
    """A small memory of answers, the least recently used forgotten first; shared by the server's threads."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Key, object] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Key) -> object | None:
        with self._lock:
            if key not in self._answers:
                return None
            self._answers.move_to_end(key)
            return self._answers[key]

    def keep(self, key: Key, answer: object) -> None:
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > _KEPT_AT_MOST:
                self._answers.popitem(last=False)


_kept = _Kept()


def read_moment(visitor: Visitor) -> Moment:
    """Give what is true now, from memory when nothing happened since; the worklist's count only when it is known."""
    event_id = get_latest_event_id()
    count = _kept.find(_key("worklist", visitor, event_id))
    worklist = count if isinstance(count, int) else None
    key = _key("moment", visitor, event_id)
    found = _kept.find(key)
    if not isinstance(found, Moment):
        found = Moment(
            event_id=event_id,
            cash_waiting=count_waiting(visitor.company_ids),
            bank_read_until=get_freshness(visitor.company_ids).arrived_at,
            open_period=_find_open_period(visitor),
            worklist=None,
        )
        _kept.keep(key, found)
    return Moment(event_id, found.cash_waiting, found.bank_read_until, found.open_period, worklist)


def count_worklist(visitor: Visitor) -> int:
    """Count the customers to ask today, from memory when nothing happened since."""
    key = _key("worklist", visitor, get_latest_event_id())
    found = _kept.find(key)
    if isinstance(found, int):
        return found
    counted = len(get_worklist(company_ids=visitor.company_ids, as_of=visitor.today, is_today=True).rows)
    _kept.keep(key, counted)
    return counted


def read_queue_sums(visitor: Visitor) -> list[QueueSum]:
    """Sum up what stands unapplied, from memory when nothing happened since."""
    key = _key("queue", visitor, get_latest_event_id())
    found = _kept.find(key)
    if isinstance(found, list):
        return found
    summed = list_queue_sums(visitor.company_ids, today=visitor.today)
    _kept.keep(key, summed)
    return summed


def _key(what: str, visitor: Visitor, event_id: int) -> Key:
    return (what, visitor.company_ids, visitor.today, event_id)


def _find_open_period(visitor: Visitor) -> date | None:
    """Give the month of today when it is open in every company the page is about."""
    starts = set()
    for company_id in visitor.company_ids:
        current = [p for p in list_periods(company_id) if p.start_date <= visitor.today < p.end_date]
        if not current or current[0].status != "OPEN":
            return None
        starts.add(current[0].start_date)
    return starts.pop() if len(starts) == 1 else None
