"""What a file can be, and what its columns can mean.

The clever idea: a kind of file is nothing but the fields it can have, how much each speaks for that kind, and which
it cannot do without. Recognising a file is then one sum per kind, and adding a kind is adding a row here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """The kinds of file that a company's folder holds."""

    CUSTOMERS = "CUSTOMERS"
    OPEN_ITEMS = "OPEN_ITEMS"
    INVOICE_LINES = "INVOICE_LINES"
    AGED_BALANCES = "AGED_BALANCES"
    PAYMENTS = "PAYMENTS"
    BANK_STATEMENT = "BANK_STATEMENT"
    BANK_ACCOUNTS = "BANK_ACCOUNTS"
    VIRTUAL_ACCOUNTS = "VIRTUAL_ACCOUNTS"
    STATUS_REPORT = "STATUS_REPORT"
    FX_RATES = "FX_RATES"
    ORDERS = "ORDERS"
    DEDUCTION_CODES = "DEDUCTION_CODES"
    POLICY = "POLICY"
    REMITTANCE = "REMITTANCE"
    UNKNOWN = "UNKNOWN"


KIND_WORDS = {
    FileKind.CUSTOMERS: "Customers",
    FileKind.OPEN_ITEMS: "Open items",
    FileKind.INVOICE_LINES: "Invoice lines",
    FileKind.AGED_BALANCES: "Aged balances",
    FileKind.PAYMENTS: "Payments",
    FileKind.BANK_STATEMENT: "Bank statement",
    FileKind.BANK_ACCOUNTS: "Bank accounts",
    FileKind.VIRTUAL_ACCOUNTS: "Virtual accounts",
    FileKind.STATUS_REPORT: "Report on orders to the bank",
    FileKind.FX_RATES: "Exchange rates",
    FileKind.ORDERS: "Orders",
    FileKind.DEDUCTION_CODES: "Deduction codes",
    FileKind.POLICY: "Policy",
    FileKind.REMITTANCE: "Remittance advice",
    FileKind.UNKNOWN: "Not understood",
}


class ValueType(StrEnum):
    """How the cells of a field are read."""

    IDENTIFIER = "IDENTIFIER"
    NAME = "NAME"
    TEXT = "TEXT"
    AMOUNT = "AMOUNT"
    NUMBER = "NUMBER"
    PERCENT = "PERCENT"
    DAYS = "DAYS"
    DATE = "DATE"
    CURRENCY = "CURRENCY"
    COUNTRY = "COUNTRY"
    LANGUAGE = "LANGUAGE"
    IBAN = "IBAN"
    IBANS = "IBANS"
    NAMES = "NAMES"
    EMAIL = "EMAIL"
    FLAG = "FLAG"
    DOCUMENT_TYPE = "DOCUMENT_TYPE"
    DEBIT_CREDIT = "DEBIT_CREDIT"


