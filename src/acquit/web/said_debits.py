"""Words of direct debits: sequences, why something is left out, why it came back and what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from acquit.cash.queries import MandateStep
from acquit.web.figures import format_day
from acquit.web.said import UNDO_REASONS, Words, say

SEQUENCES: Mapping[str, Words] = {
    "FRST": pgettext_lazy("sequence of a debit", "First"),
    "RCUR": pgettext_lazy("sequence of a debit", "Recurring"),
    "FNAL": pgettext_lazy("sequence of a debit", "Last"),
    "OOFF": pgettext_lazy("sequence of a debit", "Once"),
}
MANDATE_TYPES: Mapping[str, Words] = {"RCUR": lazy("recurring"), "OOFF": lazy("once")}
SCHEMES: Mapping[str, Words] = {"CORE": lazy("SEPA core"), "B2B": lazy("SEPA business (B2B)")}
LEFT_OUT: Mapping[str, Words] = {
    "CONTESTED": lazy("All of it is disputed. Close the case first."),
    "MANDATE_LAPSES": lazy("Its mandate lapses before that day. Ask for a new one."),
    "NOT_TRIED_AGAIN": lazy("It came back and is not tried again. Ask for payment."),
    "TRIED_AGAIN_LATER": lazy("It came back and is tried again on a later pay day."),
    "NOTICE_TOO_SHORT": lazy("The debtor would be told too late. Choose a later day."),
}
#: The reasons banks give, as far as debtors and clerks meet them (EPC guidance on reason codes).
RETURN_REASONS: Mapping[str, Words] = {
    "AC01": lazy("Account number wrong"),
    "AC04": lazy("Account closed"),
    "AC06": lazy("Account blocked"),
    "AC13": lazy("A consumer's account, which B2B may not debit"),
    "AG01": lazy("Account takes no debits"),
    "AG02": lazy("Bank transaction code wrong"),
    "AM04": lazy("Not enough money on the account"),
    "AM05": lazy("Collected twice"),
    "BE05": lazy("Creditor identifier not known"),
    "CNOR": lazy("Our bank is not registered for debits"),
    "DNOR": lazy("The debtor's bank is not registered for debits"),
    "DUPL": lazy("Collected twice"),
    "ED05": lazy("Settlement failed"),
    "FF01": lazy("File format wrong"),
    "FF05": lazy("Direct debit type wrong"),
    "FOCR": lazy("Called back after cancellation"),
    "MD01": lazy("No valid mandate"),
    "MD02": lazy("Mandate data missing or wrong"),
    "MD06": lazy("The debtor asked for the money back"),
    "MD07": lazy("The debtor has died"),
    "MS02": lazy("The debtor refused"),
    "MS03": lazy("The bank gave no reason"),
    "NARR": lazy("The bank gave no reason"),
    "RC01": lazy("Bank code wrong"),
    "SL01": lazy("A service of the debtor's bank stopped it"),
}
_NEXT_STEPS: Mapping[str, Words] = {
    "DUN": lazy("Not tried again: ask for payment."),
    "SUSPEND": lazy("Mandate suspended: ask for a new account."),
    "STOP": lazy("Mandate cancelled: no debit without a new one."),
    "DISPUTE": lazy("A case is open: ask what is contested."),
    "ESTATE": lazy("Mandate suspended: write to the estate."),
    "CONTACT": lazy("Mandate suspended: agree another way to pay."),
    "OWN_FILES": lazy("Our own file was wrong: mend it, then collect again."),
    "ASK": lazy("Ask the bank or the debtor what it means."),
}
STEPS: Mapping[str, Words] = {
    "cash.mandate.stored": pgettext_lazy("step of a mandate", "Taken in as a draft"),
    "cash.mandate.activated": pgettext_lazy("step of a mandate", "In force"),
    "cash.mandate.suspended": pgettext_lazy("step of a mandate", "Suspended"),
    "cash.mandate.cancelled": pgettext_lazy("step of a mandate", "Revoked"),
    "cash.mandate.lapsed": pgettext_lazy("step of a mandate", "Expired: nobody collected for too long"),
    "cash.mandate.ended": pgettext_lazy("step of a mandate", "The next collection is the last"),
    "cash.mandate.amended": pgettext_lazy("step of a mandate", "Account changed"),
}
STEP_ICONS: Mapping[str, str] = {
    "cash.mandate.stored": "file-text",
    "cash.mandate.activated": "check",
    "cash.mandate.suspended": "clock",
    "cash.mandate.cancelled": "x",
    "cash.mandate.lapsed": "clock-exclamation",
    "cash.mandate.ended": "calendar-check",
    "cash.mandate.amended": "refresh",
}


def say_next_step(action: str, retry_date: date | None) -> str:
    """Say what happens after a return: the day it is tried again, or what a person does."""
    if action == "RETRY" and retry_date is not None:
        return _("Tried again on %(day)s.") % {"day": format_day(retry_date, get_language() or "en")}
    return say(_NEXT_STEPS, action)


def say_return_reason(code: str) -> str:
    """Say why a bank sent a debit back: the words with their code, a code nobody knows as it is."""
    reason = RETURN_REASONS.get(code)
    return f"{reason} ({code})" if reason is not None else code


def say_step_reason(step: MandateStep) -> str:
    """Say why a step was taken: a bank's code in words, a person's words as they are."""
    if step.kind == "cash.mandate.stored" and step.is_taken_over:
        return _("from a list of customers")
    if step.reason in RETURN_REASONS:
        return say_return_reason(step.reason)
    return say(UNDO_REASONS, step.reason) if step.reason in UNDO_REASONS else step.reason
