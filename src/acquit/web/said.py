"""Words for the codes the books store: kinds, states, and the facts behind a decision.

A code is stored once and said in every language; the values it carries are written as the reader writes them. A code
this door does not know yet is shown in plain letters rather than hidden: a missing word must not hide a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from acquit.cash.queries import AliasView
from acquit.ledger.rules.accounts import STANDARD_CHART
from acquit.parties.queries import CustomerView
from acquit.web.figures import format_amount, format_number

Words = str | Promise

ITEM_KINDS: Mapping[str, Words] = {
    "INVOICE": lazy("Invoice"),
    "CREDIT_NOTE": lazy("Credit note"),
    "PAYMENT": lazy("Payment"),
    "PAYMENT_TRANSFER": lazy("Cash moved between customers"),
    "ADJUSTMENT": lazy("Payment difference"),
    "RETURNED_PAYMENT": lazy("Returned payment"),
    "REFUND": lazy("Refund"),
    "CHARGE": lazy("Costs charged"),
}
ITEM_ICONS: Mapping[str, str] = {
    "INVOICE": "file-invoice",
    "CREDIT_NOTE": "receipt-refund",
    "PAYMENT": "cash",
    "PAYMENT_TRANSFER": "arrows-split",
    "ADJUSTMENT": "adjustments-horizontal",
    "RETURNED_PAYMENT": "arrow-back-up",
    "REFUND": "arrow-back-up",
    "CHARGE": "receipt",
}
ENTRY_KINDS: Mapping[str, Words] = {
    "INVOICE": lazy("Invoice issued"),
    "CREDIT_NOTE": lazy("Credit note issued"),
    "PAYMENT": lazy("Payment recorded"),
    "RECEIPT": lazy("Receipt"),
    "RETURN": lazy("Payment returned"),
    "CLEARING": lazy("Applied"),
    "UNCLEARING": lazy("Clearing taken back"),
    "TRANSFER": lazy("Cash moved between customers"),
    "DISCOUNT": lazy("Cash discount allowed"),
    "TOLERANCE": lazy("Payment difference"),
    "BANK_FEE": lazy("Bank charges"),
    "FX": lazy("Exchange difference"),
    "REVERSAL": lazy("Reversal"),
    "BANK_OPENING": lazy("Opening balance of the bank"),
    "REFUND": lazy("Refund ordered"),
    "CHARGE": lazy("Costs charged"),
}
ACCOUNT_NAMES: Mapping[str, Words] = {
    "BANK": lazy("Bank"),
    "BANK_CLEARING": lazy("Bank clearing"),
    "RECEIVABLES": lazy("Receivables"),
    "LOSS_ALLOWANCE": lazy("Loss allowance"),
    "CONTRACT_ASSET": lazy("Contract asset, unbilled"),
    "UNAPPLIED_CASH": lazy("Unapplied and unidentified cash"),
    "DOWN_PAYMENTS": lazy("Down payments received"),
    "DEFERRED_REVENUE": lazy("Deferred revenue"),
    "REFUND_LIABILITY": lazy("Refund liability"),
    "OUTPUT_VAT": lazy("Output VAT"),
    "REVENUE": lazy("Revenue"),
    "REVENUE_REDUCTIONS": lazy("Revenue reductions"),
    "BAD_DEBT": lazy("Impairment, bad debt"),
    "PAYMENT_DIFFERENCES": lazy("Payment differences"),
    "BANK_CHARGES": lazy("Bank charges"),
    "FX_REALISED": lazy("Exchange differences, realised"),
    "FX_UNREALISED": lazy("Exchange differences, unrealised"),
    "INTEREST_INCOME": lazy("Late interest and compensation"),
    "ROUNDING": lazy("Rounding"),
    "TAKEOVER": lazy("Balances taken over"),
}
_STANDARD_NAMES = {line.role.value: line.name for line in STANDARD_CHART if line.role is not None}
MOVEMENTS: Mapping[str, Words] = {
    "INVOICE": lazy("Invoiced"),
    "CREDIT_NOTE": lazy("Credit notes"),
    "CASH_APPLIED": lazy("Cash applied"),
    "ADJUSTMENT": lazy("Payment differences"),
}
DISPUTE_KINDS: Mapping[str, Words] = {
    "DISPUTE": pgettext_lazy("a contested item", "Dispute"),
    "DEDUCTION": lazy("Deduction"),
    "CLAIM": lazy("Claim"),
}
DISPUTE_REASONS: Mapping[str, Words] = {
    "PRICE": lazy("price"),
    "QUALITY": lazy("quality"),
    "DAMAGE": lazy("damage"),
    "MISSING": lazy("goods missing"),
    "QUANTITY": lazy("quantity"),
    "DELIVERY": lazy("delivery"),
    "DUPLICATE": lazy("billed twice"),
    "PAID": lazy("says it is paid"),
    "UNEXPLAINED": lazy("no reason given"),
    "UNEARNED_DISCOUNT": lazy("discount taken late"),
    "OTHER": lazy("other reason"),
}
ASKED: Mapping[str, Words] = {
    "PAYER_IS_ANOTHER": lazy("the payer is known as another customer than the one named"),
    "SEVERAL_CUSTOMERS": lazy(
        "it names items of several customers, and the payer is not known to pay for them"
    ),
    "DEDUCTION": lazy("less was paid than is open, and a deduction needs a person"),
    "OVERPAID": lazy("more was paid than is open"),
    "PART_PAID": lazy("the amount covers the items only in part"),
    "NAMES_CLEARED": lazy("it names items that are not open"),
    "MORE_THAN_NAMED": lazy("other open items are exactly what came beside those it names"),
    "CREDIT_NOT_NAMED": lazy("a credit note is what is missing, and the text does not speak of one"),
    "SCORE": lazy("the score is below what posts alone"),
    "BY_AMOUNT_ONLY": lazy(
        "only the amount speaks for it, and matching by amount is not agreed with this customer"
    ),
    "TWO_SOLUTIONS": lazy("more than one choice of items fits"),
    "MAY_BE_ACCIDENT": lazy("among so many open items a sum may fit by accident"),
    "WRITTEN_LATER": lazy("the one item of this amount was written after the money came"),
    "MAYBE_CANCELLED": lazy("a credit note of the same amount may have cancelled it"),
    "NEARLY_NAMED": lazy("what it names is only part of a number, or not quite one"),
    "LOOKS_LIKE_DUPLICATE": lazy("the customer paid the same amount with the same words not long ago"),
    "SAYS_ON_ACCOUNT": lazy("the payer says it is on account"),
    "PREPAYMENT": lazy("it names an order, and the amount is not what was asked for ahead"),
    "NOTHING_FITS": lazy("no open item or sum of items fits"),
    "NOTHING_OPEN": lazy("nothing is open for this customer"),
    "NOBODY_KNOWN": lazy("nobody is known who pays like this"),
    "PAYER_AMBIGUOUS": lazy("several customers are known who pay like this"),
    "RETURNED": lazy("a payment came back"),
    "ADVICE_DISAGREES": lazy("the remittance advice and the payment disagree"),
    "LINE_NOT_FOUND": lazy("a line of the remittance advice names nothing that is known"),
    "OTHER_CURRENCY": lazy("it pays items of another currency, and no rate explains the amount"),
}
PARTS: Mapping[str, Words] = {
    "reference": lazy("Reference"),
    "amount": lazy("Amount"),
    "payer": lazy("Payer"),
    "habit": lazy("Habit"),
    "model": lazy("Likelihood"),
}
HABITS: Mapping[str, Words] = {
    "NAMES_DOCUMENTS": lazy("names what it pays"),
    "OLDEST_FIRST": lazy("pays the oldest items first"),
    "PAYS_ALL_DUE": lazy("pays all that is due"),
    "PAYS_STATEMENT": lazy("pays all that is open"),
    "TAKES_DISCOUNT": lazy("takes its discount"),
    "DEDUCTS_FEE": lazy("keeps bank charges off"),
    "PAYS_PART_ROUND": lazy("pays round parts"),
}
ALTERNATIVES: Mapping[str, Words] = {
    "OLDEST_FIRST": lazy("Oldest open items first"),
    "EQUAL_AMOUNT": lazy("Items of the same amount"),
    "OTHER_ITEMS": lazy("Other open items"),
    "NAMED_DOCUMENT": lazy("The document it names"),
}
RULED_OUT: Mapping[str, Words] = {
    "NOT_AGREED": lazy("not agreed with this customer"),
    "TEXT_NAMES_OTHERS": lazy("the text names others"),
    "NOT_UNIQUE": lazy("not the only one"),
    "NOT_OPEN": lazy("not open any more"),
    "AMOUNT_FITS_OTHERS": lazy("the amount fits others"),
    "WRITTEN_LATER": lazy("written after the money came"),
    "LOOKS_LIKE_DUPLICATE": lazy("paid before by the look of it"),
}
UNDO_REASONS: Mapping[str, Words] = {
    "WRONG_ITEMS": lazy("Wrong items"),
    "WRONG_CUSTOMER": lazy("Wrong customer"),
    "WRONG_AMOUNT": lazy("Wrong amount or difference"),
    "CUSTOMER_SAID": lazy("The customer said otherwise"),
    "PRESSED": lazy("Pressed by mistake"),
}
QUESTIONS: Mapping[str, Words] = {
    "WHICH_ITEMS": lazy("Which invoices it pays"),
    "WHY_SHORT": lazy("Why it is short"),
    "TOO_MUCH": lazy("What the rest is for"),
}
RECONCILED: Mapping[str, Words] = {
    "OPENING_NOT_TAKEN": lazy("Opening balance not taken over"),
    "LINE_NOT_BOOKED": lazy("Line not in the books yet"),
    "LINE_BOOKED_OTHERWISE": lazy("Line booked with another amount"),
    "LINE_OF_LATER_STATEMENT": lazy("Booked, on a later statement"),
    "ENTRY_WITHOUT_LINE": lazy("Entry without a bank line"),
    "STATEMENT_MISSING": lazy("Statement missing before this one"),
    "STATEMENT_NOT_BALANCED": lazy("Statement does not add up"),
    "STATEMENT_WITHOUT_BALANCE": lazy("Statement without balances"),
}
NEXT_STEPS: Mapping[str, Words] = {
    "CALL": pgettext_lazy("next step", "Call"),
    "EMAIL": pgettext_lazy("next step", "Mail"),
    "WAIT": pgettext_lazy("next step", "Wait"),
}


def say(vocabulary: Mapping[str, Words], code: str) -> str:
    """Give the word of a code; an unknown code in plain letters."""
    word = vocabulary.get(code)
    return str(word) if word is not None else code.replace("_", " ").capitalize()


def say_account(role: str, name: str) -> str:
    """Name an account: a standard name in the reader's language, a company's own name as it is."""
    return say(ACCOUNT_NAMES, role) if name == _STANDARD_NAMES.get(role) else name


def say_alias(alias: AliasView, customer: CustomerView | None) -> str:
    """Say what was learned of a payer: the name or account, and for whom it pays."""
    who = group_account(alias.alias) if alias.kind == "IBAN" else alias.alias.title()
    return _("%(who)s pays for %(customer)s") % {
        "who": who,
        "customer": customer.name if customer else f"#{alias.customer_id}",
    }


def join_names(names: Sequence[str], shown: int = 3) -> str:
    """Join names into a sentence's part: a few of them, and how many more there are."""
    rest = len(names) - shown
    told = ", ".join(names[:shown])
    if rest <= 0:
        return told
    return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", rest) % {
        "names": told,
        "count": rest,
    }


