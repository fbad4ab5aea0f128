"""Payment terms: their dates, what their discount is worth, and how people write them."""

from acquit.core.terms.dates import (
    BadTerms,
    Instalment,
    PaymentTerms,
    Shift,
    TermsKind,
    discount_date,
    due_date,
    instalment_dates,
    plan_instalments,
)
from acquit.core.terms.discounts import (
    AnnualisedDiscount,
    CashDiscount,
    PartialDiscount,
    annualised_discount,
    cash_discount,
    discount_for_partial_payment,
    net_of_vat,
)
from acquit.core.terms.text import AmbiguousTerms, UnknownTerms, parse_terms

__all__ = [
    "AmbiguousTerms",
    "AnnualisedDiscount",
    "BadTerms",
    "CashDiscount",
    "Instalment",
    "PartialDiscount",
    "PaymentTerms",
    "Shift",
    "TermsKind",
    "UnknownTerms",
    "annualised_discount",
    "cash_discount",
    "discount_date",
    "discount_for_partial_payment",
    "due_date",
    "instalment_dates",
    "net_of_vat",
    "parse_terms",
    "plan_instalments",
]
