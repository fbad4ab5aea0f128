"""The page that shows every component once, for the eye and for the tests. Not part of the product's navigation.

Seen by staff, and by anyone while DEBUG is on. The amounts are specimens of writing, no one's books.
"""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acquit.core.errors import Refusal
from acquit.web.context import get_person, require_today
from acquit.web.shell import LongWork
from acquit.web.toasts import add_toast
from acquit.web.views.errors import Problem

LONGEST_WAIT_SECONDS = 1.0


class SpecimenRefused(Refusal):
    """The specimen refusal the patterns page shows."""

    code = "SPECIMEN_REFUSED"


@require_GET
def show_patterns(request: HttpRequest) -> HttpResponse:
    """Show all components."""
    _only_for_makers(request)
    return render(
        request,
        "web/patterns.html",
        {
            "ageing_buckets": [
                Decimal(part) for part in ("8214905", "2301448", "984220", "462119", "523618")
            ],
            "ageing_one": [Decimal(0), Decimal("61204.80"), Decimal(0), Decimal(0), Decimal(0)],
            "ageing_none": [Decimal(0)] * 5,
            "series": [Decimal(part) for part in (12, 10, 13, 15, 11, 8, 10, 14, 12, 11, 10, 9, 7)],
            "open_amount": Decimal("12486310.42"),
            "amount": Decimal("48316.40"),
            "credit": Decimal("-2380.00"),
            "zero": Decimal("0.00"),
            "yen": Decimal(1250000),
            "huge": Decimal(123456789012),
            "million": Decimal(12486310),
            "share": Decimal("0.342"),
            "part": Decimal("0.60"),
            "long_day": date(2026, 11, 19),
            "old_day": date(2025, 3, 4),
            "tones": ("CLEARED", "PARTLY_CLEARED", "SHORT_PAID", "RETURNED", "PROPOSED"),
            "rows": [
                ("2026-10219", 47, Decimal("18400.00"), "PROMISE_BROKEN"),
                ("2026-10442", 22, Decimal("21951.80"), "PAID_TO_CONFIRM"),
                ("2026-10602", -6, Decimal("12880.00"), "PART_PAID"),
                ("GS-2026-0311", None, Decimal("-2380.00"), "CREDIT_FREE"),
            ],
            "crumbs": [("", _("Patterns"))],
            "specimen_problem": Problem(
                409,
                _("Not confirmed."),
                _("T. Reuter applied cash to 2026-10442 at 09:30. Nothing was posted twice."),
                "",
                link="#main",
                link_label=_("Look again"),
            ),
            "specimen_work": LongWork(_("Matching 18 Nov"), 241_300, 400_000, "#main"),
            "specimen_detail": _("219,870 posted, 21,112 to confirm, 318 refused. About 40 seconds left."),
        },
    )


@require_GET
def wait_for_rows(request: HttpRequest) -> HttpResponse:
    """Answer late, so that the loading state shows."""
    _only_for_makers(request)
    time.sleep(LONGEST_WAIT_SECONDS)
    return render(
        request, "web/parts/note.html", {"tone": "", "icon": "circle-check", "text": _("Rows arrived.")}
    )


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Act at once and offer the undo; the undo comes back to this address."""
    _only_for_makers(request)
    require_today(request)
    if request.GET.get("undo"):
        add_toast(request, _("Undone."))
    else:
        add_toast(request, _("Confirmed. 3 invoices cleared, 1 deduction opened."), f"{request.path}?undo=1")
    return HttpResponse("")


@require_POST
def refuse(request: HttpRequest) -> HttpResponse:
    """Refuse, as the domain would."""
    _only_for_makers(request)
    raise SpecimenRefused(
        _("Not confirmed. T. Reuter applied cash to 2026-10442 at 09:30. Nothing was posted twice.")
    )


def _only_for_makers(request: HttpRequest) -> None:
    if settings.DEBUG:
        return
    person = get_person(request)
    if person is None or not person.is_staff:
        raise Http404
