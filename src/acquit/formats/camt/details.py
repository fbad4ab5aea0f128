"""One detail of a CAMT entry (or the entry itself, when it has none) as a statement line.

The one clever idea: whose name stands on a line depends on which way the money first went, so a returned debit
names the debtor although the account is debited; the side that carries our own IBAN is never the counterparty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.formats.camt.fields import AmountText, parse_amount, parse_decimal
from acquit.formats.camt.remittance import read_remittance, squeeze
from acquit.formats.camt.shape import Fields
from acquit.formats.statements import (
    RemittedDocument,
    StatementLine,
    clean_reference,
    exact_sum,
    new_line,
    with_sign,
)

_NO_NAME = frozenset(("NOTPROVIDED", "NOT PROVIDED", "KEINE INFORMATION VORHANDEN", "UNKNOWN", "N/A"))
_NO_DOCUMENTS: tuple[RemittedDocument, ...] = ()


@dataclass(slots=True)
class EntryFacts:
    """What all lines of one entry share; `instructed` is the entry's own instructed amount, if any."""

    currency: str
    is_credit: bool
    is_reversal: bool
    is_batch: bool
    booking_date: date | None
    value_date: date | None
    reference: str
    customer_reference: str
    booking_text: str
    transaction_code: str
    bank_code: str
    charges_amount: Decimal | None
    instructed: AmountText | None
    own_iban: str
    entry_index: int
    source_line: int


def build_line(facts: EntryFacts, detail: Fields, amount: Decimal, index: int) -> StatementLine:
    """Build the line of one detail; an empty detail gives the line of the entry itself."""
    is_returned = bool(detail["return_code"] or detail["return_text"])
    is_credit = amount > 0 or (amount == 0 and facts.is_credit)
    theirs, ours = choose_sides(
        detail, facts.own_iban, is_credit=is_credit, is_turned=facts.is_reversal or is_returned
    )
    free_texts: Sequence[str] = detail["free_texts"]
    own_words = detail["bank_text"] or facts.booking_text
    reference, documents = "", _NO_DOCUMENTS
    if detail["structured"]:
        remittance = read_remittance(free_texts, detail["structured"])
        reference, documents, raw_parts = (
            remittance.structured_reference,
            remittance.documents,
            remittance.raw_parts,
        )
        text = remittance.text or ("" if reference or documents else squeeze(own_words))
    else:
        raw_parts = free_texts
        if len(free_texts) == 1:
            text = squeeze(free_texts[0])
        else:
            text = read_remittance(free_texts, ()).text if free_texts else squeeze(own_words)
    own_reference = clean_reference(detail["bank_reference"]) if detail["bank_reference"] else ""
    charges = charges_of(detail["charges"], facts.currency) if detail["charges"] else None
    if facts.is_batch:
        bank_reference = own_reference or facts.reference
    else:
        bank_reference = facts.reference or own_reference
        charges = facts.charges_amount if charges is None else charges
    original_amount, original_currency = _original(detail, facts, amount)
    name = _one_line(detail[theirs + "_name"])
    return new_line(
        facts.booking_date,
        facts.value_date,
        amount,
        facts.currency,
        bank_reference,
        clean_reference(detail["end_to_end_id"]),
        clean_reference(detail["mandate_id"]) if detail["mandate_id"] else "",
        reference,
        "" if name.upper() in _NO_NAME else name,  # counterparty
        detail[theirs + "_iban"].replace(" ", "").upper(),
        detail[theirs + "_bic"],
        text,
        detail["return_code"],
        facts.is_reversal,
        facts.entry_index,
        index,
        transaction_code(detail) or facts.transaction_code,
        detail["bank_code"] or facts.bank_code,
        facts.booking_text,
        charges,
        original_amount,
        original_currency,
        _raw(raw_parts, detail["return_text"], detail["bank_text"], facts.booking_text),
        facts.reference,  # entry_reference
        facts.customer_reference,
        detail[theirs + "_account"],
        _one_line(detail[theirs + "_ultimate"]),
        detail[ours + "_iban"].replace(" ", "").upper(),
        detail["creditor_id"],
        detail["purpose"],
        documents,
        facts.source_line,
    )


def _one_line(name: str) -> str:
    """Give a name that a bank broke over lines as one; the others, nearly all, as they are."""
    return squeeze(name) if "\n" in name else name


def choose_sides(detail: Fields, own_iban: str, *, is_credit: bool, is_turned: bool) -> tuple[str, str]:
    """Give (their side, our side) of a payment: Dbtr and Cdtr, or the other way round.

    On a reversal or return the parties are those of the first payment, so the sides turn. Banks that turn the
    parties too are recognised by our own IBAN, or by nobody standing, on the side where the other should be.
    """
    theirs, ours = ("Dbtr", "Cdtr") if is_credit != is_turned else ("Cdtr", "Dbtr")
    if own_iban and detail[theirs + "_iban"] == own_iban and detail[ours + "_iban"] not in {"", own_iban}:
        return ours, theirs
    if is_turned and not any(detail[theirs + part] for part in ("_name", "_iban", "_account", "_bic")):
        return ours, theirs
    return theirs, ours


def transaction_code(fields: Fields) -> str:
    """Give the ISO transaction code as PMNT-RCDT-ESCT."""
    domain: str = fields["domain"]
    if not domain:
        return ""
    if fields["subfamily"]:
        return f"{domain}-{fields['family']}-{fields['subfamily']}"
    return f"{domain}-{fields['family']}" if fields["family"] else domain


def charges_of(blocks: Sequence[Fields], currency: str) -> Decimal | None:
    """Give the charges named on an entry or detail in the line's currency, positive when charged.

    The stated total counts, else the sum of the records.
    """
    total = parse_amount(blocks[0]["total"], currency) if blocks else None
    if total is not None:
        return total
    amounts = []
    for record in [one for block in blocks for one in (block["records"] or [block])]:
        amount = parse_amount(record["amount"], currency)
        if amount is not None:
            amounts.append(with_sign(amount, -1 if record["side"] == "CRDT" else 1))
    return exact_sum(amounts) if amounts else None


def _original(detail: Fields, facts: EntryFacts, amount: Decimal) -> tuple[Decimal | None, str]:
    """Give the instructed amount where it differs from what was booked, in amount or in currency."""
    entry_instructed = None if facts.is_batch else facts.instructed
    for given in (detail["instructed"], entry_instructed, detail["amount"]):
        if given is None or not given[1]:
            continue
        original = parse_decimal(given[0])
        if original is not None and (given[1] != facts.currency or original != abs(amount)):
            return original, given[1]
    return None, ""


def _raw(parts: Sequence[str], return_text: str, bank_text: str, booking_text: str) -> str:
    """Quote the bank's words, each once."""
    return "\n".join(dict.fromkeys(part for part in (*parts, return_text, bank_text, booking_text) if part))
