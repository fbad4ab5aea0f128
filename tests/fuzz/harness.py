"""One reader under atheris: `python -m tests.fuzz.harness READER CORPUS [libFuzzer's options]`."""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-not-found]  # only `make fuzz` has it

with atheris.instrument_imports(include=["acquit.formats"]):
    from tests.fuzz.readers import read_once

if __name__ == "__main__":
    name = sys.argv[1]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], lambda content: read_once(name, content))
    atheris.Fuzz()
