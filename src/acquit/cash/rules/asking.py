"""Whether a match by what the text names posts alone, or why a person is asked.

What is named whole and paid to the cent posts. A difference is no reason to ask where the cash has one place only:
then the money is applied, and what is held back or too much is dealt with by itself. It is one where the amount may
mean something else: another open item of exactly this amount, or one that is exactly what came too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from acquit.cash.rules.choosing import GRADES, Choice, is_cut_off
from acquit.cash.rules.confidence import MatchAction, MatchConfidence
from acquit.cash.rules.number_ranges import list_range_ends
from acquit.cash.rules.question import Question
from acquit.cash.rules.receipts import DifferenceKind, OpenItem, ReasonToAsk
from acquit.cash.rules.unnamed_items import find_unnamed_invoices, find_unnamed_notes
from acquit.core.money import ZERO

_ONE = Decimal(1)
_WHOLE = GRADES.index("ORDER_NUMBER")


def weigh_amount(question: Question, choice: Choice) -> Decimal:
    """Give what the amount speaks for a choice: all, the policy's share where it has one place only, or nothing."""
    if choice.placing.is_explained or (choice.placing.is_certain and choice.placing.is_told):
        return _ONE if question.policy.certain_amount_share or choice.placing.is_explained else ZERO
    return question.policy.certain_amount_share if choice.placing.is_certain else ZERO


def find_reason_to_ask(
    question: Question,
    choice: Choice,
    relation: str,
    customers: Sequence[int],
    confidence: MatchConfidence,
    cleared_amount: Decimal | None,
) -> ReasonToAsk:
    """Give why a person is asked, or nothing: then the match posts alone.

    `cleared_amount` is the sum of documents named beside that are not open any more; None: there are none.
    """
    if relation == "CONTRADICTS":
        return "PAYER_IS_ANOTHER"
    kinds = {difference.kind for difference in choice.placing.differences}
    if len(customers) > 1 and relation != "AGREES" and not _is_lump_sum(choice, kinds):
        return "SEVERAL_CUSTOMERS"
    if not choice.placing.is_explained:
        why = _find_open_question(question, choice, kinds, confidence, cleared_amount)
        if why:
            return why
    elif cleared_amount is not None and kinds:
        return "NAMES_CLEARED"
    if choice.asked_because:
        return choice.asked_because
    if not _may_post(question, choice, kinds):
        return "NEARLY_NAMED"
    return "" if confidence.action is MatchAction.AUTO else "SCORE"


def _is_lump_sum(choice: Choice, kinds: set[DifferenceKind]) -> bool:
    """Tell whether somebody unknown pays for several customers what the text names whole, to the cent."""
    return choice.placing.is_explained and not kinds and GRADES.index(choice.grade) < _WHOLE


def _find_open_question(
    question: Question,
    choice: Choice,
    kinds: set[DifferenceKind],
    confidence: MatchConfidence,
    cleared_amount: Decimal | None,
) -> ReasonToAsk:
    """Give what a person has to say about a difference; nothing where the cash has one place and means nothing else."""
    why: ReasonToAsk
    if DifferenceKind.DEDUCTION in kinds:
        why = "DEDUCTION"
    else:
        why = "OVERPAID" if DifferenceKind.OVERPAYMENT in kinds else "PART_PAID"
    if not choice.placing.is_certain or confidence.action is not MatchAction.AUTO:
        return why
    missing = sum((difference.amount for difference in choice.placing.differences), ZERO)
    if GRADES.index(choice.grade) > _WHOLE and not choice.placing.is_told:
        return why
    if why == "OVERPAID":
        if cleared_amount is not None and cleared_amount != -missing:
            return "NAMES_CLEARED"
        if _is_cut_short(question, choice) or _is_range(question):
            return why
        if find_unnamed_invoices(question, choice.items, -missing):
            return why
        # As much again as is owed is no slip of a payer: more was meant than was read.
        if cleared_amount is None and -missing >= sum((item.open_amount for item in choice.items), ZERO):
            return why
    elif cleared_amount is not None:
        return "NAMES_CLEARED"
    # A credit note spoken of that is not found, or not only once, is somebody's to look for.
    is_other = question.wording.has_credit or find_of_amount(question, choice.items, question.receipt.amount)
    return why if is_other or find_unnamed_notes(question, choice.items, missing) else ""


def _is_cut_short(question: Question, choice: Choice) -> bool:
    """Tell whether more may have been named: the text is as long as banks carry, or ends within an open number."""
    text = question.receipt.text.rstrip()
    if is_cut_off(text):
        return True
    ends = [token.key for token in question.told.tokens if token.end == len(text)]
    known = {item.id for item in choice.items}
    family = question.family_of(choice.items)
    return any(
        len(item.number_key) > len(key) and item.number_key.startswith(key)
        for item in question.book.open_items_of(family, question.receipt.currency)
        if item.id not in known
        for key in ends
    )


def _is_range(question: Question) -> bool:
    """Tell whether the text goes on from a number to another: more is meant than its ends."""
    text, tokens = question.receipt.text, question.told.tokens
    return any(list_range_ends(text, token, tokens) for token, _ in question.named.numbered)


def find_of_amount(question: Question, chosen: Sequence[OpenItem], amount: Decimal) -> list[OpenItem]:
    """Find the open items of the payer's family, beside those chosen, that are exactly an amount."""
    known = {item.id for item in chosen}
    family = question.family_of(chosen)
    found = question.book.open_items_between(family, question.receipt.currency, amount, amount)
    day = question.receipt.value_date
    return [item for item in found if item.id not in known and item.posting_date <= day]


def _may_post(question: Question, choice: Choice, kinds: set[DifferenceKind]) -> bool:
    """Tell whether evidence of this grade posts alone: by policy, or agreed with the customer (steps 4 to 6).

    A number with a slip needs a payer it belongs to and an amount to the cent, less no more than a discount.
    """
    payer = question.payer
    if choice.grade in question.policy.posts_alone:
        if choice.grade != "SIMILAR_NUMBER":
            return True
        return payer.is_sure and kinds <= {DifferenceKind.DISCOUNT}
    return payer.is_sure and question.is_agreed_by_amount()
