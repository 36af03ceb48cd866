"""On a helper's phone a member says yes to what is shown of her: she types her own PIN, the helper is the witness."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from community.accounts.fields import PinField
from community.accounts.proving import WRONG, proves_pin
from community.consents.agreeing import CannotConsent
from community.consents.models import Purpose
from community.consents.texts import TEXTS
from community.cooperatives.models import Membership
from community.limiting import count
from community.photos.models import Photo
from community.privacy.in_person import OFFERED, give_at_helper, note_wrong_pin
from community.teams.door import TeamRequest, cooperative_or_404, place_required

PINS_AN_HOUR = 10
PHOTOS_SHOWN = 12
TROUBLES: dict[str, Any] = {
    "own_phone": gettext_lazy("For yourself you say yes on your own page, “My data”."),
    "no_photo": gettext_lazy("Choose the photo."),
    "pins_too_often": gettext_lazy("Too many PINs on this phone. Try again in an hour."),
    "not_allowed": gettext_lazy("This is not allowed."),
}


class InPersonForm(forms.Form):
    """``photo`` counts only with the purpose that needs it."""

    member = forms.ChoiceField(
        label=gettext_lazy("Who says yes?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who says yes.")},
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("What for?"),
        widget=forms.RadioSelect,
        choices=[(one, Purpose(one).label) for one in OFFERED],
        error_messages={"required": gettext_lazy("Choose what for.")},
    )
    photo = forms.ChoiceField(label=gettext_lazy("Which photo?"), required=False)
    pin = PinField(label=gettext_lazy("Their PIN (they type it themselves)"), autocomplete="off")

    def __init__(self, *args: Any, members: list[Membership], photos: list[Photo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {one.code: one for one in members}
        self.fields["member"].choices = [(one.code, one.user.name) for one in members]  # type: ignore[attr-defined]
        numbered = [(str(one.pk), _("Photo %(number)s") % {"number": one.pk}) for one in photos]
        self.fields["photo"].choices = [("", "—"), *numbered]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("pin")
@place_required()
def consents_page(request: TeamRequest, code: str) -> HttpResponseBase:
    cooperative, place = cooperative_or_404(request, code)
    held = Membership.objects.active().filter(cooperative=cooperative).exclude(user=request.user)
    members = list(held.select_related("user", "cooperative").order_by("started_at", "pk"))
    photos = list(cooperative.photos.order_by("-pk")[:PHOTOS_SHOWN])
    told = request.POST if request.method == "POST" else None
    form = InPersonForm(told, members=members, photos=photos)
    if form.is_bound and form.is_valid():
        try:
            if _given(request, form, place):
                messages.success(request, _("Written down. They can take it back at any time."))
                return redirect("helping:consents", code=cooperative.code)
        except CannotConsent as fault:
            form.add_error(None, str(TROUBLES.get(fault.code, TROUBLES["not_allowed"])))
    facts = {"cooperative": cooperative, "form": form, "photos": photos, "texts": _texts()}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "helping/consents.html", facts, status=status)


def _given(request: TeamRequest, form: InPersonForm, place: Any) -> bool:
    member, purpose = form.members[form.cleaned_data["member"]], form.cleaned_data["purpose"]
    if not count(f"consent-pin:{request.user.pk}", most=PINS_AN_HOUR, seconds=3600):
        raise CannotConsent("pins_too_often")
    if not proves_pin(member.user, form):
        if form.has_error("pin", WRONG):
            note_wrong_pin(membership=member, actor=request.actor)
        return False
    about = form.cleaned_data["photo"] if purpose == Purpose.PHOTO else ""
    give_at_helper(membership=member, purpose=purpose, about=about, place=place, actor=request.actor)
    return True


def _texts() -> list[tuple[str, Any]]:
    return [(str(Purpose(one).label), TEXTS[one].words) for one in OFFERED]
