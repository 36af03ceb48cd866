"""The shape of a plot as a small drawing for its own people; it has no scale and no place."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

SIZE, EDGE = 200, 10


def drawing_of(ring: Sequence[Sequence[float]], *, side: int = SIZE) -> SafeString:
    """An SVG of ``ring``, north at the top, ``side`` pixels wide and high."""
    south = min(lat for _lon, lat in ring)
    narrow = cos(radians(south))
    points = [(lon * narrow, -lat) for lon, lat in ring]
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    widest = max(max(x for x, _y in points) - left, max(y for _x, y in points) - top) or 1
    scale = (SIZE - 2 * EDGE) / widest
    drawn = " ".join(f"{(x - left) * scale + EDGE:.1f},{(y - top) * scale + EDGE:.1f}" for x, y in points)
    return format_html(
        '<svg class="plot-shape" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
        '<polygon points="{}"/></svg>',
        SIZE,
        SIZE,
        side,
        side,
        _("Shape of the plot, north at the top"),
        drawn,
    )
