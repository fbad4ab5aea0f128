"""Decisions: the proof of an automated or human act."""

from __future__ import annotations

from typing import Any

from ninja import Router
from pydantic import Field

from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.values import Id, MomentOut, Resource
from acquit.controls.queries import get_decision

router = Router(tags=["decisions"])


class Decision(Resource):
    """Why something was done: inputs, the parts of the score, alternatives refused, and how to undo it."""

    id: int
    company_id: int
    kind: str = Field(examples=["MATCH"])
    subject_kind: str = Field(examples=["RECEIPT"])
    subject_id: int
    outcome: str = Field(examples=["AUTO"])
    policy_version_id: int | None = Field(description="The policy that held; null: the one Acquit ships.")
    actor_id: int | None = Field(description="The user who acted; null: the program itself.")
    recorded_at: MomentOut
    proof: dict[str, Any] = Field(description="Depends on `kind`; amounts are text.")


@router.get(
    "/{int:decision_id}",
    response=answers({200: Decision}, 404, 422),
    operation_id="get_decision",
    summary="Get a decision",
)
def get_one(request: Request, decision_id: Id) -> Decision:
    """Get a decision with its proof."""
    del request
    return Decision.model_validate(get_decision(decision_id))
