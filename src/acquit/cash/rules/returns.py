"""Money that goes back: returned debits and payments, each with the receipt it takes back where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from acquit.cash.rules.match_book import MatchBook, Named
from acquit.cash.rules.payer_index import PayerEvidence
from acquit.cash.rules.receipts import EarlierReceipt, MatchPlan, ReceiptFact, ReceiptState
from acquit.cash.rules.wording import fold, has_word
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.money import ZERO
from acquit.core.references import normalise_reference

_TELLING_LENGTH = 5


def is_money_back(receipt: ReceiptFact, policy: MatchingPolicy) -> bool:
    """Tell whether a line takes back an earlier one: by its code, its mark, or what it says where money leaves."""
    if receipt.return_code or receipt.is_reversal:
        return True
    return receipt.amount < 0 and has_word(fold(receipt.text), policy.returned_words)


def plan_money_back(
    receipt: ReceiptFact, named: Named, payer: PayerEvidence, book: MatchBook, policy: MatchingPolicy
) -> MatchPlan:
    """Plan what to do with a returned payment: it waits for a person, with the receipt it takes back."""
    customers = tuple(dict.fromkeys([*payer.customer_ids, *(d.customer_id for d in named.documents)]))
    if receipt.amount > 0:
        owner = customers[0] if len(customers) == 1 else None
        state = ReceiptState.UNAPPLIED if owner is not None else ReceiptState.UNIDENTIFIED
        return MatchPlan(state, "RETURNED_TO_US", owner, asked_because="RETURNED")
    original, is_sure = find_original(receipt, named, customers, book, policy)
    settles_alone = is_sure and "RETURNED" in policy.posts_alone
    owner = customers[0] if len(customers) == 1 else None
    if original is not None:
        owner = original.customer_id
    return MatchPlan(
        ReceiptState.RETURNED,
        "RETURNED",
        owner,
        asked_because="" if settles_alone else "RETURNED",
        marks=named.marks,
        customer_candidates=customers[:10],
        returns_receipt_id=original.id if original else None,
    )


def find_original(
    receipt: ReceiptFact,
    named: Named,
    customer_ids: Sequence[int],
    book: MatchBook,
    policy: MatchingPolicy,
) -> tuple[EarlierReceipt | None, bool]:
    """Find the one earlier receipt a return takes back: of its amount less a fee, by reference, number or amount.

    Says also whether it is sure: the return names it, by more than its amount.
    """
    since = receipt.value_date - timedelta(days=policy.return_days)
    possible = [
        earlier
        for earlier in book.earlier_receipts(customer_ids, receipt.currency, since, receipt.value_date)
        if earlier.is_applied
        and 0 <= return_fee(receipt.amount, earlier.amount) <= policy.fee_tolerance_amount
    ]
    keys = [d.number_key for d in named.documents if len(d.number_key) >= _TELLING_LENGTH]
    said = normalise_reference(receipt.text)
    for matching in (
        [e for e in possible if receipt.end_to_end_id and e.end_to_end_id == receipt.end_to_end_id],
        [e for e in possible if _is_told(e.end_to_end_id, said)],
        [e for e in possible if any(key in e.said for key in keys)],
    ):
        if len(matching) == 1:
            return matching[0], True
    equal = [e for e in possible if return_fee(receipt.amount, e.amount) == 0]
    return (equal[0] if len(equal) == 1 else None), False


def _is_told(reference: str, said: str) -> bool:
    key = normalise_reference(reference)
    return len(key) >= _TELLING_LENGTH and key in said


def return_fee(returned: Decimal, original: Decimal) -> Decimal:
    """Give what a return (negative) took beyond the receipt it takes back: the bank's fee."""
    return -returned - original if returned < 0 else ZERO
