"""What a clerk may let go of while applying cash: what policy allows anybody, and nothing beyond.

Who applies cash cannot write off or issue credit notes (handbook section 6, controls). A difference above tolerance,
bank charges above theirs, or a discount nobody offered is a write-off or a credit note under another name: it is kept
as a deduction, and given up by whoever holds that duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from acquit.cash.rules.differences import Tolerance
from acquit.cash.rules.placing import read_terms
from acquit.cash.rules.receipts import Difference, DifferenceKind, OpenItem
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.errors import Refusal
from acquit.core.money import ZERO, percent_of


class BeyondLeeway(Refusal):
    """The difference is more than may be let go of while applying cash; nothing was applied."""

    code = "BEYOND_LEEWAY"


def check_leeway(
    differences: Iterable[Difference], items: Mapping[int, OpenItem], policy: MatchingPolicy
) -> None:
    """Refuse (`BeyondLeeway`) differences that would be a write-off or a credit note under another name."""
    for difference in differences:
        item = items.get(difference.item_id or 0)
        if item is None:
            continue
        most = _find_most(difference.kind, item, policy)
        if most is not None and abs(difference.amount) > most:
            raise BeyondLeeway(
                f"{abs(difference.amount)} {item.currency} of {item.number} are more than the {most} that may be let"
                f" go as {difference.kind}. Keep it as a deduction; a write-off or credit note is another person's.",
                param="differences",
                details={"item_id": item.id, "most": str(most)},
            )


def _find_most(kind: DifferenceKind, item: OpenItem, policy: MatchingPolicy) -> Decimal | None:
    """Give the most that may be let go of an item under a name; None: nothing is let go of under it."""
    if kind is DifferenceKind.TOLERANCE:
        limit = Tolerance(policy.tolerance_amount, policy.tolerance_percent)
        return limit.limit(item.original_amount, item.currency)
    if kind is DifferenceKind.BANK_FEE:
        return policy.fee_tolerance_amount
    if kind is DifferenceKind.FX:
        return percent_of(abs(item.original_amount), policy.fx_percent_at_most, item.currency)
    if kind is DifferenceKind.DISCOUNT:
        terms = read_terms(item.payment_terms)
        rate = terms.discount_rate if terms is not None else ZERO
        return percent_of(abs(item.original_amount), rate, item.currency)
    return None
