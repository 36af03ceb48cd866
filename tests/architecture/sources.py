"""The project's own files, parsed once for all tests of this folder."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("community", "traceability", "marketplace", "cms")
OURS = (*FLOORS, "config")
# Rooms that face people or machines over HTTP, and modules of other rooms that are faces by name.
FACES = {
    "traceability": {"passport", "fieldwork", "exchange"},
    "marketplace": {"shopping", "selling", "helping", "moderation", "callbacks", "simulation"},
}
FACE_MODULES = {
    "views",
    "urls",
    "forms",
    "middleware",
    "adapter",
    "current",
    "door",
    "desk",
    "limiting",
    "unlock_in_admin",
    "wagtail_hooks",
    "widgets",
}


@cache
def project_files() -> list[Path]:
    """Tracked files and those that will be: everything git doesn't ignore."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in sorted(set(listed)) if name and (ROOT / name).is_file()]


@cache
def python_files() -> list[Path]:
    """Modules of the house itself, without migrations and tests."""
    return [
        file
        for file in project_files()
        if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in OURS and "migrations" not in file.parts
    ]


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def shown(file: Path, line: int = 0) -> str:
    return f"{file.relative_to(ROOT)}:{line}" if line else str(file.relative_to(ROOT))


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every imported module name with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or "", node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def is_face(file: Path) -> bool:
    parts = file.relative_to(ROOT).with_suffix("").parts
    if parts[0] in ("config", "cms") or parts[1] in FACES.get(parts[0], set()):
        return True
    return bool({"templatetags", "management"} & set(parts)) or bool(FACE_MODULES & set(parts[1:]))
