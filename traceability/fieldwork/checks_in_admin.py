"""What does not add up, for the province's staff: read, look into on the spot, clear with a reason. And the figures of
plausibility that are the province's to set."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from community.audit.actors import Actor
from community.staff_rights import OnlyThese
from traceability.balance.models import Check
from traceability.balance.ruling import neighbour_of, rule_on_ground
from traceability.balance.settling import LONGEST_NOTE, dismiss
from traceability.batches.addresses import batch_path
from traceability.fieldwork.balance_words import tell
from traceability.fieldwork.places_in_admin import PlaceViewSet
from traceability.fieldwork.plot_drawing import drawing_of_both
from traceability.fieldwork.times_in_admin import OwnTimesViewSet
from traceability.plots.models import Plot
from traceability.products.bands import AddedIngredient, PlotCap, YieldBand


class ReadAndClear(OnlyThese):
    """Nobody invents a finding and nobody makes one disappear: not even a superuser."""

    acts = frozenset({"view", "change"})


class ReasonForm(forms.ModelForm):
    """The one thing that may be said: why it is cleared."""

    note = forms.CharField(
        label=_("What was found on the spot"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        model = Check
        fields = ("note",)

    def clean(self) -> dict[str, Any] | None:
        if self.instance.cleared_at is not None:
            raise forms.ValidationError(_text("This was answered meanwhile."))
        return super().clean()


class GroundForm(ReasonForm):
    """Of ground that two cooperatives drew: is it the same, or is one of the outlines wrong?"""

    is_same = forms.ChoiceField(
        label=_("What did you find?"),
        widget=forms.RadioSelect,
        choices=(
            ("yes", _("It is the same ground: what both harvest counts together")),
            ("no", _("It is not the same ground: one outline is drawn wrong")),
        ),
    )
    field_order = ("is_same", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _text("Both cooperatives read it: do not name the other one.")


class ClearView(EditView):
    """Shows what was found above the reason; of ground of two cooperatives both outlines, and the choice."""

    template_name = "fieldwork/clear_check.html"

    def get_form_class(self) -> type[forms.ModelForm]:
        return ReasonForm if neighbour_of(self.object) is None else GroundForm

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        check: Check = self.object
        facts["told"] = tell(check, unit=check.batch.base_unit)
        facts["batch_path"] = batch_path(check.batch)
        if (other := neighbour_of(check)) is not None:
            pair = list(
                Plot.objects.filter(pk__in=[check.batch.plot_id, other]).select_related("cooperative", "commune")
            )
            facts["pair"] = pair
            facts["drawing"] = drawing_of_both(*(plot.outline or [] for plot in pair)) if len(pair) == 2 else ""
        return super().get_context_data(**facts)

    def save_instance(self) -> Check:
        check = Check.objects.select_related("batch__cooperative").get(pk=self.form.instance.pk)
        note, actor = self.form.cleaned_data["note"], Actor.of(self.request.user)
        if "is_same" not in self.form.cleaned_data:
            return dismiss(check=check, note=note, actor=actor)
        rule_on_ground(check=check, is_same=self.form.cleaned_data["is_same"] == "yes", note=note, actor=actor)
        check.refresh_from_db()
        return check


class CheckViewSet(ModelViewSet):
    model = Check
    icon = "warning"
    menu_label = _("Lots to look at")
    url_prefix = "can-doi"
    edit_view_class = ClearView
    list_display = (
        Column("title", label=_("Finding"), accessor=lambda check: tell(check, unit=check.batch.base_unit).title),
        Column("rule", label=_("Rule"), accessor="rule"),
        Column("severity", label=_("Severity"), accessor="get_severity_display"),
        Column("batch", label=_("Batch"), accessor="batch"),
        Column("cooperative", label=_("Cooperative"), accessor=lambda check: check.batch.cooperative),
        Column("how", label=_("Answer"), accessor=lambda check: check.get_how_display() or "—"),
        DateColumn("first_found_at", label=_("Found")),
    )
    list_filter = ("severity", "rule", "how")
    list_select_related = ("batch__cooperative", "batch__product", "batch__pack")
    search_fields = ("batch__lot_code", "batch__public_code", "batch__cooperative__name")
    ordering = ("-pk",)
    copy_view_enabled = False

    @cached_property
    def permission_policy(self) -> ReadAndClear:
        return ReadAndClear(self.model)

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return ReasonForm


class YieldBandViewSet(ModelViewSet):
    model = YieldBand
    icon = "sliders"
    menu_label = _("Usual yields")
    url_prefix = "ty-le-thu"
    list_display = ("line", "step", "low", "high", "most")
    list_filter = ("line",)
    panels = [FieldPanel(name) for name in ("line", "step", "low", "high", "most", "least_minutes", "most_minutes")]
    copy_view_enabled = False


class AddedIngredientViewSet(ModelViewSet):
    """A cooperative asks; the province says: whoever may write his own recipe may pack water."""

    model = AddedIngredient
    icon = "list-ul"
    menu_label = _("What recipes add")
    url_prefix = "cong-thuc"
    list_display = ("product", "name", "most_per_mille")
    list_select_related = ("product",)
    search_fields = ("name", "product__name")
    panels = [FieldPanel(name) for name in ("product", "name", "name_en", "most_per_mille")]
    copy_view_enabled = False


class PlotCapViewSet(ModelViewSet):
    model = PlotCap
    icon = "site"
    menu_label = _("What a plot can bear")
    url_prefix = "san-luong-thua"
    list_display = ("line", "kg_per_ha", "is_perennial")
    panels = [FieldPanel(name) for name in ("line", "kg_per_ha", "season_starts", "is_perennial")]
    copy_view_enabled = False


class BalanceGroup(ViewSetGroup):
    menu_label = _("Mass balance")
    menu_icon = "warning"
    menu_order = 185
    items = (
        CheckViewSet("balance_checks"),
        YieldBandViewSet("yield_bands"),
        PlotCapViewSet("plot_caps"),
        AddedIngredientViewSet("added_ingredients"),
        OwnTimesViewSet("own_times"),
        PlaceViewSet("harvest_places"),
    )
