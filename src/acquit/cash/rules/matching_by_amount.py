"""Matching by payer and amount alone (steps 5 and 6 of the handbook): what fits is proposed, seldom posted.

An amount proves little by itself: twenty open items have a million sums. So a sum posts alone only where the customer
agreed to it, it is the only one, and fewer than one in a hundred would be expected by accident. Money that repeats an
earlier receipt or says it is on account is not placed by its amount.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from acquit.cash.rules.balances import find_balances
from acquit.cash.rules.choosing import Chooser
from acquit.cash.rules.differences import DeductionReason
from acquit.cash.rules.evidence import expect_accidents, list_parts, list_refused, score_match
from acquit.cash.rules.habits import PaidAs, Shown, count_agreement, read_habits
from acquit.cash.rules.placing import Placing, discount_in_time, discount_offer
from acquit.cash.rules.question import Question
from acquit.cash.rules.receipts import (
    DifferenceKind,
    MatchPlan,
    OpenItem,
    Proposal,
    ReasonToAsk,
    ReceiptState,
    ScorePart,
)
from acquit.cash.rules.remittance_text import said_of
from acquit.cash.rules.subset_sum import SubsetSums, find_subset_sums
from acquit.core.money import ZERO, to_minor_units

_ONE = Decimal(1)
_SOLUTIONS_SHOWN = 5
_NUMBER_LENGTH = 4
_PAIRED_AT_MOST = 80
_UNEXPLAINED = DeductionReason.UNEXPLAINED.value


def plan_by_amount(question: Question, chooser: Chooser, give_up: Callable[[], bool]) -> MatchPlan:
    """Plan by payer and amount, where the payer is known and the text names nothing that is open."""
    return _Search(question, chooser).plan(give_up)


class _Search:
    """One receipt's search for its amount."""

    def __init__(self, question: Question, chooser: Chooser) -> None:
        self._question = question
        self._receipt = question.receipt
        self._wording = question.wording
        self._payer = question.payer
        self._family = question.family
        self._chooser = chooser
        self._book = question.book
        self._policy = question.policy
        self._has_number = bool(question.told.references) or any(
            sum(map(str.isdigit, token.key)) >= _NUMBER_LENGTH for token in question.told.tokens
        )

    def plan(self, give_up: Callable[[], bool]) -> MatchPlan:
        """Look for the amount among the payer's items, one alone before one reduced before sums."""
        is_repeated = self._is_repeated()
        if is_repeated and self._has_number:
            return self._kept("LOOKS_LIKE_DUPLICATE")
        amount = self._receipt.amount
        items = self._known_by_then(self._book.open_items_of(self._family, self._currency))
        singles = [(item,) for item in items if item.open_amount == amount]
        if self._wording.is_on_account and not singles:
            return self._kept_on_account()
        sums = SubsetSums((), len(items), gave_up=False)
        balances = find_balances(self._list_balanced(items), self._receipt)
        if balances and self._wording.is_statement:
            return self._proposal(balances, "STATEMENT_PAID", sums, is_repeated=is_repeated)
        stated = self._stated(items)
        if stated:
            return self._proposal(stated, "STATED_AMOUNTS", sums, is_repeated=is_repeated)
        if singles:
            sets = [*singles, *_find_pairs_and_triples(items, amount)]
            return self._proposal(sets, "SINGLE_AMOUNT", sums, is_repeated=is_repeated)
        reduced = self._known_by_then(self._chooser.list_explaining(amount))
        if len(reduced) == 1:
            return self._proposal([(reduced[0],)], "SINGLE_REDUCED", sums, is_repeated=is_repeated)
        pool = _without_set_off([item for item in items if not _is_contested(item)])
        sums = self._search(pool, amount, give_up)
        sets = [tuple(pool[index] for index in solution) for solution in sums.solutions]
        if not sets and not balances:
            sums = self._search_reduced(pool, give_up) or sums
            sets = [tuple(pool[index] for index in solution) for solution in sums.solutions]
            sets = [each for each in sets if self._chooser.place(each).is_explained]
        if not sets and sums.gave_up:
            sets = _find_pairs_and_triples(pool, amount)
        if sets or balances:
            rule = "SUM_OF_ITEMS" if sets else "STATEMENT_PAID"
            return self._proposal(sets or balances, rule, sums, is_repeated=is_repeated)
        if not is_repeated:
            sets = self._list_written_later()
        return (
            self._proposal(sets, "SINGLE_AMOUNT", sums, is_repeated=False)
            if sets
            else self._kept("NOTHING_FITS" if items else "NOTHING_OPEN", sums)
        )

    def _list_written_later(self) -> list[tuple[OpenItem, ...]]:
        """List the item of this amount that was written after the money came, if it is one: it may be paid ahead."""
        amount = self._receipt.amount
        found = self._book.open_items_between(self._family, self._currency, amount, amount)
        return [tuple(found)] if len(found) == 1 else []

    def _list_balanced(self, items: Sequence[OpenItem]) -> list[Sequence[OpenItem]]:
        """List what a balance may be of: the family's items or the payer's own, with or without what is contested.

        Without a word of a statement only what is not contested and not set off counts.
        """
        own = [item for item in items if item.customer_id in self._payer.customer_ids]
        pools = [items] if len(own) == len(items) else [items, own]
        clean = [_without_set_off([item for item in pool if not _is_contested(item)]) for pool in pools]
        return [*pools, *clean] if self._wording.is_statement else list(clean)

    @property
    def _currency(self) -> str:
        return self._receipt.currency

    def _known_by_then(self, items: Sequence[OpenItem]) -> list[OpenItem]:
        """Leave out items that came after the money: only who names them pays them before they are written."""
        if self._payer.how == "GIVEN":
            return list(items)
        return [item for item in items if item.posting_date <= self._receipt.value_date]

    def _stated(self, items: Sequence[OpenItem]) -> list[tuple[OpenItem, ...]]:
        """Find the items that ask for what came and what the text says was held back, to the cent."""
        pool = _without_set_off(items)
        if self._wording.has_discount:
            pool = [item for item in pool if discount_offer(item, self._policy) is not None]
        found: dict[frozenset[int], tuple[OpenItem, ...]] = {}
        for asked in self._chooser.list_stated():
            sets: list[tuple[OpenItem, ...]] = [(item,) for item in pool if item.open_amount == asked]
            if not sets:
                sums = self._search(pool, asked, lambda: False)
                sets = [tuple(pool[i] for i in solution) for solution in sums.solutions if not sums.gave_up]
            for each in sets:
                placing = self._chooser.place(each)
                if all(difference.reason != _UNEXPLAINED for difference in placing.differences):
                    found[frozenset(item.id for item in each)] = each
        return list(found.values())

    def _search_reduced(self, pool: Sequence[OpenItem], give_up: Callable[[], bool]) -> SubsetSums | None:
        """Search for items that give the amount less the discounts that are in time; nothing where none is offered."""
        discounts = [discount_in_time(item, self._receipt.value_date, self._policy) for item in pool]
        if not any(discounts):
            return None
        nets = [item.open_amount - discount for item, discount in zip(pool, discounts, strict=True)]
        return self._search_amounts(nets, self._receipt.amount, give_up)

    def _search(self, pool: Sequence[OpenItem], amount: Decimal, give_up: Callable[[], bool]) -> SubsetSums:
        return self._search_amounts([item.open_amount for item in pool], amount, give_up)

    def _search_amounts(
        self, amounts: Sequence[Decimal], amount: Decimal, give_up: Callable[[], bool]
    ) -> SubsetSums:
        return find_subset_sums(
            [to_minor_units(each, self._currency) for each in amounts],
            to_minor_units(amount, self._currency),
            give_up,
            most_items=self._policy.subset_items_at_most,
            most_solutions=20,
        )

    def _proposal(
        self,
        sets: Sequence[tuple[OpenItem, ...]],
        rule: str,
        sums: SubsetSums,
        *,
        is_repeated: bool,
    ) -> MatchPlan:
        sets, habit_parts = self._rank(sets, rule)
        placings = [self._chooser.place(items) for items in sets[: 1 + _SOLUTIONS_SHOWN]]
        is_unique = len(sets) == 1 and not sums.gave_up
        asked = self._reason_to_ask(sets[0], placings[0], rule, is_unique=is_unique)
        if is_repeated:
            asked = "LOOKS_LIKE_DUPLICATE"
        elif self._wording.is_on_account:
            asked = "SAYS_ON_ACCOUNT"
        confidence = score_match(
            self._policy,
            reference=ZERO,
            amount=_ONE if is_unique and placings[0].is_explained else ZERO,
            payer=_ONE,
        )
        owner = self._payer.customer_ids[0]
        return MatchPlan(
            state=ReceiptState.PROPOSED if asked else ReceiptState.AUTO,
            rule=rule,
            customer_id=owner,
            applied=placings[0].applied,
            differences=placings[0].differences,
            score=confidence.score,
            parts=(
                *list_parts(
                    self._policy, confidence, ("NUMBERS_NAMED", "0"), placings[0], self._payer, "AGREES"
                ),
                *habit_parts,
            ),
            asked_because=asked,
            alternatives=list_refused(self._receipt, self._book, (owner,), sets[0], "NOT_UNIQUE"),
            others=tuple(
                Proposal(owner, placing.applied, placing.differences, rule, confidence.score)
                for placing in placings[1:]
            ),
            tried=sums.tried,
            gave_up=sums.gave_up,
            accidents=self._expect_accidents(sets[0]),
        )

    def _rank(
        self, sets: Sequence[tuple[OpenItem, ...]], rule: str
    ) -> tuple[Sequence[tuple[OpenItem, ...]], list[ScorePart]]:
        """Rank sets that fit equally well: as this customer pays, then the fewest items, then the oldest due.

        Gives the believed habits that the first of them keeps, too: they weigh nothing, for they prove nothing.
        """
        believed = (
            self._book.believed_habits_of(self._payer.customer_ids[0], self._policy) if len(sets) > 1 else ()
        )
        if len(sets) > 1:
            sets = sorted(
                sets,
                key=lambda items: (
                    -count_agreement(self._shown_by(items, rule), believed) if believed else 0,
                    len(items),
                    sorted(item.due_date for item in items),
                ),
            )
        kept = self._shown_by(sets[0], rule).kept if believed else ()
        return sets, [
            ScorePart("habit", ZERO, _ONE, ZERO, one.habit, (str(one.count_for), str(one.count_against)))
            for one in believed
            if one.habit in kept
        ]

    def _shown_by(self, items: Sequence[OpenItem], rule: str) -> Shown:
        """Tell which habits paying these items would keep and break."""
        placing = self._chooser.place(items)
        payment = PaidAs(rule, self._receipt.value_date, placing.applied, placing.differences)
        known = {item.id: item for item in items}
        return read_habits(
            payment, known, self._book.open_items_of(self._family, self._currency), self._policy
        )

    def _reason_to_ask(
        self, items: Sequence[OpenItem], placing: Placing, rule: str, *, is_unique: bool
    ) -> ReasonToAsk:
        if len(self._payer.customer_ids) > 1:
            return "PAYER_AMBIGUOUS"
        if not self._known_by_then(items):
            return "WRITTEN_LATER"
        if not is_unique:
            return "TWO_SOLUTIONS"
        if any(difference.kind is DifferenceKind.DEDUCTION for difference in placing.differences):
            return "DEDUCTION"
        chosen = {item.id for item in items}
        if any(self._question.find_cancelling(item, chosen) for item in items):
            return "MAYBE_CANCELLED"
        return "" if self._posts_by_rule(rule) else self._reason_to_doubt(items, placing, rule)

    def _reason_to_doubt(self, items: Sequence[OpenItem], placing: Placing, rule: str) -> ReasonToAsk:
        """Give why the amount alone does not do: it is not agreed, or a sum may fit by accident."""
        is_agreed = self._question.is_agreed_by_amount()
        is_reduced = rule in {"SINGLE_REDUCED", "SUM_OF_ITEMS"} and bool(placing.differences)
        if not (is_agreed and self._payer.is_sure and not is_reduced and placing.is_explained):
            return "BY_AMOUNT_ONLY"
        if rule in {"SUM_OF_ITEMS", "STATEMENT_PAID"} and self._may_be_accident(items):
            return "MAY_BE_ACCIDENT"
        return ""

    def _posts_by_rule(self, rule: str) -> bool:
        """Tell whether policy lets a rule post whoever pays: one amount of a payer who is given, a balance told of."""
        if rule == "STATEMENT_PAID":
            is_told = self._wording.is_statement and self._payer.is_sure
            return is_told and rule in self._policy.posts_alone
        is_given = self._payer.how == "GIVEN" and rule == "SINGLE_AMOUNT"
        return is_given and bool(self._policy.given_payer_posts_by_amount)

    def _may_be_accident(self, chosen: Sequence[OpenItem]) -> bool:
        return self._expect_accidents(chosen) > self._policy.chance_at_most

    def _expect_accidents(self, chosen: Sequence[OpenItem]) -> Decimal:
        items = self._book.open_items_of(self._family, self._currency)
        return expect_accidents(self._receipt.amount, self._known_by_then(items) or items, len(chosen))

    def _is_repeated(self) -> bool:
        """Tell whether the same customer paid the same amount with the same words not long ago."""
        said = said_of(self._receipt.text, self._receipt.structured_reference)
        if not said:
            return False
        since = self._receipt.value_date - timedelta(days=self._policy.duplicate_days)
        return any(
            earlier.amount == self._receipt.amount and earlier.said == said
            for earlier in self._book.earlier_receipts(
                self._payer.customer_ids, self._currency, since, self._receipt.value_date
            )
        )

    def _kept_on_account(self) -> MatchPlan:
        """Keep what the payer says is on account: by itself where it is known who it is."""
        if self._payer.is_sure:
            return MatchPlan(ReceiptState.ON_ACCOUNT, "SAYS_ON_ACCOUNT", self._payer.customer_ids[0])
        return self._kept("SAYS_ON_ACCOUNT")

    def _kept(self, why: ReasonToAsk, sums: SubsetSums | None = None) -> MatchPlan:
        payers = self._payer.customer_ids
        if self._payer.how == "NAME_WITHIN":
            return MatchPlan(
                ReceiptState.UNIDENTIFIED, why, asked_because=why, customer_candidates=payers[:10]
            )
        if len(payers) > 1:
            return MatchPlan(
                ReceiptState.UNIDENTIFIED,
                "PAYER_AMBIGUOUS",
                asked_because="PAYER_AMBIGUOUS",
                customer_candidates=payers[:10],
            )
        score = score_match(self._policy, reference=ZERO, amount=ZERO, payer=_ONE).score
        return MatchPlan(
            ReceiptState.UNAPPLIED,
            why,
            payers[0],
            score=score,
            asked_because=why,
            alternatives=list_refused(self._receipt, self._book, payers, (), why),
            tried=sums.tried if sums else 0,
            gave_up=bool(sums and sums.gave_up),
        )


