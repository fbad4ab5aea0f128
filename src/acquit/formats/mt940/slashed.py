"""The slashed dialect of :86: `/EREF/.../NAME/.../REMI/...`, as Dutch banks and several others write it.

The one clever idea: values may hold slashes and may be cut at a line's end in the middle of a key, so the text is
cut only at keys that are known, found on the joined lines; a slash before anything else is part of a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from re import compile as pattern

from acquit.formats.mt940.facts import (
    DetailFacts,
    find_return_code,
    is_bic,
    read_currency_amount,
    set_account,
)

_KEYS = (
    "TRTP|RTYP|TRCD|EREF|PREF|IREF|RREF|KREF|CREF|MARF|CSID|NAME|ADDR|IBAN|BIC|BBAN|REMI|CNTP|ORDP|BENM|ULTC|ULTD|ULTB|"
    "ULCR|ULDB|PURP|RTRN|ISDT|ACCW|NRTX|CDTRREFTP|CDTRREF|ISSR|OCMT|CHGS|EXCH|SVCL|OSDR|OGB|VA|ANSW|SUM|"
    "UCRD|UDTR|FX|INIT"
)
_PARTIES = frozenset(("ORDP", "BENM", "ULTC", "ULTD", "ULTB", "ULCR", "ULDB", "UCRD", "UDTR"))
_KEY = pattern(rf"/({_KEYS}|(?<=//)(?:ID|CD))(?=/)")
_STARTS = pattern(rf"/(?:{_KEYS})/")
_ACCOUNT_LINE = pattern(r"/(?:BENM|ORDP)/([0-9A-Z]+)/?")
_FULL_LINE = 60  # a shorter line was ended by the bank, a longer one was cut
_STRUCTURED = pattern(r"/*STRD/+(?:CUR|ISO|SCOR|[A-Z]{3,4})?/*")
_UNSTRUCTURED = pattern(r"/*USTD/+")


def is_slashed(first: str) -> bool:
    """Tell whether the field begins with a known key."""
    return _STARTS.match(first) is not None


def read_slashed(lines: Sequence[str]) -> DetailFacts:
    """Read a slashed field. A blank is set where a line was ended early, so that words stay apart."""
    account = _ACCOUNT_LINE.fullmatch(lines[0])
    if account is not None and len(lines) > 1:
        return _read_line_by_line(account[1], lines[1:])
    joined = "".join(line if len(line) >= _FULL_LINE else line + "\n" for line in lines)
    whole = joined.replace("\n", "")
    if len(_KEY.findall(whole)) != len(_KEY.findall(joined)):  # a key lies across a line's end
        joined = whole
    pieces = _KEY.split(joined)
    facts = DetailFacts()
    party = ""
    texts: list[str] = []
    for index in range(1, len(pieces), 2):
        key, value = pieces[index], pieces[index + 1].removeprefix("/")
        if key in _PARTIES:
            party = key
            _set_name(facts, party, _words(value))
        elif key == "NAME":
            _set_name(facts, party, _words(value))
        elif key == "REMI":
            texts.append(_remittance(facts, value))
        elif key == "CNTP":
            _take_counterparty(facts, value)
        else:
            take = _SIMPLE.get(key)
            if take is not None:
                take(facts, value)
            elif key in {"OCMT", "CHGS"}:
                texts.append(_take_money(facts, key, value))
    facts.text = " ".join(text for text in texts if text)
    return facts


def _compact(value: str) -> str:
    return value.replace("\n", "").strip().rstrip("/").strip()


def _words(value: str) -> str:
    return " ".join(value.split()).strip("/").strip()


def _set_name(facts: DetailFacts, party: str, name: str) -> None:
    if not name:
        return
    if party.startswith("U"):
        facts.ultimate_counterparty = facts.ultimate_counterparty or name
    else:
        facts.counterparty = facts.counterparty or name


def _read_line_by_line(account: str, lines: Sequence[str]) -> DetailFacts:
    """Read `/BENM/account` alone on its line, then `/name`, then `/text` lines, as Macedonian banks write it."""
    parts = [_words(line) for line in lines]
    facts = DetailFacts(
        counterparty=parts[0], text=" ".join(part for part in parts[1:] if part and part != "EMPTY")
    )
    set_account(facts, account)
    return facts


def _remittance(facts: DetailFacts, value: str) -> str:
    structured = _STRUCTURED.match(value)
    if structured is not None:
        facts.structured_reference = _compact(value[structured.end() :])
        return ""
    unstructured = _UNSTRUCTURED.match(value)
    return _words(value[unstructured.end() :] if unstructured else value)


def _take_counterparty(facts: DetailFacts, value: str) -> None:
    """Read ING's `/CNTP/account/BIC/name/city`."""
    account, _, rest = value.replace("\n", "").partition("/")
    bic, _, rest = rest.partition("/")
    set_account(facts, account)
    if is_bic(bic):
        facts.bic = bic
    facts.counterparty = facts.counterparty or rest.partition("/")[0].strip()


def _take_money(facts: DetailFacts, key: str, value: str) -> str:
    """Read original amount or charges; give what follows them as text (HSBC puts the payment's text there)."""
    amount, currency = read_currency_amount(value)
    if amount is None:
        return _words(value)
    if key == "OCMT":
        facts.original_amount, facts.original_currency = amount, currency
    else:
        facts.charges_amount = amount
    return _words(value.partition("/")[2])


def _set(name: str) -> Callable[[DetailFacts, str], None]:
    def take(facts: DetailFacts, value: str) -> None:
        if not getattr(facts, name):
            setattr(facts, name, _compact(value))

    return take


def _take_wide_account(facts: DetailFacts, value: str) -> None:
    account, _, bic = _compact(value).partition(",")
    set_account(facts, account)
    if is_bic(bic):
        facts.bic = bic


def _take_bic(facts: DetailFacts, value: str) -> None:
    bic = _compact(value)
    if is_bic(bic):
        facts.bic = facts.bic or bic


def _take_return(facts: DetailFacts, value: str) -> None:
    facts.return_code = find_return_code(value) or _compact(value).partition("/")[0]


def _take_booking_text(facts: DetailFacts, value: str) -> None:
    facts.booking_text = facts.booking_text or _words(value)


def _take_creditor_reference(facts: DetailFacts, value: str) -> None:
    facts.structured_reference = _compact(value)


_SIMPLE: dict[str, Callable[[DetailFacts, str], None]] = {
    "TRTP": _take_booking_text,
    "RTYP": _take_booking_text,
    "TRCD": _set("bank_code"),
    "EREF": _set("end_to_end_id"),
    "PREF": _set("customer_reference"),
    "KREF": _set("customer_reference"),
    "MARF": _set("mandate_id"),
    "CSID": _set("creditor_id"),
    "PURP": _set("purpose_code"),
    "IBAN": lambda facts, value: set_account(facts, _compact(value)),
    "BBAN": lambda facts, value: set_account(facts, _compact(value)),
    "BIC": _take_bic,
    "ACCW": _take_wide_account,
    "RTRN": _take_return,
    "CDTRREF": _take_creditor_reference,
}
