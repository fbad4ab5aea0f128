"""Placing a payment by the payer's remittance advice (step 3 of the handbook): thousands of lines, of many customers.

An advice speaks of a payment when it carries its reference, or when total, currency, day and payer agree and no other
does; those of all cheques of one deposit together, when their sum is what the bank booked. Each line names a document,
which is looked up whole, then by its end or with a slip among the customers the advice is of. What a line says was
taken off is a discount where one is due, else a deduction for the reason the customer's code means. An advice whose
lines are all found and sum to the receipt posts alone, unless a stranger pays who says nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from acquit.cash.rules.advices import StoredAdvice, StoredAdviceLine
from acquit.cash.rules.differences import DeductionReason
from acquit.cash.rules.placing import discount_offer, place_amount
from acquit.cash.rules.question import Question
from acquit.cash.rules.receipts import (
    Applied,
    Difference,
    DifferenceKind,
    NamedDocument,
    OpenItem,
    ReasonToAsk,
)
from acquit.cash.rules.wording import NamedAmount, Wording, find_reason, fold
from acquit.core.money import ZERO, percent_of
from acquit.core.names import normalise_name
from acquit.core.references import normalise_reference
from acquit.receivables.rules.items import UNAPPLIED_KINDS

#: A reference shorter than this may stand in a text by chance.
_TELLING_LENGTH = 5
_CUT_NAME_FROM = 20
#: A word as long as this tells one name from another.
_WORD_LENGTH = 4
_NO_DOCUMENT = frozenset({"DEDUCTION", "DISCOUNT", "FEE", "TAX"})


class Advised(NamedTuple):
    """What an advice makes of a receipt. `asked_because` is empty where every line is found and the sums agree."""

    advice: StoredAdvice
    items: tuple[OpenItem, ...]
    applied: tuple[Applied, ...]
    differences: tuple[Difference, ...]
    asked_because: ReasonToAsk
    is_by_reference: bool


def place_advised(question: Question) -> Advised | None:
    """Place a receipt by its advice; nothing where none speaks of it, several might, or no line is found."""
    found = _find_advice(question)
    if found is None:
        return None
    advice, is_by_reference = found
    placed = _Lines(question, advice).place()
    if placed is None:
        return None
    is_doubtful = (
        not is_by_reference and not placed.asked_because and _is_of_stranger(advice, placed, question)
    )
    return placed._replace(
        asked_because="NOBODY_KNOWN" if is_doubtful else placed.asked_because, is_by_reference=is_by_reference
    )


def _find_advice(question: Question) -> tuple[StoredAdvice, bool] | None:
    receipt, told = question.receipt, question.told
    if not question.book.advices:
        return None
    keys = dict.fromkeys([*told.other_keys, *told.references, *(token.key for token in told.tokens)])
    telling = [key for key in keys if len(key) >= _TELLING_LENGTH]
    referenced = {advice.id: advice for key in telling for advice in question.book.advices.of_reference(key)}
    agreeing = [advice for advice in referenced.values() if _is_of_amount(advice, question)]
    if len(agreeing) > 1:
        whole = [advice for advice in agreeing if _adds_up(advice)]
        agreeing = whole[-1:] if _are_alike(whole) else whole
    if referenced:
        chosen = agreeing or (list(referenced.values()) if len(referenced) == 1 else [])
        return (chosen[0], True) if len(chosen) == 1 else None
    near = [
        advice
        for advice in question.book.advices.of_total(receipt.amount)
        if _is_of_amount(advice, question)
        and _is_of_these_days(advice, question)
        and _is_of_payer(advice, question)
    ] or _list_deposits(question)
    return (near[0], False) if len(near) == 1 else None


def _list_deposits(question: Question) -> list[StoredAdvice]:
    """List the deposits of cheques that are this receipt, each as one advice with the lines of all its cheques."""
    amount = question.receipt.amount
    cheques: dict[str, list[StoredAdvice]] = {}
    for advice in question.book.advices.of_deposit(amount):
        is_of_currency = advice.currency in {question.receipt.currency, ""}
        if is_of_currency and _is_of_these_days(advice, question):
            cheques.setdefault(advice.deposit_reference, []).append(advice)
    return [
        _join_cheques(advices)
        for advices in cheques.values()
        if sum((advice.total_amount or ZERO for advice in advices), ZERO) == amount
    ]


def _join_cheques(advices: Sequence[StoredAdvice]) -> StoredAdvice:
    lines = [line for advice in advices for line in advice.lines]
    return advices[0]._replace(
        payer_name="",
        payer_number="",
        payer_iban="",
        payment_reference=advices[0].deposit_reference,
        total_amount=advices[0].deposit_amount,
        lines=tuple(line._replace(line_no=number) for number, line in enumerate(lines, 1)),
    )


def _is_of_stranger(advice: StoredAdvice, placed: Advised, question: Question) -> bool:
    """Tell whether nobody known pays, without the reference the advice gives, or by a name that has none of its words.

    Whose words are the advice's payer and the customers paid. That the sums agree may then be chance, as with so many
    advices it is once in a while.
    """
    if question.payer.customer_ids or advice.deposit_reference:
        return False
    if advice.reference_key:
        return True
    if not question.receipt.counterparty:
        return False
    payers = question.book.payers.payers
    paid = {item.customer_id for item in placed.items} & payers.keys()
    names = [advice.payer_name, *(name for one in paid for name in (payers[one].name, *payers[one].names))]
    theirs = {word for name in names for word in normalise_name(name).split() if len(word) >= _WORD_LENGTH}
    return theirs.isdisjoint(normalise_name(question.receipt.counterparty).split())


def _is_of_these_days(advice: StoredAdvice, question: Question) -> bool:
    if advice.payment_date is None:
        return True
    return abs(question.receipt.value_date - advice.payment_date) <= timedelta(
        days=question.policy.advice_days
    )


def _is_of_amount(advice: StoredAdvice, question: Question) -> bool:
    is_of_currency = advice.currency in {question.receipt.currency, ""}
    return is_of_currency and advice.total_amount == question.receipt.amount


def _adds_up(advice: StoredAdvice) -> bool:
    return sum((line.paid_amount or ZERO for line in advice.lines), ZERO) == advice.total_amount


def _are_alike(advices: Sequence[StoredAdvice]) -> bool:
    """Tell whether advices name the same documents with the same amounts: one was sent twice."""
    told = {
        tuple(sorted((line.document_key, line.paid_amount or ZERO) for line in advice.lines))
        for advice in advices
    }
    return len(told) == 1


def _is_of_payer(advice: StoredAdvice, question: Question) -> bool:
    """Tell whether the payer of a receipt and that of an advice are one: by account, number, name or documents."""
    receipt, payers = question.receipt, question.book.payers
    if advice.payer_iban and normalise_reference(advice.payer_iban) == normalise_reference(receipt.iban):
        return True
    if advice.payer_name and receipt.counterparty:
        ours, theirs = normalise_name(advice.payer_name), normalise_name(receipt.counterparty)
        if ours == theirs or (len(theirs) >= _CUT_NAME_FROM and ours.startswith(theirs)):
            return True
    known = set(question.payer.customer_ids)
    if not known:
        return _proves_itself(advice, question)
    if any(
        payers.payers[customer].number == advice.payer_number
        for customer in known
        if customer in payers.payers
    ):
        return True
    family = set(question.family)
    named = [document for line in advice.lines for document in question.book.documents_of(line.document_key)]
    return bool(named) and all(document.customer_id in family for document in named)


def _proves_itself(advice: StoredAdvice, question: Question) -> bool:
    """Tell whether an advice speaks for a payer nobody knows: several documents of ours, which sum to what came."""
    return (
        len(advice.lines) > 1
        and _adds_up(advice)
        and all(question.book.documents_of(line.document_key) for line in advice.lines)
    )


class _Lines:
    """The lines of one advice on their way to items."""

    def __init__(self, question: Question, advice: StoredAdvice) -> None:
        self._question = question
        self._book = question.book
        self._policy = question.policy
        self._advice = advice
        self._cash: dict[int, Decimal] = {}
        self._items: dict[int, OpenItem] = {}
        self._differences: list[Difference] = []
        self._asked: list[ReasonToAsk] = []
        self._customers = self._list_customers()

    def place(self) -> Advised | None:
        """Place every line; nothing where none of them is found."""
        loose: list[StoredAdviceLine] = []
        for line in self._advice.lines:
            is_loose = line.adjustment_kind in _NO_DOCUMENT
            if is_loose or (line.adjustment_kind and not self._find_documents(line)):
                loose.append(line)
            else:
                self._place_line(line)
        for line in loose:
            self._take_off(line)
        if not self._items:
            return None
        over = self._question.receipt.amount - sum(self._cash.values(), ZERO)
        if over > 0:
            self._differences.append(Difference(DifferenceKind.OVERPAYMENT, None, -over))
            self._asked.append("OVERPAID")
        elif over < 0:
            self._asked.append("ADVICE_DISAGREES")
            if not self._spread_lack(-over):
                return None
        applied = tuple(Applied(item_id, amount) for item_id, amount in self._cash.items() if amount != 0)
        if not applied:
            return None
        asked = self._asked[0] if self._asked else ""
        items = tuple(self._items.values())
        return Advised(self._advice, items, applied, tuple(self._differences), asked, is_by_reference=False)

    def _list_customers(self) -> tuple[int, ...]:
        """Give the customers the advice is of: those of documents it names whole, and the payer's family."""
        named = (
            d.customer_id for line in self._advice.lines for d in self._book.documents_of(line.document_key)
        )
        return tuple(dict.fromkeys([*self._question.family, *named]))

    def _find_documents(self, line: StoredAdviceLine) -> Sequence[NamedDocument]:
        return self._book.documents_of(line.document_key) if line.document_key else ()

    def _find_item(self, line: StoredAdviceLine) -> OpenItem | None:
        """Find the open item of a line: named whole, by its end, with a slip, or by the payer's order number."""
        gross = line.gross_amount if line.gross_amount is not None else line.paid_amount
        whole = [
            item
            for document in self._find_documents(line)
            if (item := self._book.items.get(document.item_id or 0)) is not None and self._is_payable(item)
        ]
        if whole or self._find_documents(line):
            return self._choose(whole, gross)
        currency = self._question.receipt.currency
        keys = [
            line.document_key,
            normalise_reference(line.order_number),
            *map(normalise_reference, line.other_numbers),
        ]
        for key in keys:
            ending = self._book.find_parts(self._customers, currency, key) if len(key) >= 4 else []
            if ending:
                return self._choose(ending, gross)
        if len(line.document_key) < _TELLING_LENGTH:
            return None
        similar = self._book.find_similar(
            self._customers, currency, line.document_key, self._policy.slips_at_most
        )
        return self._choose([item for item, _ in similar if item.open_amount == gross], gross)

    def _is_payable(self, item: OpenItem) -> bool:
        return item.currency == self._question.receipt.currency and item.kind not in UNAPPLIED_KINDS

    def _choose(self, items: Sequence[OpenItem], gross: Decimal | None) -> OpenItem | None:
        fresh = [item for item in items if item.id not in self._items]
        if len(fresh) > 1 and gross is not None:
            fresh = [item for item in fresh if abs(item.open_amount) == abs(gross)] or fresh
        return fresh[0] if len(fresh) == 1 else None

    def _place_line(self, line: StoredAdviceLine) -> None:
        item = self._find_item(line)
        if item is None:
            self._asked.append("NAMES_CLEARED" if self._find_documents(line) else "LINE_NOT_FOUND")
            return
        paid = line.paid_amount
        if paid is None:
            off = (line.discount_amount or ZERO) + (line.deduction_amount or ZERO)
            paid = (line.gross_amount if line.gross_amount is not None else item.open_amount) - off
        if item.open_amount < 0:
            paid = -abs(paid)
        self._items[item.id] = item
        if item.open_amount < 0 or paid <= 0:
            self._place_credit(item, paid)
            return
        self._place_debit(line, item, paid)

    def _place_credit(self, item: OpenItem, paid: Decimal) -> None:
        if paid > 0 or (item.open_amount > 0 and paid < 0) or paid < item.open_amount:
            self._asked.append("ADVICE_DISAGREES")
            paid = max(item.open_amount, min(paid, ZERO))
        self._cash[item.id] = paid if item.open_amount < 0 else ZERO

    def _place_debit(self, line: StoredAdviceLine, item: OpenItem, paid: Decimal) -> None:
        """Place what a line pays of an invoice, and what it says was taken off it."""
        missing = item.open_amount - paid
        if missing < 0:
            self._asked.append("OVERPAID")
            self._cash[item.id] = item.open_amount
            return
        self._cash[item.id] = paid
        discount, deduction = line.discount_amount or ZERO, line.deduction_amount or ZERO
        if discount > 0 or deduction > 0:
            if discount + deduction > missing:
                self._asked.append("ADVICE_DISAGREES")
                discount, deduction = min(discount, missing), ZERO
            if discount > 0:
                self._allow_discount(item, discount)
            if deduction > 0:
                self._deduct(item, deduction, self._reason_of(line, item))
            missing -= discount + deduction
        if missing > 0:
            self._explain(line, item, missing)

    def _explain(self, line: StoredAdviceLine, item: OpenItem, missing: Decimal) -> None:
        """Explain what a line leaves open without a word: discount, tolerance, a deduction by its code, or a part."""
        reason = self._reason_of(line, item) if line.reason_code or line.reason_text else ""
        placing = place_amount(
            item.open_amount - missing,
            (item,),
            self._question.receipt.value_date,
            self._policy,
            has_shared_charges=False,
            wording=Wording((NamedAmount(missing, 0, 0),) if reason else (), reason),
        )
        self._differences += placing.differences

    def _allow_discount(self, item: OpenItem, amount: Decimal) -> None:
        """Allow a discount as far as it is due; what is more, or late, is unearned."""
        offer = discount_offer(item, self._policy)
        allowed = ZERO
        if offer is not None and self._question.receipt.value_date <= offer.last_date:
            allowed = min(amount, percent_of(item.open_amount, offer.percent, item.currency))
        if allowed:
            self._differences.append(Difference(DifferenceKind.DISCOUNT, item.id, allowed))
        if amount > allowed:
            self._deduct(item, amount - allowed, DeductionReason.UNEARNED_DISCOUNT.value)

    def _deduct(self, item: OpenItem, amount: Decimal, reason: str) -> None:
        self._differences.append(Difference(DifferenceKind.DEDUCTION, item.id, amount, reason))

    def _reason_of(self, line: StoredAdviceLine, item: OpenItem) -> str:
        """Give why something was taken off: as the customer's own code means, else as the words say.

        Many a layout has one column for code and words.
        """
        codes = (line.reason_code, line.reason_text, *line.reason_text.split())
        known = next(
            filter(None, (self._book.find_deduction_code(item.customer_id, code) for code in codes)), ""
        )
        said = fold(f"{line.reason_text} {line.reason_code}")
        reason = known or find_reason(said, self._policy.deduction_words)
        if not reason and line.adjustment_kind == "TAX":
            reason = "TAX"
        return reason or DeductionReason.UNEXPLAINED.value

    def _take_off(self, line: StoredAdviceLine) -> None:
        """Take a line that pays no document off the document it names, else off the largest that bears it."""
        amount = -(line.paid_amount or ZERO)
        if amount == 0:
            return
        named = [item for d in self._find_documents(line) if (item := self._items.get(d.item_id or 0))]
        bearers = [item for item in named or self._items.values() if self._cash.get(item.id, ZERO) > amount]
        if amount < 0 or not bearers:
            self._asked.append("ADVICE_DISAGREES")
            return
        bearer = max(bearers, key=lambda item: (self._cash[item.id], -item.id))
        self._cash[bearer.id] -= amount
        if line.adjustment_kind == "FEE":
            self._differences.append(Difference(DifferenceKind.BANK_FEE, bearer.id, amount))
        elif line.adjustment_kind == "DISCOUNT":
            self._allow_discount(bearer, amount)
        else:
            self._deduct(bearer, amount, self._reason_of(line, bearer))

    def _spread_lack(self, lack: Decimal) -> bool:
        """Take what the receipt is short of its advice off the largest item; false where none bears it."""
        bearer = max(self._cash, key=lambda item_id: self._cash[item_id])
        if self._cash[bearer] <= lack:
            return False
        self._cash[bearer] -= lack
        item = self._items[bearer]
        fee = (
            self._policy.fee_tolerance_amount
            if self._question.has_shared_charges([item.customer_id])
            else ZERO
        )
        if lack <= fee:
            self._differences.append(Difference(DifferenceKind.BANK_FEE, bearer, lack))
        return True
