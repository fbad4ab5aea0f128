"""Bank statements as values: what every reader of a bank format gives, whatever the bank calls it.

The one clever idea: a line carries its own identity (account, bank reference, index within the entry; a hash of
its content where the bank gives no reference), so importing a file twice, or an intraday file and then the
end-of-day file, adds nothing. Two lines that are equal in everything stay two: their occurrences are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, make_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

from acquit.core.money import EXACT
from acquit.formats.held_lines import LineKeeper
from acquit.formats.recognition import recognise_statement
from acquit.formats.unreadable import UnreadableFile

__all__ = [
    "BalanceCheck",
    "ReadingWarning",
    "RemittedDocument",
    "Statement",
    "StatementKind",
    "StatementLine",
    "UnreadableStatement",
    "WarningLog",
    "check_balance",
    "clean_reference",
    "exact_sum",
    "keep_lines",
    "line_identities",
    "line_identity",
    "new_line",
    "quick_constructor",
    "recognise_statement",
    "with_sign",
]

ZERO = Decimal(0)

# What banks write where there is no reference; readers give an empty string instead.
NO_REFERENCE = frozenset(
    (
        "-",
        "NONREF",
        "NOTPROVIDED",
        "NOT PROVIDED",
        "NOREF",
        "NONE",
        "NULL",
        "N/A",
        "EREF",
        "PREF",
        "MARF",
        "KREF+",
        "KREF",
    )
)


class UnreadableStatement(UnreadableFile):
    """The bank file cannot be read as a statement."""

    code = "UNREADABLE_STATEMENT"


class StatementKind(StrEnum):
    """What a report says about the account.

    STATEMENT is the book of record. INTRADAY (CAMT.052, MT942) comes before it and is repeated by it. A
    NOTIFICATION (CAMT.054) repeats booked entries, often with the details that the statement leaves out.
    """

    STATEMENT = "STATEMENT"
    INTRADAY = "INTRADAY"
    NOTIFICATION = "NOTIFICATION"


@dataclass(frozen=True, slots=True)
class ReadingWarning:
    """Something unusual that was accepted: `count` times, first at `place`, in the words of `message`."""

    code: str
    message: str
    place: str
    count: int = 1


class WarningLog:
    """Collects warnings of one statement; the same code twice is counted, so a million odd lines stay one warning."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, str, int]] = {}

    def note(self, code: str, message: str, place: str) -> None:
        """Keep the first message and place of a code, count the others."""
        known = self._found.get(code)
        self._found[code] = (
            (shorten_message(message), place, 1) if known is None else (*known[:2], known[2] + 1)
        )

    def add(self, other: WarningLog) -> None:
        """Take over what another log noted."""
        for code, (message, place, count) in other._found.items():
            known = self._found.get(code)
            self._found[code] = (message, place, count) if known is None else (*known[:2], known[2] + count)

    def warnings(self) -> tuple[ReadingWarning, ...]:
        """Give what was noted, in the order of first occurrence."""
        return tuple(ReadingWarning(code, *found) for code, found in self._found.items())


def shorten_message(message: str) -> str:
    """Keep a warning to 300 characters: values quoted from a hostile file may be long."""
    return message if len(message) <= 300 else message[:299] + "…"


