"""Advices written as running text: "wir haben heute überwiesen: RE-2026-004711 1.166,20 abzgl. Skonto 23,80".

The one clever idea: a text is read number by number. What belongs to a document stands between its number and the next;
an amount is what the words before it say it is, and the first that no word claims is what was paid. Whether that one is
before or after the discount beside it, the total decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from acquit.core.money import EXACT
from acquit.formats.remittance.advice import AdjustmentKind, AdviceLine, RemittanceAdvice, UnreadableAdvice
from acquit.formats.remittance.columns import text_line, under_heads
from acquit.formats.remittance.grid import ROWS_AT_MOST, GridRow, is_head
from acquit.formats.remittance.grid_advices import GridSource, make_advice, read_grid
from acquit.formats.remittance.head_block import HeadBlock
from acquit.formats.remittance.heads import Head, plain_words
from acquit.formats.remittance.settling import DraftKeeper, DraftLine, sum_paid
from acquit.formats.remittance.wording import (
    adjustment_kind_of,
    is_credit_word,
    is_deduction_word,
    is_discount_word,
    is_fee_word,
)
from acquit.formats.remittance.writing_style import DATE, WritingStyle, find_style
from acquit.formats.statements import WarningLog, exact_sum

ZERO = Decimal(0)
_SENTENCES_AT_MOST = 3_000
_LINE_LONGEST = 1_000
_FACTS_LONGEST = 300
_AMOUNT = re.compile(
    r"(?<![\w.,/-])(?:[-+(]\s?)?(?:(?:EUR|USD|GBP|CHF|CAD|PLN|SEK|DKK|NOK|CZK|HUF)\s?|[€$£]\s?)?[-+]?"
    r"(?:[0-9]{1,3}(?:[.,'\u00a0\u202f ][0-9]{3})+|[0-9]{1,12})[.,][0-9]{2}(?![0-9])-?\)?"
    r"(?:\s?(?:EUR|USD|GBP|CHF|CAD|PLN|SEK|DKK|NOK|CZK|HUF)\b|\s?[€$£])?(?![\w/]|[.,-][0-9])"
    r"|(?<![\w.,/-])(?:(?:EUR|USD|GBP|CHF)\s?|[€$£]\s?)[0-9]{1,9}(?![\w.,/-])"
    r"|(?<![\w.,/-])[0-9]{1,7}\s?(?:EUR\b|USD\b|GBP\b|CHF\b|€|\$|£)(?!\s?[0-9])"
)
_NUMBER = re.compile(
    r"(?<![\w@./-])(?:[A-Z]{1,5} )?[A-Za-z]{0,8}[-/_.]?[0-9](?:[\w]|[-/_.](?=\w))*", re.UNICODE
)
_PREFIX = re.compile(r"^([A-Z]{1,5}) ")
_NO_PREFIX = frozenset({
    "AM", "AND", "BIC", "BOX", "CHF", "DE", "ET", "EUR", "FAX", "GBP", "HRB", "IBAN", "ID", "NO", "NR", "NUM", "OF",
    "PLZ", "PO", "REF", "TEL", "TO", "UM", "UND", "USD", "UST", "VAT", "Y",
})  # fmt: skip
_NO_NUMBER = re.compile(
    r"(?:tel|telefon|phone|fax|mobil\w*|iban|bic|swift|hrb|ust id\w*|vat\w*|steuernummer|siret|siren|cif|nif|kvk|btw"
    r"|p iva|partita iva|kunden\w*|customer|client|cliente|klant\w*|vendor|lieferant\w*|kreditor\w*|blz|plz"
    r"|str|strasse|street|rue|calle|via|straat|rua|code postal|account|konto\w*|cuenta|compte|conto|rekening)"
    r"(?: (?:nr|no|number|nummer|numero|id|num))?$"
)
_INVOICE_WORD = re.compile(
    r"\b(?:invoices?|inv|rechnung\w*|rg|re|factures?|facturas?|fatture?|fattura|factu\w*|faturas?"
    r"|gutschrift\w*|credit|avoirs?|abonos?|beleg\w*|documents?|note?s?|faktur\w*|lasku\w*|szamla\w*)\b"
)
_GROSS_WORD = re.compile(
    r"\b(?:brutto\w*|gross|brut|bruto|lordo|statt|instead of|rechnungsbetrag|invoice amount|original)\b"
)
_PAID_WORD = re.compile(
    r"\b(?:zahlbetrag|gezahlt|bezahlt|paid|net|netto|paye|pagado|pagato|betaald|pago|verbleib\w*|zaplacon\w*"
    r"|uhrazen\w*|zaplacen\w*|betalt|betalat)\b"
)
_TOTAL_WORD = re.compile(
    r"\b(?:total\w*|summe|gesamt\w*|insgesamt|somme|suma|soma|totaal\w*|uberwiesen\w*|uberweisung\w*"
    r"|uberweisen|zahlung\w*"
    r"|zahlbetrag|transfer\w*|payment|paid|remitted|remitting|virement|paiement|regle|reglement|vire|transferid\w*"
    r"|transferencia"
    r"|pago|pagamento|bonifico|bonificat\w*|betaling|overgemaakt|pagado|pagato|betaald|importe|importo|montant|betrag"
    r"|amount|bedrag|valor|versement|razem|lacznie|ogolem|kwot\w*|przela\w*|przelew\w*|zaplac\w*|celkem"
    r"|uhrad\w*|castk\w*|summa|belopp|belob|belop|betalt|betalat|betalning\w*|overfort|yhteensa|maksu\w*)\b"
)
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
_NOT_DIGIT = re.compile(r"[^0-9]")
_SIGNS = str.maketrans(dict.fromkeys("(),;:=", " "))
_DIVIDER = re.compile(r"\t|\s*\|\s*")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a text and where it stands."""

    place: str
    text: str


