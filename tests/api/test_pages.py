"""Pages: nothing is seen twice or missed when rows arrive between two of them, and a cursor belongs to one list."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.api import worklist
from acquit.api.pages import BadCursor, CursorKind
from acquit.api.ranking import KeptRankings, Ranking
from acquit.collections.queries import get_worklist
from acquit.receivables.queries import ageing_pages, get_ageing
from tests.api.caller import Caller
from tests.builders import Books

pytestmark = pytest.mark.django_db


def _walk(
    owner: Caller, path: str, *, between: Callable[[], object] = lambda: None, **query: Any
) -> list[dict[str, Any]]:
    """Read all pages, doing something between each two."""
    seen: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = owner.get(path, **query, **({"cursor": cursor} if cursor else {})).json
        seen += page["data"]
        assert len(page["data"]) <= query["limit"]
        assert page["has_more"] == (page["next_cursor"] is not None)
        if not page["has_more"]:
            return seen
        cursor = page["next_cursor"]
        between()


def test_customers_that_arrive_between_pages_move_nobody(
    books: Books, owner: Caller, look: Callable[[], None]
) -> None:
    before = books.customers(*(f"{n:02}" for n in range(10)))
    arrived: list[int] = []

    def arrive() -> None:
        look()
        n = len(arrived)
        arrived.extend(books.customers(f"A{n}", name="AAA first of all"))
        arrived.extend(books.customers(f"Z{n}", name="ZZZ last of all"))

    seen = [row["id"] for row in _walk(owner, "/customers", between=arrive, limit=3)]
    assert len(seen) == len(set(seen))
    assert [row for row in seen if row in before] == before
    assert not [row for row in seen if row in arrived[::2]]  # sorted before the first page: not seen any more


def test_items_that_arrive_between_pages_move_nobody(
    books: Books, owner: Caller, look: Callable[[], None]
) -> None:
    customer = books.customer()
    due = date(2026, 5, 1)
    drafts = [books.draft(customer, "10.00", due_date=due + timedelta(days=n % 3)) for n in range(11)]
    issued = {row.item_id for row in books.issue(drafts)}

    def arrive() -> None:
        look()
        books.invoice(customer, "1.00", due_date=due - timedelta(days=5))

    seen = _walk(owner, "/items", between=arrive, limit=2)
    assert [row["due_date"] for row in seen] == sorted(row["due_date"] for row in seen)
    assert {row["id"] for row in seen} == issued
    assert len(seen) == 11


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/items", {"state": "ALL"}),
        ("/items", {"as_of": "2026-04-01"}),
        ("/documents", {}),
        ("/journal-entries", {}),
        ("/ageing", {}),
        ("/worklist", {}),
    ],
)
def test_every_list_gives_the_same_rows_in_pages_of_any_size(
    books: Books, owner: Caller, path: str, query: dict[str, str]
) -> None:
    for customer in books.customers("1", "2", "3", "4", "5"):
        books.invoice(customer, "100.00", document_date=date(2026, 1, 5))
    whole = _walk(owner, path, limit=200, **query)
    assert len(whole) == 5
    for limit in (1, 2, 4, 5):
        assert _walk(owner, path, limit=limit, **query) == whole


def test_pages_of_ageing_skip_customers_who_owe_nothing_and_hold_all_currencies_together(
    books: Books, owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ageing_pages, "_MORE", 2)
    customers = books.customers(*(f"{n:02}" for n in range(25)))
    owing = [customers[n] for n in (0, 7, 8, 20, 24)]
    for customer in owing:
        books.invoice(customer, "100.00", document_date=date(2026, 1, 5))
    books.payment(customers[12], "5.00")
    expected = sorted([*owing, customers[12]])
    for query in ({}, {"as_of": "2026-04-14"}):
        for limit in (1, 2, 3, 200):
            rows = _walk(owner, "/ageing", limit=limit, **query)
            assert [row["customer_id"] for row in rows] == expected


def test_a_page_of_ageing_reads_its_own_customers_only(
    books: Books, owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ageing_pages, "_MORE", 2)
    customers = books.customers(*(f"{n:02}" for n in range(12)))
    for customer in customers:
        books.invoice(customer, "100.00", document_date=date(2026, 1, 5))
    asked: list[list[int]] = []

    def listening(**said: Any) -> Any:
        asked.append(said["customer_ids"])
        return get_ageing(**said)

    monkeypatch.setattr(ageing_pages, "get_ageing", listening)
    assert len(owner.get("/ageing", limit=3).json["data"]) == 3
    assert asked == [customers[:6]]


def _late(books: Books, *grosses: str) -> list[int]:
    """Make customers with an overdue invoice each."""
    customers = books.customers(*(f"L{n}" for n in range(len(grosses))))
    for customer, gross in zip(customers, grosses, strict=True):
        books.invoice(customer, gross, document_date=date(2026, 1, 10), due_date=date(2026, 2, 9))
    return customers


def test_the_pages_of_a_worklist_follow_one_ranking_whatever_changes_meanwhile(
    books: Books, owner: Caller, look: Callable[[], None]
) -> None:
    customers = _late(books, "9000.00", "8000.00", "7000.00", "6000.00", "5000.00", "4000.00")
    changes = [
        lambda: books.invoice(
            books.customer("new"), "9500.00", due_date=date(2026, 2, 9)
        ),  # would be the first
        lambda: books.payment(customers[4], "5000.00"),  # has paid: held back, falls away
    ]

    def change() -> None:
        look()
        if changes:
            changes.pop(0)()

    seen = [row["customer_id"] for row in _walk(owner, "/worklist", between=change, limit=2)]
    assert seen == [customers[n] for n in (0, 1, 2, 3, 5)]
    assert changes == []


def test_a_later_page_of_the_worklist_looks_at_its_own_customers_only(
    books: Books, owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers = _late(books, "9000.00", "8000.00", "7000.00", "6000.00")
    asked: list[Any] = []

    def listening(**said: Any) -> Any:
        asked.append(said["customer_ids"])
        return get_worklist(**said)

    monkeypatch.setattr(worklist, "get_worklist", listening)
    first = owner.get("/worklist", limit=2).json
    owner.get("/worklist", limit=2, cursor=first["next_cursor"])
    assert asked == [None, set(customers[2:])]


def test_a_worklist_goes_on_behind_the_cursor_when_its_ranking_is_gone_or_another_asks(
    books: Books, house: Any, owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers = _late(books, "9000.00", "8000.00", "7000.00", "6000.00")
    cursor = owner.get("/worklist", limit=2).json["next_cursor"]
    with_collector = owner.get("/worklist", limit=2, cursor=cursor, collector_id=4711).json
    assert with_collector["data"] == []  # the cursor's ranking answers another question
    monkeypatch.setattr(worklist, "_RANKINGS", KeptRankings())
    rows = owner.get("/worklist", limit=2, cursor=cursor).json["data"]
    assert [row["customer_id"] for row in rows] == customers[2:]


def test_rankings_are_kept_up_to_a_bound_and_the_one_read_longest_ago_goes_first() -> None:
    kept = KeptRankings(positions_at_most=5)
    first, second = (kept.keep(Ranking(q, [(n,) for n in range(2)])) for q in ("a", "b"))
    assert kept.find(first, "a") is not None
    assert kept.find(first, "b") is None
    third = kept.keep(Ranking("c", [(1,), (2,)]))
    assert kept.find(second, "b") is None
    assert kept.find(first, "a") == Ranking("a", [(0,), (1,)])
    assert kept.find(third, "c") is not None


def test_payments_applications_tokens_and_companies_have_pages_too(
    house: Any, owner: Caller, look: Callable[[], None]
) -> None:
    for n in range(3):
        body = {
            "company_id": house.books.company_id,
            "amount": "10.00",
            "currency": "EUR",
            "value_date": "2026-04-15",
            "reference": f"R{n}",
        }
        assert owner.post("/payments", body).status == 201
    assert [row["reference"] for row in _walk(owner, "/payments", limit=1)] == ["R2", "R1", "R0"]
    look()
    customer = house.books.customer("P")
    for n in range(3):
        look()
        invoice = house.books.invoice(customer, "10.00")
        body = {**body, "customer_id": customer, "reference": f"P{n}", "text": invoice.number}
        assert owner.post("/payments", body).json["state"] == "AUTO"
    applications = _walk(owner, "/applications", limit=200)
    assert len(applications) == 3
    assert _walk(owner, "/applications", limit=1) == applications
    assert len(_walk(owner, "/tokens", limit=1)) == 1
    assert len(_walk(owner, "/companies", limit=1)) == 1


def _pack(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "%%%", "é", "a" * 999),
        *map(
            _pack, ([], {}, 5, None, "customers", ["customers"], ["customers", "A"], ["customers", "A", "1"])
        ),
        *(_pack(["customers", "A", last]) for last in (True, -1, 2**63, 1.5, None)),
        *map(_pack, (["customers", 1, 1], ["customers", "A", 1, 1], ["customers", "A\x00", 1])),
        *map(_pack, (["customers", "\ud800", 1], [["customers"], "A", 1], ["companies", "A", 1])),
    ],
)
def test_a_cursor_of_no_page_is_refused(owner: Caller, cursor: str) -> None:
    assert owner.get("/customers", cursor=cursor).refused == (400, "BAD_CURSOR", "cursor")


def test_the_cursor_of_another_list_is_refused(books: Books, owner: Caller) -> None:
    customer = books.customer()
    for _ in range(2):
        books.invoice(customer)
    cursor = owner.get("/documents", limit=1).json["next_cursor"]
    assert owner.get("/journal-entries", cursor=cursor).refused == (400, "BAD_CURSOR", "cursor")


@given(
    name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    number=st.integers(0, 2**63 - 1),
)
def test_a_cursor_is_read_as_it_was_written(name: str, number: int) -> None:
    kind = CursorKind("customers", (str, int))
    assert kind.read(kind.write((name, number))) == (name, number)


@given(text=st.text(max_size=60))
def test_any_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(BadCursor):
        CursorKind("customers", (str, int)).read(text)
