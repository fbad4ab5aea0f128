"""Exact money: a decimal amount that is never finer than its currency allows.

The one clever idea: every sum, split and rounding runs either in integers of minor units or in a decimal
context of our own (60 digits, half away from zero), so the process's decimal context is neither read nor
changed: a library that lowers it cannot bend an amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache

from acquit.core.errors import Refusal

ZERO = Decimal(0)

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)  # for every product and quotient of amounts
_HUNDRED = Decimal(100)
_LARGEST_DIGITS = 18  # minor units of every amount fit a signed 64-bit integer, which columnar code relies on
_LARGEST_UNITS = Decimal(10) ** _LARGEST_DIGITS
_LARGEST_WEIGHT_EXPONENT = 30


class UnknownCurrency(Refusal):
    """The code is not an ISO 4217 currency that has a minor unit."""

    code = "UNKNOWN_CURRENCY"


class AmountTooFine(Refusal):
    """The amount has decimals below the smallest unit of its currency."""

    code = "AMOUNT_TOO_FINE"


class AmountTooLarge(Refusal):
    """The amount has more than 18 digits in minor units, or is no finite number."""

    code = "AMOUNT_TOO_LARGE"


class CurrencyMismatch(Refusal):
    """Two amounts of different currencies were added or compared."""

    code = "CURRENCY_MISMATCH"


class CannotSplit(Refusal):
    """The weights or the number of parts give no meaningful split."""

    code = "CANNOT_SPLIT"


@lru_cache(maxsize=1)
def _minor_units_by_currency() -> dict[str, int]:
    from iso4217 import Currency

    return {c.code: c.exponent for c in Currency if c.exponent is not None}


@lru_cache(maxsize=1)
def _quantum_by_currency() -> dict[str, Decimal]:
    return {code: Decimal(1).scaleb(-units) for code, units in _minor_units_by_currency().items()}


def minor_units(currency: str) -> int:
    """Give the number of decimals of a currency: JPY 0, EUR 2, KWD 3 (ISO 4217).

    Refuses codes that are not in the standard, lower case, and codes without a minor unit (gold, test codes).
    """
    return -_quantum(currency).as_tuple().exponent  # type: ignore[operator]  # a finite number's exponent is an int


def _quantum(currency: str) -> Decimal:
    quantum = _quantum_by_currency().get(currency)
    if quantum is None:
        raise UnknownCurrency(
            f"{currency!r} is no ISO 4217 currency. Give a three-letter code such as EUR.", param="currency"
        )
    return quantum


def _rounded(amount: Decimal, quantum: Decimal) -> Decimal:
    """Round half away from zero; refuse what is not finite or too large. Never gives a negative zero."""
    try:
        rounded = amount.quantize(quantum, context=EXACT)
    except InvalidOperation:
        rounded = None
    if rounded is None or not rounded.is_finite() or len(rounded.as_tuple().digits) > _LARGEST_DIGITS:
        raise AmountTooLarge(f"{amount} is not an amount Acquit can keep: at most 18 digits.", param="amount")
    return rounded or rounded.copy_abs()


def _exact(amount: Decimal, currency: str) -> Decimal:
    quantum = _quantum(currency)
    rounded = _rounded(amount, quantum)
    if rounded != amount:
        raise AmountTooFine(
            f"{amount} {currency} is finer than {quantum} {currency}. Round it before it becomes money.",
            param="amount",
        )
    return rounded


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """Round to the currency's minor unit, half away from zero: -1234.565 EUR gives -1234.57."""
    return _rounded(amount, _quantum(currency))


def percent_of(amount: Decimal, percent: Decimal, currency: str) -> Decimal:
    """Give round(amount x percent / 100) in the currency's minor unit."""
    return round_amount(EXACT.divide(EXACT.multiply(amount, percent), _HUNDRED), currency)


def round_to_increment(amount: Decimal, increment: Decimal) -> Decimal:
    """Round to the nearest multiple of `increment`, half away from zero: 107.73 by 0.05 gives 107.75."""
    if not increment.is_finite() or increment <= 0:
        raise Refusal(
            f"{increment} is no rounding increment: give one above zero.",
            param="increment",
            code="BAD_INCREMENT",
        )
    if not amount.is_finite():
        raise AmountTooLarge(f"{amount} is not an amount.", param="amount")
    size = amount.copy_abs()
    try:
        steps = EXACT.divide_int(size, increment)
    except InvalidOperation:
        raise AmountTooLarge(f"{amount} is too large to round by {increment}.", param="amount") from None
    rest = EXACT.remainder(size, increment)
    if EXACT.add(rest, rest) >= increment:
        steps = EXACT.add(steps, 1)
    rounded = EXACT.multiply(steps, increment)
    return rounded.copy_negate() if amount < 0 and rounded else rounded


