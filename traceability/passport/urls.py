"""Pages around the passport that people open by hand."""

from __future__ import annotations

from django.urls import path

from traceability.passport.asking import lookup, report, reported
from traceability.passport.pages import goods, maker, paper, place
from traceability.passport.views import lot

app_name = "passport"
urlpatterns = [
    path("", lookup, name="lookup"),
    path("lo/<str:code>/", lot, name="lot"),
    path("hang/<str:code>/", goods, name="goods"),
    path("noi/<str:code>/", place, name="place"),
    path("nguoi-lam/<str:code>/", maker, name="maker"),
    path("giay/<int:number>/", paper, name="paper"),
    path("bao/", report, name="report_unknown"),
    path("bao/cam-on/", reported, name="reported"),
    path("bao/<str:code>/", report, name="report"),
]
