"""Whatever stands in the cells: a row or a refused row, and totals that prove it."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.formats.tables import CannotReadTable, open_table
from acquit.intake.rules import (
    KIND_SPECS,
    FileKind,
    FinerAmounts,
    ReadContext,
    apply_answers,
    infer_mapping,
    mapping_from_json,
    mapping_to_json,
    profile_table,
    read_rows,
    take_proposals,
)
from tests.intake.rules_support import Taken

HEADS = [
    "document", "type", "customer", "name", "document_date", "due_date", "currency", "gross_amount", "open_amount",
    "Soll", "Haben", "S/H", "quantity", "unit price", "payment_date", "amount", "iban", "country", "balance", "1-30",
    "31-60", "90+", "rate", "base", "order", "order_date", "code", "reason", "Zahlbetrag", "Skonto", "Text", "x",
]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(
        [
            "", "-", "NULL", "RE-1", "10482", "1O482", "17850.0", "0", "0.00", "-5.00", "5,00", "1.234", "1.234,56",
            "(7.10)", "12-", "€5", "USD 3", "1e9", "0.1234567", "EUR", "EURO", "JPY", "XXX", "2026-01-31", "31.11.2026",
            "03/04/2026", "13/1/2020", "1/13/2020", "00.00.0000", "20260101", "invoice", "credit_note", "DZ", "Q7", "S",
            "H", "yes", "no", "DE89370400440532013000", "DE00", "Deutschland", "Meyer GmbH", "Total", "Summe",
            "99999999999999999999",
        ]
    ),
    st.text(max_size=8),
)  # fmt: skip


NEEDED = {
    FileKind.CUSTOMERS: ["customer", "name"],
    FileKind.OPEN_ITEMS: ["document", "type", "customer", "document_date", "gross_amount", "open_amount"],
    FileKind.INVOICE_LINES: ["document", "quantity", "unit price"],
    FileKind.AGED_BALANCES: ["customer", "1-30", "31-60", "90+", "balance"],
    FileKind.PAYMENTS: ["customer", "payment_date", "amount"],
    FileKind.BANK_STATEMENT: ["booking date", "amount", "purpose", "S/H"],
    FileKind.BANK_ACCOUNTS: ["key", "account"],
    FileKind.FX_RATES: ["date", "base", "currency", "rate"],
    FileKind.VIRTUAL_ACCOUNTS: ["customer", "virtual account"],
    FileKind.ORDERS: ["order", "customer", "order_date"],
    FileKind.DEDUCTION_CODES: ["code", "reason"],
    FileKind.REMITTANCE: ["document", "Zahlbetrag", "Skonto"],
}
SOUND = {
    "amount": "7.50", "gross_amount": "7.50", "open_amount": "7.50", "quantity": "3", "unit price": "2.50",
    "rate": "1.25",
    "balance": "9.00", "1-30": "9.00", "31-60": "0.00", "90+": "0.00", "Zahlbetrag": "7.50", "Skonto": "0.50",
    "S/H": "S",
    "document_date": "2026-01-31", "payment_date": "2026-01-31", "booking date": "2026-01-31", "date": "2026-01-31",
    "order_date": "2026-01-31", "due_date": "2026-02-28", "currency": "EUR", "base": "EUR", "type": "invoice",
}  # fmt: skip


@st.composite
def _tables(draw: st.DrawFn) -> tuple[FileKind, str]:
    """Draw a kind and a table that can be one: sound rows first, so that columns are known, then anything."""
    kind = draw(st.sampled_from(sorted(KIND_SPECS)))
    others = draw(st.lists(st.sampled_from(HEADS), max_size=4, unique=True))
    heads = NEEDED[kind] + [head for head in others if head not in NEEDED[kind]]
    rows = draw(st.lists(st.lists(CELLS, min_size=len(heads), max_size=len(heads)), max_size=6))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([SOUND.get(head, f"N{line}") for head in heads] for line in range(8))
    writer.writerows(rows)
    return kind, out.getvalue()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(
    _tables(),
    st.sampled_from(list(FinerAmounts)),
    st.sampled_from([None, {"10482", "A"}]),
    st.booleans(),
)
def test_any_table_taken_for_any_kind_is_accounted_for(
    drawn: tuple[FileKind, str], finer: FinerAmounts, known: set[str] | None, create: bool
) -> None:
    kind, text = drawn
    try:
        table = open_table(text.encode("utf-8", "replace"), "any.csv")
    except CannotReadTable:
        return
    profile = profile_table(table)
    mapping = infer_mapping(profile)
    mapping = apply_answers(mapping, {"FILE_KIND": kind.value}, profile)
    answers = {
        question.key: question.proposal or question.offers[0].code
        for question in mapping.questions
        if question.offers
    }
    mapping = apply_answers(mapping, answers | take_proposals(mapping), profile)
    assert mapping_from_json(json.loads(json.dumps(mapping_to_json(mapping)))) == mapping
    assert all(0 <= column.confidence <= 0.99 for column in mapping.columns)
    if not mapping.is_ready:
        return
    context = ReadContext("any.csv", "EUR", known, create, finer)
    out = Taken(read_rows(table, mapping, context, chunk_size=3))
    assert out.totals.rows_unaccounted == 0
    assert out.totals.difference == 0
    assert out.totals.rows_accepted == len(out.rows)
    assert out.totals.rows_refused == len(out.refused)
    assert out.totals.rows_read == profile.rows + profile.faults
    lines = [row.line_number for row in out.rows] + [one.line_number for one in out.refused]
    assert len(lines) == len(set(lines))
    assert all(one.message and one.reason_code for one in out.refused)
