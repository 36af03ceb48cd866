"""The same once more, from the order's page: into the basket, and said what is gone or dearer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from community.text.money import show_dong
from marketplace.orders.again import Again, put_again
from marketplace.shopping.carrying import SeeOther, basket_to_fill, hand_over
from marketplace.shopping.secret_link import back_to_order, find_order, secret


@require_POST
@secret
def order_again(request: HttpRequest, token: str) -> HttpResponse:
    order = find_order(token)
    basket = basket_to_fill(request)
    told = put_again(basket=basket, order=order)
    put = [one for one in told if not one.gone]
    for one in told:
        if sentence := _sentence(one):
            messages.warning(request, sentence)
    if not put:
        return back_to_order(token)
    said = ngettext(
        "%(count)s goods of then are in your basket.", "%(count)s goods of then are in your basket.", len(put)
    )
    messages.success(request, said % {"count": len(put)})
    return hand_over(SeeOther(reverse("shopping:basket")), basket)


def _sentence(one: Again) -> str:
    facts = {"goods": one.line.shown_title}
    if one.gone == "resting":
        return gettext("%(goods)s: the seller is on holiday. It is not in your basket.") % facts
    if one.gone:
        return gettext("%(goods)s is not sold at the moment. It is not in your basket.") % facts
    prices = {"then": show_dong(one.line.unit_price_dong), "now": show_dong(one.price_dong)}
    if one.dearer_dong > 0:
        return gettext("%(goods)s is dearer now: %(now)s instead of %(then)s.") % (facts | prices)
    if one.dearer_dong < 0:
        return gettext("%(goods)s is cheaper now: %(now)s instead of %(then)s.") % (facts | prices)
    return ""