class Field(StrEnum):
    """What a column can mean; the attribute of a row is the same word in small letters."""

    ACCOUNT = "ACCOUNT"
    AMOUNT = "AMOUNT"
    AS_OF_DATE = "AS_OF_DATE"
    AUTO_BY_AMOUNT = "AUTO_BY_AMOUNT"
    BALANCE = "BALANCE"
    BANK_CHARGES = "BANK_CHARGES"
    BANK_REFERENCE = "BANK_REFERENCE"
    BASE_CURRENCY = "BASE_CURRENCY"
    BASELINE_DATE = "BASELINE_DATE"
    BOOKING_DATE = "BOOKING_DATE"
    BUCKET = "BUCKET"
    CITY = "CITY"
    CODE = "CODE"
    COMPANY_CODE = "COMPANY_CODE"
    CONTACT_NAME = "CONTACT_NAME"
    COUNTERPARTY_IBAN = "COUNTERPARTY_IBAN"
    COUNTERPARTY_NAME = "COUNTERPARTY_NAME"
    COUNTRY = "COUNTRY"
    CREDIT_AMOUNT = "CREDIT_AMOUNT"
    CREDIT_LIMIT = "CREDIT_LIMIT"
    CURRENCY = "CURRENCY"
    CUSTOMER = "CUSTOMER"
    CUSTOMER_NAME = "CUSTOMER_NAME"
    CUSTOMER_PO = "CUSTOMER_PO"
    DAYS_PAST_DUE = "DAYS_PAST_DUE"
    DEBIT_AMOUNT = "DEBIT_AMOUNT"
    DEBIT_CREDIT = "DEBIT_CREDIT"
    DEDUCTION_AMOUNT = "DEDUCTION_AMOUNT"
    DEDUCTION_CODE = "DEDUCTION_CODE"
    DESCRIPTION = "DESCRIPTION"
    DIRECT_DEBIT_MANDATE = "DIRECT_DEBIT_MANDATE"
    DISCOUNT_AMOUNT = "DISCOUNT_AMOUNT"
    DISCOUNT_DAYS = "DISCOUNT_DAYS"
    DISCOUNT_PERCENT = "DISCOUNT_PERCENT"
    DISCOUNT_RATE = "DISCOUNT_RATE"
    DISPUTED = "DISPUTED"
    DISPUTED_AMOUNT = "DISPUTED_AMOUNT"
    DISPUTE_REASON = "DISPUTE_REASON"
    DOCUMENT = "DOCUMENT"
    DOCUMENT_DATE = "DOCUMENT_DATE"
    DOCUMENT_TYPE = "DOCUMENT_TYPE"
    DUE_DATE = "DUE_DATE"
    DUNNING_LEVEL = "DUNNING_LEVEL"
    EMAIL = "EMAIL"
    FIRST_NAME = "FIRST_NAME"
    FISCAL_YEAR = "FISCAL_YEAR"
    FORMAT = "FORMAT"
    FREIGHT_AMOUNT = "FREIGHT_AMOUNT"
    GROSS_AMOUNT = "GROSS_AMOUNT"
    IBANS = "IBANS"
    KEY = "KEY"
    LANGUAGE = "LANGUAGE"
    LAST_NAME = "LAST_NAME"
    LAST_REMINDER_DATE = "LAST_REMINDER_DATE"
    LINE_AMOUNT = "LINE_AMOUNT"
    LINE_ITEM = "LINE_ITEM"
    LOCAL_AMOUNT = "LOCAL_AMOUNT"
    LOCAL_CURRENCY = "LOCAL_CURRENCY"
    NET_AMOUNT = "NET_AMOUNT"
    NET_DAYS = "NET_DAYS"
    OPEN_AMOUNT = "OPEN_AMOUNT"
    ORDER = "ORDER"
    ORDER_DATE = "ORDER_DATE"
    PAID_AMOUNT = "PAID_AMOUNT"
    PARENT = "PARENT"
    PAYER = "PAYER"
    PAYMENT_DATE = "PAYMENT_DATE"
    PAYMENT_METHOD = "PAYMENT_METHOD"
    PAYMENT_REFERENCE = "PAYMENT_REFERENCE"
    PAYMENT_TERMS = "PAYMENT_TERMS"
    PHONE = "PHONE"
    POSTAL_CODE = "POSTAL_CODE"
    POSTING_DATE = "POSTING_DATE"
    PREPAYMENT_PERCENT = "PREPAYMENT_PERCENT"
    PRODUCT = "PRODUCT"
    QUANTITY = "QUANTITY"
    QUOTE_CURRENCY = "QUOTE_CURRENCY"
    RATE = "RATE"
    RATE_DATE = "RATE_DATE"
    REASON = "REASON"
    REGION = "REGION"
    REMITTANCE_TEXT = "REMITTANCE_TEXT"
    REQUIRED_DATE = "REQUIRED_DATE"
    SETTLED_DATE = "SETTLED_DATE"
    SHIPPED_DATE = "SHIPPED_DATE"
    STATUS = "STATUS"
    STREET = "STREET"
    STRUCTURED_REFERENCE = "STRUCTURED_REFERENCE"
    TAX_AMOUNT = "TAX_AMOUNT"
    TEXT = "TEXT"
    TRADING_NAMES = "TRADING_NAMES"
    UNIT_PRICE = "UNIT_PRICE"
    VALUE_DATE = "VALUE_DATE"
    VAT_ID = "VAT_ID"
    VIRTUAL_ACCOUNT = "VIRTUAL_ACCOUNT"


