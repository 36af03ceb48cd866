"""`{% look_of listing as look %}`: words that are not live yet, as a buyer will see them."""

from __future__ import annotations

from django import template
from django.utils import timezone

from marketplace.listings.looking import Look
from marketplace.listings.looking import look_of as look_of_listing
from marketplace.listings.models import Listing

register = template.Library()


@register.simple_tag
def look_of(listing: Listing) -> Look:
    return look_of_listing(listing, today=timezone.localdate())
