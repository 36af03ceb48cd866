"""Addresses of the editorial floor that are no pages of Wagtail."""

from __future__ import annotations

from django.urls import path

from cms.searching.views import search_page

app_name = "cms"
urlpatterns = [
    path("tim/", search_page, name="search"),
]
