"""`acquit serve` as a real process: it answers, refuses a taken port, ends cleanly, and seals the log meanwhile."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from acquit.cli.serving import address_of, make_server
from acquit.controls.batch import verify_seals
from acquit.jobs.rounds import run_rounds
from tests.cli.acquit import COMMAND, acquit, process_environment

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def served(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """Serve on a free port; gives the process, the address it printed and the lines before it."""
    # Whoever runs the tests in the background has Ctrl-C ignored, and children would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *options],
        env=process_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            if line.startswith("Acquit is at "):
                yield process, line.split()[3], lines
                break
            lines.append(line)
        else:
            assert process.stderr is not None
            pytest.fail(process.stderr.read())
    finally:
        process.kill()
        process.communicate(timeout=30)


def fetch(address: str) -> tuple[int, str, str]:
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server
        return answer.status, answer.url, answer.read().decode()


def test_it_serves_pages_and_their_parts_and_ends_at_ctrl_c(tmp_path: Path) -> None:
    acquit("user", "add", "mia")
    acquit("token", "issue", "mia")
    assert verify_seals().events == 0
    with served(tmp_path / "home") as (process, address, before):
        assert before == []
        status, url, page = fetch(address)
        assert status == 200
        assert "/login" in url
        part = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
        assert fetch(address.rstrip("/") + part)[0] == 200
        assert fetch(address + "api/v1/openapi.json")[0] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == "Acquit has ended.\n"
    assert verify_seals().events == 1


def test_without_a_user_it_says_how_to_make_one(tmp_path: Path) -> None:
    with served(tmp_path / "home") as (_, _, before):
        assert before == ["Nobody may log in yet. Add a user: acquit user add USER --role OWNER\n"]


def test_a_taken_port_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = acquit("serve", "--port", port)
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.startswith(f"127.0.0.1 port {port} cannot be listened at: ")
    assert outcome.err.endswith("[CANNOT_SERVE]\n")


def test_missing_catalogues_are_refused(tmp_path: Path, settings: object) -> None:
    settings.LOCALE_PATHS = [tmp_path]  # type: ignore[attr-defined]
    assert (
        acquit("serve", "--port", "0").err
        == "The texts in English are not compiled. Run: make setup [CANNOT_SERVE]\n"
    )


def test_rounds_seal_at_intervals_and_once_more_at_the_end(tmp_path: Path) -> None:
    acquit("user", "add", "mia")
    for name in ("first", "second"):
        acquit("token", "issue", "mia", "--name", name)
    stop = threading.Event()
    rounds = threading.Thread(target=run_rounds, args=(stop,), kwargs={"seconds_between": 0.05})
    rounds.start()
    stop.set()
    rounds.join(timeout=30)
    assert not rounds.is_alive()
    report = verify_seals()
    assert (report.broken, report.events) == (None, 2)


def test_a_round_that_fails_is_told_and_the_next_is_done(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from django.db import OperationalError

    from acquit.jobs import rounds

    asked = threading.Event()
    stop = threading.Event()
    calls = 0

    def seal() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OperationalError("the server went away")
        asked.set()

    monkeypatch.setattr(rounds, "seal_events", seal)
    worker = threading.Thread(target=run_rounds, args=(stop,), kwargs={"seconds_between": 0.01})
    worker.start()
    assert asked.wait(timeout=10)
    stop.set()
    worker.join(timeout=10)
    assert "sealing failed" in caplog.text


def test_the_address_is_one_to_click() -> None:
    server = make_server("0.0.0.0", 0)  # noqa: S104 - listens for a moment
    try:
        assert address_of(server) == f"http://localhost:{server.effective_port}/"
    finally:
        server.close()


def test_a_name_that_is_asked_for_is_let_in(tmp_path: Path) -> None:
    with served(tmp_path / "home", "--host", "127.0.0.2") as (_, address, _):
        assert address.startswith("http://127.0.0.2:")
        assert fetch(address)[0] == 200
