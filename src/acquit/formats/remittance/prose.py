"""Advices written as running text: "wir haben heute überwiesen: RE-2026-004711 1.166,20 abzgl. Skonto 23,80".

The one clever idea: a text is read number by number. What belongs to a document stands between its number and the next;
an amount is what the words before it say it is, and the first that no word claims is what was paid. Whether that one is
before or after the discount beside it, the total decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from acquit.core.money import EXACT
from acquit.formats.remittance.advice import AdjustmentKind, AdviceLine, RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.columns import text_line, under_heads
from acquit.formats.remittance.grid import ROWS_AT_MOST, GridRow, is_head
from acquit.formats.remittance.grid_advices import GridSource, make_advice, read_grid
from acquit.formats.remittance.head_block import HeadBlock
from acquit.formats.remittance.heads import Head, plain_words
from acquit.formats.remittance.prose_words import AMOUNT, INVOICE_WORD, TOTAL_WORD
from acquit.formats.remittance.sayings import Said, say
from acquit.formats.remittance.settling import DraftKeeper, DraftLine, sum_paid
from acquit.formats.remittance.wording import is_discount_word
from acquit.formats.remittance.writing_style import DATE, WritingStyle, find_style
from acquit.formats.statements import WarningLog, exact_sum

ZERO = Decimal(0)
_SENTENCES_AT_MOST = 3_000
_LINE_LONGEST = 1_000
_FACTS_LONGEST = 300
_GOES_ON = re.compile(r"[^\W\d_A-Z][^.:;!?]*")
_BROKEN_FROM = 30  # characters: a shorter line was not broken, it ended
_QUOTED = re.compile(
    r"^(?:-{2,} ?(?:original|forwarded|ursprungliche|weitergeleitete|message|mensaje|messaggio|oorspronkelijk)"
    r"|_{10,}|(?:am|on|le|el|il|op|em)\b.{4,120}(?:schrieb|wrote|a ecrit|escribio|ha scritto|schreef|escreveu)\b"
    r"|(?:von|from|de|da|van) (?:.{0,80}@|\".{1,80}<))"
)
_CLOSING = re.compile(
    r"^(?:mit (?:freundlichen|besten) grussen|freundliche grusse|beste grusse|viele grusse|mfg|kind regards"
    r"|best regards"
    r"|regards|yours (?:sincerely|faithfully)|sincerely|cordialement|bien cordialement|salutations|saludos|un saludo"
    r"|atentamente|cordiali saluti|distinti saluti|met vriendelijke groet\w*|groeten|cumprimentos|atenciosamente"
    r"|com os melhores cumprimentos|many thanks|thanks and regards|z powazaniem|pozdrawiam\w*|s pozdravem"
    r"|med vanlig\w* halsning\w*|med venlig hilsen|venlig hilsen|ystavallisin terveisin|udvozlettel)\b"
)
_DIVIDER = re.compile(r"\t|\s*\|\s*")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a text and where it stands."""

    place: str
    text: str


def guard_lines(lines: Iterable[TextLine], file: str) -> list[TextLine]:
    """Take the lines of a text. Refuses (`UnreadableAdvice`, TOO_LARGE) more than one advice may have."""
    taken: list[TextLine] = []
    for line in lines:
        if len(taken) == ROWS_AT_MOST:
            raise UnreadableAdvice(
                f"the text has more than {ROWS_AT_MOST:,} lines",
                code="TOO_LARGE",
                file=file,
                place=line.place,
                mend="Divide it into several files, or ask the sender for the advice as a table.",
            )
        taken.append(line)
    return taken


def split_signature(lines: Sequence[TextLine]) -> tuple[list[TextLine], list[TextLine]]:
    """Divide a mail's text: what the sender says now, and the signature; quoted mails are left out."""
    said: list[TextLine] = []
    for at, line in enumerate(lines):
        text = line.text.strip()
        if text.startswith(">"):
            continue
        words = plain_words(text[:160])
        if _QUOTED.search(words) or _QUOTED.search(text.casefold()[:160]):
            break
        if line.text.rstrip() == "--" or _CLOSING.search(words):
            rest = [other for other in lines[at : at + 25] if not other.text.startswith(">")]
            return said, rest
        said.append(line)
    return said, []


