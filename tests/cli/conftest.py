"""Commands work on real transactions: what they write is committed, and the worker's database is renewed after."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.files import write_company


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A folder with all a small company has."""
    return write_company(tmp_path / "company")
