"""What robots and phones ask for by a fixed name, at the root and without a language."""

from __future__ import annotations

from django.urls import path

from cms.search_engines.views import favicon, manifest, robots, sitemap_file, sitemap_index

urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>-<int:number>.xml", sitemap_file, name="sitemap_file"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("favicon.ico", favicon, name="favicon"),
]
