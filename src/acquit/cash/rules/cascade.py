"""The matching cascade: the first step that places a receipt decides, and says what it refused (handbook section 6).

1. A structured reference or a document number in the text, with the amount explained: posts alone.
2. A known payer and one open item of exactly this amount, or one set of items: proposes; posts alone only where the
   customer agreed to matching by amount.
3. A known payer and nothing that fits: kept for the customer. Nobody known: kept as unidentified.
Money that a careful person could not place from what is known is never posted by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from acquit.cash.rules.confidence import MatchAction, MatchConfidence, MatchPolicy, match_confidence
from acquit.cash.rules.match_book import MatchBook, Named, PayerEvidence
from acquit.cash.rules.placing import Placing, place_amount
from acquit.cash.rules.receipts import (
    Alternative,
    Applied,
    DifferenceKind,
    MatchPlan,
    OpenItem,
    Payer,
    ReceiptFact,
    ReceiptState,
    ScorePart,
)
from acquit.cash.rules.remittance_text import read_tokens
from acquit.cash.rules.similarity import is_similar_reference
from acquit.cash.rules.subset_sum import find_subset_sums
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.money import ZERO, to_minor_units
from acquit.receivables.rules.items import UNAPPLIED_KINDS

_ONE = Decimal(1)
_ALTERNATIVES_AT_MOST = 3


def plan_match(
    receipt: ReceiptFact, book: MatchBook, policy: MatchingPolicy, give_up: Callable[[], bool]
) -> MatchPlan:
    """Plan where a receipt's money goes. `give_up` bounds the search for sums; the plan says when it was used up."""
    payer = book.find_payer(receipt)
    if receipt.amount <= 0:
        return _plan_outgoing(receipt, payer)
    if _is_own_money(receipt, book, payer, policy):
        return MatchPlan(ReceiptState.IGNORED, "OWN_MONEY")
    named = book.find_named(receipt)
    items = _open_named(named, book, receipt.currency)
    if items:
        return _plan_by_reference(receipt, book, policy, payer, named, items)
    if named.documents:
        return _plan_named_cleared(named, payer)
    if len(payer.customer_ids) == 1:
        return _plan_by_payer(receipt, book, policy, payer, give_up)
    if payer.customer_ids:
        return MatchPlan(
            ReceiptState.UNIDENTIFIED,
            "PAYER_AMBIGUOUS",
            asked_because="PAYER_AMBIGUOUS",
            customer_candidates=payer.customer_ids[:10],
        )
    return MatchPlan(ReceiptState.UNIDENTIFIED, "NOBODY_KNOWN", asked_because="NOBODY_KNOWN")


def _plan_outgoing(receipt: ReceiptFact, payer: PayerEvidence) -> MatchPlan:
    if receipt.return_code or receipt.is_reversal:
        customer = payer.customer_ids[0] if len(payer.customer_ids) == 1 else None
        return MatchPlan(ReceiptState.RETURNED, "RETURNED", customer, asked_because="RETURNED")
    return MatchPlan(ReceiptState.IGNORED, "OUTGOING")


def _is_own_money(
    receipt: ReceiptFact, book: MatchBook, payer: PayerEvidence, policy: MatchingPolicy
) -> bool:
    if receipt.iban and receipt.iban in book.own_accounts:
        return True
    if payer.customer_ids:
        return False
    said = f"{receipt.counterparty} {receipt.text}".upper()
    return any(word in said for word in policy.own_money_words)


def _open_named(named: Named, book: MatchBook, currency: str) -> list[OpenItem]:
    found = [
        book.items[document.item_id]
        for document in named.documents
        if document.item_id is not None and document.item_id in book.items
    ]
    return [item for item in found if item.currency == currency and item.kind not in UNAPPLIED_KINDS]


