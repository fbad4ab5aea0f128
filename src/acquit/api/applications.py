"""Applications: payments set off against items, by the rules or by a person, and taken back whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router
from ninja.params.functions import Query
from pydantic import AfterValidator, ConfigDict, Field, JsonValue, model_validator

from acquit.api import clock
from acquit.api.errors import answers
from acquit.api.items import ItemClearing, show_clearing
from acquit.api.login import Request
from acquit.api.pages import CursorKind, Page, PageFilters, cut_page
from acquit.api.replay import REPLAYED, IdempotencyKey, answer_once
from acquit.api.values import (
    Amount,
    Body,
    CompanyId,
    Day,
    Id,
    Line,
    MomentOut,
    Name,
    PositiveAmount,
    Resource,
    exact_amount,
)
from acquit.cash.operations import apply_receipt, confirm_receipt, undo_receipt
from acquit.cash.queries import ReceiptView, get_receipt, list_receipts
from acquit.cash.rules.receipts import Applied, Difference, DifferenceKind, ReceiptState
from acquit.controls.queries import DecisionView, get_decision, list_decisions
from acquit.core.errors import NotFound
from acquit.receivables.queries import list_edges, list_items

router = Router(tags=["applications"])

_CURSORS = CursorKind("applications", (int,))
_OUTCOMES = (ReceiptState.AUTO.value, ReceiptState.CONFIRMED.value)


class DifferenceBody(Body):
    """Why an item is cleared by more than the cash, or stays open in part."""

    kind: Literal["DISCOUNT", "TOLERANCE", "BANK_FEE", "DEDUCTION"] = Field(
        description="DEDUCTION opens a case and leaves the rest of the item open; the others clear it.",
        examples=["DISCOUNT"],
    )
    amount: PositiveAmount = Field(examples=["2.38"])
    reason: Line = Field("", description="For a deduction: its reason code.", examples=["DAMAGED"])


class ItemPartBody(Body):
    """Cash on an item."""

    item_id: Id
    amount: Amount = Field(
        description="Cash for this item; below zero for a credit note that is set off.", examples=["116.62"]
    )
    differences: Annotated[list[DifferenceBody], Field(max_length=10)] = []


def _named_once(parts: list[ItemPartBody]) -> list[ItemPartBody]:
    if len({part.item_id for part in parts}) != len(parts):
        raise ValueError("an item is named twice")
    return parts


_ONE_WAY: dict[str, JsonValue] = {
    "oneOf": [
        {"required": ["items"]},
        {"required": ["is_as_proposed"], "properties": {"is_as_proposed": {"const": True}}},
    ]
}


class ApplicationBody(Body):
    """Which payment to apply, and to what: either the items, or what its decision proposes."""

    model_config = ConfigDict(json_schema_extra=_ONE_WAY)

    payment_id: Id
    items: Annotated[
        list[ItemPartBody], Field(min_length=1, max_length=1000), AfterValidator(_named_once)
    ] = Field([], validate_default=False)
    is_as_proposed: bool = Field(default=False, description="Apply what GET /decisions/{id} proposes.")
    business_date: Day | None = Field(None, description="Posted on this day; not given: today.")

    @model_validator(mode="after")
    def check_one_way(self) -> ApplicationBody:
        """Refuse both ways at once, and neither."""
        if bool(self.items) == self.is_as_proposed:
            raise ValueError("give either items, or is_as_proposed = true")
        return self


class UndoBody(Body):
    """Why an application is taken back."""

    reason: Name = Field(examples=["Paid for another invoice"])
    business_date: Day | None = Field(None, description="Posted on this day; not given: today.")


class Application(Resource):
    """A decision that applied a payment. Taken back, it stays and is no longer in force."""

    id: int = Field(description="Also the id of its decision, the proof.")
    company_id: int
    payment_id: int
    outcome: str = Field(description="AUTO: by the rules. CONFIRMED: by a person.", examples=["CONFIRMED"])
    is_in_force: bool
    actor_id: int | None
    recorded_at: MomentOut
    clearings: list[ItemClearing]


class ApplicationPage(Page[Application]):
    """Applications, latest first."""


class ApplicationFilters(PageFilters):
    """Which applications."""

    company_id: CompanyId | None = Field(None, description="Only this company's.")
    payment_id: Id | None = Field(None, description="Only this payment's.")


@router.get(
    "",
    response=answers({200: ApplicationPage}, 404, 422),
    operation_id="list_applications",
    summary="List applications",
)
def list_all(request: Request, filters: Annotated[ApplicationFilters, Query()]) -> dict[str, object]:
    """List applications, latest first, those taken back too."""
    before = _CURSORS.read(filters.cursor)
    rows = list_decisions(
        subject_kind="RECEIPT",
        subject_ids=None if filters.payment_id is None else [filters.payment_id],
        company_ids=request.auth.companies(filters.company_id),
        outcomes=_OUTCOMES,
        before_id=before and before[0],
        limit=filters.limit + 1,
    )
    shown = {application.id: application for application in _applications(rows[: filters.limit])}
    return cut_page(
        rows,
        limit=filters.limit,
        cursors=_CURSORS,
        position=lambda row: (row.id,),
        show=lambda row: shown[row.id],
    )


@router.get(
    "/{int:application_id}",
    response=answers({200: Application}, 404, 422),
    operation_id="get_application",
    summary="Get an application",
)
def get_one(request: Request, application_id: Id) -> Application:
    """Get an application with what it cleared."""
    del request
    return _applications([_get_decision(application_id)])[0]


@router.post(
    "",
    response=answers({201: Application}, 403, 404, 409, 413, 415, 422),
    operation_id="apply_payment",
    summary="Apply a payment",
    openapi_extra={"responses": {201: REPLAYED}},
)
def apply(request: Request, key: IdempotencyKey, body: ApplicationBody) -> HttpResponse:
    """Apply a payment to items, or confirm what is proposed for it; what is not applied stays on account."""
    receipt = get_receipt(body.payment_id)
    _check_items(body, receipt)
    applied, differences = _parts(body, receipt.currency)
    day = body.business_date or request.auth.today
    now = clock.read_now()

    def act() -> tuple[int, Application]:
        if body.is_as_proposed:
            outcome = confirm_receipt(
                actor=request.auth.actor, receipt_id=receipt.id, business_date=day, decided_at=now
            )
        else:
            outcome = apply_receipt(
                actor=request.auth.actor,
                receipt_id=receipt.id,
                applied=applied,
                differences=differences,
                business_date=day,
                decided_at=now,
            )
        return 201, _applications([get_decision(outcome.decision_id)])[0]

    return answer_once(request, company_id=receipt.company_id, key=key, body=body, act=act)


@router.post(
    "/{int:application_id}/undo",
    response=answers({200: Application}, 403, 404, 409, 413, 415, 422),
    operation_id="undo_application",
    summary="Undo an application",
    openapi_extra={"responses": {200: REPLAYED}},
)
def undo(request: Request, application_id: Id, key: IdempotencyKey, body: UndoBody) -> HttpResponse:
    """Take an application back: items, cases and the payment stand as before it."""
    decision = _get_decision(application_id)

    def act() -> tuple[int, Application]:
        undo_receipt(
            actor=request.auth.actor,
            receipt_id=decision.subject_id,
            business_date=body.business_date or request.auth.today,
            decided_at=clock.read_now(),
            reason=body.reason,
            decision_id=decision.id,
        )
        return 200, _applications([decision])[0]

    return answer_once(request, company_id=decision.company_id, key=key, body=body, act=act)


def _get_decision(application_id: int) -> DecisionView:
    decision = get_decision(application_id)
    if decision.subject_kind != "RECEIPT" or decision.outcome not in _OUTCOMES:
        raise NotFound(f"There is no application {application_id}.", param="application_id")
    return decision


def _check_items(body: ApplicationBody, receipt: ReceiptView) -> None:
    """Refuse (`NotFound`) items that are not visible in the payment's company."""
    wanted = [part.item_id for part in body.items]
    if not wanted:
        return
    found = list_items(item_ids=wanted, company_ids=[receipt.company_id], limit=len(wanted))
    for item_id in sorted(set(wanted) - {item.id for item in found}):
        raise NotFound(f"There is no item {item_id} in the payment's company.", param="items")