def read_text(lines: Sequence[TextLine], source: GridSource) -> Iterator[RemittanceAdvice]:
    """Give the advices of a text: a table set with blanks or bars, else what its sentences say."""
    kept = [line for line in lines if len(line.text) <= _LINE_LONGEST]
    if sum("|" in line.text or "\t" in line.text for line in kept) * 3 > len(kept):
        rows = [GridRow(line.place, _DIVIDER.split(line.text.strip().strip("|"))) for line in kept]
    else:
        rows = under_heads([text_line(line.place, line.text) for line in kept])
    if any(is_head(row.cells) for row in rows):
        advices = list(read_grid(rows, source))
        if advices:
            yield from advices
            return
    if len(lines) > _SENTENCES_AT_MOST:
        raise UnreadableAdvice(
            f"it says more than {_SENTENCES_AT_MOST:,} sentences and holds no table of documents and amounts",
            code="TOO_LARGE",
            file=source.place or source.format,
            place=lines[_SENTENCES_AT_MOST].place,
            mend="Ask the sender for the advice as a table.",
        )
    advice = _read_sentences(lines, source)
    if advice is not None:
        yield advice


def _read_sentences(lines: Sequence[TextLine], source: GridSource) -> RemittanceAdvice | None:
    block = HeadBlock()
    said: list[Said] = []
    totals: list[str] = []
    is_listing = False
    for line in _rejoined(lines):
        text = line.text.strip()[:_LINE_LONGEST]
        found, sums = say(text, line.place, is_listing=is_listing)
        totals += sums
        words = plain_words(text[:300])
        is_listing = bool(INVOICE_WORD.search(words)) or (is_listing and bool(found))
        if found:
            said += found
            if len(text) <= _FACTS_LONGEST:  # its labels mean the documents
                block.take_currencies_and_accounts(text)
        elif block.take_text(text):
            continue
        elif TOTAL_WORD.search(words):
            totals += [match.group() for match in AMOUNT.finditer(text)]
            block.days += DATE.findall(text)
    said, more = _without_payment_numbers(_without_echoes(said), block)
    totals += more
    _take_off_brackets(said)
    if not any(one.document for one in said):
        return None
    if source.around is not None:
        block.add(source.around)
    log = WarningLog()
    amounts = [
        amount for one in said for amount in (*one.free, one.gross, one.paid, one.discount, one.deduction)
    ]
    stated_text = block.get(Head.TOTAL) or (totals[0] if totals else "")
    dates = [*block.days, block.get(Head.PAYMENT_DATE), *(day for one in said for day in one.days)]
    style = find_style([*amounts, stated_text], dates, log)
    total, currency = style.money(stated_text)
    drafts = _choose_drafts(said, style, total, log)
    currencies = [code for code in (currency, *(style.money(amount)[1] for amount in amounts)) if code]
    return make_advice(source, block, style, DraftKeeper(drafts), total, currencies, log)


