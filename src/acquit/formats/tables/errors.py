"""Why a file is not read as a table: one refusal, told apart by its code.

The clever idea is that there are only two kinds of bad news. A file that cannot be read at all is refused
whole, with the place where it broke; a row that cannot be read is a fault with its line, and the rows around
it go on.
"""

from __future__ import annotations

from enum import StrEnum

from acquit.core.errors import Refusal


class TableTrouble(StrEnum):
    """The reasons a whole file is refused."""

    EMPTY = "EMPTY_FILE"
    NOT_A_TABLE = "NOT_A_TABLE"
    WRONG_ENCODING = "WRONG_ENCODING"
    TRUNCATED = "TRUNCATED_FILE"
    DAMAGED = "DAMAGED_FILE"
    TOO_LARGE = "TOO_LARGE_UNPACKED"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    LINE_TOO_LONG = "LINE_TOO_LONG"
    ENCRYPTED = "ENCRYPTED_FILE"
    OLD_FORMAT = "OLD_FORMAT"
    NO_SHEET = "NO_SUCH_SHEET"


class CannotReadTable(Refusal):
    """The file is no table that can be read; nothing of it was taken.

    `details` names the file and, where known, `byte_offset` and `line_number` (counted from 1).
    """

    code = "CANNOT_READ_TABLE"

    def __init__(
        self,
        trouble: TableTrouble,
        name: str,
        message: str,
        *,
        byte_offset: int | None = None,
        line_number: int | None = None,
    ) -> None:
        details: dict[str, object] = {"file": name}
        if byte_offset is not None:
            details["byte_offset"] = byte_offset
        if line_number is not None:
            details["line_number"] = line_number
        super().__init__(f"{name}: {message}", param="file", code=trouble.value, details=details)
        self.trouble = trouble
        self.byte_offset = byte_offset
        self.line_number = line_number


class CannotReadAmount(Refusal):
    """The text is no amount in this style of writing."""

    code = "NOT_AN_AMOUNT"


class CannotReadDate(Refusal):
    """The text is no date in this order of day, month and year."""

    code = "NOT_A_DATE"
