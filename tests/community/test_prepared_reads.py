"""A read by a kept statement is one query, asks nothing beside, and outlives a lost connection."""

from __future__ import annotations

import pytest
from django.db import Error, connection

from community.prepared_reads import fetch_one

SQL = "SELECT %s || '-kept'"
# SQLite keeps no statement and has no connection to lose.
on_postgresql = pytest.mark.postgresql


def test_it_is_one_query(db: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert fetch_one(SQL, ["a"]) == ("a-kept",)
    assert fetch_one("SELECT 1 WHERE %s = 'b'", ["a"]) is None


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_too_it_is_one_query_and_reads_texts_bytes_and_nothing(
    django_assert_num_queries,
) -> None:
    nothing = "CAST(NULL AS text)"
    some = "decode('00ff', 'hex')" if connection.vendor == "postgresql" else "x'00ff'"
    with django_assert_num_queries(1):
        assert fetch_one(f"SELECT %s || %s, {some}, {nothing}, 7", ["ầ", "%"]) == ("ầ%", b"\x00\xff", None, 7)
    assert fetch_one("SELECT 1 WHERE %s = 'b'", ["a"]) is None


@pytest.mark.django_db(transaction=True)
def test_a_text_is_never_cut_at_a_nul() -> None:
    try:
        read = fetch_one(SQL, ["a\0b"])
    except (Error, ValueError):  # PostgreSQL keeps no such text
        return
    assert read == ("a\0b-kept",)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_statement_is_kept_and_nobody_asks_whether_the_connection_lives(monkeypatch) -> None:
    fetch_one(SQL, ["a"])
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("asked for nothing"))
    monkeypatch.setattr(connection, "health_check_enabled", True)
    monkeypatch.setattr(connection, "health_check_done", False)
    assert fetch_one(SQL, ["b"]) == ("b-kept",)
    monkeypatch.undo()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", ["SELECT $1 || '-kept'"])
        assert cursor.fetchone() == (1,)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_made_anew_but_not_inside_a_transaction(monkeypatch) -> None:
    fetch_one(SQL, ["a"])
    connection.connection.close()
    assert fetch_one(SQL, ["b"]) == ("b-kept",)
    connection.connection.close()
    monkeypatch.setattr(connection, "in_atomic_block", True)
    with pytest.raises(Error):
        fetch_one(SQL, ["c"])
    monkeypatch.undo()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_the_statement_itself_is_told() -> None:
    with pytest.raises(Error):
        fetch_one("SELECT %s FROM no_such_table", ["a"])
