"""Reads bodies as JSON and nothing looser: no NaN, no name twice (the last would win silently), UTF-8 only.

An object of very many names is refused too: each unknown one would become an error to tell.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny

NAMES_AT_MOST = 100


class StrictParser(Parser):
    """Raises ValueError for what is not exactly JSON; the API answers that the body cannot be read."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Read the body."""
        text = request.body.decode("utf-8")
        return cast(
            "DictStrAny", json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
        )


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice in one object")
    if len(found) > NAMES_AT_MOST:
        raise ValueError("an object has too many names")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
