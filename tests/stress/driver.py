"""The real books beside the model's: opened together, compared after every act, asked again at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeVar

from django.db import connection

from acquit.cash.queries import get_receipt
from acquit.cash.rules.proofs import read_proposal
from acquit.controls.queries import get_decision
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.infra.transaction import BrokenInvariant, ChangedMeanwhile, set_companies
from acquit.insight.queries.checks import run_checks
from acquit.insight.queries.close import list_reconciliations
from acquit.ledger.operations import record_rates
from acquit.ledger.queries import get_trial_balance, list_intercompany_balances
from acquit.parties.operations import ensure_unidentified
from acquit.receivables.models import Clearing as StoredClearing
from acquit.receivables.models import OpenItem
from acquit.receivables.queries import (
    AgeingRow,
    ItemView,
    get_ageing,
    get_statements_of_account,
    list_open_items_as_of,
)
from acquit.receivables.rules.statement import AccountStatement
from tests.builders import make_books
from tests.stress import model
from tests.stress.values import ZERO, Applied, Item

Answer = TypeVar("Answer")

CURRENCIES = ("EUR", "USD", "JPY", "KWD")
MONTHS = (2, 3, 4, 5, 6)
DAYS = tuple(
    day
    for m in MONTHS
    for day in (date(2026, m, 9), date(2026, m + 1, 1) - timedelta(days=1), date(2026, m, 21))
)
END = date(2027, 1, 31)
NOON = datetime.fromisoformat("2026-12-31T12:00:00+00:00")
#: What one euro is worth from the first of a month on; thirds and sevenths, so that nothing divides without a rest.
RATES = {
    "USD": [(date(2025, 12, 1), "1.0837"), (date(2026, 3, 1), "1.1201"), (date(2026, 5, 1), "1.0499")],
    "JPY": [(date(2025, 12, 1), "161.37"), (date(2026, 4, 1), "158.03"), (date(2026, 6, 1), "170.11")],
    "KWD": [(date(2025, 12, 1), "0.3337"), (date(2026, 3, 1), "0.3461"), (date(2026, 6, 1), "0.3209")],
}
#: Where the last row of each table stands, and how those that may change are: a refusal leaves all of it alone.
STATE = "SELECT {}".format(
    ", ".join(
        [
            f"(SELECT max(id) FROM {table})"
            for table in (
                *("event", "journal_entry", "item", "clearing", "clearing_edge", "document", "decision"),
                *("recovery", "noted_item", "down_payment", "item_replacement", "revaluation", "dispute"),
                *("intercompany_entry", "period_transition", "work_item", "write_off_approval"),
            )
        ]
        + [
            f"(SELECT count(*)::text || sum(hashtext({row})) FROM {table} WHERE company_id = ANY(%(companies)s))"
            for table, row in (
                ("receipt", "concat(id, state, decision_id, customer_id)"),
                ("write_off", "concat(id, state, amount)"),
                ("provision_run", "concat(id, state)"),
                ("manual_entry", "concat(id, state)"),
                ("period", "concat(id, status)"),
            )
        ]
    )
)


class Receipt:
    """What the test knows of a receipt: its state, whose it is, where its money stands, and how it was before."""

    def __init__(self, receipt_id: int, company: int, money: Item) -> None:
        self.id = receipt_id
        self.company = company
        self.state = ""
        self.customer: int | None = None
        self.money = money
        self.decisions: list[tuple[str, int | None, Item, Applied]] = []

    def decide(self, state: str, customer: int | None, applied: Applied) -> None:
        """Note a decision, and what undoing it goes back to."""
        self.decisions.append((self.state, self.customer, self.money, applied))
        self.state, self.customer, self.money = state, customer, applied.money


class Remembered(NamedTuple):
    """An answer about a day, as it was given at a moment."""

    moment: datetime
    day: date
    customer: int
    ageing: list[AgeingRow]
    items: list[ItemView]
    statements: list[AccountStatement]


class Driver:
    """Two companies in EUR and USD with two customers each; the model's books and the real ones."""

    def __init__(self) -> None:
        record_rates(
            rates=[(day, "EUR", of, Decimal(r)) for of, rows in RATES.items() for day, r in rows],
            source="ECB",
        )
        self.real = [make_books(), make_books(currency="USD", group_currency="EUR")]
        self.companies = [books.company_id for books in self.real]
        set_companies(self.companies)
        self.customers = [each for books in self.real for each in books.customers("1", "2")]
        self.company_of = {c: self.companies[n // 2] for n, c in enumerate(self.customers)}
        self.unidentified = {company: ensure_unidentified(company) for company in self.companies}
        self.company_of |= {customer: company for company, customer in self.unidentified.items()}
        currencies = dict(zip(self.companies, ("EUR", "USD"), strict=True))
        rates = {of: [(day, Decimal(r)) for day, r in rows] for of, rows in RATES.items()}
        self.books = model.Books(currencies, rates)
        self.persons = [
            Actor(n, f"Person {n}", {company: frozenset(Duty) for company in self.companies})
            for n in range(1, 5)
        ]
        self.receipts: list[Receipt] = []
        self.remembered: list[Remembered] = []
        self.outcomes: Counter[str] = Counter()
        self.is_sound = True
        self._last_clearing = self._newest_clearing()
        self._before = self._state()

    # -- acting -------------------------------------------------------------------------------------------------

    def attempt(self, call: Callable[[], Answer], *, is_possible: bool | None) -> Answer | None:
        """Make a call that must be accepted or refused as said; refused, it must have changed nothing."""
        self.is_sound = False
        refusal, answer = None, None
        try:
            answer = call()
        except Refusal as told:
            refusal = told
        if refusal is None:
            assert is_possible is not False, f"this had to be refused; it gave {answer}"
            self.outcomes["accepted"] += 1
            return answer
        assert not isinstance(refusal, BrokenInvariant | ChangedMeanwhile), f"by the database: {refusal}"
        assert not is_possible, f"refused without need: {refusal}"
        self.outcomes[f"refused {refusal.code}"] += 1
        assert self._state() == self._before, f"a refusal changed something: {refusal}"
        self.compare()
        return None

    def follow_decision(self, receipt: Receipt, day: date) -> None:
        """Let the model do what the receipt's decision says was done."""
        view = get_receipt(receipt.id)
        if view.state == "IGNORED":
            raise AssertionError("the money of a customer was ignored")
        receipt.customer = view.customer_id
        if view.state != "AUTO":
            receipt.state = view.state
            return
        applied, differences = read_proposal(get_decision(view.decision_id or 0).proof)
        by_id = {item.id: item for item in self.books.items}
        done = self.books.apply(
            receipt.money,
            [(by_id[part.item_id], part.amount) for part in applied],
            [(d.kind.value, by_id[d.item_id], d.amount) for d in differences if d.item_id is not None],
            day,
            None,
        )
        receipt.state = "UNAPPLIED"
        money = receipt.money
        receipt.decide("AUTO", view.customer_id, done)
        receipt.money = money  # an automatic match leaves the rest where it was

    # -- comparing ----------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Subledger = control accounts = ageing = statements = the model; and a refusal can be told from an act."""
        self.is_sound = False
        self._bind_clearings()
        self._compare_items()
        self._compare_accounts()
        self._before = self._state()
        self.is_sound = True

    def _bind_clearings(self) -> None:
        rows = (
            StoredClearing.objects.filter(id__gt=self._last_clearing)
            .order_by("id")
            .values_list("id", flat=True)
        )
        found = list(rows)
        made = [clearing for clearing in self.books.clearings if clearing.id is None]
        assert len(found) == len(made), f"{len(found)} clearings were written, {len(made)} expected"
        for clearing, clearing_id in zip(made, found, strict=True):
            clearing.id = clearing_id
        if found:
            self._last_clearing = found[-1]

    def _compare_items(self) -> None:
        rows = OpenItem.objects.filter(company_id__in=self.companies).order_by("item_id").values_list(
            "item_id", "customer_id", "kind", "currency", "original_amount", "open_amount",
            "open_company_amount", "due_date", "posting_date",
        )  # fmt: skip
        live = {row[0]: tuple(row[1:]) for row in rows}
        expected = self.books.open_items(self.company_of)
        unknown: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        known = {item.id for item in expected if item.id is not None}
        for item_id, facts in live.items():
            if item_id not in known:
                unknown[facts].append(item_id)
        for item in expected:
            if item.id is None:
                same = unknown.get(item.facts())
                assert same, f"expected {item.facts()} among {dict(unknown)}"
                item.id = same.pop(0)
            assert live.get(item.id) == item.facts(), (item.id, live.get(item.id), item.facts())
        left = {facts: ids for facts, ids in unknown.items() if ids}
        assert not left, f"open, and nobody knows why: {left}"

    def _compare_accounts(self) -> None:
        sums: defaultdict[tuple[int, str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        by_customer: defaultdict[tuple[int, str], Decimal] = defaultdict(Decimal)
        for item in self.books.open_items(self.company_of):
            side = sums[item.company, item.account, item.currency]
            side[0] += item.amount
            side[1] += item.book
            by_customer[item.customer, item.currency] += item.amount
        aged = get_ageing(as_of=END, company_ids=self.companies, is_today=True)
        assert {(r.customer_id, r.currency): r.balance for r in aged if r.balance} == {
            key: amount for key, amount in by_customer.items() if amount
        }
        for company in self.companies:
            found = {
                (company, row.role, row.currency): [row.amount, row.company_amount]
                for row in get_trial_balance(company_id=company, as_of=END)
                if row.amount
                or row.company_amount  # the group's column has translation differences of its own
            }
            expected = {k: v for k, v in self.books.balances.items() if k[0] == company and any(v)}
            apart = {
                k: (found.get(k), expected.get(k))
                for k in {*found, *expected}
                if found.get(k) != expected.get(k)
            }
            assert not apart, f"accounts as they are, and as expected: {apart}"
            for account in ("RECEIVABLES", "UNAPPLIED_CASH", "DOWN_PAYMENTS"):
                for currency in CURRENCIES:
                    key = (company, account, currency)
                    assert found.get(key, [ZERO, ZERO]) == sums.get(key, [ZERO, ZERO]), key

    def compare_day(self, customer: int, day: date) -> Remembered:
        """On a day gone by: statement = ageing = items = the model, and control accounts that reconcile."""
        company = self.company_of[customer]
        expected = {
            currency: amount
            for currency in CURRENCIES
            if (amount := self.books.balance_as_of(customer, currency, day))
        }
        answer = self._ask(customer, day, None)
        stated = {s.currency: s.closing_balance for s in answer.statements if s.closing_balance}
        assert stated == expected, f"statement of {day}: {stated}, expected {expected}"
        for statement in answer.statements:
            assert sum(statement.buckets.values(), statement.unapplied) == statement.closing_balance, day
        assert {r.currency: r.balance for r in answer.ageing if r.balance} == expected, (
            f"ageing of {day}: {answer.ageing}, expected {expected}"
        )
        left = [o for i in self.books.items if i.customer == customer and (o := i.open_as_of(day)[0])]
        found = {view.id: view.open_amount for view in answer.items}
        assert sorted(found.values()) == sorted(left), f"items of {day}: {found}, expected {left}"
        for row in list_reconciliations(company_id=company, as_of=day):
            assert row.is_reconciled, row
        return answer

    def remember(self, customer: int, day: date) -> None:
        """Keep what is answered about a day now, and is right, to be asked again at the end."""
        answer = self.compare_day(customer, day)
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            [moment] = cursor.fetchone()
        self.remembered.append(answer._replace(moment=moment))

    def _ask(self, customer: int, day: date, known_at: datetime | None) -> Remembered:
        company = self.company_of[customer]
        scope = {"company_ids": [company], "customer_ids": [customer], "known_at": known_at}
        return Remembered(
            known_at or NOON,
            day,
            customer,
            get_ageing(as_of=day, is_today=False, **scope),
            list_open_items_as_of(as_of=day, **scope),
            get_statements_of_account(
                company_id=company,
                customer_id=customer,
                from_date=date(2026, 1, 1),
                until_date=day,
                known_at=known_at,
            ),
        )

    def finish(self, *, checks_everything: bool) -> None:
        """What was said of the past still holds; every day agrees; every check is zero."""
        for old in self.remembered:
            now = self._ask(old.customer, old.day, old.moment)
            for then, today in zip(old[3:], now[3:], strict=True):
                apart = [row for row in (*then, *today) if row not in then or row not in today]
                assert today == then, f"{old.day} as known at {old.moment}: {apart}"
        for customer, day in zip(self.customers, DAYS[1::3], strict=False):
            self.compare_day(customer, day)
        for ours, theirs in (self.companies, self.companies[::-1]):
            told = {(partner, of): amount for partner, of, amount in list_intercompany_balances(ours)}
            assert told == {(p, of): a for (c, p, of), a in self.books.affiliates.items() if c == ours and a}
            assert all(partner == theirs for partner, _ in told)
        if checks_everything:
            assert {check.name: check.sample for check in run_checks() if check.violations} == {}

    def _newest_clearing(self) -> int:
        return StoredClearing.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def _state(self) -> tuple[object, ...]:
        with connection.cursor() as cursor:
            cursor.execute(STATE, {"companies": self.companies})
            return tuple(cursor.fetchone())
