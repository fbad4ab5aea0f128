"""What a chunk of new money stands among, and what deciding about each receipt may read or change.

Whom a receipt may touch is known before anything is locked: who is named, who pays, who has a part in an advice or an
order it speaks of, with those they pay for. Whoever decides locks them; whoever cuts money into lanes keeps together
what shares any of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from acquit.cash.rules.advices import StoredAdvice
from acquit.cash.rules.match_book import Advices
from acquit.cash.rules.payer_index import PayerEvidence, PayerIndex
from acquit.cash.rules.receipts import NamedDocument, OrderFact, ReceiptFact
from acquit.cash.rules.remittance_text import Remittance
from acquit.cash.rules.returns import is_money_back
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.references import normalise_reference


class Surroundings(NamedTuple):
    """What the books know of what receipts say: `told` and `evidence` (who may have paid) stand for each of them.

    `nearly` are the documents a candidate of a text may mean without the letters or zeros they begin with.
    """

    told: Sequence[Remittance]
    documents: Sequence[NamedDocument]
    advices: Sequence[StoredAdvice]
    payers: PayerIndex
    evidence: Sequence[PayerEvidence]
    orders: Sequence[OrderFact]
    nearly: Mapping[str, Sequence[NamedDocument]]

    def list_customers(self) -> set[int]:
        """List every customer that deciding about these receipts may touch."""
        known = {document.customer_id for document in self.documents}
        known.update(document.customer_id for meant in self.nearly.values() for document in meant)
        known.update(order.customer_id for order in self.orders)
        known.update(customer_id for payer in self.evidence for customer_id in payer.customer_ids)
        return set(self.payers.family_of(sorted(known)))


def list_touched(
    facts: Sequence[ReceiptFact],
    around: Surroundings,
    answering: Mapping[int, Sequence[int]],
    policy: MatchingPolicy,
) -> list[Sequence[Hashable]]:
    """List for each receipt what its decision may read or change: customers, and advices that speak of it.

    One of nobody known touches itself alone. What may hang together with others nobody knows, a return or an advice,
    touches nothing that is known here. `answering` are the customers of orders of ours that a receipt (by key) answers.
    """
    owners = _list_owners(around)
    index = Advices(around.advices)
    touched: list[Sequence[Hashable]] = []
    for fact, told, payer in zip(facts, around.told, around.evidence, strict=True):
        keys = [*(token.key for token in told.tokens), *told.other_keys, *told.references]
        spoken = [*index.of_total(fact.amount), *index.of_deposit(fact.amount)]
        spoken += (advice for key in keys for advice in index.of_reference(key))
        keys += [key for advice in spoken for key in _list_advised(advice)]
        known = {owner for key in keys for owner in owners.get(key, ())}
        known.update(payer.customer_ids, answering.get(fact.key, ()))
        if known:
            advised = sorted({f"advice {advice.id}" for advice in spoken})
            touched.append((*around.payers.family_of(sorted(known)), *advised))
        else:
            touched.append(() if spoken or is_money_back(fact, policy) else (f"line {fact.key}",))
    return touched


def _list_owners(around: Surroundings) -> Mapping[str, set[int]]:
    """List whose documents and orders each number may be."""
    owners: defaultdict[str, set[int]] = defaultdict(set)
    for document in around.documents:
        owners[document.number_key].add(document.customer_id)
        if document.structured_reference:
            owners[normalise_reference(document.structured_reference)].add(document.customer_id)
    for key, meant in around.nearly.items():
        owners[key].update(document.customer_id for document in meant)
    for order in around.orders:
        owners[normalise_reference(order.number)].add(order.customer_id)
    return owners


def _list_advised(advice: StoredAdvice) -> list[str]:
    numbers = (normalise_reference(number) for line in advice.lines for number in line.other_numbers)
    return [*(line.document_key for line in advice.lines), *numbers]
