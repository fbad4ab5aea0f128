"""What stands around the lines of an advice: who pays, when, under which reference, how much in all.

The one clever idea: a label is believed only with a value of its kind beside it (a day beside a date's label, a digit
in a number), so running text that happens to use the words fills nothing. Of two values the plainer label's counts.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from acquit.core.references import is_iban
from acquit.formats.remittance.heads import Head, label_of, plain_words
from acquit.formats.remittance.writing_style import find_dates, is_amount_like

_TEXT_LONGEST = 300
_NUMBER_LONGEST = 60
_DIGITS_OF_A_VALUE = 3  # a word with so many is a value already, and no label goes beyond it
_ROWS_ASKED = 150  # on either side of a long text between the lines: facts stand at its beginning or its end
_CELLS_ASKED = 60
_LEGAL_FORM = re.compile(
    r"(?<!\w)(?:GmbH|mbH|AG|KG|KGaA|OHG|UG|SE|e\.?K\.?|Ltd\.?|Limited|PLC|plc|LLP|LLC|Inc\.?|Corp\.?|Co\."
    r"|S\.?A\.?S?\.?"
    r"|SARL|S\.?à\.?r\.?l\.?|S\.?L\.?U?\.?|S\.?p\.?A\.?|S\.?r\.?l\.?|B\.?V\.?|N\.?V\.?|Lda\.?|Unipessoal|A/S|AB|AS|Oy"
    r"|Sp\. z o\.?o\.?|s\.r\.o\.|a\.s\.|Kft\.?|d\.o\.o\.)(?!\w)"
)
_TITLE = re.compile(
    r"(?:remittance(?: advice)?|payment advice|zahlungsavis\w*|zahlungsmitteilung|avis de (?:paiement|virement"
    r"|reglement|règlement)"
    r"|aviso de (?:pago|pagamento)|avviso di (?:pagamento|bonifico)|distinta di pagamento|zahlungsanzeige"
    r"|betaaladvies|betalingsadvies"
    r"|betalingsspecificatie|betaalspecificatie|awizo(?: płatności| przelewu)?|avizo(?: o platbě| platby)?"
    r"|betalningsavi|betalingsavis|maksuilmoitus|avis)"
    r"\s*(?:nr\.?|no\.?|n[°º]|number|num\.?|nummer|#|:)*\s*([A-Z0-9][A-Z0-9./_-]*[0-9][A-Z0-9./_-]*)",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"(?<![A-Z])(EUR|USD|GBP|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|JPY|CNY|INR|BRL|MXN|ZAR)(?![A-Z])"
)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])")
#: Words before an account that make it the one paid to, which is ours.
_PAID_TO = re.compile(
    r"\b(?:ihr(?:e|em|er)?|your|votre|sua?|vuestra|vostro|uw|payee|beneficiary|empfanger\w*|zahlungsempfanger\w*|begunstigt\w*"
    r"|beneficiaire|beneficiario|credit account)\b(?: \w+){0,4}$"
)
_NUMBERS = {
    Head.ADVICE_NUMBER,
    Head.PAYER_NUMBER,
    Head.PAYMENT_REFERENCE,
    Head.OWN_NUMBER,
}
_NAMES = {Head.PAYER, Head.PAYEE}
_TOTALS = {Head.TOTAL, Head.PAID, Head.AMOUNT}
_DAYS = {Head.PAYMENT_DATE, Head.DOCUMENT_DATE}
_OF_A_PAYMENT = (
    Head.ADVICE_NUMBER,
    Head.PAYMENT_REFERENCE,
    Head.PAYMENT_DATE,
    Head.PAYER,
    Head.PAYER_NUMBER,
)
_SUBTOTAL = re.compile(r"\b(?:zwischensumme|sub ?total|ubertrag|sous total|carried|subtotaal|parziale)\b")


@dataclass(slots=True)
class HeadBlock:
    """The facts around the lines, as they are written, each with how plainly it was labelled."""

    said: dict[Head, tuple[str, int]] = field(default_factory=dict)
    other_numbers: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    ibans: list[str] = field(default_factory=list)

    def get(self, head: Head) -> str:
        """Give what was said of a fact, empty when nothing was."""
        return self.said.get(head, ("", 0))[0]

    def is_of_another(self, other: HeadBlock) -> bool:
        """Say whether this block speaks of another payment: a letterhead repeated on the next page does not."""
        return any(self.get(head) and self.get(head) != other.get(head) for head in _OF_A_PAYMENT)

    def take_row(self, cells: Sequence[str]) -> None:
        """Take a row beside the table: labels and values in cells, or in one cell."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        named = label_of(filled[0].rstrip(":")) if len(filled) > 2 else None
        if named is not None and named.head in _NAMES and not any(map(str.isalpha, filled[1])):
            del filled[1]  # a number stands between the label and the name
        at = 0
        while at < len(filled):
            if at + 1 < len(filled) and self._take_pair(filled[at], filled[at + 1]):
                at += 2
                continue
            if find_dates(filled[at]) == [filled[at]]:
                self.days.append(filled[at])
            self.take_text(filled[at])
            at += 1

    def take_text(self, text: str) -> bool:
        """Take a line of text: `label: value`, a title with a number, a name, an account, a currency.

        Says whether the line was a fact and so no line of the table.
        """
        text = " ".join(text.split())
        if not text or len(text) > _TEXT_LONGEST:
            return False
        self.take_currencies_and_accounts(text)
        title = _TITLE.search(text)
        if title is not None:
            self._say(Head.ADVICE_NUMBER, title[1].rstrip(".-/"), 2)
            self.days += find_dates(text)
        label, colon, value = text.partition(":")
        if (colon and self._take_pair(label, value.strip())) or self._take_unmarked(text):
            return True
        if title is None and _LEGAL_FORM.search(text) and len(text) <= 100 and not is_amount_like(text):
            self.names.append(value.strip() if colon and has_legal_form(value) else text)
        return title is not None

    def take_reference(self, number: str) -> None:
        """Take a number that a sentence calls the payment's own."""
        self._say(Head.PAYMENT_REFERENCE, number, 2)

    def take_currencies_and_accounts(self, text: str) -> None:
        """Take the currencies and accounts a text names, whatever else it says."""
        self.currencies += find_currencies(text)
        self.ibans += [
            match.group()
            for match in _IBAN.finditer(text)
            if is_iban(match.group()) and not _PAID_TO.search(plain_words(text[: match.start()][-60:]))
        ]

    def _take_unmarked(self, text: str) -> bool:
        """Take `Zahldatum 01.04.2026`: a label of up to four words and a value without anything between."""
        words = text.split()
        longest = min(4, len(words) - 1)
        for at, word in enumerate(words[:longest]):
            if sum(map(str.isdigit, word)) >= _DIGITS_OF_A_VALUE:
                longest = at
                break
        return any(
            self._take_pair(" ".join(words[:cut]), " ".join(words[cut:]), is_marked=False)
            for cut in range(longest, 0, -1)
        )

    def _take_pair(self, label: str, value: str, *, is_marked: bool = True) -> bool:
        named = label_of(label.strip().rstrip(":").strip())
        value = value.strip().lstrip(":").strip()
        if named is None or not value or named.head is Head.OTHER:
            return False
        head, strength = named
        if head is Head.IBAN and not _PAID_TO.search(plain_words(label)):
            self.ibans += _find_ibans(value)
        if head is Head.CURRENCY and find_dates(value):
            return self._take_day(Head.PAYMENT_DATE, value, strength, is_marked=is_marked)
        if head in _TOTALS:
            return self._take_total(label, value, strength + (head is Head.TOTAL))
        if head in _DAYS:
            return self._take_day(head, value, strength, is_marked=is_marked)
        if head in _NUMBERS:
            return self._take_number(head, value, strength, is_marked=is_marked)
        return self._take_word(head, value, strength, is_marked=is_marked)

    def _take_day(self, head: Head, value: str, strength: int, *, is_marked: bool) -> bool:
        found = find_dates(value)
        if not found or (not is_marked and len(value) > len(found[0]) + 3):
            return False
        return self._say(Head.PAYMENT_DATE, found[0], 1 if head is Head.DOCUMENT_DATE else strength)

    def _take_word(self, head: Head, value: str, strength: int, *, is_marked: bool) -> bool:
        if head is Head.CURRENCY:
            code = _CURRENCY.search(value.upper())
            return code is not None and self._say(head, code[1], strength)
        if head is Head.IBAN:
            return bool(_find_ibans(value))
        if head in _NAMES and is_marked and any(map(str.isalpha, value)) and label_of(value) is None:
            return self._say(head, value, strength)
        return False

    def _take_total(self, label: str, value: str, strength: int) -> bool:
        if _SUBTOTAL.search(plain_words(label)) or find_dates(value):
            return False
        self.currencies += _CURRENCY.findall(value)
        amount = _CURRENCY.sub("", value).strip() if not is_amount_like(value) else value
        return is_amount_like(amount) and self._say(Head.TOTAL, value, strength)

    def _take_number(self, head: Head, value: str, strength: int, *, is_marked: bool) -> bool:
        number = value if is_marked else value.partition(" ")[0]
        is_number = (
            any(map(str.isdigit, number)) and len(number) <= _NUMBER_LONGEST and len(number.split()) <= 4
        )
        if not is_number or find_dates(number) or (not is_marked and len(value.split()) > 1):
            return False
        if head is Head.OWN_NUMBER:
            self.other_numbers.append(number)
            return self._say(Head.PAYMENT_REFERENCE, number, 1)
        return self._say(head, number, strength)

    def _say(self, head: Head, value: str, strength: int) -> bool:
        if strength > self.said.get(head, ("", 0))[1]:
            self.said[head] = (value, strength)
        return True

    def add(self, other: HeadBlock) -> None:
        """Take over what another block says and this one does not."""
        for head, (value, strength) in other.said.items():
            self._say(head, value, strength)
        self.other_numbers += other.other_numbers
        self.names += other.names
        self.currencies += other.currencies
        self.days += other.days
        self.ibans += other.ibans


def has_legal_form(text: str) -> bool:
    """Say whether a text names a company by its legal form."""
    return bool(_LEGAL_FORM.search(text))


def _find_ibans(text: str) -> list[str]:
    return [found for found in _IBAN.findall(text) if is_iban(found)]


def find_currencies(text: str) -> list[str]:
    """List the currency codes a text names."""
    return _CURRENCY.findall(text)


def read_block(rows: Iterable[Sequence[str]]) -> HeadBlock:
    """Read rows that stand around a table."""
    block = HeadBlock()
    end: deque[Sequence[str]] = deque(maxlen=_ROWS_ASKED)
    for number, cells in enumerate(rows):
        if number < _ROWS_ASKED:
            block.take_row(cells[:_CELLS_ASKED])
        else:
            end.append(cells)
    for cells in end:
        block.take_row(cells[:_CELLS_ASKED])
    return block
