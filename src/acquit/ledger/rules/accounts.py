"""The standard roles an account can play, and the chart a new company starts with (handbook section 0).

Entries name accounts by role. A company's chart may hold more accounts than there are roles; an entry names such a one
by its code behind a `#`, so one text names any account (`account_key`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AccountRole(StrEnum):
    """What an account is for. Entries name roles; each company's chart maps them to its own accounts."""

    BANK = "BANK"
    BANK_CLEARING = "BANK_CLEARING"
    RECEIVABLES = "RECEIVABLES"
    RECEIVABLES_REVALUATION = "RECEIVABLES_REVALUATION"
    LOSS_ALLOWANCE = "LOSS_ALLOWANCE"
    CONTRACT_ASSET = "CONTRACT_ASSET"
    DUE_FROM_AFFILIATES = "DUE_FROM_AFFILIATES"
    UNAPPLIED_CASH = "UNAPPLIED_CASH"
    UNAPPLIED_REVALUATION = "UNAPPLIED_REVALUATION"
    DOWN_PAYMENTS = "DOWN_PAYMENTS"
    DEFERRED_REVENUE = "DEFERRED_REVENUE"
    REFUND_LIABILITY = "REFUND_LIABILITY"
    PAYABLES_SET_OFF = "PAYABLES_SET_OFF"
    DUE_TO_AFFILIATES = "DUE_TO_AFFILIATES"
    OUTPUT_VAT = "OUTPUT_VAT"
    REVENUE = "REVENUE"
    REVENUE_REDUCTIONS = "REVENUE_REDUCTIONS"
    BAD_DEBT = "BAD_DEBT"
    PAYMENT_DIFFERENCES = "PAYMENT_DIFFERENCES"
    BANK_CHARGES = "BANK_CHARGES"
    FX_REALISED = "FX_REALISED"
    FX_UNREALISED = "FX_UNREALISED"
    INTEREST_INCOME = "INTEREST_INCOME"
    ROUNDING = "ROUNDING"
    TAKEOVER = "TAKEOVER"


class AccountClass(StrEnum):
    """Where an account stands in the statements."""

    ASSETS = "ASSETS"
    LIABILITIES = "LIABILITIES"
    EQUITY = "EQUITY"
    INCOME = "INCOME"
    EXPENSES = "EXPENSES"


#: Revenue reductions and exchange differences stand beside what they correct: IFRS 15 and IAS 21 show them in one line.
ROLE_CLASSES: Mapping[AccountRole, AccountClass] = {
    AccountRole.BANK: AccountClass.ASSETS,
    AccountRole.BANK_CLEARING: AccountClass.ASSETS,
    AccountRole.RECEIVABLES: AccountClass.ASSETS,
    AccountRole.RECEIVABLES_REVALUATION: AccountClass.ASSETS,
    AccountRole.LOSS_ALLOWANCE: AccountClass.ASSETS,
    AccountRole.CONTRACT_ASSET: AccountClass.ASSETS,
    AccountRole.DUE_FROM_AFFILIATES: AccountClass.ASSETS,
    AccountRole.UNAPPLIED_CASH: AccountClass.LIABILITIES,
    AccountRole.UNAPPLIED_REVALUATION: AccountClass.LIABILITIES,
    AccountRole.DOWN_PAYMENTS: AccountClass.LIABILITIES,
    AccountRole.DEFERRED_REVENUE: AccountClass.LIABILITIES,
    AccountRole.REFUND_LIABILITY: AccountClass.LIABILITIES,
    AccountRole.PAYABLES_SET_OFF: AccountClass.LIABILITIES,
    AccountRole.DUE_TO_AFFILIATES: AccountClass.LIABILITIES,
    AccountRole.OUTPUT_VAT: AccountClass.LIABILITIES,
    AccountRole.REVENUE: AccountClass.INCOME,
    AccountRole.REVENUE_REDUCTIONS: AccountClass.INCOME,
    AccountRole.BAD_DEBT: AccountClass.EXPENSES,
    AccountRole.PAYMENT_DIFFERENCES: AccountClass.EXPENSES,
    AccountRole.BANK_CHARGES: AccountClass.EXPENSES,
    AccountRole.FX_REALISED: AccountClass.INCOME,
    AccountRole.FX_UNREALISED: AccountClass.INCOME,
    AccountRole.INTEREST_INCOME: AccountClass.INCOME,
    AccountRole.ROUNDING: AccountClass.EXPENSES,
    AccountRole.TAKEOVER: AccountClass.EQUITY,
}


