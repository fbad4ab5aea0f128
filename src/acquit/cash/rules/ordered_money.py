"""Lines of the bank that answer an order of ours: a debit credited, a refund that went out or came back.

Handbook section 6, step 1 of the cascade: the end-to-end id of a mandate with its amount. Nothing is weighed here,
because we named the money ourselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.cash.rules.receipts import (
    Applied,
    Difference,
    DifferenceKind,
    MatchPlan,
    OpenItem,
    ReceiptFact,
    ReceiptState,
)


class OrderKind(StrEnum):
    """What a line answers; also the rule that its decision names."""

    COLLECTION = "COLLECTION"
    COLLECTIONS_TOGETHER = "COLLECTIONS_TOGETHER"
    REFUND = "REFUND"
    REFUND_RETURNED = "REFUND_RETURNED"


class Answer(NamedTuple):
    """Which orders a line answers; of one collection its customer and item."""

    kind: OrderKind
    order_ids: tuple[int, ...]
    customer_id: int | None = None
    item_id: int | None = None


def plan_answer(receipt: ReceiptFact, answer: Answer, items: Mapping[int, OpenItem]) -> MatchPlan:
    """Plan where the money of an answer goes: a collection's to its item, that of refunds and sums to 1010.

    What the item does not owe any more stays on the customer's account; a sum is set out by the collections in it.
    """
    if answer.kind is not OrderKind.COLLECTION:
        return MatchPlan(ReceiptState.IGNORED, answer.kind)
    item = items.get(answer.item_id or 0)
    if item is None or item.open_amount <= 0 or item.currency != receipt.currency:
        return MatchPlan(
            ReceiptState.UNAPPLIED, answer.kind, answer.customer_id, asked_because="NAMES_CLEARED"
        )
    paid = min(item.open_amount, receipt.amount)
    over = receipt.amount - paid
    return MatchPlan(
        ReceiptState.AUTO,
        answer.kind,
        answer.customer_id,
        applied=(Applied(item.id, paid),),
        differences=(Difference(DifferenceKind.OVERPAYMENT, None, -over),) if over else (),
        score=Decimal(1),
    )


def is_named(name: str, receipt: ReceiptFact) -> bool:
    """Tell whether a line names an order by the name we gave it, whole and not as the beginning of another."""
    said = " ".join((receipt.end_to_end_id, receipt.structured_reference, receipt.text)).upper()
    return re.search(rf"(?<![A-Z0-9]){re.escape(name.upper())}(?![A-Z0-9]|-[0-9])", said) is not None
