"""Words of intake: kinds of files, meanings of columns, types of documents, and why a row was refused."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as lazy

from acquit.intake.queries import RefusedView
from acquit.web.said import Words

FILE_KINDS: Mapping[str, Words] = {
    "CUSTOMERS": lazy("Customers"),
    "OPEN_ITEMS": lazy("Open items"),
    "INVOICE_LINES": lazy("Invoice lines"),
    "AGED_BALANCES": lazy("Aged balances"),
    "PAYMENTS": lazy("Payments"),
    "BANK_STATEMENT": lazy("Bank statement"),
    "BANK_ACCOUNTS": lazy("Bank accounts"),
    "VIRTUAL_ACCOUNTS": lazy("Virtual accounts"),
    "STATUS_REPORT": lazy("Report on orders to the bank"),
    "FX_RATES": lazy("Exchange rates"),
    "ORDERS": lazy("Orders"),
    "DEDUCTION_CODES": lazy("Deduction codes"),
    "REMITTANCE": lazy("Remittance advice"),
    "POLICY": lazy("Policy"),
    "UNKNOWN": lazy("Not understood"),
}
DOCUMENT_TYPES: Mapping[str, Words] = {
    "INVOICE": lazy("Invoice"),
    "DEBIT_NOTE": lazy("Debit note"),
    "CREDIT_NOTE": lazy("Credit note"),
    "PAYMENT": lazy("Payment"),
    "LEFT_OUT": lazy("Leave these rows out"),
}
FIELDS: Mapping[str, Words] = {
    "ACCOUNT": lazy("Account"),
    "AMOUNT": lazy("Amount"),
    "AS_OF_DATE": lazy("As-of date"),
    "AUTO_BY_AMOUNT": lazy("Matching by amount agreed"),
    "BALANCE": lazy("Balance"),
    "BANK_CHARGES": lazy("Who bears bank charges"),
    "BANK_REFERENCE": lazy("Bank reference"),
    "BASE_CURRENCY": lazy("Base currency"),
    "BASELINE_DATE": lazy("Baseline date"),
    "BOOKING_DATE": lazy("Booking date"),
    "BUCKET": lazy("Ageing bucket"),
    "CITY": lazy("City"),
    "CODE": pgettext_lazy("meaning of a column", "Code"),
    "COMPANY_CODE": lazy("Company code"),
    "CONTACT_NAME": lazy("Contact"),
    "COUNTERPARTY_IBAN": lazy("Payer's IBAN"),
    "COUNTERPARTY_NAME": lazy("Payer's name"),
    "COUNTRY": lazy("Country"),
    "CREDIT_AMOUNT": lazy("Credit amount"),
    "CREDIT_LIMIT": lazy("Credit limit"),
    "CURRENCY": lazy("Currency"),
    "CUSTOMER": lazy("Customer number"),
    "CUSTOMER_NAME": lazy("Customer name"),
    "CUSTOMER_PO": lazy("Customer's order number"),
    "DAYS_PAST_DUE": lazy("Days past due"),
    "DEBIT_AMOUNT": lazy("Debit amount"),
    "DEBIT_CREDIT": lazy("Debit or credit"),
    "DEDUCTION_AMOUNT": lazy("Deduction"),
    "DEDUCTION_CODE": lazy("Deduction code"),
    "DESCRIPTION": lazy("Description"),
    "DIRECT_DEBIT_MANDATE": lazy("Direct debit mandate"),
    "DISCOUNT_AMOUNT": lazy("Discount amount"),
    "DISCOUNT_DAYS": lazy("Discount days"),
    "DISCOUNT_PERCENT": lazy("Cash discount, percent"),
    "DISCOUNT_RATE": lazy("Price reduction, rate"),
    "DISPUTED": lazy("Disputed"),
    "DISPUTED_AMOUNT": lazy("Disputed amount"),
    "DISPUTE_REASON": lazy("Reason of the dispute"),
    "DOCUMENT": lazy("Document number"),
    "DOCUMENT_DATE": lazy("Document date"),
    "DOCUMENT_TYPE": lazy("Document type"),
    "DUE_DATE": lazy("Due date"),
    "DUNNING_LEVEL": lazy("Dunning level"),
    "EMAIL": lazy("Mail"),
    "FIRST_NAME": lazy("First name"),
    "FISCAL_YEAR": lazy("Fiscal year"),
    "FORMAT": lazy("Format"),
    "FREIGHT_AMOUNT": lazy("Freight"),
    "GROSS_AMOUNT": lazy("Original amount"),
    "IBANS": lazy("IBANs"),
    "KEY": pgettext_lazy("meaning of a column", "Key"),
    "LANGUAGE": lazy("Language"),
    "LAST_NAME": lazy("Last name"),
    "LAST_REMINDER_DATE": lazy("Last reminder"),
    "LINE_AMOUNT": lazy("Line amount"),
    "LINE_ITEM": lazy("Line number"),
    "LOCAL_AMOUNT": lazy("Amount in local currency"),
    "LOCAL_CURRENCY": lazy("Local currency"),
    "NET_AMOUNT": lazy("Net amount"),
    "NET_DAYS": lazy("Days until due"),
    "OPEN_AMOUNT": lazy("Open amount"),
    "ORDER": pgettext_lazy("meaning of a column", "Order"),
    "ORDER_DATE": lazy("Order date"),
    "PAID_AMOUNT": lazy("Paid amount"),
    "PARENT": lazy("Parent customer"),
    "PAYER": lazy("Paying customer"),
    "PAYMENT_DATE": lazy("Payment date"),
    "PAYMENT_METHOD": lazy("Payment method"),
    "PAYMENT_REFERENCE": lazy("Payment reference"),
    "PAYMENT_TERMS": lazy("Payment terms"),
    "PHONE": lazy("Telephone"),
    "POSTAL_CODE": lazy("Postal code"),
    "POSTING_DATE": lazy("Posting date"),
    "PREPAYMENT_PERCENT": lazy("Prepayment, percent"),
    "PRODUCT": lazy("Product"),
    "QUANTITY": lazy("Quantity"),
    "QUOTE_CURRENCY": lazy("Quoted currency"),
    "RATE": lazy("Rate"),
    "RATE_DATE": lazy("Date of the rate"),
    "REASON": lazy("Reason"),
    "REGION": lazy("Region"),
    "REMITTANCE_TEXT": lazy("Remittance text"),
    "REQUIRED_DATE": lazy("Required date"),
    "SETTLED_DATE": lazy("Cleared on"),
    "SHIPPED_DATE": lazy("Shipped on"),
    "STATUS": lazy("Status"),
    "STREET": lazy("Street"),
    "STRUCTURED_REFERENCE": lazy("Structured reference"),
    "TAX_AMOUNT": lazy("Tax amount"),
    "TEXT": lazy("Text"),
    "TRADING_NAMES": lazy("Other names"),
    "UNIT_PRICE": lazy("Price"),
    "VALUE_DATE": lazy("Value date"),
    "VAT_ID": lazy("VAT id"),
    "VIRTUAL_ACCOUNT": lazy("Virtual account"),
}
#: What a column's confidence rests on, as far as it is a fixed phrase; phrases with values are said in English only.
REASONS: Mapping[str, Words] = {
    "unique in all rows": lazy("unique in all rows"),
    "codes": lazy("codes"),
    "settled before": lazy("settled before"),
    "not needed": lazy("not needed"),
    "not understood": lazy("not understood"),
    "empty": lazy("empty"),
    "as saved for such files": lazy("as saved for such files"),
    "leading zeros": lazy("leading zeros"),
    "whole numbers": lazy("whole numbers"),
    "numbers of typed cells": lazy("numbers of typed cells"),
    "percent": lazy("percent"),
    "days": lazy("days"),
    "debit or credit": lazy("debit or credit"),
    "year first": lazy("year first"),
    "day first": lazy("day first"),
    "month first": lazy("month first"),
}
#: Why a row was refused, where the reader does not read English; the value itself stands beside it.
REFUSALS: Mapping[str, Words] = {
    "AMOUNT_TOO_FINE": lazy("The amount is finer than its currency allows."),
    "BAD_EMAIL": lazy("This is no mail address."),
    "BAD_IBAN": lazy("This is no valid IBAN."),
    "BUCKETS_DO_NOT_ADD_UP": lazy("The buckets do not add up to the balance."),
    "CURRENCY_CONFLICT": lazy("The amount names another currency than the row."),
    "DOCUMENT_CONTRADICTS_ITSELF": lazy("The lines of the document contradict each other."),
    "DUPLICATE_DOCUMENT": lazy("The same number stands in another line with other values."),
    "MISSING_VALUE": lazy("A value that is needed is missing."),
    "NEGATIVE_INVOICE": lazy("An invoice below zero is no invoice."),
    "NO_DATE": lazy("The document has no date."),
    "NOT_A_DATE": lazy("There is no such day."),
    "NOT_A_NUMBER": lazy("This is no number."),
    "NOT_A_RATE": lazy("This is no rate of exchange."),
    "NOT_A_SIDE": lazy("This is neither debit nor credit."),
    "NOT_AN_AMOUNT": lazy("This is no amount."),
    "NOT_YES_OR_NO": lazy("This is neither yes nor no."),
    "NUMBER_TAKEN": lazy("The number stands in the books with another amount."),
    "OPEN_ABOVE_ORIGINAL": lazy("Open is more than the original."),
    "OWN_ACCOUNT": lazy("This account has statements of its own."),
    "REPEATED_LINE": lazy("The same line stands twice."),
    "REPEATED_ROW": lazy("The same row stands twice; it is taken once."),
    "SCIENTIFIC_NUMBER": lazy("A spreadsheet shortened this number: digits are lost."),
    "TEXT_TOO_LONG": lazy("The text is too long."),
    "UNKNOWN_COUNTRY": lazy("This is no country."),
    "UNKNOWN_CURRENCY": lazy("This is no ISO currency."),
    "UNKNOWN_CUSTOMER": lazy("There is no such customer."),
    "UNKNOWN_LANGUAGE": lazy("This is no language."),
    "UNKNOWN_TYPE": lazy("What this type means was not said."),
    "WRONG_SIGN": lazy("The sign does not fit the type of document."),
    "ZERO_AMOUNT": lazy("An amount of zero owes nothing."),
}


def _is_english() -> bool:
    return (get_language() or "en").startswith("en")


def say_refused_row(row: RefusedView) -> str:
    """Say why a row was refused: with all its facts in English, by its code in other languages."""
    word = REFUSALS.get(row.reason)
    return row.message if word is None or _is_english() else str(word)


def say_reason(reason: str) -> str:
    """Say what a column's confidence rests on; phrases without words in the reader's language are left out."""
    if _is_english():
        return reason
    return ", ".join(str(REASONS[part]) for part in reason.split(", ") if part in REASONS)
