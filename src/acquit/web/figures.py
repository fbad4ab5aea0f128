"""How amounts, dates, shares and ages are written for people.

The one idea: digits are never computed here. A `Decimal` is written exactly as it is, with the currency's own number of
decimals (more only when the amount itself is finer, as unit prices are), and only the separators come from the reader's
language. A float is refused, so no figure on a page can have been rounded by accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date as babel_date

from acquit.core.money import UnknownCurrency, minor_units

MINUS = "\N{MINUS SIGN}"
UNKNOWN = "\N{EN DASH}"
NO_BREAK = "\N{NO-BREAK SPACE}"

_OWN = Context(
    prec=60, rounding=ROUND_HALF_UP
)  # a library that changes the process's context changes no figure

_TEXT_PATTERNS = {"en": "d MMM y", "de": "dd.MM.y"}
_SHORT_PATTERNS = {"en": "d MMM", "de": "dd.MM."}
_DAY_PATTERNS = {"en": "EEEE, d MMMM", "de": "EEEE, d. MMMM"}
_MONTH_PATTERNS = {"en": "MMMM y", "de": "MMMM y"}


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """What a language puts between digits, and how it writes a share and a million."""

    language: str
    decimal_separator: str
    group_separator: str
    percent_suffix: str
    million_suffix: str


@lru_cache(maxsize=64)
def get_number_style(locale: str) -> NumberStyle:
    """Read the separators of `locale` (`en`, `de-at`, ...) from the CLDR; an unknown locale is written as English."""
    try:
        parsed = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        parsed = Locale.parse("en")
    symbols = parsed.number_symbols["latn"]
    german = parsed.language == "de"
    return NumberStyle(
        language="de" if german else "en",
        decimal_separator=symbols["decimal"],
        group_separator=symbols["group"],
        percent_suffix=parsed.percent_formats[None].suffix[0],
        million_suffix=f"{NO_BREAK}Mio." if german else f"{NO_BREAK}m",
    )


@lru_cache(maxsize=256)
def get_currency_digits(currency: str) -> int:
    """Give the decimals of an ISO 4217 currency (2 for EUR, 0 for JPY, 3 for KWD); 2 for a code it does not know."""
    try:
        return minor_units(currency)
    except UnknownCurrency:
        return 2


def _exact(amount: Decimal | int, what: str = "an amount") -> Decimal:
    if isinstance(amount, bool) or not isinstance(amount, (Decimal, int)):
        raise TypeError(f"{what} is a Decimal or an int, not {type(amount).__name__}")
    exact = Decimal(amount)
    if not exact.is_finite():
        raise ValueError(f"{what} is a finite number, not {exact}")
    return exact


def _decimals(amount: Decimal, digits: int) -> int:
    """Count the decimals to write: the currency's own, more only when the amount is really finer."""
    _, coefficient, exponent = amount.as_tuple()
    if not amount:
        return digits
    written = "".join(map(str, coefficient))
    trailing_zeros = len(written) - len(written.rstrip("0"))
    return max(digits, -int(exponent) - trailing_zeros)


def _unsigned(amount: Decimal, decimals: int, style: NumberStyle) -> str:
    text = f"{amount.copy_abs():,.{decimals}f}"
    whole, _, fraction = text.partition(".")
    whole = whole.replace(",", style.group_separator)
    return f"{whole}{style.decimal_separator}{fraction}" if fraction else whole


def format_amount(amount: Decimal | int | None, locale: str, currency: str | None = None) -> str:
    """Write an amount exactly, without its code: `48,316.40`, `−2.380,00`, `1,250,000` for JPY, `–` for unknown."""
    if amount is None:
        return UNKNOWN
    exact = _exact(amount)
    decimals = _decimals(exact, get_currency_digits(currency) if currency else 2)
    sign = MINUS if exact < 0 else ""
    return sign + _unsigned(exact, decimals, get_number_style(locale))


def format_money(amount: Decimal | int | None, currency: str, locale: str) -> str:
    """Write an amount with the code after it, as plain text for titles, labels and sentences: `48,316.40 EUR`."""
    if amount is None:
        return UNKNOWN
    return f"{format_amount(amount, locale, currency)} {currency}"


def format_signed(amount: Decimal | int | None, locale: str, currency: str | None = None) -> str:
    """Write a change with its sign always shown: `+1,968,410.20`, `−84,112.40`, `0.00`."""
    if amount is None:
        return UNKNOWN
    text = format_amount(amount, locale, currency)
    return f"+{text}" if amount > 0 else text


def format_whole(amount: Decimal | int | None, locale: str, *, signed: bool = False) -> str:
    """Write an amount in whole units, rounded half away from zero; the head of the table has to say so."""
    if amount is None:
        return UNKNOWN
    whole = _exact(amount).quantize(Decimal(1), context=_OWN)
    sign = MINUS if whole < 0 else "+" if signed and whole > 0 else ""
    return sign + _unsigned(whole, 0, get_number_style(locale))


