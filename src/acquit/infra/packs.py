"""A pack of files handed out: a folder or a ZIP, streamed, whole or not there at all, with the hash of each file.

The manifest is written last and names every other file; its own hash stands for the whole pack.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from acquit.core.errors import Refusal

MANIFEST = "manifest.json"


class CannotWritePack(Refusal):
    """The pack cannot be written there, or something stands there already; nothing was changed."""

    code = "CANNOT_WRITE_PACK"


class Pack:
    """A pack being written, file by file; `target` exists only when `finish` has been reached."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.files: list[dict[str, object]] = []
        self.hash = ""
        self._unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
        self._zip: zipfile.ZipFile | None = None

    def begin(self) -> None:
        """Make the place the pack grows in."""
        if self.target.suffix == ".zip":
            self._zip = zipfile.ZipFile(self._unfinished, "w", zipfile.ZIP_DEFLATED)
        else:
            self._unfinished.mkdir()

    def add_lines(self, name: str, lines: Iterable[str]) -> int:
        """Add a file of lines, streamed; gives how many there are."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._open(name) as out:
            for line in lines:
                data = line.encode() + b"\n"
                digest.update(data)
                out.write(data)
                size += len(data)
                count += 1
        self.files.append({"name": name, "sha256": digest.hexdigest(), "bytes": size, "lines": count})
        return count

    def finish(self, facts: Mapping[str, object]) -> None:
        """Write the manifest with these facts."""
        text = json.dumps({**facts, "files": self.files}, indent=2, sort_keys=True, ensure_ascii=False)
        data = text.encode() + b"\n"
        self.hash = hashlib.sha256(data).hexdigest()
        with self._open(MANIFEST) as out:
            out.write(data)

    def close(self) -> None:
        """Let go of the file that is open."""
        if self._zip is not None:
            self._zip.close()

    def keep(self) -> None:
        """Put what was written in its place."""
        self.close()
        self._unfinished.rename(self.target)

    def discard(self) -> None:
        """Take away what is unfinished."""
        self.close()
        if self._unfinished.is_dir():
            shutil.rmtree(self._unfinished, ignore_errors=True)
        else:
            self._unfinished.unlink(missing_ok=True)

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        if self._zip is not None:
            with self._zip.open(name, "w", force_zip64=True) as out:
                yield out
            return
        file = self._unfinished / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as plain:
            yield plain


@contextmanager
def write_pack(target: Path) -> Iterator[Pack]:
    """Write a pack: a ZIP when its name ends so, a folder otherwise; put in place when the block ends well.

    Refuses (`CannotWritePack`) a place that is taken or cannot be written.
    """
    if target.exists():
        raise CannotWritePack(f"{target} exists already. Name another place.", param="target")
    pack = Pack(target)
    try:
        pack.begin()
        yield pack
        pack.keep()
    except OSError as error:
        raise CannotWritePack(f"{target} cannot be written: {error.strerror}.", param="target") from error
    finally:
        pack.discard()
