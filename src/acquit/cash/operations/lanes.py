"""Deciding about many bank lines in processes side by side, each about customers of its own.

First they read what every line may touch, then the money is cut by that (`rules.lanes`): a customer's is decided about
in one go, for its items are read once then. They begin and end a round together, so that whoever waits for the account
of unidentified money, whose lock they share, comes to it in between. A line of which nobody can say here what it hangs
together with is left pending: the pass over what is left, after all, takes that lock alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import NamedTuple

from acquit.cash.operations.deciding import ChunkMatcher, MatchOutcome
from acquit.cash.operations.matching import CHUNK, decide_in_order
from acquit.cash.queries import find_answers, list_pending_lines
from acquit.cash.rules.lanes import cut_rounds
from acquit.cash.rules.touching import list_touched
from acquit.infra.collector import paused_collector
from acquit.infra.side_processes import SideProcesses, side_processes
from acquit.infra.transaction import operation

Touched = Sequence[Hashable]


class Part(NamedTuple):
    """Lines for one process, by id: to be decided about, or only to be looked at for what they may touch."""

    line_ids: Sequence[int]
    is_decided: bool


class Done(NamedTuple):
    """What a process gives of a part: what became of its lines, or what each may touch."""

    outcome: MatchOutcome
    touched: Sequence[tuple[int, Touched]]


def match_in_lanes(
    matcher: ChunkMatcher,
    line_ids: Sequence[int],
    business_date: date,
    workers: int,
    outcome: MatchOutcome,
    progress: Callable[[int], None] | None,
) -> list[int]:
    """Decide about the bank lines of which it is known what they touch, a part a transaction; gives the others.

    An error in one lane is raised once the others' parts, which stay, are done.
    """
    make_worker = partial(_make_worker, replace(matcher, is_beside_others=True), business_date)
    with side_processes(make_worker, workers) as processes:
        touched = _look_at(line_ids, processes, workers)
        for lanes in cut_rounds([things for _, things in touched], workers, CHUNK):
            processes.begin([Part([touched[place][0] for place in lane], is_decided=True) for lane in lanes])
            for done in processes.finish():
                outcome.add(done.outcome)
            if progress is not None:
                progress(sum(map(len, lanes)))
    return [line_id for line_id, things in touched if not things]


def _look_at(
    line_ids: Sequence[int], processes: SideProcesses[Part, Done], workers: int
) -> list[tuple[int, Touched]]:
    """List what each line may touch, in their order."""
    touched: list[tuple[int, Touched]] = []
    for start in range(0, len(line_ids), workers * CHUNK):
        round_ids = line_ids[start : start + workers * CHUNK]
        parts = [round_ids[place : place + CHUNK] for place in range(0, len(round_ids), CHUNK)]
        processes.begin([Part(part, is_decided=False) for part in parts])
        for done in processes.finish():
            touched += done.touched
    return touched


def _make_worker(matcher: ChunkMatcher, business_date: date) -> Callable[[Part], Done]:
    """Make what works on parts, in the process that will."""
    return partial(_work_on, matcher, business_date)


def _work_on(matcher: ChunkMatcher, business_date: date, part: Part) -> Done:
    lines, outcome = list_pending_lines(matcher.company_id, part.line_ids), MatchOutcome()
    if part.is_decided:
        decide_in_order(matcher, lines, outcome, business_date)
        return Done(outcome, ())
    facts = [line.receipt for line in lines]
    with paused_collector(), operation(work_memory_mb=64):
        around, answers = matcher.look_around(facts), find_answers(matcher.company_id, facts)
    answering = {
        key: [
            each for each in (answer.customer_id, *(part.customer_id for part in parts)) if each is not None
        ]
        for key, (answer, parts) in answers.items()
    }
    touched = list_touched(facts, around, answering, matcher.policy)
    return Done(outcome, [(fact.key, things) for fact, things in zip(facts, touched, strict=True)])
