"""What `acquit start` shows a person: what the files were taken for, how far it is, and what came of it.

Everything goes to standard error but the result itself, so that a pipe gets the answer and the person the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from acquit.cli.answer import BUCKETS, unapplied, write_amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acquit.cli.answer import Answer, FileResult
    from acquit.intake.operations import Posted
    from acquit.intake.queries import FileView

#: Warnings of a statement that its reader should follow up with the bank.
_DOUBTS = frozenset({"BALANCE_MISSING", "STATEMENT_DATES", "LINES_VANISHED", "DETAILS_LEFT"})
_REFUSED_SHOWN = 10
_STATES = {
    "AUTO": "posted by themselves",
    "PROPOSED": "proposed, to confirm",
    "UNAPPLIED": "payer known, nothing fits yet",
    "UNIDENTIFIED": "payer not known",
    "ON_ACCOUNT": "kept on account",
    "IGNORED": "no customer's money",
    "SPLIT": "sums, taken apart into their details",
}
_TO_CONFIRM = ("PROPOSED", "UNAPPLIED", "UNIDENTIFIED")

_WIDTH_OF_A_FILE = 160
_WORTH_TELLING = 10_000


def _console(stream: TextIO, *, is_error: bool) -> Console:
    """Make a console as wide as its terminal; what goes into a file or a pipe is not cut to one."""
    return Console(stderr=is_error, highlight=False, width=None if stream.isatty() else _WIDTH_OF_A_FILE)


out = _console(sys.stdout, is_error=False)
err = _console(sys.stderr, is_error=True)


def show_files(files: Sequence[FileView]) -> None:
    """Show what each file was taken for, how sure that is, and what is open."""
    from acquit.intake.rules.kinds import KIND_WORDS, FileKind

    table = Table(box=None, pad_edge=False)
    for head in ("file", "taken for", "rows", "sure", "open questions"):
        table.add_column(head, justify="right" if head in {"rows", "sure"} else "left")
    for file in files:
        sure = f"{file.mapping['confidence']:.0%}" if file.mapping else ""
        rows = f"{file.rows_read:,}" if file.rows_read else ""
        kind = KIND_WORDS[FileKind(file.kind)]
        if not file.mapping and file.totals.get("form"):
            kind, sure = f"{kind}, {file.totals['form']}", "100%"
        remark = "; ".join(question["text"] for question in file.questions)
        if file.state == "REFUSED" or not (file.mapping or file.totals or remark):
            remark = "; ".join(str(message) for _, message, *_ in file.warnings)
        table.add_row(file.name, kind, rows, sure, Text(remark))
    err.print(table)


def show_columns(files: Sequence[FileView]) -> None:
    """Show what the columns of each table were taken for."""
    from acquit.intake.rules.kinds import FIELD_WORDS, Field

    for file in files:
        known = [column for column in file.mapping.get("columns", ()) if column["field"]]
        if not known:
            continue
        err.print(Text(f"\n{file.name}", style="bold"))
        table = Table(box=None, pad_edge=False, show_header=False)
        for column in known:
            meaning = FIELD_WORDS[Field(column["field"])]
            table.add_row(
                f"  {column['header']}", meaning, f"{column['confidence']:.0%}", Text(column["reason"])
            )
        err.print(table)


@contextmanager
def progress_bar(*, is_quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """Give what `post_intake` tells its progress to: a bar a part on standard error, or nothing."""
    if is_quiet:
        yield None
        return
    if not err.is_terminal:
        yield _Lines().tell
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                for task in tasks.values():
                    bars.remove_task(task)
                tasks.clear()
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield tell


class _Lines:
    """Progress where nobody sees a bar move: a line when a part begins, and one every tenth of it."""

    def __init__(self) -> None:
        self._what = ""
        self._tenth = 0

    def tell(self, what: str, done: int, total: int) -> None:
        """Say how far a part is."""
        tenth = 10 * done // max(total, 1)
        if what == self._what and (tenth <= self._tenth or total < _WORTH_TELLING):
            return
        self._what, self._tenth = what, tenth
        told = f"{what}: {done:,} of {total:,}" if done else what
        print(told, file=sys.stderr, flush=True)


def show_answer(answer: Answer, posted: Posted) -> None:
    """Show what came of the files, and the true picture they give."""
    _show_read(answer)
    _show_refused(answer.files)
    _show_posted(posted)
    _show_ageing(answer)
    _show_worklist(answer)
    for currency, amount in sorted(answer.control_differences.items()):
        said = write_amount(amount, currency)
        style = "red" if amount else "green"
        out.print(Text(f"Control difference {currency}: {said}", style=style))
    _show_doubts(answer.files)
    _show_left_out(answer)


def _show_read(answer: Answer) -> None:
    rows = sum(result.file.rows_read for result in answer.files)
    refused = sum(result.file.rows_refused for result in answer.files)
    out.print(f"\nRead {rows:,} rows of {len(answer.files):,} files, refused {refused:,}.")


def _show_refused(files: Sequence[FileResult]) -> None:
    reasons: dict[str, int] = {}
    for result in files:
        for code, count in result.reasons.items():
            reasons[code] = reasons.get(code, 0) + count
    rows = [(result.file.name, row) for result in files for row in result.refused]
    if not rows:
        return
    out.print("  " + ", ".join(f"{count:,} {code}" for code, count in sorted(reasons.items())))
    table = Table(box=None, pad_edge=False)
    for head in ("file", "line", "column", "value", "reason", "meant"):
        table.add_column(head, justify="right" if head == "line" else "left")
    for name, row in rows[:_REFUSED_SHOWN]:
        table.add_row(
            name,
            f"{row.line_number}",
            Text(row.column),
            Text(row.value),
            Text(row.message),
            Text(row.proposal),
        )
    out.print(table)
    if len(rows) > _REFUSED_SHOWN:
        out.print(
            f"  and {len(rows) - _REFUSED_SHOWN:,} more: acquit start ... --json lists them, the web mends them"
        )


def _show_posted(posted: Posted) -> None:
    parts = (
        (posted.documents_new, "documents"),
        (posted.rates, "rates"),
        (posted.bank_lines_new, "bank lines"),
        (posted.payments, "payments"),
    )
    said = ", ".join(f"{count:,} {words}" for count, words in parts if count)
    known = posted.documents_known + posted.bank_lines_known
    out.print(
        f"\nPosted {said or 'nothing new'}." + (f" {known:,} were in the books already." if known else "")
    )
    if posted.customers:
        out.print(f"{posted.customers:,} customers are as their file says.")
    states = {str(state): count for state, count in posted.matched.states.items()}
    if not states:
        return
    for state, words in _STATES.items():
        if states.get(state):
            out.print(f"  {states[state]:>7,}  {words}")
    applied = ", ".join(
        f"{_grouped(amount, currency)} {currency}"
        for currency, amount in sorted(posted.matched.applied_amounts.items())
        if amount
    )
    if applied:
        out.print(f"  applied {applied}")
    out.print(f"  left for a person: {sum(states.get(state, 0) for state in _TO_CONFIRM):,}")


def _show_ageing(answer: Answer) -> None:
    standing = answer.standing
    out.print(
        f"\n{answer.company.name} on {answer.as_of}: {standing.documents:,} documents, {standing.open_items:,} open"
    )
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for head in ("open", *(name.replace("_", " ") for name in BUCKETS), "unapplied"):
        table.add_column(head, justify="right", no_wrap=True)
    for currency, totals in sorted(standing.totals.items()):
        amounts = (totals.open_amount, *totals.buckets, unapplied(standing, currency))
        table.add_row(currency, *(_grouped(amount, currency) for amount in amounts))
    out.print(table)


def _show_worklist(answer: Answer) -> None:
    if not answer.worklist:
        return
    out.print("\nWhom to ask first")
    table = Table(box=None, pad_edge=False)
    for head in ("", "customer", "name", "overdue", "", "days", "score", "why", "next"):
        is_number = head in {"overdue", "days", "score"}
        table.add_column(head, justify="right" if is_number else "left", no_wrap=head != "why")
    for place, row in enumerate(answer.worklist, 1):
        facts = row.facts
        table.add_row(
            f"{place}",
            facts.number,
            Text(facts.name),
            _grouped(facts.overdue_amount, facts.currency),
            facts.currency,
            f"{facts.days_past_due}",
            f"{row.priority.score}",
            ", ".join(reason.code.lower().replace("_", " ") for reason in row.reasons),
            row.next_step.lower(),
        )
    out.print(table)


def _show_doubts(files: Sequence[FileResult]) -> None:
    """Show what makes a statement doubtful that was taken all the same: it may be cut off, or changed since."""
    for result in files:
        file = result.file
        if file.kind == "BANK_STATEMENT" and file.state == "POSTED":
            for code, message, *_ in file.warnings:
                if code in _DOUBTS:
                    err.print(Text(f"{file.name} was taken, but: {message}", style="yellow"))


def _show_left_out(answer: Answer) -> None:
    for name, reason in answer.unreadable:
        err.print(Text(f"{name} was left out: {reason}.", style="yellow"))
    for result in answer.files:
        file = result.file
        if file.state == "REFUSED":
            for _, message, *_ in file.warnings:
                err.print(Text(f"{file.name} was left out: {message}", style="yellow"))
        elif file.state == "ASKED":
            for question in file.questions:
                if question["is_needed"]:
                    offers = ", ".join(str(words) for _, words in question["offers"])
                    line = f"{file.name} was left out until this is settled: {question['text']} ({offers})"
                    err.print(Text(line, style="yellow"))


def _grouped(amount: Decimal, currency: str) -> str:
    return f"{Decimal(write_amount(amount, currency)):,}"
