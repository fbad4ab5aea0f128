"""What went wrong, in the words of the design: what happened, what is safe, what to do, and a reference.

The page for a failure of ours (500) is rendered without the shell, the session or the database, because any of them may
be what failed. A fragment asked for by htmx is sent to the problem line of the page that asked, not into the place it
wanted to fill.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template, render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acquit.core.errors import NotFound, Refusal

PROBLEM_TARGET = "#aq-problem"


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error page or line says. `what` happened, what is `safe`, what to do `next`."""

    status: int
    what: str | Promise
    safe: str | Promise
    next: str | Promise
    code: str = ""
    link: str = "/"
    link_label: str | Promise = ""


NOT_FOUND = Problem(
    404,
    _("There is nothing at this address."),
    _("Nothing was changed. The record may belong to a company you have no right to see."),
    _("Look for it by number, name or amount, or go back to today."),
    "NOT_FOUND",
)
FORBIDDEN = Problem(
    403,
    _("You have no right to do this."),
    _("Nothing was changed."),
    _("Someone with the right can do it, or give you the right."),
    "FORBIDDEN",
)
FORM_EXPIRED = Problem(
    403,
    _("This form is too old to be sent."),
    _("Nothing was changed."),
    _("Open the page again and repeat the last step."),
    "FORM_EXPIRED",
)
FAILED = Problem(
    500,
    _("Acquit failed at this step."),
    _("What was not finished was not kept, so the books are as they were before."),
    _("Try once more. If it fails again, pass on the reference: the log has the details under it."),
    "FAILED",
)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere."""
    del exception
    return answer_problem(request, NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer someone who lacks the right."""
    del exception
    return answer_problem(request, FORBIDDEN)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection against forgery does not fit (the setting CSRF_FAILURE_VIEW names this view)."""
    del reason
    return answer_problem(request, FORM_EXPIRED)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer after a failure of ours: nothing that could fail again is touched."""
    if _wants_fragment(request):
        return _fragment(request, FAILED)
    page = get_template("web/errors/failed.html")
    content = page.render({"problem": FAILED, "reference": _reference(request)})
    return HttpResponse(content, status=FAILED.status)


def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Say why the domain refused. What it refuses it has not changed, so the safe part is always the same."""
    problem = Problem(
        status=404 if isinstance(refusal, NotFound) else 409,
        what=refusal.message,
        safe=_("Nothing was changed."),
        next="",
        code=refusal.code,
    )
    return answer_problem(request, problem)


def answer_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Render a problem as a page, or as a line of the page that asked for a fragment."""
    if _wants_fragment(request):
        return _fragment(request, problem)
    context = {"problem": problem, "reference": _reference(request)}
    return HttpResponse(render_to_string("web/errors/problem.html", context, request), status=problem.status)


def _fragment(request: HttpRequest, problem: Problem) -> HttpResponse:
    template = get_template("web/errors/line.html")
    content = template.render({"problem": problem, "reference": _reference(request)})
    response = HttpResponse(content, status=problem.status)
    response.headers["HX-Retarget"] = PROBLEM_TARGET
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Reselect"] = "unset"
    response.headers["HX-Push-Url"] = "false"
    return response


def _wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _reference(request: HttpRequest) -> str:
    return str(getattr(request, "acquit_reference", ""))
