"""Customers' deduction codes: each with the handbook's reason, the customer's own before the one for all."""

from __future__ import annotations

import pytest

from acquit.controls.rules.duties import Duty, NotAllowed
from acquit.disputes.models import DeductionCode
from acquit.disputes.operations import DeductionCodeDraft, store_deduction_codes
from acquit.disputes.queries import list_deduction_codes
from acquit.disputes.rules.reasons import REASONS, read_reason
from tests.builders import SYSTEM, clerk, make_books


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_reason_of_the_house_stays_itself(reason: str) -> None:
    assert read_reason(reason) == read_reason(reason.lower().replace("_", " ")) == reason


@pytest.mark.parametrize(
    ("reason", "text", "read"),
    [
        ("Damage", "", "QUALITY"),
        ("QUALITY/damage", "", "QUALITY"),
        ("Short delivery", "", "DELIVERY"),
        ("shortage", "", "QUANTITY"),
        ("Preisdifferenz", "", "PRICING"),
        ("Trade promotion", "", "TRADE_PROMO"),
        ("unearned discount", "", "PAYMENT"),
        ("", "Casse transport", "QUALITY"),
        ("", "Fehlmenge", "QUANTITY"),
        ("ZK-17", "", "ZK_17"),
        ("ZK-17", "Bruch", "ZK_17"),
        ("", "??", "UNEXPLAINED"),
    ],
)
def test_other_words_are_read_and_an_unknown_reason_stays_the_companys_own(
    reason: str, text: str, read: str
) -> None:
    assert read_reason(reason, text) == read


@pytest.mark.django_db
def test_codes_are_stored_once_and_a_changed_one_means_the_new() -> None:
    books = make_books()
    customer, other = books.customer("1001"), books.customer("1002")
    drafts = [
        DeductionCodeDraft("101", customer, "Casse transport", "QUALITY"),
        DeductionCodeDraft("101", None, "Promotion", "TRADE_PROMO"),
        DeductionCodeDraft("7", other, "Prix", ""),
    ]

    def store(drafts: list[DeductionCodeDraft]) -> int:
        return store_deduction_codes(actor=SYSTEM, company_id=books.company_id, drafts=drafts)

    assert (store(drafts), store(drafts)) == (3, 0)
    assert store([DeductionCodeDraft("101", customer, "Casse transport", "DELIVERY")]) == 1

    found = list_deduction_codes(books.company_id, customer_ids=[customer])
    assert [(each.code, each.customer_id, each.reason) for each in found] == [
        ("101", customer, "DELIVERY"),
        ("101", None, "TRADE_PROMO"),
    ]
    assert len(list_deduction_codes(books.company_id)) == 3
    with pytest.raises(NotAllowed):
        store_deduction_codes(
            actor=clerk(books.company_id, Duty.BILL),
            company_id=books.company_id,
            drafts=[DeductionCodeDraft("9")],
        )
    assert not DeductionCode.objects.filter(code="9").exists()
