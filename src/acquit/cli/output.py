"""Files a command writes: whole, and never over one that is there."""

from __future__ import annotations

import os
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
    """Write a new file; one that is there is whole, whenever the program ends. Refuses (`CannotWriteFile`)."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write_new(draft, content)
        try:
            os.link(draft, path)  # unlike a renaming this takes nobody's place
        except FileExistsError:
            raise
        except OSError:  # some file systems give a file one name only
            _write_new(path, content)
    except OSError as error:
        raise CannotWriteFile(
            f"{path} cannot be written: {error.strerror}. Name another one and repeat.", param="out"
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _write_new(path: Path, content: bytes) -> None:
    with path.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
