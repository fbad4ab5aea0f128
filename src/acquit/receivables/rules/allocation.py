"""Which debts a payment pays, and which part of each first, when several are open: dated law of each country.

A rule is data: the order of the parts (costs, interest, principal) and the criteria that rank debts. The debtor's own
choice among debts goes first where the law gives it; the rest follows the rule. All parts sum to the payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from acquit.core.errors import Refusal
from acquit.core.money import ZERO, split_by_weight


class CannotAllocate(Refusal):
    """The payment, the debts or the designation cannot be; nothing was allocated."""

    code = "CANNOT_ALLOCATE"


class Part(StrEnum):
    """A part of a debt."""

    COSTS = "COSTS"
    INTEREST = "INTEREST"
    PRINCIPAL = "PRINCIPAL"


class Criterion(StrEnum):
    """What ranks one debt before another."""

    DUE_FIRST = "DUE_FIRST"
    LEAST_SECURED = "LEAST_SECURED"
    MOST_BURDENSOME = "MOST_BURDENSOME"
    OLDEST = "OLDEST"


@dataclass(frozen=True, slots=True)
class Debt:
    """What is open of one debt, by part; `security_rank` and `burden_rank` grow with security and burden."""

    item_id: int
    due_date: date
    principal: Decimal
    interest: Decimal = ZERO
    costs: Decimal = ZERO
    security_rank: int = 0
    burden_rank: int = 0

    def open_part(self, part: Part) -> Decimal:
        """Give what is open of a part."""
        return {Part.COSTS: self.costs, Part.INTEREST: self.interest, Part.PRINCIPAL: self.principal}[part]


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """One law in a half-open interval of days.

    `checked` says what it was compared with, `open_points` what of the law it leaves out or could not be compared.
    """

    country: str
    code: str
    source: str
    valid_from: date
    checked: str
    open_points: str
    parts: tuple[Part, ...]
    criteria: tuple[Criterion, ...]
    valid_until: date | None = None
    is_for_consumer_loans: bool = False


@dataclass(frozen=True, slots=True)
class Allocated:
    """An amount of the payment for one part of one debt."""

    item_id: int
    part: Part
    amount: Decimal


_COSTS_FIRST = (Part.COSTS, Part.INTEREST, Part.PRINCIPAL)
_ROMAN = (Criterion.DUE_FIRST, Criterion.MOST_BURDENSOME, Criterion.OLDEST)

RULES: tuple[AllocationRule, ...] = (
    AllocationRule(
        "DE",
        "DE-366-367",
        "BGB s. 366 (2), 367 (1)",
        date(1900, 1, 1),
        "text of both in openlegaldata.io and urteile-gesetze.de; Prütting/Wegen/Weinreich on s. 367 (Haufe)",
        "the first day, that of the BGB, is from memory",
        _COSTS_FIRST,
        (Criterion.DUE_FIRST, Criterion.LEAST_SECURED, Criterion.MOST_BURDENSOME, Criterion.OLDEST),
    ),
    AllocationRule(
        "DE",
        "DE-497",
        "BGB s. 497 (3)",
        date(2002, 1, 1),
        "text in bgb.kommentar.de and godoku.de",
        "the first day is from memory; loans secured on land, excepted by s. 497 (4), are not known apart",
        (Part.COSTS, Part.PRINCIPAL, Part.INTEREST),
        (Criterion.DUE_FIRST, Criterion.LEAST_SECURED, Criterion.MOST_BURDENSOME, Criterion.OLDEST),
        is_for_consumer_loans=True,
    ),
    AllocationRule(
        "FR",
        "FR-1342-10",
        "Code civil art. 1342-10, 1343-1",
        date(2016, 10, 1),
        "text of both in Code civil 2018 (help-voisinage.fr); costs first: Cass. 1re civ., 7 Feb 1995, no. 92-14.216",
        "the first day is from memory; earlier payments followed art. 1254, 1256",
        _COSTS_FIRST,
        _ROMAN,
    ),
    AllocationRule(
        "ES",
        "ES-1173",
        "Código Civil art. 1173, 1174",
        date(1889, 5, 1),
        "text of art. 1173 in vlex.es; art. 1174 in A.P. Tarragona, 3 Sep 2002 (agtvm.com)",
        "the first day is from memory; costs before interest is usage, not in the text",
        _COSTS_FIRST,
        (Criterion.DUE_FIRST, Criterion.MOST_BURDENSOME),
    ),
    AllocationRule(
        "PT",
        "PT-784-785",
        "Código Civil art. 784, 785, Decreto-Lei 47344",
        date(1967, 6, 1),
        "text of both in dre.pt, consolidated",
        "the first day is from memory; compensation for delay, between costs and interest, is not known apart",
        _COSTS_FIRST,
        (Criterion.DUE_FIRST, Criterion.LEAST_SECURED, Criterion.MOST_BURDENSOME, Criterion.OLDEST),
    ),
)

#: Where no law of ours is known: the oldest due debt first, as most agreements say.
AGREED = AllocationRule(
    "",
    "OLDEST_DUE",
    "agreement",
    date(1, 1, 1),
    "no law",
    "no law",
    _COSTS_FIRST,
    (Criterion.DUE_FIRST, Criterion.OLDEST),
)


def find_rule(country: str, on_date: date, *, is_consumer_loan: bool = False) -> AllocationRule:
    """Find the law of a country on a day; `AGREED` where none is known."""
    for rule in RULES:
        if (
            rule.country == country
            and rule.is_for_consumer_loans == is_consumer_loan
            and rule.valid_from <= on_date
            and (rule.valid_until is None or on_date < rule.valid_until)
        ):
            return rule
    return find_rule(country, on_date) if is_consumer_loan else AGREED


def plan_allocation(
    payment: Decimal,
    debts: Sequence[Debt],
    rule: AllocationRule,
    on_date: date,
    currency: str,
    *,
    designated: Sequence[int] = (),
) -> tuple[tuple[Allocated, ...], Decimal]:
    """Allocate a payment; gives the allocated amounts and what is left over.

    `designated`: items the debtor named, in their order; each is paid by the rule's parts before any other. Debts that
    no criterion tells apart share what is left in proportion. Refuses (`CannotAllocate`) amounts below zero and unknown
    or repeated designations.
    """
    by_id = {debt.item_id: debt for debt in debts}
    if payment < 0 or any(debt.open_part(part) < 0 for debt in debts for part in Part):
        raise CannotAllocate("A payment and the parts of debts are zero or more.", param="payment")
    if (
        len(by_id) != len(debts)
        or not set(designated) <= set(by_id)
        or len(set(designated)) != len(designated)
    ):
        raise CannotAllocate("Name each open debt at most once.", param="designated")
    groups = [[by_id[item_id]] for item_id in designated]
    rest = [debt for debt in debts if debt.item_id not in set(designated)]
    ranks = sorted({_rank(debt, rule, on_date) for debt in rest})
    groups += [[debt for debt in rest if _rank(debt, rule, on_date) == rank] for rank in ranks]
    allocated: list[Allocated] = []
    left = payment
    for group in groups:
        for part in rule.parts:
            open_parts = [debt.open_part(part) for debt in group]
            whole = sum(open_parts, ZERO)
            paid = min(left, whole)
            if paid == 0:
                continue
            shares = split_by_weight(paid, open_parts, currency)
            allocated += [
                Allocated(debt.item_id, part, share)
                for debt, share in zip(group, shares, strict=True)
                if share
            ]
            left -= paid
    return tuple(allocated), left


def _rank(debt: Debt, rule: AllocationRule, on_date: date) -> tuple[int, ...]:
    values = {
        Criterion.DUE_FIRST: int(debt.due_date > on_date),
        Criterion.LEAST_SECURED: debt.security_rank,
        Criterion.MOST_BURDENSOME: -debt.burden_rank,
        Criterion.OLDEST: debt.due_date.toordinal(),
    }
    return tuple(values[criterion] for criterion in rule.criteria)
