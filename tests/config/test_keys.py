"""A demo's keys: made once, readable by nobody else, the same for all who start together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.keys import demo_key


def test_a_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = demo_key(tmp_path / "keys", "one")
    assert len(first) >= 50
    assert demo_key(tmp_path / "keys", "one") == first
    assert demo_key(tmp_path / "keys", "two") != first
    assert (tmp_path / "keys" / "one").stat().st_mode & 0o777 == 0o600


def test_those_who_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: demo_key(tmp_path, "one"), range(64)))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["one"]
