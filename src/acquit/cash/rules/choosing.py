"""Choosing which open items a receipt pays from what its text names, whole or nearly.

Evidence comes in grades: a structured reference or a number whole, a customer's own order number, the running part of a
number, a number with a slip. The weaker grades are looked up only among the items of a payer known already, and count
only when the amount is then explained, or what is missing is stated; so a year, a day or a customer number in the text
never becomes an invoice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import islice, product
from typing import NamedTuple

from acquit.cash.rules.number_ranges import list_between, list_range_ends
from acquit.cash.rules.placing import Placing, place_amount
from acquit.cash.rules.question import Question
from acquit.cash.rules.receipts import Mark, OpenItem, ReasonToAsk
from acquit.cash.rules.remittance_text import Token
from acquit.cash.rules.subset_sum import find_subset_sums
from acquit.cash.rules.unnamed_items import find_unnamed_invoices, find_unnamed_notes
from acquit.core.money import ZERO, to_minor_units
from acquit.core.references import normalise_reference

_COMBINATIONS_AT_MOST = 64
_NAMED_SEARCHED = 25
_STATED_AT_MOST = 6
_NEAR_LENGTH = 5
_CUT_FROM = 130  # remittance information of a transfer ends at 140 characters, some banks' at less
#: A part of a number stands by itself: 0001 in 2025-0001 is the end of another number, written whole.
_CONTINUED, _CONTINUES = re.compile(r"\d[-/._]"), re.compile(r"[-/._]\d")
_LISTED, _DIGITS = re.compile(r"(?:\s?[-/+,;&._]\s?\d{3,}(?!\w))+"), re.compile(r"\d+")
_ONE = Decimal(1)
#: What the end of a number counts of one written whole.
NUMBER_PART_LIKENESS = Decimal("0.98")

#: The rules by which items may be named, strongest first.
GRADES = ("STRUCTURED_REFERENCE", "DOCUMENT_NUMBER", "ORDER_NUMBER", "NUMBER_PART", "SIMILAR_NUMBER")


class Choice(NamedTuple):
    """Items a receipt names, by the weakest evidence among them, and how the amount falls on them.

    `asked_because`: the amount speaks for some of them and no word does, so a person is asked.
    """

    items: tuple[OpenItem, ...]
    grade: str
    reference: Decimal
    placing: Placing
    marks: tuple[Mark, ...] = ()
    asked_because: ReasonToAsk = ""


class Option(NamedTuple):
    """A candidate of the text and the open items it may stand for; `likeness` of the least alike."""

    token: Token
    items: tuple[OpenItem, ...]
    grade: str
    likeness: Decimal


class Chooser:
    """One receipt's choice among the items of some customers."""

    def __init__(self, question: Question, customer_ids: Sequence[int]) -> None:
        self._question = question
        self._receipt = question.receipt
        self._told = question.told
        self._wording = question.wording
        self._book = question.book
        self._policy = question.policy
        self._customer_ids = customer_ids
        self._has_shared_charges = question.has_shared_charges(customer_ids)

    def place(self, items: Sequence[OpenItem]) -> Placing:
        """Place the receipt's amount on items."""
        return place_amount(
            self._receipt.amount,
            items,
            self._receipt.value_date,
            self._policy,
            has_shared_charges=self._has_shared_charges,
            wording=self._wording,
            held_back_item=self._held_back_item(items),
        )

    def choose_exact(self, items: Sequence[OpenItem], grade: str) -> Choice | None:
        """Choose among items named whole: all of them, or the one set of them that is the amount to the cent."""
        if not is_payable(items):
            return None
        placing = self.place(items)
        if placing.is_explained:
            return Choice(tuple(items), grade, _ONE, placing)
        if len(items) > 1:
            sums = self.find_sum(items, self._receipt.amount)
            if sums and is_payable(sums):
                return Choice(sums, grade, _ONE, self.place(sums))
        return None

    def choose_near(self, named: Sequence[OpenItem], grade: str, used: Iterable[Token]) -> Choice | None:
        """Choose items named whole together with some named in part, then with some named with a slip."""
        parts = self._list_parts(named, used)
        choice = self._choose(named, grade, parts)
        if choice is None:
            similar = self._list_similar(named, [*used, *(option.token for option in parts)])
            choice = self._choose(named, grade, [*parts, *similar]) if similar else None
        return choice

    def choose_short(self, named: Sequence[OpenItem], grade: str, used: Iterable[Token]) -> Choice | None:
        """Choose the items the text names one way only, although the amount is not theirs."""
        single = [option for option in self._list_parts(named, used) if len(option.items) == 1]
        items = list(dict.fromkeys([*named, *(option.items[0] for option in single)]))
        return self._choice(items, named, grade, single) if is_payable(items) else None

    def choose_netted(self, items: Sequence[OpenItem], grade: str) -> Choice | None:
        """Choose items named whole with the one set of open credit notes that is what is missing of them."""
        missing = sum((item.open_amount for item in items), ZERO) - self._receipt.amount
        sets = find_unnamed_notes(self._question, items, missing)
        if len(sets) != 1 or not is_payable([*items, *sets[0]]):
            return None
        netted = [*items, *sets[0]]
        asked: ReasonToAsk = "" if self._wording.has_credit else "CREDIT_NOT_NAMED"
        return Choice(tuple(netted), grade, _ONE, self.place(netted), asked_because=asked)

    def choose_more(self, items: Sequence[OpenItem], grade: str) -> Choice | None:
        """Choose items named whole with the one set of other invoices that is what came too much."""
        surplus = self._receipt.amount - sum((item.open_amount for item in items), ZERO)
        sets = find_unnamed_invoices(self._question, items, surplus)
        if len(sets) != 1 or not is_payable(items):
            return None
        meant = [*items, *sets[0]]
        return Choice(tuple(meant), grade, _ONE, self.place(meant), asked_because="MORE_THAN_NAMED")

    def choose_range(self, items: Sequence[OpenItem], grade: str, used: Iterable[Token]) -> Choice | None:
        """Choose what lies between a number written whole and the one its range ends with, where that is the amount."""
        pool = [
            item
            for item in self._book.open_items_of(self._customer_ids, self._receipt.currency)
            if item.open_amount > 0
        ]
        for token in used:
            for end in list_range_ends(self._receipt.text, token, self._told.tokens):
                meant = list_between(pool, token.key, end)
                meant += [item for item in items if item not in meant]
                if sum((item.open_amount for item in meant), ZERO) == self._receipt.amount:
                    return Choice(tuple(meant), grade, _ONE, self.place(meant))
        return None

    def list_explaining(self, amount: Decimal) -> list[OpenItem]:
        """List the items that an amount pays less what policy allows: discount in time, fee, tolerance."""
        between = self._book.open_items_between(
            self._customer_ids, self._receipt.currency, amount, self._most(amount)
        )
        return [item for item in between if item.open_amount != amount and self.place((item,)).is_explained]

    def list_stated(self) -> list[Decimal]:
        """List what the items may ask for where the text states what was held back: amount and each stated one."""
        if not (self._wording.has_discount or self._wording.deduction_reason):
            return []
        stated = dict.fromkeys(named.amount for named in self._wording.amounts if named.amount > 0)
        return [self._receipt.amount + amount for amount in islice(stated, _STATED_AT_MOST)]

    def find_sum(self, items: Sequence[OpenItem], amount: Decimal) -> tuple[OpenItem, ...] | None:
        """Find the one set of items that sums to an amount; nothing when there are several, or none."""
        currency = self._receipt.currency
        sums = find_subset_sums(
            [to_minor_units(item.open_amount, currency) for item in items],
            to_minor_units(amount, currency),
            lambda: False,
            most_items=_NAMED_SEARCHED,
            most_solutions=2,
        )
        return tuple(items[index] for index in sums.solutions[0]) if sums.is_unique else None

    def _list_parts(self, named: Sequence[OpenItem], used: Iterable[Token]) -> list[Option]:
        """List the candidates of the text that are the end of a number or an order number of open items."""
        known = {item.id for item in named}
        used = tuple(used)
        listed = _list_listed(self._receipt.text, used)
        found = []
        for token in self._free_tokens(used):
            items = tuple(item for item in self._find_parts(token, listed) if item.id not in known)
            if items:
                is_order = all(normalise_reference(item.customer_po) == token.key for item in items)
                is_whole = is_order or (token.start, token.end) in listed
                grade = "ORDER_NUMBER" if is_order else "NUMBER_PART"
                found.append(Option(token, items, grade, _ONE if is_whole else NUMBER_PART_LIKENESS))
        return _apart(found)

    def _find_parts(self, token: Token, listed: Mapping[tuple[int, int], str]) -> list[OpenItem]:
        currency, text = self._receipt.currency, self._receipt.text
        before = text[max(0, token.start - 2) : token.start]
        is_continued = _CONTINUED.fullmatch(before) or _CONTINUES.match(text, token.end)
        whole = listed.get((token.start, token.end))
        if is_continued and whole is None:
            return []
        if whole is not None and len(token.key) < len(whole):
            completed = f"{whole[: -len(token.key)]}{token.key}"
            found = self._book.find_numbered(self._customer_ids, currency, completed)
            if found:
                return found
        found = self._book.find_parts(self._customer_ids, currency, token.key)
        found = found or self._book.find_padded(self._customer_ids, currency, token.key)
        is_cut = is_cut_off(text) and token.end == len(text.rstrip()) and len(token.key) >= _NEAR_LENGTH
        if not found and is_cut:
            items = self._book.open_items_of(self._customer_ids, currency)
            found = [item for item in items if item.number_key.startswith(token.key)]
        return found

    def _list_similar(self, named: Sequence[OpenItem], used: Iterable[Token]) -> list[Option]:
        """List the candidates of the text that are a number of open items with a slip (handbook step 4)."""
        known = {item.id for item in named}
        lengths = self._book.number_lengths(self._customer_ids)
        found = []
        for token in self._free_tokens(used):
            length = len(token.key)
            slips = max(self._policy.slips_at_most, int((_ONE - self._policy.similarity_from) * length))
            if length < _NEAR_LENGTH or not any(abs(length - other) <= slips for other in lengths):
                continue
            similar = self._book.find_similar(self._customer_ids, self._receipt.currency, token.key, slips)
            fresh = [(item, distance) for item, distance in similar if item.id not in known]
            if fresh:
                likeness = _ONE - Decimal(max(distance for _, distance in fresh)) / length
                items = tuple(item for item, _ in fresh)
                found.append(Option(token, items, "SIMILAR_NUMBER", likeness))
        return _apart(found)

    def _free_tokens(self, used: Iterable[Token]) -> list[Token]:
        """Give the candidates that overlap none of those used, in the order of the text, longest first."""
        return sorted(self._told.leave_out(used).tokens, key=lambda token: (token.start, -token.end))

    def _choose(self, named: Sequence[OpenItem], grade: str, options: Sequence[Option]) -> Choice | None:
        """Choose one item of each option so that the amount is explained; else some of them, to the cent or stated."""
        if not options:
            return None
        found: dict[frozenset[int], Choice] = {}
        combinations = product(*(option.items for option in options))
        for combination in islice(combinations, _COMBINATIONS_AT_MOST):
            items = list(dict.fromkeys([*named, *combination]))
            if len(items) < len(named) + len(options) or not is_payable(items):
                continue
            choice = self._choice(items, named, grade, options)
            if choice.placing.is_explained:
                found[frozenset(item.id for item in items)] = choice
        exact = [choice for choice in found.values() if not choice.placing.differences]
        if len(exact) == 1 or (not exact and len(found) == 1):
            return (exact or list(found.values()))[0]
        if found:
            return None
        for amount in (self._receipt.amount, *self.list_stated()):
            some = self._choose_some(named, grade, options, amount)
            if some is not None:
                return some
        return None

    def _choose_some(
        self, named: Sequence[OpenItem], grade: str, options: Sequence[Option], amount: Decimal
    ) -> Choice | None:
        """Choose the one set of the options' items that, with those named whole, asks for an amount to the cent."""
        pool = list(dict.fromkeys(item for option in options for item in option.items))
        rest = amount - sum((item.open_amount for item in named), ZERO)
        chosen = self.find_sum(pool, rest) if rest != 0 else None
        if not chosen or not is_payable([*named, *chosen]):
            return None
        used = [option for option in options if not set(option.items).isdisjoint(chosen)]
        if len(used) < len(chosen):
            return None
        return self._choice([*named, *chosen], named, grade, used)

    def _choice(
        self, items: Sequence[OpenItem], named: Sequence[OpenItem], grade: str, options: Sequence[Option]
    ) -> Choice:
        grades = [*([grade] if named else []), *(option.grade for option in options)]
        weakest = max(grades, key=GRADES.index)
        reference = min([_ONE, *(option.likeness for option in options)])
        marks = tuple(Mark(o.token.start, o.token.end, o.grade) for o in options)
        return Choice(tuple(items), weakest, reference, self.place(items), marks)

    def _held_back_item(self, items: Sequence[OpenItem]) -> int | None:
        """Give the item that the text names after an amount held back: `ABZGL BRUCH 1240,00 ZU 10442`."""
        if len(items) < 2 or not self._wording.amounts:
            return None
        missing = sum((item.open_amount for item in items), ZERO) - self._receipt.amount
        stated = [named for named in self._wording.amounts if named.amount == missing]
        if not stated:
            return None
        for token in self._told.tokens:
            if token.start >= stated[-1].end and len(token.key) >= 4:
                ending = [item for item in items if item.number_key.endswith(token.key)]
                if len(ending) == 1:
                    return ending[0].id
        return None

    def _most(self, amount: Decimal) -> Decimal:
        """Give an upper bound of an open amount that a payment may explain; discounts above a fifth are none."""
        fee = self._policy.fee_tolerance_amount if self._has_shared_charges else ZERO
        return amount * Decimal("1.25") + fee + self._policy.tolerance_amount


def _list_listed(text: str, named: Iterable[Token]) -> dict[tuple[int, int], str]:
    """List the places of numbers that go on behind one written whole, with that one: RE-2026-0471/0480/493."""
    places = {}
    for token in named:
        run = _LISTED.match(text, token.end)
        if run is not None:
            for one in _DIGITS.finditer(run.group()):
                places[token.end + one.start(), token.end + one.end()] = token.key
    return places


def is_cut_off(text: str) -> bool:
    """Tell whether a text is as long as a bank carries, so that its end may be missing."""
    return len(text) >= _CUT_FROM


def is_payable(items: Sequence[OpenItem]) -> bool:
    """Tell whether items together ask for money, with an invoice among them."""
    return any(item.open_amount > 0 for item in items) and sum((i.open_amount for i in items), ZERO) > 0


def _apart(options: Iterable[Option]) -> list[Option]:
    """Keep options whose places in the text do not overlap, the first and longest of those that do."""
    kept: list[Option] = []
    for option in options:
        if not kept or option.token.start >= kept[-1].token.end:
            kept.append(option)
    return kept
