"""Control totals: what stands in the file, what was taken, what was not, and that the difference is nothing.

The clever idea: the sum in the file is added up from the cells before any row is judged, the sum taken from the rows
that came out; they meet only here. Rounding has a line of its own, so even a sum of fractions of a cent is explained
to its last digit.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

from acquit.formats.tables import CannotReadAmount, SideRow, parse_amount, without_float_noise
from acquit.intake.rules.kinds import Field, FileKind
from acquit.intake.rules.mapping import Mapping

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
ZERO = Decimal(0)

MEASURES: dict[FileKind, tuple[Field, ...]] = {
    FileKind.OPEN_ITEMS: (Field.OPEN_AMOUNT, Field.GROSS_AMOUNT),
    FileKind.INVOICE_LINES: (Field.LINE_AMOUNT,),
    FileKind.AGED_BALANCES: (Field.BALANCE,),
    FileKind.PAYMENTS: (Field.AMOUNT,),
    FileKind.BANK_STATEMENT: (Field.AMOUNT,),
    FileKind.ORDERS: (Field.AMOUNT,),
    FileKind.REMITTANCE: (Field.PAID_AMOUNT,),
}


@dataclass(slots=True)
class MeasureTotal:
    """The sums of one amount of a file in one currency. Amounts are exact; `in_file` counts readable cells only."""

    currency: str
    measure: Field
    rows: int = 0
    rows_accepted: int = 0
    rows_refused: int = 0
    rows_left_out: int = 0
    in_file: Decimal = ZERO
    accepted: Decimal = ZERO
    refused: Decimal = ZERO
    left_out: Decimal = ZERO
    rounding: Decimal = ZERO

    @property
    def difference(self) -> Decimal:
        """What is not explained: in the file, less accepted before rounding, refused and left out. Must be 0."""
        explained = EXACT.add(EXACT.add(self.accepted, self.refused), self.left_out)
        return EXACT.add(EXACT.subtract(self.in_file, explained), self.rounding)


@dataclass(slots=True)
class ControlTotals:
    """The control totals of one file. `rows_read` = accepted + refused + left out.

    `noisy` and `rounded` count amounts from which binary noise was taken off, and which were finer than their currency.
    `by_type` sums accepted open amounts by (currency, document type). `stated` are the file's own totals rows.
    """

    kind: FileKind
    rows_read: int = 0
    rows_accepted: int = 0
    rows_refused: int = 0
    rows_left_out: int = 0
    noisy: int = 0
    rounded: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    note_counts: Counter[str] = field(default_factory=Counter)
    measures: dict[tuple[str, Field], MeasureTotal] = field(default_factory=dict)
    by_type: dict[tuple[str, str], tuple[int, Decimal]] = field(default_factory=dict)
    stated: list[SideRow] = field(default_factory=list)

    def total_of(self, currency: str, measure: Field) -> MeasureTotal:
        """Give the sums of one amount in one currency (empty when there were none)."""
        key = (currency, measure)
        if key not in self.measures:
            self.measures[key] = MeasureTotal(currency, measure)
        return self.measures[key]

    @property
    def difference(self) -> Decimal:
        """The sum of the unexplained differences' sizes; 0 when every row and amount is accounted for."""
        return sum((abs(total.difference) for total in self.measures.values()), ZERO)

    @property
    def rows_unaccounted(self) -> int:
        """Rows in none of the classes; 0 always."""
        return self.rows_read - self.rows_accepted - self.rows_refused - self.rows_left_out


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A sum that the file states itself, beside the sum of its rows."""

    line_number: int
    column: str
    stated: Decimal
    summed: Decimal

    @property
    def agrees(self) -> bool:
        """Whether the file's own total equals the sum of its rows."""
        return self.stated == self.summed


def check_stated(totals: ControlTotals, mapping: Mapping) -> list[StatedTotal]:
    """Compare the file's own totals rows with the sums of its rows.

    Only for files in one currency: a printed total over several would add apples to pears.
    """
    currencies = {currency for currency, _ in totals.measures}
    found: list[StatedTotal] = []
    if len(currencies) != 1:
        return found
    currency = currencies.pop()
    for row in totals.stated:
        for measure in MEASURES.get(totals.kind, ()):
            column = mapping.column_of(measure)
            if column is None or column.amount_style is None or column.index >= len(row.cells):
                continue
            try:
                stated = without_float_noise(parse_amount(row.cells[column.index], column.amount_style))
            except CannotReadAmount:
                continue
            summed = totals.total_of(currency, measure).in_file
            found.append(StatedTotal(row.line_number, column.header, stated, summed))
    return found
