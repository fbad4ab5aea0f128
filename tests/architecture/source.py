"""The source as the architecture tests read it: rooms in their order, syntax trees, SQL without its comments."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "acquit"

_COMMENT = re.compile(r"--[^\n]*")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_TABLE_AFTER = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|USING|ON|,)\s+\"?([a-z_][a-z_0-9]*)\"?", re.IGNORECASE)


def rooms_from_below() -> dict[str, int]:
    """Give each room's floor: a room may look at rooms of lower floors."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [one["layers"] for one in contracts if one.get("containers") == ["acquit"]]
    return {
        room.strip(): floor
        for floor, layer in enumerate(reversed(layers))
        for room in layer.replace(":", "|").split("|")
    }


def room_of(path: Path) -> str:
    """Give the room a file lies in."""
    return path.relative_to(SOURCE).parts[0]


def python_files() -> Iterator[tuple[Path, ast.Module]]:
    """Give every module with its syntax tree, migrations aside."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def sql_files() -> list[Path]:
    """List the SQL files of all rooms."""
    return sorted(SOURCE.rglob("*.sql"))


def bare_sql(text: str) -> str:
    """Take comments and quoted texts out of SQL."""
    return _TEXT.sub("''", _COMMENT.sub("", text))


def named_tables(text: str) -> set[str]:
    """Give every name that stands where SQL wants a table, common table expressions and functions among them."""
    return {name.lower() for name in _TABLE_AFTER.findall(bare_sql(text))}
