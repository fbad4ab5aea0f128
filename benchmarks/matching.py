"""Matching 400,000 stored bank lines against a million open items, end to end, against a bare COPY of the rows written.

Ours: the application's role, `match_bank_lines`: lines read, payers and items found, decided, and item, receipt,
decision with proof, entries, postings, clearing, edges, work and events written, a transaction a chunk, the live set
following by trigger. Bare: COPY of the very same rows, as text made before the clock starts, into the same indexed
tables without triggers, which hold the same open items before; a transaction of as many receipts. What closes is only
deleted by ours.

Then a tenth of it, to see what a receipt costs where a tenth of the items is open; and single receipts through the
API's door with all the others open.
"""

from __future__ import annotations

import gc
import http.client
import json
import os
import resource
import secrets
import statistics
import tempfile
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from acquit.cash.operations import match_bank_lines
from acquit.controls.batch import seal_blocks
from acquit.controls.operations import create_user, grant_role, issue_token
from acquit.controls.rules.duties import Role
from acquit.infra import databases
from acquit.infra.transaction import set_companies
from benchmarks.bare import bare_tables
from benchmarks.receivable_world import LAST_DAY, SYSTEM, World, make_world
from benchmarks.results_table import Result, scaled
from benchmarks.single import serving

CUSTOMERS = scaled(50_000, 50)
RECEIPTS_A_CHUNK = 20_000
#: As `acquit start` does.
WORKERS = min(4, os.cpu_count() or 1)
TABLES = (
    "item",
    "open_item",
    "receipt",
    "decision",
    "clearing",
    "clearing_edge",
    "journal_entry",
    "posting",
    "work_item",
    "event",
)
#: The column that tells new rows from those before, where it is not the table's id.
_ORDERED_BY = {"posting": "entry_id", "open_item": "item_id"}
_TARGET, _GROWTH, _SINGLE_MS = 0.25, 1.5, 30
SINGLES, _WARMING = 200, 40


