"""What a file is that is no bank statement, so that its refusal says the right reason and where it belongs."""

from __future__ import annotations

import re

from acquit.formats.recognition import decode_head, recognise_payment_message

_PAYMENT_MESSAGES = {
    "PAIN.001": "an order to the bank to pay (pain.001)",
    "PAIN.002": "the bank's report on orders it was given (pain.002)",
    "PAIN.007": "an order to the bank to reverse collections (pain.007)",
    "PAIN.008": "an order to the bank to collect (pain.008)",
}
_PACKED = {
    b"PK\x03\x04": "a ZIP archive or a workbook",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\x1f\x8b": "compressed (gzip)",
    b"BZh": "compressed (bzip2)",
    b"\xfd7zXZ\x00": "compressed (xz)",
    b"7z\xbc\xaf": "a 7z archive",
}
_ROOT = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)", re.DOTALL)
_X12 = re.compile(r"\s*ISA(.)")
_X12_SET = re.compile(r"[~\r\n']\s*ST.([0-9]{3})")
_EDIFACT = re.compile(r"\s*(?:UNA.{6}\s*)?UNB\+")
_LOCKBOX = re.compile(r"\s*100[0-9 ]{20}")
_CAMT_OTHER = re.compile(r"camt\.(\d{3})\.001")


def say_what_it_is(head: bytes) -> tuple[str, str]:
    """Give what the beginning of a file shows it to be, and what to do with it."""
    if not head.strip():
        return "the file is empty", "Ask the sender for it again."
    for mark, what in _PACKED.items():
        if head.startswith(mark):
            return f"the file is {what}", "Unpack it, and give the statement that is in it."
    if head.startswith(b"%PDF"):
        return "the file is a PDF, which shows a statement but does not hold its data", _ASK_THE_BANK
    message = _PAYMENT_MESSAGES.get(recognise_payment_message(head) or "")
    if message:
        return f"the file is {message}, not a statement of what was booked", _ASK_THE_BANK
    return _say_of_text(decode_head(head))


def _say_of_text(text: str) -> tuple[str, str]:
    if text.lstrip().startswith("<"):
        root = _ROOT.match(text)
        other = _CAMT_OTHER.search(text)
        if other:
            return (
                f"the file is a camt.{other[1]}, which is no statement, report or notification",
                _ASK_THE_BANK,
            )
        name = f"its root is {root[1]!r}" if root else "no element begins in it"
        return f"the file is XML, but no bank statement: {name}", _ASK_THE_BANK
    if _X12.match(text):
        kind = _X12_SET.search(text)
        what = {"820": "remittance advice (X12 820)", "823": "a lockbox report (X12 823)"}.get(
            kind[1] if kind else "", "an X12 interchange"
        )
        return f"the file is {what}, which says what was paid for, not what was booked", _GIVE_AS_ADVICE
    if _EDIFACT.match(text):
        return (
            "the file is an EDIFACT interchange, which is no bank statement that is known here",
            _ASK_THE_BANK,
        )
    if _LOCKBOX.match(text):
        return (
            "the file is a lockbox file, which says what was paid for, not what was booked",
            _GIVE_AS_ADVICE,
        )
    return (
        "the content is no bank statement that is known here",
        "Check the file, or map its columns if it is a table.",
    )


_ASK_THE_BANK = "Ask the bank for the statement as CAMT.053, MT940 or another format that is read here."
_GIVE_AS_ADVICE = "Take it in as remittance advice, beside the statement that books the money."
