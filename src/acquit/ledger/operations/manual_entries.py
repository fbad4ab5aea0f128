"""Entries by hand: proposed, approved by a second person above the policy's amount, posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from acquit.controls.queries import get_company, get_ledger_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.core.money import round_amount
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.models import ManualEntry
from acquit.ledger.operations.entries import add_entries
from acquit.ledger.operations.soft_close import closing_entries
from acquit.ledger.queries import get_currencies, list_accounts
from acquit.ledger.rules.accounts import account_key
from acquit.ledger.rules.entries import Currencies, EntryDraft, Line, convert_lines
from acquit.ledger.rules.manual_entries import (
    CannotPostByHand,
    ManualLine,
    ManualState,
    check_manual_lines,
    check_second_person,
    check_state,
    needs_second_person,
)

_LONGEST_TEXT = 500


def propose_entry(
    *,
    actor: Actor,
    company_id: int,
    posting_date: date,
    currency: str,
    lines: Sequence[ManualLine],
    text: str,
) -> int:
    """Propose an entry by hand; gives its id. Up to the policy's amount it is approved at once and waits to be posted.

    Refuses (`CannotPostByHand`) control accounts, unknown accounts, lines that do not sum to zero, no text;
    (`CannotConvert`) a currency without a rate on the day.
    """
    actor.require(Duty.CLOSE, company_id)
    size = measure_lines(company_id, posting_date, currency, lines)
    said = text.strip()
    if not said or len(said) > _LONGEST_TEXT:
        raise CannotPostByHand("Say in up to 500 characters what the entry is for.", param="text")
    _, policy = get_ledger_policy(company_id=company_id, on_date=posting_date)
    waits = needs_second_person(size, policy.manual_entry_alone_amount)
    with operation():
        row = ManualEntry.objects.create(
            company_id=company_id,
            posting_date=posting_date,
            state=ManualState.PROPOSED if waits else ManualState.APPROVED,
            currency=currency,
            text=said,
            company_amount=size,
            lines=stored_lines(lines),
            proposed_by_id=actor.user_id,
        )
        _record(row, "ledger.manual_entry.proposed", actor, {"amount": str(size), "waits": waits})
    return row.id


def decide_manual_entry(*, actor: Actor, manual_entry_id: int, is_approved: bool, reason: str = "") -> None:
    """Approve or reject an entry by hand; refuses (`CannotDecideEntry`) the one who proposed it for an approval."""
    target = ManualState.APPROVED if is_approved else ManualState.REJECTED
    with operation():
        row = _lock(manual_entry_id)
        actor.require(Duty.CLOSE, row.company_id)
        check_state(row.state, target, f"M-{row.id}")
        if is_approved:
            check_second_person(row.proposed_by_id, actor.user_id)
            row.decided_by_id = actor.user_id
        row.state = target
        row.save(update_fields=["state", "decided_by_id"])
        kind = "ledger.manual_entry.approved" if is_approved else "ledger.manual_entry.rejected"
        _record(row, kind, actor, {"reason": reason})


def post_manual_entry(*, actor: Actor, manual_entry_id: int) -> int:
    """Post an approved entry by hand; gives the journal entry's id. Posted once; its lines are checked again.

    Refuses (`CannotDecideEntry`) what is not approved, (`PeriodNotOpen`) a day in a closed period.
    """
    with operation():
        row = _lock(manual_entry_id)
        actor.require(Duty.CLOSE, row.company_id)
        check_state(row.state, ManualState.POSTED, f"M-{row.id}")
        lines = [ManualLine(line["account"], Decimal(line["amount"])) for line in row.lines]
        draft = plan_manual_entry(
            row.company_id, row.posting_date, row.currency, lines, text=row.text, kind="MANUAL"
        )._replace(actor_id=actor.user_id)
        plan = WritePlan()
        with closing_entries(actor, [row.company_id]):
            [entry_id] = add_entries(plan, [draft])
            row.state, row.entry_id = ManualState.POSTED, entry_id
            row.save(update_fields=["state", "entry_id"])
            payload = {"manual_entry": row.id, "approver": row.decided_by_id}
            record_events(
                plan,
                [
                    EventDraft(
                        row.company_id,
                        "ledger.manual_entry.posted",
                        "ENTRY",
                        entry_id,
                        payload,
                        actor_id=actor.user_id,
                    )
                ],
            )
            write(plan)
    return entry_id


def measure_lines(company_id: int, on_date: date, currency: str, lines: Sequence[ManualLine]) -> Decimal:
    """Check lines against the chart and give the sum of their debits in company currency."""
    accounts = {account.code: account.role or None for account in list_accounts(company_id)}
    debits = check_manual_lines(lines, currency, accounts)
    rates = _rates(company_id, currency, on_date)
    return round_amount(debits * rates.company_rate, rates.company)


def plan_manual_entry(
    company_id: int, posting_date: date, currency: str, lines: Sequence[ManualLine], *, text: str, kind: str
) -> EntryDraft:
    """Check lines against the chart as it is now and plan their entry in all three currencies."""
    roles = {account.code: account.role or None for account in list_accounts(company_id)}
    check_manual_lines(lines, currency, roles)
    named = [Line(account_key(roles[line.account_code], line.account_code), line.amount) for line in lines]
    postings = convert_lines(named, _rates(company_id, currency, posting_date))
    return EntryDraft(company_id, posting_date, kind, currency, postings, text=text)


def stored_lines(lines: Sequence[ManualLine]) -> list[dict[str, str]]:
    """Give lines as they are kept: amounts as text."""
    return [{"account": line.account_code, "amount": f"{line.amount:f}"} for line in lines]


def _rates(company_id: int, currency: str, on_date: date) -> Currencies:
    company = get_company(company_id)
    return get_currencies(
        document=currency, company=company.currency, group=company.group_currency, on_date=on_date
    )


def _lock(manual_entry_id: int) -> ManualEntry:
    row = ManualEntry.objects.select_for_update().filter(id=manual_entry_id).first()
    if row is None:
        raise NotFound(f"There is no entry by hand M-{manual_entry_id}.", param="entry")
    return row


def _record(row: ManualEntry, kind: str, actor: Actor, payload: dict[str, object]) -> None:
    plan = WritePlan()
    record_events(
        plan,
        [EventDraft(row.company_id, kind, "MANUAL_ENTRY", row.id, payload, actor_id=actor.user_id)],
    )
    write(plan)
