"""Writes of the customer master, and the one home of locks: the customer's row, in (company, customer) order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import NotFound
from acquit.infra.bulk import WritePlan, ask, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.parties.models import Customer, Party
from acquit.parties.operations.personal_values import keep_values_apart
from acquit.parties.rules.finding import list_finding_keys

_LOCK = """\
SELECT count(*)
  FROM (SELECT 1 FROM customer WHERE id = ANY(%s::bigint[]) AND company_id = coalesce(%s, company_id)
         ORDER BY company_id, id FOR NO KEY UPDATE) locked"""
_LOCK_SHARED = "SELECT count(*) FROM (SELECT 1 FROM customer WHERE id = %s FOR SHARE) locked"

_KNOWN = "SELECT number FROM customer WHERE company_id = %s AND number = ANY(%s::text[])"
_KNOWN_ACCOUNTS = "SELECT customer_id, iban FROM customer_bank_account WHERE customer_id = ANY(%s::bigint[])"

#: The technical account that holds money nobody is known to have sent.
UNIDENTIFIED_NUMBER = "~UNIDENTIFIED"


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer as a file or form gives it. Empty text: not said, so a known value stays."""

    number: str
    name: str = ""
    trading_names: tuple[str, ...] = ()
    country: str = ""
    city: str = ""
    language: str = ""
    currency: str = ""
    payment_terms: str = ""
    email: str = ""
    phone: str = ""
    bank_charges: str = ""
    mandate_reference: str = ""
    tax_number: str = ""
    credit_limit: Decimal | None = None
    is_auto_by_amount: bool | None = None
    ibans: tuple[str, ...] = ()
    parent_number: str = ""
    payer_number: str = ""


_TEXT_FIELDS = (
    "name",
    "country",
    "city",
    "language",
    "currency",
    "payment_terms",
    "email",
    "phone",
    "bank_charges",
    "mandate_reference",
)


def lock_customers(customer_ids: Iterable[int], *, company_id: int | None = None) -> None:
    """Lock customers in (company, customer) order before anything that changes their open items.

    Refuses (`NotFound`) when one of them does not exist, or not in `company_id` where that is given. Call inside an
    operation, company by company in ascending order; held until its end.
    """
    wanted = sorted(set(customer_ids))
    [[found]] = ask(_LOCK, wanted, company_id)
    if found != len(wanted):
        raise NotFound(
            "A customer of this change does not exist. Import the customers first.", param="customer"
        )


def lock_customers_beside_others(customer_ids: Iterable[int], *, shared_id: int) -> None:
    """Lock customers as `lock_customers` does, all of one company, and share the lock of one with others who share it.

    Who shares an account may add items to it, not change those it has. Refuses as `lock_customers` does.
    """
    wanted = sorted(set(customer_ids) - {shared_id})
    place = bisect_left(wanted, shared_id)
    if wanted[:place]:
        lock_customers(wanted[:place])
    ask(_LOCK_SHARED, shared_id)
    if wanted[place:]:
        lock_customers(wanted[place:])


def store_customers(*, actor: Actor, company_id: int, drafts: Sequence[CustomerDraft]) -> dict[str, int]:
    """Add the customers that are new and change those that are known; gives each one's id by number.

    What a draft does not say stays as it is. Every change is an event with the values before and after.
    """
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.MASTER, company_id)
    with operation():
        by_number = {draft.number: draft for draft in drafts}
        numbers = [number for (number,) in ask(_KNOWN, company_id, list(by_number))]
        known = {
            customer.number: customer
            for customer in Customer.objects.select_for_update(no_key=True)
            .filter(company_id=company_id, number__in=numbers)
            .order_by("company_id", "id")
        }
        plan = WritePlan()
        added = _add_customers(
            plan, actor, company_id, [d for d in by_number.values() if d.number not in known]
        )
        write(plan)
        log = _ChangeLog(actor, company_id)
        changes = [(known[d.number], d) for d in by_number.values() if d.number in known]
        _change_customers(log, changes)
        _change_tax_numbers(log, changes)
        ids = {number: customer.id for number, customer in known.items()} | added
        _link_relatives(log, by_number.values(), ids)
        _add_bank_accounts(log, by_number.values(), ids)
        log.write()
    return ids


def ensure_unidentified(company_id: int) -> int:
    """Give the technical account for unidentified money, making it the first time."""
    with operation():
        found = ask(
            "SELECT id FROM customer WHERE company_id = %s AND number = %s", company_id, UNIDENTIFIED_NUMBER
        )
        if found:
            return int(found[0][0])
        made, _ = Customer.objects.get_or_create(
            company_id=company_id,
            number=UNIDENTIFIED_NUMBER,
            defaults={"party_id": 0, "name": "Unidentified payers", "is_technical": True},
        )
    return made.id


def _add_customers(
    plan: WritePlan, actor: Actor, company_id: int, drafts: Sequence[CustomerDraft]
) -> dict[str, int]:
    party_ids = next_ids("party", len(drafts))
    ids = next_ids("customer", len(drafts))
    plan.add(
        "party",
        ("id", "name", "country", "tax_number"),
        [
            (party, d.name or d.number, d.country, d.tax_number)
            for party, d in zip(party_ids, drafts, strict=True)
        ],
    )
    plan.add(
        "customer",
        (
            "id",
            "party_id",
            "company_id",
            "is_technical",
            "is_auto_by_amount",
            "is_insolvent",
            "number",
            "trading_names",
            "finding_keys",
            "credit_limit",
            *_TEXT_FIELDS,
        ),
        [
            (
                customer_id,
                party,
                company_id,
                False,
                bool(d.is_auto_by_amount),
                False,
                d.number,
                list(d.trading_names),
                list_finding_keys(d.number, (d.name or d.number, *d.trading_names)),
                d.credit_limit,
                d.name or d.number,
                *(getattr(d, name) for name in _TEXT_FIELDS[1:]),
            )
            for customer_id, party, d in zip(ids, party_ids, drafts, strict=True)
        ],
    )
    record_events(
        plan,
        [
            EventDraft(
                company_id,
                "parties.customer.added",
                "CUSTOMER",
                customer_id,
                {"number": d.number},
                actor_id=actor.user_id,
            )
            for customer_id, d in zip(ids, drafts, strict=True)
        ],
    )
    return {d.number: customer_id for customer_id, d in zip(ids, drafts, strict=True)}


