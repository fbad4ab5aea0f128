"""The customers of a company: card, bank details, terms, groups, and the habits their payments follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import TypeVar

from acquit.core.terms import PaymentTerms, parse_terms
from acquit.intake.sample import phrases, words
from acquit.intake.sample.identifiers import make_iban, make_vat_id
from acquit.intake.sample.names import NameMaker, mail_domain, without_legal_form
from acquit.intake.sample.values import Company, Customer, Lateness, ReferenceHabit

_Choice = TypeVar("_Choice")
_TERMS = {
    "NET 30": 34,
    "NET 14": 20,
    "2/10 NET30": 18,
    "NET 45": 9,
    "3/8 NET30": 5,
    "EOM": 8,
    "EOM + 10": 4,
    "NET 60": 2,
}
_LATENESS = {
    Lateness.PROMPT: 47,
    Lateness.STEADY: 30,
    Lateness.SLOW: 12,
    Lateness.VERY_SLOW: 10,
    Lateness.DISTRESSED: 1,
}
_REFERENCE_HABITS = {
    ReferenceHabit.NUMBER: 72,
    ReferenceHabit.NONE: 10,
    ReferenceHabit.TRUNCATED: 11,
    ReferenceHabit.ORDER_NUMBER: 7,
}
_BANK_ACCOUNTS = {1: 80, 2: 14, 0: 6}
_STORY_LIMIT = Decimal(150_000)
_MANDATE_SHARE = 0.09
_GROUP_SHARE = 0.14
_LARGEST_GROUP = 4


@dataclass(frozen=True, slots=True)
class FixedCustomer:
    """A customer the story needs, with what must not be left to chance."""

    name: str
    city: str
    terms_text: str = "NET 30"
    traits: Mapping[str, object] = field(default_factory=dict)


def build_customers(
    company: Company, rng: Random, taken_names: set[str], fixed: Mapping[int, FixedCustomer]
) -> list[Customer]:
    """Build a company's customers; `fixed` names those of the story by their place in the list (from 0)."""
    names = NameMaker(rng, taken_names)
    countries = [country for country, count in company.countries for _ in range(count)]
    customers = []
    for index, country in enumerate(countries):
        story = fixed.get(index)
        name = story.name if story else names.make_name(country)
        customer = _build_customer(company, rng, index, name, country, has_account=story is not None)
        customers.append(_with_story(customer, story) if story else customer)
    return _join_groups(customers, rng, set(fixed))


@lru_cache(maxsize=64)
def read_terms(text: str) -> PaymentTerms:
    """Read terms as the product reads them, so that due dates in the files are the product's."""
    return parse_terms(text)


def _weighted(rng: Random, weights: Mapping[_Choice, int]) -> _Choice:
    return rng.choices(list(weights), list(weights.values()))[0]


def _build_customer(
    company: Company, rng: Random, index: int, name: str, country: str, *, has_account: bool
) -> Customer:
    number = str(company.first_customer + index)
    language = "en" if country == "GB" else "de"
    is_foreign = country != company.country
    has_mandate = company.currency == "EUR" and not is_foreign and rng.random() < _MANDATE_SHARE
    terms_text = "NET 14" if has_mandate else _weighted(rng, _TERMS)
    scale = rng.lognormvariate(0, 0.6)
    weight = rng.lognormvariate(0, 0.9)
    monthly = company.invoices_per_day * 21 * weight / company.customer_count / 1.5
    limit = Decimal(round(float(company.typical_net) * scale * monthly * 5 / 5000) + 1) * 5000
    accounts = _weighted(rng, _BANK_ACCOUNTS)
    box = rng.choice(phrases.MAIL_BOXES[language])
    return Customer(
        number=number,
        name=name,
        trading_names=(without_legal_form(name),) if rng.random() < 0.2 else (),
        country=country,
        city=rng.choice(words.CITIES[country]),
        language=language,
        currency=company.currency,
        ibans=tuple(make_iban(country, rng) for _ in range(max(accounts, int(has_account or has_mandate)))),
        vat_id=make_vat_id(country, rng),
        email=f"{box}@{mail_domain(name)}",
        terms_text=terms_text,
        terms=read_terms(terms_text),
        parent="",
        payer="",
        mandate=f"NL-{number}-{rng.randrange(10, 99)}" if has_mandate else "",
        bank_charges="SHA" if country == "CH" else "",
        is_auto_by_amount=rng.random() < 0.25,
        credit_limit=limit,
        weight=weight,
        scale=scale,
        lateness=_weighted(rng, _LATENESS),
        reference_habit=_weighted(rng, _REFERENCE_HABITS),
        takes_discount=rng.random() < 0.75,
        payment_weekday=rng.randrange(5) if rng.random() < 0.35 else None,
        monthly_fee=Decimal(rng.randrange(8, 60) * 5) if rng.random() < 0.1 else None,
        has_structured_reference=rng.random() < company.structured_share,
    )


def _with_story(customer: Customer, story: FixedCustomer) -> Customer:
    box = customer.email.split("@", maxsplit=1)[0]
    fixed = replace(
        customer,
        city=story.city,
        email=f"{box}@{mail_domain(story.name)}",
        trading_names=(),
        terms_text=story.terms_text,
        terms=read_terms(story.terms_text),
        mandate="",
        monthly_fee=None,
        credit_limit=_STORY_LIMIT,
        weight=0.4,
        scale=1.0,
        lateness=Lateness.PROMPT,
    )
    return replace(fixed, **dict(story.traits))  # type: ignore[arg-type]


def _join_groups(customers: Sequence[Customer], rng: Random, apart: set[int]) -> list[Customer]:
    """Join some neighbours into groups: the first is parent and mostly pays for the others.

    Names of children carry the parent's own name and their city, as branches do.
    """
    joined = list(customers)
    index = 0
    while index < len(joined):
        size = rng.randrange(2, _LARGEST_GROUP + 1)
        places = range(index, min(index + size, len(joined)))
        parent = joined[index]
        is_possible = not apart.intersection(places) and len({joined[place].country for place in places}) == 1
        if not is_possible or parent.mandate or rng.random() > _GROUP_SHARE:
            index += 1
            continue
        is_central = rng.random() < 0.7
        cities = [city for city in words.CITIES[parent.country] if city != parent.city]
        for place, city in zip(places[1:], rng.sample(cities, len(places) - 1), strict=True):
            joined[place] = _as_child(joined[place], parent, city, is_central=is_central)
        index += size
    return joined


def _as_child(child: Customer, parent: Customer, city: str, *, is_central: bool) -> Customer:
    name = f"{without_legal_form(parent.name)} {city} {'Ltd' if parent.country == 'GB' else 'GmbH'}"
    box = child.email.split("@", maxsplit=1)[0]
    return replace(
        child,
        name=name,
        city=city,
        trading_names=(),
        email=f"{box}.{child.number}@{mail_domain(parent.name)}",
        parent=parent.number,
        payer=parent.number if is_central else "",
        mandate="",
        terms_text=parent.terms_text,
        terms=parent.terms,
    )
