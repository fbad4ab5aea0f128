"""The secret key: made once for this home, readable only by its owner, never in the repository."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from acquit.infra import places


def secret_key() -> str:
    """Give the key from ACQUIT_SECRET_KEY, or the one kept in the home, making it the first time."""
    given = os.environ.get("ACQUIT_SECRET_KEY")
    if given:
        return given
    path = places.home() / "secret_key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return _make_key(path)


def _make_key(path: Path) -> str:
    # Made under another name and linked into place, so that two starters at once end with the same key.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
