"""The description of every interface for programs: OpenAPI 3 at /api/schema/, and a page to read at /api/."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

_METHODS = ("get", "post", "put", "patch", "delete")


@cache
def described() -> dict[str, Any]:
    """Made once in the life of a process: the code does not change meanwhile."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


@cache
def _as_text(yaml: bool) -> bytes:
    return OpenApiYamlRenderer().render(described(), {}) if yaml else json.dumps(described()).encode()


@require_safe
@cache_control(public=True, max_age=300)
def api_schema(request: HttpRequest) -> HttpResponse:
    """JSON, or YAML for ``?format=yaml`` and for who accepts nothing else."""
    yaml = request.GET.get("format") == "yaml" or "yaml" in request.headers.get("Accept", "")
    media_type = "application/vnd.oai.openapi" if yaml else "application/vnd.oai.openapi+json"
    response = HttpResponse(_as_text(yaml), content_type=media_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["Vary"] = "Accept"
    return response


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """One address for all languages; ``?lang=`` chooses, as on the pages of printed codes."""
    operations = [
        {
            **operation,
            "method": method.upper(),
            "path": path,
            "id": f"{method}-{number}",
            "description": operation.get("description", "").replace("``", ""),
        }
        for number, (path, item) in enumerate(described()["paths"].items())
        for method, operation in item.items()
        if method in _METHODS
    ]
    wished = request.GET.get("lang", "")
    with override(wished if wished in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        return render(request, "exchange/api.html", {"operations": operations, "info": described()["info"]})
