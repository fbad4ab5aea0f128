"""What every test finds: a database of its own, reached as the application's role."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests import databases

# pytest-django would read the settings before this file; so they are named here, after the run has a home of its
# own, and nothing of a test ever reaches the home or the database of whoever runs it.
databases.begin_run()
os.environ["DJANGO_SETTINGS_MODULE"] = "acquit.config.settings"

import django  # noqa: E402

django.setup()


def pytest_unconfigure() -> None:
    """Stop the run's server."""
    databases.end_run()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Give this worker its database, and let tests with real transactions end by renewing it."""
    from django.test import TransactionTestCase

    def renew(_case: TransactionTestCase) -> None:
        databases.renew_worker_database()

    with django_db_blocker.unblock():
        databases.make_worker_database()
        before = databases.point_django_to("app", databases.worker_database())
    flush, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, renew
    yield
    TransactionTestCase._fixture_teardown = flush
    with django_db_blocker.unblock():
        databases.point_django_to("app", before["NAME"])


@pytest.fixture
def owner_connection(db: None) -> Iterator[psycopg.Connection[Any]]:
    """Connect as the tables' owner, to break an invariant on purpose.

    It sees only what is committed, and what it commits stays: a test that does either is marked
    `django_db(transaction=True)`.
    """
    with psycopg.connect(**databases.settings_for("owner")) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def superuser_connection(db: None) -> Iterator[psycopg.Connection[Any]]:
    """Connect as the server's superuser (see `owner_connection`); skips where the server gives no such login."""
    with psycopg.connect(**databases.settings_for("superuser")) as connection:
        if connection.execute("SELECT current_setting('is_superuser')").fetchone() != ("on",):
            pytest.skip("the login of ACQUIT_TEST_DATABASE_URL is no superuser")
        yield connection
        connection.rollback()
