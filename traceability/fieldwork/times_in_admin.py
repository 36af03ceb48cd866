"""What cooperatives say of their own season and durations, for the province's staff: accept it or not, with a word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.model import ModelViewSet

from community.audit.actors import Actor
from community.staff_rights import OnlyThese
from traceability.balance.models import OwnTimes
from traceability.balance.own_times import BadTimes, answer_times
from traceability.fieldwork.sentences import sentence_of
from traceability.fieldwork.time_words import span_words, times_words
from traceability.products.bands import YieldBand
from traceability.products.models import LineStep


class ReadAndAnswer(OnlyThese):
    """Asking is the cooperative's; what was said stays."""

    acts = frozenset({"view", "change"})


class AnswerForm(forms.ModelForm):
    decision = forms.ChoiceField(
        label=_("Does it hold for this cooperative?"),
        choices=(("yes", _("Yes: its lots are held against it")), ("no", _("No: what is usual stays"))),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("A word to the cooperative"), max_length=300, required=False)

    class Meta:
        model = OwnTimes
        fields = ("note",)

    field_order = ("decision", "note")

    def clean(self) -> dict[str, Any] | None:
        if self.instance.answer:
            raise forms.ValidationError(sentence_of(BadTimes("times_answered")))
        return super().clean()


class AnswerView(EditView):
    template_name = "fieldwork/answer_times.html"

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        asked: OwnTimes = self.object
        step = LineStep.objects.filter(line=asked.line_id, code=asked.step).first()
        band = YieldBand.objects.filter(line=asked.line_id, step=asked.step).first() if asked.step else None
        facts["what"] = step.shown_name if step else _("Season")
        facts["said"] = times_words(asked)
        facts["usual"] = span_words(band.least_minutes, band.most_minutes) if band else ""
        return super().get_context_data(**facts)

    def form_valid(self, form: forms.ModelForm) -> Any:
        """Who asked, or belongs to the cooperative, is told so in the form."""
        try:
            self.object = answer_times(
                asked=OwnTimes.objects.select_related("cooperative", "line").get(pk=form.instance.pk),
                is_accepted=form.cleaned_data["decision"] == "yes",
                note=form.cleaned_data["note"],
                actor=Actor.of(self.request.user),
            )
        except BadTimes as fault:
            form.add_error(None, sentence_of(fault))
            return self.form_invalid(form)
        return super().form_valid(form)

    def save_instance(self) -> OwnTimes:
        """Answered already, by the rule."""
        return OwnTimes.objects.get(pk=self.form.instance.pk)


class OwnTimesViewSet(ModelViewSet):
    model = OwnTimes
    icon = "date"
    menu_label = _("Own seasons and durations")
    url_prefix = "mua-vu-rieng"
    edit_view_class = AnswerView
    list_display = (
        Column("cooperative", label=_("Cooperative"), accessor="cooperative"),
        Column("line", label=_("Line"), accessor="line"),
        Column("step", label=_("Step"), accessor=lambda asked: asked.step or _("Season")),
        Column("said", label=_("What is asked for"), accessor=times_words),
        Column("answer", label=_("Answer"), accessor=lambda asked: asked.get_answer_display() or "—"),
        DateColumn("asked_at", label=_("Asked")),
    )
    list_filter = ("answer",)
    list_select_related = ("cooperative", "line")
    search_fields = ("cooperative__name", "line__name")
    ordering = ("-pk",)
    copy_view_enabled = False

    @cached_property
    def permission_policy(self) -> ReadAndAnswer:
        return ReadAndAnswer(self.model)

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return AnswerForm
