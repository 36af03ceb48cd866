"""What is kept is of one release: a class of ours that has moved or changed is not read again after an update."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import caching


@pytest.mark.parametrize("changed", ["marketplace/catalogue/counting.py", "requirements.txt"])
def test_an_update_looks_for_nothing_that_was_kept_before_it(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "marketplace" / "catalogue").mkdir(parents=True)
    for name in ("marketplace/catalogue/counting.py", "requirements.txt"):
        (tmp_path / name).write_text("1")
    seen = []
    for words in ("1", "2"):
        (tmp_path / changed).write_text(words)
        now = caching.release.__wrapped__(tmp_path)
        monkeypatch.setattr(caching, "release", lambda now=now: now)
        told = caching.caches_of("redis://nowhere")
        seen.append({each["KEY_PREFIX"] for each in told.values()})
        monkeypatch.undo()
    assert len(seen[0]) == len(seen[1]) == 2 and not seen[0] & seen[1]


def test_the_same_code_names_itself_the_same_wherever_it_is_installed() -> None:
    assert caching.release() == caching.release.__wrapped__(caching.ROOT)
