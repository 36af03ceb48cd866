from __future__ import annotations

import pytest

from tests.harness.team import Helpers, make_helpers


@pytest.fixture
def helpers(cast) -> Helpers:
    return make_helpers(cast)
