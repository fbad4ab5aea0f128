"""The cash queue as its address says it: which list, narrowed to what; the address is the only memory of it.

`state` names the list (what waits, one class of it, what is kept, what is posted); the rest narrows it. Acts carry the
address along, so that the next receipt is the next of the same list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from acquit.cash.queries import QueueFilter, ReceiptView, list_queue
from acquit.cash.rules.waiting import WaitingClass, find_class
from acquit.controls.queries import get_unapplied_policy
from acquit.web.pages import read_amount_after, read_id
from acquit.web.visitor import Visitor

WAITING = ("PROPOSED", "UNAPPLIED", "UNIDENTIFIED", "RETURNED")
KEPT = ("ON_ACCOUNT", "PREPAYMENT")
POSTED = "posted"
LISTS: Mapping[str, tuple[str, ...]] = {
    "waiting": WAITING,
    "account": KEPT,
    "proposed": ("PROPOSED",),
    "unapplied": ("UNAPPLIED",),
    "unidentified": ("UNIDENTIFIED",),
    "returned": ("RETURNED",),
    "prepayment": ("PREPAYMENT",),
    POSTED: (),
}
LIST_NAMES: Mapping[str, str | Promise] = {
    "waiting": lazy("To confirm"),
    "proposed": lazy("Proposed"),
    "unapplied": lazy("Not applied"),
    "unidentified": lazy("Unidentified"),
    "returned": lazy("Returned"),
    "account": lazy("On account"),
    "prepayment": lazy("Prepayments"),
    POSTED: lazy("Posted"),
}
CLASS_NAMES: Mapping[str, str | Promise] = {
    WaitingClass.PROPOSED: lazy("Proposed"),
    WaitingClass.UNAPPLIED: lazy("Not applied"),
    WaitingClass.UNIDENTIFIED: lazy("Unidentified"),
    WaitingClass.RETURNED: lazy("Returned"),
    WaitingClass.ON_ACCOUNT: lazy("On account"),
    WaitingClass.PREPAYMENT: lazy("Prepayments"),
}
AGES = ("escalated", "7", "30", "60", "90")
_ASKED_NAMES: Mapping[str, str | Promise] = {
    "yes": pgettext_lazy("filter of the cash queue", "Asked, answer awaited"),
    "all": pgettext_lazy("filter of the cash queue", "Asked or not"),
}


@dataclass(frozen=True, slots=True)
class QueueAddress:
    """What the address of the queue says; empty: not narrowed. `owner`: a user's id, me or none."""

    state: str = "waiting"
    currency: str = ""
    account: str = ""
    owner: str = ""
    age: str = ""
    asked: str = ""

    @property
    def query(self) -> str:
        """Write it as an address says it."""
        return urlencode({name: value for name, value in self._said() if value})

    def without(self, name: str) -> QueueAddress:
        """Widen it again."""
        return replace(self, **{name: ""})

    def _said(self) -> tuple[tuple[str, str], ...]:
        return (
            ("state", self.state),
            ("currency", self.currency),
            ("account", self.account),
            ("owner", self.owner),
            ("age", self.age),
            ("asked", self.asked),
        )


class FilterChip(NamedTuple):
    """A filter in force, and the address without it."""

    name: str
    url: str


def read_address(request: HttpRequest, receipt: ReceiptView | None = None) -> QueueAddress:
    """Read which list is shown; a receipt that has left it is shown beside the list it is in now."""
    said = QueryDict(request.POST["list"]) if "list" in request.POST else request.GET
    address = QueueAddress(
        said.get("state", "waiting"),
        said.get("currency", "")[:3],
        said.get("account", "") if read_id(said.get("account", "")) is not None else "",
        said.get("owner", "") if _is_owner(said.get("owner", "")) else "",
        said.get("age", "") if said.get("age", "") in AGES else "",
        said.get("asked", "") if said.get("asked", "") in _ASKED_NAMES else "",
    )
    if address.state not in LISTS:
        address = replace(address, state="waiting")
    if receipt is not None and not _is_in(address.state, receipt):
        address = QueueAddress(_list_of(receipt))
    return address


def _is_owner(text: str) -> bool:
    return text in {"me", "none"} or read_id(text) is not None


def _is_in(state: str, receipt: ReceiptView) -> bool:
    found = find_class(receipt.state, receipt.purpose)
    return found in LISTS[state] if found is not None else state == POSTED


def _list_of(receipt: ReceiptView) -> str:
    found = find_class(receipt.state, receipt.purpose)
    if found is None:
        return POSTED
    return "account" if found in KEPT else "waiting"


def make_filter(address: QueueAddress, visitor: Visitor) -> QueueFilter:
    """Make the filter of the queue's reads; who was asked stands apart until the answer is due, unless asked for."""
    dated_until = None
    if address.age:
        _policy, unapplied = get_unapplied_policy(
            company_id=visitor.company_ids[0] if visitor.company_ids else 0, on_date=visitor.today
        )
        days = unapplied.escalate_days if address.age == "escalated" else int(address.age)
        dated_until = visitor.today - timedelta(days=days)
    return QueueFilter(
        LISTS[address.state],
        currency=address.currency or None,
        bank_account_id=read_id(address.account),
        owner_id=visitor.user_id if address.owner == "me" else read_id(address.owner),
        is_unowned=address.owner == "none",
        dated_until=dated_until,
        asked={"yes": True, "all": None}.get(address.asked, False if address.state in _ASKABLE else None),
    )


_ASKABLE = frozenset({"waiting", "proposed", "unapplied", "returned"})


def list_next(
    visitor: Visitor, address: QueueAddress, receipt: ReceiptView, *, limit: int = 1
) -> list[ReceiptView]:
    """List what follows a receipt in its list, and from the top when it was the last."""
    narrowed = make_filter(address, visitor)
    if receipt.weight is None:
        return []
    following = list_queue(
        company_ids=visitor.company_ids,
        narrowed=narrowed,
        today=visitor.today,
        after=(receipt.weight, receipt.id),
        limit=limit,
    )
    return following or [
        other
        for other in list_queue(
            company_ids=visitor.company_ids, narrowed=narrowed, today=visitor.today, limit=limit + 1
        )
        if other.id != receipt.id
    ]


def list_page(request: HttpRequest, visitor: Visitor, address: QueueAddress, limit: int) -> list[ReceiptView]:
    """List a page of the queue, from the cursor of the address on."""
    return list_queue(
        company_ids=visitor.company_ids,
        narrowed=make_filter(address, visitor),
        today=visitor.today,
        after=read_amount_after(request),
        limit=limit,
    )


def make_chips(address: QueueAddress, base: str, names: Mapping[str, str]) -> list[FilterChip]:
    """Say the filters in force as chips that take themselves away; `names` of accounts and owners by their value."""
    said = {
        "currency": address.currency,
        "account": names.get(f"account-{address.account}", address.account),
        "owner": names.get(f"owner-{address.owner}", address.owner),
        "age": say_age(address.age) if address.age else "",
        "asked": str(_ASKED_NAMES[address.asked]) if address.asked else "",
    }
    return [
        FilterChip(name, f"{base}?{address.without(field).query}") for field, name in said.items() if name
    ]


def say_age(age: str) -> str:
    """Say an age filter."""
    return _("Escalated") if age == "escalated" else _("Older than %(days)s days") % {"days": age}
