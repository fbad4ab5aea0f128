"""The story that runs through the drawn screens, told again in every sample: known customers, known amounts.

Rheinland Baumarkt pays three invoices and holds back 1,240.00; Alpenhof's debit comes back; two equal invoices of
Kestrel fit one payment. Everything is reckoned from `as_of`, so the story is always of the last days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from acquit.core.money import percent_of
from acquit.core.terms import net_of_vat
from acquit.intake.sample.calendar import SampleDays
from acquit.intake.sample.customers import FixedCustomer
from acquit.intake.sample.documents import make_credit_note, make_invoice
from acquit.intake.sample.values import Company, Customer, Document

_CANCELLED = "hartwell-cancelled"
_CREDIT = "hartwell-credit"


@dataclass(frozen=True, slots=True)
class StoryInvoice:
    """An invoice of the story: gross, and how many days it is overdue on `as_of` (negative: not yet due)."""

    key: str
    customer: str
    gross: Decimal
    overdue_days: int
    dispute: str = ""


def _invoice(key: str, customer: str, gross: str, overdue_days: int, dispute: str = "") -> StoryInvoice:
    return StoryInvoice(key, customer, Decimal(gross), overdue_days, dispute)


FIXED_CUSTOMERS: Mapping[str, Mapping[int, FixedCustomer]] = {
    "nordlicht-waermetechnik": {
        20: FixedCustomer("Elbtal Kliniken gGmbH", "Dresden"),
        41: FixedCustomer("Schäfer & Söhne Sanitär KG", "Kassel"),
        57: FixedCustomer("Gebrüder Lindner Anlagenbau GmbH", "Chemnitz"),
        83: FixedCustomer("Kaltenbach Kältetechnik GmbH", "Freiburg"),
        96: FixedCustomer("Heizungsbau Krüger GmbH", "Bremen"),
        118: FixedCustomer("Wohnbau Spreeufer eG", "Berlin"),
        131: FixedCustomer("Stadtwerke Ahrenfeld GmbH", "Hannover"),
        150: FixedCustomer("M. Hagedorn Immobilien", "Lübeck"),
        166: FixedCustomer("Dachs & Partner Gebäudetechnik", "Ulm", "2/10 NET30", {"takes_discount": False}),
        181: FixedCustomer("Rheinland Baumarkt AG", "Köln"),
        205: FixedCustomer("Baugenossenschaft Elbaue eG", "Magdeburg"),
    },
    "nordlicht-austria": {
        11: FixedCustomer("Brandtner Haustechnik GmbH", "Linz"),
        27: FixedCustomer("Alpenhof Hotelbetriebe GmbH", "Innsbruck", "NET 14", {"mandate": "NL-20128-47"}),
        44: FixedCustomer("Moosbrugger Installationen GmbH", "Dornbirn"),
    },
    "nordlicht-uk": {
        8: FixedCustomer("Thorne Mechanical plc", "Manchester"),
        19: FixedCustomer("Penrose Facilities plc", "Bristol"),
        33: FixedCustomer("Kestrel Building Services Ltd", "Leeds"),
        47: FixedCustomer("Hartwell & Pryce Contractors Ltd", "Sheffield"),
        58: FixedCustomer("Fennway Housing Association", "Norwich"),
        66: FixedCustomer("Moorland Estates LLP", "York"),
    },
}
_INVOICES: Mapping[str, Sequence[StoryInvoice]] = {
    "nordlicht-waermetechnik": (
        _invoice("rheinland-1", "Rheinland Baumarkt AG", "18204.60", 36),
        _invoice("rheinland-2", "Rheinland Baumarkt AG", "21951.80", 22),
        _invoice("rheinland-3", "Rheinland Baumarkt AG", "9400.00", 18),
        _invoice("rheinland-4", "Rheinland Baumarkt AG", "18399.99", 47),
        _invoice("rheinland-5", "Rheinland Baumarkt AG", "20000.01", 47),
        _invoice("rheinland-6", "Rheinland Baumarkt AG", "22804.80", 8),
        _invoice("spreeufer-1", "Wohnbau Spreeufer eG", "23399.99", 28),
        _invoice("spreeufer-2", "Wohnbau Spreeufer eG", "18500.01", 24),
        _invoice("ahrenfeld-1", "Stadtwerke Ahrenfeld GmbH", "11870.25", 9),
        _invoice("ahrenfeld-2", "Stadtwerke Ahrenfeld GmbH", "7318.40", 7),
        _invoice("ahrenfeld-3", "Stadtwerke Ahrenfeld GmbH", "8244.11", 4),
        _invoice("ahrenfeld-4", "Stadtwerke Ahrenfeld GmbH", "4437.49", 2),
        _invoice("hagedorn", "M. Hagedorn Immobilien", "12906.74", 6),
        _invoice("dachs", "Dachs & Partner Gebäudetechnik", "9383.07", -8),
        _invoice("elbtal-1", "Elbtal Kliniken gGmbH", "86412.55", 44),
        _invoice("elbtal-2", "Elbtal Kliniken gGmbH", "88240.11", 19),
        _invoice("schaefer", "Schäfer & Söhne Sanitär KG", "27380.90", 21),
        _invoice("lindner", "Gebrüder Lindner Anlagenbau GmbH", "39117.44", 58),
        _invoice("kaltenbach", "Kaltenbach Kältetechnik GmbH", "9871.26", 41),
        _invoice("krueger-1", "Heizungsbau Krüger GmbH", "3914.20", 35),
        _invoice("krueger-2", "Heizungsbau Krüger GmbH", "2300.00", 33),
        _invoice("krueger-3", "Heizungsbau Krüger GmbH", "4860.00", 35, "SERVICE: Montage nicht abgenommen"),
        _invoice("elbaue-1", "Baugenossenschaft Elbaue eG", "1606.50", 15),
        _invoice("elbaue-2", "Baugenossenschaft Elbaue eG", "1307.70", 12),
        _invoice(
            "elbaue-3", "Baugenossenschaft Elbaue eG", "980.00", 12, "QUANTITY: Menge zu gering geliefert"
        ),
    ),
    "nordlicht-austria": (
        _invoice("brandtner", "Brandtner Haustechnik GmbH", "48912.35", 33),
        _invoice("alpenhof", "Alpenhof Hotelbetriebe GmbH", "12460.80", 12),
        _invoice("moosbrugger", "Moosbrugger Installationen GmbH", "5950.00", 3),
    ),
    "nordlicht-uk": (
        _invoice("thorne-1", "Thorne Mechanical plc", "96820.00", 91),
        _invoice("thorne-2", "Thorne Mechanical plc", "35820.00", 91),
        _invoice("penrose", "Penrose Facilities plc", "61300.00", 14),
        _invoice("kestrel-1", "Kestrel Building Services Ltd", "18420.00", 5),
        _invoice("kestrel-2", "Kestrel Building Services Ltd", "18420.00", 4),
        _invoice("kestrel-3", "Kestrel Building Services Ltd", "51240.00", 30),
        _invoice("kestrel-4", "Kestrel Building Services Ltd", "44180.00", 26),
        _invoice("kestrel-5", "Kestrel Building Services Ltd", "22820.00", 23),
        _invoice(_CANCELLED, "Hartwell & Pryce Contractors Ltd", "3388.80", 12),
        _invoice("hartwell", "Hartwell & Pryce Contractors Ltd", "3388.80", 2),
        _invoice("fennway", "Fennway Housing Association", "17905.00", 26),
        _invoice("moorland", "Moorland Estates LLP", "38640.00", 29),
    ),
}


def draft_story(company: Company, customers: Mapping[str, Customer], days: SampleDays) -> dict[str, Document]:
    """Draft the story's documents, unnumbered, by their key; `customers` is by name."""
    drafts: dict[str, Document] = {}
    for told in _INVOICES[company.key]:
        drafts[told.key] = _draft_invoice(company, customers[told.customer], told, days)
    if _CANCELLED in drafts:
        cancelled = drafts[_CANCELLED]
        day = days.calendar.add_business_days(cancelled.document_date, 4)
        drafts[_CREDIT] = make_credit_note(cancelled, day, cancelled.net)
        drafts[_CREDIT].open_before = drafts[_CREDIT].gross
        drafts[_CREDIT].is_scripted = True
    return drafts


def _draft_invoice(company: Company, customer: Customer, told: StoryInvoice, days: SampleDays) -> Document:
    due = days.as_of - timedelta(days=told.overdue_days)
    day = days.calendar.previous_business_day(due - timedelta(days=customer.terms.days))
    net = net_of_vat(told.gross, company.vat_rate, company.currency)
    steps = (net, net - Decimal("0.01"), net + Decimal("0.01"))
    exact = next(
        step for step in steps if step + percent_of(step, company.vat_rate, company.currency) == told.gross
    )
    document = make_invoice(company, customer, day, exact)
    document.open_before = document.gross
    document.is_scripted = True
    if told.dispute:
        document.disputed_amount, document.dispute_reason = document.gross, told.dispute
    return document
