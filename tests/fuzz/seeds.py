"""Small advices to begin with, made here: one of each form, in several layouts."""

from __future__ import annotations

from tests.formats.remittance.pdf_files import make_pdf
from tests.formats.remittance.test_advice_pages import COLUMNS, HEAD, row
from tests.formats.remittance.test_advice_tables import GERMAN, workbook
from tests.formats.remittance.test_advice_texts import LETTER, TABLE, mail
from tests.formats.remittance.test_ubl_and_remadv import REMADV, UBL

_SHEET: list[list[object]] = [["Rechnung", "Skonto", "Zahlbetrag"], ["RE-1", 0.5, 10.5], ["Summe", 0.5, 10.5]]
_PAGE = [*HEAD, *COLUMNS, *row(700, "RE-2026-1", "02.01.2026", "1.190,00", "23,80", "1.166,20")]
_SEEDS: dict[str, dict[str, bytes]] = {
    "remadv": {"remadv": REMADV.encode()},
    "ubl": {"ubl": UBL.encode()},
    "advice_csv": {
        "german": GERMAN.encode("cp1252"),
        "bare": b"A-1001,10.00\nA-1002,20.00\n",
        "tabs": b"Invoice\tGross\tDiscount\tPaid\nA-1\t1,000.00\t20.00\t980.00\n",
    },
    "advice_xlsx": {"sheet": workbook({"A": _SHEET, "B": [["x"]]})},
    "advice_pdf": {"page": make_pdf([_PAGE]), "text": make_pdf([[(50, 800, "RE-4711 1.166,20")]])},
    "advice_mail": {
        "letter": mail(LETTER),
        "table": mail("", html=TABLE),
        "attached": mail("x", files=[("a.csv", GERMAN.encode(), "text/csv")]),
    },
    "advice_text": {"letter": LETTER.encode(), "columns": b"Invoice   Paid\nA-1001   1.00\nTotal   1.00\n"},
}


def list_seeds(reader: str) -> dict[str, bytes]:
    """Give the seeds of a reader by their name."""
    return _SEEDS[reader]
