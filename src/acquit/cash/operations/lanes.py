"""Deciding about many bank lines in processes side by side, each about customers of its own.

While they decide about one stretch of lines, this process reads the next and cuts it. They begin and end a stretch
together, so that whoever waits for the account of unidentified money, whose lock they share, comes to it in between. A
line that touches nobody is left pending: the pass over what is left, after all, takes that lock alone.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from acquit.cash.operations.deciding import ChunkMatcher, MatchOutcome
from acquit.cash.operations.matching import CHUNK, decide_in_order, split_behind_returns
from acquit.cash.operations.surroundings import read_named, read_orders
from acquit.cash.queries import PendingLine, find_answers, list_pending_lines
from acquit.cash.rules.advices import StoredAdvice
from acquit.cash.rules.lanes import Ties, cut_lanes
from acquit.cash.rules.match_book import Advices
from acquit.cash.rules.remittance_text import Remittance, read_remittance
from acquit.core.references import normalise_reference
from acquit.infra.collector import paused_collector
from acquit.infra.side_processes import SideProcesses, side_processes
from acquit.infra.transaction import operation

Lane = Sequence[PendingLine]


def match_in_lanes(
    matcher: ChunkMatcher,
    business_date: date,
    workers: int,
    outcome: MatchOutcome,
    progress: Callable[[int], None] | None,
) -> None:
    """Decide about the pending bank lines that touch any customer; each lane's chunk is a transaction.

    An error in one lane is raised once the others' chunks, which stay, are done.
    """
    cutter = _Cutter(matcher, workers)
    make_worker = partial(_make_worker, replace(matcher, is_beside_others=True), business_date)
    with side_processes(make_worker, workers) as processes:
        waiting: Sequence[Lane] | None = cutter.cut_next()
        while waiting is not None:
            processes.begin(waiting)
            following = cutter.cut_next()
            _finish(processes, outcome)
            if progress is not None:
                progress(sum(map(len, waiting)))
            waiting = following


def _finish(processes: SideProcesses[Lane, MatchOutcome], outcome: MatchOutcome) -> None:
    for decided in processes.finish():
        outcome.add(decided)


def _make_worker(matcher: ChunkMatcher, business_date: date) -> Callable[[Lane], MatchOutcome]:
    """Make what decides about lanes, in the process that will."""
    return partial(_decide_lane, matcher, business_date)


def _decide_lane(matcher: ChunkMatcher, business_date: date, lane: Lane) -> MatchOutcome:
    outcome = MatchOutcome()
    decide_in_order(matcher, lane, outcome, business_date)
    return outcome


class _Cutter:
    """Reads pending lines stretch by stretch and cuts each into lanes by whom its lines may touch."""

    def __init__(self, matcher: ChunkMatcher, workers: int) -> None:
        self._matcher = matcher
        self._workers = workers
        self._after_id = 0
        self._parts: deque[Sequence[PendingLine]] = deque()
        self._ties = Ties()

    def cut_next(self) -> list[Lane] | None:
        """Give the lanes of the next lines; nothing where there are no more.

        As many as one process would decide about in one transaction: what these teach of their payers, the next ones
        are decided by, and that must not depend on the number of workers.
        """
        if not self._parts:
            found = list_pending_lines(self._matcher.company_id, after_id=self._after_id, most=CHUNK)
            if not found:
                return None
            self._after_id = found[-1].receipt.key
            self._parts = deque(split_behind_returns(found))
        lines = self._parts.popleft()
        with paused_collector(), operation(work_memory_mb=64):
            touched = self._list_touched(lines)
        return [
            [lines[place] for place in lane] for lane in cut_lanes(touched, self._ties, self._workers) if lane
        ]

    def _list_touched(self, lines: Sequence[PendingLine]) -> list[list[Hashable]]:
        """List for each line what its decision may read or change: customers with their families, and advices."""
        company_id = self._matcher.company_id
        facts = [line.receipt for line in lines]
        told = [read_remittance(fact) for fact in facts]
        documents, advices = read_named(company_id, facts, told)
        payers = self._matcher.find_payers(documents, facts, told)
        owners: defaultdict[str, set[int]] = defaultdict(set)
        for document in documents:
            owners[document.number_key].add(document.customer_id)
            if document.structured_reference:
                owners[normalise_reference(document.structured_reference)].add(document.customer_id)
        for order in read_orders(company_id, told):
            owners[normalise_reference(order.number)].add(order.customer_id)
        answers = find_answers(company_id, facts)
        index = Advices(advices)
        touched: list[list[Hashable]] = []
        for fact, remittance in zip(facts, told, strict=True):
            keys = _list_keys(remittance)
            spoken = [*index.of_total(fact.amount), *(a for key in keys for a in index.of_reference(key))]
            keys += [key for advice in spoken for key in _list_advised(advice)]
            known = {owner for key in keys for owner in owners.get(key, ())}
            known.update(payers.find_payer(fact, remittance).customer_ids)
            if fact.key in answers:
                answer, parts = answers[fact.key]
                known.update(each for each in (answer.customer_id, *(p.customer_id for p in parts)) if each)
            advised = sorted({f"advice {advice.id}" for advice in spoken}) if known else []
            touched.append([*payers.family_of(sorted(known)), *advised])
        return touched


def _list_keys(remittance: Remittance) -> list[str]:
    return [*(token.key for token in remittance.tokens), *remittance.other_keys, *remittance.references]


def _list_advised(advice: StoredAdvice) -> list[str]:
    numbers = (normalise_reference(number) for line in advice.lines for number in line.other_numbers)
    return [*(line.document_key for line in advice.lines), *numbers]
