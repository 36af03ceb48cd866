"""Lessons on the desk, for whoever signs in; sessions and learners, for who has a place in a team."""

from __future__ import annotations

from django.urls import path

from cms.practice.views import practise
from cms.training import sessions, views

app_name = "training"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("thu/<slug:exercise>/", practise, name="practise"),
    path("thu/<slug:exercise>/<slug:act>/", practise, name="practise_act"),
    path("buoi/", sessions.sessions_page, name="sessions"),
    path("buoi/moi/", sessions.session_new, name="session_new"),
    path("buoi/tep.csv", sessions.sessions_sheet, name="sessions_sheet"),
    path("buoi/<str:code>/", sessions.session_page, name="session"),
    path("buoi/<str:code>/ghi/", sessions.session_mark, name="session_mark"),
    path("buoi/<str:code>/xong/", sessions.session_close, name="session_close"),
    path("buoi/<str:code>/bo/", sessions.session_call_off, name="session_call_off"),
    path("nguoi-hoc/", sessions.learners, name="learners"),
    path("<slug:key>/", views.lesson, name="lesson"),
    path("<slug:key>/da-xem/", views.seen, name="seen"),
]