@dataclass(frozen=True, slots=True)
class RemittedDocument:
    """A document the payer names in structured remittance: number, kind (ISO 20022 code such as CINV or CREN).

    `amount` is what is paid (negative for a credit note netted), `discount_amount` what was taken off; None where
    not given.
    """

    number: str
    kind: str = ""
    amount: Decimal | None = None
    discount_amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement on the account; a detail of a batch entry is a line of its own.

    `amount` is signed from the account holder's side (credit positive) in `currency`. `booking_date` is None only
    where the bank gives no date at all. `bank_reference` is what identifies the movement at the bank (CAMT
    AcctSvcrRef of the detail in a batch, of the entry otherwise; MT940 what follows //), `entry_reference` that of
    the whole entry. `text` is the remittance text for reading and matching, `raw` the bank's text as it stands in
    the file, for quoting. `return_code` is the ISO reason of a return, or the bank's own number where only that is
    given. `charges_amount` is positive when charged. `original_amount` and `original_currency` say what was
    instructed, when that differs. `own_iban` is the credited account the details name: a virtual IBAN shows here.
    """

    booking_date: date | None
    value_date: date | None
    amount: Decimal
    currency: str
    bank_reference: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    structured_reference: str = ""
    counterparty: str = ""
    iban: str = ""
    bic: str = ""
    text: str = ""
    return_code: str = ""
    is_reversal: bool = False
    entry_index: int = 0
    detail_index: int = 0
    transaction_code: str = ""
    bank_code: str = ""
    booking_text: str = ""
    charges_amount: Decimal | None = None
    original_amount: Decimal | None = None
    original_currency: str = ""
    raw: str = ""
    entry_reference: str = ""
    customer_reference: str = ""
    counterparty_account: str = ""
    ultimate_counterparty: str = ""
    own_iban: str = ""
    creditor_id: str = ""
    purpose_code: str = ""
    documents: tuple[RemittedDocument, ...] = ()
    source_line: int = 0


def quick_constructor(frozen: type) -> type:
    """Make a constructor of a frozen dataclass that is seven times as fast as its own.

    A frozen dataclass sets each field through object.__setattr__, which is most of the time of reading a line. The
    twin made here is the same class unfrozen; it fills itself and then becomes the frozen class.
    """

    def freeze(made: object) -> None:
        made.__class__ = frozen

    described = [(one.name, one.type, field(default=one.default)) for one in fields(frozen)]
    return make_dataclass("_" + frozen.__name__, described, slots=True, namespace={"__post_init__": freeze})


if TYPE_CHECKING:
    new_line = StatementLine
else:
    new_line = quick_constructor(StatementLine)

_LINE_FIELDS = tuple(one.name for one in fields(StatementLine))


def keep_lines() -> LineKeeper[StatementLine]:
    """Give a keeper for the lines of one statement: a statement of a million lines takes little more than its text."""
    return LineKeeper(new_line, _LINE_FIELDS)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, report or notification of one account.

    `opening` and `closing` are signed as the file states them, None where it does not. `is_balance_inverted` is
    true when they hold only with the sign turned round (the bank wrote its own side): then `holder_opening` and
    `holder_closing` are the account holder's. `balanced` is None when it cannot be told; `difference` = closing
    less opening less lines. `lines` are booked, `pending_lines` are announced or for information and are no
    booking. `sequence` runs on from statement to statement. `is_booked` is false for everything that a statement
    will repeat (intraday reports, notifications).
    """

    format: str
    kind: StatementKind
    account: str
    currency: str
    statement_id: str
    sequence: str
    legal_number: str
    opening: Decimal | None
    closing: Decimal | None
    opening_date: date | None
    closing_date: date | None
    lines: Sequence[StatementLine]
    pending_lines: Sequence[StatementLine] = ()
    balanced: bool | None = None
    difference: Decimal | None = None
    is_balance_inverted: bool = False
    page: str = ""
    is_last_page: bool | None = None
    is_copy: bool = False
    bank_bic: str = ""
    created: str = ""
    warnings: tuple[ReadingWarning, ...] = ()

    @property
    def is_booked(self) -> bool:
        """True for the book of record only."""
        return self.kind is StatementKind.STATEMENT

    @property
    def holder_opening(self) -> Decimal | None:
        """Opening balance from the account holder's side."""
        return _turned(self.opening) if self.is_balance_inverted else self.opening

    @property
    def holder_closing(self) -> Decimal | None:
        """Closing balance from the account holder's side."""
        return _turned(self.closing) if self.is_balance_inverted else self.closing


def _turned(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else with_sign(amount, -1)


def with_sign(amount: Decimal, sign: int) -> Decimal:
    """Give the amount, turned round when `sign` is negative; zero has no sign. Exact whatever the process's context."""
    return amount if sign > 0 or not amount else amount.copy_negate()


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Sum amounts exactly, whatever the process's decimal context is."""
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


@dataclass(frozen=True, slots=True)
class BalanceCheck:
    """Whether opening + lines = closing: None when a balance is missing."""

    balanced: bool | None
    difference: Decimal | None
    is_inverted: bool


def check_balance(
    opening: Decimal | None, closing: Decimal | None, amounts: Iterable[Decimal], *, may_invert: bool = True
) -> BalanceCheck:
    """Compare opening + sum of amounts with closing, also with both balances' signs turned round.

    Inverted counts as balanced only when the amounts do not sum to zero and every cent agrees: a chance hit is as
    unlikely as any other. `difference` is 0 then.
    """
    if opening is None or closing is None:
        return BalanceCheck(None, None, is_inverted=False)
    moved = exact_sum(amounts)
    stated = EXACT.subtract(closing, opening)
    difference = EXACT.subtract(stated, moved)
    if difference == 0:
        return BalanceCheck(balanced=True, difference=ZERO, is_inverted=False)
    if may_invert and moved and EXACT.add(stated, moved) == 0:
        return BalanceCheck(balanced=True, difference=ZERO, is_inverted=True)
    return BalanceCheck(balanced=False, difference=difference, is_inverted=False)


def clean_reference(reference: str) -> str:
    """Strip a reference and give an empty string for what banks write instead of none (NONREF, NOTPROVIDED)."""
    if not reference:
        return ""
    stripped = reference.strip()
    return "" if stripped.upper() in NO_REFERENCE else stripped


def _amount_key(amount: Decimal) -> str:
    """Write an amount without trailing zeros, so 20, and 20.00 are one."""
    text = f"{amount:f}" if amount else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _identity_key(account: str, line: StatementLine) -> str:
    """Give what identifies a line, apart from its occurrence.

    A detail's index counts only where its reference does not tell it from its neighbours. The amount is part of
    the key: banks reuse a payment's reference for its charges, and losing a line is worse than asking about one.
    """
    amount = _amount_key(line.amount)
    parts: tuple[str, ...]
    if line.bank_reference:
        shared = line.bank_reference == line.entry_reference
        parts = (
            "R",
            account,
            line.bank_reference,
            str(line.detail_index) if shared else "",
            amount,
            line.currency,
        )
    else:
        day = line.booking_date or line.value_date
        words = "".join((line.counterparty + line.text).split()).upper()
        parts = (
            "C",
            account,
            day.isoformat() if day else "",
            amount,
            line.currency,
            line.end_to_end_id,
            line.mandate_id,
            line.structured_reference,
            line.iban or line.counterparty_account,
            line.customer_reference,
            words,
        )
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return parts[0] + digest


def line_identities(
    statement: Statement, lines: Sequence[StatementLine] | None = None, account: str | None = None
) -> tuple[str, ...]:
    """Give the identity of each line, in order; equal lines of the statement differ by their occurrence.

    `lines` defaults to the booked lines. `account` replaces the statement's account where the caller knows the
    account under one key whatever the file writes (IBAN here, bank code and number there).
    """
    key_account = "".join((account or statement.account).split()).upper()
    seen: dict[str, int] = {}
    identities = []
    for line in statement.lines if lines is None else lines:
        key = _identity_key(key_account, line)
        occurrence = seen.get(key, 0)
        seen[key] = occurrence + 1
        identities.append(f"{key}-{occurrence}" if occurrence else key)
    return tuple(identities)


def line_identity(statement: Statement, line: StatementLine) -> str:
    """Give the identity of one line of the statement. For all of them, `line_identities` is one pass."""
    lines = statement.lines if any(line is known for known in statement.lines) else statement.pending_lines
    for known, identity in zip(lines, line_identities(statement, lines), strict=True):
        if known is line:
            return identity
    return line_identities(statement, (line,))[0]
