"""Every environment variable is read by a typed reader and explained in docs/configuration.md, and the other way."""

from __future__ import annotations

import ast
import re

from tests.architecture.sources import ROOT, project_files, python_files, shown, tree_of

READERS = {"text", "flag", "number", "words", "days", "choice", "address", "folder", "database", "mail", "is_set"}


def environment_names(file) -> set[str]:
    """Literal first arguments of `env.reader("NAME")` and `os.environ.get("NAME")`."""
    names = set()
    for node in ast.walk(tree_of(file)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        called = ast.unparse(node.func)
        if called in {f"env.{reader}" for reader in READERS} | {"os.environ.get", "os.getenv"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                names.add(first.value)
    return names


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    harness = [file for file in project_files() if file.suffix == ".py" and "harness" in file.parts]
    harness.append(ROOT / "tests" / "conftest.py")
    read = {name for file in [*python_files(), *harness] for name in environment_names(file)}
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", text, flags=re.MULTILINE))
    assert documented == read


def test_every_check_is_documented() -> None:
    ids = set(re.findall(r'"(config\.[EW]\d{3})"', (ROOT / "config" / "checks.py").read_text(encoding="utf-8")))
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert ids == set(re.findall(r"config\.[EW]\d{3}", text))


def test_only_the_readers_touch_the_environment() -> None:
    allowed = {ROOT / "config" / "env.py", ROOT / "config" / "wsgi.py"}
    touching = [shown(file) for file in python_files() if file not in allowed and "os.environ" in file.read_text()]
    assert not touching, touching
