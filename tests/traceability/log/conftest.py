from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path: Path) -> Path:
    """Every test signs with keys of its own."""
    settings.TLOG_KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys"
