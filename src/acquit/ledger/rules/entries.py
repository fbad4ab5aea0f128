"""What a journal entry is before it is written: balanced by construction, or refused.

Amounts are signed, debit positive. An entry is in one document currency; its company and group amounts are converted
line by line, and the last line takes what rounding leaves, so all three columns sum to zero exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from acquit.core.errors import Refusal
from acquit.core.money import ZERO, round_amount

#: Ten digits coarser than the quotients it meets (`core.money.EXACT`).
_WITHOUT_NOISE = Context(prec=50, rounding=ROUND_HALF_UP)


class CannotBalance(Refusal):
    """The lines of an entry do not sum to zero; it was not posted."""

    code = "ENTRY_DOES_NOT_BALANCE"


class PostingDraft(NamedTuple):
    """One line: an account by role or `#code` (`accounts.account_key`), and its signed amounts."""

    role: str
    amount: Decimal
    company_amount: Decimal
    group_amount: Decimal
    item_id: int | None = None


class EntryDraft(NamedTuple):
    """A balanced entry on its way to the journal."""

    company_id: int
    posting_date: date
    kind: str
    currency: str
    postings: tuple[PostingDraft, ...]
    document_id: int | None = None
    clearing_id: int | None = None
    bank_line_id: int | None = None
    reverses_id: int | None = None
    run_id: int | None = None
    actor_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Currencies:
    """The three currencies of an entry and what one unit of the document's is worth in the other two."""

    document: str
    company: str
    group: str
    company_rate: Decimal = Decimal(1)
    group_rate: Decimal = Decimal(1)

    @property
    def is_single(self) -> bool:
        """Tell whether all three are the same, so that nothing is converted."""
        return self.document == self.company == self.group


class Line(NamedTuple):
    """An account by role or `#code`, an amount in document currency, the item it belongs to."""

    role: str
    amount: Decimal
    item_id: int | None = None


def convert_lines(lines: Sequence[Line], currencies: Currencies) -> tuple[PostingDraft, ...]:
    """Make postings of lines; refuses (`CannotBalance`) lines that do not sum to zero. Zero lines fall away."""
    total = sum((line.amount for line in lines), ZERO)
    if total != 0:
        raise CannotBalance(f"The lines sum to {total} {currencies.document}, not to zero.")
    kept = [line for line in lines if line.amount != 0]
    if currencies.is_single:
        return tuple(
            PostingDraft(line.role, line.amount, line.amount, line.amount, line.item_id) for line in kept
        )
    amounts = [line.amount for line in kept]
    company = convert_amounts(amounts, currencies.company_rate, currencies.company)
    group = convert_amounts(amounts, currencies.group_rate, currencies.group)
    return tuple(
        PostingDraft(line.role, line.amount, company[n], group[n], line.item_id)
        for n, line in enumerate(kept)
    )


def convert_amounts(amounts: Sequence[Decimal], rate: Decimal, currency: str) -> list[Decimal]:
    """Convert amounts that sum to zero; the last takes what rounding leaves, so the converted do too.

    A rate may be a quotient (a book value by its amount): its last digits are cut first, so that a half stays a half.
    """
    converted = [round_amount(_WITHOUT_NOISE.multiply(amount, rate), currency) for amount in amounts]
    if converted:
        converted[-1] -= sum(converted, ZERO)
    return converted


def reverse_entry(
    entry_id: int,
    entry: EntryDraft,
    *,
    posting_date: date,
    actor_id: int | None,
    items: Mapping[int, int] | None = None,
) -> EntryDraft:
    """Give the entry that takes another back on a day; `items` are those that take the place of its own."""
    places = items or {}
    return entry._replace(
        posting_date=posting_date,
        kind="REVERSAL",
        reverses_id=entry_id,
        actor_id=actor_id,
        run_id=None,
        postings=tuple(
            posting._replace(item_id=places.get(posting.item_id or 0, posting.item_id))
            for posting in reverse_postings(entry.postings)
        ),
    )


def reverse_postings(postings: Sequence[PostingDraft]) -> tuple[PostingDraft, ...]:
    """Give the lines that take others back."""
    return tuple(
        PostingDraft(p.role, -p.amount, -p.company_amount, -p.group_amount, p.item_id) for p in postings
    )
