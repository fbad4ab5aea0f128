"""Clearing decided on paper: which amounts of which items set each other off, and the entry that follows.

A clearing sums to zero: its edges pair credits with debits of one customer and one currency. Every edge takes its pro
rata share of each side's book value in company currency (the rest goes with the last cent), so the exchange difference
realised is the difference of the two shares (handbook section 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.core.errors import Refusal
from acquit.core.money import EXACT, ZERO, round_amount
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import EntryDraft, PostingDraft, convert_amounts
from acquit.receivables.rules.items import control_role


class CannotClear(Refusal):
    """The items cannot set each other off as asked; nothing was cleared."""

    code = "CANNOT_CLEAR"


class OpenItemFact(NamedTuple):
    """An open item as it stood when it was locked."""

    id: int
    company_id: int
    customer_id: int
    kind: str
    number: str
    currency: str
    original_amount: Decimal
    open_amount: Decimal
    open_company_amount: Decimal
    due_date: date
    posting_date: date


class PairDraft(NamedTuple):
    """A positive amount of a credit item to set off against a debit item."""

    credit_item_id: int
    debit_item_id: int
    amount: Decimal


class ClearingDraft(NamedTuple):
    """What one act wants cleared, and why."""

    company_id: int
    effective_date: date
    pairs: tuple[PairDraft, ...]
    reason: str = "APPLICATION"
    decision_id: int | None = None
    run_id: int | None = None
    actor_id: int | None = None
    text: str = ""


class EdgePlan(NamedTuple):
    """An edge as it will be written."""

    credit: OpenItemFact
    debit: OpenItemFact
    amount: Decimal
    credit_company_amount: Decimal
    debit_company_amount: Decimal


def plan_clearing(
    draft: ClearingDraft, items: Mapping[int, OpenItemFact], company_currency: str
) -> tuple[EdgePlan, ...]:
    """Plan the edges of a clearing; refuses (`CannotClear`) what the items' facts do not allow.

    Refused: an item that is not open, another company's or customer's item, two currencies, a debit on the credit side
    or the reverse, amounts that are not positive or exceed what is open of either side over the whole clearing.
    """
    left: dict[int, tuple[Decimal, Decimal]] = {}
    edges = []
    for pair in draft.pairs:
        credit = _item(items, pair.credit_item_id, draft.company_id)
        debit = _item(items, pair.debit_item_id, draft.company_id)
        _check_pair(pair, credit, debit)
        credit_share = _take(left, credit, pair.amount, company_currency)
        debit_share = _take(left, debit, pair.amount, company_currency)
        edges.append(EdgePlan(credit, debit, pair.amount, credit_share, debit_share))
    if not edges:
        raise CannotClear("There is nothing to clear: name at least one pair of items.")
    return tuple(edges)


def _item(items: Mapping[int, OpenItemFact], item_id: int, company_id: int) -> OpenItemFact:
    item = items.get(item_id)
    if item is None or item.company_id != company_id:
        raise CannotClear(f"Item {item_id} is not open.", param="item", details={"item_id": item_id})
    return item


def _check_pair(pair: PairDraft, credit: OpenItemFact, debit: OpenItemFact) -> None:
    if credit.customer_id != debit.customer_id:
        raise CannotClear(
            f"{credit.number} and {debit.number} belong to two customers. Transfer the credit first."
        )
    if credit.currency != debit.currency:
        raise CannotClear(f"{credit.number} is in {credit.currency}, {debit.number} in {debit.currency}.")
    if credit.original_amount > 0 or debit.original_amount < 0:
        raise CannotClear(
            f"{credit.number} must be a credit and {debit.number} a debit to set each other off."
        )
    if pair.amount <= 0:
        raise CannotClear(f"The amount to clear must be above zero, not {pair.amount}.", param="amount")


def _take(
    left: dict[int, tuple[Decimal, Decimal]], item: OpenItemFact, amount: Decimal, company_currency: str
) -> Decimal:
    """Take an amount from what is left open of an item; gives its share of the book value, positive."""
    open_amount, book = left.get(item.id, (abs(item.open_amount), abs(item.open_company_amount)))
    if amount > open_amount:
        raise CannotClear(
            f"{item.number} is open with {open_amount} {item.currency}; {amount} cannot be cleared.",
            param="amount",
            details={"item_id": item.id, "open_amount": str(open_amount)},
        )
    share = book
    if amount != open_amount:
        share = round_amount(EXACT.divide(EXACT.multiply(book, amount), open_amount), company_currency)
    left[item.id] = (open_amount - amount, book - share)
    return share


def plan_clearing_entry(
    clearing_id: int,
    draft: ClearingDraft,
    edges: Sequence[EdgePlan],
    *,
    group_currency: str,
    group_rate: Decimal,
) -> EntryDraft:
    """Plan the entry of a clearing: each item's share off its control account, the exchange difference realised.

    Handbook section 6: apply Dr 2100 / Cr 1200. `group_rate` is what one unit of company currency is worth in the
    group's on the day.
    """
    lines = [
        (control_role(kind), amount, book, item_id)
        for (item_id, kind), (amount, book) in _by_item(edges).items()
    ]
    difference = sum((book for _, _, book, _ in lines), ZERO)
    if difference != 0:
        lines.append((AccountRole.FX_REALISED, ZERO, -difference, None))
    books = [book for _, _, book, _ in lines]
    group = books if group_rate == 1 else convert_amounts(books, group_rate, group_currency)
    return EntryDraft(
        company_id=draft.company_id,
        posting_date=draft.effective_date,
        kind="CLEARING",
        currency=edges[0].debit.currency,
        postings=tuple(
            PostingDraft(role, amount, book, group[n], item_id)
            for n, (role, amount, book, item_id) in enumerate(lines)
        ),
        clearing_id=clearing_id,
        run_id=draft.run_id,
        actor_id=draft.actor_id,
        text=draft.text,
    )


def _by_item(edges: Iterable[EdgePlan]) -> dict[tuple[int | None, str], tuple[Decimal, Decimal]]:
    totals: dict[tuple[int | None, str], tuple[Decimal, Decimal]] = {}
    for edge in edges:
        for item, amount, book in (
            (edge.credit, edge.amount, edge.credit_company_amount),
            (edge.debit, -edge.amount, -edge.debit_company_amount),
        ):
            before, book_before = totals.get((item.id, item.kind), (ZERO, ZERO))
            totals[item.id, item.kind] = (before + amount, book_before + book)
    return totals


class RestPolicy(StrEnum):
    """What becomes of the rest of an item that is paid in part."""

    PARTIAL = "PARTIAL"
    RESIDUAL = "RESIDUAL"


class RestPlan(NamedTuple):
    """What a part payment leaves: `cleared_amount` of the original, and the item that holds the rest.

    `rest_due_date` is the original's in both: a new date would hide how late the rest is (handbook section 5).
    """

    cleared_amount: Decimal
    rest_amount: Decimal
    rest_due_date: date
    is_original_open: bool


def plan_rest(item: OpenItemFact, paid_amount: Decimal, policy: RestPolicy) -> RestPlan:
    """Plan the rest of an item paid in part: PARTIAL keeps the original open, RESIDUAL clears it for a new item.

    Refuses (`CannotClear`) amounts of nothing, of the other sign or above what is open.
    """
    if paid_amount * item.open_amount <= 0 or abs(paid_amount) > abs(item.open_amount):
        raise CannotClear(
            f"{item.number} is open with {item.open_amount} {item.currency}; {paid_amount} cannot be paid on it.",
            param="amount",
            details={"item_id": item.id, "open_amount": str(item.open_amount)},
        )
    rest = item.open_amount - paid_amount
    is_original_open = rest != 0 and policy is RestPolicy.PARTIAL
    cleared = paid_amount if is_original_open else item.open_amount
    return RestPlan(cleared, rest, item.due_date, is_original_open)
