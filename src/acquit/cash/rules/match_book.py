"""What the books offer a matching run, indexed so that every question is a look-up.

Candidates come from hash look-ups on references, numbers, accounts and names, never by comparing everything with
everything. The book is carried forward: what one receipt of a run takes, the next no longer finds open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from acquit.cash.rules.receipts import Mark, NamedDocument, OpenItem, Payer, ReceiptFact
from acquit.cash.rules.remittance_text import read_references, read_tokens
from acquit.cash.rules.similarity import normalise_name
from acquit.core.references import normalise_reference


class Named(NamedTuple):
    """The documents a receipt names, and where it does."""

    documents: tuple[NamedDocument, ...]
    by_reference: bool
    marks: tuple[Mark, ...]


class PayerEvidence(NamedTuple):
    """Who may have paid: the customers, and how they are known (GIVEN, IBAN, ALIAS, NAME or nothing)."""

    customer_ids: tuple[int, ...]
    how: str


class MatchBook:
    """Open items, documents and payers of one company, as a run found them and leaves them."""

    def __init__(
        self,
        *,
        documents: Iterable[NamedDocument],
        items: Iterable[OpenItem],
        payers: Iterable[Payer],
        ibans: Iterable[tuple[str, int]],
        aliases: Iterable[tuple[str, str, int]] = (),
        own_accounts: Iterable[str] = (),
    ) -> None:
        self.items: dict[int, OpenItem] = {item.id: item for item in items}
        self.payers: dict[int, Payer] = {payer.id: payer for payer in payers}
        self.own_accounts = frozenset(own_accounts)
        self._items_of: defaultdict[int, list[int]] = defaultdict(list)
        for item in sorted(self.items.values(), key=lambda item: (item.due_date, item.id)):
            self._items_of[item.customer_id].append(item.id)
        self._by_number: defaultdict[str, list[NamedDocument]] = defaultdict(list)
        self._by_reference: defaultdict[str, list[NamedDocument]] = defaultdict(list)
        for document in documents:
            self._by_number[document.number_key].append(document)
            if document.structured_reference:
                self._by_reference[normalise_reference(document.structured_reference)].append(document)
        self._by_iban: defaultdict[str, list[int]] = defaultdict(list)
        for iban, customer_id in ibans:
            self._by_iban[iban].append(customer_id)
        self._by_alias: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for kind, alias, customer_id in aliases:
            self._by_alias[kind, alias].append(customer_id)
        self._by_name: defaultdict[str, list[int]] = defaultdict(list)
        for payer in self.payers.values():
            for name in {normalise_name(name) for name in (payer.name, *payer.names)}:
                if name:
                    self._by_name[name].append(payer.id)

    def find_named(self, receipt: ReceiptFact) -> Named:
        """Find the documents a receipt names: by structured reference if any checks, else by number in its text."""
        referenced = [
            document
            for reference in sorted(
                read_references(receipt.structured_reference, receipt.end_to_end_id, receipt.text)
            )
            for document in self._by_reference.get(reference, ())
        ]
        marks: dict[tuple[int, int], Mark] = {}
        numbered: list[NamedDocument] = []
        for token in read_tokens(receipt.text):
            found = self._by_number.get(token.key)
            if found:
                numbered.extend(found)
                marks[token.start, token.end] = Mark(token.start, token.end, "NUMBER")
        for source in (receipt.end_to_end_id, receipt.structured_reference):
            for token in read_tokens(source):
                numbered.extend(self._by_number.get(token.key, ()))
        documents = tuple(dict.fromkeys([*referenced, *_without_shadowed(numbered)]))
        return Named(documents, bool(referenced), _outermost(marks.values()))

    def find_payer(self, receipt: ReceiptFact) -> PayerEvidence:
        """Find who may have paid: as the source says, else by account, learned alias or name."""
        if receipt.customer_id is not None:
            return PayerEvidence((receipt.customer_id,), "GIVEN")
        if receipt.iban:
            known = self._by_iban.get(receipt.iban) or self._by_alias.get(("IBAN", receipt.iban))
            if known:
                return PayerEvidence(tuple(dict.fromkeys(known)), "IBAN")
        name = normalise_name(receipt.counterparty) if receipt.counterparty else ""
        if name:
            learned = self._by_alias.get(("NAME", name))
            if learned:
                return PayerEvidence(tuple(dict.fromkeys(learned)), "ALIAS")
            named = self._by_name.get(name)
            if named:
                return PayerEvidence(tuple(dict.fromkeys(named)), "NAME")
        return PayerEvidence((), "")

    def open_items_of(self, customer_id: int, currency: str) -> list[OpenItem]:
        """Give what is owed by or to a customer in a currency, oldest due first."""
        return [
            self.items[item_id]
            for item_id in self._items_of.get(customer_id, ())
            if item_id in self.items and self.items[item_id].currency == currency
        ]

    def is_related(self, payer_id: int, customer_id: int) -> bool:
        """Tell whether a payer may pay for a customer: itself, its parent, its named payer, or a sister."""
        if payer_id == customer_id:
            return True
        payer, customer = self.payers.get(payer_id), self.payers.get(customer_id)
        if payer is None or customer is None:
            return False
        if payer_id in {customer.parent_id, customer.payer_id}:
            return True
        return payer.parent_id is not None and payer.parent_id in {customer.parent_id, customer_id}

    def take(self, item_id: int, amount: Decimal) -> None:
        """Take an amount off an item (signed as the item), so that the next receipt sees less of it."""
        item = self.items[item_id]
        left = item.open_amount - amount
        if left == 0:
            del self.items[item_id]
        else:
            self.items[item_id] = item._replace(open_amount=left)


def _without_shadowed(documents: Iterable[NamedDocument]) -> list[NamedDocument]:
    """Drop documents whose number is only a part of another one found: 1234 inside RE-2026-1234."""
    found = list(dict.fromkeys(documents))
    keys = {document.number_key for document in found}
    return [
        document
        for document in found
        if not any(document.number_key != key and document.number_key in key for key in keys)
    ]


def _outermost(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)
