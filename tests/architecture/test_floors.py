"""The floor plan holds: who may import whom, and where HTTP may be spoken."""

from __future__ import annotations

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.sources import OURS, ROOT, functions, imports, is_face, python_files, shown, tree_of


def test_floors_and_rooms_import_only_downward(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_first_party_import_hides_in_a_function() -> None:
    hidden = {
        f"{shown(file, line)} {name}"
        for file in python_files()
        for function in functions(tree_of(file))
        for name, line in imports(function)
        if name.split(".")[0] in OURS
    }
    assert not hidden, sorted(hidden)


def test_rules_do_not_speak_http() -> None:
    speaking = {
        f"{shown(file, line)} {name}"
        for file in python_files()
        if not is_face(file)
        for name, line in imports(tree_of(file))
        if name.startswith(("django.http", "django.shortcuts", "django.contrib.messages"))
    }
    assert not speaking, sorted(speaking)


def test_no_room_is_called_utils() -> None:
    banned = {"services.py", "utils.py", "helpers.py", "common.py", "misc.py"}
    assert not [shown(file) for file in python_files() if file.name in banned]


def test_nothing_happens_by_signal() -> None:
    """A model signal is a hidden upward call: verbs say what they do."""
    found = {
        f"{shown(file, line)} {name}"
        for file in python_files()
        for name, line in imports(tree_of(file))
        if name.startswith(("django.dispatch", "django.db.models.signals"))
    }
    assert not found, sorted(found)
