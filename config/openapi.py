"""Keeps the published OpenAPI document to our own interface: Wagtail's internal admin API is not one."""

from __future__ import annotations

from typing import Any

API_PREFIX = "/api/v1/"


def only_public_api(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """drf-spectacular's preprocessing hook: (path, path_regex, method, callback) rows in, those of ours out."""
    return [row for row in endpoints if row[0].startswith(API_PREFIX)]
