"""The matching cascade: the first step that places a receipt decides, and says what it refused (handbook section 6).

1. A structured reference or a document number in the text, with the amount explained: posts alone.
2. A known payer, and order numbers, running parts or a number with a slip that explain the amount among its items.
3. A known payer and one open item of exactly this amount, or one set of items: proposes; posts alone only where the
   customer agreed to matching by amount, and only where no accident explains the sum.
4. A known payer and nothing that fits: kept for the customer. Nobody known: kept as unidentified.
Money that a careful person could not place from what is known is never posted by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from acquit.cash.rules.advised import Advised, place_advised
from acquit.cash.rules.asking import find_reason_to_ask
from acquit.cash.rules.choice_plans import ChoicePlanner
from acquit.cash.rules.choosing import NUMBER_PART_LIKENESS, Choice, Chooser
from acquit.cash.rules.evidence import ALTERNATIVES_AT_MOST, list_parts, score_match
from acquit.cash.rules.foreign_money import place_exchanged
from acquit.cash.rules.match_book import MatchBook
from acquit.cash.rules.matching_by_amount import plan_by_amount
from acquit.cash.rules.own_money import is_own_money
from acquit.cash.rules.placing import Placing
from acquit.cash.rules.question import Question
from acquit.cash.rules.receipts import (
    BY_AMOUNT,
    Alternative,
    Applied,
    DifferenceKind,
    Mark,
    MatchPlan,
    NamedDocument,
    OpenItem,
    OrderFact,
    ReasonToAsk,
    ReceiptFact,
    ReceiptState,
)
from acquit.cash.rules.remittance_text import Remittance, read_remittance
from acquit.cash.rules.returns import is_money_back, plan_money_back
from acquit.cash.rules.wording import Wording, read_wording
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.money import ZERO, percent_of
from acquit.receivables.rules.items import UNAPPLIED_KINDS

_ONE = Decimal(1)
_WORD = re.compile(r"[^\W_]+(?:[-/.][^\W_]+)*")


def plan_match(
    receipt: ReceiptFact,
    book: MatchBook,
    policy: MatchingPolicy,
    give_up: Callable[[], bool],
    told: Remittance | None = None,
) -> MatchPlan:
    """Plan where a receipt's money goes. `give_up` bounds the search for sums; the plan says when it was used up.

    `told` is `read_remittance(receipt)`, where the caller has read it already.
    """
    if receipt.amount == 0:
        return MatchPlan(ReceiptState.IGNORED, "NOTHING_MOVED")
    policy = policy.in_currency(receipt.currency)
    told = told or read_remittance(receipt)
    named = book.find_named(told, receipt.text)
    # What names a document is not the customer's number too, nor is a part of it.
    free = told.leave_out(token for token, _ in named.numbered)
    payer = book.payers.find_payer(receipt, free)
    if is_money_back(receipt, policy):
        return plan_money_back(receipt, named, payer, book, policy)
    if receipt.amount < 0:
        return MatchPlan(ReceiptState.IGNORED, "OUTGOING")
    if not named.documents and is_own_money(receipt, payer, book.payers, policy):
        return MatchPlan(ReceiptState.IGNORED, "OWN_MONEY")
    family = book.payers.family_of(payer.customer_ids)
    customers = family or tuple(document.customer_id for document in named.documents)
    wording = _with_code(read_wording(receipt.text, policy), receipt.text, customers, book)
    return _Match(Question(receipt, told, wording, payer, named, family, book, policy)).plan(give_up)


def _with_code(wording: Wording, text: str, customers: Sequence[int], book: MatchBook) -> Wording:
    """Let the customer's own code for a deduction, where the text has one we know, say why."""
    if not book.has_deduction_codes(customers):
        return wording
    for word in _WORD.findall(text.upper()):
        for customer_id in customers:
            reason = book.find_deduction_code(customer_id, word)
            if reason:
                return wording._replace(deduction_reason=reason)
    return wording