_TYPES: dict[ValueType, str] = {
    ValueType.IDENTIFIER: "ACCOUNT BANK_REFERENCE CODE COMPANY_CODE CUSTOMER CUSTOMER_PO DEDUCTION_CODE"
    " DIRECT_DEBIT_MANDATE"
    " DOCUMENT KEY LINE_ITEM ORDER PARENT PAYER PAYMENT_REFERENCE PRODUCT STRUCTURED_REFERENCE"
    " VAT_ID FISCAL_YEAR VIRTUAL_ACCOUNT",
    ValueType.NAME: "CITY CONTACT_NAME COUNTERPARTY_NAME CUSTOMER_NAME FIRST_NAME LAST_NAME",
    ValueType.TEXT: "BANK_CHARGES DESCRIPTION DISPUTE_REASON DUNNING_LEVEL FORMAT PAYMENT_METHOD PAYMENT_TERMS"
    " PHONE"
    " POSTAL_CODE REASON REGION REMITTANCE_TEXT STATUS STREET TEXT",
    ValueType.AMOUNT: "AMOUNT BALANCE BUCKET CREDIT_AMOUNT CREDIT_LIMIT DEBIT_AMOUNT DEDUCTION_AMOUNT"
    " DISCOUNT_AMOUNT"
    " DISPUTED_AMOUNT FREIGHT_AMOUNT GROSS_AMOUNT LINE_AMOUNT LOCAL_AMOUNT NET_AMOUNT OPEN_AMOUNT"
    " PAID_AMOUNT TAX_AMOUNT",
    ValueType.NUMBER: "QUANTITY RATE UNIT_PRICE DISCOUNT_RATE",
    ValueType.PERCENT: "DISCOUNT_PERCENT PREPAYMENT_PERCENT",
    ValueType.DAYS: "DAYS_PAST_DUE DISCOUNT_DAYS NET_DAYS",
    ValueType.DATE: "AS_OF_DATE BASELINE_DATE BOOKING_DATE DOCUMENT_DATE DUE_DATE LAST_REMINDER_DATE ORDER_DATE"
    " PAYMENT_DATE"
    " POSTING_DATE RATE_DATE REQUIRED_DATE SETTLED_DATE SHIPPED_DATE VALUE_DATE",
    ValueType.CURRENCY: "BASE_CURRENCY CURRENCY LOCAL_CURRENCY QUOTE_CURRENCY",
    ValueType.COUNTRY: "COUNTRY",
    ValueType.LANGUAGE: "LANGUAGE",
    ValueType.IBAN: "COUNTERPARTY_IBAN",
    ValueType.IBANS: "IBANS",
    ValueType.NAMES: "TRADING_NAMES",
    ValueType.EMAIL: "EMAIL",
    ValueType.FLAG: "AUTO_BY_AMOUNT DISPUTED",
    ValueType.DOCUMENT_TYPE: "DOCUMENT_TYPE",
    ValueType.DEBIT_CREDIT: "DEBIT_CREDIT",
}
FIELD_TYPES: dict[Field, ValueType] = {
    Field(name): value_type for value_type, names in _TYPES.items() for name in names.split()
}

FIELD_WORDS: dict[Field, str] = {field: field.value.replace("_", " ").capitalize() for field in Field} | {
    Field.DOCUMENT: "Document number",
    Field.CUSTOMER: "Customer number",
    Field.GROSS_AMOUNT: "Original amount",
    Field.CUSTOMER_PO: "Customer's order number",
    Field.SETTLED_DATE: "Cleared on",
    Field.IBANS: "IBANs",
    Field.VAT_ID: "VAT id",
}


@dataclass(frozen=True, slots=True)
class KindSpec:
    """The fields of a kind, each with its weight in recognising it, and what the kind cannot do without.

    Of every group in `required` at least one field must be there. `file_words` are words of file names that speak for
    the kind.
    """

    weights: dict[Field, float]
    required: tuple[frozenset[Field], ...]
    file_words: frozenset[str]


def _spec(weights: str, required: str, file_words: str) -> KindSpec:
    """Read the table below: "FIELD:weight FIELD" (weight 1 when not given); "A|B C" are two groups."""
    pairs = (entry.partition(":") for entry in weights.split())
    return KindSpec(
        {Field(name): float(weight or 1) for name, _, weight in pairs},
        tuple(frozenset(map(Field, group.split("|"))) for group in required.split()),
        frozenset(file_words.split()),
    )


