"""Places kept with harvests, for the province's staff: none is shown, each can be forgotten when its person asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.viewsets.model import ModelViewSet

from community.audit.actors import Actor
from community.staff_rights import OnlyThese
from traceability.balance.models import Position
from traceability.balance.positions import forget_position

WHY = (
    ("asked", _("The person asked for it")),
    ("mistake", _("It was taken by mistake")),
    ("authority", _("An authority asked for it")),
)


class ReadAndForget(OnlyThese):
    """A place is told by a phone or not at all."""

    acts = frozenset({"view", "delete"})


class WhyForm(forms.Form):
    why = forms.ChoiceField(label=_("Why is it forgotten?"), choices=WHY, widget=forms.RadioSelect)


class ForgetView(DeleteView):
    template_name = "fieldwork/forget_place.html"
    form_class = WhyForm
    page_title = _("Forget a place")
    success_message = _("The place is forgotten.")

    def get_page_subtitle(self) -> str:
        return ""

    def form_valid(self, form: forms.Form) -> Any:
        self.why = form.cleaned_data["why"]
        return super().form_valid(form)

    def delete_action(self) -> None:
        actor = Actor.of(self.request.user)
        forget_position(position=Position.objects.get(pk=self.object.pk), actor=actor, why=self.why)


class PlaceViewSet(ModelViewSet):
    model = Position
    icon = "crosshairs"
    menu_label = _("Places of harvests")
    url_prefix = "noi-thu-hoach"
    delete_view_class = ForgetView
    list_display = (
        Column("who", label=_("Recorded by"), accessor=lambda place: place.event.actor or "—"),
        Column("cooperative", label=_("Cooperative"), accessor="event.cooperative"),
        Column("batch", label=_("Batch"), accessor=lambda place: place.event.batch or "—"),
        DateColumn("at", label=_("Harvest"), accessor="event.event_time"),
    )
    list_select_related = ("event__cooperative", "event__batch", "event__actor")
    search_fields = ("event__batch__lot_code", "event__cooperative__name", "event__actor__name")
    form_fields = ()
    ordering = ("-pk",)
    copy_view_enabled = False
    inspect_view_enabled = False

    @cached_property
    def permission_policy(self) -> ReadAndForget:
        return ReadAndForget(self.model)
