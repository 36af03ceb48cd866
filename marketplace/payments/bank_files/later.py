"""What of statements is too long for a request."""

from __future__ import annotations

from huey.contrib.djhuey import db_task

from marketplace.payments.bank_files.taking_in import apply_statement, read_statement
from marketplace.payments.models import Statement


@db_task()  # type: ignore[untyped-decorator]  # huey has no types
def read_statement_later(statement_id: int) -> None:
    """Make the preview. May be lost: the page offers to read again."""
    read_statement(statement=Statement.objects.select_related("account").get(pk=statement_id))


@db_task()  # type: ignore[untyped-decorator]  # huey has no types
def apply_statement_later(statement_id: int) -> None:
    """Work off what was taken in. May be lost: the rows are in the inbox, and the clock sweeps it."""
    apply_statement(statement=Statement.objects.select_related("account").get(pk=statement_id))
