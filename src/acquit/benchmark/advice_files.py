"""Remittance advices as their senders write them: CSV and XLSX in layouts of their own, X12 820, e-mail, PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from random import Random

import xlsxwriter

from acquit.benchmark.bank_files import BankFile
from acquit.benchmark.values import Advice, AdviceLine
from acquit.benchmark.wording import write_amount

_HEADS = {
    "de": ("Belegnummer", "Belegdatum", "Rechnungsbetrag", "Skonto", "Abzug", "Grund", "Zahlbetrag"),
    "en": (
        "Invoice number",
        "Invoice date",
        "Gross amount",
        "Discount",
        "Deduction",
        "Reason code",
        "Amount paid",
    ),
    "nl": (
        "Factuurnummer",
        "Factuurdatum",
        "Factuurbedrag",
        "Korting",
        "Inhouding",
        "Reden",
        "Betaald bedrag",
    ),
    "fr": ("N° facture", "Date facture", "Montant brut", "Escompte", "Déduction", "Motif", "Montant payé"),
}
_TITLES = {
    "de": "Zahlungsavis",
    "en": "Remittance advice",
    "nl": "Betaalspecificatie",
    "fr": "Avis de paiement",
}
_TOP = {
    "de": ("Absender", "Avisnummer", "Zahlungsdatum", "Gesamtbetrag", "Währung"),
    "en": ("Sender", "Payment reference", "Payment date", "Total amount", "Currency"),
    "nl": ("Afzender", "Betalingskenmerk", "Betaaldatum", "Totaalbedrag", "Valuta"),
    "fr": ("Émetteur", "Référence paiement", "Date de paiement", "Montant total", "Devise"),
}
_DAY_FORMS = {"de": "%d.%m.%Y", "en": "%Y-%m-%d", "nl": "%d-%m-%Y", "fr": "%d/%m/%Y"}


def write_advice(advice: Advice, number: int, rng: Random) -> BankFile:
    """Write an advice in one of the senders' ways; long ones never as e-mail or PDF."""
    ways: Sequence[tuple[str, Callable[[Advice], bytes], int]] = (
        ("csv", _csv, 40),
        ("xlsx", _xlsx, 20),
        ("edi", _x12_820, 15),
        ("eml", _email, 0 if len(advice.lines) > 60 else 17),
        ("pdf", _pdf, 0 if len(advice.lines) > 60 else 8),
    )
    if advice.currency == "USD":
        ways = [(suffix, way, 60 if suffix == "edi" else weight) for suffix, way, weight in ways]
    suffix, way, _ = rng.choices(ways, [weight for *_, weight in ways])[0]
    mark = "_corrected" if advice.is_corrected else ""
    return BankFile(f"avis_{advice.day:%Y%m%d}_{number:06d}{mark}.{suffix}", way(advice))


def _cells(line: AdviceLine, language: str) -> list[str]:
    off = write_amount(line.taken_off, language)
    nothing = write_amount(Decimal(0), language)
    return [
        line.document,
        line.issued.strftime(_DAY_FORMS[language]),
        write_amount(line.gross, language),
        off if line.is_discount else nothing,
        nothing if line.is_discount else off,
        line.code,
        write_amount(line.paid, language),
    ]


def _top(advice: Advice) -> Iterator[tuple[str, str]]:
    values = (
        advice.payer,
        advice.reference,
        advice.paid_on.strftime(_DAY_FORMS[advice.language]),
        write_amount(advice.amount, advice.language),
        advice.currency,
    )
    return zip(_TOP[advice.language], values, strict=True)


def _csv(advice: Advice) -> bytes:
    """Write top lines, an empty line, a table: semicolons and the old code page in German, commas in English."""
    separator = "," if advice.language == "en" else ";"

    def row(cells: Sequence[str]) -> str:
        return separator.join(f'"{cell}"' if separator in cell else cell for cell in cells)

    lines = [row(pair) for pair in _top(advice)]
    lines += ["", row(_HEADS[advice.language])]
    lines += [row(_cells(line, advice.language)) for line in advice.lines]
    return ("\r\n".join(lines) + "\r\n").encode("cp1252" if advice.language == "de" else "utf-8")


