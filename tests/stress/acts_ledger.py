"""Entries by hand, recurring ones, revaluations, periods, and days gone by."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from acquit.insight.queries.close import list_foreign_items
from acquit.ledger.batch import post_accruals
from acquit.ledger.operations import (
    approve_recurring_entry,
    decide_manual_entry,
    decide_reopening,
    move_period,
    post_manual_entry,
    propose_entry,
    propose_recurring_entry,
    request_reopening,
    revalue_items,
    reverse_entries,
)
from acquit.ledger.queries import get_period_of, list_accounts
from acquit.ledger.rules.manual_entries import ManualLine
from acquit.ledger.rules.periods import PeriodStatus
from tests.stress.acts import (
    CURRENCY,
    DAY,
    LIMIT,
    PICK,
    UNITS,
    WHO,
    Acts,
    money,
)
from tests.stress.driver import NOON
from tests.stress.values import rounded


class LedgerActs(Acts):
    """Entries by hand, recurring ones, revaluations, periods, and days gone by."""

    @rule(
        who=WHO, currency=CURRENCY, units=UNITS, day=DAY, role=st.sampled_from(["ROUNDING", "DOWN_PAYMENTS"])
    )
    def enter_by_hand(self, who: int, currency: str, units: int, day: date, role: str) -> None:
        """Propose, approve and post an entry by hand; a control account refuses one."""
        company = self.company(who)
        amount = money(units, currency)
        codes = {account.role: account.code for account in list_accounts(company)}
        lines = [ManualLine(codes[role], amount), ManualLine(codes["BANK_CHARGES"], -amount)]
        entry = self.driver.attempt(
            lambda: propose_entry(
                actor=self.driver.persons[0],
                company_id=company,
                posting_date=day,
                currency=currency,
                lines=lines,
                text="stress",
            ),
            is_possible=role == "ROUNDING",
        )
        if entry is None:
            return
        self.done()
        own = self.books.companies[company]
        if rounded(Fraction(amount) * self.books.rate(currency, company, day), own) > LIMIT:
            decide_manual_entry(actor=self.driver.persons[1], manual_entry_id=entry, is_approved=True)
            self.driver.compare()
        posted = self.driver.attempt(
            lambda: post_manual_entry(actor=self.driver.persons[0], manual_entry_id=entry),
            is_possible=self.books.takes(company, day, is_closing=True),
        )
        if posted is not None:
            written = self.books.post(
                company, day, currency, [(role, amount, None), ("BANK_CHARGES", -amount, None)]
            )
            self.entries.append((posted, company, day, currency, written))
            self.done()

    @precondition(lambda m: m.entries)
    @rule(pick=PICK, day=DAY)
    def reverse_entry(self, pick: int, day: date) -> None:
        """Reverse an entry by hand; nobody does it twice."""
        entry = self.pick(self.entries, pick)
        if entry is None:
            return
        entry_id, company, posted, currency, lines = entry
        on = max(day, posted)
        done = self.driver.attempt(
            lambda: reverse_entries(
                actor=self.driver.persons[0],
                company_id=company,
                entry_ids=[entry_id],
                posting_date=day,
                reason="STRESS",
            ),
            is_possible=bool(lines) and self.books.takes(company, on, is_closing=True),
        )
        if done is not None:
            self.books.take_back_lines(company, on, currency, lines)
            self.entries[self.entries.index(entry)] = (entry_id, company, posted, currency, [])
            self.done()

    @rule(who=WHO, currency=CURRENCY, units=UNITS, is_reversed=st.booleans())
    def propose_recurring(self, who: int, currency: str, units: int, is_reversed: bool) -> None:
        """Propose an entry for every period's end, and approve it."""
        company = self.company(who)
        amount = money(units, currency)
        codes = {account.role: account.code for account in list_accounts(company)}
        found = self.driver.attempt(
            lambda: propose_recurring_entry(
                actor=self.driver.persons[0],
                company_id=company,
                name=self.name("R"),
                currency=currency,
                lines=[ManualLine(codes["ROUNDING"], amount), ManualLine(codes["BANK_CHARGES"], -amount)],
                valid_from=date(2026, 1, 1),
                is_reversed=is_reversed,
            ),
            is_possible=True,
        )
        assert found is not None
        approve_recurring_entry(actor=self.driver.persons[1], recurring_entry_id=found)
        self.recurring.append((found, company, currency, amount, is_reversed))
        self.done()

    @precondition(lambda m: m.recurring)
    @rule(who=WHO, month=st.integers(2, 6))
    def accrue(self, who: int, month: int) -> None:
        """Post the recurring entries of a period, each once."""
        company = self.company(who)
        period = get_period_of(company, date(2026, month, 1))
        assert period is not None
        last, following = date(2026, month + 1, 1) - timedelta(days=1), date(2026, month + 1, 1)
        takes = [self.books.takes(company, day, is_closing=True) for day in (last, following)]
        outcome = self.driver.attempt(
            lambda: post_accruals(
                actor=self.driver.persons[0], company_id=company, period_id=period.id, started_at=NOON
            ),
            is_possible=True,
        )
        assert outcome is not None
        refused = {recurring_id for recurring_id, _, _ in outcome.refused}
        for recurring_id, of, currency, amount, is_reversed in self.recurring:
            if of != company or (recurring_id, month) in self.accrued:
                continue
            is_possible = takes[0] and (takes[1] or not is_reversed)
            assert (recurring_id in refused) != is_possible
            if is_possible:
                self.accrued.add((recurring_id, month))
                lines = [("ROUNDING", amount, None), ("BANK_CHARGES", -amount, None)]
                written = self.books.post(company, last, currency, lines)
                if is_reversed:
                    self.books.take_back_lines(company, following, currency, written)
        self.done()

    @rule(who=WHO, day=DAY)
    def revalue(self, who: int, day: date) -> None:
        """Value what is open in other currencies at a day's rates, once or again."""
        company = self.company(who)
        following = day + timedelta(days=1)
        takes = all(self.books.takes(company, d, is_closing=True) for d in (day, following))

        def call() -> object:
            items = list_foreign_items(
                company_id=company, company_currency=self.books.companies[company], as_of=day
            )
            return revalue_items(actor=self.driver.persons[0], company_id=company, as_of=day, items=items)

        if self.driver.attempt(call, is_possible=True if takes else None) is not None:
            assert not self.books.revalue(company, day) or takes
            self.done()

    @rule(who=WHO, month=st.integers(2, 6), to=st.sampled_from(["SOFT_CLOSED", "CLOSED", "OPEN"]))
    def step_period(self, who: int, month: int, to: str) -> None:
        """Take a period's next step; no other is taken."""
        company = self.company(who)
        period = get_period_of(company, date(2026, month, 1))
        assert period is not None
        status = self.books.periods.get((company, month), "OPEN")
        done = self.driver.attempt(
            lambda: (
                move_period(
                    actor=self.driver.persons[0],
                    period_id=period.id,
                    to_status=PeriodStatus(to),
                    reason="STRESS",
                ),
                True,
            ),
            is_possible=(status, to) in {("OPEN", "SOFT_CLOSED"), ("SOFT_CLOSED", "CLOSED")},
        )
        if done is not None:
            self.books.periods[company, month] = to
            self.done()

    @precondition(lambda m: any(status != "OPEN" for status in m.books.periods.values()))
    @rule(pick=PICK, person=st.integers(0, 1))
    def reopen_period(self, pick: int, person: int) -> None:
        """Reopen a period, by two people."""
        closed = [key for key, status in self.books.periods.items() if status != "OPEN"]
        found = self.pick(closed, pick)
        if found is None:
            return
        company, month = found
        period = get_period_of(company, date(2026, month, 1))
        assert period is not None
        asked = request_reopening(
            actor=self.driver.persons[0], period_id=period.id, to_status=PeriodStatus.OPEN, reason="STRESS"
        )
        self.driver.compare()
        done = self.driver.attempt(
            lambda: (
                decide_reopening(actor=self.driver.persons[person], reopening_id=asked, is_approved=True),
                True,
            ),
            is_possible=person == 1,
        )
        if done is not None:
            self.books.periods[found] = "OPEN"
        else:
            decide_reopening(actor=self.driver.persons[0], reopening_id=asked, is_approved=False)
        self.done()

    @precondition(lambda m: len(m.books.journal) > m.looked_at + 6)
    @rule(who=WHO, day=DAY)
    def look_back(self, who: int, day: date) -> None:
        """Ask how things stood on a day, and keep the answer."""
        self.looked_at = len(self.books.journal)
        self.driver.remember(self.customer(who), day)
