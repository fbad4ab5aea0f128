"""The programs of others that the tests run for real: a browser, and the accountants' hledger.

A test that cannot run its program must fail with a line that says what is missing, never pass by being skipped. So one
place knows where the programs are, and `python -m tests.programs` (part of `make test`) installs what is missing as far
as this machine lets it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
BROWSER_PLACES = (Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),)


class MissingProgramError(Exception):
    """A program the tests run is neither here nor installable; the message is the line to show."""


@cache
def chromium_path() -> Path:
    """Give the path of a Chromium that starts: the one named, the system's, or the one playwright brought."""
    named = (os.environ.get("ACQUIT_CHROMIUM", ""), *(shutil.which(name) for name in BROWSER_NAMES))
    found = [Path(path) for path in named if path]
    found += [path for path in (*BROWSER_PLACES, *_browsers_of_playwright()) if path.is_file()]
    for path in found:
        if _starts(str(path)):
            return path
    raise MissingProgramError(
        "No browser: the tests need Chromium. Install it (Debian: apt-get install chromium) or run "
        f"{sys.executable} -m playwright install chromium"
    )


@cache
def hledger_path() -> Path:
    """Give the path of hledger."""
    path = shutil.which("hledger")
    if path is None or not _starts(path):
        raise MissingProgramError(
            "No hledger: the tests check journals with it. Install it (Debian: apt-get install hledger)"
        )
    return Path(path)


def install_missing() -> list[str]:
    """Install what is missing where that is possible; gives a line for each program that still is."""
    wanted = ((chromium_path, "chromium"), (hledger_path, "hledger"))
    if missing := [package for find, package in wanted if _problem(find)]:
        _install_by_apt(missing)
    if _problem(chromium_path):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return [problem for find, _ in wanted if (problem := _problem(find))]


def _problem(find: object) -> str:
    find.cache_clear()  # type: ignore[attr-defined]
    try:
        find()  # type: ignore[operator]
    except MissingProgramError as missing:
        return str(missing)
    return ""


def _browsers_of_playwright() -> list[Path]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return [Path(playwright.chromium.executable_path)]


def _starts(program: str) -> bool:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _install_by_apt(packages: list[str]) -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    for command in (["apt-get", "update"], install):
        sys.stdout.write(" ".join(command) + "\n")
        subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    problems = install_missing()
    for problem in problems:
        sys.stderr.write(problem + "\n")
    sys.exit(1 if problems else 0)
