"""Who may do what: duties, the roles that bundle them, and the pairs one person may not hold together.

Operations ask `actor.require(duty, company_id)` before anything else, so a page that forgets to hide a button still
cannot move money. The conflicts are the handbook's table (section 10): checked at the grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from acquit.core.errors import Refusal


class NotAllowed(Refusal):
    """The actor lacks the duty for this company; nothing was done."""

    code = "NOT_ALLOWED"


class ConflictingDuties(Refusal):
    """One person may not hold both duties for one company; the grant was not made."""

    code = "CONFLICTING_DUTIES"


class Duty(StrEnum):
    """What a person may do for a company."""

    READ = "READ"
    MASTER = "MASTER"
    INTAKE = "INTAKE"
    BILL = "BILL"
    CREDIT_NOTE = "CREDIT_NOTE"
    CASH = "CASH"
    COLLECT = "COLLECT"
    DISPUTE = "DISPUTE"
    REFUND = "REFUND"
    WRITE_OFF = "WRITE_OFF"
    CLOSE = "CLOSE"
    POLICY = "POLICY"
    AUDIT = "AUDIT"
    ADMIN = "ADMIN"


class Role(StrEnum):
    """A named bundle of duties."""

    AUDITOR = "AUDITOR"
    BILLER = "BILLER"
    CASH_CLERK = "CASH_CLERK"
    COLLECTOR = "COLLECTOR"
    ACCOUNTANT = "ACCOUNTANT"
    OWNER = "OWNER"


#: OWNER is the compensating control of a company of one: everything, and every act of it stands in the log.
ROLE_DUTIES: Mapping[Role, frozenset[Duty]] = {
    Role.AUDITOR: frozenset({Duty.READ, Duty.AUDIT}),
    Role.BILLER: frozenset({Duty.READ, Duty.BILL, Duty.INTAKE}),
    Role.CASH_CLERK: frozenset({Duty.READ, Duty.CASH, Duty.INTAKE}),
    Role.COLLECTOR: frozenset({Duty.READ, Duty.COLLECT, Duty.DISPUTE}),
    Role.ACCOUNTANT: frozenset({Duty.READ, Duty.CLOSE, Duty.POLICY}),
    Role.OWNER: frozenset(Duty),
}

#: Handbook section 10, as far as the duties exist.
CONFLICTS: frozenset[frozenset[Duty]] = frozenset(
    frozenset(pair)
    for pair in (
        (Duty.MASTER, Duty.BILL),
        (Duty.MASTER, Duty.CREDIT_NOTE),
        (Duty.MASTER, Duty.CASH),
        (Duty.MASTER, Duty.REFUND),
        (Duty.MASTER, Duty.WRITE_OFF),
        (Duty.BILL, Duty.CREDIT_NOTE),
        (Duty.BILL, Duty.CASH),
        (Duty.CREDIT_NOTE, Duty.CASH),
        (Duty.CREDIT_NOTE, Duty.REFUND),
        (Duty.CREDIT_NOTE, Duty.WRITE_OFF),
        (Duty.CASH, Duty.REFUND),
        (Duty.CASH, Duty.WRITE_OFF),
        (Duty.CASH, Duty.CLOSE),
        (Duty.REFUND, Duty.WRITE_OFF),
        (Duty.REFUND, Duty.CLOSE),
        (Duty.WRITE_OFF, Duty.CLOSE),
    )
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and with which duties for which company. `user_id` None: the program itself."""

    user_id: int | None
    name: str
    duties: Mapping[int, frozenset[Duty]] = field(default_factory=dict)
    is_system: bool = False

    def has_duty(self, duty: Duty, company_id: int) -> bool:
        """Tell whether the actor may do this for the company."""
        return self.is_system or duty in self.duties.get(company_id, frozenset())

    def require(self, duty: Duty, company_id: int) -> None:
        """Refuse (`NotAllowed`) unless the actor may do this for the company."""
        if not self.has_duty(duty, company_id):
            raise NotAllowed(
                f"{self.name} lacks the duty {duty} for company {company_id}."
                " A person with the duty ADMIN can grant it.",
                details={"duty": duty.value, "company_id": company_id},
            )

    def company_ids(self, duty: Duty = Duty.READ) -> tuple[int, ...]:
        """Give the companies the actor has a duty for."""
        return tuple(sorted(company for company, held in self.duties.items() if duty in held))


def duties_of(roles: Iterable[Role]) -> frozenset[Duty]:
    """Give all duties that roles bundle."""
    return frozenset[Duty]().union(*(ROLE_DUTIES[role] for role in roles))


def list_conflicts(roles: Iterable[Role]) -> list[tuple[Duty, Duty]]:
    """List the pairs of duties that one person holds though they are kept apart; OWNER holds all of them."""
    duties = duties_of(roles)
    return sorted((min(pair), max(pair)) for pair in CONFLICTS if pair <= duties)


def check_conflicts(roles: Iterable[Role]) -> None:
    """Refuse (`ConflictingDuties`) roles that together give one person duties kept apart. OWNER stands alone."""
    held = set(roles)
    if Role.OWNER in held:
        return
    for first, second in list_conflicts(held)[:1]:
        raise ConflictingDuties(
            f"One person may not hold both {first} and {second}. Give one of them to somebody else."
        )
