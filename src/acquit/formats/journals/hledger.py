"""Writes a journal for hledger (1.25 and later): `hledger check --strict` finds accounts and currencies declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from acquit.formats.journals.values import (
    JournalEntry,
    JournalHead,
    list_quantities,
    name_accounts,
    plain_text,
    write_amount,
)

#: What would end a description or a code, and what stands for it.
_IN_DESCRIPTION = str.maketrans({";": ",", "|": "/"})
_IN_CODE = str.maketrans({"(": "[", ")": "]", ";": ","})


def write_hledger(head: JournalHead, entries: Iterable[JournalEntry]) -> Iterator[str]:
    """Give the file's text piece by piece: head first, then one piece an entry, best in the order of their days."""
    names = name_accounts(head.accounts)
    yield _write_head(head, names)
    for entry in entries:
        yield _write_entry(entry, names, head.decimals)


def _write_head(head: JournalHead, names: Mapping[int, str]) -> str:
    lines = ["decimal-mark ."]
    for currency, places in sorted(head.decimals.items()):
        lines.append(f"commodity 1000.{'0' * places} {currency}")
    lines += ["", *(f"account {name}" for name in sorted(names.values()))]
    return "\n".join(lines) + "\n"


def _write_entry(entry: JournalEntry, names: Mapping[int, str], decimals: Mapping[str, int]) -> str:
    code = f"({_code(entry.document_number)}) " if entry.document_number else ""
    # The kind comes first: a text alone could begin like a code or a status.
    words = " ".join(part for part in (entry.kind, entry.text) if part)
    tags = f"    ; entry:{entry.id}"
    if entry.reverses_id is not None:
        tags += f", reverses:{entry.reverses_id}"
    lines = [f"\n{entry.posting_date} * {code}{plain_text(words).translate(_IN_DESCRIPTION)}", tags]
    for line in entry.lines:
        for quantity in list_quantities(line, entry):
            written = (
                f"    {names[line.account_id]}  {write_amount(quantity.amount, quantity.currency, decimals)}"
            )
            if quantity.price is not None:
                written += f" @@ {write_amount(quantity.price, entry.company_currency, decimals)}"
            lines.append(written)
    return "\n".join(lines) + "\n"


def _code(number: str) -> str:
    return plain_text(number).translate(_IN_CODE)
