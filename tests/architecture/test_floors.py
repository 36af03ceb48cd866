"""The floor plan holds: who may import whom, and where HTTP may be spoken."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.architecture.sources import OURS, ROOT, functions, imports, is_face, python_files, shown, tree_of

CHECK = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports('pyproject.toml', no_cache=True))"


def test_floors_and_rooms_import_only_downward() -> None:
    """In a process of its own: its set-up of logging mutes every logger that this one has, ours in later tests too."""
    checked = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


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
