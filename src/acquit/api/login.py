"""Who asks, and for which companies: the token in, the visitor out, and the connection opened for nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.http import HttpRequest
from ninja.security import HttpBearer

from acquit.api import clock
from acquit.controls.operations import hash_token
from acquit.controls.queries import find_actor_of_token
from acquit.controls.rules.duties import Actor
from acquit.core.errors import NotFound
from acquit.infra.transaction import set_companies

#: Longer than any token; what is longer is not even hashed.
TOKEN_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the actor with the duties of today, and the token used."""

    actor: Actor
    user_id: int
    token_id: int
    today: date

    def companies(self, company_id: int | None = None) -> list[int]:
        """Give the companies this visitor reads, or the one asked for; refuses (`NotFound`) one of others."""
        readable = list(self.actor.company_ids())
        if company_id is None:
            return readable
        if company_id not in readable:
            raise NotFound(f"There is no company {company_id}.", param="company_id")
        return [company_id]


class Request(HttpRequest):
    """A request that was let in."""

    auth: Visitor


class BearerToken(HttpBearer):
    """A token in the header: `Authorization: Bearer aq_...`."""

    def authenticate(self, request: HttpRequest, token: str) -> Visitor | None:
        """Let in who holds a token that is not revoked, and open the connection for their companies."""
        del request
        if not token or len(token) > TOKEN_AT_MOST or not token.isascii():
            return None
        today = clock.read_business_date()
        found = find_actor_of_token(hash_token(token), today)
        if found is None or found[1].user_id is None:
            return None
        token_id, actor = found
        set_companies(actor.company_ids())
        return Visitor(actor, found[1].user_id, token_id, today)


def leave_scope() -> None:
    """Close the connection's view on the companies."""
    if connection.connection is not None:
        set_companies(())
