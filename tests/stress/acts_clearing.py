"""Clearing, taking it back, and carrying open amounts on."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from acquit.receivables.operations import (
    CarriedPart,
    accelerate_instalments,
    carry_deduction,
    clear_items,
    leave_residual,
    split_into_instalments,
    unclear_items,
)
from acquit.receivables.rules.clearing import ClearingDraft, PairDraft
from tests.builders import SYSTEM
from tests.stress.acts import (
    DAY,
    PICK,
    TAKEN_BACK_ALONE,
    Acts,
    part_of,
)
from tests.stress.values import ZERO


class ClearingActs(Acts):
    """Clearing, taking it back, and carrying open amounts on."""

    @precondition(lambda m: m.open(sign=-1) and m.open(sign=1))
    @rule(credit=PICK, debit=PICK, other=PICK, share=st.integers(1, 7), day=DAY)
    def clear(self, credit: int, debit: int, other: int, share: int, day: date) -> None:
        """Clear what a credit gives, or a part of it, against one debit or two; a seventh sixth is too much."""
        gives = self.pick(self.open(sign=-1), credit)
        if gives is None:
            return
        candidates = self.open(sign=1, like=gives) or self.open(sign=1)
        asks = self.pick(candidates, debit)
        if asks is None:
            return
        amount = part_of(min(-gives.amount, asks.amount), gives.currency, share)
        pairs = [(gives, asks, amount)]
        more = self.pick([i for i in self.open(sign=1, like=gives) if i is not asks], other)
        if more is not None and other % 2:
            pairs.append((gives, more, part_of(more.amount, gives.currency, 2)))
        used = sum((a for _, _, a in pairs), ZERO)
        on = max([day, gives.posting_date, *(d.posting_date for _, d, _ in pairs)])
        is_possible = (
            (gives.customer, gives.currency) == (asks.customer, asks.currency)
            and used <= -gives.amount
            and all(a <= d.amount for _, d, a in pairs)
            and self.takes(gives.company, on)
        )
        draft = ClearingDraft(
            gives.company, day, tuple(PairDraft(c.id or 0, d.id or 0, a) for c, d, a in pairs)
        )
        done = self.driver.attempt(lambda: clear_items(actor=SYSTEM, drafts=[draft]), is_possible=is_possible)
        if done is not None:
            self.books.clear(gives.company, on, pairs)
            self.done()

    @precondition(lambda m: any(c.reason in TAKEN_BACK_ALONE for c in m.books.clearings))
    @rule(pick=PICK, day=DAY)
    def unclear(self, pick: int, day: date) -> None:
        """Take a clearing back: amounts and due days stand as before."""
        clearing = self.pick([c for c in self.books.clearings if c.reason in TAKEN_BACK_ALONE], pick)
        if clearing is None:
            return
        on = max(day, clearing.day)
        is_possible = not clearing.is_taken_back and self.takes(clearing.company, on)
        before = {
            item.id: (item.amount, item.book, item.due_date) for edge in clearing.edges for item in edge[:2]
        }
        done = self.driver.attempt(
            lambda: unclear_items(
                actor=SYSTEM, clearing_ids=[clearing.id or 0], effective_date=day, reason="STRESS"
            ),
            is_possible=is_possible,
        )
        if done is not None:
            self.books.unclear(clearing, day)
            assert before
            self.done()

    @precondition(lambda m: m.has_pair())
    @rule(credit=PICK, debit=PICK, share=st.integers(1, 6), day=DAY)
    def clear_and_unclear(self, credit: int, debit: int, share: int, day: date) -> None:
        """Clear and take back at once: open amounts, book values and due days are what they were, to the last cent."""
        gives = self.pick(self.open(sign=-1), credit)
        asks = self.pick(self.open(sign=1, like=gives), debit) if gives else None
        if gives is None or asks is None:
            return
        before = [(item.amount, item.book, item.due_date) for item in (gives, asks)]
        amount = part_of(min(-gives.amount, asks.amount), gives.currency, share)
        on = max(day, gives.posting_date, asks.posting_date)
        draft = ClearingDraft(gives.company, day, (PairDraft(gives.id or 0, asks.id or 0, amount),))
        done = self.driver.attempt(
            lambda: clear_items(actor=SYSTEM, drafts=[draft]), is_possible=self.takes(gives.company, on)
        )
        if done is None:
            return
        clearing = self.books.clear(gives.company, on, [(gives, asks, amount)])
        self.done()
        self.driver.attempt(
            lambda: unclear_items(actor=SYSTEM, clearing_ids=done, effective_date=day, reason="STRESS"),
            is_possible=True,
        )
        self.books.unclear(clearing, day)
        assert [(item.amount, item.book, item.due_date) for item in (gives, asks)] == before
        self.done()

    @precondition(lambda m: m.has_pair())
    @rule(credit=PICK, debit=PICK, day=DAY)
    def leave_residual(self, credit: int, debit: int, day: date) -> None:
        """Clear an item whole with a payment that falls short; the rest becomes an item of its own."""
        gives = self.pick(self.open(sign=-1), credit)
        asks = self.pick([i for i in self.open(sign=1, like=gives) if i.is_owed], debit) if gives else None
        if gives is None or asks is None:
            return
        on = max(day, gives.posting_date, asks.posting_date)
        is_possible = -gives.amount < asks.amount and self.takes(gives.company, on)
        new_id = self.driver.attempt(
            lambda: leave_residual(
                actor=SYSTEM, payment_item_id=gives.id or 0, item_id=asks.id or 0, on_date=day
            ),
            is_possible=is_possible,
        )
        if new_id is None:
            return
        books, paid = self.books, -gives.amount
        rest = asks.amount - paid
        rate = Fraction(asks.book) / Fraction(asks.amount)
        counter = books.add(asks.company, asks.customer, "RESIDUAL", asks.currency, -rest, on, asks.due_date)
        new = books.add(asks.company, asks.customer, "RESIDUAL", asks.currency, rest, on, asks.due_date)
        books.post(
            asks.company,
            on,
            asks.currency,
            [("RECEIVABLES", -rest, counter), ("RECEIVABLES", rest, new)],
            rate,
        )
        books.clear(asks.company, on, [(gives, asks, paid)], "CARRIED")
        books.clear(asks.company, on, [(counter, asks, rest)], "CARRIED")
        self.done()

    @precondition(lambda m: m.owed())
    @rule(pick=PICK, share=st.integers(1, 7), day=DAY)
    def deduct(self, pick: int, share: int, day: date) -> None:
        """Set what a customer deducted apart."""
        item = self.pick(self.owed(), pick)
        if item is None:
            return
        amount = part_of(item.amount, item.currency, share)
        on = max(day, item.posting_date)
        done = self.driver.attempt(
            lambda: carry_deduction(
                actor=SYSTEM, item_id=item.id or 0, amount=amount, reason="DAMAGE", on_date=day
            ),
            is_possible=amount <= item.amount and self.takes(item.company, on),
        )
        if done is not None:
            self.books.carry(item, "DEDUCTION", [(amount, item.due_date)], on)
            self.done()

    @precondition(lambda m: m.owed())
    @rule(pick=PICK, number=st.integers(1, 3), day=DAY, is_wrong=st.integers(0, 5))
    def split(self, pick: int, number: int, day: date, is_wrong: int) -> None:
        """Put instalments in the place of an item."""
        item = self.pick(self.owed(), pick)
        if item is None:
            return
        each = part_of(item.amount, item.currency, 1)
        amounts = [each] * (number - 1)
        last = item.amount - sum(amounts, ZERO)
        if last <= 0:
            return
        amounts.append(last + (each if is_wrong == 5 else ZERO))
        on = max(day, item.posting_date)
        dues = [on + timedelta(days=30 * n) for n in range(number)]
        done = self.driver.attempt(
            lambda: split_into_instalments(
                actor=SYSTEM,
                item_id=item.id or 0,
                parts=[CarriedPart(a, d) for a, d in zip(amounts, dues, strict=True)],
                on_date=day,
            ),
            is_possible=is_wrong != 5 and self.takes(item.company, on),
        )
        if done is not None:
            parts = self.books.carry(item, "INSTALMENT", list(zip(amounts, dues, strict=True)), on)
            self.plans.append((item, parts))
            self.done()

    @precondition(lambda m: m.plans)
    @rule(pick=PICK, day=DAY, least=st.integers(0, 2))
    def accelerate(self, pick: int, day: date, least: int) -> None:
        """Make what is left of a plan due at once when enough of it was missed."""
        original, parts = self.plans[pick % len(self.plans)]
        missed = [part for part in parts if part.amount and part.due_date < day]
        coming = [part for part in parts if part.amount and part.due_date >= day]
        on = max([day, *(part.posting_date for part in coming)])
        is_due = len(missed) >= least and bool(coming)
        done = self.driver.attempt(
            lambda: (
                accelerate_instalments(
                    actor=SYSTEM, item_id=original.id or 0, on_date=day, missed_at_least=least
                ),
            ),
            is_possible=not is_due or self.takes(original.company, on),
        )
        if done is None:
            return
        rest = sum((part.amount for part in coming), ZERO)
        assert (done[0] is not None) == is_due
        if done[0] is not None:
            assert done[0][1] == rest + sum((part.amount for part in missed), ZERO)
            self.books.accelerate(coming, on)
        self.done()
