"""The embedded PostgreSQL starts, is shared, stops, and comes back after every kind of death."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from acquit.infra import embedded
from acquit.infra.embedded import account, binaries, processes, starter
from acquit.infra.embedded.account import choose_account
from acquit.infra.embedded.cluster import Transport
from acquit.infra.embedded.connection import client_settings, short_folder, superuser_settings
from acquit.infra.roles import APPLICATION_ROLE, OWNER_ROLE

MakeCluster = Callable[..., embedded.Cluster]


@pytest.fixture
def make_cluster(tmp_path: Path) -> Iterator[MakeCluster]:
    """Make clusters in folders of this test; whatever runs in the end is stopped."""
    made: list[embedded.Cluster] = []

    def make(name: str = "home", **options: object) -> embedded.Cluster:
        cluster = embedded.Cluster(tmp_path / name, **{"durable": False, **options})
        made.append(cluster)
        return cluster

    yield make
    for cluster in made:
        embedded.stop(cluster)


def connect(
    cluster: embedded.Cluster, user: str = APPLICATION_ROLE
) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(**client_settings(cluster, user, embedded.DATABASE))


def one(connection: psycopg.Connection[tuple[object, ...]], query: str) -> object:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def postmaster(cluster: embedded.Cluster) -> int:
    process_id = processes.find_postmaster(cluster)
    assert process_id is not None
    return process_id


def kill_hard(cluster: embedded.Cluster) -> None:
    process_id = postmaster(cluster)
    os.kill(process_id, signal.SIGKILL)
    while processes.find_postmaster(cluster) is not None:
        time.sleep(0.01)


def test_first_start_makes_a_private_checked_database_for_the_application(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    assert embedded.get_status(cluster).running is False
    assert embedded.start(cluster) is True
    assert embedded.start(cluster) is False
    with connect(cluster) as connection:
        assert one(connection, "SELECT current_user::text") == "acquit_app"
        assert one(connection, "SHOW data_checksums") == "on"
        assert one(connection, "SELECT version()").startswith("PostgreSQL 18")  # type: ignore[attr-defined]
        query = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = current_database()"
        assert one(connection, query) == "b C.UTF-8"
        assert (
            one(connection, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'acquit'")
            == "UTF8"
        )
        assert one(connection, "SHOW listen_addresses") == ""
        assert one(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert stat.S_IMODE(cluster.data_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.home.stat().st_mode) == 0o700
    status = embedded.get_status(cluster)
    assert status.running is True
    assert status.process_id == postmaster(cluster)
    assert not cluster.password_file.exists()


def test_roles_may_do_what_they_are_for_and_no_more(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    embedded.start(cluster)
    with connect(cluster, OWNER_ROLE) as owner:
        owner.execute("CREATE TABLE kept (company_id int)")
        owner.execute("ALTER TABLE kept ENABLE ROW LEVEL SECURITY")
        owner.execute("GRANT SELECT, INSERT ON kept TO acquit_writer")
        owner.execute("GRANT SELECT ON kept TO acquit_app")
        owner.execute("SET ROLE acquit_writer")
    with connect(cluster) as application:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("INSERT INTO kept VALUES (1)")  # membership alone gives no right
        application.rollback()
        application.execute("SET LOCAL ROLE acquit_writer")
        with application.cursor().copy("COPY kept FROM STDIN") as copy:
            copy.write_row((7,))  # COPY and row-level security exclude each other, so this role must pass it
        application.commit()
        assert (
            one(application, "SELECT count(*) FROM kept") == 0
        )  # no policy lets the application see the row
        application.commit()
        for forbidden in ("CREATE TABLE mine ()", "TRUNCATE kept", "SET ROLE acquit_owner", "CREATE ROLE x"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(forbidden)
            application.rollback()


def test_stop_ends_sessions_and_is_said_twice_without_harm(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    assert embedded.stop(cluster) is False
    embedded.start(cluster)
    connection = connect(cluster)
    assert embedded.stop(cluster) is True
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    assert embedded.stop(cluster) is False
    assert embedded.get_status(cluster) == embedded.ServerStatus(
        running=False,
        data_folder=cluster.data_folder,
        process_id=None,
        host=str(short_folder(cluster.data_folder)),
        port=5432,
        log_file=cluster.log_file,
    )


def _start_and_write(home: str, number: int, results: object) -> None:
    cluster = embedded.Cluster(Path(home), durable=False)
    started = embedded.start(cluster)
    with connect(cluster, OWNER_ROLE) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(1)")
        connection.execute("CREATE TABLE IF NOT EXISTS starters (number int)")
        connection.execute("INSERT INTO starters VALUES (%s)", [number])
    results.put((started, processes.find_postmaster(cluster)))  # type: ignore[attr-defined]


def test_four_racing_starters_share_one_server(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    racers = [
        context.Process(target=_start_and_write, args=(str(cluster.home), number, results))
        for number in range(4)
    ]
    for racer in racers:
        racer.start()
    found = [results.get() for _ in racers]
    for racer in racers:
        racer.join()
    assert sorted(started for started, _ in found) == [False, False, False, True]
    assert {process_id for _, process_id in found} == {postmaster(cluster)}
    with connect(cluster, OWNER_ROLE) as connection:
        assert one(connection, "SELECT array_agg(number ORDER BY number) FROM starters") == [0, 1, 2, 3]


def test_committed_rows_survive_the_death_of_the_server(make_cluster: MakeCluster) -> None:
    cluster = make_cluster(durable=True)
    embedded.start(cluster)
    with connect(cluster, OWNER_ROLE) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    before = postmaster(cluster)
    kill_hard(cluster)
    assert embedded.get_status(cluster).running is False
    assert embedded.start(cluster) is True
    assert postmaster(cluster) != before
    with connect(cluster, OWNER_ROLE) as connection:
        assert one(connection, "SELECT sum(n) FROM kept") == 500500


def test_children_that_outlive_a_killed_server_do_not_block_the_next(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    embedded.start(cluster)
    busy = connect(cluster)
    child = one(busy, "SELECT pg_backend_pid()")
    assert isinstance(child, int)
    os.kill(child, signal.SIGSTOP)  # it cannot notice that its parent is dead
    kill_hard(cluster)
    assert processes._serves(child, cluster.data_folder)
    assert embedded.start(cluster) is True
    assert not processes._serves(child, cluster.data_folder)
    with connect(cluster) as connection:
        assert one(connection, "SELECT 1") == 1


def test_a_stale_note_that_names_a_living_stranger_is_seen_through(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    embedded.start(cluster)
    kill_hard(cluster)
    # A stranger under the server's own account is the case PostgreSQL itself refuses to start on.
    stranger = choose_account(cluster.data_folder)
    sleeper = subprocess.Popen(
        ["sleep", "60"],
        user=stranger.user_id,
        group=stranger.group_id,
        extra_groups=[] if stranger.user_id else None,
    )
    try:
        for note in (cluster.pid_file, cluster.data_folder / ".s.PGSQL.5432.lock"):
            lines = note.read_text().splitlines()
            note.write_text("\n".join([str(sleeper.pid), *lines[1:]]) + "\n")
        assert processes.find_postmaster(cluster) is None
        assert embedded.start(cluster) is True
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_starter_killed_half_way_leaves_nothing_that_blocks(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    code = (
        "import sys; from pathlib import Path; from acquit.infra import embedded;"
        "embedded.start(embedded.Cluster(Path(sys.argv[1]), durable=False))"
    )
    for patience in (0.3, 0.45, 0.6, 0.75, 0.9, 1.1):
        victim = subprocess.Popen([sys.executable, "-c", code, str(cluster.home)])
        time.sleep(patience)
        victim.kill()
        victim.wait()
    embedded.start(cluster)
    assert not cluster.unfinished_folder.exists()
    with connect(cluster) as connection:
        assert one(connection, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'acquit%'") == 4


@pytest.mark.parametrize(
    "name",
    [
        "a home with spaces",
        "a,home,with,commas",
        "häuschen 'q\" $HOME `date` \\ $(date)",
        "deep/" + "x" * 60 + "/" + "y" * 60,
    ],
)
def test_homes_with_difficult_names(make_cluster: MakeCluster, name: str) -> None:
    cluster = make_cluster(name)
    embedded.start(cluster)
    with connect(cluster) as connection:
        assert one(connection, "SELECT current_user::text") == "acquit_app"
    assert embedded.start(cluster) is False
    if len(str(cluster.data_folder)) > 90:
        link = Path(short_folder(cluster.data_folder))
        assert link.readlink() == cluster.data_folder
        assert stat.S_IMODE(link.parent.stat().st_mode) == 0o700


def test_a_links_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    base = Path("/tmp") / f"t{os.getpid()}"
    base.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(base))
    try:
        folder = base / f"acquit-{os.geteuid()}"
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)
        with pytest.raises(embedded.CannotStartDatabase, match="lets others in"):
            short_folder(tmp_path / ("x" * 120))
        assert list(folder.iterdir()) == []
    finally:
        shutil.rmtree(base)


def test_loopback_with_passwords_where_there_are_no_sockets(make_cluster: MakeCluster) -> None:
    cluster = make_cluster(transport=Transport.LOOPBACK)
    embedded.start(cluster)
    assert stat.S_IMODE(cluster.password_file.stat().st_mode) == 0o600
    settings = client_settings(cluster, APPLICATION_ROLE, embedded.DATABASE)
    assert settings["host"] == "127.0.0.1"
    with psycopg.connect(**settings) as connection:
        assert one(connection, "SELECT current_user::text") == "acquit_app"
    assert not list(cluster.data_folder.glob(".s.PGSQL*"))
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**{**settings, "password": "guessed"})
    kill_hard(cluster)
    assert embedded.get_status(cluster).running is False
    assert embedded.start(cluster) is True
    with psycopg.connect(**client_settings(cluster, APPLICATION_ROLE, embedded.DATABASE)) as connection:
        assert one(connection, "SELECT 1") == 1


def test_a_server_that_cannot_start_says_why(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    embedded.start(cluster)
    embedded.stop(cluster)
    own = cluster.data_folder / "postgresql.conf"
    own.write_text(own.read_text() + "work_mem = 'much'\n")
    with pytest.raises(embedded.CannotStartDatabase, match=r"work_mem.*much") as refused:
        embedded.start(cluster)
    assert str(cluster.log_file) in refused.value.message
    own.write_text(own.read_text().replace("'much'", "'77MB'"))
    embedded.start(cluster)
    with connect(cluster) as connection:
        assert one(connection, "SHOW work_mem") == "77MB"  # the user's own setting wins


def test_folders_that_are_no_database_of_ours_are_left_alone(make_cluster: MakeCluster) -> None:
    foreign = make_cluster("foreign")
    foreign.data_folder.mkdir(parents=True)
    if account.is_root():
        os.chown(foreign.data_folder, 65534, 65534)
    (foreign.data_folder / "letters.txt").write_text("dear all")
    with pytest.raises(embedded.CannotStartDatabase, match="holds no database"):
        embedded.start(foreign)
    (foreign.data_folder / "PG_VERSION").write_text("14\n")
    with pytest.raises(embedded.CannotStartDatabase, match="made by PostgreSQL 14; this Acquit brings 18"):
        embedded.start(foreign)
    assert (foreign.data_folder / "letters.txt").read_text() == "dear all"


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "WHEEL_PACKAGE", "no_such_wheel")
    with pytest.raises(embedded.CannotStartDatabase, match="make setup"):
        binaries.find_binaries()


def test_environment_of_the_caller_neither_leads_astray_nor_leaks(
    make_cluster: MakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PGDATA": "/nowhere",
        "PGPORT": "1",
        "PGHOST": "nowhere",
        "ACQUIT_SECRET_KEY": "s3cret",
    }.items():
        monkeypatch.setenv(name, value)
    cluster = make_cluster()
    embedded.start(cluster)
    environment = Path(f"/proc/{postmaster(cluster)}/environ").read_bytes()
    assert b"s3cret" not in environment
    assert b"nowhere" not in environment


needs_root = pytest.mark.skipif(not account.is_root(), reason="only root has privileges to drop")


@needs_root
def test_root_gives_the_server_to_an_unprivileged_account_and_keeps_the_home(
    make_cluster: MakeCluster,
) -> None:
    cluster = make_cluster()
    embedded.start(cluster)
    server = Path(f"/proc/{postmaster(cluster)}")
    assert server.stat().st_uid != 0
    capabilities = next(
        line for line in (server / "status").read_text().splitlines() if line.startswith("CapEff")
    )
    assert int(capabilities.split()[1], 16) == 0
    assert cluster.data_folder.stat().st_uid == server.stat().st_uid
    assert cluster.home.stat().st_uid == 0
    assert stat.S_IMODE(cluster.home.stat().st_mode) == 0o700  # the account cannot even walk there
    intruder = choose_account(cluster.data_folder)
    psql = binaries.find_binaries().program("psql")
    said = intruder.run(
        [psql, "-h", "/proc/self/cwd", "-U", "acquit_superuser", "postgres", "-c", "SELECT 1"],
        inside=cluster.data_folder,
    )
    assert "Peer authentication failed" in said.stdout


@needs_root
def test_root_serves_somebody_elses_home_as_that_somebody(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    cluster.home.mkdir(mode=0o700)
    os.chown(cluster.home, 65534, 65534)
    embedded.start(cluster)
    assert Path(f"/proc/{postmaster(cluster)}").stat().st_uid == 65534
    assert {path.stat().st_uid for path in cluster.home.rglob("*")} == {65534}
    names = (cluster.data_folder / "pg_ident.conf").read_text()
    assert names == 'acquit "root" all\nacquit "nobody" all\n'


@needs_root
def test_root_refuses_a_data_folder_of_its_own_with_the_mend(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    embedded.start(cluster)
    embedded.stop(cluster)
    owner = cluster.data_folder.stat()
    os.chown(cluster.data_folder, 0, 0)
    with pytest.raises(embedded.CannotStartDatabase, match="chown -R nobody"):
        embedded.start(cluster)
    os.chown(cluster.data_folder, owner.st_uid, owner.st_gid)
    assert embedded.start(cluster) is True


@needs_root
def test_programs_out_of_the_accounts_reach_are_copied_once(tmp_path: Path) -> None:
    wheel = binaries.find_binaries()
    package = wheel.folder.parent.parent
    hidden = tmp_path / "hidden"  # below a folder with rights 0700, as a checkout in /root is
    shutil.copytree(package.with_name(f"{package.name}.libs"), hidden / f"{package.name}.libs")
    shutil.copytree(package / wheel.folder.parent.name, hidden / package.name / wheel.folder.parent.name)
    unreachable = binaries.Binaries(hidden / package.name / wheel.folder.parent.name / "bin")
    place = Path("/var/tmp") / f"acquit-copy-{os.getpid()}"
    nobody = account.ServerAccount(65534, 65534)
    try:
        copy = binaries.readable_copy(unreachable, parents=(Path("/proc/nowhere"), place))
        said = nobody.run([copy.program("postgres"), "--version"], inside=Path("/"))
        assert said.stdout == "postgres (PostgreSQL) 18.4\n"
        said = nobody.run([copy.program("initdb"), "--version"], inside=Path("/"))
        assert said.returncode == 0
        made = copy.folder.stat().st_ino
        assert binaries.readable_copy(unreachable, parents=(place,)).folder.stat().st_ino == made
        (place / copy.folder.parent.parent.parent.name).chmod(0o777)
        with pytest.raises(embedded.CannotStartDatabase, match="belongs to somebody else"):
            binaries.readable_copy(unreachable, parents=(place,))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def test_a_warm_start_asks_and_does_nothing_else(
    make_cluster: MakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = make_cluster()
    embedded.start(cluster)
    with monkeypatch.context() as patch:
        patch.setattr(starter, "locked", None)  # taking the lock would fail
        assert embedded.start(cluster) is False


def test_superuser_is_reached_for_maintenance_only_by_name(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    embedded.start(cluster)
    with psycopg.connect(**superuser_settings(cluster)) as connection:
        assert one(connection, "SELECT current_setting('is_superuser')") == "on"
    with pytest.raises(KeyError):
        embedded.connection_settings("superuser", starting=False)
