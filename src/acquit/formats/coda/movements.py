"""Movements of a CODA file (records 21 to 33) as statement lines.

The one clever idea: a movement that sums up others (types 1 and 2) is taken apart into its details when they sum to it,
like a batch of CAMT; one that a bank explains (type 3: price and VAT) stays one line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from re import Pattern
from re import compile as pattern

from acquit.formats.fixed_width import FixedLine, implied_amount, parse_digits
from acquit.formats.short_dates import parse_day_first
from acquit.formats.statements import (
    StatementLine,
    WarningLog,
    clean_reference,
    exact_sum,
    new_line,
    with_sign,
)
from acquit.formats.unreadable import NotReadable

_IBAN = pattern(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_SUMMED = frozenset("12")  # types of movements that details sum to: by the customer, by the bank
_REFERENCES = frozenset(("101", "102"))  # structured communications that hold a reference of twelve digits
_DIRECT_DEBIT = "127"
_COUNTERPARTY = "001"
#: Where ISO reasons and purposes stand, old files have numbers of the bank.
_RETURN_REASON, _PURPOSE = pattern(r"[A-Z]{2}[A-Z0-9]{2}"), pattern(r"[A-Z]{4}")


@dataclass(slots=True)
class Movement:
    """The records of one movement or detail, gathered."""

    first: FixedLine
    continued: FixedLine | None = None
    account: FixedLine | None = None
    details: list[FixedLine] = field(default_factory=list)

    @property
    def sequence(self) -> str:
        """The continuous sequence number, shared by a movement and its details."""
        return self.first.raw(3, 6)

    @property
    def is_detail(self) -> bool:
        """True for a detail of a movement."""
        return self.first.raw(7, 10) != "0000"

    def amount(self) -> Decimal:
        """Give the signed amount. Raises NotReadable."""
        sign = {"0": 1, "1": -1}.get(self.first.raw(32, 32))
        if sign is None:
            raise NotReadable(self.first.raw(32, 32))
        return with_sign(implied_amount(parse_digits(self.first.raw(33, 47)), 3), sign)


def build_lines(
    movement: Movement, details: list[Movement], currency: str, index: int, log: WarningLog
) -> list[StatementLine]:
    """Build the line of a movement, or those of its details when they sum to it. Raises NotReadable."""
    total = movement.amount()
    if movement.first.raw(54, 54) in _SUMMED and details:
        first_level = [one for one in details if one.first.raw(54, 54) in {"5", "6"}] or details
        amounts = [one.amount() for one in first_level]
        if exact_sum(amounts) == total:
            return [
                _build(one, amount, currency, (index, at), movement)
                for at, (one, amount) in enumerate(zip(first_level, amounts, strict=True))
            ]
        message = (
            f"The {len(first_level)} details do not sum to the movement of {total}; it is kept as one line."
        )
        log.note("BATCH_NOT_SPLIT", message, f"line {movement.first.line}")
    return [_build(movement, total, currency, (index, 0), movement, [*details])]


def _build(
    one: Movement,
    amount: Decimal,
    currency: str,
    at: tuple[int, int],
    movement: Movement,
    explained: list[Movement] | None = None,
) -> StatementLine:
    said = _Communication(one)
    for detail in explained or ():
        said.add_explanation(detail)
    value, entry = one.first.at(48, 53), movement.first.at(116, 121)
    booked = parse_day_first(entry) if entry.strip("0") else None
    valued: date | None = parse_day_first(value) if value.strip("0") else booked
    reference = clean_reference(one.first.at(11, 31))
    account = one.account.at(11, 44) if one.account else ""
    compact = "".join(account.split()).upper()
    is_iban = _IBAN.fullmatch(compact) is not None
    return new_line(
        booking_date=booked,
        value_date=valued,
        amount=amount,
        currency=currency,
        bank_reference=reference,
        end_to_end_id=_reference_of(one.continued.at(64, 98)) if one.continued else "",
        mandate_id=said.mandate_id,
        structured_reference=said.reference,
        counterparty=said.name,
        iban=compact if is_iban else "",
        bic=one.continued.at(99, 109) if one.continued else "",
        text=said.text or said.bank_text,
        return_code=_code_at(one.continued, 114, 117, _RETURN_REASON) or said.return_code,
        entry_index=at[0],
        detail_index=at[1],
        transaction_code=one.first.raw(54, 61),
        booking_text=said.bank_text,
        raw="\n".join(line.text.rstrip() for line in _records(one)),
        entry_reference=clean_reference(movement.first.at(11, 31)),
        counterparty_account="" if is_iban else account,
        creditor_id=said.creditor_id,
        purpose_code=_code_at(one.continued, 122, 125, _PURPOSE),
        source_line=one.first.line,
    )


def _reference_of(text: str) -> str:
    return "" if not text.strip("0") else clean_reference(text)


def _code_at(record: FixedLine | None, first: int, last: int, form: Pattern[str]) -> str:
    code = record.at(first, last) if record is not None else ""
    return code if form.fullmatch(code) else ""


def _records(one: Movement) -> list[FixedLine]:
    return [line for line in (one.first, one.continued, one.account, *one.details) if line is not None]


class _Communication:
    """What a movement's records say, put together again from where they were cut.

    `text` is the payer's communication (records 21 to 23), `bank_text` what the bank adds (records 31 to 33).
    """

    def __init__(self, one: Movement) -> None:
        self.reference = self.mandate_id = self.creditor_id = self.return_code = self.text = ""
        self.name = one.account.at(48, 82) if one.account else ""
        self._bank_texts: list[str] = []
        whole = one.first.raw(63, 115)
        whole += one.continued.raw(11, 63) if one.continued else ""
        whole += one.account.raw(83, 125) if one.account else ""
        if one.first.raw(62, 62) == "1":
            self._take_structured(whole[:3], whole[3:])
        else:
            self.text = " ".join(whole.split())
        self._take_details(one.details)

    def _take_structured(self, kind: str, content: str) -> None:
        if kind in _REFERENCES and content[:12].isdigit():
            self.reference = content[:12]
        elif kind == _DIRECT_DEBIT:
            self.creditor_id, self.mandate_id = content[9:44].strip(), content[44:79].strip()
            self.text = " ".join(content[79:141].split())
            if _RETURN_REASON.fullmatch(content[142:146]):  # behind the type of the R-transaction
                self.return_code = content[142:146]
        else:
            self.text = " ".join(content.split())

    def _take_details(self, details: list[FixedLine]) -> None:
        is_counterparty = False
        for line in details:
            article = line.raw(2, 2)
            if article == "1":
                is_counterparty = line.raw(40, 43) == "1" + _COUNTERPARTY
                if is_counterparty:
                    name = line.at(44, 113)
                    self.name = name if name.startswith(self.name) else self.name
                else:
                    self._bank_texts.append(line.raw(44 if line.raw(40, 40) == "1" else 41, 113))
            elif not is_counterparty:
                self._bank_texts.append(line.raw(11, 115 if article == "2" else 100))

    def add_explanation(self, detail: Movement) -> None:
        """Add what the details of an explained movement say in words."""
        said = _Communication(detail)
        if detail.first.raw(62, 62) != "1":
            self._bank_texts.append(f" {said.text} ")
        self._take_details(detail.details)

    @property
    def bank_text(self) -> str:
        """The bank's words; its fields lie side by side, so what was cut comes together."""
        return " ".join("".join(self._bank_texts).split())