#: The ledger follows the subledger here: only entries that name an item post on them, never a person's hand. The
#: revaluations beside them are written by the revaluation alone, so that they can be taken back to the cent.
CONTROL_ROLES: frozenset[AccountRole] = frozenset(
    {
        AccountRole.RECEIVABLES,
        AccountRole.RECEIVABLES_REVALUATION,
        AccountRole.UNAPPLIED_CASH,
        AccountRole.UNAPPLIED_REVALUATION,
        AccountRole.DOWN_PAYMENTS,
    }
)


def account_key(role: str | None, code: str) -> str:
    """Give the text that names an account in an entry: its role, or `#` and its code."""
    return role or f"#{code}"


@dataclass(frozen=True, slots=True)
class ChartLine:
    """An account of a chart. Without a role it is one that no rule posts on, of a class said with it."""

    role: AccountRole | None
    code: str
    name: str
    account_class: AccountClass | None = None

    @property
    def stands_in(self) -> AccountClass | None:
        """Give the class the account stands in: its own, or that of its role."""
        if self.account_class is not None or self.role is None:
            return self.account_class
        return ROLE_CLASSES[self.role]


STANDARD_CHART: tuple[ChartLine, ...] = (
    ChartLine(AccountRole.BANK, "1000", "Bank"),
    ChartLine(AccountRole.BANK_CLEARING, "1010", "Bank clearing"),
    ChartLine(AccountRole.RECEIVABLES, "1200", "Receivables"),
    ChartLine(AccountRole.RECEIVABLES_REVALUATION, "1205", "Receivables, revaluation"),
    ChartLine(AccountRole.LOSS_ALLOWANCE, "1210", "Loss allowance"),
    ChartLine(AccountRole.CONTRACT_ASSET, "1220", "Contract asset, unbilled"),
    ChartLine(AccountRole.DUE_FROM_AFFILIATES, "1300", "Due from affiliates"),
    ChartLine(AccountRole.UNAPPLIED_CASH, "2100", "Unapplied and unidentified cash"),
    ChartLine(AccountRole.UNAPPLIED_REVALUATION, "2105", "Unapplied cash, revaluation"),
    ChartLine(AccountRole.DOWN_PAYMENTS, "2110", "Down payments received"),
    ChartLine(AccountRole.DEFERRED_REVENUE, "2120", "Deferred revenue"),
    ChartLine(AccountRole.REFUND_LIABILITY, "2130", "Refund liability"),
    ChartLine(AccountRole.PAYABLES_SET_OFF, "2140", "Payables, set off"),
    ChartLine(AccountRole.OUTPUT_VAT, "2200", "Output VAT"),
    ChartLine(AccountRole.DUE_TO_AFFILIATES, "2300", "Due to affiliates"),
    ChartLine(AccountRole.REVENUE, "4000", "Revenue"),
    ChartLine(AccountRole.REVENUE_REDUCTIONS, "4010", "Revenue reductions"),
    ChartLine(AccountRole.BAD_DEBT, "6100", "Impairment, bad debt"),
    ChartLine(AccountRole.PAYMENT_DIFFERENCES, "6110", "Payment differences"),
    ChartLine(AccountRole.BANK_CHARGES, "6120", "Bank charges"),
    ChartLine(AccountRole.FX_REALISED, "7000", "Exchange differences, realised"),
    ChartLine(AccountRole.FX_UNREALISED, "7010", "Exchange differences, unrealised"),
    ChartLine(AccountRole.INTEREST_INCOME, "7100", "Late interest and compensation"),
    ChartLine(AccountRole.ROUNDING, "7900", "Rounding"),
    ChartLine(AccountRole.TAKEOVER, "9000", "Balances taken over"),
)
