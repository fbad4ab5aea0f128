"""Deciding about new money: bank lines that nobody has decided about, and payments that came without a line.

A bank line is pending until it has a receipt, so a run that was killed goes on where it stopped and running it twice
changes nothing. The work is cut in chunks, each in its own transaction (`deciding`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from acquit.cash.operations.decided import NewMoney
from acquit.cash.operations.deciding import ChunkMatcher, MatchOutcome
from acquit.cash.operations.ordered_money import decide_lines
from acquit.cash.operations.returning import settle_named_returns, settle_returns
from acquit.cash.queries import (
    PendingLine,
    find_match_model,
    list_pending_ids,
    list_pending_lines,
)
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST, clean_text
from acquit.controls.queries import get_matching_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.money import to_minor_units
from acquit.ledger.operations import open_booked_periods

#: So many receipts are one transaction: their customers' clerks wait for it, a second or two.
CHUNK = 5000
#: From so many lines on, processes of their own are worth starting: each takes a second or two until it works.
LANES_FROM = 20_000


def match_bank_lines(
    *,
    actor: Actor,
    company_id: int,
    business_date: date,
    decided_at: datetime,
    run_id: int | None = None,
    progress: Callable[[int], None] | None = None,
    workers: int = 1,
) -> MatchOutcome:
    """Decide about every pending bank line of a company, oldest first, a chunk a transaction.

    Collections that came back are settled and followed: those the lines tell of, and what waits from runs before.
    `workers`: so many processes decide side by side where there are many lines, each about customers of its own; what
    is decided is the same. Refuses (`WorkerDied`) when one of them ends early; running again decides about the rest.
    """
    matcher, outcome = make_matcher(actor, company_id, business_date, decided_at, run_id), MatchOutcome()
    line_ids = list_pending_ids(company_id)
    if workers > 1 and len(line_ids) >= LANES_FROM:
        from acquit.cash.operations.lanes import match_in_lanes

        line_ids = match_in_lanes(matcher, line_ids, business_date, workers, outcome, progress)
    for start in range(0, len(line_ids), CHUNK):
        lines = list_pending_lines(company_id, line_ids[start : start + CHUNK])
        decide_in_order(matcher, lines, outcome, business_date)
        if progress is not None:
            progress(len(lines))
    settle_named_returns(
        actor=actor,
        company_id=company_id,
        policy=matcher.policy,
        business_date=business_date,
        decided_at=decided_at,
    )
    return outcome


def decide_in_order(
    matcher: ChunkMatcher, lines: Sequence[PendingLine], outcome: MatchOutcome, business_date: date
) -> None:
    """Decide about a chunk of lines in the order they came, and settle the sure returns among them."""
    for part in split_behind_returns(lines):
        decide_lines(matcher, [_of_line(line) for line in part], outcome, business_date)
        gone = [line.receipt.key for line in part if line.receipt.amount < 0]
        if gone:
            settle_returns(
                actor=matcher.actor,
                company_id=matcher.company_id,
                policy=matcher.policy,
                bank_line_ids=gone,
                business_date=business_date,
                decided_at=matcher.decided_at,
            )


def split_behind_returns(lines: Sequence[PendingLine]) -> Iterator[Sequence[PendingLine]]:
    """Cut lines where somebody pays whose payment came back before: what it paid is owed again by then."""
    start, returned = 0, set[str]()
    for place, line in enumerate(lines):
        fact = line.receipt
        payer = {fact.iban, fact.counterparty} - {""}
        if fact.amount > 0 and not returned.isdisjoint(payer):
            yield lines[start:place]
            start, returned = place, set()
        elif fact.amount < 0 and (fact.return_code or fact.is_reversal):
            returned |= payer
    yield lines[start:]


def record_payments(
    *,
    actor: Actor,
    company_id: int,
    payments: Sequence[NewMoney],
    business_date: date,
    decided_at: datetime,
    run_id: int | None = None,
) -> MatchOutcome:
    """Record payments that came without a bank line, known ones left alone, and decide about each.

    Refuses whole (`UnknownCurrency`, `AmountTooFine`, `AmountTooLarge`) before anything is written.
    """
    matcher, outcome = make_matcher(actor, company_id, business_date, decided_at, run_id), MatchOutcome()
    for payment in payments:
        to_minor_units(payment.fact.amount, payment.fact.currency)
    for start in range(0, len(payments), CHUNK):
        part = [_clean(payment) for payment in payments[start : start + CHUNK]]
        days = [payment.booking_date for payment in part]
        open_booked_periods(company_id=company_id, days=days, business_date=business_date)
        matcher.decide(part, outcome)
    return outcome


def make_matcher(
    actor: Actor, company_id: int, business_date: date, decided_at: datetime, run_id: int | None
) -> ChunkMatcher:
    """Make the matcher of a company under the policy of a day; refuses (`NotAllowed`)."""
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.CASH, company_id)
    version, policy = get_matching_policy(company_id=company_id, on_date=business_date)
    return ChunkMatcher(
        actor=actor,
        company_id=company_id,
        policy=policy,
        policy_version=version.version,
        policy_version_id=version.version_id,
        decided_at=decided_at,
        run_id=run_id,
        model=find_match_model(company_id, business_date),
    )


def _of_line(line: PendingLine) -> NewMoney:
    return NewMoney(
        fact=line.receipt,
        booking_date=line.booking_date,
        number=line.bank_reference or f"Z-{line.receipt.key}",
        bank_line_id=line.receipt.key,
    )


def _clean(payment: NewMoney) -> NewMoney:
    """Bring the texts of a payment to what can be stored; what names it stays its own, however long it is."""
    fact = payment.fact
    return replace(
        payment,
        fact=fact._replace(
            text=clean_text(fact.text),
            counterparty=clean_text(fact.counterparty, NAME_LENGTH_AT_MOST),
            structured_reference=clean_text(fact.structured_reference, NAME_LENGTH_AT_MOST),
            end_to_end_id=clean_text(fact.end_to_end_id, NAME_LENGTH_AT_MOST),
            iban=clean_text(fact.iban, NAME_LENGTH_AT_MOST),
        ),
        number=clean_text(payment.number, NAME_LENGTH_AT_MOST),
        source=clean_text(payment.source, NAME_LENGTH_AT_MOST),
        reference=_short_reference(clean_text(payment.reference)),
    )


def _short_reference(reference: str) -> str:
    if len(reference) <= NAME_LENGTH_AT_MOST:
        return reference
    digest = hashlib.sha256(reference.encode()).hexdigest()
    return f"{reference[: NAME_LENGTH_AT_MOST - len(digest)]}{digest}"
