"""Under which account the server runs.

PostgreSQL refuses to run as root. For an ordinary user the question does not arise: the server runs as that
user. Root gets an existing unprivileged account (the owner of a data folder that is already there, else
`postgres`, else `nobody`); no account is made and no right of a folder is loosened. Such an account cannot
walk to a folder below /root, so its programs are started *inside* the data folder and name it
`/proc/self/cwd`: the kernel leads there without asking for rights on the way.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from acquit.infra.embedded.refusals import CannotStartDatabase

PREFERRED_ACCOUNTS = ("postgres", "nobody", "daemon")
WORKING_FOLDER = "/proc/self/cwd"
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")


@dataclass(frozen=True)
class ServerAccount:
    """The account of the server's programs; `user_id` is None when it is simply the account we run under."""

    user_id: int | None = None
    group_id: int | None = None

    def run(
        self, command: list[str], *, inside: Path, text: str | None = None, log: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the server under this account inside a folder, which it takes as its data folder.

        The folder is named in PGDATA, not as an argument: pg_ctl hands its arguments to a shell without quoting.
        Its output goes to `log` when one is named, else into the result.
        """
        other = self.user_id is not None
        data_folder = {"PGDATA": WORKING_FOLDER if other else str(inside)}
        sink = subprocess.PIPE if log is None else os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            return subprocess.run(
                command,
                cwd=inside,
                env=plain_environment() | data_folder,
                input=text,
                stdin=subprocess.DEVNULL if text is None else None,
                stdout=sink,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                user=self.user_id if other else None,
                group=self.group_id if other else None,
                extra_groups=[] if other else None,
                umask=0o077 if sys.platform != "win32" else -1,
                check=False,
            )
        finally:
            if log is not None:
                os.close(sink)

    def adopt(self, folder: Path) -> None:
        """Give an empty folder that we made to this account."""
        if self.user_id is not None and self.group_id is not None:
            os.chown(folder, self.user_id, self.group_id)


def plain_environment() -> dict[str, str]:
    """Give the environment of the server's programs, reduced to what they need.

    The server outlives us and must not carry our secrets, and variables such as PGDATA must not lead it
    elsewhere.
    """
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | {"LC_ALL": "C"}


def is_root() -> bool:
    """Say whether we run as root, under which PostgreSQL refuses to run."""
    return sys.platform != "win32" and os.geteuid() == 0


def give_to_owner(file: Path) -> None:
    """Give a file that root made in somebody's home to that somebody, who needs it at the next start."""
    if sys.platform != "win32" and is_root():
        owner = file.parent.stat()
        os.chown(file, owner.st_uid, owner.st_gid, follow_symlinks=False)


def choose_account(data_folder: Path) -> ServerAccount:
    """Choose the server's account for a data folder, there already or still to be made.

    Refuses when root finds no unprivileged account, or finds a data folder that belongs to root itself.
    """
    if sys.platform == "win32" or not is_root():
        return ServerAccount()
    import pwd

    if not Path(WORKING_FOLDER).exists():
        raise CannotStartDatabase(
            "Root can start the embedded PostgreSQL on Linux only. Run Acquit as an ordinary user."
        )
    if data_folder.is_dir():
        facts = data_folder.stat()
        if facts.st_uid == 0:
            raise CannotStartDatabase(
                f"{data_folder} belongs to root, and PostgreSQL does not run as root. "
                f"Give it back to its account, for example: chown -R nobody {data_folder}"
            )
        return ServerAccount(facts.st_uid, facts.st_gid)
    home = data_folder.parent.stat()
    candidates = [ServerAccount(home.st_uid, home.st_gid)]
    for name in PREFERRED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        candidates.append(ServerAccount(entry.pw_uid, entry.pw_gid))
    for account in candidates:
        if account.user_id != 0 and _can_become(account):
            return account
    raise CannotStartDatabase(
        "PostgreSQL does not run as root, and no other account can be used here "
        f"({', '.join(PREFERRED_ACCOUNTS)}). Run Acquit as an ordinary user, or set DATABASE_URL."
    )


def peer_names() -> list[str]:
    """Name the accounts that may log in: the one we run under, and root, who may become anyone."""
    if sys.platform == "win32":
        return []
    import pwd

    try:
        own_name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise CannotStartDatabase(
            f"The user id {os.geteuid()} has no name on this machine, and PostgreSQL insists on one. "
            "Add it to /etc/passwd, run Acquit as another user, or set DATABASE_URL."
        ) from None
    names = [own_name]
    try:
        root_name = pwd.getpwuid(0).pw_name
    except KeyError:
        return names
    return names if root_name == own_name else [*names, root_name]


def _can_become(account: ServerAccount) -> bool:
    try:
        return account.run(["/bin/sh", "-c", "exit 0"], inside=Path("/")).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False  # a user namespace without this account
