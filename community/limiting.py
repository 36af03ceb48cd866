"""How often a visitor or a key may ask: counted in the cache, visitors by a hash of the address, never written down."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600
MINUTE = 60


def is_within(request: HttpRequest, *, action: str, most: int, seconds: int = HOUR) -> bool:
    """Count one more ``action`` of this visitor. Behind a proxy the visitor is counted, not the proxy."""
    address = get_adapter().get_client_ip(request)
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{action}:{address}".encode()).hexdigest()[:32]
    return count(digest, most=most, seconds=seconds)


def count(name: str, *, most: int, seconds: int) -> bool:
    """Count one more of ``name``; whether there were at most so many since the first of this stretch of time."""
    key = f"limit:{name}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # the time ended between the two calls
        return True


def may_read_more(request: HttpRequest) -> bool:
    """Whether this visitor may have one more answer that is costly to make: a lot's files, its graph, its journey.

    At most ``READS_PER_MINUTE`` of them all together; 0 is no limit.
    """
    most = settings.READS_PER_MINUTE
    return most == 0 or is_within(request, action="costly-read", most=most, seconds=MINUTE)
