from __future__ import annotations

from django.urls import path, re_path

from traceability.fieldwork.batches import batch_page, batches_page, publish
from traceability.fieldwork.correcting import correct_page, withdraw_page
from traceability.fieldwork.correcting import record_page as one_record
from traceability.fieldwork.home import home
from traceability.fieldwork.labels import labels_page, run_file, run_page
from traceability.fieldwork.opening import choose_pack, new_batch
from traceability.fieldwork.steps import record_page

app_name = "fieldwork"
urlpatterns = [
    path("", home, name="home"),
    path("lo/", batches_page, name="batches"),
    path("lo-moi/", choose_pack, name="choose_pack"),
    path("lo-moi/<str:pack_code>/", new_batch, name="new_batch"),
    path("lo/<str:public_code>/", batch_page, name="batch"),
    path("lo/<str:public_code>/cong-bo/", publish, name="publish"),
    path("lo/<str:public_code>/buoc/<slug:stage>/", record_page, name="step"),
    path("lo/<str:public_code>/ban-ghi/<uuid:record>/", one_record, name="record"),
    path("lo/<str:public_code>/ban-ghi/<uuid:record>/sua/", correct_page, name="correct"),
    path("lo/<str:public_code>/ban-ghi/<uuid:record>/khong-co/", withdraw_page, name="withdraw"),
    path("lo/<str:public_code>/tem/", labels_page, name="labels"),
    path("lo/<str:public_code>/tem/<str:run>/", run_page, name="label_run"),
    re_path(r"^lo/(?P<public_code>[^/]+)/tem/(?P<run>[^/]+)/tem\.(?P<kind>pdf|svg|png)$", run_file, name="label_file"),
]
