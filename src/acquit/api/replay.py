"""POSTs that are done once: the same key and parameters give the first answer again, in the same words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from ninja.params.functions import Header
from pydantic import BaseModel

from acquit.api.login import Request
from acquit.infra.idempotency import run_once

KEY_HEADER = "Idempotency-Key"
REPLAY_HEADER = "Idempotent-Replayed"

IdempotencyKey = Annotated[
    str,
    Header(
        alias=KEY_HEADER,
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description=(
            "Names this request; make a new one for each new request, such as a UUID. The same key with the same"
            " parameters gives the first answer again; with others it is refused. Keys are your user's own, per"
            " company. A refused request changed nothing and leaves its key unused."
        ),
        example="5f0a1c9e-3a52-4a0e-9d3e-0a1b2c3d4e5f",
    ),
]

#: What the schema says of the answers of `answer_once`.
REPLAYED: dict[str, Any] = {
    "headers": {
        REPLAY_HEADER: {
            "description": "`true` when this answer was given before and nothing was done now.",
            "schema": {"type": "string", "enum": ["true"]},
        }
    }
}


def answer_once(
    request: Request, *, company_id: int, key: str, body: BaseModel, act: Callable[[], tuple[int, BaseModel]]
) -> HttpResponse:
    """Do `act` once for this key; refuses as `run_once` does. `act` gives the status and the body of the answer."""

    def act_as_json() -> tuple[int, Any]:
        status, result = act()
        return status, result.model_dump(mode="json")

    asked = json.dumps([request.method, request.path, body.model_dump(mode="json")], sort_keys=True)
    answer = run_once(
        company_id=company_id,
        key=f"api:{request.auth.user_id}:{key}",
        fingerprint=hashlib.sha256(asked.encode()).hexdigest(),
        act=act_as_json,
    )
    # Sorted, because the store does not keep the order of keys: a replay is the same to the byte.
    content = json.dumps(answer.result, sort_keys=True, ensure_ascii=False).encode()
    response = HttpResponse(content, status=answer.status, content_type="application/json")
    if answer.is_replay:
        response.headers[REPLAY_HEADER] = "true"
    return response
