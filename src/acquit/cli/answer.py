"""The answer of `acquit start` as one value: what the terminal shows and what `--json` prints are the same figures.

It holds nothing that a second import of the same files would change: importing twice gives the same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acquit.collections.rules.worklist import WorklistRow
    from acquit.controls.queries import CompanyView
    from acquit.insight.queries.standing import Standing
    from acquit.intake.queries import FileView, RefusedView

BUCKETS = ("not_due", "1-30", "31-60", "61-90", "91+")
WORKLIST_ROWS = 20
REFUSED_ROWS_A_FILE = 1000


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: `refused` are its first rows, `reasons` counts all of them by code."""

    file: FileView
    refused: Sequence[RefusedView]
    reasons: Mapping[str, int]

    @property
    def is_left_out(self) -> bool:
        """Whether the file needs somebody: a question is open, or it could not be read at all."""
        return self.file.state in {"ASKED", "REFUSED"}


@dataclass(frozen=True, slots=True)
class Answer:
    """How the company stands when the files are in; `control_differences` are zero when every amount is explained."""

    company: CompanyView
    as_of: date
    files: Sequence[FileResult]
    unreadable: Sequence[tuple[str, str]]
    standing: Standing
    worklist: Sequence[WorklistRow]
    control_differences: Mapping[str, Decimal]

    @property
    def is_complete(self) -> bool:
        """Whether every file that was given has been taken or was settled to stay out."""
        return not self.unreadable and not any(result.is_left_out for result in self.files)


def get_answer(
    *,
    company: CompanyView,
    intake_id: int,
    unreadable: Sequence[tuple[str, str]],
    as_of: date,
    is_today: bool,
) -> Answer:
    """Read the answer from the books and from what is kept of the hand-over."""
    from acquit.collections.queries import get_worklist
    from acquit.insight.queries.standing import get_standing
    from acquit.intake.queries import list_files

    files = list_files(intake_id)
    standing = get_standing(company_id=company.id, as_of=as_of, is_today=is_today)
    worklist = get_worklist(company_ids=[company.id], as_of=as_of, is_today=is_today)
    return Answer(
        company=company,
        as_of=as_of,
        files=list_results(files),
        unreadable=unreadable,
        standing=standing,
        worklist=worklist.rows[:WORKLIST_ROWS],
        control_differences=sum_differences(files, company.currency),
    )


def list_results(files: Iterable[FileView]) -> list[FileResult]:
    """Give each file with its refused rows."""
    from acquit.intake.queries import list_refused

    return [
        FileResult(file, list_refused([file.id], limit=REFUSED_ROWS_A_FILE), _reasons(file)) for file in files
    ]


def _reasons(file: FileView) -> Mapping[str, int]:
    """Count why rows were refused; of a file that could not be read at all, the reason of the file."""
    from acquit.intake.queries import count_refused

    if file.state == "REFUSED":
        return Counter(code for code, *_ in file.warnings)
    return count_refused(file.id)


def sum_differences(files: Iterable[FileView], company_currency: str) -> dict[str, Decimal]:
    """Sum up, by currency, what of the files' control totals is neither posted, refused nor left out."""
    sums = {company_currency: Decimal(0)}
    for file in files:
        for total in file.totals.get("measures", ()):
            currency = total["currency"] or company_currency
            sums[currency] = sums.get(currency, Decimal(0)) + Decimal(total["difference"])
    return sums


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Write the answer as the one object that `--json` prints. Amounts are texts with their currency's decimals."""
    standing = answer.standing
    currencies = sorted({answer.company.currency, *standing.totals, *standing.cleared_amounts})
    ageing = {currency: _buckets(standing, currency) for currency in currencies}
    return {
        "company": answer.company.name,
        "as_of": answer.as_of.isoformat(),
        "files": [
            *(_file(result) for result in answer.files),
            *(_unreadable(name, reason) for name, reason in answer.unreadable),
        ],
        "documents": standing.documents,
        "open_items": standing.open_items,
        "open_amount": {
            currency: write_amount(_open(standing, currency), currency) for currency in currencies
        },
        "cleared_amount": {
            currency: write_amount(standing.cleared_amounts.get(currency, Decimal(0)), currency)
            for currency in currencies
        },
        "unapplied_amount": {
            currency: write_amount(unapplied(standing, currency), currency) for currency in currencies
        },
        "ageing": {
            currency: {
                name: write_amount(amount, currency) for name, amount in zip(BUCKETS, buckets, strict=True)
            }
            for currency, buckets in ageing.items()
        },
        "control_difference": {
            currency: write_amount(amount, currency)
            for currency, amount in answer.control_differences.items()
        },
        "worklist": [_worklist_row(row) for row in answer.worklist],
    }


