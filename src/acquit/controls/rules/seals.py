"""Seals of the event log: each hash covers the one before it, so a change anywhere shows everywhere after it.

The one clever idea: the text that is hashed is canonical JSON (keys sorted, no spaces, UTF-8), so anyone can
check the chain with a dozen lines of any language.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

GENESIS_HASH = "0" * 64
_HASH = re.compile(r"[0-9a-f]{64}")
_PLAIN = frozenset({str, int, bool, type(None)})
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_json(value: object) -> bytes:
    """Write a value as canonical JSON in UTF-8.

    Raises TypeError for floats, whose text differs between languages, and for what JSON does not know:
    amounts and dates go in as text.
    """
    _refuse_floats(value)
    return _ENCODER.encode(value).encode()


def seal_hash(previous_hash: str, event: Mapping[str, object]) -> str:
    """Give sha256(previous hash + canonical JSON of the event) in hex; the first follows GENESIS_HASH."""
    if not _HASH.fullmatch(previous_hash):
        raise ValueError(f"{previous_hash!r} is no sha256 in lower-case hex")
    return hashlib.sha256(previous_hash.encode() + canonical_json(dict(event))).hexdigest()


def _refuse_floats(value: object) -> None:
    # Called for every event of the log: what is plainly fine is told by its exact type, without a further call.
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float: write amounts as text before they are sealed")
    if isinstance(value, dict | Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is no text")
            if type(inner) not in _PLAIN:
                _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if type(inner) not in _PLAIN:
                _refuse_floats(inner)
