"""The movements of one statement as lines, read some at a time while the statement is still coming."""

from __future__ import annotations

from collections.abc import Sequence

from acquit.formats.mt940.fields import Field
from acquit.formats.mt940.lines import PlacedWarnings, build_line
from acquit.formats.statements import UnreadableStatement, WarningLog, keep_lines
from acquit.formats.unreadable import NotReadable

MEND = "Correct it in the file or ask the bank for it again."


class MovementLines:
    """The lines read so far: `booked`, and `pending` where a movement is only expected; `log` holds their warnings."""

    __slots__ = ("_account", "_count", "_file", "_warnings", "booked", "currency", "log", "pending")

    def __init__(self, file: str) -> None:
        self._file = file
        self.booked = keep_lines()
        self.pending = keep_lines()
        self.log = WarningLog()
        self.currency = ""
        self._account = ""
        self._count = 0
        self._warnings = PlacedWarnings(self.log)

    def tell_account(self, account: str, currency: str) -> None:
        """Say whose lines these are; what was said first holds."""
        if not self.currency:
            self._account, self.currency = account, currency

    def read(self, entries: Sequence[tuple[Field, list[Field]]], *, is_end: bool = False) -> None:
        """Read movements with their details. `is_end`: nothing follows the last of them in the file.

        Refuses (UnreadableStatement) the first one that cannot be read.
        """
        last = len(entries) - 1
        for place, (movement, details) in enumerate(entries):
            try:
                is_expected, line = build_line(
                    movement,
                    details,
                    self._account,
                    self.currency,
                    self._count,
                    self._warnings,
                    is_end=is_end and place == last and not details,
                )
            except NotReadable as unreadable:
                raise self._refused(movement, str(unreadable.args[0])) from None
            self._count += 1
            (self.pending if is_expected else self.booked).append(line)

    def _refused(self, movement: Field, value: str) -> UnreadableStatement:
        return UnreadableStatement(
            f"the line cannot be read at {value!r}",
            code="LINE_UNREADABLE",
            file=self._file,
            place=f"line {movement.line}",
            value=f":{movement.tag}:{movement.first}",
            mend=MEND,
        )
