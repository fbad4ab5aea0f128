"""Files a command writes: whole, and never over one that is there."""

from __future__ import annotations

from pathlib import Path

from acquit.core.errors import Refusal


class CannotWriteFile(Refusal):
    """The file is there already or cannot be made; what was done stays, and the command gives the file again."""

    code = "CANNOT_WRITE_FILE"


def check_new(path: Path) -> None:
    """Refuse (`CannotWriteFile`) a path that is taken or has no folder, before anything is done for it."""
    if path.exists() or not path.absolute().parent.is_dir():
        raise CannotWriteFile(f"{path} exists already or has no folder. Name another one.", param="out")


def write_file(path: Path, content: bytes) -> None:
    """Write a new file; refuses (`CannotWriteFile`)."""
    try:
        with path.open("xb") as out:
            out.write(content)
    except OSError as error:
        raise CannotWriteFile(
            f"{path} cannot be written: {error.strerror}. Name another one and repeat.", param="out"
        ) from error
