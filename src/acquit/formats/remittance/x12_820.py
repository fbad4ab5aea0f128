"""X12 820, the payment order and remittance advice of North America: one advice for each transaction set.

The one clever idea: senders differ in whether an adjustment (ADX) inside an invoice explains the amount paid beside it
or still has to be taken off it. The total of the payment settles that, so neither habit is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import BinaryIO

from acquit.core.money import EXACT
from acquit.formats.remittance.advice import AdviceLine, RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.numbers import parse_compact_date, parse_plain_amount
from acquit.formats.remittance.segments import Segment, iter_x12_segments
from acquit.formats.remittance.settling import DraftKeeper, DraftLine, settle_lines
from acquit.formats.remittance.x12_codes import CHEQUE_NUMBERS, CUSTOMER_NUMBERS, ORDERS
from acquit.formats.remittance.x12_envelope import Envelope
from acquit.formats.remittance.x12_lines import (
    Adjustment,
    Item,
    adjustment_line,
    before_adjustments,
    item_draft,
)
from acquit.formats.statements import ZERO, WarningLog
from acquit.formats.unreadable import NotReadable

FORMAT = "X12.820"
_PAYMENT_DATES = ("007", "097", "009", "003")
_PAYERS = ("PR", "RM", "BY")
_MOST_OF_ONE = 2_000
_MOST_ADJUSTMENTS = 20_000


@dataclass(slots=True)
class _Set:
    """A transaction set while it is read."""

    start: Segment
    log: WarningLog
    amount: Decimal | None = None
    is_debit: bool = False
    trace: str = ""
    cheque: str = ""
    payment_date: date | None = None
    dates: dict[str, date] = field(default_factory=dict)
    currency: str = ""
    account: str = ""
    names: dict[str, str] = field(default_factory=dict)
    customer: str = ""
    numbers: list[str] = field(default_factory=list)
    items: DraftKeeper = field(default_factory=DraftKeeper)
    adjustments: DraftKeeper = field(default_factory=DraftKeeper)
    items_paid: Decimal = ZERO
    is_adjusted: bool = False
    is_in_detail: bool = False
    item: Item | None = None
    adjustment: Adjustment | None = None

    def count_open(self) -> int:
        """Count what is said of the open item, of the open adjustment, and of the payment itself."""
        said = len(self.numbers) + len(self.names)
        if self.item is not None:
            said += len(self.item.adjustments) + len(self.item.numbers) + len(self.item.texts)
        if self.adjustment is not None:
            said += len(self.adjustment.numbers) + len(self.adjustment.texts)
        return said

    def close_item(self) -> None:
        """Put away what was open: nothing more of it follows."""
        if self.item is not None:
            self.items_paid = EXACT.add(self.items_paid, self.item.paid or ZERO)
            self.is_adjusted = self.is_adjusted or bool(self.item.adjustments)
            self.items.append(item_draft(self.item))
        elif self.adjustment is not None:
            self.adjustments.append(DraftLine(adjustment_line(self.adjustment)))
        self.item = self.adjustment = None


def read_x12_820(content: BinaryIO, file: str) -> Iterator[RemittanceAdvice]:
    """Give the advices of an X12 file, one for each 820; other transaction sets are passed over.

    Counts and control numbers of SE, GE and IEA that do not agree are warnings of the advice before them. Refuses
    (`UnreadableAdvice`) a file that holds no 820, breaks off inside one, or has a number no 820 may have.
    """
    envelope = Envelope()
    current: _Set | None = None
    waiting: RemittanceAdvice | None = None
    found = False
    for segment in _as_sets(iter_x12_segments(content, file)):
        log = current.log if current is not None else WarningLog()
        envelope.follow(segment, log)
        if current is None:
            if waiting is not None:
                waiting = replace(waiting, warnings=(*waiting.warnings, *log.warnings()))
            if segment.tag == "ST" and segment.get(1) == "820":
                current = _Set(segment, log)
                envelope.note_missing(segment, log)
        elif segment.tag == "SE":
            if waiting is not None:
                yield waiting
            current.close_item()
            waiting, current, found = _advice(current), None, True
        else:
            _take(current, segment, file)
    if current is not None:
        raise _refused("the file ends within an advice", "CUT_OFF", file, current.start)
    if not found:
        raise UnreadableAdvice(
            "the interchange holds no 820",
            code="NO_ADVICE",
            file=file,
            place="",
            mend="Ask the sender for the remittance advice.",
        )
    if waiting is not None:
        yield waiting


def _as_sets(segments: Iterator[Segment]) -> Iterator[Segment]:
    """Put items that stand alone, as the addenda of a small payment (CCD) does, between the ends of a set."""
    first = next(segments, None)
    if first is None or first.tag != "RMR":
        yield from chain(() if first is None else (first,), segments)
        return
    count = 0
    yield Segment("ST", ("820",), 1)
    for count, segment in enumerate(chain((first,), segments), 1):  # noqa: B007 - the last one counts
        yield segment
    yield Segment("SE", (str(count + 2),), count)


def _take(current: _Set, segment: Segment, file: str) -> None:
    if current.count_open() > _MOST_OF_ONE:
        reason = (
            f"one item, or the payment itself, has more than {_MOST_OF_ONE:,} adjustments, numbers and notes"
        )
        raise _refused(reason, "TOO_LARGE", file, segment)
    if len(current.adjustments) > _MOST_ADJUSTMENTS:
        reason = f"the payment has more than {_MOST_ADJUSTMENTS:,} adjustments that belong to no item"
        raise _refused(reason, "TOO_LARGE", file, segment)
    try:
        if segment.tag in _SEGMENTS:
            _SEGMENTS[segment.tag](current, segment)
    except NotReadable as unreadable:
        raise _refused("a field cannot be read", "FIELD_UNREADABLE", file, segment, str(unreadable)) from None


def _take_payment(current: _Set, segment: Segment) -> None:
    current.amount = _amount(segment, 2)
    current.is_debit = segment.get(3) == "D"
    current.account = " ".join(filter(None, (segment.get(7), segment.get(9))))
    current.payment_date = parse_compact_date(segment.get(16))


def _take_trace(current: _Set, segment: Segment) -> None:
    if not current.is_in_detail and not current.trace:
        current.trace = segment.get(2)


def _take_currency(current: _Set, segment: Segment) -> None:
    if not current.currency:
        current.currency = segment.get(2)


def _take_name(current: _Set, segment: Segment) -> None:
    current.close_item()
    current.names.setdefault(segment.get(1), segment.get(2) or segment.get(4))


def _take_entity(current: _Set, _: Segment) -> None:
    current.is_in_detail = True
    current.close_item()


def _take_item(current: _Set, segment: Segment) -> None:
    current.is_in_detail = True
    current.close_item()
    current.item = Item(
        segment.get(1),
        segment.get(2),
        segment.place,
        _amount(segment, 4),
        _amount(segment, 5),
        _amount(segment, 6),
    )
    reason = _amount(segment, 8)
    if reason is not None:
        current.item.adjustments.append(Adjustment(reason, segment.get(7), segment.place))


def _take_adjustment(current: _Set, segment: Segment) -> None:
    amount = _amount(segment, 1)
    if amount is None:
        raise NotReadable(segment.get(1))
    if current.item is None:
        current.close_item()
    current.adjustment = Adjustment(amount, segment.get(2), segment.place)
    if segment.get(4):
        _add_number(current.adjustment, segment.get(3), segment.get(4))
    if current.item is not None:
        current.item.adjustments.append(current.adjustment)


def _take_reference(current: _Set, segment: Segment) -> None:
    qualifier, number, text = segment.get(1), segment.get(2), segment.get(3)
    if current.adjustment is not None:
        _add_number(current.adjustment, qualifier, number)
        current.adjustment.texts += filter(None, (text,))
    elif current.item is not None:
        if qualifier in ORDERS and not current.item.order:
            current.item.order = number
        elif number:
            current.item.numbers.append(number)
        current.item.texts += filter(None, (text,))
    elif qualifier in CUSTOMER_NUMBERS:
        current.customer = current.customer or number
    elif qualifier in CHEQUE_NUMBERS:
        current.cheque = current.cheque or number
    elif number:
        current.numbers.append(number)


def _add_number(adjustment: Adjustment, qualifier: str, number: str) -> None:
    if qualifier in {"IV", "OI"} and not adjustment.document:
        adjustment.document = number
    elif number:
        adjustment.numbers.append(number)


def _take_note(current: _Set, segment: Segment) -> None:
    target = current.adjustment or current.item
    if target is not None and segment.get(2):
        target.texts.append(segment.get(2))


def _take_date(current: _Set, segment: Segment) -> None:
    day = parse_compact_date(segment.get(2))
    if day is None or current.adjustment is not None:
        return
    if current.item is None:
        current.dates.setdefault(segment.get(1), day)
    elif current.item.day is None:
        current.item.day = day


_SEGMENTS = {
    "BPR": _take_payment,
    "TRN": _take_trace,
    "CUR": _take_currency,
    "N1": _take_name,
    "ENT": _take_entity,
    "RMR": _take_item,
    "ADX": _take_adjustment,
    "REF": _take_reference,
    "NTE": _take_note,
    "DTM": _take_date,
}


def _advice(current: _Set) -> RemittanceAdvice:
    lines, settled = _settle(current)
    return RemittanceAdvice(
        format=FORMAT,
        payer_name=next((current.names[code] for code in _PAYERS if current.names.get(code)), ""),
        payer_number=current.customer,
        payer_iban=current.account,
        payee=current.names.get("PE", ""),
        payment_reference=current.trace or current.cheque,
        payment_date=current.payment_date
        or next((current.dates[code] for code in _PAYMENT_DATES if code in current.dates), None),
        currency=current.currency,
        total_amount=settled,
        lines=lines,
        warnings=current.log.warnings(),
        place=current.start.place,
        other_numbers=tuple(
            dict.fromkeys(
                number
                for number in (current.cheque, *current.numbers)
                if number and number != (current.trace or current.cheque)
            )
        ),
    )


def _settle(current: _Set) -> tuple[Sequence[AdviceLine], Decimal | None]:
    """Settle the lines with adjustments in what is paid; before them, if only that reaches the total."""
    total, place = _signed_total(current), current.start.place
    probe = WarningLog()
    found = settle_lines(_drafts(current, is_net=True), total, probe, place)
    if probe.warnings() and current.is_adjusted:
        other = WarningLog()
        before = settle_lines(_drafts(current, is_net=False), total, other, place)
        if not other.warnings():
            return before
    for warning in probe.warnings():
        current.log.note(warning.code, warning.message, warning.place)
    return found


def _signed_total(current: _Set) -> Decimal | None:
    """Give the payment's amount; a debit takes money back, unless its lines pay."""
    if current.amount is None or not current.is_debit:
        return current.amount
    return current.amount if current.items_paid > 0 else current.amount.copy_negate()


def _drafts(current: _Set, *, is_net: bool) -> DraftKeeper:
    """Give the lines: with what is paid net of the adjustments inside an item, or before them."""
    if is_net and not len(current.adjustments):
        return current.items
    items = current.items if is_net else map(before_adjustments, current.items)
    return DraftKeeper(chain(items, current.adjustments))


def _amount(segment: Segment, position: int) -> Decimal | None:
    text = segment.get(position)
    return parse_plain_amount(text) if text else None


def _refused(reason: str, code: str, file: str, segment: Segment, value: str = "") -> UnreadableAdvice:
    return UnreadableAdvice(
        reason,
        code=code,
        file=file,
        place=segment.place,
        value=value,
        mend="Ask the sender for the file as it was sent.",
    )