def _plan_by_reference(
    receipt: ReceiptFact,
    book: MatchBook,
    policy: MatchingPolicy,
    payer: PayerEvidence,
    named: Named,
    items: Sequence[OpenItem],
) -> MatchPlan:
    customers = tuple(dict.fromkeys(item.customer_id for item in items))
    owner = _paying_customer(customers, payer, book)
    placing = place_amount(
        receipt.amount,
        items,
        receipt.value_date,
        policy,
        has_shared_charges=_has_shared_charges(book, customers),
    )
    relation = _payer_relation(payer, customers, book)
    confidence = _confidence(
        policy,
        reference=_ONE,
        amount=_ONE if placing.is_explained else ZERO,
        payer=_ONE if relation == "AGREES" else ZERO,
    )
    asked = _reason_to_ask(
        placing, relation, customers, confidence, has_rest=len(items) < len(named.documents)
    )
    return MatchPlan(
        state=ReceiptState.PROPOSED if asked else ReceiptState.AUTO,
        rule="STRUCTURED_REFERENCE" if named.by_reference else "DOCUMENT_NUMBER",
        customer_id=owner,
        applied=placing.applied,
        differences=placing.differences,
        score=confidence.score,
        parts=_parts(policy, confidence, f"{len(items)}", placing, payer, relation),
        asked_because=asked,
        alternatives=_refused(receipt, book, owner, items),
        marks=named.marks,
    )


def _reason_to_ask(
    placing: Placing, relation: str, customers: Sequence[int], confidence: MatchConfidence, *, has_rest: bool
) -> str:
    """Give why a person is asked, or nothing: then the match posts alone."""
    if relation == "CONTRADICTS":
        return "PAYER_IS_ANOTHER"
    if len(customers) > 1 and relation != "AGREES":
        return "SEVERAL_CUSTOMERS"
    if any(difference.kind is DifferenceKind.DEDUCTION for difference in placing.differences):
        return "DEDUCTION"
    if any(difference.kind is DifferenceKind.OVERPAYMENT for difference in placing.differences):
        return "OVERPAID"
    if not placing.is_explained:
        return "PART_PAID"
    if has_rest:
        return "NAMES_CLEARED"
    return "" if confidence.action is MatchAction.AUTO else "SCORE"


def _plan_named_cleared(named: Named, payer: PayerEvidence) -> MatchPlan:
    customers = tuple(dict.fromkeys(document.customer_id for document in named.documents))
    if len(payer.customer_ids) == 1:
        customer: int | None = payer.customer_ids[0]
    else:
        customer = customers[0] if len(customers) == 1 and not payer.customer_ids else None
    return MatchPlan(
        ReceiptState.UNAPPLIED if customer is not None else ReceiptState.UNIDENTIFIED,
        "NAMES_CLEARED",
        customer,
        asked_because="NAMES_CLEARED",
        alternatives=tuple(
            Alternative("NAMED_DOCUMENT", "NOT_OPEN", (document.number,))
            for document in named.documents[:_ALTERNATIVES_AT_MOST]
        ),
        marks=named.marks,
        customer_candidates=customers[:10],
    )


def _plan_by_payer(
    receipt: ReceiptFact,
    book: MatchBook,
    policy: MatchingPolicy,
    payer: PayerEvidence,
    give_up: Callable[[], bool],
) -> MatchPlan:
    customer = book.payers[payer.customer_ids[0]]
    items = [i for i in book.open_items_of(customer.id, receipt.currency) if i.kind not in UNAPPLIED_KINDS]
    misspelt = _misspelt(receipt, items, policy)
    if misspelt is not None:
        return _proposal(receipt, book, policy, payer, [(misspelt,)], "SIMILAR_NUMBER", tried=len(items))
    singles = [(item,) for item in items if item.open_amount == receipt.amount]
    if singles:
        return _proposal(receipt, book, policy, payer, singles, "SINGLE_AMOUNT", tried=len(items))
    reduced = [(item,) for item in items if _explains_alone(receipt, item, policy, book)]
    if len(reduced) == 1:
        return _proposal(receipt, book, policy, payer, reduced, "SINGLE_REDUCED", tried=len(items))
    sums = find_subset_sums(
        [to_minor_units(item.open_amount, item.currency) for item in items],
        to_minor_units(receipt.amount, receipt.currency),
        give_up,
        most_items=min(policy.subset_items_at_most, 40) or 1,
        most_solutions=20,
    )
    if sums.solutions:
        sets = [tuple(items[index] for index in solution) for solution in sums.solutions]
        return _proposal(
            receipt, book, policy, payer, sets, "SUM_OF_ITEMS", tried=sums.tried, gave_up=sums.gave_up
        )
    return MatchPlan(
        ReceiptState.UNAPPLIED,
        "NOTHING_FITS",
        customer.id,
        score=_confidence(policy, reference=ZERO, amount=ZERO, payer=_ONE).score,
        asked_because="NOTHING_FITS" if items else "NOTHING_OPEN",
        alternatives=_refused(receipt, book, customer.id, ()),
        tried=sums.tried,
        gave_up=sums.gave_up,
    )


