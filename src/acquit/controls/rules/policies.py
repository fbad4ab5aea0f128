"""The policies that decide for people, each with its schema. The code has no thresholds of its own.

What the product ships stands in `policy_defaults`; documents are read in `policy_reading`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class MatchingPolicy:
    """Weights, thresholds, tolerances and words of cash application (handbook section 6).

    Amounts are in the currency of the receipt; where `tolerance_amounts`, `tolerance_percents` or
    `fee_tolerance_amounts` name it, theirs hold instead (`in_currency`). `posts_alone` names the evidence that may
    post without a person; `chance_at_most` is the largest expected number of sums that fit by accident;
    `slips_at_most` bounds what a mistyped number may differ by; a lack above `deduction_percent_at_most` of an item
    is a part payment and no deduction. `certain_amount_share` is what an amount counts that is not its items' but
    has one place only: with 0 every part payment, deduction and overpayment is asked about. `advice_days` is how
    far a payment and an advice of its total lie apart at most; `fx_percent_at_most` how far the payer's bank may
    stray from our rate of the day. `habit_count_from` 0: no habit is believed. `model_wrong_cost` 0: a learned
    model posts nothing; `model_vetoes` are the reasons to ask that no model overrules.
    """

    reference_weight: Decimal
    amount_weight: Decimal
    payer_weight: Decimal
    auto_from: Decimal
    propose_from: Decimal
    tolerance_amount: Decimal
    tolerance_percent: Decimal
    fee_tolerance_amount: Decimal
    discount_grace_days: int
    subset_items_at_most: int
    subset_seconds_at_most: Decimal
    alias_confirmations: int
    similarity_from: Decimal
    given_payer_posts_by_amount: int
    slips_at_most: int
    chance_at_most: Decimal
    duplicate_days: int
    return_days: int
    deduction_percent_at_most: Decimal
    posts_alone: tuple[str, ...]
    own_money_codes: tuple[str, ...]
    own_money_words: tuple[str, ...]
    own_money_names: tuple[str, ...]
    returned_words: tuple[str, ...]
    on_account_words: tuple[str, ...]
    part_payment_words: tuple[str, ...]
    discount_words: tuple[str, ...]
    deduction_words: tuple[tuple[str, tuple[str, ...]], ...]
    certain_amount_share: Decimal = Decimal(0)
    advice_days: int = 0
    fx_percent_at_most: Decimal = Decimal(0)
    statement_words: tuple[str, ...] = ()
    credit_words: tuple[str, ...] = ()
    agent_words: tuple[str, ...] = ()
    habit_count_from: int = 0
    habit_share_from: Decimal = Decimal(0)
    habit_round_amount: Decimal = Decimal(0)
    model_rows_from: int = 500
    model_minutes: Decimal = Decimal(0)
    model_minute_cost: Decimal = Decimal(0)
    model_wrong_cost: Decimal = Decimal(0)
    model_vetoes: tuple[str, ...] = ()
    tolerance_amounts: tuple[tuple[str, Decimal], ...] = ()
    tolerance_percents: tuple[tuple[str, Decimal], ...] = ()
    fee_tolerance_amounts: tuple[tuple[str, Decimal], ...] = ()

    def in_currency(self, currency: str) -> MatchingPolicy:
        """Give the policy with the amounts and the percent that hold for receipts in a currency."""
        amount = dict(self.tolerance_amounts).get(currency, self.tolerance_amount)
        percent = dict(self.tolerance_percents).get(currency, self.tolerance_percent)
        fee = dict(self.fee_tolerance_amounts).get(currency, self.fee_tolerance_amount)
        own = (self.tolerance_amount, self.tolerance_percent, self.fee_tolerance_amount)
        if (amount, percent, fee) == own:
            return self
        return replace(self, tolerance_amount=amount, tolerance_percent=percent, fee_tolerance_amount=fee)


@dataclass(frozen=True, slots=True)
class WorklistPolicy:
    """Weights of a customer's priority for today's work (handbook section 7)."""

    overdue_points: Decimal
    age_points: Decimal
    payment_points: Decimal
    risk_points: Decimal
    overdue_cap_amount: Decimal
    age_cap_days: int
    disputed_factor: Decimal
    smallest_amount: Decimal
    call_from_score: Decimal


@dataclass(frozen=True, slots=True)
class LedgerPolicy:
    """How far from the business date a booking may open a period, and from which amount an entry by hand takes two.

    The amount is in company currency; an entry above it waits for a second person (handbook section 5, controls).
    """

    booking_days_ahead: int
    booking_days_back: int
    manual_entry_alone_amount: Decimal


@dataclass(frozen=True, slots=True)
class UnappliedPolicy:
    """How long money may stand unapplied (handbook section 6, unapplied classes and controls).

    Past `escalate_days` it is flagged to whoever answers for cash. `bucket_days` are the upper ends of the ageing's
    buckets, the last one open.
    `question_days`: how long an asked customer is waited for unless the clerk says otherwise.
    """

    escalate_days: int
    question_days: int
    bucket_days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WriteOffPolicy:
    """Who may give a claim up (handbook section 8), by amount in company currency.

    Up to `alone_amount` one person, up to `second_amount` a second one says yes, above it a third.
    """

    alone_amount: Decimal
    second_amount: Decimal


@dataclass(frozen=True, slots=True)
class ProvisionPolicy:
    """The loss rates of IFRS 9's simplified approach (handbook section 5).

    `loss_rates` are percent of the gross amount not due, 1-30, 31-60, 61-90 and above 90 days past due, for customers
    of the company's country; `abroad_loss_rates` hold for those of others. With `history_months` above zero the rates
    are those of the company's own last months instead (roll rates x loss given default x forward-looking factor), and
    the lists hold only where that history says nothing. `is_vat_excluded` leaves out tax that national law gives back.
    """

    loss_rates: tuple[str, ...]
    abroad_loss_rates: tuple[str, ...]
    history_months: int = 0
    loss_given_default_percent: Decimal = Decimal(100)
    forward_looking_factor: Decimal = Decimal(1)
    is_vat_excluded: bool = False


@dataclass(frozen=True, slots=True)
class DirectDebitPolicy:
    """The periods of the SEPA schemes and what follows a return (handbook section 6; EPC016, EPC222).

    A collection is told `pre_notification_days` before, unless its mandate agrees on less, and handed in
    `submit_business_days` of the banks' calendar before. Banks send it back within the return days (theirs too); a
    debtor has `core_refund_days` without a reason and `unauthorised_months` where no mandate was given. A customer
    without a pay day of its own is paid on `pay_day`; `return_actions` gives the codes by what is done about them.

    Of returns with `charged_return_codes` the bank's fee is charged on to the customer; without any, nobody is charged.
    `own_return_fee_amount` comes on top under B2B mandates alone: consumers give none, and a consumer may be charged no
    more than the bank took (docs/law.md).
    """

    pre_notification_days: int
    submit_business_days: int
    mandate_lapse_months: int
    core_refund_days: int
    unauthorised_months: int
    core_return_days: int
    b2b_return_days: int
    is_first_marked: bool
    retries_at_most: int
    pay_day: int
    return_actions: tuple[tuple[str, tuple[str, ...]], ...]
    charged_return_codes: tuple[str, ...] = ()
    own_return_fee_amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class RefundPolicy:
    """After how many days money of nobody known is proposed for return to its sender (handbook section 6)."""

    return_to_sender_days: int


Policy = (
    MatchingPolicy
    | WorklistPolicy
    | LedgerPolicy
    | WriteOffPolicy
    | ProvisionPolicy
    | DirectDebitPolicy
    | RefundPolicy
    | UnappliedPolicy
)
