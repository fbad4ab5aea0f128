"""The sample company is what it says it is: whole, exact, believable, and the same every time."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from stdnum import iban
from stdnum.at import uid as austrian_vat
from stdnum.ch import vat as swiss_vat
from stdnum.de import vat as german_vat
from stdnum.gb import vat as british_vat

from acquit.core.money import percent_of
from acquit.core.references import is_rf_reference
from acquit.core.terms import due_date
from acquit.intake.sample import Sample, build_sample
from acquit.intake.sample.customers import read_terms
from acquit.intake.sample.story import FIXED_CUSTOMERS
from acquit.intake.sample.values import CompanySample

AS_OF = date(2026, 11, 19)
OTHER_DAYS = (date(2026, 3, 2), date(2027, 7, 1), date(2028, 2, 29))
VAT_CHECKS = {"DE": german_vat, "AT": austrian_vat, "CH": swiss_vat, "GB": british_vat}
POUND_RATE = Decimal("1.1358")


@pytest.fixture(scope="module")
def sample() -> Sample:
    return build_sample(7, AS_OF)


def ageing_shares(sample: Sample) -> list[Decimal]:
    """Truly open amounts in EUR by bucket, as shares in percent."""
    buckets = [Decimal(0)] * 5
    for company in sample.companies:
        rate = POUND_RATE if company.company.currency == "GBP" else Decimal(1)
        left = company.open_after()
        for document in company.documents:
            overdue = (sample.as_of - document.due_date).days
            place = 0 if overdue <= 0 else min(4, 1 + (overdue - 1) // 30)
            buckets[place] += left[document.number] * rate
    return [amount / sum(buckets) * 100 for amount in buckets]


def test_three_companies_in_two_currencies_share_four_hundred_distinct_customers(sample: Sample) -> None:
    assert [(c.company.name, c.company.currency, len(c.customers)) for c in sample.companies] == [
        ("Nordlicht Wärmetechnik GmbH", "EUR", 250),
        ("Nordlicht Austria GmbH", "EUR", 70),
        ("Nordlicht UK Ltd", "GBP", 80),
    ]
    customers = [customer for company in sample.companies for customer in company.customers]
    assert len({customer.name for customer in customers}) == 400
    assert len({customer.number for customer in customers}) == 400
    assert len({customer.vat_id for customer in customers}) == 400
    assert len({one for customer in customers for one in customer.ibans}) == sum(
        len(c.ibans) for c in customers
    )


def test_identifiers_pass_their_checks_and_mail_goes_nowhere(sample: Sample) -> None:
    for company in sample.companies:
        assert iban.is_valid(company.company.iban)
        assert VAT_CHECKS[company.company.country].is_valid(company.company.vat_id)
        for customer in company.customers:
            assert all(iban.is_valid(one) for one in customer.ibans)
            assert VAT_CHECKS[customer.country].is_valid(customer.vat_id), customer.vat_id
            assert customer.email.endswith(".example")
            assert customer.email.isascii()
            assert customer.ibans or not customer.mandate


def test_groups_stay_within_their_company_and_parents_pay_for_themselves(sample: Sample) -> None:
    for company in sample.companies:
        by_number = {customer.number: customer for customer in company.customers}
        children = [customer for customer in company.customers if customer.parent]
        assert len(children) >= 5
        for child in children:
            assert by_number[child.parent].parent == ""
            assert by_number[child.parent].payer == ""
            assert child.payer in ("", child.parent)
            assert child.terms == by_number[child.parent].terms


def test_terms_are_mixed_and_due_dates_follow_them(sample: Sample) -> None:
    seen: Counter[str] = Counter()
    for company in sample.companies:
        terms = {customer.number: customer.terms_text for customer in company.customers}
        seen.update(terms.values())
        for document in company.documents:
            if document.kind == "invoice":
                assert document.due_date == due_date(
                    read_terms(terms[document.customer]), document.document_date
                )
            else:
                assert document.due_date == document.document_date
    assert {"NET 14", "NET 30", "NET 45", "2/10 NET30", "EOM", "EOM + 10"} <= set(seen)


def test_amounts_are_exact_and_vat_is_that_of_the_country(sample: Sample) -> None:
    for company in sample.companies:
        home = {
            customer.number: customer.country == company.company.country for customer in company.customers
        }
        for document in company.documents:
            rate = company.company.vat_rate if home[document.customer] else Decimal(0)
            assert document.vat == percent_of(document.net, rate, document.currency)
            assert document.net.as_tuple().exponent == document.gross.as_tuple().exponent == -2
            assert (document.gross > 0) == (document.kind == "invoice")
    assert [company.company.vat_rate for company in sample.companies] == [19, 20, 20]


def test_numbers_run_without_gaps_and_never_against_the_calendar(sample: Sample) -> None:
    for company in sample.companies:
        series: dict[tuple[str, int], list[str]] = defaultdict(list)
        for document in company.documents:
            series[document.kind, document.document_date.year].append(document.number)
        for numbers in series.values():
            running = [int(number[-4:]) for number in numbers]
            assert all((after - before) % 10_000 == 1 for before, after in pairwise(running))
        days = [document.document_date for document in company.documents]
        assert days == sorted(days)
        assert len({document.number for document in company.documents}) == len(company.documents)


def test_eighteen_months_of_documents_end_before_the_business_date(sample: Sample) -> None:
    documents = [document for company in sample.companies for document in company.documents]
    invoices = [document for document in documents if document.kind == "invoice"]
    assert 12_000 <= len(invoices) <= 20_500
    assert min(document.document_date for document in documents) == date(2025, 5, 19)
    assert max(document.document_date for document in documents) == date(2026, 11, 18)
    assert 0.01 < (len(documents) - len(invoices)) / len(invoices) < 0.04
    orders = [order for company in sample.companies for order in company.orders]
    billed = {document.order for document in invoices}
    assert all(document.order for document in invoices)
    assert any(order.number not in billed for order in orders)
    assert any(order.prepayment_percent == 30 for order in orders)


def test_orders_hold_what_their_invoices_bill(sample: Sample) -> None:
    for company in sample.companies:
        billed: dict[str, Decimal] = defaultdict(Decimal)
        for document in company.documents:
            if document.kind == "invoice":
                billed[document.order] += document.gross
        orders = {order.number: order for order in company.orders}
        assert all(orders[number].amount == amount for number, amount in billed.items())


def test_structured_references_check_and_point_to_one_document(sample: Sample) -> None:
    references = [
        d.structured_reference for c in sample.companies for d in c.documents if d.structured_reference
    ]
    assert len(references) > 2_000
    assert len(set(references)) == len(references)
    assert all(is_rf_reference(reference) for reference in references)


def test_open_before_is_nothing_part_or_all_and_cleared_documents_say_when(sample: Sample) -> None:
    for company in sample.companies:
        start = company.days.statement_start
        for document in company.documents:
            assert abs(document.open_before) <= abs(document.gross)
            assert document.open_before * document.gross >= 0
            if document.document_date >= start:
                assert document.open_before == document.gross
            assert (document.cleared_date is None) == (document.open_before != 0)
            if document.cleared_date:
                assert document.document_date <= document.cleared_date < start
        assert any(0 < document.open_before < document.gross for document in company.documents)


def test_disputes_are_of_open_documents_and_name_a_reason(sample: Sample) -> None:
    for company in sample.companies:
        disputed = [document for document in company.documents if document.disputed_amount]
        left = company.open_after()
        assert len(disputed) >= 5
        for document in disputed:
            assert 0 < document.disputed_amount <= left[document.number] <= document.gross
            assert document.dispute_reason.split(": ")[0].isupper()


@pytest.mark.parametrize("as_of", [AS_OF, *OTHER_DAYS])
def test_the_ageing_picture_is_that_of_a_business_in_order(as_of: date) -> None:
    shares = ageing_shares(build_sample(1, as_of))
    assert 50 <= shares[0] <= 75
    assert 12 <= shares[1] <= 30
    assert 3 <= shares[2] <= 13
    assert 1 <= shares[3] <= 8
    assert 2 <= shares[4] <= 10


@pytest.mark.parametrize("as_of", OTHER_DAYS)
def test_any_business_date_gives_a_whole_sample(as_of: date) -> None:
    sample = build_sample(3, as_of)
    assert sum(len(company.receipts) for company in sample.companies) > 2_300
    for company in sample.companies:
        assert company.days.last_day < as_of <= company.days.last_day + timedelta(days=5)
        assert company.receipts[-1].booking_date == company.days.last_day


def test_same_seed_same_company_other_seed_other_company(sample: Sample) -> None:
    again = build_sample(7, AS_OF)
    other = build_sample(8, AS_OF)
    assert again == sample
    assert [c.customers for c in other.companies] != [c.customers for c in sample.companies]


def test_the_story_stands_in_every_sample() -> None:
    for seed in (1, 2):
        for company in build_sample(seed, AS_OF).companies:
            names = {customer.name for customer in company.customers}
            assert {fixed.name for fixed in FIXED_CUSTOMERS[company.company.key].values()} <= names
            assert told_amounts(company) <= {receipt.amount for receipt in company.receipts}


def told_amounts(company: CompanySample) -> set[Decimal]:
    told = {
        "nordlicht-waermetechnik": (
            "48316.40",
            "41900.00",
            "31870.25",
            "9195.41",
            "2914.20",
            "7200.00",
            "94905.88",
        ),
        "nordlicht-austria": ("12460.80", "-12464.30", "6069.00"),
        "nordlicht-uk": ("25000.00", "18420.00", "118240.00", "3388.80", "38640.00"),
    }
    return {Decimal(amount) for amount in told[company.company.key]}
