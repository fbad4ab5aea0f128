"""Where Acquit keeps what it keeps: one folder, `ACQUIT_HOME`, private to the account that runs it.

Everything that is not the program lies below this folder (the embedded database, uploaded files, logs), so
looking after an installation is looking after one folder. Folders are made with rights 0700 when they are
first asked for; the rights of a folder that already exists are its owner's business and are left as they are.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from acquit.core.errors import Refusal

HOME_VARIABLE = "ACQUIT_HOME"


class CannotUseHome(Refusal):
    """The folder that should hold everything Acquit keeps cannot be made or is not a folder."""

    code = "HOME_NOT_USABLE"


def home() -> Path:
    """Give the absolute path of ACQUIT_HOME (by default the platform's user-data folder), made when absent.

    Refuses with `CannotUseHome` when the path is taken by something that is not a folder, or cannot be made.
    """
    named = os.environ.get(HOME_VARIABLE, "")
    path = Path(named).expanduser() if named else Path(platformdirs.user_data_dir("acquit", appauthor=False))
    return _private_folder(path.absolute())


def database_folder() -> Path:
    """Give the folder of the embedded database; the starter makes it, only its parent is made here."""
    return home() / "database"


def uploads_folder() -> Path:
    """Give the folder of uploaded files, made when absent."""
    return _private_folder(home() / "uploads")


def logs_folder() -> Path:
    """Give the folder of logs, made when absent."""
    return _private_folder(home() / "logs")


def _private_folder(path: Path) -> Path:
    try:
        if path.is_dir():
            return _own_folder(path)
        for parent in reversed(path.parents):
            if not parent.is_dir():
                parent.mkdir(exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        taken = f"{path} is not a folder. Set {HOME_VARIABLE} to a folder, or move that file away."
        raise CannotUseHome(taken, param=HOME_VARIABLE) from None
    except OSError as error:
        mend = f"Set {HOME_VARIABLE} to a folder you may write."
        text = f"The folder {path} cannot be made ({error.strerror}). {mend}"
        raise CannotUseHome(text, param=HOME_VARIABLE) from None
    return path


def _own_folder(path: Path) -> Path:
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        text = f"The folder {path} belongs to another account. Set {HOME_VARIABLE} to one of your own."
        raise CannotUseHome(text, param=HOME_VARIABLE)
    return path
