"""The truth of the sample's bank lines adds up, so that matching can be measured against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from acquit.intake.sample import Sample, Scenario, build_sample
from acquit.intake.sample.values import NOT_CUSTOMER_MONEY, CompanySample, Receipt

AS_OF = date(2026, 11, 19)
UNAPPLIED = {
    Scenario.DUPLICATE,
    Scenario.ON_ACCOUNT,
    Scenario.PREPAYMENT,
    Scenario.UNIDENTIFIED,
    Scenario.FACTOR,
}
KINDS = {"DISCOUNT", "TOLERANCE", "DEDUCTION", "BANK_FEE", "OVERPAYMENT"}
REASONS = {"PRICING", "QUANTITY", "QUALITY", "DELIVERY", "BILLING", "TRADE_PROMO", "PAYMENT"}


@pytest.fixture(scope="module", params=[1, 7])
def sample(request: pytest.FixtureRequest) -> Sample:
    return build_sample(request.param, AS_OF)


def receipts_of(sample: Sample, *scenarios: Scenario) -> list[Receipt]:
    return [
        receipt
        for company in sample.companies
        for receipt in company.receipts
        if receipt.scenario in scenarios
    ]


def test_every_scenario_happens_and_lines_are_many(sample: Sample) -> None:
    counted = Counter(receipt.scenario for company in sample.companies for receipt in company.receipts)
    assert set(counted) == set(Scenario)
    assert sum(counted.values()) >= 2_500
    customers_money = sum(count for scenario, count in counted.items() if scenario not in NOT_CUSTOMER_MONEY)
    assert counted[Scenario.PLAIN] + counted[Scenario.STRUCTURED] > customers_money / 3
    assert counted[Scenario.RETURNED_DEBIT] == 1


def test_statements_balance_and_each_continues_the_one_before(sample: Sample) -> None:
    for company in sample.companies:
        parts = company.statements
        assert parts[0].opening == company.company.opening_balance
        for part in parts:
            assert part.opening + sum(line.amount for line in part.lines) == part.closing
            assert part.closing > 0
            assert part.lines
            assert all(part.start <= line.booking_date <= part.end for line in part.lines)
        for before, after in pairwise(parts):
            assert after.opening == before.closing
            assert after.sequence == before.sequence + 1
            assert before.end < after.start
        assert [line for part in parts for line in part.lines] == company.receipts
        running = [part for part in parts if part.is_daily]
        assert all(part.start == part.end for part in running)
        assert {(part.end.year, part.end.month) for part in running} == {(2026, 11)}


def test_bank_references_are_unique_and_fit_every_format(sample: Sample) -> None:
    references = [receipt.bank_reference for company in sample.companies for receipt in company.receipts]
    assert len(set(references)) == len(references)
    assert {len(reference) for reference in references} == {15}


def test_amounts_are_composed_of_their_applications_and_differences(sample: Sample) -> None:
    for company in sample.companies:
        for receipt in company.receipts:
            assert receipt.amount != 0
            assert receipt.amount.as_tuple().exponent == -2
            if receipt.applied:
                loose = sum(d.amount for d in receipt.differences if not d.document)
                assert receipt.amount == sum(a.amount for a in receipt.applied) - loose
            else:
                assert receipt.differences == ()
                assert receipt.scenario in UNAPPLIED | NOT_CUSTOMER_MONEY or not receipt.is_placeable


def test_every_application_is_of_an_invoice_open_that_day(sample: Sample) -> None:
    for company in sample.companies:
        issued = {document.number: document for document in company.documents}
        left = {document.number: document.open_before for document in company.documents}
        for receipt in company.receipts:
            for application in receipt.applied:
                assert issued[application.document].document_date <= receipt.booking_date
                left[application.document] -= application.amount
            for difference in receipt.differences:
                if difference.document:
                    left[difference.document] -= difference.amount
        for number, amount in left.items():
            gross = issued[number].gross
            assert abs(amount) <= abs(gross), number
            assert amount * gross >= 0, number
        assert left == company.open_after()


def test_differences_are_of_known_kinds_and_each_beyond_or_within_tolerance_as_it_says(
    sample: Sample,
) -> None:
    for company in sample.companies:
        gross = {document.number: document.gross for document in company.documents}
        for receipt in company.receipts:
            for difference in receipt.differences:
                assert difference.kind in KINDS
                assert (difference.reason in REASONS) == (difference.kind == "DEDUCTION")
                assert (difference.amount < 0) == (difference.kind == "OVERPAYMENT")
                if difference.document:
                    limit = min(Decimal(5), gross[difference.document] * Decimal("0.005"))
                    assert (difference.amount <= limit) == (difference.kind == "TOLERANCE")


def test_discounts_are_right_to_the_cent_and_late_ones_are_deductions(sample: Sample) -> None:
    for company in sample.companies:
        documents = {document.number: document for document in company.documents}
        rates = {customer.number: customer.terms.discount_rate for customer in company.customers}
        for receipt in company.receipts:
            for difference in receipt.differences:
                if difference.kind != "DISCOUNT" and difference.reason != "PAYMENT":
                    continue
                document = documents[difference.document]
                assert document.discount_date is not None
                days_late = (receipt.booking_date - document.discount_date).days
                assert (days_late <= 0) == (difference.kind == "DISCOUNT")
                assert days_late <= 0 or days_late >= 5
                assert abs(difference.amount - document.gross * rates[document.customer] / 100) <= Decimal(
                    "0.005"
                )


def test_whole_references_stand_in_the_text(sample: Sample) -> None:
    for receipt in receipts_of(sample, Scenario.PLAIN, Scenario.SEVERAL):
        bare = receipt.text.replace("-", "").replace("/", "")
        if receipt.structured_reference:
            continue
        for application in receipt.applied:
            assert application.document.replace("-", "").replace("/", "") in bare
    for receipt in receipts_of(sample, Scenario.STRUCTURED):
        assert receipt.structured_reference
        assert receipt.text == ""


def test_shortened_and_mistyped_references_are_nowhere_whole(sample: Sample) -> None:
    for receipt in receipts_of(sample, Scenario.TRUNCATED, Scenario.MISTYPED, Scenario.NO_REFERENCE):
        assert all(application.document not in receipt.text for application in receipt.applied)
        assert receipt.text


def test_duplicates_repeat_an_earlier_payment_of_the_same_customer(sample: Sample) -> None:
    for company in sample.companies:
        for receipt in company.receipts:
            if receipt.scenario is Scenario.DUPLICATE:
                assert any(
                    earlier.text == receipt.text
                    and earlier.structured_reference == receipt.structured_reference
                    and earlier.amount == receipt.amount
                    and earlier.customer == receipt.customer
                    and earlier.applied
                    and earlier.booking_date < receipt.booking_date
                    for earlier in company.receipts
                )


def test_customers_named_are_those_of_the_documents_or_their_payer(sample: Sample) -> None:
    for company in sample.companies:
        owner = {document.number: document.customer for document in company.documents}
        payer = {customer.number: customer.payer or customer.number for customer in company.customers}
        for receipt in company.receipts:
            owners = {owner[application.document] for application in receipt.applied}
            assert len({payer[number] for number in owners}) <= 1
            if len(owners) == 1:
                assert {receipt.customer} == owners
            elif owners:
                assert {receipt.customer} == {payer[number] for number in owners}
            else:
                assert receipt.customer == "" or receipt.customer in payer


def test_batches_hold_the_collections_of_one_day_together(sample: Sample) -> None:
    for company in sample.companies:
        batches = direct_debits_by_batch(company)
        place_of = {receipt.bank_reference: place for place, receipt in enumerate(company.receipts)}
        for lines in batches.values():
            places = [place_of[line.bank_reference] for line in lines]
            assert places == list(range(places[0], places[0] + len(places)))
            assert len({line.booking_date for line in lines}) == 1
            assert all(line.mandate and line.end_to_end_id == line.applied[0].document for line in lines)
    assert any(len(lines) > 2 for lines in direct_debits_by_batch(sample.companies[0]).values())


def direct_debits_by_batch(company: CompanySample) -> dict[str, list[Receipt]]:
    batches: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in company.receipts:
        if receipt.batch:
            batches[receipt.batch].append(receipt)
    return batches


def test_the_returned_debit_takes_back_exactly_what_was_collected(sample: Sample) -> None:
    (returned,) = receipts_of(sample, Scenario.RETURNED_DEBIT)
    (taken_back,) = returned.applied
    (collected,) = [
        receipt
        for receipt in receipts_of(sample, Scenario.DIRECT_DEBIT)
        if receipt.applied[0].document == taken_back.document
    ]
    assert taken_back.amount == -collected.amount == Decimal("-12460.80")
    assert returned.amount == Decimal("-12464.30")
    assert returned.return_code == "AM04"
    assert collected.booking_date < returned.booking_date
    austria = sample.companies[1]
    assert austria.open_after()[taken_back.document] == Decimal("12460.80")


def test_money_that_is_no_customers_goes_both_ways_and_names_nobody_of_ours(sample: Sample) -> None:
    lines = receipts_of(sample, *NOT_CUSTOMER_MONEY)
    assert all(line.customer == "" and not line.applied for line in lines)
    assert any(line.amount > 0 for line in lines if line.scenario is Scenario.SUPPLIER)
    assert any(line.amount > 0 for line in lines if line.scenario is Scenario.INTEREST)
    names = {customer.name for company in sample.companies for customer in company.customers}
    assert not names & {line.remitter.name for line in lines}
