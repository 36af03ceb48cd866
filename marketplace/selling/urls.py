"""The seller's desk."""

from __future__ import annotations

from django.urls import path

from marketplace.selling import (
    accounts,
    awaiting,
    barcodes,
    home,
    invoices,
    listings,
    orders,
    packing,
    refunds,
    statements,
    wizard,
)

app_name = "selling"
urlpatterns = [
    path("", home.home, name="home"),
    path("hang/", listings.listings_page, name="listings"),
    path("hang/moi/", wizard.new_listing, name="new_listing"),
    path("hang/moi/<str:code>/", wizard.draft_page, name="draft_resume"),
    path("hang/moi/<str:code>/bo/", wizard.drop, name="draft_drop"),
    path("hang/moi/<str:code>/<slug:screen>/", wizard.draft_page, name="draft"),
    path("hang/goi/<str:code>/gia/", listings.price_page, name="price"),
    path("hang/goi/<str:code>/ma-vach/", barcodes.gtin_page, name="gtin"),
    path("hang/goi/<str:code>/ngung/", listings.stop, name="stop_selling"),
    path("hang/goi/<str:code>/ban-lai/", listings.resume, name="resume_selling"),
    path("hang/<str:code>/", listings.listing_page, name="listing"),
    path("hang/<str:code>/loi/", listings.words_page, name="words"),
    path("hang/<str:code>/gui-duyet/", listings.send_again, name="send_again"),
    path("hoa-don/", invoices.invoices_page, name="invoices"),
    path("hoa-don/tep.<str:kind>", invoices.invoice_file, name="invoice_file"),
    path("hoa-don/<str:code>/", invoices.invoice_page, name="invoice"),
    path("tai-khoan/", accounts.account_page, name="account"),
    path("tai-khoan/bo/", accounts.call_off, name="account_call_off"),
    path("tien/", statements.money_page, name="money"),
    path("tien/<str:name>/", statements.statement_page, name="statement"),
    path("tien/<str:name>/pdf/", statements.statement_paper, name="statement_paper"),
    path("tien/<str:name>/csv/", statements.statement_sheet, name="statement_sheet"),
    path("tien-cho/", awaiting.awaiting_page, name="awaiting"),
    path("tien-cho/<uuid:payment>/", awaiting.received_page, name="received"),
    path("tien-hoan/", refunds.refunds_page, name="refunds"),
    path("tien-hoan/<uuid:refund>/", refunds.refund_page, name="refund"),
    path("don/", orders.orders_page, name="orders"),
    path("don/<str:code>/", orders.parcel_page, name="parcel"),
    path("don/<str:code>/hoan-tien/", refunds.ask_page, name="refund_ask"),
    path("don/<str:code>/nhan/", orders.accept, name="accept"),
    path("don/<str:code>/dong-goi/", packing.pack, name="pack"),
    path("don/<str:code>/mo-lai/", orders.unpack, name="unpack"),
    path("don/<str:code>/gui/", orders.ship, name="ship"),
    path("don/<str:code>/da-giao/", orders.deliver, name="deliver"),
    path("don/<str:code>/tu-choi/", orders.reject, name="reject"),
    path("don/<str:code>/phieu/", orders.slip, name="slip"),
]