def _proposal(
    receipt: ReceiptFact,
    book: MatchBook,
    policy: MatchingPolicy,
    payer: PayerEvidence,
    sets: Sequence[tuple[OpenItem, ...]],
    rule: str,
    *,
    tried: int,
    gave_up: bool = False,
) -> MatchPlan:
    customer = book.payers[payer.customer_ids[0]]
    placings = [
        place_amount(
            receipt.amount, s, receipt.value_date, policy, has_shared_charges=customer.has_shared_charges
        )
        for s in sets
    ]
    is_unique = len(sets) == 1 and not gave_up
    reference = policy.similarity_from if rule == "SIMILAR_NUMBER" else ZERO
    amount = _ONE if is_unique and placings[0].is_explained else ZERO
    confidence = _confidence(policy, reference=reference, amount=amount, payer=_ONE)
    posts_alone = (
        is_unique and placings[0].is_explained and _may_post_by_amount(customer, payer, rule, policy)
    )
    asked = "" if posts_alone else ("BY_AMOUNT_ONLY" if is_unique else "TWO_SOLUTIONS")
    return MatchPlan(
        state=ReceiptState.AUTO if posts_alone else ReceiptState.PROPOSED,
        rule=rule,
        customer_id=customer.id,
        applied=placings[0].applied,
        differences=placings[0].differences,
        score=confidence.score,
        parts=_parts(policy, confidence, "0", placings[0], payer, "AGREES"),
        asked_because=asked,
        alternatives=_refused(receipt, book, customer.id, sets[0]),
        other_solutions=tuple(placing.applied for placing in placings[1:6]),
        tried=tried,
        gave_up=gave_up,
    )


def _may_post_by_amount(customer: Payer, payer: PayerEvidence, rule: str, policy: MatchingPolicy) -> bool:
    """Tell whether an amount alone may post: agreed with the customer, or the books themselves name the payer."""
    if payer.how == "GIVEN" and rule == "SINGLE_AMOUNT":
        return policy.given_payer_posts_by_amount > 0
    return customer.is_auto_by_amount and rule in {"SINGLE_AMOUNT", "SUM_OF_ITEMS"} and payer.how != "NAME"


def _misspelt(receipt: ReceiptFact, items: Sequence[OpenItem], policy: MatchingPolicy) -> OpenItem | None:
    """Find the one item of exactly this amount whose number the text nearly gives (handbook step 4)."""
    fitting = [item for item in items if item.open_amount == receipt.amount]
    keys = {token.key for token in read_tokens(receipt.text)}
    similar = [
        item
        for item in fitting
        if any(is_similar_reference(key, item.number_key, policy.similarity_from) for key in keys)
    ]
    return similar[0] if len(similar) == 1 else None


def _explains_alone(receipt: ReceiptFact, item: OpenItem, policy: MatchingPolicy, book: MatchBook) -> bool:
    """Tell whether the amount is the item's less what policy allows: discount in time, fee, tolerance."""
    if not 0 < receipt.amount < item.open_amount:
        return False
    shared = book.payers[item.customer_id].has_shared_charges
    return place_amount(
        receipt.amount, (item,), receipt.value_date, policy, has_shared_charges=shared
    ).is_explained


def _has_shared_charges(book: MatchBook, customers: Sequence[int]) -> bool:
    return all(customer in book.payers and book.payers[customer].has_shared_charges for customer in customers)


