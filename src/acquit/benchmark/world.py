"""The company: its accounts, its customers and what they were sent.

The one clever idea: a document's number is a permutation of its place in the whole, so numbers of one customer lie
far apart, and whether a mistyped number belongs to somebody is answered by turning the permutation round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from acquit.benchmark.people import LANGUAGES, NameBook, NameMaker, make_city, make_iban
from acquit.benchmark.values import CENT, ZERO, Account, Customer, Dialect, Item
from acquit.core.references import ogm_reference, qrr_reference, rf_reference

FIRST_DAY = date(2025, 10, 1)
LAST_DAY = date(2026, 9, 30)
_NUMBERS = 9_999_991  # a prime: every place has one number of seven digits
_STEP, _OFFSET = 7_368_787, 1_234_577
_RATES = {"EUR": Decimal(1), "USD": Decimal("1.0850"), "CHF": Decimal("0.9400"), "GBP": Decimal("0.8600")}

ACCOUNTS = (
    Account("DE-1", "DE40370400440532013000", "EUR", Dialect.CAMT, "D1", ("DE", "AT")),
    Account("DE-2", "DE89370400440532013000", "EUR", Dialect.GERMAN, "D2", ("DE", "AT")),
    Account("FR-1", "FR1420041010050500013M02606", "EUR", Dialect.CAMT, "F1", ("FR",)),
    Account("NL-1", "NL91ABNA0417164300", "EUR", Dialect.SLASHED, "N1", ("NL", "BE")),
    Account("CH-1", "CH4431999123000889012", "CHF", Dialect.CAMT, "C1", ("CH",)),
    Account("GB-1", "GB29NWBK60161331926819", "GBP", Dialect.PLAIN, "G1", ("GB",)),
    Account("US-1", "325180154", "USD", Dialect.BAI2, "U1", ("US",)),
)
_COUNTRIES = ("DE", "DE", "DE", "DE", "DE", "AT", "CH", "FR", "NL", "BE", "GB", "US", "US")
_TERMS = (("0", 0, 30), ("0", 0, 30), ("0", 0, 14), ("2", 10, 30), ("3", 10, 30), ("2", 14, 45), ("0", 0, 60))
_SERIES = {
    "DE": "RE-{year}-{digits}",
    "AT": "AR{short}/{digits}",
    "CH": "9{digits}",
    "FR": "FA-{short}-{digits}",
    "NL": "F{short}.{digits}",
    "BE": "F{short}.{digits}",
    "GB": "SI{digits}",
    "US": "INV-{digits}",
}
_CREDIT_SERIES = {"DE": "GS-{year}-{digits}", "US": "CM-{digits}", "GB": "CN{digits}"}


@dataclass(frozen=True, slots=True)
class Order:
    """An order not yet invoiced: what a prepayment names."""

    number: str
    owner: Customer
    day: date
    currency: str
    amount: Decimal
    percent: Decimal


@dataclass(slots=True)
class Family:
    """Customers that pay for each other: the first is the parent, or the only one."""

    members: list[Customer]
    items: list[Item]
    orders: list[Order]
    paid_orders: list[Order]


def number_at(place: int) -> str:
    """Give the seven digits of the document at a place."""
    return f"{(place * _STEP + _OFFSET) % _NUMBERS:07d}"


def place_of(digits: str) -> int:
    """Give the place whose digits these are."""
    return (int(digits) - _OFFSET) * pow(_STEP, -1, _NUMBERS) % _NUMBERS


def business_days(first: date, last: date) -> list[date]:
    """Give the days on which banks book."""
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return [
        day for day in days if day.weekday() < 5 and (day.month, day.day) not in {(1, 1), (12, 25), (12, 26)}
    ]


class Rates:
    """The rates of every booking day, to one euro; they walk."""

    def __init__(self, days: Sequence[date], rng: Random) -> None:
        self.by_day: dict[date, dict[str, Decimal]] = {}
        rates = dict(_RATES)
        for day in days:
            for currency in ("USD", "CHF", "GBP"):
                step = Decimal(rng.randrange(-30, 31)).scaleb(-4)
                rates[currency] = (rates[currency] * (1 + step)).quantize(Decimal("0.0001"))
            self.by_day[day] = dict(rates)

    def convert(self, amount: Decimal, source: str, target: str, day: date) -> Decimal:
        """Convert at the day's rate and round half away from zero."""
        rates = self.by_day[day]
        return (amount * rates[target] / rates[source]).quantize(CENT, "ROUND_HALF_UP")


def make_customers(count: int, makes: NameMaker, rng: Random) -> list[list[Customer]]:
    """Make the families: most customers stand alone, some are a parent with children, some a pair of one name."""
    families, number = list[list[Customer]](), 2_001_000
    made = 0
    while made < count:
        roll = rng.random()
        size = rng.randrange(3, 7) if roll < 0.05 else 1
        family = list[Customer]()
        country = rng.choice(_COUNTRIES)
        for place in range(min(size, count - made)):
            number += rng.randrange(1, 4)
            customer = _make_customer(str(number), country, makes, rng)
            if place:
                customer.parent = family[0].number
                customer.account, customer.currency = family[0].account, family[0].currency
            family.append(customer)
        made += len(family)
        if len(family) == 1:
            family[0].is_by_agent = rng.random() < 0.02
        families.append(family)
        if size == 1 and rng.random() < 0.03 and made < count:  # another of the same name in another city
            number += 1
            other = _make_customer(str(number), country, makes, rng)
            other.name, other.currency, other.account = family[0].name, family[0].currency, family[0].account
            other.is_twin = family[0].is_twin = True
            families[-1].append(other)
            made += 1
    return families


