"""The rows of an advice's table as its lines: documents, deductions on rows of their own, totals.

The one clever idea: which way a column of discounts or deductions is signed, and whether `Amount` is before or after
them, is taken from the arithmetic of the rows themselves (gross - discount - deduction = paid), never from the sign.
So is the total: a last row without a document that holds the sum of the rows above, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from acquit.core.money import EXACT
from acquit.formats.held_lines import LineKeeper
from acquit.formats.remittance.advice import AdjustmentKind, AdviceLine
from acquit.formats.remittance.grid import GridHead, GridRow, Section, cell_of
from acquit.formats.remittance.heads import Head, plain_words
from acquit.formats.remittance.settling import DraftKeeper, DraftLine
from acquit.formats.remittance.wording import (
    adjustment_kind_of,
    is_credit_word,
    is_deduction_word,
    is_discount_word,
)
from acquit.formats.remittance.writing_style import WritingStyle, is_amount_like
from acquit.formats.statements import WarningLog, exact_sum

ZERO = Decimal(0)
_LONGEST_NUMBER = 40
_TOTAL = re.compile(
    r"^(?:grand |report |page )?(?:total|totals|totaux|summe|summen|gesamt\w*|\w*summe|insgesamt|somme|suma"
    r"|soma|totale|totali|totaal|zahl\w*betrag|uberweisungsbetrag|net payment|payment total|payment amount"
    r"|netto zahlung|auszahlungsbetrag|importe total|total general|amount paid|net a payer"
    r"|razem|lacznie|ogolem|celkem|spolu|i alt|totalt|yhteensa|summa|osszesen|ukupno|skupaj|toplam)\b"
)
_SUM_SIGNS = "Σσς∑⅀"
_PART = re.compile(
    r"^(?:sub ?total|zwischensumme|ubertrag|sous total|subtotaal|parziale|carried|a reporter|suma y sigue)\b"
)
_TAKEN_OFF = (Head.DISCOUNT, Head.DEDUCTION)
_MONEY = (Head.GROSS, Head.DISCOUNT, Head.DEDUCTION, Head.PAID, Head.AMOUNT)
_SUMMED = (Head.PAID, Head.AMOUNT, Head.GROSS)
_SIDES = frozenset({"h", "c", "cr", "credit", "haben", "haber", "d", "dr", "debit", "s", "soll", "debe"})
_CREDIT_MARKS, _DEBIT_MARKS = "hc", "ds"


@dataclass(slots=True)
class _Row:
    row: GridRow
    amounts: dict[Head, Decimal]
    document: str
    text: str


class Paying(NamedTuple):
    """What the columns of a row say of the payment it belongs to, as it is written."""

    reference: str
    payer_number: str
    payer: str
    day: str


@dataclass(slots=True)
class SectionLines:
    """What the rows of a table say: lines as written, the total row, and rows of text below."""

    drafts: DraftKeeper = field(default_factory=DraftKeeper)
    total: Decimal | None = None
    texts: list[GridRow] = field(default_factory=list)
    payings: LineKeeper[Paying] = field(default_factory=lambda: LineKeeper(Paying, Paying._fields))
    currencies: list[str] = field(default_factory=list)


def list_amount_texts(section: Section) -> Iterator[str]:
    """List the cells that hold amounts."""
    heads = [head for head in _MONEY if head in section.head.columns]
    return (cell_of(row, section.head, head) for row in section.rows for head in heads)


def list_date_texts(section: Section) -> Iterator[str]:
    """List the cells that hold dates."""
    heads = [head for head in (Head.DOCUMENT_DATE, Head.PAYMENT_DATE) if head in section.head.columns]
    return (cell_of(row, section.head, head) for row in section.rows for head in heads)


def read_lines(
    section: Section, style: WritingStyle, stated: Decimal | None, log: WarningLog
) -> SectionLines:
    """Read the rows of a table; `stated` is the total the advice states elsewhere, when it does."""
    lines = SectionLines()
    facts = _ColumnFacts()
    total: _Row | None = None
    last: _Row | None = None
    owed = _owed_side(section, style, stated)
    for row in _rows(section, style, lines, log, owed):
        if _is_total(row):
            total = row
        elif not _is_part(row):
            if last is not None:
                facts.take(last)
            last = row
    if last is not None and total is None and _is_sum_of(last, facts, stated):
        total = last
    elif last is not None:
        facts.take(last)
    head = section.head
    meaning = _name_amount(head, facts, stated)
    if total is not None:
        _settle_amounts(total, meaning, facts)
        lines.total = _total_of(total)
    seen: set[str] = set()
    said = (Head.PAYMENT_REFERENCE, Head.PAYER_NUMBER, Head.PAYER, Head.PAYMENT_DATE)
    for row in _rows(section, style, SectionLines(), WarningLog(), owed):
        if _is_total(row) or _is_part(row) or (total is not None and row.row is total.row):
            continue
        _settle_amounts(row, meaning, facts)
        lines.drafts.append(_draft(row, head, style, seen))
        lines.payings.append(Paying(*(cell_of(row.row, head, one) for one in said)))
        seen.add(row.document)
    return lines


class _ColumnFacts:
    """What the rows of a table say together. They are read twice and never held: that takes less than their amounts."""

    __slots__ = ("has_amounts", "has_documents", "positive", "sums", "taken_off", "unsigned")

    def __init__(self) -> None:
        self.sums = dict.fromkeys(_SUMMED, ZERO)
        self.unsigned = dict.fromkeys(_SUMMED, ZERO)
        self.taken_off = ZERO
        self.has_amounts = self.has_documents = False
        self.positive: set[Head] = set()

    def take(self, row: _Row) -> None:
        """Add a row."""
        self.has_amounts = self.has_amounts or Head.AMOUNT in row.amounts
        self.has_documents = self.has_documents or bool(row.document)
        is_unsigned = _is_unsigned_row(row)
        for head in _SUMMED:
            amount = row.amounts.get(head)
            if amount is not None:
                self.sums[head] = EXACT.add(self.sums[head], amount)
                if is_unsigned:
                    self.unsigned[head] = EXACT.add(self.unsigned[head], amount)
        for part in _TAKEN_OFF:
            amount = row.amounts.get(part)
            if amount:
                self.taken_off = EXACT.add(self.taken_off, abs(amount))
                if amount > 0:
                    self.positive.add(part)


def _rows(
    section: Section, style: WritingStyle, lines: SectionLines, log: WarningLog, owed: str
) -> Iterator[_Row]:
    read = (_row(row, section.head, style, lines, log, owed) for row in section.rows)
    return (row for row in read if row is not None)


def _owed_side(section: Section, style: WritingStyle, stated: Decimal | None) -> str:
    """Say by which marks invoices stand: credit, as the payer's ledger owes them.

    Where the debits outweigh and no total is stated below zero the marks are those of our ledger: an advice pays.
    """
    if Head.SIDE not in section.head.columns or (stated is not None and stated < 0):
        return _CREDIT_MARKS
    sums = dict.fromkeys((_CREDIT_MARKS, _DEBIT_MARKS), ZERO)
    for row in section.rows:
        side = plain_words(cell_of(row, section.head, Head.SIDE))
        found = (style.amount(cell_of(row, section.head, head)) for head in _SUMMED)
        amount = next((one for one in found if one is not None), None)
        if side in _SIDES and amount is not None and cell_of(row, section.head, Head.DOCUMENT):
            marks = _CREDIT_MARKS if side[0] in _CREDIT_MARKS else _DEBIT_MARKS
            sums[marks] = EXACT.add(sums[marks], amount)
    return _DEBIT_MARKS if sums[_DEBIT_MARKS] > sums[_CREDIT_MARKS] else _CREDIT_MARKS


def _row(
    row: GridRow, head: GridHead, style: WritingStyle, lines: SectionLines, log: WarningLog, owed: str
) -> _Row | None:
    """Read the amounts of a row; a row without any is text, a head said again is nothing."""
    if tuple(row.cells) == head.cells or not any(cell.strip() for cell in row.cells):
        return None
    amounts = {}
    document = cell_of(row, head, Head.DOCUMENT).strip("\"'")
    for meaning in _MONEY:
        if meaning not in head.columns:
            continue
        cell = cell_of(row, head, meaning)
        amount, currency = style.money(cell)
        if amount is not None:
            amounts[meaning] = amount
            lines.currencies += filter(None, (currency,))
        elif any(map(str.isdigit, cell)) and any(map(str.isdigit, document)):
            log.note("AMOUNT_NOT_READ", f"{cell[:40]!r} is no amount.", row.place)
    if not amounts:
        if (
            any(map(str.isdigit, document))
            and len(document) <= _LONGEST_NUMBER
            and not re.search(r"[ :]", document)
        ):
            return _Row(row, {}, document, "")
        lines.texts.append(row)
        return None
    text = " ".join(filter(None, (cell_of(row, head, Head.REASON_TEXT), cell_of(row, head, Head.KIND))))
    if document and (not any(map(str.isdigit, document)) or _TOTAL.match(plain_words(document))):
        document, text = "", f"{document} {text}".strip()
    if not document and not text:
        text = " ".join(
            cell.strip()
            for cell in row.cells
            if any(letter.isalpha() or letter in _SUM_SIGNS for letter in cell) and not is_amount_like(cell)
        )
    side = plain_words(cell_of(row, head, Head.SIDE))
    if side in _SIDES:
        amounts = _signed_by_side(amounts, is_owed=side[0] in owed)
    return _Row(row, amounts, document, text)


def _signed_by_side(amounts: dict[Head, Decimal], *, is_owed: bool) -> dict[Head, Decimal]:
    """Sign what a debit or credit mark beside the row signs."""
    if any(amount < 0 for amount in amounts.values()):
        return amounts
    return amounts if is_owed else {head: -amount if amount else amount for head, amount in amounts.items()}


def _is_total(row: _Row) -> bool:
    if row.document or _is_part(row):
        return False
    is_sign = bool(row.text) and not row.text.strip(f"{_SUM_SIGNS} :=")
    return is_sign or bool(_TOTAL.match(plain_words(row.text)))


def _is_sum_of(row: _Row, above: _ColumnFacts, stated: Decimal | None) -> bool:
    """Say whether the last row pays nothing but sums the rows above: by arithmetic, for it may be called anything."""
    if row.document or not row.amounts or not above.has_documents:
        return False
    words = row.text
    is_taken_off = is_deduction_word(words) or is_discount_word(words) or is_credit_word(words)
    if is_taken_off or any(map(str.isdigit, words)):
        return False
    head = next((head for head in _SUMMED if head in row.amounts), None)
    if head is None:
        return False
    total = above.sums[head]
    if stated is not None and stated == EXACT.add(total, row.amounts[head]) != total:
        return False
    # what is taken off on a row of its own may be written without its minus
    return row.amounts[head] in (total, EXACT.subtract(total, EXACT.multiply(above.unsigned[head], 2)))


def _is_unsigned_row(row: _Row) -> bool:
    return not row.document and (is_deduction_word(row.text) or is_discount_word(row.text))


def _is_part(row: _Row) -> bool:
    return not row.document and bool(_PART.match(plain_words(row.text)))


def _total_of(row: _Row) -> Decimal | None:
    for head in _SUMMED:
        if head in row.amounts:
            return row.amounts[head]
    return None


def _name_amount(head: GridHead, facts: _ColumnFacts, stated: Decimal | None) -> Head:
    """Say whether the column named only `Amount` is what is paid or what it is paid of."""
    if Head.AMOUNT not in head.columns or Head.PAID in head.columns:
        return Head.GROSS
    has_rest = Head.GROSS in head.columns or not {Head.DISCOUNT, Head.DEDUCTION} & head.columns.keys()
    return Head.PAID if has_rest or _is_after(head, facts, stated) else Head.GROSS


def _is_after(head: GridHead, facts: _ColumnFacts, stated: Decimal | None) -> bool:
    """Say whether `Amount` is what is left after discounts: by the total, else by where it stands."""
    if stated is not None and facts.has_amounts:
        if facts.sums[Head.AMOUNT] == stated:
            return True
        if EXACT.subtract(facts.sums[Head.AMOUNT], facts.taken_off) == stated:
            return False
    places = [head.columns[part] for part in _TAKEN_OFF if part in head.columns]
    return head.columns[Head.AMOUNT] > max(places)


def _settle_amounts(row: _Row, meaning: Head, facts: _ColumnFacts) -> None:
    """Name the amount that is only called so, and sign what is taken off: a column without a plus has minus signs."""
    amount = row.amounts.pop(Head.AMOUNT, None)
    if amount is not None:
        row.amounts.setdefault(meaning, amount)
    _turn_taken_off(row, {part for part in _TAKEN_OFF if part not in facts.positive})


def _turn_taken_off(row: _Row, negative: set[Head]) -> None:
    """Bring discount and deduction to plus for less paid, by the arithmetic of the row, else as the column does."""
    amounts = row.amounts
    parts = [part for part in _TAKEN_OFF if amounts.get(part)]
    if not parts:
        return
    if Head.GROSS in amounts and Head.PAID in amounts:
        less = EXACT.subtract(amounts[Head.GROSS], amounts[Head.PAID])
        if exact_sum(amounts[part] for part in parts) == less:
            return
        for turned in ([parts, *([part] for part in parts)]) if len(parts) > 1 else ([parts]):
            signed = {part: -amounts[part] if part in turned else amounts[part] for part in parts}
            if exact_sum(signed.values()) == less:
                amounts.update(signed)
                return
    for part in parts:
        if part in negative and amounts.get(Head.GROSS, ZERO) >= 0:
            amounts[part] = abs(amounts[part])


def _draft(row: _Row, head: GridHead, style: WritingStyle, seen: set[str]) -> DraftLine:
    amounts = row.amounts
    gross, paid = amounts.get(Head.GROSS), amounts.get(Head.PAID)
    discount, deduction = amounts.get(Head.DISCOUNT), amounts.get(Head.DEDUCTION)
    code = cell_of(row.row, head, Head.REASON_CODE)
    order = cell_of(row.row, head, Head.ORDER)
    kind_words = f"{cell_of(row.row, head, Head.KIND)} {row.text}"
    is_own_row = (
        (not row.document and not order)
        or (is_deduction_word(kind_words) and (paid or ZERO) <= 0 and not discount)
        or (row.document in seen and gross is None and bool(deduction or (paid or ZERO) < 0))
        or (gross is None and paid is None and bool(deduction or discount))
    )
    if deduction is None and discount is None and gross is not None and paid is not None and gross != paid:
        is_told_apart = {Head.DISCOUNT, Head.DEDUCTION} & head.columns.keys()
        words = cell_of(row.row, head, Head.REASON_TEXT)
        if is_discount_word(words) and not is_told_apart:
            discount = EXACT.subtract(gross, paid)
        elif code or is_deduction_word(row.text) or (words and not is_told_apart):
            deduction = EXACT.subtract(gross, paid)
    others = [row.row.cells[column].strip() for column in head.others if column < len(row.row.cells)]
    line = AdviceLine(
        document=row.document,
        paid_amount=paid,
        gross_amount=gross,
        discount_amount=discount,
        deduction_amount=deduction,
        reason_code=code,
        reason_text=cell_of(row.row, head, Head.REASON_TEXT) or ("" if row.document else row.text),
        order_number=order,
        document_date=style.day(cell_of(row.row, head, Head.DOCUMENT_DATE)),
        other_numbers=tuple(dict.fromkeys(filter(None, others))),
        place=row.row.place,
    )
    if is_own_row and amounts:
        line = _as_adjustment(_without_words(line), kind_words)
    is_credit = is_credit_word(kind_words) and line.adjustment_kind is AdjustmentKind.NONE
    return DraftLine(line, is_credit=is_credit)


def _without_words(line: AdviceLine) -> AdviceLine:
    """Take `D07 Damaged pallets` for what it is where a document should stand: the reason."""
    if " " not in line.document or line.reason_text or not any(map(str.isalpha, line.document)):
        return line
    return replace(line, document="", reason_text=line.document)


def _as_adjustment(line: AdviceLine, words: str) -> AdviceLine:
    """Make a row that pays no document: its effect on the payment, and what it takes off."""
    taken_off = [amount for amount in (line.discount_amount, line.deduction_amount) if amount is not None]
    paid = line.paid_amount if line.paid_amount is not None else line.gross_amount
    if paid is None and taken_off:
        paid = -abs(exact_sum(taken_off))
    kind = adjustment_kind_of(words)
    less = None if paid is None else (-paid if paid else paid)
    is_discount = kind is AdjustmentKind.DISCOUNT or (line.discount_amount and not line.deduction_amount)
    return replace(
        line,
        paid_amount=paid,
        gross_amount=None,
        discount_amount=less if is_discount else None,
        deduction_amount=None if is_discount else less,
        adjustment_kind=AdjustmentKind.DISCOUNT if is_discount else kind,
    )
