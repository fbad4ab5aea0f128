"""Reading a policy's document: every value there, of its kind and within bounds; or refused with the one at fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from decimal import Decimal
from typing import Any

from acquit.controls.rules.policies import (
    DirectDebitPolicy,
    LedgerPolicy,
    MatchingPolicy,
    Policy,
    ProvisionPolicy,
    RefundPolicy,
    UnappliedPolicy,
    WorklistPolicy,
    WriteOffPolicy,
)
from acquit.core.errors import Refusal
from acquit.core.money import minor_units


class CannotReadPolicy(Refusal):
    """The policy document misses a value or has one that cannot be; the version was not stored."""

    code = "POLICY_INVALID"


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
