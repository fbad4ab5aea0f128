"""A status report as a value: what became of a message, of its blocks, of each payment.

A payment the bank says nothing of has the status of its block, and that of its message: only the deepest word counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

_REJECTED = frozenset({"RJCT", "CANC"})
_UNDECIDED = frozenset({"PART", "PDNG", "PATC", "RCVD", ""})


@dataclass(frozen=True, slots=True)
class StatusReason:
    """Why: an ISO code (or the bank's own), and what the bank writes about it."""

    code: str
    texts: tuple[str, ...] = ()
    is_proprietary: bool = False


@dataclass(frozen=True, slots=True)
class TransactionStatus:
    """What a report says of one payment; `status` is empty where only its block's counts."""

    end_to_end_id: str
    status: str
    reasons: tuple[StatusReason, ...] = ()
    instruction_id: str = ""
    status_id: str = ""
    amount: Decimal | None = None
    currency: str = ""
    mandate_id: str = ""


@dataclass(frozen=True, slots=True)
class CountByStatus:
    """How many payments of a block have a status, and their sum where the bank says it."""

    status: str
    count: int
    control_sum: Decimal | None


@dataclass(frozen=True, slots=True)
class BlockStatus:
    """What a report says of one block; its id is empty where the bank reports payments without their block."""

    block_id: str
    status: str
    reasons: tuple[StatusReason, ...]
    counts: tuple[CountByStatus, ...]
    transactions: tuple[TransactionStatus, ...]


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A whole report about one message of ours."""

    version: str
    message_id: str
    created_at: str
    original_message_id: str
    original_message_name: str
    original_count: int | None
    original_sum: Decimal | None
    status: str
    reasons: tuple[StatusReason, ...]
    blocks: tuple[BlockStatus, ...]
    warnings: tuple[tuple[str, str], ...] = ()

    def verdict(self, block_id: str, end_to_end_id: str) -> tuple[str, tuple[StatusReason, ...]]:
        """Give the status that holds for a payment of ours and why; where the bank says nothing, an empty one.

        In a message or block accepted in part, a payment that is not listed is accepted (ACCP): banks list what they
        reject.
        """
        found = (self.status, self.reasons)
        for block in self.blocks:
            if block.block_id not in {block_id, ""}:
                continue
            if block.status:
                found = (block.status, block.reasons)
            for transaction in block.transactions:
                if transaction.end_to_end_id == end_to_end_id and transaction.status:
                    return transaction.status, transaction.reasons or block.reasons
        return ("ACCP", ()) if found[0] == "PART" else found


def is_rejected(status: str) -> bool:
    """Tell whether a status means that the bank does not carry the payment out."""
    return status in _REJECTED


def is_accepted(status: str) -> bool:
    """Tell whether a status means that the bank took the payment (ACTC, ACCP, ACSP, ACSC, ACWC …)."""
    return status not in _REJECTED and status not in _UNDECIDED