def _make_customer(number: str, country: str, makes: NameMaker, rng: Random) -> Customer:
    name, trading = makes.make_name(country)
    account = rng.choice([one for one in ACCOUNTS if country in one.countries])
    percent, discount_days, net_days = rng.choice(_TERMS)
    currency = account.currency
    if rng.random() < 0.02:
        currency = "USD" if currency == "EUR" else "EUR"
    virtual = make_iban("DE", rng) if account.key == "DE-1" and rng.random() < 0.15 else ""
    is_collected = account.key in {"DE-1", "FR-1"} and rng.random() < 0.12
    return Customer(
        number=number,
        name=name,
        trading_name=trading if rng.random() < 0.3 else "",
        country=country,
        city=make_city(country, rng),
        language=LANGUAGES[country],
        currency=currency,
        iban=make_iban(country, rng),
        virtual_iban=virtual,
        discount_percent=Decimal(percent),
        discount_days=discount_days,
        net_days=net_days,
        email=f"ap{number}@customer.example",
        mandate=f"M-{number}-1" if is_collected else "",
        is_fee_shared=rng.random() < 0.25,
        is_amount_enough=rng.random() < 0.6,
        account=account,
    )


def book_names(families: Sequence[Sequence[Customer]]) -> NameBook:
    """Count the names of all customers."""
    return NameBook(
        name for family in families for one in family for name in (one.name, one.trading_name) if name
    )


def deal_out(total: int, parts: int, rng: Random) -> list[int]:
    """Deal a number out over parts unevenly: few have many, as customers do."""
    weights = [rng.paretovariate(1.6) if rng.random() < 0.9 else 0.3 for _ in range(parts)]
    whole = sum(weights)
    counts, dealt, share = list[int](), 0, 0.0
    for weight in weights:
        share += weight / whole
        counts.append(int(total * share) - dealt)
        dealt += counts[-1]
    if counts:
        counts[-1] += total - dealt
    return counts


class ItemMaker:
    """Makes the documents of one customer after another; `made` is how many there are."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.made = 0

    def make_items(self, owner: Customer, count: int) -> Iterator[Item]:
        """Make documents over two years; a third was paid before the first statement, a few in part."""
        rng = self._rng
        repeated = [self._amount() for _ in range(2)]
        for _ in range(count):
            amount = rng.choice(repeated) if rng.random() < 0.04 else self._amount()
            span = (LAST_DAY - FIRST_DAY).days
            issued = FIRST_DAY + timedelta(days=rng.randrange(-200, span - 5))
            is_credit = rng.random() < 0.05
            if is_credit:
                amount = -(amount / 10).quantize(CENT)
            is_paid = issued < FIRST_DAY and rng.random() < (0.95 if (FIRST_DAY - issued).days > 75 else 0.4)
            yield self._make_item(owner, issued, amount, is_paid=is_paid, is_credit=is_credit)

    def _amount(self) -> Decimal:
        rng = self._rng
        amount = Decimal(int(rng.lognormvariate(11.2, 1.1)) + 2_500).scaleb(-2)
        return amount.quantize(Decimal(10)) + ZERO if rng.random() < 0.04 else amount

    def _make_item(
        self, owner: Customer, issued: date, amount: Decimal, *, is_paid: bool, is_credit: bool
    ) -> Item:
        rng = self._rng
        digits = number_at(self.made)
        self.made += 1
        series = (
            _CREDIT_SERIES.get(owner.country, "G" + _SERIES[owner.country])
            if is_credit
            else _SERIES[owner.country]
        )
        number = series.format(year=issued.year, short=f"{issued:%y}", digits=digits)
        opened = ZERO if is_paid else amount
        if not is_paid and not is_credit and issued < FIRST_DAY and rng.random() < 0.03:
            opened = (amount * rng.randrange(2, 9) / 10).quantize(CENT)
        return Item(
            number=number,
            digits=digits,
            owner=owner,
            issued=issued,
            due=issued + timedelta(days=owner.net_days),
            currency=owner.currency,
            gross=amount,
            open_amount=opened,
            seen_amount=opened,
            purchase_order=f"PO{rng.randrange(10**5, 10**6)}-{rng.randrange(10, 100)}"
            if rng.random() < 0.5
            else "",
            structured_reference="" if is_credit else _structured(owner, digits),
            opened=opened,
        )


def make_orders(owner: Customer, rng: Random) -> list[Order]:
    """Make a few orders that wait for money."""
    orders = list[Order]()
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        amount = Decimal(rng.randrange(50_000, 5_000_000)).scaleb(-2)
        day = FIRST_DAY + timedelta(days=rng.randrange(0, 300))
        number = f"AU-{day:%Y}-{owner.number}{len(orders) + 1}"
        orders.append(
            Order(
                number,
                owner,
                day,
                owner.currency,
                amount,
                rng.choice((Decimal(30), Decimal(50), Decimal(100))),
            )
        )
    return orders


def _structured(owner: Customer, digits: str) -> str:
    base = f"{owner.number}{digits}"
    if owner.country == "CH":
        return qrr_reference(base)
    if owner.country == "BE":
        return ogm_reference(digits.zfill(10)[-10:])
    return rf_reference(base) if owner.country in {"DE", "AT", "NL"} else ""