def _xlsx(advice: Advice) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": _midnight(advice.day)})
        sheet = book.add_worksheet(_TITLES[advice.language][:31])
        as_day = book.add_format({"num_format": "dd.mm.yyyy"})
        for row, (head, value) in enumerate(_top(advice)):
            sheet.write_string(row, 0, head)
            sheet.write_string(row, 1, value)
        for column, head in enumerate(_HEADS[advice.language]):
            sheet.write_string(6, column, head)
        for row, line in enumerate(advice.lines, 7):
            off = (line.taken_off, Decimal(0)) if line.is_discount else (Decimal(0), line.taken_off)
            sheet.write_string(row, 0, line.document)
            sheet.write_datetime(row, 1, _midnight(line.issued), as_day)
            for column, amount in zip((2, 3, 4, 6), (line.gross, *off, line.paid), strict=True):
                sheet.write_number(row, column, amount)
            sheet.write_string(row, 5, line.code)
    return out.getvalue()


def _midnight(day: date) -> object:
    from datetime import datetime

    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a sheet knows no zones


def _x12_820(advice: Advice) -> bytes:
    """Write a payment order/remittance advice: RMR with paid, gross and discount, ADX for what is taken off."""
    day = advice.paid_on
    control = advice.reference[-9:].zfill(9)
    payer_bank = f"01*021000021*DA*123456789*{control}"
    body = [
        "ST*820*0001",
        f"BPR*I*{advice.amount:.2f}*C*ACH*CTX*{payer_bank}**01*026009593*DA*987654321*{day:%Y%m%d}",
        f"TRN*1*{advice.reference}",
        f"CUR*PR*{advice.currency}",
        f"DTM*097*{day:%Y%m%d}",
        f"N1*PR*{advice.payer.replace('*', ' ')}",
        "N1*PE*ACQUIT BENCHMARK",
        "ENT*1",
    ]
    for line in advice.lines:
        kind = "CM" if line.gross < 0 else "IV"
        discount = f"*{line.taken_off:.2f}" if line.is_discount else ""
        body.append(f"RMR*{kind}*{line.document}*PO*{line.paid:.2f}*{line.gross:.2f}{discount}")
        body.append(f"DTM*003*{line.issued:%Y%m%d}")
        if line.taken_off and not line.is_discount:
            body.append(f"ADX*{-line.taken_off:.2f}*{line.code}")
    body.append(f"SE*{len(body) + 1}*0001")
    parties = "*ZZ*PAYER          *ZZ*ACQUIT         *"
    head = [
        f"ISA*00*          *00*          {parties}{day:%y%m%d}*2000*U*00401*{control}*0*P*>",
        f"GS*RA*PAYER*ACQUIT*{day:%Y%m%d}*2000*1*X*004010",
    ]
    return ("~\n".join([*head, *body, "GE*1*1", f"IEA*1*{control}"]) + "~\n").encode()


def _text(advice: Advice) -> Iterator[str]:
    """Give the advice as lines of text in columns."""
    yield _TITLES[advice.language]
    yield ""
    for head, value in _top(advice):
        yield f"{head}: {value}"
    yield ""
    widths = (20, 15, 16, 12, 12, 12, 15)
    for cells in (_HEADS[advice.language], *(_cells(line, advice.language) for line in advice.lines)):
        yield "".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _email(advice: Advice) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = advice.email or "payments@agent.example"
    mail["To"] = "ar@acquit.example"
    mail["Date"] = f"{advice.day:%a, %d %b %Y} 16:00:00 +0000"
    mail["Message-ID"] = f"<{advice.reference}.{advice.day:%Y%m%d}@customer.example>"
    correction = {"de": "Korrektur: ", "en": "Corrected: ", "nl": "Correctie: ", "fr": "Rectificatif : "}
    head = correction[advice.language] if advice.is_corrected else ""
    mail["Subject"] = f"{head}{_TITLES[advice.language]} {advice.reference}"
    mail.set_content("\n".join(_text(advice)) + "\n\n-- \nAccounts payable\n")
    return mail.as_bytes()


def _pdf(advice: Advice) -> bytes:
    """Write the text in a fixed-width font, one page for each fifty lines; a PDF of its plainest form."""
    lines = list(_text(advice))
    pages = [lines[start : start + 50] for start in range(0, len(lines), 50)]
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for place, page in enumerate(pages):
        drawn = (
            b"BT /F1 8 Tf 10 TL 40 560 Td\n"
            + b"".join(b"(%s) Tj T*\n" % _escaped(line) for line in page)
            + b"ET"
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents {5 + 2 * place} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            count,
            table,
            count,
            len(out),
        )
    )


def _escaped(text: str) -> bytes:
    plain = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return plain.encode("cp1252", "replace")