@dataclass(frozen=True, slots=True)
class CashRounding:
    """A total rounded for cash: what is payable and the rounding, payable - total (EN 16931 BT-114)."""

    payable: Decimal
    rounding: Decimal


def cash_round(total: Decimal, increment: Decimal) -> CashRounding:
    """Round a total to the smallest coin, for example 0.05 in Switzerland."""
    payable = round_to_increment(total, increment)
    return CashRounding(payable, EXACT.subtract(payable, total))


@lru_cache(maxsize=1 << 14)  # an item's amount is asked for with each payment of its customer
def to_minor_units(amount: Decimal, currency: str) -> int:
    """Give the amount as an integer of minor units: 12.34 EUR is 1234. Refuses finer amounts."""
    if amount.is_finite():
        scaled = amount.scaleb(_places(currency), context=EXACT)
        if scaled.copy_abs() < _LARGEST_UNITS and scaled == (units := int(scaled)):
            return units
    return int(
        _exact(amount, currency).scaleb(minor_units(currency), context=EXACT)
    )  # or refuse in its words


@lru_cache(maxsize=256)
def _places(currency: str) -> int:
    return minor_units(currency)


def from_minor_units(units: int, currency: str) -> Decimal:
    """Give the amount of an integer of minor units: 1234 EUR is 12.34."""
    return Decimal(units).scaleb(-minor_units(currency), context=EXACT)


def split_by_weight(total: Decimal, weights: Sequence[Decimal], currency: str) -> tuple[Decimal, ...]:
    """Split a total in proportion to weights, so that the parts sum to the whole (largest remainder).

    Each share is cut down to the minor unit, then the units left over go one each to the largest remainders;
    of equal remainders the lowest index comes first. A negative total is the mirror image. Weights are zero
    or more; refused when one is negative or when they are all zero, because then there is no proportion.
    """
    scaled = _integer_weights(weights)
    whole = sum(scaled)
    if whole == 0:
        raise CannotSplit("The weights are all zero: there is no proportion to split by.", param="weights")
    units = to_minor_units(total, currency)
    sign = -1 if units < 0 else 1
    shares = [divmod(abs(units) * weight, whole) for weight in scaled]
    left_over = abs(units) - sum(share for share, _ in shares)
    order = sorted(range(len(shares)), key=lambda index: -shares[index][1])
    favoured = set(order[:left_over])
    return tuple(
        from_minor_units(sign * (share + (index in favoured)), currency)
        for index, (share, _) in enumerate(shares)
    )


def _integer_weights(weights: Sequence[Decimal]) -> list[int]:
    """Bring decimal weights to integers in the same proportion."""
    lowest = 0
    for weight in weights:
        if not weight.is_finite() or weight < 0:
            raise CannotSplit(f"{weight} is no weight: weights are zero or more.", param="weights")
        exponent = int(weight.as_tuple().exponent)
        if abs(exponent) > _LARGEST_WEIGHT_EXPONENT or abs(weight.adjusted()) > _LARGEST_WEIGHT_EXPONENT:
            raise CannotSplit(f"{weight} is too large or too fine for a weight.", param="weights")
        lowest = min(lowest, exponent)
    return [
        int("".join(map(str, parts.digits))) * 10 ** (int(parts.exponent) - lowest)
        for parts in (weight.as_tuple() for weight in weights)
    ]


def split_equally(total: Decimal, parts: int, currency: str) -> tuple[Decimal, ...]:
    """Split a total into instalments: each is total / parts rounded, the last takes the residual.

    1000.00 by 3 gives 333.33, 333.33, 333.34. Refused when the last part would be nothing or of the other
    sign, because the total is too small for so many parts.
    """
    if parts < 1:
        raise CannotSplit(f"{parts} parts cannot be made: give one or more.", param="parts")
    units = to_minor_units(total, currency)
    sign = -1 if units < 0 else 1
    each = (2 * abs(units) + parts) // (2 * parts)
    last = abs(units) - each * (parts - 1)
    if units and last < 1:
        raise CannotSplit(f"{total} {currency} is too small for {parts} parts.", param="parts")
    return (from_minor_units(sign * each, currency),) * (parts - 1) + (
        from_minor_units(sign * last, currency),
    )


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, always written to the currency's minor unit: 10 EUR is 10.00 EUR.

    Refuses an unknown currency, an amount finer than the currency allows and one above 18 digits. Sums and
    comparisons work within one currency only.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money is Decimal, not {type(self.amount).__name__}")
        object.__setattr__(self, "amount", _exact(self.amount, self.currency))

    def _same_currency(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise CurrencyMismatch(
                f"{self} and {other} are in different currencies. Convert one at a stated rate first."
            )
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(EXACT.add(self.amount, self._same_currency(other)), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(EXACT.subtract(self.amount, self._same_currency(other)), self.currency)

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same_currency(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same_currency(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same_currency(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same_currency(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
