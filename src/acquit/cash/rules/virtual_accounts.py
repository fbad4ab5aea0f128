"""What an account number given to one customer looks like."""

from __future__ import annotations

import re

from acquit.core.errors import Refusal
from acquit.core.references import is_iban, normalise_reference

_IBAN_LIKE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]*")
_ACCOUNT = re.compile(r"[A-Z0-9]{1,34}")


class CannotBeVirtual(Refusal):
    """The account is one that statements come for, or none at all; nothing was stored."""

    code = "NOT_A_VIRTUAL_ACCOUNT"


def read_virtual_account(written: str) -> str:
    """Give an account as statements write it; refuses (`CannotBeVirtual`) none, and an IBAN with other check digits.

    Where accounts are no IBANs their numbers have no check digits that are the same everywhere.
    """
    account = normalise_reference(written)
    if not _ACCOUNT.fullmatch(account):
        raise CannotBeVirtual(
            f"{written.strip() or 'Nothing'} is no account number: one has 34 letters and digits at most.",
            param="account",
        )
    if _IBAN_LIKE.fullmatch(account) and not is_iban(account):
        raise CannotBeVirtual(
            f"{account} is no valid IBAN: its length or check digits are wrong. Copy it again from the bank's list.",
            param="account",
        )
    return account
