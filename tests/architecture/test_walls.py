"""The walls that import-linter cannot see: private models, private tables, headers, the clock, names."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.source import (
    SOURCE,
    bare_sql,
    named_tables,
    python_files,
    room_of,
    rooms_from_below,
    sql_files,
)

DOORS = {"web", "api", "cli", "jobs"}
#: A backup says when it was made; nothing is booked by it.
READS_THE_CLOCK = {*DOORS, "config", "infra/embedded"}


def room_of_table() -> dict[str, str]:
    return {
        model._meta.db_table: model._meta.app_label
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("acquit.")
    }


def imported_modules(tree: ast.Module) -> set[str]:
    found = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return found


def test_no_module_outside_a_room_imports_its_models() -> None:
    trespassers = [
        (str(path.relative_to(SOURCE)), module)
        for path, tree in python_files()
        for module in imported_modules(tree)
        if module.startswith("acquit.") and module.split(".")[2:3] == ["models"]
        if module.split(".")[1] != room_of(path)
    ]
    assert trespassers == []


def test_commands_open_the_house_before_they_call_a_room() -> None:
    """A room's tables can be imported once Django is set up: a shell finds out, a test in this process does not."""
    early = [
        (str(path.relative_to(SOURCE)), command.name, node.module)
        for path, tree in python_files()
        if room_of(path) == "cli"
        for command in ast.walk(tree)
        if isinstance(command, ast.FunctionDef)
        for opened in ast.walk(command)
        if isinstance(opened, ast.Call) and ast.unparse(opened.func) == "open_house"
        for node in ast.walk(command)
        if isinstance(node, ast.ImportFrom) and node.module and node.lineno < opened.lineno
        if {"queries", "operations", "batch"} & {*node.module.split(".")[2:3]}
    ]
    assert early == []


def test_relative_imports_do_not_hide_from_the_walls() -> None:
    hidden = [
        str(path.relative_to(SOURCE))
        for path, tree in python_files()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert hidden == []


def tables_above(text: str, room: str) -> set[str]:
    floors, rooms = rooms_from_below(), room_of_table()
    return {table for table in named_tables(text) & set(rooms) if floors[rooms[table]] > floors[room]}


@pytest.mark.parametrize("path", sql_files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_sql_names_only_tables_of_its_room_or_below(path: Path) -> None:
    assert tables_above(path.read_text(encoding="utf-8"), room_of(path)) == set()


def test_sql_in_python_names_only_tables_of_its_room_or_below() -> None:
    trespassers = [
        (str(path.relative_to(SOURCE)), tables)
        for path, tree in python_files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if any(word in node.value for word in ("SELECT ", "INSERT ", "UPDATE ", "DELETE "))
        if (tables := tables_above(node.value, room_of(path)))
    ]
    assert trespassers == []


def test_the_reader_of_tables_sees_what_it_must() -> None:
    assert named_tables("SELECT * FROM a, b JOIN c x ON x.i = 1 -- FROM d\n WHERE t = 'FROM e'") >= {
        "a",
        "b",
        "c",
    }
    assert not named_tables("-- FROM d\nSELECT 'FROM e'")
    assert tables_above("SELECT 1 FROM receipt", "receivables") == {"receipt"}
    assert tables_above("CREATE TRIGGER t AFTER INSERT ON receipt", "ledger") == {"receipt"}
    assert tables_above("DELETE FROM x USING receipt r", "ledger") == {"receipt"}


def schema_files() -> set[Path]:
    """Find the files that migrations run: they hold functions and triggers, so more than one statement."""
    found = set()
    for path in SOURCE.rglob("migrations/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "run_sql_file":
                room, file = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
                found.add(SOURCE / str(room) / "sql" / str(file))
    return found


@pytest.mark.parametrize("path", sql_files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_sql_file_says_what_it_does_and_is_one_statement(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = [line for line in text.splitlines() if line.startswith("--")]
    assert text.startswith("-- ")
    assert any(line.startswith("-- Parameters: ") for line in header)
    assert "Locks: " in " ".join(header)
    if path not in schema_files():
        assert ";" not in bare_sql(text)


def test_migrations_run_the_schema_files() -> None:
    assert {path.name for path in schema_files()} == {
        "guards.sql",
        "books.sql",
        "period_life.sql",
        "live_set.sql",
        "receipt_weight.sql",
    }


def test_only_doors_read_the_clock() -> None:
    readers = {
        str(path.relative_to(SOURCE))
        for path, tree in python_files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"now", "today", "utcnow"} or ast.unparse(node.func) == "time.time"
        if not any(str(path.relative_to(SOURCE)).startswith(f"{room}/") for room in READS_THE_CLOCK)
    }
    assert readers == set()


def public_functions(kind: str) -> dict[str, list[str]]:
    """Give the public functions of one furniture of all rooms, by name."""
    found = defaultdict(list)
    for path, tree in python_files():
        parts = path.relative_to(SOURCE).parts
        if room_of(path) not in rooms_from_below() or len(parts) < 2:
            continue
        if parts[1].removesuffix(".py") == kind:
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    found[node.name].append("/".join(parts))
    return found


def test_operations_have_names_of_their_own() -> None:
    assert {name: places for name, places in public_functions("operations").items() if len(places) > 1} == {}


def test_every_public_function_of_an_operation_says_what_it_does() -> None:
    silent = [
        (str(path.relative_to(SOURCE)), node.name)
        for path, tree in python_files()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
    ]
    assert silent == []


REACHES_DJANGO = re.compile(r"acquit\.(?!cli|core|formats)\w+\.(operations|queries|batch|models)")


@pytest.mark.parametrize("path", sorted((SOURCE / "cli").glob("*.py")), ids=lambda path: path.name)
def test_commands_open_the_house_before_they_import_what_lives_in_it(path: Path) -> None:
    """Models cannot be imported before Django is set up. Tests have it set up long before, so they would not notice."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        opens = [
            node.lineno
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "open_house"
        ]
        early = [
            node.module
            for node in ast.walk(function)
            if isinstance(node, ast.ImportFrom) and opens and node.lineno < min(opens)
            if REACHES_DJANGO.match(node.module or "")
        ]
        assert early == [], f"{function.name} imports {early} before open_house()"
