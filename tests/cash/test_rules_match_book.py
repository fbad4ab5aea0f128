"""The book answers by look-up, is carried forward, and knows who may have paid."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.match_book import MatchBook
from acquit.cash.rules.payer_index import PayerIndex
from acquit.cash.rules.receipts import EarlierReceipt, OpenItem
from acquit.cash.rules.remittance_text import as_earlier, read_remittance
from acquit.core.references import rf_reference
from tests.cash.facts import DAY, IBAN, book, document_of, index, item, payer, receipt

D = Decimal


def named(text: str, *items: OpenItem, **said: object) -> list[str]:
    books = book(*items)
    found = books.find_named(read_remittance(receipt("1.00", text, **said)), text)
    return [document.number for document in found.documents]


def test_a_number_inside_a_longer_one_is_not_named() -> None:
    short, long = item(1, "10.00", number="2026"), item(2, "10.00", number="RE-2026-00471")

    assert named("RE-2026-00471", short, long) == ["RE-2026-00471"]
    assert named("RE 2026 / RE-2026-00471", short, long) == ["2026", "RE-2026-00471"]


def test_documents_come_in_the_order_of_the_text_each_once() -> None:
    first, second = item(1, "10.00"), item(2, "10.00")

    assert named(f"{second.number} {first.number} {second.number}", first, second) == [
        second.number,
        first.number,
    ]


def test_a_structured_reference_names_its_document() -> None:
    reference = rf_reference("471100012")
    referenced = item(1, "10.00", structured_reference=reference)

    assert named("", referenced, structured_reference=reference) == [referenced.number]
    assert named(f"PAYMENT {reference}", referenced) == [referenced.number]


def test_the_end_to_end_id_is_asked_where_the_text_names_nothing() -> None:
    first, second = item(1, "10.00"), item(2, "10.00")

    assert named("DANKE", first, end_to_end_id=first.number) == [first.number]
    assert named(second.number, first, second, end_to_end_id=first.number) == [second.number]


def test_ends_of_numbers_and_order_numbers_are_looked_up_among_customers() -> None:
    books = book(
        item(1, "10.00", number="RE-2026-04711", customer_po="PO 45-001"),
        item(2, "10.00", number="RE-2026-04712", customer_id=2),
    )

    assert [each.id for each in books.find_parts((1,), "EUR", "04711")] == [1]
    assert [each.id for each in books.find_parts((1,), "EUR", "4711")] == [1]
    assert [each.id for each in books.find_parts((1,), "EUR", "PO45001")] == [1]
    assert books.find_parts((1,), "EUR", "711") == []
    assert books.find_parts((1,), "USD", "04711") == []
    assert books.find_parts((1,), "EUR", "04712") == []


def test_similar_numbers_differ_by_a_slip_and_letters_look_like_digits() -> None:
    books = book(item(1, "10.00", number="2026-04711"), item(2, "10.00", number="2026-09999"))

    def similar(key: str) -> list[tuple[int, int]]:
        return [(each.id, slips) for each, slips in books.find_similar((1,), "EUR", key, 1)]

    assert similar("2O26O4711") == [(1, 0)]
    assert similar("202604171") == [(1, 1)]
    assert similar("20260471") == [(1, 1)]
    assert similar("202604118") == []


@given(st.lists(st.integers(-500, 500).filter(bool), max_size=30), st.data())
def test_taking_keeps_every_index_true(cents: list[int], data: st.DataObject) -> None:
    items = [item(number, D(amount) / 100) for number, amount in enumerate(cents, 1)]
    books = book(*items)
    for each in items:
        taken = data.draw(st.integers(0, abs(cents[each.id - 1])))
        if taken:
            books.take(each.id, D(taken if each.open_amount > 0 else -taken) / 100)

    left = {each.id: each.open_amount for each in books.items.values()}
    listed = {each.id: each.open_amount for each in books.open_items_of((1,), "EUR")}
    between = {each.id: each.open_amount for each in books.open_items_between((1,), "EUR", D(-9), D(9))}
    assert left == listed == between
    assert all(amount != 0 for amount in left.values())


def test_items_between_amounts_include_both_ends() -> None:
    books = book(item(1, "10.00"), item(2, "20.00"), item(3, "20.00"), item(4, "-10.00"))

    found = books.open_items_between((1,), "EUR", D("10.00"), D("20.00"))

    assert [each.id for each in found] == [1, 2, 3]
    assert books.open_items_between((1,), "EUR", D("10.01"), D("19.99")) == []


def test_money_not_applied_is_no_candidate() -> None:
    books = book(item(1, "10.00"), item(2, "-10.00", kind="PAYMENT"))

    assert [each.id for each in books.open_items_of((1,), "EUR")] == [1]


def test_earlier_receipts_are_those_of_the_days_asked_for() -> None:
    def earlier(number: int, days: int, **said: object) -> EarlierReceipt:
        fact = receipt("5.00", value_date=DAY - timedelta(days=days), **said)
        return as_earlier(fact, number, 1, is_applied=True)

    books = book(earlier=[earlier(1, 10), earlier(2, 0), earlier(3, 11), earlier(4, 1, currency="USD")])

    found = books.earlier_receipts([1, 9], "EUR", DAY - timedelta(days=10), DAY)

    assert [each.id for each in found] == [1, 2]


def who(payers: PayerIndex, text: str = "", **said: object) -> tuple[tuple[int, ...], str]:
    fact = receipt("1.00", text, **{"iban": "", **said})
    return payers.find_payer(fact, read_remittance(fact))


def test_the_payer_is_known_as_the_source_says_then_by_account_alias_name_and_number() -> None:
    payers = index(
        [payer(1, "Müller & Söhne GmbH"), payer(2, "Nordwind AG"), payer(3, "Acme Ltd")],
        ibans=[(IBAN, 1)],
        aliases=[("NAME", "nordwind holding", 2), ("IBAN", "AT611904300234573201", 3)],
    )

    assert who(payers, iban=IBAN, customer_id=3) == ((3,), "GIVEN")
    assert who(payers, iban="DE89 3704 0044 0532 0130 00") == ((1,), "IBAN")
    assert who(payers, iban="AT611904300234573201") == ((3,), "IBAN")
    assert who(payers, counterparty="NORDWIND HOLDING") == ((2,), "ALIAS")
    assert who(payers, counterparty="MUELLER UND SOEHNE") == ((1,), "NAME")
    assert who(payers, "RE 1 KD 10003") == ((3,), "NUMBER")
    assert who(payers, "KD 10003 UND KD 10002") == ((), "")
    assert who(payers, counterparty="Somebody Else") == ((), "")


def test_a_name_cut_off_by_a_bank_is_the_one_it_begins() -> None:
    payers = index(
        [
            payer(1, "Sassenhoff & Söhne Versorgungstechnik GmbH & Co. KG"),
            payer(2, "Sassenhoff & Söhne Versorgungstechnik Süd GmbH"),
            payer(3, "Elsterborn Gebäudetechnik und Sanitär GmbH"),
        ]
    )

    assert who(payers, counterparty="ELSTERBORN GEBAEUDETECHNIK U") == ((3,), "NAME")
    assert who(payers, counterparty="SASSENHOFF & SOEHNE VERSORG") == ((1, 2), "NAME")
    assert who(payers, counterparty="ELSTERBORN") == ((), "")
    # Cut at 27 behind a word, the space is gone: nobody knows which of the two it was.
    both = index([payer(1, "Kloosterman en Pauwels N.V."), payer(2, "Kloosterman en Pauwels Gent Zuid B.V.")])
    assert who(both, counterparty="KLOOSTERMAN EN PAUWELS GENT") == ((2,), "NAME")
    twins = index(
        [payer(1, "Barwick and Brockley Print plc"), payer(2, "Barwick and Brockley Print Hull plc")]
    )
    assert who(twins, counterparty="BARWICK AND BROCKLEY PRINT") == ((1, 2), "NAME")


def test_a_name_in_a_text_may_be_cut_but_is_no_part_of_another() -> None:
    payers = index([payer(1, "Barwick and Brockley Print Hull plc"), payer(2, "Noël Outillage SAS")])

    assert who(payers, "BARWICK AND BROCKLEY PRINT RE-2025-1892924") == ((1,), "NAME")
    assert who(payers, "NOEL OUTILLAGE SAS FACTURE 4711") == ((2,), "NAME")
    assert who(payers, "FREMINET ET NOEL OUTILLAGE SAS REFUND OF PREMIUM") == ((), "")


def test_two_customers_may_share_an_account() -> None:
    payers = index([payer(1), payer(2)], ibans=[(IBAN, 1), (IBAN, 2)])

    evidence = payers.find_payer(receipt("1.00"), read_remittance(receipt("1.00")))

    assert evidence.customer_ids == (1, 2)
    assert not evidence.is_sure


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [(1, 1, True), (1, 2, True), (2, 3, True), (2, 1, True), (4, 2, False), (1, 4, False), (9, 1, False)],
)
def test_who_may_pay_for_whom(one: int, other: int, related: bool) -> None:
    payers = index([payer(1), payer(2, parent_id=1), payer(3, parent_id=1, payer_id=1), payer(4)])

    assert payers.is_related(one, other) is related


def test_a_family_is_a_payer_and_those_it_pays_for() -> None:
    payers = index([payer(1), payer(2, parent_id=1), payer(3, payer_id=1), payer(4, parent_id=2)])

    assert payers.family_of((1,)) == (1, 2, 3)
    assert payers.family_of((2,)) == (2, 4)
    assert payers.family_of((1, 3)) == (1, 2, 3)
    assert payers.family_of(()) == ()


def test_a_customer_that_is_its_own_parent_is_one_family() -> None:
    assert index([payer(1, parent_id=1, payer_id=1)]).family_of((1,)) == (1,)


def test_documents_of_one_number_are_all_named() -> None:
    twice = [document_of(item(1, "10.00", number="R-20261")), document_of(item(2, "5.00", number="R2026-1"))]
    books = MatchBook(payers=index(), documents=twice, items=[])

    found = books.find_named(read_remittance(receipt("1.00", "R20261")), "R20261")

    assert [document.item_id for document in found.documents] == [1, 2]


def test_a_longer_name_may_begin_with_the_customers_and_is_less_sure() -> None:
    payers = index([payer(1, "Hotel Görlitz KG"), payer(2, "Jan Wojcik"), payer(3, "Barlow Ltd")])

    assert who(payers, counterparty="Hotel Görlitz KG München") == ((1,), "NAME_WITHIN")
    assert who(payers, counterparty="Jan Wojcik UL. NIJAKA 1 31-234 KRAKOW") == ((2,), "NAME_WITHIN")
    assert who(payers, counterparty="Jan Wojcik and Sons") == ((), "")
    assert who(payers, counterparty="Hotel Görlitzer Hof KG") == ((), "")
    fact = receipt("1.00", iban="", counterparty="Jan Wojcik KRAKOW")
    assert not payers.find_payer(fact, read_remittance(fact)).is_sure


def test_a_name_in_a_text_is_cut_where_banks_cut_and_sure_in_front() -> None:
    payers = index(
        [
            payer(1, "Thorpe Lodge and Marlow Tools Derby plc"),
            payer(2, "Lodge and Marlow Tools plc"),
            payer(3, "Quarles and Kirkby Electrical Tulsa Inc."),
        ]
    )

    assert who(payers, "THORPE LODGE AND MARLOW TOOLS DERBY PO724859-80") == ((1,), "NAME")
    assert who(payers, "THORPE LODGE AND MARLOW TOOLS DERBY Supplier payment") == ((1,), "NAME")
    assert who(payers, "THORPE LODGE AND MARLOW TOOLS DERBY CATERING LTD") == ((1,), "NAME_WITHIN")
    assert who(payers, "ACH CREDIT LODGE AND MARLOW TOOLS PLC Payment") == ((2,), "NAME")
    assert who(payers, "ASHDOWN LODGE AND MARLOW TOOLS PLC Payment") == ((2,), "NAME_WITHIN")
    assert who(payers, "QUARLES AND KIRKBY ELECTRICAL HULL Payment") == ((), "")
