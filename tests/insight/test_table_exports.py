"""`acquit export journal|trial-balance|datev|saft`: readers of others come to the balances of the books, to the cent.

CSV is read by polars, XLSX by calamine, DATEV batches by mloda-community-german-ledger, audit files by lxml.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars
import pytest
from click.testing import Result
from lxml import etree
from mloda.community.feature_groups.experimental.german_ledger.datev import read_batch
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from acquit.cli.exports import CannotWriteFile, app
from acquit.formats.journals.datev import COLUMNS, CannotWriteDatev
from acquit.formats.journals.listings import JOURNAL_COLUMNS, TRIAL_BALANCE_COLUMNS
from acquit.formats.journals.saft import NAMESPACE
from acquit.insight.queries.checks import run_checks
from acquit.ledger.models import JournalEntry
from acquit.ledger.queries import get_trial_balance
from acquit.parties.queries import list_customer_ids
from acquit.receivables.models import Item
from tests.builders import LAST_DAY, Books, make_books
from tests.insight.odd_books import FORMULAS, make_odd_books

pytestmark = pytest.mark.django_db
D = Decimal
CLOSING = ("closing", "closing_in_company_currency", "closing_in_group_currency")
OPENING = ("opening", "opening_in_company_currency", "opening_in_group_currency")
AMOUNTS = ("amount", "company_amount", "group_amount")
DATEV_NUMBERS = ("--consultant", "29098", "--client", "55003")


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    made = make_odd_books()
    assert {check.name: check.sample for check in run_checks() if check.violations} == {}
    return made


def export(kind: str, file: Path, *options: str) -> Result:
    result = CliRunner().invoke(app, [kind, str(file), *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def our_balances(books: Books, as_of: date = LAST_DAY) -> dict[tuple[str, str], tuple[Decimal, ...]]:
    """Give what stands on accounts by code and document currency: in document, company and group currency."""
    rows = get_trial_balance(company_id=books.company_id, as_of=as_of)
    return {(row.code, row.currency): (row.amount, row.company_amount, row.group_amount) for row in rows}


def own_balances(books: Books, as_of: date = LAST_DAY) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for (code, _), (_, amount, _) in our_balances(books, as_of).items():
        totals[code] += amount
    return {code: total for code, total in totals.items() if total}


def read_csv(file: Path) -> polars.DataFrame:
    return polars.read_csv(file, infer_schema=False).fill_null("")


def test_the_books_have_what_makes_exports_hard(books: Books) -> None:
    balances = our_balances(books)
    assert {currency for _, currency in balances} == {"EUR", "USD", "JPY", "KWD", "GBP"}
    assert own_balances(books)["7000"] != 0
    assert own_balances(books)["4010"] == D("20.00")
    assert JournalEntry.objects.filter(reverses_id__isnull=False).count() >= 2


def test_a_trial_balance_as_csv_agrees(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "balance.csv"
    export("trial-balance", file, "--until", "2026-12-31")
    table = read_csv(file)
    assert table.columns == [column.name for column in TRIAL_BALANCE_COLUMNS]
    found = {
        (row["account"], row["currency"]): tuple(D(row[name]) for name in CLOSING)
        for row in table.iter_rows(named=True)
    }
    assert {key: pair for key, pair in found.items() if any(pair)} == our_balances(books)
    for row in table.iter_rows(named=True):
        assert D(row["opening"]) + D(row["debit"]) - D(row["credit"]) == D(row["closing"])
        decimals = {"JPY": 0, "KWD": 3}.get(row["currency"], 2)
        assert -D(row["closing"]).as_tuple().exponent == decimals  # type: ignore[operator]
    assert sum(D(row) for row in table["debit_in_company_currency"]) == sum(
        D(row) for row in table["credit_in_company_currency"]
    )
    car = next(row for row in table.iter_rows(named=True) if row["account"] == "6500")
    assert car["name"] == '\'=Car; "Wagen"'


def test_a_trial_balance_of_an_interval_opens_with_what_stood_before(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "balance.xlsx"
    export("trial-balance", file, "--from", "2026-04-01", "--until", "2026-04-30")
    [sheet] = CalamineWorkbook.from_path(file).sheet_names
    head, *rows = CalamineWorkbook.from_path(file).get_sheet_by_name(sheet).to_python()
    assert head == [column.name for column in TRIAL_BALANCE_COLUMNS]
    opened, closed = {}, {}
    for row in (dict(zip(head, row, strict=True)) for row in rows):
        key = (row["account"], row["currency"])
        assert isinstance(row["closing"], float)
        opened[key] = tuple(exact(row[name]) for name in OPENING)
        closed[key] = tuple(exact(row[name]) for name in CLOSING)
    assert {key: pair for key, pair in opened.items() if any(pair)} == our_balances(books, date(2026, 3, 31))
    assert {key: pair for key, pair in closed.items() if any(pair)} == our_balances(books)


def exact(number: float) -> Decimal:
    return D(repr(number))


def test_a_journal_as_csv_agrees_and_holds_no_formula(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "journal.csv"
    told = export("journal", file, "--company", books.company.name)
    table = read_csv(file)
    assert table.columns == [column.name for column in JOURNAL_COLUMNS]
    assert told.output == f"{file}: {table.height:,} postings.\n"
    assert b"\x07" not in file.read_bytes()
    found: dict[tuple[str, str], tuple[Decimal, ...]] = {}
    for row in table.iter_rows(named=True):
        before = found.get((row["account"], row["currency"]), (D(0),) * 3)
        found[row["account"], row["currency"]] = tuple(
            b + D(row[name]) for b, name in zip(before, AMOUNTS, strict=True)
        )
    assert {key: pair for key, pair in found.items() if any(pair)} == our_balances(books)
    for name in ("kind", "document", "text", "account_name", "customer", "item"):
        assert not {value for value in table[name] if value[:1] in set("=+-@")}
    texts = set(table["text"])
    assert '\'=cmd|"/C calc"!A0; "Zitat" zweite Zeile Žluťoučký kůň 東京 €' in texts
    assert "'=A1" in set(table["customer"])


def test_a_journal_as_a_workbook_agrees(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "journal.xlsx"
    export("journal", file)
    head, *rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert head == [column.name for column in JOURNAL_COLUMNS]
    found: dict[tuple[str, str], tuple[Decimal, ...]] = {}
    for row in (dict(zip(head, row, strict=True)) for row in rows):
        assert isinstance(row["posting_date"], date)
        before = found.get((row["account"], row["currency"]), (D(0),) * 3)
        found[row["account"], row["currency"]] = tuple(
            b + exact(row[name]) for b, name in zip(before, AMOUNTS, strict=True)
        )
    assert {key: pair for key, pair in found.items() if any(pair)} == our_balances(books)
    formulas = etree.XPath("//*[local-name() = 'f']")
    import zipfile

    with zipfile.ZipFile(file) as parts:
        assert formulas(etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))) == []


def test_an_ending_nobody_knows_is_refused(books: Books, tmp_path: Path) -> None:
    with pytest.raises(CannotWriteFile):
        export("journal", tmp_path / "journal.ods")
    with pytest.raises(CannotWriteFile):
        export("journal", tmp_path / "no" / "journal.xlsx")
    assert list(tmp_path.iterdir()) == []


def datev(books: Books, tmp_path: Path, *options: str) -> Path:
    file = tmp_path / "EXTF_Buchungsstapel.csv"
    said = ("--company", books.company.name, *DATEV_NUMBERS, "--until", "2026-12-31", *options)
    export("datev", file, *said)
    return file


def test_a_datev_batch_agrees_on_every_account(books: Books, tmp_path: Path) -> None:
    header, legs = read_batch(str(datev(books, tmp_path)))
    assert (header.berater, header.mandant, header.sachkontenlaenge) == ("29098", "55003", 4)
    assert (header.datum_von, header.datum_bis) == (date(2026, 1, 1), LAST_DAY)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    debtors: dict[str, Decimal] = defaultdict(Decimal)
    for account, kind, amount in zip(legs["Konto"], legs["Kontoart"], legs["Betrag"], strict=True):
        is_debtor = kind == "Personenkonto"
        totals["1200" if is_debtor else account] += amount
        if is_debtor:
            debtors[account] += amount
    assert {code: total for code, total in totals.items() if total} == own_balances(books)

    ids = list_customer_ids(books.company_id)
    accounts = {ids["10001"]: "10001"} | {ids[n]: f"6{ids[n]:04d}" for n in ("=A1", "K-3", "99999999")}
    owed: dict[str, Decimal] = defaultdict(Decimal)
    postings = JournalEntry.objects.raw(
        "SELECT p.entry_id AS id, i.customer_id, p.company_amount FROM posting p JOIN item i ON i.id = p.item_id"
        " JOIN ledger_account a ON a.id = p.account_id WHERE a.role = 'RECEIVABLES' AND p.company_id = %s",
        [books.company_id],
    )
    for posting in postings:
        owed[accounts[posting.customer_id]] += posting.company_amount
    assert debtors == owed


def test_a_datev_batch_is_in_the_published_form(books: Books, tmp_path: Path) -> None:
    raw = datev(books, tmp_path).read_bytes()
    lines = raw.decode("cp1252").split("\r\n")
    assert lines[-1] == ""
    assert b"\n" not in raw.replace(b"\r\n", b"")
    head = lines[0].split(";")
    assert len(head) == 31
    assert head[:5] == ['"EXTF"', "700", "21", '"Buchungsstapel"', "13"]
    assert len(head[5]) == 17
    assert head[10:22] == [
        *("29098", "55003", "20260101", "4", "20260101", "20261231", '"Acquit"', '""', "1", "0", "0", '"EUR"')
    ]
    assert lines[1] == ";".join(COLUMNS)
    assert '""Zitat""' in raw.decode("cp1252")
    assert "zweite Zeile" in raw.decode("cp1252")
    assert {line.split(";")[1] for line in lines[2:-1]} == {'"S"', '"H"'}


def test_a_datev_row_in_foreign_currency_carries_course_and_value(books: Books, tmp_path: Path) -> None:
    import csv
    import io
    import re

    text = datev(books, tmp_path).read_bytes().decode("cp1252")
    rows = list(csv.DictReader(io.StringIO(text.split("\r\n", 1)[1]), delimiter=";"))
    by_currency: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_currency[row["WKZ Umsatz"]].append(row)
        assert re.fullmatch(r"\d{1,10},\d{2}", row["Umsatz (ohne Soll/Haben-Kz)"])
        assert re.fullmatch(r"[\w$%\-/&*+]{0,36}", row["Belegfeld 1"], re.ASCII)
        assert len(row["Buchungstext"]) <= 60
        assert row["BU-Schlüssel"] == ""
        assert row["Konto"] != row["Gegenkonto (ohne BU-Schlüssel)"]
    # a pound is more than a euro and dinars have three decimals: such a course or amount has no place in the format
    assert set(by_currency) == {"EUR", "USD", "JPY"}
    for row in (*by_currency["USD"], *by_currency["JPY"]):
        assert re.fullmatch(r"[1-9]\d{0,3},\d{2,6}", row["Kurs"])
        assert row["WKZ Basis-Umsatz"] == "EUR"
        amount, value, course = (
            D(row[name].replace(",", ".")) for name in ("Umsatz (ohne Soll/Haben-Kz)", "Basis-Umsatz", "Kurs")
        )
        assert abs(amount / course - value) < D("0.01")
    invoiced = [row for row in by_currency["USD"] if row["Buchungstext"].startswith("INVOICE")]
    assert sorted(row["Umsatz (ohne Soll/Haben-Kz)"] for row in invoiced) == ["1596,64", "8403,37"]
    informed = next(row for row in rows if "KWD" in row.values())
    assert informed["WKZ Umsatz"] == "EUR"


def test_a_datev_batch_refuses_what_it_cannot_hold(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    said = ("--company", books.company.name, "--until", "2026-12-31")
    for options in (
        ("--consultant", "7", "--client", "1"),
        ("--consultant", "29098", "--client", "100000"),
        (*DATEV_NUMBERS, "--account-length", "3"),
        (*DATEV_NUMBERS, "--from", "2025-12-31"),
    ):
        with pytest.raises(CannotWriteDatev):
            export("datev", file, *said, *options)
    assert list(tmp_path.iterdir()) == []


def xml_of(books: Books, tmp_path: Path, *options: str) -> etree._Element:
    file = tmp_path / "audit.xml"
    export("saft", file, "--company", books.company.name, "--until", "2026-12-31", *options)
    return etree.parse(file).getroot()


def of(element: etree._Element, path: str) -> list[etree._Element]:
    found = element.xpath(path.replace("/", "/s:").replace("/s:/", "//"), namespaces={"s": NAMESPACE})
    return list(found)


def sides(element: etree._Element, which: str) -> Decimal:
    """Give a signed balance that stands as a debit or a credit."""
    debit = element.find(f"{{{NAMESPACE}}}{which}DebitBalance")
    if debit is not None:
        return D(debit.text or "")
    return -D(element.find(f"{{{NAMESPACE}}}{which}CreditBalance").text)


def text(element: etree._Element, *path: str) -> str:
    return element.findtext("/".join(f"{{{NAMESPACE}}}{name}" for name in path)) or ""


def test_an_audit_file_agrees_on_every_account_and_says_true_totals(books: Books, tmp_path: Path) -> None:
    root = xml_of(books, tmp_path)
    assert [etree.QName(child).localname for child in root] == [
        *("Header", "MasterFiles", "GeneralLedgerEntries", "SourceDocuments")
    ]
    moved: dict[str, Decimal] = defaultdict(Decimal)
    totals = {"DebitAmount": D(0), "CreditAmount": D(0)}
    [ledger] = of(root, "./GeneralLedgerEntries")
    transactions = of(ledger, "./Journal/Transaction")
    for transaction in transactions:
        balance = D(0)
        for line in of(transaction, "./Line"):
            for side, sign in (("DebitAmount", 1), ("CreditAmount", -1)):
                if amount := text(line, side, "Amount"):
                    assert D(amount) >= 0
                    moved[text(line, "AccountID")] += sign * D(amount)
                    totals[side] += D(amount)
                    balance += sign * D(amount)
        assert balance == 0
    assert {code: total for code, total in moved.items() if total} == own_balances(books)
    assert int(text(ledger, "NumberOfEntries")) == len(transactions) == JournalEntry.objects.count()
    assert D(text(ledger, "TotalDebit")) == totals["DebitAmount"]
    assert D(text(ledger, "TotalCredit")) == totals["CreditAmount"] == totals["DebitAmount"]
    accounts = {
        text(a, "AccountID"): sides(a, "Closing")
        for a in of(root, "./MasterFiles/GeneralLedgerAccounts/Account")
    }
    assert {code: total for code, total in accounts.items() if total} == own_balances(books)


def test_an_audit_file_of_an_interval_opens_with_what_stood_before(books: Books, tmp_path: Path) -> None:
    root = xml_of(books, tmp_path, "--from", "2026-04-01")
    accounts = of(root, "./MasterFiles/GeneralLedgerAccounts/Account")
    opened = {text(a, "AccountID"): sides(a, "Opening") for a in accounts}
    assert {code: total for code, total in opened.items() if total} == own_balances(books, date(2026, 3, 31))
    assert {text(t, "GLPostingDate") for t in of(root, ".//Transaction")} == {"2026-04-01"}


def test_the_customers_of_an_audit_file_sum_to_the_control_accounts(books: Books, tmp_path: Path) -> None:
    root = xml_of(books, tmp_path)
    customers = of(root, "./MasterFiles/Customers/Customer")
    balances = own_balances(books)
    controls = sum(balances.get(code, D(0)) for code in ("1200", "2100", "2110"))
    assert sum(sides(c, "Closing") for c in customers) == controls
    named = {text(c, "CustomerID"): text(c, "Name") for c in customers}
    assert named["99999999"] == 'Weird "Name" =2+2'
    used = {text(line, "CustomerID") for line in of(root, ".//Line")} - {""}
    assert used <= set(named)


def test_the_invoices_and_payments_of_an_audit_file_sum_to_their_totals(books: Books, tmp_path: Path) -> None:
    [sources] = of(xml_of(books, tmp_path), "./SourceDocuments")
    for part, one, amount in (
        ("SalesInvoices", "Invoice", "InvoiceLineAmount"),
        ("Payments", "Payment", "PaymentLineAmount"),
    ):
        [section] = of(sources, f"./{part}")
        documents = of(section, f"./{one}")
        totals = {"D": D(0), "C": D(0)}
        for line in of(section, f"./{one}/Line"):
            side, value = text(line, "DebitCreditIndicator"), D(text(line, amount, "Amount"))
            totals[side if value >= 0 else {"D": "C", "C": "D"}[side]] += abs(value)
        assert int(text(section, "NumberOfEntries")) == len(documents) > 0
        assert (D(text(section, "TotalDebit")), D(text(section, "TotalCredit"))) == (totals["D"], totals["C"])
    for invoice in of(sources, "./SalesInvoices/Invoice"):
        item = Item.objects.get(number=text(invoice, "InvoiceNo"), document_id__isnull=False)
        assert D(text(invoice, "DocumentTotals", "GrossTotal")) == abs(item.company_amount)
        net = sum(D(text(line, "InvoiceLineAmount", "Amount")) for line in of(invoice, "./Line"))
        assert D(text(invoice, "DocumentTotals", "NetTotal")) == net
    described = {text(line, "Description") for line in of(sources, "./SalesInvoices/Invoice/Line")}
    assert {formula.replace("\n", " ") for formula in FORMULAS} <= described


def test_books_without_an_entry_export_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acquit.cli.session.open_house", lambda: None)
    empty = make_books("Empty")
    assert export("journal", tmp_path / "e.csv").output.endswith(": 0 postings.\n")
    assert export("trial-balance", tmp_path / "e.xlsx").output.endswith(": 0 balances.\n")
    _, legs = read_batch(str(datev(empty, tmp_path)))
    assert legs["Konto"] == []
    assert text(xml_of(empty, tmp_path), "GeneralLedgerEntries", "NumberOfEntries") == "0"
