"""One entry of a CAMT message as statement lines.

The one clever idea: a batch is taken apart only when its details sum to the entry to the cent, with the charges that
the bank took out of it as a line of their own; otherwise the entry stays one line and says so. The account's sum is
right either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.core.money import EXACT, ZERO
from acquit.formats.camt.details import EntryFacts, build_line, charges_of, transaction_code
from acquit.formats.camt.fields import DETAIL, parse_amount, parse_date, parse_decimal
from acquit.formats.camt.shape import Fields
from acquit.formats.statements import (
    StatementLine,
    UnreadableStatement,
    WarningLog,
    clean_reference,
    exact_sum,
    with_sign,
)

_BOOKED = "BOOK"
_STATUSES = frozenset((_BOOKED, "PDNG", "INFO", "FUTR"))
_SIGNS = {"CRDT": 1, "DBIT": -1}
_TEXTS_OF_UNSPLIT_BATCH = 50

# Where a detail may say its amount in the account's currency, the surest first.
_DETAIL_AMOUNTS = ("amount", "transaction", "countervalue", "instructed")
_NO_DETAIL = DETAIL.empty()
_CHARGES: Fields = {**_NO_DETAIL, "bank_text": "Charges"}


@dataclass(slots=True)
class EntryPlace:
    """Where an entry stands, for refusals and warnings, and what is known of its account."""

    file: str
    statement_number: int
    entry_index: int
    source_line: int
    own_iban: str
    default_currency: str
    default_date: date | None

    def __str__(self) -> str:
        return f"statement {self.statement_number}, entry {self.entry_index + 1} (line {self.source_line})"

    def refused(self, reason: str, *, code: str, value: str, mend: str) -> UnreadableStatement:
        """Build the refusal of this entry."""
        return UnreadableStatement(reason, code=code, file=self.file, place=str(self), value=value, mend=mend)


def read_entry(entry: Fields, place: EntryPlace, log: WarningLog) -> tuple[bool, list[StatementLine]]:
    """Give whether the entry is booked, and its lines.

    Refuses an entry without a readable amount or side: those cannot be guessed.
    """
    amount, currency = _signed_amount(entry, place, log)
    booked = _is_booked(entry["status"], place, log)
    details: list[Fields] = entry["details"]
    amounts: list[Decimal] | None = None
    if len(details) > 1:
        amounts = _split_amounts(entry, amount, currency)
        if amounts is not None and len(amounts) > len(details):
            details = [*details, _CHARGES]
        if amounts is None:
            log.note(
                "BATCH_NOT_SPLIT",
                f"The {len(details)} details do not sum to the entry of {amount} {currency}; it is kept as one line.",
                str(place),
            )
            details = [_texts_of(details)]
    elif details:
        _compare_single(details[0], amount, currency, place, log)
    facts = _read_facts(entry, currency, place, log, is_batch=amounts is not None)
    if amounts is not None:
        lines = [
            build_line(facts, detail, part, index)
            for index, (detail, part) in enumerate(zip(details, amounts, strict=True))
        ]
        return booked, lines
    return booked, [build_line(facts, details[0] if details else _NO_DETAIL, amount, 0)]


def _read_facts(
    entry: Fields, currency: str, place: EntryPlace, log: WarningLog, *, is_batch: bool
) -> EntryFacts:
    value_date = _read_date(entry["value_date"], "ValDt", place)
    booking_date = _read_date(entry["booking_date"], "BookgDt", place)
    if booking_date is None and value_date is not None:
        log.note("BOOKING_DATE_MISSING", "No booking date; the value date is taken.", str(place))
        booking_date = value_date
    elif booking_date is None:
        booking_date = place.default_date
        taken = f"the closing balance's, {booking_date}, is taken" if booking_date else "none can be taken"
        log.note("DATE_MISSING", f"The entry has no date; {taken}.", str(place))
    return EntryFacts(
        currency,
        entry["side"] == "CRDT",
        entry["reversal"] in {"true", "1"},
        is_batch,
        booking_date,
        value_date,
        clean_reference(entry["bank_reference"]),
        clean_reference(entry["customer_reference"]),
        entry["booking_text"],
        transaction_code(entry),
        entry["bank_code"],
        charges_of(entry["charges"], currency) if entry["charges"] else None,
        entry["instructed"],
        place.own_iban,
        place.entry_index,
        place.source_line,
    )


def _signed_amount(entry: Fields, place: EntryPlace, log: WarningLog) -> tuple[Decimal, str]:
    text, currency = entry["amount"] or ("", "")
    amount = parse_decimal(text)
    if amount is None:
        raise place.refused(
            "the amount of the entry is not a number with a decimal point",
            code="AMOUNT_UNREADABLE",
            value=text,
            mend="Correct the amount in the file or ask the bank for it again.",
        )
    if not currency:
        currency = place.default_currency
        log.note(
            "CURRENCY_MISSING",
            f"The amount has no currency; the account's ({currency}) is taken.",
            str(place),
        )
    sign = _SIGNS.get(entry["side"])
    if sign is None:
        raise place.refused(
            "CdtDbtInd must be CRDT or DBIT, else the side of the amount is unknown",
            code="SIDE_UNREADABLE",
            value=entry["side"],
            mend="Ask the bank for a correct file.",
        )
    return with_sign(amount, sign), currency


def _read_date(text: str, name: str, place: EntryPlace) -> date | None:
    if not text:
        return None
    day = parse_date(text)
    if day is None:
        raise place.refused(
            f"{name} is not a date (year-month-day)",
            code="DATE_UNREADABLE",
            value=text,
            mend="Correct the date in the file or ask the bank for it again.",
        )
    return day


def _is_booked(status: str, place: EntryPlace, log: WarningLog) -> bool:
    if status == _BOOKED:
        return True
    if not status:
        log.note("STATUS_MISSING", "The entry has no status; it is taken as booked.", str(place))
        return True
    if status in _STATUSES:
        log.note("ENTRY_NOT_BOOKED", f"The entry has the status {status}: it is no booking.", str(place))
    else:
        log.note(
            "STATUS_UNKNOWN",
            f"The status {status!r} is unknown; the entry is not taken as booked.",
            str(place),
        )
    return False


def _split_amounts(entry: Fields, total: Decimal, currency: str) -> list[Decimal] | None:
    """Give the signed amounts of the details, then that of the charges taken out, when they sum to the entry.

    All are of one kind of amount, or each the first it has.
    """
    details: list[Fields] = entry["details"]
    charges = _included_charges(entry, currency)
    for fields in (*((field,) for field in _DETAIL_AMOUNTS), _DETAIL_AMOUNTS):
        amounts = _amounts_of(details, fields, currency, 1 if total >= 0 else -1)
        if amounts is None:
            continue
        left = EXACT.subtract(total, exact_sum(amounts))
        if left == 0:
            return amounts
        if charges and left == -charges:
            return [*amounts, left]
    return None


def _amounts_of(
    details: Iterable[Fields], fields: Sequence[str], currency: str, default_sign: int
) -> list[Decimal] | None:
    """Give the signed amount each detail says first in these fields; nothing where one says none."""
    amounts: list[Decimal] = []
    for detail in details:
        said = (parse_amount(detail[field], currency) for field in fields)
        amount = next((each for each in said if each is not None), None)
        if amount is None:
            return None
        amounts.append(with_sign(amount, _SIGNS.get(detail["side"], default_sign)))
    return amounts


def _included_charges(entry: Fields, currency: str) -> Decimal | None:
    """Give the charges the bank took out of an entry: the entry's, else those of its details together."""
    charges = charges_of(entry["charges"], currency)
    if charges:
        return charges
    return exact_sum(charges_of(detail["charges"], currency) or ZERO for detail in entry["details"])


def _compare_single(
    detail: Fields, total: Decimal, currency: str, place: EntryPlace, log: WarningLog
) -> None:
    for field in ("amount", "transaction"):
        amount = parse_amount(detail[field], currency)
        if amount is None:
            continue
        if amount != abs(total):
            log.note(
                "DETAIL_AMOUNT_DIFFERS",
                f"The only detail says {amount} {currency}, the entry {abs(total)}; the entry counts.",
                str(place),
            )
        return


def _texts_of(details: list[Fields]) -> Fields:
    """Keep what a reader of the unsplit entry needs: texts and references of its first details.

    A reference of one of them is none of their sum: it stands in the text.
    """
    first = details[:_TEXTS_OF_UNSPLIT_BATCH]
    structured = [one for detail in first for one in detail["structured"]]
    return {
        **_NO_DETAIL,
        "free_texts": [text for detail in first for text in detail["free_texts"]],
        "structured": [
            {**one, "reference": "", "additional": [one["reference"], *one["additional"]]}
            if one["reference"]
            else one
            for one in structured
        ],
    }
