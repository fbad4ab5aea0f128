"""What a clerk does with a receipt, and its undoing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from acquit.cash.operations import (
    apply_receipt,
    confirm_receipt,
    keep_on_account,
    reopen_returned,
    undo_receipt,
)
from acquit.cash.queries import get_receipt
from acquit.cash.rules.proofs import read_proposal
from acquit.cash.rules.receipts import Applied as Part
from acquit.cash.rules.receipts import Difference, DifferenceKind
from acquit.controls.queries import get_decision
from tests.builders import SYSTEM
from tests.stress.acts import (
    DAY,
    PICK,
    WHO,
    Acts,
    part_of,
)
from tests.stress.driver import NOON, Receipt
from tests.stress.values import ZERO, Item


class ReceiptsActs(Acts):
    """What a clerk does with a receipt, and its undoing."""

    @precondition(lambda m: m.driver.receipts and m.owed())
    @rule(
        pick=PICK, first=PICK, second=PICK, share=st.integers(1, 7), day=DAY,
        kind=st.sampled_from([None, None, "TOLERANCE", "DISCOUNT", "BANK_FEE", "DEDUCTION"]),
    )  # fmt: skip
    def apply(self, pick: int, first: int, second: int, share: int, day: date, kind: str | None) -> None:
        """Apply a receipt to one item or two of a customer, with a difference."""
        receipt = self.pick(self.driver.receipts, pick)
        if receipt is None or receipt.money.original >= 0:
            return
        source = receipt.money
        same = [i for i in self.owed() if (i.company, i.currency) == (source.company, source.currency)]
        item = self.pick(same, first)
        if item is None:
            return
        left = abs(source.amount)
        amount = part_of(min(left, item.amount) or item.amount, item.currency, share)
        parts = [(item, amount)]
        other = self.pick([i for i in same if i.customer == item.customer and i is not item], second)
        if other is not None and second % 3 == 0:
            parts.append((other, part_of(other.amount, item.currency, 1)))
        differences = []
        if kind is not None:
            differences.append((kind, item, part_of(item.amount, item.currency, 1)))
        self._apply(receipt, parts, differences, day)

    @precondition(lambda m: any(r.state == "PROPOSED" for r in m.driver.receipts))
    @rule(pick=PICK, day=DAY)
    def confirm(self, pick: int, day: date) -> None:
        """Confirm what is proposed for a receipt."""
        receipt = self.pick([r for r in self.driver.receipts if r.state == "PROPOSED"], pick)
        if receipt is None:
            return
        applied, differences = read_proposal(get_decision(get_receipt(receipt.id).decision_id or 0).proof)
        by_id = {item.id: item for item in self.books.items}
        parts = [(by_id[part.item_id], part.amount) for part in applied]
        told = [(d.kind.value, by_id[d.item_id], d.amount) for d in differences if d.item_id is not None]

        def call() -> object:
            return confirm_receipt(actor=SYSTEM, receipt_id=receipt.id, business_date=day, decided_at=NOON)

        self._apply(receipt, parts, told, day, call)

    def _apply(
        self,
        receipt: Receipt,
        parts: list[tuple[Item, Decimal]],
        differences: list[tuple[str, Item, Decimal]],
        day: date,
        call: Callable[[], object] | None = None,
    ) -> None:
        def apply() -> object:
            return apply_receipt(
                actor=SYSTEM,
                receipt_id=receipt.id,
                applied=[Part(item.id or 0, amount) for item, amount in parts],
                differences=[Difference(DifferenceKind(k), i.id, a, "X") for k, i, a in differences],
                business_date=day,
                decided_at=NOON,
            )

        source = receipt.money
        cash = sum((amount for _, amount in parts), ZERO)
        cleared: dict[Item, Decimal] = {}
        for item, amount in [*parts, *((i, a) for _, i, a in differences)]:
            cleared[item] = cleared.get(item, ZERO) + amount
        on = max([day, source.posting_date, *(item.posting_date for item, _ in parts)])
        is_possible = (
            bool(parts)
            and receipt.state not in {"IGNORED", "RETURNED"}
            and source.amount < 0
            and 0 < cash <= -source.amount
            and all(
                abs(amount) <= abs(item.amount) and amount * item.amount > 0
                for item, amount in cleared.items()
            )
            and self.takes(source.company, on)
        )
        if self.driver.attempt(call or apply, is_possible=is_possible) is None:
            return
        first = parts[0][0].customer
        owner = receipt.customer
        if owner is None or owner not in {item.customer for item, _ in parts}:
            owner = first
        receipt.decide("CONFIRMED", owner, self.books.apply(source, parts, differences, day, owner))
        self.done()

    @precondition(lambda m: m.driver.receipts)
    @rule(pick=PICK, who=WHO, day=DAY)
    def keep(self, pick: int, who: int, day: date) -> None:
        """Keep a receipt for a customer: the transfer of money from one to another."""
        receipt = self.pick(self.driver.receipts, pick)
        if receipt is None:
            return
        customer = self.customer(who)
        source = receipt.money
        on = max(day, source.posting_date)
        is_possible = (
            receipt.company == self.company(who)
            and receipt.state in {"PROPOSED", "UNAPPLIED", "UNIDENTIFIED", "RETURNED"}
            and source.amount != 0
            and (source.customer == customer or self.takes(receipt.company, on))
        )
        done = self.driver.attempt(
            lambda: keep_on_account(
                actor=SYSTEM, receipt_id=receipt.id, customer_id=customer, business_date=day, decided_at=NOON
            ),
            is_possible=is_possible,
        )
        if done is not None:
            receipt.decide("ON_ACCOUNT", customer, self.books.keep(source, customer, day))
            self.done()

    @precondition(lambda m: any(r.decisions for r in m.driver.receipts))
    @rule(pick=PICK, day=DAY)
    def undo(self, pick: int, day: date) -> None:
        """Undo what was decided about a receipt: everything stands as before."""
        receipt = self.pick([r for r in self.driver.receipts if r.decisions], pick)
        if receipt is None:
            return
        *earlier, (state, customer, source, applied) = receipt.decisions
        on = max([day, *(clearing.day for clearing in applied.clearings)])
        given_back: dict[Item, Decimal] = {}
        for clearing in applied.clearings:
            for credit, debit, amount, _, _ in clearing.edges:
                given_back[credit] = given_back.get(credit, ZERO) - amount
                given_back[debit] = given_back.get(debit, ZERO) + amount
        is_untouched = all(item.amount + given_back.get(item, ZERO) == item.original for item in applied.made)
        is_possible = is_untouched and (not applied.clearings or self.takes(receipt.company, on))
        before = {
            item: (item.amount, item.book, item.due_date) for item in given_back if item not in applied.made
        }
        done = self.driver.attempt(
            lambda: undo_receipt(
                actor=SYSTEM, receipt_id=receipt.id, business_date=day, decided_at=NOON, reason="STRESS"
            ),
            is_possible=is_possible,
        )
        if done is None:
            return
        self.books.undo(applied, day)
        for item, (amount, _, due) in before.items():
            assert (item.amount, item.due_date) == (amount + given_back[item], due)
        receipt.decisions = earlier
        receipt.state, receipt.customer, receipt.money = state, customer, source
        view = get_receipt(receipt.id)
        assert (view.state, view.customer_id) == (state, customer)
        self.done()

    @precondition(lambda m: any(r.state == "RETURNED" for r in m.driver.receipts))
    @rule(pick=PICK, original=PICK, day=DAY)
    def reopen(self, pick: int, original: int, day: date) -> None:
        """Settle money that came back against a receipt nothing holds any more."""
        returned = self.pick([r for r in self.driver.receipts if r.state == "RETURNED"], pick)
        if returned is None:
            return
        others = [
            r
            for r in self.driver.receipts
            if r.company == returned.company
            and not r.decisions
            and r.money.original < 0
            and r.money.currency == returned.money.currency
        ]
        paid = self.pick(others, original)
        if paid is None:
            return
        on = max(day, returned.money.posting_date, paid.money.posting_date)
        fee = returned.money.amount + paid.money.original
        is_possible = (
            paid.money.amount == paid.money.original and fee >= 0 and self.takes(returned.company, on)
        )
        done = self.driver.attempt(
            lambda: reopen_returned(
                actor=SYSTEM,
                receipt_id=returned.id,
                original_receipt_id=paid.id,
                business_date=day,
                decided_at=NOON,
            ),
            is_possible=is_possible,
        )
        if done is None:
            return
        back = returned.money
        applied = self.books.keep(back, paid.money.customer, on)
        back = applied.money
        pairs = [(paid.money, back, -paid.money.amount)]
        if fee > 0:
            made = self.books.add(back.company, back.customer, "ADJUSTMENT", back.currency, -fee, on, on)
            lines = [("RECEIVABLES", -fee, made), ("BANK_CHARGES", fee, None)]
            applied.entries.append((back.currency, self.books.post(back.company, on, back.currency, lines)))
            applied.made.append(made)
            pairs.append((made, back, fee))
        applied.clearings.append(self.books.clear(back.company, on, pairs, "RECEIPT"))
        # Neither is undone here: a return that is undone applies its original again, and that is another act.
        self.driver.receipts.remove(returned)
        self.driver.receipts.remove(paid)
        self.done()
