"""`{% look_of listing as look %}`, `{% page_of listing as page %}`: words that are not live yet, as a buyer will see
them on a shelf and on their page."""

from __future__ import annotations

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketplace.listings.looking import Look
from marketplace.listings.looking import look_of as look_of_listing
from marketplace.listings.models import Listing
from marketplace.listings.pages import ProductPage
from marketplace.listings.pages import page_of as page_of_listing

register = template.Library()


@register.filter
def whole(code: str) -> SafeString:
    """A code that is not broken at its hyphen, also within a sentence."""
    return format_html('<span class="nb">{}</span>', code)


@register.simple_tag
def look_of(listing: Listing) -> Look:
    return look_of_listing(listing, today=timezone.localdate())


@register.simple_tag
def page_of(listing: Listing) -> ProductPage:
    return page_of_listing(listing)
