"""An entry of many lines as bookings of one debit and one credit account each, which is all that some programs take.

Debits meet credits in the order of their lines, first by amounts in the entry's currency; each side brings its part of
its value, the smaller of the two is booked, and what then is left of any line (exchange differences, roundings) is
paired in the company's currency alone. Every booking is equal on both sides and every line ends at nothing, so the
balances of all accounts in company currency are those of the entry, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from acquit.formats.journals.values import ZERO, JournalEntry, JournalLine

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class Booking(NamedTuple):
    """A value in company currency from a credit line to a debit line, and its amount in the entry's if it has one."""

    debit: JournalLine
    credit: JournalLine
    value: Decimal
    amount: Decimal | None


def pair_lines(entry: JournalEntry, company_decimals: int) -> Iterator[Booking]:
    """Give the bookings of an entry."""
    lines = entry.lines
    values = [line.value for line in lines]
    if entry.currency != entry.company_currency:
        # a line whose value rounding brought to nothing or to the other sign has no rate of its own
        amounts = [line.amount if line.amount * line.value > 0 else ZERO for line in lines]
        left = list(amounts)
        for debit, credit, amount in _pairs(amounts):
            value = min(
                _share(abs(values[place]), amount, abs(left[place]), company_decimals)
                for place in (debit, credit)
            )
            left[debit] -= amount
            left[credit] += amount
            if value:
                values[debit] -= value
                values[credit] += value
                yield Booking(lines[debit], lines[credit], value, amount)
    for debit, credit, value in _pairs(values):
        yield Booking(
            lines[debit], lines[credit], value, value if entry.currency == entry.company_currency else None
        )


def _share(value: Decimal, part: Decimal, whole: Decimal, decimals: int) -> Decimal:
    if part == whole:
        return value
    share = _EXACT.divide(_EXACT.multiply(value, part), whole)
    return share.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)


def _pairs(amounts: Sequence[Decimal]) -> Iterator[tuple[int, int, Decimal]]:
    """Give (debit, credit, amount) until one side is used up; amounts are read once, before the first pair."""
    left = list(amounts)
    debits = [place for place, amount in enumerate(amounts) if amount > 0]
    credits_ = [place for place, amount in enumerate(amounts) if amount < 0]
    while debits and credits_:
        debit, credit = debits[0], credits_[0]
        taken = min(left[debit], -left[credit])
        left[debit] -= taken
        left[credit] += taken
        yield debit, credit, taken
        if left[debit] == 0:
            debits.pop(0)
        if left[credit] == 0:
            credits_.pop(0)
