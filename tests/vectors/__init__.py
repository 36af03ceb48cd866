"""Test vectors of the standards, with source, commit and licence beside them (PROVENANCE.md).

Set VECTORS_DIR to read the same files, same names and shape, from another folder: an independent set of cases can be
run through the same tests.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def vectors_dir() -> Path:
    return Path(os.environ.get("VECTORS_DIR") or Path(__file__).parent)


def vector_path(name: str) -> Path:
    """Where ``name`` ("epcis-hash/ocop_hash_public.json") lies."""
    return vectors_dir() / name


def load_vectors(name: str) -> Any:
    """The JSON of ``name``."""
    return json.loads(vector_path(name).read_text(encoding="utf-8"))
