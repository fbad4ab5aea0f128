"""Receipts from payment plans: what is paid together, what is missing or too much, and the truth of each.

The truth is written where the money is made up, so it cannot drift from it: an amount is always composed of its
applications and differences, never the other way round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from acquit.core.money import from_minor_units, percent_of, round_amount
from acquit.intake.sample import phrases
from acquit.intake.sample.calendar import SampleDays
from acquit.intake.sample.documents import INVOICE
from acquit.intake.sample.habits import payer_of
from acquit.intake.sample.identifiers import make_iban
from acquit.intake.sample.remittance import (
    LONGEST_TEXT,
    write_amount,
    write_discount,
    write_payer_name,
    write_remittance,
)
from acquit.intake.sample.values import (
    ZERO,
    Application,
    Customer,
    Difference,
    Document,
    Receipt,
    ReferenceHabit,
    Remitter,
    Scenario,
)

_MOST_DOCUMENTS = 10
_HABIT_KEPT = 0.85
_MISTYPED_SHARE = 0.03
_NEW_ACCOUNT_SHARE = 0.02
_TOLERANCE_AMOUNT = Decimal("5.00")  # the handbook's default: 5.00 or 0.5%, whichever is less
_TOLERANCE_SHARE = Decimal("0.005")
_ODDITIES = {
    Scenario.PLAIN: 905,
    Scenario.DEDUCTION: 34,
    Scenario.TOLERANCE: 22,
    Scenario.PART_PAYMENT: 13,
    Scenario.OVERPAYMENT: 14,
    Scenario.DUPLICATE: 12,
}
_BY_HABIT = {
    ReferenceHabit.STRUCTURED: Scenario.STRUCTURED,
    ReferenceHabit.NUMBER: Scenario.PLAIN,
    ReferenceHabit.TRUNCATED: Scenario.TRUNCATED,
    ReferenceHabit.MISTYPED: Scenario.MISTYPED,
    ReferenceHabit.ORDER_NUMBER: Scenario.ORDER_NUMBER,
    ReferenceHabit.NONE: Scenario.NO_REFERENCE,
}


@dataclass(frozen=True, slots=True)
class Payment:
    """Documents one payer settles on one day, before anything goes wrong; invoices first."""

    payer: Customer
    day: date
    documents: tuple[Document, ...]
    has_discount: bool

    @property
    def owner(self) -> str:
        """The customer of the documents when they have but one, else the payer."""
        owners = {document.customer for document in self.documents}
        return owners.pop() if len(owners) == 1 else self.payer.number


class ReceiptMaker:
    """Turns the payment plans of one company into receipts, drawing all chance from one source."""

    def __init__(self, customers: Mapping[str, Customer], days: SampleDays, rng: Random) -> None:
        self._customers = customers
        self._days = days
        self._rng = rng
        self._unlisted_accounts: dict[str, str] = {}

    def make_receipts(self, documents: Sequence[Document]) -> list[Receipt]:
        """Make the receipts of all planned documents that the statements cover."""
        receipts: list[Receipt] = []
        for payment in self._gather_payments(documents):
            if payment.payer.mandate:
                receipts += [
                    make_collection(payment.payer, document, payment.day) for document in payment.documents
                ]
            else:
                receipts += self._make_transfer(payment)
        return receipts

    def find_remitter(self, payer: Customer, *, is_new_account: bool = False) -> Remitter:
        """Give the payer as the bank names it; customers without an account on their card always use the same one."""
        rng = self._rng
        name = write_payer_name(payer, rng)
        if is_new_account:
            return Remitter(name, make_iban(payer.country, rng))
        if payer.ibans:
            return Remitter(name, payer.ibans[-1] if rng.random() < 0.15 else payer.ibans[0])
        if payer.number not in self._unlisted_accounts:
            self._unlisted_accounts[payer.number] = make_iban(payer.country, rng)
        return Remitter(name, self._unlisted_accounts[payer.number])

    def _gather_payments(self, documents: Sequence[Document]) -> list[Payment]:
        together: dict[tuple[date, str, bool], list[Document]] = defaultdict(list)
        for document in documents:
            if document.paid_date and self._days.statement_start <= document.paid_date <= self._days.last_day:
                payer = payer_of(self._customers[document.customer])
                together[document.paid_date, payer, document.pays_with_discount].append(document)
        return [
            Payment(self._customers[payer], day, part, has_discount)
            for (day, payer, has_discount), group in sorted(together.items(), key=lambda entry: entry[0])
            for part in split_payment(group)
        ]

    def _make_transfer(self, payment: Payment) -> list[Receipt]:
        rng, payer = self._rng, payment.payer
        habit = self._draw_habit(payment)
        scenario = _scenario_of(payment, habit)
        differences: list[Difference] = []
        if payment.has_discount:
            scenario, differences = take_discount(payment)
        elif payer.bank_charges and len(payment.documents) == 1 and rng.random() < 0.6:
            fee = from_minor_units(rng.randrange(15, 37) * 50, payer.currency)
            scenario, differences = (
                Scenario.BANK_FEE,
                [Difference("BANK_FEE", payment.documents[0].number, fee)],
            )
        elif payment.documents[-1].kind == INVOICE:
            oddity = rng.choices(list(_ODDITIES), list(_ODDITIES.values()))[0]
            if oddity is not Scenario.PLAIN:
                return self._make_odd_transfer(payment, oddity, habit)
        return [self._write_receipt(payment, scenario, habit, differences)]

    def _make_odd_transfer(self, payment: Payment, oddity: Scenario, habit: ReferenceHabit) -> list[Receipt]:
        rng, document = self._rng, payment.documents[0]
        language = payment.payer.language
        if oddity is Scenario.DUPLICATE:
            return self._pay_twice(payment, habit)
        if oddity is Scenario.OVERPAYMENT:
            over = Difference(
                "OVERPAYMENT", "", -from_minor_units(rng.randrange(1200, 24000), document.currency)
            )
            return [self._write_receipt(payment, oddity, habit, [over])]
        if oddity is Scenario.DEDUCTION:
            reason, text = rng.choice(phrases.DEDUCTION_TEXTS[language])
            amount = round_amount(document.gross * Decimal(rng.randrange(30, 150)) / 1000, document.currency)
            held_back = Difference("DEDUCTION", document.number, amount, reason)
            receipt = self._write_receipt(payment, oddity, ReferenceHabit.NUMBER, [held_back])
            longer = f"{receipt.text} {text} {write_amount(amount, language)}"
            return [replace(receipt, text=longer[:LONGEST_TEXT])]
        if len(payment.documents) > 1 or document.gross < 1000:
            return [self._write_receipt(payment, _scenario_of(payment, habit), habit, [])]
        if oddity is Scenario.TOLERANCE:
            limit = min(_TOLERANCE_AMOUNT, document.gross * _TOLERANCE_SHARE)
            amount = from_minor_units(rng.randrange(1, int(limit * 100) + 1), document.currency)
            return [
                self._write_receipt(payment, oddity, habit, [Difference(oddity, document.number, amount)])
            ]
        part = from_minor_units(
            int(document.gross * rng.randrange(30, 80) / 10_000) * 10_000, document.currency
        )
        return [self._write_receipt(payment, oddity, habit, [], (Application(document.number, part),))]

    def _pay_twice(self, payment: Payment, habit: ReferenceHabit) -> list[Receipt]:
        first = self._write_receipt(payment, _scenario_of(payment, habit), habit, [])
        day = self._days.calendar.add_business_days(payment.day, self._rng.randrange(2, 12))
        if day > self._days.last_day:
            return [first]
        again = replace(
            first, scenario=Scenario.DUPLICATE, booking_date=day, applied=(), differences=(), end_to_end_id=""
        )
        return [first, again]

    def _draw_habit(self, payment: Payment) -> ReferenceHabit:
        rng, payer = self._rng, payment.payer
        if len(payment.documents) == 1 and payment.documents[0].structured_reference and rng.random() < 0.8:
            return ReferenceHabit.STRUCTURED
        if rng.random() < _MISTYPED_SHARE:
            return ReferenceHabit.MISTYPED
        habit = payer.reference_habit if rng.random() < _HABIT_KEPT else ReferenceHabit.NUMBER
        if habit is ReferenceHabit.ORDER_NUMBER and not all(one.customer_po for one in payment.documents):
            return ReferenceHabit.NUMBER
        return habit

    def _write_receipt(
        self,
        payment: Payment,
        scenario: Scenario,
        habit: ReferenceHabit,
        differences: Sequence[Difference],
        applied: tuple[Application, ...] | None = None,
    ) -> Receipt:
        """Compose a receipt: what is applied is the open amount less the differences of each document."""
        payer = payment.payer
        if applied is None:
            applied = applications_less(payment.documents, differences)
        over = sum((-difference.amount for difference in differences if not difference.document), ZERO)
        amount = sum((application.amount for application in applied), over)
        text = ""
        if habit is not ReferenceHabit.STRUCTURED:
            text = write_remittance(payer, payment.documents, amount, habit, self._rng)
            if payment.has_discount:
                text = write_discount(text, sum((d.amount for d in differences), ZERO), payer.language)
        return Receipt(
            scenario=scenario,
            booking_date=payment.day,
            amount=amount,
            remitter=self.find_remitter(payer, is_new_account=self._rng.random() < _NEW_ACCOUNT_SHARE),
            text=text,
            customer=payment.owner,
            applied=applied,
            differences=tuple(differences),
            structured_reference=payment.documents[0].structured_reference if not text else "",
            end_to_end_id=f"E{payment.day:%y%m%d}{payer.number}" if self._rng.random() < 0.4 else "",
            reference=habit,
        )


def make_collection(payer: Customer, document: Document, day: date) -> Receipt:
    """Make one direct debit collected by us; the details of a day form one batch entry."""
    return Receipt(
        scenario=Scenario.DIRECT_DEBIT,
        booking_date=day,
        amount=document.gross,
        remitter=Remitter(payer.name, payer.ibans[0] if payer.ibans else ""),
        text=f"{document.number} {payer.number}",
        customer=payer.number,
        applied=(Application(document.number, document.gross),),
        end_to_end_id=document.number,
        mandate=payer.mandate,
        batch=f"LS{day:%Y%m%d}",
        reference=ReferenceHabit.NUMBER,
    )


def take_discount(payment: Payment) -> tuple[Scenario, list[Difference]]:
    """Take the discount of each document's terms; after its day it is an unearned discount, a deduction."""
    rate = payment.payer.terms.discount_rate
    differences = []
    for document in payment.documents:
        amount = percent_of(document.gross, rate, document.currency)
        is_in_time = document.discount_date is not None and payment.day <= document.discount_date
        kind, reason = ("DISCOUNT", "") if is_in_time else ("DEDUCTION", "PAYMENT")
        differences.append(Difference(kind, document.number, amount, reason))
    is_late = any(difference.kind == "DEDUCTION" for difference in differences)
    return (Scenario.LATE_DISCOUNT if is_late else Scenario.DISCOUNT), differences


