"""Payment terms: when an amount is due and until when its discount stands.

The one clever idea: a term names its kind. '45 days end of month' has two readings up to a month apart, so it
is refused with both readings named instead of being guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from acquit.core.calendar import BusinessCalendar, add_days, add_months, day_of_month, month_end
from acquit.core.errors import Refusal
from acquit.core.money import ZERO, split_equally

_HUNDRED = Decimal(100)
_LONGEST_DAYS = 3660
_LONGEST_MONTHS = 120
_MOST_PARTS = 360
_SHIFT_ONLY_WEEKENDS = BusinessCalendar()


class BadTerms(Refusal):
    """The terms contradict themselves or name a value no term can have."""

    code = "BAD_TERMS"


class TermsKind(StrEnum):
    """How the due date follows from the baseline date."""

    NET = "NET"
    EOM_THEN_DAYS = "EOM_THEN_DAYS"
    DAYS_THEN_EOM = "DAYS_THEN_EOM"
    PROX = "PROX"
    MONTHS = "MONTHS"
    INSTALMENTS = "INSTALMENTS"


class Shift(StrEnum):
    """What happens when the due date is no business day."""

    NONE = "NONE"
    FOLLOWING = "FOLLOWING"


_USES_DAYS = {TermsKind.NET, TermsKind.EOM_THEN_DAYS, TermsKind.DAYS_THEN_EOM, TermsKind.INSTALMENTS}
_USES_MONTHS = {TermsKind.PROX, TermsKind.MONTHS, TermsKind.INSTALMENTS}


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """One payment term.

    NET: baseline + `days`. EOM_THEN_DAYS: month end, then + `days`. DAYS_THEN_EOM: + `days`, then month end.
    PROX: the `day` of the month `months` later, one month more when the baseline lies after `cutoff_day`.
    MONTHS: the same day `months` later. INSTALMENTS: `parts` parts, the first after `days`, each next
    `months` later. Days are calendar days and every date is clamped to its month's end. `discount_rate` is in
    percent and stands for `discount_days`. A parameter that the kind does not use is refused rather than
    ignored.
    """

    kind: TermsKind
    days: int = 0
    months: int = 0
    day: int | None = None
    cutoff_day: int | None = None
    shift: Shift = Shift.NONE
    discount_rate: Decimal = ZERO
    discount_days: int = 0
    parts: int = 1

    def __post_init__(self) -> None:
        self._check_range("days", self.days, 0, _LONGEST_DAYS)
        self._check_range("months", self.months, 0, _LONGEST_MONTHS)
        self._check_range("discount_days", self.discount_days, 0, _LONGEST_DAYS)
        self._check_range("parts", self.parts, 1, _MOST_PARTS)
        self._check_unused()
        if self.kind is TermsKind.PROX:
            self._check_prox()
        if self.kind is TermsKind.INSTALMENTS and self.parts > 1 and self.months == 0:
            raise BadTerms("Instalments need the months between two parts.", param="months")
        if not self.discount_rate.is_finite() or not 0 <= self.discount_rate < _HUNDRED:
            raise BadTerms(
                f"A discount of {self.discount_rate} percent does not exist.", param="discount_rate"
            )
        if self.discount_days and not self.discount_rate:
            raise BadTerms("Discount days need a discount rate.", param="discount_rate")
        if self.kind is TermsKind.NET and self.discount_days > self.days:
            raise BadTerms(
                f"The discount stands {self.discount_days} days, longer than the {self.days} days to pay.",
                param="discount_days",
            )

    def _check_unused(self) -> None:
        """Refuse parameters the kind does not use, because they would silently not count."""
        unused = {
            "days": self.days if self.kind not in _USES_DAYS else 0,
            "months": self.months if self.kind not in _USES_MONTHS else 0,
            "day": self.day if self.kind is not TermsKind.PROX else None,
            "cutoff_day": self.cutoff_day if self.kind is not TermsKind.PROX else None,
            "parts": self.parts - 1 if self.kind is not TermsKind.INSTALMENTS else 0,
        }
        for name, value in unused.items():
            if value:
                raise BadTerms(f"{self.kind} terms have no {name}: leave it out.", param=name)

    def _check_prox(self) -> None:
        if self.day is None:
            raise BadTerms("PROX terms need the day of the month.", param="day")
        self._check_range("day", self.day, 1, 31)
        if self.cutoff_day is not None:
            self._check_range("cutoff_day", self.cutoff_day, 1, 31)
        if self.months == 0 and (self.cutoff_day is None or self.cutoff_day > self.day):
            raise BadTerms("A day of the same month needs a cut-off no later than it.", param="months")

    @staticmethod
    def _check_range(name: str, value: int, lowest: int, highest: int) -> None:
        if not lowest <= value <= highest:
            raise BadTerms(f"{name} {value} is outside {lowest} to {highest}.", param=name)


def due_date(terms: PaymentTerms, baseline_date: date, calendar: BusinessCalendar | None = None) -> date:
    """Give the date the whole amount is due; for instalments that of the last part.

    A FOLLOWING shift moves it to the next business day of `calendar`; without a calendar only weekends are
    closed.
    """
    return instalment_dates(terms, baseline_date, calendar)[-1]


def instalment_dates(
    terms: PaymentTerms, baseline_date: date, calendar: BusinessCalendar | None = None
) -> tuple[date, ...]:
    """Give the due date of each part, in order; terms without instalments have one."""
    dates = _unshifted_dates(terms, baseline_date)
    if terms.shift is Shift.NONE:
        return dates
    open_days = calendar or _SHIFT_ONLY_WEEKENDS
    return tuple(open_days.next_business_day(day) for day in dates)


def _unshifted_dates(terms: PaymentTerms, baseline_date: date) -> tuple[date, ...]:
    match terms.kind:
        case TermsKind.NET:
            due = add_days(baseline_date, terms.days)
        case TermsKind.EOM_THEN_DAYS:
            due = add_days(month_end(baseline_date), terms.days)
        case TermsKind.DAYS_THEN_EOM:
            due = month_end(add_days(baseline_date, terms.days))
        case TermsKind.MONTHS:
            due = add_months(baseline_date, terms.months)
        case TermsKind.PROX:
            late = terms.cutoff_day is not None and baseline_date.day > terms.cutoff_day
            month = add_months(baseline_date.replace(day=1), terms.months + late)
            due = day_of_month(month.year, month.month, terms.day or 1)
        case TermsKind.INSTALMENTS:
            first = add_days(baseline_date, terms.days)
            return tuple(add_months(first, part * terms.months) for part in range(terms.parts))
    return (due,)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of an amount with its own due date."""

    due_date: date
    amount: Decimal


def plan_instalments(
    terms: PaymentTerms,
    total: Decimal,
    currency: str,
    baseline_date: date,
    calendar: BusinessCalendar | None = None,
) -> tuple[Instalment, ...]:
    """Cut a total into the parts its terms name: equal parts, the residual on the last."""
    dates = instalment_dates(terms, baseline_date, calendar)
    amounts = split_equally(total, terms.parts, currency)
    return tuple(Instalment(day, amount) for day, amount in zip(dates, amounts, strict=True))


def discount_date(terms: PaymentTerms, baseline_date: date) -> date | None:
    """Give the last date the discount stands, or None without one. A business-day shift does not move it."""
    return add_days(baseline_date, terms.discount_days) if terms.discount_rate else None
