"""Read pain.001 and pain.008 of every version: orders of transfers and of direct debits.

The one clever idea: a payment is read when its element is complete and dropped at once, so memory holds the values of
the message and never its tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import BinaryIO

from acquit.formats.camt.fields import parse_date, parse_decimal
from acquit.formats.camt.shape import Fields
from acquit.formats.pain.fields import BLOCKS, GROUP_HEADER, TRANSACTIONS
from acquit.formats.pain.messages import (
    MandateAmendment,
    MandateFacts,
    PaymentBlock,
    PaymentOrder,
    PaymentTransaction,
    UnreadablePayment,
)
from acquit.formats.pain.streaming import open_message, read_count, read_elements, read_sum
from acquit.formats.statements import exact_sum

_TRANSACTION_TAGS = frozenset(("CdtTrfTxInf", "DrctDbtTxInf"))
_TAGS = ("GrpHdr", "PmtInf", *sorted(_TRANSACTION_TAGS))
_OTHER_ACCOUNT = "SMNDA"


def read_payment_order(content: BinaryIO, name: str) -> PaymentOrder:
    """Read an order whole; `name` is the file's, for refusals (`UnreadablePayment`).

    What a message says of itself and does not keep (numbers, sums) is a warning; a payment without a readable amount
    is refused.
    """
    whole, kind, version = open_message(content, name, ("PAIN.001", "PAIN.008"))
    header = GROUP_HEADER.empty()
    blocks: list[PaymentBlock] = []
    waiting: list[tuple[PaymentTransaction, Fields]] = []
    warnings: list[tuple[str, str]] = []
    number = 0
    for tag, element in read_elements(whole, name, _TAGS, _TRANSACTION_TAGS | {"PmtInf"}, warnings):
        if tag == "GrpHdr":
            header = GROUP_HEADER.walk(element)
        elif tag == "PmtInf":
            blocks += _read_blocks(BLOCKS[kind].walk(element), waiting, warnings)
            waiting = []
        else:
            number += 1
            fields = TRANSACTIONS[kind].read(element)
            waiting.append((_read_transaction(fields, name, number, warnings), fields))
    if not blocks:
        raise UnreadablePayment(
            "there is no payment in the message",
            code="NO_PAYMENT",
            file=name,
            place="line 1",
            mend="Check that the file is complete.",
        )
    count, control_sum = read_count(header["count"]), read_sum(header["sum"])
    transactions = [transaction for block in blocks for transaction in block.transactions]
    _check_totals("the message", count, control_sum, transactions, warnings)
    if not header["message_id"]:
        warnings.append(("MESSAGE_ID_MISSING", "the message has no name of its own"))
    return PaymentOrder(
        version=version or kind.lower(),
        message_id=header["message_id"],
        created_at=header["created_at"],
        initiator=header["initiator"],
        blocks=tuple(blocks),
        count=count,
        control_sum=control_sum,
        warnings=tuple(warnings),
    )


def _read_blocks(
    fields: Fields,
    waiting: list[tuple[PaymentTransaction, Fields]],
    warnings: list[tuple[str, str]],
) -> list[PaymentBlock]:
    """Make a block, or several where its payments name a scheme, sequence or creditor of their own."""
    groups: dict[tuple[str, str, str], list[PaymentTransaction]] = {}
    for transaction, own in waiting:
        key = tuple(own[what] or fields[what] for what in ("scheme", "sequence", "creditor_id"))
        groups.setdefault((key[0], key[1], key[2]), []).append(transaction)
    count, control_sum = read_count(fields["count"]), read_sum(fields["sum"])
    _check_totals(
        f"block {fields['block_id']}",
        count,
        control_sum,
        [transaction for transaction, _ in waiting],
        warnings,
    )
    is_whole = len(groups) == 1
    return [
        PaymentBlock(
            block_id=fields["block_id"],
            execution_date=parse_date(fields["date"]),
            name=fields["name"],
            account=fields["account"],
            transactions=tuple(transactions),
            bic=fields["bic"],
            scheme=scheme,
            sequence=sequence,
            creditor_id=creditor_id,
            count=count if is_whole else None,
            control_sum=control_sum if is_whole else None,
        )
        for (scheme, sequence, creditor_id), transactions in groups.items()
    ]


def _read_transaction(
    fields: Fields, file: str, number: int, warnings: list[tuple[str, str]]
) -> PaymentTransaction:
    given = fields["amount"]
    if given is None and fields["equivalent"] is not None:
        given = fields["equivalent"]
        warnings.append(("EQUIVALENT_AMOUNT", f"payment {number} names its amount in our currency"))
    text, currency = given or ("", "")
    amount = parse_decimal(text)
    if amount is None:
        raise UnreadablePayment(
            "the payment has no readable amount",
            code="AMOUNT_UNREADABLE",
            file=file,
            place=f"payment {number}",
            value=text,
            mend="Correct it in the file or ask who made it for it again.",
        )
    if not fields["end_to_end_id"]:
        warnings.append(("END_TO_END_ID_MISSING", f"payment {number} has no end-to-end id"))
    return PaymentTransaction(
        end_to_end_id=fields["end_to_end_id"],
        amount=amount,
        currency=currency,
        name=fields["name"],
        account=fields["account"],
        bic=fields["bic"],
        text=" ".join(fields["texts"]),
        structured_reference=fields["reference"],
        instruction_id=fields["instruction_id"],
        mandate=_read_mandate(fields),
    )


def _read_mandate(fields: Fields) -> MandateFacts | None:
    if not fields["mandate_id"]:
        return None
    is_other = _OTHER_ACCOUNT in (fields["old_account"], fields["old_agent"])
    account = fields["old_iban"] or ("" if is_other else fields["old_account"])
    amendment = MandateAmendment(
        mandate_id=fields["old_mandate"],
        creditor_id=fields["old_creditor"],
        creditor_name=fields["old_creditor_name"],
        account=account,
        is_other_account=is_other,
    )
    return MandateFacts(
        fields["mandate_id"],
        parse_date(fields["signed_date"]),
        None if amendment == MandateAmendment() else amendment,
    )


def _check_totals(
    what: str,
    count: int | None,
    control_sum: Decimal | None,
    transactions: Iterable[PaymentTransaction],
    warnings: list[tuple[str, str]],
) -> None:
    amounts = [transaction.amount for transaction in transactions]
    if count is not None and count != len(amounts):
        warnings.append(("COUNT_DIFFERS", f"{what} names {count} payments and holds {len(amounts)}"))
    if control_sum is not None and control_sum != exact_sum(amounts):
        warnings.append(("SUM_DIFFERS", f"{what} names a sum of {control_sum}, its payments come to another"))