def group_account(account: str) -> str:
    """Write an account number in groups of four."""
    return " ".join(account[place : place + 4] for place in range(0, len(account), 4))


def _amount(text: str, currency: str) -> str:
    try:
        return format_amount(Decimal(text), get_language() or "en", currency)
    except (InvalidOperation, ValueError):
        return text


def _days(text: str) -> str:
    try:
        return format_number(Decimal(text), get_language() or "en", 0)
    except (InvalidOperation, ValueError):
        return text


def say_fact(code: str, values: Sequence[str], currency: str) -> str:
    """Say the fact behind a part of a match's score."""
    first = values[0] if values else ""
    how = {
        "GIVEN": _("the source names the customer"),
        "IBAN": _("bank account known"),
        "ALIAS": _("known from confirmed payments"),
        "NAME": _("name known"),
        "NAME_WITHIN": _("the name begins with the customer's"),
    }
    facts: dict[str, Callable[[], str]] = {
        "NUMBERS_NAMED": lambda: (
            ngettext(
                "%(count)s number exact", "%(count)s numbers exact", int(first) if first.isdigit() else 0
            )
            % {"count": first}
        ),
        "LINES_ADVISED": lambda: (
            ngettext(
                "%(count)s item by remittance advice",
                "%(count)s items by remittance advice",
                int(first) if first.isdigit() else 0,
            )
            % {"count": first}
        ),
        "AMOUNT_EXACT": lambda: _("to the cent"),
        "AMOUNT_EXPLAINED": lambda: (
            _("%(amount)s explained by terms or tolerance") % {"amount": _amount(first, currency)}
        ),
        "AMOUNT_SHORT": lambda: _("%(amount)s short") % {"amount": _amount(first, currency)},
        "AMOUNT_OVER": lambda: _("%(amount)s over") % {"amount": _amount(first, currency)},
        "PAYER_AGREES": lambda: how.get(first, _("known")),
        "PAYER_CONTRADICTS": lambda: _("known as another customer"),
        "PAYER_UNKNOWN": lambda: _("not known"),
        "LIKELY_RIGHT": lambda: _("%(percent)s%% of the likes of it were right") % {"percent": first},
    }
    if code in HABITS and len(values) == 2:
        return say_habit(code, *values)
    if code == "NUMBERS_NAMED" and first == "0":
        return _("no number named")
    return facts[code]() if code in facts else say({}, code)


