"""Posting what banks give beside statements: what became of our orders, and which customer was given which account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from acquit.cash.operations import record_status_report, store_virtual_accounts
from acquit.cash.queries import list_bank_accounts
from acquit.controls.rules.duties import Actor, Duty
from acquit.core.errors import Refusal
from acquit.core.references import normalise_reference
from acquit.formats.pain import read_status_report
from acquit.intake.operations.receiving import open_stored
from acquit.intake.operations.row_refusals import refuse_unknown_customer
from acquit.intake.queries import FileView
from acquit.intake.rules.reading import RowReader
from acquit.intake.rules.rows import ParsedChunk, RefusedRow, VirtualAccountRow


class ReportForAnother(Refusal):
    """Who handed the report in may not work with cash; nothing was done about it."""

    code = "REPORT_FOR_ANOTHER"


def post_status_report(actor: Actor, file: FileView, business_date: date, decided_at: datetime) -> None:
    """Take what a bank says of an order of ours (pain.002); giving it again changes nothing.

    Refuses (`CannotCollect`) a report of no order of this company, (`ReportForAnother`).
    """
    if not actor.has_duty(Duty.CASH, file.company_id):
        raise ReportForAnother(
            f"{file.name} says what became of orders to the bank. Let a person with the duty CASH load it.",
            param="file",
        )
    with open_stored(file) as content:
        report = read_status_report(content, file.name)
    record_status_report(
        actor=actor,
        company_id=file.company_id,
        report=report,
        business_date=business_date,
        decided_at=decided_at,
    )


def post_virtual_accounts(
    actor: Actor, company_id: int, reader: RowReader, customer_ids: Mapping[str, int], file_name: str
) -> list[RefusedRow]:
    """Store whose each account is; a row of no customer, or of an account with statements of its own, is refused."""
    refused: list[RefusedRow] = []
    for chunk in reader:
        accounts, wrong = sort_virtual_accounts(company_id, chunk, customer_ids, file_name)
        refused += wrong
        store_virtual_accounts(actor=actor, company_id=company_id, accounts=accounts)
    return refused


def sort_virtual_accounts(
    company_id: int, chunk: ParsedChunk, customer_ids: Mapping[str, int], file_name: str
) -> tuple[dict[str, int], list[RefusedRow]]:
    """Give what of a chunk can be stored (account: customer id), and the rows that cannot, in their order."""
    accounts: dict[str, int] = {}
    refused = list(chunk.refused)
    own = {normalise_reference(each.account) for each in list_bank_accounts([company_id])}
    for row in chunk.rows:
        if not isinstance(row, VirtualAccountRow):
            continue
        if row.customer not in customer_ids:
            refused.append(refuse_unknown_customer(row.line_number, row.customer, file_name))
        elif row.virtual_account in own:
            refused.append(_refuse_own(row, file_name))
        else:
            accounts[row.virtual_account] = customer_ids[row.customer]
    return accounts, sorted(refused, key=lambda row: row.line_number)


def _refuse_own(row: VirtualAccountRow, file_name: str) -> RefusedRow:
    return RefusedRow(
        file=file_name,
        line_number=row.line_number,
        column="account",
        value=row.virtual_account,
        reason_code="OWN_ACCOUNT",
        message=f"{row.virtual_account} has statements of its own: it was given to no customer. Take the row out.",
    )
