"""`acquit cash learn`: a model of how likely proposals are right, its calibration printed, stored by two people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from acquit.cli.arguments import actor_named, companies_named
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import Refusal


class ApproverMissing(Refusal):
    """Only one of the two people who store a model was named; nothing was learned."""

    code = "APPROVER_MISSING"


def learn_models(names: Sequence[str], by: str | None, approved_by: str | None, *, as_json: bool) -> None:
    """Train a model for each company and print it; with two users, store it as its next version."""
    from acquit.cli.session import command_line, open_house, today

    if (by is None) != (approved_by is None):
        raise ApproverMissing("Name both --by and --approved-by to store a model.", param="approved_by")
    open_house()
    from acquit.cash.operations import store_match_model, train_match_model

    learned: dict[str, dict[str, Any]] = {}
    for company in companies_named(list(names)):
        body = train_match_model(actor=command_line(), company_id=company.id, on_date=today())
        version = None
        if by is not None and approved_by is not None:
            version = store_match_model(
                actor=actor_named(by),
                approver=actor_named(approved_by),
                company_id=company.id,
                body=body,
                valid_from=today(),
            ).version
        learned[company.name] = {"version": version, "model": body}
    if as_json:
        print_json(learned)
        return
    for name, found in learned.items():
        _show(name, found["version"], found["model"])


def _show(name: str, version: int | None, body: Mapping[str, Any]) -> None:
    from acquit.cash.rules.likelihood import read_calibration

    trained = body["trained"]
    print(
        f"{name}: {trained['rows']} proposals decided by people, {trained['right']} of them as proposed,"
        f" {trained['from']} to {trained['until']}"
    )
    heads = ("probability from", "to", "proposals", "said right", "were right")
    print_rows(
        heads,
        [
            (band.probability_from, band.probability_to, band.rows, f"{band.said:.4f}", f"{band.right:.4f}")
            for band in read_calibration(body)
        ],
    )
    stored = (
        f"version {version}, in force" if version else "not stored; name --by and --approved-by to store it"
    )
    print(f"Model {body['hash'][:12]}, {stored}.")
