"""Tell by its first bytes which form of remittance advice a file may be; bank statements are asked for before.

The one clever idea: only forms that can be nothing else are claimed here. A table may be anything, so it is an advice
only when its columns say so (`sheets.is_advice_table`), and a mail or a PDF may turn out to hold none when it is read.
"""

from __future__ import annotations

import re

from acquit.formats.recognition import HEAD_BYTES, decode_head, recognise_statement
from acquit.formats.remittance.segments import begins_bare

_X12 = re.compile(r"\s*ISA([^A-Za-z0-9\s])")
_EDIFACT = re.compile(r"\s*(?:UNA.{6}\s*)?UNB.{1,400}?UNH.{1,60}?REMADV", re.DOTALL)
_LOCKBOX = re.compile(
    r"\s*(?:1[0-9]{2}[0-9 ]{10}[0-9A-Z ]{10}[0-9]{6}[0-9 ]{0,4}[^\r\n]*[\r\n]+[25][0-9]"
    # A destination may be named in letters; the rest of the header, and the next that names it again, must then fit.
    r"|1[0-9]{2}([0-9A-Z ]{10})[0-9 ]{10}[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9 ]{0,4} *[\r\n]+(?:2\1|5[0-9]{19}\1))"
)
_UBL = re.compile(r"<(?:[\w.-]+:)?RemittanceAdvice[\s>]")
_MAIL_HEADER = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]?", re.MULTILINE)
_MAIL_FIELDS = frozenset(
    {"from", "to", "subject", "date", "mime-version", "received", "message-id", "return-path"}
)

#: Forms that are tables: whether they are advices, their columns say.
TABLES = frozenset({"CSV", "XLSX"})


def recognise_advice(head: bytes) -> str | None:
    """Give the form of advice a file begins as (X12.820, REMADV, LOCKBOX, UBL, PDF, EMAIL), or None.

    `head` is the beginning of the file, 8,192 bytes. A bank statement is none, nor is an interchange of other messages.
    """
    if head.lstrip()[:4] == b"%PDF":
        return "PDF"
    if recognise_statement(head) is not None:
        return None
    text = decode_head(head[:HEAD_BYTES])
    x12 = _X12.match(text)
    if x12 is not None:
        sign = re.escape(x12[1])
        return "X12.820" if re.search(rf"(?:ST{sign}820|GS{sign}RA){sign}", text) else None
    if begins_bare(text):
        return "X12.820"
    if text.lstrip().startswith("<"):
        return "UBL" if _UBL.search(text) else None
    if _EDIFACT.match(text):
        return "REMADV"
    if _LOCKBOX.match(text):
        return "LOCKBOX"
    return "EMAIL" if _is_mail(text) else None


def _is_mail(text: str) -> bool:
    """Say whether a text begins with the header of a mail: every line is a field or goes on with one."""
    lines = text.lstrip("\ufeff\r\n").replace("\r\n", "\n").split("\n")
    if len(text) >= HEAD_BYTES:
        lines.pop()  # cut in its middle: the headers of a mail may be longer than what is looked at
    names = set()
    for line in lines:
        if not line.strip():
            break
        if line[:1] in " \t" or line.startswith("From "):
            continue
        field = _MAIL_HEADER.match(line)
        if field is None:
            return False
        names.add(field[1].casefold())
    return len(names & _MAIL_FIELDS) >= 2 and "from" in names
