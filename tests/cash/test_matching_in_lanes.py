"""Matching in processes side by side decides what one process decides, and a killed one is made good once."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from acquit.cash import operations
from acquit.cash.models import Receipt
from acquit.cash.operations import lanes, match_bank_lines, matching
from acquit.cash.queries import count_receipts
from acquit.infra.side_processes import WorkerDied
from acquit.infra.transaction import set_companies
from tests.builders import DECIDED_AT, INVOICE_DAY, PAYMENT_DAY, SYSTEM, Books, bank_line, make_books
from tests.cash.standing import assert_sound
from tests.cash.test_matching_same_rows import pay_in_every_way
from tests.cash.written import what_was_written
from tests.stress.test_matching_at_once import Pile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture
def short_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut runs of a few lines into lanes too, a stretch of them after the other."""
    monkeypatch.setattr(matching, "LANES_FROM", 1)
    monkeypatch.setattr(lanes, "CHUNK", 18)
    monkeypatch.setattr(matching, "CHUNK", 18)


def pay_across_customers(books: Books) -> None:
    """Let customers meet: money for strangers, for two of one name, back again, for nobody, and an advice's."""
    one, other = books.customers("401", "402", name="Zwilling Handels GmbH")
    agent = books.customer("403", name="Agentur Nord AG", ibans=("DE02120300000000202051",))
    invoices = [
        books.invoice(owner, Decimal(f"{300 + place}.00"), number=f"RX-{place}-0001")
        for place, owner in enumerate((one, other, agent, one, other))
    ]
    iban = "DE02120300000000202051"
    said = [
        ("300.00", f"Rechnung {invoices[0].number}", {"iban": iban, "counterparty": "Agentur Nord AG"}),
        ("301.00", f"Rechnung {invoices[1].number}", {"counterparty": "Zwilling Handels GmbH"}),
        ("302.00", "Danke", {"iban": iban}),
        ("-302.00", "Rueckgabe Danke", {"iban": iban, "return_code": "AC04"}),
        ("302.00", f"noch einmal {invoices[2].number}", {"iban": iban}),
        ("607.00", f"{invoices[3].number}, {invoices[4].number}", {"counterparty": "Zwilling Handels GmbH"}),
        ("55.00", "Kunde unbekannt", {"counterparty": "Fremd"}),
        ("301.00", f"Rechnung {invoices[1].number}", {"counterparty": "Zwilling Handels GmbH"}),
    ]
    books.bank_lines(
        *(
            bank_line(amount, text, bank_reference=f"X-{place}", **facts)
            for place, (amount, text, facts) in enumerate(said)
        )
    )


def pay_the_oldest_first(books: Books) -> None:
    """Let a customer name its oldest invoice often enough; then 100.00 may be one item, or the two that are older."""
    iban, old = "DE75512108001245126199", INVOICE_DAY - timedelta(days=9)
    payer = books.customer("501", name="Alte Reihe KG", ibans=(iban,))
    named = [books.invoice(payer, f"{20 + n}.00", document_date=old + timedelta(days=n)) for n in range(4)]
    for amount, later in (("60.00", 5), ("40.00", 6), ("100.00", 8)):
        books.invoice(payer, amount, document_date=old + timedelta(days=later))
    said = [(f"{20 + n}.00", f"Rechnung {document.number}") for n, document in enumerate(named)]
    books.bank_lines(
        *(
            bank_line(amount, text, bank_reference=f"O-{place}", iban=iban)
            for place, (amount, text) in enumerate([*said, ("100.00", "Danke")])
        )
    )


@pytest.mark.usefixtures("short_lanes")
def test_whatever_the_number_of_workers_the_same_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for workers in (1, 3):
        monkeypatch.setattr(operations, "match_bank_lines", partial(match_bank_lines, workers=workers))
        books = make_books()
        pay_in_every_way(books)
        pay_across_customers(books)
        found.append((what_was_written(books.company_id), count_receipts([books.company_id])))
    assert len(found[0][0]["receipts"]) > 60
    for name, rows in found[0][0].items():
        assert rows == found[1][0][name], name
    assert found[1] == found[0]
    assert_sound()


def test_whatever_the_length_of_a_chunk_the_same_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a payment teaches of its payer counts for the next one, in the same transaction or in another."""
    found = []
    for length in (1, 7, 5000):
        monkeypatch.setattr(matching, "CHUNK", length)
        books = make_books()
        pay_in_every_way(books)
        pay_across_customers(books)
        pay_the_oldest_first(books)
        found.append((what_was_written(books.company_id), count_receipts([books.company_id])))
    for other in found[1:]:
        for name, rows in found[0][0].items():
            assert rows == other[0][name], name
        assert other[1] == found[0][1]


@pytest.mark.usefixtures("short_lanes")
def test_a_worker_killed_between_chunks_is_made_good_once() -> None:
    whole, killed = Pile(60, 7), Pile(60, 7)
    set_companies([whole.books.company_id, killed.books.company_id])
    whole.take_in()
    killed.take_in()
    match = partial(
        match_bank_lines,
        actor=SYSTEM,
        business_date=PAYMENT_DAY,
        decided_at=DECIDED_AT,
        workers=2,
    )
    match(company_id=whole.books.company_id)
    with pytest.raises(WorkerDied):
        match(
            company_id=killed.books.company_id,
            progress=lambda _: multiprocessing.active_children()[0].kill(),
        )
    done = Receipt.objects.filter(company_id=killed.books.company_id).count()
    assert 0 < done < killed.lines
    outcome = match(company_id=killed.books.company_id)
    assert sum(outcome.states.values()) == killed.lines - done
    killed.assert_once()
    companies = [pile.books.company_id for pile in (whole, killed)]
    states = [count_receipts([company]) for company in companies]
    assert states[0] == states[1]
    rows = [what_was_written(company) for company in companies]
    assert {name: len(told) for name, told in rows[0].items()} == {
        name: len(told) for name, told in rows[1].items()
    }
