"""Statements are read by the worker: a long file would hold up a request."""

from __future__ import annotations

import logging

from huey.contrib.djhuey import db_task

from marketplace.payments.bank_files.taking_in import apply_statement, read_statement
from marketplace.payments.models import Statement
from marketplace.payments.states import StatementStatus

log = logging.getLogger(__name__)


@db_task()  # type: ignore[untyped-decorator]  # huey has no types
def read_statement_later(statement_id: int) -> None:
    """The step it waits for; what was taken in is worked off at once. May be lost: the clock sweeps."""
    work_on(Statement.objects.select_related("account").get(pk=statement_id))


def work_on(statement: Statement) -> None:
    """Read what is to be read. Rows that were taken in lie in the inbox, which the clock sweeps too."""
    if read_statement(statement=statement).status == StatementStatus.CONFIRMED:
        apply_statement(statement=statement)


def read_waiting() -> int:
    """What a lost task left to be read; returns how many files. One that breaks the reader stops no other."""
    waiting = list(Statement.objects.filter(status=StatementStatus.READING).select_related("account").order_by("pk"))
    done = 0
    for statement in waiting:
        try:
            work_on(statement)
            done += 1
        except Exception:
            log.exception("statement %s could not be read", statement.pk)
    return done
