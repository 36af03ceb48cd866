"""Play money. Mounted by config only on a demo site: elsewhere these addresses do not exist."""

from __future__ import annotations

from django.urls import path

from marketplace.simulation.cards import card
from marketplace.simulation.views import bank

app_name = "simulation"
urlpatterns = [
    path("ngan-hang/", bank, name="bank"),
    path("the/<uuid:payment>/", card, name="card"),
]
