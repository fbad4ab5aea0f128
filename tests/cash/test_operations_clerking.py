"""A clerk confirms, corrects, splits and keeps; a refusal changes nothing; undo gives everything back exactly."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.models import PayerAlias
from acquit.cash.operations import (
    CannotMove,
    ReceiptOutcome,
    apply_receipt,
    confirm_receipt,
    keep_on_account,
    undo_receipt,
)
from acquit.cash.queries import get_receipt, list_receipts
from acquit.cash.rules.application import CannotApply
from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind
from acquit.controls.models import Decision
from acquit.controls.rules.duties import Actor, Duty, NotAllowed
from acquit.core.errors import NotFound
from acquit.disputes.operations import DisputeDraft, open_disputes
from acquit.disputes.queries import list_disputes
from acquit.infra.models import Event
from acquit.work.models import WorkItem
from acquit.work.queries import list_queues
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, clerk, make_books
from tests.cash.standing import (
    ask_about_differences,
    assert_sound,
    how_it_stands,
    in_balance,
    only_receipt,
    open_amounts,
    receipt_of,
)

pytestmark = pytest.mark.django_db
D = Decimal
IBAN = "DE89370400440532013000"
OTHER_IBAN = "AT611904300234573201"


def act(
    operation: Callable[..., ReceiptOutcome], receipt_id: int, actor: Actor = SYSTEM, **said: Any
) -> ReceiptOutcome:
    return operation(
        actor=actor, receipt_id=receipt_id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT, **said
    )


def confirm(receipt_id: int, **said: Any) -> ReceiptOutcome:
    return act(confirm_receipt, receipt_id, **said)


def apply(receipt_id: int, *parts: tuple[int, str], **said: Any) -> ReceiptOutcome:
    return act(apply_receipt, receipt_id, applied=[Applied(i, D(amount)) for i, amount in parts], **said)


def undo(receipt_id: int, **said: Any) -> ReceiptOutcome:
    return act(undo_receipt, receipt_id, reason="TEST", **said)


def keep(receipt_id: int, customer_id: int | None = None, **said: Any) -> ReceiptOutcome:
    return act(keep_on_account, receipt_id, customer_id=customer_id, **said)


def deduction(books: Books) -> tuple[int, int]:
    """Bring a payment of 2,850 for three invoices and 150 held back; gives receipt and held back item."""
    ask_about_differences(books)
    customer = books.customer("1001", ibans=(IBAN,))
    issued = [books.invoice(customer, amount) for amount in ("1000.00", "1200.00", "800.00")]
    numbers = " ".join(document.number for document in issued)
    text = f"RE {numbers} ABZGL BRUCH 150,00 ZU {issued[1].number}"
    books.bank_lines(bank_line("2850.00", text, iban=IBAN, counterparty="Customer 1001"))
    return only_receipt(books).id, issued[1].item_id


def test_a_confirmed_deduction_opens_a_case_and_keeps_the_rest_owed() -> None:
    books = make_books()
    receipt_id, item_id = deduction(books)

    outcome = confirm(receipt_id)

    assert (outcome.state, outcome.cleared_items, outcome.opened_cases) == ("CONFIRMED", 3, 1)
    [case] = list_disputes(company_ids=[books.company_id])
    assert (case.item_id, case.kind, case.state, case.reason, str(case.amount.quantize(D("0.01")))) == (
        item_id,
        "DEDUCTION",
        "OPEN",
        "QUALITY",
        "150.00",
    )
    assert list(open_amounts(books).values()) == ["150.00"]
    assert Event.objects.filter(kind="disputes.case.opened", object_id=case.id).count() == 1
    assert WorkItem.objects.get().closed_at == DECIDED_AT
    assert list_queues([books.company_id]) == []
    assert_sound()


def test_undo_gives_everything_back_exactly() -> None:
    books = make_books()
    receipt_id, _ = deduction(books)
    before = how_it_stands(books)

    confirm(receipt_id)
    assert how_it_stands(books) != before
    outcome = undo(receipt_id)

    assert outcome.state == "PROPOSED"
    assert how_it_stands(books) == before
    [case] = list_disputes(company_ids=[books.company_id])
    assert (case.state, case.closed_date) == ("WITHDRAWN", PAYMENT_DAY)
    assert Event.objects.filter(kind="disputes.case.withdrawn").count() == 1
    assert_sound()


def test_what_was_undone_may_be_confirmed_again() -> None:
    books = make_books()
    receipt_id, _ = deduction(books)
    confirm(receipt_id)
    settled = how_it_stands(books)

    undo(receipt_id)
    confirm(receipt_id)

    assert {**how_it_stands(books), "cases": None} == {**settled, "cases": None}
    assert len(list_disputes(company_ids=[books.company_id], is_open=True)) == 1
    assert_sound()


def test_an_automatic_match_undone_waits_for_a_person() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "1190.00", tax="190.00", payment_terms="2/60 NET90")
    books.bank_lines(bank_line("1166.20", invoice.number, iban=IBAN))
    receipt_id = only_receipt(books).id
    assert get_receipt(receipt_id).state == "AUTO"

    undo(receipt_id)

    assert get_receipt(receipt_id).state == "UNAPPLIED"
    assert open_amounts(books, customer) == {
        invoice.number: "1190.00",
        get_receipt(receipt_id).bank_reference: "-1166.20",
    }
    assert in_balance(books, "REVENUE_REDUCTIONS") == "0.00"
    assert [queue.count for queue in list_queues([books.company_id])] == [1]
    assert_sound()
    with pytest.raises(CannotMove, match="nothing to undo"):
        undo(receipt_id)


def test_a_family_payment_undone_leaves_no_transfer_behind() -> None:
    books = make_books()
    ask_about_differences(books)
    books.customer("1000", ibans=(IBAN,))
    child = books.customer("1001", parent_number="1000")
    invoice, note = books.invoice(child, "300.00"), books.invoice(child, "-100.00")
    books.bank_lines(bank_line("150.00", f"{invoice.number} {note.number} ABZGL MANGEL 50,00", iban=IBAN))
    receipt_id = only_receipt(books).id
    before = how_it_stands(books)

    confirm(receipt_id)
    assert open_amounts(books) == {invoice.number: "50.00"}
    undo(receipt_id)

    assert how_it_stands(books) == before
    assert_sound()


def test_a_clerk_corrects_a_proposal() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    first, second = books.invoice(customer, "500.00"), books.invoice(customer, "500.00")
    books.bank_lines(bank_line("500.00", "Zahlung", iban=IBAN))
    receipt = only_receipt(books)
    assert receipt.state == "PROPOSED"

    apply(receipt.id, (second.item_id, "500.00"))

    assert open_amounts(books) == {first.number: "500.00"}
    proof = Decision.objects.get(id=get_receipt(receipt.id).decision_id).proof
    assert proof["before"] == {
        "state": "PROPOSED",
        "decision": receipt.decision_id,
        "customer": customer,
        "purpose": "",
        "waits_until": None,
    }
    assert_sound()


def test_a_lump_sum_is_split_over_items_of_several_customers_and_the_rest_kept() -> None:
    books = make_books()
    payer, other = books.customer("1001", ibans=(IBAN,)), books.customer("1002")
    one, two = books.invoice(payer, "100.00"), books.invoice(other, "200.00")
    books.bank_lines(bank_line("350.00", "Sammelzahlung", iban=IBAN))
    receipt = only_receipt(books)

    apply(receipt.id, (two.item_id, "200.00"), (one.item_id, "100.00"))

    assert in_balance(books, "UNAPPLIED_CASH") == "-50.00"
    assert list(open_amounts(books, payer).values()) == ["-50.00"]
    assert open_amounts(books, other) == {}
    assert_sound()


def test_what_is_left_of_a_receipt_can_be_applied_later_and_undone_step_by_step() -> None:
    books = make_books()
    ask_about_differences(books)
    customer = books.customer("1001", ibans=(IBAN,))
    first = books.invoice(customer, "100.00")
    books.bank_lines(bank_line("180.00", f"{first.number} UND MEHR", iban=IBAN))
    receipt_id = only_receipt(books).id
    standing = [how_it_stands(books)]

    confirm(receipt_id)
    second = books.invoice(customer, "80.00")
    standing[0]["open"][second.item_id] = how_it_stands(books)["open"][second.item_id]
    standing.append(how_it_stands(books))
    apply(receipt_id, (second.item_id, "80.00"))
    assert open_amounts(books) == {}
    assert_sound()

    with pytest.raises(CannotMove, match="applied in full"):
        apply(receipt_id, (second.item_id, "1.00"))
    undo(receipt_id)
    assert how_it_stands(books) == standing[1]
    undo(receipt_id)
    assert how_it_stands(books)["open"] == standing[0]["open"]
    assert get_receipt(receipt_id).state == "PROPOSED"
    assert_sound()


def test_money_of_nobody_is_kept_for_a_customer_and_stands_on_its_account() -> None:
    books = make_books()
    customer = books.customer("1001")
    books.bank_lines(bank_line("70.00", "DANKE", iban=OTHER_IBAN))
    receipt_id = only_receipt(books).id
    before = how_it_stands(books)

    keep(receipt_id, customer)

    assert list(open_amounts(books, customer).values()) == ["-70.00"]
    assert list(open_amounts(books).values()) == ["-70.00"]
    receipt = get_receipt(receipt_id)
    assert (receipt.state, receipt.customer_id) == ("ON_ACCOUNT", customer)
    assert_sound()

    kept = how_it_stands(books)
    invoice = books.invoice(customer, "60.00")
    apply(receipt_id, (invoice.item_id, "60.00"))
    assert list(open_amounts(books).values()) == ["-10.00"]
    undo(receipt_id)
    kept["open"][invoice.item_id] = how_it_stands(books)["open"][invoice.item_id]
    assert how_it_stands(books)["open"] == kept["open"]
    undo(receipt_id)
    assert how_it_stands(books)["receipts"] == before["receipts"]
    assert open_amounts(books, customer) == {invoice.number: "60.00"}
    assert_sound()


def test_money_kept_and_used_elsewhere_cannot_be_undone_before_that() -> None:
    books = make_books()
    customer = books.customer("1001")
    books.bank_lines(bank_line("70.00", "DANKE"))
    receipt_id = only_receipt(books).id
    keep(receipt_id, customer)
    [taken] = [
        item_id for item_id, (owner, *_rest) in how_it_stands(books)["open"].items() if owner == customer
    ]
    invoice = books.invoice(customer, "70.00")
    books.clear(taken, invoice.item_id, "70.00")
    before = how_it_stands(books)

    with pytest.raises(CannotMove, match="used elsewhere"):
        undo(receipt_id)

    assert how_it_stands(books) == before


def test_applying_the_money_of_nobody_gives_the_rest_to_whose_items_it_paid() -> None:
    books = make_books()
    customer = books.customer("1001")
    invoice = books.invoice(customer, "60.00")
    books.bank_lines(bank_line("70.00", "DANKE", iban=OTHER_IBAN))
    receipt_id = only_receipt(books).id
    before = how_it_stands(books)

    apply(receipt_id, (invoice.item_id, "60.00"))

    assert list(open_amounts(books, customer).values()) == ["-10.00"]
    assert get_receipt(receipt_id).customer_id == customer
    undo(receipt_id)
    assert how_it_stands(books) == before
    assert_sound()


def test_confirmations_teach_who_pays_and_undo_forgets() -> None:
    books = make_books()
    customer = books.customer("1001")

    def pay(amount: str) -> int:
        invoice = books.invoice(customer, amount)
        books.bank_lines(
            bank_line(amount, "Zahlung", iban=OTHER_IBAN, counterparty="Holding 7"), opening="0.00"
        )
        receipt_id = receipt_of(books, amount).id
        apply(receipt_id, (invoice.item_id, amount))
        return receipt_id

    first = pay("61.00")
    assert PayerAlias.objects.filter(confirmations=1).count() == 2
    pay("62.00")
    assert sorted(PayerAlias.objects.values_list("kind", "alias", "confirmations")) == [
        ("IBAN", OTHER_IBAN, 2),
        ("NAME", "holding 7", 2),
    ]
    books.invoice(customer, "63.00")
    books.bank_lines(bank_line("63.00", "Zahlung", iban=OTHER_IBAN), opening="0.00")
    known = receipt_of(books, "63.00")
    assert (known.state, known.customer_id) == ("PROPOSED", customer)

    undo(first)
    assert sorted(PayerAlias.objects.values_list("confirmations", flat=True)) == [1, 1]


def test_a_correction_to_an_unrelated_customer_makes_the_money_its_own() -> None:
    books = make_books()
    wrong, right = books.customer("1001", ibans=(IBAN,)), books.customer("1002")
    invoice = books.invoice(right, "60.00")
    books.bank_lines(bank_line("70.00", "DANKE", iban=IBAN))
    receipt = only_receipt(books)
    assert receipt.customer_id == wrong

    apply(receipt.id, (invoice.item_id, "60.00"))

    assert get_receipt(receipt.id).customer_id == right
    assert (open_amounts(books, wrong), list(open_amounts(books, right).values())) == ({}, ["-10.00"])
    assert_sound()


def test_differences_a_person_names_are_posted() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    invoice = books.invoice(customer, "1190.00", tax="190.00")
    books.bank_lines(bank_line("1100.00", "Zahlung", iban=IBAN))
    receipt_id = only_receipt(books).id

    apply(
        receipt_id,
        (invoice.item_id, "1100.00"),
        differences=[
            Difference(DifferenceKind.DISCOUNT, invoice.item_id, D("23.80")),
            Difference(DifferenceKind.BANK_FEE, invoice.item_id, D("6.20")),
            Difference(DifferenceKind.DEDUCTION, invoice.item_id, D("60.00"), "PRICING"),
        ],
    )

    assert open_amounts(books) == {invoice.number: "60.00"}
    assert (in_balance(books, "REVENUE_REDUCTIONS"), in_balance(books, "BANK_CHARGES")) == ("20.00", "6.20")
    assert_sound()


# --- refusals: nothing changes ---


def refused(books: Books, refusal: type[Exception], says: str, attempt: Callable[[], object]) -> None:
    before = how_it_stands(books)
    with pytest.raises(refusal, match=says):
        attempt()
    assert how_it_stands(books) == before


def test_who_may_not_work_with_cash_changes_nothing() -> None:
    books = make_books()
    receipt_id, item_id = deduction(books)
    collector = clerk(books.company_id, Duty.READ, Duty.COLLECT, Duty.INTAKE)

    for attempt in (
        lambda: confirm(receipt_id, actor=collector),
        lambda: apply(receipt_id, (item_id, "10.00"), actor=collector),
        lambda: keep(receipt_id, actor=collector),
        lambda: undo(receipt_id, actor=collector),
    ):
        refused(books, NotAllowed, "lacks the duty CASH", attempt)
    confirm(receipt_id)
    refused(books, NotAllowed, "lacks the duty CASH", lambda: undo(receipt_id, actor=collector))


def test_what_does_not_fit_changes_nothing() -> None:
    books = make_books()
    receipt_id, item_id = deduction(books)
    foreign = make_books("Other Ltd")
    strange = foreign.invoice(foreign.customer(), "10.00")

    refused(books, CannotApply, "cannot be cleared", lambda: apply(receipt_id, (item_id, "1200.01")))
    refused(books, CannotApply, "not open", lambda: apply(receipt_id, (strange.item_id, "10.00")))
    refused(books, CannotApply, "not open", lambda: apply(receipt_id, (987654, "10.00")))
    refused(books, CannotApply, "at least one item", lambda: apply(receipt_id))
    refused(books, NotFound, "no customer", lambda: keep(receipt_id, foreign.customer("9")))


def test_a_proposal_whose_item_was_cleared_meanwhile_is_refused() -> None:
    books = make_books()
    receipt_id, item_id = deduction(books)
    customer = get_receipt(receipt_id).customer_id
    assert customer is not None
    books.clear(books.payment(customer, "1200.00"), item_id, "1200.00")

    refused(books, CannotApply, "not open any more", lambda: confirm(receipt_id))


def test_a_receipt_is_confirmed_once() -> None:
    books = make_books()
    receipt_id, _ = deduction(books)
    confirm(receipt_id)

    refused(books, CannotMove, "nothing is left to confirm", lambda: confirm(receipt_id))


def test_nothing_proposed_is_nothing_to_confirm() -> None:
    books = make_books()
    books.bank_lines(bank_line("1.23", "DANKE"), bank_line("-5.00", "MIETE"))
    unknown, ignored = receipt_of(books, "1.23"), receipt_of(books, "-5.00")

    refused(books, CannotMove, "Nothing is proposed", lambda: confirm(unknown.id))
    refused(books, CannotMove, "Say whose money", lambda: keep(unknown.id))
    refused(books, CannotMove, "no customer's money", lambda: keep(ignored.id, books.customer()))
    refused(books, CannotMove, "cannot become", lambda: confirm(ignored.id))
    refused(books, CannotMove, "nothing to undo", lambda: undo(unknown.id))


def test_only_the_decision_that_was_meant_is_undone() -> None:
    books = make_books()
    receipt_id, _ = deduction(books)
    decision_id = confirm(receipt_id).decision_id

    refused(books, CannotMove, "nothing to undo", lambda: undo(receipt_id, decision_id=decision_id - 1))
    assert undo(receipt_id, decision_id=decision_id).state == "PROPOSED"


def test_a_case_that_went_on_stays_when_the_deduction_is_undone() -> None:
    books = make_books()
    receipt_id, item_id = deduction(books)
    customer = get_receipt(receipt_id).customer_id
    assert customer is not None
    own = DisputeDraft(item_id, customer, "EUR", D("20.00"), "PRICING", PAYMENT_DAY)
    open_disputes(actor=SYSTEM, company_id=books.company_id, drafts=[own])
    confirm(receipt_id)

    undo(receipt_id)

    [left] = list_disputes(company_ids=[books.company_id], is_open=True)
    assert (left.kind, str(left.amount.quantize(D("0.01")))) == ("DISPUTE", "20.00")


def test_every_act_is_an_event_and_a_decision_that_names_the_one_before() -> None:
    books = make_books()
    receipt_id, _ = deduction(books)
    confirm(receipt_id, actor=clerk(books.company_id, Duty.CASH, user_id=42))
    undo(receipt_id)

    kinds = Event.objects.filter(object_kind="RECEIPT").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["cash.receipt.decided", "cash.receipt.confirmed", "cash.receipt.undone"]
    decisions = list(Decision.objects.order_by("id"))
    assert [(d.outcome, d.actor_id) for d in decisions] == [
        ("PROPOSED", None),
        ("CONFIRMED", 42),
        ("PROPOSED", None),
    ]
    assert [d.replaces_id for d in decisions] == [None, decisions[0].id, decisions[1].id]
    assert [r.decision_id for r in list_receipts(company_ids=[books.company_id])] == [decisions[0].id]


def teach(books: Books, customer: int, amount: str, counterparty: str = "Holding 7") -> int:
    """Have a person say that money of one account pays an invoice of a customer."""
    invoice = books.invoice(customer, amount)
    books.bank_lines(bank_line(amount, "Zahlung", iban=OTHER_IBAN, counterparty=counterparty), opening="0.00")
    receipt_id = receipt_of(books, amount).id
    apply(receipt_id, (invoice.item_id, amount))
    return receipt_id


def test_an_agent_is_never_learned_as_a_customer_and_undo_forgets_nothing_of_others() -> None:
    books = make_books()
    customer = books.customer("1001")
    first = teach(books, customer, "61.00", "NORD FACTORING AG")
    teach(books, customer, "62.00", "NORD FACTORING AG")

    assert not PayerAlias.objects.exists()
    teach(books, customer, "63.00")
    learned = sorted(PayerAlias.objects.values_list("kind", "confirmations"))
    undo(first)
    assert (
        sorted(PayerAlias.objects.values_list("kind", "confirmations"))
        == learned
        == [("IBAN", 1), ("NAME", 1)]
    )


def test_who_pays_for_strangers_too_is_believed_no_more_until_that_is_undone() -> None:
    books = make_books()
    customer, stranger = books.customer("1001"), books.customer("1002")
    teach(books, customer, "61.00")
    teach(books, customer, "62.00")
    third = teach(books, stranger, "63.00")

    books.invoice(customer, "64.00")
    books.bank_lines(bank_line("64.00", "Zahlung", iban=OTHER_IBAN), opening="0.00")
    unknown = receipt_of(books, "64.00")
    assert (unknown.state, unknown.customer_id) == ("UNIDENTIFIED", None)

    undo(third)
    books.invoice(customer, "65.00")
    books.bank_lines(bank_line("65.00", "Zahlung", iban=OTHER_IBAN), opening="0.00")
    known = receipt_of(books, "65.00")
    assert (known.state, known.customer_id) == ("PROPOSED", customer)


def test_one_payment_for_strangers_teaches_that_its_payer_is_none_of_them() -> None:
    books = make_books()
    one, other = books.customer("1001"), books.customer("1002")
    teach(books, one, "61.00")
    teach(books, one, "62.00")
    before = how_it_stands(books)["aliases"]
    invoices = [books.invoice(one, "30.00"), books.invoice(other, "40.00")]
    books.bank_lines(bank_line("70.00", "Sammelzahlung", iban=OTHER_IBAN), opening="0.00")
    both = receipt_of(books, "70.00").id

    outcome = apply(both, (invoices[0].item_id, "30.00"), (invoices[1].item_id, "40.00"))

    assert outcome.learned == ()
    books.bank_lines(bank_line("30.00", "Zahlung", iban=OTHER_IBAN), opening="0.00")
    assert receipt_of(books, "30.00").state == "UNIDENTIFIED"
    undo(both)
    assert how_it_stands(books)["aliases"] == before
