"""Reads of what people made of matching's proposals, and of the models learned from it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.cash.models import MatchModelVersion
from acquit.cash.rules.likelihood import MatchModel, read_model
from acquit.infra.bulk import ask
from acquit.infra.schema import sql_text

_MODEL = """\
SELECT version, body::text
  FROM match_model
 WHERE company_id = %s AND valid_from <= %s
 ORDER BY version DESC
 LIMIT 1"""


@dataclass(frozen=True, slots=True)
class DecidedProposal:
    """The proof of a first proposal, the day of its money, and whether it turned out right."""

    decision_id: int
    value_date: date
    proof: dict[str, Any]
    is_right: bool


@dataclass(frozen=True, slots=True)
class MatchModelView:
    """A stored model: its document, who trained and who approved it, and from when it holds."""

    id: int
    company_id: int
    version: int
    valid_from: date
    author_id: int | None
    approver_id: int | None
    recorded_at: datetime
    body: dict[str, Any]


def list_decided_proposals(company_id: int) -> list[DecidedProposal]:
    """List the first proposals that people decided about: confirmed as they stood, or corrected, kept or undone."""
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "decided_proposals.sql"), {"company_id": company_id})
        rows = cursor.fetchall()
    return [_read_decided(*row) for row in rows]


def _read_decided(
    decision_id: int, value_date: date, outcome: str, proof_text: str, applied_now: str | None
) -> DecidedProposal:
    proof = json.loads(proof_text)
    is_same = _list_paid(proof["applied"]) == _list_paid(json.loads(applied_now or "[]"))
    return DecidedProposal(decision_id, value_date, proof, outcome == "CONFIRMED" and is_same)


def find_match_model(company_id: int, on_date: date) -> MatchModel | None:
    """Give the newest model in force on a day; nothing where a company has none."""
    found = ask(_MODEL, company_id, on_date)
    return read_model(json.loads(found[0][1]), found[0][0]) if found else None


def list_match_models(company_id: int) -> list[MatchModelView]:
    """List the models of a company, the newest first."""
    return [
        MatchModelView(
            row.id,
            row.company_id,
            row.version,
            row.valid_from,
            row.author_id,
            row.approver_id,
            row.recorded_at,
            row.body,
        )
        for row in MatchModelVersion.objects.filter(company_id=company_id).order_by("-version")
    ]


def _list_paid(applied: Iterable[dict[str, Any]]) -> set[tuple[int, Decimal]]:
    return {(effect["item"], Decimal(effect["cash"])) for effect in applied}