def say_habit(habit: str, count_for: object, count_against: object) -> str:
    """Say how a customer pays and how often it did and did not."""
    return _("%(habit)s: kept %(kept)s, broken %(broken)s") % {
        "habit": say(HABITS, habit),
        "kept": count_for,
        "broken": count_against,
    }


def say_alternative(code: str, values: Sequence[str], currency: str) -> str:
    """Say what an alternative that was not done consists of."""
    if code == "OLDEST_FIRST" and len(values) == 2:
        return _("%(number)s with %(amount)s first") % {
            "number": values[0],
            "amount": _amount(values[1], currency),
        }
    if code == "OTHER_ITEMS" and values and values[0].isdigit():
        count = int(values[0])
        return ngettext("%(count)d more item is open", "%(count)d more items are open", count) % {
            "count": count
        }
    return ", ".join(values)


def say_reason(code: str, values: Sequence[str], currency: str) -> str:
    """Say why a customer stands on the worklist, or why nobody asks it now."""
    first = values[0] if values else ""
    amount = _amount(first, currency)
    days = _days(first)
    reasons: dict[str, str] = {
        "OVER_90_DAYS": _("%(amount)s over 90 days late") % {"amount": amount},
        "SOME_CASH_IN_HOUSE": _("%(amount)s in the house, not applied") % {"amount": amount},
        "PARTLY_DISPUTED": _("%(amount)s disputed, left out") % {"amount": amount},
        "NEVER_PAID_YET": _("has not paid an invoice in the last year"),
        "USUALLY_ON_TIME": _("usually pays on time"),
        "LATER_THAN_USUAL": _("later than usual, pays %(days)s days late on average") % {"days": days},
        "USUALLY_LATE": _("pays %(days)s days late on average") % {"days": days},
        "INSOLVENT": _("insolvent, no reminders"),
        "FULLY_DISPUTED": _("all of it disputed: %(amount)s") % {"amount": amount},
        "CASH_IN_HOUSE": _("%(amount)s is in the house and not applied yet") % {"amount": amount},
        "TOO_SMALL": _("less than %(amount)s") % {"amount": amount},
    }
    return reasons.get(code) or say({}, code)


