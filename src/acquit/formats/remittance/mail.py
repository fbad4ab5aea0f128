"""Remittance advices sent by e-mail: the attachment if one is an advice, else the table or the text of the mail itself.

The one clever idea: an attachment goes to the reader it would go to had it come alone, and what the mail says around it
(who sends it, for which day, which total) fills only what the attachment leaves open.
"""

from __future__ import annotations

import email
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from io import BytesIO, StringIO
from typing import BinaryIO

from acquit.core.errors import Refusal
from acquit.formats.remittance.advice import RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.grid_advices import GridSource, read_grid
from acquit.formats.remittance.head_block import HeadBlock, has_legal_form
from acquit.formats.remittance.heads import Head, plain_words
from acquit.formats.remittance.markup import read_markup
from acquit.formats.remittance.prose import TextLine, guard_lines, read_text, split_signature
from acquit.formats.statements import ReadingWarning

FORMAT = "EMAIL"
_LARGEST = 32 * 1024**2
_LARGEST_TEXT = 4 * 1024**2
_PARTS_AT_MOST = 200
_HEADERS_AT_MOST = 5_000
_PARAMETERS_LONGEST = 2_000
_WITH_PARAMETERS = frozenset({"content-type", "content-disposition", "content-transfer-encoding"})
_LINES_ANYWAY = 20_000
_LINE_SHORTEST = 40  # characters: what attachments are packed into has 76 a line
_DEEPEST = 3
_TODAY = re.compile(
    r"\b(?:heute|heutigen?|today|aujourd hui|ce jour|hoy|oggi|in data odierna|vandaag|hoje)\b"
)

_NUMBER = re.compile(r"[0-9]{3}")

#: Reads an attachment: content, name, the facts of the mail, how deep it lies. None for what is no advice at all.
AttachmentReader = Callable[[BinaryIO, str, HeadBlock, int], Iterator[RemittanceAdvice] | None]


@dataclass(slots=True)
class _Mail:
    sender: str = ""
    name: str = ""
    subject: str = ""
    day: date | None = None
    plain: list[str] = field(default_factory=list)
    markup: list[bytes | str] = field(default_factory=list)
    attachments: list[tuple[str, bytes]] = field(default_factory=list)


def read_mail(
    content: BinaryIO, file: str, read_attachment: AttachmentReader, depth: int = 0
) -> Iterator[RemittanceAdvice]:
    """Give the advices of a mail with its sender and subject.

    Refuses (`UnreadableAdvice`) a mail larger than 32 MB, and one that holds no advice: for the reason an attachment
    could not be read where there is one.
    """
    raw = content.read(_LARGEST + 1)
    if len(raw) > _LARGEST or depth > _DEEPEST:
        raise _refused(
            "the mail is larger than 32 MB, or mails are packed into mails too deep", "TOO_LARGE", file
        )
    if raw.count(b"\n") > _LINES_ANYWAY + len(raw) // _LINE_SHORTEST:
        raise _refused("the mail has more lines than a mail of its size can have", "TOO_LARGE", file)
    try:
        mail = _open(raw, file)
    except RecursionError:
        raise _refused("its parts are packed into each other too deep", "TOO_LARGE", file) from None
    around = _around(mail)
    refusals: list[Refusal] = []
    advices = list(_from_attachments(mail, around, read_attachment, depth, refusals))
    if not advices:
        advices = list(_from_body(mail, around, file))
        advices = [_with_refusals(advice, refusals) for advice in advices]
    if not advices and refusals:
        raise refusals[0]
    if not advices:
        raise _refused(
            "neither the mail nor what is attached to it is a remittance advice", "NO_ADVICE", file
        )
    for advice in advices:
        yield replace(
            advice,
            sender=advice.sender or mail.sender,
            subject=advice.subject or mail.subject,
            payer_name=advice.payer_name or mail.name,
            payment_date=advice.payment_date or mail.day,
        )


def _from_attachments(
    mail: _Mail, around: HeadBlock, read: AttachmentReader, depth: int, refusals: list[Refusal]
) -> Iterator[RemittanceAdvice]:
    for name, content in mail.attachments:
        try:
            found = read(BytesIO(content), name, around, depth + 1)
            advices = list(found) if found is not None else []
        except Refusal as refusal:
            refusals.append(refusal)
            continue
        for advice in advices:
            yield replace(advice, place=f"{name}, {advice.place}" if advice.place else name)


def _from_body(mail: _Mail, around: HeadBlock, file: str) -> Iterator[RemittanceAdvice]:
    """Read the body: tables of the HTML, else the plain text, else the HTML's text; the subject's numbers last."""
    texts = list(mail.plain)
    for markup in mail.markup:
        grids, text = read_markup(markup, file)
        lines, signature = split_signature(_lines(text, file))
        facts = _facts(around, lines, signature)
        for rows in grids:
            advices = list(read_grid(rows, GridSource(FORMAT, around=facts)))
            if advices:
                yield from advices
                return
        texts.append(text)
    for text in texts:
        lines, signature = split_signature(_lines(text, file))
        advices = list(read_text(lines, GridSource(FORMAT, around=_signed(around, signature))))
        if not advices and _NUMBER.search(mail.subject):
            subject = [TextLine("subject", f"Invoice {mail.subject}"), *lines]
            advices = list(read_text(subject, GridSource(FORMAT, around=_signed(around, signature))))
        if advices:
            yield from advices
            return


