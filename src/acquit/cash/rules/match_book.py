"""What the books offer a matching run, indexed so that every question is a look-up.

Candidates come from hash look-ups on references, numbers and amounts, never by comparing everything with everything.
The book is carried forward: what one receipt of a run takes, the next no longer finds open, and a receipt that came is
remembered, so that its duplicate is known.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from acquit.cash.rules.advices import StoredAdvice
from acquit.cash.rules.habits import KnownHabit, Shown, add_shown, list_believed_habits
from acquit.cash.rules.payer_index import PayerIndex
from acquit.cash.rules.receipts import EarlierReceipt, Mark, NamedDocument, OpenItem, OrderFact
from acquit.cash.rules.remittance_text import Remittance, Token, find_days
from acquit.cash.rules.similarity import look_alike
from acquit.cash.rules.wording import read_amounts
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.references import normalise_reference
from acquit.receivables.rules.items import UNAPPLIED_KINDS

_PART_LENGTH = 4


class Named(NamedTuple):
    """The documents a receipt names whole: by a structured reference, and by numbers at places of its text.

    `doubtful` are those whose number stands there as a date or an amount: they count only to the cent.
    """

    referenced: tuple[NamedDocument, ...]
    numbered: tuple[tuple[Token, tuple[NamedDocument, ...]], ...]
    elsewhere: tuple[NamedDocument, ...]
    doubtful: tuple[tuple[Token, tuple[NamedDocument, ...]], ...] = ()

    @property
    def documents(self) -> tuple[NamedDocument, ...]:
        """Give all of them, each once."""
        numbered = (document for _, documents in self.numbered for document in documents)
        return tuple(dict.fromkeys([*self.referenced, *numbered, *self.elsewhere]))

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Give the places in the text."""
        return tuple(Mark(token.start, token.end, "NUMBER") for token, _ in self.numbered)

    @property
    def with_doubtful(self) -> Named:
        """Give the same with the doubtful ones among those named."""
        return self._replace(numbered=(*self.numbered, *self.doubtful), doubtful=())

    def tokens_of(self, documents: Iterable[NamedDocument]) -> tuple[Token, ...]:
        """Give the places that name these documents."""
        wanted = set(documents)
        return tuple(token for token, named in self.numbered if not wanted.isdisjoint(named))


class Advices:
    """Remittance advices by the reference of their payment, their total, and what a bank deposited with others."""

    def __init__(self, advices: Iterable[StoredAdvice]) -> None:
        self._by_reference: defaultdict[str, list[StoredAdvice]] = defaultdict(list)
        self._by_total: defaultdict[Decimal, list[StoredAdvice]] = defaultdict(list)
        self._by_deposit: defaultdict[Decimal, list[StoredAdvice]] = defaultdict(list)
        for advice in advices:
            if advice.deposit_amount is not None:
                self._by_deposit[advice.deposit_amount].append(advice)
            for key in {advice.reference_key, *map(normalise_reference, advice.other_numbers)} - {""}:
                self._by_reference[key].append(advice)
            if advice.total_amount is not None:
                self._by_total[advice.total_amount].append(advice)

    def __bool__(self) -> bool:
        return bool(self._by_reference or self._by_total)

    def of_reference(self, key: str) -> Sequence[StoredAdvice]:
        """Give the advices whose payment carries a reference."""
        return self._by_reference.get(key, ())

    def of_total(self, amount: Decimal) -> Sequence[StoredAdvice]:
        """Give the advices of a total that no receipt used up."""
        return self._by_total.get(amount, ())

    def of_deposit(self, amount: Decimal) -> Sequence[StoredAdvice]:
        """Give the advices of cheques that a bank deposited in sums of this amount, which no receipt used up."""
        return self._by_deposit.get(amount, ())

    def use_up(self, advice_id: int, total: Decimal) -> None:
        """Let an advice, or those of a deposit that it is one of, speak of no other payment by their total."""
        self._by_total[total] = [advice for advice in self._by_total[total] if advice.id != advice_id]
        deposited = self._by_deposit[total]
        used = {advice.deposit_reference for advice in deposited if advice.id == advice_id}
        self._by_deposit[total] = [advice for advice in deposited if advice.deposit_reference not in used]