@dataclass(slots=True)
class _Said:
    """What the text says of one document, or of an adjustment of its own."""

    document: str
    place: str
    free: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    gross: str = ""
    paid: str = ""
    discount: str = ""
    deduction: str = ""
    words: str = ""
    days: list[str] = field(default_factory=list)
    kind: AdjustmentKind = AdjustmentKind.NONE
    is_credit: bool = False

    @property
    def is_telling(self) -> bool:
        """Whether it says more than the document's number."""
        return bool(self.free or self.paid or self.gross or self.discount or self.deduction)


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
    said: list[_Said] = []
    totals: list[str] = []
    is_listing = False
    for line in lines:
        text = line.text.strip()[:_LINE_LONGEST]
        found, sums = _say(text, line.place, is_listing=is_listing)
        totals += sums
        words = plain_words(text[:300])
        is_listing = bool(_INVOICE_WORD.search(words)) or (is_listing and bool(found))
        if found:
            said += found
            if len(text) <= _FACTS_LONGEST:  # its labels mean the documents
                block.take_currencies_and_accounts(text)
        elif block.take_text(text):
            continue
        elif _TOTAL_WORD.search(words):
            totals += [match.group() for match in _AMOUNT.finditer(text)]
            block.days += DATE.findall(text)
    said = _without_echoes(said)
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


def _without_echoes(said: Sequence[_Said]) -> list[_Said]:
    """Leave out what names a document again and says nothing of it: a subject, a memo, a closing sentence."""
    known = {one.document for one in said if one.is_telling}
    kept = []
    for one in said:
        if one.is_telling or one.document not in known:
            kept.append(one)
            known.add(one.document)
    return kept


