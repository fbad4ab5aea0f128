"""Single postings by four at once: through the operation, and through the API over HTTP, against bare statements.

An invoice is a document, three lines, an item (and the open item its trigger adds), an entry with three postings, and
an event. All three ways write the same rows into the same tables, every index and trigger on, each committed alone:

- **bare**: four threads, each a psycopg connection that stands in the writer's role already, send the statements the
  operation needs for its writes with prepared statements in pipelines, in as few round trips as they depend on each
  other: (BEGIN, the customer's lock, three ids), (the number from its series), (six INSERTs, COMMIT). The rows are made
  beforehand, so nothing is checked, converted or looked up; the server keeps one plan for each statement, as for ours.
- **operation**: four threads call `issue_documents` with one draft.
- **API**: `acquit serve` in a process of its own; a client in another one, with four connections kept alive, posts the
  same invoices to /api/v1/documents, each under an Idempotency-Key of its own, with a token. It does more: the request
  is let in, read, checked, its answer read back and stored for a replay.

Each thread posts for a company of its own, so nobody waits for another's number series, which would hide what a call
costs. Rounds alternate; the ratio is of the medians.
"""

from __future__ import annotations

import json
import os
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from django.db import connection

from acquit.billing.operations import add_documents, issue_documents
from acquit.billing.rules.documents import DocumentDraft, DocumentKind, LineDraft
from acquit.controls.operations import create_user, grant_role, issue_token
from acquit.controls.rules.duties import Role
from acquit.infra import databases, embedded, places
from acquit.infra.bulk import TableRows, WritePlan
from acquit.infra.embedded.processes import find_postmaster
from acquit.infra.roles import writer_role
from acquit.infra.transaction import operation, set_companies
from benchmarks.invoices import SYSTEM, make_company
from benchmarks.results_table import Result

THREADS = 4
CALLS = int(os.environ.get("ACQUIT_BENCH_CALLS", "400"))
ROUNDS = 5
CUSTOMERS = 1_000
DAY = date(2026, 3, 2)
TARGET_OPERATION, TARGET_API = 0.8, 0.35


class Book(NamedTuple):
    """A thread's company."""

    company_id: int
    customers: list[int]

    def make_drafts(self) -> list[DocumentDraft]:
        """Make the invoices of a round."""
        return [make_draft(self, number) for number in range(CALLS)]


class Round(NamedTuple):
    """What a round took: seconds, and CPU milliseconds a call of the program that asked and of PostgreSQL."""

    seconds: float
    client_ms: float
    server_ms: float


def measure() -> list[Result]:
    """Measure rounds of the three ways in turn, after one to warm up."""
    books = [Book(*make_company(CUSTOMERS, name=f"Bench {n}")) for n in range(THREADS)]
    set_companies(book.company_id for book in books)
    ways: dict[str, list[Round]] = {"bare": [], "operation": [], "api": []}
    with serving() as (address, server_pid), bare_posters(books) as bare:
        token = make_token(books)
        drafts = [(book.company_id, book.make_drafts()) for book in books]
        acts: dict[str, tuple[Callable[[], float], int]] = {
            "bare": (lambda: at_once(bare), os.getpid()),
            "operation": (
                lambda: at_once([partial(post_by_operation, *each) for each in drafts]),
                os.getpid(),
            ),
            "api": (lambda: post_by_api(address, token, books), server_pid),
        }
        for number in range(ROUNDS + 1):
            for name, (act, pid) in acts.items():
                found = timed(act, pid)
                if number:
                    ways[name].append(found)
    middle = {name: statistics.median(found.seconds for found in rounds) for name, rounds in ways.items()}
    return [
        _result("single posting, bare statements", "bare", None, ways, middle),
        _result("single posting, operation", "operation", TARGET_OPERATION, ways, middle),
        _result("single posting, API over HTTP", "api", TARGET_API, ways, middle),
    ]


def _result(
    name: str, way: str, target: float | None, ways: dict[str, list[Round]], middle: dict[str, float]
) -> Result:
    client, server = (statistics.median(found[n] for found in ways[way]) for n in (1, 2))
    rate = THREADS * CALLS / middle[way]
    note = f"{rate:,.0f} tx/s; CPU a call: {client:.2f} ms the program, {server:.2f} ms PostgreSQL"
    ratio = None if way == "bare" else middle["bare"] / middle[way]
    return Result(name, f"{THREADS} x {CALLS} invoices", middle[way], ratio, target, note=note)


def at_once(acts: Sequence[Callable[[], None]]) -> float:
    """Do acts in a thread each, once all are ready; gives the seconds."""
    barrier = threading.Barrier(len(acts) + 1)
    failed: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        barrier.wait()
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - began


