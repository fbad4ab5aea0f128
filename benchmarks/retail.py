"""The real retail file end to end: received, recognised, read, grouped, posted with all its lines; rows a second.

Data: the UCI Online Retail set (341,602 lines), outside the repository; where it is absent a file of the same shape is
made. There is no target: the figure is for comparing runs.
"""

from __future__ import annotations

import csv
import gzip
import random
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from acquit.controls.operations import open_company
from acquit.controls.rules.duties import Actor
from acquit.insight.queries.overview import get_ageing_totals
from acquit.intake.operations import GivenFile, accept_proposals, post_intake, receive_files
from benchmarks.results_table import Result

REAL = (
    Path(__file__).resolve().parents[2]
    / "shared"
    / "data"
    / "orders_uci_online_retail"
    / "online_retail.csv.gz"
)
LINES = 341_602
SYSTEM = Actor(None, "bench", is_system=True)


def measure() -> list[Result]:
    """Import the file once into an empty company."""
    with tempfile.TemporaryDirectory() as folder:
        path = REAL if REAL.exists() else make_file(Path(folder) / "retail.csv.gz")
        company = open_company(name="Retail", currency="GBP")
        began = time.perf_counter()
        intake_id = receive_files(
            actor=SYSTEM,
            company_id=company.id,
            files=[GivenFile(path.name, path)],
            business_date=date(2011, 12, 31),
        )
        accept_proposals(actor=SYSTEM, intake_id=intake_id)
        posted = post_intake(actor=SYSTEM, intake_id=intake_id, posted_at=datetime.now(UTC))
        seconds = time.perf_counter() - began
    totals = get_ageing_totals(company_ids=[company.id], as_of=date(2011, 12, 31), is_today=True)
    note = (
        f"{LINES / seconds:,.0f} lines/s, {posted.documents_new:,} documents, open {totals[0].open_amount:,}"
        f"{'' if path == REAL else ' (made file)'}"
    )
    return [Result("import of the retail file, end to end", f"{LINES:,} lines", seconds, note=note)]


def make_file(path: Path) -> Path:
    """Make a file of the same shape, the same every time."""
    drawn = random.Random(20)
    day = datetime(2010, 12, 1, 8, 0, tzinfo=UTC)
    with gzip.open(path, "wt", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "InvoiceNo",
                "StockCode",
                "Description",
                "Quantity",
                "InvoiceDate",
                "UnitPrice",
                "CustomerID",
                "Country",
            ]
        )
        for n in range(LINES):
            number, sold = 536_365 + n // 21, day + timedelta(minutes=n)
            price = f"{drawn.randrange(50, 2000) / 100:.2f}"
            quantity, customer = drawn.randrange(1, 48), f"{12_346 + number % 4000}.0"
            row = [
                number,
                f"S{n % 3000}",
                f"Article {n % 3000}",
                quantity,
                sold.isoformat(sep=" "),
                price,
                customer,
            ]
            writer.writerow([*row, "United Kingdom"])
    return path
