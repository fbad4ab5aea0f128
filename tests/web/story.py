"""The story of the drawn screens, in real books: on 18 November 2026 Rheinland Baumarkt pays three invoices short.

Two companies, two currencies, a dozen customers, one bank statement each; made through the operations everybody uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from acquit.billing.rules.documents import LineDraft
from acquit.cash.operations import import_statements, match_bank_lines
from acquit.controls.operations import create_user, grant_role
from acquit.controls.rules.duties import Role
from acquit.disputes.operations import DisputeDraft, open_disputes
from acquit.formats.statements import Statement, StatementKind, StatementLine
from acquit.receivables.queries import list_items
from tests.builders import FIRST_DAY, SYSTEM, Books, make_books

TODAY = date(2026, 11, 19)
NOON = datetime(2026, 11, 19, 9, 14, tzinfo=UTC)
PASSWORD = "a long enough word"

RHEINLAND = [
    ("2026-10219", date(2026, 9, 3), "18400.00"),
    ("2026-10233", date(2026, 9, 3), "20000.00"),
    ("2026-10398", date(2026, 9, 14), "18204.60"),
    ("2026-10442", date(2026, 9, 28), "21951.80"),
    ("2026-10467", date(2026, 10, 2), "9400.00"),
    ("2026-10511", date(2026, 10, 12), "22804.80"),
    ("2026-10588", date(2026, 10, 21), "31204.55"),
    ("2026-10655", date(2026, 11, 2), "48116.20"),
    ("2026-10671", date(2026, 11, 5), "9744.35"),
    ("2026-10702", date(2026, 11, 9), "42960.00"),
    ("2026-10744", date(2026, 11, 16), "33126.00"),
    ("GS-2026-0311", date(2026, 11, 12), "-2380.00"),
]
OTHERS = [
    (
        "10519",
        "Wohnbau Spreeufer eG",
        "Berlin",
        [("2026-10301", date(2026, 9, 20), "20900.00"), ("2026-10302", date(2026, 9, 20), "21000.00")],
    ),
    (
        "10233",
        "Gebrüder Lindner Anlagenbau GmbH",
        "Chemnitz",
        [("2026-10101", date(2026, 8, 23), "30117.44"), ("2026-10440", date(2026, 9, 30), "9000.00")],
    ),
    ("10288", "Schäfer & Söhne Sanitär KG", "Kassel", [("2026-10480", date(2026, 9, 29), "27380.90")]),
    ("10301", "Elbtal Kliniken gGmbH", "Dresden", [("2026-10388", date(2026, 10, 1), "88240.10")]),
    ("10344", "Moosbrugger Installationen", "Dornbirn", [("2026-10522", date(2026, 10, 14), "5950.00")]),
    (
        "10377",
        "Dachs & Partner Gebäudetechnik",
        "Nürnberg",
        [("2026-10533", date(2026, 10, 20), "9383.07"), ("2026-10534", date(2026, 10, 20), "1240.40")],
    ),
    (
        "10390",
        "Stadtwerke Ahrenfeld GmbH",
        "Ahrenfeld",
        [
            (f"2026-1060{n}", date(2026, 10, 26), f"{amount}")
            for n, amount in enumerate(("7967.57", "7967.56", "7967.56", "7967.56"))
        ],
    ),
    ("10401", "Kaltenbach Kältetechnik GmbH", "Freiburg", [("2026-10066", date(2026, 5, 11), "9871.26")]),
]
BRITISH = [
    ("20417", "Penrose Facilities plc", "Leeds", [("2026-G0417", date(2026, 10, 1), "61250.00")]),
    (
        "20422",
        "Kestrel Building Services Ltd",
        "York",
        [("2026-G0431", date(2026, 10, 5), "18420.00"), ("2026-G0432", date(2026, 10, 9), "18420.00")],
    ),
    (
        "20437",
        "Thorne Mechanical plc",
        "Manchester",
        [("2026-G0201", date(2026, 7, 1), "40612.00"), ("2026-G0288", date(2026, 8, 20), "92028.00")],
    ),
]


@dataclass(frozen=True)
class Story:
    """What the tests look for."""

    german: Books
    british: Books
    rheinland_id: int
    user_id: int

    def item_id(self, number: str) -> int:
        """Give the id of an item by its number."""
        return list_items(number=number)[0].id


def tell_story() -> Story:
    """Make the books; this connection sees both companies from then on."""
    german = make_books("Nordlicht Wärmetechnik GmbH")
    british = make_books("Nordlicht UK Ltd", currency="GBP")
    [rheinland] = german.customers(
        "10482",
        name="Rheinland Baumarkt AG",
        city="Köln",
        country="DE",
        payment_terms="30 days net",
        email="kreditoren@rheinland-baumarkt.example",
        phone="+49 221 555 0144",
        ibans=("DE74370700600201883400",),
    )
    _issue(german, rheinland, RHEINLAND)
    for books, customers in ((german, OTHERS), (british, BRITISH)):
        for number, name, city, documents in customers:
            [customer_id] = books.customers(number, name=name, city=city, payment_terms="30 days net")
            _issue(books, customer_id, documents)
    _bank(german, "DE89370400440532013000", "EUR", _german_lines())
    _bank(british, "GB29NWBK60161331926819", "GBP", _british_lines())
    for books in (german, british):
        match_bank_lines(actor=SYSTEM, company_id=books.company_id, business_date=TODAY, decided_at=NOON)
    disputed = list_items(number="2026-10655")[0]
    case = DisputeDraft(disputed.id, rheinland, "EUR", Decimal("3960.00"), "PRICE", date(2026, 11, 12))
    open_disputes(actor=SYSTEM, company_id=german.company_id, drafts=[case])
    user = create_user(username="katrin", password=PASSWORD, full_name="Katrin Vogel")
    for books in (german, british):
        grant_role(
            actor=SYSTEM, user_id=user.pk, company_id=books.company_id, role=Role.OWNER, valid_from=FIRST_DAY
        )
    return Story(german, british, rheinland, user.pk)


def _issue(books: Books, customer_id: int, documents: Sequence[tuple[str, date, str]]) -> None:
    drafts = []
    for number, document_date, gross in documents:
        net = (Decimal(gross) / Decimal("1.19")).quantize(Decimal("0.01"))
        said: dict[str, Any] = {"number": number, "document_date": document_date, "tax": Decimal(gross) - net}
        if number == "2026-10442":
            said["lines"] = (_line("WP-12", "Wärmepumpe WP-12 Monoblock", "3", net),)
            said["customer_po"] = "PO 4500-77120"
        said["due_date"] = document_date if Decimal(gross) < 0 else document_date + timedelta(days=30)
        drafts.append(books.draft(customer_id, gross, payment_terms="30 days net", **said))
    books.issue(drafts)


def _line(product: str, description: str, quantity: str, net: Decimal) -> LineDraft:
    tax = (net * Decimal("0.19")).quantize(Decimal("0.01"))
    price = (net / Decimal(quantity)).quantize(Decimal("0.0001"))
    return LineDraft(product, description, Decimal(quantity), price, net, "DE 19%", Decimal("0.19"), tax)


def _bank(books: Books, account: str, currency: str, lines: Sequence[StatementLine]) -> None:
    moved = sum((line.amount for line in lines), Decimal(0))
    statement = Statement(
        format="CAMT",
        kind=StatementKind.STATEMENT,
        account=account,
        currency=currency,
        statement_id="221",
        sequence="221",
        legal_number="",
        opening=Decimal("100000.00"),
        closing=Decimal("100000.00") + moved,
        opening_date=date(2026, 11, 17),
        closing_date=date(2026, 11, 18),
        lines=tuple(lines),
        balanced=True,
        difference=Decimal(0),
    )
    import_statements(actor=SYSTEM, company_id=books.company_id, statements=[statement])


def _paid(
    reference: str, amount: str, payer: str, text: str, iban: str = "", currency: str = "EUR"
) -> StatementLine:
    day = date(2026, 11, 18)
    return StatementLine(
        day,
        day,
        Decimal(amount),
        currency,
        bank_reference=reference,
        counterparty=payer,
        iban=iban,
        text=text,
    )


def _german_lines() -> list[StatementLine]:
    return [
        _paid(
            "Z-221-14",
            "48316.40",
            "Rheinland Baumarkt AG",
            "RE 2026-10398 2026-10442 2026-10467 ABZGL BRUCHSCHADEN 1240,00 ZU 10442 BEL RB-774120",
            "DE74370700600201883400",
        ),
        _paid("Z-221-15", "41900.00", "Wohnbau Spreeufer eG", "ZAHLUNG LT ABSPRACHE"),
        _paid("Z-221-16", "31870.25", "Stadtwerke Ahrenfeld GmbH", "SAMMELZAHLUNG OKTOBER"),
        _paid("Z-221-17", "6069.00", "Moosbrugger Installationen", "RE 2026-10522 UND ANZAHLUNG"),
        _paid("Z-221-18", "7200.00", "Max Muster", "DANKE", "AT480000000000004711"),
        _paid("Z-221-19", "88240.10", "Elbtal Kliniken gGmbH", "RECHNUNG 2026-10388"),
        _paid("Z-221-20", "1240.40", "Dachs & Partner Gebäudetechnik", "RE 2026-10534"),
    ]


def _british_lines() -> list[StatementLine]:
    return [
        _paid("B-88-03", "18420.00", "Kestrel Building Services Ltd", "INVOICE PAYMENT", currency="GBP"),
        _paid("B-88-04", "25000.00", "Penrose Facilities plc", "2026-G0417 PART", currency="GBP"),
    ]
