"""SQLite with a gate before its write lock: who writes waits in front of a file lock, and everybody gets a turn.

Why: SQLite's own busy handler is a lottery. Under load one client commits hundreds of orders while another waits its
whole timeout and fails with "database is locked". Transactions here are IMMEDIATE, so each takes the write lock when it
starts; this backend takes an advisory lock on ``<database>.gate`` first and gives it back when the transaction ends.
The gate is between processes and threads alike (each connection has its own file handle), and a process that dies
leaves it open. Statements outside a transaction do not pass it: they are short, and SQLite's timeout serves them.
"""

from __future__ import annotations

import fcntl
import os
import time
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

SHORT_NAP = 0.0005
LONG_NAP = 0.004
SHORT_NAPS = 20


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite backend, with the gate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate: int | None = None
        self._gate_of = 0  # the process that opened it
        self._inside = False

    def _start_transaction_under_autocommit(self) -> None:
        self._enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]
        self._leave()
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def close(self) -> None:
        try:
            super().close()
        finally:  # also inside a block: SQLite's own lock ends with the connection, and Django tells us of no other end
            self._leave()
            if self._gate is not None:
                os.close(self._gate)
                self._gate = None

    def _enter(self) -> None:
        if self._inside or self.is_in_memory_db():
            return
        if self._gate is not None and self._gate_of != os.getpid():
            os.close(self._gate)  # inherited by a fork: a lock on it would be the parent's too, and outlive us
            self._gate = None
        if self._gate is None:
            path = f"{self.settings_dict['NAME']}.gate"
            self._gate = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._gate_of = os.getpid()
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        given_up_at = time.monotonic() + patience
        naps = 0
        while True:
            try:
                fcntl.flock(self._gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > given_up_at:
                    raise OperationalError("database is locked: the gate stayed shut") from None
                naps += 1
                time.sleep(SHORT_NAP if naps < SHORT_NAPS else LONG_NAP)
            else:
                self._inside = True
                return

    def _leave(self) -> None:
        if self._inside and self._gate is not None:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
        self._inside = False
