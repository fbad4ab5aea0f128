"""Telling which files of a hand-over are remittance advices: by their form, and tables by what their columns say."""

from __future__ import annotations

import os
from io import BytesIO
from typing import Any, BinaryIO

from acquit.core.errors import Refusal
from acquit.formats.recognition import HEAD_BYTES
from acquit.formats.remittance import read_advices
from acquit.formats.remittance.advice import RemittanceAdvice
from acquit.formats.remittance.recognition import recognise_advice
from acquit.intake.rules.kinds import FileKind

_TABLE_HEAD = 64 * 1024
_WORKBOOK_AT_MOST = 4 * 1024**2
_WORKBOOK = b"PK\x03\x04"
_OTHER_FORMS = (b"<", b"{", b"[")


def understand_advice(content: BinaryIO, name: str) -> dict[str, Any] | None:
    """Say what a file holds when it is a remittance advice; None when it is something else.

    A mail or a PDF without one is left out with a word. Refuses as `read_advices` what is one but cannot be read.
    """
    form = _find_form(content, name)
    content.seek(0)
    if form is None:
        return None
    advices: list[RemittanceAdvice] = []
    try:
        advices += read_advices(content, name)
    except Refusal as refusal:
        if refusal.code != "NO_ADVICE":
            raise
        warnings = [["LEFT_OUT", f"{name} is left out: it is no remittance advice."]]
        return {"kind": FileKind.UNKNOWN, "state": "SET_ASIDE", "warnings": warnings}
    warnings_by_code = {
        warning.code: [warning.code, f"{warning.message} ({warning.place})"]
        for advice in advices
        for warning in advice.warnings
    }
    return {
        "kind": FileKind.REMITTANCE,
        "state": "READY",
        "rows_read": sum(len(advice.lines) for advice in advices),
        "totals": {"form": form, "advices": len(advices)},
        "warnings": list(warnings_by_code.values()),
    }


def _find_form(content: BinaryIO, name: str) -> str | None:
    """Find the form of an advice; of a table only its head is looked at, for it may be a million open items."""
    head = content.read(HEAD_BYTES)
    form = recognise_advice(head)
    if form is not None or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_OTHER_FORMS):
        return form
    from acquit.formats.remittance.sheets import is_advice_table

    is_workbook = head.startswith(_WORKBOOK)
    if is_workbook and os.fstat(content.fileno()).st_size > _WORKBOOK_AT_MOST:
        return None
    looked_at: BinaryIO = content
    if not is_workbook:
        more = head + content.read(_TABLE_HEAD)
        looked_at = BytesIO(more[: more.rfind(b"\n") + 1] if len(more) > _TABLE_HEAD else more)
    try:
        is_advice = is_advice_table(looked_at, name, is_workbook=is_workbook)
    except Refusal:
        return None
    return ("XLSX" if is_workbook else "CSV") if is_advice else None
