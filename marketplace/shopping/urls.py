"""What a buyer opens: goods, booths, the basket, the checkout and the order by its secret link."""

from __future__ import annotations

from django.urls import path

from marketplace.shopping import basket, booth, catalogue, checkout, invoices, order, product, refunds

app_name = "shopping"
urlpatterns = [
    path("san-pham/", catalogue.goods_list, name="list"),
    path("san-pham/<slug:slug>/", product.product_page, name="product"),
    path("mua/<str:pack_code>/", product.buy, name="buy"),
    path("gian-hang/<slug:slug>/", booth.booth_page, name="booth"),
    path("p/<str:code>", booth.party, name="party"),
    path("gio/", basket.basket_page, name="basket"),
    path("gio/them/", basket.add, name="basket_add"),
    path("gio/sua/", basket.change, name="basket_change"),
    path("dat-hang/", checkout.checkout, name="checkout"),
    path("dat-hang/xa/", checkout.place_fragment, name="checkout_places"),
    path("don/<str:token>/", order.order_page, name="order"),
    path("don/<str:token>/thanh-toan/<str:provider>/", order.pay, name="order_pay"),
    path("don/<str:token>/qr/<uuid:payment>.svg", order.qr_svg, name="order_qr"),
    path("don/<str:token>/qr/<uuid:payment>.png", order.qr_png, name="order_qr_png"),
    path("don/<str:token>/da-chuyen/", order.claim, name="order_claim"),
    path("don/<str:token>/hoan-tien/<uuid:refund>/", refunds.refund_account, name="order_refund"),
    path("don/<str:token>/hoa-don/", invoices.invoice, name="order_invoice"),
    path("don/<str:token>/huy/", order.cancel, name="order_cancel"),
]
