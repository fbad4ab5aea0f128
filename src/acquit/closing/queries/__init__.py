"""Reads of the close: how a period was closed, and the evidence of it."""

from acquit.closing.queries.evidence import (
    Parameters,
    get_control_sample,
    keys_text,
    list_access_rights,
    list_numbering,
    list_policy_defaults,
    list_reconciliation_lines,
    stream_approvals,
    stream_entries,
    stream_rows,
)
from acquit.closing.queries.report import CloseAttempt, CloseReport, get_close_report

__all__ = [
    "CloseAttempt",
    "CloseReport",
    "Parameters",
    "get_close_report",
    "get_control_sample",
    "keys_text",
    "list_access_rights",
    "list_numbering",
    "list_policy_defaults",
    "list_reconciliation_lines",
    "stream_approvals",
    "stream_entries",
    "stream_rows",
]
