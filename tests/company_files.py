"""A company's folder as docs/start.md describes it, made from a seed: every file of the table, and the mess of a bank.

The statements are CAMT.053 (EUR), MT940 (GBP) and BAI2 (USD); what was sent twice, the intraday report and the advice
to the reader (README) are there as well. `CompanyFolder` tells what a test compares the outcomes with.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from acquit.formats.camt_writer import write_camt053
from acquit.formats.mt940_writer import write_mt940
from acquit.formats.statements import Statement, StatementKind, StatementLine

FIRST_DAY = date(2026, 2, 2)
CUSTOMER_HEAD = [
    "customer",
    "name",
    "trading_names",
    "country",
    "city",
    "language",
    "currency",
    "ibans",
    "parent",
    "payer",
    "payment_terms",
    "net_days",
    "discount_percent",
    "discount_days",
    "email",
    "direct_debit_mandate",
    "bank_charges",
    "auto_by_amount",
]
ITEM_HEAD = [
    "document",
    "type",
    "customer",
    "document_date",
    "due_date",
    "currency",
    "gross_amount",
    "open_amount",
    "customer_po",
    "structured_reference",
]
ACCOUNTS = {
    "EUR": ("main", "DE02100500000054540402", "CAMT.053"),
    "GBP": ("london", "37040044/0532013000", "MT940"),
    "USD": ("boston", "9876543210", "BAI2"),
}


@dataclass(slots=True)
class CompanyFolder:
    """What stands in the files: open amounts before the first statement, and every booked line by account."""

    path: Path
    open_before: dict[str, Decimal] = field(default_factory=dict)
    lines: dict[str, list[tuple[str, Decimal]]] = field(default_factory=dict)


def write_company_files(path: Path, seed: int, *, customers: int = 12, items: int = 60) -> CompanyFolder:
    """Write the folder of a small company."""
    rnd = random.Random(seed)
    path.mkdir(parents=True)
    folder = CompanyFolder(path)
    currencies = _write_customers(path, rnd, customers)
    rows = _write_items(folder, rnd, currencies, items)
    _write_table(
        path / "bank_accounts.csv",
        ("key", "account", "currency", "format"),
        [(key, account, currency, form) for currency, (key, account, form) in ACCOUNTS.items()],
    )
    rates = [
        (FIRST_DAY - timedelta(days=days), "EUR", currency, f"{rate + rnd.randrange(9) / 1000:.4f}")
        for days in range(10, -20, -1)
        for currency, rate in (("GBP", 0.86), ("USD", 1.08))
    ]
    _write_table(path / "fx_rates.csv", ("date", "base", "currency", "rate"), rates)
    orders = [
        (
            f"SO-{7000 + n}",
            number,
            FIRST_DAY - timedelta(days=20),
            currency,
            f"{rnd.randrange(1000, 9000)}.00",
            percent,
        )
        for n, (number, currency) in enumerate(currencies.items())
        for percent in ("30" if n % 2 else "",)
    ]
    head = ("order", "customer", "order_date", "currency", "amount", "prepayment_percent")
    _write_table(path / "orders.csv", head, orders)
    codes = [
        (next(iter(currencies)), "101", "Transport damage", "QUALITY"),
        ("", "PROMO", "Promotion", "TRADE_PROMO"),
    ]
    _write_table(path / "deduction_codes.csv", ("customer", "code", "text", "reason"), codes)
    policy = {
        "tolerances": {"absolute": "4.00", "percent": "0.4"},
        "fee_tolerance": "20.00",
        "discount_grace_days": 2,
    }
    (path / "policy.json").write_text(json.dumps(policy), encoding="utf-8")
    (path / "README.md").write_text("# Files of the company\n", encoding="utf-8")
    _write_statements(folder, rnd, rows, currencies)
    return folder


def _write_table(file: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(head)
        writer.writerows(rows)


def _iban(number: int) -> str:
    account = f"37040044{number:010d}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def _write_customers(path: Path, rnd: random.Random, count: int) -> dict[str, str]:
    """Write customers; gives each one's currency by number. The first ones' parent stands last in the file."""
    currencies, rows = {}, []
    for n in range(count):
        number = f"00{20010 + n}"
        currency = rnd.choices(("EUR", "GBP", "USD"), (6, 2, 2))[0] if n else "EUR"
        discount = rnd.random() < 0.4
        parent = f"00{20010 + count - 1}" if 0 < n < 3 else ""
        rows.append(
            (
                number, f"{rnd.choice(('Alpha', 'Béta', 'Nord', 'Süd'))} {n} {rnd.choice(('GmbH', 'Ltd', 'SARL'))}",
                f"Marke {n}|Brand {n}", rnd.choice(("DE", "FR", "GB", "US")), "Köln, Mitte", "de", currency, _iban(n),
                parent, parent, "2/10 NET30" if discount else "", 30, "2" if discount else "",
                "10" if discount else "", f"ap{n}@example.com", "", "SHA" if n % 3 == 0 else "",
                "yes" if n % 2 else "no",
            )
        )  # fmt: skip
        currencies[number] = currency
    _write_table(path / "customers.csv", CUSTOMER_HEAD, rows)
    return currencies


def _write_items(
    folder: CompanyFolder, rnd: random.Random, currencies: dict[str, str], count: int
) -> list[tuple[str, str, str, Decimal]]:
    """Write open items; gives (document, customer, currency, open amount) of those that are open."""
    rows, found = [], []
    for n in range(count):
        customer = rnd.choice(list(currencies))
        currency = currencies[customer]
        is_credit = rnd.random() < 0.12
        day = FIRST_DAY - timedelta(days=rnd.randrange(1, 60))
        gross = Decimal(rnd.randrange(2_000, 500_000)) / 100 * (-1 if is_credit else 1)
        paid = rnd.random()
        rest = (
            gross if paid < 0.8 else Decimal("0.00") if paid < 0.9 else (gross / 2).quantize(Decimal("0.01"))
        )
        document = f"{'GS' if is_credit else 'RE'}-2026-{n:06d}"
        rows.append(
            (
                document, "credit_note" if is_credit else "invoice", customer, day,
                day if is_credit else day + timedelta(days=30), currency, f"{gross:.2f}", f"{rest:.2f}",
                f"PO-{n}" if n % 3 == 0 else "", "",
            )
        )  # fmt: skip
        folder.open_before[document] = rest
        if rest:
            found.append((document, customer, currency, rest))
    _write_table(folder.path / "open_items.csv", ITEM_HEAD, rows)
    return found


def _write_statements(
    folder: CompanyFolder,
    rnd: random.Random,
    rows: Sequence[tuple[str, str, str, Decimal]],
    currencies: dict[str, str],
) -> None:
    customers = list(currencies)
    for currency, (key, account, form) in ACCOUNTS.items():
        lines = [
            _receipt(rnd, row, customers.index(row[1]), f"{key.upper()}{n:05d}")
            for n, row in enumerate(row for row in rows if row[2] == currency and row[3] > 0)
            if rnd.random() < 0.8
        ]
        lines += _other_lines(rnd, lines, {row[3] for row in rows}, currency, key.upper())
        statement = _statement(account, currency, lines, rnd)
        folder.lines[account] = [(line.bank_reference, line.amount) for line in lines]
        out = folder.path / "statements" / form.lower()
        out.mkdir(parents=True)
        if form == "CAMT.053":
            _write_camt(out / "day.xml", statement)
            _write_camt(out / "day-resent.xml", statement)
            _as_intraday(out / "day.xml", out / "intraday.xml")
        elif form == "MT940":
            with (out / "day.sta").open("wb") as file:
                write_mt940([statement], file)
        else:
            (out / "day.bai").write_text(_bai2(statement), encoding="ascii")


def _receipt(
    rnd: random.Random, row: tuple[str, str, str, Decimal], payer: int, reference: str
) -> StatementLine:
    """Make a receipt for an item: paid exactly, short by little or much, over, in part, or with nothing said."""
    document, _, currency, rest = row
    short = rnd.choices(
        (
            Decimal(0),
            rest * 2 / 100,
            Decimal("1.30"),
            Decimal("15.00"),
            rest / 5,
            Decimal("-0.90"),
            Decimal(-50),
        ),
        (60, 12, 6, 6, 6, 5, 5),
    )[0]
    amount = max((rest - short).quantize(Decimal("0.01")), Decimal("1.00"))
    text = rnd.choices(
        (document, f"Zahlung {document} danke", document.replace("-", " "), "Zahlung"), (5, 3, 2, 2)
    )[0]
    day = FIRST_DAY + timedelta(days=rnd.randrange(5))
    return StatementLine(
        booking_date=day, value_date=day, amount=amount, currency=currency, bank_reference=reference,
        counterparty=f"Kunde {payer}", iban=_iban(payer), text=text,
    )  # fmt: skip


def _other_lines(
    rnd: random.Random,
    receipts: Sequence[StatementLine],
    open_amounts: Collection[Decimal],
    currency: str,
    key: str,
) -> list[StatementLine]:
    """Make what else a bank books: a fee, an unknown payer, an exact payment made twice."""
    facts = {"booking_date": FIRST_DAY, "value_date": FIRST_DAY, "currency": currency}
    lines = [
        StatementLine(**facts, amount=Decimal("-7.50"), bank_reference=f"{key}FEE", text="ENTGELT"),
        StatementLine(
            **facts, amount=Decimal("33.33"), bank_reference=f"{key}UNK", counterparty="Nobody", text="?"
        ),
    ]
    exact = [line for line in receipts if line.amount in open_amounts]
    if exact:
        twice = rnd.choice(exact)
        lines.append(replace(twice, bank_reference=f"{key}TWICE", booking_date=FIRST_DAY + timedelta(days=5)))
    return lines


def _statement(account: str, currency: str, lines: Sequence[StatementLine], rnd: random.Random) -> Statement:
    opening = Decimal(rnd.randrange(100_000, 900_000)) / 100
    numbered = tuple(replace(line, entry_index=n) for n, line in enumerate(lines))
    return Statement(
        format="", kind=StatementKind.STATEMENT, account=account, currency=currency, statement_id="2026-02",
        sequence="1", legal_number="", opening=opening, closing=opening + sum(line.amount for line in lines),
        opening_date=FIRST_DAY, closing_date=FIRST_DAY + timedelta(days=6), lines=numbered,
    )  # fmt: skip


def _write_camt(file: Path, statement: Statement) -> None:
    with file.open("wb") as out:
        write_camt053([statement], out, datetime(2026, 2, 9, 6, 0, tzinfo=UTC))


def _as_intraday(statement: Path, file: Path) -> None:
    """Turn a statement into the intraday report of the same lines."""
    text = statement.read_text(encoding="utf-8")
    for old, new in (
        ("camt.053", "camt.052"),
        ("BkToCstmrStmt", "BkToCstmrAcctRpt"),
        ("<Stmt>", "<Rpt>"),
        ("</Stmt>", "</Rpt>"),
    ):
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def _bai2(statement: Statement) -> str:
    """Write a statement as BAI2: amounts in cents, one account in one group."""
    cents = {"opening": statement.opening, "closing": statement.closing}
    opening, closing = (int((amount or Decimal(0)) * 100) for amount in cents.values())
    records = [f"03,{statement.account},{statement.currency},010,{opening},,,015,{closing},,/"]
    total = opening + closing
    for line in statement.lines:
        code, amount = ("195" if line.amount > 0 else "698"), int(abs(line.amount) * 100)
        total += amount
        text = f"{line.text} {line.counterparty}".replace(",", " ").replace("/", " ")
        records.append(f"16,{code},{amount},Z,{line.bank_reference},,{text}/")
    days = statement.closing_date.strftime("%y%m%d") if statement.closing_date else ""
    head = [f"01,BANK,US,{days},0800,1,80,,2/", f"02,US,BANK,1,{days},0800,{statement.currency},2/"]
    n = len(records)
    tail = [f"49,{total},{n + 1}/", f"98,{total},1,{n + 3}/", f"99,{total},1,{n + 5}/"]
    return "\n".join([*head, *records, *tail, ""])
