"""What a document is before it is issued, and the entry it makes.

Invoice: Dr 1200 gross / Cr 4000 net / Cr 2200 VAT; a credit note the reverse (handbook section 3). A document taken
over from another system has its revenue in that system's books: its counter-account is 9000 Balances taken over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.core.errors import Refusal
from acquit.core.money import ZERO, round_amount
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import Line


class CannotIssue(Refusal):
    """The document contradicts itself; nothing was issued."""

    code = "CANNOT_ISSUE"


class DocumentKind(StrEnum):
    """Kinds of documents; a credit note's amounts are negative."""

    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"


_KINDS = frozenset(kind.value for kind in DocumentKind)


class LineDraft(NamedTuple):
    """A line; `net` is rounded to the currency."""

    product: str
    description: str
    quantity: Decimal
    price: Decimal
    net: Decimal
    tax_code: str = ""
    tax_rate: Decimal = ZERO
    tax: Decimal = ZERO


class DocumentDraft(NamedTuple):
    """A document on its way out. No number: the series gives one at issue. Amounts signed, credit notes negative."""

    company_id: int
    customer_id: int
    kind: str
    currency: str
    document_date: date
    due_date: date
    net: Decimal
    tax: Decimal
    number: str = ""
    posting_date: date | None = None
    tax_point_date: date | None = None
    baseline_date: date | None = None
    payment_terms: str = ""
    customer_po: str = ""
    structured_reference: str = ""
    lines: tuple[LineDraft, ...] = ()
    is_taken_over: bool = False
    source: str = ""

    @property
    def gross(self) -> Decimal:
        """Give net plus tax."""
        return self.net + self.tax


def check_document(draft: DocumentDraft) -> None:
    """Refuse a document that contradicts itself.

    `CannotIssue`: an unknown kind, zero, the wrong sign, amounts finer than the currency allows, lines that do not add
    up to it. `UnknownCurrency`, `AmountTooLarge` as in core.money.
    """
    name = draft.number or "The document"
    if draft.kind not in _KINDS:
        raise CannotIssue(f"{name} is a {draft.kind!r}. Known: {', '.join(sorted(_KINDS))}.", param="kind")
    for param, amount in (("net", draft.net), ("tax", draft.tax)):
        if round_amount(amount, draft.currency) != amount:
            raise CannotIssue(f"{name}: {param} {amount} is finer than {draft.currency} allows.", param=param)
    gross = draft.gross
    if gross == 0:
        raise CannotIssue(f"{name} is over 0.00: there is nothing to owe.", param="gross")
    if (gross > 0) != (draft.kind == DocumentKind.INVOICE):
        raise CannotIssue(
            f"{name} is a {draft.kind} over {gross}: an invoice is above zero, a credit note below."
        )
    if draft.lines:
        total = sum((line.net for line in draft.lines), ZERO)
        if total != draft.net:
            raise CannotIssue(f"{name}: its lines sum to {total}, its net is {draft.net}.", param="lines")


def plan_document_lines(draft: DocumentDraft, item_id: int) -> Sequence[Line]:
    """Plan the lines of a document's entry."""
    owed = Line(AccountRole.RECEIVABLES, draft.gross, item_id)
    if draft.is_taken_over:
        return (owed, Line(AccountRole.TAKEOVER, -draft.gross))
    return (owed, Line(AccountRole.REVENUE, -draft.net), Line(AccountRole.OUTPUT_VAT, -draft.tax))
