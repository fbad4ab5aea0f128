"""Real sets through the command line: the figures are the known ones, to the cent."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from acquit.controls.queries import find_company
from acquit.core.errors import Refusal
from acquit.formats.bank_files import read_statements
from acquit.formats.statements import Statement, line_identities
from acquit.ledger.rules.accounts import AccountRole
from acquit.parties.queries import list_customers_by_id
from acquit.receivables.queries import AgeingRow, get_ageing
from tests.cli.acquit import acquit
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db(transaction=True)

ZERO = Decimal(0)
#: No company keeps its books in them any more.
OLD_CURRENCIES = {"DEM"}
BUCKETS = ("not_due", "1-30", "31-60", "61-90", "91+")


def start(*files: Path, name: str = "Real", currency: str = "USD", as_of: date) -> dict[str, Any]:
    outcome = acquit(
        "start", *files, "--company", name, "--currency", currency, "--as-of", as_of, "--yes", "--json"
    )
    assert outcome.code == 0, outcome.out
    answer: dict[str, Any] = outcome.json
    assert set(answer["control_difference"].values()) <= {"0.00"}
    return answer


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def company_id(name: str = "Real") -> int:
    found = find_company(name)
    assert found is not None
    return found.id


def ageing_by_number(as_of: date, name: str = "Real") -> dict[str, AgeingRow]:
    rows = get_ageing(as_of=as_of, company_ids=[company_id(name)], is_today=False)
    customers = list_customers_by_id(row.customer_id for row in rows)
    return {customers[row.customer_id].number: row for row in rows}


def bucket_of(due: date, as_of: date) -> str:
    days = (as_of - due).days
    return BUCKETS[0] if days <= 0 else BUCKETS[min(4, (days - 1) // 30 + 1)]


# Late payments: invoices with the day they were paid -----------------------------------------------------------------


@pytest.mark.parametrize("as_of", [date(2013, 6, 30), date(2012, 12, 31), date(2014, 1, 31)])
def test_late_payments_on_any_day(as_of: date) -> None:
    file = shared_data("ar_ibm_late_payments/accounts_receivable.csv")
    answer = start(file, as_of=as_of)
    assert answer["documents"] == 1742

    def day(text: str) -> date:
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone

    open_then, cleared, buckets = [], ZERO, dict.fromkeys(BUCKETS, ZERO)
    for row in rows_of(file):
        amount = Decimal(row["InvoiceAmount"])
        if day(row["SettledDate"]) <= as_of:
            cleared += amount
        elif day(row["InvoiceDate"]) <= as_of:
            open_then.append(amount)
            buckets[bucket_of(day(row["DueDate"]), as_of)] += amount
    assert answer["open_items"] == len(open_then)
    assert answer["open_amount"]["USD"] == str(sum(open_then, Decimal("0.00")))
    assert answer["cleared_amount"]["USD"] == str(cleared)
    assert {name: Decimal(amount) for name, amount in answer["ageing"]["USD"].items()} == buckets
    if as_of == date(2014, 1, 31):
        assert cleared == Decimal("104837.00")


# An ageing that says its own buckets ---------------------------------------------------------------------------------


def test_every_bucket_of_every_customer() -> None:
    as_of = date(2026, 8, 3)
    folder = shared_data("ar_d365_demo_aging")
    answer = start(folder, as_of=as_of)
    kinds = {file["name"]: file["kind"] for file in answer["files"]}
    assert kinds == {
        "agedbalances.csv": "AGED_BALANCES",
        "customers.csv": "CUSTOMERS",
        "transactions.csv": "OPEN_ITEMS",
    }
    found = ageing_by_number(as_of)
    expected = rows_of(folder / "agedbalances.csv")
    assert len(expected) == 18
    for row in expected:
        ours = found[row["Customer account"]]
        told = [
            Decimal(row[head])
            for head in ("Current", "30 days", "60 days", "90 days", "180 and over", "Balance")
        ]
        assert told == [
            ours.not_due,
            ours.days_1_30,
            ours.days_31_60,
            ours.days_61_90,
            ours.days_91_plus,
            ours.open_amount + ours.unapplied,
        ], row["Customer account"]
    assert Decimal(answer["open_amount"]["USD"]) == sum(Decimal(row["Balance"]) for row in expected)


# Open invoices with binary noise in their amounts and .0 behind their numbers ----------------------------------------


def test_open_invoices_of_a_distributor() -> None:
    as_of = date(2020, 6, 30)
    file = shared_data("ar_highradius_b2b/open_invoices.csv")
    answer = start(file, as_of=as_of)
    assert (answer["documents"], answer["open_items"]) == (4903, 4903)
    assert answer["files"][0]["rows_refused"] == 0
    buckets = dict.fromkeys(BUCKETS, ZERO)
    customers: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of(file):
        # Binary noise goes first (15 digits hold every amount a double was made from), then half a cent away from zero.
        amount = (
            Context(prec=15).create_decimal(row["converted_usd"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
        )
        buckets[bucket_of(date.fromisoformat(row["due_in_date"]), as_of)] += amount
        customers[row["cust_number"]] += amount
    assert {name: Decimal(amount) for name, amount in answer["ageing"]["USD"].items()} == buckets
    assert answer["open_amount"]["USD"] == str(sum(buckets.values()))
    assert {number: row.open_amount for number, row in ageing_by_number(as_of).items()} == customers


# Orders with lines, and payments of their customers ------------------------------------------------------------------


def test_orders_and_payments_come_to_the_known_balances() -> None:
    as_of = date(2005, 6, 30)
    folder = shared_data("orders_classicmodels")
    answer = start(folder, as_of=as_of)
    assert answer["documents"] == 245
    found = ageing_by_number(as_of)
    known = rows_of(folder / "derived_customer_balances.csv")
    assert len(known) == 85
    for row in known:
        ours = found.get(row["customerNumber"])
        balance = ours.open_amount + ours.unapplied if ours else ZERO
        assert balance == Decimal(row["balance"]), row["customerNumber"]
    paid = sum(Decimal(row["amount"]) for row in rows_of(folder / "payments.csv"))
    assert Decimal(answer["cleared_amount"]["USD"]) + Decimal(answer["unapplied_amount"]["USD"]) == paid


# 341,602 lines of sales ----------------------------------------------------------------------------------------------


def test_a_year_of_retail_sales() -> None:
    answer = start(
        shared_data("orders_uci_online_retail/online_retail.csv.gz"), currency="GBP", as_of=date(2011, 12, 31)
    )
    [file] = answer["files"]
    assert file["rows_read"] == 341_602
    [total] = file["control_totals"]
    assert Decimal(total["in_file"]) == Decimal("6155733.432")
    assert total["difference"] in {"0", "0.000"}
    assert answer["open_amount"] == {"GBP": "6155733.43"}
    assert file["rows_refused"] == sum(file["reasons"].values())


# Bank statements -----------------------------------------------------------------------------------------------------


def balanced_files(name: str) -> Iterator[tuple[str, Path]]:
    """Give the files of a set of which every statement balances, as its own list of right answers says."""
    folder = shared_data(name)
    checks: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(folder / "expected_statements.csv"):
        checks[row["file"]].add(row["balance_check"])
    for file, found in checks.items():
        if all(check.startswith("balanced") for check in found):
            yield file, folder / file


def expected_bank(statements: list[Statement]) -> tuple[Decimal, bool]:
    """Give what the bank account must come to, each line once, and whether that is the closing balance as well."""
    openings: dict[str, Decimal] = {}
    closings: dict[str, Decimal] = {}
    is_continuous = True
    lines: dict[tuple[str, str], Decimal] = {}
    for statement in statements:
        assert statement.holder_opening is not None
        assert statement.holder_closing is not None
        is_continuous &= closings.get(statement.account, statement.holder_opening) == statement.holder_opening
        openings.setdefault(statement.account, statement.holder_opening)
        closings[statement.account] = statement.holder_closing
        for identity, line in zip(line_identities(statement), statement.lines, strict=True):
            lines[statement.account, identity] = line.amount
    return sum(openings.values(), ZERO) + sum(lines.values(), ZERO), is_continuous


def ledger_bank(name: str) -> Decimal:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(p.amount), 0) FROM posting p JOIN ledger_account a ON a.id = p.account_id"
            " WHERE p.company_id = %s AND a.role = %s",
            [company_id(name), AccountRole.BANK.value],
        )
        return Decimal(cursor.fetchone()[0])


@pytest.mark.parametrize(("name", "at_least"), [("bank_camt", 45), ("bank_mt940", 55)])
def test_each_statement_that_balances_is_in_the_books_with_its_closing_balance(
    name: str, at_least: int
) -> None:
    imported = 0
    for label, path in balanced_files(name):
        with path.open("rb") as content:
            try:
                statements = [one for one in read_statements(content, path.name) if one.is_booked]
            except Refusal as refusal:
                pytest.fail(f"{label}: {refusal.message}")
        currencies = {one.currency for one in statements}
        if not statements or len(currencies) != 1 or currencies & OLD_CURRENCIES:
            continue
        last = max(one.closing_date or one.opening_date or date.min for one in statements)
        answer = start(path, name=label, currency=currencies.pop(), as_of=last + timedelta(days=1))
        assert answer["files"][0]["rows_read"] >= sum(len(one.lines) for one in statements), label
        expected, is_continuous = expected_bank(statements)
        assert ledger_bank(label) == expected, label
        if is_continuous:
            closings = {one.account: one.holder_closing or ZERO for one in statements}
            assert ledger_bank(label) == sum(closings.values(), ZERO), label
            imported += 1
    assert imported >= at_least
    broken = [check for check in acquit("check", "--json").json["checks"] if check["violations"]]
    assert broken == []
