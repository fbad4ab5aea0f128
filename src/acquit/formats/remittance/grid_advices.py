"""Advices made of a grid: the tables found in it, the facts around them, the signs settled by the total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain

from acquit.formats.remittance.advice import RemittanceAdvice
from acquit.formats.remittance.grid import GridRow, Section, cell_of, find_sections
from acquit.formats.remittance.grid_lines import SectionLines, list_amount_texts, list_date_texts, read_lines
from acquit.formats.remittance.head_block import HeadBlock, find_currencies, read_block
from acquit.formats.remittance.heads import Head
from acquit.formats.remittance.settling import DraftKeeper, settle_lines, sum_paid
from acquit.formats.remittance.writing_style import WritingStyle, find_style
from acquit.formats.statements import WarningLog, exact_sum


@dataclass(frozen=True, slots=True)
class GridSource:
    """Where a grid came from, and what was said around it (in the mail it came with)."""

    format: str
    place: str = ""
    is_typed: bool = False
    by_content: bool = False
    around: HeadBlock | None = None


def read_grid(rows: Sequence[GridRow], source: GridSource) -> Iterator[RemittanceAdvice]:
    """Give the advices of a grid, none when it holds no table of documents and amounts."""
    groups: list[list[Section]] = []
    for section in find_sections(rows, by_content=source.by_content):
        if section.is_continued and groups:
            groups[-1].append(section)
        else:
            groups.append([section])
    for sections in groups:
        yield from _advices_of(sections, source)


def _advices_of(sections: Sequence[Section], source: GridSource) -> Iterator[RemittanceAdvice]:
    """Give the advices of tables that belong together: one, or one for each payment a column names."""
    log = WarningLog()
    section = sections[0]
    block = section.block
    for more in sections[1:]:
        block.add(more.block)
    style = _style(sections, block, source, log)
    stated = style.amount(block.get(Head.TOTAL)) if block.get(Head.TOTAL) else None
    parts = [read_lines(one, style, stated, log) for one in sections]
    lines = _joined(parts)
    block.add(read_block(row.cells for row in lines.texts))
    if source.around is not None:
        block.add(source.around)
    if stated is None and block.get(Head.TOTAL):
        stated = style.amount(block.get(Head.TOTAL))
    if not lines.drafts:
        return
    for table in sections:
        lines.currencies += _column_currencies(table)
    payments = _places_by_payment(lines)
    if len(payments) > 1:
        drafts, payings = list(lines.drafts), list(lines.payings)
        for places in payments:
            one = SectionLines(currencies=lines.currencies)
            one.drafts.extend(drafts[at] for at in places)
            one.payings.extend(payings[at] for at in places)
            yield _advice(section.block, source, style, one, None, log)
        return
    total = _choose_total(lines, [part.total for part in parts], stated)
    yield _advice(section.block, source, style, lines, total, log)


def _places_by_payment(lines: SectionLines) -> list[list[int]]:
    """Divide lines by the payment a column names; those without any name are one payment."""
    found: dict[str, list[int]] = {}
    for at, reference in enumerate(lines.payings.values("reference")):
        found.setdefault(reference, []).append(at)
    return list(found.values()) if sum(map(bool, found)) > 1 else [[]]


def _joined(parts: Sequence[SectionLines]) -> SectionLines:
    if len(parts) == 1:
        return parts[0]
    joined = SectionLines()
    for part in parts:
        joined.drafts.extend(part.drafts)
        joined.texts += part.texts
        joined.payings.extend(part.payings)
        joined.currencies += part.currencies
    return joined


def _choose_total(
    lines: SectionLines, totals: Sequence[Decimal | None], stated: Decimal | None
) -> Decimal | None:
    """Choose the total of the payment: of one table its own; of several the one their lines sum to, else the last."""
    own = [total for total in totals if total is not None]
    if len(totals) == 1:
        return own[0] if own else stated
    reached = sum_paid(lines.drafts)
    candidates = [*own[::-1], *([] if stated is None else [stated])]
    if len(own) == len(totals):
        candidates.append(exact_sum(own))
    if reached in candidates:
        return reached
    return stated if stated is not None else next(iter(candidates), None)


def _style(
    sections: Sequence[Section], block: HeadBlock, source: GridSource, log: WarningLog
) -> WritingStyle:
    around = source.around or HeadBlock()
    amounts = chain(
        chain.from_iterable(map(list_amount_texts, sections)), (block.get(Head.TOTAL), around.get(Head.TOTAL))
    )
    dates = chain(
        chain.from_iterable(map(list_date_texts, sections)),
        (block.get(Head.PAYMENT_DATE), around.get(Head.PAYMENT_DATE)),
        block.days,
    )
    currency = next(iter(block.currencies), "")
    return find_style(amounts, dates, log, typed_numbers=source.is_typed, currency=currency)


def _advice(
    block: HeadBlock,
    source: GridSource,
    style: WritingStyle,
    lines: SectionLines,
    total: Decimal | None,
    log: WarningLog,
) -> RemittanceAdvice:
    made = make_advice(source, block, style, lines.drafts, total, lines.currencies, log)
    days = filter(None, (style.day(paying.day) for paying in lines.payings))
    return replace(
        made,
        payment_reference=_only(paying.reference for paying in lines.payings) or made.payment_reference,
        payer_name=made.payer_name or _only(paying.payer for paying in lines.payings),
        payer_number=_only(paying.payer_number for paying in lines.payings) or made.payer_number,
        payment_date=next(days, None) or made.payment_date,
    )


def _only(texts: Iterable[str]) -> str:
    """Give the one text that is said; none of several."""
    said = {text for text in texts if text}
    return said.pop() if len(said) == 1 else ""


def make_advice(
    source: GridSource,
    block: HeadBlock,
    style: WritingStyle,
    drafts: DraftKeeper,
    total: Decimal | None,
    currencies: Sequence[str],
    log: WarningLog,
) -> RemittanceAdvice:
    """Make an advice of its lines as they are written and of the facts said around them."""
    place = source.place or next(iter(drafts)).line.place
    settled, total = settle_lines(drafts, total, log, place)
    payee = block.get(Head.PAYEE)
    names = [name for name in dict.fromkeys(block.names) if name != payee]
    reference = block.get(Head.PAYMENT_REFERENCE)
    days = filter(None, map(style.day, (block.get(Head.PAYMENT_DATE), *block.days)))
    return RemittanceAdvice(
        format=source.format,
        advice_number=block.get(Head.ADVICE_NUMBER),
        payer_name=block.get(Head.PAYER) or next(iter(names), ""),
        payer_number=block.get(Head.PAYER_NUMBER),
        payer_iban="".join(next(iter(block.ibans), "").split()),
        payee=payee,
        payment_reference=reference,
        payment_date=next(days, None),
        currency=_currency(block, currencies),
        total_amount=total,
        lines=settled,
        warnings=log.warnings(),
        place=place,
        other_numbers=tuple(number for number in dict.fromkeys(block.other_numbers) if number != reference),
    )


def _column_currencies(section: Section) -> list[str]:
    cells = (cell_of(row, section.head, Head.CURRENCY).upper() for row in section.rows)
    named = [code for code in cells if len(code) == 3 and code.isalpha()]
    return named or [code for cell in section.head.cells for code in find_currencies(cell)]


def _currency(block: HeadBlock, currencies: Sequence[str]) -> str:
    """Give the one currency that is named, in the column, beside amounts or in the block; none of several."""
    if block.get(Head.CURRENCY):
        return block.get(Head.CURRENCY)
    for named in (currencies, block.currencies):
        found = set(named)
        if len(found) == 1:
            return found.pop()
    return ""
