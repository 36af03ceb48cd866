"""Where carriers of messages report."""

from __future__ import annotations

from django.urls import path

from community.outbox.views import esms_report, zalo_report

app_name = "message_reports"
urlpatterns = [
    path("esms/<int:pk>/<str:mark>/", esms_report, name="esms"),
    path("zalo/", zalo_report, name="zalo"),
]
