"""Write CAMT.053 version 8, valid against its schema, as a stream.

The one clever idea: free text is cut into pieces of 140 characters so that a piece is full exactly where a word
runs on, which is the rule our reader (and a careful bank) joins them by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from re import compile as pattern
from typing import Any, BinaryIO

from lxml import etree

from acquit.formats.statements import RemittedDocument, Statement, StatementKind, StatementLine, exact_sum
from acquit.formats.writing import (
    CannotWriteStatement,
    entries_of,
    plain_amount,
    require_balances,
    require_length,
)

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_PIECE = 140
_IBAN = pattern(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}")
_NOT_XML = pattern("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_camt053(statements: Iterable[Statement], out: BinaryIO, created_at: datetime) -> None:
    """Write statements as one CAMT.053.001.08 message; `created_at` is the message's time.

    Lines that share an entry index become one batch entry. What the message cannot hold is refused
    (CannotWriteStatement): missing balances, references over 35 characters, numbers that are none. Memory stays
    with one entry.
    """
    with etree.xmlfile(out, encoding="UTF-8") as xml:
        xml.write_declaration()
        with _Writer(xml).open("Document", nsmap={None: NAMESPACE}) as writer, writer.open("BkToCstmrStmt"):
            with writer.open("GrpHdr"):
                writer.put("MsgId", f"ACQUIT-{created_at:%Y%m%d%H%M%S%f}")
                writer.put("CreDtTm", created_at.isoformat(timespec="seconds"))
            for statement in statements:
                _write_statement(writer, statement, created_at)


class _Writer:
    """Writes elements; empty texts leave no element behind."""

    def __init__(self, xml: Any) -> None:
        self._xml = xml

    @contextmanager
    def open(self, name: str, nsmap: dict[None, str] | None = None) -> Iterator[_Writer]:
        """Open an element around what is written inside the block."""
        with self._xml.element(etree.QName(NAMESPACE, name), nsmap=nsmap):
            yield self

    def put(self, name: str, text: str, **attributes: str) -> None:
        """Write an element with a text, unless the text is empty."""
        if not text:
            return
        with self._xml.element(etree.QName(NAMESPACE, name), attributes):
            self._xml.write(_NOT_XML.sub(" ", text))

    def put_path(self, path: str, text: str, **attributes: str) -> None:
        """Write nested elements around a text, unless the text is empty."""
        if not text:
            return
        name, _, rest = path.partition("/")
        if not rest:
            self.put(name, text, **attributes)
            return
        with self.open(name):
            self.put_path(rest, text, **attributes)


def _write_statement(writer: _Writer, statement: Statement, created_at: datetime) -> None:
    if statement.kind is not StatementKind.STATEMENT:
        raise CannotWriteStatement("CAMT.053 is a statement, not a report or notification.", param="kind")
    opening, closing = require_balances(statement)
    for number, param in ((statement.sequence, "sequence"), (statement.legal_number, "legal_number")):
        if number and not (number.isascii() and number.isdigit()):
            raise CannotWriteStatement(f"{param} {number!r} is no number.", param=param)
    with writer.open("Stmt"):
        writer.put("Id", require_length(statement.statement_id or "NOTPROVIDED", 35, "statement_id"))
        if statement.page.isdigit():
            with writer.open("StmtPgntn"):
                writer.put("PgNb", require_length(statement.page, 5, "page"))
                writer.put("LastPgInd", "false" if statement.is_last_page is False else "true")
        writer.put("ElctrncSeqNb", statement.sequence)
        writer.put("LglSeqNb", statement.legal_number)
        writer.put("CreDtTm", created_at.isoformat(timespec="seconds"))
        writer.put("CpyDplctInd", "DUPL" if statement.is_copy else "")
        with writer.open("Acct"):
            writer.put_path(
                _account_path(statement.account), require_length(statement.account, 34, "account")
            )
            writer.put("Ccy", statement.currency)
            writer.put_path("Svcr/FinInstnId/BICFI", statement.bank_bic)
        _write_balance(writer, "OPBD", opening, statement.opening_date, statement.currency)
        _write_balance(writer, "CLBD", closing, statement.closing_date, statement.currency)
        for status, lines in (("BOOK", statement.lines), ("PDNG", statement.pending_lines)):
            for details in entries_of(lines):
                _write_entry(writer, details, status)


def _account_path(account: str) -> str:
    return "Id/IBAN" if _IBAN.fullmatch(account) else "Id/Othr/Id"


def _write_balance(writer: _Writer, code: str, amount: Decimal, day: date | None, currency: str) -> None:
    if day is None:
        raise CannotWriteStatement("A balance is written with its date.", param="opening_date")
    with writer.open("Bal"):
        writer.put_path("Tp/CdOrPrtry/Cd", code)
        _write_amount(writer, amount, currency)
        writer.put_path("Dt/Dt", day.isoformat())


def _write_amount(writer: _Writer, amount: Decimal, currency: str) -> None:
    writer.put("Amt", plain_amount(amount), Ccy=currency)
    writer.put("CdtDbtInd", "DBIT" if amount < 0 else "CRDT")


def _write_entry(writer: _Writer, details: Sequence[StatementLine], status: str) -> None:
    first = details[0]
    total = exact_sum(line.amount for line in details)
    if len({line.currency for line in details}) > 1:
        raise CannotWriteStatement("The details of one entry are in one currency.", param="currency")
    with writer.open("Ntry"):
        writer.put("NtryRef", require_length(first.customer_reference, 35, "customer_reference"))
        _write_amount(writer, total, first.currency)
        writer.put("RvslInd", "true" if first.is_reversal else "")
        writer.put_path("Sts/Cd", status)
        if first.booking_date is not None:
            writer.put_path("BookgDt/Dt", first.booking_date.isoformat())
        if first.value_date is not None:
            writer.put_path("ValDt/Dt", first.value_date.isoformat())
        reference = first.entry_reference or (first.bank_reference if len(details) == 1 else "")
        writer.put("AcctSvcrRef", require_length(reference, 35, "entry_reference"))
        _write_code(writer, first)
        with writer.open("NtryDtls"):
            if len(details) > 1:
                writer.put_path("Btch/NbOfTxs", str(len(details)))
            for line in details:
                _write_detail(writer, line)
        writer.put("AddtlNtryInf", first.booking_text[:500])


def _write_code(writer: _Writer, line: StatementLine) -> None:
    with writer.open("BkTxCd"):
        codes = line.transaction_code.split("-")
        if len(codes) == 3 and all(len(code) == 4 for code in codes):
            with writer.open("Domn"):
                writer.put("Cd", codes[0])
                with writer.open("Fmly"):
                    writer.put("Cd", codes[1])
                    writer.put("SubFmlyCd", codes[2])
        writer.put_path("Prtry/Cd", require_length(line.bank_code, 35, "bank_code"))


def _write_detail(writer: _Writer, line: StatementLine) -> None:
    with writer.open("TxDtls"):
        with writer.open("Refs"):
            if line.bank_reference != line.entry_reference:
                writer.put("AcctSvcrRef", require_length(line.bank_reference, 35, "bank_reference"))
            writer.put("EndToEndId", require_length(line.end_to_end_id, 35, "end_to_end_id") or "NOTPROVIDED")
            writer.put("MndtId", require_length(line.mandate_id, 35, "mandate_id"))
        _write_amount(writer, line.amount, line.currency)
        if line.original_amount is not None:
            with writer.open("AmtDtls"), writer.open("InstdAmt"):
                currency = line.original_currency or line.currency
                writer.put("Amt", plain_amount(line.original_amount), Ccy=currency)
        if line.charges_amount is not None:
            with writer.open("Chrgs"):
                writer.put("TtlChrgsAndTaxAmt", plain_amount(line.charges_amount), Ccy=line.currency)
        _write_parties(writer, line)
        writer.put_path("Purp/Cd", line.purpose_code)
        _write_remittance(writer, line)
        if line.return_code:
            with writer.open("RtrInf"):
                writer.put_path("Rsn/Cd" if len(line.return_code) <= 4 else "Rsn/Prtry", line.return_code)


def _write_parties(writer: _Writer, line: StatementLine) -> None:
    """Write the parties as of the first payment: on a return they stand the other way round."""
    is_turned = line.is_reversal or bool(line.return_code)
    theirs = "Dbtr" if (line.amount >= 0) != is_turned else "Cdtr"
    name = require_length(line.counterparty, 140, "counterparty")
    if (
        name
        or line.iban
        or line.counterparty_account
        or line.ultimate_counterparty
        or line.own_iban
        or line.creditor_id
    ):
        with writer.open("RltdPties"):
            for side in ("Dbtr", "Cdtr"):
                is_theirs = side == theirs
                _write_party(
                    writer, side, name if is_theirs else "", line.creditor_id if side == "Cdtr" else ""
                )
                account = (line.iban or line.counterparty_account) if is_theirs else line.own_iban
                if account:
                    writer.put_path(
                        f"{side}Acct/{_account_path(account)}", require_length(account, 34, "iban")
                    )
                if is_theirs:
                    ultimate = require_length(line.ultimate_counterparty, 140, "ultimate_counterparty")
                    writer.put_path(f"Ultmt{side}/Pty/Nm", ultimate)
    writer.put_path(f"RltdAgts/{theirs}Agt/FinInstnId/BICFI", line.bic)


def _write_party(writer: _Writer, side: str, name: str, creditor_id: str) -> None:
    if not name and not creditor_id:
        return
    with writer.open(side), writer.open("Pty"):
        writer.put("Nm", name)
        writer.put_path("Id/PrvtId/Othr/Id", require_length(creditor_id, 35, "creditor_id"))


def _write_remittance(writer: _Writer, line: StatementLine) -> None:
    pieces = _pieces(line.text)
    reference = line.structured_reference
    if not pieces and not reference and not line.documents:
        return
    with writer.open("RmtInf"):
        for piece in pieces:
            writer.put("Ustrd", piece)
        if reference and not any(
            not document.kind and document.number == reference for document in line.documents
        ):
            with writer.open("Strd"):
                _write_reference(writer, reference)
        for document in line.documents:
            _write_document(writer, document, line.currency)


def _write_reference(writer: _Writer, reference: str) -> None:
    with writer.open("CdtrRefInf"):
        writer.put_path("Tp/CdOrPrtry/Cd", "SCOR")
        writer.put("Ref", require_length(reference, 35, "structured_reference"))


def _write_document(writer: _Writer, document: RemittedDocument, currency: str) -> None:
    with writer.open("Strd"):
        if document.kind:
            with writer.open("RfrdDocInf"):
                writer.put_path("Tp/CdOrPrtry/Cd", document.kind)
                writer.put("Nb", require_length(document.number, 35, "documents"))
        if document.amount is not None:
            money = document.currency or currency
            with writer.open("RfrdDocAmt"):
                if document.discount_amount is not None:
                    with writer.open("DscntApldAmt"):
                        writer.put("Amt", plain_amount(document.discount_amount), Ccy=money)
                name = "RmtdAmt" if document.amount >= 0 else "CdtNoteAmt"
                writer.put(name, plain_amount(document.amount), Ccy=money)
        if not document.kind:
            _write_reference(writer, document.number)


def _pieces(text: str) -> list[str]:
    """Cut text into pieces of 140 characters; where a blank stands at the cut, the piece ends before it."""
    rest = " ".join(text.split())
    pieces = []
    while len(rest) > _PIECE:
        cut = _PIECE
        if rest[cut] == " " or rest[cut - 1] == " ":
            cut = rest.rindex(" ", 0, cut + 1)
            while cut == _PIECE:  # a full piece would be joined without the blank
                cut = rest.rfind(" ", 0, cut)
        if cut <= 0:
            cut = _PIECE
        pieces.append(rest[:cut])
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces
