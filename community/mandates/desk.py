"""Teams, their people, supporting organisations and mandates in the staff's admin. Places and mandates go through the
verbs, so they are checked and audited; only words and addresses are written by the form itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, EditView, InspectView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from community.accounts.fields import PhoneField
from community.audit.actors import Actor
from community.cooperatives.in_admin import NothingIsDeleted
from community.errors import DomainError
from community.mandates.ending import end_by_staff, leave_team
from community.mandates.models import Mandate
from community.mandates.papers import LOOK, look_at_paper
from community.mandates.sentences import sentence_of
from community.photos.views import paper_answer
from community.places.models import AdminUnit
from community.staff_rights import OnlyThese, actor_with
from community.teams.joining import form_team, join_team
from community.teams.models import SupportingOrganisation, Team, TeamMember
from community.text.dates import show_date

SENTENCES = {
    "already_there": _("This person already has a place in the team."),
    "dissolved": _("This team was dissolved."),
    "not_a_commune": _("Choose a commune that exists today."),
    "name_missing": _("Enter the name."),
}


class OnlyEnded(OnlyThese):
    """Mandates are given by cooperatives; staff look, and end."""

    acts = frozenset({"view", "change"})


class TeamForm(forms.ModelForm):
    commune_code = forms.CharField(
        label=_("Code of the commune"), min_length=5, max_length=5, help_text=_("Five digits, for example 31673.")
    )
    phone = PhoneField(required=False)

    class Meta:
        model = Team
        fields = ("name", "hamlet", "formed_on", "decision_no", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["commune_code"]  # its mandates hold for this commune

    def clean_commune_code(self) -> AdminUnit:
        found = AdminUnit.objects.current().communes().filter(code=self.cleaned_data["commune_code"]).first()
        if found is None:
            raise ValidationError(SENTENCES["not_a_commune"], code="not_a_commune")
        return found


class PlaceForm(forms.ModelForm):
    class Meta:
        model = TeamMember
        fields = ("team", "user", "role", "organisation")


class EndForm(forms.ModelForm):
    ends_now = forms.BooleanField(label=_("End it now"), help_text=_("Holds on the next page opened."))

    class Meta:
        model = TeamMember
        fields = ()


class EndMandateForm(EndForm):
    class Meta:
        model = Mandate
        fields = ()


class SaysNo:
    """Turns a verb's refusal into a sentence on the form, like any wrong field."""

    def form_valid(self, form: forms.ModelForm) -> Any:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except DomainError as error:
            form.add_error(None, ValidationError(SENTENCES.get(error.code) or sentence_of(error), code=error.code))
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined]


class FormTeamView(SaysNo, CreateView):
    def save_instance(self) -> Team:
        told = dict(self.form.cleaned_data)
        return form_team(commune=told.pop("commune_code"), actor=Actor.of(self.request.user), **told)


class JoinTeamView(SaysNo, CreateView):
    def save_instance(self) -> TeamMember:
        return join_team(actor=Actor.of(self.request.user), **self.form.cleaned_data)


class LeaveTeamView(SaysNo, EditView):
    def save_instance(self) -> TeamMember:
        return leave_team(place=self.form.instance, actor=Actor.of(self.request.user))


class EndMandateView(SaysNo, EditView):
    def save_instance(self) -> Mandate:
        return end_by_staff(mandate=self.form.instance, actor=Actor.of(self.request.user))


class InspectTeamView(InspectView):
    def get_formed_on_display_value(self) -> str:
        return show_date(self.object.formed_on) if self.object.formed_on else "–"

    def get_ended_on_display_value(self) -> str:
        if self.object.ended_on:
            return show_date(self.object.ended_on)
        return format_html(
            '<a href="{}">{}</a>', reverse("team_dissolve", args=[self.object.code]), _("Dissolve the team")
        )


class InspectMandateView(InspectView):
    def get_evidence_display_value(self) -> str:
        """Leads to the page that writes down who looks."""
        if self.object.paper_deleted_at:
            return gettext("deleted on %(day)s") % {"day": show_date(self.object.paper_deleted_at)}
        if not self.object.evidence:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("mandate_paper", args=[self.object.code]), _("See the paper"))


@require_safe
def mandate_paper(request: HttpRequest, code: str) -> HttpResponseBase:
    actor = actor_with(request.user, LOOK)
    mandate = get_object_or_404(Mandate.objects.exclude(evidence=""), code=code.upper())
    look_at_paper(mandate=mandate, actor=actor)
    return paper_answer(mandate.evidence, content_type=mandate.evidence_type, name=mandate.code)


urlpatterns: list[URLPattern] = [path("uy-quyen/<str:code>/giay/", mandate_paper, name="mandate_paper")]


class TeamsKept(ModelViewSet):
    """Nothing here is deleted: it ends."""

    inspect_view_enabled = True
    copy_view_enabled = False

    @cached_property
    def permission_policy(self) -> NothingIsDeleted:
        return NothingIsDeleted(self.model)


class TeamViewSet(TeamsKept):
    model = Team
    icon = "group"
    menu_label = _("Digital teams")
    add_view_class = FormTeamView
    inspect_view_class = InspectTeamView
    inspect_view_fields = ("name", "commune", "hamlet", "formed_on", "decision_no", "phone", "ended_on")
    list_display = ("name", "commune", "hamlet", "formed_on", "ended_on")
    list_select_related = ("commune__parent",)
    search_fields = ("name", "code", "commune__name")

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return TeamForm


class PlaceViewSet(TeamsKept):
    model = TeamMember
    icon = "user"
    menu_label = _("People in teams")
    add_view_class = JoinTeamView
    edit_view_class = LeaveTeamView
    list_display = (Column("user", label=_("Person")), "team", "role", "started_at", "ended_at")
    list_filter = ("role",)
    ordering = ("-pk",)
    search_fields = ("user__name", "user__phone", "team__name")

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return EndForm if for_update else PlaceForm


class OrganisationViewSet(TeamsKept):
    model = SupportingOrganisation
    icon = "site"
    menu_label = _("Supporting organisations")
    list_display = ("name", "kind", "phone", "ended_on")
    search_fields = ("name",)
    form_fields = ("name", "kind", "phone", "email", "ended_on")


class MandateViewSet(ModelViewSet):
    model = Mandate
    icon = "key"
    menu_label = _("Mandates")
    edit_view_class = EndMandateView
    inspect_view_class = InspectMandateView
    list_display = ("code", Column("helper", label=_("Helper")), "cooperative", "status", "ends_at")
    list_filter = ("status", "way")
    search_fields = ("code", "helper__name", "cooperative__name")
    inspect_view_enabled = True
    inspect_view_fields = (
        *("code", "team", "helper", "cooperative", "scope_words", "purpose", "way", "status", "asked_at", "starts_at"),
        *("ends_at", "given_by", "signed_by", "evidence", "confirmed_by", "ended_at", "ended_by", "ended_why"),
    )
    copy_view_enabled = False

    @cached_property
    def permission_policy(self) -> OnlyEnded:
        return OnlyEnded(self.model)

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return EndMandateForm


class TeamsGroup(ViewSetGroup):
    menu_label = _("Digital teams")
    menu_icon = "group"
    menu_order = 255
    items = (
        TeamViewSet("digital_teams"),
        PlaceViewSet("team_places"),
        OrganisationViewSet("supporting_organisations"),
        MandateViewSet("mandates"),
    )
