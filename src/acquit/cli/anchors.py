"""Files of anchors: hashes of the chain of seals, kept where the database's administrator cannot change them.

A file grows by a line a sealing: the moment and the hash. Whoever makes the whole chain anew cannot make it contain a
hash that was written down before.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from acquit.core.errors import Refusal

_LINE = re.compile(r"\S+ (?P<hash>[0-9a-f]{64})")


class UnreadableAnchors(Refusal):
    """The file of anchors cannot be read or written, or a line of it is none; nothing was compared."""

    code = "UNREADABLE_ANCHORS"


def add_anchor(file: Path, block_hash: str, at: datetime) -> None:
    """Add a hash to the file unless its last line says it already; refuses (`UnreadableAnchors`)."""
    if file.exists() and read_anchors(file)[-1:] == [block_hash]:
        return
    try:
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{at.isoformat(timespec='seconds')} {block_hash}\n")
    except OSError as error:
        raise UnreadableAnchors(f"{file} cannot be written: {error.strerror}.", param="anchors") from error


def read_anchors(file: Path) -> list[str]:
    """Read the hashes of a file, oldest first; refuses (`UnreadableAnchors`)."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableAnchors(f"{file} cannot be read: {error}.", param="anchors") from error
    hashes = []
    for number, line in enumerate(lines, 1):
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise UnreadableAnchors(
                f"{file}, line {number}: {line!r} is no moment and hash.", param="anchors"
            )
        hashes.append(found["hash"])
    return hashes
