"""Claims given up and recovered, and the provision for losses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from acquit.receivables.operations import (
    LossFacts,
    approve_provision,
    approve_write_off,
    assess_customer,
    post_provision,
    propose_provision,
    record_recovery,
    refuse_write_off,
    request_write_off,
    reverse_provision,
    reverse_write_off,
)
from tests.builders import SYSTEM
from tests.stress.acts import (
    DAY,
    PICK,
    WHO,
    Acts,
    ProvisionFacts,
    WriteOffFacts,
    part_of,
)
from tests.stress.values import UNAPPLIED, ZERO


class LossesActs(Acts):
    """Claims given up and recovered, and the provision for losses."""

    @precondition(lambda m: m.owed())
    @rule(pick=PICK, day=DAY, person=st.integers(0, 3))
    def ask_write_off(self, pick: int, day: date, person: int) -> None:
        """Ask to give a claim up; a small one is given up at once."""
        item = self.pick(self.owed(), pick)
        if item is None:
            return
        needed = (item.book > 100) + (item.book > 10000)
        is_waiting = any(w.item is item and w.state == "REQUESTED" for w in self.write_offs)
        on = max(day, item.posting_date)
        found = self.driver.attempt(
            lambda: request_write_off(
                actor=self.driver.persons[person],
                item_id=item.id or 0,
                facts=LossFacts(Decimal(19), day),
                reason="LOST",
                on_date=day,
            ),
            is_possible=not is_waiting and (needed > 0 or self.takes(item.company, on)),
        )
        if found is None:
            return
        facts = WriteOffFacts(found.id, item, needed)
        facts.asked_by = person
        self.write_offs.append(facts)
        if needed == 0:
            self._give_up(facts, on)
        self.done()

    @precondition(lambda m: m.write_offs)
    @rule(pick=PICK, day=DAY, person=st.integers(0, 3))
    def approve_write_off(self, pick: int, day: date, person: int) -> None:
        """Say yes to a write-off."""
        facts = self.pick(self.write_offs, pick)
        if facts is None:
            return
        on = max(day, facts.item.posting_date)
        posts = len(facts.said) + 1 >= facts.needed
        is_possible = (
            facts.state == "REQUESTED"
            and person not in {facts.asked_by, *facts.said}
            and facts.item.amount == facts.amount
            and (not posts or self.takes(facts.item.company, on))
        )
        done = self.driver.attempt(
            lambda: approve_write_off(actor=self.driver.persons[person], write_off_id=facts.id, on_date=day),
            is_possible=is_possible,
        )
        if done is not None:
            facts.said.add(person)
            if posts:
                self._give_up(facts, on)
            self.done()

    def _give_up(self, facts: WriteOffFacts, on: date) -> None:
        facts.state = "POSTED"
        facts.credit, facts.clearing, facts.entry = self.books.write_off(facts.item, on)

    @precondition(lambda m: m.write_offs)
    @rule(pick=PICK, day=DAY)
    def refuse_write_off(self, pick: int, day: date) -> None:
        """Say no to a write-off."""
        facts = self.pick(self.write_offs, pick)
        if facts is None:
            return
        done = self.driver.attempt(
            lambda: (
                refuse_write_off(
                    actor=self.driver.persons[0], write_off_id=facts.id, reason="NO", on_date=day
                ),
                True,
            ),
            is_possible=facts.state == "REQUESTED",
        )
        if done is not None:
            facts.state = "REFUSED"
            self.done()

    @precondition(lambda m: m.write_offs)
    @rule(pick=PICK, day=DAY)
    def reverse_write_off(self, pick: int, day: date) -> None:
        """Put a claim back: open again with its amount and due day."""
        facts = self.pick(self.write_offs, pick)
        if facts is None:
            return
        company = facts.item.company
        on = max(day, facts.clearing.day) if facts.clearing else day
        done = self.driver.attempt(
            lambda: (
                reverse_write_off(
                    actor=self.driver.persons[0], write_off_id=facts.id, reason="PAYS", on_date=day
                ),
                True,
            ),
            is_possible=facts.state == "POSTED" and facts.recovered == 0 and self.takes(company, on),
        )
        if done is None or facts.clearing is None or facts.credit is None:
            return
        self.books.unclear(facts.clearing, on)
        self.books.take_back_lines(company, on, facts.item.currency, facts.entry)
        self.books.mirror(facts.credit, on)
        facts.state = "REVERSED"
        self.done()

    @precondition(lambda m: m.cash() and any(w.state == "POSTED" for w in m.write_offs))
    @rule(pick=PICK, cash=PICK, share=st.integers(1, 7), day=DAY)
    def recover(self, pick: int, cash: int, share: int, day: date) -> None:
        """Take money as paid on a claim that was given up."""
        facts = self.pick([w for w in self.write_offs if w.state == "POSTED"], pick)
        if facts is None:
            return
        paid = self.pick(self.open(sign=-1, like=facts.item) or self.cash(), cash)
        if paid is None:
            return
        missing = facts.amount - facts.recovered
        amount = part_of(min(missing, -paid.amount) or missing, facts.item.currency, share)
        on = max(day, paid.posting_date)
        is_possible = (
            (paid.customer, paid.currency) == (facts.item.customer, facts.item.currency)
            and paid.kind in UNAPPLIED
            and amount <= missing
            and amount <= -paid.amount
            and self.takes(paid.company, on)
        )
        done = self.driver.attempt(
            lambda: record_recovery(
                actor=SYSTEM,
                write_off_id=facts.id,
                payment_item_id=paid.id or 0,
                amount=amount,
                on_date=day,
            ),
            is_possible=is_possible,
        )
        if done is None:
            return
        rate = Fraction(paid.book) / Fraction(paid.amount)
        item = self.books.add(paid.company, paid.customer, "RECOVERY", paid.currency, amount, on, on)
        lines = [("UNAPPLIED_CASH", amount, item), ("BAD_DEBT", -amount, None)]
        self.books.post(paid.company, on, paid.currency, lines, rate)
        self.books.clear(paid.company, on, [(paid, item, amount)], "RECOVERY")
        facts.recovered += amount
        self.done()

    @rule(who=WHO, day=DAY, rate=st.sampled_from(["5", "33.3", "100"]))
    def propose_provision(self, who: int, day: date, rate: str) -> None:
        """Compute the expected loss of a day."""
        company = self.company(who)
        assess_customer(
            actor=SYSTEM,
            company_id=company,
            customer_id=self.customer(who),
            valid_from=day,
            reason="STRESS",
            loss_rate=Decimal(rate),
        )
        self.driver.compare()
        run = self.driver.attempt(
            lambda: propose_provision(actor=self.driver.persons[0], company_id=company, as_of=day),
            is_possible=True,
        )
        assert run is not None
        change = run.charge_amount - run.released_amount
        booked = self._allowance(company, day)
        assert booked + change == run.closing_amount
        # The same day proposed again is the same run, as long as nothing moved.
        if run.id not in {known.id for known in self.provisions}:
            self.provisions.append(ProvisionFacts(run.id, company, day, change, run.closing_amount))
        self.done()

    @precondition(lambda m: m.provisions)
    @rule(pick=PICK, person=st.integers(0, 1))
    def post_provision(self, pick: int, person: int) -> None:
        """Approve a provision by a second person, and post it unless the allowance, or what is owed, moved."""
        run = self.pick(self.provisions, pick)
        if run is None:
            return
        if run.state == "PROPOSED":
            done = self.driver.attempt(
                lambda: (approve_provision(actor=self.driver.persons[person], run_id=run.id), True),
                is_possible=person == 1,
            )
            if done is None:
                return
            run.state = "APPROVED"
            self.done()
        is_possible = (
            run.state == "APPROVED"
            and self._allowance(run.company, run.day) + run.change == run.closing
            and (run.change == 0 or self.takes(run.company, run.day))
        )
        done = self.driver.attempt(
            lambda: (post_provision(actor=self.driver.persons[1], run_id=run.id), True),
            # What is owed may have moved too, which the model does not weigh: then it may be refused.
            is_possible=None if is_possible else False,
        )
        if done is None:
            return
        run.state = "POSTED"
        if run.change:
            lines = [("BAD_DEBT", run.change, None), ("LOSS_ALLOWANCE", -run.change, None)]
            run.lines = self.books.post(run.company, run.day, self.books.companies[run.company], lines)
        self.done()

    @precondition(lambda m: m.provisions)
    @rule(pick=PICK, day=DAY)
    def reverse_provision(self, pick: int, day: date) -> None:
        """Take a provision back."""
        run = self.pick(self.provisions, pick)
        if run is None:
            return
        on = max(day, run.day)
        is_possible = run.state == "POSTED" and (run.lines is None or self.takes(run.company, on))
        done = self.driver.attempt(
            lambda: (reverse_provision(actor=self.driver.persons[1], run_id=run.id, on_date=day), True),
            is_possible=is_possible,
        )
        if done is not None:
            if run.lines is not None:
                self.books.take_back_lines(run.company, on, self.books.companies[run.company], run.lines)
            run.state = "REVERSED"
            self.done()

    def _allowance(self, company: int, day: date) -> Decimal:
        return -sum(
            (
                b
                for c, on, r, _, _, b in self.books.journal
                if c == company and r == "LOSS_ALLOWANCE" and on <= day
            ),
            ZERO,
        )
