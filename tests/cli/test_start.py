"""`acquit start`: any mix of files in, one answer out, nothing guessed, nothing twice."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from acquit.infra.transaction import company_scope
from tests.cli.acquit import Outcome, acquit
from tests.cli.files import AS_OF, GERMAN_ROWS, bank_line, camt, german_items, statement

pytestmark = pytest.mark.django_db(transaction=True)

COUNTED = (
    "document",
    "item",
    "open_item",
    "clearing_edge",
    "journal_entry",
    "posting",
    "receipt",
    "bank_line",
    "customer",
)


def start(
    *files: object, name: str = "Nord GmbH", as_of: date = AS_OF, options: tuple[str, ...] = ("--json",)
) -> Outcome:
    return acquit("start", *files, "--company", name, "--currency", "EUR", "--as-of", as_of, *options)


def count_rows() -> dict[str, int]:
    """Count what stands in the books of all companies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM company")
        companies = [row[0] for row in cursor.fetchall()]
    counts = {}
    with company_scope(companies), connection.cursor() as cursor:
        for table in COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


def count_companies() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM company")
        return int(cursor.fetchone()[0])


def test_a_folder_of_all_kinds_becomes_a_true_picture(company: Path) -> None:
    outcome = start(company)
    assert outcome.code == 0
    assert outcome.err == ""
    answer = outcome.json
    kinds = {file["name"]: file["kind"] for file in answer["files"]}
    assert kinds == {
        "OP-Liste.csv": "OPEN_ITEMS",
        "customers.csv": "CUSTOMERS",
        "statements/auszug.sta": "BANK_STATEMENT",
        "statements/camt053.xml": "BANK_STATEMENT",
    }
    assert {file["name"]: file["rows_read"] for file in answer["files"]} == {
        "OP-Liste.csv": 6,
        "customers.csv": 3,
        "statements/auszug.sta": 1,
        "statements/camt053.xml": 2,
    }
    assert [file["rows_refused"] for file in answer["files"]] == [0, 0, 0, 0]
    assert answer["documents"] == 6
    # RE-1001 and RE-1002 are paid, RE-0900 was paid before we came; 345.67 of credit stands against 12,345.67.
    assert answer["open_items"] == 3
    assert answer["open_amount"] == {"EUR": "12500.00"}
    assert answer["cleared_amount"] == {"EUR": "2128.00"}
    assert answer["unapplied_amount"] == {"EUR": "77.70"}
    assert answer["ageing"] == {
        "EUR": {"not_due": "500.00", "1-30": "0.00", "31-60": "-345.67", "61-90": "12345.67", "91+": "0.00"}
    }
    assert answer["control_difference"] == {"EUR": "0.00"}
    [first] = answer["worklist"]
    assert (first["customer"], first["name"], first["overdue"]) == ("10002", "Straßenbau AG", "12000.00")
    assert first["days"] == (AS_OF - date(2026, 2, 14)).days
    assert set(first) == {
        "customer",
        "name",
        "currency",
        "overdue",
        "to_ask",
        "days",
        "score",
        "reasons",
        "step",
    }


def test_each_column_says_what_it_was_taken_for_and_how_sure(company: Path) -> None:
    files = {file["name"]: file for file in start(company).json["files"]}
    mapping = files["OP-Liste.csv"]["mapping"]
    assert {head: column["field"] for head, column in mapping.items()} == {
        "Belegnummer": "DOCUMENT",
        "Belegart": "DOCUMENT_TYPE",
        "Kundennummer": "CUSTOMER",
        "Kunde": "CUSTOMER_NAME",
        "Belegdatum": "DOCUMENT_DATE",
        "Fälligkeit": "DUE_DATE",
        "Währung": "CURRENCY",
        "Bruttobetrag": "GROSS_AMOUNT",
        "Offen": "OPEN_AMOUNT",
    }
    assert all(0.6 <= column["confidence"] <= 1 for column in mapping.values())
    assert mapping["Bruttobetrag"]["amount_style"] == ","
    assert files["statements/camt053.xml"]["mapping"] == {}


