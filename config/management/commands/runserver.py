"""`manage.py runserver`, with the address as it was sent: a lot code may hold an encoded slash, as under gunicorn."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.management.commands.runserver import Command as StaticFilesRunserver
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer


class RawRequestHandler(WSGIRequestHandler):
    """wsgiref keeps the decoded path only; gunicorn's name for the other is used (traceability/gs1/raw_paths.py)."""

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "RAW_URI": self.path}


class RawServer(WSGIServer):
    def __init__(self, address: Any, handler: Any, **options: Any) -> None:
        super().__init__(address, RawRequestHandler, **options)


class Command(StaticFilesRunserver):
    server_cls = RawServer
