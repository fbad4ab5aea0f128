"""A company's own chart of accounts, mapped to the standard roles or refused whole.

The one clever idea: a chart is checked as a whole before a line of it is stored, so every fault of a file is named at
once and a half-mapped company never posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from acquit.core.errors import Refusal
from acquit.ledger.rules.accounts import AccountClass, AccountRole, ChartLine

_LONGEST_CODE = 40
_LONGEST_NAME = 200


class CannotImportChart(Refusal):
    """Lines of the chart contradict each other or the books; nothing was stored."""

    code = "CHART_INVALID"


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account the company has already, and whether anything was ever posted on it."""

    code: str
    name: str
    role: str | None
    is_posted: bool


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """What an import changes: new accounts, those that change, roles that take over; roles left without an account."""

    new: tuple[ChartLine, ...]
    changed: tuple[ChartLine, ...]
    unmapped_roles: tuple[AccountRole, ...]


def read_chart_line(code: str, name: str, role: str = "", account_class: str = "") -> ChartLine:
    """Read a line of a chart from text; refuses (`CannotImportChart`) what cannot be."""
    code, name, role = code.strip(), name.strip(), role.strip().upper()
    if not code or len(code) > _LONGEST_CODE or not code.isprintable() or code.startswith("#"):
        raise CannotImportChart(f"{code[:60]!r} is no account code.", param="code")
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise CannotImportChart(f"Account {code}: {name[:60]!r} is no name.", param="name")
    if role and role not in AccountRole.__members__:
        raise CannotImportChart(
            f"Account {code}: there is no role {role[:60]!r}. Known: {', '.join(AccountRole)}.", param="role"
        )
    wanted = account_class.strip().upper()
    if wanted and wanted not in AccountClass.__members__:
        raise CannotImportChart(
            f"Account {code}: there is no class {wanted[:60]!r}. Known: {', '.join(AccountClass)}.",
            param="class",
        )
    if not role and not wanted:
        raise CannotImportChart(
            f"Account {code} has neither role nor class. Say one of {', '.join(AccountClass)}.", param="class"
        )
    return ChartLine(
        AccountRole(role) if role else None, code, name, AccountClass(wanted) if wanted else None
    )


def plan_chart(lines: Sequence[ChartLine], known: Iterable[KnownAccount]) -> ChartPlan:
    """Plan the import of a chart into the accounts a company has; refuses (`CannotImportChart`) all faults at once.

    Refused: a code twice, two accounts for one role (in the file, or with an account that is posted on and keeps its
    role), a role taken from an account that is posted on: its balance would lose its meaning.
    """
    accounts = {account.code: account for account in known}
    faults = [f"account {code} stands there twice" for code in _twice(line.code for line in lines)]
    faults += [f"{role} has two accounts" for role in _twice(line.role for line in lines if line.role)]
    named = {line.code: line for line in lines}
    roles = {line.role: line.code for line in lines if line.role}
    faults += _taken_roles(accounts, named, roles)
    if faults:
        raise CannotImportChart(
            f"The chart was not stored: {'; '.join(faults)}.", param="chart", details={"faults": faults}
        )
    freed = {
        account.code: ChartLine(None, account.code, account.name)
        for account in accounts.values()
        if account.code not in named and account.role is not None and account.role in roles
    }
    changed = [
        line
        for line in named.values()
        if line.code in accounts
        and (accounts[line.code].name != line.name or accounts[line.code].role != line.role)
    ]
    kept = {
        account.role
        for account in accounts.values()
        if account.code not in named and account.code not in freed
    }
    return ChartPlan(
        new=tuple(line for line in named.values() if line.code not in accounts),
        changed=(*freed.values(), *changed),
        unmapped_roles=tuple(role for role in AccountRole if role not in roles and role not in kept),
    )


def _taken_roles(
    accounts: Mapping[str, KnownAccount], named: Mapping[str, ChartLine], roles: Mapping[AccountRole, str]
) -> list[str]:
    faults = []
    for account in accounts.values():
        if account.role is None or not account.is_posted:
            continue
        line = named.get(account.code)
        if line is not None and line.role != account.role:
            faults.append(f"account {account.code} is posted on as {account.role} and keeps that role")
        elif line is None and AccountRole(account.role) in roles:
            other = roles[AccountRole(account.role)]
            faults.append(f"{account.role} has two accounts: {account.code}, which is posted on, and {other}")
    return faults


def _twice(values: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for value in values:
        if value in seen:
            twice[value] = None
        seen.add(value)
    return list(twice)
