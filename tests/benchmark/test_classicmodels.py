"""The real payments of orders_classicmodels as a company: what is true of them is counted another way here."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from acquit.benchmark.classicmodels import NotClassicmodels, write_classicmodels
from acquit.benchmark.company_book import read_company
from acquit.benchmark.truth import read_truth
from tests.shared_data import shared_data


def test_payments_that_equal_an_order_are_decidable(tmp_path: Path) -> None:
    data = shared_data("orders_classicmodels")
    folder, truth_file = tmp_path / "company", tmp_path / "truth.jsonl"
    equal = write_classicmodels(data, folder, truth_file)
    truth = list(read_truth(truth_file))
    with (data / "payments.csv").open(encoding="utf-8-sig", newline="") as lines:
        paid = Counter((row["customerNumber"], Decimal(row["amount"])) for row in csv.DictReader(lines))
    assert Counter((line["customer"], Decimal(line["amount"])) for line in truth) == paid
    book = read_company(folder)
    assert len(book.lines) == len(truth)
    owed: dict[str, list[Decimal]] = defaultdict(list)
    for item in book.items.values():
        owed[item.customer].append(item.open_amount)
    matching = sum(count for (customer, amount), count in paid.items() if amount in owed[customer])
    assert equal == matching == sum(line["kind"] == "EQUALS_ORDER" for line in truth)
    taken = [one["document"] for line in truth for one in line["applied"]]
    assert len(taken) == len(set(taken))
    for line in truth:
        if line["decidable"]:
            documents = [book.items[one["document"]] for one in line["applied"]]
            assert sum(one.open_amount for one in documents) == Decimal(line["amount"])
            assert {one.customer for one in documents} == {line["customer"]}


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotClassicmodels, match=r"customers\.csv"):
        write_classicmodels(tmp_path, tmp_path / "company", tmp_path / "truth.jsonl")
    assert not (tmp_path / "company").exists()
