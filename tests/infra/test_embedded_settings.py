"""The server's settings follow the machine, and the home is a private folder or a clear refusal."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.infra import embedded, places
from acquit.infra.embedded import tuning
from acquit.infra.embedded.tuning import GIBIBYTE, MEBIBYTE, Machine, plan_settings, render_settings


@pytest.mark.parametrize(
    ("memory", "shared_buffers"),
    [(64 * GIBIBYTE, "2048MB"), (8 * GIBIBYTE, "2048MB"), (4 * GIBIBYTE, "1024MB"), (64 * MEBIBYTE, "32MB")],
)
def test_a_quarter_of_the_memory_up_to_two_gigabytes_is_shared(memory: int, shared_buffers: str) -> None:
    assert plan_settings(Machine(memory, 100 * GIBIBYTE, GIBIBYTE))["shared_buffers"] == shared_buffers


@pytest.mark.parametrize(
    ("free_disk", "sizes"),
    [(100 * GIBIBYTE, ("8GB", "1GB")), (39 * GIBIBYTE, ("4GB", "1GB")), (5 * GIBIBYTE, ("1GB", "80MB"))],
)
def test_the_log_fits_on_the_disk(free_disk: int, sizes: tuple[str, str]) -> None:
    settings = plan_settings(Machine(8 * GIBIBYTE, free_disk, GIBIBYTE))
    assert (settings["max_wal_size"], settings["min_wal_size"]) == sizes


def test_a_container_with_little_shared_memory_uses_files() -> None:
    ample = plan_settings(Machine(8 * GIBIBYTE, 100 * GIBIBYTE, GIBIBYTE))
    assert "dynamic_shared_memory_type" not in ample
    for shared_folder in (None, 64 * MEBIBYTE):
        settings = plan_settings(Machine(8 * GIBIBYTE, 100 * GIBIBYTE, shared_folder))
        assert settings["dynamic_shared_memory_type"] == "mmap"


def test_money_is_durable_unless_a_test_says_otherwise() -> None:
    machine = Machine(8 * GIBIBYTE, 100 * GIBIBYTE, GIBIBYTE)
    settings = plan_settings(machine)
    assert settings["synchronous_commit"] == "on"
    assert "fsync" not in settings
    assert "full_page_writes" not in settings
    assert plan_settings(machine, durable=False)["fsync"] == "off"


def test_a_containers_limit_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limit, unlimited = tmp_path / "memory.max", tmp_path / "unlimited"
    limit.write_text(f"{512 * MEBIBYTE}\n")
    unlimited.write_text("max\n")
    monkeypatch.setattr(tuning, "CGROUP_LIMITS", (unlimited, limit, tmp_path / "absent"))
    assert tuning.look_at_machine(tmp_path).memory == 512 * MEBIBYTE


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,10}", fullmatch=True), st.text(st.characters(exclude_characters="\0\n\r"))
    )
)
def test_values_are_quoted(settings: dict[str, str]) -> None:
    lines = render_settings(settings).split("\n")[1:-1]
    read = {line.split(" = ", 1)[0]: line.split(" = ", 1)[1][1:-1].replace("''", "'") for line in lines}
    assert read == settings


def test_the_server_takes_them(tmp_path: Path) -> None:
    cluster = embedded.Cluster(tmp_path / "home")
    embedded.start(cluster)
    try:
        planned = plan_settings(tuning.look_at_machine(cluster.home))
        with psycopg.connect(**embedded.superuser_settings(cluster)) as connection:
            taken = "SELECT name FROM pg_file_settings WHERE sourcefile LIKE '%/acquit.conf' AND applied"
            assert {name for (name,) in connection.execute(taken).fetchall()} == set(planned)
            shown = connection.execute("SELECT pg_size_bytes(current_setting('shared_buffers'))").fetchone()
            assert shown == (int(planned["shared_buffers"].removesuffix("MB")) * MEBIBYTE,)
    finally:
        embedded.stop(cluster)


def test_home_is_the_folder_named_and_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ACQUIT_HOME", str(tmp_path / "not yet" / "there"))
    assert places.home() == tmp_path / "not yet" / "there"
    for folder in (places.home(), places.uploads_folder(), places.logs_folder()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert places.database_folder() == places.home() / "database"
    assert not places.database_folder().exists()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ACQUIT_HOME", "~/books")
    assert places.home() == tmp_path / "books"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACQUIT_HOME", "relative")
    assert places.home() == tmp_path / "relative"


def test_home_is_by_default_the_platforms_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("ACQUIT_HOME")
    assert places.home().is_relative_to(tmp_path)
    assert places.home().name == "acquit"


def test_the_rights_of_a_folder_that_is_there_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    monkeypatch.setenv("ACQUIT_HOME", str(tmp_path / "shared"))
    assert stat.S_IMODE(places.home().stat().st_mode) == 0o755


def test_what_cannot_be_a_home_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path, reason in {"file": "is not a folder", "file/below": "is not a folder"}.items():
        monkeypatch.setenv("ACQUIT_HOME", str(tmp_path / path))
        with pytest.raises(places.CannotUseHome, match=reason) as refused:
            places.home()
        assert refused.value.param == "ACQUIT_HOME"
    monkeypatch.setenv("ACQUIT_HOME", "/proc/acquit")
    with pytest.raises(places.CannotUseHome, match="cannot be made"):
        places.home()
    monkeypatch.setattr("os.access", lambda *_: False)
    monkeypatch.setenv("ACQUIT_HOME", str(tmp_path))
    with pytest.raises(places.CannotUseHome, match="belongs to another account"):
        places.home()
