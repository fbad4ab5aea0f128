"""How payers write to us: the text of a transfer, with references whole, shortened, mistyped or missing.

Texts keep to 140 characters, what a bank carries in one line of remittance information.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from acquit.intake.sample import phrases
from acquit.intake.sample.documents import INVOICE
from acquit.intake.sample.names import to_ascii
from acquit.intake.sample.values import Customer, Document, ReferenceHabit

LONGEST_TEXT = 140
LONGEST_NAME = 70

_STYLES = {
    "de": (
        "RE {numbers}",
        "Rechnung {numbers} vom {day}",
        "RG-NR {numbers} KD {customer}",
        "{numbers}",
        "Kd-Nr {customer} Rg {numbers}",
        "RECHN. {numbers} / {amount} EUR",
    ),
    "en": (
        "INV {numbers}",
        "Invoice {numbers} dated {day}",
        "AC {customer} INV {numbers}",
        "{numbers}",
        "PAYMENT OF {numbers}",
        "{numbers} GBP {amount}",
    ),
}
_CREDIT_WORD = {"de": "ABZGL GS", "en": "LESS CN"}
_DISCOUNT_WORD = {"de": "SKONTO", "en": "DISC"}
_BARE_SHARE = 0.06  # of the numbers written whole, without their signs
_RUNNING_NUMBER = re.compile(r"([A-Z]?\d{4,})$")


def write_amount(amount: Decimal, language: str) -> str:
    """Write an amount as people type it into a transfer: 1240,00 or 1240.00."""
    text = f"{abs(amount):.2f}"
    return text.replace(".", ",") if language == "de" else text


def write_day(day: date, language: str) -> str:
    """Write a day as people type it: 14.09.2026 or 14/09/26."""
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day:%d/%m/%y}"


def write_remittance(
    payer: Customer, documents: Sequence[Document], amount: Decimal, habit: ReferenceHabit, rng: Random
) -> str:
    """Write what the payer puts on a transfer for these documents, invoices first."""
    language = payer.language
    invoices = [document for document in documents if document.kind == INVOICE]
    credits_taken = [document for document in documents if document.kind != INVOICE]
    if habit is ReferenceHabit.NONE:
        month = phrases.MONTHS[language][invoices[0].document_date.month - 1]
        return rng.choice(phrases.VAGUE_TEXTS[language]).format(month=month)
    if habit is ReferenceHabit.ORDER_NUMBER:
        text = ("BEST. " if language == "de" else "PO ") + " ".join(
            invoice.customer_po for invoice in invoices
        )
    else:
        text = _write_numbers(payer, invoices, amount, habit, rng)
    for note in credits_taken:
        text += f" {_CREDIT_WORD[language]} {note.number} {write_amount(note.gross, language)}"
    return text[:LONGEST_TEXT]


def _write_numbers(
    payer: Customer, invoices: Sequence[Document], amount: Decimal, habit: ReferenceHabit, rng: Random
) -> str:
    """Write the numbers in the payer's own style; with more than two there is room for nothing else."""
    styles = _STYLES[payer.language]
    style = styles[int(payer.number) % len(styles)]
    if len(invoices) > 2:
        for aside in (" vom ", " dated ", " / ", " GBP ", " KD "):
            style = style.split(aside, maxsplit=1)[0]
    return style.format(
        numbers=" ".join(write_number(invoice.number, habit, rng) for invoice in invoices),
        day=write_day(invoices[0].document_date, payer.language),
        customer=payer.number,
        amount=write_amount(amount, payer.language),
    )


def write_discount(text: str, discount: Decimal, language: str) -> str:
    """Add the discount taken to a text, when there is room."""
    longer = f"{text} {_DISCOUNT_WORD[language]} {write_amount(discount, language)}"
    return longer if len(longer) <= LONGEST_TEXT else text


def write_number(number: str, habit: ReferenceHabit, rng: Random) -> str:
    """Write a document's number by habit: whole (now and then without signs), its running part, or with one slip."""
    if habit is ReferenceHabit.TRUNCATED:
        found = _RUNNING_NUMBER.search(number)
        return found.group(1) if found else number
    if habit is ReferenceHabit.MISTYPED:
        return mistype(number, rng)
    return number.replace("-", "").replace("/", "") if rng.random() < _BARE_SHARE else number


def mistype(number: str, rng: Random) -> str:
    """Write a number with one slip in its running part: two digits swapped, O for 0, or a digit lost."""
    start = max(number.rfind("-"), number.rfind("/")) + 1
    head, running = number[:start], number[start:]
    swaps = [place for place in range(len(running) - 1) if _can_swap(running, place)]
    slips = []
    if "0" in running:
        slips.append(running.replace("0", "O", 1))
    if swaps:
        place = rng.choice(swaps)
        slips.append(running[:place] + running[place + 1] + running[place] + running[place + 2 :])
    slips.append(running[:-2] + running[-1])
    return head + rng.choice(slips)


def _can_swap(running: str, place: int) -> bool:
    return running[place].isdigit() and running[place + 1].isdigit() and running[place] != running[place + 1]


def write_payer_name(customer: Customer, rng: Random) -> str:
    """Write the payer's name as its bank hands it on: as it is, in capitals without umlauts, or cut at 27."""
    draw = rng.random()
    if draw < 0.7:
        return customer.name[:LONGEST_NAME]
    plain = to_ascii(customer.name).upper()
    if draw < 0.92:
        return plain[:LONGEST_NAME]
    if customer.trading_names and draw < 0.96:
        return customer.trading_names[0]
    return plain[:27].rstrip()
