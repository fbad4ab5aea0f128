"""Writes of billing: documents issued by the thousand or one, from drafts or from columns."""

from acquit.billing.operations.issuing import add_documents, issue_document_columns, issue_documents
from acquit.billing.operations.rows import DOCUMENT_COLUMNS, LINE_COLUMNS, IssuedDocument

__all__ = [
    "DOCUMENT_COLUMNS",
    "LINE_COLUMNS",
    "IssuedDocument",
    "add_documents",
    "issue_document_columns",
    "issue_documents",
]