def _rejoined(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Join a sentence that was broken between a document and its first amount: the rest begins with a small letter."""
    held: TextLine | None = None
    for line in lines:
        text = line.text.strip()
        amount = AMOUNT.search(text)
        if held is not None and amount is not None and _GOES_ON.fullmatch(text[: amount.start()]):
            yield TextLine(held.place, f"{held.text.strip()} {text}")
            held = None
            continue
        if held is not None:
            yield held
        is_open = (
            len(text) >= _BROKEN_FROM and text[-1] not in ".:;!?" and not AMOUNT.search(DATE.sub("", text))
        )
        held = line if is_open and INVOICE_WORD.search(plain_words(text[:300])) else None
        if held is None:
            yield line
    if held is not None:
        yield held


def _without_payment_numbers(said: Sequence[Said], block: HeadBlock) -> tuple[list[Said], list[str]]:
    """Give to the payment the numbers that are called its own, with what it is over, where other documents stand."""
    if not any(one.document and not one.is_of_payment for one in said):
        return list(said), []
    own = [one for one in said if one.is_of_payment]
    for one in own:
        block.take_reference(one.document)
    return [one for one in said if not one.is_of_payment], [amount for one in own for amount in one.free[:1]]


def _take_off_brackets(said: Sequence[Said]) -> None:
    """Take brackets for the sentence's where the amount of every document has them: a minus would be of a few."""
    telling = [one for one in said if one.document and one.is_telling]
    if all(one.is_bracketed for one in telling):
        for one in telling:
            one.free = [amount.strip("()") for amount in one.free]
            one.gross, one.paid = one.gross.strip("()"), one.paid.strip("()")


def _without_echoes(said: Sequence[Said]) -> list[Said]:
    """Leave out what names a document again and says nothing of it: a subject, a memo, a closing sentence."""
    known = {one.document for one in said if one.is_telling}
    kept = []
    for one in said:
        if one.is_telling or one.document not in known:
            kept.append(one)
            known.add(one.document)
    return kept


def _choose_drafts(
    said: Sequence[Said], style: WritingStyle, total: Decimal | None, log: WarningLog
) -> list[DraftLine]:
    """Take the free amount for what was paid, or for what the discount was taken off, as the total has it."""
    after = [_draft(one, style, is_after=True) for one in said]
    if not any(
        one.free and (one.discount or one.deduction) and not one.paid and not one.gross for one in said
    ):
        return after
    before = [_draft(one, style, is_after=False) for one in said]
    if total is not None and sum_paid(after) != total and sum_paid(before) == total:
        return before
    if total is None:
        log.note(
            "AMOUNT_BEFORE_OR_AFTER",
            "Whether amounts stand before or after what is taken off is not said; they are read as paid.",
            said[0].place,
        )
    return after


def _draft(one: Said, style: WritingStyle, *, is_after: bool) -> DraftLine:
    read = [(style.amount(amount), beside) for amount, beside in zip(one.free, one.beside, strict=True)]
    free = [(amount, beside) for amount, beside in read if amount is not None]
    gross, paid = style.amount(one.gross), style.amount(one.paid)
    discount, deduction = _less(style.amount(one.discount)), _less(style.amount(one.deduction))
    words = one.words
    if one.kind is not AdjustmentKind.NONE:
        return DraftLine(_adjustment(one, free[0][0] if free else None))
    if len(free) >= 2 and gross is None and paid is None:
        gross, paid = free[0][0], free[-1][0]
        less = exact_sum(_less(amount) or ZERO for amount, _ in free[1:-1])
        if paid < 0 < gross and discount is None and deduction is None:
            paid, less, free = None, _less(paid) or ZERO, [*free, free[-1]]
        if less and discount is None and deduction is None and paid in {None, EXACT.subtract(gross, less)}:
            discount, deduction, words = _taken_off(free[1:-1], before=free[0][1])
    elif free:
        first = free[0][0]
        is_paid = paid is None and (is_after or not (discount or deduction) or gross is not None)
        paid, gross = (first, gross) if is_paid else (paid, gross if gross is not None else first)
    line = AdviceLine(
        document=one.document,
        paid_amount=paid,
        gross_amount=gross,
        discount_amount=discount,
        deduction_amount=deduction,
        reason_text=words if deduction is not None else "",
        document_date=next(filter(None, map(style.day, one.days)), None),
        place=one.place,
    )
    return DraftLine(line, is_credit=one.is_credit)


def _taken_off(
    amounts: Sequence[tuple[Decimal, str]], before: str
) -> tuple[Decimal | None, Decimal | None, str]:
    """Give discount, deduction and reason of what stands between gross and paid: a code or words make a deduction.

    They stand behind their amount, or `before` it.
    """
    if len(amounts) == 1 and not amounts[0][1]:
        amounts = [(amounts[0][0], before)]
    discounts = [abs(amount) for amount, words in amounts if not words or is_discount_word(words)]
    named = [(abs(amount), words) for amount, words in amounts if words and not is_discount_word(words)]
    return (
        exact_sum(discounts) if discounts else None,
        exact_sum(amount for amount, _ in named) if named else None,
        " ".join(words for _, words in named),
    )


def _less(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else abs(amount)


def _adjustment(one: Said, amount: Decimal | None) -> AdviceLine:
    less = _less(amount)
    line = AdviceLine(
        paid_amount=None if less is None else -less,
        reason_text=one.words,
        adjustment_kind=one.kind,
        place=one.place,
    )
    if one.kind is AdjustmentKind.DISCOUNT:
        return replace(line, discount_amount=less)
    return replace(line, deduction_amount=less)
