"""A customer who is a supplier too: balances are set off only under an agreement on file, and taken back whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

from acquit.cli.main import app
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.core.errors import NotFound, Refusal
from acquit.infra.models import Event
from acquit.infra.transaction import BrokenInvariant, operation
from acquit.ledger.models import JournalEntry, LedgerAccount
from acquit.ledger.operations import NoAccount, record_rates
from acquit.ledger.queries import get_trial_balance
from acquit.receivables.models import ClearingEdge, Item, Netting, NettingAgreement, OpenItem
from acquit.receivables.operations import (
    CannotNet,
    CannotUnclear,
    NettedPart,
    NotOpen,
    end_netting_agreement,
    net_items,
    record_netting_agreement,
    unclear_items,
    undo_netting,
)
from tests.builders import SYSTEM, Books, clerk, make_books
from tests.scenarios.books_of_account import assert_books_are_sound, last_entry

pytestmark = pytest.mark.django_db
D = Decimal
DAY = date(2026, 4, 1)


def agree(customer: int, **said: Any) -> int:
    given = {
        "actor": SYSTEM,
        "supplier_number": "L-77",
        "document_reference": "Contract 5",
        "valid_from": DAY,
    }
    return record_netting_agreement(customer_id=customer, **{**given, **said})


def net(customer: int, *parts: NettedPart, **said: Any) -> int:
    given = {"actor": SYSTEM, "supplier_document": "ER-9", "on_date": DAY}
    return net_items(customer_id=customer, parts=parts, **{**given, **said})


def open_amounts(books: Books) -> dict[str, tuple[Decimal, Decimal, date]]:
    rows = OpenItem.objects.filter(company_id=books.company_id)
    numbers = dict(Item.objects.values_list("id", "number"))
    return {
        f"{numbers[row.item_id]}": (row.open_amount, row.open_company_amount, row.due_date) for row in rows
    }


def balances(books: Books) -> dict[str, Decimal]:
    rows = get_trial_balance(company_id=books.company_id, as_of=date(2026, 12, 31))
    return {row.role: row.company_amount for row in rows if row.company_amount}


def counts() -> tuple[int, ...]:
    models = (JournalEntry, Item, OpenItem, ClearingEdge, Netting, NettingAgreement, Event)
    return tuple(model.objects.count() for model in models)


def test_items_are_set_off_and_taken_back_whole() -> None:
    books = make_books()
    customer = books.customer()
    first, second = books.invoice(customer, "119.00"), books.invoice(customer, "50.00")
    agree(customer)
    before = open_amounts(books), balances(books)

    netting = net(customer, NettedPart(first.item_id), NettedPart(second.item_id, D("20.00")))

    assert last_entry(books, "NETTING") == {"1200": D("-139.00"), "2140": D("139.00")}
    assert {number: amounts[0] for number, amounts in open_amounts(books).items()} == {
        second.number: D("30.00")
    }
    row = Netting.objects.get(id=netting)
    assert (row.amount, row.currency, row.supplier_document) == (D("139.00"), "EUR", "ER-9")
    assert_books_are_sound()

    undo_netting(actor=SYSTEM, netting_id=netting, reason="wrong customer", on_date=date(2026, 4, 3))
    assert (open_amounts(books), balances(books)) == before
    assert_books_are_sound()
    standing = counts()
    with pytest.raises(CannotNet, match="already"):
        undo_netting(actor=SYSTEM, netting_id=netting, reason="again", on_date=DAY)
    with pytest.raises(CannotNet, match="already"):
        undo_netting(actor=SYSTEM, netting_id=netting + 1, reason="again", on_date=DAY)
    with pytest.raises(NotFound):
        undo_netting(actor=SYSTEM, netting_id=999_999, reason="again", on_date=DAY)
    assert counts() == standing


def test_foreign_items_are_set_off_at_the_rate_of_the_day() -> None:
    record_rates(
        rates=[(date(2026, 3, 1), "EUR", "USD", D("1.0800")), (DAY, "EUR", "USD", D("1.1000"))], source="TEST"
    )
    books = make_books()
    customer = books.customer()
    invoice = books.invoice(customer, "10000.00", currency="USD")
    agree(customer)
    net(customer, NettedPart(invoice.item_id))
    assert balances(books) == {
        "PAYABLES_SET_OFF": D("9090.91"),
        "FX_REALISED": D("168.35"),
        "REVENUE": D("-9259.26"),
    }
    assert_books_are_sound()


@pytest.mark.parametrize(
    ("said", "on_date"),
    [
        ({"valid_from": date(2026, 4, 2)}, DAY),
        ({"valid_from": date(2026, 1, 1), "valid_until": DAY}, DAY),
        (None, DAY),
    ],
)
def test_without_an_agreement_in_force_nothing_is_set_off(
    said: dict[str, date] | None, on_date: date
) -> None:
    books = make_books()
    customer, other = books.customers("1", "2")
    agree(other, valid_from=date(2026, 1, 1))
    invoice = books.invoice(customer, "10.00")
    if said is not None:
        agree(customer, **said)
    standing = counts()
    with pytest.raises(CannotNet, match="no agreement on file"):
        net(customer, NettedPart(invoice.item_id), on_date=on_date)
    assert counts() == standing


def test_what_cannot_be_set_off_is_refused_whole() -> None:
    record_rates(rates=[(date(2026, 3, 1), "EUR", "USD", D("1.0800"))], source="TEST")
    books = make_books()
    customer, other = books.customers("1", "2")
    agree(customer, valid_from=date(2026, 1, 1))
    mine, later, dollars, credit, theirs = books.issue(
        [
            books.draft(customer, "10.00"),
            books.draft(customer, "10.00", document_date=date(2026, 4, 2)),
            books.draft(customer, "10.00", currency="USD"),
            books.draft(customer, "-5.00"),
            books.draft(other, "10.00"),
        ]
    )
    paid = books.payment(customer, "3.00")
    standing = counts()
    part = NettedPart(mine.item_id)
    cases: list[tuple[type[Refusal], tuple[NettedPart, ...], dict[str, Any]]] = [
        (CannotNet, (NettedPart(later.item_id),), {}),
        (CannotNet, (part, NettedPart(dollars.item_id)), {}),
        (CannotNet, (part, NettedPart(credit.item_id)), {}),
        (CannotNet, (part, NettedPart(theirs.item_id)), {}),
        (CannotNet, (part, NettedPart(paid)), {}),
        (CannotNet, (part, part), {}),
        (CannotNet, (), {}),
        (CannotNet, (NettedPart(mine.item_id, D("10.01")),), {}),
        (CannotNet, (NettedPart(mine.item_id, D(0)),), {}),
        (CannotNet, (part,), {"supplier_document": " "}),
        (NotOpen, (NettedPart(999_999),), {}),
        (NotAllowed, (part,), {"actor": clerk(books.company_id, Duty.CLOSE)}),
    ]
    for refusal, parts, said in cases:
        with pytest.raises(refusal), operation():
            net(customer, *parts, **said)
    with operation():
        LedgerAccount.objects.filter(company_id=books.company_id, role="PAYABLES_SET_OFF").update(role=None)
    with pytest.raises(NoAccount), operation():
        net(customer, part)
    assert counts() == standing


def test_a_netting_whose_clearing_was_taken_back_is_not_taken_back_twice() -> None:
    books = make_books()
    customer = books.customer()
    invoice = books.invoice(customer, "10.00")
    agree(customer)
    netting = net(customer, NettedPart(invoice.item_id))
    clearing = Netting.objects.get(id=netting).clearing_id
    unclear_items(actor=SYSTEM, clearing_ids=[clearing], effective_date=DAY, reason="TEST")
    with pytest.raises(CannotUnclear), operation():
        undo_netting(actor=SYSTEM, netting_id=netting, reason="r", on_date=DAY)
    assert_books_are_sound()


def test_agreements_are_written_by_who_keeps_the_master_data() -> None:
    books = make_books()
    customer = books.customer()
    agreement = agree(customer, actor=clerk(books.company_id, Duty.MASTER))
    standing = counts()
    for refusal, said in (
        (NotAllowed, {"actor": clerk(books.company_id, Duty.CASH), "valid_from": date(2025, 1, 1)}),
        (CannotNet, {"valid_from": date(2027, 1, 1)}),
        (CannotNet, {"valid_from": date(2025, 1, 1)}),
        (CannotNet, {"valid_from": date(2025, 1, 1), "valid_until": date(2025, 1, 1)}),
        (CannotNet, {"supplier_number": " ", "valid_from": date(2025, 1, 1), "valid_until": DAY}),
    ):
        with pytest.raises(refusal):
            agree(customer, **said)
    with pytest.raises(CannotNet):
        end_netting_agreement(actor=SYSTEM, agreement_id=agreement, valid_until=DAY)
    with pytest.raises(NotFound):
        end_netting_agreement(actor=SYSTEM, agreement_id=999_999, valid_until=DAY)
    assert counts() == standing
    end_netting_agreement(actor=SYSTEM, agreement_id=agreement, valid_until=date(2026, 6, 1))
    agree(customer, valid_from=date(2026, 6, 1))


def test_a_netting_has_the_sign_of_what_it_does() -> None:
    books = make_books()
    customer = books.customer()
    invoice = books.invoice(customer, "10.00")
    agree(customer)
    row = Netting.objects.get(id=net(customer, NettedPart(invoice.item_id)))
    for said in ({"amount": D(-1), "reverses_id": None}, {"amount": D(1), "reverses_id": row.id}):
        with pytest.raises(BrokenInvariant, match="netting_sign"), operation():
            Netting.objects.create(
                agreement_id=1,
                item_id=1,
                clearing_id=-1,
                customer_id=customer,
                company_id=books.company_id,
                netted_date=DAY,
                supplier_document="x",
                currency="EUR",
                **said,
            )


def test_the_command_line_sets_off_and_takes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    books = make_books("Heimat GmbH")
    customer = books.customer()
    invoice = books.invoice(customer, "119.00")

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["receivables", *arguments])
        return f"{result.exit_code} {result.output}"

    whose = ("--company", "Heimat GmbH", "--customer", "1001")
    item = ("--item", f"{invoice.number}=100.00", "--document", "ER-1", "--date", "2026-04-01")
    assert "CANNOT_NET" in run("net", *whose, *item)
    assert run(
        "agree-netting", *whose, "--supplier", "L-1", "--document", "Contract", "--from", "2026-01-01"
    ).startswith("0 Agreement")
    told = run("net", *whose, *item)
    assert told.startswith("0 Netting")
    assert OpenItem.objects.get().open_amount == D("19.00")
    assert "NOT_FOUND" in run("net", *whose, "--item", "none", "--document", "ER-1")
    netting = str(Netting.objects.get().id)
    assert run("undo-netting", "--netting", netting, "--reason", "wrong", "--date", "2026-04-02").startswith(
        "0"
    )
    assert OpenItem.objects.get().open_amount == D("119.00")