def say_dispute(kind: str, reason: str) -> str:
    """Name a case: Deduction, no reason given."""
    return f"{say(DISPUTE_KINDS, kind)}, {say(DISPUTE_REASONS, reason)}"


def say_happening(kind: str, reference: str) -> str:
    """Say what happened with a customer, for the timeline."""
    happenings: dict[str, str] = {
        "RECEIPT_AUTO": _("Payment arrived and was applied"),
        "RECEIPT_CONFIRMED": _("Payment arrived, application confirmed"),
        "RECEIPT_PROPOSED": _("Payment arrived, to confirm"),
        "RECEIPT_UNAPPLIED": _("Payment arrived, nothing fits yet"),
        "RECEIPT_UNIDENTIFIED": _("Payment arrived, payer to be confirmed"),
        "RECEIPT_ON_ACCOUNT": _("Payment kept on account"),
        "RECEIPT_RETURNED": _("Payment came back"),
        "RECEIPT_IGNORED": _("Bank line without a customer's money"),
        "CLEARED": _("Items cleared"),
        "UNCLEARED": _("Clearing taken back"),
        "INVOICE": _("Invoice %(number)s") % {"number": reference},
        "CREDIT_NOTE": _("Credit note %(number)s") % {"number": reference},
        "DISPUTE_OPENED": pgettext("timeline", "Dispute opened"),
        "DEDUCTION_OPENED": _("Deduction opened"),
        "CLAIM_OPENED": _("Claim opened"),
        "parties.customer.added": _("Customer taken in"),
        "parties.customer.changed": _("Customer changed"),
        "parties.bank_account.added": _("Bank account added"),
    }
    return happenings.get(kind) or say({}, kind.replace(".", " "))


HAPPENING_ICONS: Mapping[str, str] = {
    "DOCUMENT": "file-invoice",
    "RECEIPT": "cash",
    "CLEARING": "link",
    "DISPUTE": "messages",
    "CUSTOMER": "user",
}
