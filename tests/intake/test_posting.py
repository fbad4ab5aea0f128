"""Posting a hand-over: a file refused whole stops none of the others, and the same files again change nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from acquit.cash.queries import list_bank_accounts, list_outcomes
from acquit.controls.queries import get_matching_policy
from acquit.insight.queries.overview import get_ageing_totals
from acquit.intake.operations import GivenFile, Posted, post_intake, receive_files
from acquit.intake.queries import list_files
from tests.builders import SYSTEM, make_books

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 31)
POSTED_AT = datetime(2026, 5, 31, 9, 0, tzinfo=UTC)
ITEMS = (
    "document,type,customer,document_date,due_date,currency,gross_amount,open_amount\n"
    "R-1,invoice,1001,2026-03-01,2026-03-31,EUR,119.00,119.00\n"
    "R-2,invoice,1001,2026-03-01,2026-04-30,EUR,200.00,50.00\n"
    "G-1,credit_note,1001,2026-03-05,2026-03-05,EUR,-19.00,-19.00\n"
)
FAR_STATEMENT = (
    ":20:X\n:25:DE89370400440532013000\n:28C:1/1\n:60F:C790101EUR0,00\n"
    ":61:7901010101C119,00NTRFNONREF//B1\n:86:R-1\n:62F:C790101EUR119,00\n-\n"
)


def hand_over(folder: Path, company_id: int, **files: str) -> tuple[int, Posted]:
    """Write files, receive and post them."""
    given = []
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.write_text(text)
        given.append(GivenFile(path.name, path))
    intake_id = receive_files(actor=SYSTEM, company_id=company_id, files=given, business_date=TODAY)
    return intake_id, post_intake(actor=SYSTEM, intake_id=intake_id, posted_at=POSTED_AT)


def test_open_items_are_taken_over_with_what_was_settled_before(tmp_path: Path) -> None:
    company_id = make_books().company_id
    _, posted = hand_over(tmp_path, company_id, items__csv=ITEMS)
    assert (posted.documents_new, posted.documents_known) == (3, 0)
    [totals] = get_ageing_totals(company_ids=[company_id], as_of=TODAY, is_today=True)
    assert totals.open_amount == Decimal("150.00")
    assert totals.unapplied == 0
    assert totals.buckets == (Decimal(0), Decimal(0), Decimal("50.00"), Decimal("100.00"), Decimal(0))


def test_the_same_files_again_change_nothing(tmp_path: Path) -> None:
    company_id = make_books().company_id
    hand_over(tmp_path, company_id, items__csv=ITEMS)
    before = get_ageing_totals(company_ids=[company_id], as_of=TODAY, is_today=True)
    _, again = hand_over(tmp_path, company_id, items__csv=ITEMS)
    assert (again.documents_new, again.documents_known) == (0, 3)
    assert get_ageing_totals(company_ids=[company_id], as_of=TODAY, is_today=True) == before


def test_a_statement_of_absurd_days_is_refused_whole_and_the_rest_is_posted(tmp_path: Path) -> None:
    company_id = make_books().company_id
    intake_id, posted = hand_over(tmp_path, company_id, items__csv=ITEMS, far__sta=FAR_STATEMENT)
    states = {file.name: (file.state, [code for code, _ in file.warnings]) for file in list_files(intake_id)}
    assert posted.documents_new == 3
    assert posted.bank_lines_new == 0
    assert states["items.csv"][0] == "POSTED"
    assert states["far.sta"][0] == "REFUSED"
    assert "BOOKING_DATE_ABSURD" in states["far.sta"][1]


@pytest.mark.parametrize(
    ("policy", "state", "tolerances"),
    [
        (
            '{"tolerances": {"EUR": {"abs": "4.00", "pct": "0.4"}, "GBP": {"abs": "3.00", "pct": "1"}}}',
            "POSTED",
            [("4.00", "0.4"), ("3.00", "1")],
        ),
        ('{"tolerances": {"EUR": {"pct": "0.4"}, "GBP": {"pct": 400}}}', "REFUSED", [("5.00", "0.5")] * 2),
        ('{"tolerance": 1e99999999999999999999999}', "REFUSED", [("5.00", "0.5")] * 2),
        ('{"tolerance": 4.00,', "REFUSED", [("5.00", "0.5")] * 2),
    ],
)
def test_a_policy_holds_whole_or_is_refused_and_the_rest_is_posted(
    tmp_path: Path, policy: str, state: str, tolerances: list[tuple[str, str]]
) -> None:
    company_id = make_books().company_id

    intake_id, posted = hand_over(tmp_path, company_id, items__csv=ITEMS, policy__json=policy)

    states = {file.name: file.state for file in list_files(intake_id)}
    assert states == {"items.csv": "POSTED", "policy.json": state}
    assert posted.documents_new == 3
    _, held = get_matching_policy(company_id=company_id, on_date=TODAY)
    found = [held.in_currency(currency) for currency in ("EUR", "GBP")]
    assert [(str(one.tolerance_amount), str(one.tolerance_percent)) for one in found] == tolerances


ACCOUNTS = "key,account,currency,format\nUK,GB33BUKB20201555555555,GBP,CSV\nUS,6084461391,USD,BAI2\n"
RATES = "date,base,currency,rate\n2026-01-01,EUR,GBP,0.8600\n2026-01-01,EUR,USD,1.0800\n"
POUND_ITEMS = (
    "document,type,customer,document_date,due_date,currency,gross_amount,open_amount\n"
    "10543,invoice,1001,2026-03-01,2026-03-31,GBP,240.07,240.07\n"
    "10544,invoice,1001,2026-03-01,2026-03-31,USD,90.00,90.00\n"
)
POUND_LINES = (
    "Date,Type,Description,Paid out,Paid in,Balance{head}\n"
    "13/03/2026,FPI,Fletcher PLC 10543,,240.07,1240.07{cell}\n"
)
DOLLAR_LINES = (
    "01,021000021,ACQ,260313,0600,0313,80,1,2/\n02,ACQ,021000021,1,260312,,,2/\n03,6084461391,,010,0,,,015,9000,,/\n"
    "16,165,9000,0,777001,,FLETCHER 10544\n49,18000,3/\n98,18000,1,5/\n99,18000,1,7/\n"
)


@pytest.mark.parametrize("is_statement_first", [True, False])
@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("a__csv", POUND_LINES.format(head=",Account", cell=",GB33BUKB20201555555555")),
        ("a__csv", POUND_LINES.format(head=",Account", cell=",20-20-15 55555555")),
        ("a__csv", "Account,GB33 BUKB 2020 1555 5555 55\n\n" + POUND_LINES.format(head="", cell="")),
        ("uk_march__csv", POUND_LINES.format(head="", cell="")),
        ("bank_gbp__csv", POUND_LINES.format(head="", cell="")),
    ],
)
def test_money_on_an_account_is_in_the_currency_of_the_account(
    tmp_path: Path, name: str, lines: str, *, is_statement_first: bool
) -> None:
    company_id = make_books().company_id
    files = {name: lines, "z__bai": DOLLAR_LINES, "accounts__csv": ACCOUNTS, "rates__csv": RATES}
    files["items__csv"] = POUND_ITEMS
    order = files if is_statement_first else dict(reversed(files.items()))

    intake_id, _ = hand_over(tmp_path, company_id, **order)

    assert {file.name: file.state for file in list_files(intake_id)} == dict.fromkeys(
        (one.replace("__", ".") for one in order), "POSTED"
    )
    told = [
        (one.line.account, str(one.state), [(part.document, str(part.amount)) for part in one.applied])
        for one in list_outcomes(company_ids=[company_id])
    ]
    assert sorted(told) == [
        ("6084461391", "AUTO", [("10544", "90.00")]),
        ("GB33BUKB20201555555555", "AUTO", [("10543", "240.07")]),
    ]
    assert [(one.account, one.currency) for one in list_bank_accounts([company_id])] == [
        ("6084461391", "USD"),
        ("GB33BUKB20201555555555", "GBP"),
    ]
