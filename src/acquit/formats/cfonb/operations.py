"""Operations of a CFONB statement (record 04 and its complements 05) as statement lines.

The one clever idea: who the counterparty is follows from who pays. A credit comes from the payer (NPY), a debit goes to
the beneficiary (NBE), and a returned operation turns that round, because it takes back one that went the other way.
Where only the other name is given it is taken, except of a direct debit on our account, whose payer is ourselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from re import compile as pattern

from acquit.formats.fixed_width import FixedLine, implied_amount, parse_digits
from acquit.formats.short_dates import parse_day_first
from acquit.formats.statements import StatementLine, clean_reference, new_line, with_sign
from acquit.formats.unreadable import NotReadable

# The last digit and the sign in one character.
_POSITIVE = "{ABCDEFGHI"
_NEGATIVE = "}JKLMNOPQR"
# Operation codes of what comes back: unpaid cheques, debits, bills and cards, rejected transfers, recalls.
_RETURNED = frozenset(
    ("03", "10", "12", "26", "27", "33", "34", "38", "98", "A3", "A4", "B3", "B4", "C3", "C5")
)
_IBAN = pattern(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = pattern(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_ISO_REASON = pattern(r"[A-Z]{2}[0-9]{2}(?![A-Z0-9])")
_CREDITOR_ID = pattern(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")
_RF_REFERENCE = pattern(r"RF[0-9]{2}[A-Z0-9]{1,21}")
_FREE_LABELS = ("", "LIB")
_REMITTANCE_LABELS = ("LCC", "LC2", "LCS")
#: Mandate and creditor's identifier; a debit that has one and no reason of a return was drawn on our account.
_DIRECT_DEBIT = frozenset(("RUM", "IBE"))
_HALF = 35  # complements of two parts have them side by side


@dataclass(slots=True)
class Operation:
    """The records of one operation, gathered."""

    first: FixedLine
    complements: list[FixedLine] = field(default_factory=list)

    @property
    def texts(self) -> dict[str, list[str]]:
        """The complements by qualifier, each 70 characters."""
        found: dict[str, list[str]] = {}
        for record in self.complements:
            found.setdefault(record.at(46, 48), []).append(record.raw(49, 118))
        return found

    @property
    def label(self) -> str:
        """What the bank prints, with its continuations."""
        texts = [self.first.raw(49, 79)]
        texts += [record.raw(49, 118) for record in self.complements if record.at(46, 48) in _FREE_LABELS]
        return " ".join(" ".join(texts).split())


def parse_amount(record: FixedLine, decimals: int) -> Decimal:
    """Read the amount of any record, whose last character is digit and sign. Raises NotReadable."""
    text = record.raw(91, 104)
    last = text[-1]
    if last in _POSITIVE:
        return implied_amount(parse_digits(text[:-1]) * 10 + _POSITIVE.index(last), decimals)
    if last in _NEGATIVE:
        amount = implied_amount(parse_digits(text[:-1]) * 10 + _NEGATIVE.index(last), decimals)
        return with_sign(amount, -1)
    raise NotReadable(text)


def parse_decimals(record: FixedLine) -> int | None:
    """Read how many decimals the amount has; None where the record does not say. Raises NotReadable."""
    text = record.at(20, 20)
    return parse_digits(text) if text else None


def parse_optional_day(text: str) -> date | None:
    """Read a day that may be blank or zeros. Raises NotReadable."""
    return parse_day_first(text) if text.strip(" 0") else None


def build_line(operation: Operation, currency: str, decimals: int, index: int) -> StatementLine:
    """Build the line of an operation. Raises NotReadable."""
    first, said = operation.first, operation.texts
    amount = parse_amount(first, decimals)
    code = first.at(33, 34)
    is_returned = code in _RETURNED
    booked = parse_day_first(first.raw(35, 40))
    original_currency, original = _money(said, "MMO")
    charged_in, charges = _money(said, "FEE")
    is_from_payer = (amount > 0) != is_returned
    account = _account(said)
    reference = clean_reference(first.at(105, 120))
    purpose = _second(said, "RCN")
    return_code = _return_code(said, first.at(41, 42))
    is_drawn_on_us = amount < 0 and not return_code and not said.keys().isdisjoint(_DIRECT_DEBIT)
    return new_line(
        booking_date=booked,
        value_date=parse_optional_day(first.raw(43, 48)) or booked,
        amount=amount,
        currency=currency,
        end_to_end_id=clean_reference(_first(said, "RCN")),
        mandate_id=_first(said, "RUM"),
        structured_reference=_structured_reference(said),
        counterparty=_party(said, _parties(is_from_payer=is_from_payer, is_drawn_on_us=is_drawn_on_us)),
        iban=account if _IBAN.fullmatch(account) else "",
        bic=_bic(said),
        text=_text(said) or operation.label,
        return_code=return_code,
        is_reversal=is_returned,
        entry_index=index,
        transaction_code=code,
        bank_code=first.at(8, 11),
        booking_text=" ".join(first.raw(49, 79).split()),
        charges_amount=charges if charged_in == currency else None,
        original_amount=original and with_sign(original, 1 if amount >= 0 else -1),
        original_currency=original_currency,
        raw="\n".join(record.text.rstrip() for record in (first, *operation.complements)),
        customer_reference=reference or clean_reference(_first(said, "REF", 70)),
        counterparty_account="" if _IBAN.fullmatch(account) else account,
        ultimate_counterparty=_party(said, ("NPO",) if is_from_payer else ("NBU",)),
        creditor_id=_creditor_id(said),
        purpose_code=purpose if len(purpose) == 4 and purpose.isupper() else "",
        source_line=first.line,
    )


def _first(said: dict[str, list[str]], qualifier: str, length: int = _HALF) -> str:
    return said[qualifier][0][:length].strip() if qualifier in said else ""


def _second(said: dict[str, list[str]], qualifier: str) -> str:
    return said[qualifier][0][_HALF:].strip() if qualifier in said else ""


def _party(said: dict[str, list[str]], qualifiers: tuple[str, ...]) -> str:
    for qualifier in qualifiers:
        name = " ".join(_first(said, qualifier, 70).split())
        if name:
            return name
    return ""


def _parties(*, is_from_payer: bool, is_drawn_on_us: bool) -> tuple[str, ...]:
    """Give the qualifiers of the other side's name; of a direct debit on our account NPY is ourselves."""
    if is_from_payer:
        return "NPY", "NBE"
    return ("NBE",) if is_drawn_on_us else ("NBE", "NPY")


