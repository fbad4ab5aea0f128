"""`acquit bench match` at its door: files, truth and scores without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acquit.benchmark.running import ProductFailed, run_product
from acquit.benchmark.truth import read_truth
from tests.cli.acquit import acquit

SIZE = ("--customers", 60, "--items", 900, "--receipts", 400, "--seed", 5)


def test_generate_then_score(tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    made = acquit("bench", "match", "generate", folder, *SIZE, "--json").json
    truth_file = tmp_path / "firm-truth" / "truth.jsonl"
    assert made["truth"] == str(truth_file)
    truth = list(read_truth(truth_file))
    assert made["lines"] == len(truth) == sum(made["kinds"].values())
    assert made["undecidable"] == sum(not line["decidable"] for line in truth)
    said = tmp_path / "mine.json"
    said.write_text(json.dumps([{**line, "proposals": []} for line in truth]), encoding="utf-8")
    scored = acquit(
        "bench", "match", "score", "--truth", truth_file, "--outcomes", said, "--folder", folder, "--json"
    ).json
    assert list(scored["engines"]) == ["mine", "exact reference", "oldest first"]
    assert scored["engines"]["mine"]["auto_posted_share"] == "1.000000"
    assert scored["engines"]["mine"]["undecidable_posted"] == made["undecidable"]
    page = acquit("bench", "match", "score", "--truth", truth_file, "--outcomes", said).out
    assert page.splitlines()[0].split() == ["mine"]


def test_the_truth_of_a_level_is_harder(tmp_path: Path) -> None:
    doubtful = []
    for level in ("easy", "hard"):
        made = acquit("bench", "match", "generate", tmp_path / level, *SIZE, "--level", level, "--json").json
        doubtful.append(made["undecidable"] / made["lines"])
    assert doubtful[0] < doubtful[1]


def test_a_product_that_fails_is_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "postgresql").write_text("no folder", encoding="utf-8")
    with pytest.raises(ProductFailed, match="acquit start ended with"):
        run_product(tmp_path / "nothing", home, tmp_path / "outcomes.json", lambda _: None)
    assert not (tmp_path / "outcomes.json").exists()
