"""Whatever is thrown at the described interface: an answer it describes, never a 500."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from tests.cast import Cast
from tests.traceability.exchange.asking import machine_of
from traceability.exchange.openapi import described

pytestmark = pytest.mark.django_db


def operations() -> list:
    schema = schemathesis.openapi.from_dict(described())
    return [
        one.ok()
        for one in schema.get_all_operations()
        if one.ok().path.startswith("/epcis/v2/") and one.ok().method in ("get", "post")
    ]


@pytest.mark.parametrize("operation", operations(), ids=lambda one: f"{one.method} {one.path}")
def test_no_question_breaks_it(operation, cast: Cast) -> None:
    machine = machine_of(cast.huong_que)

    @given(case=operation.as_strategy())
    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case) -> None:
        answer = machine.client.generic(
            case.method,
            case.formatted_path,
            data=b"" if case.body is schemathesis.core.NOT_SET else json.dumps(case.body).encode(),
            content_type="application/json",
            query_string=urlencode(case.query or {}, doseq=True),
            headers=machine._headers(),
        )
        assert answer.status_code < 500 and answer.status_code != 405
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"

    ask()
