"""Writes an audit file in the form of the OECD's SAF-T 2.00: header, master files, general ledger, source documents.

The one clever idea: everything is read twice from one snapshot, first for the totals that the file says before its
entries, then for the entries; and the first reading proves that the entries lead every account from its opening to its
closing balance, so a file that contradicts itself is never written.

Amounts are in the company's currency, those in another stand beside them. What we do not hold (registration numbers,
addresses but city and country, standard account codes) is left out: national variants that demand it need it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from lxml import etree

from acquit.core.money import EXACT, minor_units, round_amount, split_by_weight
from acquit.formats.journals.saft_values import (
    AuditDocument,
    AuditFile,
    AuditLine,
    AuditPayment,
    AuditTaxCode,
    CannotWriteAuditFile,
)
from acquit.formats.journals.values import ZERO, JournalEntry, JournalLine, plain_text

NAMESPACE = "urn:OECD:StandardAuditFile-Taxation/2.00"
_NAMESPACES: Any = {None: NAMESPACE}
_VERSION = "2.00"
_MIDDLE = 70
_LONG = 256
_FINEST = Decimal("0.000001")


class _Totals(NamedTuple):
    number: int
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class _Totalled:
    """What the first reading found."""

    entries: _Totals
    invoices: _Totals
    payments: _Totals


@dataclass(slots=True)
class _Sum:
    count: int = 0
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    by_account: dict[int, Decimal] = field(default_factory=dict)

    def add(self, value: Decimal, account_id: int | None = None) -> None:
        if value > 0:
            self.debit += value
        else:
            self.credit -= value
        if account_id is not None:
            self.by_account[account_id] = self.by_account.get(account_id, ZERO) + value

    @property
    def totals(self) -> _Totals:
        return _Totals(self.count, self.debit, self.credit)


def write_saft(audit: AuditFile, out: BinaryIO) -> int:
    """Write the file; gives the number of entries. Refuses (`CannotWriteAuditFile`) balances no entries explain."""
    totals = _total(audit)
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        writer = _Writer(xml, audit)
        # names stand plain below the root, whose default namespace is theirs: declared once, not on every element
        with xml.element("AuditFile", nsmap=_NAMESPACES):
            writer.write_header()
            writer.write_master_files()
            writer.write_ledger(totals.entries)
            writer.write_sources(totals.invoices, totals.payments)
    return totals.entries.number


def _total(audit: AuditFile) -> _Totalled:
    entries = _Sum()
    for entry in audit.read_entries():
        entries.count += 1
        for line in entry.lines:
            entries.add(line.value, line.account_id)
    for account in audit.accounts:
        moved = entries.by_account.pop(account.account_id, ZERO)
        if account.opening + moved != account.closing:
            code = audit.head.accounts[account.account_id].code
            raise CannotWriteAuditFile(
                f"Account {code}: {account.opening} and entries of {moved} do not make {account.closing}.",
                details={"account": code},
            )
    if any(entries.by_account.values()):
        raise CannotWriteAuditFile("There are entries on accounts that have no balance.")
    invoices = _Sum()
    for document in audit.read_documents():
        invoices.count += 1
        for amount in _own_amounts(document, audit.company.currency)[0]:
            invoices.add(-amount)
    payments = _Sum()
    for payment in audit.read_payments():
        payments.count += 1
        payments.add(-payment.company_amount)
    return _Totalled(entries.totals, invoices.totals, payments.totals)


def _own_amounts(document: AuditDocument, currency: str) -> tuple[tuple[Decimal, ...], Decimal]:
    """Give each line's net and the tax in company currency: shares of the document's value in the books."""
    nets = [line.net for line in document.lines] or [document.net]
    parts = [*nets, document.tax]
    if document.currency == currency:
        return tuple(nets), document.tax
    positive = sum((part for part in parts if part > 0), ZERO)
    negative = -sum((part for part in parts if part < 0), ZERO)
    value, whole = document.company_gross, document.gross
    shares = [ZERO] * len(parts)
    # a document may hold lines of both signs: each side is split by itself, and both sum to the whole
    larger = _share(value, positive, whole, currency)
    for sign, of, total in ((1, larger, positive), (-1, value - larger, negative)):
        if not total:
            continue
        weights = [max(part * sign, ZERO) for part in parts]
        for place, share in enumerate(split_by_weight(of, weights, currency)):
            shares[place] += share
    return tuple(shares[:-1]), shares[-1]


def _share(value: Decimal, part: Decimal, whole: Decimal, currency: str) -> Decimal:
    """Give the part of a value in proportion to the whole, rounded to the currency."""
    if part == whole:
        return value
    return round_amount(EXACT.divide(EXACT.multiply(value, part), whole), currency)


def _unit_price(line: AuditLine, net: Decimal) -> Decimal:
    """Give a line's price in company currency, whose net there is `net`."""
    if line.net in {ZERO, net}:
        return line.price
    return EXACT.divide(EXACT.multiply(line.price, net), line.net).quantize(_FINEST, context=EXACT)


