"""Which announced entry is which booked one, and which lines of a statement say nothing of who paid.

A batch is booked as one sum; who paid is told apart, in a notification that comes earlier or later. An entry is the
announced one when sum and the bank's reference agree; where the bank names only one of the two, when sum and day agree
(and our own reference, where both have it). Both must be the only ones of their kind: two batches of the same sum on
one day stay sums, and a person is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from acquit.formats.statements import StatementLine


class Entry(NamedTuple):
    """What tells an entry from others of its account: `key` is the caller's, `reference` the bank's, then ours."""

    key: int
    amount: Decimal
    booking_date: date | None
    reference: str
    customer_reference: str


def pair_entries(booked: Iterable[Entry], announced: Iterable[Entry]) -> dict[int, int]:
    """Give, for the keys of booked entries, those of the announced entries they are."""
    pairs: dict[int, int] = {}
    left, right = list(booked), list(announced)
    for tell in (_by_reference, _by_customer_reference, _by_day):
        pairs.update(_pair_singles(left, right, tell))
        taken = set(pairs.values())
        left = [entry for entry in left if entry.key not in pairs]
        right = [entry for entry in right if entry.key not in taken]
    return pairs


def _pair_singles(
    booked: Iterable[Entry], announced: Iterable[Entry], tell: Callable[[Entry], tuple[Any, ...] | None]
) -> Iterator[tuple[int, int]]:
    ours, theirs = _told(booked, tell), _told(announced, tell)
    for told, found in ours.items():
        others = theirs.get(told, ())
        if len(found) == len(others) == 1 and not _are_named_apart(found[0], others[0]):
            yield found[0].key, others[0].key


def _told(
    entries: Iterable[Entry], tell: Callable[[Entry], tuple[Any, ...] | None]
) -> dict[tuple[Any, ...], list[Entry]]:
    told: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        key = tell(entry)
        if key is not None:
            told[key].append(entry)
    return told


def _by_reference(entry: Entry) -> tuple[Any, ...] | None:
    return (entry.amount, entry.reference) if entry.reference else None


def _by_customer_reference(entry: Entry) -> tuple[Any, ...] | None:
    return (entry.amount, entry.customer_reference, entry.booking_date) if entry.customer_reference else None


def _by_day(entry: Entry) -> tuple[Any, ...] | None:
    return (entry.amount, entry.booking_date) if entry.booking_date else None


def _are_named_apart(one: Entry, other: Entry) -> bool:
    """Tell whether the bank names both, and differently: then they are two, whatever else agrees."""
    return bool(one.reference and other.reference and one.reference != other.reference)


def is_bare(line: StatementLine) -> bool:
    """Tell whether a line says neither who paid nor what for by a reference."""
    return not (
        line.counterparty
        or line.ultimate_counterparty
        or line.iban
        or line.counterparty_account
        or line.structured_reference
        or line.end_to_end_id
        or line.documents
    )


def list_entries(lines: Sequence[StatementLine]) -> Iterator[range]:
    """Give the positions of each entry's lines: a detail numbered 0 begins the next."""
    start = 0
    for position in range(1, len(lines) + 1):
        if position == len(lines) or lines[position].detail_index == 0:
            yield range(start, position)
            start = position
