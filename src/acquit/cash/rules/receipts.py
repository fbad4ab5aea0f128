"""What matching knows and says: the receipt, the open items, the payers, and the plan that places the money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple


class ReceiptState(StrEnum):
    """What became of a bank line or an imported payment. SPLIT: its details stand in its place, as lines."""

    AUTO = "AUTO"
    CONFIRMED = "CONFIRMED"
    PROPOSED = "PROPOSED"
    UNAPPLIED = "UNAPPLIED"
    UNIDENTIFIED = "UNIDENTIFIED"
    ON_ACCOUNT = "ON_ACCOUNT"
    IGNORED = "IGNORED"
    RETURNED = "RETURNED"
    SPLIT = "SPLIT"


#: States that wait for a person.
WAITING_STATES = frozenset(
    {ReceiptState.PROPOSED, ReceiptState.UNAPPLIED, ReceiptState.UNIDENTIFIED, ReceiptState.RETURNED}
)

#: States in which money of a receipt is applied.
APPLIED_STATES = frozenset({ReceiptState.AUTO, ReceiptState.CONFIRMED})

#: Rules by which unapplied money is where it belongs: paid twice, or paid ahead of what it is for.
KEPT_RULES = frozenset(
    {"NAMES_CLEARED", "PAID_TWICE", "LOOKS_LIKE_DUPLICATE", "SAYS_ON_ACCOUNT", "PREPAYMENT"}
)

#: The rules by which nothing but payer and amount speak.
BY_AMOUNT = frozenset({"SINGLE_AMOUNT", "SINGLE_REDUCED", "SUM_OF_ITEMS", "STATEMENT_PAID", "STATED_AMOUNTS"})

#: The rules by which the payer named what it pays.
BY_NAME = frozenset(
    {"STRUCTURED_REFERENCE", "DOCUMENT_NUMBER", "ORDER_NUMBER", "NUMBER_PART", "SIMILAR_NUMBER", "ADVICE"}
)

#: Why a person is asked about a match; empty where it posts alone.
ReasonToAsk = Literal[
    "",
    "ADVICE_DISAGREES",
    "BY_AMOUNT_ONLY",
    "CREDIT_NOT_NAMED",
    "DEDUCTION",
    "LINE_NOT_FOUND",
    "LOOKS_LIKE_DUPLICATE",
    "MAYBE_CANCELLED",
    "MAY_BE_ACCIDENT",
    "MORE_THAN_NAMED",
    "NAMES_CLEARED",
    "NEARLY_NAMED",
    "NOBODY_KNOWN",
    "NOTHING_FITS",
    "NOTHING_OPEN",
    "OTHER_CURRENCY",
    "OVERPAID",
    "PART_PAID",
    "PAYER_AMBIGUOUS",
    "PAYER_IS_ANOTHER",
    "PREPAYMENT",
    "RETURNED",
    "SAYS_ON_ACCOUNT",
    "SCORE",
    "SEVERAL_CUSTOMERS",
    "TWO_SOLUTIONS",
    "WRITTEN_LATER",
]

#: The life of a receipt: from, to. Undo leads back along it, to the state before or to UNAPPLIED. What is left of an
#: applied receipt may be applied again; a returned one is settled against the receipt it takes back, or kept.
TRANSITIONS: frozenset[tuple[ReceiptState, ReceiptState]] = frozenset(
    (before, after)
    for before, afters in {
        ReceiptState.PROPOSED: (
            ReceiptState.AUTO,
            ReceiptState.CONFIRMED,
            ReceiptState.ON_ACCOUNT,
            ReceiptState.UNAPPLIED,
        ),
        ReceiptState.UNAPPLIED: (
            ReceiptState.AUTO,
            ReceiptState.CONFIRMED,
            ReceiptState.ON_ACCOUNT,
            ReceiptState.PROPOSED,
        ),
        ReceiptState.UNIDENTIFIED: (
            ReceiptState.AUTO,
            ReceiptState.CONFIRMED,
            ReceiptState.ON_ACCOUNT,
            ReceiptState.PROPOSED,
        ),
        ReceiptState.ON_ACCOUNT: (ReceiptState.CONFIRMED, ReceiptState.UNAPPLIED),
        ReceiptState.AUTO: (ReceiptState.CONFIRMED, ReceiptState.UNAPPLIED),
        ReceiptState.CONFIRMED: (ReceiptState.CONFIRMED, ReceiptState.UNAPPLIED),
        ReceiptState.RETURNED: (ReceiptState.CONFIRMED, ReceiptState.ON_ACCOUNT, ReceiptState.AUTO),
    }.items()
    for after in afters
)


class ReceiptFact(NamedTuple):
    """Money that moved on a bank account; `customer_id` where the source itself says whose it is.

    `own_iban` is the account of ours that was paid where it is another than the statement's, `account_customer_id` to
    whom it was given; `original_amount` what the payer instructed, where that was in another currency.
    """

    key: int
    company_id: int
    currency: str
    amount: Decimal
    value_date: date
    structured_reference: str = ""
    end_to_end_id: str = ""
    text: str = ""
    counterparty: str = ""
    iban: str = ""
    return_code: str = ""
    is_reversal: bool = False
    customer_id: int | None = None
    transaction_code: str = ""
    bank_code: str = ""
    own_iban: str = ""
    account_customer_id: int | None = None
    original_amount: Decimal | None = None
    original_currency: str = ""


class OpenItem(NamedTuple):
    """An open item with what its document says of payment; net and gross are the document's, zero without one."""

    id: int
    customer_id: int
    kind: str
    number: str
    number_key: str
    structured_reference: str
    currency: str
    open_amount: Decimal
    original_amount: Decimal
    net_amount: Decimal
    gross_amount: Decimal
    due_date: date
    baseline_date: date
    posting_date: date
    payment_terms: str
    customer_po: str = ""
    disputed_amount: Decimal = Decimal(0)


