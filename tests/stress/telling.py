"""The seed of a run, said with what the run did, so that the run can be had again."""

from __future__ import annotations

import os
import random
import sys

SEED_VARIABLE = "ACQUIT_STRESS_SEED"


def choose_seed() -> int:
    """Give the seed that ACQUIT_STRESS_SEED names, or a new one."""
    return int(os.environ.get(SEED_VARIABLE) or random.randrange(10**9))


def tell(seed: int, text: str) -> None:
    """Say what a run did, on a line of its own: pytest shows it with a failure, and `make soak` always."""
    sys.stdout.write(f"\n{SEED_VARIABLE}={seed}: {text}\n")
