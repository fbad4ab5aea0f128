"""The tables of cash: bank accounts and what came on them."""

from acquit.cash.models.banking import BankAccount, BankLine, BankStatement, PayerAlias, Receipt

__all__ = ["BankAccount", "BankLine", "BankStatement", "PayerAlias", "Receipt"]
