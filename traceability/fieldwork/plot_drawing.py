"""The shape of a plot as a small drawing for its own people; it has no scale and no place."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

SIZE, EDGE = 200, 10


def drawing_of(ring: Sequence[Sequence[float]], *, side: int = SIZE) -> SafeString:
    """An SVG of ``ring``, north at the top, ``side`` pixels wide and high."""
    return _drawn([ring], side, _("Shape of the plot, north at the top"))


def drawing_of_both(one: Sequence[Sequence[float]], other: Sequence[Sequence[float]]) -> SafeString:
    """Two outlines as they lie, the first one full and the second one dashed."""
    return _drawn([one, other], SIZE, _("Both outlines, north at the top; the second one is dashed"))


def _drawn(rings: Sequence[Sequence[Sequence[float]]], side: int, said: str) -> SafeString:
    corners = [corner for ring in rings for corner in ring]
    if not corners:
        return SafeString("")
    narrow = cos(radians(min(lat for _lon, lat in corners)))
    xs, ys = [lon * narrow for lon, _lat in corners], [-lat for _lon, lat in corners]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    widest = max(wide, high) or 1
    left, top = min(xs) - (widest - wide) / 2, min(ys) - (widest - high) / 2  # in the middle of the square
    scale = (SIZE - 2 * EDGE) / widest
    shapes = [
        " ".join(f"{(lon * narrow - left) * scale + EDGE:.1f},{(-lat - top) * scale + EDGE:.1f}" for lon, lat in ring)
        for ring in rings
    ]
    return format_html(
        '<svg class="plot-shape" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}" '
        'fill="none" stroke="currentColor" stroke-width="3">{}</svg>',
        SIZE,
        SIZE,
        side,
        side,
        said,
        format_html_join(
            "", '<polygon points="{}" stroke-dasharray="{}"/>', zip(shapes, ("none", "8 6"), strict=False)
        ),
    )