def make_draft(book: Book, number: int) -> DocumentDraft:
    """Make an invoice of three lines; its number comes from the company's series."""
    nets = [Decimal(1000 + (number * 7919 + n) % 50_000).scaleb(-2) for n in range(3)]
    taxes = [(net * 19 / 100).quantize(Decimal("0.01")) for net in nets]
    return DocumentDraft(
        company_id=book.company_id,
        customer_id=book.customers[(number * 4099) % len(book.customers)],
        kind=DocumentKind.INVOICE,
        currency="EUR",
        document_date=DAY,
        due_date=DAY + timedelta(days=30),
        net=sum(nets, Decimal(0)),
        tax=sum(taxes, Decimal(0)),
        payment_terms="NET 30",
        lines=tuple(
            LineDraft(f"P-{n}", "Product", Decimal(1), net, net, "S", Decimal(19), tax)
            for n, (net, tax) in enumerate(zip(nets, taxes, strict=True))
        ),
    )


def post_by_operation(company_id: int, drafts: Sequence[DocumentDraft]) -> None:
    """Post invoices one by one through the operation."""
    set_companies([company_id])
    try:
        for draft in drafts:
            issue_documents(actor=SYSTEM, drafts=[draft])
    finally:
        connection.close()


@contextmanager
def bare_posters(books: Sequence[Book]) -> Iterator[list[Callable[[], None]]]:
    """Give an act a company that posts with bare statements, on a connection kept over the rounds."""
    settings = databases.connection_settings("app")
    kept = [psycopg.connect(**settings, autocommit=True) for _ in books]
    for book, one in zip(books, kept, strict=True):
        one.execute("SET plan_cache_mode = force_generic_plan")
        one.execute("SELECT set_config('acquit.companies', %s, false)", [str(book.company_id)])
        one.execute("SELECT set_config('role', %s, false)", [writer_role()])
    try:
        yield [BarePoster(one, book).post_all for one, book in zip(kept, books, strict=True)]
    finally:
        for one in kept:
            one.close()


class BarePoster:
    """Sends the statements of an invoice; the rows are those the operation made of the same draft."""

    LOCK = (
        "SELECT count(*) FROM (SELECT 1 FROM customer WHERE id = ANY(%s) AND company_id = coalesce(%s, company_id)"
        " ORDER BY company_id, id FOR NO KEY UPDATE) locked"
    )
    IDS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    NUMBER = (
        "UPDATE series SET next_number = next_number + %s WHERE company_id = %s AND code = %s AND year = %s"
        " RETURNING next_number - %s"
    )

    def __init__(self, one: psycopg.Connection[Any], book: Book) -> None:
        self._connection = one
        self._company_id = book.company_id
        self._customers: list[int] = []
        self._statements: list[list[Statement]] = []
        set_companies([book.company_id])
        for draft in book.make_drafts():
            plan = WritePlan()
            with operation():
                add_documents(plan, SYSTEM, [draft], None)
            self._customers.append(draft.customer_id)
            self._statements.append([Statement.of(table, rows) for table, rows in plan.tables()])

    def post_all(self) -> None:
        """Post the invoices one by one."""
        with self._connection.cursor() as cursor:
            for customer_id, statements in zip(self._customers, self._statements, strict=True):
                self._post(cursor, customer_id, statements)

    def _post(self, cursor: psycopg.Cursor[Any], customer_id: int, statements: Sequence[Statement]) -> None:
        taken: dict[str, Any] = {}
        ids = [self._connection.cursor() for _ in ID_TABLES]
        with self._connection.pipeline():
            cursor.execute("BEGIN", prepare=True)
            cursor.execute(self.LOCK, [[customer_id], self._company_id], prepare=True)
            for one, table in zip(ids, ID_TABLES, strict=True):
                one.execute(self.IDS, [table, 1], prepare=True)
        for one, table in zip(ids, ID_TABLES, strict=True):
            [taken[table]] = one.fetchone()  # type: ignore[misc]
        cursor.execute(self.NUMBER, [1, self._company_id, "RE", 2026, 1], prepare=True)
        [number] = cursor.fetchone()  # type: ignore[misc]
        taken["number"] = f"RE-2026-{number:06d}"
        with self._connection.pipeline():
            for statement in statements:
                cursor.execute(statement.text, statement.filled(taken), prepare=True)
            cursor.execute("COMMIT", prepare=True)


