"""Matching while others match, import the same file and work by hand: nothing is applied twice, every cent is there."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Count, Sum

from acquit.cash.models import BankLine, BankStatement, Receipt
from acquit.cash.operations import (
    apply_receipt,
    confirm_receipt,
    decided,
    import_statements,
    keep_on_account,
    match_bank_lines,
    matching,
    undo_receipt,
)
from acquit.cash.rules.receipts import Applied
from acquit.core.errors import Refusal
from acquit.formats.statements import Statement, StatementKind
from acquit.infra.transaction import BrokenInvariant
from acquit.receivables.models import ClearingEdge, Item, OpenItem
from tests.builders import DECIDED_AT, PAYMENT_DAY, SYSTEM, Books, bank_line, make_books
from tests.receivables.test_races import assert_sound, run_together
from tests.stress.telling import choose_seed, tell

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = 12


class Pile:
    """A company's invoices and the statement that pays them: by number, by amount, short, twice, and unnamed."""

    def __init__(self, invoices: int, seed: int) -> None:
        chance = random.Random(seed)
        self.books = make_books()
        customers = self.books.customers(*(str(2000 + n) for n in range(CUSTOMERS)))
        amounts = [Decimal(5_000 + n * 37).scaleb(-2) for n in range(invoices)]
        issued = self.books.issue(
            [self.books.draft(customers[n % CUSTOMERS], amount) for n, amount in enumerate(amounts)]
        )
        self.issued_amount = sum(amounts, Decimal(0))
        lines = []
        for place, (document, amount) in enumerate(zip(issued, amounts, strict=True)):
            for _ in range(2 if place % 9 == 0 else 1):
                short = amount / 4 if place % 7 == 3 else Decimal(0)
                paid = (amount - short).quantize(Decimal("0.01"))
                text = "Danke" if place % 11 == 5 else f"Rechnung {document.number}"
                lines.append(bank_line(str(paid), text, counterparty=f"Customer {2000 + place % CUSTOMERS}"))
        chance.shuffle(lines)
        self.paid_amount = sum((line.amount for line in lines), Decimal(0))
        self.lines = len(lines)
        self.statement = Statement(
            format="camt.053",
            kind=StatementKind.STATEMENT,
            account="DE02100500000054540402",
            currency="EUR",
            statement_id="S-1",
            sequence="1",
            legal_number="",
            opening=Decimal(0),
            closing=self.paid_amount,
            opening_date=PAYMENT_DAY,
            closing_date=PAYMENT_DAY,
            lines=tuple(lines),
            balanced=True,
        )

    def take_in(self) -> None:
        import_statements(actor=SYSTEM, company_id=self.books.company_id, statements=[self.statement])

    def match(self) -> int:
        outcome = match_bank_lines(
            actor=SYSTEM,
            company_id=self.books.company_id,
            business_date=PAYMENT_DAY,
            decided_at=DECIDED_AT,
        )
        return sum(outcome.states.values())

    def assert_once(self) -> None:
        """Every line is one receipt and one payment, no invoice is paid over, and the sums are those of the file."""
        company = {"company_id": self.books.company_id}
        assert BankStatement.objects.filter(**company).count() == 1
        assert BankLine.objects.filter(**company).count() == self.lines
        receipts = Receipt.objects.filter(**company)
        assert receipts.count() == self.lines
        assert receipts.values("bank_line_id").annotate(n=Count("id")).filter(n__gt=1).count() == 0
        assert receipts.aggregate(total=Sum("amount"))["total"] == self.paid_amount
        payments = Item.objects.filter(**company, kind="PAYMENT")
        assert (payments.count(), payments.aggregate(total=Sum("original_amount"))["total"]) == (
            self.lines,
            -self.paid_amount,
        )
        edges = ClearingEdge.objects.filter(**company, debit_kind="INVOICE").values("debit_item_id")
        cleared = {row["debit_item_id"]: row["total"] for row in edges.annotate(total=Sum("amount"))}
        for item in Item.objects.filter(**company, kind="INVOICE"):
            assert 0 <= cleared.get(item.id, Decimal(0)) <= item.original_amount, item.number
        assert_sound()


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut runs so small that they overlap, and write as long runs do."""
    monkeypatch.setattr(matching, "CHUNK", 7)
    monkeypatch.setattr(decided, "COLUMNS_FROM", 4)


@pytest.mark.usefixtures("small_chunks")
def test_four_imports_of_one_statement_each_matched_at_once() -> None:
    pile = Pile(70, seed=1)

    def take_in_and_match() -> int:
        pile.take_in()
        return pile.match()

    outcomes = run_together([pile.books.company_id], *[take_in_and_match] * 4)
    assert all(isinstance(each, int) for each in outcomes), outcomes
    assert sum(int(str(each)) for each in outcomes) == pile.lines
    pile.assert_once()
    assert pile.match() == 0


class Clerk:
    """Confirms, applies, keeps and undoes whatever receipt comes to hand."""

    def __init__(self, books: Books, seed: int) -> None:
        self._books = books
        self._chance = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def work(self, until: Callable[[], bool]) -> None:
        acts = (self.confirm, self.confirm, self.apply, self.keep, self.undo)
        while not until():
            act = self._chance.choice(acts)
            try:
                act()
            except BrokenInvariant as broken:
                raise AssertionError("rows that contradict each other reached the database") from broken
            except Refusal as refusal:
                self.refused[f"{refusal.code} {refusal.details.get('sqlstate') or ''}".strip()] += 1

    def _pick(self, *states: str) -> Receipt | None:
        rows = Receipt.objects.filter(company_id=self._books.company_id, state__in=states)
        found = list(rows.order_by("-id")[:15])
        return self._chance.choice(found) if found else None

    def confirm(self) -> None:
        receipt = self._pick("PROPOSED")
        if receipt is not None:
            confirm_receipt(
                actor=SYSTEM, receipt_id=receipt.id, business_date=PAYMENT_DAY, decided_at=DECIDED_AT
            )
            self.done["confirm"] += 1

    def apply(self) -> None:
        receipt = self._pick("PROPOSED", "UNAPPLIED", "UNIDENTIFIED", "ON_ACCOUNT")
        rows = OpenItem.objects.filter(company_id=self._books.company_id, kind="INVOICE")
        items = list(rows.values_list("item_id", "open_amount").order_by("?")[:1])
        if receipt is not None and items:
            [(item_id, amount)] = items
            apply_receipt(
                actor=SYSTEM,
                receipt_id=receipt.id,
                applied=[Applied(item_id, min(amount, Decimal("7.00")))],
                business_date=PAYMENT_DAY,
                decided_at=DECIDED_AT,
            )
            self.done["apply"] += 1

    def keep(self) -> None:
        receipt = self._pick("UNAPPLIED")
        if receipt is not None and receipt.customer_id is not None:
            keep_on_account(
                actor=SYSTEM,
                receipt_id=receipt.id,
                customer_id=receipt.customer_id,
                business_date=PAYMENT_DAY,
                decided_at=DECIDED_AT,
            )
            self.done["keep"] += 1

    def undo(self) -> None:
        receipt = self._pick("AUTO", "CONFIRMED", "ON_ACCOUNT")
        if receipt is not None:
            undo_receipt(
                actor=SYSTEM,
                receipt_id=receipt.id,
                business_date=PAYMENT_DAY,
                decided_at=DECIDED_AT,
                reason="WRONG",
            )
            self.done["undo"] += 1


def match_while_clerks_work(invoices: int, seconds: float) -> None:
    seed = choose_seed()
    pile = Pile(invoices, seed)
    pile.take_in()
    began = time.monotonic()
    matched: list[int] = []

    def is_over() -> bool:
        return len(matched) == 2 and time.monotonic() - began > seconds

    clerks = [Clerk(pile.books, seed + place) for place in range(3)]
    outcomes = run_together(
        [pile.books.company_id],
        lambda: matched.append(pile.match()),
        lambda: matched.append(pile.match()),
        *(lambda each=each: each.work(is_over) for each in clerks),
        patience=seconds + 200,
    )
    done = sum((each.done for each in clerks), Counter[str]())
    refused = sum((each.refused for each in clerks), Counter[str]())
    tell(seed, f"matched {matched}, done {dict(done)}, refused {dict(refused)}")
    assert outcomes == [None] * 5, f"seed {seed}"
    assert sum(matched) == pile.lines, f"seed {seed}"
    assert not [code for code in refused if "40P01" in code], refused
    assert done["undo"] > 0, f"seed {seed}: {done}"
    pile.assert_once()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(open_amount) FROM open_item WHERE company_id = %s", [pile.books.company_id]
        )
        [owed] = cursor.fetchone()
        cursor.execute(
            "SELECT coalesce(-sum(original_amount), 0) FROM item WHERE company_id = %s AND kind = 'ADJUSTMENT'",
            [pile.books.company_id],
        )
        [adjusted] = cursor.fetchone()
    assert owed == pile.issued_amount - pile.paid_amount - adjusted, f"seed {seed}"


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.timeout(300)
def test_matching_while_three_clerks_work_by_hand() -> None:
    match_while_clerks_work(90, seconds=3)


@pytest.mark.soak
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.timeout(900)
def test_matching_while_three_clerks_work_by_hand_for_a_minute() -> None:
    match_while_clerks_work(900, seconds=60)
