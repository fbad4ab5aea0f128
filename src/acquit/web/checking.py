"""The last check of the books, as the status bar shows it: how many checks found something, and when it was made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from threading import Lock

from django.urls import reverse
from django.utils.translation import gettext as _

from acquit.insight.queries.checks import CheckResult, list_check_names, run_checks
from acquit.web.background import Tell, start_work
from acquit.web.clock import read_now
from acquit.web.shell import BooksState

WORK_KEY = "checks"


@dataclass(frozen=True, slots=True)
class Checked:
    """The results of the last check since the server started."""

    results: tuple[CheckResult, ...]
    checked_at: datetime

    @property
    def broken(self) -> int:
        """How many checks found something."""
        return sum(1 for result in self.results if result.violations)


_lock = Lock()
_last: list[Checked] = []


def find_last_check() -> Checked | None:
    """Give the last check's results, or None when there was none since the server started."""
    with _lock:
        return _last[0] if _last else None


def get_books_state() -> BooksState:
    """Give what the status bar says about the books."""
    last = find_last_check()
    if last is None:
        return BooksState()
    difference = Decimal("0.00") if last.broken == 0 else None
    return BooksState(violations=last.broken, difference_amount=difference, checked_at=last.checked_at)


def start_check(company_ids: Iterable[int]) -> bool:
    """Start checking the whole database beside the pages; False when a check runs already."""
    return start_work(
        key=WORK_KEY,
        label=_("Checking the books"),
        url=reverse("web:checks"),
        company_ids=company_ids,
        act=_check,
    )


def _check(tell: Tell) -> None:
    names = list_check_names()
    results = []
    for done, name in enumerate(names):
        tell(name, done, len(names))
        results += list(run_checks([name]))
    with _lock:
        _last[:] = [Checked(tuple(results), read_now())]
