from __future__ import annotations

from django.urls import path

from traceability.exchange.lot_files import csv_file, epcis_file, xlsx_file

urlpatterns = [
    path("<str:code>/epcis", epcis_file, name="lot_epcis"),
    path("<str:code>/kde.csv", csv_file, name="lot_kde_csv"),
    path("<str:code>/kde.xlsx", xlsx_file, name="lot_kde_xlsx"),
]
