"""`acquit mandate`, `acquit debit`, `acquit refund`, `acquit virtual-account`: the whole way, through the commands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from acquit.cash.operations import CannotMoveRefund, store_bank_accounts
from acquit.cli.main import app
from acquit.cli.output import CannotWriteFile
from acquit.controls.operations import create_user, grant_role
from acquit.controls.rules.duties import Role
from acquit.formats.pain import read_payment_order
from acquit.insight.queries.checks import run_checks
from tests.builders import SYSTEM, Books, bank_line, make_books

pytestmark = pytest.mark.django_db

OURS, THEIRS = "DE02100500000054540402", "DE89370400440532013000"
COMPANY = ["--company", "Kontor GmbH"]


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    books = make_books("Kontor GmbH")
    store_bank_accounts(actor=SYSTEM, company_id=books.company_id, accounts=[(OURS, "EUR", "Hausbank")])
    for name in ("ada", "ben"):
        user = create_user(username=name, password="correct horse battery")
        grant_role(
            actor=SYSTEM,
            user_id=user.id,
            company_id=books.company_id,
            role=Role.OWNER,
            valid_from=date(2026, 1, 1),
        )
    return books


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def said(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def answer(*arguments: str) -> Any:
    return json.loads(said(*arguments, "--json"))


def test_a_debit_from_the_mandate_to_its_return(books: Books, tmp_path: Path) -> None:
    customer = books.customer("1001")
    invoice = books.invoice(customer, "119.00", tax="19.00", document_date=date(2026, 2, 20))
    mandate = ["--mandate", "M-1"]
    said(
        *("mandate", "add", *COMPANY, "--customer", "1001", *mandate, "--account", THEIRS),
        *("--creditor-id", "DE98ZZZ09999999999", "--signed", "2026-01-05", "--by", "ada"),
    )
    told = said("mandate", "activate", *COMPANY, *mandate, "--date", "2026-01-05", "--by", "ada")
    assert told == "Mandate M-1 is ACTIVE: CORE RCUR, account DE89…3000.\n"
    [listed] = answer("mandate", "list", *COMPANY)
    assert (listed["customer"], listed["state"], listed["signed"]) == ("1001", "ACTIVE", "2026-01-05")

    day = ["--date", "2026-03-18"]
    proposed = answer(
        "debit", "propose", *COMPANY, "--account", OURS, "--collect", "2026-04-01", *day, "--by", "ada"
    )
    assert (proposed["count"], proposed["amount"], proposed["submit_by"]) == (1, "119.00", "2026-03-31")
    number = ["--run", str(proposed["run"])]
    assert run("debit", "approve", *number, "--by", "ada", *day).exit_code == 1
    assert answer("debit", "approve", *number, "--by", "ben", *day)["state"] == "APPROVED"
    out = tmp_path / "debit.xml"
    said("debit", "write", *number, "--out", str(out), "--by", "ada", "--date", "2026-03-30")
    with out.open("rb") as content:
        [ordered] = read_payment_order(content, out.name).transactions
    assert run("debit", "write", *number, "--out", str(out)).exit_code == 1
    said("debit", "write", *number, "--out", str(tmp_path / "again.xml"), "--by", "ada")
    assert (tmp_path / "again.xml").read_bytes() == out.read_bytes()

    books.bank_lines(bank_line("119.00", "", end_to_end_id=ordered.end_to_end_id))
    [revocable] = answer("debit", "revocable", *COMPANY, "--date", "2026-05-01")
    assert revocable == {"customer": "1001", "amount": "119.00", "currency": "EUR", "until": "2026-05-27"}
    later = date(2026, 4, 7)
    books.bank_lines(
        bank_line(
            "-122.50",
            "",
            end_to_end_id=ordered.end_to_end_id,
            return_code="AC04",
            booking_date=later,
            value_date=later,
        )
    )
    assert (
        said("debit", "returns", *COMPANY) == "Nothing came back.\n"
    )  # it was followed where it was matched
    [back] = answer("debit", "show", *number)["collections"]
    assert (back["item"], back["state"], back["charged"]) == (invoice.number, "RETURNED", "0")
    assert (back["return_code"], back["action"], back["fee"]) == ("AC04", "SUSPEND", "3.50")
    assert "SUSPENDED" in said("mandate", "list", *COMPANY)

    done = ["debit", "done", *COMPANY, "--debit", ordered.end_to_end_id, "--note"]
    assert run(*done, " ").exit_code == 1
    assert said(*done, "new account asked for") == f"{ordered.end_to_end_id} waits for nobody any more.\n"
    assert run(*done, "again").exit_code == 1
    said("mandate", "amend", *COMPANY, *mandate, "--account", "NL91ABNA0417164300", "--by", "ada")
    said("mandate", "activate", *COMPANY, *mandate, "--date", "2026-04-08", "--by", "ada")
    said("mandate", "end", *COMPANY, *mandate, "--by", "ada")
    told = said("mandate", "cancel", *COMPANY, *mandate, "--reason", "moved", "--by", "ada")
    assert told == "Mandate M-1 is CANCELLED: CORE RCUR, account NL91…4300.\n"
    assert said("mandate", "lapse", *COMPANY) == "0 mandates lapsed.\n"
    assert {r.name: r.sample for r in run_checks() if r.violations} == {}


def test_a_report_of_the_bank_rejects_a_debit(books: Books, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<D><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>X</OrgnlMsgId></OrgnlGrpInfAndSts></CstmrPmtStsRpt></D>"
    )
    refused = run("debit", "report", *COMPANY, str(report), "--json")
    assert (refused.exit_code, json.loads(refused.output)["error"]["code"]) == (1, "CANNOT_COLLECT")
    missing = run("debit", "report", *COMPANY, str(tmp_path / "none.xml"))
    assert missing.exit_code == 1


def test_a_refund_by_two_people_to_an_account_two_people_know(books: Books, tmp_path: Path) -> None:
    books.customer("1001", ibans=(THEIRS,))
    books.bank_lines(bank_line("150.00", "ohne Angabe", iban=THEIRS, bank_reference="B-77"))
    day = ["--date", "2026-04-02"]
    by_ada, by_ben = ["--by", "ada", *day], ["--by", "ben", *day]
    told = said(
        *("refund", "add-account", *COMPANY, "--customer", "1001", "--iban", THEIRS, "--holder", "Kunde"),
        *("--evidence", "called back", *by_ada),
    )
    account = ["--account", told.split()[1]]
    assert run("refund", "confirm-account", *account, *by_ada).exit_code == 1
    said("refund", "confirm-account", *account, *by_ben)
    told = said("refund", "request", *COMPANY, "--item", "B-77", *account, "--reason", "paid twice", *by_ada)
    refund = ["--refund", told.split()[1]]
    refused = run("refund", "approve", *refund, *by_ada)
    assert (refused.exit_code, CannotMoveRefund.code in refused.output) == (1, True)
    said("refund", "approve", *refund, *by_ben)
    out = tmp_path / "refund.xml"
    out.touch()
    refused = run("refund", "send", *COMPANY, "--from", OURS, "--out", str(out), *by_ada)
    assert (refused.exit_code, CannotWriteFile.code in refused.output) == (1, True)
    assert answer("refund", "list", *COMPANY)[0]["state"] == "APPROVED"
    out.unlink()
    said("refund", "send", *COMPANY, "--from", OURS, "--out", str(out), *by_ada)
    [sent] = answer("refund", "list", *COMPANY)
    assert (sent["state"], sent["amount"], sent["account"]) == ("SENT", "150.00", "DE89…3000")
    again = tmp_path / "again.xml"
    said("refund", "file", *COMPANY, "--message", sent["message"], "--out", str(again))
    assert again.read_bytes() == out.read_bytes()
    said("refund", "fail", *refund, "--reason", "not handed in", *by_ben)
    assert answer("refund", "list", *COMPANY)[0]["failure"] == "not handed in"
    assert answer("refund", "due", *COMPANY) == []

    told = said("refund", "request", *COMPANY, "--item", "B-77", *account, "--reason", "again", *by_ada)
    said("refund", "reject", "--refund", told.split()[1], "--reason", "no", *by_ben)
    said("refund", "revoke-account", *account, *by_ada)
    assert (
        run("refund", "request", *COMPANY, "--item", "B-77", *account, "--reason", "x", *by_ada).exit_code
        == 1
    )
    assert {r.name: r.sample for r in run_checks() if r.violations} == {}


def test_virtual_accounts_are_taken_whole_or_not_at_all(books: Books, tmp_path: Path) -> None:
    books.customers("1001", "1002")
    one, other = "DE75512108001245126199", "DE12500105170648489890"
    command = ["virtual-account"]
    assert said(*command, "give", *COMPANY, "--account", one, "--customer", "1001") == (
        f"{one} is customer 1001's.\n"
    )
    listed = tmp_path / "accounts.csv"
    listed.write_text(f"Kunde;Virtuelle IBAN\n1002;{one}\n1002;{other[:-1]}1\n1003;{other}\n1001;{OURS}\n")
    refused = run(*command, "import", *COMPANY, str(listed), "--json")
    assert refused.exit_code == 1
    error = json.loads(refused.output)["error"]
    assert error["code"] == "CANNOT_TAKE_ACCOUNTS"
    assert [row.split(":")[0] for row in error["details"]["rows"]] == [
        f"line 3, Virtuelle IBAN {other[:-1]}1",
        "line 4, customer 1003",
        f"line 5, account {OURS}",
    ]
    assert "check digits are wrong. Copy it again" in error["details"]["rows"][0]
    assert answer(*command, "list", *COMPANY) == [{"account": one, "customer": "1001"}]

    listed.write_text(f"Kunde;Virtuelle IBAN\n1002;{one}\n1002;{other}\n")
    would = {"stored": False, "new": [other], "moved": [one], "known": 0}
    assert answer(*command, "import", *COMPANY, str(listed), "--dry-run") == would
    assert answer(*command, "list", *COMPANY) == [{"account": one, "customer": "1001"}]
    assert said(*command, "import", *COMPANY, str(listed)) == (
        "1 new, 1 of another customer than before, 0 known.\n"
    )
    again = {"stored": True, "new": [], "moved": [], "known": 2}
    assert answer(*command, "import", *COMPANY, str(listed)) == again
    assert answer(*command, "list", *COMPANY) == [
        {"account": other, "customer": "1002"},
        {"account": one, "customer": "1002"},
    ]
    listed.write_text("Kunde;Name\n1002;Huber\n")
    assert "needs the columns customer and account" in run(*command, "import", *COMPANY, str(listed)).output
