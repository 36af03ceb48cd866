"""Staff write down what somebody signed on paper, and take a consent back for who asks by telephone or letter."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.accounts.fields import PhoneField
from community.accounts.models import User
from community.audit.recording import record
from community.consents.agreeing import RIGHT, CannotConsent, give_consent, holds, withdraw_consent
from community.consents.models import ConsentRecord, Purpose
from community.consents.texts import TEXTS
from community.photos.paper_files import BadPaper, clean_paper
from community.photos.taking_in import BadPhoto
from community.photos.views import paper_answer
from community.staff_rights import actor_with

SHOWN = 200
TROUBLES: dict[str, Promise] = {
    "no_paper": gettext_lazy("Add a photo of the signed paper."),
    "no_story": gettext_lazy("Write the address of the story."),
    "no_photo": gettext_lazy("Write the number of the photo."),
    "past": gettext_lazy("Choose a day to come."),
    "not_given": gettext_lazy("There is nothing to take back."),
    "not_allowed": gettext_lazy("You may look, not decide."),
    "bad_paper": gettext_lazy("This file is neither a photo nor a PDF."),
}


class PaperForm(forms.Form):
    phone = PhoneField(label=gettext_lazy("Telephone of the person"))
    purpose = forms.ChoiceField(label=gettext_lazy("purpose"), choices=Purpose.choices)
    about = forms.SlugField(
        label=gettext_lazy("Which story or photo"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Of a story the last part of its address, of a photo its number."),
    )
    until = forms.DateField(
        label=gettext_lazy("holds until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    paper = forms.FileField(label=gettext_lazy("photo of the paper"))


@require_http_methods(["GET", "HEAD", "POST"])
def consents_desk(request: HttpRequest) -> HttpResponse:
    """The newest word of everybody, and the form for paper."""
    actor = actor_with(request.user, RIGHT)
    form = PaperForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        told = dict(form.cleaned_data)
        person = User.objects.filter(phone=told.pop("phone")).first()
        if person is None:
            form.add_error("phone", _("Nobody signs in with this telephone."))
        else:
            try:
                clean = clean_paper(told.pop("paper"))
                give_consent(person=person, actor=actor, paper=clean, **told)
            except (CannotConsent, BadPaper, BadPhoto) as refused:
                form.add_error(None, str(TROUBLES.get(refused.code, TROUBLES["bad_paper"])))
            else:
                messages.success(request, _("Written down."))
                return redirect("consents_desk")
    rows = ConsentRecord.objects.newest().select_related("person", "taken_by")[:SHOWN]
    facts: dict[str, Any] = {"form": form, "rows": [(row, holds(row)) for row in rows], "texts": TEXTS}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "community/consents_desk.html", facts, status=status)


@require_POST
def consent_end(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_with(request.user, RIGHT)
    row = get_object_or_404(ConsentRecord.objects.select_related("person"), pk=pk)
    try:
        withdraw_consent(person=row.person, purpose=row.purpose, about=row.about, actor=actor)
        messages.success(request, _("Taken back. It holds from now on."))
    except CannotConsent as refused:
        messages.error(request, str(TROUBLES[refused.code]))
    return redirect("consents_desk")


@require_safe
def consent_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who looks is written down."""
    actor = actor_with(request.user, RIGHT)
    row = get_object_or_404(ConsentRecord, pk=pk)
    if not row.paper:
        raise Http404
    record(actor=actor, action="consent.paper_looked_at", subject=row.person)
    with row.paper.open("rb") as opened:
        is_pdf = opened.read(5) == b"%PDF-"
    kind = "application/pdf" if is_pdf else "image/jpeg"
    return paper_answer(row.paper, content_type=kind, name=f"consent-{row.pk}")


urlpatterns: list[URLPattern] = [
    path("dong-y/", consents_desk, name="consents_desk"),
    path("dong-y/<int:pk>/rut/", consent_end, name="consent_end"),
    path("dong-y/<int:pk>/giay/", consent_paper, name="consent_paper"),
]
