"""The widths of the invoices in lockbox records, found by what adds up.

A record holds one or several invoices side by side, each a number of some width and one amount of some width, or three:
gross, discount, paid. Banks differ in all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from acquit.formats.fixed_width import implied_amount
from acquit.formats.remittance.advice import AdviceLine
from acquit.formats.statements import exact_sum

_LOOKED_AT = 200
_RECORDS_TRIED = 600


class InvoiceLayout(NamedTuple):
    """How an invoice stands in a record: the width of its number, of each amount, and how many amounts."""

    number: int
    amount: int
    amounts: int


#: As the record is most often laid out: twelve characters of number, ten digits of cents.
USUAL = InvoiceLayout(12, 10, 1)

_LAYOUTS = (
    USUAL,
    *(
        InvoiceLayout(number, amount, amounts)
        for amounts in (1, 3)
        for amount in (10, 9, 8, 11, 12)
        for number in (12, 10, 15, 16, 20, 25, 30, 11, 13, 14, 8, 9, 17, 18, 22, 24)
        if (number, amount, amounts) != USUAL
    ),
)


def choose_layout(cheques: Iterable[tuple[Decimal, Sequence[str]]]) -> InvoiceLayout:
    """Choose the layout under which the invoices of the most cheques (amount, texts of its records) add up to them."""
    sample: list[tuple[Decimal, Sequence[str]]] = []
    records = 0
    for amount, texts in cheques:
        # Each layout reads all of the sample: the cheques with few records say it soonest.
        if texts and len(sample) < _LOOKED_AT and records + len(texts) <= _RECORDS_TRIED:
            sample.append((amount, texts))
            records += len(texts)
    best, most = USUAL, 0
    for layout in _LAYOUTS:
        hits = sum(_adds_up(amount, texts, layout) for amount, texts in sample)
        if hits > most:
            best, most = layout, hits
        if most == len(sample):
            break
    return best


def _adds_up(amount: Decimal, texts: Sequence[str], layout: InvoiceLayout) -> bool:
    paid = [line.paid_amount for text in texts for line in read_invoices(text, layout)]
    return bool(paid) and None not in paid and exact_sum(one for one in paid if one is not None) == amount


def read_invoices(text: str, layout: InvoiceLayout) -> list[AdviceLine]:
    """Read the invoices of a record; what does not fit the layout is taken for numbers without amounts."""
    width = layout.number + layout.amount * layout.amounts
    groups = [text[at : at + width] for at in range(0, len(text.rstrip()), width)]
    lines = [_line(group, layout) for group in groups if group.strip()]
    if any(line is None for line in lines):
        return [AdviceLine(document=word) for word in text.split() if any(map(str.isdigit, word))]
    return [line for line in lines if line is not None]


def _line(group: str, layout: InvoiceLayout) -> AdviceLine | None:
    document = group[: layout.number].strip()
    digits = [
        group[at : at + layout.amount]
        for at in range(layout.number, layout.number + layout.amount * layout.amounts, layout.amount)
    ]
    if not document or "  " in document or not all(_is_cents(part, layout.amount) for part in digits):
        return None
    amounts = [implied_amount(int(part), 2) for part in digits]
    if layout.amounts == 1:
        return AdviceLine(document=document, paid_amount=amounts[0])
    gross, discount, paid = amounts
    if gross != paid + discount:
        return None
    return AdviceLine(
        document=document, paid_amount=paid, gross_amount=gross, discount_amount=discount or None
    )


def _is_cents(text: str, width: int) -> bool:
    return len(text) == width and text.isascii() and text.isdigit()
