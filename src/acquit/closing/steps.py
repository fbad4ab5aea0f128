"""The steps of a close: each looks, acts through the rooms' operations, and gives its evidence.

A step that finds something in the way refuses, naming the mend; it is then not done, and the next run tries it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from acquit.cash.operations import match_bank_lines
from acquit.closing.rules.checklist import (
    CannotClosePeriod,
    CloseStep,
    StepResult,
    done,
    nothing_to_do,
    waiting,
)
from acquit.controls.queries import CompanyView, get_provision_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.calendar import add_days
from acquit.insight.queries.close import (
    get_close_facts,
    list_foreign_items,
    list_reconciliations,
    list_waiting_receipts,
)
from acquit.ledger.batch import post_accruals
from acquit.ledger.operations import move_period, open_following_period, period_name, revalue_items
from acquit.ledger.queries import (
    RevaluationView,
    get_balance,
    get_trial_balance,
    list_periods,
    list_unmapped_roles,
)
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.periods import PeriodStatus
from acquit.receivables.operations import post_provision, propose_provision
from acquit.receivables.queries import find_provision, get_provision


@dataclass(frozen=True, slots=True)
class Closing:
    """Who closes which period of which company, and when; `run_id` is the close's run."""

    actor: Actor
    company: CompanyView
    period_id: int
    name: str
    start_date: date
    end_date: date
    business_date: date
    started_at: datetime
    run_id: int

    @property
    def last_date(self) -> date:
        """Give the last day inside the period."""
        return add_days(self.end_date, -1)


def check_cut_off(closing: Closing) -> StepResult:
    """See that the period is over, the ones before it are closed, and the one after takes what is taken back in it."""
    if closing.business_date < closing.end_date:
        raise CannotClosePeriod(
            f"Period {closing.name} ends on {closing.last_date}: it is not over.", param="period"
        )
    before = [
        period_name(period)
        for period in reversed(list_periods(closing.company.id))
        if period.end_date <= closing.start_date and period.status in {PeriodStatus.OPEN, PeriodStatus.FUTURE}
    ]
    if before:
        raise CannotClosePeriod(
            f"Close {', '.join(before[:12])} before {closing.name}.", param="period", details={"open": before}
        )
    open_following_period(actor=closing.actor, company_id=closing.company.id, after_date=closing.end_date)
    facts = get_close_facts(
        company_id=closing.company.id, start_date=closing.start_date, end_date=closing.end_date
    )
    unmapped = [role.value for role in list_unmapped_roles(closing.company.id)]
    return done(
        documents=facts.documents,
        entries=facts.entries,
        taxed_later=facts.taxed_later,
        taxed_before=facts.taxed_before,
        unmapped_roles=unmapped,
    )


def check_bill_runs(_closing: Closing) -> StepResult:
    """Say that there is nothing to bill: no room here keeps orders or contracts yet."""
    return nothing_to_do("No orders or contracts are kept here, so nothing is delivered and not billed.")


def apply_cash(closing: Closing) -> StepResult:
    """Decide about bank lines nobody decided about yet; what waits for a person stands on 2100 and is told."""
    if closing.actor.has_duty(Duty.CASH, closing.company.id):
        match_bank_lines(
            actor=closing.actor,
            company_id=closing.company.id,
            business_date=closing.business_date,
            decided_at=closing.started_at,
        )
    facts = get_close_facts(
        company_id=closing.company.id, start_date=closing.start_date, end_date=closing.end_date
    )
    if facts.undecided_bank_lines:
        raise CannotClosePeriod(
            f"{facts.undecided_bank_lines} bank lines of before {closing.end_date} are not decided."
            " Let a person with the duty CASH match them.",
            param="cash",
        )
    waiting = list_waiting_receipts(company_id=closing.company.id, end_date=closing.end_date)
    return done(
        undecided_bank_lines=0,
        waiting=[{"currency": w.currency, "receipts": w.count, "amount": str(w.amount)} for w in waiting],
    )


def check_unbilled(closing: Closing) -> StepResult:
    """Say that nothing is recognised over time yet, with what stands on 1220 and 2120."""
    roles = (AccountRole.CONTRACT_ASSET, AccountRole.DEFERRED_REVENUE)
    balances = {
        role.value: str(get_balance(company_id=closing.company.id, roles=[role], as_of=closing.last_date))
        for role in roles
    }
    return nothing_to_do("No revenue is recognised over time here yet.", **balances)


def post_recurring(closing: Closing) -> StepResult:
    """Post the recurring entries due, and their reversals on day 1 of the next period."""
    outcome = post_accruals(
        actor=closing.actor,
        company_id=closing.company.id,
        period_id=closing.period_id,
        started_at=closing.started_at,
    )
    if outcome.refused:
        recurring_id, _, message = outcome.refused[0]
        raise CannotClosePeriod(
            f"{len(outcome.refused)} recurring entries were refused; the first, {recurring_id}: {message}",
            param="accruals",
        )
    if not outcome.posted and not outcome.known:
        return nothing_to_do("No recurring entry is due.", run=outcome.run_id)
    return done(run=outcome.run_id, posted=outcome.posted, known=outcome.known)


def revalue(closing: Closing) -> StepResult:
    """Revalue open foreign items at the last day's rates, and take it back on day 1."""
    revaluations = _revalue(closing)
    if not revaluations:
        return nothing_to_do(f"No item is open in another currency than {closing.company.currency}.")
    return done(revaluations=[_told(row) for row in revaluations])