class _Match(ChoicePlanner):
    """One receipt's way through the cascade."""

    def plan(self, give_up: Callable[[], bool]) -> MatchPlan:
        """Go through the steps."""
        advised = place_advised(self._question)
        if advised is not None and (advised.is_by_reference or not self._names_others(advised)):
            return self._plan_advised(advised)
        own, others = self._split_named()
        items = self.open_items(own)
        if items:
            plan = self._plan_named(own, items)
            if plan is not None:
                return plan
        if own and not items:
            return self._plan_exchanged(own) or self._plan_cleared(own, give_up)
        if not self._named.documents and self._named.doubtful:
            doubtful = self._plan_doubtful()
            if doubtful is not None:
                return doubtful
        ahead = self._plan_ahead()
        if ahead is not None:
            return ahead
        foreign = self.open_items(others)
        if foreign:
            return self._plan_foreign(others, foreign, give_up)
        plan = self._plan_by_payer(give_up)
        return _asked(plan, "PAYER_IS_ANOTHER") if others and plan.rule in BY_AMOUNT else plan

    def _plan_doubtful(self) -> MatchPlan | None:
        """Plan by numbers that stand as dates or amounts, where they are paid to the cent."""
        sure = _Match(self._question._replace(named=self._named.with_doubtful))
        own, _ = sure._split_named()
        items = sure.open_items(own)
        if not items or sum((item.open_amount for item in items), ZERO) != self._receipt.amount:
            return None
        return sure._plan_named(own, items)

    def _names_others(self, advised: Advised) -> bool:
        """Tell whether the text names open items that are not the advice's: its total is then another's by chance."""
        known = {item.id for item in advised.items}
        return any(item.id not in known for item in self.open_items(self._named.documents))

    def _split_named(self) -> tuple[list[NamedDocument], list[NamedDocument]]:
        """Tell documents of customers this payer may pay for from strangers'; with nobody known, all are its own."""
        own: list[NamedDocument] = []
        others: list[NamedDocument] = []
        for document in self._named.documents:
            is_own = not self._payer.customer_ids or self._book.payers.is_related_to_all(
                self._payer, (document.customer_id,)
            )
            (own if is_own else others).append(document)
        return own, others

    def _plan_named(self, documents: Sequence[NamedDocument], items: Sequence[OpenItem]) -> MatchPlan | None:
        """Plan by documents named whole that are open, together with what else the text names of these customers."""
        customers = tuple(dict.fromkeys(item.customer_id for item in items))
        used, grade = self._named.tokens_of(documents), self._question.grade
        chooser = Chooser(self._question, customers)
        choice = chooser.choose_exact(items, grade)
        if choice is None:
            near = Chooser(self._question, self._question.family_of(items))
            choice = (
                near.choose_range(items, grade, used)
                or near.choose_near(items, grade, used)
                or near.choose_netted(items, grade)
                or near.choose_more(items, grade)
                or near.choose_short(items, grade, used)
            )
        open_ids = {item.id for item in items}
        cleared = [document.gross_amount for document in documents if document.item_id not in open_ids]
        return (
            None
            if choice is None
            else self.plan_choice(chooser, choice, sum(cleared, ZERO) if cleared else None)
        )

    def _plan_advised(self, advised: Advised) -> MatchPlan:
        """Plan by a remittance advice (step 3): what all its lines name, where their sum is the receipt."""
        customers = tuple(dict.fromkeys(item.customer_id for item in advised.items))
        relation = self.relation_to(customers)
        asked = advised.asked_because
        if relation == "CONTRADICTS" and not advised.is_by_reference:
            asked = "PAYER_IS_ANOTHER"
        if not asked and "ADVICE" not in self._policy.posts_alone:
            asked = "NEARLY_NAMED"
        placing = Placing(advised.applied, advised.differences, is_explained=not asked)
        confidence = score_match(
            self._policy,
            reference=_ONE,
            amount=_ONE if not asked else ZERO,
            payer=_ONE if relation == "AGREES" else ZERO,
        )
        fact = ("LINES_ADVISED", f"{len(advised.items)}")
        return MatchPlan(
            state=ReceiptState.PROPOSED if asked else ReceiptState.AUTO,
            rule="ADVICE",
            customer_id=self.paying_customer(customers),
            applied=advised.applied,
            differences=advised.differences,
            score=confidence.score,
            parts=list_parts(self._policy, confidence, fact, placing, self._payer, relation),
            asked_because=asked,
            marks=self._named.marks,
            advice_id=advised.advice.id,
        )

    def _plan_foreign(
        self, documents: Sequence[NamedDocument], items: Sequence[OpenItem], give_up: Callable[[], bool]
    ) -> MatchPlan:
        """Plan where the text names strangers' open documents: they are paid for, or it is a slip, or chance."""
        chooser = Chooser(self._question, self._family)
        near = chooser.choose_near((), "", ())
        if near is not None:
            plan = self.plan_choice(chooser, near)
            return _asked(plan, "PAYER_IS_ANOTHER") if near.grade == "SIMILAR_NUMBER" else plan
        foreign = self._plan_named(documents, items)
        kinds = {difference.kind for difference in foreign.differences} if foreign else set()
        if foreign is not None and not kinds & {DifferenceKind.DEDUCTION, DifferenceKind.OVERPAYMENT}:
            return foreign
        by_payer = self._plan_by_payer(give_up)
        if by_payer.applied or foreign is None:
            return _asked(by_payer, "PAYER_IS_ANOTHER") if by_payer.rule in BY_AMOUNT else by_payer
        return foreign

    def _plan_exchanged(self, documents: Sequence[NamedDocument]) -> MatchPlan | None:
        """Plan where the documents named are open in another currency than the receipt's."""
        found = (self._book.items.get(document.item_id or 0) for document in documents)
        items = [item for item in found if item is not None and item.currency != self._receipt.currency]
        exchanged = place_exchanged(self._question, items) if items else None
        if exchanged is None:
            return _kept_for(items, self._named.marks) if items else None
        customers = tuple(dict.fromkeys(item.customer_id for item in items))
        relation = self.relation_to(customers)
        amount = _ONE if exchanged.is_explained else ZERO
        placing = Placing(exchanged.applied, exchanged.differences, is_explained=exchanged.is_explained)
        choice = Choice(tuple(items), self._question.grade, _ONE, placing._replace(is_certain=False))
        confidence = score_match(
            self._policy, reference=_ONE, amount=amount, payer=_ONE if relation == "AGREES" else ZERO
        )
        asked: ReasonToAsk = "OTHER_CURRENCY" if not exchanged.is_explained else ""
        asked = asked or find_reason_to_ask(self._question, choice, relation, customers, confidence, None)
        fact = ("NUMBERS_NAMED", f"{len(items)}")
        return MatchPlan(
            state=ReceiptState.PROPOSED if asked else ReceiptState.AUTO,
            rule=choice.grade,
            customer_id=self.paying_customer(customers),
            applied=exchanged.applied,
            differences=exchanged.differences,
            score=confidence.score,
            parts=list_parts(self._policy, confidence, fact, placing, self._payer, relation),
            asked_because=asked,
            marks=self._named.marks,
            exchange=exchanged.exchange,
        )

    def _plan_ahead(self) -> MatchPlan | None:
        """Plan where the text names an order: what is asked for ahead, or all of it, is kept for its customer."""
        orders = [order for order in self._book.find_orders(self._question.told) if self._may_order(order)]
        owners = {order.customer_id for order in orders}
        if len(owners) != 1 or self._is_owed():
            return None
        known = [
            (order.amount, order.prepayment_percent or ZERO) for order in orders if order.amount is not None
        ]
        asked = [percent_of(amount, percent, self._receipt.currency) for amount, percent in known]
        amounts = {amount for amount, _ in known} | {*asked, sum(asked, ZERO)}
        is_asked_for = self._receipt.amount in amounts or self._question.wording.is_on_account
        return MatchPlan(
            ReceiptState.ON_ACCOUNT if is_asked_for else ReceiptState.UNAPPLIED,
            "PREPAYMENT",
            owners.pop(),
            score=self._payer_score,
            asked_because="" if is_asked_for else "PREPAYMENT",
        )

    def _may_order(self, order: OrderFact) -> bool:
        payers = self._payer.customer_ids
        is_own = not payers or self._book.payers.is_related_to_all(self._payer, (order.customer_id,))
        return is_own and order.currency == self._receipt.currency

    def _plan_cleared(self, documents: Sequence[NamedDocument], give_up: Callable[[], bool]) -> MatchPlan:
        """Plan where all documents named are cleared: paid twice, or other items are meant; a person says which."""
        customers = tuple(dict.fromkeys(document.customer_id for document in documents))
        if self._payer.customer_ids and not self._repeats(documents):
            plan = self._plan_by_payer(give_up)
            if plan.applied:
                return _asked(plan, "NAMES_CLEARED")
        if len(self._payer.customer_ids) == 1:
            owner: int | None = self._payer.customer_ids[0]
        else:
            owner = customers[0] if len(customers) == 1 else None
        if self._payer.is_sure and self._repeats(documents) and not self._is_owed():
            return MatchPlan(
                ReceiptState.ON_ACCOUNT, "PAID_TWICE", owner, score=self._payer_score, marks=self._named.marks
            )
        return MatchPlan(
            ReceiptState.UNAPPLIED if owner is not None else ReceiptState.UNIDENTIFIED,
            "NAMES_CLEARED",
            owner,
            asked_because="NAMES_CLEARED",
            alternatives=tuple(
                Alternative("NAMED_DOCUMENT", "NOT_OPEN", (document.number,))
                for document in documents[:ALTERNATIVES_AT_MOST]
            ),
            marks=self._named.marks,
            customer_candidates=customers[:10],
        )

    def _is_owed(self) -> bool:
        """Tell whether an item of exactly this amount is open: then it may be meant."""
        amount, currency = self._receipt.amount, self._receipt.currency
        return bool(self._book.open_items_between(self._family, currency, amount, amount))

    @property
    def _payer_score(self) -> Decimal:
        return score_match(self._policy, reference=ZERO, amount=ZERO, payer=_ONE).score

    def _repeats(self, documents: Sequence[NamedDocument]) -> bool:
        """Tell whether the amount is that of the cleared documents: then they were paid twice."""
        total = sum((document.gross_amount for document in documents), ZERO)
        return self._receipt.amount == total or any(
            self._receipt.amount == document.gross_amount for document in documents
        )

    def _plan_by_payer(self, give_up: Callable[[], bool]) -> MatchPlan:
        if not self._payer.customer_ids:
            return self._plan_nearly_named() or MatchPlan(
                ReceiptState.UNIDENTIFIED, "NOBODY_KNOWN", asked_because="NOBODY_KNOWN"
            )
        chooser = Chooser(self._question, self._family)
        used = self._named.tokens_of(self._named.documents)
        near = chooser.choose_near((), "", used)
        by_amount = plan_by_amount(self._question, chooser, give_up)
        if by_amount.asked_because == "LOOKS_LIKE_DUPLICATE":
            return by_amount
        if near is not None:
            return self.plan_choice(chooser, near)
        short = None if by_amount.applied else chooser.choose_short((), "", used)
        return by_amount if short is None else self.plan_choice(chooser, short)

    def _plan_nearly_named(self) -> MatchPlan | None:
        """Plan where nobody is known and one open document of exactly the amount may be meant by a shortened number."""
        found = {
            item.id: (item, token)
            for token, document in self._book.find_nearly_named(self._question.told)
            if (item := self._book.items.get(document.item_id or 0)) is not None
            and item.currency == self._receipt.currency
            and item.open_amount == self._receipt.amount
            and item.kind not in UNAPPLIED_KINDS
        }
        if len(found) != 1:
            return None
        [(item, token)] = found.values()
        chooser = Chooser(self._question, (item.customer_id,))
        mark = Mark(token.start, token.end, "NUMBER_PART")
        return self.plan_choice(
            chooser, Choice((item,), "NUMBER_PART", NUMBER_PART_LIKENESS, chooser.place((item,)), (mark,))
        )


