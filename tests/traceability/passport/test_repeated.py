"""What was sent once is sent again only while it is still what Django would send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tests.traceability.passport.conftest import PACKED_AT
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.passport import repeated
from traceability.passport.models import PassportPage
from traceability.passport.repeated import RepeatedScans
from traceability.passport.storing import store_pages

pytestmark = pytest.mark.django_db


@dataclass
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes


class Django:
    """The real application, counting how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.handler = WSGIHandler()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.asked += 1
        return self.handler(environ, start_response)


@pytest.fixture
def django(monkeypatch: pytest.MonkeyPatch) -> Django:
    # Django closes the connection at the end of a request that came from outside a test's client.
    monkeypatch.setattr("django.core.signals.request_finished.receivers", [])
    monkeypatch.setattr("django.core.signals.request_started.receivers", [])
    return Django()


@pytest.fixture
def front(django: Django) -> RepeatedScans:
    return RepeatedScans(django)


@pytest.fixture
def stored(batch: Batch) -> Batch:
    store_pages(batch)
    return batch


def ask(application: Callable[..., Any], path: str, **changed: str | None) -> Answer:
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": "text/html,*/*;q=0.8",
        "HTTP_ACCEPT_ENCODING": "br",
        "HTTP_ACCEPT_LANGUAGE": "vi",
    } | changed
    setup_testing_defaults(environ)
    told: list[Any] = []
    answer = application(environ, lambda status, headers, *_: told.extend((status, headers)))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return Answer(told[0], dict(told[1]), body)


def test_the_second_scan_is_the_first_to_the_last_header_without_django_and_by_one_query(
    front: RepeatedScans, django: Django, stored: Batch
) -> None:
    for path in (batch_path(stored), f"/t/{stored.public_code}"):
        first = ask(front, path)
        before = django.asked
        with CaptureQueriesContext(connection) as queries:
            again = ask(front, path)
        assert again == first
        assert first.status == "200 OK"
        assert {"Content-Security-Policy", "ETag", "Link", "Vary"} <= set(first.headers)
        assert len(queries) == 1, queries.captured_queries
        assert django.asked == before


CHANGES = {
    "the page is drawn anew": lambda batch: Batch.objects.filter(pk=batch.pk).update(
        page_version=F("page_version") + 1
    ),
    "its last day has passed": lambda batch: PassportPage.objects.update(valid_until=PACKED_AT.date()),
    "the stored page says something else": lambda batch: PassportPage.objects.update(etag="0" * 40),
    "the stored page is gone": lambda batch: PassportPage.objects.all().delete(),
    "the batch is a draft again": lambda batch: Batch.objects.filter(pk=batch.pk).update(status=Batch.Status.DRAFT),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_sent_is_not_sent_again_once(front: RepeatedScans, django: Django, stored: Batch, change: str) -> None:
    ask(front, batch_path(stored))
    CHANGES[change](stored)
    now = ask(front, batch_path(stored))
    assert django.asked == 2
    assert now == ask(django, batch_path(stored))


@pytest.mark.parametrize(
    "otherwise",
    [
        {"HTTP_ACCEPT_ENCODING": "gzip"},
        {"HTTP_ACCEPT_LANGUAGE": "en"},
        {"HTTP_ACCEPT": "application/linkset+json"},
        {"QUERY_STRING": "lang=en"},
        {"QUERY_STRING": "linkType=all"},
        {"HTTP_HOST": "127.0.0.1"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_IF_NONE_MATCH": '"x"'},
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "POST"},
        {"RAW_URI": "/01/%31"},
    ],
    ids=str,
)
def test_who_asks_otherwise_is_answered_by_django(
    front: RepeatedScans, django: Django, stored: Batch, otherwise: dict[str, str]
) -> None:
    ask(front, batch_path(stored))
    assert ask(front, batch_path(stored), **otherwise) == ask(django, batch_path(stored), **otherwise)
    assert django.asked == 3


def test_only_stored_pages_are_kept(front: RepeatedScans, django: Django, batch: Batch) -> None:
    """Drawn on the spot, unknown, of another address: nothing tells when such an answer ends."""
    for path in (batch_path(batch), "/t/0000000000", "/healthz"):
        ask(front, path)
        ask(front, path)
    assert not front.kept
    assert django.asked == 6


def test_what_is_kept_is_bounded(front: RepeatedScans, stored: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "MOST_KEPT", 3)
    for number in range(7):
        ask(front, batch_path(stored), HTTP_ACCEPT_LANGUAGE=f"vi;q=0.{number}")
        assert len(front.kept) <= 3


def test_where_the_database_does_not_answer_django_says_so(
    front: RepeatedScans, django: Django, stored: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(front, batch_path(stored))

    def lost(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(repeated, "still_counts", lost)
    ask(front, batch_path(stored))
    assert django.asked == 2


@pytest.mark.parametrize("header", [("Set-Cookie", "a=b"), ("Vary", "Cookie")])
def test_an_answer_to_one_person_is_never_kept(header: tuple[str, str]) -> None:
    head = repeated._Head("200 OK", [("Vary", "Accept, Accept-Language"), header])
    assert not repeated._may_be_kept(head)
    assert repeated._may_be_kept(repeated._Head("200 OK", head.headers[:1]))