def _parts(body: ApplicationBody, currency: str) -> tuple[list[Applied], list[Difference]]:
    applied, differences = [], []
    for n, part in enumerate(body.items):
        applied.append(Applied(part.item_id, exact_amount(part.amount, currency, f"items.{n}.amount")))
        for m, difference in enumerate(part.differences):
            amount = exact_amount(difference.amount, currency, f"items.{n}.differences.{m}.amount")
            kind = DifferenceKind(difference.kind)
            differences.append(Difference(kind, part.item_id, amount, difference.reason))
    return applied, differences


def _applications(decisions: Sequence[DecisionView]) -> list[Application]:
    edges = list_edges(decision_ids=[decision.id for decision in decisions])
    payment_ids = {decision.subject_id for decision in decisions}
    payments = list_receipts(receipt_ids=payment_ids, limit=len(payment_ids))
    in_force = {payment.decision_id for payment in payments}
    return [
        Application(
            id=decision.id,
            company_id=decision.company_id,
            payment_id=decision.subject_id,
            outcome=decision.outcome,
            is_in_force=decision.id in in_force,
            actor_id=decision.actor_id,
            recorded_at=decision.recorded_at,
            clearings=[show_clearing(edge) for edge in edges if edge.decision_id == decision.id],
        )
        for decision in decisions
    ]
