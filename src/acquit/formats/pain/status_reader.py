"""Read pain.002 of every version: what a bank says became of an order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from acquit.formats.camt.fields import parse_decimal
from acquit.formats.camt.shape import Fields
from acquit.formats.pain.fields import REPORT_BLOCK, REPORT_GROUP, REPORT_HEADER, REPORT_TRANSACTION
from acquit.formats.pain.messages import UnreadablePayment
from acquit.formats.pain.reports import (
    BlockStatus,
    CountByStatus,
    StatusReason,
    StatusReport,
    TransactionStatus,
)
from acquit.formats.pain.streaming import open_message, read_count, read_elements, read_sum

_TAGS = ("GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts")
_DROPPED = frozenset(("TxInfAndSts", "OrgnlPmtInfAndSts"))


def read_status_report(content: BinaryIO, name: str) -> StatusReport:
    """Read a report whole; `name` is the file's, for refusals (`UnreadablePayment`)."""
    whole, _, version = open_message(content, name, ("PAIN.002",))
    header, group = REPORT_HEADER.empty(), REPORT_GROUP.empty()
    blocks: list[BlockStatus] = []
    waiting: list[tuple[str, TransactionStatus]] = []
    warnings: list[tuple[str, str]] = []
    has_group = False
    for tag, element in read_elements(whole, name, _TAGS, _DROPPED, warnings):
        if tag == "GrpHdr":
            header = REPORT_HEADER.walk(element)
        elif tag == "OrgnlGrpInfAndSts":
            former, group = group, REPORT_GROUP.walk(element)
            if has_group and former["message_id"] != group["message_id"]:
                raise _several_orders(name, group["message_id"])
            has_group = True
        elif tag == "TxInfAndSts":
            fields = REPORT_TRANSACTION.read(element)
            waiting.append((fields["block_id"], _read_transaction(fields, warnings)))
        else:
            fields = REPORT_BLOCK.walk(element)
            blocks.append(_read_block(fields, [transaction for _, transaction in waiting]))
            waiting = []
    blocks += _without_block(waiting)
    if not has_group and not blocks:
        raise UnreadablePayment(
            "the report names no order of ours",
            code="NO_STATUS",
            file=name,
            place="line 1",
            mend="Check that the file is complete.",
        )
    return StatusReport(
        version=version or "pain.002",
        message_id=header["message_id"],
        created_at=header["created_at"],
        original_message_id=group["message_id"],
        original_message_name=group["message_name"],
        original_count=read_count(group["count"]),
        original_sum=read_sum(group["sum"]),
        status=group["status"],
        reasons=_read_reasons(group["reasons"]),
        blocks=tuple(blocks),
        warnings=tuple(warnings),
    )


def _several_orders(name: str, message_id: str) -> UnreadablePayment:
    """Refuse a second report in the same envelope: its word is of the payments of another order."""
    return UnreadablePayment(
        "the file holds reports about several orders",
        code="SEVERAL_REPORTS",
        file=name,
        place=f"report about {message_id}",
        value=message_id,
        mend="Give each report as a file of its own.",
    )


def _without_block(waiting: Iterable[tuple[str, TransactionStatus]]) -> list[BlockStatus]:
    """Gather payments reported outside a block (version 02), by the block each names."""
    groups: dict[str, list[TransactionStatus]] = {}
    for block_id, transaction in waiting:
        groups.setdefault(block_id, []).append(transaction)
    return [BlockStatus(block_id, "", (), (), tuple(found)) for block_id, found in groups.items()]


def _read_block(fields: Fields, transactions: list[TransactionStatus]) -> BlockStatus:
    return BlockStatus(
        block_id=fields["block_id"],
        status=fields["status"],
        reasons=_read_reasons(fields["reasons"]),
        counts=tuple(
            CountByStatus(one["status"], read_count(one["count"]) or 0, read_sum(one["sum"]))
            for one in fields["counts"]
        ),
        transactions=tuple(transactions),
    )


def _read_transaction(fields: Fields, warnings: list[tuple[str, str]]) -> TransactionStatus:
    text, currency = fields["amount"] or ("", "")
    amount = parse_decimal(text)
    if text and amount is None:
        warnings.append(
            ("AMOUNT_UNREADABLE", f"payment {fields['end_to_end_id']} has the amount {text[:40]!r}")
        )
    return TransactionStatus(
        end_to_end_id=fields["end_to_end_id"],
        status=fields["status"],
        reasons=_read_reasons(fields["reasons"]),
        instruction_id=fields["instruction_id"],
        status_id=fields["status_id"],
        amount=amount,
        currency=currency if amount is not None else "",
        mandate_id=fields["mandate_id"],
    )


def _read_reasons(records: Iterable[Fields]) -> tuple[StatusReason, ...]:
    return tuple(
        StatusReason(one["code"] or one["own_code"], tuple(one["texts"]), is_proprietary=not one["code"])
        for one in records
        if one["code"] or one["own_code"] or one["texts"]
    )