def test_the_same_files_again_give_the_same_answer_and_change_nothing(company: Path) -> None:
    first = start(company)
    before = count_rows()
    assert before["document"] == 6
    assert before["bank_line"] == 3
    again = start(company)
    assert again.out == first.out
    assert count_rows() == before
    # Under another name and from another place the file is still the same.
    moved = company.parent / "elsewhere"
    moved.mkdir()
    os.link(company / "OP-Liste.csv", moved / "alles.csv")
    third = start(moved / "alles.csv").json
    assert count_rows() == before
    assert third["files"][0]["rows_refused"] == 0
    assert third["open_amount"] == first.json["open_amount"]


def test_yesterdays_picture_leaves_out_what_came_after(company: Path) -> None:
    start(company)
    answer = start(company, as_of=date(2026, 4, 1)).json
    # The list does not say when RE-0900 was paid, only that it was before the first statement, which opens on 2 April.
    assert answer["open_amount"] == {"EUR": "13428.00"}
    assert answer["cleared_amount"] == {"EUR": "700.00"}
    assert answer["unapplied_amount"] == {"EUR": "0.00"}
    assert answer["open_items"] == 4


def test_a_bad_row_is_told_with_place_value_reason_and_what_was_meant(tmp_path: Path) -> None:
    rows = [
        *GERMAN_ROWS,
        "RE-1005;Rechnung;10003;Öko Handel KG;20.04.2026;31.04.2026;EUR;10,00;10,00",
        "RE-1001;Rechnung;10001;Müller GmbH;02.03.2026;01.04.2026;EUR;999,00;999,00",
        "RE-1006;Rechnung;10003;Öko Handel KG;20.04.2026;20.05.2026;EURO;10,00;10,00",
    ]
    outcome = start(german_items(tmp_path, rows))
    assert outcome.code == 0
    [file] = outcome.json["files"]
    assert (file["rows_read"], file["rows_refused"]) == (9, 3)
    assert file["reasons"] == {"DUPLICATE_DOCUMENT": 1, "NOT_A_DATE": 1, "UNKNOWN_CURRENCY": 1}
    told = [(row["line"], row["column"], row["value"], row["reason"]) for row in file["refused_rows"]]
    assert told == [
        (8, "Fälligkeit", "31.04.2026", "NOT_A_DATE"),
        (9, "Belegnummer", "RE-1001", "DUPLICATE_DOCUMENT"),
        (10, "Währung", "EURO", "UNKNOWN_CURRENCY"),
    ]
    assert [row["proposal"] for row in file["refused_rows"]] == ["30.04.2026", None, "EUR"]
    assert outcome.json["documents"] == 6
    assert outcome.json["control_difference"] == {"EUR": "0.00"}


def test_rows_of_a_type_nobody_knows_are_refused_where_nobody_can_be_asked(tmp_path: Path) -> None:
    rows = [
        *GERMAN_ROWS,
        "RE-1005;gift;10003;Öko Handel KG;20.04.2026;20.05.2026;EUR;10,00;10,00",
    ]

    outcome = start(german_items(tmp_path, rows))

    assert outcome.code == 0
    [file] = outcome.json["files"]
    assert (file["state"], file["rows_read"], file["reasons"]) == ("POSTED", 7, {"UNKNOWN_TYPE": 1})
    assert [(row["line"], row["value"], row["proposal"]) for row in file["refused_rows"]] == [
        (8, "gift", "Rechnung")
    ]
    assert outcome.json["documents"] == 6
    assert outcome.json["control_difference"] == {"EUR": "0.00"}


def test_a_type_that_is_known_but_not_beyond_doubt_keeps_its_file_out(tmp_path: Path) -> None:
    rows = [*GERMAN_ROWS, "RE-1005;DZ;10003;Öko Handel KG;20.04.2026;20.05.2026;EUR;10,00;10,00"]

    outcome = start(german_items(tmp_path, rows))

    assert outcome.code == 3
    [file] = outcome.json["files"]
    assert (file["state"], file["questions"][0]["key"]) == ("ASKED", "DOCUMENT_TYPE:DZ")
    assert count_rows()["document"] == 0


