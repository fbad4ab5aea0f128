"""What every table promises, broken on purpose: as the application, as the writer, as the tables' owner."""

from __future__ import annotations

from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import connection as django_connection

from acquit.infra import rights
from acquit.infra.tables import AppendOnly, Live, Mutable, TriggerKept
from tests import databases
from tests.raw_books import (
    APPLICATION,
    OTHERS,
    OURS,
    OWNER,
    WRITER,
    insert,
    insert_item,
    insert_past_triggers,
    one,
    open_raw_books,
    our_models,
    refused,
    scope,
    tables_of,
)

pytestmark = pytest.mark.django_db

NO_RIGHT, CHANGE_REFUSED, COMPANY_REFUSED = "42501", "AQ001", "AQ002"


@pytest.fixture
def books(superuser_connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Give raw books in a transaction that is rolled back."""
    open_raw_books(superuser_connection)
    return superuser_connection


def test_nobody_changes_deletes_or_empties_an_append_only_table(books: psycopg.Connection[Any]) -> None:
    tables = tables_of(AppendOnly)
    assert len(tables) >= 15
    for table in tables:
        insert_past_triggers(books, table)
        changes = (
            f'UPDATE "{table}" SET recorded_at = recorded_at',
            f'DELETE FROM "{table}"',
            f'TRUNCATE "{table}"',
        )
        for change in changes:
            for role, code in ((APPLICATION, NO_RIGHT), (WRITER, NO_RIGHT), (OWNER, CHANGE_REFUSED)):
                assert (change, role, refused(books, role, change)) == (change, role, code)
        assert one(books, f'SELECT count(*) FROM "{table}"') >= 1


def test_the_application_writes_no_table_and_the_writer_deletes_no_master_data(
    books: psycopg.Connection[Any],
) -> None:
    for model in our_models():
        table = model._meta.db_table
        column = next(field.column for field in model._meta.fields if not field.generated)
        for change in (
            f'INSERT INTO "{table}" DEFAULT VALUES',
            f'UPDATE "{table}" SET "{column}" = "{column}"',
            f'DELETE FROM "{table}"',
            f'TRUNCATE "{table}"',
        ):
            assert (change, refused(books, APPLICATION, change)) == (change, NO_RIGHT)
    for table in tables_of(Mutable):
        assert (table, refused(books, WRITER, f'DELETE FROM "{table}"')) == (table, NO_RIGHT)
        assert (table, refused(books, WRITER, f'TRUNCATE "{table}"')) == (table, NO_RIGHT)
    for table in tables_of(Live):
        assert (table, refused(books, WRITER, f'TRUNCATE "{table}"')) == (table, NO_RIGHT)


def test_only_triggers_write_the_live_set(books: psycopg.Connection[Any]) -> None:
    insert_item(books, 1, 100)
    assert tables_of(TriggerKept) == ["open_item"]
    for change in (
        "INSERT INTO open_item DEFAULT VALUES",
        "UPDATE open_item SET open_amount = 1",
        "DELETE FROM open_item",
        "TRUNCATE open_item",
    ):
        for role in (APPLICATION, WRITER):
            assert refused(books, role, change) == NO_RIGHT


def test_the_application_cannot_make_itself_more_than_it_is(books: psycopg.Connection[Any]) -> None:
    for change in (
        "ALTER TABLE item DISABLE TRIGGER ALL",
        "DROP TRIGGER item_stays ON item",
        "CREATE OR REPLACE FUNCTION acquit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "SET LOCAL session_replication_role = replica",
        "ALTER TABLE item DISABLE ROW LEVEL SECURITY",
    ):
        for role in (APPLICATION, WRITER):
            assert (change, refused(books, role, change)) == (change, NO_RIGHT)
    granted = "GRANT INSERT ON item TO acquit_app"  # only warned about
    assert refused(books, APPLICATION, granted, "INSERT INTO item DEFAULT VALUES") == NO_RIGHT


@pytest.mark.parametrize(
    ("table", "constraint"),
    [
        ("document", "document_number"),
        ("customer", "customer_number"),
        ("series", "series_once"),
        ("idempotency_key", "idempotency_key_once"),
        ("run", "run_once"),
        ("bank_line", "bank_line_once"),
        ("bank_statement", "bank_statement_once"),
        ("remittance_advice", "remittance_advice_once"),
        ("remittance_advice_line", "remittance_advice_line_once"),
        ("announced_line", "announced_line_once"),
        ("virtual_account", "virtual_account_once"),
        ("ledger_account", "ledger_account_code"),
        ("policy_version", "policy_version_once"),
        ("role_grant", "role_grant_once"),
        ("company", "company_name_key"),
        ("audit_seal", "audit_seal_block_hash_key"),
        ("audit_seal_interval", "audit_seal_interval_once"),
        ("run_chunk", "run_chunk_once"),
        ("erasure", "erasure_waits_once"),
        ("mandate", "mandate_once"),
        ("debit_run", "debit_run_once"),
        ("debit_collection", "debit_collection_once"),
        ("debit_collection", "debit_collection_one_at_a_time"),
        ("debit_collection", "debit_collection_retry_of_id_key"),
        ("pre_notification", "pre_notification_collection_id_key"),
        ("debit_return", "debit_return_decision_id_key"),
        ("debit_return", "debit_return_rejected_once"),
        ("verified_account", "verified_account_once"),
        ("refund", "refund_once"),
        ("refund", "refund_refund_item_id_key"),
    ],
)
def test_what_may_exist_once(books: psycopg.Connection[Any], table: str, constraint: str) -> None:
    first: dict[str, dict[str, Any]] = {
        "verified_account": {"revoked_date": None},
        "debit_return_rejected_once": {"kind": "REJECT"},
    }
    insert(books, table, **first.get(constraint, first.get(table, {})))
    others: dict[str, dict[str, Any]] = {
        "ledger_account": {"role": "OTHER"},
        "audit_seal": {"previous_hash": "YYY"},
        "audit_seal_interval": {"seal_id": 99},
        "remittance_advice": {"supersedes_id": 99},
        "verified_account": {"revoked_date": None},
    }
    # Of a table with several, each is broken alone: what the other ones name is another's.
    alone: dict[str, dict[str, Any]] = {
        "debit_collection_once": {"item_id": 99, "retry_of_id": 99},
        "debit_collection_one_at_a_time": {"end_to_end_id": "YYY", "retry_of_id": 99},
        "debit_collection_retry_of_id_key": {"end_to_end_id": "YYY", "item_id": 99},
        "debit_return_decision_id_key": {"collection_id": 99},
        "debit_return_rejected_once": {"kind": "REJECT", "decision_id": 99},
        "refund_once": {"refund_item_id": 99},
        "refund_refund_item_id_key": {"end_to_end_id": "YYY"},
    }
    again = partial(insert, table=table, **{**others.get(table, {}), **alone.get(constraint, {})})
    assert refused(books, OWNER, again) == f"23505 {constraint}"


def test_an_advice_is_superseded_once(books: psycopg.Connection[Any]) -> None:
    insert(books, "remittance_advice", supersedes_id=7)
    again = partial(insert, table="remittance_advice", supersedes_id=7, fingerprint="another")
    assert refused(books, OWNER, again) == "23505 remittance_advice_supersedes_id_key"


def test_a_group_policy_has_each_version_once_too(books: psycopg.Connection[Any]) -> None:
    insert(books, "policy_version", company_id=None)
    again = partial(insert, table="policy_version", company_id=None)
    assert refused(books, WRITER, again) == "23505 policy_version_once"


def test_a_clearing_is_taken_back_once(books: psycopg.Connection[Any]) -> None:
    insert(books, "clearing", reverses_id=5)
    again = partial(insert, table="clearing", reverses_id=5)
    assert refused(books, WRITER, again) == "23505 clearing_reverses_id_key"


@pytest.mark.parametrize(
    ("table", "values", "constraint"),
    [
        ("document", {"gross": 3}, "document_gross"),
        ("series", {"next_number": 0}, "series_counts_up"),
        ("run", {"total": 1, "done": 2}, "run_done"),
        ("run", {"done": -1}, "run_done"),
        ("role_grant", {"valid_until": "2026-01-15"}, "role_grant_interval"),
        ("company", {"currency": "EURO"}, "company_currency"),
        ("company", {"group_currency": ""}, "company_currency"),
        ("fx_rate", {"rate": 0}, "fx_rate_positive"),
        ("dispute", {"amount": 0}, "dispute_amount"),
        ("dispute", {"kind": "QUARREL"}, "dispute_kind"),
        ("receipt", {"state": "LOST"}, "receipt_known_state"),
        ("contact", {"purpose": "MARKETING"}, "contact_purpose"),
        ("erasure", {"state": "FORGOTTEN"}, "erasure_state"),
        ("erasure", {"asked_by_id": 5, "decided_by_id": 5}, "erasure_by_two"),
        ("audit_seal_interval", {"first_id": 2, "last_id": 1}, "audit_seal_interval_range"),
        ("mandate", {"scheme": "COR1"}, "mandate_scheme"),
        ("mandate", {"mandate_type": "ONCE"}, "mandate_type"),
        ("mandate", {"state": "LOST"}, "mandate_state"),
        ("mandate", {"state": "ACTIVE", "signed_date": None}, "mandate_active_is_signed"),
        ("mandate", {"state": "ACTIVE", "account": ""}, "mandate_active_is_signed"),
        ("mandate", {"pay_day": 32}, "mandate_pay_day"),
        ("debit_run", {"state": "LOST"}, "debit_run_state"),
        ("debit_run", {"proposed_by_id": 5, "approved_by_id": 5}, "debit_run_by_two"),
        ("debit_run", {"state": "APPROVED", "approved_by_id": None}, "debit_run_approved"),
        ("debit_run", {"state": "WRITTEN", "content": None}, "debit_run_written"),
        ("debit_collection", {"state": "LOST"}, "debit_collection_state"),
        ("debit_collection", {"sequence": "LAST"}, "debit_collection_sequence"),
        ("debit_collection", {"amount": 0}, "debit_collection_amount"),
        ("debit_collection", {"state": "COLLECTED", "receipt_id": None}, "debit_collection_collected"),
        ("pre_notification", {"notified_date": "2026-01-16"}, "pre_notification_before"),
        ("debit_return", {"kind": "LOSS"}, "debit_return_kind"),
        ("debit_return", {"fee_amount": -1}, "debit_return_fee"),
        ("debit_return", {"charged_amount": 0, "charge_item_id": 5}, "debit_return_charge"),
        ("debit_return", {"charged_amount": 1, "charge_item_id": None}, "debit_return_charge"),
        ("verified_account", {"proposed_by_id": 5, "confirmed_by_id": 5}, "verified_account_by_two"),
        ("verified_account", {"confirmed_by_id": None}, "verified_account_confirmed"),
        ("verified_account", {"evidence": ""}, "verified_account_evidence"),
        ("refund", {"state": "LOST"}, "refund_state"),
        ("refund", {"requested_by_id": 5, "approved_by_id": 5}, "refund_by_two"),
        ("refund", {"state": "APPROVED", "approved_by_id": None}, "refund_approved"),
        ("refund", {"state": "SENT", "message_id": ""}, "refund_sent"),
        ("refund", {"amount": 0}, "refund_amount"),
    ],
)
def test_values_that_cannot_be(
    books: psycopg.Connection[Any], table: str, values: dict[str, Any], constraint: str
) -> None:
    assert refused(books, OWNER, partial(insert, table=table, **values)) == f"23514 {constraint}"


def walled_tables() -> list[str]:
    return sorted(
        model._meta.db_table
        for model in our_models()
        if any(field.name == "company_id" for field in model._meta.fields)
        and model._meta.db_table not in rights.UNWALLED_TABLES
    )


def test_nobody_writes_for_a_company_out_of_scope(books: psycopg.Connection[Any]) -> None:
    tables = set(walled_tables()) - set(rights.UNFENCED_TABLES) - {"open_item"}
    assert {"document", "item", "journal_entry", "clearing", "customer", "receipt", "period"} <= tables
    for table in sorted(tables):
        for companies in (str(OURS), "", f"{OURS},3"):
            scope(books, companies)
            for role in (WRITER, OWNER):
                code = refused(books, role, partial(insert, table=table, company_id=OTHERS))
                assert (table, code) == (table, COMPANY_REFUSED)


def test_nobody_changes_rows_of_a_company_out_of_scope(books: psycopg.Connection[Any]) -> None:
    assert one(books, f"SELECT count(*) FROM customer WHERE company_id = {OTHERS}") == 1
    for role in (WRITER, OWNER):
        change = f"UPDATE customer SET name = 'x' WHERE company_id = {OTHERS}"
        assert refused(books, role, change) == COMPANY_REFUSED
        assert refused(books, role, f"UPDATE customer SET company_id = {OTHERS}") == COMPANY_REFUSED


def test_unfenced_tables_are_named_for_a_reason(books: psycopg.Connection[Any]) -> None:
    assert set(rights.UNFENCED_TABLES) < set(walled_tables())
    assert set(rights.SHARED_TABLES) < set(walled_tables())


def test_a_reader_sees_its_companies_only(books: psycopg.Connection[Any]) -> None:
    for table in walled_tables():
        distinct = {"item_id": 1} if table == "open_item" else {}
        insert_past_triggers(books, table, company_id=3, **distinct)
        for companies, seen in (("3", 1), ("4,3", 1), ("4", 0), ("", 0)):
            with books.transaction():
                scope(books, companies)
                books.execute("SET LOCAL ROLE acquit_app")
                count = one(books, f'SELECT count(*) FROM "{table}" WHERE company_id = 3')
                assert (table, companies, count) == (table, companies, seen)
                books.execute("RESET ROLE")


def test_a_session_that_never_said_its_companies_sees_nothing() -> None:
    with psycopg.connect(**databases.settings_for("superuser")) as fresh:
        insert_past_triggers(fresh, "item", company_id=1)
        insert_past_triggers(fresh, "policy_version", company_id=None)
        fresh.execute("SET LOCAL ROLE acquit_app")
        assert one(fresh, "SELECT count(*) FROM item") == 0
        assert (
            one(fresh, "SELECT count(*) FROM policy_version") == 1
        )  # the group's: it holds for every company
        fresh.execute("SELECT set_config('acquit.companies', 'all', true)")
        assert refused(fresh, APPLICATION, "SELECT count(*) FROM item") == "22P02"
        fresh.rollback()


def test_the_tests_themselves_run_as_the_application(db: None) -> None:
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text, session_user::text")
        assert cursor.fetchone() == (APPLICATION, APPLICATION)
