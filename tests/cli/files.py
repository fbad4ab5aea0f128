"""Files of a small company in the manners of the world: a German export, a bank's XML, an MT940."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from acquit.formats.camt_writer import write_camt053
from acquit.formats.mt940_writer import write_mt940
from acquit.formats.statements import Statement, StatementKind, StatementLine

AS_OF = date(2026, 4, 30)
GERMAN_HEAD = "Belegnummer;Belegart;Kundennummer;Kunde;Belegdatum;Fälligkeit;Währung;Bruttobetrag;Offen"
GERMAN_ROWS = (
    "RE-1001;Rechnung;10001;Müller GmbH;02.03.2026;01.04.2026;EUR;1.190,00;1.190,00",
    "RE-1002;Rechnung;10001;Müller GmbH;16.03.2026;15.04.2026;EUR;238,00;238,00",
    "RE-1003;Rechnung;10002;Straßenbau AG;15.01.2026;14.02.2026;EUR;12.345,67;12.345,67",
    "RE-1004;Rechnung;10003;Öko Handel KG;20.04.2026;20.05.2026;EUR;500,00;500,00",
    "GS-2001;Gutschrift;10002;Straßenbau AG;20.03.2026;20.03.2026;EUR;-345,67;-345,67",
    "RE-0900;Rechnung;10003;Öko Handel KG;10.12.2025;09.01.2026;EUR;700,00;0,00",
)


def german_items(folder: Path, rows: Sequence[str] = GERMAN_ROWS, name: str = "OP-Liste.csv") -> Path:
    """Write open items as a German program exports them: semicolons, decimal commas, code page 1252."""
    file = folder / name
    file.write_bytes("\r\n".join((GERMAN_HEAD, *rows, "")).encode("cp1252"))
    return file


def bank_line(
    amount: str, text: str, reference: str, day: date = date(2026, 4, 2), payer: str = ""
) -> StatementLine:
    """Make a booked line."""
    return StatementLine(
        booking_date=day,
        value_date=day,
        amount=Decimal(amount),
        currency="EUR",
        bank_reference=reference,
        counterparty=payer,
        text=text,
    )


def statement(
    *lines: StatementLine,
    account: str = "DE02100500000054540402",
    opening: str = "1000.00",
    off_by: str = "0",
) -> Statement:
    """Make a statement; `off_by` is what its closing balance is wrong by."""
    moved = sum((line.amount for line in lines), Decimal(opening))
    days = [line.booking_date for line in lines if line.booking_date]
    return Statement(
        format="",
        kind=StatementKind.STATEMENT,
        account=account,
        currency="EUR",
        statement_id="2026-04",
        sequence="4",
        legal_number="",
        opening=Decimal(opening),
        closing=moved + Decimal(off_by),
        opening_date=min(days),
        closing_date=max(days),
        lines=lines,
    )


def camt(folder: Path, *statements: Statement, name: str = "camt053.xml") -> Path:
    """Write CAMT.053."""
    file = folder / name
    with file.open("wb") as out:
        write_camt053(statements, out, datetime(2026, 5, 1, 6, 0, tzinfo=UTC))
    return file


def mt940(folder: Path, *statements: Statement, name: str = "auszug.sta") -> Path:
    """Write MT940."""
    file = folder / name
    with file.open("wb") as out:
        write_mt940(statements, out)
    return file


def write_company(folder: Path) -> Path:
    """Write customers, a German list, CAMT and MT940: 1,190.00 is paid in the one, 238.00 in the other."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "customers.csv").write_text(
        "customer,name,country,ibans,payment_terms\n"
        "10001,Müller GmbH,DE,DE89370400440532013000,NET30\n"
        "10002,Straßenbau AG,DE,,NET30\n"
        "10003,Öko Handel KG,DE,,NET30\n",
        encoding="utf-8",
    )
    german_items(folder)
    (folder / "statements").mkdir(exist_ok=True)
    paid = bank_line("1190.00", "Rechnung RE-1001", "B1", payer="Müller GmbH")
    unknown = bank_line("77.70", "Danke", "B2", payer="Niemand")
    camt(folder / "statements", statement(paid, unknown))
    other = bank_line("238.00", "RE-1002", "B3", day=date(2026, 4, 16), payer="Müller GmbH")
    mt940(folder / "statements", statement(other, account="DE75512108001245126199", opening="0.00"))
    return folder
