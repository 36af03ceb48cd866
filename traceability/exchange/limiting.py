"""How often one address may ask without a key: counted in the cache, under a hash, never written down."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

MINUTE = 60


def address_of(request: HttpRequest) -> str:
    """Behind a proxy the visitor's, not the proxy's; as a hash (32 hex digits)."""
    address = get_adapter().get_client_ip(request)
    return hashlib.sha256(f"{settings.SECRET_KEY}:{address}".encode()).hexdigest()[:32]


def is_within(name: str, *, per_minute: int) -> bool:
    """Count one more of ``name``."""
    cache.add(name, 0, timeout=MINUTE)
    try:
        return cache.incr(name) <= per_minute
    except ValueError:  # the minute ended between the two calls
        return True
