"""A company with people and their tokens, and a caller that speaks to the door as a program does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.test import Client

from acquit.controls.operations import create_user, grant_role, hash_token, issue_token
from acquit.controls.queries import find_token
from acquit.controls.rules.duties import Role
from tests.builders import FIRST_DAY, SYSTEM, Books

BASE = "/api/v1"

_keys = count(1)


@dataclass(frozen=True)
class Reply:
    """An answer: status, headers, and the body as JSON."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body; fails when it is no JSON."""
        return json.loads(self.content)

    @property
    def error(self) -> dict[str, Any]:
        """The error in the body, its shape checked."""
        body = self.json
        assert set(body) == {"error"}
        assert set(body["error"]) == {"type", "code", "message", "param", "details"}
        assert self.headers["content-type"] == "application/json"
        return body["error"]

    @property
    def refused(self) -> tuple[int, str, str | None]:
        """Status, code and param of the error."""
        return self.status, self.error["code"], self.error["param"]


@dataclass
class Caller:
    """A program with a token."""

    token: str | None
    client: Client = field(default_factory=Client)

    @property
    def user_id(self) -> int:
        """Whose token it is."""
        known = find_token(hash_token(self.token or ""))
        assert known is not None
        return known.user_id

    def get(self, path: str, **query: Any) -> Reply:
        """GET a path below the base."""
        return self.send("GET", path, query=query)

    def post(self, path: str, body: Any, *, key: str | None = "", **headers: str) -> Reply:
        """POST JSON, under a key of its own unless one is given (None: no key at all)."""
        if key is not None:
            headers["Idempotency-Key"] = key or f"key-{next(_keys)}"
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(
            "POST", path, content=content, headers={"Content-Type": "application/json", **headers}
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes = b"",
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send whatever is given."""
        given = dict(headers or {})
        content_type = given.pop("Content-Type", "application/octet-stream")
        if self.token is not None:
            given.setdefault("Authorization", f"Bearer {self.token}")
        response = self.client.generic(
            method, BASE + path, content, content_type=content_type, query_params=query, headers=given
        )
        return Reply(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.content,
        )


@dataclass(frozen=True)
class House:
    """Books, and callers with a role in them."""

    books: Books

    def caller(self, *roles: Role, name: str = "") -> Caller:
        """Make a person with these roles, and her token."""
        username = name or f"user-{self.books.company_id}-{next(_keys)}"
        user = create_user(username=username, password="a long password", full_name="Mia Keller")
        for role in roles:
            grant_role(
                actor=SYSTEM,
                user_id=user.pk,
                company_id=self.books.company_id,
                role=role,
                valid_from=FIRST_DAY,
            )
        return Caller(issue_token(user_id=user.pk, name="test"))
