"""`acquit cash`: what became of every bank line, and the proof of each decision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli import reconciling
from acquit.cli.answer import write_amount
from acquit.cli.arguments import AsJson, companies_named, read_day
from acquit.cli.printing import print_json, print_rows
from acquit.core.errors import NotFound

if TYPE_CHECKING:
    from acquit.cash.queries.explanations import Explanation
    from acquit.cash.rules.outcomes import Outcome, PlacedAmount

app = typer.Typer(help="What became of the money on the bank.", no_args_is_help=True)
app.command("reconcile")(reconciling.reconcile)
app.command("escalate")(reconciling.escalate)

Companies = Annotated[
    list[str] | None, typer.Option("--company", help="The company's name, as often as you like; all.")
]


@app.callback()
def cash() -> None:
    """Look at what became of the money on the bank."""


@app.command()
def outcomes(
    since: Annotated[
        date | None,
        typer.Option("--since", parser=read_day, metavar="DATE", help="Booked on this day or later; all."),
    ] = None,
    company: Companies = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """List what became of every booked bank line: whose money it was, what it paid, what differed."""
    from acquit.cli.session import open_house

    open_house()
    from acquit.cash.queries import list_outcomes
    from acquit.parties.queries import list_customer_numbers

    ids = [one.id for one in companies_named(company or [])]
    numbers = list_customer_numbers(ids)
    found = list_outcomes(company_ids=ids, since=since)
    if as_json:
        _print_list(outcome_to_json(outcome, numbers) for outcome in found)
    else:
        heads = ("booked", "account", "amount", "", "state", "customer", "paid", "differences", "decision")
        print_rows(heads, (_row(outcome, numbers) for outcome in found))


@app.command()
def rematch(company: Companies = None, as_json: AsJson = False) -> None:
    """Decide again about money that waits: an advice, an invoice or a return may have come since."""
    from acquit.cli.session import command_line, now, open_house, today

    open_house()
    from acquit.cash.operations import rematch_waiting

    applied = {
        one.name: rematch_waiting(
            actor=command_line(), company_id=one.id, business_date=today(), decided_at=now()
        )
        for one in companies_named(company or [])
    }
    if as_json:
        print_json(applied)
    else:
        print_rows(("company", "applied now"), applied.items())


@app.command()
def explain(
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="Such as D-88214, or 88214.")],
    as_json: AsJson = False,
) -> None:
    """Print the proof of a decision: the evidence, what was refused, the entries, and how to undo it."""
    from acquit.cli.explaining import explanation_to_json, show_explanation
    from acquit.cli.session import open_house

    number = read_decision(decision)
    open_house()
    from acquit.cash.queries import get_explanation

    found: Explanation = get_explanation(number)
    if as_json:
        print_json(explanation_to_json(found))
    else:
        show_explanation(found)


@app.command()
def learn(
    company: Companies = None,
    by: Annotated[str | None, typer.Option("--by", help="The user who stores what was learned.")] = None,
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", help="The user who approved it; another one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Learn how often proposals are right from what people decided, and show the calibration.

    It is stored, and matching uses it from today on, only where two users say so.
    """
    from acquit.cli.learning import learn_models

    learn_models(company or [], by, approved_by, as_json=as_json)


def read_decision(text: str) -> int:
    """Read a decision as typed; refuses (`NotFound`) what names none."""
    digits = text.strip().upper().removeprefix("D-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise NotFound(f"{text!r} names no decision. Give it as in D-88214.", param="decision")
    return int(digits)


def outcome_to_json(outcome: Outcome, numbers: dict[int, str]) -> dict[str, Any]:
    """Give an outcome as one JSON object; amounts are text in the document's currency."""
    line = outcome.line
    return {
        "account": line.account,
        "booking_date": line.booking_date.isoformat(),
        "amount": write_amount(line.amount, line.currency),
        "bank_reference": line.bank_reference,
        "state": outcome.state or None,
        "customer": numbers.get(line.customer_id or 0),
        "applied": _placed(outcome.applied),
        "differences": [
            {
                "kind": each.kind,
                "document": each.document,
                "amount": write_amount(each.amount, each.currency),
                "reason": each.reason,
            }
            for each in outcome.differences
        ],
        "proposals": [
            {"customer": numbers.get(each.customer_id or 0), "applied": _placed(each.applied)}
            for each in outcome.proposals
        ],
        "score": None if outcome.score is None else format(outcome.score, "f"),
        "decision": None if line.decision_id is None else f"D-{line.decision_id}",
    }


def _placed(parts: tuple[PlacedAmount, ...]) -> list[dict[str, str]]:
    return [{"document": part.document, "amount": write_amount(part.amount, part.currency)} for part in parts]


def _print_list(rows: Iterator[dict[str, Any]]) -> None:
    """Print a JSON list row by row, so that none of it is kept."""
    print("[", end="")
    for place, row in enumerate(rows):
        print(",\n " if place else "\n ", json.dumps(row, ensure_ascii=False), sep="", end="")
    print("\n]")


def _row(outcome: Outcome, numbers: dict[int, str]) -> tuple[object, ...]:
    line = outcome.line
    told = outcome.applied or (outcome.proposals[0].applied if outcome.proposals else ())
    paid = ", ".join(f"{part.document} {write_amount(part.amount, part.currency)}" for part in told)
    differences = ", ".join(
        f"{each.kind.lower().replace('_', ' ')} {write_amount(each.amount, each.currency)}"
        for each in outcome.differences
    )
    return (
        line.booking_date,
        line.account,
        write_amount(line.amount, line.currency),
        line.currency,
        outcome.state.lower().replace("_", " "),
        numbers.get(line.customer_id or 0, ""),
        paid if outcome.applied or not paid else f"({paid})",
        differences,
        f"D-{line.decision_id}" if line.decision_id is not None else "",
    )