def write_amount(amount: Decimal, currency: str) -> str:
    """Write an amount with its currency's decimals, or with all it has where that would hide some of it."""
    from acquit.core.money import UnknownCurrency, minor_units

    try:
        units = minor_units(currency)
    except UnknownCurrency:
        return format(amount, "f")
    exponent = amount.normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"{amount:.{max(units, decimals)}f}"


def unapplied(standing: Standing, currency: str) -> Decimal:
    """Give the cash in the house that is set off against nothing, as a positive amount."""
    totals = standing.totals.get(currency)
    return -totals.unapplied if totals else Decimal(0)


def _open(standing: Standing, currency: str) -> Decimal:
    totals = standing.totals.get(currency)
    return totals.open_amount if totals else Decimal(0)


def _buckets(standing: Standing, currency: str) -> Sequence[Decimal]:
    totals = standing.totals.get(currency)
    return totals.buckets if totals else (Decimal(0),) * len(BUCKETS)


def _file(result: FileResult) -> dict[str, Any]:
    file = result.file
    return {
        "name": file.name,
        "kind": file.kind,
        "state": file.state,
        "mapping": _mapping(file.mapping),
        "rows_read": file.rows_read,
        "rows_refused": file.rows_refused,
        "reasons": dict(sorted(result.reasons.items())),
        "refused_rows": [_refused(row) for row in result.refused],
        "questions": file.questions,
        "warnings": [{"code": code, "message": message} for code, message, *_ in file.warnings],
        "control_totals": file.totals.get("measures", []),
    }


def _unreadable(name: str, reason: str) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "UNKNOWN",
        "state": "REFUSED",
        "mapping": {},
        "rows_read": 0,
        "rows_refused": 0,
        "reasons": {"FILE_UNREADABLE": 1},
        "refused_rows": [],
        "questions": [],
        "warnings": [{"code": "FILE_UNREADABLE", "message": f"{name}: {reason}."}],
        "control_totals": [],
    }


def _mapping(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Give what each column was taken for, by its head; heads that repeat or are empty get their place."""
    columns: dict[str, Any] = {}
    for place, column in enumerate(mapping.get("columns", ()), 1):
        head = column["header"] or f"column {place}"
        if head in columns:
            head = f"{head} (column {place})"
        columns[head] = {
            "field": column["field"],
            "confidence": column["confidence"],
            "reason": column["reason"],
            "is_confirmed": column["is_confirmed"],
            "date_style": column["date_style"],
            "amount_style": column["amount_style"][0] if column["amount_style"] else None,
        }
    return columns


def _refused(row: RefusedView) -> dict[str, Any]:
    return {
        "line": row.line_number,
        "column": row.column,
        "value": row.value,
        "reason": row.reason,
        "message": row.message,
        "proposal": row.proposal or None,
        "amount": None if row.amount is None else format(row.amount, "f"),
        "currency": row.currency or None,
    }


def _worklist_row(row: WorklistRow) -> dict[str, Any]:
    facts = row.facts
    return {
        "customer": facts.number,
        "name": facts.name,
        "currency": facts.currency,
        "overdue": write_amount(facts.overdue_amount, facts.currency),
        "to_ask": write_amount(row.to_ask_amount, facts.currency),
        "days": facts.days_past_due,
        "score": format(row.priority.score, "f"),
        "reasons": [reason.code for reason in row.reasons],
        "step": row.next_step,
    }
