"""Mandates: stored, activated, suspended, amended, ended; each step an event that says who and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from acquit.cash.models import AmendedAccount, Mandate, MandateAmendment
from acquit.cash.queries import mandate_fact
from acquit.cash.rules.mandates import (
    BadMandate,
    MandateState,
    MandateType,
    Scheme,
    check_active,
    check_facts,
    check_transition,
    has_lapsed,
)
from acquit.controls.queries import get_direct_debit_policy
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.core.references import is_iban
from acquit.formats.pain.characters import is_sepa_identifier
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.parties.queries import list_customers_by_id, list_ibans

_COLLECTABLE = (MandateState.ACTIVE, MandateState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class MandateDraft:
    """A mandate to store; without a signature it waits as a draft for its other facts too."""

    customer_id: int
    reference: str
    creditor_id: str = ""
    account: str = ""
    account_holder: str = ""
    bic: str = ""
    scheme: str = Scheme.CORE
    mandate_type: str = MandateType.RECURRENT
    signed_date: date | None = None
    notice_days: int | None = None
    pay_day: int | None = None


@dataclass(frozen=True, slots=True)
class MandatesTaken:
    """What became of mandates taken over: stored as drafts, known before, and refused references with the reason."""

    stored: int
    known: int
    refused: Mapping[str, str]


def store_mandates(*, actor: Actor, company_id: int, drafts: Sequence[MandateDraft]) -> list[int]:
    """Store mandates as drafts; gives their ids in order.

    Refuses whole (`BadMandate`): references a bank could not take, named twice or known, customers of others.
    """
    actor.require(Duty.MASTER, company_id)
    customers = list_customers_by_id({draft.customer_id for draft in drafts})
    named: set[tuple[str, str]] = set()
    for draft in drafts:
        check_facts(draft.reference, draft.scheme, draft.mandate_type)
        customer = customers.get(draft.customer_id)
        if customer is None or customer.company_id != company_id or customer.is_technical:
            raise NotFound(f"There is no customer {draft.customer_id} in this company.", param="customer")
        if draft.account and not is_iban(draft.account):
            raise BadMandate(f"{draft.account!r} is no IBAN.", param="account")
        named.add((draft.creditor_id, draft.reference))
    known = Mandate.objects.filter(company_id=company_id, reference__in={reference for _, reference in named})
    taken = named & set(known.values_list("creditor_id", "reference"))
    if taken or len(named) < len(drafts):
        raise BadMandate(
            f"Mandate {min(taken)[1] if taken else 'reference'} exists already: each is named once.",
            param="reference",
        )
    with operation():
        return _store(actor, company_id, drafts)


def take_over_mandates(
    *, actor: Actor, company_id: int, references: Mapping[int, str], on_date: date
) -> MandatesTaken:
    """Take over which mandates customers gave, by their references; what is known of a customer is left alone.

    They wait as drafts, with the customer's account where it has one alone: a list of customers says neither when a
    mandate was signed nor under which scheme. A reference that is none, or another customer's, is told and left out.
    """
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.MASTER, company_id)
    rows = Mandate.objects.filter(company_id=company_id, reference__in=set(references.values()))
    owners: dict[str, int] = dict(rows.values_list("reference", "customer_id"))
    accounts: dict[int, list[str]] = {}
    for iban, customer_id in list_ibans(company_id):
        accounts.setdefault(customer_id, []).append(iban)
    drafts, refused, known = [], {}, 0
    for customer_id, reference in references.items():
        if owners.get(reference) == customer_id:
            known += 1
        elif reference in owners:
            refused[reference] = "ANOTHER_CUSTOMER"
        elif not is_sepa_identifier(reference):
            refused[reference] = "NO_REFERENCE"
        else:
            owners[reference] = customer_id
            theirs = accounts.get(customer_id, [])
            account = theirs[0] if len(theirs) == 1 and is_iban(theirs[0]) else ""
            drafts.append(MandateDraft(customer_id, reference, account=account))
    if drafts:
        with operation():
            _store(actor, company_id, drafts, taken_over_on=on_date)
    return MandatesTaken(len(drafts), known, refused)


def activate_mandate(
    *,
    actor: Actor,
    mandate_id: int,
    signed_date: date | None = None,
    creditor_id: str = "",
    account: str = "",
    on_date: date,
) -> None:
    """Let collections be made under a draft, with the facts it still lacked; or resume a suspended mandate.

    Refuses (`CannotMoveMandate`), (`BadMandate`) while it lacks a signature, an IBAN or our creditor id, or has lapsed.
    """
    with operation():
        row = _locked(mandate_id)
        actor.require(Duty.MASTER, row.company_id)
        check_transition(row.id, row.state, MandateState.ACTIVE)
        if row.state == MandateState.DRAFT:
            row.signed_date = signed_date or row.signed_date
            row.creditor_id = creditor_id or row.creditor_id
            row.account = account or row.account
        elif signed_date or creditor_id or account:
            raise BadMandate("A mandate in force is amended, not signed again.", param="account")
        check_active(mandate_fact(row))
        _, policy = get_direct_debit_policy(company_id=row.company_id, on_date=on_date)
        if has_lapsed(mandate_fact(row), policy.mandate_lapse_months, on_date):
            raise BadMandate(
                "Nobody collected under this mandate for so long that it lapsed.", param="mandate"
            )
        _move(actor, row, MandateState.ACTIVE, "cash.mandate.activated", {"on": on_date.isoformat()})


def suspend_mandate(*, actor: Actor, mandate_id: int, reason: str, on_date: date) -> None:
    """Collect nothing under a mandate until it is activated again."""
    _end(actor, mandate_id, MandateState.SUSPENDED, "cash.mandate.suspended", reason, on_date)


def cancel_mandate(*, actor: Actor, mandate_id: int, reason: str, on_date: date) -> None:
    """End a mandate for good."""
    _end(actor, mandate_id, MandateState.CANCELLED, "cash.mandate.cancelled", reason, on_date)


def end_mandate(*, actor: Actor, mandate_id: int, on_date: date) -> None:
    """Let the next collection be the last (FNAL); the mandate is cancelled when it is collected."""
    with operation():
        row = _locked(mandate_id)
        actor.require(Duty.MASTER, row.company_id)
        if row.state not in _COLLECTABLE or row.mandate_type == MandateType.ONE_OFF:
            raise BadMandate(f"Mandate {mandate_id} is {row.state} or serves once.", param="mandate")
        row.is_ending = True
        row.save(update_fields=["is_ending"])
        _tell(actor, row, "cash.mandate.ended", {"on": on_date.isoformat()})


def amend_account(*, actor: Actor, mandate_id: int, account: str, on_date: date, bic: str = "") -> int:
    """Change the account a mandate collects from, as an amendment of its own; gives its id.

    Refuses (`BadMandate`) what is no IBAN or no change, mandates not in force.
    """
    if not is_iban(account):
        raise BadMandate(f"{account!r} is no IBAN.", param="account")
    with operation():
        row = _locked(mandate_id)
        actor.require(Duty.MASTER, row.company_id)
        if row.state not in _COLLECTABLE or row.account == account:
            raise BadMandate(
                f"Mandate {mandate_id} is {row.state} and collects from {row.account}: nothing to amend.",
                param="mandate",
            )
        amendment = MandateAmendment.objects.create(
            mandate_id=row.id,
            actor_id=actor.user_id,
            company_id=row.company_id,
            amended_date=on_date,
        )
        AmendedAccount.objects.create(
            amendment_id=amendment.id,
            mandate_id=row.id,
            company_id=row.company_id,
            former_account=row.account,
            account=account,
        )
        row.account, row.bic = account, bic
        row.save(update_fields=["account", "bic"])
        _tell(actor, row, "cash.mandate.amended", {"amendment": amendment.id, "on": on_date.isoformat()})
    return amendment.id


def lapse_mandates(*, actor: Actor, company_id: int, on_date: date) -> list[int]:
    """Let every mandate lapse that nobody collected under for the scheme's months; gives their ids."""
    if not actor.has_duty(Duty.MASTER, company_id):
        actor.require(Duty.CASH, company_id)
    _, policy = get_direct_debit_policy(company_id=company_id, on_date=on_date)
    with operation():
        rows = Mandate.objects.select_for_update(no_key=True).filter(
            company_id=company_id, state__in=_COLLECTABLE
        )
        due = [
            row
            for row in rows.order_by("id")
            if has_lapsed(mandate_fact(row), policy.mandate_lapse_months, on_date)
        ]
        for row in due:
            _move(actor, row, MandateState.LAPSED, "cash.mandate.lapsed", {"on": on_date.isoformat()})
    return [row.id for row in due]


