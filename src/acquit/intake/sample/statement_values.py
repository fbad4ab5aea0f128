"""The bank's lines as the statement values every writer of a bank format takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from acquit.formats.statements import Statement, StatementKind, StatementLine
from acquit.intake.sample.values import Company, Receipt, Scenario, StatementPart

# ISO 20022 domain, family and sub-family of a line: what a bank states beside the text.
_TRANSACTION_CODES = {
    Scenario.DIRECT_DEBIT: "PMNT-RDDT-ESDD",
    Scenario.RETURNED_DEBIT: "PMNT-RDDT-UPDD",
    Scenario.BANK_CHARGE: "ACMT-MDOP-CHRG",
    Scenario.INTEREST: "ACMT-MCOP-INTR",
    Scenario.SWEEP: "PMNT-ICDT-BOOK",
    Scenario.PAYROLL: "PMNT-ICDT-SALA",
}
_CREDIT, _DEBIT = "PMNT-RCDT-ESCT", "PMNT-ICDT-ESCT"


def to_statement(company: Company, part: StatementPart) -> Statement:
    """Give a statement as a value; details of a batch share one entry."""
    return Statement(
        format=company.statement_format,
        kind=StatementKind.STATEMENT,
        account=company.iban,
        currency=company.currency,
        statement_id=f"{company.bank_key}{part.end:%y%m%d}",
        sequence=str(part.sequence),
        legal_number="",
        opening=part.opening,
        closing=part.closing,
        opening_date=part.start,
        closing_date=part.end,
        lines=tuple(_number_entries(company, part.lines)),
        balanced=True,
        bank_bic=company.bic,
    )


def _number_entries(company: Company, receipts: Iterable[Receipt]) -> Iterator[StatementLine]:
    """Give lines their entry and detail numbers; a batch of one is a plain entry under the line's own reference."""
    entries = groupby(receipts, key=lambda receipt: receipt.batch or receipt.bank_reference)
    for entry, (reference, group) in enumerate(entries):
        details = [_to_line(company, receipt) for receipt in group]
        own_reference = reference if len(details) > 1 else details[0].bank_reference
        for detail, line in enumerate(details):
            yield replace(line, entry_index=entry, detail_index=detail, entry_reference=own_reference)


def _to_line(company: Company, receipt: Receipt) -> StatementLine:
    by_sign = _CREDIT if receipt.amount > 0 else _DEBIT
    return StatementLine(
        booking_date=receipt.booking_date,
        value_date=receipt.booking_date,
        amount=receipt.amount,
        currency=company.currency,
        bank_reference=receipt.bank_reference,
        end_to_end_id=receipt.end_to_end_id,
        mandate_id=receipt.mandate,
        structured_reference=receipt.structured_reference,
        counterparty=receipt.remitter.name,
        iban=receipt.remitter.iban,
        text=receipt.text,
        return_code=receipt.return_code,
        transaction_code=_TRANSACTION_CODES.get(receipt.scenario, by_sign),
        charges_amount=receipt.charges or None,
        original_amount=receipt.amount + receipt.charges if receipt.charges else None,
        original_currency=company.currency if receipt.charges else "",
    )
