"""The dozen lines of `docs/audit.md` check real books and see a change, with nothing of ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from acquit.controls.batch import get_last_hash
from tests.controls.sealed_books import tell_and_seal

PAGE = Path(__file__).resolve().parents[2] / "docs" / "audit.md"


def check_of_the_page() -> Callable[[psycopg.Connection[Any]], str]:
    [code] = [part.split("```")[0] for part in PAGE.read_text(encoding="utf-8").split("```python")[1:]]
    names: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 - the page's own lines are what is tested
    check: Callable[[psycopg.Connection[Any]], str] = names["check"]
    return check


@pytest.mark.django_db(transaction=True)
def test_the_lines_of_the_page_check_the_chain(superuser_connection: psycopg.Connection[Any]) -> None:
    tell_and_seal()
    check = check_of_the_page()
    assert check(superuser_connection) == get_last_hash()
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("UPDATE item SET company_amount = 1 WHERE id = (SELECT min(id) FROM item)")
    with pytest.raises(AssertionError, match="item"):
        check(superuser_connection)
