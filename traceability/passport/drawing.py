"""Draws the page of a batch: one HTML document with its one style block, then compressed and named by its hash."""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from traceability.batches.models import Batch
from traceability.passport.facts import passport_of

STYLE_FILE = Path(settings.BASE_DIR) / "static" / "css" / "passport.css"
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "passport"
LOCALES = Path(settings.BASE_DIR) / "locale"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page ready to send. ``etag`` is the design's revision and a hash of the page: it changes when they do."""

    html_gz: bytes
    etag: str


def draw_passport(batch: Batch, *, language: str) -> Drawn:
    with override(language):
        html = render_to_string(
            "passport/batch.html",
            {
                "passport": passport_of(batch, language=language),
                "style": style(),
                "language": language,
                "languages": LANGUAGES,
                "demo": settings.DEMO,
            },
        )
    return compress(html)


def compress(html: str) -> Drawn:
    body = html.encode()
    # mtime=0: the same words always give the same bytes.
    return Drawn(
        html_gz=gzip.compress(body, compresslevel=9, mtime=0),
        etag=f"{revision()}-{hashlib.sha256(body).hexdigest()[:28]}",
    )


@cache
def revision() -> str:
    """Names the design that pages are drawn with: style, templates, translations, icons of the code that runs.

    A stored page of another revision does not count. Without this the first hour after an update would show pages
    whose style block the Content-Security-Policy no longer knows, that is without any style.
    """
    digest = hashlib.sha256()
    for file in [STYLE_FILE, *sorted(TEMPLATES.glob("*.html")), *sorted(LOCALES.glob("*/LC_MESSAGES/django.mo"))]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


@cache
def style() -> str:
    """The critical block, as the browser sees it between its tags."""
    return STYLE_FILE.read_text("utf-8").strip()


@cache
def style_hash() -> str:
    """What the Content-Security-Policy names, so that this one block and nothing else is allowed."""
    digest = hashlib.sha256(style().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