def _revalue(closing: Closing) -> list[RevaluationView]:
    items = list_foreign_items(
        company_id=closing.company.id,
        company_currency=closing.company.currency,
        as_of=closing.last_date,
    )
    return revalue_items(
        actor=closing.actor,
        company_id=closing.company.id,
        as_of=closing.last_date,
        items=items,
        run_id=closing.run_id,
    )


def _told(row: RevaluationView) -> dict[str, object]:
    return {
        "revaluation": row.id,
        "account": row.role.value,
        "currency": row.currency,
        "rate": str(row.closing_rate),
        "items": row.item_count,
        "unrealised": str(row.unrealised_amount),
        "entry": row.entry_id,
    }


def provide_for_losses(closing: Closing) -> StepResult:
    """Propose the expected loss of the last day, wait for a second person's yes, and book it.

    A company without a provision policy of its own provides by hand or not at all: the shipped rates are an example of
    the standard, and nobody there said yes to them.
    """
    company_id, as_of = closing.company.id, closing.last_date
    allowance = get_balance(company_id=company_id, roles=[AccountRole.LOSS_ALLOWANCE], as_of=as_of)
    in_force, _ = get_provision_policy(company_id=company_id, on_date=as_of)
    if in_force.version_id is None:
        return nothing_to_do(
            "The company has no provision policy of its own, so no expected loss is booked.",
            allowance=str(allowance),
        )
    run = find_provision(company_id=company_id, as_of=as_of)
    if run is None or run.state == "PROPOSED":
        run = get_provision(propose_provision(actor=closing.actor, company_id=company_id, as_of=as_of).id)
    told: dict[str, object] = {
        "provision": run.id,
        "policy_version": run.policy_version_id,
        "movement": run.movement,
        "basis": dict(run.basis),
    }
    if run.state == "PROPOSED" and run.charge == run.released == 0:
        return nothing_to_do("The allowance is what is expected to be lost.", **told)
    if run.state == "PROPOSED":
        return waiting(
            f"The provision of {closing.last_date} waits for a second person: an allowance of {run.closing}"
            f" {run.currency}. Run: acquit provision approve --run {run.id} --by ...",
            **told,
        )
    entry_id = run.entry_id if run.state == "POSTED" else post_provision(actor=closing.actor, run_id=run.id)
    return done(entry=entry_id, approved_by=run.approved_by_id, **told)


def reconcile_books(closing: Closing) -> StepResult:
    """Reconcile open items and control accounts as of the last day; refuses what nothing explains."""
    found = list_reconciliations(company_id=closing.company.id, as_of=closing.last_date)
    apart = [row for row in found if not row.is_reconciled]
    if apart:
        first = apart[0]
        raise CannotClosePeriod(
            f"{first.role} in {first.currency}: open items {first.subledger}, account {first.ledger};"
            f" {first.document.unexplained} {first.currency} is not explained. Run: acquit check",
            param="reconciliation",
            details={"accounts": [f"{row.role}/{row.currency}" for row in apart]},
        )
    return done(
        accounts=[
            {
                "account": row.role.value,
                "currency": row.currency,
                "items": str(row.subledger),
                "ledger": str(row.ledger),
                "difference": str(row.document.difference),
                "explained_by": [{"text": item.text, "amount": str(item.amount)} for item in row.items],
            }
            for row in found
        ]
    )


def lock_subledger(closing: Closing) -> StepResult:
    """Close the period softly, then value and reconcile what was posted between the steps and now."""
    move_period(
        actor=closing.actor,
        period_id=closing.period_id,
        to_status=PeriodStatus.SOFT_CLOSED,
        reason="period close",
        run_id=closing.run_id,
    )
    revaluations = _revalue(closing)
    return done(
        revaluations=[_told(row) for row in revaluations], reconciliation=reconcile_books(closing).evidence
    )


def lock_ledger(closing: Closing) -> StepResult:
    """Close the period, with the trial balance it closes on and its hash."""
    reconcile_books(closing)
    move_period(
        actor=closing.actor,
        period_id=closing.period_id,
        to_status=PeriodStatus.CLOSED,
        reason="period close",
        run_id=closing.run_id,
    )
    rows = [
        [row.code, row.currency, str(row.amount), str(row.company_amount), str(row.group_amount)]
        for row in get_trial_balance(company_id=closing.company.id, as_of=closing.last_date)
    ]
    text = "\n".join("\t".join(row) for row in rows)
    return done(trial_balance=rows, sha256=hashlib.sha256(text.encode()).hexdigest())


STEPS: Mapping[CloseStep, Callable[[Closing], StepResult]] = {
    CloseStep.CUT_OFF: check_cut_off,
    CloseStep.BILL_RUNS: check_bill_runs,
    CloseStep.CASH_APPLIED: apply_cash,
    CloseStep.UNBILLED_AND_DEFERRED: check_unbilled,
    CloseStep.ACCRUALS: post_recurring,
    CloseStep.FX: revalue,
    CloseStep.ECL: provide_for_losses,
    CloseStep.RECONCILE: reconcile_books,
    CloseStep.LOCK_SUBLEDGER: lock_subledger,
    CloseStep.LOCK_LEDGER: lock_ledger,
}
