"""A request done once, however often it is sent.

The first answer is stored in the transaction of what the request did, so there is an answer exactly when it was done.
A request under the same key waits for the first at an advisory lock instead of doing the work in vain; who stored the
answer is judged by the unique constraint alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.utils import IntegrityError, OperationalError
from psycopg.types.json import Jsonb

from acquit.core.errors import Refusal
from acquit.infra.bulk import ask, send
from acquit.infra.transaction import get_session, operation

_TRY_TURN = """\
SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)), k.status, k.fingerprint, k.result
  FROM (SELECT) AS one
  LEFT JOIN idempotency_key k ON k.company_id = %s AND k.key = %s"""
_PATIENCE = "SELECT current_setting('lock_timeout')"
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_FIND = "SELECT status, fingerprint, result FROM idempotency_key WHERE company_id = %s AND key = %s"
_STORE = (
    "INSERT INTO idempotency_key (company_id, key, fingerprint, status, result) VALUES ($1, $2, $3, $4, $5)"
)
_LOCK_NOT_AVAILABLE = "55P03"


class KeyReused(Refusal):
    """The key stands for another request already; nothing was done."""

    code = "IDEMPOTENCY_KEY_REUSED"


class KeyInProgress(Refusal):
    """The first request under this key is still being done; this one did nothing."""

    code = "IDEMPOTENCY_IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gave: `result` is JSON-able, `is_replay` tells that it was given before."""

    status: int
    result: Any
    is_replay: bool = False


class KnownAnswer(NamedTuple):
    """An answer as it was stored; `result` is JSON text."""

    status: int
    fingerprint: str
    result: str


def run_once(
    *,
    company_id: int,
    key: str,
    fingerprint: str,
    act: Callable[[], tuple[int, Any]],
    patience_seconds: int = 10,
) -> Answer:
    """Do `act` (gives status and JSON-able result) unless this key was answered; then give that answer again.

    Refuses (`KeyReused`) a key whose first request had another fingerprint, (`KeyInProgress`) when the first is not
    done after `patience_seconds`. What `act` refuses is not stored: it changed nothing and may be asked again.
    """
    try:
        with operation():
            known = _await_turn(company_id, key, patience_seconds)
            if known is not None:
                return _replay(known, fingerprint)
            status, result = act()
            send(_STORE, company_id, key, fingerprint, status, Jsonb(result))
    except IntegrityError as error:
        if _constraint(error) != "idempotency_key_once":
            raise
        known = _find(company_id, key)
        if known is None:
            raise
        return _replay(known, fingerprint)
    return Answer(status, result)


def _await_turn(company_id: int, key: str, patience_seconds: int) -> KnownAnswer | None:
    """Find the answer, after waiting for whoever does this request now."""
    lock = f"idempotency:{company_id}:{key}"
    [[is_mine, *answer]] = ask(_TRY_TURN, lock, company_id, key)
    if is_mine:
        return KnownAnswer(*answer) if answer[0] is not None else None
    [[before]] = ask(_PATIENCE)
    get_session().go_ahead(f"SET LOCAL lock_timeout = '{int(patience_seconds)}s'")
    try:
        ask(_TURN, lock)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise KeyInProgress(
            "The first request with this Idempotency-Key is still being done. Send it again in a moment.",
            param="Idempotency-Key",
        ) from error
    get_session().go_ahead(f"SET LOCAL lock_timeout = '{before}'")
    return _find(company_id, key)


def _find(company_id: int, key: str) -> KnownAnswer | None:
    found = ask(_FIND, company_id, key)
    return KnownAnswer(*found[0]) if found else None


def _replay(known: KnownAnswer, fingerprint: str) -> Answer:
    if known.fingerprint != fingerprint:
        raise KeyReused(
            "This Idempotency-Key was used for another request. Nothing was done: send a new key.",
            param="Idempotency-Key",
        )
    return Answer(known.status, json.loads(known.result), is_replay=True)


def _constraint(error: IntegrityError) -> str | None:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
