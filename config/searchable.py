"""What search engines may keep: the addresses named here. Every other answer says "noindex" and tells no site it links
to where the reader came from, so that a new page of an order, a desk or an interface is not found by forgetting it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

SEARCHABLE = frozenset(
    {
        "wagtail_serve",
        "wagtaildocs_serve",
        "media",
        "shopping:list",
        "shopping:product",
        "shopping:product_reviews",
        "shopping:booth",
        "shopping:provinces",
        "rules:index",
        "rules:page",
        "questions:faq",
        "passport:lookup",
        "passport:goods",
        "passport:place",
        "passport:maker",
        "passport:paper",
        "batch_by_link",
        "batch_by_code",
        "place_by_code",
        "journey",
        "log_page",
        "api_page",
    }
)


class SearchableMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.view_name not in SEARCHABLE:
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
            response.headers.setdefault("Referrer-Policy", "same-origin")
        return response
