"""The golden cases of the handbook, recomputed by the project's own functions and compared to the last digit."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from tests.golden.adapters import ADAPTERS

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text(encoding="utf-8"))
CASES = {case["id"]: case for case in GOLDEN["cases"]}
NOT_YET_COVERED = (HERE / "not_yet_covered.txt").read_text(encoding="utf-8").split()


def as_written(value: Any) -> Any:
    """Write a result the way the golden file writes it: amounts and dates as text, digits as they are."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, dict):
        return {key: as_written(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_written(inner) for inner in value]
    return value


@pytest.mark.parametrize("case_id", [case_id for case_id, case in CASES.items() if case["fn"] in ADAPTERS])
def test_case_gives_exactly_what_the_handbook_says(case_id: str) -> None:
    case = CASES[case_id]

    result = as_written(ADAPTERS[case["fn"]](case["input"]))

    assert result == case["expected"], case["rule"]
    assert _types(result) == _types(case["expected"]), "a true is no 1"


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _types(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_types(inner) for inner in value]
    return type(value)


def test_every_function_is_covered_or_named_as_not_yet_covered() -> None:
    functions = {case["fn"] for case in CASES.values()}

    assert functions - set(ADAPTERS) - set(NOT_YET_COVERED) == set(), (
        "has neither adapter nor a line in the list"
    )
    assert set(ADAPTERS) & set(NOT_YET_COVERED) == set(), "is covered: take its line off the list"
    assert set(ADAPTERS) - functions == set(), "adapter for a function no case asks for"
    assert set(NOT_YET_COVERED) - functions == set(), "listed, yet no case asks for it"


def test_the_list_is_sorted_and_names_each_function_once() -> None:
    assert sorted(set(NOT_YET_COVERED)) == NOT_YET_COVERED


def test_the_file_is_whole() -> None:
    assert len(GOLDEN["cases"]) == GOLDEN["count"] == len(CASES) == 210
