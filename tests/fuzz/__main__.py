"""`make fuzz`: each reader for some seconds, from a corpus of the samples; what breaks one is kept and said.

A run is bounded: an input that takes a second of the processor, or memory over 2 GB, counts as broken. The corpora
stay in build/fuzz, so that the next run goes on from where this one came to; the exit code is 1 when anything broke.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.fuzz.readers import READERS
from tests.fuzz.seeds import list_seeds

FOLDER = Path("build") / "fuzz"
LONGEST_SAMPLE = 20_000
SAMPLES = Path(__file__).parents[3] / "shared" / "data"


def make_corpus(reader: str) -> Path:
    """Give the folder of a reader's corpus, with the samples in it that are short enough to be changed quickly."""
    corpus = FOLDER / "corpus" / reader
    corpus.mkdir(parents=True, exist_ok=True)
    for folder in READERS[reader].samples:
        for path in sorted((SAMPLES / folder).rglob("*")):
            if path.is_file() and not path.name.startswith("expected") and ".expected." not in path.name:
                content = path.read_bytes()[:LONGEST_SAMPLE]
                (corpus / f"{folder}-{path.parent.name}-{path.name}").write_bytes(content)
    if READERS[reader].is_seeded:
        for name, content in list_seeds(reader).items():
            (corpus / name).write_bytes(content)
    return corpus


def fuzz(reader: str, seconds: int) -> bool:
    """Fuzz one reader; tells whether nothing broke."""
    broken = FOLDER / "broken" / reader
    broken.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST_SAMPLE}",
        "-timeout=20",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={broken}/",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.harness", reader, str(make_corpus(reader)), *options],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    runs = next((line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed" in line), "?")
    print(
        f"{reader:<12} {runs:>10} inputs  {'nothing broke' if done.returncode == 0 else 'BROKEN'}", flush=True
    )
    if done.returncode:
        print(done.stderr[-3000:])
        print(f"What broke it lies in {broken}.")
    return done.returncode == 0


if __name__ == "__main__":
    seconds = int(os.environ.get("FUZZ_SECONDS") or 60)
    wanted = [name for name in (os.environ.get("FUZZ_READER") or "").split(",") if name] or list(READERS)
    outcomes = [fuzz(name, seconds) for name in wanted]
    sys.exit(0 if all(outcomes) else 1)
