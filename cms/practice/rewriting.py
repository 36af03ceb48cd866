"""Makes a real page one of an exercise: what belongs to it leads on inside it, everything else cannot be pressed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse

from cms.practice.exercises import Exercise
from cms.practice.world import Practice

_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"[^>]*>')
_FORM = re.compile(r"<form\b[^>]*>")
_ACTION = re.compile(r'\saction="([^"]*)"')
_FILE = re.compile(r'<input\b(?=[^>]*type="file")')
_KEEPERS = re.compile(r'<script src="[^"]*/(?:unsent|photo|typing|place)[.\w]*\.js"[^>]*></script>')
_UNSENT = re.compile(r'<div id="unsent"[^>]*></div>')
_KEPT = re.compile(r'\sdata-(?:keep|draft)(?:="[^"]*")?')


def rewrite(page: str, *, exercise: Exercise, practice: Practice, shown: str) -> str:
    """``shown``: the act whose screen this is; forms without an address post to it."""

    def inside(address: str) -> str:
        """The same screen in the exercise, "" for one that is not part of it."""
        where = urlsplit(address.replace("&amp;", "&"))
        try:
            match = resolve(where.path)
        except Resolver404:
            return ""
        act = exercise.act_of(match.view_name)
        if not act or match.kwargs != practice.address(match.view_name):
            return ""
        query = f"?{where.query}" if where.query else ""
        return address_of(exercise, act) + query.replace("&", "&amp;")

    def link(found: re.Match[str]) -> str:
        address = found[1]
        if address.startswith(("#", "?")):
            return found[0]
        there = inside(address)
        old = f' href="{address}"'
        return found[0].replace(old, f' href="{there}"' if there else ' aria-disabled="true" role="link"')

    def form(found: re.Match[str]) -> str:
        tag = _KEPT.sub("", found[0])
        action = _ACTION.search(tag)
        if action is None:
            return f'{tag[:-1]} action="{address_of(exercise, shown)}">'
        there = inside(action[1]) or address_of(exercise, exercise.start)
        return tag.replace(action[0], f' action="{there}"')

    page = _KEEPERS.sub("", _UNSENT.sub("", page))
    return _FILE.sub("<input disabled ", _FORM.sub(form, _LINK.sub(link, page)))


def address_of(exercise: Exercise, act: str) -> str:
    return reverse("training:practise_act", args=[exercise.key, act])
