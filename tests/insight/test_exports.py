"""`acquit export`: the real programs accept the whole journal and come to the balances the books have."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import convert, data
from django.db import connection
from typer.testing import CliRunner

from acquit.cli.exports import CannotWriteFile, app
from acquit.core.errors import NotFound
from acquit.formats.journals.values import JournalEntry, JournalHead
from acquit.infra.transaction import set_companies
from acquit.insight.queries.journal import read_journal
from tests.builders import make_books
from tests.insight.story import Story, tell_story
from tests.programs import hledger_path

pytestmark = pytest.mark.django_db

Balances = dict[tuple[str, str], Decimal]
BEAN_CHECK = Path(sys.executable).with_name("bean-check")


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    return tell_story()


def export(kind: str, file: Path, *options: str) -> str:
    result = CliRunner().invoke(app, [kind, str(file), *options], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def books_by_quantity(company_ids: list[int]) -> Balances:
    """Sum our own postings by account code and currency; what has a value only counts in the company's currency."""
    return _sum(
        "SELECT c.name || a.code, p.currency, sum(p.amount) FROM posting p JOIN ledger_account a ON a.id = p.account_id"
        " JOIN company c ON c.id = a.company_id WHERE p.company_id = ANY(%s) GROUP BY 1, 2"
        " UNION ALL SELECT c.name || a.code, c.currency, sum(p.company_amount) FROM posting p"
        " JOIN ledger_account a ON a.id = p.account_id JOIN company c ON c.id = a.company_id"
        " WHERE p.company_id = ANY(%s) AND p.amount = 0 GROUP BY 1, 2",
        [company_ids, company_ids],
    )


def books_by_value(company_ids: list[int]) -> Balances:
    return _sum(
        "SELECT c.name || a.code, c.currency, sum(p.company_amount) FROM posting p"
        " JOIN ledger_account a ON a.id = p.account_id JOIN company c ON c.id = a.company_id"
        " WHERE p.company_id = ANY(%s) GROUP BY 1, 2",
        [company_ids],
    )


def _sum(query: str, parameters: list[object]) -> Balances:
    totals: Balances = {}
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        for account, currency, amount in cursor.fetchall():
            totals[account, currency] = totals.get((account, currency), Decimal(0)) + amount
    return {key: amount for key, amount in totals.items() if amount}


COMPANIES = {"Heimat-GmbH": "Heimat GmbH", "Abroad-Inc": "Abroad Inc."}


def our_name(account: str) -> str:
    """Give company and code of `Assets:Heimat-GmbH:1200-Receivables`."""
    _, company, leaf = account.split(":")
    return COMPANIES[company] + leaf.split("-")[0]


