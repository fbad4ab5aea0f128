"""Work that outlasts a request: posting files, checking the books. It may be left; the status bar says how far it is.

One thread a piece of work with a connection of its own. What a piece did is in the books, never here: a server that
ends in the middle loses the progress shown, not the work, and posting again finishes it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from threading import Lock, Thread

from django.db import connection
from django.utils import translation

from acquit.core.errors import Refusal
from acquit.infra.transaction import set_companies

Tell = Callable[[str, int, int], None]

RUNNING, DONE, REFUSED, FAILED = "RUNNING", "DONE", "REFUSED", "FAILED"

log = logging.getLogger("acquit.web")


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work as it stands: `what` it is at, how much of that is `done`."""

    key: str
    label: str
    url: str
    company_ids: tuple[int, ...]
    state: str = RUNNING
    what: str = ""
    done: int = 0
    total: int = 0
    message: str = ""

    @property
    def percent(self) -> int:
        """Whole percent of the part it is at."""
        return min(100, self.done * 100 // self.total) if self.total > 0 else 0


_works: dict[str, Work] = {}
_lock = Lock()


def start_work(
    *, key: str, label: str, url: str, company_ids: Iterable[int], act: Callable[[Tell], None]
) -> bool:
    """Start a piece of work; one of the same key that runs already goes on alone, and False is given."""
    companies = tuple(company_ids)
    with _lock:
        known = _works.get(key)
        if known is not None and known.state == RUNNING:
            return False
        _works[key] = Work(key, label, url, companies)
    language = translation.get_language()
    Thread(target=_run, args=(key, companies, language, act), name=f"work {key}", daemon=True).start()
    return True


def find_work(key: str) -> Work | None:
    """Find a piece of work by its key, running or ended since the server started."""
    with _lock:
        return _works.get(key)


def list_running(company_ids: Iterable[int]) -> list[Work]:
    """List what runs for any of these companies."""
    wanted = set(company_ids)
    with _lock:
        return [
            work
            for work in _works.values()
            if work.state == RUNNING and wanted.intersection(work.company_ids)
        ]


def forget_work(key: str) -> None:
    """Forget a piece of work that has ended, once its end was shown."""
    with _lock:
        if key in _works and _works[key].state != RUNNING:
            del _works[key]


def _run(key: str, company_ids: tuple[int, ...], language: str | None, act: Callable[[Tell], None]) -> None:
    def tell(what: str, done: int, total: int) -> None:
        _change(key, what=what, done=done, total=total)

    try:
        with translation.override(language):
            set_companies(company_ids)
            act(tell)
        _change(key, state=DONE)
    except Refusal as refusal:
        _change(key, state=REFUSED, message=refusal.message)
    except Exception:
        log.exception("work %s failed", key)
        _change(key, state=FAILED)
    finally:
        connection.close()


def _change(key: str, **values: object) -> None:
    with _lock:
        _works[key] = replace(_works[key], **values)  # type: ignore[arg-type]
