"""`check --deploy` refuses half-set secrets and a demo's freedom on a real site; a demo passes with one warning."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.checks import check_everywhere, check_secrets, check_shape

REAL: dict[str, Any] = {
    "DEMO": False,
    "DEBUG": False,
    "SECRET_KEY": "a-long-and-random-enough-key-for-a-real-site-0123456789",
    "SITE_URL": "https://cho.example",
    "ID_BASE_URL": "https://cho.example",
    "ALLOWED_HOSTS": ["cho.example"],
    "STAFF_MFA_REQUIRED": True,
    "PAYMENTS_ALLOW_SIMULATED": False,
    "SIMULATED_BANK_SECRET": "",
    "STRIPE_SECRET_KEY": "",
    "STRIPE_WEBHOOK_SECRETS": [],
    "SEPAY_WEBHOOK_SECRETS": [],
    "SEPAY_WEBHOOK_API_KEYS": [],
    "PAYOS_CHECKSUM_KEYS": [],
    "CASSO_WEBHOOK_SECRETS": [],
    "CASSO_SECURE_TOKENS": [],
}


def found(settings: Any, **changes: Any) -> list[str]:
    for name, value in (REAL | changes).items():
        setattr(settings, name, value)
    checks = (check_everywhere, check_secrets, check_shape)
    return sorted(str(message.id).removeprefix("config.") for check in checks for message in check(None))


def test_a_complete_real_site_passes(settings: Any) -> None:
    whole = {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRETS": ["whsec_0123456789abcdef"]}
    assert found(settings) == []
    assert found(settings, **whole) == []


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({"PAYMENTS_ALLOW_SIMULATED": True, "SIMULATED_BANK_SECRET": "x" * 20}, ["E001"]),
        ({"PAYMENTS_ALLOW_SIMULATED": True}, ["E001", "E002"]),
        ({"STRIPE_SECRET_KEY": "sk_live_1"}, ["E003"]),
        ({"STRIPE_WEBHOOK_SECRETS": ["whsec_0123456789abcdef"]}, ["E004"]),
        ({"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRETS": ["whsec_0123456789abcdef"]}, ["E005"]),
        ({"SECRET_KEY": "short"}, ["E006"]),
        ({"SEPAY_WEBHOOK_SECRETS": ["short"]}, ["E007"]),
        ({"SEPAY_WEBHOOK_API_KEYS": ["short"]}, ["E007"]),
        ({"PAYOS_CHECKSUM_KEYS": ["short"]}, ["E007"]),
        ({"CASSO_WEBHOOK_SECRETS": ["short"]}, ["E007"]),
        ({"CASSO_SECURE_TOKENS": ["short"]}, ["E007"]),
        ({"DEBUG": True}, ["E008"]),
        ({"SITE_URL": "http://cho.example"}, ["E009"]),
        ({"ID_BASE_URL": "http://cho.example"}, ["E009"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["E010"]),
        ({"STAFF_MFA_REQUIRED": False}, ["E011"]),
    ],
)
def test_each_fault_is_named(settings: Any, changes: dict[str, Any], refusals: list[str]) -> None:
    assert found(settings, **changes) == refusals


def test_a_demo_is_allowed_and_says_so(settings: Any) -> None:
    demo = {"DEMO": True, "PAYMENTS_ALLOW_SIMULATED": True, "SIMULATED_BANK_SECRET": "x" * 20}
    assert found(settings, **demo) == ["W001"]


def test_an_empty_database_can_be_migrated_from_the_command_line(tmp_path: Path) -> None:
    """`migrate` runs the checks that read the database before there is a table."""
    planned = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--plan", "--verbosity", "0"],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert planned.returncode == 0, planned.stderr
    assert "community.0001_initial" in planned.stdout
