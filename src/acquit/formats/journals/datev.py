"""Writes a DATEV booking batch: "EXTF" head 700, category 21 "Buchungsstapel", format version 13.

The one clever idea: a batch knows only account against account, so each entry is written as its pairs (`pairing`),
whose balances are the entry's own. What a tax adviser will ask about:

- No BU key and no reliance on automatic accounts: the tax stands on its own account as a row of its own, and a key
  would have DATEV compute it a second time. Accounts set to automatic there must be opened to manual tax.
- What stands on 1200 is written on the customer's own debtor account, whose sum DATEV shows as the collective account;
  what an entry moves within one debtor account (a credit note set off) is no booking there and is left out.
- A row in foreign currency carries its course and its value; where the course has no place in DATEV's field (below 1,
  above 9999,999999) or the amount has more than two decimals, the row is in the company's currency and names the other.
- A reversal is written as it is in our books, on the opposite sides, not as Generalumkehr.

Source of the fields and their forms: developer.datev.de, DATEV-Format, Header and Buchungsstapel (2024).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from acquit.core.errors import Refusal
from acquit.formats.journals.pairing import Booking, pair_lines
from acquit.formats.journals.values import JournalEntry, JournalHead, JournalLine, plain_text

ENCODING = "cp1252"
#: DATEV takes no more bookings in one file.
ROWS_AT_MOST = 99_999

#: The columns of format version 13, as DATEV publishes them, in their order.
COLUMNS: tuple[str, ...] = (
    *("Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz"),
    *("WKZ Basis-Umsatz", "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum"),
    *("Belegfeld 1", "Belegfeld 2", "Skonto", "Buchungstext", "Postensperre", "Diverse Adressnummer"),
    *("Geschäftspartnerbank", "Sachverhalt", "Zinssperre", "Beleglink"),
    *(f"Beleginfo - {part} {number}" for number in range(1, 9) for part in ("Art", "Inhalt")),
    *("KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge", "EU-Land u. UStID (Bestimmung)"),
    *("EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart", "Sachverhalt L+L", "Funktionsergänzung L+L"),
    *("BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung"),
    *(f"Zusatzinformation{part} {number}" for number in range(1, 21) for part in (" - Art", "- Inhalt")),
    *("Stück", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete Fälligkeit"),
    *("Skontotyp", "Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)"),
    *("Sachverhalt L+L (Anzahlungen)", "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)"),
    *("Herkunft-Kz", "Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre"),
    *("Gesellschaftername", "Beteiligtennummer", "Identifikationsnummer", "Zeichnernummer"),
    *("Postensperre bis", "Bezeichnung SoBil-Sachverhalt", "Kennzeichen SoBil-Buchung", "Festschreibung"),
    *("Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit", "Generalumkehr (GU)", "Steuersatz"),
    *("Land", "Abrechnungsreferenz", "BVV-Position", "EU-Land u. UStID (Ursprung)"),
    *("EU-Steuersatz (Ursprung)", "Abw. Skontokonto"),
)
#: Columns of text stand in quotation marks even when they are empty.
_TEXT_COLUMNS = frozenset(
    {
        *("Soll/Haben-Kennzeichen", "WKZ Umsatz", "WKZ Basis-Umsatz", "BU-Schlüssel", "Belegfeld 1"),
        *("Belegfeld 2", "Buchungstext", "Diverse Adressnummer", "Beleglink"),
        *(name for name in COLUMNS if name.startswith(("Beleginfo", "KOST1", "KOST2", "Zusatzinformation"))),
        *(
            "EU-Land u. UStID (Bestimmung)",
            "Abw. Versteuerungsart",
            "Forderungsart",
            "Auftragsnummer",
            "Buchungstyp",
        ),
        *("EU-Land (Anzahlungen)", "Herkunft-Kz", "Buchungs GUID", "SEPA-Mandatsreferenz"),
        *("Gesellschaftername", "Identifikationsnummer", "Zeichnernummer", "Bezeichnung SoBil-Sachverhalt"),
        *("Generalumkehr (GU)", "Land", "Abrechnungsreferenz", "EU-Land u. UStID (Ursprung)"),
    }
)
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_EMPTY = tuple('""' if name in _TEXT_COLUMNS else "" for name in COLUMNS)

_LONGEST_TEXT = 60
_LONGEST_DOCUMENT = 36
_LONGEST_CONTENT = 210
_LARGEST_AMOUNT = Decimal("9999999999.99")
_LARGEST_COURSE = Decimal(10_000)
_NOT_IN_DOCUMENT_FIELD = re.compile(r"[^0-9A-Za-z$&%*+\-/]")
_CONSULTANTS = range(1_001, 10_000_000)
_CLIENTS = range(1, 100_000)
_LENGTHS = range(4, 9)
_ROUNDED = Context(prec=60, rounding=ROUND_HALF_UP)


class CannotWriteDatev(Refusal):
    """The books hold what a DATEV booking batch has no place for; no file was written."""

    code = "CANNOT_WRITE_DATEV"


@dataclass(frozen=True, slots=True)
class DatevCustomer:
    """A customer as the batch names them: the debtor account, and what a person reads beside it."""

    debtor_account: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class DatevBatch:
    """What the header says: for which adviser and client, which fiscal year and days, written when.

    Both days are inside, in one fiscal year; `account_length` is the client's length of G/L accounts, debtor accounts
    are one digit longer. Refuses (`CannotWriteDatev`) numbers that DATEV does not know.
    """

    consultant: int
    client: int
    fiscal_year_start: date
    first_date: date
    last_date: date
    account_length: int
    currency: str
    created_at: datetime
    title: str = "Acquit"

    def __post_init__(self) -> None:
        for param, value, allowed in (
            ("consultant", self.consultant, _CONSULTANTS),
            ("client", self.client, _CLIENTS),
            ("account_length", self.account_length, _LENGTHS),
        ):
            if value not in allowed:
                raise CannotWriteDatev(
                    f"{param} is {value}; DATEV takes {allowed.start} to {allowed.stop - 1}.", param=param
                )
        if not self.fiscal_year_start <= self.first_date <= self.last_date:
            raise CannotWriteDatev(
                f"{self.first_date} to {self.last_date} is no part of a fiscal year.", param="from"
            )


def plan_debtor_accounts(numbers: Mapping[int, str], account_length: int) -> dict[int, str]:
    """Give every customer's debtor account by id: their own number where it is one, else 6 and their id.

    Debtor accounts begin with 1 to 6; numbers of our own begin with 1 to 5, so the two never meet, and an account stays
    the same in every batch. Refuses (`CannotWriteDatev`) when an id has no place.
    """
    accounts: dict[int, str] = {}
    for customer_id, number in numbers.items():
        is_own = number.isascii() and number.isdigit() and len(number) == account_length + 1
        if is_own and number[0] in "12345":
            accounts[customer_id] = number
        elif customer_id < 10**account_length:
            accounts[customer_id] = f"6{customer_id:0{account_length}d}"
        else:
            raise CannotWriteDatev(
                f"Customer {number} has no debtor account of {account_length + 1} digits."
                " Number customers so, or give longer accounts.",
                param="account_length",
            )
    return accounts


def write_datev(
    batch: DatevBatch,
    head: JournalHead,
    entries: Iterable[JournalEntry],
    customers: Mapping[int, DatevCustomer],
) -> Iterator[str]:
    """Give the file's text piece by piece, for the encoding cp1252: two heads, then one piece a row.

    Refuses (`CannotWriteDatev`) accounts that are no numbers of the length, amounts above ten digits, too many rows.
    """
    yield _write_head(batch)
    yield ";".join(COLUMNS) + "\r\n"
    writer = _RowWriter(batch, head, customers)
    bookings = ((e, booking) for e in entries for booking in pair_lines(e, head.decimals[batch.currency]))
    rows = (row for entry, booking in bookings if (row := writer.write(entry, booking)))
    for number, row in enumerate(rows, 1):
        if number > ROWS_AT_MOST:
            raise CannotWriteDatev(
                f"There are more than {ROWS_AT_MOST:,} rows, and DATEV takes no more in one file."
                " Export fewer days at once.",
                param="until",
            )
        yield row


def _write_head(batch: DatevBatch) -> str:
    created = f"{batch.created_at:%Y%m%d%H%M%S}{batch.created_at.microsecond // 1000:03d}"
    fields = (
        *('"EXTF"', "700", "21", '"Buchungsstapel"', "13", created, "", '"AQ"', '""', '""'),
        *(str(batch.consultant), str(batch.client), f"{batch.fiscal_year_start:%Y%m%d}"),
        *(str(batch.account_length), f"{batch.first_date:%Y%m%d}", f"{batch.last_date:%Y%m%d}"),
        *(_quoted(batch.title, 30), '""', "1", "0", "0", f'"{batch.currency}"', "", '""', "", ""),
        *('""', "", "", '""', '""'),
    )
    return ";".join(fields) + "\r\n"


class _RowWriter:
    """Rows of one batch."""

    def __init__(self, batch: DatevBatch, head: JournalHead, customers: Mapping[int, DatevCustomer]) -> None:
        self._batch = batch
        self._head = head
        self._customers = customers

    def write(self, entry: JournalEntry, booking: Booking) -> str:
        """Write a booking: its account is the debit side, or the debtor when only the credit side is one.

        Gives nothing for a booking of an account with itself, such as a credit note set off against an invoice.
        """
        debit, credit = self._account(booking.debit), self._account(booking.credit)
        if debit == credit:
            return ""
        is_credit_named = self._is_debtor(booking.credit) and not self._is_debtor(booking.debit)
        account, contra, side = (credit, debit, "H") if is_credit_named else (debit, credit, "S")
        item = booking.credit if is_credit_named or not booking.debit.item_number else booking.debit
        number = entry.document_number or item.item_number
        row = list(_EMPTY)
        for name, value in {
            **self._amounts(entry, booking),
            "Soll/Haben-Kennzeichen": f'"{side}"',
            "Konto": account,
            "Gegenkonto (ohne BU-Schlüssel)": contra,
            "Belegdatum": f"{entry.posting_date:%d%m}",
            "Belegfeld 1": _quoted(_NOT_IN_DOCUMENT_FIELD.sub("-", _in_code_page(number)), _LONGEST_DOCUMENT),
            "Buchungstext": _quoted(" ".join(p for p in (entry.kind, entry.text) if p), _LONGEST_TEXT),
            "Fälligkeit": f"{item.due_date:%d%m%Y}" if item.due_date else "",
            **self._informations(entry, item, number),
        }.items():
            row[_PLACES[name]] = value
        return ";".join(row) + "\r\n"

    def _is_debtor(self, line: JournalLine) -> bool:
        return line.customer_id is not None and self._head.accounts[line.account_id].role == "RECEIVABLES"

    def _account(self, line: JournalLine) -> str:
        if self._is_debtor(line) and line.customer_id is not None:
            return self._customers[line.customer_id].debtor_account
        code = self._head.accounts[line.account_id].code
        if not (code.isascii() and code.isdigit()) or len(code) > self._batch.account_length:
            raise CannotWriteDatev(
                f"Account {code!r} is no number of at most {self._batch.account_length} digits.",
                param="account_length",
            )
        return code

    def _amounts(self, entry: JournalEntry, booking: Booking) -> dict[str, str]:
        own = f'"{self._batch.currency}"'
        course = _course(booking)
        if booking.amount is None or course is None or entry.currency == entry.company_currency:
            return {"Umsatz (ohne Soll/Haben-Kz)": _amount(booking.value), "WKZ Umsatz": own}
        return {
            "Umsatz (ohne Soll/Haben-Kz)": _amount(booking.amount),
            "WKZ Umsatz": f'"{entry.currency}"',
            "Kurs": course,
            "Basis-Umsatz": _amount(booking.value),
            "WKZ Basis-Umsatz": own,
        }

    def _informations(self, entry: JournalEntry, item: JournalLine, number: str) -> dict[str, str]:
        """Say beside the booking what its own fields cannot hold: entry, whole number, customer, days, currency."""
        customer = self._customers.get(item.customer_id) if item.customer_id is not None else None
        said = [("Buchungssatz", f"J-{entry.id}"), ("Beleg", number)]
        if customer is not None:
            said.append(("Kunde", f"{customer.number} {customer.name}"))
        if entry.document_date is not None:
            said.append(("Belegdatum", entry.document_date.isoformat()))
        if entry.currency != entry.company_currency:
            said.append(("Währung", entry.currency))
        row: dict[str, str] = {}
        for place, (kind, content) in enumerate(((k, c) for k, c in said if c), 1):
            row[f"Zusatzinformation - Art {place}"] = f'"{kind}"'
            row[f"Zusatzinformation- Inhalt {place}"] = _quoted(content, _LONGEST_CONTENT)
        return row


def _course(booking: Booking) -> str | None:
    """Give the course of a foreign booking, units of it for one of the company's, or None where DATEV has no place."""
    amount = booking.amount
    if amount is None or amount != amount.quantize(Decimal("0.01")) or amount > _LARGEST_AMOUNT:
        return None
    course = _ROUNDED.divide(amount, booking.value).quantize(Decimal("0.000001"), context=_ROUNDED)
    return f"{course:f}".replace(".", ",") if 1 <= course < _LARGEST_COURSE else None


def _amount(amount: Decimal) -> str:
    if amount > _LARGEST_AMOUNT or amount != amount.quantize(Decimal("0.01")):
        raise CannotWriteDatev(
            f"{amount} has no place in a batch: ten digits and two decimals.", param="amount"
        )
    return f"{amount:.2f}".replace(".", ",")


def _quoted(text: str, longest: int) -> str:
    kept = _in_code_page(plain_text(text))[:longest]
    return '"' + kept.replace('"', '""') + '"'


def _in_code_page(text: str) -> str:
    """Give a text in DATEV's code page: what it lacks loses its accents, or becomes a question mark."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_letter(c) for c in composed)


def _letter(character: str) -> str:
    for form in (character, unicodedata.normalize("NFKD", character)[:1]):
        try:
            form.encode(ENCODING)
        except UnicodeEncodeError:
            continue
        return form
    return "?"
