"""Keeps the published OpenAPI document to our own interfaces: Wagtail's internal admin API is not one, and the plain
views that machines call are not found by drf-spectacular."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from traceability.exchange.plain_openapi import plain_paths

OURS = ("/epcis/v2/", "/api/")


def only_public_api(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """drf-spectacular's preprocessing hook: (path, path_regex, method, callback) rows in, those of ours out."""
    return [row for row in endpoints if row[0].startswith(OURS)]


def with_plain_views(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's postprocessing hook: the document with the plain views that exist."""
    result["paths"] |= plain_paths(set(_names(get_resolver().url_patterns)))
    result["components"].setdefault("securitySchemes", {})["apiKey"] = {
        "type": "http",
        "scheme": "bearer",
        "description": "A key (cn_…) that a cooperative made on its desk, under Connections.",
    }
    return result


def _names(patterns: Iterable[URLPattern | URLResolver]) -> Iterable[str]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _names(each.url_patterns)
        elif each.name:
            yield each.name
