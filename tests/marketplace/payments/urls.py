"""The addresses payment rules need, without the faces that answer them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def _page(request: HttpRequest, **_words: str) -> HttpResponse:
    return HttpResponse("page")


shopping = ([path("don/<str:token>/", _page, name="order")], "shopping")
selling = ([path("don/<str:code>/", _page, name="parcel")], "selling")
urlpatterns = [
    path("callbacks/", include("marketplace.callbacks.urls")),
    path("mo-phong/", include("marketplace.simulation.urls")),
    path("", include(shopping)),
    path("ban-hang/", include(selling)),
]
