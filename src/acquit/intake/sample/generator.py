"""Builds the sample company. Each part draws from its own random source, so changing one leaves the others alone.

`build_sample(seed, as_of)` is a pure function: same seed and day, same company, on every machine.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from acquit.core.money import round_amount
from acquit.intake.sample.banking import book_lines, cut_statements
from acquit.intake.sample.calendar import plan_days
from acquit.intake.sample.companies import COMPANIES
from acquit.intake.sample.customers import build_customers
from acquit.intake.sample.disputes import mark_disputes
from acquit.intake.sample.documents import INVOICE, draft_documents, draft_orders, number_documents
from acquit.intake.sample.habits import plan_payments, settle_history
from acquit.intake.sample.other_money import make_other_lines, make_unapplied_receipts
from acquit.intake.sample.rates import draw_pound_rates
from acquit.intake.sample.receipts import ReceiptMaker
from acquit.intake.sample.story import FIXED_CUSTOMERS, draft_story
from acquit.intake.sample.story_receipts import Stage, tell_story
from acquit.intake.sample.values import ZERO, Company, CompanySample, Document, Sample

_MONTHS_OF_HISTORY = 18


def build_sample(seed: int, as_of: date) -> Sample:
    """Build the three companies with their customers, documents, bank lines and truth."""
    taken_names = {fixed.name for slots in FIXED_CUSTOMERS.values() for fixed in slots.values()}
    companies = tuple(_build_company(company, seed, as_of, taken_names) for company in COMPANIES)
    return Sample(seed, as_of, companies)


def _build_company(company: Company, seed: int, as_of: date, taken_names: set[str]) -> CompanySample:
    def source(part: str) -> Random:
        return Random(f"{seed}/{company.key}/{part}")  # noqa: S311 - a story, not a secret

    days = plan_days(as_of, company.country)
    customers = build_customers(company, source("customers"), taken_names, FIXED_CUSTOMERS[company.key])
    by_number = {customer.number: customer for customer in customers}
    story = draft_story(company, {customer.name: customer for customer in customers}, days)
    drafts = draft_documents(company, customers, days, source("documents")) + list(story.values())
    documents = number_documents(company, customers, drafts)
    orders = draft_orders(company, customers, documents, days, source("orders"))
    plan_payments(by_number, documents, days, source("habits"))
    settle_history(documents, days, source("history"))
    maker = ReceiptMaker(by_number, days, source("receipts"))
    lines = maker.make_receipts(documents)
    lines += tell_story(company.key, Stage(story, by_number, days, maker))
    lines += make_unapplied_receipts(company, customers, orders, days, maker, source("unapplied"))
    lines += make_other_lines(company, _monthly_turnover(company, documents), days, source("other"))
    booked = book_lines(company, lines, days, source("bank"))
    mark_disputes(company, documents, booked, days, source("disputes"))
    return CompanySample(
        company=company,
        days=days,
        customers=customers,
        orders=orders,
        documents=documents,
        receipts=booked,
        statements=cut_statements(company, booked, days),
        euro_rates=draw_pound_rates(days, source("rates")) if company.currency == "GBP" else {},
    )


def _monthly_turnover(company: Company, documents: list[Document]) -> Decimal:
    invoiced = sum((document.gross for document in documents if document.kind == INVOICE), ZERO)
    return round_amount(invoiced / _MONTHS_OF_HISTORY, company.currency)
