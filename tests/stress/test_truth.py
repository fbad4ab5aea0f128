"""Thousands of random acts in four currencies: subledger = ledger = statement = a model in plain Python."""

from __future__ import annotations

import time
from itertools import count
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from acquit.cash.operations import deciding
from acquit.insight.queries.checks import run_checks
from tests.stress.acts import TOTALS
from tests.stress.machine import BooksMachine
from tests.stress.telling import choose_seed, tell

pytestmark = pytest.mark.django_db(transaction=True)

ACTS_A_STORY = 60
STORIES_AT_ONCE = 10


def tell_stories(calls: int) -> None:
    """Let hypothesis tell stories of so many calls and look at everything at the end; the seed tells them again."""
    chosen = choose_seed()
    TOTALS.clear()
    started = time.monotonic()
    wanted = settings(
        max_examples=STORIES_AT_ONCE,
        stateful_step_count=ACTS_A_STORY,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    # Matching bounds its effort by a clock: without it a story told again goes the same way on a busy machine too.
    with patch.object(deciding, "_give_up_after", lambda _seconds: lambda: False):
        try:
            # Some acts find nothing to act on, so how many stories it takes is not known before.
            for story in count(chosen):
                run_state_machine_as_test(seed(story)(BooksMachine), settings=wanted)
                if TOTALS["calls"] >= calls:
                    break
        finally:
            tell(chosen, f"{time.monotonic() - started:.0f} s, {dict(TOTALS)}")
    assert {check.name: check.sample for check in run_checks() if check.violations} == {}


@pytest.mark.timeout(900)  # a minute of one core, when it has one
def test_two_thousand_steps() -> None:
    tell_stories(2_000)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_twenty_thousand_steps() -> None:
    tell_stories(20_000)
