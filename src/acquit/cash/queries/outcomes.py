"""What became of every booked bank line, page by page: a year of a company is never held at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

from acquit.cash.rules.outcomes import BookedLine, DecidedParts, Outcome, make_outcome
from acquit.infra.schema import sql_text

_AT_ONCE = 2_000


def list_outcomes(*, company_ids: Iterable[int], since: date | None = None) -> Iterator[Outcome]:
    """List what became of the booked lines of companies, booked on a day or later, as they were stored.

    A line nobody has decided about yet has the state "".
    """
    parameters: dict[str, Any] = {"company_ids": list(company_ids), "since": since, "most": _AT_ONCE}
    after_id = 0
    while rows := _ask("outcome_lines.sql", {**parameters, "after_id": after_id}):
        after_id = rows[-1][0]
        lines = [BookedLine(*row[:10]) for row in rows]
        decided = [
            None
            if line.decision_id is None
            else DecidedParts(line.decision_id, line.state, json.loads(row[10]))
            for line, row in zip(lines, rows, strict=True)
        ]
        earlier = _Earlier(decided)
        for line, parts in zip(lines, decided, strict=True):
            yield make_outcome(
                line, parts, decision_of=earlier.by_id.get, decision_of_receipt=earlier.by_receipt.get
            )


class _Earlier:
    """The earlier decisions that those of a page were built on, and those of the receipts they take back."""

    def __init__(self, decided: Iterable[DecidedParts | None]) -> None:
        self.by_id: dict[int, DecidedParts] = {}
        self.by_receipt: dict[int, DecidedParts] = {}
        asked: set[int] = set()
        known = [parts for parts in decided if parts is not None]
        while known:
            ids = {int(each.before["decision"]) for each in known if each.before.get("decision") is not None}
            receipts = {each.returns for each in known if each.returns is not None} - set(self.by_receipt)
            ids -= asked
            asked |= ids
            known = self._read(sorted(ids), sorted(receipts)) if ids or receipts else []

    def _read(self, decision_ids: Sequence[int], receipt_ids: Sequence[int]) -> list[DecidedParts]:
        found = []
        parameters = {"decision_ids": decision_ids, "receipt_ids": receipt_ids}
        for decision_id, receipt_id, state, told in _ask("outcome_decisions.sql", parameters):
            parts = DecidedParts(decision_id, state, json.loads(told))
            self.by_id[decision_id] = parts
            if receipt_id is not None:
                self.by_receipt[receipt_id] = parts
            found.append(parts)
        return found


def _ask(file: str, parameters: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", file), parameters)
        return list(cursor.fetchall())
