"""Thousands of random acts in four currencies: subledger = ledger = statement = a model in plain Python."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from acquit.insight.queries.checks import run_checks
from tests.stress.acts import TOTALS
from tests.stress.machine import BooksMachine
from tests.stress.telling import choose_seed, tell

pytestmark = pytest.mark.django_db(transaction=True)

ACTS_A_STORY = 60


def tell_stories(stories: int) -> None:
    """Let hypothesis tell so many stories and look at everything at the end; the seed tells them again."""
    chosen = choose_seed()
    TOTALS.clear()
    started = time.monotonic()
    try:
        run_state_machine_as_test(
            seed(chosen)(BooksMachine),
            settings=settings(
                max_examples=stories,
                stateful_step_count=ACTS_A_STORY,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        seconds = time.monotonic() - started
        tell(chosen, f"{stories * ACTS_A_STORY} steps, {seconds:.0f} s, {dict(TOTALS)}")
    assert {check.name: check.sample for check in run_checks() if check.violations} == {}


@pytest.mark.timeout(900)  # a minute of one core, when it has one
def test_two_thousand_steps() -> None:
    tell_stories(34)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_twenty_thousand_steps() -> None:
    tell_stories(334)
