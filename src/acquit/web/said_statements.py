"""Words for what bank statements leave open among themselves: what is odd, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from acquit.cash.queries import StatementFinding
from acquit.web.figures import format_day, format_money
from acquit.web.said import Words, say

_NAMES: Mapping[str, Words] = {
    "NOT_BALANCED": lazy("Does not add up"),
    "BALANCE_GAP": lazy("Opens with another balance"),
    "OVERLAP": lazy("Overlaps the one before"),
    "NUMBER_GAP": lazy("Number left out"),
    "LINES_VANISHED": lazy("Lines gone"),
}
_NEXT_STEPS: Mapping[str, Words] = {
    "NOT_BALANCED": lazy(
        "Ask the bank for this statement again and drop it in: one of the same number takes its place."
    ),
    "BALANCE_GAP": lazy(
        "Ask the bank for what lies between and drop it in. When it is there, this line goes by itself."
    ),
    "OVERLAP": lazy(
        "Lines in both are booked once. If the reconciliation of the account agrees, nothing is left to do."
    ),
    "NUMBER_GAP": lazy(
        "Ask the bank for the number left out and drop it in. When it is there, this line goes by itself."
    ),
    "LINES_VANISHED": lazy(
        "What was booked for them stays. Ask the bank whether they were cancelled, then undo their receipts."
    ),
}
#: Under which word of the status vocabulary the list of statements flags a finding.
FLAGS: Mapping[str, str] = {
    "NOT_BALANCED": "NOT_BALANCED",
    "BALANCE_GAP": "STATEMENT_MISSING",
    "OVERLAP": "STATEMENT_OVERLAPS",
    "NUMBER_GAP": "STATEMENT_MISSING",
    "LINES_VANISHED": "LINES_VANISHED",
}


@dataclass(frozen=True, slots=True)
class SaidFinding:
    """A finding in words."""

    finding: StatementFinding
    name: str
    told: str
    next_step: str


def say_finding(finding: StatementFinding) -> SaidFinding:
    """Say what a statement leaves open, its figures as the reader writes them, and what to do next."""
    return SaidFinding(
        finding,
        say(_NAMES, finding.kind),
        _say_figures(finding),
        str(_NEXT_STEPS.get(finding.kind, "")),
    )


def _say_figures(finding: StatementFinding) -> str:
    stated, expected = finding.stated, finding.expected
    if finding.kind == "NUMBER_GAP":
        return _("It has number %(stated)s; number %(expected)s should follow the one before.") % {
            "stated": stated,
            "expected": expected,
        }
    if finding.kind == "OVERLAP":
        return _("It begins on %(stated)s; the one before ends on %(expected)s.") % {
            "stated": _day(stated),
            "expected": _day(expected),
        }
    if finding.kind == "LINES_VANISHED":
        count = int(stated) if stated.isdigit() else 0
        return ngettext(
            "%(count)s line of the statement it corrects is in it no more.",
            "%(count)s lines of the statement it corrects are in it no more.",
            count,
        ) % {"count": count}
    amounts = {"stated": _money(stated, finding.currency), "expected": _money(expected, finding.currency)}
    if finding.kind == "NOT_BALANCED":
        return _("It closes on %(stated)s; opening and lines lead to %(expected)s.") % amounts
    return _("It opens with %(stated)s; the one before closed on %(expected)s.") % amounts


def _day(text: str) -> str:
    return format_day(date.fromisoformat(text), get_language() or "en")


def _money(text: str, currency: str) -> str:
    try:
        return format_money(Decimal(text), currency, get_language() or "en")
    except (InvalidOperation, ValueError):
        return f"{text} {currency}"
