"""Days, periods and choices of direct debits, decided on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.cash.rules.debit_runs import (
    BANKS,
    RUN_TRANSITIONS,
    CannotCollect,
    EarlierTry,
    RunState,
    action_for,
    check_day,
    check_transition,
    earliest_day,
    list_closed_days,
    plan_run,
    retry_date,
    return_until,
    scheme_of,
    submit_by,
)
from acquit.cash.rules.direct_debit import direct_debit_dates
from acquit.cash.rules.mandates import MandateFact
from acquit.cash.rules.notices import NoticeFacts, write_notice
from acquit.cash.rules.ordered_money import Answer, OrderKind, is_named, plan_answer
from acquit.cash.rules.receipts import OpenItem, ReceiptFact, ReceiptState
from acquit.controls.rules.policies import DirectDebitPolicy, RefundPolicy
from acquit.controls.rules.policy_defaults import DEFAULTS
from acquit.controls.rules.policy_reading import CannotReadPolicy, read_policy

D = Decimal
POLICY = read_policy("DIRECT_DEBIT", DEFAULTS["DIRECT_DEBIT"])
assert isinstance(POLICY, DirectDebitPolicy)
DAY, TOLD = date(2026, 4, 1), date(2026, 3, 18)


def item(item_id: int = 1, **said: Any) -> OpenItem:
    facts: dict[str, Any] = {
        "id": item_id,
        "customer_id": 5,
        "kind": "INVOICE",
        "number": f"RE-{item_id}",
        "number_key": f"RE{item_id}",
        "structured_reference": "",
        "currency": "EUR",
        "open_amount": D("100.00"),
        "original_amount": D("100.00"),
        "net_amount": D("100.00"),
        "gross_amount": D("100.00"),
        "due_date": date(2026, 3, 31),
        "baseline_date": date(2026, 3, 1),
        "posting_date": date(2026, 3, 1),
        "payment_terms": "",
    }
    return OpenItem(**{**facts, **said})


def mandate(**said: Any) -> MandateFact:
    facts: dict[str, Any] = {
        "id": 9,
        "customer_id": 5,
        "reference": "M",
        "creditor_id": "DE98ZZZ09999999999",
        "scheme": "CORE",
        "mandate_type": "RCUR",
        "state": "ACTIVE",
        "signed_date": date(2026, 1, 5),
        "last_collection_date": None,
        "account": "DE89370400440532013000",
    }
    return MandateFact(**{**facts, **said})


def plan(*items: OpenItem, earlier: dict[int, EarlierTry] | None = None, **said: Any) -> Any:
    return plan_run(
        items,
        {5: [mandate(**said)]},
        earlier or {},
        collection_date=DAY,
        notified_date=TOLD,
        policy=POLICY,
    )


@pytest.mark.parametrize("before", list(RunState))
@pytest.mark.parametrize("after", list(RunState))
def test_only_the_steps_of_a_runs_life_are_taken(before: RunState, after: RunState) -> None:
    if (before, after) in RUN_TRANSITIONS:
        check_transition(1, before, after)
    else:
        with pytest.raises(CannotCollect):
            check_transition(1, before, after)


def test_what_is_not_due_not_owed_or_not_in_euro_is_no_business_of_a_run() -> None:
    found = plan(
        item(1),
        item(2, due_date=DAY + timedelta(days=1)),
        item(3, currency="USD"),
        item(4, kind="PAYMENT", open_amount=D("-5")),
        item(5, kind="CREDIT_NOTE", open_amount=D("-5")),
        item(6, customer_id=6),
        item(7, kind="INSTALMENT", due_date=DAY),
    )
    assert [one.item.id for one in found.collections] == [1, 7]
    assert found.left_out == ()


def test_what_is_contested_is_not_collected() -> None:
    found = plan(item(1, disputed_amount=D("30.00")), item(2, disputed_amount=D("100.00")))
    assert [(one.item.id, one.amount) for one in found.collections] == [(1, D("70.00"))]
    assert [(one.item_id, one.reason) for one in found.left_out] == [(2, "CONTESTED")]


def test_a_claim_tried_before_waits_for_its_day_and_needs_no_second_notice() -> None:
    for day, expected in (
        (None, "NOT_TRIED_AGAIN"),
        (DAY + timedelta(days=1), "TRIED_AGAIN_LATER"),
        (DAY, ""),
    ):
        found = plan_run(
            [item()],
            {5: [mandate()]},
            {1: EarlierTry(77, day)},
            collection_date=DAY,
            notified_date=DAY,
            policy=POLICY,
        )
        assert [one.reason for one in found.left_out] == ([expected] if expected else [])
        assert [one.retry_of_id for one in found.collections] == ([] if expected else [77])


def test_a_mandate_given_once_serves_one_item() -> None:
    found = plan(item(1), item(2), mandate_type="OOFF")
    assert [(one.item.id, one.sequence) for one in found.collections] == [(1, "OOFF")]


@pytest.mark.parametrize(
    ("code", "action"),
    [
        ("AM04", "RETRY"),
        ("ms03", "RETRY"),
        ("AC01", "SUSPEND"),
        ("AC04", "SUSPEND"),
        ("AC06", "SUSPEND"),
        ("MD01", "STOP"),
        ("MD06", "DISPUTE"),
        ("MD07", "ESTATE"),
        ("MS02", "CONTACT"),
        ("SL01", "CONTACT"),
        ("AM05", "OWN_FILES"),
        ("ZZ99", "ASK"),
        ("", "ASK"),
    ],
)
def test_what_each_code_asks_for(code: str, action: str) -> None:
    assert action_for(code, POLICY) == action


def test_periods_of_both_schemes() -> None:
    core = direct_debit_dates(date(2026, 3, 2), scheme_of("CORE", POLICY))
    assert (core.refundable_until, core.unauthorised_until) == (date(2026, 4, 27), date(2027, 4, 2))
    b2b = direct_debit_dates(date(2026, 3, 2), scheme_of("B2B", POLICY))
    assert (b2b.refundable_until, b2b.unauthorised_until) == (None, None)
    # Easter: Good Friday and Easter Monday are no days of the banks
    assert return_until("CORE", DAY, POLICY) == date(2026, 4, 10)
    assert return_until("B2B", DAY, POLICY) == date(2026, 4, 8)
    assert submit_by(date(2026, 4, 7), POLICY) == date(2026, 4, 2)


def test_a_day_of_the_banks_in_time() -> None:
    check_day(DAY, date(2026, 3, 31), POLICY)
    with pytest.raises(CannotCollect, match="2026-04-07"):
        check_day(date(2026, 4, 3), TOLD, POLICY)
    with pytest.raises(CannotCollect, match="until 2026-03-31"):
        check_day(DAY, DAY, POLICY)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 31))
def test_a_retry_is_on_a_day_of_the_banks_soon_after_the_pay_day(returned: date, pay_day: int) -> None:
    found = retry_date(returned, pay_day)
    assert returned < found <= returned + timedelta(days=31 + 6)
    assert BANKS.is_business_day(found)


def test_a_retry_falls_on_the_next_pay_day() -> None:
    assert retry_date(date(2026, 4, 7), 15) == date(2026, 4, 15)
    assert retry_date(date(2026, 4, 15), 15) == date(2026, 5, 15)
    assert retry_date(date(2026, 1, 31), 31) == date(2026, 3, 2)  # 28 February is a Saturday


def test_a_notice_speaks_the_customers_language() -> None:
    facts = NoticeFacts("A", "RE-1", D("1234.50"), "EUR", DAY, "M", "DE98", "DE89370400440532013000")
    assert "1.234,50 EUR" in write_notice(facts, "de-AT")[1]
    assert "01/04/2026" in write_notice(facts, "fr")[1]
    language, text = write_notice(facts, "xx")
    assert (language, "1,234.50 EUR for RE-1" in text, "370400440532" in text) == ("en", True, False)


def test_an_order_is_named_whole() -> None:
    def line(text: str) -> ReceiptFact:
        return ReceiptFact(1, 1, "EUR", D(1), DAY, text=text)

    assert is_named("AQ-DEBIT-7", line("SAMMLER aq-debit-7 VOM"))
    assert not is_named("AQ-DEBIT-7", line("AQ-DEBIT-71"))
    assert not is_named("AQ-DEBIT-7", line("AQ-DEBIT-7-1"))
    assert is_named("AQ-DEBIT-7-1", line("AQ-DEBIT-7-1"))
    assert not is_named("AQ-DEBIT-7", line("XAQ-DEBIT-7"))


def test_where_the_money_of_an_answer_goes() -> None:
    money = ReceiptFact(1, 1, "EUR", D("100.00"), DAY)
    answer = Answer(OrderKind.COLLECTION, (3,), 5, 1)
    whole = plan_answer(money, answer, {1: item()})
    assert (whole.state, whole.differences) == (ReceiptState.AUTO, ())
    assert [(one.item_id, one.amount) for one in whole.applied] == [(1, D("100.00"))]
    part = plan_answer(money, answer, {1: item(open_amount=D("60.00"))})
    assert [one.amount for one in part.applied] == [D("60.00")]
    assert [one.amount for one in part.differences] == [D("-40.00")]
    gone = plan_answer(money, answer, {})
    assert (gone.state, gone.customer_id, gone.applied) == (ReceiptState.UNAPPLIED, 5, ())
    assert plan_answer(money, Answer(OrderKind.REFUND, (3,)), {}).state is ReceiptState.IGNORED


def test_policies_are_read_and_refused() -> None:
    assert read_policy("REFUND", DEFAULTS["REFUND"]) == RefundPolicy(90)
    for name, value in (
        ("pay_day", 0),
        ("pay_day", 32),
        ("core_refund_days", -1),
        ("return_actions", ["AM04"]),
    ):
        with pytest.raises(CannotReadPolicy) as refused:
            read_policy("DIRECT_DEBIT", {**DEFAULTS["DIRECT_DEBIT"], name: value})
        assert refused.value.param == name


def test_the_first_day_keeps_the_notice_and_the_banks_calendar() -> None:
    # 14 days after 19 March are Maundy Thursday; after 20 March Good Friday, so the Tuesday after Easter
    assert earliest_day(date(2026, 3, 19), POLICY) == date(2026, 4, 2)
    assert earliest_day(date(2026, 3, 20), POLICY) == date(2026, 4, 7)
    at_once = replace(POLICY, pre_notification_days=0)
    assert earliest_day(date(2026, 4, 2), at_once) == date(2026, 4, 7)
    assert submit_by(date(2026, 4, 7), at_once) == date(2026, 4, 2)


def test_closed_days_are_those_that_no_weekend_explains() -> None:
    assert list_closed_days(date(2026, 4, 1), date(2026, 4, 10)) == [date(2026, 4, 3), date(2026, 4, 6)]
    assert list_closed_days(date(2026, 12, 24), date(2027, 1, 2)) == [date(2026, 12, 25), date(2027, 1, 1)]
