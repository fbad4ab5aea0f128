"""Rows straight into the tables, past every operation: what a bug or a hand at the database could try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import models
from psycopg import sql

from acquit.infra.tables import Table, TriggerKept

APPLICATION, WRITER, OWNER = "acquit_app", "acquit_writer", "acquit_owner"
OURS, OTHERS = 901, 902
Act = Callable[[psycopg.Connection[Any]], object]
FIRST_CUSTOMER, SECOND_CUSTOMER, FOREIGN_CUSTOMER = 90_011, 90_012, 90_021  # no id of the sequence

#: Values that a table's own constraints ask for; every other column gets one of its type.
_FITTING: dict[tuple[str, str], Any] = {
    ("document", "gross"): 2,
    ("run", "done"): 0,
    ("dispute", "kind"): "DISPUTE",
    ("receipt", "state"): "AUTO",
    ("period", "status"): "OPEN",
    ("period", "start_date"): "2020-01-01",
    ("period", "end_date"): "2020-02-01",
    ("journal_entry", "posting_date"): "2026-01-15",
    ("netting_agreement", "valid_until"): "2030-01-01",
    ("provision_run", "state"): "PROPOSED",
    ("write_off", "state"): "REQUESTED",
    ("contact", "purpose"): "BILLING",
    ("erasure", "state"): "ASKED",
    ("netting", "amount"): -1,
    ("receipt", "purpose"): "",
    ("customer_question", "waits_until"): "2026-01-20",
    ("mandate", "scheme"): "CORE",
    ("mandate", "mandate_type"): "RCUR",
    ("mandate", "state"): "DRAFT",
    ("debit_run", "state"): "PROPOSED",
    ("debit_collection", "state"): "PROPOSED",
    ("debit_collection", "sequence"): "RCUR",
    ("debit_return", "kind"): "RETURN",
    ("refund", "state"): "REQUESTED",
}
_OF_TYPE = {
    "bigint": 1,
    "integer": 1,
    "smallint": 1,
    "numeric": 1,
    "boolean": False,
    "date": "2026-01-15",
    "timestamp with time zone": "2026-01-15T12:00:00Z",
    "text": "XXX",
    "jsonb": "{}",
    "bytea": b"",
    "ARRAY": "{}",
}


def our_models() -> list[type[models.Model]]:
    """List the models whose class says how they may be written."""
    return [model for model in apps.get_models() if issubclass(model, (Table, TriggerKept))]


def tables_of(kind: type[models.Model]) -> list[str]:
    """List the tables of a class, by name."""
    return sorted(model._meta.db_table for model in our_models() if issubclass(model, kind))


def refused(connection: psycopg.Connection[Any], role: str, *acts: str | Act) -> str:
    """Do statements or acts as a role, rolled back; gives PostgreSQL's code, with the constraint's name if one broke.

    Fails the test when nothing is refused.
    """
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
            for act in acts:
                if isinstance(act, str):
                    connection.execute(act)
                else:
                    act(connection)
    except psycopg.Error as error:
        broken = error.diag.constraint_name
        return f"{error.sqlstate} {broken}" if broken else str(error.sqlstate)
    pytest.fail(f"{role} was not refused: {acts}")


def scope(connection: psycopg.Connection[Any], companies: str) -> None:
    """Say which companies the session may see and write."""
    connection.execute("SELECT set_config('acquit.companies', %s, false)", [companies])


def insert(connection: psycopg.Connection[Any], table: str, **values: Any) -> None:
    """Insert one row, the unnamed columns filled with something that fits."""
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND column_name <> 'recorded_at' AND is_generated = 'NEVER'"
        " ORDER BY ordinal_position",
        [table],
    ).fetchall()
    fitting = {name: _FITTING.get((table, name), _OF_TYPE[kind]) for name, kind in columns}
    fitting.update(dict.fromkeys(fitting.keys() & {"valid_until"}, "2030-01-01"))
    # Each reference names something else: two persons are never the same by chance.
    fitting.update({name: place for place, (name, kind) in enumerate(columns, 1) if kind == "bigint"})
    row = {**fitting, "company_id": OURS, **values}
    row = {name: row[name] for name, _ in columns if name != "id" or "id" in values}
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        ),
        list(row.values()),
    )


def insert_past_triggers(connection: psycopg.Connection[Any], table: str, **values: Any) -> None:
    """Insert a row with every trigger asleep: to have one where no rule asks for its parents."""
    connection.execute("SET LOCAL session_replication_role = replica")
    insert(connection, table, **values)
    connection.execute("SET LOCAL session_replication_role = origin")


def open_raw_books(connection: psycopg.Connection[Any]) -> None:
    """Make two companies with customers; ours has a period of every status in the first four months of 2026."""
    scope(connection, f"{OURS},{OTHERS}")
    for company in (OURS, OTHERS):
        insert(
            connection, "company", id=company, name=f"Company {company}", currency="EUR", group_currency="EUR"
        )
        insert(connection, "ledger_account", id=company, company_id=company, code="1200", role="RECEIVABLES")
    for month, status in enumerate(("OPEN", "CLOSED", "SOFT_CLOSED", "FUTURE"), 1):
        dates = {"start_date": f"2026-{month:02}-01", "end_date": f"2026-{month + 1:02}-01"}
        insert(connection, "period", company_id=OURS, status=status, **dates)
    for customer in (FIRST_CUSTOMER, SECOND_CUSTOMER, FOREIGN_CUSTOMER):
        company = OTHERS if customer == FOREIGN_CUSTOMER else OURS
        insert(connection, "customer", id=customer, company_id=company, number=str(customer))
    scope(connection, str(OURS))


def insert_item(connection: psycopg.Connection[Any], item_id: int, amount: int, **values: Any) -> None:
    """Insert an item of 2026-01-15 in EUR; the live set follows by trigger."""
    facts = {
        "id": item_id,
        "company_id": OURS,
        "customer_id": FIRST_CUSTOMER,
        "currency": "EUR",
        "original_amount": amount,
        "company_amount": amount,
    }
    insert(connection, "item", **{**facts, **values})


def insert_edge(
    connection: psycopg.Connection[Any], credit: int, debit: int, amount: int, **values: Any
) -> None:
    """Insert an edge between two items; the live set follows by trigger."""
    facts = {
        "company_id": OURS,
        "customer_id": FIRST_CUSTOMER,
        "credit_item_id": credit,
        "debit_item_id": debit,
        "currency": "EUR",
        "amount": amount,
        "credit_company_amount": amount,
        "debit_company_amount": amount,
    }
    insert(connection, "clearing_edge", **{**facts, **values})


def one(connection: psycopg.Connection[Any], query: str) -> Any:
    """Give the first value of the first row."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]
