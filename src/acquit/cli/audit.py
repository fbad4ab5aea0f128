"""`acquit audit`: seal the log and the books, check the seals, hand evidence out.

Exit codes of `verify`: 0 everything is as it was sealed; 1 something is not, and it is named.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.cli.arguments import AsJson, actor_named, company_named, customer_numbered
from acquit.cli.printing import print_json, print_rows

if TYPE_CHECKING:
    from acquit.controls.batch import SealReport

app = typer.Typer(help="Seal the books, check the seals, hand out evidence.", no_args_is_help=True)

NOT_SETTLED = 3

AnchorsFile = Annotated[
    Path | None,
    typer.Option("--anchors", metavar="FILE", help="A file of hashes kept outside the database."),
]


@app.command()
def seal(anchors: AnchorsFile = None, as_json: AsJson = False) -> None:
    """Seal what is not sealed yet; with --anchors, add the newest hash to the file. Exit 3 while a writer goes on."""
    from acquit.cli.anchors import add_anchor
    from acquit.cli.session import now, open_house

    open_house()
    from acquit.controls.batch import get_last_hash, seal_blocks

    outcome = seal_blocks()
    last_hash = get_last_hash()
    if anchors is not None:
        add_anchor(anchors, last_hash, now())
    if as_json:
        print_json(
            {
                "blocks": outcome.blocks,
                "rows": outcome.rows,
                "is_settled": outcome.is_settled,
                "last_hash": last_hash,
            }
        )
    elif outcome.is_settled:
        print(f"{outcome.rows:,} rows sealed in {outcome.blocks:,} blocks.\nNewest hash: {last_hash}")
    else:
        print("A writer has not ended yet; nothing was sealed. Run it again: acquit audit seal")
    if not outcome.is_settled:
        raise typer.Exit(NOT_SETTLED)


@app.command()
def verify(
    anchor: Annotated[
        str, typer.Option("--anchor", metavar="HASH", help="A hash of the chain that was kept elsewhere.")
    ] = "",
    anchors: AnchorsFile = None,
    as_json: AsJson = False,
) -> None:
    """Check that every sealed row and every seal is as it was; exit 1 and name the first that is not."""
    from acquit.cli.anchors import read_anchors
    from acquit.cli.session import open_house

    kept = [*(read_anchors(anchors) if anchors is not None else []), *([anchor.lower()] if anchor else [])]
    open_house()
    from acquit.controls.batch import verify_seals

    report = verify_seals(anchors=kept)
    if as_json:
        print_json(_as_json(report, len(kept)))
    elif report.broken is None:
        agreed = f" {len(kept)} kept hashes are in the chain." if kept else ""
        print(f"{report.rows:,} rows in {report.blocks:,} blocks are as they were sealed.{agreed}")
        print(f"Newest hash, to be kept elsewhere: {report.last_hash}")
    else:
        print(f"{report.broken.sentence()} [{report.broken.kind}]")
    if report.broken is not None:
        raise typer.Exit(1)


def _as_json(report: SealReport, kept: int) -> dict[str, object]:
    broken = report.broken
    return {
        "is_intact": broken is None,
        "blocks": report.blocks,
        "rows": report.rows,
        "kept_hashes": kept,
        "last_hash": report.last_hash,
        "broken": broken
        and {
            "kind": broken.kind.value,
            "block": broken.seal_id,
            "table": broken.table,
            "row": broken.row,
            "message": broken.sentence(),
        },
    }


@app.command()
def export(
    target: Annotated[
        Path, typer.Argument(metavar="DIRECTORY_OR_ZIP", help="Where the pack goes; must not exist yet.")
    ],
    company: Annotated[str, typer.Option("--company", help="The company's name.")],
    period: Annotated[str, typer.Option("--period", help="Year and number, such as 2026-06.")],
    seed: Annotated[
        str, typer.Option("--seed", help="What the samples are drawn by; company and period if not said.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="The user who exports; needs the auditor's duty.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write the evidence of a period; `python3 verify.py` inside checks it without Acquit."""
    from acquit.cli.session import now, open_house

    open_house()
    from acquit.closing.operations import export_evidence

    pack = export_evidence(
        actor=actor_named(by),
        company_id=company_named(company).id,
        period=period,
        target=target,
        made_at=now(),
        seed=seed,
    )
    if as_json:
        print_json({"target": str(pack.target), "hash": pack.hash, "lines": pack.lines})
    else:
        print(f"{pack.target}: {pack.lines['entries.jsonl']:,} entries.\nPack hash: {pack.hash}")


@app.command()
def access(
    customer: Annotated[str, typer.Option("--customer", help="The customer's number.")],
    company: Annotated[str, typer.Option("--company", help="The company's name.")],
    as_json: AsJson = False,
) -> None:
    """Show who read a customer's contacts or bank details, latest first."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.controls.queries import list_user_names
    from acquit.parties.queries import list_accesses

    found = list_accesses(customer_numbered(company_named(company).id, customer))
    names = list_user_names([each.actor_id for each in found if each.actor_id is not None])
    rows = [
        (
            each.recorded_at.isoformat(timespec="seconds"),
            names.get(each.actor_id or 0, "the program itself"),
            each.door,
            each.purpose,
        )
        for each in found
    ]
    if as_json:
        print_json({"accesses": [dict(zip(("at", "who", "door", "purpose"), r, strict=True)) for r in rows]})
    else:
        print_rows(("at", "who", "door", "purpose"), rows)
