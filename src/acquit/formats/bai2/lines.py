"""Summaries of an account (03) and its details (16) as statement lines.

The one clever idea: the funds type says how many fields follow it, so fields are taken one after the other from the
front, and everything left is text, commas and slashes included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from re import compile as pattern

from acquit.formats.bai2.amounts import bai2_amount, parse_report_day, parse_units, side_of
from acquit.formats.bai2.records import Record
from acquit.formats.statements import StatementLine, clean_reference, new_line, with_sign
from acquit.formats.unreadable import NotReadable

_FIELDS_OF_FUNDS = {"S": 3, "V": 2}
#: Labels that banks write facts behind; a text may begin with any other word and a colon.
_LABEL = pattern(r"(CABA|CACT|CBIC|CHKN|CREF|CRNM|DABA|DACT|DBIC|DBNM|EREF|IDNM|REMI): ?(.*)")
_REASON = pattern(r'Reason: "?(R[0-9]{2})\b')


@dataclass(frozen=True, slots=True)
class Summary:
    """A status or summary of an account: type code and amount in minor units."""

    code: str
    units: int


class _Fields:
    """Fields taken from the front."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = fields
        self._next = 0

    @property
    def is_empty(self) -> bool:
        return self._next >= len(self._fields)

    def take(self) -> str:
        """Give the next field, or an empty one behind the last."""
        value = self._fields[self._next] if not self.is_empty else ""
        self._next += 1
        return value.strip()

    def rest(self) -> str:
        """Give all that is left as it stood."""
        return ",".join(self._fields[self._next :])


def _take_funds(fields: _Fields) -> str:
    """Take a funds type and what follows it; give the value date where the type is V."""
    funds_type = fields.take().upper()
    if funds_type == "D":
        count = parse_units(fields.take() or "0")
        if not 0 <= count <= 1_000:
            raise NotReadable(str(count))
        for _ in range(2 * count):
            fields.take()
        return ""
    taken = [fields.take() for _ in range(_FIELDS_OF_FUNDS.get(funds_type, 0))]
    return taken[0] if funds_type == "V" else ""


def read_summaries(fields: Sequence[str]) -> Iterator[Summary]:
    """Give the summaries of an 03: type, amount, number of items, funds type and its fields, and so on."""
    rest = _Fields(fields)
    while not rest.is_empty:
        code = rest.take()
        if not code:  # a summary left out, or a comma too many before a continuation
            continue
        amount = rest.take()
        rest.take()  # the number of items
        _take_funds(rest)
        if amount:
            yield Summary(code, parse_units(amount))


@dataclass(frozen=True, slots=True)
class DetailRecord:
    """A detail (16) with its fields apart; `value` is the value date as written."""

    type_code: str
    units: int
    value: str
    bank_reference: str
    customer_reference: str
    texts: tuple[str, ...]
    raw: str
    line: int
    lines: int

    @classmethod
    def read(cls, record: Record) -> DetailRecord:
        """Take a record apart. Raises NotReadable."""
        fields = _Fields(record.body.split(","))
        type_code, amount = fields.take(), fields.take()
        value = _take_funds(fields)
        bank_reference, customer_reference = fields.take(), fields.take()
        # a text begun on a continuation leaves the comma of its empty field before it
        texts = tuple(text.strip() for text in (fields.rest().lstrip(", "), *record.texts))
        return cls(
            type_code,
            parse_units(amount) if amount else 0,
            value,
            bank_reference,
            customer_reference,
            texts,
            "\n".join((f"16,{record.body}", *(f"88,{text}" for text in record.texts))),
            record.line,
            record.lines,
        )


def build_line(record: DetailRecord, currency: str, day: date | None, index: int) -> StatementLine | None:
    """Build the line of a detail, or None when its code books on no side."""
    side = side_of(record.type_code)
    if side == 0:
        return None
    amount = with_sign(bai2_amount(str(record.units), currency), side)
    labels: dict[str, str] = {}
    texts = []
    for text in record.texts:
        found = _LABEL.fullmatch(text)
        if found is None:
            texts.append(text)
        elif found[2]:
            labels.setdefault(found[1], found[2].strip())
    said = " ".join(" ".join(texts).split())
    reason = _REASON.search(said)
    is_turned = reason is not None or "Return" in said[:40]
    theirs = "DB" if (side > 0) != is_turned else "CR"
    account = labels.get("DACT" if theirs == "DB" else "CACT", "")
    return new_line(
        booking_date=day,
        value_date=parse_report_day(record.value) or day,
        amount=amount,
        currency=currency,
        bank_reference=clean_reference(record.bank_reference),
        end_to_end_id=clean_reference(labels.get("EREF", "")),
        counterparty=labels.get(theirs + "NM", ""),
        bic=labels.get("DBIC" if theirs == "DB" else "CBIC", ""),
        text=labels.get("REMI", "") or said,
        return_code=reason[1] if reason else "",
        entry_index=index,
        transaction_code=record.type_code,
        booking_text=said if "REMI" in labels else "",
        raw=record.raw,
        entry_reference=clean_reference(record.bank_reference),
        customer_reference=clean_reference(record.customer_reference),
        counterparty_account=account,
        source_line=record.line,
    )
