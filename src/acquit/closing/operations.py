"""Handing out the evidence of a period: streamed, whole or not at all, proved by the seals, and told in the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from acquit.closing.queries import (
    Parameters,
    get_control_sample,
    keys_text,
    list_access_rights,
    list_numbering,
    list_policy_defaults,
    list_reconciliation_lines,
    stream_approvals,
    stream_entries,
    stream_rows,
)
from acquit.closing.rules.evidence import CONTROLS, ENTRY_TABLES, SAMPLE_SIZE, SEALED_FILES, write_readme
from acquit.controls.batch import get_last_hash, seal_blocks, stream_chain, stream_proofs
from acquit.controls.queries import CompanyView, get_company
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.packs import Pack, write_pack
from acquit.infra.transaction import operation
from acquit.ledger.operations import period_name
from acquit.ledger.queries import find_period

FORMAT = "acquit-evidence-1"


class NotSettled(Refusal):
    """Somebody is still writing, so not everything can be sealed; nothing was written."""

    code = "NOT_SETTLED"


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """A pack that was written: where, its hash, and the records of each file."""

    target: Path
    hash: str
    lines: dict[str, int]


def export_evidence(
    *, actor: Actor, company_id: int, period: str, target: Path, made_at: datetime, seed: str = ""
) -> EvidencePack:
    """Write the evidence of a period as a folder, or as a ZIP when the target is named so; seals what is not yet.

    Refuses (`NotAllowed`) without the auditor's duty, (`NotFound`) an unknown period, (`CannotWritePack`) a place that
    is taken, (`NotSettled`) while a writer goes on. The export is an event with the pack's hash.
    """
    actor.require(Duty.AUDIT, company_id)
    company = get_company(company_id)
    found = find_period(company_id, period)
    if not seal_blocks().is_settled:
        raise NotSettled("Somebody is still writing. Run it again when they have ended.")
    parameters = {"company_id": company_id, "start_date": found.start_date, "end_date": found.end_date}
    name = period_name(found)
    facts = {
        "format": FORMAT,
        "company": company.name,
        "currency": company.currency,
        "period": name,
        "start_date": found.start_date.isoformat(),
        "end_date": found.end_date.isoformat(),
        "made_at": made_at.isoformat(),
        "made_by": actor.name,
        "newest_hash": get_last_hash(),
        "sealed_files": dict(SEALED_FILES),
    }
    with operation(), write_pack(target) as pack:
        _fill(pack, company, parameters, name, seed or f"{company.name}/{name}")
        pack.finish(facts)
        _tell(actor, company_id, found.id, name, pack.hash)
    return EvidencePack(target, pack.hash, {str(file["name"]): _int(file["lines"]) for file in pack.files})


def _fill(pack: Pack, company: CompanyView, parameters: dict[str, Any], period: str, seed: str) -> None:
    start_date, end_date = parameters["start_date"], parameters["end_date"]
    pack.add_lines(
        "README.md",
        write_readme(
            company=company.name,
            period=period,
            start_date=start_date.isoformat(),
            end_date=end_date.isoformat(),
        ),
    )
    verifier = resources.files("acquit.closing").joinpath("pack_verifier.py").read_text(encoding="utf-8")
    pack.add_lines("verify.py", verifier.splitlines())
    first_blocks = []
    for table in (*ENTRY_TABLES, *SEALED_FILES.values()):
        blocks: set[int] = set()
        pack.add_lines(f"sealed/{table}.jsonl", _proof_lines(table, parameters, blocks))
        first_blocks += sorted(blocks)[:1]
    chain = stream_chain(min(first_blocks, default=1))
    pack.add_lines("seals.jsonl", (json.dumps(block, ensure_ascii=False) for block in chain))
    pack.add_lines("entries.jsonl", stream_entries(parameters))
    for file, table in SEALED_FILES.items():
        pack.add_lines(file, stream_rows(table, "id", parameters))
    pack.add_lines("approvals.jsonl", stream_approvals(parameters))
    pack.add_lines("policy_defaults.jsonl", list_policy_defaults())
    numbering = list_numbering(company_id=company.id, start_date=start_date, end_date=end_date)
    pack.add_lines("numbering.jsonl", numbering)
    rights = list_access_rights(company_id=company.id, start_date=start_date, end_date=end_date)
    for file, lines in rights.items():
        pack.add_lines(file, lines)
    pack.add_lines(
        "reconciliations.jsonl", list_reconciliation_lines(company_id=company.id, end_date=end_date)
    )
    for control in CONTROLS:
        found = get_control_sample(control, parameters, seed=seed, size=SAMPLE_SIZE)
        pack.add_lines(f"controls/{control}.json", [json.dumps(found, ensure_ascii=False, indent=2)])


def _proof_lines(table: str, parameters: Parameters, blocks: set[int]) -> Iterator[str]:
    for proof in stream_proofs(table, keys_text(table), parameters):
        blocks.add(proof.seal_id)
        shown = {} if proof.text is None else {"row": proof.text}
        yield json.dumps({"block": proof.seal_id, "hash": proof.row_hash, **shown}, ensure_ascii=False)


def _tell(actor: Actor, company_id: int, period_id: int, period: str, pack_hash: str) -> None:
    plan = WritePlan()
    payload = {"period": period, "pack_hash": pack_hash}
    record_events(
        plan,
        [
            EventDraft(
                company_id,
                "closing.evidence.exported",
                "PERIOD",
                period_id,
                payload,
                actor_id=actor.user_id,
            )
        ],
    )
    write(plan)


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
