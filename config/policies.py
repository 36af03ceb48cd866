"""What the browser may do with our pages: the Content-Security-Policy of the shop and of the Wagtail admin.

The shop's policy allows no inline script or style, nothing from another host, no framing. The admin's is looser,
and only under its own path, because Wagtail 7.4's page editor has inline scripts and styles and previews in a frame.
"""

from __future__ import annotations

from typing import Any

from csp.constants import HEADER, NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

ADMIN_PREFIX = "/quan-tri/"


def public_policy() -> dict[str, Any]:
    """`form-action` also governs where a form's answer may redirect to: the order page alone adds Stripe's page."""
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }


def admin_policy() -> dict[str, Any]:
    return public_policy() | {
        "script-src": [SELF, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [SELF],
    }


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp with a second policy for the admin's path, where same-origin framing (previews) is allowed too."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request=request, response=response, report_only=report_only)
        if request.path_info.startswith(ADMIN_PREFIX) and not report_only:
            parts.config = settings.CONTENT_SECURITY_POLICY_ADMIN
        if getattr(request, "is_dummy", False):
            # Wagtail draws a preview as a visit to the public address and shows it in a frame of the admin.
            parts.replace = (parts.replace or {}) | {"frame-ancestors": [SELF]}
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(ADMIN_PREFIX):
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(self), microphone=()")
        if HEADER in response:
            return response  # an answer that brings its own: composing another would only be thrown away
        return super().process_response(request, response)