def test_bean_check_accepts_the_journal_and_agrees_on_every_balance(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "acquit.beancount"
    told = export("beancount", file)
    checked = subprocess.run([BEAN_CHECK, file], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    loaded, errors, _ = loader.load_file(str(file))
    assert errors == []
    quantities: Balances = {}
    values: Balances = {}
    transactions = list(data.filter_txns(loaded))
    for posting in (posting for one in transactions for posting in one.postings):
        weight = convert.get_weight(posting)
        for totals, amount in ((quantities, posting.units), (values, weight)):
            key = (our_name(posting.account), amount.currency)
            totals[key] = totals.get(key, Decimal(0)) + amount.number
    ids = [story.home.company_id, story.abroad.company_id]
    assert {k: v for k, v in quantities.items() if v} == books_by_quantity(ids)
    rounded = {key: amount.quantize(Decimal("0.01")) for key, amount in values.items()}
    assert {k: v for k, v in rounded.items() if v} == books_by_value(ids)
    assert told == f"{file}: {len(transactions)} entries.\n"


def test_hledger_check_accepts_the_journal_and_agrees_on_every_balance(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "acquit.journal"
    export("hledger", file)
    run_hledger(file, "check", "--strict")
    run_hledger(file, "check", "ordereddates")
    ids = [story.home.company_id, story.abroad.company_id]
    assert hledger_balances(file) == books_by_quantity(ids)
    assert hledger_balances(file, "--cost") == books_by_value(ids)


def run_hledger(file: Path, *arguments: str) -> str:
    done = subprocess.run(
        [hledger_path(), "-f", file, *arguments], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def hledger_balances(file: Path, *options: str) -> Balances:
    told = run_hledger(file, "balance", "--flat", "--no-total", "--output-format", "csv", *options)
    found: Balances = {}
    for account, balance in list(csv.reader(io.StringIO(told)))[1:]:
        for part in balance.split(", "):
            amount, currency = part.split(" ")
            found[our_name(account), currency] = Decimal(amount)
    return found


def test_the_story_has_what_makes_journals_hard(story: Story) -> None:
    """Foreign currency and a realised difference: or the tests above would show less than they say."""
    balances = books_by_quantity([story.home.company_id])
    assert balances["Heimat GmbH4000", "USD"] == Decimal("-10000.00")
    assert balances["Heimat GmbH7000", "EUR"] == Decimal("168.35")


def test_one_company_alone(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "one.journal"
    export("hledger", file, "--company", "Abroad Inc.")
    assert hledger_balances(file) == books_by_quantity([story.abroad.company_id])
    text = file.read_text(encoding="utf-8")
    assert "Heimat" not in text
    assert "commodity 1000.00 EUR" not in text


def test_an_unknown_company_writes_nothing(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "none.journal"
    with pytest.raises(NotFound) as refusal:
        CliRunner().invoke(app, ["hledger", str(file), "--company", "Nobody"], catch_exceptions=False)
    assert refusal.value.message == "There is no company 'Nobody'. Known: Abroad Inc., Heimat GmbH."
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_refused(story: Story, tmp_path: Path) -> None:
    with pytest.raises(CannotWriteFile):
        CliRunner().invoke(app, ["hledger", str(tmp_path / "no" / "x.journal")], catch_exceptions=False)


def test_an_export_that_breaks_off_leaves_the_older_file(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.journal"
    file.write_text("older")

    def break_off(head: JournalHead, entries: object) -> object:
        yield "half"
        raise KeyboardInterrupt

    monkeypatch.setattr("acquit.formats.journals.hledger.write_hledger", break_off)
    result = CliRunner().invoke(app, ["hledger", str(file)])
    assert result.exit_code != 0
    assert file.read_text() == "older"
    assert list(tmp_path.iterdir()) == [file]


def test_books_without_an_entry_are_a_journal_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    make_books("Empty")
    for kind, name in (("beancount", "e.beancount"), ("hledger", "e.journal")):
        assert export(kind, tmp_path / name).endswith(": 0 entries.\n")
    assert subprocess.run([BEAN_CHECK, tmp_path / "e.beancount"], check=False).returncode == 0
    run_hledger(tmp_path / "e.journal", "check", "--strict")


def test_a_reader_gets_its_companies_only(story: Story) -> None:
    set_companies([story.abroad.company_id])

    def companies(head: JournalHead, entries: object) -> tuple[set[int], list[JournalEntry]]:
        return {account.company_id for account in head.accounts.values()}, list(entries)  # type: ignore[call-overload]

    seen, entries = read_journal([story.home.company_id, story.abroad.company_id], companies)
    assert seen == {story.abroad.company_id}
    assert len(entries) == 4
    assert {entry.company_currency for entry in entries} == {"USD"}


@pytest.mark.django_db(transaction=True)
def test_the_journal_is_of_one_moment() -> None:
    books = make_books()
    customer = books.customer()
    books.invoice(customer, "10.00")

    def invoice_meanwhile(head: JournalHead, entries: object) -> int:
        import threading

        from django.db import connections

        def act() -> None:
            set_companies([books.company_id])
            books.invoice(customer, "20.00")
            connections.close_all()

        other = threading.Thread(target=act)
        other.start()
        other.join()
        return len(list(entries))  # type: ignore[call-overload]

    assert read_journal([books.company_id], invoice_meanwhile) == 1
    assert read_journal([books.company_id], lambda head, entries: len(list(entries))) == 2