class _Writer:
    """The parts of one file."""

    def __init__(self, xml: Any, audit: AuditFile) -> None:
        self._xml = xml
        self._audit = audit

    def write_header(self) -> None:
        audit, company = self._audit, self._audit.company
        header = etree.Element("Header")
        _texts(header, AuditFileVersion=_VERSION, AuditFileCountry=company.country)
        _texts(header, AuditFileDateCreated=audit.created_date.isoformat(), SoftwareCompanyName="Acquit")
        _texts(header, SoftwareID="Acquit", SoftwareVersion=audit.software_version)
        own = etree.SubElement(header, "Company")
        _texts(own, Name=_cut(company.name, _MIDDLE))
        _texts(etree.SubElement(own, "Address"), Country=company.country)
        _texts(header, DefaultCurrencyCode=company.currency)
        criteria = etree.SubElement(header, "SelectionCriteria")
        _texts(criteria, SelectionStartDate=audit.first_date.isoformat())
        _texts(criteria, SelectionEndDate=audit.last_date.isoformat())
        _texts(header, TaxAccountingBasis="A", TaxEntity=_cut(company.name, _MIDDLE))
        self._xml.write(header)

    def write_master_files(self) -> None:
        with self._part("MasterFiles"):
            with self._part("GeneralLedgerAccounts"):
                for account in self._audit.accounts:
                    self._xml.write(self._account(account.account_id, account.opening, account.closing))
            with self._part("Customers"):
                for customer in self._audit.customers.values():
                    element = etree.Element("Customer")
                    _texts(element, Name=_cut(customer.name or customer.number, _MIDDLE))
                    _texts(
                        etree.SubElement(element, "Address"),
                        City=_cut(customer.city, 35),
                        Country=customer.country,
                    )
                    _texts(element, CustomerID=plain_text(customer.number), AccountID=self._receivables())
                    self._balance(element, "Opening", customer.opening)
                    self._balance(element, "Closing", customer.closing)
                    self._xml.write(element)
            with self._part("TaxTable"):
                self._xml.write(self._tax_entry())

    def _account(self, account_id: int, opening: Decimal, closing: Decimal) -> Any:
        account = self._audit.head.accounts[account_id]
        element = etree.Element("Account")
        _texts(element, AccountID=account.code, AccountDescription=_cut(account.name, _LONG))
        _texts(element, GroupingCategory=account.root, GroupingCode=account.role, AccountType="GL")
        self._balance(element, "Opening", opening)
        self._balance(element, "Closing", closing)
        return element

    def _receivables(self) -> str:
        accounts = self._audit.head.accounts.values()
        return next((account.code for account in accounts if account.role == "RECEIVABLES"), "")

    def _tax_entry(self) -> Any:
        entry = etree.Element("TaxTableEntry")
        _texts(entry, TaxType="VAT", Description="Value added tax")
        for code in self._audit.tax_codes or (AuditTaxCode("", ZERO),):
            details = etree.SubElement(entry, "TaxCodeDetails")
            _texts(details, TaxCode=plain_text(code.name), Description=_cut(code.name, _LONG))
            _texts(details, TaxPercentage=f"{code.rate:f}", Country=self._audit.company.country)
        return entry

    def write_ledger(self, totals: _Totals) -> None:
        with self._part("GeneralLedgerEntries"):
            self._write_totals(totals)
            with self._part("Journal"):
                for name, text in (("JournalID", "GL"), ("Description", "General ledger"), ("Type", "GL")):
                    self._write_text(name, text)
                for entry in self._audit.read_entries():
                    self._xml.write(self._transaction(entry))

    def _transaction(self, entry: JournalEntry) -> Any:
        number, year = self._audit.period_of(entry.posting_date)
        element = etree.Element("Transaction")
        _texts(element, TransactionID=str(entry.id), Period=str(number), PeriodYear=str(year))
        _texts(element, TransactionDate=(entry.document_date or entry.posting_date).isoformat())
        _texts(element, TransactionType=entry.kind[:18], Description=_cut(entry.text or entry.kind, _LONG))
        _texts(element, SystemEntryDate=(entry.recorded_date or entry.posting_date).isoformat())
        _texts(element, GLPostingDate=entry.posting_date.isoformat(), SystemID=str(entry.id))
        for number, line in enumerate(entry.lines, 1):
            element.append(self._line(entry, number, line))
        return element

    def _line(self, entry: JournalEntry, number: int, line: JournalLine) -> Any:
        element = etree.Element("Line")
        customer = self._customer_number(line.customer_id)
        _texts(element, RecordID=str(number), AccountID=self._audit.head.accounts[line.account_id].code)
        _texts(element, SourceDocumentID=_cut(entry.document_number or line.item_number, 35))
        _texts(element, CustomerID=customer, Description=_cut(entry.text or entry.kind, _LONG))
        is_debit = line.value > 0 or (line.value == 0 and line.amount > 0)
        sign = 1 if is_debit else -1
        side = "DebitAmount" if is_debit else "CreditAmount"
        self._amount(element, side, line.value * sign, line.amount * sign, entry.currency)
        if line.due_date is not None:
            _texts(element, DueDate=line.due_date.isoformat())
        return element

    def write_sources(self, invoices: _Totals, payments: _Totals) -> None:
        with self._part("SourceDocuments"):
            with self._part("SalesInvoices"):
                self._write_totals(invoices)
                for document in self._audit.read_documents():
                    self._xml.write(self._invoice(document))
            with self._part("Payments"):
                self._write_totals(payments)
                for payment in self._audit.read_payments():
                    self._xml.write(self._payment(payment))

    def _invoice(self, document: AuditDocument) -> Any:
        number, year = self._audit.period_of(document.posting_date)
        nets, tax = _own_amounts(document, self._audit.company.currency)
        sign = 1 if document.gross > 0 else -1
        element = etree.Element("Invoice")
        _texts(element, InvoiceNo=plain_text(document.number))
        info = etree.SubElement(element, "CustomerInfo")
        _texts(info, CustomerID=self._customer_number(document.customer_id))
        _texts(element, AccountID=self._receivables(), Period=str(number), PeriodYear=str(year))
        _texts(element, InvoiceDate=document.document_date.isoformat(), InvoiceType=document.kind)
        _texts(element, PaymentTerms=_cut(document.payment_terms, _MIDDLE))
        _texts(element, GLPostingDate=document.posting_date.isoformat(), SystemID=str(document.id))
        for place, net in enumerate(nets):
            element.append(self._invoice_line(document, place, net, sign))
        totals = etree.SubElement(element, "DocumentTotals")
        self._tax(totals, "TaxInformationTotals", None, tax * sign)
        net_total = sum(nets, ZERO) * sign
        _texts(totals, NetTotal=self._own(net_total), GrossTotal=self._own(net_total + tax * sign))
        return element

    def _invoice_line(self, document: AuditDocument, place: int, net: Decimal, sign: int) -> Any:
        line = document.lines[place] if document.lines else None
        element = etree.Element("Line")
        _texts(element, LineNumber=str(line.number if line else 1))
        if document.customer_po:
            _texts(
                etree.SubElement(element, "OrderReferences"),
                OriginatingON=_cut(document.customer_po, _MIDDLE),
            )
        if line is not None:
            _texts(element, ProductCode=_cut(line.product, _MIDDLE))
            _texts(element, ProductDescription=_cut(line.description, _LONG), Quantity=f"{line.quantity:f}")
        price = _unit_price(line, net) if line is not None else net * sign
        _texts(element, UnitPrice=self._own(price), TaxPointDate=document.tax_point_date.isoformat())
        text = (line.description or line.product) if line else ""
        _texts(element, Description=_cut(text or document.number, _LONG))
        amount = line.net if line else document.net
        # an invoice's lines stand on the credit side, a credit note's on the debit side; a line against it is negative
        self._amount(element, "InvoiceLineAmount", net * sign, amount * sign, document.currency)
        _texts(element, DebitCreditIndicator="C" if sign > 0 else "D")
        if line is not None and (line.tax or line.tax_rate):
            own = _share(net, line.tax, line.net, self._audit.company.currency) if line.net else line.tax
            self._tax(element, "TaxInformation", AuditTaxCode(line.tax_code, line.tax_rate), own * sign)
        return element

    def _payment(self, payment: AuditPayment) -> Any:
        number, year = self._audit.period_of(payment.posting_date)
        sign = 1 if payment.company_amount > 0 else -1
        element = etree.Element("Payment")
        _texts(element, PaymentRefNo=plain_text(payment.number), Period=str(number), PeriodYear=str(year))
        _texts(element, TransactionDate=payment.posting_date.isoformat(), PaymentMethod="BANK")
        _texts(element, Description=payment.kind, SystemID=str(payment.id))
        line = etree.SubElement(element, "Line")
        _texts(line, LineNumber="1", CustomerID=self._customer_number(payment.customer_id))
        _texts(line, DebitCreditIndicator="C" if sign > 0 else "D")
        amounts = payment.company_amount * sign, payment.amount * sign
        self._amount(line, "PaymentLineAmount", *amounts, payment.currency)
        _texts(etree.SubElement(element, "DocumentTotals"), GrossTotal=self._own(amounts[0]))
        return element

    def _customer_number(self, customer_id: int | None) -> str:
        customer = self._audit.customers.get(customer_id) if customer_id is not None else None
        return plain_text(customer.number) if customer is not None else ""

    def _amount(self, parent: Any, name: str, value: Decimal, amount: Decimal, currency: str) -> None:
        element = etree.SubElement(parent, name)
        _texts(element, Amount=self._own(value))
        if currency != self._audit.company.currency:
            _texts(element, CurrencyCode=currency, CurrencyAmount=_plain(amount, currency))
            if amount and value:
                rate = EXACT.divide(value, amount)
                _texts(element, ExchangeRate=f"{rate:.8f}")

    def _balance(self, parent: Any, which: str, amount: Decimal) -> None:
        side = "Debit" if amount >= 0 else "Credit"
        _texts(parent, **{f"{which}{side}Balance": self._own(abs(amount))})

    def _tax(self, parent: Any, tag: str, code: AuditTaxCode | None, amount: Decimal) -> None:
        element = etree.SubElement(parent, tag)
        _texts(element, TaxType="VAT")
        if code is not None:
            _texts(element, TaxCode=plain_text(code.name), TaxPercentage=f"{code.rate:f}")
        _texts(etree.SubElement(element, "TaxAmount"), Amount=self._own(amount))

    def _own(self, amount: Decimal) -> str:
        return _plain(amount, self._audit.company.currency)

    def _write_totals(self, totals: _Totals) -> None:
        self._write_text("NumberOfEntries", str(totals.number))
        self._write_text("TotalDebit", self._own(totals.debit))
        self._write_text("TotalCredit", self._own(totals.credit))

    def _write_text(self, name: str, text: str) -> None:
        element = etree.Element(name)
        element.text = text
        self._xml.write(element)

    @contextmanager
    def _part(self, name: str) -> Iterator[None]:
        with self._xml.element(name):
            yield


def _texts(parent: Any, **texts: str) -> None:
    """Add children in the order given; an empty text adds none."""
    for tag, text in texts.items():
        if text:
            etree.SubElement(parent, tag).text = text


def _plain(amount: Decimal, currency: str) -> str:
    """Write an amount with its currency's decimals, or with all it has when it is finer."""
    exponent = amount.normalize().as_tuple().exponent
    return f"{amount:.{max(minor_units(currency), -exponent if isinstance(exponent, int) else 0)}f}"


def _cut(text: str, longest: int) -> str:
    return plain_text(text)[:longest]
