"""Bank statements: all of them with what they leave open, and each with its lines and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from acquit.cash.queries import (
    StatementFinding,
    StatementView,
    get_statement,
    list_statement_findings,
    list_statement_lines,
    list_statements,
)
from acquit.web.pages import cut_page, read_after
from acquit.web.said_statements import FLAGS, say_finding
from acquit.web.visitor import Visitor, get_visitor

PAGE = 40
LINES = 100


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement in the list, with the states that flag what it leaves open."""

    statement: StatementView
    company: str
    states: tuple[str, ...]


@require_GET
def show_statements(request: HttpRequest) -> HttpResponse:
    """List bank statements, latest first: all, or those that leave something open (`open` in the address)."""
    visitor = get_visitor(request)
    after = read_after(request)
    is_open_only = request.GET.get("open") == "yes"
    findings = list_statement_findings(visitor.company_ids)
    found = list_statements(
        company_ids=visitor.company_ids,
        statement_ids={each.statement for each in findings} if is_open_only else None,
        before_id=after[1] if after else None,
        limit=PAGE + 1,
    )
    page = cut_page(found, PAGE, lambda statement: (str(statement.id), statement.id))
    context = {
        "crumbs": [("", _("Bank statements"))],
        "rows": _make_rows(visitor, page.rows, findings),
        "next_url": page.next_url(request),
        "is_open_only": is_open_only,
        "findings": len(findings),
        "with_findings": len({each.statement for each in findings}),
    }
    is_more = request.headers.get("HX-Request") == "true" and after is not None
    return render(request, "web/statement_rows.html" if is_more else "web/statements.html", context)


def _make_rows(
    visitor: Visitor, statements: Sequence[StatementView], findings: Sequence[StatementFinding]
) -> list[StatementRow]:
    names = {company.id: company.name for company in visitor.companies}
    flags: dict[int, dict[str, None]] = {}
    for each in findings:
        flags.setdefault(each.statement, {})[FLAGS[each.kind]] = None
    return [
        StatementRow(
            statement,
            names.get(statement.company_id, ""),
            tuple(flags.get(statement.id, {})) or (_state_of(statement),),
        )
        for statement in statements
    ]


def _state_of(statement: StatementView) -> str:
    if statement.corrected_by_id is not None:
        return "CORRECTED"
    if statement.is_balanced is None:
        return "NO_BALANCE"
    return "BALANCES" if statement.is_balanced else "NOT_BALANCED"


@require_GET
def show_statement(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Show a statement: what it leaves open and what to do next, and the lines it was the first to bring."""
    visitor = get_visitor(request)
    statement = get_statement(statement_id)
    found = list_statement_findings([statement.company_id])
    after = read_after(request)
    cursor = (int(after[0]), after[1]) if after and after[0].isascii() and after[0].isdigit() else None
    lines = list_statement_lines(statement_id, after=cursor, limit=LINES + 1)
    page = cut_page(lines, LINES, lambda line: (str(line.line_no), line.id))
    number = statement.sequence or statement.statement_id or f"#{statement.id}"
    context = {
        "crumbs": [(reverse("web:statements"), _("Bank statements")), ("", number)],
        "statement": statement,
        "number": number,
        "company": next((each.name for each in visitor.companies if each.id == statement.company_id), ""),
        "state": _state_of(statement),
        "findings": [say_finding(each) for each in found if each.statement == statement_id],
        "lines": page.rows,
        "next_url": page.next_url(request),
    }
    is_more = request.headers.get("HX-Request") == "true" and after is not None
    return render(request, "web/statement_line_rows.html" if is_more else "web/statement.html", context)
