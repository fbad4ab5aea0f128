"""What banks give beside statements: reports on our orders, and which customer was given which account."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from acquit.cash.models import DebitReturn, VirtualAccount
from acquit.cash.queries import list_debit_runs
from acquit.controls.rules.duties import Duty
from acquit.intake.operations import GivenFile, post_intake, receive_files
from acquit.intake.queries import FileView, list_files, list_refused
from tests.builders import SYSTEM, Books, clerk, make_books
from tests.cash.collecting import OURS, followed, make_collecting, order, owe
from tests.cash.standing import assert_sound, open_amounts

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 8)
POSTED_AT = datetime(2026, 4, 8, 12, tzinfo=UTC)
VIRTUAL, OTHER = "DE75512108001245126199", "DE12500105170648489890"

STATEMENT = """:20:1
:25:10050000/0054540402
:28C:1/1
:60F:C260401EUR0,00
:61:2604010401C{credited}NDDTNONREF//B-1
:86:171?00LASTSCHRIFT?20EREF+{name}
:61:2604070407D{debited}NRTINONREF//B-2
:86:109?00RUECKLASTSCHRIFT?20EREF+{back}?21RTRN+AM04?34914
:62F:{side}260407EUR{closing}
-
"""


def report(message: str, name: str, code: str = "AC04") -> str:
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>R</MsgId></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message}-1</OrgnlPmtInfId><TxInfAndSts>"
        f"<OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>"
        "</StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    )


def hand_over(books: Books, folder: Path, actor: Any = SYSTEM, **files: str) -> dict[str, FileView]:
    """Hand files over (their names with a dot for each underscore at the end) and post them."""
    given = []
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.write_text(text)
        given.append(GivenFile(path.name, path))
    intake_id = receive_files(actor=actor, company_id=books.company_id, files=given, business_date=TODAY)
    post_intake(actor=actor, intake_id=intake_id, posted_at=POSTED_AT)
    return {file.name: file for file in list_files(intake_id)}


def test_one_hand_over_tells_a_rejection_and_a_return_and_both_are_followed(tmp_path: Path) -> None:
    books = make_collecting()
    owe(books, "1001")
    owe(books, "1002", "59.50")
    first, second = order(books)
    [run] = list_debit_runs(books.company_id)
    text = STATEMENT.format(
        credited="119,00", name=first, debited="122,50", back=first, side="D", closing="3,50"
    )

    for _ in range(2):
        files = hand_over(books, tmp_path, statement__sta=text, answer__xml=report(run.message_id, second))
        kinds = {name: (file.kind, file.state) for name, file in files.items()}
        assert kinds == {
            "statement.sta": ("BANK_STATEMENT", "POSTED"),
            "answer.xml": ("STATUS_REPORT", "POSTED"),
        }
        assert [(one.state, one.return_code) for one in list_debit_runs(books.company_id)[0].collections] == [
            ("RETURNED", "AM04"),
            ("REJECTED", "AC04"),
        ]
        assert {code: action for code, action, _ in followed(books)} == {"AM04": "RETRY", "AC04": "SUSPEND"}
        assert sorted(open_amounts(books).values()) == ["119.00", "59.50"]
    assert DebitReturn.objects.filter(company_id=books.company_id).count() == 2
    assert_sound()


def test_a_report_of_no_order_and_one_by_somebody_without_the_duty_are_refused_alone(tmp_path: Path) -> None:
    books = make_collecting()
    owe(books, "1001")
    [name] = order(books)
    [run] = list_debit_runs(books.company_id)
    files = hand_over(books, tmp_path, other__xml=report("NOT-OURS", name))
    assert (files["other.xml"].state, files["other.xml"].warnings[-1][0]) == ("REFUSED", "CANNOT_COLLECT")
    files = hand_over(
        books, tmp_path, clerk(books.company_id, Duty.INTAKE), ours__xml=report(run.message_id, name)
    )
    assert (files["ours.xml"].state, files["ours.xml"].warnings[-1][0]) == ("REFUSED", "REPORT_FOR_ANOTHER")
    assert followed(books) == []
    files = hand_over(books, tmp_path, ours__xml=report(run.message_id, name))
    assert (files["ours.xml"].state, [code for code, _, _ in followed(books)]) == ("POSTED", ["AC04"])


def test_a_list_of_virtual_accounts_lies_beside_the_others_and_its_bad_rows_say_why(tmp_path: Path) -> None:
    books = make_books()
    customers = "customer,name,country\n1001,Huber GmbH,DE\n1002,Meyer AG,DE\n"
    rows = (
        f"1001,{VIRTUAL[:4]} {VIRTUAL[4:]}",
        f"1002,{OTHER[:-1]}1",
        f"1009,{OTHER}",
        f"1002,{OURS}",
        "1002,V-17",
    )
    accounts = "\n".join(("customer,account", *rows, ""))
    banks = f"key,account,currency,format\nMAIN,{OURS},EUR,MT940\n"
    files = hand_over(
        books, tmp_path, virtual_accounts__csv=accounts, customers__csv=customers, bank_accounts__csv=banks
    )
    file = files["virtual_accounts.csv"]
    assert (file.kind, file.state, file.questions) == ("VIRTUAL_ACCOUNTS", "POSTED", [])
    refused = [(row.line_number, row.column, row.reason) for row in list_refused([file.id])]
    assert refused == [
        (3, "account", "BAD_IBAN"),
        (4, "customer", "UNKNOWN_CUSTOMER"),
        (5, "account", "OWN_ACCOUNT"),
    ]
    stored = VirtualAccount.objects.filter(company_id=books.company_id).order_by("account")
    assert list(stored.values_list("account", flat=True)) == [VIRTUAL, "V17"]
