"""Which account of ours a table of bank lines is of, and in which currency that account is kept.

The clever idea: a bank writes an account in many ways (IBAN, sort code and number, the number alone), and all of them
end alike, so a number is looked for at the end of the accounts that are known. What fits several of them fits none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from acquit.core.references import is_iban, normalise_reference

_DIGITS_FROM = 6
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{1,4}){3,8}\b")
_NUMBER = re.compile(r"[0-9][0-9 ./-]{4,40}[0-9]")
_WORD = re.compile(r"[A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account of ours: number (letters and digits only), ISO currency, and what a file of accounts calls it."""

    number: str
    currency: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class OwnAccounts:
    """The accounts of a company, to be found by how files write them."""

    accounts: Sequence[OwnAccount] = ()
    _found: dict[str, OwnAccount | None] = field(default_factory=dict, repr=False, compare=False)

    def find(self, written: str) -> OwnAccount | None:
        """Find the account that is called or numbered so, else the only one whose number ends so."""
        if written not in self._found:
            self._found[written] = self._look_for(normalise_reference(written))
        return self._found[written]

    def find_of_file(self, name: str, lines: Iterable[Sequence[str]]) -> OwnAccount | None:
        """Find the account a file is of by the lines above its table, else by its name, else as the only one.

        An IBAN above the table that nobody knew is an account too; its currency is not known then.
        """
        cells = [cell.upper() for line in lines for cell in line]
        ibans = {iban for cell in cells for iban in _find_ibans(cell)}
        numbers = [number for cell in cells for number in _NUMBER.findall(cell)]
        found = [account for account in map(self.find, [*ibans, *numbers]) if account is not None]
        known = {account.number: account for account in found}
        if known:
            return next(iter(known.values())) if len(known) == 1 else None
        if ibans:
            return OwnAccount(ibans.pop(), "") if len(ibans) == 1 else None
        named = self._find_by_file_name(name)
        if named is not None:
            return named
        listed = [account for account in self.accounts if account.name]
        return listed[0] if len(listed) == 1 else None

    def _look_for(self, number: str) -> OwnAccount | None:
        same = [
            account
            for account in self.accounts
            if number in (account.number, normalise_reference(account.name)) and number
        ]
        if not same and sum(map(str.isdigit, number)) >= _DIGITS_FROM:
            same = [account for account in self.accounts if account.number.endswith(number)]
        listed = [account for account in same if account.name] or same
        return listed[0] if len({(one.number, one.currency) for one in listed}) == 1 else None

    def _find_by_file_name(self, name: str) -> OwnAccount | None:
        """Find an account by a number, by what it is called, or by a currency only one is kept in."""
        plain = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
        words = _WORD.findall(plain.upper())
        numbers = {found.number: found for found in map(self.find, words) if found is not None}
        if len(numbers) == 1:
            return next(iter(numbers.values()))
        joined = f" {' '.join(words)} "
        called = [
            account
            for account in self.accounts
            if account.name and f" {' '.join(_WORD.findall(account.name.upper()))} " in joined
        ]
        longest = max((len(account.name) for account in called), default=0)
        called = [account for account in called if len(account.name) == longest]
        if not called:
            called = [account for account in self.accounts if account.currency in words]
        return called[0] if len(called) == 1 else None


def _find_ibans(text: str) -> Iterator[str]:
    """Find the IBANs of a text; what stands behind one (`... 00 EUR`) is tried without its last words."""
    for match in _IBAN.finditer(text):
        words = match.group().split(" ")
        for end in range(len(words), 0, -1):
            if is_iban(number := "".join(words[:end])):
                yield number
                break
