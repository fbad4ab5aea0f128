"""The tables of cash: bank accounts, what came on them, and what payers advise of it."""

from acquit.cash.models.advices import RemittanceAdvice, RemittanceAdviceLine
from acquit.cash.models.announcements import AnnouncedLine, VirtualAccount
from acquit.cash.models.banking import BankAccount, BankLine, BankStatement, PayerAlias, Receipt

__all__ = [
    "AnnouncedLine",
    "BankAccount",
    "BankLine",
    "BankStatement",
    "PayerAlias",
    "Receipt",
    "RemittanceAdvice",
    "RemittanceAdviceLine",
    "VirtualAccount",
]
