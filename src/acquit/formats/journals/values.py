"""A journal as values: accounts, entries and lines, and how a line in two currencies is written in either format.

The one clever idea: both formats balance an entry by its lines' *value*, so a line in foreign currency carries what it
is worth in the company's as a total price (`100.00 USD @@ 92.59 EUR`), exact to the cent. What has a value but no
quantity, such as a realised exchange difference, is a quantity of the company's currency.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)
_NOT_PLAIN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class JournalAccount(NamedTuple):
    """An account: its root (Assets, Liabilities, Equity, Income, Expenses), company, code, name and standard role."""

    root: str
    company_id: int
    company: str
    code: str
    name: str
    role: str = ""


class JournalLine(NamedTuple):
    """A line: signed amount in the entry's currency (debit positive), its value in the company's, the item it moves.

    `group_value` is its value in the currency of the company's group.
    """

    account_id: int
    amount: Decimal
    value: Decimal
    customer_id: int | None = None
    item_number: str = ""
    due_date: date | None = None
    group_value: Decimal = ZERO


class JournalEntry(NamedTuple):
    """A balanced entry in one currency."""

    id: int
    posting_date: date
    kind: str
    text: str
    document_number: str
    reverses_id: int | None
    currency: str
    company_currency: str
    lines: tuple[JournalLine, ...]
    document_date: date | None = None
    recorded_date: date | None = None


@dataclass(frozen=True, slots=True)
class JournalHead:
    """What stands before the entries: accounts by id, currencies with their decimals, the day accounts open.

    `currencies_by_company` gives each company's own currency and its group's.
    """

    accounts: Mapping[int, JournalAccount]
    company_currencies: tuple[str, ...]
    decimals: Mapping[str, int]
    first_date: date
    currencies_by_company: Mapping[int, tuple[str, str]] = field(default_factory=dict)


class Quantity(NamedTuple):
    """What one written line says: an amount, and its total price where it has one."""

    amount: Decimal
    currency: str
    price: Decimal | None = None


def list_quantities(line: JournalLine, entry: JournalEntry) -> Iterator[Quantity]:
    """Give the written lines of a posting, none when it is zero in both currencies.

    A price cannot be negative in beancount; where rounding gave amount and value different signs, the amount is priced
    at zero and the value written beside it.
    """
    if entry.currency == entry.company_currency:
        if line.amount:
            yield Quantity(line.amount, entry.currency)
        return
    is_priceable = line.amount * line.value >= 0
    if line.amount:
        yield Quantity(line.amount, entry.currency, abs(line.value) if is_priceable else ZERO)
    if line.value and not (line.amount and is_priceable):
        yield Quantity(line.value, entry.company_currency)


def write_amount(amount: Decimal, currency: str, decimals: Mapping[str, int]) -> str:
    """Write an amount with its currency's decimals, or with all it has when it is finer."""
    exponent = amount.normalize().as_tuple().exponent
    places = max(decimals[currency], -exponent if isinstance(exponent, int) else 0)
    return f"{amount:.{places}f} {currency}"


def name_accounts(accounts: Mapping[int, JournalAccount]) -> dict[int, str]:
    """Name accounts `Root:Company:Code-Name`, legal in both formats and each different.

    Letters and digits of any script stay, everything else becomes a hyphen; what then is equal gets its id.
    """
    companies: dict[int, str] = {}
    taken: set[str] = set()
    for company_id, company in sorted({(a.company_id, a.company) for a in accounts.values()}):
        companies[company_id] = _distinct(_component(company), company_id, taken)
    names: dict[int, str] = {}
    taken = set()
    for account_id, account in sorted(accounts.items()):
        leaf = _component(f"{account.code} {account.name}")
        parent = f"{account.root}:{companies[account.company_id]}"
        names[account_id] = _distinct(f"{parent}:{leaf}", account_id, taken)
    return names


def plain_text(text: str) -> str:
    """Put a text on one line, without control characters."""
    return _NOT_PLAIN.sub(" ", text).strip()


def _component(text: str) -> str:
    kept = "".join(c if _is_letter_or_digit(c) else "-" for c in unicodedata.normalize("NFC", text))
    word = re.sub("-+", "-", kept).strip("-")
    word = word[:1].upper() + word[1:]
    return word if word and unicodedata.category(word[0]) in {"Lu", "Nd"} else f"X{word}"


def _is_letter_or_digit(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("L") or category == "Nd"


def _distinct(name: str, number: int, taken: set[str]) -> str:
    while name in taken:
        name = f"{name}-{number}"
    taken.add(name)
    return name
