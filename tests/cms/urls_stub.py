"""The addresses the frame links to, for testing templates without the rooms that answer there."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls

from cms.style_guide import style_guide


def answer(request, **kwargs):
    return HttpResponse("here")


def desk(request):
    return render(request, "desk/base.html")


shopping = ([path("san-pham/", answer, name="list"), path("san-pham/<slug:slug>/", answer, name="product"),
             path("gio/", answer, name="basket")], "shopping")  # fmt: skip
selling = ([path("", answer, name="home")], "selling")
passport = ([path("ma/", answer, name="lookup")], "passport")
urlpatterns = [
    path("", include(passport)),
    path("quan-tri/", include(admin_urls)),
    path("mau/", style_guide),
    path("ban-mau/", desk),
    *i18n_patterns(
        path("", include(shopping)),
        path("ban-hang/", include(selling)),
        path("dang-nhap/", answer, name="account_login"),
        path("dang-xuat/", answer, name="account_logout"),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