def test_a_number_in_the_books_with_another_amount_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    start(german_items(tmp_path))
    before = count_rows()
    changed = [row.replace("238,00", "239,00") for row in GERMAN_ROWS]
    outcome = start(german_items(tmp_path, changed, name="neu.csv"))
    [file] = outcome.json["files"]
    assert file["reasons"] == {"NUMBER_TAKEN": 1}
    assert (file["refused_rows"][0]["line"], file["refused_rows"][0]["value"]) == (3, "RE-1002")
    assert count_rows() == before


def test_an_ambiguous_date_is_asked_never_guessed_and_the_other_files_go_in(tmp_path: Path) -> None:
    unclear = tmp_path / "invoices.csv"
    unclear.write_text(
        "Invoice,Customer,Invoice date,Due date,Currency,Amount,Open\n"
        "A-1,10001,03/04/2026,05/06/2026,EUR,100.00,100.00\n"
        "A-2,10001,04/05/2026,06/07/2026,EUR,50.00,50.00\n"
    )
    clear = german_items(tmp_path)
    for options in (("--json",), ("--json", "--yes")):
        outcome = start(unclear, clear, options=options)
        assert outcome.code == 3
        assert outcome.err == ""
        files = {file["name"]: file for file in outcome.json["files"]}
        assert files["invoices.csv"]["state"] == "ASKED"
        asked = {question["kind"] for question in files["invoices.csv"]["questions"] if question["is_needed"]}
        assert asked == {"DATE_ORDER"}
        assert files["OP-Liste.csv"]["state"] == "POSTED"
        assert outcome.json["documents"] == 6


def test_without_json_the_open_question_stands_on_standard_error(tmp_path: Path) -> None:
    unclear = tmp_path / "invoices.csv"
    unclear.write_text(
        "Invoice,Customer,Invoice date,Due date,Currency,Amount,Open\n"
        "A-1,10001,03/04/2026,05/06/2026,EUR,100.00,100.00\n"
    )
    outcome = start(unclear, options=("--yes",))
    assert outcome.code == 3
    assert "invoices.csv was left out until this is settled: " in outcome.err
    assert count_rows()["document"] == 0


def test_a_statement_that_does_not_add_up_stays_out_until_somebody_says_so(tmp_path: Path) -> None:
    wrong = camt(tmp_path, statement(bank_line("10.00", "x", "B1"), off_by="0.01"))
    outcome = start(wrong, options=("--json", "--yes"))
    assert outcome.code == 3
    [file] = outcome.json["files"]
    assert file["state"] == "ASKED"
    assert file["questions"][0]["key"] == "STATEMENT_UNBALANCED"
    assert "0.01" in file["questions"][0]["text"]
    assert count_rows()["bank_line"] == 0


def test_the_result_for_a_person_says_everything(company: Path) -> None:
    outcome = start(company, options=("--yes",))
    assert outcome.code == 0
    for said in (
        "Read 12 rows of 4 files, refused 0.",
        "Posted 6 documents, 3 bank lines.",
        "3 customers are as their file says.",
        "2  posted by themselves",
        "1  payer not known",
        "left for a person: 1",
        "Nord GmbH on 2026-04-30: 6 documents, 3 open",
        "Straßenbau AG",
        "Control difference EUR: 0.00",
    ):
        assert said in outcome.out, said
    for shown in ("OP-Liste.csv", "Open items", "Bank statement, CAMT.053", "Bank statement, MT940"):
        assert shown in outcome.err, shown


# Refusals: exit 1, one line, nothing done ----------------------------------------------------------------------------


def test_another_currency_for_a_known_company_is_refused(company: Path) -> None:
    start(company)
    before = count_rows()
    outcome = acquit("start", company, "--company", "Nord GmbH", "--currency", "USD", "--json")
    assert outcome.code == 1
    assert outcome.err == ""
    assert outcome.json["error"]["code"] == "COMPANY_EXISTS"
    assert outcome.json["error"]["param"] == "currency"
    assert count_rows() == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere.csv", "--company", "N", "--currency", "EUR"], "NOT_FOUND"),
        ([".", "--company", "N", "--currency", "XXL"], "UNKNOWN_CURRENCY"),
        ([".", "--company", "  ", "--currency", "EUR"], "COMPANY_WITHOUT_NAME"),
        (["empty", "--company", "N", "--currency", "EUR"], "NO_FILES"),
    ],
)
def test_what_cannot_begin_is_refused_in_one_line(
    company: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: str
) -> None:
    monkeypatch.chdir(company)
    (company / "empty").mkdir()
    outcome = acquit("start", *arguments)
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert outcome.err.endswith(f"[{code}]\n")
    assert acquit("start", *arguments, "--json").json["error"]["code"] == code
    assert count_companies() == 0


