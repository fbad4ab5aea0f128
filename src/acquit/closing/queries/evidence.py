"""Reads of the evidence of a period, streamed as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from psycopg import sql

from acquit.billing.queries import list_series_numbers
from acquit.billing.rules.numbers import list_number_gaps
from acquit.controls.batch import get_sealed_end
from acquit.controls.queries import list_grants, list_users
from acquit.controls.rules.duties import Role, duties_of, list_conflicts
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.seals import LOWEST_ID
from acquit.infra.schema import sql_text
from acquit.insight.queries.close import list_reconciliations

_FETCH_AT_ONCE = 1_000

Parameters = Mapping[str, Any]


def keys_text(table: str) -> str:
    """Give the statement that says which rows of a table belong to a period's evidence."""
    return sql_text("closing", f"evidence/keys/{table}.sql")


def stream_rows(table: str, key: str, parameters: Parameters) -> Iterator[str]:
    """Give the sealed rows of a table that belong to a period's evidence."""
    statement = sql.SQL(sql_text("closing", "evidence/rows.sql")).format(
        table=sql.Identifier(table), key=sql.Identifier(key), keys=sql.SQL(keys_text(table))
    )
    return _stream(statement.as_string(), _up_to_sealed(table, parameters))


def stream_entries(parameters: Parameters) -> Iterator[str]:
    """Give the sealed entries of a period with their postings."""
    return _stream(sql_text("closing", "evidence/entries.sql"), _up_to_sealed("journal_entry", parameters))


def stream_approvals(parameters: Parameters) -> Iterator[str]:
    """Give who asked and who decided."""
    return _stream(sql_text("closing", "evidence/approvals.sql"), parameters)


def list_policy_defaults() -> list[str]:
    """List the shipped policies: they hold where no version is stored."""
    return [_line({"kind": kind, "body": body}) for kind, body in sorted(DEFAULTS.items())]


def list_access_rights(*, company_id: int, start_date: date, end_date: date) -> dict[str, list[str]]:
    """List who held which role in a period, and who held duties that are kept apart; by file."""
    users = {user.id: user for user in list_users()}
    grants = [
        grant
        for grant in list_grants(users)
        if grant.company_id == company_id
        and grant.valid_from < end_date
        and (grant.valid_until is None or grant.valid_until > start_date)
    ]
    roles: dict[int, set[Role]] = {}
    for grant in grants:
        roles.setdefault(grant.user_id, set()).add(grant.role)
    return {
        "users.jsonl": [
            _line(
                {
                    "id": user_id,
                    "username": users[user_id].username,
                    "name": users[user_id].full_name,
                    "is_active": users[user_id].is_active,
                }
            )
            for user_id in sorted(roles)
        ],
        "grants.jsonl": [
            _line(
                {
                    "user_id": grant.user_id,
                    "role": grant.role,
                    "valid_from": grant.valid_from,
                    "valid_until": grant.valid_until,
                    "duties": sorted(duties_of([grant.role])),
                }
            )
            for grant in grants
        ],
        "duty_conflicts.jsonl": [
            _line(
                {
                    "user_id": user_id,
                    "duties": pair,
                    "compensated_by": "OWNER: every act stands in the log" if Role.OWNER in held else None,
                }
            )
            for user_id, held in sorted(roles.items())
            for pair in list_conflicts(held)
        ],
    }


def list_reconciliation_lines(*, company_id: int, end_date: date) -> list[str]:
    """List each control account against its open items at the end of a period."""
    as_of = end_date - timedelta(days=1)
    return [
        _line(
            {
                "as_of": as_of,
                "account": row.role,
                "currency": row.currency,
                "items": str(row.subledger),
                "ledger": str(row.ledger),
                "difference": str(row.document.difference),
                "unexplained": str(row.document.unexplained),
                "company_currency_unexplained": str(row.company.unexplained),
                "is_reconciled": row.is_reconciled,
                "explained_by": [{"text": item.text, "amount": str(item.amount)} for item in row.items],
            }
        )
        for row in list_reconciliations(company_id=company_id, as_of=as_of)
    ]


def list_numbering(*, company_id: int, start_date: date, end_date: date) -> list[str]:
    """List each series of the period's documents with its first and last number and those that are missing."""
    series = list_series_numbers(company_id=company_id, start_date=start_date, end_date=end_date)
    return [
        _line(
            {
                "series": name,
                "first_number": numbers[0],
                "last_number": numbers[-1],
                "count": len(numbers),
                "missing": list_number_gaps(numbers),
            }
        )
        for name, numbers in sorted(series.items())
    ]


def get_control_sample(control: str, parameters: Parameters, *, seed: str, size: int) -> dict[str, object]:
    """Give a control's population: the question, how many rows answer it, and a sample drawn by the seed."""
    population = sql_text("closing", f"evidence/controls/{control}.sql")
    statement = sql.SQL(sql_text("closing", "evidence/sample.sql")).format(population=sql.SQL(population))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({population}) p", parameters)  # noqa: S608 - our own file
        count = cursor.fetchone()[0]
        cursor.execute(statement.as_string(), {**parameters, "seed": seed, "size": size})
        sample = [json.loads(row[0], parse_float=str) for row in cursor.fetchall()]
    return {
        "control": control,
        "title": population.splitlines()[0].removeprefix("--").strip(),
        "query": population,
        "parameters": {name: _plain(value) for name, value in sorted(parameters.items())},
        "count": count,
        "seed": seed,
        "sample_size": size,
        "sample": sample,
    }


def _up_to_sealed(table: str, parameters: Parameters) -> dict[str, Any]:
    return {**parameters, "first_id": LOWEST_ID, "last_id": get_sealed_end(table)}


def _stream(statement: str, parameters: Parameters) -> Iterator[str]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(_FETCH_AT_ONCE):
            yield from (row[0] for row in rows)


def _line(record: Mapping[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Sequence | int | float) or value is None:
        return value
    return str(value)
