"""Write pain.001 and pain.008, valid against their schemas, as a stream.

Names and texts are brought to the letters of SEPA; what names a thing (message, payment, mandate, account) is refused
when it does not fit, never rewritten: the bank sends it back to us as we wrote it. Counts and sums are taken of the
payments themselves, in minor units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from re import compile as pattern
from typing import Any, BinaryIO

from lxml import etree

from acquit.core.errors import Refusal
from acquit.core.money import from_minor_units, to_minor_units
from acquit.core.references import is_iban
from acquit.formats.pain.characters import is_sepa_identifier, sepa_text
from acquit.formats.pain.messages import (
    MandateAmendment,
    MandateFacts,
    PaymentBlock,
    PaymentOrder,
    PaymentTransaction,
)

#: The versions written, and how each names a bank's code.
_BANK_CODES = {
    "pain.001.001.03": "BIC",
    "pain.001.001.09": "BICFI",
    "pain.008.001.02": "BIC",
    "pain.008.001.08": "BICFI",
}
DEBIT_VERSIONS = tuple(version for version in _BANK_CODES if version.startswith("pain.008"))
#: Those whose day of execution is a choice of day and moment.
_DAY_IS_CHOICE = frozenset({"pain.001.001.09"})
_SEQUENCES = frozenset({"FRST", "RCUR", "FNAL", "OOFF"})
_SCHEMES = frozenset({"CORE", "B2B"})
_BIC = pattern(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?")
_CREDITOR_ID = pattern(r"[A-Z]{2}[0-9]{2}[A-Za-z0-9]{3}[A-Za-z0-9/\-?:().,'+]{1,28}")
_CURRENCY = "EUR"
_LONGEST_NAME, _LONGEST_TEXT, _LARGEST_AMOUNT = 70, 140, 99_999_999_999
_NOT_PROVIDED = "NOTPROVIDED"


class CannotWritePayment(Refusal):
    """The order holds what a SEPA message has no place for; nothing usable was written."""

    code = "CANNOT_WRITE_PAYMENT"


def write_payment_order(order: PaymentOrder, out: BinaryIO, created_at: datetime) -> None:
    """Write an order of direct debits (pain.008) or transfers (pain.001) in its version; all of it is checked first.

    Refuses (`CannotWritePayment`): versions not written, amounts that are not above zero or finer than a cent, other
    currencies than EUR, names of things outside SEPA's letters or twice in the message, accounts that are no IBAN.
    """
    bank_code = _check_order(order)
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{order.version}"
    is_debit = order.version.startswith("pain.008")
    with etree.xmlfile(out, encoding="UTF-8") as xml:
        xml.write_declaration()
        writer = _Writer(xml, namespace, bank_code)
        with (
            writer.open("Document", nsmap={None: namespace}),
            writer.open("CstmrDrctDbtInitn" if is_debit else "CstmrCdtTrfInitn"),
        ):
            with writer.open("GrpHdr"):
                writer.put("MsgId", order.message_id)
                writer.put("CreDtTm", created_at.isoformat(timespec="seconds"))
                _write_totals(writer, order.transactions)
                writer.put("InitgPty/Nm", sepa_text(order.initiator, _LONGEST_NAME))
            for block in order.blocks:
                _write_block(writer, block, order.version, is_debit=is_debit)


class _Writer:
    """Writes elements by their paths; empty texts leave no element behind."""

    def __init__(self, xml: Any, namespace: str, bank_code: str) -> None:
        self._xml = xml
        self._namespace = namespace
        self._bank_code = bank_code

    @contextmanager
    def open(self, name: str, nsmap: dict[None, str] | None = None) -> Iterator[None]:
        """Open an element around what is written inside the block."""
        with self._xml.element(etree.QName(self._namespace, name), nsmap=nsmap):
            yield

    def put(self, path: str, text: str, **attributes: str) -> None:
        """Write nested elements around a text, unless the text is empty."""
        if not text:
            return
        name, _, rest = path.partition("/")
        if rest:
            with self.open(name):
                self.put(rest, text, **attributes)
            return
        with self._xml.element(etree.QName(self._namespace, name), attributes):
            self._xml.write(text)

    def put_bank(self, name: str, bic: str) -> None:
        """Write a bank by its code, or say that none is given: the account tells the bank."""
        path = self._bank_code if bic else "Othr/Id"
        self.put(f"{name}/FinInstnId/{path}", bic or _NOT_PROVIDED)


def _write_totals(writer: _Writer, transactions: Sequence[PaymentTransaction]) -> None:
    total = sum(to_minor_units(one.amount, one.currency) for one in transactions)
    writer.put("NbOfTxs", f"{len(transactions)}")
    writer.put("CtrlSum", f"{from_minor_units(total, _CURRENCY):f}")


def _write_block(writer: _Writer, block: PaymentBlock, version: str, *, is_debit: bool) -> None:
    day = block.execution_date.isoformat() if block.execution_date else ""
    us = "Cdtr" if is_debit else "Dbtr"
    with writer.open("PmtInf"):
        writer.put("PmtInfId", block.block_id)
        writer.put("PmtMtd", "DD" if is_debit else "TRF")
        _write_totals(writer, block.transactions)
        with writer.open("PmtTpInf"):
            writer.put("SvcLvl/Cd", "SEPA")
            writer.put("LclInstrm/Cd", block.scheme)
            writer.put("SeqTp", block.sequence)
        if is_debit:
            writer.put("ReqdColltnDt", day)
        else:
            writer.put("ReqdExctnDt/Dt" if version in _DAY_IS_CHOICE else "ReqdExctnDt", day)
        writer.put(f"{us}/Nm", sepa_text(block.name, _LONGEST_NAME))
        writer.put(f"{us}Acct/Id/IBAN", block.account)
        writer.put_bank(f"{us}Agt", block.bic)
        writer.put("ChrgBr", "SLEV")
        if is_debit:
            with writer.open("CdtrSchmeId"):
                _write_creditor_id(writer, block.creditor_id)
        for transaction in block.transactions:
            if is_debit:
                _write_debit(writer, transaction)
            else:
                _write_transfer(writer, transaction)


def _write_creditor_id(writer: _Writer, creditor_id: str) -> None:
    with writer.open("Id"), writer.open("PrvtId"), writer.open("Othr"):
        writer.put("Id", creditor_id)
        writer.put("SchmeNm/Prtry", "SEPA")


def _write_debit(writer: _Writer, transaction: PaymentTransaction) -> None:
    with writer.open("DrctDbtTxInf"):
        _write_names(writer, transaction)
        writer.put("InstdAmt", _amount(transaction), Ccy=transaction.currency)
        if transaction.mandate is not None:
            _write_mandate(writer, transaction.mandate)
        writer.put_bank("DbtrAgt", transaction.bic)
        writer.put("Dbtr/Nm", sepa_text(transaction.name, _LONGEST_NAME))
        writer.put("DbtrAcct/Id/IBAN", transaction.account)
        _write_remittance(writer, transaction)


def _write_transfer(writer: _Writer, transaction: PaymentTransaction) -> None:
    with writer.open("CdtTrfTxInf"):
        _write_names(writer, transaction)
        writer.put("Amt/InstdAmt", _amount(transaction), Ccy=transaction.currency)
        if transaction.bic:
            writer.put_bank("CdtrAgt", transaction.bic)
        writer.put("Cdtr/Nm", sepa_text(transaction.name, _LONGEST_NAME))
        writer.put("CdtrAcct/Id/IBAN", transaction.account)
        _write_remittance(writer, transaction)


def _write_names(writer: _Writer, transaction: PaymentTransaction) -> None:
    with writer.open("PmtId"):
        writer.put("InstrId", transaction.instruction_id)
        writer.put("EndToEndId", transaction.end_to_end_id)


def _write_mandate(writer: _Writer, mandate: MandateFacts) -> None:
    with writer.open("DrctDbtTx"), writer.open("MndtRltdInf"):
        writer.put("MndtId", mandate.mandate_id)
        writer.put("DtOfSgntr", mandate.signed_date.isoformat() if mandate.signed_date else "")
        if mandate.amendment is not None:
            writer.put("AmdmntInd", "true")
            with writer.open("AmdmntInfDtls"):
                _write_amendment(writer, mandate.amendment)


def _write_amendment(writer: _Writer, amendment: MandateAmendment) -> None:
    writer.put("OrgnlMndtId", amendment.mandate_id)
    if amendment.creditor_id or amendment.creditor_name:
        with writer.open("OrgnlCdtrSchmeId"):
            writer.put("Nm", sepa_text(amendment.creditor_name, _LONGEST_NAME))
            if amendment.creditor_id:
                _write_creditor_id(writer, amendment.creditor_id)
    if amendment.is_other_account:
        writer.put("OrgnlDbtrAcct/Id/Othr/Id", "SMNDA")
    else:
        writer.put("OrgnlDbtrAcct/Id/IBAN", amendment.account)


def _write_remittance(writer: _Writer, transaction: PaymentTransaction) -> None:
    """Write the structured reference, or the text: SEPA takes one of the two."""
    if transaction.structured_reference:
        with writer.open("RmtInf"), writer.open("Strd"), writer.open("CdtrRefInf"):
            with writer.open("Tp"):
                writer.put("CdOrPrtry/Cd", "SCOR")
            writer.put("Ref", transaction.structured_reference)
    else:
        writer.put("RmtInf/Ustrd", sepa_text(transaction.text, _LONGEST_TEXT))


def _amount(transaction: PaymentTransaction) -> str:
    units = to_minor_units(transaction.amount, transaction.currency)
    return f"{from_minor_units(units, transaction.currency):f}"


def _check_order(order: PaymentOrder) -> str:
    """Refuse what the message cannot hold before a byte of it is written; gives the version's name of a bank code."""
    bank_code = _BANK_CODES.get(order.version)
    if bank_code is None:
        raise _refused(f"{order.version} is not written; {', '.join(sorted(_BANK_CODES))} are.", "version")
    _check_name(order.message_id, "message_id")
    _check_party(order.initiator, "initiator")
    if not order.transactions:
        raise _refused("An order without payments is not written.", "blocks")
    is_debit = order.version.startswith("pain.008")
    for names, param in (
        ([block.block_id for block in order.blocks], "block_id"),
        ([one.end_to_end_id for one in order.transactions], "end_to_end_id"),
    ):
        for name in names:
            _check_name(name, param)
        if len(set(names)) != len(names):
            raise _refused(f"Each {param} stands once in a message.", param)
    for block in order.blocks:
        _check_block(block, is_debit=is_debit)
        for transaction in block.transactions:
            _check_transaction(transaction, is_debit=is_debit)
    return bank_code


