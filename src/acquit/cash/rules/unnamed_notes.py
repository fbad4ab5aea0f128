"""Credit notes a payer set off without naming them: `RE 734/25 abzgl. Gutschrift`, or not a word of it.

What is missing of the items named is then exactly an open credit note of the payer's, or a set of them. Where just one
set is, and the text speaks of a credit, that is what was meant; else a person is asked before it becomes a deduction.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from acquit.cash.rules.question import Question
from acquit.cash.rules.receipts import OpenItem
from acquit.cash.rules.subset_sum import find_subset_sums
from acquit.core.money import ZERO, to_minor_units
from acquit.receivables.rules.items import UNAPPLIED_KINDS

_NOTES_SEARCHED = 20
_SETS_TOLD = 2


def find_unnamed_notes(
    question: Question, items: Sequence[OpenItem], missing: Decimal
) -> list[tuple[OpenItem, ...]]:
    """Find the sets of open credit notes, none of them among `items`, that are what is missing; two at most.

    Where the text says that it pays a part, or what was taken off and why, nothing else is meant.
    """
    wording = question.wording
    if missing <= ZERO or wording.is_part_payment or wording.is_on_account or wording.deduction_reason:
        return []
    known = {item.id for item in items}
    customers = question.family or question.book.payers.family_of([item.customer_id for item in items])
    currency = question.receipt.currency
    notes = [
        item
        for item in question.book.open_items_of(customers, currency)
        if item.open_amount < 0
        and item.id not in known
        and item.kind not in UNAPPLIED_KINDS
        and item.posting_date <= question.receipt.value_date
    ]
    sums = find_subset_sums(
        [to_minor_units(-note.open_amount, currency) for note in notes],
        to_minor_units(missing, currency),
        lambda: False,
        most_items=_NOTES_SEARCHED,
        most_solutions=_SETS_TOLD,
    )
    return [tuple(notes[place] for place in solution) for solution in sums.solutions]
