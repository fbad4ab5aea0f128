"""Bringing the lines of an advice to one meaning of plus and minus, held against the total the payer states.

The one clever idea: payers write credit notes and deductions with a minus, or without one and let the reader know.
Which of the two is not guessed: the reading under which the lines sum to the stated total is taken, the plainest first;
when none does, the lines stay as they are written and the difference is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from acquit.core.money import EXACT
from acquit.formats.held_lines import LineKeeper
from acquit.formats.remittance.advice import AdjustmentKind, AdviceLine, new_advice_line
from acquit.formats.statements import ZERO, WarningLog, exact_sum


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as it is written: `is_credit` when the payer calls the document a credit note.

    `adjusted_amount` is what the adjustments inside the line come to, where it may stand before them as well.
    """

    line: AdviceLine
    is_credit: bool = False
    adjusted_amount: Decimal | None = None


_LINE_FIELDS = tuple(one.name for one in fields(AdviceLine))
_DRAFT_FIELDS = (*(f"line.{name}" for name in _LINE_FIELDS), "is_credit", "adjusted_amount")
#: Which lines are turned round under each reading the signs allow, the plainest first.
_READINGS: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"CREDIT"}),
    frozenset({"ADJUSTMENT"}),
    frozenset({"CREDIT", "ADJUSTMENT"}),
    frozenset({"CREDIT", "ADJUSTMENT", "OTHER"}),
)


class DraftKeeper:
    """Takes the lines of one advice as they are written; of many thousands it holds little more than their text."""

    __slots__ = ("_kept",)

    def __init__(self, drafts: Iterable[DraftLine] = ()) -> None:
        self._kept: LineKeeper[DraftLine] = LineKeeper(_new_draft, _DRAFT_FIELDS)
        self.extend(drafts)

    def append(self, draft: DraftLine) -> None:
        """Take a line; what is paid is filled in from what is said of the rest."""
        line = _completed(draft.line)
        self._kept.append(
            draft if line is draft.line else DraftLine(line, draft.is_credit, draft.adjusted_amount)
        )

    def extend(self, drafts: Iterable[DraftLine]) -> None:
        """Take lines in their order."""
        for draft in drafts:
            self.append(draft)

    def __iter__(self) -> Iterator[DraftLine]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def sum_by_kind(self) -> dict[str, Decimal] | None:
        """Sum what the lines pay: credit notes without a sign, adjustments without one, and others; None in doubt."""
        sums: dict[str, Decimal] = {"CREDIT": ZERO, "ADJUSTMENT": ZERO, "OTHER": ZERO}
        values = self._kept.values
        rows = zip(
            values("line.paid_amount"),
            values("line.gross_amount"),
            values("line.adjustment_kind"),
            values("is_credit"),
            strict=True,
        )
        for paid, gross, kind, is_credit in rows:
            if paid is None:
                return None
            name = _kind_of(paid, gross, kind, is_credit=is_credit)
            sums[name] = EXACT.add(sums[name], paid)
        return sums if len(self) else None

    def lines(self, turned: frozenset[str] = frozenset()) -> Sequence[AdviceLine]:
        """Give the lines, those of some kinds with their signs turned round."""
        if not turned:
            return self._kept.held_as(new_advice_line, len(_LINE_FIELDS))
        lines: LineKeeper[AdviceLine] = LineKeeper(new_advice_line, _LINE_FIELDS)
        for draft in self._kept:
            line = draft.line
            name = _kind_of(
                line.paid_amount, line.gross_amount, line.adjustment_kind, is_credit=draft.is_credit
            )
            lines.append(_turned(line) if name in turned else line)
        return lines.held()


def _new_draft(*values: Any) -> DraftLine:
    return DraftLine(new_advice_line(*values[:-2]), *values[-2:])


def _kind_of(paid: Decimal | None, gross: Decimal | None, kind: AdjustmentKind, *, is_credit: bool) -> str:
    """Say which sign a line lacks: a credit note or an adjustment that is written as if it were paid."""
    if is_credit and all(amount is None or amount >= 0 for amount in (paid, gross)):
        return "CREDIT"
    if kind is not AdjustmentKind.NONE and paid is not None and paid > 0:
        return "ADJUSTMENT"
    return "OTHER"


def settle_lines(
    drafts: Iterable[DraftLine], total: Decimal | None, log: WarningLog, place: str
) -> tuple[Sequence[AdviceLine], Decimal | None]:
    """Give the lines with their signs settled, and the total: the stated one, else the sum of what the lines pay."""
    kept = drafts if isinstance(drafts, DraftKeeper) else DraftKeeper(drafts)
    sums = kept.sum_by_kind()
    if total is None:
        turned = _READINGS[1] if sums is None or sums["CREDIT"] else _READINGS[0]
        return kept.lines(turned), (None if sums is None else _sum_reading(sums, turned))
    reading = _READINGS[0]
    if sums is not None:
        fitting = [one for one in _READINGS if _sum_reading(sums, one) == total]
        reading = fitting[0] if fitting else _READINGS[0]
        if not fitting:
            reached = _sum_reading(sums, reading)
            log.note(
                "TOTAL_DIFFERS",
                f"The lines sum to {reached:f}, the total stated is {total:f}:"
                f" {EXACT.subtract(total, reached):f} is explained by no line.",
                place,
            )
    return kept.lines(reading), total


def _sum_reading(sums: dict[str, Decimal], turned: frozenset[str]) -> Decimal:
    return exact_sum(amount.copy_negate() if name in turned else amount for name, amount in sums.items())


def _completed(line: AdviceLine) -> AdviceLine:
    """Fill in what is paid from what is said of the rest."""
    if line.paid_amount is not None or line.gross_amount is None:
        return line
    taken_off = exact_sum(
        amount for amount in (line.discount_amount, line.deduction_amount) if amount is not None
    )
    return replace(line, paid_amount=EXACT.subtract(line.gross_amount, taken_off))


def _turned(line: AdviceLine) -> AdviceLine:
    return replace(
        line,
        paid_amount=_negated(line.paid_amount),
        gross_amount=_negated(line.gross_amount),
        discount_amount=_negated(line.discount_amount),
        deduction_amount=_negated(line.deduction_amount),
    )


def _negated(amount: Decimal | None) -> Decimal | None:
    return amount if not amount else amount.copy_negate()


def sum_paid(drafts: Iterable[DraftLine]) -> Decimal | None:
    """Sum what the lines pay; None when one does not say."""
    total, count = ZERO, 0
    for draft in drafts:
        amount = _completed(draft.line).paid_amount
        if amount is None:
            return None
        total, count = EXACT.add(total, amount), count + 1
    return total if count else None