def _check_block(block: PaymentBlock, *, is_debit: bool) -> None:
    _check_party(block.name, "name")
    _check_account(block.account, block.bic)
    if block.execution_date is None or not block.transactions:
        raise _refused(f"Block {block.block_id} needs a day and payments.", "blocks")
    if is_debit and (block.scheme not in _SCHEMES or block.sequence not in _SEQUENCES):
        raise _refused(
            f"{block.scheme!r} with {block.sequence!r} is no scheme and sequence of SEPA.", "scheme"
        )
    if is_debit and not _CREDITOR_ID.fullmatch(block.creditor_id):
        raise _refused(f"{block.creditor_id!r} is no creditor identifier.", "creditor_id")
    if not is_debit and (block.scheme or block.sequence or block.creditor_id):
        raise _refused("Transfers have no scheme, sequence or creditor identifier.", "scheme")


def _check_transaction(transaction: PaymentTransaction, *, is_debit: bool) -> None:
    _check_party(transaction.name, "name")
    _check_account(transaction.account, transaction.bic)
    if transaction.currency != _CURRENCY:
        raise _refused(f"SEPA pays in EUR, not {transaction.currency!r}.", "currency")
    if not 0 < to_minor_units(transaction.amount, _CURRENCY) <= _LARGEST_AMOUNT:
        raise _refused(f"{transaction.amount} cannot be paid: 0.01 to 999999999.99 can.", "amount")
    for name, param in (
        (transaction.instruction_id, "instruction_id"),
        (transaction.structured_reference, "structured_reference"),
    ):
        if name:
            _check_name(name, param)
    mandate = transaction.mandate
    if not is_debit:
        if mandate is not None:
            raise _refused("A transfer relies on no mandate.", "mandate")
        return
    if mandate is None or mandate.signed_date is None:
        raise _refused("A direct debit needs a mandate with the day it was signed.", "mandate")
    _check_name(mandate.mandate_id, "mandate")
    if mandate.amendment is not None:
        _check_amendment(mandate.amendment)


