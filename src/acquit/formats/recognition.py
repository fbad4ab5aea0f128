"""Tell by its first bytes which bank format a file is in; names and endings are not looked at.

The one clever idea: each format is recognised by marks that a person could not mistake either (a container
element, a header record), and the strict ones are asked first, so free text that mentions a tag is no statement.
"""

from __future__ import annotations

import codecs
import re

HEAD_BYTES = (
    1 << 15
)  # how much of a file recognition wants to see: a signed head may stand before a statement

_CAMT_CONTAINERS = {
    "BkToCstmrAcctRpt": "CAMT.052",
    "BkToCstmrStmt": "CAMT.053",
    "BkToCstmrDbtCdtNtfctn": "CAMT.054",
}
_CAMT = re.compile(r"<(?:[\w.-]+:)?(BkToCstmrAcctRpt|BkToCstmrStmt|BkToCstmrDbtCdtNtfctn)[\s/>]")
#: What the Italian banks' CBI calls a daily or periodic statement; inside, it is CAMT.053.
_CBI = re.compile(r"<(?:[\w.-]+:)?CBI\w*StmtReq(?:LogMsg)?[\s/>]")
_CAMT_NAMESPACE = re.compile(r"camt\.(05[234])\.001\.\d\d")
_PAIN_CONTAINERS = {
    "CstmrCdtTrfInitn": "PAIN.001",
    "CstmrPmtStsRpt": "PAIN.002",
    "CstmrPmtRvsl": "PAIN.007",
    "CstmrDrctDbtInitn": "PAIN.008",
}
_PAIN = re.compile(
    r"<(?:[\w.-]+:)?(?:(CstmrCdtTrfInitn|CstmrPmtStsRpt|CstmrPmtRvsl|CstmrDrctDbtInitn)|pain\.(00[1278])\.001\.\d\d)[\s/>]"
)
_PAIN_NAMESPACE = re.compile(r"[:/]pain\.(00[1278])\.\d{3}\.\d\d")
#: Italian banks answer in the envelope of their consortium, too, with the elements of pain.002 inside.
_CBI_REPORT = re.compile(r"<(?:[\w.-]+:)?CBI[A-Za-z]*(?:StsRpt|StatusReport)[A-Za-z]*[\s/>]")
_SWIFT_MESSAGE = re.compile(r"\{2:[IO]94([02])")
_SWIFT_FIELD = re.compile(
    r"^[\x01-\x1f]*:(20|21|25|28C?|13D?|34F|60[FM]|61|62[FM]|90[CD]|940):", re.MULTILINE
)
_OFX = re.compile(r"<OFX\s*>|^\s*OFXHEADER:\s*[0-9]|<\?OFX\s", re.IGNORECASE | re.MULTILINE)
_CODA = re.compile(r"\s*0{5}[0-9]{9}05[ D]")
_CFONB_120 = re.compile(r"\s*0[1457][0-9]{5}.{4}[0-9]{5}(?:[A-Z]{3}[0-9]| {4}).[0-9A-Z]{11}")
_CFONB_240 = re.compile(r"\s*31000001..[0-9]{6}[A-Z ]")
_AEB43 = re.compile(r"\s*(?:00[^\r\n]{0,98}\r?\n)?11[0-9]{30}[0-9 ][0-9]{17}")
_NACHA = re.compile(r"\s*(?:101.{18,21}[0-9]{6}.{4}.094101|5(?:200|220|225|280).{46}[A-Z]{3}.{26})")
_BAI2 = re.compile(r"\s*01,[^,\r\n]*,[^,\r\n]*,[0-9]{6},[0-9]{0,4},")
_BEGINNINGS = {
    "BAI2": _BAI2,
    "CODA": _CODA,
    "CFONB.120": _CFONB_120,
    "CFONB.240": _CFONB_240,
    "AEB43": _AEB43,
    "NACHA": _NACHA,
}
_INTERIM_FIELDS = frozenset(("13", "13D", "34F", "90C", "90D"))
_BALANCE_FIELDS = frozenset(("60F", "60M", "62F", "62M"))


def decode_head(head: bytes) -> str:
    """Decode the first bytes of a file for looking at, never failing: UTF-16 by its mark, else byte by byte."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[: len(head) & ~1].decode("utf-16", "replace")
    if head[:4] in (b"<\0?\0", b"<\0D\0"):
        return head.decode("utf-16-le", "replace")
    if head[:4] in (b"\0<\0?", b"\0<\0D"):
        return head.decode("utf-16-be", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def recognise_statement(head: bytes) -> str | None:
    """Give the bank format a file begins with (`CAMT.053`, `MT940`, …), or None.

    `head` is the beginning of the file; `HEAD_BYTES` are enough.
    """
    text = decode_head(head[: 4 * HEAD_BYTES])
    stripped = text.lstrip()
    if _OFX.search(text):
        return "OFX"
    if stripped.startswith("<"):
        return _recognise_camt(text)
    for form, begins in _BEGINNINGS.items():
        if begins.match(text):
            return form
    return _recognise_swift(text)


def recognise_payment_message(head: bytes) -> str | None:
    """Give the payment message a file begins with (`PAIN.001`, `PAIN.002`, `PAIN.007`, `PAIN.008`), or None.

    Such a file orders payments or says what became of an order; it is no statement of an account.
    """
    text = decode_head(head[: 4 * HEAD_BYTES])
    if not text.lstrip().startswith("<"):
        return None
    container = _PAIN.search(text)
    if container:
        return _PAIN_CONTAINERS.get(container[1] or "", f"PAIN.{container[2]}")
    namespace = _PAIN_NAMESPACE.search(text)
    if namespace:
        return f"PAIN.{namespace[1]}"
    return "PAIN.002" if _CBI_REPORT.search(text) else None


def _recognise_camt(text: str) -> str | None:
    container = _CAMT.search(text)
    if container:
        return _CAMT_CONTAINERS[container[1]]
    namespace = _CAMT_NAMESPACE.search(text)
    if namespace:
        return f"CAMT.{namespace[1]}"
    return "CAMT.053" if _CBI.search(text) else None


def _recognise_swift(text: str) -> str | None:
    message = _SWIFT_MESSAGE.search(text)
    if message:
        return f"MT94{message[1]}"
    lines = text.replace("\r", "\n").replace("@@:", "\n:")  # FinTS ends lines with @@
    tags = {match[1] for match in _SWIFT_FIELD.finditer(lines)}
    if "61" not in tags and len(tags) < 2 and not tags & _BALANCE_FIELDS:
        return None
    return "MT942" if tags & _INTERIM_FIELDS and not tags & {"60F", "60M"} else "MT940"
