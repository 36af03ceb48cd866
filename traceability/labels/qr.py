"""QR codes of batch addresses: matrix, SVG and PNG.

Error correction M and a quiet zone of 4 modules (ISO/IEC 18004; GS1 Digital Link asks for the same). Dark on light,
nothing laid over the code. The address goes in as it is, lower case: old readers refuse ``HTTPS://``.
qrcode makes the data and draws it; the choice among the eight masks, its slowest part by far, is ours (masks.py).
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from io import BytesIO

import qrcode
from django.utils.safestring import SafeString
from PIL import Image

from traceability.labels.masks import best_masked, rows_of

QUIET_MODULES = 4
SMALLEST_PNG_MODULE = 8

DARK = re.compile(rb"\x01+")

Matrix = tuple[tuple[bool, ...], ...]
Run = tuple[int, int, int]


@lru_cache(maxsize=512)
def qr_matrix(text: str) -> Matrix:
    """Rows of modules, True for dark, without quiet zone; the smallest symbol that holds ``text``."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.best_fit()
    bits, _mask = best_masked(code)
    return rows_of(bits, code.modules_count)


def dark_runs(matrix: Matrix) -> list[Run]:
    """Dark modules as horizontal strokes: (column, row, length)."""
    return [
        (found.start(), y, found.end() - found.start())
        for y, row in enumerate(matrix)
        for found in DARK.finditer(bytes(row))
    ]


def qr_svg(text: str, *, title: str) -> SafeString:
    """A stand-alone SVG of about 2 KB, one unit per module, scaled by whoever shows it; ``title`` is read aloud."""
    matrix = qr_matrix(text)
    size = len(matrix) + 2 * QUIET_MODULES
    return SafeString(  # nosec B308 B703 - our own drawing, its title is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" shape-rendering="crispEdges">'
        f"<title>{escape(title)}</title>"
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path stroke="#000" d="{_strokes(dark_runs(matrix))}"/></svg>'
    )


def qr_png(text: str, *, module_px: int = 10) -> bytes:
    """A black and white PNG with quiet zone. Raises ValueError below 8 pixels per module."""
    if module_px < SMALLEST_PNG_MODULE:
        raise ValueError(f"a module needs {SMALLEST_PNG_MODULE} pixels or more")
    matrix = qr_matrix(text)
    size = len(matrix) + 2 * QUIET_MODULES
    image = Image.new("1", (size, size), 1)
    for x, y, length in dark_runs(matrix):
        for offset in range(length):
            image.putpixel((x + offset + QUIET_MODULES, y + QUIET_MODULES), 0)
    out = BytesIO()
    image.resize((size * module_px, size * module_px), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()


def _strokes(runs: list[Run]) -> str:
    """Path data: each row one absolute move, then relative strokes; lines are one unit thick."""
    parts: list[str] = []
    row, end = -1, 0
    for x, y, length in runs:
        if y != row:
            parts.append(f"M{x + QUIET_MODULES} {y + QUIET_MODULES}.5h{length}")
        else:
            parts.append(f"m{x - end} 0h{length}")
        row, end = y, x + length
    return "".join(parts)