def test_hidden_files_are_skipped_and_unreadable_ones_told(company: Path) -> None:
    (company / ".hidden.csv").write_text("a,b\n1,2\n")
    (company / ".git").mkdir()
    (company / ".git" / "config.csv").write_text("a,b\n1,2\n")
    (company / "gone.csv").symlink_to(company / "nowhere.csv")
    os.mkfifo(company / "pipe")
    outcome = start(company)
    assert outcome.code == 3
    files = {file["name"]: file for file in outcome.json["files"]}
    assert set(files) - {"gone.csv", "pipe"} == {
        "OP-Liste.csv",
        "customers.csv",
        "statements/auszug.sta",
        "statements/camt053.xml",
    }
    assert files["gone.csv"]["reasons"] == {"FILE_UNREADABLE": 1}
    assert files["pipe"]["state"] == "REFUSED"
    assert outcome.json["documents"] == 6


def test_a_file_named_twice_is_taken_once(company: Path) -> None:
    items = company / "OP-Liste.csv"
    assert [
        file["name"] for file in start(items, items, company / ".." / "company" / items.name).json["files"]
    ] == ["OP-Liste.csv"]


def test_damaged_files_are_told_and_stop_no_other(company: Path) -> None:
    (company / "kaputt.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (company / "bombe.xml").write_text(
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>&a;</BkToCstmrStmt></Document>'
    )
    outcome = start(company)
    assert outcome.code == 3
    files = {file["name"]: file for file in outcome.json["files"]}
    for name in ("kaputt.xlsx", "bombe.xml"):
        assert files[name]["state"] == "REFUSED"
        assert files[name]["reasons"]
        assert "root:" not in json.dumps(files[name])
    assert outcome.json["documents"] == 6


def test_amounts_are_text_with_the_decimals_of_their_currency(tmp_path: Path) -> None:
    items = tmp_path / "open_items.csv"
    due = (AS_OF - timedelta(days=1)).isoformat()
    items.write_text(
        "document,customer,document_date,due_date,currency,gross_amount,open_amount\n"
        f"J-1,1,2026-01-05,{due},JPY,1200,1200\n"
        f"B-1,1,2026-01-05,{due},BHD,1.005,1.005\n"
        f"E-1,1,2026-01-05,{due},EUR,12.50,12.50\n"  # 1.005 alone could be a thousand and five
    )
    rates = tmp_path / "fx_rates.csv"
    rates.write_text("date,base,currency,rate\n2026-01-02,EUR,JPY,160.5\n2026-01-02,EUR,BHD,0.41\n")
    answer = start(items, rates).json
    assert answer["open_amount"] == {"BHD": "1.005", "EUR": "12.50", "JPY": "1200"}
    assert answer["ageing"]["JPY"]["1-30"] == "1200"
    assert answer["ageing"]["BHD"]["1-30"] == "1.005"
    assert sum(Decimal(amount) for amount in answer["control_difference"].values()) == 0


def test_a_statement_cut_off_is_taken_and_said_to_be_doubtful(tmp_path: Path) -> None:
    cut = tmp_path / "umsatz.sta"
    cut.write_text(
        ":20:STARTUMSE\n:25:70020270/5059368082\n:28C:1/1\n:60F:C260112EUR100,00\n"
        ":61:2601120112CR15,13NTRFNONREF//2789650231339774\n:86:166?00SEPA-GUTSCHRIFT?20Rechnung 104"
    )
    whole = camt(tmp_path, statement(bank_line("10.00", "x", "B1")))

    outcome = start(cut, whole, options=("--yes",))

    assert count_rows()["bank_line"] == 2
    said = " ".join(outcome.err.split())
    assert "umsatz.sta was taken, but: There is no :62:" in said
    assert "the file may be cut off" in said
    assert said.count("was taken, but") == 1
