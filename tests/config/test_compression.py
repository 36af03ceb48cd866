"""Text is compressed on the way out, pictures and parts of files are not."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.compression import TextCompressionMiddleware

TEXT = "chợ nguồn " * 200


def passed(content_type: str, status: int = 200, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    answer = HttpResponse(TEXT, content_type=content_type, status=status, headers=headers)
    return TextCompressionMiddleware(lambda _: answer)(request)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/css", "application/ld+json", "image/svg+xml"])
def test_text_is_compressed(kind: str) -> None:
    answer = passed(kind)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).decode() == TEXT


@pytest.mark.parametrize(("kind", "status"), [("image/jpeg", 200), ("application/pdf", 200), ("text/css", 206)])
def test_the_rest_is_left_alone(kind: str, status: int) -> None:
    answer = passed(kind, status)
    assert "Content-Encoding" not in answer.headers
    assert answer.content.decode() == TEXT


def test_what_is_compressed_already_is_kept() -> None:
    assert passed("text/html", **{"Content-Encoding": "br"}).content.decode() == TEXT
