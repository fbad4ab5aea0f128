"""The readers that strangers' files go through, each with what it refuses with and where its samples lie."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from acquit.formats.aeb43 import read_aeb43
from acquit.formats.bai2 import read_bai2
from acquit.formats.bank_files import read_statements
from acquit.formats.camt import read_camt
from acquit.formats.cfonb import read_cfonb
from acquit.formats.coda import read_coda
from acquit.formats.mt940 import read_mt940
from acquit.formats.nacha import read_nacha
from acquit.formats.ofx import read_ofx
from acquit.formats.pain.reader import read_payment_order
from acquit.formats.pain.status_reader import read_status_report
from acquit.formats.remittance import read_advices
from acquit.formats.remittance.lockbox import read_lockbox
from acquit.formats.remittance.remadv import read_remadv
from acquit.formats.remittance.ubl import read_ubl
from acquit.formats.remittance.x12_820 import read_x12_820
from acquit.formats.statements import Statement, line_identities
from acquit.formats.tables.errors import CannotReadTable
from acquit.formats.unreadable import UnreadableFile


@dataclass(frozen=True)
class Fuzzed:
    """A reader, the folders of samples its corpus is made of, and whether seeds are made for it (`seeds.py`)."""

    read: Callable[[BinaryIO, str], Any]
    samples: tuple[str, ...]
    is_seeded: bool = False


READERS = {
    "camt": Fuzzed(read_camt, ("bank_camt",)),
    "mt940": Fuzzed(read_mt940, ("bank_mt940",)),
    "bai2": Fuzzed(read_bai2, ("bank_bai2",)),
    "ofx": Fuzzed(read_ofx, ("bank_ofx",)),
    "coda": Fuzzed(read_coda, ("bank_coda_be",)),
    "cfonb": Fuzzed(read_cfonb, ("bank_cfonb_fr",)),
    "aeb43": Fuzzed(read_aeb43, ("bank_aeb43_es",)),
    "nacha": Fuzzed(read_nacha, ("bank_nacha_ach",)),
    "any": Fuzzed(read_statements, ("bank_mt940", "bank_ofx", "bank_bai2")),
    "pain": Fuzzed(read_payment_order, ("sepa_pain",)),
    "pain_status": Fuzzed(read_status_report, ("sepa_pain",)),
    "x12_820": Fuzzed(read_x12_820, ("remittance_edi_lockbox",)),
    "lockbox": Fuzzed(read_lockbox, ("remittance_edi_lockbox",)),
    "remadv": Fuzzed(read_remadv, (), is_seeded=True),
    "ubl": Fuzzed(read_ubl, (), is_seeded=True),
    "advice_csv": Fuzzed(read_advices, (), is_seeded=True),
    "advice_xlsx": Fuzzed(read_advices, (), is_seeded=True),
    "advice_pdf": Fuzzed(read_advices, (), is_seeded=True),
    "advice_mail": Fuzzed(read_advices, (), is_seeded=True),
    "advice_text": Fuzzed(read_advices, (), is_seeded=True),
}


def read_once(reader: str, content: bytes) -> None:
    """Read bytes as a file and look at all that was read; a refusal is a right answer, anything else comes through."""
    try:
        found = READERS[reader].read(io.BytesIO(content), "file")
        for one in found if isinstance(found, Iterable) else (found,):
            if isinstance(one, Statement):
                line_identities(one)
    except UnreadableFile as refusal:
        if not (refusal.code and refusal.reason and refusal.mend):
            raise AssertionError(f"a refusal without its facts: {refusal.details}") from refusal
    except CannotReadTable as refusal:
        if not (refusal.code and refusal.message):
            raise AssertionError("a refusal without its facts") from refusal
