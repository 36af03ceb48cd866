"""The log is read in parts, by several processes if there are: what is found is the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from tests.cast import Cast
from tests.harness import guards
from tests.traceability.log.telling import told_batch
from traceability.events.logged import sign_and_tell
from traceability.log import parts
from traceability.management.commands.tlog_audit import examine


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0, "the tampering changed nothing"


TAMPERING: dict[str, Callable[[], None]] = {
    "nothing": lambda: None,
    "a gap": lambda: run("DELETE FROM traceability_logentry WHERE seq = 5"),
    "a whole part gone": lambda: run("DELETE FROM traceability_logentry WHERE seq BETWEEN 4 AND 7"),
    "a document": lambda: run("UPDATE traceability_event SET body = body || ' ' WHERE id > 1"),
    "another event's entry": lambda: run(
        "UPDATE traceability_logentry SET subject = (SELECT subject FROM traceability_logentry WHERE seq = 3)"
        " WHERE seq IN (5, 9)"
    ),
    "an earlier time in a later part": lambda: run(
        "UPDATE traceability_logentry SET leaf = replace(leaf, 'recordTime\":\"20', 'recordTime\":\"19') WHERE seq = 8"
    ),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tampering", TAMPERING)
def test_several_processes_find_what_one_finds(cast: Cast, tampering: str) -> None:
    told_batch(cast, events=9)
    sign_and_tell()
    with guards.lifted():
        TAMPERING[tampering]()
    alone, _ = examine(chunk=4)
    together, _ = examine(chunk=4, jobs=3)
    assert {str(each) for each in together.findings} == {str(each) for each in alone.findings}
    assert (together.entries, together.found) == (alone.entries, alone.found)
    assert alone.is_clean == (tampering == "nothing")
    assert alone.entries


@pytest.mark.django_db
def test_inside_a_transaction_one_process_reads(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another would not see what is not committed."""
    told_batch(cast, events=3)
    monkeypatch.setattr(parts.multiprocessing, "get_context", lambda _: pytest.fail("a process was begun"))
    report, _ = examine(chunk=4, jobs=3)
    assert report.is_clean and report.entries
