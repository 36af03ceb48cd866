"""Crashes between any two commits, without naming them: the harness counts the commits of an act, then plays the act
again and again from the same start and ends it at the first, the second … the last of them.

A commit is what a real transaction would end with: the outermost ``atomic`` block of the act, or one writing statement
outside every block. Each is met twice: the process goes *before* it (what it wrote is lost; what it asked of others,
a bank, a card provider, is done) and *after* it. Plays are rolled back, so that hundreds cost little.
"""

from __future__ import annotations

import enum
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.db import OperationalError, connection, connections, transaction
from django.db.transaction import Atomic

WRITES = ("INSERT", "UPDATE", "DELETE")


class Died(BaseException):
    """The process is gone: nothing of ours catches this, and nothing of ours runs afterwards."""


class Moment(enum.Enum):
    BEFORE = "before"
    AFTER = "after"


Trouble = Callable[[], BaseException]


def process_dies() -> BaseException:
    return Died()


def connection_breaks() -> BaseException:
    """The process lives, and its database does not answer: what is caught is told, what is not is raised."""
    return OperationalError("server closed the connection unexpectedly")


def process_is_killed() -> BaseException:
    """The real thing; only for a process that was forked for it."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


@dataclass
class Commits:
    """Counts commits; at number ``at`` it raises what ``trouble`` gives, once."""

    at: int = 0
    moment: Moment = Moment.BEFORE
    trouble: Trouble = process_dies
    seen: int = 0
    depth: int = 0

    def next(self) -> int:
        self.seen += 1
        return self.seen

    def strike(self, number: int, moment: Moment) -> None:
        if number == self.at and moment is self.moment:
            raise self.trouble()


@contextmanager
def watched(commits: Commits) -> Iterator[Commits]:
    """Count the commits of the block, which may itself stand inside a test's transaction."""
    enter, leave, mark = Atomic.__enter__, Atomic.__exit__, transaction.mark_for_rollback_on_error

    def entered(block: Atomic) -> None:
        if commits.depth == 0:
            block.savepoint = True  # outermost for the act, though not for the test around it
        enter(block)
        commits.depth += 1

    def left(block: Atomic, kind: Any, error: Any, trace: Any) -> None:
        commits.depth -= 1
        if commits.depth or kind is not None:
            leave(block, kind, error, trace)
            return
        number = commits.next()
        try:
            commits.strike(number, Moment.BEFORE)
        except BaseException as trouble:
            leave(block, type(trouble), trouble, trouble.__traceback__)
            raise
        leave(block, None, None, None)
        commits.strike(number, Moment.AFTER)

    def marked(using: str | None = None) -> AbstractContextManager[None]:
        """A lone statement that fails spoils no transaction: for the act there is none."""
        return mark(using) if commits.depth else nullcontext()

    def executed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if commits.depth or not sql.lstrip().upper().startswith(WRITES):
            return execute(sql, params, many, context)
        number = commits.next()
        commits.strike(number, Moment.BEFORE)
        result = execute(sql, params, many, context)
        commits.strike(number, Moment.AFTER)
        return result

    with (
        mock.patch.object(Atomic, "__enter__", entered),
        mock.patch.object(Atomic, "__exit__", left),
        mock.patch.object(transaction, "mark_for_rollback_on_error", marked),
        connection.execute_wrapper(executed),
    ):
        yield commits


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def commits_of(act: Callable[[], Any]) -> int:
    """How many commits an undisturbed act makes."""
    with rolled_back(), watched(Commits()) as commits:
        act()
    return commits.seen


@dataclass(frozen=True)
class Crash:
    """One way an act can end early."""

    at: int
    moment: Moment
    trouble: Trouble

    def __str__(self) -> str:
        return f"{self.trouble.__name__} {self.moment.value} commit {self.at}"


def crashes(total: int, *troubles: Trouble) -> list[Crash]:
    return [
        Crash(number, moment, trouble) for number in range(1, total + 1) for moment in Moment for trouble in troubles
    ]


def play(act: Callable[[], Any], crash: Crash) -> None:
    """Begin the act and let it end as ``crash`` says."""
    commits = Commits(crash.at, crash.moment, crash.trouble)
    try:
        with watched(commits):
            act()
    except (Died, OperationalError):
        pass
    assert commits.seen >= crash.at, "the act made fewer commits than before: it is not the same act"


def survives(
    *,
    act: Callable[[], Any],
    again: Callable[[], Any],
    prove: Callable[[], Any],
    troubles: tuple[Trouble, ...] = (process_dies, connection_breaks),
) -> int:
    """Play ``act`` with every crash, then ``again`` (the restart, the retry), then ``prove``. Returns the commits.

    Each play starts from the state the caller left.
    """
    total = commits_of(act)
    assert total, "the act writes nothing"
    for crash in crashes(total, *troubles):
        with rolled_back():
            play(act, crash)
            again()
            try:
                prove()
            except AssertionError as wrong:
                wrong.add_note(f"{crash} of {total}")
                raise
    return total


def killed(act: Callable[[], Any], crash: Crash) -> bool:
    """Play the act in a forked process that is really killed; False when it lived to the end."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            play(act, crash)
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
