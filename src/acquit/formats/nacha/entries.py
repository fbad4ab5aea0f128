"""Entries of an ACH batch (record 6 and its addenda 7) as statement lines.

The one clever idea: the transaction code alone gives the sign. A credit brings money to whom the file is for, whether
it was sent to them or comes back to them, and a debit takes it, whether it collects or is returned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from acquit.formats.fixed_width import FixedLine, implied_amount, parse_digits
from acquit.formats.nacha.remittance import parse_remittance
from acquit.formats.short_dates import parse_day
from acquit.formats.statements import StatementLine, clean_reference, new_line, with_sign
from acquit.formats.unreadable import NotReadable

_CURRENCY = "USD"
_DECIMALS = 2
_ACCOUNT_KINDS = frozenset("2345")  # checking, savings, general ledger, loan
_CREDITS = frozenset("1234")
_DEBITS = frozenset("56789")
_ADVICE = "8"  # codes of ADV: odd numbers are credits
_RETURN = "99"
_CHANGE = "98"
_ABOUT_RETURNS = frozenset(("R6", "R7"))  # returns dishonoured and contested have their words further on
_HALF_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Batch:
    """What the header of a batch says of its entries."""

    header: FixedLine
    created: date | None

    @property
    def entry_class(self) -> str:
        """The standard entry class: PPD, CCD, CTX, WEB, IAT, COR and others."""
        return self.header.raw(51, 53)

    @property
    def is_international(self) -> bool:
        """True for IAT, whose header names no company."""
        return self.entry_class == "IAT"

    @property
    def company(self) -> str:
        """The originator's name."""
        return "" if self.is_international else self.header.at(5, 20)

    @property
    def description(self) -> str:
        """What the entries are for; REVERSAL takes back earlier ones."""
        return self.header.at(54, 63)

    def days(self) -> tuple[date | None, date | None]:
        """Give the day of settlement (in the year that brings it nearest to the file's) and the effective day.

        Raises NotReadable.
        """
        stated = self.header.at(70, 75)
        effective = parse_day(stated)[0] if stated.strip("0") else None
        day_of_year = self.header.at(76, 78)
        near = self.created or effective
        if not day_of_year.strip("0") or near is None:
            return effective, effective
        settled = date(near.year, 1, 1) + timedelta(days=parse_digits(day_of_year) - 1)
        if settled - near > _HALF_YEAR:
            settled = settled.replace(year=near.year - 1)
        elif near - settled > _HALF_YEAR:
            settled = settled.replace(year=near.year + 1)
        return settled, effective or settled


@dataclass(slots=True)
class Entry:
    """The records of one entry, gathered."""

    first: FixedLine
    addenda: list[FixedLine] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The transaction code."""
        return self.first.raw(2, 3)

    def of_type(self, kind: str) -> FixedLine | None:
        """Give the first addenda record of a type."""
        return next((one for one in self.addenda if one.raw(2, 3) == kind), None)

    def amount(self, *, is_advice: bool) -> Decimal:
        """Give the signed amount. Raises NotReadable."""
        kind, way = self.code[0], self.code[1]
        if is_advice and kind == _ADVICE and way in "12345678":
            is_credit = way in "1357"
        elif not is_advice and kind in _ACCOUNT_KINDS and way in _CREDITS | _DEBITS:
            is_credit = way in _CREDITS
        else:
            raise NotReadable(self.code)
        units = parse_digits(self.first.raw(28, 39) if is_advice else self.first.raw(30, 39))
        return with_sign(implied_amount(units, _DECIMALS), 1 if is_credit else -1)


def build_line(entry: Entry, batch: Batch, index: int) -> StatementLine:
    """Build the line of an entry. Raises NotReadable."""
    first = entry.first
    is_advice = batch.entry_class == "ADV"
    amount = entry.amount(is_advice=is_advice)
    booked, valued = batch.days()
    back = entry.of_type(_RETURN) or entry.of_type(_CHANGE)
    remittance = parse_remittance(_payment_information(entry))
    names = _Names(entry, batch)
    return new_line(
        booking_date=booked,
        value_date=valued,
        amount=amount,
        currency=_CURRENCY,
        bank_reference="" if is_advice else first.at(80, 94),
        counterparty=names.receiver if back else names.originator,
        text=_text(entry, back, is_international=batch.is_international),
        return_code=back.at(4, 6) if back else "",
        is_reversal=batch.description.upper() == "REVERSAL",
        entry_index=index,
        transaction_code=entry.code,
        bank_code=batch.entry_class,
        booking_text=batch.description,
        original_amount=names.foreign_amount and with_sign(names.foreign_amount, 1 if amount >= 0 else -1),
        original_currency=names.foreign_currency,
        raw="\n".join(record.text.rstrip() for record in (first, *entry.addenda)),
        entry_reference=clean_reference(back.at(7, 21)) if back else "",
        customer_reference="" if is_advice or batch.is_international else clean_reference(first.at(40, 54)),
        counterparty_account=account_of(entry, batch) if back else "",
        ultimate_counterparty=remittance.payer,
        creditor_id=batch.header.at(41, 50),
        documents=remittance.documents,
        source_line=first.line,
    )


def account_of(entry: Entry, batch: Batch) -> str:
    """Give the receiver's account: routing number and account number."""
    if batch.entry_class == "ADV":
        number = entry.first.at(13, 27)
    elif batch.is_international:
        number = entry.first.at(40, 74)
    else:
        number = entry.first.at(13, 29)
    return f"{entry.first.at(4, 12)} {number}".strip()


def _payment_information(entry: Entry) -> str:
    """Lay the payment information of all addenda side by side, as it was before it was cut."""
    return "".join(one.raw(4, 83) for one in entry.addenda if one.raw(2, 3) in {"05", "17"}).strip()


def _text(entry: Entry, back: FixedLine | None, *, is_international: bool) -> str:
    """Give what the addenda say in words; for a notification of change, the corrected data."""
    words = [_payment_information(entry)]
    terminal = entry.of_type("02")
    if terminal:
        words.append(terminal.raw(4, 79))
    if back and back.raw(2, 3) == _CHANGE:
        words.append(back.raw(36, 64))
    elif back and back.raw(4, 5) in _ABOUT_RETURNS:
        words.append(back.raw(59, 79))
    elif back:
        words.append(back.raw(46 if is_international else 36, 79))
    return " ".join(" ".join(words).split())


class _Names:
    """Who sends and who receives, and what was instructed abroad."""

    def __init__(self, entry: Entry, batch: Batch) -> None:
        first = entry.first
        self.originator = " ".join(batch.company.split())
        self.foreign_amount: Decimal | None = None
        self.foreign_currency = ""
        if batch.entry_class == "CTX":
            self.receiver = " ".join(first.raw(59, 74).split())
        else:
            self.receiver = " ".join(first.raw(55, 76).split())
        if batch.is_international:
            self._read_international(entry, batch)

    def _read_international(self, entry: Entry, batch: Batch) -> None:
        payment, sender = entry.of_type("10"), entry.of_type("11")
        self.receiver = " ".join(payment.raw(47, 81).split()) if payment else ""
        self.originator = " ".join(sender.raw(4, 38).split()) if sender else ""
        currency = batch.header.at(64, 66)
        if payment and currency not in {"", _CURRENCY} and payment.raw(7, 24).strip(" 0"):
            self.foreign_amount = implied_amount(parse_digits(payment.raw(7, 24)), _DECIMALS)
            self.foreign_currency = currency
