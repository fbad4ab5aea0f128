"""Charts of accounts: the standard one, and a company's own."""

from __future__ import annotations

from collections.abc import Sequence

from acquit.controls.rules.duties import Actor, Duty
from acquit.infra.bulk import WritePlan, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.transaction import operation
from acquit.ledger.models import LedgerAccount
from acquit.ledger.queries import list_known_accounts
from acquit.ledger.rules.accounts import ROLE_CLASSES, STANDARD_CHART, AccountRole, ChartLine
from acquit.ledger.rules.charts import ChartPlan, plan_chart


def open_books(*, company_id: int, chart: Sequence[ChartLine] = STANDARD_CHART) -> None:
    """Give a company its chart of accounts; accounts it has already stay as they are."""
    with operation():
        LedgerAccount.objects.bulk_create(
            [_account(company_id, line) for line in chart], ignore_conflicts=True
        )


def import_chart(*, actor: Actor, company_id: int, lines: Sequence[ChartLine]) -> ChartPlan:
    """Store a company's own chart; accounts not named stay. Gives what changed and the roles without an account.

    Refuses whole (`CannotImportChart`): two accounts for one role, a code twice, a role taken from an account that
    is posted on.
    """
    actor.require(Duty.CLOSE, company_id)
    with operation():
        locked = {
            row.code: row
            for row in LedgerAccount.objects.select_for_update().filter(company_id=company_id).order_by("id")
        }
        planned = plan_chart(lines, list_known_accounts(company_id))
        for line in sorted(
            planned.changed, key=lambda line: line.role is not None
        ):  # roles are freed before they go
            row = locked[line.code]
            if line.stands_in is not None:
                row.account_class = line.stands_in.value
            elif row.role and not row.account_class:
                row.account_class = ROLE_CLASSES[AccountRole(row.role)].value
            row.role, row.name = line.role, line.name
            row.save(update_fields=["name", "role", "account_class"])
        LedgerAccount.objects.bulk_create([_account(company_id, line) for line in planned.new])
        plan = WritePlan()
        record_events(
            plan,
            [
                EventDraft(
                    company_id,
                    "ledger.chart.imported",
                    "COMPANY",
                    company_id,
                    {
                        "new": [_told(line) for line in planned.new],
                        "changed": [_told(line) for line in planned.changed],
                        "unmapped": list(planned.unmapped_roles),
                    },
                    actor_id=actor.user_id,
                )
            ],
        )
        write(plan)
    return planned


def _account(company_id: int, line: ChartLine) -> LedgerAccount:
    stands_in = line.stands_in
    return LedgerAccount(
        company_id=company_id,
        code=line.code,
        name=line.name,
        role=line.role,
        account_class=stands_in.value if stands_in else "",
    )


def _told(line: ChartLine) -> dict[str, str | None]:
    return {"code": line.code, "name": line.name, "role": line.role}
