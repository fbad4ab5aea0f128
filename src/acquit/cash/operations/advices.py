"""Taking in remittance advices: each once, a corrected one in place of the former.

Nothing is booked by an advice: it is stored as evidence, for matching to read. Rows stay: what corrects an advice names
it, and reads leave out what is named so. Imports of one company wait for each other, so that each sees what is current.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from psycopg.types.json import Jsonb

from acquit.cash.models import RemittanceAdvice as AdviceRow
from acquit.cash.rules.advices import AdviceKeys, CurrentAdvice, advice_keys, is_of_same_payment
from acquit.cash.rules.remittance_text import NAME_LENGTH_AT_MOST, clean_text
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.references import normalise_reference
from acquit.formats.remittance.advice import AdviceLine, RemittanceAdvice
from acquit.infra.bulk import WritePlan, next_ids, write
from acquit.infra.operations import EventDraft, record_events
from acquit.infra.schema import sql_text
from acquit.infra.transaction import operation

ADVICE_COLUMNS = (
    "id",
    "file_id",
    "supersedes_id",
    "company_id",
    "payment_date",
    "format",
    "advice_number",
    "payer_name",
    "payer_number",
    "payer_iban",
    "payee",
    "payment_reference",
    "currency",
    "sender",
    "subject",
    "fingerprint",
    "number_key",
    "payer_key",
    "reference_key",
    "other_numbers",
    "warnings",
    "total_amount",
    "deposit_reference",
    "deposit_amount",
)
LINE_COLUMNS = (
    "id",
    "advice_id",
    "company_id",
    "line_no",
    "document_date",
    "document",
    "document_key",
    "reason_code",
    "reason_text",
    "order_number",
    "adjustment_kind",
    "other_numbers",
    "paid_amount",
    "gross_amount",
    "discount_amount",
    "deduction_amount",
)

_ADVICES_AT_ONCE = 1_000


@dataclass(slots=True)
class AdviceOutcome:
    """What became of the advices of some files; `superseded` counts those that a new one took the place of."""

    advices: int = 0
    lines: int = 0
    new: int = 0
    known: int = 0
    superseded: int = 0


class _NewAdvice(NamedTuple):
    file_id: int | None
    advice: RemittanceAdvice
    keys: AdviceKeys


def import_advices(
    *, actor: Actor, company_id: int, advices: Iterable[RemittanceAdvice], file_id: int | None = None
) -> AdviceOutcome:
    """Import the advices of one file; importing one twice adds nothing (see `import_advice_files`)."""
    return import_advice_files(actor=actor, company_id=company_id, files=[(file_id, advices)])


def import_advice_files(
    *, actor: Actor, company_id: int, files: Iterable[tuple[int | None, Iterable[RemittanceAdvice]]]
) -> AdviceOutcome:
    """Import the advices of many files (file id, its advices), a thousand advices a transaction.

    An advice whose content is stored already adds nothing. One that the same payer sent before under the same number
    for the same payment, with another content, is a corrected one: it is stored and names the former, which no read
    gives from then on (`cash.rules.advices`).
    """
    if not actor.has_duty(Duty.INTAKE, company_id):
        actor.require(Duty.CASH, company_id)
    outcome = AdviceOutcome()
    stream = (
        _NewAdvice(file_id, advice, advice_keys(advice)) for file_id, advices in files for advice in advices
    )
    while part := list(islice(stream, _ADVICES_AT_ONCE)):
        _import_part(actor, company_id, part, outcome)
    return outcome


def _import_part(actor: Actor, company_id: int, part: Sequence[_NewAdvice], outcome: AdviceOutcome) -> None:
    with operation():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acquit.advices'), %s)", [company_id])
        fresh = _list_fresh(company_id, part)
        plan = WritePlan()
        ids = next_ids("remittance_advice", len(fresh))
        former = _find_former(company_id, ids, fresh)
        plan.add(
            "remittance_advice",
            ADVICE_COLUMNS,
            [
                _advice_row(company_id, advice_id, new, former.get(advice_id))
                for advice_id, new in zip(ids, fresh, strict=True)
            ],
        )
        lines = [
            (advice_id, number, line)
            for advice_id, new in zip(ids, fresh, strict=True)
            for number, line in enumerate(new.advice.lines, 1)
        ]
        line_ids = next_ids("remittance_advice_line", len(lines))
        plan.add(
            "remittance_advice_line",
            LINE_COLUMNS,
            (_line_row(company_id, line_id, *line) for line_id, line in zip(line_ids, lines, strict=True)),
            count=len(lines),
        )
        record_events(plan, _events(actor, company_id, ids, fresh, former))
        write(plan)
    outcome.advices += len(part)
    outcome.lines += len(lines)
    outcome.new += len(fresh)
    outcome.known += len(part) - len(fresh)
    outcome.superseded += len(former)


def _list_fresh(company_id: int, part: Sequence[_NewAdvice]) -> list[_NewAdvice]:
    """List the advices whose content is not stored yet, each content once."""
    by_content = {new.keys.fingerprint: new for new in reversed(part)}
    known = set(
        AdviceRow.objects.filter(company_id=company_id, fingerprint__in=list(by_content)).values_list(
            "fingerprint", flat=True
        )
    )
    return [
        new for new in part if new is by_content[new.keys.fingerprint] and new.keys.fingerprint not in known
    ]


def _find_former(company_id: int, ids: Sequence[int], fresh: Sequence[_NewAdvice]) -> dict[int, int]:
    """Find which advice each new one corrects, stored ones and earlier ones of the same part alike."""
    current: dict[tuple[str, str], list[CurrentAdvice]] = defaultdict(list)
    wanted = {(new.keys.payer, new.keys.number) for new in fresh if new.keys.payer and new.keys.number}
    parameters: dict[str, Any] = {
        "company_id": company_id,
        "payer_keys": [payer for payer, _ in wanted],
        "number_keys": [number for _, number in wanted],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql_text("cash", "current_advices.sql"), parameters)
        for payer, number, *said in cursor.fetchall():
            current[payer, number].append(CurrentAdvice(*said))
    former = {}
    for advice_id, new in zip(ids, fresh, strict=True):
        if not new.keys.payer or not new.keys.number:
            continue
        others = current[new.keys.payer, new.keys.number]
        same = next((other for other in reversed(others) if is_of_same_payment(other, new.advice)), None)
        if same is not None:
            former[advice_id] = same.id
            others.remove(same)
        others.append(CurrentAdvice(advice_id, new.advice.payment_date, new.advice.total_amount))
    return former


def _advice_row(company_id: int, advice_id: int, new: _NewAdvice, former: int | None) -> tuple[Any, ...]:
    advice = new.advice
    return (
        advice_id,
        new.file_id,
        former,
        company_id,
        advice.payment_date,
        advice.format,
        _short(advice.advice_number),
        _short(advice.payer_name),
        _short(advice.payer_number),
        _short(advice.payer_iban),
        _short(advice.payee),
        _short(advice.payment_reference),
        _short(advice.currency),
        _short(advice.sender),
        _short(advice.subject),
        new.keys.fingerprint,
        _short(new.keys.number),
        _short(new.keys.payer),
        _short(new.keys.reference),
        Jsonb([_short(number) for number in advice.other_numbers]),
        Jsonb([[w.code, clean_text(w.message), clean_text(w.place), w.count] for w in advice.warnings]),
        advice.total_amount,
        _short(advice.deposit_reference),
        advice.deposit_amount,
    )


def _line_row(
    company_id: int, line_id: int, advice_id: int, number: int, line: AdviceLine
) -> tuple[Any, ...]:
    return (
        line_id,
        advice_id,
        company_id,
        number,
        line.document_date,
        _short(line.document),
        _short(normalise_reference(line.document)),
        _short(line.reason_code),
        _short(line.reason_text),
        _short(line.order_number),
        line.adjustment_kind.value,
        Jsonb([_short(other) for other in line.other_numbers]),
        line.paid_amount,
        line.gross_amount,
        line.discount_amount,
        line.deduction_amount,
    )


def _short(text: str) -> str:
    return clean_text(text, NAME_LENGTH_AT_MOST)


def _events(
    actor: Actor,
    company_id: int,
    ids: Sequence[int],
    fresh: Sequence[_NewAdvice],
    former: dict[int, int],
) -> Iterator[EventDraft]:
    for advice_id, new in zip(ids, fresh, strict=True):
        payload = {
            "number": _short(new.advice.advice_number),
            "reference": _short(new.advice.payment_reference),
            "total": "" if new.advice.total_amount is None else str(new.advice.total_amount),
            "currency": _short(new.advice.currency),
            "lines": len(new.advice.lines),
        }
        if advice_id in former:
            payload["supersedes"] = former[advice_id]
        yield EventDraft(
            company_id,
            "cash.advice.imported",
            "ADVICE",
            advice_id,
            payload,
            actor_id=actor.user_id,
        )
