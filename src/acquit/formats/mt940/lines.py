"""One :61: field with its :86: fields as a statement line.

The one clever idea: what :61: and :86: both may say (references, account, original amount) is taken from the more
exact one, which is :86: for everything the payer said and :61: for everything the bank booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from re import compile as pattern

from acquit.formats.mt940.details import read_details, read_numbered
from acquit.formats.mt940.entries import Movement, parse_movement
from acquit.formats.mt940.facts import (
    DetailFacts,
    find_return_code,
    is_iban_form,
    read_currency_amount,
    set_account,
)
from acquit.formats.mt940.fields import Field
from acquit.formats.statements import StatementLine, WarningLog, clean_reference, new_line
from acquit.formats.unreadable import NotReadable

_MESSAGES = {
    "DECIMAL_POINT": "The amount is written with a point.",
    "GROUPED_AMOUNT": "The amount is written with grouped thousands.",
    "NEGATIVE_AMOUNT": "The amount has a minus, which turns the side its mark names.",
    "NO_DECIMAL_COMMA": "The amount has no comma; it is read as whole.",
    "DATE_BEYOND_MONTH": "A day lies beyond its month; the month's last day is taken.",
    "TYPE_MISSING": "The line has no transaction type.",
    "LINE_CUT": "The line is cut in its middle and was joined.",
}
_MONEY = pattern(r"/(OCMT|CHGS)/([A-Z]{3}[0-9.,]+)")
_CODE = pattern(r"/TRCD/([A-Z0-9]+)")
_ACCOUNT = pattern(r"P?[0-9]{6,20}")


class PlacedWarnings:
    """Notes a movement's oddities at its line."""

    __slots__ = ("_log",)

    def __init__(self, log: WarningLog) -> None:
        self._log = log

    def note(self, oddities: Sequence[str], line: int) -> None:
        """Note each oddity; they are codes of this module's messages."""
        for oddity in oddities:
            self._log.note(oddity, _MESSAGES[oddity], f"line {line}")


def build_line(
    movement_field: Field,
    details: Sequence[Field],
    own_account: str,
    currency: str,
    index: int,
    warnings: PlacedWarnings,
    *,
    is_end: bool,
) -> tuple[bool, StatementLine]:
    """Give whether the movement is only expected (EC, ED), and its line.

    `is_end`: nothing follows in the file, so an amount without a comma or a missing type is a file cut off.
    Raises NotReadable.
    """
    movement, supplement = _read_movement(movement_field)
    if is_end and {"NO_DECIMAL_COMMA", "TYPE_MISSING"} & set(movement.oddities):
        raise NotReadable(movement_field.first)
    if movement.oddities:
        warnings.note(movement.oddities, movement_field.line)
    facts = _read_facts(details)
    customer_reference = _bring_together(movement, supplement, facts, own_account)
    return movement.is_expected, new_line(
        movement.booking_date,
        movement.value_date,
        movement.amount,
        currency,
        clean_reference(movement.bank_reference),
        clean_reference(facts.end_to_end_id),
        clean_reference(facts.mandate_id),
        facts.structured_reference,
        facts.counterparty,
        facts.iban,
        facts.bic,
        facts.text,
        facts.return_code,
        movement.is_reversal,
        index,
        0,  # detail_index
        movement.type_code,
        facts.bank_code,
        facts.booking_text,
        facts.charges_amount,
        facts.original_amount,
        facts.original_currency,
        _raw(movement_field, details),
        clean_reference(movement.bank_reference),  # entry_reference
        customer_reference,
        facts.account,
        facts.ultimate_counterparty,
        "",  # own_iban
        facts.creditor_id,
        facts.purpose_code,
        (),  # documents
        movement_field.line,
    )


