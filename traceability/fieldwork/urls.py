from __future__ import annotations

from django.urls import path, re_path

from traceability.fieldwork.again import again_page
from traceability.fieldwork.balance import balance_list, balance_page, explain_check
from traceability.fieldwork.batches import batch_page, batches_page, publish
from traceability.fieldwork.boxes import box_page
from traceability.fieldwork.capacity import capacity_page
from traceability.fieldwork.correcting import correct_page, withdraw_page
from traceability.fieldwork.correcting import record_page as one_record
from traceability.fieldwork.counting import closings_page, count_page
from traceability.fieldwork.home import home
from traceability.fieldwork.label_ends import cancel_void_page, close_page, reopen, void_page
from traceability.fieldwork.labels import labels_page, run_file, run_page
from traceability.fieldwork.lot_in import choose_product, lot_in
from traceability.fieldwork.lot_work import split_page, work_page
from traceability.fieldwork.lots import lot_page, lots_page
from traceability.fieldwork.opening import choose_pack, new_batch
from traceability.fieldwork.papers import claim_page, drop_claim, paper_page, papers_page
from traceability.fieldwork.places import forget_place
from traceability.fieldwork.plots import (
    change_plot,
    close_or_reopen,
    drop_treatment,
    new_plot,
    outline_page,
    plot_page,
    plots_page,
    treatment_page,
)
from traceability.fieldwork.steps import record_page
from traceability.fieldwork.times import ask_page, times_page
from traceability.fieldwork.units import unit_page, units_page

app_name = "fieldwork"
urlpatterns = [
    path("", home, name="home"),
    path("lo/", batches_page, name="batches"),
    path("nhu-lan-truoc/<uuid:record>/", again_page, name="again"),
    path("lo-moi/", choose_pack, name="choose_pack"),
    path("lo-moi/<str:pack_code>/", new_batch, name="new_batch"),
    path("kho/", lots_page, name="lots"),
    path("kho/nhap/<slug:how>/", choose_product, name="lot_product"),
    path("kho/nhap/<slug:how>/<str:product_code>/", lot_in, name="lot_in"),
    path("kho/lam/", work_page, name="lot_work"),
    path("kho/<str:public_code>/", lot_page, name="lot"),
    path("kho/<str:public_code>/chia/", split_page, name="lot_split"),
    path("kho/<str:public_code>/thung/", box_page, name="box"),
    path("lo/<str:public_code>/", batch_page, name="batch"),
    path("lo/<str:public_code>/cong-bo/", publish, name="publish"),
    path("lo/<str:public_code>/buoc/<slug:stage>/", record_page, name="step"),
    path("lo/<str:public_code>/ban-ghi/<uuid:record>/", one_record, name="record"),
    path("lo/<str:public_code>/ban-ghi/<uuid:record>/sua/", correct_page, name="correct"),
    path("lo/<str:public_code>/ban-ghi/<uuid:record>/khong-co/", withdraw_page, name="withdraw"),
    path("lo/<str:public_code>/ban-ghi/<uuid:record>/noi/", forget_place, name="forget_place"),
    path("lo/<str:public_code>/can-doi/", balance_page, name="balance"),
    path("lo/<str:public_code>/can-doi/<int:check>/", explain_check, name="explain"),
    path("lo/<str:public_code>/dem/", count_page, name="count"),
    path("can-doi/", balance_list, name="balance_list"),
    path("thua/", plots_page, name="plots"),
    path("thua/moi/", new_plot, name="new_plot"),
    path("thua/<str:code>/", plot_page, name="plot"),
    path("thua/<str:code>/sua/", change_plot, name="change_plot"),
    path("thua/<str:code>/dong/", close_or_reopen, name="close_plot"),
    path("thua/<str:code>/ranh/", outline_page, name="outline"),
    path("thua/<str:code>/phun/", treatment_page, name="treatment"),
    path("thua/<str:code>/phun/<int:number>/bo/", drop_treatment, name="drop_treatment"),
    path("don-vi/", units_page, name="units"),
    path("don-vi/<str:product_code>/", unit_page, name="unit"),
    path("suc-lam/", capacity_page, name="capacity"),
    path("mua-vu/", times_page, name="times"),
    path("mua-vu/<slug:line_code>/<slug:what>/", ask_page, name="ask_times"),
    path("giay/", papers_page, name="papers"),
    path("giay/<int:number>/", paper_page, name="paper"),
    path("lo/<str:public_code>/giay/", claim_page, name="claim"),
    path("lo/<str:public_code>/giay/<int:number>/bo/", drop_claim, name="drop_claim"),
    path("so-thang/", closings_page, name="closings"),
    path("lo/<str:public_code>/tem/", labels_page, name="labels"),
    path("lo/<str:public_code>/tem/huy/", void_page, name="void_labels"),
    path("lo/<str:public_code>/tem/huy/<int:number>/bo/", cancel_void_page, name="cancel_void"),
    path("lo/<str:public_code>/dong/", close_page, name="close"),
    path("lo/<str:public_code>/mo-lai/", reopen, name="reopen"),
    path("lo/<str:public_code>/tem/<str:run>/", run_page, name="label_run"),
    re_path(r"^lo/(?P<public_code>[^/]+)/tem/(?P<run>[^/]+)/tem\.(?P<kind>pdf|svg|png)$", run_file, name="label_file"),
]
