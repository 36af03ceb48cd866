"""Every case of conformance_cases.json, one test by its id. A case without a check here fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.traceability.resolver import checks_records, checks_resolver, checks_uris
from tests.traceability.resolver.asking import Ask
from tests.vectors import load_vectors
from traceability.batches.models import Batch
from traceability.plots.models import Plot

CASES = load_vectors("resolver/conformance_cases.json")["cases"]
CHECKS = checks_resolver.CHECKS | checks_uris.CHECKS | checks_records.CHECKS


@pytest.fixture
def ask(batch: Batch, plot: Plot, settings, tmp_path: Path) -> Ask:
    settings.TLOG_KEYS_DIR = tmp_path / "keys"
    return Ask(batch)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_conformance(case: dict[str, str], ask: Ask) -> None:
    CHECKS[case["id"]](ask)
