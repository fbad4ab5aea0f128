"""Reading bank statements on one core: CAMT.053 in MB/s, MT940 in text lines/s, each one statement of a busy day.

The files are written by our own writers as banks fill them: one payment an entry with its parties, accounts, banks,
references and text, and every fiftieth entry a batch of ten details. The time is that of the process's processor, the
file's own reading from the disk included; the file was just written, so the disk is not what is measured. The garbage
collector rests meanwhile, as it does where the product reads.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import BinaryIO

from acquit.formats.bank_files import read_statements
from acquit.formats.camt_writer import write_camt053
from acquit.formats.mt940_writer import write_mt940
from acquit.formats.statements import Statement, StatementKind, StatementLine, exact_sum
from acquit.infra.collector import paused_collector
from benchmarks.results_table import Result, scaled

CAMT_LINES = scaled(50_000)
MT940_LINES = scaled(200_000)
CAMT_TARGET_MB = 20
MT940_TARGET_LINES = 100_000
FIRST_DAY = date(2026, 1, 2)
OWN_IBAN = "DE89370400440532013000"
WORDS = (
    "Rechnung",
    "Invoice",
    "Kunde",
    "Lieferung",
    "Auftrag",
    "vom",
    "Skonto",
    "abzgl",
    "Zahlung",
    "Ref",
    "Danke",
)
NAMES = (
    "Muster",
    "Beispiel",
    "Nordwind",
    "Alpha",
    "Hansen",
    "Lindt",
    "Meridian",
    "Kowalski",
    "Dupont",
    "Rossi",
)
FORMS = ("GmbH", "AG", "KG", "SARL", "BV", "SpA", "AB", "Ltd")
BANKS = ("COBADEFFXXX", "DEUTDEDBBER", "GENODEF1S10", "BNPAFRPPXXX", "INGBNL2AXXX", "UNCRITMMXXX")


def measure() -> list[Result]:
    """Write both files, read them."""
    with tempfile.TemporaryDirectory(prefix="acquit-parsing-") as folder:
        camt, mt940 = Path(folder) / "day.xml", Path(folder) / "day.sta"
        _write(camt, CAMT_LINES, lambda made, out: write_camt053(made, out, datetime(2026, 1, 3, tzinfo=UTC)))
        _write(mt940, MT940_LINES, write_mt940)
        megabytes = camt.stat().st_size / 1e6
        lines = mt940.read_bytes().count(b"\n")
        return [
            _result("parsing CAMT.053", f"{megabytes:.0f} MB", camt, megabytes, CAMT_TARGET_MB, "MB/s"),
            _result("parsing MT940", f"{lines:,} lines", mt940, lines, MT940_TARGET_LINES, "lines/s"),
        ]


def _write(path: Path, count: int, write: Callable[[list[Statement], BinaryIO], None]) -> None:
    with path.open("wb") as out:
        write([make_statement(count)], out)


def _result(name: str, size: str, path: Path, amount: float, target: float, unit: str) -> Result:
    with path.open("rb") as content, paused_collector():
        began = time.process_time()
        transactions = sum(len(statement.lines) for statement in read_statements(content, path.name))
        seconds = time.process_time() - began
    note = f"{unit}; {transactions:,} transactions, {transactions / seconds:,.0f} a second of one core"
    return Result(name, size, seconds, amount / seconds, target, note=note)


def make_statement(count: int) -> Statement:
    """Make a statement of so many lines that balances."""
    lines = tuple(_lines(count))
    opening = Decimal("250000.00")
    return Statement(
        format="CAMT.053",
        kind=StatementKind.STATEMENT,
        account=OWN_IBAN,
        currency="EUR",
        statement_id="DAY-1",
        sequence="1",
        legal_number="",
        opening=opening,
        closing=opening + exact_sum(line.amount for line in lines),
        opening_date=FIRST_DAY,
        closing_date=FIRST_DAY + timedelta(days=1),
        lines=lines,
    )


def _lines(count: int) -> Iterator[StatementLine]:
    random = Random(20260102)
    entry = 0
    number = 0
    while number < count:
        details = 10 if entry % 50 == 49 else 1
        for index in range(min(details, count - number)):
            number += 1
            yield _line(random, number, entry, index, is_batch=details > 1)
        entry += 1


def _line(random: Random, number: int, entry: int, index: int, *, is_batch: bool) -> StatementLine:
    is_credit = is_batch or random.random() < 0.85
    words = " ".join(random.choices(WORDS, k=random.randint(2, 8)))
    amount = Decimal(random.randint(100, 5_000_000)).scaleb(-2)
    reference = f"B{number:011d}"
    return StatementLine(
        booking_date=FIRST_DAY,
        value_date=FIRST_DAY,
        amount=amount if is_credit else -amount,
        currency="EUR",
        bank_reference=reference,
        end_to_end_id=f"E2E-{random.randint(10**9, 10**10)}" if random.random() < 0.6 else "",
        counterparty=f"{random.choice(NAMES)} {random.choice(NAMES)} {random.choice(FORMS)}",
        iban=f"DE{random.randint(10, 99)}{random.randint(10**17, 10**18 - 1)}",
        bic=random.choice(BANKS),
        text=f"RE {random.randint(10**6, 10**7)} {words}",
        entry_index=entry,
        detail_index=index,
        transaction_code="PMNT-RCDT-ESCT" if is_credit else "PMNT-ICDT-ESCT",
        bank_code="166" if is_credit else "177",
        booking_text="GUTSCHRIFT" if is_credit else "UEBERWEISUNG",
        entry_reference=f"A{entry:011d}" if is_batch else reference,
        own_iban=OWN_IBAN,
    )