class Statement(NamedTuple):
    """An INSERT with its values, and which of them an invoice gets anew: its ids and its number."""

    text: str
    values: list[Any]
    places: list[tuple[int, str]]

    @classmethod
    def of(cls, table: str, rows: TableRows) -> Statement:
        """Make it of planned rows."""
        made = list(rows.stream())
        group = f"({', '.join(['%s'] * len(rows.columns))})"
        text = f"INSERT INTO {table} ({', '.join(rows.columns)}) VALUES {', '.join([group] * len(made))}"
        anew = ANEW[table]
        values, places = [], []
        for column, value in (each for row in made for each in zip(rows.columns, row, strict=True)):
            if column in anew and value is not None:
                places.append((len(values), anew[column]))
            values.append(value)
        return cls(text, values, places)

    def filled(self, taken: dict[str, Any]) -> list[Any]:
        """Give the values with the ids and the number taken."""
        values = self.values.copy()
        for place, name in self.places:
            values[place] = taken[name]
        return values


ID_TABLES = ("document", "item", "journal_entry")
ANEW = {
    "document": {"id": "document", "number": "number", "number_key": "number"},
    "document_line": {"document_id": "document"},
    "item": {"id": "item", "document_id": "document", "number": "number"},
    "journal_entry": {"id": "journal_entry", "document_id": "document"},
    "posting": {"entry_id": "journal_entry", "item_id": "item"},
    "event": {"object_id": "document"},
}


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """Serve the API as `acquit api` does, by a process a core; gives its address and its first process."""
    server = subprocess.Popen(
        [sys.executable, "-c", "from acquit.cli.main import run; run()", "api", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in server.stdout or ():
            if "http://" in line:
                yield next(word for word in line.split() if "://" in word).removesuffix("api/v1/"), server.pid
                return
        raise RuntimeError("acquit api said no address")
    finally:
        server.terminate()
        server.wait()


def make_token(books: Sequence[Book]) -> str:
    """Make a user who may bill for all companies, and a token of theirs."""
    user = create_user(username="bench", password=secrets.token_urlsafe(12), full_name="Bea Bench")
    for book in books:
        grant_role(
            actor=SYSTEM,
            user_id=user.id,
            company_id=book.company_id,
            role=Role.BILLER,
            valid_from=date(2020, 1, 1),
        )
    return issue_token(user_id=user.id, name="bench")


def post_by_api(address: str, token: str, books: Sequence[Book]) -> float:
    """Let a client of its own post the invoices, four connections at once; gives its seconds."""
    job = {
        "address": address,
        "token": token,
        "connections": [[body_of(draft) for draft in book.make_drafts()] for book in books],
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("posting_client.py"))],
        input=json.dumps(job),
        stdout=subprocess.PIPE,  # what it has to say goes to the terminal
        text=True,
        check=True,
    )
    return float(done.stdout)


def body_of(draft: DocumentDraft) -> dict[str, Any]:
    """Write an invoice as the API takes it."""
    return {
        "customer_id": draft.customer_id,
        "kind": draft.kind,
        "currency": draft.currency,
        "document_date": draft.document_date.isoformat(),
        "due_date": draft.due_date.isoformat(),
        "net": str(draft.net),
        "tax": str(draft.tax),
        "payment_terms": draft.payment_terms,
        "lines": [
            {
                "product": line.product,
                "description": line.description,
                "quantity": str(line.quantity),
                "price": str(line.price),
                "net": str(line.net),
                "tax_code": line.tax_code,
                "tax_rate": str(line.tax_rate),
                "tax": str(line.tax),
            }
            for line in draft.lines
        ],
    }


def timed(act: Callable[[], float], pid: int) -> Round:
    """Do a round, with the CPU it took in the program that posts and in PostgreSQL."""
    postmaster = find_postmaster(embedded.Cluster(places.home())) or 0
    program, server = cpu_seconds(program_of(pid)), cpu_seconds(backends_of(postmaster))
    seconds = act()
    calls = THREADS * CALLS / 1000
    after = cpu_seconds(backends_of(postmaster))
    return Round(seconds, (cpu_seconds(program_of(pid)) - program) / calls, (after - server) / calls)


def program_of(pid: int) -> list[int]:
    """Give a program that posts with the processes that answer for it; of this one, itself alone."""
    return [pid] if pid == os.getpid() else [pid, *_children_of(pid)]


def backends_of(postmaster: int) -> list[int]:
    """Give the processes of a server, without those it has reaped: their CPU is counted in its own."""
    return [postmaster, *_children_of(postmaster)]


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pids: Sequence[int]) -> float:
    """Sum the CPU of processes, and of the children they have waited for where that is the postmaster."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11 : 15 if pid == pids[0] and len(pids) > 1 else 13]))
    return ticks / os.sysconf("SC_CLK_TCK")
