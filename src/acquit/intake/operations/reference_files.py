"""Posting what matching decides by: sales orders, customers' deduction codes, and the company's own tolerances."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from acquit.controls.operations import take_over_policy
from acquit.controls.queries import CompanyView
from acquit.controls.rules.duties import Actor
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.disputes.operations import DeductionCodeDraft, store_deduction_codes
from acquit.intake.operations.receiving import open_stored
from acquit.intake.operations.row_refusals import refuse_unknown_customer
from acquit.intake.queries import FileView
from acquit.intake.rules.policy_files import load_policy, read_policy_file
from acquit.intake.rules.reading import RowReader
from acquit.intake.rules.rows import DeductionCodeRow, OrderRow, RefusedRow
from acquit.orders.operations import OrderDraft, store_orders

EnsureCustomers = Callable[[Iterator[tuple[str, str | None, str | None]]], None]


def post_orders(
    actor: Actor,
    company_id: int,
    reader: RowReader,
    customer_ids: Mapping[str, int],
    ensure_customers: EnsureCustomers,
) -> list[RefusedRow]:
    """Store orders a chunk a transaction; customers that no file brought are made, as those of items are."""
    refused: list[RefusedRow] = []
    for chunk in reader:
        refused += chunk.refused
        rows = [row for row in chunk.rows if isinstance(row, OrderRow)]
        ensure_customers((row.customer, row.customer_name, None) for row in rows)
        drafts = [
            OrderDraft(
                row.order,
                customer_ids[row.customer],
                row.order_date,
                row.currency,
                row.amount,
                row.prepayment_percent,
                row.customer_po or "",
            )
            for row in rows
        ]
        store_orders(actor=actor, company_id=company_id, drafts=drafts)
    return refused


def post_deduction_codes(
    actor: Actor, company_id: int, reader: RowReader, customer_ids: Mapping[str, int], file_name: str
) -> list[RefusedRow]:
    """Store deduction codes; one of a customer that is not in the books is refused: nobody could ever use it."""
    refused: list[RefusedRow] = []
    for chunk in reader:
        refused += chunk.refused
        rows = [row for row in chunk.rows if isinstance(row, DeductionCodeRow)]
        known = [row for row in rows if row.customer is None or row.customer in customer_ids]
        refused += [_of_nobody(row, file_name) for row in rows if row not in known]
        drafts = [
            DeductionCodeDraft(
                row.code,
                customer_ids[row.customer] if row.customer is not None else None,
                row.text or "",
                row.reason or "",
            )
            for row in known
        ]
        store_deduction_codes(actor=actor, company_id=company_id, drafts=drafts)
    return refused


def post_policy(actor: Actor, company: CompanyView, file: FileView, valid_from: date) -> None:
    """Take over the company's own policy of matching; it holds from `valid_from` unless the file names a day."""
    with open_stored(file) as content:
        found = read_policy_file(load_policy(content.read(), file.name), file.name)
    take_over_policy(
        actor=actor,
        company_id=company.id,
        kind="MATCHING",
        body=found.body_over(DEFAULTS["MATCHING"], company.currency),
        valid_from=found.valid_from or valid_from,
    )


def list_unknown_relatives(
    named: Sequence[tuple[int, str, str]], customer_ids: Mapping[str, int]
) -> list[list[str]]:
    """Give a warning for each (line, what, number) of a customer whose parent or payer is nobody's number."""
    return [
        [
            "UNKNOWN_RELATIVE",
            f"Line {line}: the {what} {number} is no customer here. Add it, then load again.",
        ]
        for line, what, number in named
        if number not in customer_ids
    ]


def _of_nobody(row: DeductionCodeRow, file_name: str) -> RefusedRow:
    mend = "Add it to the customers, or leave the cell empty for all."
    return refuse_unknown_customer(row.line_number, row.customer or "", file_name, mend)