def _check_amendment(amendment: MandateAmendment) -> None:
    if amendment == MandateAmendment():
        raise _refused("An amendment says what was before it.", "amendment")
    if amendment.mandate_id:
        _check_name(amendment.mandate_id, "amendment")
    if amendment.account:
        _check_account(amendment.account, "")
    if amendment.account and amendment.is_other_account:
        raise _refused("Either the former account is named or SMNDA is said.", "amendment")
    if amendment.creditor_id and not _CREDITOR_ID.fullmatch(amendment.creditor_id):
        raise _refused(f"{amendment.creditor_id!r} is no creditor identifier.", "amendment")


def _check_name(name: str, param: str) -> None:
    if not is_sepa_identifier(name):
        raise _refused(
            f"{param} {name!r} does not fit: 1 to 35 of the letters of SEPA, no / at an end, no //.", param
        )


def _check_party(name: str, param: str) -> None:
    if not sepa_text(name, _LONGEST_NAME):
        raise _refused("A party has a name.", param)


def _check_account(account: str, bic: str) -> None:
    if not is_iban(account) or account != "".join(account.split()).upper():
        raise _refused(f"{account!r} is no IBAN as it is written in a message.", "account")
    if bic and not _BIC.fullmatch(bic):
        raise _refused(f"{bic!r} is no bank identifier code.", "bic")


def _refused(message: str, param: str) -> CannotWritePayment:
    return CannotWritePayment(message, param=param)
