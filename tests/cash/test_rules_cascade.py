"""What becomes of a receipt: who names an open document is believed, amounts alone seldom, and nothing is guessed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from acquit.cash.rules.cascade import list_applied
from acquit.cash.rules.receipts import MatchPlan, OpenItem, ReceiptState
from acquit.cash.rules.remittance_text import as_earlier
from acquit.core.references import rf_reference
from tests.cash.facts import (
    DAY,
    IBAN,
    INVOICED,
    POLICY,
    applied,
    book,
    differences,
    index,
    item,
    match,
    payer,
    policy,
    receipt,
)

D = Decimal
A, B, C = item(1, "1000.00"), item(2, "1200.00"), item(3, "800.00")
AGREED = index([payer(1, is_auto_by_amount=True)])


def outcome(plan: MatchPlan) -> tuple[str, str, str]:
    return plan.state.value, plan.rule, plan.asked_because


# --- steps 1 and 2: a reference or a whole number, the amount explained ---


def test_a_whole_number_and_the_exact_amount_post_alone() -> None:
    plan = match(receipt("1000.00", f"Rechnung {A.number}"), book(A, B))

    assert outcome(plan) == ("AUTO", "DOCUMENT_NUMBER", "")
    assert applied(plan) == {1: "1000.00"}
    assert plan.customer_id == 1
    assert plan.score == D("1.00")
    assert [(part.name, part.fact) for part in plan.parts] == [
        ("reference", "NUMBERS_NAMED"),
        ("amount", "AMOUNT_EXACT"),
        ("payer", "PAYER_AGREES"),
    ]


def test_a_structured_reference_is_a_rule_of_its_own() -> None:
    referenced = item(1, "50.00", structured_reference=rf_reference("471100012"))

    plan = match(
        receipt("50.00", structured_reference=referenced.structured_reference, iban=""), book(referenced)
    )

    assert outcome(plan) == ("AUTO", "STRUCTURED_REFERENCE", "")
    assert plan.score == D("0.85")


def test_several_numbers_must_sum_to_the_amount() -> None:
    text = f"{A.number} {B.number} {C.number}"

    assert applied(match(receipt("3000.00", text), book(A, B, C))) == {
        1: "1000.00",
        2: "1200.00",
        3: "800.00",
    }
    assert outcome(match(receipt("2999.00", text), book(A, B, C)))[0] == "AUTO"  # tolerance
    assert outcome(match(receipt("2850.00", text), book(A, B, C))) == (
        "PROPOSED",
        "DOCUMENT_NUMBER",
        "DEDUCTION",
    )


def test_a_number_named_but_not_paid_is_left_open() -> None:
    plan = match(receipt("2200.00", f"{A.number} {B.number}, {C.number} IN KLAERUNG"), book(A, B, C))

    assert outcome(plan) == ("AUTO", "DOCUMENT_NUMBER", "")
    assert applied(plan) == {1: "1000.00", 2: "1200.00"}


def test_a_credit_note_named_is_netted() -> None:
    note = item(4, "-200.00", number="GS-2026-0004")

    plan = match(receipt("1600.00", f"{A.number} {C.number} ABZGL {note.number} 200,00"), book(A, C, note))

    assert outcome(plan) == ("AUTO", "DOCUMENT_NUMBER", "")
    assert applied(plan) == {1: "1000.00", 3: "800.00", 4: "-200.00"}


def test_numbers_of_an_unknown_payer_post_alone_when_the_amount_is_exact() -> None:
    plan = match(receipt("1000.00", A.number, iban="AT611904300234573201"), book(A))

    assert outcome(plan) == ("AUTO", "DOCUMENT_NUMBER", "")
    assert plan.score == D("0.85")


def test_a_payer_who_is_somebody_else_is_asked_about() -> None:
    payers = index([payer(1), payer(2)], ibans=[(IBAN, 2)])

    plan = match(receipt("1000.00", A.number), book(A, payers=payers))

    assert outcome(plan) == ("PROPOSED", "DOCUMENT_NUMBER", "PAYER_IS_ANOTHER")
    assert applied(plan) == {1: "1000.00"}


def test_a_parent_pays_for_its_children() -> None:
    payers = index([payer(1), payer(2, parent_id=1), payer(3, payer_id=1)])
    items = [item(4, "100.00", customer_id=2), item(5, "200.00", customer_id=3)]

    plan = match(receipt("300.00", f"{items[0].number} {items[1].number}"), book(*items, payers=payers))

    assert outcome(plan) == ("AUTO", "DOCUMENT_NUMBER", "")
    assert plan.customer_id == 1


def test_a_lump_sum_for_several_customers_posts_alone_only_to_the_cent_and_for_whole_numbers() -> None:
    payers = index([payer(1), payer(2)], ibans=())
    items = [item(4, "100.00"), item(5, "200.00", customer_id=2)]
    text = f"{items[0].number} {items[1].number}"

    assert outcome(match(receipt("300.00", text), book(*items, payers=payers)))[0] == "AUTO"
    assert outcome(match(receipt("299.00", text), book(*items, payers=payers))) == (
        "PROPOSED",
        "DOCUMENT_NUMBER",
        "SEVERAL_CUSTOMERS",
    )


SHORT_AND_OVER = [("600.00", "PART_PAID"), ("1150.00", "OVERPAID"), ("900.00", "DEDUCTION")]


@pytest.mark.parametrize(("amount", "asked"), SHORT_AND_OVER)
def test_a_difference_of_one_item_whose_payer_agrees_does_not_hold_up_the_cash(
    amount: str, asked: str
) -> None:
    fact = receipt(amount, A.number)

    assert outcome(match(fact, book(A))) == ("AUTO", "DOCUMENT_NUMBER", "")
    assert outcome(match(fact._replace(iban=""), book(A)))[2] == asked
    assert outcome(match(fact, book(A), policy(certain_amount_share="0")))[2] == asked


@pytest.mark.parametrize(("amount", "asked"), SHORT_AND_OVER)
def test_an_amount_that_is_exactly_another_item_is_asked_about(amount: str, asked: str) -> None:
    assert outcome(match(receipt(amount, A.number), book(A, item(9, amount))))[2] == asked


def test_a_surplus_that_is_exactly_another_item_is_asked_about() -> None:
    plan = match(receipt("1150.00", A.number), book(A, item(9, "150.00")))

    assert outcome(plan)[2] == "MORE_THAN_NAMED"
    assert applied(plan) == {1: "1000.00", 9: "150.00"}


def test_a_surplus_behind_a_text_that_was_cut_off_is_asked_about() -> None:
    text = f"{'RECHNUNG VOM MAERZ ' * 7}{A.number}"
    assert len(text) > 140

    assert outcome(match(receipt("1150.00", text), book(A)))[2] == "OVERPAID"


def test_a_surplus_that_is_the_document_named_and_paid_before_stays_on_account() -> None:
    fact = receipt("2200.00", f"{A.number} {B.number}")

    assert outcome(match(fact, book(A, cleared=[B])))[0] == "AUTO"
    assert differences(match(fact, book(A, cleared=[B]))) == [("OVERPAYMENT", None, "-1200.00", "")]
    assert outcome(match(fact._replace(amount=D("2100.00")), book(A, cleared=[B])))[2] == "NAMES_CLEARED"


def test_a_part_payment_over_several_items_is_asked_about() -> None:
    assert outcome(match(receipt("900.00", f"{A.number} {B.number}"), book(A, B)))[2] == "PART_PAID"


def test_a_part_payment_less_discount_in_time_clears_what_it_is_worth() -> None:
    discounted = item(1, "1000.00", payment_terms="2/10 NET30")
    fact = receipt("490.00", f"{A.number} TEILZAHLUNG ABZGL SKONTO", value_date=INVOICED + timedelta(days=5))

    plan = match(fact, book(discounted))

    assert applied(plan) == {1: "490.00"}
    assert differences(plan) == [("DISCOUNT", 1, "10.00", "")]
    silent = match(fact._replace(text=A.number), book(discounted))
    assert differences(silent) == []


def test_a_deduction_goes_to_the_item_named_beside_it() -> None:
    plan = match(
        receipt("2850.00", f"RE {A.number} {B.number} {C.number} ABZGL BRUCH 150,00 ZU 00002"), book(A, B, C)
    )

    assert differences(plan) == [("DEDUCTION", 2, "150.00", "QUALITY")]


def test_a_number_of_another_currency_is_not_paid() -> None:
    dollars = item(1, "1000.00", currency="USD")

    plan = match(receipt("1000.00", dollars.number), book(dollars))

    assert outcome(plan)[0] == "UNAPPLIED"
    assert plan.applied == ()


def test_a_policy_with_a_higher_threshold_asks_about_an_unknown_payer() -> None:
    strict = policy(auto_from="0.95")

    assert outcome(match(receipt("1000.00", A.number, iban=""), book(A), strict)) == (
        "PROPOSED",
        "DOCUMENT_NUMBER",
        "SCORE",
    )
    assert outcome(match(receipt("1000.00", A.number), book(A), strict))[0] == "AUTO"


def test_a_policy_may_let_no_number_post_alone() -> None:
    nothing_alone = policy(posts_alone=[])

    assert outcome(match(receipt("1000.00", A.number), book(A), nothing_alone)) == (
        "PROPOSED",
        "DOCUMENT_NUMBER",
        "NEARLY_NAMED",
    )


# --- documents that are cleared, cancelled, a stranger's ---


def test_a_document_paid_already_is_paid_twice() -> None:
    plan = match(receipt("1000.00", A.number), book(B, item(9, "1000.00"), cleared=[A]))

    assert outcome(plan) == ("UNAPPLIED", "NAMES_CLEARED", "NAMES_CLEARED")
    assert plan.customer_id == 1
    assert plan.applied == ()


def test_a_cleared_document_with_another_amount_may_mean_an_open_one() -> None:
    plan = match(receipt("1200.00", A.number), book(B, C, cleared=[A]))

    assert outcome(plan)[0] == "PROPOSED"
    assert applied(plan) == {2: "1200.00"}


def test_a_cleared_document_of_an_unknown_payer_is_kept_for_its_customer() -> None:
    plan = match(receipt("1000.00", A.number, iban=""), book(B, cleared=[A]))

    assert outcome(plan) == ("UNAPPLIED", "NAMES_CLEARED", "NAMES_CLEARED")
    assert plan.customer_id == 1


def test_a_cleared_number_beside_open_ones_that_are_the_amount_changes_nothing() -> None:
    plan = match(receipt("2200.00", f"{A.number} {B.number} {C.number}"), book(A, B, cleared=[C]))

    assert outcome(plan)[0] == "AUTO"


def test_a_cancelled_invoice_is_not_paid_alone_and_its_successor_is_proposed() -> None:
    note = item(4, "-1000.00", number="GS-2026-0004", invoiced=INVOICED + timedelta(days=4))
    again = item(5, "1000.00", invoiced=INVOICED + timedelta(days=5))

    plan = match(receipt("1000.00", A.number), book(A, note, again))

    assert outcome(plan) == ("PROPOSED", "DOCUMENT_NUMBER", "MAYBE_CANCELLED")
    assert applied(plan) == {5: "1000.00"}
    assert outcome(match(receipt("1000.00", A.number), book(A, note)))[2] == "MAYBE_CANCELLED"


def test_a_strangers_number_may_be_a_slip_for_ones_own() -> None:
    payers = index([payer(1), payer(2)], ibans=[(IBAN, 1)])
    own, foreign = (
        item(1, "627.64", number="2026-10620"),
        item(2, "99.00", number="2026-10260", customer_id=2),
    )

    plan = match(receipt("627.64", "Rechnung 2026-10260"), book(own, foreign, payers=payers))

    assert outcome(plan)[:2] == ("PROPOSED", "SIMILAR_NUMBER")
    assert applied(plan) == {1: "627.64"}


def test_a_strangers_number_that_happens_to_stand_there_hides_nothing() -> None:
    payers = index([payer(1), payer(2)], ibans=[(IBAN, 1)])
    own, foreign = item(1, "627.64"), item(2, "99.00", number="4471", customer_id=2)

    plan = match(receipt("627.64", "Kunde 4471"), book(own, foreign, payers=payers))

    assert applied(plan) == {1: "627.64"}


# --- step 2 and 4: order numbers, running parts, slips ---


def test_the_running_part_of_a_number_counts_for_a_known_payer() -> None:
    plan = match(receipt("2200.00", "RG 00001 u. 00002"), book(A, B, C))

    assert outcome(plan) == ("AUTO", "NUMBER_PART", "")
    assert applied(plan) == {1: "1000.00", 2: "1200.00"}
    assert [mark.kind for mark in plan.marks] == ["NUMBER_PART", "NUMBER_PART"]


def test_the_running_part_of_a_number_says_nothing_of_an_unknown_payer() -> None:
    plan = match(receipt("1000.00", "RG 00001", iban=""), book(A, B))

    assert outcome(plan)[0] == "UNIDENTIFIED"


def test_a_part_that_fits_two_numbers_is_decided_by_the_amount() -> None:
    old = item(1, "500.00", number="RE-2025-00471", invoiced=INVOICED - timedelta(days=200))
    new = item(2, "700.00", number="RE-2026-00471")

    assert applied(match(receipt("700.00", "RG 00471"), book(old, new))) == {2: "700.00"}
    same = item(3, "700.00", number="RE-2024-00471")
    assert outcome(match(receipt("700.00", "RG 00471"), book(old, new, same)))[0] != "AUTO"


def test_a_whole_number_may_be_followed_by_parts() -> None:
    plan = match(receipt("3000.00", f"{A.number} 00002 00003"), book(A, B, C))

    assert outcome(plan) == ("AUTO", "NUMBER_PART", "")


def test_an_order_number_counts_like_a_number() -> None:
    ordered = item(1, "1000.00", customer_po="B-01234")

    plan = match(receipt("1000.00", "BEST. B-01234"), book(ordered, B))

    assert outcome(plan) == ("AUTO", "ORDER_NUMBER", "")
    assert plan.score == D("1.00")


def test_a_number_cut_off_at_the_end_of_the_line_counts() -> None:
    items = [item(n, "100.00", number=f"RECHNUNG-2026-{n:06d}") for n in range(100001, 100008)]
    text = " ".join(one.number for one in items)[:131]
    assert len(text) == 131

    plan = match(receipt("600.00", text), book(*items))

    assert outcome(plan)[0] == "AUTO"
    assert len(plan.applied) == 6


SLIPS = ["RE-2026-00O01", "RE-2026-0001", "RE-2026-00010", "RE-2062-00001"]


@pytest.mark.parametrize("written", SLIPS)
def test_a_slip_posts_alone_where_payer_and_exact_amount_agree(written: str) -> None:
    items = [A, item(50, "777.00", number="RE-2026-99999")]

    assert outcome(match(receipt("1000.00", written), book(*items))) == ("AUTO", "SIMILAR_NUMBER", "")
    assert outcome(match(receipt("999.00", written), book(*items)))[2] == "NEARLY_NAMED"
    asking = policy(posts_alone=["DOCUMENT_NUMBER"])
    assert outcome(match(receipt("1000.00", written), book(*items), asking))[2] == "NEARLY_NAMED"
    assert outcome(match(receipt("1000.00", written), book(*items, payers=AGREED), asking))[0] == "AUTO"


def test_a_slip_of_a_payer_known_by_name_posts_alone_where_nobody_shares_the_name() -> None:
    fact = receipt("1000.00", "RE-2026-0001", iban="", counterparty="Customer 1 GmbH")

    assert outcome(match(fact, book(A)))[0] == "AUTO"
    namesakes = index([payer(1, "Muster GmbH"), payer(2, "Muster AG")])
    two = fact._replace(counterparty="Muster")
    assert outcome(match(two, book(A, payers=namesakes)))[2] == "NEARLY_NAMED"


def test_several_slips_are_found_when_the_sum_is_unique() -> None:
    first, second = item(1, "45.89", number="2026-G0591"), item(2, "2569.15", number="2026-G0926")
    other = item(3, "45.00", number="2026-G0599")

    plan = match(receipt("2615.04", "INV 2026-G051 2026-G096"), book(first, second, other))

    assert outcome(plan)[:2] == ("AUTO", "SIMILAR_NUMBER")
    assert applied(plan) == {1: "45.89", 2: "2569.15"}


def test_numbers_in_part_with_a_discount_in_time_post_alone() -> None:
    items = [item(n, "1000.00", payment_terms="2/10 NET30") for n in (1, 2)]
    fact = receipt("1960.00", "RG 00001 00002 SKONTO 40,00", value_date=INVOICED + timedelta(days=9))

    plan = match(fact, book(*items))

    assert outcome(plan) == ("AUTO", "NUMBER_PART", "")
    assert differences(plan) == [("DISCOUNT", 1, "20.00", ""), ("DISCOUNT", 2, "20.00", "")]


def test_a_part_with_less_than_is_open_is_still_what_the_text_means() -> None:
    plan = match(receipt("850.00", "RG 00001 ABZGL BRUCH 150,00"), book(A, B))

    assert outcome(plan) == ("AUTO", "NUMBER_PART", "")
    assert differences(plan) == [("DEDUCTION", 1, "150.00", "QUALITY")]
    unsaid = match(receipt("850.00", "RG 00001 ABZGL BRUCH"), book(A, B))
    assert outcome(unsaid) == ("PROPOSED", "NUMBER_PART", "DEDUCTION")


# --- steps 5 and 6: payer and amount ---


def test_one_item_of_the_amount_is_proposed_and_posts_alone_where_agreed() -> None:
    assert outcome(match(receipt("1200.00"), book(A, B))) == ("PROPOSED", "SINGLE_AMOUNT", "BY_AMOUNT_ONLY")
    plan = match(receipt("1200.00"), book(A, B, C, payers=AGREED))
    assert outcome(plan) == ("AUTO", "SINGLE_AMOUNT", "")
    assert plan.score == D("0.40")
    assert [(one.code, one.fact) for one in plan.alternatives][-1] == ("OTHER_ITEMS", "AMOUNT_FITS_OTHERS")


def test_two_equal_items_are_never_posted_alone() -> None:
    twins = [item(1, "500.00"), item(2, "500.00")]

    plan = match(receipt("500.00"), book(*twins, payers=AGREED))

    assert outcome(plan) == ("PROPOSED", "SINGLE_AMOUNT", "TWO_SOLUTIONS")
    assert [answer.applied for answer in plan.proposals] == [((1, D("500.00")),), ((2, D("500.00")),)]


def test_the_worked_example_of_equal_amounts_is_ambiguous_for_any_payer() -> None:
    twins = [item(1, "500.00", number="INV-1009"), item(2, "500.00", number="INV-1010")]

    for fact in (receipt("500.00"), receipt("500.00", iban="", customer_id=1)):
        assert match(fact, book(*twins)).state is ReceiptState.PROPOSED


def test_a_sum_that_is_unique_is_proposed_and_posts_alone_where_agreed() -> None:
    items = [item(1, "799.99"), item(2, "150.01"), item(3, "333.33"), item(4, "85.10")]

    assert outcome(match(receipt("950.00"), book(*items)))[:2] == ("PROPOSED", "SUM_OF_ITEMS")
    plan = match(receipt("950.00"), book(*items, payers=AGREED))
    assert outcome(plan) == ("AUTO", "SUM_OF_ITEMS", "")
    assert applied(plan) == {1: "799.99", 2: "150.01"}


def test_a_sum_less_the_discounts_in_time_is_proposed_with_them_and_never_posts_alone() -> None:
    terms = {"payment_terms": "2/10 NET30", "baseline_date": DAY - timedelta(days=5)}
    items = [
        item(1, "799.99", **terms),
        item(2, "150.01"),
        item(3, "333.33", **terms),
        item(4, "85.10", **terms),
    ]

    plan = match(receipt("934.00"), book(*items, payers=AGREED))

    assert outcome(plan) == ("PROPOSED", "SUM_OF_ITEMS", "BY_AMOUNT_ONLY")
    assert applied(plan) == {1: "783.99", 2: "150.01"}
    assert differences(plan) == [("DISCOUNT", 1, "16.00", "")]
    late = match(receipt("934.00", value_date=DAY + timedelta(days=9)), book(*items, payers=AGREED))
    assert late.rule != "SUM_OF_ITEMS"


def test_two_sums_are_never_posted_alone() -> None:
    items = [item(1, "100.00"), item(2, "200.00"), item(3, "60.00"), item(4, "240.00")]

    assert outcome(match(receipt("300.00"), book(*items, payers=AGREED))) == (
        "PROPOSED",
        "SUM_OF_ITEMS",
        "TWO_SOLUTIONS",
    )


def test_a_sum_that_accident_explains_is_never_posted_alone() -> None:
    amounts = ["817.31", "1204.77", "655.02", "93.48", "2210.19", "471.63", "1999.95", "362.84", "128.06"]
    amounts += ["740.55", "88.17", "1533.29", "19.04", "977.45", "2044.61", "305.18", "66.70", "1420.33"]
    items = [item(n, amount) for n, amount in enumerate(amounts, 1)]
    total = sum((each.open_amount for each in items[:6]), D(0))

    plan = match(receipt(total), book(*items, payers=AGREED))

    assert plan.rule == "SUM_OF_ITEMS"
    assert plan.asked_because in {"MAY_BE_ACCIDENT", "TWO_SOLUTIONS"}


def test_a_search_that_gave_up_says_so_and_posts_nothing() -> None:
    items = [item(n, D(n) + D("0.37")) for n in range(1, 31)]

    plan = match(receipt("63.11"), book(*items, payers=AGREED))

    assert plan.gave_up
    assert outcome(plan) == ("PROPOSED", "SUM_OF_ITEMS", "TWO_SOLUTIONS")
    assert match(receipt("1063.11"), book(*items, payers=AGREED)).state is ReceiptState.UNAPPLIED


def test_an_amount_less_a_discount_in_time_is_proposed() -> None:
    discounted = item(1, "1190.00", payment_terms="2/10 NET30")
    fact = receipt("1166.20", value_date=INVOICED + timedelta(days=5))

    plan = match(fact, book(discounted, B, payers=AGREED))

    assert outcome(plan) == ("PROPOSED", "SINGLE_REDUCED", "BY_AMOUNT_ONLY")
    assert differences(plan) == [("DISCOUNT", 1, "23.80", "")]


def test_a_stated_discount_tells_which_items_are_meant() -> None:
    items = [item(n, amount, payment_terms="2/10 NET30") for n, amount in ((1, "1000.00"), (2, "3000.00"))]
    other = item(3, "3920.00")
    fact = receipt("3920.00", "Ihre Lieferungen SKONTO 80,00", value_date=INVOICED + timedelta(days=5))

    plan = match(fact, book(*items, other, payers=AGREED))

    assert outcome(plan) == ("AUTO", "STATED_AMOUNTS", "")
    assert applied(plan) == {1: "980.00", 2: "2940.00"}


def test_an_item_written_after_the_money_came_is_proposed_and_never_posts_by_its_amount() -> None:
    later, another = (item(number, "1000.00", invoiced=DAY + timedelta(days=1)) for number in (1, 2))

    plan = match(receipt("1000.00"), book(later, payers=AGREED))
    assert outcome(plan) == ("PROPOSED", "SINGLE_AMOUNT", "WRITTEN_LATER")
    assert applied(plan) == {1: "1000.00"}
    kept = match(receipt("1000.00"), book(later, another, payers=AGREED))
    assert outcome(kept) == ("UNAPPLIED", "NOTHING_OPEN", "NOTHING_OPEN")
    assert [(one.code, one.fact) for one in kept.alternatives] == [
        ("OLDEST_FIRST", "NOT_AGREED"),
        ("EQUAL_AMOUNT", "WRITTEN_LATER"),
    ]
    assert applied(match(receipt("1000.00"), book(later, item(3, "1000.00"), payers=AGREED))) == {
        3: "1000.00"
    }
    assert outcome(match(receipt("1000.00", iban="", customer_id=1), book(later)))[0] == "AUTO"


def test_a_credit_note_that_takes_an_invoice_back_is_in_no_sum() -> None:
    invoice, note = item(4, "614.03"), item(5, "-614.03", number="GS-1")
    items: list[OpenItem] = [invoice, note, item(6, "1207.91"), item(7, "803.26")]

    plan = match(receipt("2011.17"), book(*items, payers=AGREED))

    assert applied(plan) == {6: "1207.91", 7: "803.26"}
    assert outcome(plan)[0] == "AUTO"


def test_a_sum_of_round_amounts_proves_little() -> None:
    plan = match(receipt("2000.00"), book(A, B, C, payers=AGREED))

    assert outcome(plan) == ("PROPOSED", "SUM_OF_ITEMS", "MAY_BE_ACCIDENT")


def test_a_payer_the_source_names_posts_by_one_amount_by_policy() -> None:
    fact = receipt("1200.00", iban="", customer_id=1)

    assert outcome(match(fact, book(A, B))) == ("AUTO", "SINGLE_AMOUNT", "")
    assert outcome(match(fact, book(A, B), policy(given_payer_posts_by_amount=0)))[0] == "PROPOSED"


def test_a_duplicate_is_not_placed_by_its_amount() -> None:
    fact = receipt("500.00", "RG 2026-0815 MAERZ")
    before = as_earlier(fact._replace(value_date=DAY - timedelta(days=9)), 77, 1, is_applied=True)
    next_month = item(8, "500.00", number="2026-0851")

    plan = match(fact, book(next_month, payers=AGREED, earlier=[before]))

    assert outcome(plan) == ("UNAPPLIED", "LOOKS_LIKE_DUPLICATE", "LOOKS_LIKE_DUPLICATE")
    long_ago = before._replace(value_date=DAY - timedelta(days=61))
    assert outcome(match(fact, book(next_month, payers=AGREED, earlier=[long_ago])))[0] == "AUTO"


def test_the_same_words_without_a_number_let_a_person_look() -> None:
    fact = receipt("500.00", "Zahlung")
    before = as_earlier(fact._replace(value_date=DAY - timedelta(days=30)), 77, 1, is_applied=True)

    plan = match(fact, book(item(8, "500.00"), payers=AGREED, earlier=[before]))

    assert outcome(plan) == ("PROPOSED", "SINGLE_AMOUNT", "LOOKS_LIKE_DUPLICATE")


def test_no_words_at_all_repeat_nothing() -> None:
    fact = receipt("500.00")
    before = as_earlier(fact._replace(value_date=DAY - timedelta(days=30)), 77, 1, is_applied=True)

    assert outcome(match(fact, book(item(8, "500.00"), payers=AGREED, earlier=[before])))[0] == "AUTO"


def test_money_that_says_it_is_on_account_is_kept_for_its_customer() -> None:
    assert outcome(match(receipt("700.00", "AKONTOZAHLUNG"), book(A, payers=AGREED))) == (
        "ON_ACCOUNT",
        "SAYS_ON_ACCOUNT",
        "",
    )
    by_name = receipt("700.00", "AKONTOZAHLUNG", iban="", counterparty="Customer 1")
    assert outcome(match(by_name, book(A)))[0] == "ON_ACCOUNT"
    namesakes = index([payer(1, "Customer 1"), payer(2, "Customer 1 AG")])
    assert outcome(match(by_name, book(A, payers=namesakes)))[0] == "UNIDENTIFIED"
    equal = match(receipt("1000.00", "AKONTOZAHLUNG"), book(A, payers=AGREED))
    assert outcome(equal) == ("PROPOSED", "SINGLE_AMOUNT", "SAYS_ON_ACCOUNT")


def test_a_whole_family_is_searched_for_the_parents_amount() -> None:
    payers = index([payer(1), payer(2, payer_id=1)])
    child = item(4, "123.45", customer_id=2)

    plan = match(receipt("123.45"), book(A, child, payers=payers))

    assert outcome(plan) == ("PROPOSED", "SINGLE_AMOUNT", "BY_AMOUNT_ONLY")
    assert applied(plan) == {4: "123.45"}
    assert plan.customer_id == 1


def test_an_account_of_two_customers_places_nothing_alone() -> None:
    payers = index([payer(1, is_auto_by_amount=True), payer(2)], ibans=[(IBAN, 1), (IBAN, 2)])

    plan = match(receipt("1000.00"), book(A, payers=payers))
    assert outcome(plan) == ("PROPOSED", "SINGLE_AMOUNT", "PAYER_AMBIGUOUS")
    nothing = match(receipt("1.23"), book(A, payers=payers))
    assert outcome(nothing) == ("UNIDENTIFIED", "PAYER_AMBIGUOUS", "PAYER_AMBIGUOUS")
    assert nothing.customer_candidates == (1, 2)


def test_what_is_contested_whole_is_in_no_sum() -> None:
    contested = item(4, "40.00", disputed_amount=D("40.00"))

    assert outcome(match(receipt("1040.00"), book(A, contested, payers=AGREED)))[0] == "UNAPPLIED"
    assert outcome(match(receipt("40.00"), book(A, contested, payers=AGREED)))[0] == "AUTO"


# --- step 7: nothing fits; and what is no customer's money ---


def test_a_known_payer_with_nothing_that_fits_is_kept_for_it() -> None:
    plan = match(receipt("777.77"), book(A, B))

    assert outcome(plan) == ("UNAPPLIED", "NOTHING_FITS", "NOTHING_FITS")
    assert plan.customer_id == 1
    assert [alternative.code for alternative in plan.alternatives] == ["OLDEST_FIRST"]
    assert outcome(match(receipt("777.77"), book()))[2] == "NOTHING_OPEN"


def test_nobody_known_is_unidentified() -> None:
    plan = match(receipt("777.77", "DANKE", iban="", counterparty="Max Muster"), book(A))

    assert outcome(plan) == ("UNIDENTIFIED", "NOBODY_KNOWN", "NOBODY_KNOWN")
    assert plan.customer_id is None


@pytest.mark.parametrize(
    "said",
    [
        {"iban": "", "text": "HABENZINSEN OKTOBER"},
        {"iban": "AT611904300234573201", "transaction_code": "ACMT-MCOP-INTR"},
        {"iban": "AT611904300234573201", "bank_code": "814"},
        {"iban": "AT611904300234573201", "counterparty": "Finanzamt Kiel"},
        {"iban": "AT611904300234573201", "counterparty": "Our Own GmbH"},
        {"iban": "DE02100500000054540402"},
    ],
)
def test_money_that_is_no_customers_is_set_aside(said: dict[str, str]) -> None:
    payers = index(own_accounts=["DE02100500000054540402"], own_names=["Our Own GmbH"])

    plan = match(receipt("12.00", **said), book(A, payers=payers))

    assert outcome(plan) == ("IGNORED", "OWN_MONEY", "")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"iban": IBAN, "text": "VERZUGSZINSEN INTEREST"}, "UNAPPLIED"),
        ({"iban": "AT611904300234573201", "text": "INTEREST AS AGREED"}, "UNIDENTIFIED"),
        ({"iban": "", "text": "ÜBERTRAG RE-2026-00001"}, "PROPOSED"),
    ],
)
def test_a_customer_who_uses_the_banks_words_is_not_set_aside(said: dict[str, str], state: str) -> None:
    assert match(receipt("12.00", **said), book(A)).state.value == state


def test_a_line_of_nothing_is_set_aside_and_money_that_leaves_too() -> None:
    assert outcome(match(receipt("0.00", A.number), book(A)))[:2] == ("IGNORED", "NOTHING_MOVED")
    assert outcome(match(receipt("-50.00", "MIETE"), book(A)))[:2] == ("IGNORED", "OUTGOING")


def test_what_clears_on_each_item_is_cash_and_differences_but_no_deduction() -> None:
    plan = match(receipt("995.50", A.number), book(A))

    assert list_applied(plan) == ((1, D("1000.00")),)
    assert list_applied(match(receipt("900.00", A.number), book(A))) == ((1, D("900.00")),)


def test_two_documents_named_and_one_amount_do_not_depend_on_the_order_of_the_books() -> None:
    fact = receipt("2200.00", f"{A.number} {B.number}")

    assert match(fact, book(A, B, C)) == match(fact, book(C, B, A))


def test_the_policy_is_the_shipped_one() -> None:
    assert POLICY.auto_from == D("0.85")
