"""The journey of a lot as a nested list. Pure.

Joined here, like the shapes of the drawing: a template takes ten times as long for the few hundred small pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Branch:
    """A lot in the list: what it is, and ``how`` it got there. ``depth``: 1 for a neighbour of the lot one asks about;
    flat, because a story may be a hundred generations long. ``told_before``: what is beyond it stands above."""

    name: str
    lot_code: str
    href: str
    facts: str
    how: str
    depth: int
    told_before: bool


def listed(branches: Sequence[Branch]) -> SafeString:
    """``<ul>`` in ``<ul>``, "" for none. A branch is at most one deeper than the one before."""
    above = f'<br><span class="small soft">{escape(_("Its own origin stands above."))}</span>'
    parts, level = [], 0
    for branch in branches:
        if branch.depth > level:
            parts.append("<ul>" if level else '<ul class="ways">')
        else:
            parts.append("</li></ul>" * (level - branch.depth) + "</li>")
        level = branch.depth
        parts.append(_item(branch) + above * branch.told_before)
    return mark_safe("".join(parts) + "</li></ul>" * level)  # nosec B308 B703: every word of people is escaped


def _item(branch: Branch) -> str:
    """Not yet closed: what it was made of may follow inside."""
    code = escape(branch.lot_code)
    shown = (
        f'<a class="mono" href="{escape(branch.href)}">{code}</a>'
        if branch.href
        else f'<span class="mono">{code}</span>'
    )
    how = f"<br>{escape(branch.how)}" if branch.how else ""
    return f'<li><b>{escape(branch.name)}</b> · {shown}<br><span class="small">{escape(branch.facts)}{how}</span>'