def _paying_customer(customers: Sequence[int], payer: PayerEvidence, book: MatchBook) -> int:
    """Give whose money it is: the payer's when it may pay for these customers, else the first item's customer's."""
    for payer_id in payer.customer_ids:
        if all(book.is_related(payer_id, customer) for customer in customers):
            return payer_id
    return customers[0]


def _payer_relation(payer: PayerEvidence, customers: Sequence[int], book: MatchBook) -> str:
    """Tell whether the known payer speaks for the items' customers, against them, or nobody is known."""
    if not payer.customer_ids:
        return "UNKNOWN"
    if any(all(book.is_related(p, c) for c in customers) for p in payer.customer_ids):
        return "AGREES"
    return "CONTRADICTS"


def _confidence(
    policy: MatchingPolicy, *, reference: Decimal, amount: Decimal, payer: Decimal
) -> MatchConfidence:
    weights = MatchPolicy(
        policy.reference_weight,
        policy.amount_weight,
        policy.payer_weight,
        policy.auto_from,
        policy.propose_from,
    )
    return match_confidence(reference, amount, payer, weights)


def _parts(
    policy: MatchingPolicy,
    confidence: MatchConfidence,
    named_count: str,
    placing: Placing,
    payer: PayerEvidence,
    relation: str,
) -> tuple[ScorePart, ...]:
    missing = sum((d.amount for d in placing.differences), ZERO)
    if placing.is_explained:
        amount_fact = "AMOUNT_EXPLAINED" if placing.differences else "AMOUNT_EXACT"
    else:
        amount_fact = "AMOUNT_SHORT" if missing >= 0 else "AMOUNT_OVER"
    return (
        _part(
            "reference", policy.reference_weight, confidence.reference_part, "NUMBERS_NAMED", (named_count,)
        ),
        _part("amount", policy.amount_weight, confidence.amount_part, amount_fact, (str(abs(missing)),)),
        _part("payer", policy.payer_weight, confidence.payer_part, f"PAYER_{relation}", (payer.how,)),
    )


def _part(name: str, weight: Decimal, points: Decimal, fact: str, facts: tuple[str, ...]) -> ScorePart:
    return ScorePart(name, weight, points / weight if weight else ZERO, points, fact, facts)


def _refused(
    receipt: ReceiptFact, book: MatchBook, customer_id: int, chosen: Sequence[OpenItem]
) -> tuple[Alternative, ...]:
    """Say what else was looked at, with the one fact that ruled each out."""
    chosen_ids = {item.id for item in chosen}
    others = [
        item
        for item in book.open_items_of(customer_id, receipt.currency)
        if item.id not in chosen_ids and item.kind not in UNAPPLIED_KINDS
    ]
    refused = []
    if others and others[0].open_amount > 0:
        refused.append(
            Alternative("OLDEST_FIRST", "NOT_AGREED", (others[0].number, str(others[0].open_amount)))
        )
    equal = [item for item in others if item.open_amount == receipt.amount]
    if equal:
        fact = "TEXT_NAMES_OTHERS" if chosen else "NOT_UNIQUE"
        refused.append(Alternative("EQUAL_AMOUNT", fact, tuple(item.number for item in equal[:3])))
    if chosen and len(others) > 1:
        refused.append(Alternative("OTHER_ITEMS", "TEXT_NAMES_OTHERS", (str(len(others)),)))
    return tuple(refused[:_ALTERNATIVES_AT_MOST])


def list_applied(plan: MatchPlan) -> tuple[Applied, ...]:
    """Give all items a plan touches with what clears on each: cash and differences together."""
    cleared: dict[int, Decimal] = {}
    for applied in plan.applied:
        cleared[applied.item_id] = cleared.get(applied.item_id, ZERO) + applied.amount
    for difference in plan.differences:
        if difference.item_id is not None and difference.kind is not DifferenceKind.DEDUCTION:
            cleared[difference.item_id] = cleared.get(difference.item_id, ZERO) + difference.amount
    return tuple(Applied(item_id, amount) for item_id, amount in cleared.items() if amount != 0)
