from __future__ import annotations

from django.urls import path

from community.cooperatives.views import choose_page

urlpatterns = [path("", choose_page, name="account_choose_cooperative")]
