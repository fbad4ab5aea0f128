"""The tables of cash: bank accounts, what came on them and what payers advise of it; direct debits and refunds."""

from acquit.cash.models.advices import (
    RemittanceAdvice,
    RemittanceAdviceLine,
)
from acquit.cash.models.announcements import (
    AnnouncedLine,
    VirtualAccount,
)
from acquit.cash.models.banking import (
    BankAccount,
    BankLine,
    BankStatement,
    MatchModelVersion,
    PayerAlias,
    PayerHabit,
    Receipt,
)
from acquit.cash.models.debits import (
    AmendedAccount,
    DebitCollection,
    DebitReturn,
    DebitRun,
    Mandate,
    MandateAmendment,
    NoticeText,
    PreNotification,
)
from acquit.cash.models.questions import (
    CustomerQuestion,
    QuestionText,
)
from acquit.cash.models.refunds import (
    Refund,
    VerifiedAccount,
)

__all__ = [
    "AmendedAccount",
    "AnnouncedLine",
    "BankAccount",
    "BankLine",
    "BankStatement",
    "CustomerQuestion",
    "DebitCollection",
    "DebitReturn",
    "DebitRun",
    "Mandate",
    "MandateAmendment",
    "MatchModelVersion",
    "NoticeText",
    "PayerAlias",
    "PayerHabit",
    "PreNotification",
    "QuestionText",
    "Receipt",
    "Refund",
    "RemittanceAdvice",
    "RemittanceAdviceLine",
    "VerifiedAccount",
    "VirtualAccount",
]