class MatchBook:
    """Open items, documents and earlier receipts of one company, as a run found them and leaves them."""

    def __init__(
        self,
        *,
        payers: PayerIndex,
        documents: Iterable[NamedDocument],
        items: Iterable[OpenItem],
        earlier: Iterable[EarlierReceipt] = (),
        advices: Iterable[StoredAdvice] = (),
        orders: Iterable[OrderFact] = (),
        deduction_codes: Mapping[tuple[int | None, str], str] | None = None,
        rates: Mapping[tuple[str, str, date], Decimal] | None = None,
    ) -> None:
        self.payers = payers
        self.advices = Advices(advices)
        self._orders: defaultdict[str, list[OrderFact]] = defaultdict(list)
        for order in orders:
            self._orders[normalise_reference(order.number)].append(order)
        self._deduction_codes = deduction_codes or {}
        self._rates = rates or {}
        self._nearly: Mapping[str, Sequence[NamedDocument]] = {}
        self._habits: dict[int, Mapping[str, KnownHabit]] = {}
        self._code_owners = {customer_id for customer_id, _ in self._deduction_codes}
        self.items: dict[int, OpenItem] = {item.id: item for item in items}
        self._items_of: defaultdict[int, list[int]] = defaultdict(list)
        self._amounts_of: defaultdict[tuple[int, str], list[tuple[Decimal, int]]] = defaultdict(list)
        for item in sorted(self.items.values(), key=lambda item: (item.due_date, item.id)):
            if item.kind not in UNAPPLIED_KINDS:
                self._items_of[item.customer_id].append(item.id)
                self._amounts_of[item.customer_id, item.currency].append((item.open_amount, item.id))
        for amounts in self._amounts_of.values():
            amounts.sort()
        self._parts_of: dict[int, dict[str, list[int]]] = {}
        self._alike_of: dict[int, tuple[list[str], list[int]]] = {}
        self._by_number: defaultdict[str, list[NamedDocument]] = defaultdict(list)
        self._by_reference: defaultdict[str, list[NamedDocument]] = defaultdict(list)
        for document in documents:
            self._by_number[document.number_key].append(document)
            if document.structured_reference:
                self._by_reference[normalise_reference(document.structured_reference)].append(document)
        self._earlier: defaultdict[int, list[EarlierReceipt]] = defaultdict(list)
        for receipt in earlier:
            self.remember(receipt)

    def find_named(self, told: Remittance, text: str) -> Named:
        """Find the documents a receipt names whole; its end-to-end id is asked where its text names none.

        `text` is where the candidates stand: a number in the middle of a date is one where it is written like that.
        """
        referenced = tuple(
            document
            for reference in sorted(told.references)
            for document in self._by_reference.get(reference, ())
        )
        tokens = _outermost(token for token in told.tokens if token.key in self._by_number)
        found = [(token, tuple(self._by_number[token.key])) for token in tokens]
        doubtful = _list_doubtful(found, text) if found else ()
        numbered = tuple(one for one in found if one not in doubtful)
        elsewhere: tuple[NamedDocument, ...] = ()
        if not numbered:
            elsewhere = tuple(d for key in told.other_keys for d in self._by_number.get(key, ()))
        return Named(referenced, numbered, elsewhere, doubtful)

    def documents_of(self, number_key: str) -> Sequence[NamedDocument]:
        """Give the documents of a number."""
        return self._by_number.get(number_key, ())

    def learn_nearly_named(self, documents: Mapping[str, Sequence[NamedDocument]]) -> None:
        """Know which documents candidates of texts may mean without the letters or zeros they begin with."""
        self._nearly = documents

    def find_nearly_named(self, told: Remittance) -> list[tuple[Token, NamedDocument]]:
        """Find the documents a receipt may name without their letters or zeros, where the run looked them up."""
        if not self._nearly:
            return []
        return [(token, document) for token in told.tokens for document in self._nearly.get(token.key, ())]

    def find_orders(self, told: Remittance) -> list[OrderFact]:
        """Find the orders a receipt names whole."""
        if not self._orders:
            return []
        keys = dict.fromkeys([*(token.key for token in told.tokens), *told.other_keys])
        return [order for key in keys for order in self._orders.get(key, ())]

    def find_rate(self, source: str, target: str, on_date: date) -> Decimal | None:
        """Give units of `target` for one `source` on a day, where the run knows a rate."""
        return self._rates.get((source, target, on_date))

    def learn_habits(self, known: Mapping[int, Iterable[KnownHabit]]) -> None:
        """Know how customers paid until now."""
        for customer_id, habits in known.items():
            self._habits[customer_id] = {one.habit: one for one in habits}

    def count_habits(self, customer_id: int, shown: Shown) -> None:
        """Count what a payment of the run showed, so that the customer's next is decided by it."""
        self._habits[customer_id] = add_shown(self._habits.get(customer_id, {}), shown)

    def believed_habits_of(self, customer_id: int, policy: MatchingPolicy) -> Sequence[KnownHabit]:
        """Give the habits of a customer that policy believes by now."""
        known = self._habits.get(customer_id)
        return list_believed_habits(known.values(), policy) if known else ()

    def find_deduction_code(self, customer_id: int, code: str) -> str:
        """Give the reason a customer's code for a deduction means; empty where nobody said."""
        key = normalise_reference(code)
        return self._deduction_codes.get((customer_id, key)) or self._deduction_codes.get((None, key), "")

    def has_deduction_codes(self, customer_ids: Iterable[int]) -> bool:
        """Tell whether any of these customers' codes are known, or codes that hold for all."""
        return None in self._code_owners or not self._code_owners.isdisjoint(customer_ids)

    def open_items_of(self, customer_ids: Sequence[int], currency: str) -> list[OpenItem]:
        """Give what is owed by or to customers in a currency, oldest due first; money not applied is not among it."""
        found = [
            self.items[item_id]
            for customer_id in customer_ids
            for item_id in self._items_of.get(customer_id, ())
            if item_id in self.items and self.items[item_id].currency == currency
        ]
        return found if len(customer_ids) == 1 else sorted(found, key=lambda item: (item.due_date, item.id))

    def open_items_between(
        self, customer_ids: Sequence[int], currency: str, least: Decimal, most: Decimal
    ) -> list[OpenItem]:
        """Give the open items of customers whose open amount lies between two amounts, both included."""
        found = []
        for customer_id in customer_ids:
            amounts = self._amounts_of.get((customer_id, currency), [])
            start, end = bisect_left(amounts, (least, 0)), bisect_right(amounts, (most, 1 << 63))
            found += [self.items[item_id] for _, item_id in amounts[start:end]]
        return sorted(found, key=lambda item: (item.due_date, item.id))

    def find_parts(self, customer_ids: Sequence[int], currency: str, key: str) -> list[OpenItem]:
        """Find the open items of customers whose number ends in this key, or whose customer's order number it is."""
        return [
            item
            for customer_id in customer_ids
            for item_id in self._parts(customer_id).get(key, ())
            if (item := self.items.get(item_id)) is not None and item.currency == currency
        ]

    def find_numbered(self, customer_ids: Sequence[int], currency: str, key: str) -> list[OpenItem]:
        """Find the open items of customers of exactly this number."""
        return [item for item in self._list_items(customer_ids, currency) if item.number_key == key]

    def find_padded(self, customer_ids: Sequence[int], currency: str, key: str) -> list[OpenItem]:
        """Find the open items of customers whose number is this key but for zeros in front: 00010360 for 10360."""
        if not key.startswith("0") or len(key) <= _PART_LENGTH:
            return []
        plain = key.lstrip("0")
        return [
            item
            for item in self._list_items(customer_ids, currency)
            if len(plain) >= _PART_LENGTH and item.number_key.lstrip("0") == plain
        ]

    def _list_items(self, customer_ids: Sequence[int], currency: str) -> Iterator[OpenItem]:
        for customer_id in customer_ids:
            for item_id in self._items_of.get(customer_id, ()):
                item = self.items.get(item_id)
                if item is not None and item.currency == currency:
                    yield item

    def find_similar(
        self, customer_ids: Sequence[int], currency: str, key: str, slips: int
    ) -> list[tuple[OpenItem, int]]:
        """Find the open items of customers whose number differs from this key by a few slips of a typist."""
        alike = look_alike(key)
        found = []
        for customer_id in customer_ids:
            keys, ids = self._alike(customer_id)
            for _, distance, place in extract(
                alike, keys, scorer=OSA.distance, score_cutoff=slips, limit=None
            ):
                item = self.items.get(ids[place])
                if item is not None and item.currency == currency:
                    found.append((item, int(distance)))
        return found

    def number_lengths(self, customer_ids: Sequence[int]) -> set[int]:
        """Give how long the numbers of customers' items are."""
        return {len(key) for customer_id in customer_ids for key in self._alike(customer_id)[0]}

    def take(self, item_id: int, amount: Decimal) -> None:
        """Take an amount off an item (signed as the item), so that the next receipt sees less of it."""
        item = self.items[item_id]
        amounts = self._amounts_of[item.customer_id, item.currency]
        amounts.pop(bisect_left(amounts, (item.open_amount, item_id)))
        left = item.open_amount - amount
        if left == 0:
            del self.items[item_id]
        else:
            self.items[item_id] = item._replace(open_amount=left)
            insort(amounts, (left, item_id))

    def remember(self, receipt: EarlierReceipt) -> None:
        """Remember money that came, so that a duplicate or a return of it is known."""
        self._earlier[receipt.customer_id].append(receipt)

    def earlier_receipts(
        self, customer_ids: Iterable[int], currency: str, since: date, until: date
    ) -> Iterator[EarlierReceipt]:
        """Give the money that came from customers between two days, both included."""
        for customer_id in customer_ids:
            for receipt in self._earlier.get(customer_id, ()):
                if receipt.currency == currency and since <= receipt.value_date <= until:
                    yield receipt

    def _alike(self, customer_id: int) -> tuple[list[str], list[int]]:
        """List the numbers of a customer's items as they look to a typist, the first time they are asked for."""
        known = self._alike_of.get(customer_id)
        if known is None:
            ids = [i for i in self._items_of.get(customer_id, ()) if i in self.items]
            known = self._alike_of[customer_id] = ([look_alike(self.items[i].number_key) for i in ids], ids)
        return known

    def _parts(self, customer_id: int) -> dict[str, list[int]]:
        """Index the ends of a customer's numbers, and its order numbers, the first time they are asked for."""
        known = self._parts_of.get(customer_id)
        if known is not None:
            return known
        parts: defaultdict[str, list[int]] = defaultdict(list)
        for item_id in self._items_of.get(customer_id, ()):
            item = self.items.get(item_id)
            if item is None:
                continue
            keys = {item.number_key[start:] for start in range(1, len(item.number_key) - _PART_LENGTH + 1)}
            order = normalise_reference(item.customer_po)
            if len(order) >= _PART_LENGTH:
                keys.add(order)
            for key in keys:
                parts[key].append(item_id)
        self._parts_of[customer_id] = parts
        return parts


def _list_doubtful(
    found: Sequence[tuple[Token, tuple[NamedDocument, ...]]], text: str
) -> tuple[tuple[Token, tuple[NamedDocument, ...]], ...]:
    """List the numbers that stand within a date they are not written as, or within an amount."""
    amounts = [(named.start, named.end) for named in read_amounts(text)]
    days = find_days(text)
    return tuple(
        (token, documents)
        for token, documents in found
        if _stands_within(token, amounts)
        or (_stands_within(token, days) and not any(document.number in text for document in documents))
    )


def _stands_within(token: Token, places: Sequence[tuple[int, int]]) -> bool:
    return any(start <= token.start and token.end <= end for start, end in places)


def _outermost(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """Keep the tokens that lie in no other: 1234 is not named where RE-2026-1234 is."""
    kept: list[Token] = []
    for token in sorted(tokens, key=lambda token: (token.start, -token.end)):
        if not kept or token.start >= kept[-1].end:
            kept.append(token)
    return tuple(kept)
