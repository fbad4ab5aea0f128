"""Reads of documents that receipts name, and of how a company numbers them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from acquit.cash.rules.receipts import NamedDocument
from acquit.cash.rules.remittance_text import Remittance, list_keys
from acquit.infra.bulk import ask
from acquit.infra.schema import sql_text


def list_named_documents(company_id: int, remittances: Iterable[Remittance]) -> list[NamedDocument]:
    """List the documents that receipts' texts may name, open or not."""
    told = list(remittances)
    references = {reference for each in told for reference in each.references}
    return find_documents(company_id, list_keys(told), references)


def find_documents(
    company_id: int, number_keys: Iterable[str], structured_references: Iterable[str] = ()
) -> list[NamedDocument]:
    """Find the documents of normalised numbers or structured references, open or not."""
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "number_keys": ",".join(number_keys),
        "structured_references": ",".join(structured_references),
    }
    if not parameters["number_keys"] and not parameters["structured_references"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "named_documents.sql"), parameters)
        return [NamedDocument(*row) for row in cursor.fetchall()]


def list_recent_numbers(company_id: int, *, most: int = 500) -> list[str]:
    """List the normalised numbers of the documents of a company that were written last."""
    rows = ask(
        "SELECT number_key FROM document WHERE company_id = %s AND number_key <> '' ORDER BY id DESC LIMIT %s",
        company_id,
        most,
    )
    return [number_key for (number_key,) in rows]
