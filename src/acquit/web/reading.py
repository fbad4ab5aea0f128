"""Reading what a person typed: amounts in either way of writing, in the decimals of the currency; days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acquit.core.errors import Refusal
from acquit.formats.tables.amounts import AmountStyle, infer_amount_style, parse_amount
from acquit.web.figures import get_currency_digits, get_number_style


class CannotReadDay(Refusal):
    """A day of the form cannot be read; nothing was done."""

    code = "CANNOT_READ_DAY"


def read_day(text: str, param: str) -> date:
    """Read the day of a form's field; refuses (`CannotReadDay`)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CannotReadDay(
            _("%(text)s is no day. Nothing was done.") % {"text": text[:40] or "–"}, param=param
        ) from None


def read_reason(request: HttpRequest) -> str:
    """Read why something is taken back: the reason chosen, else the one in the person's own words."""
    return request.POST.get("reason", "") or request.POST.get("other", "")


def read_amount(text: str, currency: str) -> Decimal | None:
    """Read `1.234,56`, `1,234.56` or `1234-`; None when it is no amount of this currency.

    `1.234` leaves open which mark it is: three decimals are none in a currency of two, so it is a thousand then; where
    the currency has three, the reader's language decides.
    """
    digits = get_currency_digits(currency)
    reading = infer_amount_style([text])
    style = reading.style
    if style is None:
        if reading.is_mixed:
            return None
        mark = get_number_style(get_language() or "en").decimal_separator
        if digits != 3:
            mark = "," if "." in text else "."
        style = AmountStyle(decimal_mark=mark)
    try:
        amount = parse_amount(text, style)
    except Refusal:
        return None
    exponent = amount.as_tuple().exponent
    is_finer = isinstance(exponent, int) and -exponent > digits
    return None if is_finer and amount != amount.quantize(Decimal(1).scaleb(-digits)) else amount