def _say(text: str, place: str, *, is_listing: bool) -> tuple[list[_Said], list[str]]:
    """Read what one line says of documents and adjustments, and one amount that is of several documents."""
    masked = DATE.sub(lambda match: " " * len(match.group()), text)
    amounts = [
        (match.start(), match.end(), _unbracketed(match.group())) for match in _AMOUNT.finditer(masked)
    ]
    for start, end, _ in amounts:
        masked = masked[:start] + " " * (end - start) + masked[end:]
    words = plain_words(text[:300])
    numbers = [number for number in _numbers(masked) if amounts or is_listing or _INVOICE_WORD.search(words)]
    numbers = [number for number in numbers if number is numbers[0] or not _is_code(number, amounts)]
    if not numbers:
        return _say_adjustment(text, words, amounts, place), []
    sums = [amounts[0][2]] if len(numbers) > 1 and len(amounts) == 1 else []
    if sums:
        amounts = []
    said = []
    for at, (start, end, document) in enumerate(numbers):
        until = numbers[at + 1][0] if at + 1 < len(numbers) else len(text)
        one = _Said(document, place, is_credit=is_credit_word(text[max(0, start - 30) : start] + document))
        one.days = DATE.findall(text[end:until])
        within = [(start, end, "")] + [found for found in amounts if end <= found[0] < until]
        for (_, before, _), (at_amount, after, amount) in pairwise(within):
            following = next((found[0] for found in within if found[0] >= after), until)
            _take_amount(one, text[before:at_amount], amount, text[after:following])
        if len(numbers) == 1 and not one.free and not one.paid:
            one.free += [amount for _, amount_end, amount in amounts if amount_end <= start][:1]
            one.beside += [""] * len(one.free)
        said.append(one)
    return said, sums


def _is_code(number: tuple[int, int, str], amounts: Sequence[tuple[int, int, str]]) -> bool:
    """Say whether a number stands among three amounts of one document: it is the code of what is taken off."""
    start, end, _ = number
    before = [amount for _, until, amount in amounts if until <= start]
    after = [amount for begin, _, amount in amounts if begin >= end]
    around = ([*before[-2:], *after[:1]], [*before[-1:], *after[:2]])
    for three in around:
        cents = [int(_NOT_DIGIT.sub("", amount)) for amount in three]
        if len(cents) == 3 and cents[0] - cents[1] == cents[2]:
            return True
    return False


def _unbracketed(amount: str) -> str:
    """Take off a bracket that belongs to the sentence; two are a minus."""
    return amount if ("(" in amount) == (")" in amount) else amount.strip("()")


def _numbers(masked: str) -> list[tuple[int, int, str]]:
    found = []
    for match in _NUMBER.finditer(masked):
        text = match.group().rstrip(".-/_")
        start = match.start()
        prefix = _PREFIX.match(text)
        if prefix is not None and prefix[1] in _NO_PREFIX:
            start += len(prefix[0])
            text = text[len(prefix[0]) :]
        digits = sum(map(str.isdigit, text))
        before = plain_words(masked[max(0, start - 30) : start])
        if (
            digits < 3
            or len(text) > 40
            or _NO_NUMBER.search(before)
            or masked[match.end() : match.end() + 1] == "@"
        ):
            continue
        found.append((start, start + len(text), text))
    return found


def _take_amount(one: _Said, before: str, amount: str, after: str) -> None:
    """Give an amount the meaning of the words before it."""
    words = plain_words(before)
    if is_discount_word(words) and not one.discount:
        one.discount = amount
    elif (is_deduction_word(words) or is_fee_word(words)) and not one.deduction:
        one.deduction = amount
        one.words = " ".join(f"{before} {after}".translate(_SIGNS).split())
    elif _GROSS_WORD.search(words) and not one.gross:
        one.gross = amount
    elif _PAID_WORD.search(words) and not one.paid:
        one.paid = amount
    else:
        one.free.append(amount)
        said = " ".join(DATE.sub(" ", after).translate(_SIGNS).split())
        is_rate = "%" in said and not any(map(str.isalpha, said))
        one.beside.append("" if is_rate else said)


def _say_adjustment(
    text: str, words: str, amounts: Sequence[tuple[int, int, str]], place: str
) -> list[_Said]:
    if len(amounts) != 1 or not (is_discount_word(words) or is_deduction_word(words) or is_fee_word(words)):
        return []
    start, end, amount = amounts[0]
    rest = f"{text[:start]} {text[end:]}".strip(" ,;:.-()")
    said = " ".join(rest.split())
    return [_Said("", place, free=[amount], beside=[""], words=said, kind=adjustment_kind_of(words))]


def _choose_drafts(
    said: Sequence[_Said], style: WritingStyle, total: Decimal | None, log: WarningLog
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


def _draft(one: _Said, style: WritingStyle, *, is_after: bool) -> DraftLine:
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


def _adjustment(one: _Said, amount: Decimal | None) -> AdviceLine:
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
