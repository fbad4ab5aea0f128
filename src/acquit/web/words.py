"""The status vocabulary: one word for a state, the same word and the same tone on every page.

good = done, info = under way, warn = needs a decision, bad = broken or failed, plain = neutral. A code that is not in
the vocabulary is an error in the page that uses it, so it is refused instead of being shown raw.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TONES = ("good", "info", "warn", "bad", "")


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A state's word and tone."""

    word: str | Promise
    tone: str


STATUS_WORDS: dict[str, StatusWord] = {
    # items
    "OPEN": StatusWord(pgettext_lazy("state of an item", "Open"), ""),
    "CLEARED": StatusWord(_("Cleared"), "good"),
    "PARTLY_CLEARED": StatusWord(_("Partly cleared"), "info"),
    "PART_PAID": StatusWord(_("Part paid"), "warn"),
    "PART_PAID_BY_PLAN": StatusWord(_("Part paid"), ""),
    "DISPUTED": StatusWord(_("Disputed"), "warn"),
    "CREDIT_FREE": StatusWord(_("Credit, free to use"), "good"),
    "PAID_TO_CONFIRM": StatusWord(_("Paid, to confirm"), "info"),
    "INSOLVENT": StatusWord(_("Insolvent"), "bad"),
    "CASE_CLOSED": StatusWord(pgettext_lazy("state of a case", "Closed"), ""),
    "REVERSED": StatusWord(_("Reversed"), ""),
    "REMINDER_1": StatusWord(_("Reminder 1"), "warn"),
    # cash
    "PROPOSED": StatusWord(_("Proposed"), ""),
    "POSTED": StatusWord(_("Posted"), "good"),
    "CONFIRMED": StatusWord(_("Confirmed"), "good"),
    "UNIDENTIFIED": StatusWord(_("Unidentified"), ""),
    "ON_ACCOUNT": StatusWord(_("On account"), ""),
    "SHORT_PAID": StatusWord(_("Short paid"), "warn"),
    "NOT_APPLIED": StatusWord(_("Not applied"), ""),
    "OVERPAID": StatusWord(_("Overpaid"), ""),
    "LUMP_SUM": StatusWord(_("Lump sum"), ""),
    "TWO_SOLUTIONS": StatusWord(_("Two solutions"), "warn"),
    "RETURNED": StatusWord(_("Returned"), "bad"),
    "ASKED_CUSTOMER": StatusWord(pgettext_lazy("the customer was asked", "Asked"), "info"),
    "PREPAYMENT": StatusWord(_("Prepayment"), ""),
    "ESCALATED": StatusWord(_("Escalated"), "warn"),
    "REVIEWED": StatusWord(_("Reviewed"), "good"),
    "NOT_REVIEWED": StatusWord(_("To review"), "warn"),
    "BELIEVED_NOT_YET": StatusWord(_("Not believed yet"), ""),
    "BELIEVED_OF_NOBODY": StatusWord(_("Believed of nobody"), ""),
    "UNDONE": StatusWord(_("Undone"), ""),
    "WAITS_FOR_MATCHING": StatusWord(_("Not matched yet"), ""),
    # promises
    "KEPT": StatusWord(_("Kept"), "good"),
    "BROKEN": StatusWord(_("Broken"), "bad"),
    "PROMISE_BROKEN": StatusWord(_("Promise broken"), "bad"),
    "PROMISED": StatusWord(_("Promised"), "info"),
    # work, approvals
    "WAITING_FOR_YOU": StatusWord(_("Waiting for you"), "info"),
    "HOLD": StatusWord(pgettext_lazy("an order is held", "Hold"), "warn"),
    # files
    "FILE_READY": StatusWord(pgettext_lazy("a file is understood", "Ready"), "good"),
    "BALANCES": StatusWord(pgettext_lazy("a statement adds up", "Balances"), "good"),
    "UNDERSTOOD": StatusWord(_("Not posted yet"), "info"),
    "POSTING": StatusWord(_("Being posted"), "info"),
    "REFUSED_ROWS": StatusWord(_("Rows refused"), "bad"),
    "REFUSED": StatusWord(_("Refused"), "bad"),
    "SET_ASIDE": StatusWord(_("Set aside"), ""),
    "SPLIT": StatusWord(_("Taken apart"), ""),
    "ASKED": StatusWord(pgettext_lazy("a file waits for an answer", "Question"), "warn"),
    # direct debits
    "RUN_PROPOSED": StatusWord(pgettext_lazy("state of a run", "To release"), "warn"),
    "RUN_APPROVED": StatusWord(pgettext_lazy("state of a run", "Released, to write"), "warn"),
    "RUN_WRITTEN": StatusWord(pgettext_lazy("state of a run", "Written"), "good"),
    "RUN_CANCELLED": StatusWord(pgettext_lazy("state of a run", "Cancelled"), ""),
    "DEBIT_PROPOSED": StatusWord(_("Proposed"), ""),
    "DEBIT_SUBMITTED": StatusWord(_("At the bank"), "info"),
    "DEBIT_COLLECTED": StatusWord(_("Collected"), "good"),
    "DEBIT_REJECTED": StatusWord(pgettext_lazy("state of a debit", "Rejected"), "bad"),
    "DEBIT_RETURNED": StatusWord(pgettext_lazy("state of a debit", "Came back"), "bad"),
    "DEBIT_CANCELLED": StatusWord(_("Left out"), ""),
    "MANDATE_DRAFT": StatusWord(pgettext_lazy("state of a mandate", "Draft"), ""),
    "MANDATE_ACTIVE": StatusWord(pgettext_lazy("state of a mandate", "In force"), "good"),
    "MANDATE_ENDING": StatusWord(pgettext_lazy("state of a mandate", "Last collection next"), "info"),
    "MANDATE_SUSPENDED": StatusWord(pgettext_lazy("state of a mandate", "Suspended"), "warn"),
    "MANDATE_CANCELLED": StatusWord(pgettext_lazy("state of a mandate", "Revoked"), ""),
    "MANDATE_LAPSED": StatusWord(pgettext_lazy("state of a mandate", "Expired"), ""),
    # books
    "AGREE": StatusWord(pgettext_lazy("the books agree", "Agree"), "good"),
    "DIFFERENCE": StatusWord(_("Difference"), "bad"),
    "PERIOD_OPEN": StatusWord(pgettext_lazy("state of a period", "Open"), ""),
    "PERIOD_CLOSED": StatusWord(pgettext_lazy("state of a period", "Closed"), ""),
    "PERIOD_SOFT_CLOSED": StatusWord(_("Soft close"), "info"),
    "NO_BALANCE": StatusWord(_("No balances given"), ""),
    "PERIOD_FUTURE": StatusWord(pgettext_lazy("state of a period", "Future"), ""),
    "NOT_BALANCED": StatusWord(_("Does not add up"), "bad"),
    "STATEMENT_MISSING": StatusWord(_("One may be missing"), "warn"),
    "STATEMENT_OVERLAPS": StatusWord(pgettext_lazy("state of a statement", "Overlaps"), ""),
    "LINES_VANISHED": StatusWord(_("Lines gone"), "warn"),
    "CORRECTED": StatusWord(pgettext_lazy("state of a statement", "Corrected"), ""),
}


#: Under which word a receipt's stored state is said.
RECEIPT_WORDS = {
    "AUTO": "POSTED",
    "CONFIRMED": "CONFIRMED",
    "PROPOSED": "PROPOSED",
    "UNAPPLIED": "NOT_APPLIED",
    "UNIDENTIFIED": "UNIDENTIFIED",
    "ON_ACCOUNT": "ON_ACCOUNT",
    "RETURNED": "RETURNED",
    "IGNORED": "SET_ASIDE",
    "SPLIT": "SPLIT",
}


def get_status_word(code: str) -> StatusWord:
    """Give the word and tone of a stored state; refuses a code the vocabulary does not know."""
    try:
        return STATUS_WORDS[code]
    except KeyError:
        raise LookupError(f"no word for the state {code!r}: add it to the vocabulary") from None
