"""Hostile and damaged bank files: refused with a place, nothing read from elsewhere, no hang, no flood of memory."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.formats.bank_files import read_statements
from acquit.formats.camt import read_camt
from acquit.formats.mt940 import read_mt940
from acquit.formats.statements import Statement, UnreadableStatement
from tests.formats.bank_samples import Reader, balance, camt, entry, mt940, read_bytes

Result = TypeVar("Result")
DETAIL = "<NtryDtls><TxDtls><RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls></NtryDtls>"
LAUGHS = "".join(
    f'<!ENTITY l{number} "{f"&l{number - 1};" * 10 if number else "lol"}">' for number in range(10)
)


def refusal_of(reader: Reader, content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as refused:
        read_bytes(reader, content)
    return refused.value


def with_doctype(doctype: str, text: str) -> bytes:
    content = camt(entry(inner=DETAIL.format(text))).decode()
    return content.replace("?>", f"?>{doctype}", 1).encode()


class TestDoctype:
    def test_a_billion_laughs(self) -> None:
        refused = refusal_of(read_camt, with_doctype(f"<!DOCTYPE l [{LAUGHS}]>", "&l9;"))
        assert (refused.code, refused.place) == ("XML_DOCTYPE", "line 1")

    def test_a_bomb_in_an_attribute(self) -> None:
        content = with_doctype(f"<!DOCTYPE l [{LAUGHS}]>", "x").replace(b"<Stmt>", b'<Stmt a="&l9;">')
        assert refusal_of(read_camt, content).code == "XML_DOCTYPE"

    @pytest.mark.parametrize(
        "doctype",
        [
            '<!DOCTYPE l [<!ENTITY x SYSTEM "file://{}">]>',
            '<!DOCTYPE l SYSTEM "file://{}">',
            '<!DOCTYPE l PUBLIC "x" "http://127.0.0.1:9/{}">',
            '<!DOCTYPE l [<!ENTITY % x SYSTEM "file://{}"> %x;]>',
            '\n<!-- long -->\n<?p i?>\n<!doctype l [<!ENTITY x SYSTEM "file://{}">]>',
        ],
    )
    def test_nothing_is_read_from_disk_or_network(self, doctype: str, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        os.mkfifo(secret)  # opening it for reading would wait for ever
        refused = refusal_of(read_camt, with_doctype(doctype.format(secret), "&x;"))
        assert refused.code == "XML_DOCTYPE"

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
    def test_in_any_encoding(self, encoding: str) -> None:
        text = with_doctype('<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;").decode()
        assert refusal_of(read_camt, text.replace("UTF-8", "UTF-16").encode(encoding)).code == "XML_DOCTYPE"

    @pytest.mark.parametrize("encoding", ["UTF-7", "EBCDIC-CP-US", "IBM037", "UTF-32", "ISO-2022-JP"])
    def test_encodings_in_which_it_could_hide_are_refused(self, encoding: str) -> None:
        content = camt(entry()).replace(b"UTF-8", encoding.encode())
        assert refusal_of(read_camt, content).code == "ENCODING_NOT_READ"

    @pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "cp037"])
    def test_and_so_are_their_bytes(self, encoding: str) -> None:
        assert refusal_of(read_camt, camt(entry()).decode().encode(encoding)).code in {
            "ENCODING_NOT_READ",
            "XML_BROKEN",
        }

    def test_an_unknown_entity(self) -> None:
        assert refusal_of(read_camt, camt(entry(inner=DETAIL.format("&x;")))).code == "XML_BROKEN"

    def test_behind_a_comment_longer_than_what_is_looked_at(self) -> None:
        content = with_doctype("<!--" + "x" * 200_000 + "--><!DOCTYPE l [<!ENTITY x 'y'>]>", "&x;")
        assert refusal_of(read_camt, content).code == "XML_BROKEN"

    def test_inside_the_document(self) -> None:
        assert refusal_of(read_camt, camt(entry() + "<!DOCTYPE l [<!ENTITY x 'y'>]>")).code == "XML_BROKEN"

    @pytest.mark.parametrize("name", [b"Document", b"Stmt", b"Ntry"])
    def test_a_prefix_nobody_declared(self, name: bytes) -> None:
        content = camt(entry()).replace(b"<" + name, b"<ns0:" + name).replace(b"</" + name, b"</ns0:" + name)
        refused = refusal_of(read_camt, content)
        assert (refused.code, "Namespace prefix ns0" in str(refused)) == ("XML_BROKEN", True)


class TestDamagedXml:
    CONTENT = camt(
        "".join(entry(f"{number}.00", inner=DETAIL.format(f"RE-{number}")) for number in range(1, 60)),
        header=balance("OPBD", "0.00") + balance("CLBD", "1770.00"),
    )

    def test_cut_off_at_every_kilobyte_it_is_refused_with_its_place(self) -> None:
        assert len(read_bytes(read_camt, self.CONTENT)[0].lines) == 59
        for length in [0, *range(1, len(self.CONTENT) - 1, 1024), len(self.CONTENT) - 1]:
            refused = refusal_of(read_camt, self.CONTENT[:length])
            assert refused.code in {"XML_BROKEN", "FILE_EMPTY"}, length
            assert refused.place == "line 1", length

    def test_statements_before_the_damage_are_given_first(self) -> None:
        one = self.CONTENT[self.CONTENT.index(b"<Stmt>") : self.CONTENT.index(b"</BkToCstmrStmt>")]
        content = self.CONTENT.replace(one, one * 20)
        statements = read_camt(io.BytesIO(content[: len(content) - 3000]), "file")
        assert next(statements).balanced is True
        with pytest.raises(UnreadableStatement):
            list(statements)

    def test_deep_nesting(self) -> None:
        deep = "<a>" * 100_000 + "</a>" * 100_000
        assert refusal_of(read_camt, camt(deep)).code == "XML_BROKEN"
        assert refusal_of(read_camt, camt(entry(inner=deep))).code == "XML_BROKEN"

    def test_bytes_that_are_not_of_the_declared_encoding(self) -> None:
        content = camt(entry(inner=DETAIL.format("Müller"))).decode().encode("latin-1")
        (relabelled,) = read_bytes(read_camt, content)
        assert relabelled.lines[0].text == "Müller"
        assert "ENCODING_ASSUMED" in {warning.code for warning in relabelled.warnings}
        declared = content.replace(b"UTF-8", b"ISO-8859-1")
        assert read_bytes(read_camt, declared)[0].lines[0].text == "Müller"

    @pytest.mark.parametrize("junk", ["<a/>", "<Ntry2><b/></Ntry2>", "<Bal2>x</Bal2>", "text "])
    def test_a_flood_of_elements_nobody_wants(self, junk: str) -> None:
        content = camt(junk * (1_000_000 // len(junk)) + entry())
        statements, peak, seconds = measured(lambda: read_bytes(read_camt, content))
        assert len(statements) == 1
        assert peak < 10 * len(content)
        assert seconds < 10

    @pytest.mark.parametrize(
        "content",
        [
            b"<Document>" + b"<a/>" * 400_000 + b"</Document>",
            b"<Document><BkToCstmrStmt><Stmt/>" + b"<a/>" * 250_000 + b"</BkToCstmrStmt></Document>",
            b"<" + b"a" * 1_000_000,
            b"<a " + b"b='c' " * 150_000 + b"/>",
            b"<a>" + b"x" * 1_000_000 + b"</a>",
            b"<?xml version='1.0'?>" + b" " * 1_000_000,
            b"<!--" + b"-" * 1_000_000,
            b"<Document><Stmt>" + b"<Ntry>" * 100_000,
            camt("".join(f"<t{number}/>" for number in range(100_000))),
            camt(entry(inner="".join(f"<t{number}/>" for number in range(60_000)))),
        ],
        ids=range(10),
    )
    def test_a_megabyte_of_nonsense_takes_no_long_time(self, content: bytes) -> None:
        def attempt() -> None:
            with contextlib.suppress(UnreadableStatement):
                read_bytes(read_camt, content)

        _, peak, seconds = measured(attempt)
        assert seconds < 10
        assert peak < 10 * len(content)


class TestDamagedText:
    CONTENT = mt940(*[":61:2602030203CR10,00NTRFNONREF//B", ":86:166?00X?20SVWZ+RE-1?32Name"] * 100)

    def test_cut_off_anywhere_it_is_refused_or_says_that_its_proof_is_missing(self) -> None:
        for length in range(0, len(self.CONTENT) - 5, 7):
            with contextlib.suppress(UnreadableStatement):
                (statement,) = read_bytes(read_mt940, self.CONTENT[:length])
                assert statement.balanced is not True
                assert {warning.code for warning in statement.warnings} & {"BALANCE_MISSING", "NOT_BALANCED"}

    @pytest.mark.parametrize("tail", ["CR116", "CR1166,2", "CR1166,20", "C"])
    def test_cut_off_inside_an_amount_it_is_refused(self, tail: str) -> None:
        content = mt940().partition(b":62F:")[0] + b":61:2602030203" + tail.encode()
        assert refusal_of(read_mt940, content).code == "LINE_UNREADABLE"

    def test_cut_off_inside_the_closing_balance(self) -> None:
        content = mt940().partition(b",00\r\n-")[0]
        assert refusal_of(read_mt940, content).code == "FILE_CUT_OFF"

    @pytest.mark.parametrize(
        "content",
        [
            b"\n" * 1_000_000,
            b":" * 1_000_000,
            b":20:x\n" * 160_000,
            b":20:x\n:25:y\n" + b":61:2602030203CR10,00NTRFX\n" * 37_000,
            b":20:x\n:60F:C260203EUR1,\n:61:2602030203CR10,00NTRFX\n:86:" + b"?20a" * 250_000,
            b":20:x\n:60F:C260203EUR1,\n:61:2602030203CR10,00NTRFX\n:86:/REMI/" + b"/EREF/" * 160_000,
            b":20:x\n:60F:C260203EUR1,\n:61:2602030203CR10,00NTRFX\n:86:" + b"IBAN: BIC: " * 90_000,
            b":20:x\n:60F:C260203EUR1,\n:61:2602030203CR10,00NTRFX\n:86:166?20" + b"EREF+" * 200_000,
            b":20:x\n:60F:C260203EUR1,\n:61:2602030203CR10,00NTRFX\n:86:" + b"x\n" * 400_000,
            b":20:x\n:60F:C260203EUR1,\n:61:2602030203CR" + b"1" * 900_000,
            b":20:x\n:60F:C260203EUR1,\n:61:" + b" " * 900_000,
            b":20:x\n:25:" + b"1 " * 450_000 + b"\n:60F:C260203EUR1,\n",
            b":20:x\n:60F:C260203EUR1,\n-\n" + b"-\n" * 400_000,
            b"x" * 3_000_000,
            b"\xff" * 1_000_000,
        ],
        ids=range(15),
    )
    def test_a_megabyte_of_nonsense_takes_no_long_time(self, content: bytes) -> None:
        def attempt() -> None:
            with contextlib.suppress(UnreadableStatement):
                read_bytes(read_mt940, content)

        _, _, seconds = measured(attempt)
        assert seconds < 15  # under memory tracing, on a busy machine; about a second otherwise


def measured(work: Callable[[], Result]) -> tuple[Result, int, float]:
    """Run and give result, peak of traced memory, seconds."""
    tracemalloc.start()
    began = time.process_time()
    try:
        result = work()
        return result, tracemalloc.get_traced_memory()[1], time.process_time() - began
    finally:
        tracemalloc.stop()


def read_or_refuse(reader: Reader, content: bytes) -> None:
    """Anything else than statements or a refusal fails the test."""
    with contextlib.suppress(UnreadableStatement):
        for statement in reader(io.BytesIO(content), "file"):
            assert statement.format


CAMT_PIECES = st.sampled_from(
    [
        b"<?xml version='1.0'?>", b"<Document>", b"<BkToCstmrStmt>", b"<Stmt>", b"</Stmt>", b"<Ntry>", b"</Ntry>",
        b"<Amt Ccy='EUR'>1.00</Amt>", b"<Amt>", b"</Amt>", b"<CdtDbtInd>CRDT</CdtDbtInd>", b"<Bal>", b"</Bal>",
        b"<NtryDtls><TxDtls>", b"</TxDtls></NtryDtls>", b"<Sts>BOOK</Sts>", b"<Dt>2026-02-30</Dt>", b"<BookgDt>",
        b"</BookgDt>", b"&amp;", b"&#0;", b"<![CDATA[<Amt>]]>", b"<!--", b"-->", b"<Rpt/>",
        b"<Acct><Id><IBAN>X</IBAN></Id></Acct>", b"\xff", b"\x00",
        b"<TxsSummry><TtlCdtNtries><Sum>x</Sum></TtlCdtNtries></TxsSummry>", b"<Strd><RfrdDocAmt><RmtdAmt>1", b"]]>",
    ]
)  # fmt: skip
MT940_PIECES = st.sampled_from(
    [
        b":20:", b":25:", b":28C:", b":60F:", b":62F:", b":61:", b":86:", b":34F:", b":90C:", b":NS:", b":13D:",
        b"C260203EUR1,00", b"2602030203CR10,00NTRFNONREF//B", b"166?00A?20EREF+X SVWZ+Y?32N", b"/EREF/X/REMI/Y/NAME/Z",
        b"\n", b"\r\n", b"-", b"-}", b"{1:F01}{2:I940}{4:", b"260230", b"C", b"D1.000", b",", b"?", b"/CNTP/////",
        b"/SUM/1/1/1,/1,/", b"999X:Y:DE1",
        b"IBAN: X BIC: Y NAAM: Z", b"\x01", b"\x1a", b"\xe4", b"\xef\xbb\xbf", b"DE94370400440532013000EUR", b"0EUR0,",
    ]
)  # fmt: skip


def mutations(samples: list[bytes]) -> st.SearchStrategy[bytes]:
    """Cut, double and overwrite pieces of good files."""

    @st.composite
    def mutated(draw: st.DrawFn) -> bytes:
        content = bytearray(draw(st.sampled_from(samples)))
        for _ in range(draw(st.integers(1, 6))):
            start = draw(st.integers(0, len(content)))
            end = min(len(content), start + draw(st.integers(0, 40)))
            content[start:end] = (
                draw(st.binary(max_size=12)) if draw(st.booleans()) else content[start:end] * 2
            )
        return bytes(content)

    return mutated()


class TestAnyBytes:
    @given(st.binary(max_size=2000))
    def test_bytes(self, content: bytes) -> None:
        for reader in (read_camt, read_mt940, read_later):
            read_or_refuse(reader, content)

    @settings(max_examples=300)
    @given(st.lists(CAMT_PIECES | st.binary(max_size=5), max_size=40))
    def test_pieces_of_camt(self, pieces: list[bytes]) -> None:
        read_or_refuse(read_camt, b"".join(pieces))
        read_or_refuse(read_camt, camt(b"".join(pieces).decode("latin-1")))

    @settings(max_examples=500)
    @given(st.lists(MT940_PIECES | st.binary(max_size=5), max_size=60))
    def test_pieces_of_mt940(self, pieces: list[bytes]) -> None:
        read_or_refuse(read_mt940, b"".join(pieces))

    @settings(max_examples=300)
    @given(mutations([TestDamagedXml.CONTENT, camt(entry())]))
    def test_damaged_camt(self, content: bytes) -> None:
        read_or_refuse(read_camt, content)

    @settings(max_examples=300)
    @given(
        mutations(
            [
                TestDamagedText.CONTENT[:600],
                mt940(":61:260203C1,NTRFX", ":86:/EREF/A//CNTP/B/C/D//REMI/USTD//E/"),
            ]
        )
    )
    def test_damaged_mt940(self, content: bytes) -> None:
        read_or_refuse(read_mt940, content)


def read_later(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Read through recognition."""
    yield from read_statements(content, name)


