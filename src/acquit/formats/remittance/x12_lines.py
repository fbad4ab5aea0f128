"""The items and adjustments of an X12 820 while they are read, and the advice lines they become."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from acquit.core.money import EXACT
from acquit.formats.remittance.advice import AdjustmentKind, AdviceLine
from acquit.formats.remittance.settling import DraftLine
from acquit.formats.remittance.x12_codes import CREDIT_NOTES, DEBIT_MEMOS, ORDERS, REASONS, adjustment_kind
from acquit.formats.statements import ZERO, exact_sum


@dataclass(slots=True)
class Adjustment:
    """What is added to an item or to the payment (ADX), or taken off."""

    amount: Decimal
    code: str
    place: str
    document: str = ""
    numbers: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """An RMR with what follows it, up to the next."""

    qualifier: str
    document: str
    place: str
    paid: Decimal | None
    gross: Decimal | None
    discount: Decimal | None
    day: date | None = None
    order: str = ""
    numbers: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)


def before_adjustments(draft: DraftLine) -> DraftLine:
    """Give the line with what was paid before its adjustments were taken off."""
    if draft.line.paid_amount is None or not draft.adjusted_amount:
        return draft
    paid = EXACT.add(draft.line.paid_amount, draft.adjusted_amount)
    return DraftLine(replace(draft.line, paid_amount=paid), draft.is_credit)


def item_draft(item: Item) -> DraftLine:
    """Make the line of an item with all that is said of it."""
    adjusted = exact_sum(adjustment.amount for adjustment in item.adjustments)
    paid = item.paid
    if paid is None and item.gross is not None:
        paid = EXACT.add(EXACT.subtract(item.gross, item.discount or ZERO), adjusted)
    qualifier, number = item.qualifier, item.document
    is_order = qualifier in ORDERS
    is_memo = qualifier in DEBIT_MEMOS
    reasons = sorted(item.adjustments, key=lambda adjustment: -abs(adjustment.amount))
    texts = [*item.texts, *(text for adjustment in reasons for text in _texts(adjustment))]
    numbers = [*item.numbers, *(number for adjustment in reasons for number in adjustment.numbers)]
    if is_memo:
        numbers.insert(0, number)
    line = AdviceLine(
        document="" if is_order or is_memo else number,
        paid_amount=paid,
        gross_amount=item.gross,
        discount_amount=item.discount,
        deduction_amount=_deducted(adjusted) if item.adjustments else None,
        reason_code=reasons[0].code if reasons else "",
        reason_text="; ".join(dict.fromkeys(texts)),
        order_number=number if is_order else item.order,
        document_date=item.day,
        adjustment_kind=AdjustmentKind.DEDUCTION if is_memo else AdjustmentKind.NONE,
        other_numbers=tuple(dict.fromkeys(numbers)),
        place=item.place,
    )
    return DraftLine(line, qualifier in CREDIT_NOTES, adjusted if item.paid is not None else None)


def adjustment_line(adjustment: Adjustment) -> AdviceLine:
    """Make the line of an adjustment that stands in no item."""
    return AdviceLine(
        document=adjustment.document,
        paid_amount=adjustment.amount,
        deduction_amount=_deducted(adjustment.amount),
        reason_code=adjustment.code,
        reason_text="; ".join(_texts(adjustment)),
        adjustment_kind=adjustment_kind(adjustment.code),
        other_numbers=tuple(dict.fromkeys(adjustment.numbers)),
        place=adjustment.place,
    )


def _texts(adjustment: Adjustment) -> list[str]:
    return adjustment.texts or [text for text in (REASONS.get(adjustment.code, ""),) if text]


def _deducted(adjusted: Decimal) -> Decimal:
    return adjusted.copy_negate() if adjusted else adjusted