class NamedDocument(NamedTuple):
    """A document a receipt may name, open or not."""

    customer_id: int
    item_id: int | None
    number: str
    number_key: str
    structured_reference: str
    currency: str
    gross_amount: Decimal


class OrderFact(NamedTuple):
    """An order that a payment ahead may name; `prepayment_percent` of its amount is asked for before delivery.

    Amount and percent are None where the order does not say.
    """

    customer_id: int
    number: str
    currency: str
    amount: Decimal | None
    prepayment_percent: Decimal | None


class EarlierReceipt(NamedTuple):
    """Money of a customer that came before: what a duplicate repeats and a return takes back."""

    id: int
    customer_id: int
    currency: str
    amount: Decimal
    value_date: date
    said: str
    end_to_end_id: str
    is_applied: bool


class Payer(NamedTuple):
    """A customer as a payer."""

    id: int
    number: str
    name: str
    names: tuple[str, ...]
    is_auto_by_amount: bool
    has_shared_charges: bool
    parent_id: int | None
    payer_id: int | None


class DifferenceKind(StrEnum):
    """Why an item is cleared by more or less than the cash it got. Amounts: positive paid short, negative over."""

    DISCOUNT = "DISCOUNT"
    TOLERANCE = "TOLERANCE"
    DEDUCTION = "DEDUCTION"
    BANK_FEE = "BANK_FEE"
    FX = "FX"
    OVERPAYMENT = "OVERPAYMENT"


class Applied(NamedTuple):
    """Cash on an item: negative for a credit note netted."""

    item_id: int
    amount: Decimal


class Difference(NamedTuple):
    """A difference on an item; an overpayment has none and stays on account."""

    kind: DifferenceKind
    item_id: int | None
    amount: Decimal
    reason: str = ""


class ScorePart(NamedTuple):
    """A piece of evidence: weight x value = points, and the fact behind it as a code with values."""

    name: str
    weight: Decimal
    value: Decimal
    points: Decimal
    fact: str
    facts: tuple[str, ...] = ()


class Alternative(NamedTuple):
    """What was not done, and the one fact that ruled it out, as codes with values."""

    code: str
    fact: str
    values: tuple[str, ...] = ()


class Mark(NamedTuple):
    """A recognised piece of the remittance text."""

    start: int
    end: int
    kind: str


class Exchange(NamedTuple):
    """What a receipt is worth in the currency of the items it pays."""

    currency: str
    amount: Decimal


class Proposal(NamedTuple):
    """One answer to where money may go: to these items of this customer, or, with none, onto its account."""

    customer_id: int
    applied: tuple[Applied, ...]
    differences: tuple[Difference, ...] = ()
    rule: str = ""
    score: Decimal = Decimal(0)


class Likelihood(NamedTuple):
    """How likely a plan is right by which model; `was_asked` why a person would have been asked, had it not been so."""

    probability: Decimal
    model_version: int
    model_digest: str
    was_asked: ReasonToAsk = ""


class MatchPlan(NamedTuple):
    """Where a receipt's money goes, and why: the proof's contents before it is stored.

    `others` are the answers ranked behind the plan's own; of a plan that applies nothing they are the best guesses.
    `accidents` are the sums expected to fit by accident, where nothing but the amount speaks.
    """

    state: ReceiptState
    rule: str
    customer_id: int | None = None
    applied: tuple[Applied, ...] = ()
    differences: tuple[Difference, ...] = ()
    score: Decimal = Decimal(0)
    parts: tuple[ScorePart, ...] = ()
    asked_because: ReasonToAsk = ""
    alternatives: tuple[Alternative, ...] = ()
    marks: tuple[Mark, ...] = ()
    others: tuple[Proposal, ...] = ()
    tried: int = 0
    gave_up: bool = False
    customer_candidates: tuple[int, ...] = ()
    returns_receipt_id: int | None = None
    advice_id: int | None = None
    exchange: Exchange | None = None
    accidents: Decimal | None = None
    likelihood: Likelihood | None = None

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """Give all answers, the best first: what is applied or proposed, or money that rests with its customer."""
        if self.customer_id is None or not (self.applied or self.is_kept):
            return self.others
        own = Proposal(self.customer_id, self.applied, self.differences, self.rule, self.score)
        return (own, *self.others)

    @property
    def is_kept(self) -> bool:
        """Tell whether the money rightly rests on the customer's account, applied to nothing."""
        return self.state is ReceiptState.ON_ACCOUNT or (
            self.state is ReceiptState.UNAPPLIED and self.rule in KEPT_RULES
        )
