"""Where banks and card providers post."""

from __future__ import annotations

from django.urls import path

from marketplace.callbacks.views import payment_callback

app_name = "callbacks"
urlpatterns = [
    path("payments/<slug:provider>/", payment_callback, name="payments"),
    path("payments/<slug:provider>/<int:account>/", payment_callback, name="account_payments"),
]