KIND_SPECS: dict[FileKind, KindSpec] = {
    FileKind.CUSTOMERS: _spec(
        "CUSTOMER:2 CUSTOMER_NAME:2 TRADING_NAMES COUNTRY CITY LANGUAGE CURRENCY:0.5 IBANS PARENT"
        " PAYER PAYMENT_TERMS"
        " NET_DAYS DISCOUNT_PERCENT DISCOUNT_DAYS EMAIL:1.5 PHONE:1.5 STREET:1.5 POSTAL_CODE:1.5"
        " REGION CREDIT_LIMIT:1.5"
        " DIRECT_DEBIT_MANDATE BANK_CHARGES AUTO_BY_AMOUNT VAT_ID:1.5 CONTACT_NAME FIRST_NAME"
        " LAST_NAME BALANCE:0.3",
        "CUSTOMER CUSTOMER_NAME|LAST_NAME",
        "customer customers client clients kunden kunde debitoren debitor debtors debtor clienti"
        " clientes klanten"
        " debiteuren accounts stammdaten master",
    ),
    FileKind.OPEN_ITEMS: _spec(
        "DOCUMENT:2 DOCUMENT_TYPE CUSTOMER:1.5 CUSTOMER_NAME:0.5 DOCUMENT_DATE:1.5 DUE_DATE:2.5"
        " BASELINE_DATE POSTING_DATE:0.7"
        " CURRENCY:0.7 GROSS_AMOUNT:1.5 OPEN_AMOUNT:2 NET_AMOUNT:0.5 TAX_AMOUNT:0.5 DEBIT_AMOUNT"
        " CREDIT_AMOUNT DEBIT_CREDIT"
        " DESCRIPTION:0.4 CUSTOMER_PO STRUCTURED_REFERENCE PAYMENT_TERMS:0.7 NET_DAYS:0.5"
        " SETTLED_DATE:1.5 DISPUTED"
        " DISPUTED_AMOUNT DISPUTE_REASON COUNTRY:0.2 COMPANY_CODE:0.5 FISCAL_YEAR:0.5 LINE_ITEM:0.3"
        " DAYS_PAST_DUE"
        " DUNNING_LEVEL LAST_REMINDER_DATE LOCAL_AMOUNT LOCAL_CURRENCY",
        "DOCUMENT CUSTOMER|CUSTOMER_NAME GROSS_AMOUNT|OPEN_AMOUNT|DEBIT_AMOUNT"
        " DOCUMENT_DATE|DUE_DATE|POSTING_DATE",
        "open items invoices invoice offene posten op opos items receivable receivables ar aging"
        " ageing facturas factures"
        " fatture facturen rechnungen transactions outstanding posten offen postes ouverts partidas"
        " abiertas scadenzario",
    ),
    FileKind.INVOICE_LINES: _spec(
        "DOCUMENT:2 CUSTOMER CUSTOMER_NAME:0.5 DOCUMENT_DATE PRODUCT:2 DESCRIPTION:0.7 QUANTITY:2.5"
        " UNIT_PRICE:2.5"
        " LINE_AMOUNT:1.5 DISCOUNT_RATE LINE_ITEM CURRENCY:0.5 COUNTRY:0.3 ORDER:1.8",
        "DOCUMENT|ORDER QUANTITY|LINE_AMOUNT UNIT_PRICE|LINE_AMOUNT PRODUCT|QUANTITY|UNIT_PRICE",
        "lines details line detail positionen sales retail lignes lineas righe regels umsatz",
    ),
    FileKind.AGED_BALANCES: _spec(
        "CUSTOMER:1.5 CUSTOMER_NAME AS_OF_DATE CURRENCY:0.5 BUCKET:1.2 BALANCE:2 CREDIT_LIMIT:0.2",
        "CUSTOMER|CUSTOMER_NAME BUCKET|BALANCE",
        "aged aging ageing balances balance age altersstruktur faelligkeitsliste fälligkeitsliste",
    ),
    FileKind.PAYMENTS: _spec(
        "PAYMENT_REFERENCE:2 PAYMENT_DATE:2.2 AMOUNT:1.5 CUSTOMER:1.2 CUSTOMER_NAME:0.5 CURRENCY:0.5 DOCUMENT"
        " PAYMENT_METHOD:1.5 DESCRIPTION:0.4 COUNTERPARTY_IBAN COUNTERPARTY_NAME BANK_REFERENCE:0.5 ORDER",
        "AMOUNT CUSTOMER|CUSTOMER_NAME|DOCUMENT|ORDER|PAYMENT_REFERENCE|COUNTERPARTY_NAME PAYMENT_DATE",
        "payments payment receipts receipt cash zahlungen zahlung zahlungseingaenge paiements pagos"
        " cobros pagamenti"
        " pagamentos betalingen",
    ),
    FileKind.BANK_STATEMENT: _spec(
        "BOOKING_DATE:1.8 VALUE_DATE:2 AMOUNT:1.5 DEBIT_AMOUNT CREDIT_AMOUNT DEBIT_CREDIT"
        " CURRENCY:0.5 COUNTERPARTY_NAME:1.5"
        " COUNTERPARTY_IBAN:2 REMITTANCE_TEXT:2 BANK_REFERENCE BALANCE:1.5 ACCOUNT:1.2",
        "BOOKING_DATE|VALUE_DATE AMOUNT|CREDIT_AMOUNT"
        " REMITTANCE_TEXT|COUNTERPARTY_NAME|COUNTERPARTY_IBAN|BALANCE",
        "bank statement konto kontoauszug auszug umsaetze umsätze umsatz releve relevé extracto"
        " estratto extrato afschrift",
    ),
    FileKind.BANK_ACCOUNTS: _spec(
        "KEY:2 ACCOUNT:2.5 CURRENCY FORMAT:2.5", "KEY ACCOUNT", "bank accounts bankkonten konten"
    ),
    FileKind.VIRTUAL_ACCOUNTS: _spec(
        "CUSTOMER:1.5 CUSTOMER_NAME:0.5 VIRTUAL_ACCOUNT:2.5",
        "CUSTOMER VIRTUAL_ACCOUNT",
        "virtual accounts virtuelle konten comptes virtuels cuentas virtuales",
    ),
    FileKind.FX_RATES: _spec(
        "RATE_DATE:1.5 BASE_CURRENCY:2.5 QUOTE_CURRENCY:2 RATE:2.5",
        "RATE_DATE QUOTE_CURRENCY RATE",
        "fx rates exchange kurse wechselkurse currency currencies devisen taux cambio tassi koersen",
    ),
    FileKind.ORDERS: _spec(
        "ORDER:2.5 CUSTOMER:1.5 CUSTOMER_NAME:0.5 ORDER_DATE:2.5 REQUIRED_DATE:1.5 SHIPPED_DATE:1.5"
        " STATUS CURRENCY:0.5"
        " AMOUNT:1.2 PREPAYMENT_PERCENT:2 FREIGHT_AMOUNT CUSTOMER_PO:0.7 DESCRIPTION:0.4 COUNTRY:0.2"
        " CITY:0.2",
        "ORDER CUSTOMER|CUSTOMER_NAME ORDER_DATE",
        "orders order auftraege aufträge bestellungen commandes pedidos ordini",
    ),
    FileKind.DEDUCTION_CODES: _spec(
        "CUSTOMER CODE:2 TEXT:1.5 REASON:2", "CODE REASON|TEXT", "deduction deductions codes abzuege abzüge reason"
    ),
    FileKind.REMITTANCE: _spec(
        "DOCUMENT:2 DOCUMENT_DATE:0.7 GROSS_AMOUNT DISCOUNT_AMOUNT:2 DEDUCTION_AMOUNT:2"
        " PAID_AMOUNT:2.5 DEDUCTION_CODE:1.5"
        " CURRENCY:0.3 DESCRIPTION:0.4 CUSTOMER_PO:0.4 DOCUMENT_TYPE:0.3",
        "DOCUMENT PAID_AMOUNT|DISCOUNT_AMOUNT|DEDUCTION_AMOUNT",
        "remittance advice avis zahlungsavis aviso avviso remise advies",
    ),
}  # fmt: skip