def _facts(around: HeadBlock, lines: list[TextLine], signature: list[TextLine]) -> HeadBlock:
    facts = _signed(around, signature)
    for line in lines:
        facts.take_text(line.text)
    return facts


def _signed(around: HeadBlock, signature: list[TextLine]) -> HeadBlock:
    """Add the company that signs; nothing else of a signature is believed."""
    facts = HeadBlock()
    facts.add(around)
    names = dict.fromkeys(
        line.text.strip() for line in signature if has_legal_form(line.text) and len(line.text) < 80
    )
    if len(names) == 1:
        facts.names += names
    return facts


def _around(mail: _Mail) -> HeadBlock:
    around = HeadBlock()
    around.take_text(mail.subject)
    around.said.pop(Head.PAYER, None)
    around.names.clear()
    return around


def _with_refusals(advice: RemittanceAdvice, refusals: list[Refusal]) -> RemittanceAdvice:
    warnings = tuple(
        ReadingWarning("ATTACHMENT_NOT_READ", refusal.message[:300], "attachment") for refusal in refusals
    )
    return replace(advice, warnings=(*advice.warnings, *warnings))


def _lines(text: str, file: str) -> list[TextLine]:
    lines = enumerate(StringIO(text, newline=None), 1)
    return guard_lines((TextLine(f"text line {number}", line.rstrip("\n")) for number, line in lines), file)


class _BoundedPolicy(Compat32):
    """Reads headers as they stand; refuses a mail of too many, and one whose parameters would take for ever to read."""

    file = ""
    counted: Counter[str] = Counter()

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Give name and value of a header."""
        self.count("headers", _HEADERS_AT_MOST)
        name, value = super().header_source_parse(sourcelines)
        if name.casefold() in _WITH_PARAMETERS and len(value) > _PARAMETERS_LONGEST:
            raise _refused(
                f"its header {name} is longer than {_PARAMETERS_LONGEST:,}", "TOO_LARGE", self.file
            )
        return name, value

    def count(self, what: str, most: int) -> None:
        """Count a header or a part."""
        self.counted[what] += 1
        if self.counted[what] > most:
            raise _refused(f"the mail has more than {most:,} {what}", "TOO_LARGE", self.file)


def _parse(raw: bytes, file: str) -> Message:
    policy = _BoundedPolicy(file=file, counted=Counter())  # type: ignore[call-arg]  # it takes what the class names

    def make_part(policy: _BoundedPolicy) -> Message:
        policy.count("parts", _PARTS_AT_MOST)
        return Message(policy=policy)

    return email.message_from_binary_file(BytesIO(raw), _class=make_part, policy=policy)  # type: ignore[arg-type]


def _open(raw: bytes, file: str) -> _Mail:
    message = _parse(raw, file)
    mail = _Mail(subject=" ".join(_header(message, "Subject").split())[:500])
    name, address = next(iter(getaddresses([_header(message, "From")])), ("", ""))
    mail.sender = address.strip().casefold()[:320]
    mail.name = name.strip() if has_legal_form(name) else ""
    for part in _parts(message):
        _take_part(mail, part)
    if any(_TODAY.search(plain_words(line)) for text in mail.plain for line in text.splitlines()[:100]):
        mail.day = _sent(message)
    return mail


def _parts(message: Message) -> Iterator[Message]:
    """Give the parts that hold something; a mail inside the mail is one part."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _parts(part)


def _take_part(mail: _Mail, part: Message) -> None:
    kind = part.get_content_type()
    name = _decoded(part.get_filename() or "")
    if kind == "message/rfc822":
        inner = part.get_payload()
        content = (
            inner[0].as_bytes()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message)
            else b""
        )
        mail.attachments.append((name or "forwarded.eml", content))
        return
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    is_attached = bool(name) or part.get_content_disposition() == "attachment"
    if kind in {"text/plain", "text/html"} and not is_attached:
        text = _text(part, content[:_LARGEST_TEXT])
        (mail.markup if kind == "text/html" else mail.plain).append(text)
    elif not kind.startswith(("image/", "video/", "audio/")):
        mail.attachments.append((name or "attachment", content))


def _text(part: Message, content: bytes) -> str:
    charset = str(part.get_content_charset() or "utf-8")
    for encoding in (charset, "utf-8"):
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _header(message: Message, name: str) -> str:
    return _decoded(str(message.get(name, "")))


def _decoded(text: str) -> str:
    """Decode what a header packs (=?utf-8?q?…?=); what is broken stays as it stands."""
    try:
        pieces = decode_header(text[:4_000])
    except (ValueError, email.errors.MessageError):
        return text[:4_000]
    found = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            found.append(piece)
            continue
        try:
            found.append(piece.decode(charset or "latin-1", "replace"))
        except (LookupError, ValueError):
            found.append(piece.decode("latin-1"))
    return "".join(found)


def _sent(message: Message) -> date | None:
    try:
        return parsedate_to_datetime(str(message.get("Date", ""))).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _refused(reason: str, code: str, file: str) -> UnreadableAdvice:
    return UnreadableAdvice(
        reason,
        code=code,
        file=file,
        place="",
        mend="Ask the sender for the invoices the payment is for.",
    )
