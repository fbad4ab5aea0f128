"""Items a payer meant beside those it named: `RE 734/25 abzgl. Gutschrift`, `RE 10514 u.a.`, or not a word of them.

What is missing of the items named is then exactly open credit notes of the payer's, and what came too much exactly
other invoices. One set of them is what was meant, unless an accident explains the sum; a person is asked before such a
rest becomes a deduction or stays on account.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from acquit.cash.rules.evidence import expect_accidents
from acquit.cash.rules.question import Question
from acquit.cash.rules.receipts import OpenItem
from acquit.cash.rules.subset_sum import find_subset_sums
from acquit.core.money import ZERO, to_minor_units
from acquit.receivables.rules.items import UNAPPLIED_KINDS

_SEARCHED = 20
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
    notes = _list_others(question, items, lambda item: item.open_amount < 0)
    return _find_sets(question, notes, missing)


def find_unnamed_invoices(
    question: Question, items: Sequence[OpenItem], surplus: Decimal
) -> list[tuple[OpenItem, ...]]:
    """Find the sets of open invoices, none of them among `items`, that are what came too much; two at most.

    A sum that accident explains is none (policy `chance_at_most`).
    """
    if surplus <= ZERO:
        return []
    invoices = _list_others(question, items, lambda item: 0 < item.open_amount <= surplus)
    sets = _find_sets(question, invoices, surplus)
    accident = question.policy.chance_at_most
    return [
        each for each in sets if len(each) == 1 or expect_accidents(surplus, invoices, len(each)) <= accident
    ]


def _list_others(
    question: Question, items: Sequence[OpenItem], is_meant: Callable[[OpenItem], bool]
) -> list[OpenItem]:
    known = {item.id for item in items}
    customers = question.family_of(items)
    return [
        item
        for item in question.book.open_items_of(customers, question.receipt.currency)
        if item.id not in known
        and is_meant(item)
        and item.kind not in UNAPPLIED_KINDS
        and item.posting_date <= question.receipt.value_date
    ]


def _find_sets(question: Question, pool: Sequence[OpenItem], amount: Decimal) -> list[tuple[OpenItem, ...]]:
    currency = question.receipt.currency
    sums = find_subset_sums(
        [to_minor_units(abs(item.open_amount), currency) for item in pool],
        to_minor_units(amount, currency),
        lambda: False,
        most_items=_SEARCHED,
        most_solutions=_SETS_TOLD,
    )
    return [tuple(pool[place] for place in solution) for solution in sums.solutions]
