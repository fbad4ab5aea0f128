"""Who pays for many teaches nothing of whom the money is from: agents, factors, administrators of insolvent estates.

An account is learned as one customer's from confirmations. Learned of an agent, the next payment under it would go to
whoever was served last. So such a payer is told by policy's words, and by what it did: it paid for customers that have
nothing to do with each other. What a person gave as a customer's own account (master data) is not touched by this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

from acquit.cash.rules.payer_index import may_pay_for
from acquit.cash.rules.receipts import Payer
from acquit.cash.rules.wording import fold, has_word
from acquit.controls.rules.policies import MatchingPolicy
from acquit.core.names import normalise_name


class LearnedAlias(NamedTuple):
    """A name (normalised) or account, for whom it was confirmed to pay, and how often."""

    kind: str
    alias: str
    customer_id: int
    confirmations: int


def has_agent_word(counterparty: str, policy: MatchingPolicy) -> bool:
    """Tell whether a name has one of the words by which policy tells who pays for others."""
    return has_word(fold(counterparty), policy.agent_words)


def is_agent(
    counterparty: str, customer_ids: Iterable[int], payers: Mapping[int, Payer], policy: MatchingPolicy
) -> bool:
    """Tell whether a name has an agent's word and is not the customer's own: a factory may be called one."""
    if not has_agent_word(counterparty, policy):
        return False
    name = normalise_name(counterparty)
    return not any(
        name == normalise_name(own)
        for customer_id in customer_ids
        if customer_id in payers
        for own in (payers[customer_id].name, *payers[customer_id].names)
    )


def is_unrelated(customer_ids: Iterable[int], payers: Mapping[int, Payer]) -> bool:
    """Tell whether two of these customers have nothing to do with each other."""
    return any(
        not (may_pay_for(one, other, payers) or may_pay_for(other, one, payers))
        for one, other in combinations(sorted(set(customer_ids)), 2)
    )


def list_believed(
    aliases: Iterable[LearnedAlias], enough: int, payers: Mapping[int, Payer]
) -> list[tuple[str, str, int]]:
    """List (kind, alias, customer) of what was confirmed often enough, of payers of one customer or one family."""
    known: defaultdict[tuple[str, str], list[LearnedAlias]] = defaultdict(list)
    for one in aliases:
        known[one.kind, one.alias].append(one)
    return [
        (kind, alias, one.customer_id)
        for (kind, alias), said in known.items()
        if len(said) == 1 or not is_unrelated([one.customer_id for one in said], payers)
        for one in said
        if one.confirmations >= enough
    ]
