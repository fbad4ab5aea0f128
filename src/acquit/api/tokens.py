"""Tokens: what a program shows instead of a password. Its text is given once and is never kept."""

from __future__ import annotations

from typing import Annotated

from django.contrib.auth import authenticate
from django.http import HttpRequest
from ninja import Router, Status
from ninja.params.functions import Query
from ninja.throttling import SimpleRateThrottle
from pydantic import Field, StringConstraints

from acquit.api import clock
from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, cut_page
from acquit.api.values import Body, Id, MomentOut, Name, Resource
from acquit.controls.operations import hash_token, issue_token, revoke_token
from acquit.controls.queries import TokenView, find_token, list_tokens
from acquit.core.errors import Refusal

router = Router(tags=["tokens"])

_CURSORS = CursorKind("tokens", (int,))
#: Checking a password is slow on purpose, so a caller may not ask for it without end.
LOGIN_RATE = "30/m"


class LoginFailed(Refusal):
    """The user does not exist, is not active, or the password is wrong: which one is not told."""

    code = "LOGIN_FAILED"


class LoginLocked(Refusal):
    """Too many log-ins of this user from this address failed; nothing was checked."""

    code = "LOGIN_LOCKED"


class LoginThrottle(SimpleRateThrottle):
    """Counts log-ins by the address of the peer. What a header says of it is not believed."""

    def get_cache_key(self, request: HttpRequest) -> str:
        """Give the key the log-ins of one address are counted under."""
        return self.cache_format % {"scope": "tokens", "ident": request.META.get("REMOTE_ADDR", "")}


class LoginBody(Body):
    """Who logs in, and what the token is for."""

    username: Name = Field(examples=["m.keller"])
    password: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")] = Field(
        examples=["correct horse battery staple"]
    )
    name: Name = Field(description="What the token is for.", examples=["nightly import"])


class Token(Resource):
    """A token as its owner sees it later: never the text."""

    id: int
    name: str
    recorded_at: MomentOut
    revoked_at: MomentOut | None


class NewToken(Token):
    """A token with its text, given this once."""

    token: str = Field(examples=["aq_Zm9vYmFyYmF6cXV4cXV1eA"])


class TokenPage(Page[Token]):
    """Tokens, latest first."""


@router.post(
    "",
    auth=None,
    throttle=LoginThrottle(LOGIN_RATE),
    response=answers({201: NewToken}, 413, 415, 422, 429),
    operation_id="create_token",
    summary="Log in",
)
def create(request: HttpRequest, body: LoginBody) -> Status[NewToken]:
    """Give a token for a user name and password.

    Takes no Idempotency-Key: a secret is not stored, so it cannot be given again. Log-ins that fail are counted and
    lock the user for a while.
    """
    user = authenticate(request, username=body.username, password=body.password)
    is_locked = bool(request.__dict__.pop("axes_locked_out", False))
    if is_locked:
        raise LoginLocked("Too many log-ins failed. Wait a quarter of an hour.", param="username")
    if user is None or user.pk is None:
        raise LoginFailed("The user name or the password is wrong.", param="username")
    text = issue_token(user_id=user.pk, name=body.name)
    known = find_token(hash_token(text))
    if known is None:
        raise LoginFailed("The token was revoked at once.", param="username")
    return Status(201, NewToken(**_token(known).model_dump(), token=text))


@router.get("", response=answers({200: TokenPage}, 422), operation_id="list_tokens", summary="List tokens")
def list_all(request: Request, page: Annotated[PageFilters, Query()]) -> dict[str, object]:
    """List your tokens, the revoked ones too, latest first."""
    before = _CURSORS.read(page.cursor)
    rows = list_tokens(request.auth.user_id, before_id=before and before[0], limit=page.limit + 1)
    return cut_page(rows, limit=page.limit, cursors=_CURSORS, position=lambda row: (row.id,), show=_token)


@router.delete(
    "/{int:token_id}",
    response=answers({204: None}, 404, 422),
    operation_id="revoke_token",
    summary="Revoke a token",
)
def revoke(request: Request, token_id: Id) -> Status[None]:
    """Revoke one of your tokens, from the next request on. Doing it again changes nothing."""
    revoke_token(user_id=request.auth.user_id, token_id=token_id, revoked_at=clock.read_now())
    return Status(204, None)


def _token(row: TokenView) -> Token:
    return Token(id=row.id, name=row.name, recorded_at=row.recorded_at, revoked_at=row.revoked_at)
