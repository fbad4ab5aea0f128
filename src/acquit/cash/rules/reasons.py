"""Why something is taken back: a reason is mandatory (handbook section 6, controls)."""

from __future__ import annotations

from acquit.core.errors import Refusal

_LONGEST = 200


class ReasonMissing(Refusal):
    """Nothing is taken back without a reason; nothing was changed."""

    code = "REASON_MISSING"


def check_reason(reason: str) -> None:
    """Refuse (`ReasonMissing`) an empty reason, or one too long to read."""
    if not reason.strip():
        raise ReasonMissing("Say why it is taken back.", param="reason")
    if len(reason) > _LONGEST:
        raise ReasonMissing(f"A reason has at most {_LONGEST} signs.", param="reason")
