"""Fixtures of the API's tests. What needs Django is imported late: this file is read before Django is set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django.fixtures import Settings

if TYPE_CHECKING:
    from tests.api.caller import Caller, House
    from tests.builders import Books

TODAY = date(2026, 4, 15)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _today(settings: Settings) -> None:
    settings.ACQUIT_BUSINESS_DATE = TODAY


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def make_house(db: None) -> Callable[..., House]:
    from tests.api.caller import House
    from tests.builders import make_books

    def make(**said: Any) -> House:
        return House(make_books(**said))

    return make


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    return make_house()


@pytest.fixture
def books(house: House) -> Books:
    return house.books


@pytest.fixture
def owner(house: House) -> Caller:
    from acquit.controls.rules.duties import Role

    return house.caller(Role.OWNER)


@pytest.fixture
def look(house: House) -> Callable[[], None]:
    """Open this connection for the company again: a request leaves it open for none."""
    from acquit.infra.transaction import set_companies

    return lambda: set_companies([house.books.company_id])
