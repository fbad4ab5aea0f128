"""Writes a journal for beancount (v2 and v3): accepted by `bean-check`, every entry balanced by value to the cent."""

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


def write_beancount(head: JournalHead, entries: Iterable[JournalEntry]) -> Iterator[str]:
    """Give the file's text piece by piece: head first, then one piece an entry. Entries may come in any order."""
    names = name_accounts(head.accounts)
    yield _write_head(head, names)
    for entry in entries:
        yield _write_entry(entry, names, head.decimals)


def _write_head(head: JournalHead, names: Mapping[int, str]) -> str:
    lines = ['option "title" "Acquit"']
    for currency in head.company_currencies:
        lines.append(f'option "operating_currency" "{currency}"')
        # beancount divides a total price by the quantity and multiplies again, which may miss by the 28th digit.
        lines.append(f'option "inferred_tolerance_default" "{currency}:0.000001"')
    lines += ["", *(f"{head.first_date} commodity {currency}" for currency in sorted(head.decimals))]
    lines += ["", *(f"{head.first_date} open {name}" for name in sorted(names.values()))]
    return "\n".join(lines) + "\n"


def _write_entry(entry: JournalEntry, names: Mapping[int, str], decimals: Mapping[str, int]) -> str:
    words = " ".join(part for part in (entry.kind, entry.document_number, entry.text) if part)
    lines = [f"\n{entry.posting_date} * {_quoted(words)}", f'  entry: "{entry.id}"']
    if entry.document_number:
        lines.append(f"  document: {_quoted(entry.document_number)}")
    if entry.reverses_id is not None:
        lines.append(f'  reverses: "{entry.reverses_id}"')
    for line in entry.lines:
        for quantity in list_quantities(line, entry):
            written = (
                f"  {names[line.account_id]}  {write_amount(quantity.amount, quantity.currency, decimals)}"
            )
            if quantity.price is not None:
                written += f" @@ {write_amount(quantity.price, entry.company_currency, decimals)}"
            lines.append(written)
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = plain_text(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
