"""What the whole search finds beside a list of goods. `{% load searching %}`."""

from __future__ import annotations

from hashlib import blake2b

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cms.searching.finding import find_beside_goods
from marketplace.catalogue.keeping import pages

KEPT_SECONDS = 60

register = template.Library()


@register.simple_tag
def also_found(words: str) -> SafeString:
    """Sellers, pages, documents and batches that these words find, as one line of links; nothing where there are none.

    The list is asked for goods and keeps its filters; the whole of each group stands on the page of the whole search.
    Kept for a minute: who narrows, sorts or turns the page asks nothing again.
    """
    language = (get_language() or "vi")[:2]
    key = f"cms.also.{language}.{blake2b(words.encode(), digest_size=16).hexdigest()}"
    line: SafeString | None = pages.get(key)
    if line is None:
        found = find_beside_goods(words, language=language)
        line = render_to_string("cms/also_found.html", {"typed": words, "found": found})
        pages.set(key, line, KEPT_SECONDS)
    return line
