"""What one act brings into being: items, the entries that post them, clearings that already know the new items.

Everything is gathered and then written as one plan. Taking an act back is an act too: opposite items under opposite
entries, cleared against the first ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from acquit.controls.queries import get_company
from acquit.controls.rules.duties import Actor
from acquit.core.errors import Refusal
from acquit.core.money import EXACT
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.ledger.operations import add_entries
from acquit.ledger.queries import get_rate, list_entries_of_items
from acquit.ledger.rules.entries import Currencies, EntryDraft, Line, convert_lines, reverse_entry
from acquit.receivables.operations.clearing import add_clearings, add_items
from acquit.receivables.queries import ItemView, list_open_item_facts
from acquit.receivables.rules.clearing import ClearingDraft, OpenItemFact, PairDraft
from acquit.receivables.rules.items import ItemDraft


class NotOpen(Refusal):
    """An item is not open, or not as much of it as the act needs; nothing was changed."""

    code = "NOT_OPEN"


class Act:
    """The rows of one act on a company's items, on one day; the caller holds the customers' locks.

    The day is the one asked for, or that of the latest item read: nothing is moved before it is there.
    """

    def __init__(self, actor: Actor, company_id: int, on_date: date) -> None:
        self.company = get_company(company_id)
        self.facts: dict[int, OpenItemFact] = {}
        self._actor = actor
        self.on_date = on_date
        self._items: list[ItemDraft] = []
        self._entries: list[EntryDraft] = []
        self._clearings: list[ClearingDraft] = []
        self._events: list[EventDraft] = []

    def read(self, item_ids: Iterable[int]) -> dict[int, OpenItemFact]:
        """Read open items; refuses (`NotOpen`) those that are not, or stand in another company."""
        wanted = list(item_ids)
        found = list_open_item_facts(wanted)
        for item_id in wanted:
            if item_id not in found or found[item_id].company_id != self.company.id:
                raise NotOpen(f"Item {item_id} is not open.", param="item", details={"item_id": item_id})
        self.facts.update(found)
        self.on_date = max([self.on_date, *(fact.posting_date for fact in found.values())])
        return found

    def rates_of(self, fact: OpenItemFact) -> Currencies:
        """Give an item's own book rate, so that moving it on realises no exchange difference."""
        company_rate = EXACT.divide(fact.open_company_amount, fact.open_amount)
        return Currencies(
            fact.currency,
            self.company.currency,
            self.company.group_currency,
            company_rate,
            EXACT.multiply(
                company_rate, get_rate(self.company.currency, self.company.group_currency, self.on_date)
            ),
        )

    def post(self, kind: str, lines: Sequence[Line], rates: Currencies, text: str) -> dict[int, Decimal]:
        """Draft an entry; gives the company amount of each item in it."""
        postings = convert_lines(lines, rates)
        self._entries.append(
            EntryDraft(
                self.company.id,
                self.on_date,
                kind,
                rates.document,
                postings,
                actor_id=self._actor.user_id,
                text=text,
            )
        )
        return {p.item_id: p.company_amount for p in postings if p.item_id is not None}

    def add_item(
        self,
        item_id: int,
        like: OpenItemFact | ItemView,
        *,
        kind: str,
        amount: Decimal,
        company_amount: Decimal,
        number: str | None = None,
        due_date: date | None = None,
    ) -> None:
        """Draft an item of the same customer and currency as another."""
        due = due_date or self.on_date
        name = like.number if number is None else number
        self._items.append(
            ItemDraft(
                item_id, self.company.id, like.customer_id, kind, name, like.currency, amount, company_amount,
                self.on_date, due, self.on_date,
            )
        )  # fmt: skip
        self.facts[item_id] = OpenItemFact(
            item_id, self.company.id, like.customer_id, kind, name, like.currency, amount, amount,
            company_amount, due, self.on_date,
        )  # fmt: skip

    def clear(self, pairs: Sequence[PairDraft], reason: str, text: str = "") -> None:
        """Draft one clearing of pairs."""
        self._clearings.append(
            ClearingDraft(
                self.company.id,
                self.on_date,
                tuple(pairs),
                reason=reason,
                actor_id=self._actor.user_id,
                text=text,
            )
        )

    def tell(self, kind: str, object_kind: str, object_id: int, payload: dict[str, object]) -> None:
        """Draft an event."""
        self._events.append(
            EventDraft(self.company.id, kind, object_kind, object_id, payload, actor_id=self._actor.user_id)
        )

    def take_back(self, item_ids: Sequence[int], kinds: Sequence[str], reason: str) -> None:
        """Draft the opposite of items and of the entries that brought them; refuses (`NotOpen`) those used since."""
        found = self.read(item_ids)
        opposite = dict(zip(item_ids, next_ids("item", len(item_ids)), strict=True))
        for item_id, fact in found.items():
            if fact.open_amount != fact.original_amount:
                raise NotOpen(
                    f"{fact.number} was cleared in part. Take that back first.",
                    param="item",
                    details={"item_id": item_id},
                )
            self.add_item(
                opposite[item_id],
                fact,
                kind=fact.kind,
                amount=-fact.original_amount,
                company_amount=-fact.open_company_amount,
                due_date=fact.due_date,
            )
            debit, credit = (
                (item_id, opposite[item_id]) if fact.original_amount > 0 else (opposite[item_id], item_id)
            )
            self.clear([PairDraft(credit, debit, abs(fact.original_amount))], reason, fact.number)
        days = {fact.posting_date for fact in found.values()}
        making = list_entries_of_items(item_ids, company_id=self.company.id, days=days, kinds=kinds)
        self._entries += (
            reverse_entry(
                entry_id, entry, posting_date=self.on_date, actor_id=self._actor.user_id, items=opposite
            )
            for entry_id, entry in making
        )

    def write(self) -> list[int]:
        """Write everything; gives the clearings' ids in order."""
        plan = WritePlan()
        add_items(plan, self._items)
        add_entries(plan, self._entries)
        clearing_ids = add_clearings(plan, self._clearings, self.facts)
        record_events(plan, self._events)
        write(plan)
        return clearing_ids
