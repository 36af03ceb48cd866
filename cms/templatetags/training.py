"""The "?" beside a screen of the desk. `{% load training %}`."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

from cms.training.help import HELP
from cms.training.views import BACK

register = template.Library()


@register.simple_tag(takes_context=True)
def screen_help(context: Context) -> str:
    """The address of the lesson's step for this screen, with the way back; "" where there is none. Asks no table."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if request is None or match is None or match.view_name not in HELP:
        return ""
    key, step = HELP[match.view_name]
    back = urlencode({BACK: request.get_full_path() if request.method == "GET" else request.path})
    return f"{reverse('training:lesson', args=[key])}?{back}#buoc-{step}"
