"""The generated company: the same by its seed, whole to the cent, readable to the last file."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from acquit.benchmark.generating import Size, generate
from acquit.benchmark.shares import MESS, SHARES_OF_PAYERS, Level
from tests.benchmark.conftest import MadeCompany, be_quiet

ZERO = Decimal(0)


def rows(company: MadeCompany, name: str) -> list[dict[str, str]]:
    with (company.folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            found.update(str(file.relative_to(folder)).encode())
            found.update(file.read_bytes())
    return found.hexdigest()


def test_one_seed_gives_one_company(tmp_path: Path) -> None:
    size = Size(customers=60, items=900, receipts=400)
    digests = []
    for name, seed in (("first", 3), ("second", 3), ("other", 4)):
        place = tmp_path / name
        generate(place / "company", place / "truth" / "truth.jsonl", size, Level.HARD, seed, be_quiet)
        digests.append(digest(place))
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_the_truth_is_not_in_the_folder(company: MadeCompany) -> None:
    assert not company.truth_file.is_relative_to(company.folder)
    names = {file.name for file in company.folder.iterdir()}
    assert names == {
        "customers.csv",
        "open_items.csv",
        "bank_accounts.csv",
        "fx_rates.csv",
        "orders.csv",
        "deduction_codes.csv",
        "policy.json",
        "statements",
        "advices",
    }


def test_the_size_asked_for(company: MadeCompany) -> None:
    assert len(rows(company, "customers")) == 400
    assert len(rows(company, "open_items")) == 7_000
    assert abs(len(company.truth) - 3_000) < 300
    assert company.made.lines == len(company.truth)


def test_every_kind_of_mess_is_there(company: MadeCompany) -> None:
    assert {line["kind"] for line in company.truth} == {mess.code for mess in MESS}
    assert {code for code, _, _ in SHARES_OF_PAYERS} <= {line["payer"] for line in company.truth}


def test_what_is_decidable_is_what_its_kind_says(company: MadeCompany) -> None:
    decidable = {mess.code: mess.is_decidable for mess in MESS}
    for line in company.truth:
        assert line["decidable"] is decidable[line["kind"]], line
        assert bool(line["reason"]) is not line["decidable"]
    doubtful = sum(not line["decidable"] for line in company.truth)
    assert 0.02 < doubtful / len(company.truth) < 0.09


# Money ---------------------------------------------------------------------------------------------------------------


def overpaid(line: dict[str, Any]) -> Decimal:
    return -sum((Decimal(one["amount"]) for one in line["differences"] if one["kind"] == "OVERPAYMENT"), ZERO)


def test_a_receipt_is_what_it_applies_and_what_is_over(company: MadeCompany) -> None:
    rates = {(row["date"], row["currency"]): Decimal(row["rate"]) for row in rows(company, "fx_rates")}
    rates |= {(day, "EUR"): Decimal(1) for day, _ in rates}
    currencies = {row["document"]: row["currency"] for row in rows(company, "open_items")}
    checked = Counter[str]()
    for line in company.truth:
        amount, applied = Decimal(line["amount"]), line["applied"]
        if line["state"] != "AUTO":
            assert not applied
            continue
        cash = sum((Decimal(one["amount"]) for one in applied), ZERO) + overpaid(line)
        foreign = {currencies[one["document"]] for one in applied} - {line["currency"]}
        if foreign:
            [currency] = foreign
            given = (
                amount * rates[line["booking_date"], currency] / rates[line["booking_date"], line["currency"]]
            )
            assert cash == given.quantize(Decimal("0.01"), "ROUND_HALF_UP"), line
        else:
            assert cash == amount, line
        checked["FX" if foreign else "plain"] += 1
    assert checked["FX"] > 10
    assert checked["plain"] > 2_000


def test_no_document_is_paid_beyond_what_is_open(company: MadeCompany) -> None:
    opened = {row["document"]: Decimal(row["open_amount"]) for row in rows(company, "open_items")}
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for line in company.truth:
        for one in line["applied"]:
            settled[one["document"]] += Decimal(one["amount"])
        for one in line["differences"]:
            if one["kind"] != "OVERPAYMENT":
                settled[one["document"]] += Decimal(one["amount"])
    assert settled.keys() <= opened.keys()
    for document, amount in settled.items():
        left = opened[document] - amount
        assert min(opened[document], ZERO) <= left <= max(opened[document], ZERO), document


def test_nothing_is_paid_before_it_is_issued(company: MadeCompany) -> None:
    issued = {row["document"]: row["document_date"] for row in rows(company, "open_items")}
    for line in company.truth:
        for one in line["applied"]:
            assert issued[one["document"]] <= line["booking_date"], line


# Files ---------------------------------------------------------------------------------------------------------------


def test_every_statement_reads_without_a_warning_and_balances(company: MadeCompany) -> None:
    formats = set[str]()
    for name, statements in company.statements.items():
        assert statements, name
        for statement in statements:
            assert statement.warnings == (), name
            assert statement.balanced is True, name
            formats.add(statement.format)
    assert len(formats) == 4, formats


def test_balances_and_sequence_run_on(company: MadeCompany) -> None:
    closings: dict[str, Decimal] = {}
    first_or_early = ("_first.", "_early.", "_resent.", "_c52.")
    for name in sorted(company.statements):
        if any(mark in name for mark in first_or_early):
            continue
        for statement in company.statements[name]:
            assert statement.opening == closings.get(statement.account, Decimal("25000000.00"))
            assert statement.closing is not None
            closings[statement.account] = statement.closing
    assert len(closings) == 7


def test_the_truth_has_every_booked_line_once(company: MadeCompany) -> None:
    booked: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for statements in company.statements.values():
        for statement in statements:
            for line in statement.lines if statement.is_booked else ():
                key = (statement.account.removesuffix("EUR"), line.bank_reference)
                booked[key].add((f"{line.amount:.2f}", str(line.booking_date)))
    known = {
        (line["account"], line["bank_reference"]): {(line["amount"], line["booking_date"])}
        for line in company.truth
    }
    assert len(known) == len(company.truth)
    assert booked == known


def test_banks_send_some_things_twice(company: MadeCompany) -> None:
    marks = Counter(
        mark
        for name in company.statements
        for mark in ("_first.", "_early.", "_resent.", "_c52.")
        if mark in name
    )
    assert marks["_c52."] > 0
    assert marks["_first."] + marks["_early."] + marks["_resent."] > 0


def test_advices_come_in_five_ways_and_name_their_sums(company: MadeCompany) -> None:
    suffixes = Counter(file.suffix for file in (company.folder / "advices").iterdir())
    assert suffixes.keys() == {".csv", ".xlsx", ".edi", ".eml", ".pdf"}


def test_the_page_tells_the_shares_that_are_drawn() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "benchmark.md").read_text(encoding="utf-8")
    for mess in MESS:
        decidable = "yes" if mess.is_decidable else "no"
        assert (
            f"| {mess.code} | {mess.easy} | {mess.mixed} | {mess.hard} | {decidable} | {mess.says} |" in page
        )
    for code, share, says in SHARES_OF_PAYERS:
        assert f"| {code} | {share} | {says} |" in page
