"""What people and banks write beside names: mail boxes, suppliers and their texts, reasons, months, by language."""

from __future__ import annotations

MAIL_BOXES: dict[str, tuple[str, ...]] = {
    "de": ("buchhaltung", "kreditoren", "rechnung", "zahlungen"),
    "en": ("accounts", "payables", "purchase.ledger", "finance"),
}
SUPPLIERS: dict[str, tuple[tuple[str, str], ...]] = {
    "de": (
        ("Kupferwerk Wiesenborn GmbH", "RE 88{n} KUPFERROHR"),
        ("Spedition Otterhagen KG", "FRACHTRECHNUNG {n}"),
        ("Reiherstedt Armaturen GmbH", "RECHNUNG {n} KDNR 4471"),
        ("Energieversorgung Kesselfelde GmbH", "ABSCHLAG STROM VERTRAG 77{n}"),
        ("Immobilien Lindenhorst GbR", "MIETE HALLE 3 {month}"),
        ("Telefon Falkenwiek GmbH", "RG {n} RUFNUMMERN"),
        ("Ulmenkamp Leasing GmbH", "LEASINGRATE FUHRPARK {month}"),
        ("Blechwerk Rauenstedt AG", "RE {n} GEHAEUSE"),
    ),
    "en": (
        ("Wetherholme Copper Ltd", "INV {n} TUBE"),
        ("Crowgate Haulage Ltd", "CARRIAGE {n}"),
        ("Quarnfield Valves Ltd", "INVOICE {n} AC 4471"),
        ("Hazelshaw Energy Ltd", "ELECTRICITY {month}"),
        ("Elderworth Estates LLP", "RENT UNIT 3 {month}"),
        ("Langhurst Vehicle Leasing Ltd", "LEASE {n}"),
    ),
}
DEDUCTION_TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "de": (
        ("QUALITY", "ABZGL BRUCHSCHADEN"),
        ("QUALITY", "KUERZUNG MANGEL"),
        ("QUANTITY", "MINDERMENGE LT LIEFERSCHEIN"),
        ("PRICING", "PREISDIFFERENZ LT RAHMENVERTRAG"),
        ("DELIVERY", "ABZUG VERSPAETETE LIEFERUNG"),
        ("TRADE_PROMO", "WKZ HERBSTAKTION"),
        ("BILLING", "DOPPELT BERECHNETE POSITION"),
    ),
    "en": (
        ("QUALITY", "LESS DAMAGED GOODS"),
        ("QUANTITY", "SHORT DELIVERY"),
        ("PRICING", "PRICE DIFFERENCE PER CONTRACT"),
        ("DELIVERY", "LATE DELIVERY CHARGE"),
        ("TRADE_PROMO", "PROMO CONTRIBUTION"),
        ("BILLING", "LINE BILLED TWICE"),
    ),
}
DISPUTE_TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "de": (
        ("QUALITY", "Bruchschaden bei Anlieferung"),
        ("PRICING", "Rahmenvertrag nicht beachtet"),
        ("QUANTITY", "Menge zu gering geliefert"),
        ("BILLING", "Ware nicht bestellt"),
        ("DELIVERY", "Lieferschein fehlt"),
        ("SERVICE", "Montage nicht abgenommen"),
        ("BILLING", "Doppelt berechnet"),
    ),
    "en": (
        ("QUALITY", "Goods damaged on arrival"),
        ("PRICING", "Contract price not applied"),
        ("QUANTITY", "Short delivery"),
        ("BILLING", "Goods not ordered"),
        ("DELIVERY", "Proof of delivery missing"),
        ("SERVICE", "Commissioning not accepted"),
        ("BILLING", "Billed twice"),
    ),
}
VAGUE_TEXTS: dict[str, tuple[str, ...]] = {
    "de": (
        "Rechnungen lt. Aufstellung",
        "Warenlieferung",
        "Zahlung",
        "Diverse Rechnungen",
        "Ihre Lieferungen {month}",
    ),
    "en": ("Invoices as agreed", "Payment", "Goods supplied", "Your account", "Supplies {month}"),
}
MONTHS: dict[str, tuple[str, ...]] = {
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
