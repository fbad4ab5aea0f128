"""Where the real data sets lie. They are never part of the project, so a test that needs one says so and skips."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(name: str) -> Path:
    """Give the path of a file or folder of the shared data, or skip the test with a line that names what is missing."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"real data set {name!r} is not on this machine ({path})")
    return path
