"""`acquit serve` as a real process: it answers, refuses a taken port, ends cleanly, and seals the log meanwhile."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from acquit.cli.serving import address_of, make_server
from acquit.controls.batch import verify_seals
from acquit.jobs.rounds import run_rounds
from tests.cli.acquit import COMMAND, acquit, process_environment

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def served(
    home: Path, *options: str, command: str = "serve"
) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """Serve on a free port; gives the process, the address it printed and the lines before it."""
    # Whoever runs the tests in the background has Ctrl-C ignored, and children would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*COMMAND, command, "--port", "0", *options],
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
            if " http://" in line:
                yield process, next(word for word in line.split() if "://" in word), lines
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
    assert verify_seals().rows == 0
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
    assert verify_seals().rows == 1


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
    assert (report.broken, report.rows) == (None, 2)


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

    monkeypatch.setattr(rounds, "seal_blocks", seal)
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


def test_the_api_alone_is_served_by_several_processes_that_are_replaced_and_end_together(
    tmp_path: Path,
) -> None:
    acquit("user", "add", "mia")
    token = acquit("token", "issue", "mia").out.split()[-1]
    with served(tmp_path / "home", "--processes", "2", command="api") as (process, address, before):
        assert before == []
        assert fetch(address + "openapi.json")[0] == 200
        asked = urllib.request.Request(address + "companies", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - our own server
            assert json.loads(answer.read())["data"] == []
            assert int(answer.headers["Content-Length"]) > 0  # else the connection could not be used again
        with pytest.raises(urllib.error.HTTPError) as refused:
            fetch(address.removesuffix("api/v1/") + "login/")
        assert (refused.value.code, refused.value.headers["Content-Type"]) == (404, "application/json")
        first, second = answering(process.pid)
        os.kill(first, signal.SIGKILL)
        await_until(lambda: len(answering(process.pid) - {first, second}) == 1)
        assert fetch(address + "openapi.json")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert process.stderr is not None
        assert process.stderr.read().splitlines()[-2:] == [
            "A process ended with code -9; another takes its place.",
            "Acquit has ended.",
        ]
        await_until(lambda: not Path(f"/proc/{second}").exists())


def test_the_processes_of_the_api_end_with_the_first(tmp_path: Path) -> None:
    acquit("user", "add", "mia")
    with served(tmp_path / "home", "--processes", "1", command="api") as (process, address, _):
        assert fetch(address + "openapi.json")[0] == 200
        [only] = answering(process.pid)
        process.kill()
        process.wait(timeout=30)
        await_until(lambda: not Path(f"/proc/{only}").exists())


def test_a_taken_port_is_refused_for_the_api_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = acquit("api", "--port", port)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"127.0.0.1 port {port} cannot be listened at: ")


def answering(parent: int) -> set[int]:
    """Give the processes that answer: the children of the first, without Python's keeper of resources."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {
        int(child)
        for child in children
        if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    }


def await_until(is_true: Callable[[], bool]) -> None:
    """Wait until something is true, a minute at most."""
    until = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.1)
