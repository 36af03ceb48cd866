"""A variable is understood or refused by name; it is never guessed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("on", True), ("YES", True), ("0", False), ("off", False)])
def test_flags_in_every_spelling(monkeypatch: pytest.MonkeyPatch, value: str, meaning: bool) -> None:
    monkeypatch.setenv("SOME", value)
    assert env.flag("SOME", not meaning) is meaning


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "  ")
    assert not env.is_set("SOME")
    assert env.flag("SOME", True) is True
    assert env.number("SOME", 7) == 7
    assert env.words("SOME", ("a",)) == ["a"]
    assert env.database("SOME") is None


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.flag("SOME", False), "maybe"),
        (lambda: env.number("SOME", 1), "-1"),
        (lambda: env.number("SOME", 1), "1,5"),
        (lambda: env.number("SOME", 1), "٣"),
        (lambda: env.number("SOME", 1, most=10), "11"),
        (lambda: env.choice("SOME", "a", among=("a", "b")), "c"),
        (lambda: env.address("SOME", "http://x"), "shop.example"),
        (lambda: env.database("SOME"), "mysql://u:p@h/d"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, read, value: str) -> None:
    monkeypatch.setenv("SOME", value)
    with pytest.raises(ImproperlyConfigured, match="SOME"):
        read()


def test_a_database_may_listen_on_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "postgres:///shop?host=/tmp/pg&user=postgres")
    found = env.database("SOME")
    assert found is not None
    assert (found["NAME"], found["OPTIONS"]["host"]) == ("shop", "/tmp/pg")
