"""Which elements of a CAMT message are read, and what their texts mean.

The one clever idea: all versions share one table. Where a version moved an element (`Dbtr/Nm` to `Dbtr/Pty/Nm`,
`BIC` to `BICFI`, `Sts` to `Sts/Cd`) both paths feed the same field.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from re import compile as pattern

from acquit.formats.camt.shape import Shape

AmountText = tuple[str, str]

_DECIMAL = pattern(r"\+?(?:[0-9]{1,18}(?:\.[0-9]{0,11})?|\.[0-9]{1,11})")
_DAY = pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date | None:
    """Read the day of an ISO date or time as written, whatever the zone: 2024-08-28T19:47:08+03:00."""
    found = _DAY.match(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def parse_decimal(text: str) -> Decimal | None:
    """Read an amount with a decimal point, a plus before it or none; None for anything else."""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def parse_amount(given: AmountText | None, currency: str) -> Decimal | None:
    """Read an amount when it is in this currency (or names none)."""
    if given is None or given[1] not in {currency, ""}:
        return None
    return parse_decimal(given[0])


def _name_paths(role: str) -> str:
    return f"{role}/Nm {role}/Pty/Nm"


def _side(side: str) -> dict[str, str]:
    """Give the paths of one side (Dbtr or Cdtr) of a payment, as fields beginning with the side's name."""
    parties, agent = f"RltdPties/{side}", f"RltdAgts/{side}Agt/FinInstnId"
    return {
        f"{side}_name": f"{_name_paths(parties)} {parties}/Agt/FinInstnId/Nm {parties}Acct/Nm",
        f"{side}_iban": f"{parties}Acct/Id/IBAN",
        f"{side}_account": f"{parties}Acct/Id/Othr/Id {parties}Acct/Id/BBAN",
        f"{side}_bic": f"{agent}/BICFI {agent}/BIC {parties}/Agt/FinInstnId/BICFI",
        f"{side}_ultimate": _name_paths(f"RltdPties/Ultmt{side}"),
    }


_CODES = {
    "domain": "BkTxCd/Domn/Cd",
    "family": "BkTxCd/Domn/Fmly/Cd",
    "subfamily": "BkTxCd/Domn/Fmly/SubFmlyCd",
    "bank_code": "BkTxCd/Prtry/Cd",
}
_INSTRUCTED = "AmtDtls/InstdAmt/Amt"

_CHARGE_RECORD = Shape(texts={"side": "CdtDbtInd"}, amounts={"amount": "Amt"})
_CHARGES = Shape(  # v2 repeats Chrgs with an amount of its own, later versions hold records in one
    texts={"side": "CdtDbtInd"},
    amounts={"amount": "Amt", "total": "TtlChrgsAndTaxAmt"},
    records={"records": ("Rcrd", _CHARGE_RECORD)},
)
_DOCUMENT = Shape(texts={"number": "Nb", "kind": "Tp/CdOrPrtry/Cd Tp/CdOrPrtry/Prtry Tp/Cd"})
_ADJUSTMENT = Shape(texts={"side": "CdtDbtInd"}, amounts={"amount": "Amt"})
_STRUCTURED = Shape(
    texts={"reference": "CdtrRefInf/Ref CdtrRefInf/CdtrRef"},
    lists={"additional": "AddtlRmtInf"},
    amounts={
        "remitted": "RfrdDocAmt/RmtdAmt",
        "credit_note": "RfrdDocAmt/CdtNoteAmt",
        "due": "RfrdDocAmt/DuePyblAmt",
    },
    amount_lists={"discounts": "RfrdDocAmt/DscntApldAmt RfrdDocAmt/DscntApldAmt/Amt"},
    records={
        "documents": ("RfrdDocInf", _DOCUMENT),
        "adjustments": ("RfrdDocAmt/AdjstmntAmtAndRsn", _ADJUSTMENT),
    },
)
DETAIL = Shape(
    texts={
        "side": "CdtDbtInd",
        "bank_reference": "Refs/AcctSvcrRef",
        "end_to_end_id": "Refs/EndToEndId",
        "mandate_id": "Refs/MndtId",
        "creditor_id": "RltdPties/Cdtr/Id/PrvtId/Othr/Id RltdPties/Cdtr/Pty/Id/PrvtId/Othr/Id",
        "return_code": "RtrInf/Rsn/Cd RtrInf/Rsn/Prtry RtrInf/RtrRsn/Cd RtrInf/RtrRsn/Prtry",
        "return_text": "RtrInf/AddtlInf",
        "purpose": "Purp/Cd Purp/Prtry",
        "bank_text": "AddtlTxInf",
        **_side("Dbtr"),
        **_side("Cdtr"),
        **_CODES,
    },
    amounts={
        "amount": "Amt",
        "transaction": "AmtDtls/TxAmt/Amt",
        "countervalue": "AmtDtls/CntrValAmt/Amt",
        "instructed": _INSTRUCTED,
    },
    lists={"free_texts": "RmtInf/Ustrd"},
    records={"structured": ("RmtInf/Strd", _STRUCTURED), "charges": ("Chrgs", _CHARGES)},
)
ENTRY = Shape(
    strict_amounts={"amount": "Amt"},
    strict_texts={"side": "CdtDbtInd", "status": "Sts Sts/Cd Sts/Prtry"},
    texts={
        "reversal": "RvslInd",
        "booking_date": "BookgDt BookgDt/Dt BookgDt/DtTm",
        "value_date": "ValDt ValDt/Dt ValDt/DtTm",
        "bank_reference": "AcctSvcrRef",
        "customer_reference": "NtryRef",
        "booking_text": "AddtlNtryInf",
        **_CODES,
    },
    amounts={"instructed": _INSTRUCTED},
    records={"details": ("NtryDtls/TxDtls", DETAIL), "charges": ("Chrgs", _CHARGES)},
)
BALANCE = Shape(
    amounts={"amount": "Amt"},
    texts={
        "code": "Tp/CdOrPrtry/Cd Tp/CdOrPrtry/Prtry Tp/Cd Tp",
        "side": "CdtDbtInd",
        "date": "Dt Dt/Dt Dt/DtTm",
    },
)
ACCOUNT = Shape(
    texts={
        "iban": "Id/IBAN",
        "number": "Id/Othr/Id Id/BBAN Id/PrtryAcct/Id",
        "currency": "Ccy",
        "bic": "Svcr/FinInstnId/BICFI Svcr/FinInstnId/BIC",
    }
)
SUMMARY = Shape(
    texts={"credit_count": "TtlCdtNtries/NbOfNtries", "debit_count": "TtlDbtNtries/NbOfNtries"},
    amounts={"credit_sum": "TtlCdtNtries/Sum", "debit_sum": "TtlDbtNtries/Sum"},
)
PAGINATION = Shape(texts={"number": "PgNb", "is_last": "LastPgInd"})
