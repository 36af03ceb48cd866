from __future__ import annotations

from django.urls import path

from community.mandates.views import helping
from community.mandates.views.saying_yes import mandate_page

app_name = "teams"
urlpatterns = [
    path("", helping.home, name="home"),
    path("to/", helping.team_page, name="team"),
    path("to/<str:code>/mat-dien-thoai/", helping.lost_phone, name="lost_phone"),
    path("dung/", helping.stop, name="stop"),
    path("uy-quyen/<str:code>/", mandate_page, name="mandate"),
    path("uy-quyen/<str:code>/lam-thay/", helping.act, name="act"),
    path("uy-quyen/<str:code>/tra/", helping.hand_back, name="give_back"),
    path("giay/<str:code>/", helping.paper_page, name="paper"),
    path("giay/<str:code>/anh/", helping.paper_file, name="paper_file"),
    path("htx/<str:code>/", helping.cooperative_page, name="cooperative"),
]