def _text(said: dict[str, list[str]]) -> str:
    """Give the payer's words; they are cut at 70 characters and come together."""
    remitted = "".join(text for one in _REMITTANCE_LABELS for text in said.get(one, ()))
    return " ".join(f"{remitted} {_second(said, 'RCN')}".split()) if remitted.strip() else ""


def _structured_reference(said: dict[str, list[str]]) -> str:
    found = _RF_REFERENCE.search(_first(said, "LCS", 70))
    return found[0] if found else ""


def _account(said: dict[str, list[str]]) -> str:
    for qualifier in ("CBE", "CPY"):
        account = "".join(_first(said, qualifier, 70).split())
        if account:
            return account
    return ""


def _bic(said: dict[str, list[str]]) -> str:
    for qualifier in ("BDB", "BDO"):
        found = _BIC.fullmatch(_first(said, qualifier, 70).partition(" ")[0])
        if found:
            return found[0]
    return ""


def _creditor_id(said: dict[str, list[str]]) -> str:
    found = _CREDITOR_ID.fullmatch(_first(said, "IBE"))
    return found[0] if found else ""


def _return_code(said: dict[str, list[str]], number: str) -> str:
    """Give the ISO reason where the bank states it, else its own number."""
    found = _ISO_REASON.match(_first(said, "RET", 70))
    return found[0] if found else number


def _money(said: dict[str, list[str]], qualifier: str) -> tuple[str, Decimal | None]:
    """Read currency, number of decimals and fourteen digits. Raises NotReadable."""
    text = said[qualifier][0] if qualifier in said else ""
    if not text.strip():
        return "", None
    return text[:3], implied_amount(parse_digits(text[4:18]), parse_digits(text[3]))
