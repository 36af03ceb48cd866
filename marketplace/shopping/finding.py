""" "Where is my order?": code and telephone in; the link goes out to that telephone, and the page says no more."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from community.limiting import is_within
from community.text.phones import InvalidPhone, parse_phone
from marketplace.orders.finding import CODE_LETTERS, order_code_of, send_link_later
from marketplace.shopping.carrying import SeeOther

ASKED_PER_HOUR = 6


class FindForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code of the order"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "mono"}),
        help_text=gettext_lazy("Six letters and digits, on the slip in the parcel and in our messages."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone it was ordered with"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_code(self) -> str:
        code = order_code_of(self.cleaned_data["code"])
        if len(code) != CODE_LETTERS:
            raise forms.ValidationError(gettext("A code has six letters and digits, like 7K3F2Q."))
        return code

    def clean_phone(self) -> str:
        try:
            return parse_phone(self.cleaned_data["phone"])
        except InvalidPhone as error:
            raise forms.ValidationError(gettext("Enter a telephone number, for example 0912 345 678.")) from error


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def find_order(request: HttpRequest) -> HttpResponse:
    """The same answer whether there is such an order or not."""
    form = FindForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_bound and form.is_valid():
        if is_within(request, action="find-order", most=ASKED_PER_HOUR):
            send_link_later(form.cleaned_data["code"], form.cleaned_data["phone"])
            return SeeOther(reverse("shopping:find") + "?da-gui=1")
        form.add_error(None, gettext("That was often. Please wait a while, or call us."))
        status = HTTPStatus.TOO_MANY_REQUESTS
    facts = {"form": form, "is_sent": "da-gui" in request.GET, "menu_here": ""}
    return render(request, "shopping/find.html", facts, status=status)
