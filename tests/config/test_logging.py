"""The log says what somebody should look at, and nothing about jobs whose row is gone."""

from __future__ import annotations

import logging

import pytest
from django.db import IntegrityError
from huey.api import logger as worker_log
from wagtail.tasks import update_reference_index_task

from community.photos.models import Photo
from config.logging import GoneIsDone, logging_of


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def kept():
    handler = Kept()
    worker_log.addHandler(handler)
    yield handler
    worker_log.removeHandler(handler)


@pytest.mark.django_db
def test_a_job_for_a_deleted_row_ends_without_a_word(kept, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        update_reference_index_task.enqueue("community", "photo", "987654321")
    assert not Photo.objects.filter(pk=987654321).exists()
    assert kept.lines == []


@pytest.mark.django_db
def test_any_other_fault_of_a_job_is_told(kept, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        update_reference_index_task.enqueue("community", "no_such_model", "1")
    assert [line.split(" in task")[0] for line in kept.lines] == ["Unhandled exception"]


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        (
            "UNIQUE constraint failed: wagtailsearch_indexentry.content_type_id, wagtailsearch_indexentry.object_id",
            False,
        ),
        ("UNIQUE constraint failed: marketplace_capture.provider", True),
    ],
)
def test_only_a_lost_race_for_the_search_index_is_no_news(words: str, is_told: bool) -> None:
    fault = IntegrityError(words)
    record = logging.LogRecord("huey", logging.ERROR, __file__, 1, "x", None, (IntegrityError, fault, None))
    assert GoneIsDone().filter(record) is is_told


def test_the_loggers_of_the_worker_are_quiet_about_it() -> None:
    loggers = logging_of(level="info", debug=False)["loggers"]
    assert {name for name, one in loggers.items() if one.get("filters")} == {
        "huey",
        "django_tasks",
        "modelsearch.index",
    }
    assert logging_of(level="info", debug=False)["filters"]["gone_is_done"]["()"] is GoneIsDone
