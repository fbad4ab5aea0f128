"""The worklist: whom to ask for money, in which order and why.

The first page ranks everybody; the pages after it follow that ranking (`ranking`), and only their own customers are
looked at again. Who has changed from one state to the other, or owes nothing overdue any more, falls away from them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from ninja import Router
from ninja.params.functions import Query
from pydantic import Field

from acquit.api.errors import answers
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, Part, Position
from acquit.api.ranking import KeptRankings, Ranking
from acquit.api.values import (
    AmountText,
    CompanyId,
    CurrencyText,
    Day,
    DayOut,
    Id,
    NumberText,
    Resource,
    amount_text,
    number_text,
)
from acquit.collections.queries import get_worklist
from acquit.collections.rules.worklist import Reason, WorklistRow

#: A customer and a currency.
Key = tuple[Part, ...]

router = Router(tags=["worklist"])

_CURSORS = CursorKind("worklist", (str, Decimal, Decimal, int, str))
_RANKINGS = KeptRankings()


class WorkReason(Resource):
    """Why, as a code with values."""

    code: str = Field(examples=["OVER_90_DAYS"])
    values: list[str] = Field(examples=[["1190.00"]])


class ScoreParts(Resource):
    """The points the score is the sum of."""

    overdue: NumberText
    days: NumberText
    payment: NumberText
    risk: NumberText


class WorklistEntry(Resource):
    """A customer with something overdue in a currency."""

    company_id: int
    customer_id: int
    customer_number: str
    customer_name: str
    currency: CurrencyText
    score: NumberText = Field(examples=["71.40"])
    score_parts: ScoreParts
    open_amount: AmountText
    overdue_amount: AmountText
    disputed_amount: AmountText
    to_ask_amount: AmountText = Field(description="Overdue, without what is disputed or in the house.")
    oldest_due_date: DayOut
    days_past_due: int
    reasons: list[WorkReason]
    next_step: str = Field(examples=["CALL"])
    held_back: WorkReason | None = Field(description="Why nobody asks now; null: ask.")


class WorklistPage(Page[WorklistEntry]):
    """Customers, highest score first, ranked when the first page was read.

    A page may hold fewer than `limit`: who is in this state no longer is left out of it.
    """


class WorklistFilters(PageFilters):
    """Whose list, and when."""

    company_id: CompanyId | None = Field(None, description="Only this company's.")
    collector_id: Id | None = Field(None, description="Only the customers of this user.")
    state: Literal["TO_DO", "HELD_BACK"] = Field(
        "TO_DO", description="HELD_BACK: overdue, not to be asked now."
    )
    as_of: Day | None = Field(None, description="The list of this day; today when not given.")


@router.get(
    "",
    response=answers({200: WorklistPage}, 404, 422),
    operation_id="list_worklist",
    summary="List the worklist",
)
def list_all(request: Request, filters: Annotated[WorklistFilters, Query()]) -> dict[str, object]:
    """List whom to ask for money, highest score first."""
    as_of = filters.as_of or request.auth.today
    question = Question(
        tuple(request.auth.companies(filters.company_id)),
        as_of,
        as_of >= request.auth.today,
        filters.collector_id,
        filters.state,
    )
    name, *after = _CURSORS.read(filters.cursor) or ("",)
    ranking = _RANKINGS.find(name, question)
    known: dict[Key, WorklistRow] = {}
    if ranking is None:
        rows = sorted(question.ask(), key=_position)
        known = {_key(_position(row)): row for row in rows}
        ranking = Ranking(question, [_position(row) for row in rows])
        name = _RANKINGS.keep(ranking) if len(rows) > filters.limit else ""
    first = bisect_right(ranking.positions, tuple(after)) if after else 0
    page = ranking.positions[first : first + filters.limit + 1]
    if not known:
        known = {_key(_position(row)): row for row in question.ask(_customers(page))}
    has_more = len(page) > filters.limit
    shown = page[: filters.limit]
    return {
        "data": [_entry(known[_key(position)]) for position in shown if _key(position) in known],
        "has_more": has_more,
        "next_cursor": _CURSORS.write((name, *shown[-1])) if has_more else None,
    }


class Question(NamedTuple):
    """Whose list it is, of which day."""

    company_ids: tuple[int, ...]
    as_of: date
    is_today: bool
    collector_id: int | None
    state: str

    def ask(self, customer_ids: Iterable[int] | None = None) -> list[WorklistRow]:
        """Give the rows, of some customers only where they are given."""
        worklist = get_worklist(
            company_ids=self.company_ids,
            as_of=self.as_of,
            is_today=self.is_today,
            collector_id=self.collector_id,
            customer_ids=customer_ids,
        )
        return worklist.rows if self.state == "TO_DO" else worklist.held_back


def _position(row: WorklistRow) -> tuple[Decimal, Decimal, int, str]:
    return -row.priority.score, -row.to_ask_amount, row.facts.customer_id, row.facts.currency


def _customers(page: Sequence[Position]) -> set[int]:
    return {customer for _, _, customer, _ in page if isinstance(customer, int)}


def _key(position: Position) -> Key:
    return position[2:]


def _entry(row: WorklistRow) -> WorklistEntry:
    facts, parts = row.facts, row.priority
    return WorklistEntry(
        company_id=facts.company_id,
        customer_id=facts.customer_id,
        customer_number=facts.number,
        customer_name=facts.name,
        currency=facts.currency,
        score=number_text(parts.score),
        score_parts=ScoreParts(
            overdue=number_text(parts.overdue_points),
            days=number_text(parts.days_points),
            payment=number_text(parts.payment_points),
            risk=number_text(parts.risk_points),
        ),
        open_amount=amount_text(facts.open_amount, facts.currency),
        overdue_amount=amount_text(facts.overdue_amount, facts.currency),
        disputed_amount=amount_text(facts.disputed_amount, facts.currency),
        to_ask_amount=amount_text(row.to_ask_amount, facts.currency),
        oldest_due_date=facts.oldest_due_date,
        days_past_due=facts.days_past_due,
        reasons=[_reason(reason) for reason in row.reasons],
        next_step=row.next_step,
        held_back=None if row.held_back is None else _reason(row.held_back),
    )


def _reason(reason: Reason) -> WorkReason:
    return WorkReason(code=reason.code, values=list(reason.values))
