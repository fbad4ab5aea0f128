"""Adds a chunk of rows to the control totals.

The clever idea: a chunk in which every row was taken, in one currency, is added with two sums; only other chunks are
counted row by row. Both ways add the same numbers, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum, auto

from acquit.intake.rules.building import Builder, Frame
from acquit.intake.rules.rows import OpenItemRow, Row
from acquit.intake.rules.totals import MEASURES, ZERO, ControlTotals

Amounts = tuple[Decimal | None, ...]


class RowClass(Enum):
    """Where a row went; every row is in exactly one class."""

    ACCEPTED = auto()
    REFUSED = auto()
    LEFT_OUT = auto()


class RowCounter:
    """Keeps the control totals of one file."""

    def __init__(self, builder: Builder, totals: ControlTotals) -> None:
        self._builder = builder
        self._totals = totals
        self._measures = MEASURES.get(totals.kind, ())

    def count(
        self, frame: Frame, classes: Sequence[RowClass], rows: Sequence[Row]
    ) -> dict[int, tuple[Decimal | None, str]]:
        """Add a frame; gives the first amount and the currency of each refused row, by its place."""
        totals = self._totals
        totals.rows_read += len(classes)
        totals.rows_accepted += len(rows)
        totals.rows_left_out += classes.count(RowClass.LEFT_OUT)
        totals.rows_refused += classes.count(RowClass.REFUSED)
        if not self._measures or not classes:
            return {}
        written = self._builder.measure_all(frame)
        currencies = {currency for currency, _ in written}
        if len(rows) == len(classes) and len(currencies) == 1:
            self._add_all(currencies.pop(), [amounts for _, amounts in written], rows)
            return {}
        taken = iter(rows)
        refused: dict[int, tuple[Decimal | None, str]] = {}
        for place, ((currency, amounts), row_class) in enumerate(zip(written, classes, strict=True)):
            row = next(taken) if row_class is RowClass.ACCEPTED else None
            self._add_one(currency, amounts, row_class, row)
            if row_class is RowClass.REFUSED:
                refused[place] = (amounts[0], currency)
        return refused

    def _add_all(self, currency: str, written: list[Amounts], rows: Sequence[Row]) -> None:
        accepted = [self._builder.accepted(row) for row in rows]
        for place, measure in enumerate(self._measures):
            total = self._totals.total_of(currency, measure)
            in_file = sum((amount for amounts in written if (amount := amounts[place]) is not None), ZERO)
            taken = sum((amount for amounts in accepted if (amount := amounts[place]) is not None), ZERO)
            total.rows += len(rows)
            total.rows_accepted += len(rows)
            total.in_file += in_file
            total.accepted += taken
            total.rounding += sum(
                (
                    (after or ZERO) - (before or ZERO)
                    for one, other in zip(written, accepted, strict=True)
                    if (before := one[place]) != (after := other[place])
                ),
                ZERO,
            )
        self._count_types(currency, rows)

    def _add_one(self, currency: str, written: Amounts, row_class: RowClass, row: Row | None) -> None:
        accepted: Amounts = self._builder.accepted(row) if row is not None else (None,) * len(written)
        for measure, before, after in zip(self._measures, written, accepted, strict=True):
            total = self._totals.total_of(currency, measure)
            total.rows += 1
            total.in_file += before or ZERO
            if row_class is RowClass.ACCEPTED:
                total.rows_accepted += 1
                total.accepted += after or ZERO
                if before != after:
                    total.rounding += (after or ZERO) - (before or ZERO)
            elif row_class is RowClass.LEFT_OUT:
                total.rows_left_out += 1
                total.left_out += before or ZERO
            else:
                total.rows_refused += 1
                total.refused += before or ZERO
        if row is not None:
            self._count_types(currency, (row,))

    def _count_types(self, currency: str, rows: Sequence[Row]) -> None:
        by_type = self._totals.by_type
        for row in rows:
            if type(row) is OpenItemRow:
                key = (currency, row.document_type.value)
                count, amount = by_type.get(key, (0, ZERO))
                by_type[key] = (count + 1, amount + row.open_amount)
