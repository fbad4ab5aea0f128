"""What files say of the company they belong to, before it has books: the currency most of their amounts are in.

Only the first rows of each file are looked at; a column counts when nearly all of its cells are currencies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

from acquit.core.errors import Refusal
from acquit.formats.bank_files import read_statements
from acquit.formats.recognition import HEAD_BYTES, recognise_statement
from acquit.formats.tables import open_table
from acquit.intake.operations.receiving import GivenFile
from acquit.intake.rules.evidence import is_currency
from acquit.intake.rules.profile import NOTHING

_ROWS = 2_000
_STATEMENTS = 20
_FILES = 200
_NEARLY_ALL = 0.9


def suggest_currency(files: Iterable[GivenFile]) -> str | None:
    """Give the currency that stands most often in the files' tables, or else in their statements; None: in none."""
    in_tables: Counter[str] = Counter()
    in_statements: Counter[str] = Counter()
    for given in islice(files, _FILES):
        try:
            with given.path.open("rb") as content:
                is_statement = recognise_statement(content.read(HEAD_BYTES)) is not None
                content.seek(0)
                if is_statement:
                    in_statements.update(
                        one.currency for one in islice(read_statements(content, given.name), _STATEMENTS)
                    )
                else:
                    in_tables.update(_count_codes(content, given.name))
        except (OSError, Refusal):
            continue  # what cannot be read says nothing; receiving it tells why
    for counted in (in_tables, in_statements):
        counted.pop("", None)
        if counted:
            return min(counted, key=lambda code: (-counted[code], code))
    return None


def _count_codes(content: BinaryIO, name: str) -> Counter[str]:
    """Count the currencies of a table's currency columns."""
    counted: Counter[str] = Counter()
    chunk = next(open_table(content, name).rows(_ROWS), None)
    for cells in zip(*chunk.rows, strict=True) if chunk else ():
        filled = Counter(cell.strip() for cell in cells if cell.strip() not in NOTHING)
        codes = Counter({code: count for code, count in filled.items() if is_currency(code)})
        if codes and codes.total() >= _NEARLY_ALL * filled.total():
            counted += codes
    return counted
