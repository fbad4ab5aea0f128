"""How amounts, dates, ids and texts are written in JSON, in and out.

Amounts are text only. A JSON number may have passed through a binary float on its way, and a bare 100 is a hundred
euros to one API and one euro to another; text in major units with the currency beside it can be read one way.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from acquit.core.errors import Refusal
from acquit.core.money import Money, UnknownCurrency, minor_units

AMOUNT_PATTERN = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$"
_AMOUNT = re.compile(AMOUNT_PATTERN.removeprefix("^").removesuffix("$"))
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"[0-9]{1,19}")
#: No control characters: PostgreSQL refuses some, and none has a meaning in a name or reference.
_LINE = r"^[^\x00-\x1f\x7f]*$"
LARGEST_ID = 2**63 - 1
LARGEST_COMPANY_ID = 2**31 - 1


class Body(BaseModel):
    """What a request sends: every field known, every value of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Resource(BaseModel):
    """What an answer gives."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


def read_amount(value: object) -> Decimal:
    """Read text as an exact number; raises ValueError for numbers, exponents, NaN and other digits than 0-9."""
    if not isinstance(value, str):
        raise ValueError('an amount is text in major units, such as "119.00"')  # noqa: TRY004 - becomes a field error
    if not _AMOUNT.fullmatch(value):
        raise ValueError('an amount has digits, a point and decimals only, such as "-1119.00"')
    return Decimal(value)


def _read_day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError("a day is written YYYY-MM-DD")


def read_whole(value: object) -> object:
    """Take digits from an address for a number, and no other spelling pydantic knows of one."""
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError("a whole number is written in digits")
    return value


def amount_text(amount: Decimal, currency: str) -> str:
    """Write an amount with the currency's own decimals: 119 EUR is "119.00", 1000 JPY is "1000"."""
    kept = -int(amount.normalize().as_tuple().exponent)
    return f"{amount or abs(amount):.{max(minor_units(currency), kept)}f}"


def exact_amount(amount: Decimal, currency: str, param: str) -> Decimal:
    """Give an amount that its currency allows; refuses as `Money` does, naming the field."""
    try:
        return Money(amount, currency).amount
    except Refusal as refusal:
        refusal.param = "currency" if refusal.code == UnknownCurrency.code else param
        raise


def number_text(value: Decimal) -> str:
    """Write a factor (a rate, a score, a quantity) as it is, without an exponent."""
    return f"{value:f}"


def moment_text(moment: datetime) -> str:
    """Write a moment in UTC, always with six decimals, so that texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _schema(**said: object) -> WithJsonSchema:
    return WithJsonSchema(dict(said))


Amount = Annotated[
    Decimal,
    BeforeValidator(read_amount),
    _schema(
        type="string",
        pattern=AMOUNT_PATTERN,
        description="An exact amount in major units, as text. Never finer than the currency allows.",
        examples=["119.00"],
    ),
]
Number = Annotated[
    Decimal,
    BeforeValidator(read_amount),
    _schema(type="string", pattern=AMOUNT_PATTERN, description="An exact number, as text.", examples=["2.5"]),
]
Day = Annotated[
    date,
    BeforeValidator(_read_day),
    _schema(type="string", format="date", description="A day, YYYY-MM-DD.", examples=["2026-03-31"]),
]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID, examples=[4711]), BeforeValidator(read_whole)]
CompanyId = Annotated[int, Field(ge=1, le=LARGEST_COMPANY_ID, examples=[1]), BeforeValidator(read_whole)]
Line = Annotated[str, StringConstraints(max_length=200, pattern=_LINE)]
Words = Annotated[str, StringConstraints(max_length=100, pattern=_LINE)]
Text = Annotated[str, StringConstraints(max_length=1000, pattern=_LINE)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_LINE)]
Currency = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{3}$"),
    Field(description="ISO 4217 code.", examples=["EUR"]),
]

AmountText = Annotated[
    str, Field(description="An exact amount with the decimals of its currency.", examples=["119.00"])
]
NumberText = Annotated[str, Field(description="An exact number, as text.", examples=["0.9125"])]
CurrencyText = Annotated[str, Field(description="ISO 4217 code.", examples=["EUR"])]
DayOut = Annotated[date, Field(examples=["2026-03-31"])]
MomentOut = Annotated[
    datetime,
    PlainSerializer(moment_text, return_type=str),
    _schema(type="string", format="date-time", examples=["2026-03-31T08:15:00.123456Z"]),
]


def above_zero(value: Decimal) -> Decimal:
    """Refuse zero and less."""
    if value <= 0:
        raise ValueError("the amount must be above zero")
    return value


PositiveAmount = Annotated[
    Amount,
    AfterValidator(above_zero),
    _schema(
        type="string",
        pattern=AMOUNT_PATTERN.replace("-?", ""),
        description="An exact amount above zero in major units, as text.",
        examples=["119.00"],
    ),
]