def _bring_together(
    movement: Movement, supplement: Sequence[str], facts: DetailFacts, own_account: str
) -> str:
    """Bring what stands on and below the :61: to the facts of :86:; gives the customer's reference."""
    if movement.extra:
        _take_extra(facts, movement)
    if supplement and supplement[0].startswith("//") and not movement.bank_reference:
        movement.bank_reference, supplement = supplement[0][2:].strip(), supplement[1:]
    if supplement:
        _take_supplement(facts, supplement)
    if facts.account and own_account.endswith(facts.account):  # some banks repeat the account itself
        facts.account = ""
    if movement.type_code == "NRTI" and not facts.return_code:
        facts.return_code = find_return_code(facts.text)
    customer_reference = clean_reference(movement.customer_reference)
    if len(customer_reference) == 1:  # a bank's sign for none
        customer_reference = ""
    if not facts.iban and is_iban_form(customer_reference):
        set_account(facts, customer_reference)
        customer_reference = ""
    return customer_reference or facts.customer_reference


def _read_movement(one: Field) -> tuple[Movement, Sequence[str]]:
    try:
        return parse_movement(one.first), one.rest or ()
    except NotReadable:
        if not one.rest:
            raise
    movement = parse_movement(one.first + one.rest[0])
    movement.oddities.append("LINE_CUT")
    return movement, one.rest[1:]


def _read_facts(details: Sequence[Field]) -> DetailFacts:
    if len(details) == 1 and details[0].tag == "86":
        one = details[0]
        return read_details([one.first, *one.rest] if one.rest else (one.first,))
    numbered = [line for one in details if one.tag == "NS" for line in one.lines()]
    lines = [line for one in details if one.tag == "86" for line in one.lines()]
    if numbered and not lines:
        return read_numbered(numbered)
    return read_details(lines)


def _take_extra(facts: DetailFacts, movement: Movement) -> None:
    """Take what stands behind the reference on the same line: an IBAN, or a name after the name's account."""
    if is_iban_form(movement.extra):
        set_account(facts, movement.extra)
        return
    facts.counterparty = facts.counterparty or " ".join(movement.extra.split())
    reference = clean_reference(movement.customer_reference)
    if _ACCOUNT.fullmatch(reference):
        set_account(facts, reference)
        movement.customer_reference = ""


def _take_supplement(facts: DetailFacts, lines: Sequence[str]) -> None:
    """Take what stands on the lines below the references: an account, amounts, or words."""
    words = []
    for line in lines:
        stripped = line.strip()
        compact = stripped.replace(" ", "")
        if is_iban_form(compact) or _ACCOUNT.fullmatch(compact):
            set_account(facts, compact)
            continue
        for key, value in _MONEY.findall(stripped):
            amount, money = read_currency_amount(value)
            if key == "CHGS":
                facts.charges_amount = facts.charges_amount or amount
            elif facts.original_amount is None:
                facts.original_amount, facts.original_currency = amount, money
            elif not facts.original_currency:
                facts.original_currency = money
        code = _CODE.search(stripped)
        if code is not None:
            facts.bank_code = facts.bank_code or code[1]
        elif stripped and not stripped.startswith("/OCMT/") and not stripped.startswith("/CHGS/"):
            words.append(stripped)
    if words:
        said = " ".join(words)
        if facts.has_code_and_name:
            _take_repeated(facts, said)
            return
        facts.booking_text = facts.booking_text or said
        facts.text = facts.text or said


def _take_repeated(facts: DetailFacts, said: str) -> None:
    """Leave out of the text what UBS says of the booking below both :61: and :86:; as the name, it is nobody's."""
    if facts.counterparty == said:
        facts.counterparty, facts.text = "", facts.text or said
    elif facts.text == said:
        facts.text = ""


def _raw(movement: Field, details: Sequence[Field]) -> str:
    if len(details) == 1 and not details[0].rest and not movement.rest:
        return f":61:{movement.first}\n:{details[0].tag}:{details[0].first}"
    parts = [f":61:{movement.first}", *(movement.rest or ())]
    for one in details:
        parts.append(f":{one.tag}:{one.first}")
        parts.extend(one.rest or ())
    return "\n".join(parts).rstrip()
