"""The evidence pack: what it holds, that it is proved without Acquit, and that any change to it is named."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from acquit.closing.batch import close_period
from acquit.closing.operations import EvidencePack, NotSettled, export_evidence
from acquit.closing.rules.checklist import CLOSE_ORDER
from acquit.closing.rules.evidence import CONTROLS, ENTRY_TABLES, SEALED_FILES
from acquit.controls.batch import get_last_hash, sealing
from acquit.controls.operations import create_user, grant_role
from acquit.controls.rules.duties import Duty, NotAllowed, Role
from acquit.core.errors import NotFound
from acquit.infra.models import Event
from acquit.infra.packs import CannotWritePack
from acquit.ledger.models import JournalEntry, Posting
from tests.builders import SYSTEM, clerk
from tests.insight.story import Story, tell_story

MADE_AT = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def story(db: None, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(sealing, "ROWS_A_BLOCK", 15)
    told = tell_story()
    for name, role in (("olga", Role.OWNER), ("carl", Role.CASH_CLERK)):
        user = create_user(username=name, password="correct horse battery", full_name=name.title())
        grant_role(
            actor=SYSTEM,
            user_id=user.id,
            company_id=told.home.company_id,
            role=role,
            valid_from=date(2026, 1, 1),
        )
    return told


def export(story: Story, target: Path, *, period: str = "2026-03", **said: Any) -> EvidencePack:
    return export_evidence(
        **{
            "actor": clerk(story.home.company_id, Duty.AUDIT),
            "company_id": story.home.company_id,
            "period": period,
            "target": target,
            "made_at": MADE_AT,
            **said,
        }
    )


def check(pack: Path, *options: str) -> tuple[int, list[str]]:
    """Run the pack's own verifier with nothing but Python's standard library."""
    program = pack / "verify.py"
    if pack.is_file():
        program = pack.with_suffix(".py")
        program.write_bytes(zipfile.ZipFile(pack).read("verify.py"))
    done = subprocess.run(
        [sys.executable, "-I", "-S", program, pack, *options],
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def read(pack: Path, name: str) -> list[Any]:
    return [json.loads(line, parse_float=str) for line in (pack / name).read_text().splitlines()]


def test_the_pack_holds_the_period_and_is_proved_without_acquit(story: Story, tmp_path: Path) -> None:
    target = tmp_path / "evidence"
    pack = export(story, target)
    code, said = check(target, "--hash", pack.hash, "--anchor", get_last_hash())
    assert (code, said[0]) == (0, f"All holds. Pack hash: {pack.hash}")
    assert pack.hash == hashlib.sha256((target / "manifest.json").read_bytes()).hexdigest()
    entries = JournalEntry.objects.filter(
        company_id=story.home.company_id, posting_date__gte="2026-03-01", posting_date__lt="2026-04-01"
    )
    found = read(target, "entries.jsonl")
    assert [entry["id"] for entry in found] == list(entries.order_by("id").values_list("id", flat=True))
    assert (
        sum(len(entry["postings"]) for entry in found) == Posting.objects.filter(entry_id__in=entries).count()
    )
    assert {posting["account"] for posting in found[0]["postings"]} == {"1200", "2200", "4000"}
    assert all(row["is_reconciled"] for row in read(target, "reconciliations.jsonl"))
    assert [user["username"] for user in read(target, "users.jsonl")] == ["clara", "olga", "carl"]
    conflicts = read(target, "duty_conflicts.jsonl")
    assert {row["compensated_by"] for row in conflicts} == {"OWNER: every act stands in the log"}
    assert {"user_id", "role", "valid_from", "valid_until", "duties"} == set(read(target, "grants.jsonl")[0])
    assert len(read(target, "documents.jsonl")) == 8
    assert [(row["count"], row["missing"]) for row in read(target, "numbering.jsonl")] == [(1, []), (6, [])]
    kinds = [row["kind"] for row in read(target, "policy_defaults.jsonl")]
    assert kinds == sorted(kinds)
    assert {"DIRECT_DEBIT", "LEDGER", "MATCHING"} < set(kinds)


def test_the_close_of_a_period_with_tax_is_evidence_too(story: Story, tmp_path: Path) -> None:
    for period in ("2026-01", "2026-02", "2026-03"):
        close_period(
            actor=SYSTEM,
            company_id=story.home.company_id,
            period=period,
            business_date=date(2026, 5, 1),
            started_at=MADE_AT,
        )
    target = tmp_path / "evidence"
    export(story, target)
    assert check(target)[0] == 0
    steps = read(target, "close_evidence.jsonl")
    assert [step["result"]["step"] for step in steps] == [step.value for step in CLOSE_ORDER]
    assert [row["to_status"] for row in read(target, "period_steps.jsonl")] == ["SOFT_CLOSED", "CLOSED"]


def test_decisions_and_their_proofs_are_there(story: Story, tmp_path: Path) -> None:
    target = tmp_path / "evidence"
    export(story, target, period="2026-04")
    assert check(target)[0] == 0
    decisions = read(target, "decisions.jsonl")
    assert len(decisions) >= 4
    assert all(decision["proof"] for decision in decisions)


def test_nothing_of_another_company_is_told(story: Story, tmp_path: Path) -> None:
    target = tmp_path / "evidence"
    export(story, target)
    for table in (*ENTRY_TABLES, *SEALED_FILES.values()):
        for line in read(target, f"sealed/{table}.jsonl"):
            if "row" not in line:
                continue
            block = next(b for b in read(target, "seals.jsonl") if b["block"] == line["block"])
            columns = next(i["columns"] for i in block["intervals"] if i["table"] == table).split(",")
            row = dict(zip(columns, json.loads(line["row"]), strict=True))
            assert row.get("company_id") in {story.home.company_id, None}
    hidden = [line for line in read(target, "sealed/posting.jsonl") if "row" not in line]
    assert hidden  # the blocks cover other rows too, told by their hashes only


def test_controls_say_what_was_asked_and_draw_the_same_sample_again(story: Story, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    export(story, first)
    export(story, second)
    export(story, tmp_path / "third", seed="another")
    for control in CONTROLS:
        told = json.loads((first / f"controls/{control}.json").read_text())
        assert told["title"]
        assert told["query"].startswith("-- ")
        assert told["parameters"]["company_id"] == story.home.company_id
        assert len(told["sample"]) == min(told["count"], 25)
        again = json.loads((second / f"controls/{control}.json").read_text())
        assert told == again
    assert json.loads((first / "controls/C06.json").read_text())["count"] == 7  # one number was not ours
    assert json.loads((first / "controls/C09.json").read_text())["sample"][0]["gross"] == "-11.90"


def test_a_period_with_nothing_in_it_is_proved_by_the_whole_chain(story: Story, tmp_path: Path) -> None:
    target = tmp_path / "evidence"
    export(story, target, period="2026-11")
    assert check(target, "--anchor", get_last_hash())[0] == 0
    assert read(target, "entries.jsonl") == []
    assert check(target, "--anchor", "b" * 64)[0] == 1


def test_a_zip_is_the_same_pack(story: Story, tmp_path: Path) -> None:
    target = tmp_path / "evidence.zip"
    pack = export(story, target)
    assert check(target, "--hash", pack.hash)[0] == 0
    with zipfile.ZipFile(target) as packed:
        assert set(packed.namelist()) == {*pack.lines, "manifest.json"}


# Changes to a pack ----------------------------------------------------------------------------------------------------


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def test_every_file_that_is_flipped_taken_away_or_added_is_named(story: Story, tmp_path: Path) -> None:
    target = tmp_path / "evidence"
    pack = export(story, target)
    filled = [name for name in pack.lines if (target / name).stat().st_size]
    assert {"entries.jsonl", "seals.jsonl", "sealed/posting.jsonl", "controls/C06.json", "README.md"} <= set(
        filled
    )
    other = tmp_path / "verify.py"
    shutil.copy(target / "verify.py", other)
    for name in filled:
        kept = (target / name).read_bytes()
        flip(target / name)
        said = subprocess.run(
            [sys.executable, "-I", "-S", other, target], capture_output=True, text=True, check=False, env={}
        )
        assert (said.returncode, said.stdout) == (1, f"BROKEN: {name} was changed\n")
        (target / name).write_bytes(kept)
    (target / "more.txt").write_text("x")
    assert check(target) == (1, ["BROKEN: more.txt is not in the manifest"])
    (target / "more.txt").unlink()
    (target / "approvals.jsonl").unlink()
    assert check(target) == (1, ["BROKEN: approvals.jsonl is missing"])


def forge(target: Path, name: str, change: Callable[[list[Any]], object]) -> None:
    """Change the lines of a file and make the manifest agree again."""
    lines = [json.loads(line, parse_float=str) for line in (target / name).read_text().splitlines()]
    change(lines)
    (target / name).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    manifest = json.loads((target / "manifest.json").read_text())
    for file in manifest["files"]:
        if file["name"] == name:
            file["sha256"] = hashlib.sha256((target / name).read_bytes()).hexdigest()
    (target / "manifest.json").write_text(json.dumps(manifest))


def change_amount(lines: list[Any]) -> None:
    lines[0]["postings"][0]["amount"] = "1.00"


def change_row(lines: list[Any]) -> None:
    shown = next(line for line in lines if "row" in line)
    shown["row"] = shown["row"].replace("INVOICE", "CREDIT")


def change_row_and_hash(lines: list[Any]) -> None:
    change_row(lines)
    shown = next(line for line in lines if "row" in line)
    shown["hash"] = hashlib.sha256(shown["row"].encode()).hexdigest()


FORGERIES: dict[str, tuple[str, Callable[[list[Any]], object], str]] = {
    "an amount": ("entries.jsonl", change_amount, "entries.jsonl, line 1: posting 1 is not what was sealed"),
    "an entry left out": (
        "entries.jsonl",
        lambda lines: lines.pop(),
        "entries that were sealed are left out",
    ),
    "a document": (
        "documents.jsonl",
        lambda lines: lines[0].update(gross="1.00"),
        "documents.jsonl, line 1: not what was sealed",
    ),
    "a document left out": (
        "documents.jsonl",
        lambda lines: lines.pop(),
        "rows that were sealed are left out",
    ),
    "an event": (
        "events.jsonl",
        lambda lines: lines[1].update(actor_id=9),
        "events.jsonl, line 2: not what was",
    ),
    "a sealed row": ("sealed/journal_entry.jsonl", change_row, "the row is not the one that was sealed"),
    "a sealed row and its hash": (
        "sealed/journal_entry.jsonl",
        change_row_and_hash,
        "are not those that were sealed",
    ),
    "a row hidden": (
        "sealed/document.jsonl",
        lambda lines: next(line for line in lines if "row" in line).pop("row"),
        "documents.jsonl, line",
    ),
    "a block": (
        "seals.jsonl",
        lambda lines: lines[0]["intervals"][0].update(rows=99),
        "is not what its hash says",
    ),
    "a block left out": ("seals.jsonl", lambda lines: lines.pop(1), "does not follow from the one before it"),
    "a whole file emptied": (
        "decisions.jsonl",
        lambda lines: lines.clear(),
        "rows that were sealed are left out",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_pack_with_a_forged_manifest_is_found_out(story: Story, tmp_path: Path, name: str) -> None:
    target = tmp_path / "evidence"
    pack = export(story, target, period="2026-03" if name != "a whole file emptied" else "2026-04")
    file, change, expected = FORGERIES[name]
    forge(target, file, change)
    code, said = check(target)
    assert code == 1
    assert any(expected in line for line in said), said
    assert any(
        "is not the one this hash was printed for" in line for line in check(target, "--hash", pack.hash)[1]
    )


def test_a_chain_that_lacks_a_kept_hash_is_found_out(story: Story, tmp_path: Path) -> None:
    export(story, tmp_path / "evidence")
    code, said = check(tmp_path / "evidence", "--anchor", "a" * 64)
    assert (code, said) == (
        1,
        [f"BROKEN: seals.jsonl: the chain does not contain {'a' * 64}, which was kept elsewhere"],
    )


def test_the_newest_blocks_cannot_be_cut_off(story: Story, tmp_path: Path) -> None:
    target = tmp_path / "evidence"
    export(story, target)
    forge(target, "seals.jsonl", lambda lines: lines.pop())
    code, said = check(target)
    assert code == 1
    assert any(f"does not contain {get_last_hash()}" in line for line in said)


# Refusals, and what the export leaves ---------------------------------------------------------------------------------


def test_the_export_is_told_in_the_log_with_the_packs_hash(story: Story, tmp_path: Path) -> None:
    pack = export(story, tmp_path / "evidence")
    [event] = Event.objects.filter(kind="closing.evidence.exported")
    assert event.payload == {"period": "2026-03", "pack_hash": pack.hash}
    assert event.actor_id == 7


def test_a_refused_export_leaves_nothing(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").mkdir()
    before = Event.objects.count()
    with pytest.raises(NotAllowed):
        export(story, tmp_path / "a", actor=clerk(story.home.company_id, Duty.READ))
    with pytest.raises(NotFound):
        export(story, tmp_path / "a", period="2031-01")
    with pytest.raises(CannotWritePack):
        export(story, tmp_path / "taken")
    with pytest.raises(CannotWritePack):
        export(story, tmp_path / "no" / "such" / "folder")
    monkeypatch.setattr(
        "acquit.closing.operations.seal_blocks", lambda: sealing.SealOutcome(0, 0, is_settled=False)
    )
    with pytest.raises(NotSettled):
        export(story, tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", ["evidence", "evidence.zip"])
def test_an_export_that_breaks_off_leaves_nothing(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail(**_: object) -> list[str]:
        raise RuntimeError

    monkeypatch.setattr("acquit.closing.operations.list_reconciliation_lines", fail)
    with pytest.raises(RuntimeError):
        export(story, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
    assert not Event.objects.filter(kind="closing.evidence.exported").exists()


def test_an_auditor_may_export_and_change_nothing() -> None:
    from acquit.controls.rules.duties import duties_of

    assert duties_of([Role.AUDITOR]) == {Duty.READ, Duty.AUDIT}
