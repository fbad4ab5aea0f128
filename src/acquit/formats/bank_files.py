"""Read any bank file: tell its format by its content, hand it to that format's reader.

The one clever idea: the head that was looked at is put back in front of the stream, so a pipe or an upload that
cannot be rewound reads like a file on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from acquit.formats.aeb43 import read_aeb43
from acquit.formats.bai2 import read_bai2
from acquit.formats.camt import read_camt
from acquit.formats.cfonb import read_cfonb
from acquit.formats.coda import read_coda
from acquit.formats.mt940 import read_mt940
from acquit.formats.nacha import read_nacha
from acquit.formats.ofx import read_ofx
from acquit.formats.recognition import HEAD_BYTES, recognise_statement
from acquit.formats.rejoined import rejoin
from acquit.formats.statements import Statement, UnreadableStatement
from acquit.formats.strangers import say_what_it_is

_READERS: dict[str, Callable[[BinaryIO, str], Iterator[Statement]]] = {
    "CAMT.052": read_camt,
    "CAMT.053": read_camt,
    "CAMT.054": read_camt,
    "MT940": read_mt940,
    "MT942": read_mt940,
    "BAI2": read_bai2,
    "OFX": read_ofx,
    "CODA": read_coda,
    "CFONB.120": read_cfonb,
    "CFONB.240": read_cfonb,
    "AEB43": read_aeb43,
    "NACHA": read_nacha,
}


def read_statements(content: BinaryIO, name: str) -> Iterator[Statement]:
    """Give the statements of a bank file of any format known here.

    Refuses (UnreadableStatement, NOT_RECOGNISED) what is no bank file; other refusals are the reader's own.
    """
    head = content.read(HEAD_BYTES)
    found = recognise_statement(head)
    reader = _READERS.get(found or "")
    if reader is None:
        reason, mend = say_what_it_is(head)
        raise UnreadableStatement(
            reason,
            code="NOT_RECOGNISED",
            file=name,
            place="line 1",
            value=head[:40].decode("latin-1"),
            mend=mend,
        )
    return reader(rejoin(head, content), name)
