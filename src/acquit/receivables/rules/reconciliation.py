"""Subledger against control account: the difference, and how much of it is explained.

The one clever idea: an explanation is an amount with a sign, so explanations either add up to the difference
or the rest is shown; nobody can tick a difference away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from acquit.core.money import ZERO


@dataclass(frozen=True, slots=True)
class ReconcilingItem:
    """One reason why subledger and general ledger differ; the amount is what the subledger has more."""

    text: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """`difference` = subledger - general ledger; `unexplained` must be zero before a period closes."""

    difference: Decimal
    explained: Decimal
    unexplained: Decimal

    @property
    def is_reconciled(self) -> bool:
        """Say whether nothing is left unexplained."""
        return not self.unexplained


def reconcile(
    subledger: Decimal, general_ledger: Decimal, items: Sequence[ReconcilingItem] = ()
) -> Reconciliation:
    """Compare the sum of open items with the control account of the same currency."""
    difference = subledger - general_ledger
    explained = sum((item.amount for item in items), ZERO)
    return Reconciliation(difference, explained, difference - explained)
