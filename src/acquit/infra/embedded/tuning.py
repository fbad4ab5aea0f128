"""The settings of the embedded server, from the machine it finds itself on.

They are measured ones (the reasons stand in docs/decisions/0002-embedded-postgresql.md). They are written
anew at every start, because a home folder moves between machines; what a user writes into `postgresql.conf`
wins over them.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024
GIBIBYTE = 1024 * MEBIBYTE
SMALL_DISK = 40 * GIBIBYTE
TINY_DISK = 10 * GIBIBYTE
SMALL_SHARED_FOLDER = 512 * MEBIBYTE
CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@dataclass(frozen=True)
class Machine:
    """What the settings depend on, in bytes."""

    memory: int
    free_disk: int
    shared_folder: int | None


def look_at_machine(folder: Path) -> Machine:
    """Measure this machine: its memory (a container's limit counts), its disk, and /dev/shm."""
    shared = Path("/dev/shm")  # noqa: S108
    return Machine(
        memory=_memory(),
        free_disk=shutil.disk_usage(folder).free,
        shared_folder=shutil.disk_usage(shared).total if shared.is_dir() else None,
    )


def plan_settings(machine: Machine, *, durable: bool = True) -> dict[str, str]:
    """Plan the server's settings for a machine; `durable=False` is for throw-away databases of tests only."""
    shared_buffers = max(32, min(2 * GIBIBYTE, machine.memory // 4) // MEBIBYTE)
    largest_log, smallest_log = ("8GB", "1GB")
    if machine.free_disk < SMALL_DISK:
        largest_log = "4GB"
    if machine.free_disk < TINY_DISK:
        largest_log, smallest_log = ("1GB", "80MB")
    settings = {
        "shared_buffers": f"{shared_buffers}MB",
        "max_wal_size": largest_log,
        "min_wal_size": smallest_log,
        "checkpoint_timeout": "15min",
        "wal_buffers": "64MB" if shared_buffers >= 512 else "-1",
        "work_mem": "32MB",
        "hash_mem_multiplier": "2",
        "maintenance_work_mem": "512MB" if machine.memory >= 4 * GIBIBYTE else "64MB",
        "random_page_cost": "1.1",
        "jit": "off",
        "max_parallel_workers_per_gather": "2",
        "autovacuum_naptime": "20s",
        "wal_compression": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "synchronous_commit": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_checkpoints": "off",
    }
    if machine.shared_folder is None or machine.shared_folder < SMALL_SHARED_FOLDER:
        settings["dynamic_shared_memory_type"] = "mmap"
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings |= {"min_wal_size": "80MB", "max_connections": "200"}
    return settings


def render_settings(settings: dict[str, str]) -> str:
    """Write settings in the form of postgresql.conf."""
    lines = ["# Written by Acquit at every start. Your own settings belong into postgresql.conf; they win."]
    lines += [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
    return "\n".join(lines) + "\n"


def _memory() -> int:
    try:
        amount = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        amount = 2 * GIBIBYTE  # a platform that does not tell: a modest machine
    for file in CGROUP_LIMITS:
        try:
            amount = min(amount, int(file.read_text()))
        except (OSError, ValueError):
            continue  # no such control group, or "max"
    return amount
