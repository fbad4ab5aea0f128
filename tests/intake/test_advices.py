"""Remittance advices in a hand-over: known without a question, stored once, before money is matched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from acquit.cash.models import RemittanceAdvice
from acquit.intake.operations import GivenFile, post_intake, receive_files
from acquit.intake.queries import list_files
from tests.builders import LAST_DAY, SYSTEM, Books, make_books
from tests.formats.remittance.pdf_files import make_pdf
from tests.formats.remittance.test_advice_pages import COLUMNS, HEAD, row
from tests.formats.remittance.test_advice_tables import GERMAN, workbook
from tests.formats.remittance.test_advice_texts import LETTER, mail
from tests.formats.remittance.test_lockbox import BOX, cheque, detail
from tests.formats.remittance.test_x12_820 import interchange

pytestmark = pytest.mark.django_db
POSTED_AT = datetime(2026, 12, 31, 9, 0, tzinfo=UTC)

OPEN_ITEMS = (
    "document,type,customer,document_date,due_date,currency,gross_amount,open_amount\n"
    "RE-1,invoice,2001,2026-01-01,2026-02-01,EUR,10.00,10.00\n"
)
FILES: dict[str, bytes] = {
    "1.csv": GERMAN.encode("cp1252"),
    "2.xlsx": workbook(
        {"A": [["Rechnung", "Skonto", "Zahlbetrag"], ["RE-1", 0.5, 10.5], ["Summe", 0.5, 10.5]]}
    ),
    "3.edi": interchange("BPR*C*5.00*C*ACH", "TRN*1*T-5", "RMR*IV*A-1**5.00").encode(),
    "4.eml": mail(
        LETTER.replace("23,80", "23,81").replace("1.166,20", "1.166,19").replace("3.277,20", "3.277,19")
    ),
    "5.pdf": make_pdf(
        [[*HEAD, *COLUMNS, *row(700, "RE-2026-1", "02.01.2026", "1.190,00", "23,80", "1.166,20")]]
    ),
    "6.txt": "\n".join(
        ["101" + "0" * 20 + "2509200916", BOX, cheque(1, 500), detail(1, f"{'A-1':<12}{500:010}")]
    ).encode(),
}
OTHERS: dict[str, tuple[bytes, str, str]] = {
    "items.csv": (OPEN_ITEMS.encode(), "OPEN_ITEMS", "READY"),
    "note.eml": (mail("Können wir morgen telefonieren?"), "UNKNOWN", "SET_ASIDE"),
    "scan.pdf": (make_pdf([[]]), "UNKNOWN", "REFUSED"),
}


def receive(books: Books, folder: Path, files: dict[str, bytes]) -> int:
    given = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        given.append(GivenFile(name, folder / name))
    return receive_files(actor=SYSTEM, company_id=books.company_id, files=given, business_date=LAST_DAY)


def test_advices_in_every_form_are_known_and_stored_once(tmp_path: Path) -> None:
    books = make_books()
    for again in (False, True):
        intake_id = receive(books, tmp_path, FILES)
        files = list_files(intake_id)
        assert {file.name: (file.kind, file.state, file.questions) for file in files} == {
            name: ("REMITTANCE", "READY", []) for name in FILES
        }
        posted = post_intake(actor=SYSTEM, intake_id=intake_id, posted_at=POSTED_AT)
        assert posted.advices == (0 if again else len(FILES))
        assert {file.state for file in list_files(intake_id)} == {"POSTED"}
    stored = RemittanceAdvice.objects.order_by("id")
    assert [one.format for one in stored] == ["CSV", "XLSX", "X12.820", "EMAIL", "PDF", "LOCKBOX"]
    assert [one.file_id for one in stored] == [file.id for file in list_files(intake_id - 1)]


def test_what_is_no_advice_stays_what_it_is(tmp_path: Path) -> None:
    intake_id = receive(make_books(), tmp_path, {name: content for name, (content, *_) in OTHERS.items()})
    assert {file.name: (file.kind, file.state) for file in list_files(intake_id)} == {
        name: (kind, state) for name, (_, kind, state) in OTHERS.items()
    }


def test_a_file_that_is_no_longer_whole_stops_none_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from acquit.intake.operations import receiving

    uploads = tmp_path / "uploads"
    uploads.mkdir()
    monkeypatch.setattr(receiving.places, "uploads_folder", lambda: uploads)
    intake_id = receive(make_books(), tmp_path, {name: FILES[name] for name in ("1.csv", "3.edi")})
    damaged = list_files(intake_id)[1]
    (uploads / damaged.stored_path).write_bytes(FILES["3.edi"].partition(b"SE*")[0])

    posted = post_intake(actor=SYSTEM, intake_id=intake_id, posted_at=POSTED_AT)

    assert posted.advices == 1
    first, second = list_files(intake_id)
    assert (first.state, second.state) == ("POSTED", "REFUSED")
    assert second.warnings[-1][0] == "CUT_OFF"
