"""The log says what somebody should look at, and nothing about jobs whose row is gone."""

from __future__ import annotations

import logging

import pytest
from django.db import IntegrityError
from huey.api import logger as worker_log
from wagtail.tasks import update_reference_index_task

from community.photos.models import Photo
from config.logging import LEFT_OUT, GoneIsDone, WithoutCards, logging_of, without_cards


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


@pytest.mark.parametrize(
    "text",
    [
        "paid with 4242424242424242 today",
        "4242 4242 4242 4242",
        "5555-5555-5555-4444",
        "amex 378282246310005",
        "{'number': '4000001234567899'}",  # named so, though its check digit is wrong
        "cvc=123",
        '{"cvv": "1234"}',
        "card: 4242 4242 4242 4242",
    ],
)
def test_what_may_be_a_card_never_stays_in_a_line(text: str) -> None:
    cleaned = without_cards(text)
    assert LEFT_OUT in cleaned
    assert not any(digits in cleaned for digits in ("4242", "5555", "3782", "1234", "123"))


@pytest.mark.parametrize(
    "text",
    [
        "GTIN 8934563000017, lot (01)08934563000017",
        "call +84912345678 about order 7K2M9Q",
        "transfer number 123456789012 of 185000",
        "2026-11-22 08:00:01,123 took 1234567.123 ms",
        "amount=185000 number=17",
        "pi_3MtwBwLkdIwHu7ix28a3tqPa",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert without_cards(text) == text


def test_arguments_and_tracebacks_are_cleaned_too() -> None:
    console = logging_of(level="INFO", debug=False)["formatters"]["line"]
    assert console["()"] is WithoutCards
    try:
        raise ValueError("declined 4242424242424242")
    except ValueError as error:
        told = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "card %s", ("4242 4242 4242 4242",), told)
    line = WithoutCards("{message}", style="{").format(record)
    assert "4242" not in line and line.count(LEFT_OUT) >= 2
