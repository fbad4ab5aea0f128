"""Values at the edge: amounts that are no text, days that are none, fields nobody knows. Refused, nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from acquit.billing.models import Document, Series
from acquit.infra.models import IdempotencyKey
from tests.api.caller import Caller
from tests.builders import Books

pytestmark = pytest.mark.django_db

Change = dict[str, Any]


@pytest.fixture
def body(books: Books) -> Change:
    return {
        "customer_id": books.customer(),
        "kind": "INVOICE",
        "currency": "EUR",
        "document_date": "2026-04-15",
        "due_date": "2026-05-15",
        "net": "100.00",
        "tax": "19.00",
    }


@pytest.fixture
def refuse(
    owner: Caller, body: Change, look: Callable[[], None]
) -> Callable[..., tuple[int, str, str | None]]:
    """Send the document with a change, check that nothing came of it, give how it was refused."""

    def send(change: Change | None = None, *, without: str = "") -> tuple[int, str, str | None]:
        sent = {name: value for name, value in {**body, **(change or {})}.items() if name != without}
        reply = owner.post("/documents", sent)
        look()
        assert (Document.objects.count(), Series.objects.count(), IdempotencyKey.objects.count()) == (0, 0, 0)
        return reply.refused

    return send


@pytest.mark.parametrize(
    "amount",
    [
        *(100, 100.0, 1e2, True, None, [], {}),
        *[
            "1e3",
            "1E3",
            "NaN",
            "nan",
            "Infinity",
            "-Infinity",
            "sNaN",
            "0x10",
            "1_000",
            "1,000.00",
            "1.000,00",
            "+100.00",
            "--1",
            ".5",
            "5.",
            "00.50",
        ],
        *("", " ", " 100.00", "100.00 ", "100.00\n", "١٠٠", "١٠٠.٠٠"),
        *("1" * 16, "1" * 5000, "0." + "0" * 7),
    ],
)
def test_an_amount_is_text_in_plain_digits(refuse: Callable[..., Any], amount: object) -> None:
    assert refuse({"net": amount}) == (422, "INVALID", "net")


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"net": "100.001"}, "AMOUNT_TOO_FINE", "net"),
        ({"tax": "0.001"}, "AMOUNT_TOO_FINE", "tax"),
        ({"currency": "JPY", "tax": "0.5"}, "AMOUNT_TOO_FINE", "tax"),
        ({"currency": "ZZZ"}, "UNKNOWN_CURRENCY", "currency"),
        ({"currency": "XXX"}, "UNKNOWN_CURRENCY", "currency"),
        ({"net": "0.00", "tax": "0.00"}, "CANNOT_ISSUE", "gross"),
        ({"net": "-100.00", "tax": "0"}, "CANNOT_ISSUE", None),
        ({"kind": "CREDIT_NOTE"}, "CANNOT_ISSUE", None),
    ],
)
def test_an_amount_fits_its_currency_and_its_document(
    refuse: Callable[..., Any], change: Change, code: str, param: str | None
) -> None:
    assert refuse(change) == (422, code, param)


@pytest.mark.parametrize(
    "day",
    [
        *[
            "2026-02-30",
            "2026-2-3",
            "20260401",
            "2026-W14-3",
            "01.04.2026",
            "2026-04-01T00:00:00",
            "1775001600",
        ],
        *("", "10000-01-01", "0000-01-01", "٢٠٢٦-٠٤-٠١", 20260401, None, 1775001600.0),
    ],
)
def test_a_day_is_written_in_one_way(refuse: Callable[..., Any], day: object) -> None:
    assert refuse({"due_date": day}) == (422, "INVALID", "due_date")


@pytest.mark.parametrize("currency", ["eur", "EURO", "E", "", "€", None, 978, "EUR\n", "ЕUR"])
def test_a_currency_is_three_capital_letters(refuse: Callable[..., Any], currency: object) -> None:
    assert refuse({"currency": currency}) == (422, "INVALID", "currency")


@pytest.mark.parametrize("customer", ["1", 1.0, True, None, 0, -1, 2**63, 10**400, {}])
def test_an_id_in_a_body_is_a_whole_number(refuse: Callable[..., Any], customer: object) -> None:
    assert refuse({"customer_id": customer}) == (422, "INVALID", "customer_id")


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "\x1b[31m", "a\x7f", "x" * 201, "\ud800", 5, None])
def test_text_is_one_line_without_control_characters(refuse: Callable[..., Any], text: object) -> None:
    assert refuse({"customer_po": text}) == (422, "INVALID", "customer_po")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"Net": "1.00"}, "Net"),
        ({"company_id": 1}, "company_id"),
        ({"lines": [{"quantity": "1", "price": "1", "net": "1", "gross": "1"}]}, "lines.0.gross"),
        ({"lines": [{"quantity": "1", "price": "1"}]}, "lines.0.net"),
        ({"lines": [{"quantity": "1", "price": 1, "net": "1"}]}, "lines.0.price"),
        ({"lines": {}}, "lines"),
        ({"lines": [[]]}, "lines.0"),
        ({"lines": [{"quantity": "1", "price": "1", "net": "1"}] * 1001}, "lines"),
        ({"is_taken_over": "false"}, "is_taken_over"),
        ({"is_taken_over": 0}, "is_taken_over"),
        ({"kind": "invoice"}, "kind"),
        ({"number": ""}, "number"),
    ],
)
def test_a_body_is_refused_with_the_path_of_what_is_wrong(
    refuse: Callable[..., Any], change: Change, param: str
) -> None:
    assert refuse(change) == (422, "INVALID", param)


@pytest.mark.parametrize(
    "name", ["customer_id", "kind", "currency", "document_date", "due_date", "net", "tax"]
)
def test_what_is_needed_is_asked_for_by_name(refuse: Callable[..., Any], name: str) -> None:
    assert refuse(without=name) == (422, "INVALID", name)


def test_every_mistake_is_told_at_once(owner: Caller, body: Change) -> None:
    reply = owner.post("/documents", {**body, "net": 1, "tax": "x", "colour": "red"})
    assert reply.error["details"]["errors"] == [
        {"param": "net", "message": 'an amount is text in major units, such as "119.00"'},
        {"param": "tax", "message": 'an amount has digits, a point and decimals only, such as "-1119.00"'},
        {"param": "colour", "message": "is not known here"},
    ]
    assert reply.error["message"] == 'net: an amount is text in major units, such as "119.00".'


@pytest.mark.parametrize(
    ("query", "status", "code", "param"),
    [
        ({"limit": "0"}, 422, "INVALID", "limit"),
        ({"limit": "201"}, 422, "INVALID", "limit"),
        ({"limit": "1e1"}, 422, "INVALID", "limit"),
        ({"limit": "1_0"}, 422, "INVALID", "limit"),
        ({"limit": "5.0"}, 422, "INVALID", "limit"),
        ({"limit": " 5"}, 422, "INVALID", "limit"),
        ({"limit": ""}, 422, "INVALID", "limit"),
        ({"limit": "٥"}, 422, "INVALID", "limit"),
        ({"company_id": "0"}, 422, "INVALID", "company_id"),
        ({"company_id": str(2**31)}, 422, "INVALID", "company_id"),
        ({"customer_id": str(2**63)}, 422, "INVALID", "customer_id"),
        ({"customer_id": "9" * 5000}, 422, "INVALID", "customer_id"),
        ({"as_of": "yesterday"}, 422, "INVALID", "as_of"),
        ({"as_of": "1775001600"}, 422, "INVALID", "as_of"),
        ({"state": "open"}, 422, "INVALID", "state"),
        ({"state": "ALL", "as_of": "2026-01-01"}, 422, "FILTERS_DISAGREE", "as_of"),
        ({"document_id": "1"}, 422, "FILTERS_DISAGREE", "document_id"),
        ({"colour": "red"}, 400, "UNKNOWN_PARAMETER", "colour"),
        ({"Limit": "5"}, 400, "UNKNOWN_PARAMETER", "Limit"),
        ({"limit": ["5", "5"]}, 400, "REPEATED_PARAMETER", "limit"),
    ],
)
def test_an_address_is_read_as_strictly(
    owner: Caller, query: Change, status: int, code: str, param: str
) -> None:
    assert owner.get("/items", **query).refused == (status, code, param)


def test_hostile_search_words_find_nothing_and_break_nothing(books: Books, owner: Caller) -> None:
    books.customer()
    for word in ("' OR 1=1 --", "\\", "%%", "a" * 100, " ".join("abcdefghij" * 5), "🙂"):
        assert owner.get("/customers", search=word).json["data"] == []
    assert owner.get("/customers", search="a\x00").refused == (422, "INVALID", "search")
    assert owner.get("/customers", search="a" * 101).refused == (422, "INVALID", "search")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_are_work(books: Books, owner: Caller, day: str) -> None:
    books.invoice(books.customer())
    for path in ("/items", "/ageing", "/worklist"):
        assert owner.get(path, as_of=day).status == 200
