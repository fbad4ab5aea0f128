"""Which lines of the bank answer orders of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from acquit.cash.models import DebitCollection, DebitRun, Mandate, Refund
from acquit.cash.rules.debit_runs import CollectionState, RunState
from acquit.cash.rules.ordered_money import Answer, OrderKind, is_named
from acquit.cash.rules.receipts import ReceiptFact
from acquit.cash.rules.refunds import RefundState
from acquit.core.money import ZERO


@dataclass(frozen=True, slots=True)
class OpenCollection:
    """A collection the bank has not answered yet."""

    id: int
    customer_id: int
    item_id: int
    end_to_end_id: str
    amount: Decimal

    @property
    def answer(self) -> Answer:
        """Give what a line answers that names this collection."""
        return Answer(OrderKind.COLLECTION, (self.id,), self.customer_id, self.item_id)


def find_answers(
    company_id: int, lines: Sequence[ReceiptFact]
) -> dict[int, tuple[Answer, list[OpenCollection]]]:
    """Find the lines (by key) that answer an order of ours by its name and its exact amount.

    Beside the answer stand the collections that a sum is made of.
    """
    found: dict[int, tuple[Answer, list[OpenCollection]]] = {}
    named = {line.end_to_end_id for line in lines if line.end_to_end_id}
    collections = _list_open(company_id, end_to_end_id__in=named) if named else []
    by_name = {one.end_to_end_id: one for one in collections}
    rows = Refund.objects.filter(
        company_id=company_id,
        end_to_end_id__in=named,
        state__in=(RefundState.SENT, RefundState.CONFIRMED),
    )
    refunds = {row.end_to_end_id: row for row in rows} if named else {}
    sums = _list_sums(company_id)
    for line in lines:
        one, refund = by_name.get(line.end_to_end_id), refunds.get(line.end_to_end_id)
        if one is not None and line.amount == one.amount:
            found[line.key] = (one.answer, [])
        elif refund is not None and (kind := _of_refund(refund, line)) is not None:
            found[line.key] = (Answer(kind, (refund.id,), refund.customer_id), [])
        else:
            together = next(
                (parts for name, parts in sums.items() if _is_sum(name, parts, line)),
                None,
            )
            if together is not None:
                ids = tuple(part.id for part in together)
                found[line.key] = (Answer(OrderKind.COLLECTIONS_TOGETHER, ids), together)
    return found


def _of_refund(refund: Refund, line: ReceiptFact) -> OrderKind | None:
    if line.amount == -refund.amount and refund.state == RefundState.SENT:
        return OrderKind.REFUND
    return OrderKind.REFUND_RETURNED if line.amount == refund.amount else None


def _is_sum(name: str, parts: Sequence[OpenCollection], line: ReceiptFact) -> bool:
    return line.amount == sum((part.amount for part in parts), ZERO) and is_named(name, line)


def _list_open(company_id: int, **said: object) -> list[OpenCollection]:
    rows = DebitCollection.objects.filter(company_id=company_id, state=CollectionState.SUBMITTED, **said)
    return [
        OpenCollection(row.id, row.customer_id, row.item_id, row.end_to_end_id, row.amount)
        for row in rows.order_by("id")
    ]


def _list_sums(company_id: int) -> Mapping[str, list[OpenCollection]]:
    """Give what of each block and each message the bank has not answered, by the names it may book the sum under."""
    rows = list(
        DebitCollection.objects.filter(company_id=company_id, state=CollectionState.SUBMITTED).order_by("id")
    )
    if not rows:
        return {}
    runs = DebitRun.objects.filter(state=RunState.WRITTEN).in_bulk({row.run_id for row in rows})
    every = DebitCollection.objects.filter(run_id__in=runs).exclude(state=CollectionState.CANCELLED)
    mandates = Mandate.objects.in_bulk({row.mandate_id for row in every})
    keys: dict[int, set[tuple[str, str, str]]] = {}
    for row in every:
        mandate = mandates[row.mandate_id]
        keys.setdefault(row.run_id, set()).add((mandate.scheme, row.sequence, mandate.creditor_id))
    sums: dict[str, list[OpenCollection]] = {}
    for row in rows:
        mandate, message = mandates[row.mandate_id], runs[row.run_id].message_id
        place = sorted(keys[row.run_id]).index((mandate.scheme, row.sequence, mandate.creditor_id)) + 1
        part = OpenCollection(row.id, row.customer_id, row.item_id, row.end_to_end_id, row.amount)
        for name in (f"{message}-{place}", message):
            sums.setdefault(name, []).append(part)
    return sums
