"""What else places money: names in texts, numbers listed behind one, balances, orders, virtual accounts, rates."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.cash.rules.match_book import MatchBook
from acquit.cash.rules.receipts import OpenItem, OrderFact, ReceiptState
from tests.cash.facts import (
    DAY,
    INVOICED,
    applied,
    book,
    differences,
    document_of,
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


def wide(*items: OpenItem, **said: Any) -> MatchBook:
    """Make books with orders or rates."""
    facts: dict[str, Any] = {
        "payers": index(),
        "documents": [document_of(each) for each in items],
        "items": items,
    }
    return MatchBook(**{**facts, **said})


# --- numbers listed behind a whole one ---


@pytest.mark.parametrize(
    "text", ["RE-2026-00001/0002/0003", "RE-2026-00001-0002-0003", "RE-2026-00001,0002,0003"]
)
def test_numbers_listed_behind_a_whole_one_count_like_it_whoever_pays(text: str) -> None:
    items = [item(n, amount) for n, amount in ((1, "1000.00"), (2, "1200.00"), (3, "800.00"))]

    plan = match(receipt("3000.00", text, iban=""), book(*items))

    assert (plan.state, plan.rule) == (ReceiptState.AUTO, "NUMBER_PART")
    assert applied(plan) == {1: "1000.00", 2: "1200.00", 3: "800.00"}


def test_the_end_of_another_number_is_no_list() -> None:
    plan = match(receipt("1000.00", "KD 77-0001", iban=""), book(A))

    assert plan.state is ReceiptState.UNIDENTIFIED


# --- who pays ---


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("ACH CREDIT MARLOW AND CRANMER LOGISTICS LLC Payment", 1),
        ("ACH CREDIT MARLOW AND CRANMER LOGI Payment", 1),
        ("ACH CREDIT MARLOW AND CRANMER Payment", None),
        ("ACH CREDIT LODGINSTR2334", 2),
        ("ACH CREDIT KIRKBY TOOLS INC", None),
    ],
)
def test_a_name_in_the_text_tells_who_pays_where_the_bank_gives_none(text: str, customer: int | None) -> None:
    payers = index(
        [
            payer(1, "Marlow and Cranmer Logistics LLC"),
            payer(2, "Lodge Instruments", names=("Lodginstr2334",)),
            payer(3, "Kirkby Tools Inc"),
            payer(4, "Kirkby Tools Inc"),
        ]
    )

    plan = match(receipt("7.00", text, iban=""), book(payers=payers))

    assert plan.customer_id == customer


def test_a_name_as_long_as_banks_carry_may_be_the_beginning_of_a_longer_one() -> None:
    payers = index(
        [payer(1, "Oberhausener Maschinenbau A"), payer(2, "Oberhausener Maschinenbau Aachen")], ibans=()
    )
    fact = receipt("7.00", iban="", counterparty="OBERHAUSENER MASCHINENBAU A")
    assert len(fact.counterparty) == 27

    assert match(fact, book(payers=payers)).rule == "PAYER_AMBIGUOUS"
    assert (
        match(fact._replace(counterparty="Oberhausener Maschinenbau A "), book(payers=payers)).customer_id
        is None
    )


def test_a_name_of_another_legal_form_is_somebody_else() -> None:
    payers = index([payer(1, "Wüst Druckerei OHG")], ibans=())
    known = {
        name: match(receipt("7.00", iban="", counterparty=name), book(payers=payers)).customer_id
        for name in ("Wuest Druckerei OHG", "Wüst Druckerei", "Wüst Druckerei GmbH")
    }

    assert known == {"Wuest Druckerei OHG": 1, "Wüst Druckerei": 1, "Wüst Druckerei GmbH": None}


def test_a_surplus_behind_a_text_that_ends_within_an_open_number_is_asked_about() -> None:
    fact = receipt("1150.00", f"{A.number} + RE-2026-0")

    assert match(fact, book(A, B)).asked_because == "OVERPAID"
    assert match(fact, book(A)).state is ReceiptState.AUTO


def test_an_account_given_to_one_customer_tells_who_pays_and_posts_no_amount_alone() -> None:
    payers = index([payer(1), payer(2)], ibans=[("DE75512108001245126199", 2)])
    owed = item(1, "70.00", customer_id=2)
    given = receipt("70.00", iban="", account_customer_id=2)
    filed = receipt("70.00", iban="", own_iban="DE75512108001245126199")

    for fact in (given, filed):
        plan = match(fact, book(owed, payers=payers))
        assert (plan.state, plan.customer_id, plan.asked_because) == (
            ReceiptState.PROPOSED,
            2,
            "BY_AMOUNT_ONLY",
        )


def test_the_payers_agreement_holds_for_what_it_pays_of_others() -> None:
    payers = index([payer(1, is_auto_by_amount=True), payer(2, parent_id=1)])

    plan = match(receipt("70.00"), book(item(1, "70.00", customer_id=2), payers=payers))

    assert (plan.state, plan.rule) == (ReceiptState.AUTO, "SINGLE_AMOUNT")


# --- amounts that mean more than one thing ---


def test_one_item_and_a_pair_of_the_amount_are_two_solutions() -> None:
    items = [item(1, "843.48"), item(2, "171.63"), item(3, "671.85")]

    plan = match(receipt("843.48"), book(*items, payers=AGREED))

    assert (plan.state, plan.asked_because) == (ReceiptState.PROPOSED, "TWO_SOLUTIONS")
    assert [dict(answer.applied) for answer in plan.proposals] == [
        {1: D("843.48")},
        {2: D("171.63"), 3: D("671.85")},
    ]


def test_a_strangers_number_beside_the_amount_of_ones_own_item_is_asked_about() -> None:
    payers = index([payer(1, is_auto_by_amount=True), payer(2)])
    own, foreign = item(1, "331.96"), item(2, "99.00", number="SI4240968", customer_id=2)

    for books in (book(own, foreign, payers=payers), book(own, payers=payers, cleared=[foreign])):
        plan = match(receipt("331.96", "SI4240968"), books)
        assert (plan.state, plan.asked_because) == (ReceiptState.PROPOSED, "PAYER_IS_ANOTHER")
        assert applied(plan) == {1: "331.96"}


# --- balances ---


def test_a_balance_the_text_tells_of_posts_alone() -> None:
    early = [item(n, amount) for n, amount in ((1, "71.13"), (2, "120.55"))]
    late = item(3, "18.07", invoiced=INVOICED + timedelta(days=9))
    told, silent = receipt("191.68", "SALDO LT. KONTOAUSZUG"), receipt("191.68", "DANKE")

    plan = match(told, book(*early, late))

    assert (plan.state, plan.rule) == (ReceiptState.AUTO, "STATEMENT_PAID")
    assert applied(plan) == {1: "71.13", 2: "120.55"}
    assert match(silent, book(*early, late)).asked_because == "BY_AMOUNT_ONLY"
    assert match(told._replace(iban=""), book(*early, late)).state is ReceiptState.UNIDENTIFIED


def test_all_but_what_is_contested_is_a_balance() -> None:
    contested = item(9, "44.00", disputed_amount=D("44.00"))
    items = [item(1, "71.13"), item(2, "120.55"), contested]

    assert applied(match(receipt("191.68", "ALL OPEN INVOICES"), book(*items))) == {1: "71.13", 2: "120.55"}
    assert len(match(receipt("235.68", "ALL OPEN INVOICES"), book(*items)).applied) == 3


# --- nothing to apply ---


def test_what_an_order_asks_for_ahead_is_kept_for_its_customer() -> None:
    order = OrderFact(1, "AU-2026-4711", "EUR", D("2000.00"), D(30))
    text = "Vorkasse AU-2026-4711"

    plan = match(receipt("600.00", text, iban=""), wide(orders=[order]))

    assert (plan.state, plan.rule, plan.customer_id, plan.applied) == (
        ReceiptState.ON_ACCOUNT,
        "PREPAYMENT",
        1,
        (),
    )
    silent = receipt("601.00", "AU-2026-4711", iban="")
    assert match(silent, wide(orders=[order])).state is ReceiptState.UNAPPLIED
    assert match(silent._replace(amount=D("2000.00")), wide(orders=[order])).state is ReceiptState.ON_ACCOUNT
    foreign = order._replace(customer_id=2)
    assert match(receipt("600.00", text), wide(orders=[foreign])).rule != "PREPAYMENT"


def test_an_order_number_beside_an_open_item_of_the_amount_is_no_payment_ahead() -> None:
    order = OrderFact(1, "AU-2026-4711", "EUR", D("1000.00"), D(100))

    assert match(receipt("1000.00", "AU-2026-4711"), wide(A, orders=[order])).rule == "SINGLE_AMOUNT"


def test_what_is_paid_twice_stays_with_its_customer_where_nothing_else_is_meant() -> None:
    fact = receipt("1000.00", A.number)

    assert (match(fact, book(B, cleared=[A])).state, match(fact, book(B, cleared=[A])).rule) == (
        ReceiptState.ON_ACCOUNT,
        "PAID_TWICE",
    )
    assert match(fact, book(item(9, "1000.00"), cleared=[A])).state is ReceiptState.UNAPPLIED
    assert match(fact._replace(iban=""), book(cleared=[A])).state is ReceiptState.UNAPPLIED


# --- codes and currencies ---


def test_a_customers_own_code_says_why_less_was_paid() -> None:
    codes = {(1, "D29"): "BILLING", (None, "D76"): "TAX", (2, "K11"): "PRICING"}
    reasons = []
    for code in ("D29", "D76", "K11"):
        fact = receipt("900.00", f"{A.number} ABZGL 100,00 {code}")
        reasons += differences(match(fact, wide(A, deduction_codes=codes)))

    assert [reason for _, _, _, reason in reasons] == ["BILLING", "TAX", "UNEXPLAINED"]


def test_dollars_paid_in_euros_are_an_exchange_difference_within_policy_and_asked_about_beyond() -> None:
    owed = item(1, "10100.00", currency="USD")
    rates = {("EUR", "USD", DAY): D("1.0850")}

    plan = match(receipt("9300.00", owed.number), wide(owed, rates=rates))

    assert plan.state is ReceiptState.AUTO
    assert (applied(plan), differences(plan)) == ({1: "10090.50"}, [("FX", 1, "9.50", "")])
    assert plan.exchange == ("USD", D("10090.50"))
    far = match(receipt("9000.00", owed.number), wide(owed, rates=rates))
    assert (far.state, far.asked_because, applied(far)) == (
        ReceiptState.PROPOSED,
        "OTHER_CURRENCY",
        {1: "9765.00"},
    )
    unknown = match(receipt("9300.00", owed.number), wide(owed))
    assert (unknown.state, unknown.asked_because) == (ReceiptState.UNAPPLIED, "OTHER_CURRENCY")


def test_what_the_bank_says_was_instructed_tells_a_discount_from_a_rate() -> None:
    owed = item(1, "1000.00", currency="USD", payment_terms="2/30 NET60")
    rates = {("EUR", "USD", DAY): D("1.0000")}
    fact = receipt("985.00", owed.number, original_currency="USD", original_amount=D("980.00"))

    plan = match(fact, wide(owed, rates=rates))
    whole = match(fact._replace(original_amount=D("1000.00")), wide(owed, rates=rates))

    assert differences(plan) == [("DISCOUNT", 1, "20.00", ""), ("FX", 1, "-5.00", "")]
    assert differences(whole) == [("FX", 1, "15.00", "")]
    assert match(fact, wide(owed)).exchange == ("USD", D("980.00"))


def test_several_items_of_another_currency_share_the_difference_to_the_cent() -> None:
    items = [item(1, "100.00", currency="USD"), item(2, "200.00", currency="USD")]
    rates = {("EUR", "USD", DAY): D("1.0000")}

    plan = match(receipt("299.99", " ".join(each.number for each in items)), wide(*items, rates=rates))

    assert sum((part.amount for part in plan.applied), D(0)) == D("299.99")
    assert differences(plan) == [("FX", 2, "0.01", "")]


def test_money_of_our_own_group_is_set_aside() -> None:
    fact = receipt("5000.00", "ZBA FUNDING FROM CONCENTRATION ACCOUNT", iban="")

    assert match(fact, book(A)).state is ReceiptState.IGNORED
    assert match(fact, book(A), policy(own_money_words=[])).state is ReceiptState.UNIDENTIFIED


def test_a_credit_note_spoken_of_is_set_off_and_one_that_only_fits_is_asked_about() -> None:
    invoice, note = item(1, "1064.79"), item(2, "-205.00", number="GS-7")
    number = invoice.number

    for text in (
        f"Rechnung {number} abzgl. Gutschrift",
        f"Facture {number} moins avoir",
        f"{number} LESS CREDIT NOTE",
    ):
        plan = match(receipt("859.79", text), book(invoice, note))
        assert (plan.state, plan.asked_because) == ("AUTO", ""), text
        assert applied(plan) == {1: "1064.79", 2: "-205.00"}
    silent = match(receipt("859.79", f"Rechnung {number}"), book(invoice, note))
    assert (silent.state, silent.asked_because) == ("PROPOSED", "CREDIT_NOT_NAMED")
    assert applied(silent) == {1: "1064.79", 2: "-205.00"}
    # Two notes of the amount: nobody knows which; a reason said: it is a deduction.
    twins = match(receipt("859.79", f"{number} abzgl. Gutschrift"), book(invoice, note, item(3, "-205.00")))
    assert (twins.state, twins.asked_because) == ("PROPOSED", "DEDUCTION")
    broken = match(receipt("859.79", f"{number} abzgl. Bruch 205,00"), book(invoice, note))
    assert (broken.state, differences(broken)) == ("AUTO", [("DEDUCTION", 1, "205.00", "QUALITY")])
    # A note written after the money came is not meant, and one that is not found is asked about.
    later = note._replace(posting_date=DAY + timedelta(days=1))
    unfound = match(receipt("859.79", f"{number} abzgl. Gutschrift"), book(invoice, later))
    assert (unfound.state, applied(unfound)) == ("PROPOSED", {1: "859.79"})


@pytest.mark.parametrize("text", ["Rechn. 11633/964/477", "INV 11633, 11964, 477", "11633/11964/11477"])
def test_numbers_behind_a_whole_one_are_completed_from_its_beginning(text: str) -> None:
    items = [
        item(1, "194.76", number="11633"),
        item(2, "1000.00", number="11964"),
        item(3, "3018.15", number="11477"),
    ]

    plan = match(receipt("4212.91", text), book(*items))

    assert (plan.state, applied(plan)) == ("AUTO", {1: "194.76", 2: "1000.00", 3: "3018.15"})


def test_as_much_again_as_is_owed_is_asked_about() -> None:
    little, much = receipt("250.00", "RE 11633"), receipt("400.00", "RE 11633")
    books = book(item(1, "200.00", number="11633"))

    assert match(little, books).state == "AUTO"
    assert (match(much, books).state, match(much, books).asked_because) == ("PROPOSED", "OVERPAID")


def test_zeros_in_front_do_not_count_where_the_payer_is_known() -> None:
    plan = match(receipt("240.07", "invoice 00010360"), book(item(1, "240.07", number="10360")))

    assert (plan.state, applied(plan)) == ("AUTO", {1: "240.07"})
    short = match(receipt("198.71", "RNR: 92/25"), book(item(1, "198.71", number="00092/25")))
    assert (short.state, applied(short)) == ("AUTO", {1: "198.71"})


@pytest.mark.parametrize(
    "text", ["inv 10702-10705", "RE 10702 bis 05", "10702 to 10705", "10702 - 705", "facturas 10702 a 10705"]
)
def test_a_range_names_what_lies_between_where_that_is_the_amount(text: str) -> None:
    items = [item(n, f"{100 + n}.50", number=str(10701 + n)) for n in range(1, 5)]
    other = item(9, "77.00", number="10711")

    plan = match(receipt("412.00", text), book(*items, other))

    assert (plan.state, applied(plan)) == ("AUTO", {n: f"{100 + n}.50" for n in range(1, 5)})
    assert match(receipt("411.00", text), book(*items, other)).state == "PROPOSED"


def test_what_came_beside_an_invoice_named_may_be_others_and_is_asked_about() -> None:
    items = [item(1, "300.00", number="10514"), item(2, "120.11"), item(3, "79.93"), item(4, "500.00")]

    plan = match(receipt("500.04", "RE 10514 u.a."), book(*items))

    assert (plan.state, plan.asked_because) == ("PROPOSED", "MORE_THAN_NAMED")
    assert applied(plan) == {1: "300.00", 2: "120.11", 3: "79.93"}
    alone = match(receipt("310.00", "RE 10514"), book(*items))
    assert (alone.state, differences(alone)) == ("AUTO", [("OVERPAYMENT", None, "-10.00", "")])


def test_who_is_paid_for_is_the_payer_where_the_one_who_pays_is_nobody_known() -> None:
    payers = index([payer(1, "Nordwind AG"), payer(2, "Acme Ltd")], ibans=())
    fact = receipt("500.00", "Zahlung ABWA+Nordwind AG", iban="", counterparty="Zahlstelle Nord eG")

    plan = match(fact, book(item(1, "500.00"), item(2, "500.00", customer_id=2), payers=payers))

    assert (plan.customer_id, applied(plan)) == (1, {1: "500.00"})


@pytest.mark.parametrize(
    "text", ["Zahlung 13.02.2026", "vom 13/02/26", "Betrag 1302,00 EUR", "bezahlt 1.302,00"]
)
def test_a_date_or_an_amount_is_no_number_unless_it_is_paid_to_the_cent(text: str) -> None:
    books = book(item(1, "5000.00", number="1302"), item(2, "1333.00", number="9877"))

    plan = match(receipt("1333.00", text), books)

    assert (plan.rule, applied(plan)) == ("SINGLE_AMOUNT", {2: "1333.00"})
    exact = match(receipt("5000.00", text), book(item(1, "5000.00", number="1302"), item(2, "5000.00")))
    assert (exact.rule, applied(exact)) == ("DOCUMENT_NUMBER", {1: "5000.00"})


def test_a_number_written_as_the_document_has_it_is_no_date() -> None:
    books = book(item(1, "5000.00", number="12/11/2025"), item(2, "700.00", number="2026-47"))

    assert applied(match(receipt("4000.00", "Teilzahlung 12/11/2025"), books)) == {1: "4000.00"}
    assert applied(match(receipt("700.00", "Rechnung 2026.47"), books)) == {2: "700.00"}


def test_a_number_that_names_a_document_is_not_the_customers_too() -> None:
    payers = index([payer(1, "Nordwind AG"), payer(2, "Acme Ltd", number="10937")], ibans=())
    fact = receipt("663.40", "Rechn. 10937", iban="", counterparty="Somebody Else")

    plan = match(fact, book(item(1, "663.40", number="10937"), payers=payers))

    assert (plan.state, applied(plan)) == ("AUTO", {1: "663.40"})


def test_a_person_is_known_with_the_last_name_first() -> None:
    payers = index([payer(1, "Kurt Meier"), payer(2, "Meier Metallbau GmbH")], ibans=())
    fact = receipt("80.00", "Danke", iban="", counterparty="MEIER KURT")

    assert match(fact, book(item(1, "80.00"), payers=payers)).customer_id == 1


def test_a_part_of_a_number_is_no_customers_and_weak_evidence_parks_nothing() -> None:
    payers = index([payer(1, "Nordwind AG"), payer(2, "Acme Foods Ltd", number="2009954")], ibans=())
    named = receipt("100.00", "Rg RE 2026 2009954", iban="", counterparty="Zahlungsverkehr")

    plan = match(named, book(item(1, "100.00", number="RE-2026-2009954"), payers=payers))

    assert (plan.customer_id, applied(plan)) == (1, {1: "100.00"})
    within = match(
        receipt("55.00", "ASHDOWN ACME FOODS LTD Danke", iban=""), book(item(1, "9.00"), payers=payers)
    )
    assert (within.state, within.customer_candidates) == ("UNIDENTIFIED", (2,))
