"""One small company of the mixed level, made once for all tests that look at its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from acquit.benchmark.generating import Generated, Size, generate
from acquit.benchmark.shares import Level
from acquit.benchmark.truth import read_truth
from acquit.formats.bank_files import read_statements
from acquit.formats.statements import Statement

SIZE = Size(customers=400, items=7_000, receipts=3_000)


@dataclass(frozen=True)
class MadeCompany:
    folder: Path
    truth_file: Path
    made: Generated
    truth: list[dict[str, Any]]
    statements: dict[str, list[Statement]]


def be_quiet(_: str) -> None:
    """Take progress and say nothing."""


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> MadeCompany:
    place = tmp_path_factory.mktemp("benchmark")
    folder, truth_file = place / "company", place / "truth" / "truth.jsonl"
    made = generate(folder, truth_file, SIZE, Level.MIXED, 7, be_quiet)
    statements = {}
    for file in sorted((folder / "statements").iterdir()):
        with file.open("rb") as content:
            statements[file.name] = list(read_statements(content, file.name))
    return MadeCompany(folder, truth_file, made, list(read_truth(truth_file)), statements)