def _kept_for(items: Sequence[OpenItem], marks: tuple[Mark, ...]) -> MatchPlan:
    """Keep money for the customer whose items of another currency it names, where no rate says what it is worth."""
    customers = {item.customer_id for item in items}
    owner = customers.pop() if len(customers) == 1 else None
    state = ReceiptState.UNAPPLIED if owner is not None else ReceiptState.UNIDENTIFIED
    return MatchPlan(state, "OTHER_CURRENCY", owner, asked_because="OTHER_CURRENCY", marks=marks)


def _asked(plan: MatchPlan, why: ReasonToAsk) -> MatchPlan:
    """Let a person look at a plan that would post alone."""
    if plan.state is not ReceiptState.AUTO:
        return plan
    return plan._replace(state=ReceiptState.PROPOSED, asked_because=why)


def list_applied(plan: MatchPlan) -> tuple[Applied, ...]:
    """Give all items a plan touches with what clears on each: cash and differences together."""
    cleared: dict[int, Decimal] = {}
    for applied in plan.applied:
        cleared[applied.item_id] = cleared.get(applied.item_id, ZERO) + applied.amount
    for difference in plan.differences:
        if difference.item_id is not None and difference.kind is not DifferenceKind.DEDUCTION:
            cleared[difference.item_id] = cleared.get(difference.item_id, ZERO) + difference.amount
    return tuple(Applied(item_id, amount) for item_id, amount in cleared.items() if amount != 0)
