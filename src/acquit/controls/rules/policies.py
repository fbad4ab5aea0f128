"""The policies that decide for people, as documents with a schema. The code has no thresholds of its own.

`DEFAULTS` is what the product ships (handbook sections 6, 7); a company's own version replaces it from its date on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, replace
from decimal import Decimal
from typing import Any

from acquit.core.errors import Refusal
from acquit.core.money import minor_units


class CannotReadPolicy(Refusal):
    """The policy document misses a value or has one that cannot be; the version was not stored."""

    code = "POLICY_INVALID"


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


DEFAULTS: Mapping[str, Mapping[str, str | int | list[str] | dict[str, list[str]]]] = {
    "MATCHING": {
        "reference_weight": "0.60",
        "amount_weight": "0.25",
        "payer_weight": "0.15",
        "auto_from": "0.85",
        "propose_from": "0.40",
        "tolerance_amount": "5.00",
        "tolerance_percent": "0.5",
        "fee_tolerance_amount": "25.00",
        "discount_grace_days": 3,
        "subset_items_at_most": 25,
        "subset_seconds_at_most": "2",
        "alias_confirmations": 2,
        "similarity_from": "0.92",
        "given_payer_posts_by_amount": 1,
        "slips_at_most": 1,
        "chance_at_most": "0.05",
        "duplicate_days": 60,
        "return_days": 400,
        "deduction_percent_at_most": "20",
        # Steps 1 and 2 of the cascade; steps 4 to 6 post alone only where the customer agreed (handbook section 6).
        # A number with a slip is more than an amount: it posts alone where payer and exact amount agree with it.
        "posts_alone": [
            *("STRUCTURED_REFERENCE", "DOCUMENT_NUMBER", "ORDER_NUMBER", "NUMBER_PART", "SIMILAR_NUMBER"),
            *("ADVICE", "STATEMENT_PAID", "RETURNED"),
        ],
        "certain_amount_share": "0.5",
        "advice_days": 14,
        "fx_percent_at_most": "2",
        # How banks mark lines of their own (ISO 20022 domain, SWIFT type, German business code), what they write on
        # them, and who is no customer.
        "own_money_codes": ["ACMT", "CAMT", "NCHG", "NINT", "805", "808", "814", "833"],
        "own_money_words": [
            *("ZINSEN", "HABENZINS", "CREDIT INTEREST", "INTEREST", "KONTOFÜHRUNG", "ENTGELT", "ABSCHLUSS"),
            *("CASH POOL", "CASHPOOL", "SWEEP", "ÜBERTRAG", "KONTOÜBERTRAG", "UMBUCHUNG"),
            *("ZBA", "ZERO BALANC", "CONCENTRATION ACCOUNT"),
            *("STEUERERSTATTUNG", "VAT REFUND", "RÜCKERSTATTUNG", "ERSTATTUNG", "REFUND", "REMBOURSEMENT"),
            *("REEMBOLSO", "RIMBORSO", "TERUGBETALING", "INSURANCE", "VERSICHERUNG"),
            *("CREDITRENTE", "INTÉRÊTS", "INTERETS", "INTERESES", "INTERESSI", "JUROS", "ODSETKI", "RÄNTA"),
        ],
        "own_money_names": ["FINANZAMT", "FINANZKASSE", "HAUPTZOLLAMT", "HMRC", "HM REVENUE", "TAX OFFICE"],
        "returned_words": [
            *("RÜCKLASTSCHRIFT", "RÜCKLAST", "RETOURE", "UNPAID", "RETURNED", "BOUNCED", "IMPAYÉ", "REJET"),
            *(
                "DEVOLUCIÓN",
                "DEVOLUÇÃO",
                "INSOLUTO",
                "STORNO",
                "RÜCKBUCH",
                "RÜCKGABE",
                "CHARGEBACK",
                "REVERSAL",
            ),
            *("TERUGBOEK", "EXTOURNE", "CONTREPASS", "ZWROT"),
        ],
        "on_account_words": [
            *("AKONTO", "ACONTO", "A CONTO", "A-CONTO", "ANZAHLUNG", "ABSCHLAG", "VORAUSZAHLUNG", "VORKASSE"),
            *(
                "ON ACCOUNT",
                "DEPOSIT",
                "PREPAYMENT",
                "ADVANCE PAYMENT",
                "ACOMPTE",
                "ANTICIPO",
                "ADIANTAMENTO",
                "AANBETALING",
                "VOORUITBETALING",
                "ACCONTO",
                "ZALICZK",
                "FÖRSKOTT",
            ),
        ],
        "part_payment_words": [
            *("TEILZAHLUNG", "TEILBETRAG", "RATE", "PART PAYMENT", "PARTIAL", "INSTALMENT", "INSTALLMENT"),
            *("PAIEMENT PARTIEL", "PAGO PARCIAL", "PAGAMENTO PARCIAL", "DEELBETALING", "TERMIJN", "RATA"),
            *("DELBETALNING", "ÉCHÉANCE", "PAGAMENTO PARZIALE", "CZĘŚCIOW"),
        ],
        # A payer who pays by our statement of account or all that is due says so.
        "statement_words": [
            *(
                "STATEMENT",
                "KONTOAUSZUG",
                "OFFENE POSTEN",
                "OP-LISTE",
                "OPOS",
                "SALDENLISTE",
                "KONTOAUSGLEICH",
            ),
            *(
                "ALL OPEN",
                "ALL DUE",
                "ALLE OFFENEN",
                "ALLE FÄLLIGEN",
                "ALLE RECHNUNGEN",
                "SALDO",
                "BALANCE DUE",
            ),
            *(
                "FÄLLIG",
                "AUSGLEICH",
                "ALL INVOICES",
                "PAID IN FULL",
                "REKENINGOVERZICHT",
                "OPENSTAANDE",
                "VERVALLEN",
            ),
            *("SOLDE", "ÉCHU", "VENCID", "SCADUT", "ZALEGŁ", "WYCIĄG", "KONTOUTDRAG"),
            *("RELEVÉ", "ESTADO DE CUENTA", "EXTRACTO", "ESTRATTO CONTO", "EXTRATO", "MONTHLY ACCOUNT"),
        ],
        # Who sets a credit note off says so, if not which.
        "credit_words": [
            *(
                "GUTSCHR",
                "CREDIT NOTE",
                "CREDIT MEMO",
                "CREDITNOTE",
                "AVOIR",
                "NOTE DE CREDIT",
                "NOTE DE CRÉDIT",
            ),
            *("ABONO", "NOTA DE CREDITO", "NOTA DE CRÉDITO", "NOTA CREDITO", "NOTA DI CREDITO", "CREDITNOTA"),
            *(
                "CREDITFACTUUR",
                "KREDITNOT",
                "KREDITFAKTUR",
                "KOREKT",
                "NOTA KREDYTOWA",
                "DOBROPIS",
                "HYVITYS",
            ),
        ],
        # Who pays for many is no customer's alias: payment agents, factors, insolvency administrators.
        "agent_words": [
            *("FACTOR", "INSOLVENZ", "INSOLVENCY", "TREUHAND", "TRUSTEE", "ADMINISTRATOR", "INKASSO"),
            *("PAYMENT SERVICE", "PAYMENTS", "ZENTRALREGUL", "ZAHLUNGSDIENST", "CLEARING", "VERRECHNUNG"),
            *("PAYING AGENT", "ABRECHNUNGSSTELLE", "AFFACTURAGE", "RECEIVABLES FINANCE"),
        ],
        # A habit of a payer is believed after so many payments that showed it, and so large a share of them; a part
        # payment of a multiple of this amount is a round one.
        "habit_count_from": 3,
        "habit_share_from": "0.75",
        "habit_round_amount": "100",
        # A learned model takes so many proposals that people decided. It posts alone where the chance of a wrong
        # posting times its cost is at most the minutes saved times what one costs (here from 0.999 on), and none of
        # these.
        "model_rows_from": 500,
        "model_minutes": "1",
        "model_minute_cost": "1.00",
        "model_wrong_cost": "1000.00",
        "model_vetoes": [
            *("TWO_SOLUTIONS", "PAYER_AMBIGUOUS", "PAYER_IS_ANOTHER", "SEVERAL_CUSTOMERS", "NOBODY_KNOWN"),
            *(
                "LOOKS_LIKE_DUPLICATE",
                "NAMES_CLEARED",
                "MAYBE_CANCELLED",
                "MAY_BE_ACCIDENT",
                "SAYS_ON_ACCOUNT",
            ),
            *("ADVICE_DISAGREES", "LINE_NOT_FOUND", "OTHER_CURRENCY", "OVERPAID", "DEDUCTION", "RETURNED"),
        ],
        "discount_words": [
            "SKONTO",
            "SKTO",
            "DISC",
            "ESCOMPTE",
            "DESCUENTO",
            "DESCONTO",
            "SCONTO",
            "KORTING",
            "RABATT",
        ],
        # By the handbook's reason tree (section 8).
        "deduction_words": {
            "QUALITY": [
                *("BRUCH", "SCHADEN", "SCHÄDEN", "BESCHÄDIG", "MANGEL", "MÄNGEL", "DEFEKT", "REKLAMATION"),
                *("DAMAGE", "DEFECT", "FAULTY", "BROKEN", "AVARIE", "DÉFAUT", "ROTURA", "AVARIA"),
            ],
            "QUANTITY": [
                *("MINDERMENGE", "FEHLMENGE", "MENGENDIFF", "SHORT DELIVERY", "SHORTAGE", "SHORT SHIP"),
                *("MANQUANT", "FALTANTE", "RETOURE", "RETURNED GOODS"),
            ],
            "PRICING": [
                "PREISDIFF",
                "PREISABW",
                "PREISFEHLER",
                "PRICE",
                "PRICING",
                "PRIX",
                "PRECIO",
                "PREÇO",
            ],
            "DELIVERY": ["VERSPÄT", "LIEFERVERZUG", "LATE DELIVERY", "RETARD", "RETRASO", "ATRASO"],
            "TRADE_PROMO": ["WKZ", "WERBEKOSTEN", "BONUS", "PROMO", "REBATE", "RÜCKVERGÜTUNG"],
            "BILLING": ["DOPPELT", "BILLED TWICE", "CHARGED TWICE", "DUPLICATE", "FALSCH BERECHNET"],
            "SERVICE": ["AUSFALL", "OUTAGE", "NICHT ERBRACHT"],
            "TAX": ["QUELLENSTEUER", "WITHHOLDING", "RETENCIÓN", "RITENUTA"],
        },
    },
    "UNAPPLIED": {
        "escalate_days": 30,
        "question_days": 7,
        "bucket_days": ["7", "30", "60", "90"],
    },
    "WRITE_OFF": {"alone_amount": "100.00", "second_amount": "10000.00"},
    # IFRS 9 illustrative example 12.
    "PROVISION": {
        "loss_rates": ["0.3", "1.6", "3.6", "6.6", "10.6"],
        "abroad_loss_rates": ["0.3", "1.6", "3.6", "6.6", "10.6"],
    },
    "WORKLIST": {
        "overdue_points": "40",
        "age_points": "25",
        "payment_points": "20",
        "risk_points": "15",
        "overdue_cap_amount": "100000",
        "age_cap_days": 90,
        "disputed_factor": "0.5",
        "smallest_amount": "5.00",
        "call_from_score": "30",
    },
    "DIRECT_DEBIT": {
        "pre_notification_days": 14,
        "submit_business_days": 1,
        "mandate_lapse_months": 36,
        "core_refund_days": 56,
        "unauthorised_months": 13,
        "core_return_days": 5,
        "b2b_return_days": 3,
        "is_first_marked": False,
        "retries_at_most": 1,
        "pay_day": 1,
        "return_actions": {
            "RETRY": ["AM04", "MS03"],
            "SUSPEND": ["AC01", "AC04", "AC06", "AC13", "AG01"],
            "STOP": ["MD01", "MD02", "FOCR"],
            "DISPUTE": ["MD06"],
            "ESTATE": ["MD07"],
            "CONTACT": ["MS02", "SL01"],
            "OWN_FILES": ["AM05", "DUPL", "FF01", "FF05", "RC01", "BE05", "CNOR", "DNOR", "ED05"],
        },
        "charged_return_codes": [],
        "own_return_fee_amount": "0",
    },
    "REFUND": {"return_to_sender_days": 90},
    "LEDGER": {
        "booking_days_ahead": 93,
        "booking_days_back": 36525,
        "manual_entry_alone_amount": "1000.00",
    },
}


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

_SHAPES: Mapping[str, type[Policy]] = {
    "MATCHING": MatchingPolicy,
    "WORKLIST": WorklistPolicy,
    "LEDGER": LedgerPolicy,
    "WRITE_OFF": WriteOffPolicy,
    "PROVISION": ProvisionPolicy,
    "DIRECT_DEBIT": DirectDebitPolicy,
    "REFUND": RefundPolicy,
    "UNAPPLIED": UnappliedPolicy,
}


def read_policy(kind: str, body: Mapping[str, Any]) -> Policy:
    """Read a policy document; refuses (`CannotReadPolicy`) unknown kinds, missing, unknown or negative values."""
    shape = _SHAPES.get(kind)
    if shape is None:
        raise CannotReadPolicy(
            f"There is no policy {kind!r}. Known: {', '.join(sorted(_SHAPES))}.", param="kind"
        )
    fields = shape.__dataclass_fields__
    # a value that later versions of Acquit added holds as it was before there was one
    known = {name for name, field in fields.items() if field.default is not MISSING}
    for name in sorted((set(body) ^ set(fields)) - (known - set(body))):
        raise CannotReadPolicy(
            f"Policy {kind}: value {name!r} is {'missing' if name in fields else 'unknown'}.", param=name
        )
    values: dict[str, Any] = {
        name: _READERS[str(field.type)](kind, name, body[name])
        for name, field in fields.items()
        if name in body
    }
    policy = shape(**values)
    if isinstance(policy, MatchingPolicy):
        _check_matching(policy)
    elif isinstance(policy, WorklistPolicy):
        _check_worklist(policy)
    elif isinstance(policy, WriteOffPolicy) and policy.alone_amount > policy.second_amount:
        raise CannotReadPolicy("Policy WRITE_OFF: alone_amount is above second_amount.", param="alone_amount")
    elif isinstance(policy, ProvisionPolicy):
        _check_loss_rates(policy)
    elif isinstance(policy, DirectDebitPolicy):
        _check_direct_debit(policy)
    elif isinstance(policy, UnappliedPolicy):
        _check_unapplied(policy)
    return policy


def _check_direct_debit(policy: DirectDebitPolicy) -> None:
    _check_range("DIRECT_DEBIT", "pay_day", policy.pay_day, 1, 31)
    name, amount = "own_return_fee_amount", policy.own_return_fee_amount
    if amount != round(amount, minor_units("EUR")):
        raise CannotReadPolicy(f"Policy DIRECT_DEBIT: {name} {amount} is finer than a cent.", param=name)


def _check_matching(policy: MatchingPolicy) -> None:
    total = policy.reference_weight + policy.amount_weight + policy.payer_weight
    if total != 1:
        raise CannotReadPolicy(
            f"Policy MATCHING: the weights of reference, amount and payer sum to {total}, not to 1.",
            param="reference_weight",
        )
    if not 0 < policy.propose_from <= policy.auto_from <= 1:
        raise CannotReadPolicy(
            f"Policy MATCHING: propose_from {policy.propose_from} and auto_from {policy.auto_from} lie above 0 and at"
            " most at 1, proposing no higher than posting.",
            param="auto_from",
        )
    _check_range("MATCHING", "similarity_from", policy.similarity_from, 0, 1)
    _check_range("MATCHING", "tolerance_percent", policy.tolerance_percent, 0, 100)
    for currency, percent in policy.tolerance_percents:
        _check_range("MATCHING", f"tolerance_percents.{currency}", percent, 0, 100)
    _check_range("MATCHING", "deduction_percent_at_most", policy.deduction_percent_at_most, 0, 100)
    _check_range("MATCHING", "subset_items_at_most", policy.subset_items_at_most, 1, 40)
    _check_range("MATCHING", "subset_seconds_at_most", policy.subset_seconds_at_most, 0, 60)
    _check_range("MATCHING", "certain_amount_share", policy.certain_amount_share, 0, 1)
    _check_range("MATCHING", "fx_percent_at_most", policy.fx_percent_at_most, 0, 20)
    if policy.model_wrong_cost and policy.model_minutes * policy.model_minute_cost >= policy.model_wrong_cost:
        raise CannotReadPolicy(
            "Policy MATCHING: model_wrong_cost is not above what the minutes saved cost: everything would post alone.",
            param="model_wrong_cost",
        )
    _check_range("MATCHING", "habit_share_from", policy.habit_share_from, 0, 1)
    _check_range("MATCHING", "slips_at_most", policy.slips_at_most, 0, 2)
    _check_range("MATCHING", "alias_confirmations", policy.alias_confirmations, 1, 1000)


def _check_unapplied(policy: UnappliedPolicy) -> None:
    ends = [_read_count("UNAPPLIED", "bucket_days", end) for end in policy.bucket_days]
    if not ends or ends != sorted(set(ends)) or len(ends) > 8:
        raise CannotReadPolicy(
            "Policy UNAPPLIED: bucket_days must be one to eight rising numbers of days.", param="bucket_days"
        )
    _check_range("UNAPPLIED", "question_days", policy.question_days, 1, 365)


def _check_loss_rates(policy: ProvisionPolicy) -> None:
    for name in ("loss_rates", "abroad_loss_rates"):
        rates = [_read_number("PROVISION", name, rate) for rate in getattr(policy, name)]
        if len(rates) != 5 or any(rate > 100 for rate in rates):
            raise CannotReadPolicy(
                f"Policy PROVISION: {name} must be five percents, not due to above 90 days.", param=name
            )
    _check_range("PROVISION", "history_months", policy.history_months, 0, 120)
    _check_range("PROVISION", "loss_given_default_percent", policy.loss_given_default_percent, 0, 100)
    if policy.forward_looking_factor == 0:
        raise CannotReadPolicy(
            "Policy PROVISION: forward_looking_factor must be above zero.", param="forward_looking_factor"
        )


def _check_worklist(policy: WorklistPolicy) -> None:
    _check_range("WORKLIST", "disputed_factor", policy.disputed_factor, 0, 1)
    for name in ("overdue_cap_amount", "age_cap_days"):
        if getattr(policy, name) == 0:
            raise CannotReadPolicy(f"Policy WORKLIST: {name} must be above zero.", param=name)


def _check_range(kind: str, name: str, value: Decimal | int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise CannotReadPolicy(
            f"Policy {kind}: {name} = {value} is not between {least} and {most}.", param=name
        )


def _read_number(kind: str, name: str, value: object) -> Decimal:
    if isinstance(value, bool):
        raise CannotReadPolicy(f"Policy {kind}: {name} = {value!r} is no number.", param=name)
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise CannotReadPolicy(f"Policy {kind}: {name} = {value!r} is no number.", param=name) from None
    if not number.is_finite() or number < 0:
        raise CannotReadPolicy(f"Policy {kind}: {name} = {value!r} is below zero or not finite.", param=name)
    if number > _LARGEST_NUMBER:
        raise CannotReadPolicy(f"Policy {kind}: {name} = {value!r} is too large.", param=name)
    return number


def _read_count(kind: str, name: str, value: object) -> int:
    number = _read_number(kind, name, value)
    if number != int(number):
        raise CannotReadPolicy(f"Policy {kind}: {name} = {value!r} is no whole number.", param=name)
    return int(number)


def _read_flag(kind: str, name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise CannotReadPolicy(f"Policy {kind}: {name} = {value!r} is neither true nor false.", param=name)
    return value


def _read_words(kind: str, name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(word, str) and word.strip() for word in value
    ):
        raise CannotReadPolicy(f"Policy {kind}: {name} must be a list of words.", param=name)
    return tuple(word.strip().upper() for word in value)


def _read_word_lists(kind: str, name: str, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, Mapping):
        raise CannotReadPolicy(f"Policy {kind}: {name} must give a list of words for each code.", param=name)
    return tuple((str(code), _read_words(kind, f"{name}.{code}", words)) for code, words in value.items())


def _read_amounts(kind: str, name: str, value: object) -> tuple[tuple[str, Decimal], ...]:
    if not isinstance(value, Mapping):
        raise CannotReadPolicy(f"Policy {kind}: {name} must give an amount for each currency.", param=name)
    amounts = []
    for currency, amount in value.items():
        minor_units(str(currency))
        amounts.append((str(currency), _read_number(kind, f"{name}.{currency}", amount)))
    return tuple(amounts)


_LARGEST_NUMBER = Decimal(10) ** 15
_READERS: Mapping[str, Callable[[str, str, object], Any]] = {
    "bool": _read_flag,
    "int": _read_count,
    "Decimal": _read_number,
    "tuple[str, ...]": _read_words,
    "tuple[tuple[str, Decimal], ...]": _read_amounts,
    "tuple[tuple[str, tuple[str, ...]], ...]": _read_word_lists,
}
