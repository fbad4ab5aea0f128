"""From what a receipt pays to the plan that says so: whose money it is, why a person is asked, what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from acquit.cash.rules.asking import find_reason_to_ask, weigh_amount
from acquit.cash.rules.choosing import Choice, Chooser
from acquit.cash.rules.evidence import list_parts, list_refused, score_match
from acquit.cash.rules.question import Question
from acquit.cash.rules.receipts import MatchPlan, NamedDocument, OpenItem, ReasonToAsk, ReceiptState
from acquit.core.money import ZERO
from acquit.receivables.rules.items import UNAPPLIED_KINDS

_ONE = Decimal(1)


class ChoicePlanner:
    """One receipt's plans by what was chosen for it."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._receipt = question.receipt
        self._payer = question.payer
        self._named = question.named
        self._book = question.book
        self._policy = question.policy
        self._family = question.family

    def open_items(self, documents: Sequence[NamedDocument]) -> list[OpenItem]:
        """Give the items of documents that are open in the receipt's currency; money not applied is not among them."""
        found = (self._book.items.get(document.item_id or 0) for document in documents)
        return [
            item
            for item in found
            if item is not None
            and item.currency == self._receipt.currency
            and item.kind not in UNAPPLIED_KINDS
        ]

    def plan_choice(
        self, chooser: Chooser, choice: Choice, cleared_amount: Decimal | None = None
    ) -> MatchPlan:
        """Plan by a choice. `cleared_amount`: the sum of documents named beside that are not open any more."""
        asked: ReasonToAsk = ""
        if self._is_maybe_cancelled(choice):
            asked = "MAYBE_CANCELLED"
            choice = self._choose_instead(chooser, choice) or choice
        customers = tuple(dict.fromkeys(item.customer_id for item in choice.items))
        relation = self.relation_to(customers)
        placing = choice.placing
        confidence = score_match(
            self._policy,
            reference=choice.reference,
            amount=weigh_amount(self._question, choice),
            payer=_ONE if relation == "AGREES" else ZERO,
        )
        asked = asked or find_reason_to_ask(
            self._question, choice, relation, customers, confidence, cleared_amount
        )
        owner = self.paying_customer(customers)
        fact = ("NUMBERS_NAMED", f"{len(choice.items)}")
        if choice.grade == "SIMILAR_NUMBER":
            fact = ("NUMBER_SIMILAR", f"{choice.reference:.2f}")
        return MatchPlan(
            state=ReceiptState.PROPOSED if asked else ReceiptState.AUTO,
            rule=choice.grade,
            customer_id=owner,
            applied=placing.applied,
            differences=placing.differences,
            score=confidence.score,
            parts=list_parts(self._policy, confidence, fact, placing, self._payer, relation),
            asked_because=asked,
            alternatives=list_refused(self._receipt, self._book, (owner,), choice.items, "TEXT_NAMES_OTHERS"),
            marks=(*self._named.marks, *choice.marks),
        )

    def _is_maybe_cancelled(self, choice: Choice) -> bool:
        """Tell whether an item chosen has an open credit note of its whole amount that the text does not name."""
        chosen = {item.id for item in choice.items}
        return any(self._question.find_cancelling(item, chosen) for item in choice.items)

    def _choose_instead(self, chooser: Chooser, choice: Choice) -> Choice | None:
        """Choose the other invoice of this amount that stands for a cancelled one, where there is but one."""
        if len(choice.items) != 1:
            return None
        [cancelled] = choice.items
        family = self._family or (cancelled.customer_id,)
        amount = cancelled.open_amount
        others = [
            item
            for item in self._book.open_items_between(family, cancelled.currency, amount, amount)
            if item.id != cancelled.id and not self._question.find_cancelling(item, set())
        ]
        # Both would look cancelled where one credit note covers either: the later invoice is the new one.
        others = others or [
            item
            for item in self._book.open_items_between(family, cancelled.currency, amount, amount)
            if item.id != cancelled.id and item.posting_date > cancelled.posting_date
        ]
        if len(others) != 1:
            return None
        return choice._replace(items=tuple(others), placing=chooser.place(others))

    def paying_customer(self, customers: Sequence[int]) -> int:
        """Give whose money it is: the payer's when it may pay for these customers, else the first item's customer's."""
        for payer_id in self._payer.customer_ids:
            if all(self._book.payers.is_related(payer_id, customer) for customer in customers):
                return payer_id
        return customers[0]

    def relation_to(self, customers: Sequence[int]) -> str:
        """Tell whether the known payer speaks for the items' customers, against them, or nobody is known."""
        if not self._payer.customer_ids:
            return "UNKNOWN"
        agrees = self._book.payers.is_related_to_all(self._payer, customers)
        return "AGREES" if agrees else "CONTRADICTS"
