"""How often one visitor may ask or tell: counted in the cache for an hour, under a hash, never written down."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600


def is_within(request: HttpRequest, *, action: str, per_hour: int) -> bool:
    """Count one more ``action`` of this visitor. Behind a proxy the visitor is counted, not the proxy."""
    address = get_adapter().get_client_ip(request)
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{action}:{address}".encode()).hexdigest()[:32]
    key = f"passport:{digest}"
    cache.add(key, 0, timeout=HOUR)
    try:
        return cache.incr(key) <= per_hour
    except ValueError:  # the hour ended between the two calls
        return True
