"""DATABASE_URL is read exactly or refused; nothing is guessed and no password is repeated."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.infra import databases
from acquit.infra.databases import InvalidDatabaseUrl, parse_database_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://ann:p%40ss%3A%2Fw%23rd@db.example:5433/books?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            {
                "dbname": "books",
                "user": "ann",
                "password": "p@ss:/w#rd",
                "host": "db.example",
                "port": 5433,
                "sslmode": "verify-full",
                "sslrootcert": "/etc/ca.pem",
            },
        ),
        ("postgres:///books?host=/run/postgresql", {"dbname": "books", "host": "/run/postgresql"}),
        (
            "postgresql://ann@/books?host=%2Fmy%20run&port=5433",
            {"dbname": "books", "user": "ann", "host": "/my run", "port": 5433},
        ),
        ("postgresql://%2Frun%2Fpg/b%20k", {"dbname": "b k", "host": "/run/pg"}),
        ("postgresql://[::1]:5432/books", {"dbname": "books", "host": "::1", "port": 5432}),
        ("postgresql://ann:@h/books", {"dbname": "books", "user": "ann", "password": "", "host": "h"}),
    ],
)
def test_urls_are_read(url: str, expected: dict[str, str | int]) -> None:
    assert parse_database_url(url) == expected


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://ann:secret@h/books", "begins with 'mysql'; Acquit works on PostgreSQL only"),
        ("books", "begins with ''"),
        ("postgresql://ann:secret@h", "names no database"),
        ("postgresql://ann:secret@h/", "names no database"),
        ("postgresql://ann:secret@h/books/more", "names no database"),
        ("postgresql://ann:secret@h:port/books", "the host or the port is malformed"),
        ("postgresql://ann:secret@h:99999/books", "the host or the port is malformed"),
        ("postgresql://ann:secret@[::1/books", "the host or the port is malformed"),
        ("postgresql://ann:secret@h/books#1", "has to be written as %23"),
        ("postgresql://ann:secret@h/books?sslmod=require", "'sslmod' is not known"),
        ("postgresql://ann:secret@h/books?sslmode=", "'sslmode' is empty"),
        ("postgresql://ann:secret@h/books?sslmode", "options after the ? are malformed"),
        ("postgresql://ann:secret@h/books?host=other", "'host' is given twice"),
        ("postgresql://ann:secret@h/books?sslmode=require&sslmode=disable", "'sslmode' is given twice"),
        ("postgresql://ann:secret@h/books?options=-c%20role%3Dboss", "'options' is not known"),
        ("postgresql:///books", "names no host"),
        ("postgresql:///books?host=h&port=0", "not a number from 1 to 65535"),
        ("postgresql:///books?host=h&port=%D9%A3", "not a number from 1 to 65535"),
        ("postgresql://ann:secret%FF@h/books", "the password is not percent-encoded UTF-8"),
        ("postgresql://ann:secret@h/books%00", "contains a zero byte"),
    ],
)
def test_urls_are_refused_with_the_reason_and_without_the_password(url: str, reason: str) -> None:
    with pytest.raises(InvalidDatabaseUrl) as refused:
        parse_database_url(url)
    assert reason in refused.value.message
    assert "secret" not in refused.value.message
    assert refused.value.param == "DATABASE_URL"


@given(
    user=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1),
    password=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
    name=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1),
)
def test_every_name_and_password_comes_through_percent_encoding(user: str, password: str, name: str) -> None:
    url = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@h/{quote(name, safe='')}"
    assert parse_database_url(url) == {"dbname": name, "user": user, "password": password, "host": "h"}


def test_the_application_begins_as_its_role_on_a_foreign_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:pw@h:5433/books?sslmode=require")
    assert databases.is_embedded() is False
    assert databases.django_settings("app") == {
        "NAME": "books",
        "USER": "ann",
        "PASSWORD": "pw",
        "HOST": "h",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require", "options": "-c role=acquit_app"},
    }
    assert databases.django_settings("owner")["OPTIONS"] == {"sslmode": "require"}
    monkeypatch.setenv("DATABASE_URL", "")
    assert databases.is_embedded() is True
