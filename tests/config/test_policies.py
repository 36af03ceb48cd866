"""The shop's pages may run nothing inline and be framed by nobody; only the admin's path is looser."""

from __future__ import annotations

import pytest
from django.test import Client

from config.policies import public_policy


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


def test_a_form_may_lead_to_stripe_only_when_stripe_is_on() -> None:
    assert "https://checkout.stripe.com" in public_policy(stripe=True)["form-action"]
    assert public_policy(stripe=False)["form-action"] == ["'self'"]
