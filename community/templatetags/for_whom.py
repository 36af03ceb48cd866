"""`{% csrf_token %}` of the whole site: on a desk it also says for whom the form was opened."""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from community.cooperatives.current import FOR

register = template.Library()


class ForWhomNode(CsrfTokenNode):
    """The door answers 409 to a form that comes in for somebody else (`community.door`)."""

    def render(self, context: Context) -> str:
        token = super().render(context)
        place = getattr(context.get("request"), "membership", None)
        if not token or place is None:
            return token
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, FOR, place.code)


@register.tag
def csrf_token(_parser: Parser, _token: Token) -> ForWhomNode:
    return ForWhomNode()
