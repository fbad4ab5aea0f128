"""The one way Acquit says no.

A refusal is a value a door can translate: a stable code for programs, a sentence for people, the parameter it
is about. Every room names its own refusals beside the function that raises them; all derive from `Refusal`,
so a door catches one class and nothing else is ever shown to a user as if it had been meant.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 - the trade's word; an error is something else
    """What was asked is not done, and nothing was changed.

    `code` is stable and UPPERCASE, `message` says what happened, where, and the mend; `param` names the field
    of the request it is about, when there is one; `details` carries values for programs (all JSON-able).
    """

    code: str = "REFUSED"

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.details: dict[str, object] = dict(details or {})
        if code is not None:
            self.code = code


class NotFound(Refusal):
    """What was named does not exist, or is not visible to the one who asks."""

    code = "NOT_FOUND"
