"""The shop's pages may run nothing inline and be framed by nobody; only the admin's path is looser."""

from __future__ import annotations

import pytest
from django.test import Client

from config.policies import admin_policy, public_policy


def test_shop_pages_have_the_strict_policy(client: Client) -> None:
    answer = client.get("/healthz")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_only_the_admin_may_run_inline_and_frame_itself(client: Client) -> None:
    answer = client.get("/quan-tri/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_no_page_lets_a_form_lead_elsewhere_by_itself() -> None:
    assert public_policy()["form-action"] == admin_policy()["form-action"] == ["'self'"]
