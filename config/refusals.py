"""Bytes no person types. A NUL inside text is refused by PostgreSQL deep in a query; here it becomes a plain 400."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request


class NulMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """psycopg says ValueError or DataError, "… NUL (0x00) …"; anything else is not ours to answer."""
        if isinstance(fault, ValueError | DataError) and "NUL" in str(fault):
            return bad_request(request, fault)
        return None