def _end(actor: Actor, mandate_id: int, after: MandateState, kind: str, reason: str, on_date: date) -> None:
    if not reason.strip():
        raise BadMandate("Say why.", param="reason")
    with operation():
        row = _locked(mandate_id)
        if not actor.has_duty(Duty.CASH, row.company_id):
            actor.require(Duty.MASTER, row.company_id)
        check_transition(row.id, row.state, after)
        _move(actor, row, after, kind, {"reason": reason, "on": on_date.isoformat()})


def _store(
    actor: Actor, company_id: int, drafts: Iterable[MandateDraft], *, taken_over_on: date | None = None
) -> list[int]:
    rows = Mandate.objects.bulk_create(
        [
            Mandate(
                customer_id=draft.customer_id,
                created_by_id=actor.user_id,
                company_id=company_id,
                notice_days=draft.notice_days,
                pay_day=draft.pay_day,
                signed_date=draft.signed_date,
                reference=draft.reference,
                creditor_id=draft.creditor_id,
                scheme=draft.scheme,
                mandate_type=draft.mandate_type,
                state=MandateState.DRAFT,
                account=draft.account,
                bic=draft.bic,
                account_holder=draft.account_holder,
            )
            for draft in drafts
        ],
        batch_size=2000,
    )
    payload = {} if taken_over_on is None else {"taken_over": taken_over_on.isoformat()}
    plan = WritePlan()
    record_events(plan, [_event(actor, row, "cash.mandate.stored", payload) for row in rows])
    write(plan)
    return [row.id for row in rows]


def _move(actor: Actor, row: Mandate, after: MandateState, kind: str, payload: Mapping[str, object]) -> None:
    before, row.state = row.state, after
    row.save()
    _tell(actor, row, kind, {"before": before, **payload})


def _tell(actor: Actor, row: Mandate, kind: str, payload: Mapping[str, object]) -> None:
    plan = WritePlan()
    record_events(plan, [_event(actor, row, kind, payload)])
    write(plan)


def _event(actor: Actor, row: Mandate, kind: str, payload: Mapping[str, object]) -> EventDraft:
    """Tell a step without the account: that is a personal value, and stands in the mandate alone."""
    told = {"customer": row.customer_id, **payload}
    return EventDraft(row.company_id, kind, "MANDATE", row.id, told, actor_id=actor.user_id)


def _locked(mandate_id: int) -> Mandate:
    row = Mandate.objects.select_for_update(no_key=True).filter(id=mandate_id).first()
    if row is None:
        raise NotFound(f"There is no mandate {mandate_id}.", param="mandate")
    return row
