"""The template tags that put what the books store into words: entries, accounts, states of records, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from acquit.ledger.queries import EntryView
from acquit.web import said, said_checks
from acquit.web.templatetags.acquit_ui import money, status
from acquit.web.words import RECEIPT_WORDS

register = template.Library()

#: How the address names the ageing buckets.
AGES = ("current", "1", "31", "61", "91")


@register.simple_tag
def entry_name(kind: str) -> str:
    """Say what kind of journal entry it is."""
    return said.say(said.ENTRY_KINDS, kind)


@register.simple_tag
def account_name(role: str, name: str) -> str:
    """Name an account in the reader's language."""
    return said.say_account(role, name)


@register.simple_tag
def number_of(numbers: Mapping[int, str] | None, item_id: int) -> str:
    """Give the number of an item, or its id when the number was not read along."""
    return (numbers or {}).get(item_id, f"#{item_id}")


@register.simple_tag
def entry_amount(entry: EntryView) -> SafeString:
    """Write what an entry moved: the sum of its debits."""
    moved = sum((posting.amount for posting in entry.postings if posting.amount > 0), Decimal(0))
    return money(moved, entry.currency)


@register.simple_tag
def check_title(name: str, title: str) -> str:
    """Say what a consistency check says holds."""
    return str(said_checks.CHECKS.get(name, title))


@register.simple_tag
def intake_status(state: str) -> SafeString:
    """Draw the state of a hand-over of files."""
    return status({"POSTED": "POSTED", "POSTING": "POSTING"}.get(state, "UNDERSTOOD"), plain=True)


@register.simple_tag
def period_status(state: str) -> SafeString:
    """Draw the state of a period."""
    return status(f"PERIOD_{state}", plain=True)


@register.simple_tag
def receipt_status(state: str) -> SafeString:
    """Draw the state of a receipt where its proof is not at hand."""
    return status(RECEIPT_WORDS.get(state, "SET_ASIDE"), plain=True)


@register.simple_tag
def iban_text(iban: str) -> str:
    """Write an account number in groups of four."""
    return said.group_account(iban)


@register.simple_tag
def undo_reasons() -> list[tuple[str, str]]:
    """List why something may be taken back: what is stored, and its word."""
    return [(code, str(word)) for code, word in said.UNDO_REASONS.items()]


@register.simple_tag
def bucket_url(bucket: int, currency: str, company_id: int | None = None) -> str:
    """Give the address of the items an ageing bucket is made of."""
    query = {"age": AGES[bucket], "currency": currency}
    if company_id is not None:
        query["company"] = str(company_id)
    return f"{reverse('web:items')}?{urlencode(query)}"
