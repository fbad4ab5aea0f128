"""The German structure of :86: (the banks' common standard): numbered parts after a sign, SEPA tags inside.

The one clever idea: parts are cut at 27 characters wherever a word stands, so a full part runs on into the next
and a shorter one ends a word; tags are looked for only after that, since `SVWZ+` itself may be cut in two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from re import Pattern, escape
from re import compile as pattern
from sys import intern

from acquit.core.references import is_iban
from acquit.formats.mt940.facts import (
    DetailFacts,
    find_return_code,
    is_bic,
    is_iban_form,
    read_currency_amount,
    set_account,
)

_PART_WIDTH = 27
_POLISH_LENGTH = 26
_SOFT_BREAK = "\x1f"  # between a short part and the next: a blank in text, nothing inside a reference
_OPENING = pattern(r" ?([0-9]{3})?([?<>^~@+|!$%&*;#§])(?=00|1[0-9]|2[0-9]|3[0-9]|6[0-9])")
_LETTERED = pattern(r"[A-Z]{3}([?<>^~@+|!$%&*;#§])00")  # Bulgarian banks
_TAGS = frozenset(
    "EREF KREF MREF CRED DEBT SVWZ ABWA ABWE COAM OAMT PURP RREF IBAN BIC MTLG".split()  # noqa: SIM905 - a line, not 15
)
_RETURNS = frozenset(
    ("108", "109", "159", "181", "182", "183", "184")
)  # business transaction codes of returns
# The bank's own reason numbers that real files explain in words; others are given as they stand.
_RETURN_REASONS = {"901": "AC01", "903": "AC06", "914": "MS03"}
_NO_REASON_GIVEN = "MS03"
_PURPOSE = frozenset(f"{number}" for number in range(20, 30))
_POLISH_NAME = ("27", "28")
_POLISH_PARTY = frozenset(("27", "28", "29"))
_MORE_PURPOSE = frozenset(f"{number}" for number in range(60, 64))
_TEXTS = _PURPOSE | _MORE_PURPOSE | {"32", "33"}
_KNOWN = _TEXTS | {"00", "10", "30", "31", "34", "35", "36", "37", "38", "70", "71"}

#: Separators of the banks that keep less than others to the common standard.
_NATIONAL = frozenset("<>~")
#: Bank, accounts, names and purpose as the parts say them.
_Said = tuple[str, list[str], list[str], list[str]]


def separator_of(first: str) -> str:
    """Give the sign that separates the parts, or an empty string when the text has not this structure.

    The code in front may be missing (`?00...`); a `999` without parts is free text.
    """
    found = _OPENING.match(first)
    if found:
        return found[2]
    found = _LETTERED.match(first)
    return found[1] if found else ""


@lru_cache(maxsize=32)
def _splitter(separator: str) -> Pattern[str]:
    return pattern(escape(separator) + r"([0-9]{2})")


def read_german(lines: Sequence[str], separator: str) -> DetailFacts:
    """Read a structured field; lines are cut anywhere, so they are joined without anything between."""
    joined = "".join(lines)
    pieces = _splitter(separator).split(_without_cut_off(joined) if separator == "~" else joined)
    numbers = pieces[1::2]
    parts = dict(zip(numbers, pieces[2::2], strict=True))
    if len(parts) != len(numbers) or not parts.keys() <= _KNOWN:
        parts = _parts_with_separators(pieces, separator)
    facts = DetailFacts(bank_code=intern(pieces[0].strip()))
    purpose = [text for number, text in parts.items() if number in _PURPOSE]
    bank, accounts = parts.get("30", "").strip(), [parts.get("31", "").strip(), parts.get("38", "")]
    names = [parts[number] for number in ("32", "33") if number in parts]
    if separator in _NATIONAL:
        said = (bank, accounts, names, purpose)
        bank, accounts, names, purpose = _read_national(separator, facts.bank_code, parts, said)
    joined = _join(purpose)
    more = [text for number, text in parts.items() if number in _MORE_PURPOSE]
    if more:
        joined = joined + _SOFT_BREAK + _join(more)
    if "+" in joined or "MTLG:" in joined:
        set_tagged(facts, joined)
    elif joined:
        facts.text = _words(joined)
    facts.booking_text = intern(parts.get("00", "").strip())
    if names:
        facts.counterparty = _words(_join(names)).removesuffix(" /")
    for account in accounts:  # Polish banks write it as number (31) and again as IBAN (38)
        set_account(facts, _with_country(account))
    if is_bic(bank):
        facts.bic = facts.bic or intern(bank)
    elif bank and facts.account:  # the old bank code belongs to the old account number
        facts.account = f"{bank}/{facts.account}"
    if facts.bank_code in _RETURNS:
        extension = parts.get("34", "").strip()
        facts.return_code = (
            find_return_code(facts.text) or _RETURN_REASONS.get(extension, extension) or _NO_REASON_GIVEN
        )
    return facts


def _without_cut_off(joined: str) -> str:
    """Leave out the tilde at a field's end: ING Romania cuts the next part off behind it."""
    return joined.rstrip().removesuffix("~")


