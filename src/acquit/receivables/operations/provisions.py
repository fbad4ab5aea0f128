"""The expected loss: proposed from the books of a day, approved by a second person, posted, reversed.

The run books the difference between the loss that the matrix and the customers assessed alone ask for and what stands
on 1210: Dr 6100 / Cr 1210, or the reverse. Its movement table adds up by a constraint of its row.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import chain

from django.db import connection

from acquit.controls.queries import CompanyView, get_company, get_provision_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.controls.rules.policies import ProvisionPolicy
from acquit.core.errors import NotFound, Refusal
from acquit.core.money import EXACT, ZERO
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.schema import sql_text
from acquit.infra.transaction import operation
from acquit.ledger.operations import add_entries
from acquit.ledger.queries import get_balance, get_currencies, list_entry_drafts
from acquit.ledger.rules.accounts import AccountRole
from acquit.ledger.rules.entries import EntryDraft, Line, convert_lines, reverse_entry
from acquit.parties.queries import list_customers_by_id
from acquit.receivables.models import LossAssessment, ProvisionLine, ProvisionRun
from acquit.receivables.operations.allowance import hold_allowance
from acquit.receivables.queries.exposures import (
    list_assessments,
    list_exposure_history,
    list_exposures,
    list_taxed_exposures,
)
from acquit.receivables.rules.ageing import AGEING_BUCKETS
from acquit.receivables.rules.provisioning import (
    ABROAD,
    HOME,
    SEGMENTS,
    ProvisionRow,
    history_dates,
    plan_provision,
    plan_segment_rates,
    segment_of,
    sum_buckets,
    told_rates,
)
from acquit.receivables.rules.vat_relief import find_relief_rule


class CannotProvide(Refusal):
    """The run is not where this step begins, or one person would do both; nothing was changed."""

    code = "CANNOT_PROVIDE"


def assess_customer(
    *,
    actor: Actor,
    company_id: int,
    customer_id: int,
    valid_from: date,
    reason: str,
    loss_rate: Decimal | None = None,
    insured_percent: Decimal = ZERO,
    is_insurance_integral: bool = False,
) -> int:
    """Say what is known of one customer's losses from a day on; `loss_rate` in percent takes it out of the matrix.

    The insured part is left out only when the cover is integral to the contract (IFRS 9 B5.5.55).
    """
    actor.require(Duty.CLOSE, company_id)
    if not 0 <= insured_percent <= 100 or (loss_rate is not None and not 0 <= loss_rate <= 100):
        raise CannotProvide("A loss rate and an insured part are percents from 0 to 100.", param="loss_rate")
    with operation():
        row = LossAssessment.objects.create(
            customer_id=customer_id,
            actor_id=actor.user_id,
            company_id=company_id,
            valid_from=valid_from,
            is_insurance_integral=is_insurance_integral,
            reason=reason,
            loss_rate=loss_rate,
            insured_percent=insured_percent,
        )
        _tell(actor, company_id, "receivables.loss.assessed", customer_id, "CUSTOMER")
    return row.id


def propose_provision(*, actor: Actor, company_id: int, as_of: date) -> ProvisionRun:
    """Compute the expected loss at the end of a day and what would be booked for it; nothing is booked yet.

    Gives the run that is proposed for the day already when it says the same.
    """
    actor.require(Duty.CLOSE, company_id)
    with operation():
        company = get_company(company_id)
        in_force, policy = get_provision_policy(company_id=company_id, on_date=as_of)
        rows, basis = _plan(company, policy, as_of)
        movement = _movement(company_id, as_of, sum((row.loss for row in rows), ZERO))
        where = {"company_id": company_id, "as_of": as_of, "state": "PROPOSED"}
        before = ProvisionRun.objects.filter(**where).order_by("-id").first()
        if before is not None and before.basis == basis and _has(before, movement):
            return before
        run = ProvisionRun.objects.create(
            **where,
            **movement,
            policy_version_id=in_force.version_id,
            proposed_by_id=actor.user_id,
            currency=company.currency,
            basis=basis,
        )
        lines = [
            ProvisionLine(
                provision_run_id=run.id,
                customer_id=row.customer_id,
                company_id=company_id,
                segment=row.segment,
                bucket=AGEING_BUCKETS[row.bucket],
                gross_amount=row.gross,
                tax_amount=row.tax,
                insured_amount=row.insured,
                loss_rate=row.loss_rate,
                loss_amount=row.loss,
            )
            for row in rows
        ]
        ProvisionLine.objects.bulk_create(lines, batch_size=5000)
        _tell(actor, company_id, "receivables.provision.proposed", run.id)
    return run


def _movement(company_id: int, as_of: date, required: Decimal) -> dict[str, Decimal]:
    """Give the movement table that leads the allowance from the last posted run to what is required."""
    booked = -get_balance(company_id=company_id, roles=[AccountRole.LOSS_ALLOWANCE], as_of=as_of)
    posted = ProvisionRun.objects.filter(company_id=company_id, state="POSTED", as_of__lte=as_of)
    last = posted.order_by("-as_of", "-id").first()
    opening = last.closing_amount if last else ZERO
    used = _used(company_id, last.as_of if last else None, as_of)
    return {
        "opening_amount": opening,
        "used_amount": used,
        "other_amount": booked - (opening - used),
        "charge_amount": max(required - booked, ZERO),
        "released_amount": max(booked - required, ZERO),
        "closing_amount": required,
    }


def _has(run: ProvisionRun, movement: dict[str, Decimal]) -> bool:
    return all(getattr(run, name) == amount for name, amount in movement.items())


def _plan(
    company: CompanyView, policy: ProvisionPolicy, as_of: date
) -> tuple[tuple[ProvisionRow, ...], dict[str, object]]:
    """Plan the rows of a run, and say what its rates come from."""
    assessments = list_assessments(company_id=company.id, as_of=as_of)
    is_taxed = policy.is_vat_excluded and find_relief_rule(company.country, as_of) is not None
    if is_taxed:
        exposures = list_taxed_exposures(company_id=company.id, as_of=as_of, currency=company.currency)
    else:
        exposures = list_exposures(company_id=company.id, as_of=as_of)
    dates = history_dates(as_of, policy.history_months) if policy.history_months else ()
    history = list_exposure_history(company_id=company.id, dates=dates)
    named = {e.customer_id for e in (*exposures, *chain.from_iterable(history))}
    segments = {
        view.id: segment_of(view.country, company.country) for view in list_customers_by_id(named).values()
    }
    alone = {customer_id for customer_id, known in assessments.items() if known.loss_rate is not None}
    share = EXACT.divide(policy.loss_given_default_percent, Decimal(100))
    listed = {HOME: policy.loss_rates, ABROAD: policy.abroad_loss_rates}
    rates = {
        segment: plan_segment_rates(
            sum_buckets(history, segment, segments, alone),
            tuple(map(Decimal, listed[segment])),
            share,
            policy.forward_looking_factor,
        )
        for segment in SEGMENTS
    }
    basis: dict[str, object] = {
        "month_ends": [day.isoformat() for day in dates],
        "loss_given_default_percent": str(policy.loss_given_default_percent),
        "forward_looking_factor": str(policy.forward_looking_factor),
        "is_vat_excluded": is_taxed,
        "segments": {segment: told_rates(of) for segment, of in rates.items()},
    }
    return plan_provision(exposures, segments, assessments, rates, company.currency), basis


def approve_provision(*, actor: Actor, run_id: int) -> None:
    """Say yes to a proposed run; refuses (`CannotProvide`) the person who proposed it."""
    with operation():
        run = _locked(run_id, "PROPOSED")
        actor.require(Duty.CLOSE, run.company_id)
        if actor.user_id == run.proposed_by_id:
            raise CannotProvide("A provision is approved by a second person.", param="approver")
        ProvisionRun.objects.filter(id=run_id).update(state="APPROVED", approved_by_id=actor.user_id)
        _tell(actor, run.company_id, "receivables.provision.approved", run_id)


def post_provision(*, actor: Actor, run_id: int) -> int | None:
    """Book an approved run on its day; gives the entry, None when nothing changed.

    Refuses (`CannotProvide`) when the allowance or what is owed moved since it was proposed: propose again.
    """
    with operation():
        run = _locked(run_id, "APPROVED")
        actor.require(Duty.CLOSE, run.company_id)
        hold_allowance(run.company_id, run.as_of)
        company = get_company(run.company_id)
        _, policy = get_provision_policy(company_id=run.company_id, on_date=run.as_of)
        rows, _ = _plan(company, policy, run.as_of)
        if sum((row.loss for row in rows), ZERO) != run.closing_amount:
            raise CannotProvide("What is owed moved since the run was proposed. Propose it again.")
        booked = -get_balance(company_id=run.company_id, roles=[AccountRole.LOSS_ALLOWANCE], as_of=run.as_of)
        change = run.charge_amount - run.released_amount
        if booked + change != run.closing_amount:
            raise CannotProvide("The allowance moved since the run was proposed. Propose it again.")
        entry_id = None
        if change != 0:
            lines = (Line(AccountRole.BAD_DEBT, change), Line(AccountRole.LOSS_ALLOWANCE, -change))
            rates = get_currencies(
                document=run.currency,
                company=company.currency,
                group=company.group_currency,
                on_date=run.as_of,
            )
            entry_id = _book(
                EntryDraft(
                    run.company_id,
                    run.as_of,
                    "PROVISION",
                    run.currency,
                    convert_lines(lines, rates),
                    actor_id=actor.user_id,
                    text=f"ECL {run.as_of}",
                )
            )
        ProvisionRun.objects.filter(id=run_id).update(state="POSTED", entry_id=entry_id)
        _tell(actor, run.company_id, "receivables.provision.posted", run_id)
    return entry_id


def reverse_provision(*, actor: Actor, run_id: int, on_date: date) -> int | None:
    """Take a posted run back by the opposite entry, on its own day at the earliest; gives the entry."""
    with operation():
        run = _locked(run_id, "POSTED")
        actor.require(Duty.CLOSE, run.company_id)
        hold_allowance(run.company_id, on_date)
        reversal_id = None
        if run.entry_id is not None:
            entry = list_entry_drafts([run.entry_id])[run.entry_id]
            reversal_id = _book(
                reverse_entry(
                    run.entry_id,
                    entry,
                    posting_date=max(on_date, entry.posting_date),
                    actor_id=actor.user_id,
                )
            )
        ProvisionRun.objects.filter(id=run_id).update(state="REVERSED", reversal_entry_id=reversal_id)
        _tell(actor, run.company_id, "receivables.provision.reversed", run_id)
    return reversal_id


def _used(company_id: int, after: date | None, until: date) -> Decimal:
    """Sum what write-offs took from the allowance in (after, until], less what their reversals gave back."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql_text("receivables", "allowance_used.sql"),
            {"company_id": company_id, "after": after, "until": until},
        )
        return Decimal(cursor.fetchone()[0])


def _book(entry: EntryDraft) -> int:
    plan = WritePlan()
    [entry_id] = add_entries(plan, [entry])
    write(plan)
    return entry_id


def _locked(run_id: int, state: str) -> ProvisionRun:
    run = ProvisionRun.objects.select_for_update(no_key=True).filter(id=run_id).first()
    if run is None:
        raise NotFound(f"There is no provision run {run_id}.", param="run")
    if run.state != state:
        raise CannotProvide(f"Provision run {run_id} is {run.state}, not {state}.", param="run")
    return run


def _tell(
    actor: Actor, company_id: int, kind: str, object_id: int, object_kind: str = "PROVISION_RUN"
) -> None:
    plan = WritePlan()
    record_events(plan, [EventDraft(company_id, kind, object_kind, object_id, actor_id=actor.user_id)])
    write(plan)
