# ruff: noqa: PT012 - a refusal of what nobody waited for comes with a statement after it, or with the end of the block
"""What travels with the next statement: nothing is lost, reordered or hidden, and nobody sees with another's scope."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from acquit.infra.bulk import ask, ask_ahead, expect_ids, next_ids, send
from acquit.infra.models import IdempotencyKey
from acquit.infra.transaction import (
    CompanyOutOfScope,
    company_ids_in_scope,
    get_session,
    operation,
    set_companies,
)
from tests import databases
from tests.builders import make_books

for_real = pytest.mark.django_db(transaction=True)

KEEP = "INSERT INTO idempotency_key (company_id, key, fingerprint, status, result) VALUES ($1, $2, 'F', 200, '1')"
ROLE = "SELECT current_user::text"
SCOPE = "SELECT current_setting('acquit.companies', true)"


def _kept() -> list[str]:
    return list(IdempotencyKey.objects.order_by("key").values_list("key", flat=True))


@for_real
def test_an_operation_without_a_statement_is_no_transaction() -> None:
    ask("SELECT 1")
    with operation():
        pass
    assert get_session().info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert not get_session().is_waiting


@for_real
def test_the_role_is_the_writers_inside_an_operation_and_the_applications_after() -> None:
    before = ask(ROLE)
    with operation():
        assert ask(ROLE) == [("acquit_writer",)]
    assert ask(ROLE) == before


@for_real
def test_the_role_is_given_back_inside_another_transaction() -> None:
    with transaction.atomic():
        before = ask(ROLE)
        with operation():
            assert ask(ROLE) == [("acquit_writer",)]
        assert ask(ROLE) == before


@for_real
def test_what_was_sent_is_committed_with_the_operation_and_seen_by_others() -> None:
    books = make_books()
    with operation():
        send(KEEP, books.company_id, "K")
    with psycopg.connect(**databases.settings_for("owner")) as other:
        other.execute("SELECT set_config('acquit.companies', %s, false)", [str(books.company_id)])
        assert other.execute("SELECT key FROM idempotency_key").fetchall() == [("K",)]


@for_real
def test_what_was_sent_is_gone_when_the_operation_fails_after() -> None:
    books = make_books()
    with pytest.raises(ZeroDivisionError), operation():
        send(KEEP, books.company_id, "K")
        raise ZeroDivisionError
    assert _kept() == []


@for_real
def test_a_refusal_of_what_was_sent_comes_with_the_commit_as_the_refusal_it_is() -> None:
    books = make_books()
    with pytest.raises(CompanyOutOfScope), operation():
        send(KEEP, books.company_id, "K")
        send(KEEP, books.company_id + 1, "L")  # of no company in scope
        send(KEEP, books.company_id, "M")
    assert _kept() == []


@for_real
def test_a_refusal_of_what_was_sent_comes_with_the_next_question_not_as_a_broken_pipeline() -> None:
    books = make_books()
    with operation():
        send(KEEP, books.company_id, "K")
    with pytest.raises(IntegrityError, match="idempotency_key_once"), operation():
        send(KEEP, books.company_id, "K")
        ask("SELECT 1")
    with pytest.raises(IntegrityError, match="idempotency_key_once"), operation():
        send(KEEP, books.company_id, "K")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    assert _kept() == ["K"]


@for_real
def test_a_savepoint_takes_back_what_was_sent_in_it_and_nothing_else() -> None:
    books = make_books()
    with operation():
        send(KEEP, books.company_id, "A")
        with pytest.raises(IntegrityError), transaction.atomic():
            send(KEEP, books.company_id, "B")
            send(KEEP, books.company_id, "A")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            send(KEEP, books.company_id, "C")
            raise ZeroDivisionError
        send(KEEP, books.company_id, "D")
    assert _kept() == ["A", "D"]


@for_real
def test_what_was_sent_is_seen_by_the_next_statement() -> None:
    books = make_books()
    with operation():
        send(KEEP, books.company_id, "K")
        assert _kept() == ["K"]


@for_real
def test_questions_asked_ahead_are_answered_once_and_in_order() -> None:
    with operation():
        ask_ahead("SELECT nextval('item_id_seq')")
        ask_ahead("SELECT nextval('item_id_seq')")
        [[third]] = ask("SELECT nextval('item_id_seq') + 0")
        [[first]], [[second]], [[fourth]] = (ask("SELECT nextval('item_id_seq')") for _ in range(3))
    assert [first, second, third, fourth] == [first, first + 1, first + 2, first + 3]


@for_real
def test_expected_ids_are_given_once_and_fresh_ones_after() -> None:
    with operation():
        expect_ids(("item", "document"), 2)
        items = next_ids("item", 2)
        documents = next_ids("document", 2)
        more = next_ids("item", 2)
        other = next_ids("item", 1)
    assert items[1] == items[0] + 1
    assert documents[1] == documents[0] + 1
    assert len({*items, *more, *other}) == 5


@for_real
def test_expected_ids_and_answers_end_with_the_operation() -> None:
    with operation():
        expect_ids(("item",), 1)
        ask_ahead(ROLE)
    assert get_session().expected_ids is None
    assert ask(ROLE) != [("acquit_writer",)]


@for_real
def test_the_scope_is_told_before_the_next_statement_whatever_happened_before() -> None:
    books = make_books()
    set_companies([books.company_id])
    assert ask(SCOPE) == [(str(books.company_id),)]
    set_companies(())
    with pytest.raises(DataError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")  # what travelled with it is taken back by the server
    assert ask(SCOPE) == [("",)]
    with pytest.raises(DataError), operation():
        set_companies([books.company_id])
        ask("SELECT 1 / 0")
    assert company_ids_in_scope() == ()
    assert ask(SCOPE) == [("",)]


@for_real
def test_the_scope_of_a_transaction_or_savepoint_is_taken_back_with_it() -> None:
    set_companies([1])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        set_companies([1, 2])
        assert ask(SCOPE) == [("1,2",)]
        with pytest.raises(ProgrammingError), transaction.atomic():
            set_companies([3])
            ask("SELECT nothing")
        assert (company_ids_in_scope(), ask(SCOPE)) == ((1, 2), [("1,2",)])
        raise ZeroDivisionError
    assert (company_ids_in_scope(), ask(SCOPE)) == ((1,), [("1",)])


@for_real
def test_a_cursor_of_the_server_gives_all_its_rows_while_others_write() -> None:
    books = make_books()
    seen: list[Any] = []
    with operation(), connection.chunked_cursor() as cursor:
        cursor.execute("SELECT generate_series(1, 5)")
        while rows := cursor.fetchmany(2):
            seen += rows
            send(KEEP, books.company_id, f"K{len(seen)}")
    assert seen == [(1,), (2,), (3,), (4,), (5,)]
    assert _kept() == ["K2", "K4", "K5"]


@for_real
def test_a_connection_the_server_has_ended_is_found_out_without_a_question() -> None:
    [[process_id]] = ask("SELECT pg_backend_pid()")
    assert connection.is_usable()
    with psycopg.connect(**databases.settings_for("superuser"), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [process_id])
    assert not connection.is_usable()
    connection.close()
    assert ask("SELECT 1") == [(1,)]
