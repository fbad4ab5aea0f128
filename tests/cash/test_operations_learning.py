"""What people decide trains a model; two people store it; it posts what its costs allow, and undo takes it back."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from acquit.cash.models import MatchModelVersion
from acquit.cash.operations import (
    LearningNotInstalled,
    TooFewDecisions,
    keep_on_account,
    store_match_model,
    train_match_model,
)
from acquit.cash.queries import find_match_model, list_decided_proposals, list_match_models
from acquit.cash.rules.likelihood import Bin, CannotReadModel, write_model
from acquit.controls.models import Decision
from acquit.controls.operations import CannotApprove, store_policy
from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.infra.models import Event
from acquit.infra.transaction import BrokenInvariant, operation
from tests.builders import DECIDED_AT, INVOICE_DAY, PAYMENT_DAY, SYSTEM, Books, bank_line, clerk, make_books
from tests.cash.standing import assert_sound, how_it_stands, receipt_of
from tests.cash.test_operations_clerking import apply, confirm, undo

pytestmark = pytest.mark.django_db
IBAN = "DE89370400440532013000"
#: Whatever it is shown, 9,998 of its likes were right.
CERTAIN = write_model(
    weights={"items": 1.0},
    intercept=0.0,
    bins=[Bin(-9.0, 9998, 9998)],
    calibration=[],
    trained={"rows": 9998},
)


def store(books: Books, body: Mapping[str, Any] = CERTAIN, *, by: int = 1, approved_by: int = 2) -> Any:
    return store_match_model(
        actor=clerk(books.company_id, Duty.POLICY, user_id=by),
        approver=clerk(books.company_id, Duty.POLICY, user_id=approved_by),
        company_id=books.company_id,
        body=body,
        valid_from=PAYMENT_DAY,
    )


def pay(books: Books, amount: str, text: str = "DANKE") -> int:
    books.bank_lines(bank_line(amount, text, iban=IBAN))
    return receipt_of(books, amount).id


def proposed(books: Books, customer: int, amount: str) -> tuple[int, int]:
    """Bring money that only its amount speaks for; gives the receipt and the item proposed."""
    invoice = books.invoice(customer, amount)
    receipt_id = pay(books, amount)
    assert receipt_of(books, amount).state == "PROPOSED"
    return receipt_id, invoice.item_id


def test_what_became_of_proposals_says_which_were_right() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    other = books.invoice(customer, "500.00")
    confirmed, _ = proposed(books, customer, "11.00")
    confirm(confirmed)
    corrected, _ = proposed(books, customer, "12.00")
    apply(corrected, (other.item_id, "12.00"))
    undone, _ = proposed(books, customer, "13.00")
    confirm(undone)
    undo(undone)
    kept, _ = proposed(books, customer, "14.00")
    keep_on_account(
        actor=SYSTEM, receipt_id=kept, customer_id=customer, business_date=PAYMENT_DAY, decided_at=DECIDED_AT
    )
    again, _ = proposed(books, customer, "15.00")
    confirm(again)
    undo(again)
    confirm(again)
    proposed(books, customer, "16.00")
    alone = books.invoice(customer, "17.00")
    left_alone = pay(books, "17.00", f"RE {alone.number}")
    wrong = books.invoice(customer, "18.00")
    taken_back = pay(books, "18.00", f"RE {wrong.number}")
    undo(taken_back)

    found = {
        Decision.objects.get(id=row.decision_id).subject_id: row.is_right
        for row in list_decided_proposals(books.company_id)
    }

    assert receipt_of(books, "17.00").state == "AUTO"
    assert left_alone not in found
    assert found == {
        confirmed: True,
        corrected: False,
        undone: False,
        kept: False,
        again: True,
        taken_back: False,
    }


def test_too_few_decisions_teach_nothing() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    receipt_id, _ = proposed(books, customer, "11.00")
    confirm(receipt_id)
    with pytest.raises(TooFewDecisions) as refused:
        train_match_model(actor=SYSTEM, company_id=books.company_id, on_date=PAYMENT_DAY)
    assert refused.value.details == {"rows": 1, "right": 1}
    with pytest.raises(NotAllowed):
        train_match_model(
            actor=clerk(books.company_id, Duty.CASH), company_id=books.company_id, on_date=PAYMENT_DAY
        )
    assert not MatchModelVersion.objects.exists()


def few_are_enough(books: Books) -> None:
    store_policy(
        actor=clerk(books.company_id, Duty.POLICY, user_id=1),
        approver=clerk(books.company_id, Duty.POLICY, user_id=2),
        company_id=books.company_id,
        kind="MATCHING",
        body={**DEFAULTS["MATCHING"], "model_rows_from": 10},
        valid_from=INVOICE_DAY - timedelta(days=60),
    )


def test_a_model_is_trained_from_decisions_stored_once_and_used_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    books = make_books()
    few_are_enough(books)
    customer = books.customer("1001", ibans=(IBAN,))
    for number in range(12):
        receipt_id, _ = proposed(books, customer, f"{20 + number}.00")
        confirm(receipt_id)
        if number % 2:
            undo(receipt_id)
            keep_on_account(
                actor=SYSTEM,
                receipt_id=receipt_id,
                customer_id=customer,
                business_date=PAYMENT_DAY,
                decided_at=DECIDED_AT,
            )

    body = train_match_model(actor=SYSTEM, company_id=books.company_id, on_date=PAYMENT_DAY)
    again = train_match_model(actor=SYSTEM, company_id=books.company_id, on_date=PAYMENT_DAY)

    assert body == again
    assert (body["trained"]["rows"], body["trained"]["right"]) == (12, 6)
    assert find_match_model(books.company_id, PAYMENT_DAY) is None
    first, second = store(books, body), store(books, again)
    assert (first.version, first.is_new, second.version, second.is_new) == (1, True, 1, False)
    [stored] = list_match_models(books.company_id)
    assert (stored.author_id, stored.approver_id, stored.body) == (1, 2, body)
    assert Event.objects.filter(kind="cash.model.stored", object_id=stored.id).count() == 1
    receipt_id, _ = proposed(books, customer, "77.00")
    proof = Decision.objects.get(subject_kind="RECEIPT", subject_id=receipt_id).proof
    assert 0 < float(proof["likelihood"]["probability"]) < 0.999
    assert (proof["likelihood"]["model"], proof["likelihood"]["hash"]) == (1, body["hash"])

    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(LearningNotInstalled, match="pip install 'acquit\\[learn\\]'"):
        train_match_model(actor=SYSTEM, company_id=books.company_id, on_date=PAYMENT_DAY)


def test_a_sure_model_posts_an_amount_alone_and_undo_gives_it_back() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    proposed(books, customer, "61.00")
    store(books)
    books.invoice(customer, "62.00")

    receipt_id = pay(books, "62.00")

    receipt = receipt_of(books, "62.00")
    proof = Decision.objects.get(subject_kind="RECEIPT", subject_id=receipt_id).proof
    assert receipt.state == "AUTO"
    assert (proof["asked_because"], proof["likelihood"]["was_asked"]) == ("", "BY_AMOUNT_ONLY")
    assert proof["likelihood"]["probability"] == "0.999900"
    assert_sound()
    undo(receipt_id)
    assert receipt_of(books, "62.00").state == "UNAPPLIED"
    assert_sound()


def test_a_sure_model_posts_no_choice_between_two_and_nothing_of_nobody() -> None:
    books = make_books()
    customer = books.customer("1001", ibans=(IBAN,))
    store(books)
    books.invoice(customer, "62.00")
    books.invoice(customer, "62.00")
    pay(books, "62.00")
    assert receipt_of(books, "62.00").state == "PROPOSED"
    books.bank_lines(bank_line("63.00", "DANKE", iban="AT611904300234573201"))
    assert receipt_of(books, "63.00").state == "UNIDENTIFIED"


def test_a_model_is_stored_by_two_people_and_as_it_was_trained() -> None:
    books = make_books()
    before = how_it_stands(books)
    with pytest.raises(CannotApprove):
        store(books, by=1, approved_by=1)
    with pytest.raises(CannotReadModel):
        store(books, {**CERTAIN, "intercept": "5.00000000"})
    with pytest.raises(BrokenInvariant, match="match_model_approved"), operation():
        MatchModelVersion.objects.create(
            company_id=books.company_id,
            version=1,
            valid_from=PAYMENT_DAY,
            author_id=1,
            approver_id=1,
            fingerprint="x",
            body={},
        )
    assert not MatchModelVersion.objects.exists()
    assert how_it_stands(books) == before
