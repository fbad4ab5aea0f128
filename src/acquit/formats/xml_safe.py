"""XML from strangers: read in chunks, with nothing but the bytes given.

The one clever idea: a bank file needs no document type, so any `<!DOCTYPE` is refused before the parser sees a
byte of it. Without one there are no entities to expand (bombs) and nothing to fetch (external entities); the
parser's own guards (no network, no DTD, depth 256, text of 10 MB) stand behind that.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from lxml import etree

from acquit.formats.unreadable import UnreadableFile

CHUNK_BYTES = 1 << 16
RELABELLED = "The file calls itself UTF-8 and is not; it is read as Windows-1252."
_LONGEST_ROOT = 4096
_DECLARED_ENCODING = re.compile(r"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_PROLOG_PART = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ATTRIBUTE_VALUE = rb"""\s*=\s*(?:"[^"<]*"|'[^'<]*')"""
_DEFAULT_NAMESPACE = re.compile(
    rb"(<[A-Za-z_][\w.-]*(?:\s+[\w:.-]+" + _ATTRIBUTE_VALUE + rb")*?)\s+xmlns" + _ATTRIBUTE_VALUE
)
_READ_ENCODINGS = re.compile(
    r"(utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-125\d|cp125\d|ibm850|cp850)",
    re.IGNORECASE,
)


class XmlStream:
    """Feeds a file to the parser chunk by chunk and gives the start and end of the elements named.

    `tags` are local names; any namespace or none will do. The root's default namespace is cut out, which makes
    reading a quarter faster and is right because only local names are looked at. The caller may take out and drop
    what is complete, so memory stays with what is open. `root` is the root's tag as it stands, once reading began;
    `is_relabelled` says that the file calls itself UTF-8 and is not, and is read as Windows-1252. Refusals are of the
    class `refusal`, with file and place.
    """

    def __init__(
        self,
        content: BinaryIO,
        file: str,
        tags: Sequence[str],
        refusal: type[UnreadableFile] = UnreadableFile,
    ) -> None:
        self._content = content
        self._file = file
        self._refusal = refusal
        self.bytes_read = 0
        self.root = ""
        self.is_relabelled = False
        self._is_utf8 = False
        self._held = b""  # of a letter cut in two by the end of a chunk
        self._parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=["{*}" + tag for tag in tags],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            remove_blank_text=True,
            collect_ids=False,
        )

    def chunks(self) -> Iterator[list[tuple[str, Any]]]:
        """Give the events (start or end, element) of each chunk; then what is complete may be taken off the tree."""
        head = self._read_prolog()
        chunk = head
        while chunk:
            self.bytes_read += len(chunk)
            yield self._fed(self._as_declared(chunk))
            chunk = self._content.read(CHUNK_BYTES)
        yield self._closed()

    def _read_prolog(self) -> bytes:
        head = _from_declaration(self._content.read(CHUNK_BYTES))
        if not head:
            raise self._refused("the file is empty", code="FILE_EMPTY", mend="Ask the sender for it again.")
        text = self._decoded(head)
        encoding = _DECLARED_ENCODING.match(text)
        if encoding and not _READ_ENCODINGS.fullmatch(encoding[1]):
            raise self._refused(
                "the declared encoding is not read here",
                code="ENCODING_NOT_READ",
                value=encoding[1],
                mend="Save the file as UTF-8 and declare that.",
            )
        self._is_utf8 = len(text) >= len(head) - 3 and (
            encoding is None or encoding[1].upper() in {"UTF-8", "UTF8"}
        )
        root = self._require_root(text)
        self.root = text[root : root + _LONGEST_ROOT].partition(">")[0]
        if len(text) == len(head):  # one byte a character: the default namespace of the root can be cut out
            head = (
                head[:root]
                + _DEFAULT_NAMESPACE.sub(rb"\1", head[root : root + _LONGEST_ROOT], count=1)
                + (head[root + _LONGEST_ROOT :])
            )
        return head

    def _require_root(self, text: str) -> int:
        """Give where the root element begins. Refuses a document type, and text that is no XML."""
        position = 0
        while part := _PROLOG_PART.match(text, position):
            position = part.end()
        following = text[position : position + 9]
        place = f"line {text.count(chr(10), 0, position) + 1}"
        if following.upper() == "<!DOCTYPE":
            raise self._refused(
                "the file declares a document type, which a bank file has no need of and which can hide an attack",
                code="XML_DOCTYPE",
                value=text[position : position + 60],
                place=place,
                mend="Get the file from the bank again, or remove the declaration.",
            )
        if not re.match(r"<[^\W\d]", following):
            raise self._refused(
                "no XML element begins here",
                code="XML_BROKEN",
                value=following,
                place=place,
                mend=_BROKEN_MEND,
            )
        return position

    def _decoded(self, head: bytes) -> str:
        if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) or (
            head[:1] in (b"L", b"\0") and (head[:2] != b"\0<")
        ):
            raise self._refused(
                "the encoding is not read here", code="ENCODING_NOT_READ", mend="Save the file as UTF-8."
            )
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return head.decode("utf-16", "replace")
        if head[:2] in (b"<\0", b"\0<"):
            return head.decode("utf-16-le" if head[:1] == b"<" else "utf-16-be", "replace")
        return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")

    def _fed(self, chunk: bytes) -> list[tuple[str, Any]]:
        try:
            self._parser.feed(chunk)
            return self._read_events()
        except etree.XMLSyntaxError as error:
            raise self._broken(error) from None

    def _as_declared(self, chunk: bytes) -> bytes:
        """Give bytes in the encoding the file declares: what calls itself UTF-8 and is not is read as Windows-1252."""
        if not self._is_utf8:
            return chunk
        whole = self._held + chunk
        if whole.isascii():
            self._held = b""
            return whole
        if not self.is_relabelled:
            try:
                _, count = codecs.utf_8_decode(whole, "strict", False)  # noqa: FBT003 - the library wants it so
            except UnicodeDecodeError:
                self.is_relabelled = True
            else:
                self._held = whole[count:]
                return whole[:count]
        self._held = b""
        return whole.decode("cp1252", "replace").encode()

    def _closed(self) -> list[tuple[str, Any]]:
        try:
            if self._held:
                self._parser.feed(self._held)
            self._parser.close()
            return self._read_events()
        except etree.XMLSyntaxError as error:
            raise self._broken(error) from None

    def _read_events(self) -> list[tuple[str, Any]]:
        """Give the events; elements of a prefix nobody declared are left out, for the end refuses the file for them."""
        found: Iterator[tuple[str, Any]] = self._parser.read_events()
        return [
            (event, element)
            for event, element in found
            if element.tag.startswith("{") or ":" not in element.tag
        ]

    def _broken(self, error: etree.XMLSyntaxError) -> UnreadableFile:
        message = str(error.msg or "")
        line = error.lineno or 0
        return self._refused(
            f"the XML breaks off or is damaged: {message}"[:300],
            code="XML_BROKEN",
            place=f"line {line}" if line else "",
            mend=_BROKEN_MEND,
        )

    def _refused(
        self, reason: str, *, code: str, mend: str, value: str = "", place: str = "line 1"
    ) -> UnreadableFile:
        return self._refusal(reason, code=code, file=self._file, place=place, value=value, mend=mend)


def _from_declaration(head: bytes) -> bytes:
    """Give the beginning of a file without the blanks that stand before its XML declaration, where none may."""
    begun = head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    return begun if begun.startswith(b"<?xml") else head


_BROKEN_MEND = "Ask the bank or the sender for the whole file again."