def _find_pairs_and_triples(items: Sequence[OpenItem], amount: Decimal) -> list[tuple[OpenItem, ...]]:
    """Find the sets of two or three items that are the amount as one item is: then it is not clear which are meant."""
    if len(items) > _PAIRED_AT_MOST:
        return []
    units = [to_minor_units(item.open_amount, item.currency) for item in items]
    target = to_minor_units(amount, items[0].currency)
    places: dict[int, list[int]] = {}
    found: list[tuple[OpenItem, ...]] = []
    for third, last in enumerate(units):
        found += [(items[first], items[third]) for first in places.get(target - last, ())]
        rest = target - last
        for second in range(third):
            if rest - units[second] in places:
                found += [
                    (items[first], items[second], items[third])
                    for first in places[rest - units[second]]
                    if first < second
                ]
        places.setdefault(last, []).append(third)
    return found[:_SOLUTIONS_SHOWN]


def _is_contested(item: OpenItem) -> bool:
    """Tell whether all that is open of an item is contested: nobody pays it among others without a word."""
    return 0 < item.open_amount <= item.disputed_amount


def _without_set_off(items: Sequence[OpenItem]) -> list[OpenItem]:
    """Leave out invoices and credit notes of one amount in pairs: they set each other off, in no sum of a payment."""
    unpaired: dict[tuple[int, Decimal], list[OpenItem]] = {}
    gone: set[int] = set()
    for item in items:
        waiting = unpaired.get((item.customer_id, -item.open_amount))
        if waiting:
            gone |= {item.id, waiting.pop().id}
        else:
            unpaired.setdefault((item.customer_id, item.open_amount), []).append(item)
    return [item for item in items if item.id not in gone]
