"""Which files were given: folders are walked, what cannot be read is said, and nothing is opened twice."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from acquit.core.errors import NotFound


class NoFiles(NotFound):
    """The paths hold no file that can be read; nothing was done."""

    code = "NO_FILES"


@dataclass(slots=True)
class Given:
    """The files to receive (name, path) in the order they were named, and those that cannot be read (name, reason)."""

    files: list[tuple[str, Path]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def gather_files(paths: Iterable[Path]) -> Given:
    """Gather the files of paths: a file as it is, a folder with all below it but hidden files and folders.

    A file of a folder is named by its path below it. Refuses (`NotFound`) a path that does not exist and (`NoFiles`)
    paths without a single file; a file that may not be read is told, not refused.
    """
    given = Given()
    seen: set[tuple[int, int]] = set()
    named = list(paths)
    for path in named:
        if not path.exists():
            raise NotFound(f"{path} does not exist.", param="files")
        for name, file in _walk(path, given.unreadable):
            try:
                facts = file.stat()
            except OSError as error:
                given.unreadable.append((name, _reason(error)))
                continue
            is_pipe_named_outright = file == path and stat.S_ISFIFO(facts.st_mode)
            if not (stat.S_ISREG(facts.st_mode) or is_pipe_named_outright):
                given.unreadable.append((name, "it is no file with content"))
            elif not os.access(file, os.R_OK):
                given.unreadable.append((name, "it may not be read by this account"))
            elif (facts.st_dev, facts.st_ino) not in seen:
                seen.add((facts.st_dev, facts.st_ino))
                given.files.append((name, file))
    if not given.files and not given.unreadable:
        raise NoFiles(f"There are no files in {', '.join(map(str, named))}.", param="files")
    return given


def name_company(paths: Iterable[Path]) -> str:
    """Give the name of the one folder that was given, for the company whose files it holds; "" where there is none."""
    folders = [path.resolve() for path in paths if path.is_dir()]
    return folders[0].name if len(folders) == 1 else ""


def _walk(path: Path, unreadable: list[tuple[str, str]]) -> Iterator[tuple[str, Path]]:
    """Give names and files below a path; links to folders are not followed, so nothing goes round in a circle."""
    if not path.is_dir():
        yield path.name, path
        return

    def tell(error: OSError) -> None:
        unreadable.append((str(error.filename), _reason(error)))

    for folder, folders, files in os.walk(path, onerror=tell):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                file = Path(folder, name)
                yield file.relative_to(path).as_posix(), file


def _reason(error: OSError) -> str:
    return error.strerror or "it cannot be read"
