"""Which elements of a payment message are read: one table for all versions.

Where versions differ (`BIC` and `BICFI`, a day or a choice of day and time, roots named after the message) the paths
feed the same field.
"""

from __future__ import annotations

from re import compile as pattern

from acquit.formats.camt.shape import Shape

_VERSION = pattern(r"pain\.00[1278]\.\d{3}\.\d\d(?:\.[a-z]{2}\.\d\d)?")


def _agent(side: str) -> str:
    return f"{side}Agt/FinInstnId/BICFI {side}Agt/FinInstnId/BIC"


def _account(side: str) -> str:
    identity = f"{side}Acct/Id"
    return f"{identity}/IBAN {identity}/Othr/Id {identity}/BBAN {identity}/PrtryAcct/Id"


def _scheme_id(path: str) -> str:
    return f"{path}/Id/PrvtId/Othr/Id {path}/Id/PrvtId/OthrId/Id {path}/Id/OrgId/Othr/Id"


_MANDATE = "DrctDbtTx/MndtRltdInf"
_AMENDED = f"{_MANDATE}/AmdmntInfDtls"

GROUP_HEADER = Shape(
    texts={
        "message_id": "MsgId",
        "created_at": "CreDtTm",
        "count": "NbOfTxs",
        "sum": "CtrlSum",
        "initiator": "InitgPty/Nm",
    }
)


def _block(our_side: str) -> Shape:
    return Shape(
        texts={
            "block_id": "PmtInfId",
            "count": "NbOfTxs",
            "sum": "CtrlSum",
            "date": "ReqdExctnDt ReqdExctnDt/Dt ReqdExctnDt/DtTm ReqdColltnDt",
            "name": f"{our_side}/Nm",
            "account": _account(our_side),
            "bic": _agent(our_side),
            "scheme": "PmtTpInf/LclInstrm/Cd PmtTpInf/LclInstrm/Prtry",
            "sequence": "PmtTpInf/SeqTp",
            "creditor_id": _scheme_id("CdtrSchmeId"),
        }
    )


BLOCKS = {"PAIN.001": _block("Dbtr"), "PAIN.008": _block("Cdtr")}


def _transaction(their_side: str) -> Shape:
    return Shape(
        texts={
            "instruction_id": "PmtId/InstrId",
            "end_to_end_id": "PmtId/EndToEndId",
            "name": f"{their_side}/Nm",
            "account": _account(their_side),
            "bic": _agent(their_side),
            "reference": "RmtInf/Strd/CdtrRefInf/Ref RmtInf/Strd/CdtrRefInf/CdtrRef",
            "sequence": "PmtTpInf/SeqTp",
            "scheme": "PmtTpInf/LclInstrm/Cd PmtTpInf/LclInstrm/Prtry",
            "creditor_id": _scheme_id("DrctDbtTx/CdtrSchmeId"),
            "mandate_id": f"{_MANDATE}/MndtId",
            "signed_date": f"{_MANDATE}/DtOfSgntr",
            "old_mandate": f"{_AMENDED}/OrgnlMndtId",
            "old_creditor": _scheme_id(f"{_AMENDED}/OrgnlCdtrSchmeId"),
            "old_creditor_name": f"{_AMENDED}/OrgnlCdtrSchmeId/Nm",
            "old_iban": f"{_AMENDED}/OrgnlDbtrAcct/Id/IBAN",
            "old_account": f"{_AMENDED}/OrgnlDbtrAcct/Id/Othr/Id",
            "old_agent": f"{_AMENDED}/OrgnlDbtrAgt/FinInstnId/Othr/Id",
        },
        amounts={"amount": "InstdAmt Amt/InstdAmt", "equivalent": "Amt/EqvtAmt/Amt"},
        lists={"texts": "RmtInf/Ustrd"},
    )


TRANSACTIONS = {"PAIN.001": _transaction("Cdtr"), "PAIN.008": _transaction("Dbtr")}

REASON = Shape(
    texts={"code": "Rsn/Cd StsRsn/Cd", "own_code": "Rsn/Prtry StsRsn/Prtry"},
    lists={"texts": "AddtlInf AddtlStsRsnInf"},
)
_COUNT = Shape(texts={"status": "DtldSts", "count": "DtldNbOfTxs", "sum": "DtldCtrlSum"})
REPORT_HEADER = Shape(texts={"message_id": "MsgId", "created_at": "CreDtTm"})
REPORT_GROUP = Shape(
    texts={
        "message_id": "OrgnlMsgId",
        "message_name": "OrgnlMsgNmId",
        "count": "OrgnlNbOfTxs",
        "sum": "OrgnlCtrlSum",
        "status": "GrpSts",
    },
    records={"reasons": ("StsRsnInf", REASON)},
)
REPORT_BLOCK = Shape(
    texts={"block_id": "OrgnlPmtInfId", "status": "PmtInfSts"},
    records={"reasons": ("StsRsnInf", REASON), "counts": ("NbOfTxsPerSts", _COUNT)},
)
REPORT_TRANSACTION = Shape(
    texts={
        "status_id": "StsId",
        "block_id": "OrgnlPmtInfId",
        "instruction_id": "OrgnlInstrId OrgnlInstrdId",
        "end_to_end_id": "OrgnlEndToEndId",
        "status": "TxSts",
        "mandate_id": "OrgnlTxRef/MndtRltdInf/MndtId OrgnlTxRef/MndtRltdInf/DrctDbtMndt/MndtId",
    },
    amounts={"amount": "OrgnlTxRef/Amt/InstdAmt"},
    records={"reasons": ("StsRsnInf", REASON)},
)


def find_version(head: str) -> str:
    """Give the version a message declares, by its namespace or the root's name; empty when it declares none."""
    found = _VERSION.search(head)
    return found[0] if found else ""
