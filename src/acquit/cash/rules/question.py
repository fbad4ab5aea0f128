"""One receipt's question to the books: all that is known of it, gathered once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from acquit.cash.rules.match_book import MatchBook, Named
from acquit.cash.rules.payer_index import PayerEvidence
from acquit.cash.rules.receipts import OpenItem, ReceiptFact
from acquit.cash.rules.remittance_text import Remittance
from acquit.cash.rules.wording import Wording
from acquit.controls.rules.policies import MatchingPolicy


class Question(NamedTuple):
    """A receipt, what its text offers and says, who may have paid, what it names whole; the books and the policy.

    `family` are the customers the payer pays for; empty when nobody is known.
    """

    receipt: ReceiptFact
    told: Remittance
    wording: Wording
    payer: PayerEvidence
    named: Named
    family: tuple[int, ...]
    book: MatchBook
    policy: MatchingPolicy

    @property
    def grade(self) -> str:
        """Give the rule by which whole names count."""
        return "STRUCTURED_REFERENCE" if self.named.referenced else "DOCUMENT_NUMBER"

    def family_of(self, items: Sequence[OpenItem]) -> tuple[int, ...]:
        """Give whose items may be meant beside these: the payer's family, else that of whoever owns them."""
        owners = tuple(dict.fromkeys(item.customer_id for item in items))
        return self.family or self.book.payers.family_of(owners)

    def has_shared_charges(self, customer_ids: Sequence[int]) -> bool:
        """Tell whether banks' charges may be kept off what these customers pay."""
        payers = self.book.payers.payers
        return bool(customer_ids) and all(
            customer in payers and payers[customer].has_shared_charges for customer in customer_ids
        )

    def is_agreed_by_amount(self) -> bool:
        """Tell whether the payer agreed that weaker evidence may post alone; whoever's items it pays."""
        payers = self.book.payers.payers
        return all(
            customer in payers and payers[customer].is_auto_by_amount for customer in self.payer.customer_ids
        )

    def find_cancelling(self, item: OpenItem, chosen: set[int]) -> list[OpenItem]:
        """Give the open credit notes of an invoice's whole amount, written since it and not among those chosen."""
        if item.open_amount < 0:
            return []
        notes = self.book.open_items_between(
            (item.customer_id,), item.currency, -item.open_amount, -item.open_amount
        )
        return [note for note in notes if note.id not in chosen and note.posting_date >= item.posting_date]
