"""The envelopes of an X12 interchange: what the trailers count is counted again, and what differs is said."""

from __future__ import annotations

from dataclasses import dataclass

from acquit.formats.remittance.segments import Segment
from acquit.formats.statements import WarningLog


@dataclass(slots=True)
class _Level:
    header: str
    trailer: str
    control: int  # the position of the control number in the header
    words: str
    number: str = ""
    count: int = 0


class Envelope:
    """Follows ISA/IEA, GS/GE and ST/SE; each trailer names how many it closes and under which number."""

    def __init__(self) -> None:
        self._interchange = _Level("ISA", "IEA", 13, "groups")
        self._group = _Level("GS", "GE", 6, "transaction sets")
        self._set = _Level("ST", "SE", 2, "segments")
        self._is_inside = False

    def follow(self, segment: Segment, log: WarningLog) -> None:
        """Count a segment; a trailer that does not agree with its header is noted."""
        self._set.count += 1
        if segment.tag in {"ISA", "IEA"}:
            self._is_inside = segment.tag == "ISA"
        for level, above in (
            (self._interchange, None),
            (self._group, self._interchange),
            (self._set, self._group),
        ):
            if segment.tag == level.header:
                level.number = segment.get(level.control)
                level.count = 1 if level is self._set else 0
                if above is not None:
                    above.count += 1
            elif segment.tag == level.trailer:
                _compare(level, segment, log)

    def note_missing(self, start: Segment, log: WarningLog) -> None:
        """Note that a transaction set begins outside of any interchange, as one pasted from a bank's portal does."""
        if not self._is_inside:
            log.note(
                "ENVELOPE_MISSING",
                "The advice stands without its envelope (ISA): who sent it, and to whom, is not said.",
                start.place,
            )


def _compare(level: _Level, segment: Segment, log: WarningLog) -> None:
    counted, number = segment.get(1), segment.get(2)
    if counted.lstrip("0") != (str(level.count) if level.count else ""):
        log.note(
            "TRAILER_COUNT",
            f"{segment.tag} counts {counted or 'no'} {level.words}, {level.count} are there.",
            segment.place,
        )
    if number.lstrip("0") != level.number.lstrip("0"):
        log.note(
            "TRAILER_NUMBER",
            f"{segment.tag} closes number {number!r}, {level.number!r} is open.",
            segment.place,
        )
