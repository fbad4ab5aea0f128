"""A returned payment waits for a person, with the one receipt it takes back where that can be told."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from acquit.cash.rules.receipts import EarlierReceipt, MatchPlan, ReceiptFact
from acquit.cash.rules.remittance_text import as_earlier
from acquit.cash.rules.returns import return_fee
from tests.cash.facts import DAY, book, index, item, match, payer, receipt
from tests.shared_data import shared_data

D = Decimal
INVOICE = item(15, "89.90", number="INV-1015")


def came(
    number: int, amount: str, text: str = "", *, days: int = 5, is_applied: bool = True, **said: str
) -> EarlierReceipt:
    fact = receipt(amount, text, value_date=DAY - timedelta(days=days), **said)
    return as_earlier(fact, number, 1, is_applied=is_applied)


def back(amount: str, text: str = "", **said: object) -> ReceiptFact:
    return receipt(amount, text, **{"return_code": "AM04", **said})


def plan(fact: ReceiptFact, *earlier: EarlierReceipt) -> MatchPlan:
    return match(fact, book(cleared=[INVOICE], earlier=earlier))


def test_a_return_is_never_posted_alone_and_names_what_it_takes_back() -> None:
    found = plan(back("-89.90"), came(7, "89.90"), came(8, "89.91"))

    assert (found.state, found.rule, found.asked_because) == ("RETURNED", "RETURNED", "RETURNED")
    assert (found.returns_receipt_id, found.customer_id) == (7, 1)


@pytest.mark.parametrize(
    ("fact", "found"),
    [
        (back("-89.90", end_to_end_id="E-4711"), 8),
        (back("-89.90", "RUECKLASTSCHRIFT E-4711"), 8),
        (back("-93.40", "RUECKLASTSCHRIFT INV-1015 ENTGELT 3,50"), 9),
        (back("-89.90"), None),
        (back("-89.89"), None),
        (back("-114.91"), None),
    ],
)
def test_the_original_is_told_by_reference_then_number_then_a_unique_amount(
    fact: ReceiptFact, found: int | None
) -> None:
    earlier = [
        came(7, "89.90", "other"),
        came(8, "89.90", "more", end_to_end_id="E-4711"),
        came(9, "89.90", "RE INV-1015"),
    ]

    assert plan(fact, *earlier).returns_receipt_id == found


def test_what_was_not_applied_or_is_too_old_or_another_currencys_is_no_original() -> None:
    assert plan(back("-89.90"), came(7, "89.90", is_applied=False)).returns_receipt_id is None
    assert plan(back("-89.90"), came(7, "89.90", days=401)).returns_receipt_id is None
    assert plan(back("-89.90"), came(7, "89.90", days=400)).returns_receipt_id == 7
    assert plan(back("-89.90"), came(7, "89.90")._replace(currency="USD")).returns_receipt_id is None


def test_words_and_the_banks_mark_say_that_money_came_back() -> None:
    assert match(receipt("-89.90", "RÜCKLASTSCHRIFT INV-1015"), book()).state == "RETURNED"
    assert match(receipt("-89.90", is_reversal=True), book()).state == "RETURNED"
    assert match(receipt("-89.90", "MIETE"), book()).state == "IGNORED"


def test_a_return_of_an_unknown_payer_is_the_named_documents_customers() -> None:
    found = match(back("-89.90", "INV-1015", iban=""), book(cleared=[INVOICE]))

    assert (found.customer_id, found.customer_candidates) == (1, (1,))
    assert match(back("-89.90", iban=""), book()).customer_id is None


def test_money_of_ours_that_came_back_is_no_payment() -> None:
    payers = index([payer(1, is_auto_by_amount=True)])

    found = match(back("89.90", "INV-1015"), book(INVOICE, payers=payers))

    assert (found.state, found.rule, found.asked_because) == ("UNAPPLIED", "RETURNED_TO_US", "RETURNED")
    assert found.applied == ()


@pytest.mark.parametrize(
    ("returned", "original", "fee"), [("-122.50", "119.00", "3.50"), ("-119", "119", "0")]
)
def test_the_fee_is_what_the_return_took_beyond_the_receipt(returned: str, original: str, fee: str) -> None:
    assert return_fee(D(returned), D(original)) == D(fee)


def test_the_worked_example_of_a_returned_direct_debit() -> None:
    cases = json.loads(shared_data("worked_examples/cash_application.json").read_text())
    [case] = [case for case in cases if case["id"] == "cap-returned-direct-debit"]
    given = case["inputs"]["payment"]
    collected = came(7, "89.90", end_to_end_id=given["original_end_to_end"])

    found = plan(
        back(given["amount"], end_to_end_id=given["original_end_to_end"]), collected, came(8, "89.90")
    )

    assert found.returns_receipt_id == 7