def measure() -> list[Result]:
    """Match a tenth, then the whole; then bare."""
    with psycopg.connect(**databases.connection_settings("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        few = make_world(owner, "Few", CUSTOMERS // 10)
        few_seconds = match(few)
        many = make_world(owner, "Many", CUSTOMERS)
    with bare_tables(TABLES) as owner, tempfile.TemporaryDirectory() as folder:
        for table in ("item", "open_item"):
            names = ", ".join(_columns(owner, table))
            owner.execute(f"INSERT INTO bare.{table} ({names}) SELECT {names} FROM public.{table}")
        owner.execute("VACUUM (ANALYZE) bare.item, bare.open_item")
        before = {table: _last(owner, table) for table in TABLES}
        seconds = match(many)
        chunks = max(1, many.receipts // RECEIPTS_A_CHUNK)
        written = {table: export(owner, table, before, chunks, Path(folder)) for table in TABLES}
        bare = sum(copy_files(owner, written, Path(folder), chunk) for chunk in range(chunks))
        single = post_singles(owner, many)
    rows = sum(count for _, count in written.values())
    size = f"{many.items:,} items, {many.receipts:,} receipts"
    told = f"bare {bare:.1f} s for {rows:,} rows, {many.receipts / seconds:,.0f} receipts/s"
    for table, (_, count) in written.items():
        print(f"  {table:<16}{count:>12,}", flush=True)
    growth = (seconds / many.receipts) / (few_seconds / few.receipts)
    return [
        Result("matching, end to end", size, seconds, bare / seconds, _TARGET, note=told),
        Result(
            "matching: cost of a receipt at ten times the items",
            size,
            seconds,
            growth,
            _GROWTH,
            at_most=True,
            note=f"{seconds / many.receipts * 1e6:,.0f} us against {few_seconds / few.receipts * 1e6:,.0f} us",
        ),
        Result(
            "a single receipt through the API",
            f"{SINGLES} receipts, {many.items:,} items",
            statistics.median(single) / 1000,
            statistics.median(single),
            _SINGLE_MS,
            at_most=True,
            note=f"the ratio is the median in ms; nine in ten under {statistics.quantiles(single, n=10)[-1]:.1f} ms",
        ),
    ]


def match(world: World) -> float:
    """Decide about every line of a company; gives the seconds. CPU is told of all processes, their start with it."""
    set_companies([world.company_id])
    gc.collect()
    beside = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    began, cpu = time.perf_counter(), time.process_time()
    outcome = match_bank_lines(
        actor=SYSTEM,
        company_id=world.company_id,
        business_date=LAST_DAY,
        decided_at=datetime(2026, 6, 30, 12, tzinfo=UTC),
        workers=WORKERS,
    )
    seconds = time.perf_counter() - began
    cpu = time.process_time() - cpu + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - beside
    if sum(outcome.states.values()) != world.receipts:
        raise RuntimeError(f"{outcome.states} are not {world.receipts} receipts")
    print(f"  {world.receipts:,} receipts in {seconds:.1f} s, CPU {cpu:.1f} s: {outcome.states}", flush=True)
    return seconds


def post_singles(owner: psycopg.Connection[Any], world: World) -> list[float]:
    """Post receipts for open invoices one by one over HTTP; half know the payer's account, half its name alone.

    Gives the milliseconds of each, those that warm up left out.
    """
    open_invoices = owner.execute(
        "SELECT i.number, o.open_amount, c.name, a.iban FROM public.open_item o JOIN public.item i ON i.id = o.item_id"
        " JOIN public.customer c ON c.id = o.customer_id"
        " JOIN public.customer_bank_account a ON a.customer_id = c.id"
        " WHERE o.company_id = %s AND o.kind = 'INVOICE' AND o.open_amount = o.original_amount"
        " ORDER BY md5(i.number) LIMIT %s",
        [world.company_id, SINGLES + _WARMING],
    ).fetchall()
    user = create_user(username="bench", password=secrets.token_urlsafe(12), full_name="Bea Bench")
    grant_role(
        actor=SYSTEM,
        user_id=user.id,
        company_id=world.company_id,
        role=Role.CASH_CLERK,
        valid_from=date(2020, 1, 1),
    )
    token = issue_token(user_id=user.id, name="bench")
    seal_blocks()  # as `acquit start` does in the end: else the server would seal millions of rows meanwhile
    taken = []
    with serving() as (address, _):
        url = urlsplit(address)
        connection = http.client.HTTPConnection(str(url.hostname), int(url.port or 80))
        for place, (number, amount, name, iban) in enumerate(open_invoices):
            body = {
                "company_id": world.company_id,
                "amount": str(amount),
                "currency": "EUR",
                "value_date": LAST_DAY.isoformat(),
                "booking_date": LAST_DAY.isoformat(),
                "reference": f"BENCH-{place}",
                "counterparty": name,
                "iban": iban if place % 2 else "",
                "text": f"Rechnung {number} vom 03.02.2026",
            }
            head = {
                "Authorization": f"Bearer {token}",
                "Idempotency-Key": str(uuid.uuid4()),
                "Content-Type": "application/json",
            }
            began = time.perf_counter()
            connection.request("POST", "/api/v1/payments", json.dumps(body), head)
            answer = connection.getresponse()
            said = json.loads(answer.read())
            taken.append((time.perf_counter() - began) * 1000)
            if answer.status != HTTPStatus.CREATED or said["state"] != "AUTO":
                raise RuntimeError(f"{answer.status}: {said}")
    return taken[_WARMING:]


def _last(owner: psycopg.Connection[Any], table: str) -> int:
    key = _ORDERED_BY.get(table, "id")
    row = owner.execute(f"SELECT coalesce(max({key}), 0) FROM public.{table}").fetchone()
    return int(row[0]) if row else 0


def _columns(owner: psycopg.Connection[Any], table: str) -> tuple[str, ...]:
    found = owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    ).fetchall()
    return tuple(row[0] for row in found)


def export(
    owner: psycopg.Connection[Any], table: str, before: dict[str, int], chunks: int, folder: Path
) -> tuple[tuple[str, ...], int]:
    """Write the new rows of a table as COPY's text, a file a chunk; gives its columns and how many rows."""
    if table == "open_item":
        columns, select = (
            _LIVE,
            f"SELECT {_LIVE_OF_ITEM} FROM public.item WHERE id > {before['item']} ORDER BY id",
        )
    else:
        columns, key = _columns(owner, table), _ORDERED_BY.get(table, "id")
        names = ", ".join(columns)
        select = f'SELECT {names} FROM public."{table}" WHERE {key} > {before[table]} ORDER BY {key}'
    counted = owner.execute(f"SELECT count(*) FROM ({select}) counted").fetchone()
    count = int(counted[0]) if counted else 0
    a_file = -(-count // chunks) or 1
    files = [(folder / f"{table}.{chunk}").open("wb") for chunk in range(chunks)]
    with owner.cursor() as cursor, cursor.copy(f"COPY ({select}) TO STDOUT") as copy:
        for number, line in enumerate(copy):
            files[number // a_file].write(line)
    for file in files:
        file.close()
    return columns, count


def copy_files(
    owner: psycopg.Connection[Any], written: dict[str, tuple[Sequence[str], int]], folder: Path, chunk: int
) -> float:
    """COPY a chunk of every table into the bare ones; gives the seconds, reading the files not counted."""
    texts = {table: (folder / f"{table}.{chunk}").read_bytes() for table in written}
    began = time.perf_counter()
    with owner.transaction(), owner.cursor() as cursor:
        for table, (columns, _) in written.items():
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            statement = sql.SQL("COPY bare.{} ({}) FROM STDIN").format(sql.Identifier(table), names)
            with cursor.copy(statement) as copy:
                copy.write(texts[table])
    return time.perf_counter() - began


_LIVE = (
    *("item_id", "customer_id", "company_id", "due_date", "posting_date", "kind", "currency"),
    *("original_amount", "open_amount", "open_company_amount"),
)
_LIVE_OF_ITEM = (
    "id, customer_id, company_id, due_date, posting_date, kind, currency, original_amount, original_amount,"
    " company_amount"
)
