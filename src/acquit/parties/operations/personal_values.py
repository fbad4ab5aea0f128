"""Personal values of events, kept beside them: the event keeps an id and a salted hash and can be sealed for good."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence

from acquit.infra.bulk import WritePlan, next_ids
from acquit.parties.rules.personal_data import PERSONAL_FIELDS

_Sides = Mapping[str, Mapping[str, object]]


def keep_values_apart(
    plan: WritePlan, company_id: int, notes: Sequence[tuple[int, _Sides]]
) -> list[dict[str, dict[str, object]]]:
    """Replace the personal values of payloads (customer, {"before": ..., "after": ...}) by references to them.

    A reference is `{"personal_value": id, "sha256": sha256(salt + value)}`; nothing is kept of an empty value.
    """
    personal = [
        (customer_id, field, value)
        for customer_id, sides in notes
        for values in sides.values()
        for field, value in values.items()
        if field in PERSONAL_FIELDS and value
    ]
    ids = iter(next_ids("personal_value", len(personal)))
    rows = []
    payloads = []
    for customer_id, sides in notes:
        payload: dict[str, dict[str, object]] = {}
        for side, values in sides.items():
            told = payload[side] = dict(values)
            for field, value in values.items():
                if field not in PERSONAL_FIELDS or not value:
                    continue
                value_id, salt = next(ids), secrets.token_hex(16)
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                digest = hashlib.sha256((salt + text).encode()).hexdigest()
                told[field] = {"personal_value": value_id, "sha256": digest}
                rows.append((value_id, customer_id, company_id, field, salt, text))
        payloads.append(payload)
    plan.add("personal_value", ("id", "customer_id", "company_id", "field", "salt", "value"), rows)
    return payloads
