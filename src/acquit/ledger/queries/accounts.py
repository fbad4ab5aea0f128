"""Charts and balances: what stands on which account, on a day or by period, in all three currencies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Sum

from acquit.core.money import ZERO
from acquit.infra.bulk import ask, ask_ahead
from acquit.infra.schema import sql_text
from acquit.ledger.models import LedgerAccount, Posting
from acquit.ledger.rules.accounts import ROLE_CLASSES, AccountRole, account_key
from acquit.ledger.rules.charts import KnownAccount

_ACCOUNT_IDS = "SELECT role, code, id FROM ledger_account WHERE company_id = %s"


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account of a company's chart; `role` is empty when it plays none."""

    id: int
    company_id: int
    code: str
    name: str
    role: str
    account_class: str


class AccountBalance(NamedTuple):
    """What stands on an account in one document currency: signed, debit positive; of a period when one is named."""

    account_id: int
    code: str
    name: str
    role: str
    currency: str
    amount: Decimal
    company_amount: Decimal
    group_amount: Decimal
    period_id: int | None = None


def list_account_ids(company_id: int) -> dict[str, int]:
    """Give the accounts of a company by what entries call them: their standard role, or `#code` (`account_key`)."""
    return {account_key(role, code): account_id for role, code, account_id in ask(_ACCOUNT_IDS, company_id)}


def expect_account_ids(company_id: int) -> None:
    """Let the operation's next statement bring what `list_account_ids` will be asked for."""
    ask_ahead(_ACCOUNT_IDS, company_id)


def list_accounts(company_id: int) -> list[AccountView]:
    """List a company's accounts by code."""
    return [
        AccountView(
            row.id,
            row.company_id,
            row.code,
            row.name,
            row.role or "",
            row.account_class or _class_of(row.role),
        )
        for row in LedgerAccount.objects.filter(company_id=company_id).order_by("code")
    ]


def _class_of(role: str | None) -> str:
    return ROLE_CLASSES[AccountRole(role)].value if role else ""


def list_known_accounts(company_id: int) -> list[KnownAccount]:
    """Give a company's accounts as the rule of charts asks for them."""
    posted = Exists(Posting.objects.filter(account_id=OuterRef("id")))
    rows = LedgerAccount.objects.filter(company_id=company_id).annotate(is_posted=posted).order_by("code")
    return [KnownAccount(row.code, row.name, row.role, row.is_posted) for row in rows]


def list_unmapped_roles(company_id: int) -> list[AccountRole]:
    """Name the standard roles no account of the company plays: entries that need one are refused."""
    held = set(LedgerAccount.objects.filter(company_id=company_id).values_list("role", flat=True))
    return [role for role in AccountRole if role not in held]


def get_trial_balance(*, company_id: int, as_of: date) -> list[AccountBalance]:
    """Give what stood on every account at the end of a day, by account and document currency; zero rows fall away.

    Each of the three columns sums to zero over a currency, because every entry does.
    """
    return _balances("trial_balance.sql", {"company_id": company_id, "as_of": as_of})


def list_period_balances(*, company_id: int, first_date: date, last_date: date) -> list[AccountBalance]:
    """Give what was posted on every account in each period that the two days (both inside) touch."""
    return _balances(
        "period_balances.sql", {"company_id": company_id, "first_date": first_date, "last_date": last_date}
    )


def _balances(file: str, parameters: dict[str, Any]) -> list[AccountBalance]:
    with connection.cursor() as cursor:
        cursor.execute(sql_text("ledger", file), parameters)
        return [AccountBalance(*row) for row in cursor.fetchall()]


def get_balance(*, company_id: int, roles: Iterable[AccountRole], as_of: date) -> Decimal:
    """Give the balance of some roles' accounts in company currency at the end of a day."""
    accounts = LedgerAccount.objects.filter(company_id=company_id, role__in=list(roles)).values("id")
    found = Posting.objects.filter(account_id__in=accounts, posting_date__lte=as_of).aggregate(
        total=Sum("company_amount")
    )["total"]
    return found if found is not None else ZERO