CHILD = """
import io, sys
from acquit.formats.bank_files import read_statements
from acquit.formats.statements import UnreadableStatement
content = sys.stdin.buffer.read()
def peak():
    with open("/proc/self/status") as status:  # getrusage would tell what the parent took before this program began
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
before = peak()
count = 0
try:
    for statement in read_statements(io.BytesIO(content), "file"):
        count += 1
except UnreadableStatement:
    pass
print(count, peak() - before)
"""


def statements_and_peak(content: bytes) -> tuple[int, int]:
    """Read in a process of its own; give the number of statements and what its memory grew by, in bytes.

    The XML parser's memory is not Python's, so only the process tells.
    """
    done = subprocess.run([sys.executable, "-c", CHILD], input=content, capture_output=True, check=True)
    count, kilobytes = done.stdout.split()
    return int(count), int(kilobytes) * 1024


class TestMemory:
    def test_camt_holds_one_statement_at_a_time(self) -> None:
        inner = DETAIL.format("RE-2026-004711 Rechnung vom 03.01.2026")
        one = camt("".join(entry(f"{number}.00", inner=inner) for number in range(1, 200)))
        body = one[one.index(b"<Stmt>") : one.index(b"</BkToCstmrStmt>")]
        content = one.replace(body, body * 400)
        count, peak = statements_and_peak(content)
        assert count == 400
        assert len(content) > 20_000_000
        assert peak < 4_000_000

    def test_mt940_holds_one_statement_at_a_time(self) -> None:
        one = mt940(*[":61:2602030203CR10,00NTRFNONREF//B", ":86:166?00X?20SVWZ+RE-1?32Name"] * 200)
        count, peak = statements_and_peak(one * 700)
        assert count == 700
        assert len(one) * 700 > 9_000_000
        assert peak < 8_000_000

    @pytest.mark.parametrize(
        "content",
        [
            camt("<a/>" * 250_000),
            camt(entry(inner="<a/>" * 250_000)),
            camt("") + b" " * 1_000_000,
            b"<Document>" + b"<BkToCstmrStmt/>" * 60_000,
            camt(entry() * 5_000),
            mt940(
                *[":61:2602030203CR10,00NTRFNONREF//B", ":86:166?00X?20SVWZ+RE-1?32Name and more of it"]
                * 12_000
            ),
        ],
        ids=range(6),
    )
    def test_a_megabyte_takes_no_more_than_ten_times_itself(self, content: bytes) -> None:
        _, peak = statements_and_peak(content)
        assert peak <= 10 * max(len(content), 1_000_000)

    def test_an_entry_of_empty_elements_is_refused_before_they_fill_the_memory(self) -> None:
        with pytest.raises(UnreadableStatement) as refused:
            list(read_later(io.BytesIO(camt(entry(inner="<a/>" * 250_000))), "file"))
        assert refused.value.code == "ENTRY_TOO_LARGE"