def _read_national(separator: str, code: str, parts: Mapping[str, str], said: _Said) -> _Said:
    """Give bank, accounts, names and purpose where Triodos, Polish banks or ING Romania write them elsewhere."""
    bank, accounts, names, purpose = said
    if separator == ">" and code == "000":
        bank, accounts, purpose = _read_triodos(parts, purpose)
    elif separator == "<" and "32" not in parts and "27" in parts:  # Polish banks name the payer in 27 to 29
        names = [parts[number] for number in _POLISH_NAME if parts.get(number)]
        purpose = [text for number, text in parts.items() if number in _PURPOSE - _POLISH_PARTY]
    elif separator == "~" and len(names) > 1 and is_iban_form("".join(names[1].split())):
        names, accounts = names[:1], [*accounts, names[1]]
    return bank, accounts, names, purpose


def _read_triodos(parts: Mapping[str, str], purpose: list[str]) -> tuple[str, list[str], list[str]]:
    """Give the other's BIC and accounts, and the text: they stand in 10 or before the text, ours in 31."""
    if len(purpose) > 1 and is_bic(purpose[0].strip()) and is_iban_form(purpose[1].strip()):
        return purpose[0].strip(), [purpose[1]], purpose[2:]
    account = parts.get("10", "").strip()
    return "", [account] if account.strip("0") else [], purpose


def _with_country(account: str) -> str:
    """Give a Polish account number of 26 digits as the IBAN it is, when its check digits say so."""
    compact = "".join(account.split())
    if len(compact) == _POLISH_LENGTH and is_iban("PL" + compact):
        return "PL" + compact
    return account


def _parts_with_separators(pieces: Sequence[str], separator: str) -> dict[str, str]:
    """Give the parts where the separator and two digits also stand inside a text, to which they are returned."""
    found: dict[str, list[str]] = {}
    last = ""
    for index in range(1, len(pieces), 2):
        number, value = pieces[index], pieces[index + 1]
        if number in _KNOWN and number not in found:
            found[number] = [value]
            last = number
        elif last in _TEXTS:
            found[last] += (separator, number, value)
    return {number: "".join(texts) for number, texts in found.items()}


def _join(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return "".join([part if len(part) == _PART_WIDTH else part + _SOFT_BREAK for part in parts])


def _words(text: str) -> str:
    return " ".join(text.replace(_SOFT_BREAK, " ").split())


def _set_purpose(facts: DetailFacts, joined: str) -> None:
    if "+" in joined or "MTLG:" in joined:
        set_tagged(facts, joined)
    else:
        facts.text = _words(joined)


def set_tagged(facts: DetailFacts, joined: str) -> None:
    """Take SEPA tags out of a purpose; what stands before the first tag and in SVWZ+ is the text.

    A reference ends where a part ends early; what follows without a tag is text again.
    """
    first, *tagged = _split_tags(joined)
    texts = [first[1]]
    for tag, value in tagged:
        if tag in {"SVWZ", "MTLG"}:
            texts.append(value)
        elif tag in {"ABWA", "ABWE"}:
            facts.ultimate_counterparty = _words(value)
        else:
            reference, _, following = value.strip(_SOFT_BREAK + " ").partition(_SOFT_BREAK)
            if following:
                texts.append(following)
            _set_reference(facts, tag, reference.strip())
    facts.text = _words(_SOFT_BREAK.join(texts))


def _split_tags(joined: str) -> list[tuple[str, str]]:
    """Cut a purpose at its tags; give each tag with what follows it, first what stands before any.

    Tags end in a plus, so the text is cut at those, and a piece that ends in no tag goes on.
    """
    if "MTLG:" in joined:
        joined = joined.replace("MTLG:", "MTLG+")
    found = []
    tag, begun = "", ""
    *pieces, last = joined.split("+")
    for piece in pieces:
        following = piece[-4:] if piece[-4:] in _TAGS else piece[-3:]
        if following in _TAGS:
            found.append((tag, begun + piece[: -len(following)]))
            tag, begun = following, ""
        else:
            begun += piece + "+"
    found.append((tag, begun + last))
    return [(tag, text.removeprefix(_SOFT_BREAK)) if tag else (tag, text) for tag, text in found]


def _set_reference(facts: DetailFacts, tag: str, value: str) -> None:
    if tag == "EREF":
        facts.end_to_end_id = value
    elif tag == "MREF":
        facts.mandate_id = value
    elif tag == "CRED":
        facts.creditor_id = value
    elif tag == "KREF":
        facts.customer_reference = value
    elif tag == "PURP":
        facts.purpose_code = value
    elif tag == "IBAN":
        set_account(facts, value)
    elif tag == "BIC" and is_bic(value):
        facts.bic = value
    elif tag == "OAMT":
        facts.original_amount, facts.original_currency = read_currency_amount(value)
    elif tag == "COAM":
        facts.charges_amount = read_currency_amount(value)[0]
