"""Reporting goods or a seller to the market, and reading under the reference what became of it."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.limiting import is_within
from community.text.codes import tidy_code
from marketplace.listings.models import Listing
from marketplace.reports.models import MarketReport
from marketplace.reports.telling import CannotReport, Told, report_to_market
from marketplace.shopping.booth import known_sellers
from marketplace.shopping.carrying import SeeOther
from marketplace.shopping.catalogue import language
from marketplace.shopping.contact_field import ContactField
from traceability.products.models import Product

REPORTS_PER_HOUR = 6


class MarketReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=MarketReport.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    words = forms.CharField(
        label=_("What did you see?"),
        help_text=_("When, where, what stands on the pack: whatever helps us to check."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write in a few words what is wrong.")},
    )
    contact = ContactField(
        label=_("Phone number or e-mail"),
        help_text=_("Only if you want the answer sent. The seller does not see it."),
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def report_goods(request: HttpRequest, slug: str) -> HttpResponse:
    listings = Listing.objects.live().select_related("product__cooperative")
    listing = get_object_or_404(listings, slug=slug)
    facts = (listing.product.cooperative, listing.product)
    return _asked(request, *facts, name=listing.shown_title, back=reverse("shopping:product", args=[slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def report_seller(request: HttpRequest, slug: str) -> HttpResponse:
    seller = get_object_or_404(known_sellers(), slug=slug)
    return _asked(request, seller, None, name=seller.name, back=reverse("shopping:booth", args=[slug]))


@require_safe
@never_cache
def report_page(request: HttpRequest, code: str) -> HttpResponse:
    """The reference is the key; the page names nobody who told."""
    reports = MarketReport.objects.select_related("cooperative", "product__listing")
    report = get_object_or_404(reports, code=tidy_code(code)[:12])
    return render(request, "shopping/report.html", {"report": report})


def _asked(request: HttpRequest, seller: Cooperative, product: Product | None, *, name: str, back: str) -> HttpResponse:
    form = MarketReportForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_bound and form.is_valid():
        if is_within(request, action="market-report", most=REPORTS_PER_HOUR):
            if (report := _report(form, seller, product)) is not None:
                messages.success(request, gettext("Thank you. A person looks at it."))
                return SeeOther(reverse("shopping:report", args=[report.code]))
        else:
            form.add_error(None, gettext("That was often. Please wait a while."))
            status = HTTPStatus.TOO_MANY_REQUESTS
    facts = {"form": form, "name": name, "back": back, "product": product, "menu_here": "list"}
    return render(request, "shopping/report_new.html", facts, status=status)


def _report(form: MarketReportForm, seller: Cooperative, product: Product | None) -> MarketReport | None:
    told = form.cleaned_data
    try:
        return report_to_market(
            cooperative=seller,
            product=product,
            told=Told(told["kind"], told["words"], told["contact"]),
            language=language(),
            actor=Actor.buyer(),
        )
    except CannotReport:
        form.add_error("words", gettext("Write in a few words what is wrong."))
        return None
