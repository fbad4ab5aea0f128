"""Runs of direct debits: proposed, told to the debtors once a second person approves, written once as a file.

The file's bytes are kept with the run, so whoever asks again after a crash gets the same order and the bank sees no
second one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from acquit.cash.models import DebitCollection, DebitRun, Mandate, NoticeText, PreNotification
from acquit.cash.operations.mandates import lapse_mandates
from acquit.cash.queries import (
    BankAccountView,
    DebitFile,
    build_debit_file,
    get_bank_account,
    list_active_mandates,
    list_open_items_of,
    list_untold_amendments,
    mandate_fact,
    plan_next_run,
)
from acquit.cash.rules.debit_runs import (
    CURRENCY,
    NAMED_BEFORE,
    CannotCollect,
    CollectionState,
    LeftOut,
    PlannedCollection,
    RunState,
    check_day,
    check_transition,
    notice_days,
    submit_by,
)
from acquit.cash.rules.mandates import MandateState
from acquit.cash.rules.notices import NoticeFacts, write_notice
from acquit.controls.queries import get_company, get_direct_debit_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.core.money import ZERO
from acquit.core.references import is_iban
from acquit.formats.pain import DEBIT_VERSIONS
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.parties.operations import lock_customers
from acquit.parties.queries import list_customers_by_id
from acquit.receivables.queries import list_items


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """A run, the state an act left it in, what it collects and what was due and is left out."""

    run_id: int
    state: str
    message_id: str
    submit_by: date
    count: int
    amount: Decimal
    left_out: tuple[LeftOut, ...] = ()


def propose_debit_run(
    *,
    actor: Actor,
    company_id: int,
    bank_account_id: int,
    collection_date: date,
    business_date: date,
    version: str = "pain.008.001.08",
) -> RunOutcome:
    """Propose to collect what is due by a day of customers with active mandates, to an account of ours.

    Refuses (`CannotCollect`) days on which banks do not settle or for which it is too late, versions that are not
    written, an account that is no IBAN, and when nothing is left.
    """
    actor.require(Duty.CASH, company_id)
    account = get_bank_account(bank_account_id)
    if account.company_id != company_id or account.currency != CURRENCY:
        raise NotFound(
            f"There is no account {bank_account_id} in {CURRENCY} in this company.", param="account"
        )
    if not is_iban(account.account):
        raise CannotCollect(f"{account.account} is no IBAN: no bank credits it.", param="account")
    if version not in DEBIT_VERSIONS:
        raise CannotCollect(f"{version} is not written; {', '.join(DEBIT_VERSIONS)} are.", param="version")
    _, policy = get_direct_debit_policy(company_id=company_id, on_date=business_date)
    check_day(collection_date, business_date, policy)
    with operation():
        lock_customers(list_active_mandates(company_id))
        lapse_mandates(actor=actor, company_id=company_id, on_date=business_date)
        plan = plan_next_run(
            company_id, collection_date=collection_date, notified_date=business_date, policy=policy
        )
        if not plan.collections:
            raise CannotCollect(
                f"Nothing is collected on {collection_date}.",
                param="collection_date",
                details={"left_out": [f"{one.number}: {one.reason}" for one in plan.left_out[:20]]},
            )
        run = _open_run(actor, account, collection_date, submit_by(collection_date, policy), version)
        _add_collections(run, plan.collections)
        outcome = _outcome(run, plan.left_out)
        _tell(actor, run, "proposed", {"count": outcome.count, "amount": str(outcome.amount)})
    return outcome


def approve_debit_run(*, actor: Actor, run_id: int, business_date: date) -> RunOutcome:
    """Approve a run as the second person and tell the debtors, each in their language.

    Refuses (`CannotCollect`) who proposed it and the program itself, and when a debtor would be told too late.
    """
    with operation():
        run = _locked(run_id)
        actor.require(Duty.CASH, run.company_id)
        check_transition(run.id, run.state, RunState.APPROVED)
        if actor.user_id is None or actor.user_id == run.proposed_by_id:
            raise CannotCollect("A run is approved by a second person.", param="approver")
        _notify(run, business_date)
        run.state, run.approved_by_id = RunState.APPROVED, actor.user_id
        run.save(update_fields=["state", "approved_by_id"])
        outcome = _outcome(run)
        _tell(actor, run, "approved", {"count": outcome.count, "amount": str(outcome.amount)})
    return outcome


def write_debit_run(*, actor: Actor, run_id: int, business_date: date, written_at: datetime) -> DebitFile:
    """Write an approved run as a file for the bank; one that is written already is given again as it was.

    What was paid or ended since is left out of the file. Refuses (`CannotCollect`) when it is too late to hand it in or
    nothing is left, (`CannotWritePayment`).
    """
    with operation():
        run = _locked(run_id)
        actor.require(Duty.CASH, run.company_id)
        if run.state == RunState.WRITTEN:
            return DebitFile(run.id, run.message_id, run.version, bytes(run.content or b""))
        check_transition(run.id, run.state, RunState.WRITTEN)
        _, policy = get_direct_debit_policy(company_id=run.company_id, on_date=business_date)
        check_day(run.collection_date, business_date, policy)
        rows = list(
            DebitCollection.objects.filter(run_id=run.id, state=CollectionState.PROPOSED).order_by("id")
        )
        lock_customers({row.customer_id for row in rows})
        rows = _drop_settled(actor, run, rows)
        amendments = list_untold_amendments({row.mandate_id for row in rows})
        for row in rows:
            told = amendments.pop(row.mandate_id, None)
            row.amendment_id = told.id if told else None
            row.state = CollectionState.SUBMITTED
        run.written_at, run.state = written_at, RunState.WRITTEN
        run.content = build_debit_file(run, rows)
        run.save()
        DebitCollection.objects.bulk_update(rows, ["state", "amendment_id"], batch_size=2000)
        outcome = _outcome(run)
        _tell(actor, run, "written", {"count": outcome.count, "amount": str(outcome.amount)})
    return DebitFile(run.id, run.message_id, run.version, bytes(run.content))


def cancel_debit_run(*, actor: Actor, run_id: int, reason: str) -> RunOutcome:
    """Collect nothing of a run that was not written."""
    if not reason.strip():
        raise CannotCollect("Say why.", param="reason")
    with operation():
        run = _locked(run_id)
        actor.require(Duty.CASH, run.company_id)
        check_transition(run.id, run.state, RunState.CANCELLED)
        run.state = RunState.CANCELLED
        run.save(update_fields=["state"])
        DebitCollection.objects.filter(run_id=run.id).update(
            state=CollectionState.CANCELLED, retry_of_id=None
        )
        _tell(actor, run, "cancelled", {"reason": reason.strip()})
    return _outcome(run)


def _open_run(
    actor: Actor, account: BankAccountView, collection_date: date, until: date, version: str
) -> DebitRun:
    [run_id] = next_ids("debit_run", 1)
    return DebitRun.objects.create(
        id=run_id,
        bank_account_id=account.id,
        proposed_by_id=actor.user_id,
        company_id=account.company_id,
        collection_date=collection_date,
        submit_by=until,
        state=RunState.PROPOSED,
        version=version,
        message_id=f"AQ-DEBIT-{run_id}",
        currency=CURRENCY,
    )


def _add_collections(run: DebitRun, planned: Sequence[PlannedCollection]) -> None:
    ids = next_ids("debit_collection", len(planned))
    DebitCollection.objects.bulk_create(
        [
            DebitCollection(
                id=new_id,
                run_id=run.id,
                mandate_id=one.mandate.id,
                customer_id=one.item.customer_id,
                item_id=one.item.id,
                retry_of_id=one.retry_of_id,
                company_id=run.company_id,
                collection_date=run.collection_date,
                state=CollectionState.PROPOSED,
                sequence=one.sequence,
                currency=one.item.currency,
                end_to_end_id=f"{NAMED_BEFORE}{new_id}",
                amount=one.amount,
            )
            for new_id, one in zip(ids, planned, strict=True)
        ],
        batch_size=2000,
    )


def _notify(run: DebitRun, business_date: date) -> None:
    rows = list(DebitCollection.objects.filter(run_id=run.id).order_by("id"))
    mandates = {
        row.id: mandate_fact(row) for row in Mandate.objects.filter(id__in={r.mandate_id for r in rows})
    }
    customers = list_customers_by_id(row.customer_id for row in rows)
    numbers = _numbers(rows)
    company = get_company(run.company_id)
    _, policy = get_direct_debit_policy(company_id=run.company_id, on_date=business_date)
    notices, texts = [], []
    for row in rows:
        mandate = mandates[row.mandate_id]
        days = notice_days(mandate, row.retry_of_id, policy)
        if business_date + timedelta(days=days) > run.collection_date:
            raise CannotCollect(
                f"The debtor of {numbers[row.item_id]} is told {days} days before {run.collection_date}:"
                " it is too late for that. Cancel the run and propose a later day.",
                param="collection_date",
            )
        facts = NoticeFacts(
            company.name,
            numbers[row.item_id],
            row.amount,
            row.currency,
            run.collection_date,
            mandate.reference,
            mandate.creditor_id,
            mandate.account,
        )
        language, text = write_notice(facts, customers[row.customer_id].language)
        notices.append(
            PreNotification(
                collection_id=row.id,
                customer_id=row.customer_id,
                company_id=run.company_id,
                notified_date=business_date,
                collection_date=run.collection_date,
                language=language,
            )
        )
        texts.append(
            NoticeText(
                collection_id=row.id, customer_id=row.customer_id, company_id=run.company_id, text=text
            )
        )
    PreNotification.objects.bulk_create(notices, batch_size=2000)
    NoticeText.objects.bulk_create(texts, batch_size=2000)


def _drop_settled(actor: Actor, run: DebitRun, rows: Sequence[DebitCollection]) -> list[DebitCollection]:
    """Leave out what was paid since in whole or part, or whose mandate ended; refuses when nothing is left."""
    items = {
        item.id: item
        for item in list_open_items_of(
            run.company_id, {row.customer_id for row in rows}, item_ids=[row.item_id for row in rows]
        )
    }
    active = set(
        Mandate.objects.filter(
            id__in={row.mandate_id for row in rows}, state=MandateState.ACTIVE
        ).values_list("id", flat=True)
    )
    kept: list[DebitCollection] = []
    dropped: list[DebitCollection] = []
    for row in rows:
        item = items.get(row.item_id)
        is_owed = item is not None and item.open_amount - item.disputed_amount >= row.amount
        (kept if is_owed and row.mandate_id in active else dropped).append(row)
    if not kept:
        raise CannotCollect(f"Nothing of run {run.id} is left to collect.", param="run")
    if dropped:
        DebitCollection.objects.filter(id__in=[row.id for row in dropped]).update(
            state=CollectionState.CANCELLED, retry_of_id=None
        )
        _tell(actor, run, "shortened", {"left_out": [row.item_id for row in dropped]})
    return kept


def _numbers(rows: Sequence[DebitCollection]) -> dict[int, str]:
    ids = {row.item_id for row in rows}
    return {item.id: item.number for item in list_items(item_ids=ids, limit=len(ids) or 1)}


def _outcome(run: DebitRun, left_out: Sequence[LeftOut] = ()) -> RunOutcome:
    amounts = DebitCollection.objects.filter(run_id=run.id)
    if run.state != RunState.CANCELLED:
        amounts = amounts.exclude(state=CollectionState.CANCELLED)
    found = list(amounts.values_list("amount", flat=True))
    return RunOutcome(
        run.id, run.state, run.message_id, run.submit_by, len(found), sum(found, ZERO), tuple(left_out)
    )


def _locked(run_id: int) -> DebitRun:
    row = DebitRun.objects.select_for_update(no_key=True).filter(id=run_id).first()
    if row is None:
        raise NotFound(f"There is no run {run_id}.", param="run")
    return row


def _tell(actor: Actor, run: DebitRun, what: str, payload: dict[str, object]) -> None:
    plan = WritePlan()
    told = {"collection_date": run.collection_date.isoformat(), "message": run.message_id, **payload}
    event = EventDraft(
        run.company_id, f"cash.debit_run.{what}", "DEBIT_RUN", run.id, told, actor_id=actor.user_id
    )
    record_events(plan, [event])
    write(plan)
