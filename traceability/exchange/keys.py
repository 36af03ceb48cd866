"""Screens where an owner or manager gives other computers a key, and takes it back."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from community.api_keys.keeping import LONGEST_NAME, MOST_KEYS, BadKeyRequest, create_key, revoke_key
from community.api_keys.models import ApiKey
from community.cooperatives.roles import Capability
from community.door.current import MemberRequest, member_required


class KeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("A name that you will know again, like: warehouse software, scale at the gate."),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Give the key a name.")},
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("What may it do?"),
        choices=ApiKey.Scope.choices,
        initial=ApiKey.Scope.READ,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the key may do.")},
    )


@require_GET
@member_required(Capability.TEAM)
def list_keys(request: MemberRequest) -> HttpResponse:
    keys = ApiKey.objects.in_force().filter(cooperative=request.cooperative).select_related("created_by")
    return render(request, "exchange/keys.html", {"keys": keys, "address": _address(request)})


@require_http_methods(["GET", "POST"])
@member_required(Capability.TEAM)
def new_key(request: MemberRequest) -> HttpResponse:
    """The secret stands in this one answer and nowhere else: no redirect, no session, no log."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = create_key(
                cooperative=request.cooperative, name=said["name"], scope=said["scope"], actor=request.actor
            )
        except BadKeyRequest as fault:
            form.add_error(None if fault.code == "too_many_keys" else "name", _sentence(fault))
        else:
            return render(
                request,
                "exchange/key_made.html",
                {"made": made, "address": _address(request)},
                status=HTTPStatus.CREATED,
            )
    status = HTTPStatus.BAD_REQUEST if request.method == "POST" else HTTPStatus.OK
    return render(request, "exchange/new_key.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@member_required(Capability.TEAM)
def revoke(request: MemberRequest, prefix: str) -> HttpResponse:
    key = get_object_or_404(ApiKey.objects.in_force().filter(cooperative=request.cooperative), prefix=prefix)
    if request.method == "POST":
        revoke_key(key=key, actor=request.actor)
        messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
        return redirect("connections:keys")
    return render(request, "exchange/revoke_key.html", {"key": key})


def _sentence(fault: BadKeyRequest) -> str:
    if fault.code == "too_many_keys":
        return _("You have %(most)s keys. Revoke one that nobody uses.") % {"most": MOST_KEYS}
    return _("Give the key a name.")


def _address(request: MemberRequest) -> str:
    return request.build_absolute_uri(reverse("epcis:root"))