def format_millions(amount: Decimal | int | None, locale: str, decimals: int = 1) -> str:
    """Write an amount in millions for charts and tiles: `12.5 m`, `12,5 Mio.`."""
    if amount is None:
        return UNKNOWN
    style = get_number_style(locale)
    step = Decimal(1).scaleb(-decimals)
    millions = _exact(amount).scaleb(-6, context=_OWN).quantize(step, context=_OWN)
    sign = MINUS if millions < 0 else ""
    return f"{sign}{_unsigned(millions, decimals, style)}{style.million_suffix}"


def format_count(count: int | None, locale: str) -> str:
    """Write a number of things, grouped: `4,812`."""
    if count is None:
        return UNKNOWN
    sign = MINUS if count < 0 else ""
    return sign + _unsigned(_exact(count, "a count"), 0, get_number_style(locale))


def format_number(number: Decimal | int | None, locale: str, decimals: int) -> str:
    """Write a number with a fixed count of decimals, rounded half away from zero: a score `0.75`, days `42.6`."""
    if number is None:
        return UNKNOWN
    rounded = _exact(number, "a number").quantize(Decimal(1).scaleb(-decimals), context=_OWN)
    sign = MINUS if rounded < 0 else ""
    return sign + _unsigned(rounded, decimals, get_number_style(locale))


def format_quantity(quantity: Decimal | int, locale: str) -> str:
    """Write a quantity with the decimals it has: `3`, `2.5`."""
    exact = _exact(quantity, "a quantity")
    sign = MINUS if exact < 0 else ""
    return sign + _unsigned(exact, _decimals(exact, 0), get_number_style(locale))


def format_share(share: Decimal | None, locale: str, decimals: int = 1) -> str:
    """Write a share given as a fraction of one: 0.342 is `34.2%`, in German `34,2 %`."""
    if share is None:
        return UNKNOWN
    style = get_number_style(locale)
    return format_number(share.scaleb(2, context=_OWN), locale, decimals) + style.percent_suffix


def plain_amount(amount: Decimal | int, currency: str | None = None) -> str:
    """Give the machine form a copied cell yields: `-2380.00`, with a point, without groups."""
    exact = _exact(amount)
    return f"{exact:.{_decimals(exact, get_currency_digits(currency) if currency else 2)}f}"


def split_figure(text: str, locale: str) -> tuple[str, str]:
    """Cut a written amount before its decimal separator, so that a key figure can set the decimals small."""
    separator = get_number_style(locale).decimal_separator
    whole, found, fraction = text.partition(separator)
    return whole, found + fraction


def format_day(day: date | None, locale: str) -> str:
    """Write a date in running text: `19 Nov 2026`, `19.11.2026`."""
    if day is None:
        return UNKNOWN
    return babel_date(day, _TEXT_PATTERNS[get_number_style(locale).language], locale=_date_locale(locale))


def format_table_day(day: date | None, locale: str, business_date: date) -> str:
    """Write a date in a table: without its year when that is the business date's (`19 Nov`, `19.11.`)."""
    if day is None:
        return UNKNOWN
    if day.year != business_date.year:
        return format_day(day, locale)
    return babel_date(day, _SHORT_PATTERNS[get_number_style(locale).language], locale=_date_locale(locale))


def format_weekday(day: date, locale: str) -> str:
    """Write the day of the page's title: `Thursday, 19 November`, `Donnerstag, 19. November`."""
    return babel_date(day, _DAY_PATTERNS[get_number_style(locale).language], locale=_date_locale(locale))


def format_month(day: date, locale: str) -> str:
    """Write a period: `November 2026`."""
    return babel_date(day, _MONTH_PATTERNS[get_number_style(locale).language], locale=_date_locale(locale))


def format_clock(moment: datetime | None) -> str:
    """Write a time of day, `09:31`, in the zone the moment was given in."""
    return UNKNOWN if moment is None else f"{moment:%H:%M}"


def format_moment(moment: datetime | None, locale: str, business_date: date) -> str:
    """Write when something happened: the time when it was on the business date, else the day as in a table."""
    if moment is None:
        return UNKNOWN
    if moment.date() == business_date:
        return format_clock(moment)
    return format_table_day(moment.date(), locale, business_date)


def format_days(days: int | None) -> str:
    """Write days past due as a table's number: `47`, `−6` for six days to go, `–` when there is no due date."""
    if days is None:
        return UNKNOWN
    return f"{MINUS}{-days}" if days < 0 else str(days)


def get_bucket(days: int) -> int:
    """Give the number of the ageing bucket: 0 not due, then 1-30, 31-60, 61-90, 91 and more days past due.

    Due today is not past due. Source: handbook section 9, the house's five buckets.
    """
    if days <= 0:
        return 0
    return min(4, (days - 1) // 30 + 1)


def _date_locale(locale: str) -> str:
    return "de" if get_number_style(locale).language == "de" else "en"