def applications_less(
    documents: Iterable[Document], differences: Iterable[Difference]
) -> tuple[Application, ...]:
    """Apply to each document its whole amount less what was held back of it."""
    held_back: dict[str, Decimal] = defaultdict(Decimal)
    for difference in differences:
        held_back[difference.document] += difference.amount
    return tuple(
        Application(document.number, document.gross - held_back[document.number]) for document in documents
    )


def split_payment(documents: Sequence[Document]) -> list[tuple[Document, ...]]:
    """Split what is paid on one day into transfers of at most ten invoices; credit notes go with the largest."""
    invoices = [document for document in documents if document.kind == INVOICE]
    notes = [document for document in documents if document.kind != INVOICE]
    parts = [invoices[start : start + _MOST_DOCUMENTS] for start in range(0, len(invoices), _MOST_DOCUMENTS)]
    largest = max(parts, key=lambda part: sum(document.gross for document in part))
    largest += notes
    return [tuple(part) for part in parts]


def _scenario_of(payment: Payment, habit: ReferenceHabit) -> Scenario:
    if payment.documents[-1].kind != INVOICE:
        return Scenario.CREDIT_NETTED
    is_whole = habit in {ReferenceHabit.NUMBER, ReferenceHabit.STRUCTURED}
    return Scenario.SEVERAL if len(payment.documents) > 1 and is_whole else _BY_HABIT[habit]
