"""Free text of :86: in which some words are labels: `IBAN: ... NAAM: ...`, `REK: .../NAAM: ...`, `OD: ...; TYT.: ...`.

The one clever idea: a label counts only together with another of its family, so an invoice text that happens to say
"IBAN:" stays a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from re import compile as pattern

from acquit.formats.mt940.facts import DetailFacts, is_bic, is_iban_form, join_lines, set_account

_COLUMN = 32  # ABN AMRO writes two columns of 32 characters with a blank between
_ABN_LABEL = pattern(
    r"(IBAN|BIC|NAAM|OMSCHRIJVING|KENMERK|BETALINGSKENM\.|MACHTIGING|INCASSANT|ID DEBITEUR|VOOR)\s*: ?"
)
_KNAB = pattern(r"REK: ?([A-Z0-9 ]{5,34})/NAAM: ?(.*)")
_POLISH_LABEL = pattern(r"(?:^|;)\s*(Z RACH|NA RACH|OD|DLA|TYT|TNR)\.?: ?")
_SOLARIS = pattern(r"999([A-Z_]{4,40}):(.*)")
_LEADING_IBAN = pattern(
    r"([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}) +(?:([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?) +)?(\S.*)"
)


def read_labelled(lines: Sequence[str]) -> DetailFacts | None:
    """Read a labelled field; None when it is plain free text."""
    joined = "\n".join(lines)
    if "IBAN:" in joined and ("BIC:" in joined or "NAAM:" in joined):
        return _read_abn(lines)
    if "REK:" in joined and "/NAAM:" in joined:
        return _read_knab(lines)
    if "TYT" in joined and "RACH" in joined:
        return _read_polish(lines)
    if joined.startswith("999"):
        return _read_solaris(joined)
    return _read_leading_iban(join_lines(lines))


def _read_abn(lines: Sequence[str]) -> DetailFacts:
    cells = [cell for line in lines for cell in (line[:_COLUMN], line[_COLUMN + 1 :])]
    joined = "".join(cell if len(cell) == _COLUMN and cell[-1] != " " else cell + " " for cell in cells)
    pieces = _ABN_LABEL.split(joined)
    facts = DetailFacts(booking_text=_words(pieces[0]))
    for index in range(1, len(pieces), 2):
        label, value = pieces[index], _words(pieces[index + 1])
        if label == "IBAN":
            set_account(facts, value)
        elif label == "BIC" and is_bic(value):
            facts.bic = value
        elif label == "NAAM":
            facts.counterparty = facts.counterparty or value
        elif label == "OMSCHRIJVING":
            facts.text = value
        elif label == "KENMERK":
            facts.end_to_end_id = value
        elif label == "BETALINGSKENM.":
            facts.structured_reference = "".join(value.split())
        elif label == "MACHTIGING":
            facts.mandate_id = value
        elif label == "INCASSANT":
            facts.creditor_id = value
        elif label == "VOOR":
            facts.ultimate_counterparty = value
    facts.text = facts.text or (facts.booking_text if not facts.structured_reference else "")
    return facts


def _read_knab(lines: Sequence[str]) -> DetailFacts:
    facts = DetailFacts()
    texts = []
    for line in lines:
        found = _KNAB.search(line)
        if found is None:
            texts.append(line)
            continue
        texts.append(line[: found.start()])
        set_account(facts, found[1])
        facts.counterparty = _words(found[2])
    facts.text = _words(" ".join(texts))
    return facts


def _read_polish(lines: Sequence[str]) -> DetailFacts:
    pieces = _POLISH_LABEL.split(join_lines(lines))
    facts = DetailFacts(booking_text=pieces[0].strip(" ;"))
    for index in range(1, len(pieces), 2):
        label, value = pieces[index], pieces[index + 1].strip(" ;")
        if label in {"Z RACH", "NA RACH"}:
            number = "".join(value.split())
            set_account(facts, f"PL{number}" if len(number) == 26 and number.isdigit() else number)
        elif label in {"OD", "DLA"}:
            facts.counterparty = value
        elif label == "TYT":
            facts.text = value
        else:
            facts.customer_reference = value
    return facts


def _read_solaris(joined: str) -> DetailFacts | None:
    """Read `999SEPA_CREDIT_TRANSFER:text:name:IBAN`, where the text may hold colons and the name may not."""
    found = _SOLARIS.fullmatch(_words(joined))
    if found is None:
        return DetailFacts(text=_words(joined[3:]), bank_code="999")
    parts = found[2].split(":")
    index = next((at for at in range(len(parts) - 1, 0, -1) if is_iban_form(parts[at])), 0)
    if index < 1:
        return DetailFacts(text=found[2].strip(), booking_text=found[1], bank_code="999")
    facts = DetailFacts(text=":".join(parts[: index - 1]).strip(), booking_text=found[1], bank_code="999")
    facts.counterparty = parts[index - 1].strip()
    set_account(facts, parts[index])
    return facts


def _read_leading_iban(joined: str) -> DetailFacts | None:
    """Read ING's older `IBAN BIC name and text`; where the name ends is not said, so all of it is text."""
    found = _LEADING_IBAN.fullmatch(joined)
    if found is None:
        return None
    facts = DetailFacts(text=_words(found[3]), bic=found[2] or "")
    set_account(facts, found[1])
    return facts


def _words(text: str) -> str:
    return " ".join(text.split())
