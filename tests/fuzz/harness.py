"""One reader under atheris: `python -m tests.fuzz.harness READER CORPUS [libFuzzer's options]`."""

from __future__ import annotations

import sys
import time

import atheris  # type: ignore[import-not-found]  # only `make fuzz` has it

from acquit.core.money import minor_units

with atheris.instrument_imports(include=["acquit.formats"]):
    from tests.fuzz.readers import read_once

MOST_SECONDS = 1.0


class TooSlow(Exception):  # noqa: N818 - it says what is the case
    """An input took more of the processor's time than a reader may."""


def read_in_time(name: str, content: bytes) -> None:
    """Read once; the processor's time is asked, so that a busy machine makes no input slow."""
    began = time.process_time()
    read_once(name, content)
    if time.process_time() - began > MOST_SECONDS:
        raise TooSlow


if __name__ == "__main__":
    reader = sys.argv[1]
    read_once(reader, b"")
    minor_units("EUR")  # read from a table the first time
    atheris.Setup([sys.argv[0], *sys.argv[2:]], lambda content: read_in_time(reader, content))
    atheris.Fuzz()
