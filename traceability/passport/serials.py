"""The number of one pack, told on its lot's page as what it is: a number, no promise."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace

from django.utils.html import format_html
from django.utils.translation import gettext, override

from traceability.passport.drawing import Drawn

START = "<main>"
LONGEST_SERIAL = 20


def with_serial(drawn: Drawn, serial: str, *, language: str) -> Drawn:
    """The same page with one line more. Nobody keeps a list of packs yet, so the line says nothing else."""
    with override(language):
        line = format_html(
            '<p class="soft small">{} <b class="mono">{}</b></p>', gettext("Pack number"), serial[:LONGEST_SERIAL]
        )
    html = gzip.decompress(drawn.html_gz).decode().replace(START, START + line, 1)
    tag = hashlib.sha256(serial.encode()).hexdigest()[:8]
    packed = gzip.compress(html.encode(), compresslevel=6, mtime=0)
    return replace(drawn, html_gz=packed, etag=f"{drawn.etag}-{tag}")