class _ChangeLog:
    """The events of a batch of changes: what was, what is."""

    def __init__(self, actor: Actor, company_id: int) -> None:
        self.company_id = company_id
        self._actor = actor
        self._notes: list[tuple[str, int, dict[str, dict[str, object]]]] = []

    def note(self, customer_id: int, before: dict[str, object], after: dict[str, object]) -> None:
        """Note what changed of a customer."""
        self._notes.append(
            ("parties.customer.changed", customer_id, {"before": _texts(before), "after": _texts(after)})
        )

    def note_account(self, customer_id: int, iban: str) -> None:
        """Note a bank account that came to a customer."""
        self._notes.append(("parties.bank_account.added", customer_id, {"after": {"iban": iban}}))

    def write(self) -> None:
        """Write the events; what is personal in them goes beside them."""
        plan = WritePlan()
        payloads = keep_values_apart(plan, self.company_id, [note[1:] for note in self._notes])
        record_events(
            plan,
            [
                EventDraft(
                    self.company_id, kind, "CUSTOMER", customer_id, payload, actor_id=self._actor.user_id
                )
                for (kind, customer_id, _), payload in zip(self._notes, payloads, strict=True)
            ],
        )
        write(plan)


def _change_customers(log: _ChangeLog, pairs: Sequence[tuple[Customer, CustomerDraft]]) -> None:
    changed = []
    for customer, draft in pairs:
        said = _said(draft)
        after = {name: value for name, value in said.items() if getattr(customer, name) != value}
        if not after:
            continue
        log.note(customer.id, {name: getattr(customer, name) for name in after}, after)
        for name, value in after.items():
            setattr(customer, name, value)
        customer.finding_keys = list_finding_keys(customer.number, (customer.name, *customer.trading_names))
        changed.append(customer)
    if changed:
        Customer.objects.bulk_update(
            changed,
            [*_TEXT_FIELDS, "trading_names", "finding_keys", "credit_limit", "is_auto_by_amount"],
            batch_size=2000,
        )


def _change_tax_numbers(log: _ChangeLog, pairs: Sequence[tuple[Customer, CustomerDraft]]) -> None:
    said = [(customer, draft.tax_number) for customer, draft in pairs if draft.tax_number]
    parties = Party.objects.select_for_update(no_key=True).in_bulk(
        [customer.party_id for customer, _ in said]
    )
    changed = []
    for customer, tax_number in said:
        party = parties[customer.party_id]
        if party.tax_number != tax_number:
            log.note(customer.id, {"tax_number": party.tax_number}, {"tax_number": tax_number})
            party.tax_number = tax_number
            changed.append(party)
    Party.objects.bulk_update(changed, ["tax_number"], batch_size=2000)


def _said(draft: CustomerDraft) -> dict[str, object]:
    said: dict[str, object] = {name: getattr(draft, name) for name in _TEXT_FIELDS if getattr(draft, name)}
    if draft.trading_names:
        said["trading_names"] = list(draft.trading_names)
    if draft.credit_limit is not None:
        said["credit_limit"] = draft.credit_limit
    if draft.is_auto_by_amount is not None:
        said["is_auto_by_amount"] = draft.is_auto_by_amount
    return said


def _texts(values: dict[str, object]) -> dict[str, object]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def _link_relatives(log: _ChangeLog, drafts: Iterable[CustomerDraft], ids: dict[str, int]) -> None:
    named = [d for d in drafts if d.parent_number or d.payer_number]
    wanted = {number for d in named for number in (d.parent_number, d.payer_number) if number} - set(ids)
    others = dict(
        Customer.objects.filter(company_id=log.company_id, number__in=list(wanted)).values_list(
            "number", "id"
        )
    )
    everyone = {**others, **ids}
    rows = Customer.objects.in_bulk([ids[d.number] for d in named])
    changed = []
    for draft in named:
        row = rows[ids[draft.number]]
        before = {"parent_id": row.parent_id, "payer_id": row.payer_id}
        row.parent_id = everyone.get(draft.parent_number) or row.parent_id
        row.payer_id = everyone.get(draft.payer_number) or row.payer_id
        after = {"parent_id": row.parent_id, "payer_id": row.payer_id}
        if after != before:
            log.note(row.id, {**before}, {**after})
            changed.append(row)
    Customer.objects.bulk_update(changed, ["parent_id", "payer_id"], batch_size=2000)


def _add_bank_accounts(log: _ChangeLog, drafts: Iterable[CustomerDraft], ids: dict[str, int]) -> None:
    said = {(ids[d.number], iban) for d in drafts for iban in d.ibans}
    known = set(ask(_KNOWN_ACCOUNTS, sorted({customer for customer, _ in said}))) if said else set()
    new = sorted(said - known)
    for customer_id, iban in new:
        log.note_account(customer_id, iban)
    plan = WritePlan()
    plan.add(
        "customer_bank_account",
        ("customer_id", "company_id", "iban"),
        [(customer_id, log.company_id, iban) for customer_id, iban in new],
    )
    write(plan)
