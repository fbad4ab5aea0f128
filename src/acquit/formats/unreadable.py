"""How a reader says that a file, or one place in it, cannot be read.

The one clever idea: a refusal is built from five facts (file, place, value, reason, mend), never from a loose
sentence, so the page that lists refused files can show them in columns and the text still reads as one sentence.
"""

from __future__ import annotations

from acquit.core.errors import Refusal

_LONGEST_VALUE = 80


def shorten(value: str) -> str:
    """Cut a quoted value to 80 characters, so that a hostile file cannot fill a page."""
    return value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"


class NotReadable(ValueError):  # noqa: N818 - it says what is the case; the reader makes it a refusal
    """A text is not what its field should hold; the reader knows the place and refuses. `args[0]` is the text."""


class UnreadableFile(Refusal):
    """The file, or a place in it, cannot be read; nothing of that statement was taken.

    `reason` says what is wrong at `place` (`line 12`), `value` quotes it, `mend` says what to do. All five facts
    are in `details` for programs.
    """

    code = "UNREADABLE_FILE"

    def __init__(self, reason: str, *, code: str, file: str, place: str, value: str = "", mend: str) -> None:
        quoted = shorten(value)
        where = f"{file}, {place}" if place else file
        shown = f" ({quoted!r})" if quoted else ""
        super().__init__(
            f"{where}: {reason}{shown}. {mend}",
            param="file",
            code=code,
            details={"file": file, "place": place, "value": quoted, "reason": reason, "mend": mend},
        )
        self.file = file
        self.place = place
        self.value = quoted
        self.reason = reason
        self.mend = mend
