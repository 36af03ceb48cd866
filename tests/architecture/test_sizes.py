"""Files and functions stay small enough to be read at once: wished for at 300 and 40 lines, refused at 400 and 60."""

from __future__ import annotations

import warnings

from tests.architecture.sources import functions, python_files, shown, tree_of

WISHED = {"file": 300, "function": 40}
REFUSED = {"file": 400, "function": 60}


def sizes() -> list[tuple[str, str, int]]:
    found = []
    for file in python_files():
        found.append(("file", shown(file), len(file.read_text(encoding="utf-8").splitlines())))
        for one in functions(tree_of(file)):
            lines = (one.end_lineno or one.lineno) - one.lineno + 1
            found.append(("function", f"{shown(file, one.lineno)} {one.name}", lines))
    return found


def test_files_and_functions_stay_small() -> None:
    long = [f"{name}: {lines} lines" for kind, name, lines in sizes() if WISHED[kind] < lines <= REFUSED[kind]]
    if long:
        warnings.warn("longer than wished: " + "; ".join(long), stacklevel=1)
    too_long = [f"{name}: {lines} lines" for kind, name, lines in sizes() if lines > REFUSED[kind]]
    assert not too_long, too_long
