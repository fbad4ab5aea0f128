"""Bringing the lines of an advice to one meaning of plus and minus, held against the total the payer states.

The one clever idea: payers write credit notes and deductions with a minus, or without one and let the reader know.
Which of the two is not guessed: the reading under which the lines sum to the stated total is taken, the plainest first;
when none does, the lines stay as they are written and the difference is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from acquit.core.money import EXACT
from acquit.formats.remittance.advice import AdjustmentKind, AdviceLine
from acquit.formats.statements import WarningLog, exact_sum


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as it is written: `is_credit` when the payer calls the document a credit note."""

    line: AdviceLine
    is_credit: bool = False


_Turn = Callable[[DraftLine], bool]


def settle_lines(
    drafts: Sequence[DraftLine], total: Decimal | None, log: WarningLog, place: str
) -> tuple[tuple[AdviceLine, ...], Decimal | None]:
    """Give the lines with their signs settled, and the total: the stated one, else the sum of what the lines pay."""
    drafts = [_complete(draft) for draft in drafts]
    if total is None:
        drafts = [_turned(draft) if _is_unsigned_credit(draft) else draft for draft in drafts]
        paid = [draft.line.paid_amount for draft in drafts]
        known = [amount for amount in paid if amount is not None]
        is_whole = bool(paid) and len(known) == len(paid)
        return tuple(draft.line for draft in drafts), exact_sum(known) if is_whole else None
    for reading in _readings(drafts):
        if sum_paid(reading) == total:
            return tuple(draft.line for draft in reading), total
    reached = sum_paid(drafts)
    if reached is not None:
        difference = EXACT.subtract(total, reached)
        log.note(
            "TOTAL_DIFFERS",
            f"The lines sum to {reached:f}, the total stated is {total:f}: {difference:f} is explained by no line.",
            place,
        )
    return tuple(draft.line for draft in drafts), total


def _complete(draft: DraftLine) -> DraftLine:
    line = _completed(draft.line)
    return draft if line is draft.line else DraftLine(line, draft.is_credit)


def _completed(line: AdviceLine) -> AdviceLine:
    """Fill in what is paid from what is said of the rest."""
    if line.paid_amount is not None or line.gross_amount is None:
        return line
    taken_off = exact_sum(
        amount for amount in (line.discount_amount, line.deduction_amount) if amount is not None
    )
    return replace(line, paid_amount=EXACT.subtract(line.gross_amount, taken_off))


def _readings(drafts: Sequence[DraftLine]) -> Iterator[list[DraftLine]]:
    """Give the readings the signs allow, the plainest first."""
    yield list(drafts)
    turns: Iterable[tuple[_Turn, ...]] = (
        (_is_unsigned_credit,),
        (_is_unsigned_adjustment,),
        (_is_unsigned_credit, _is_unsigned_adjustment),
    )
    for turn in turns:
        if any(any(is_turned(draft) for is_turned in turn) for draft in drafts):
            yield [
                _turned(draft) if any(is_turned(draft) for is_turned in turn) else draft for draft in drafts
            ]
    yield [_turned(draft) for draft in drafts]


def _is_unsigned_credit(draft: DraftLine) -> bool:
    amounts = (draft.line.paid_amount, draft.line.gross_amount)
    return draft.is_credit and all(amount is None or amount >= 0 for amount in amounts)


def _is_unsigned_adjustment(draft: DraftLine) -> bool:
    paid = draft.line.paid_amount
    return draft.line.adjustment_kind is not AdjustmentKind.NONE and paid is not None and paid > 0


def _turned(draft: DraftLine) -> DraftLine:
    line = draft.line
    return replace(
        draft,
        line=replace(
            line,
            paid_amount=_negated(line.paid_amount),
            gross_amount=_negated(line.gross_amount),
            discount_amount=_negated(line.discount_amount),
            deduction_amount=_negated(line.deduction_amount),
        ),
    )


def _negated(amount: Decimal | None) -> Decimal | None:
    return amount if not amount else amount.copy_negate()


def sum_paid(drafts: Sequence[DraftLine]) -> Decimal | None:
    """Sum what the lines pay; None when one does not say."""
    amounts = [_completed(draft.line).paid_amount for draft in drafts]
    known = [amount for amount in amounts if amount is not None]
    return exact_sum(known) if known and len(known) == len(amounts) else None
