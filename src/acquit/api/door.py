"""The API put together: its nouns, its log-in, its gate, its errors."""

from __future__ import annotations

from ninja import NinjaAPI
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.types import DictStrAny

from acquit import __version__
from acquit.api import (
    ageing,
    applications,
    companies,
    customers,
    decisions,
    documents,
    items,
    journal,
    payments,
    tokens,
    worklist,
)
from acquit.api.errors import register_answers
from acquit.api.gate import through_gate
from acquit.api.login import BearerToken
from acquit.api.parser import StrictParser
from acquit.api.schema import complete_schema

DESCRIPTION = """\
Order to cash for programs. Log in with `POST /tokens`, then send `Authorization: Bearer aq_...`.

- **Amounts** are text in major units with the currency beside them: `"119.00"`, `"EUR"`. Numbers are refused.
- **Days** are `YYYY-MM-DD`. `as_of` asks for a past day.
- **Lists** come in pages: send `next_cursor` as `cursor` with the same filters.
- **POST** takes an `Idempotency-Key`; the same key with the same parameters gives the first answer again.
- **Errors** are `{"error": {"type", "code", "message", "param", "details"}}`; decide on `code`.
- Rows of companies you may not read do not exist for you: 404.
"""


class AcquitApi(NinjaAPI):
    """The API; its schema names the server it is read from, so it is the same file everywhere."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: DictStrAny | None = None
    ) -> OpenAPISchema:
        """Give the OpenAPI 3.1 document, with paths under `servers`."""
        del path_prefix, path_params
        document = super().get_openapi_schema(path_prefix="")
        complete_schema(document)
        return document


def build_api() -> NinjaAPI:
    """Build the API."""
    api = AcquitApi(
        title="Acquit",
        version=__version__,
        description=DESCRIPTION,
        docs=Swagger({"persistAuthorization": False, "defaultModelsExpandDepth": 0}),
        urls_namespace="api",
        parser=StrictParser(),
        auth=BearerToken(),
        servers=[{"url": "/api/v1"}],
        openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
    )
    for prefix, noun in (
        ("/tokens", tokens),
        ("/companies", companies),
        ("/customers", customers),
        ("/items", items),
        ("/ageing", ageing),
        ("/documents", documents),
        ("/payments", payments),
        ("/applications", applications),
        ("/worklist", worklist),
        ("/journal-entries", journal),
        ("/decisions", decisions),
    ):
        noun.router.add_decorator(through_gate, mode="view")
        api.add_router(prefix, noun.router)
    register_answers(api)
    return api


api = build_api()
